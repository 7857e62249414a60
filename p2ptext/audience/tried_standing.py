"""How far the test of a script to somebody's own phone has come: a launch waits for it."""

from enum import Enum

from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor


class Standing(Enum):
    """What became of the tests of the script as it is now, and what to do about it, in words."""

    NEVER = "Send a test to your own phone first."
    CHANGED = "The script has changed since it was tried. Send a test to your own phone once more."
    ON_ITS_WAY = "Your test is on its way. Wait until the phone company has taken it."
    FAILED = "Your test did not get through. See why under Test to your phone, and send it again."
    DONE = "The script was tried as it is now."


_SENT = """
SELECT count(*), coalesce(bool_or(m.state IN ('accepted', 'submitted', 'delivered', 'no_receipt')), false),
  coalesce(bool_or(m.state IN ('queued', 'sending')), false)
FROM test_text t JOIN message m ON m.id = t.message_id
WHERE t.campaign_id = %s AND t.version_id = %s AND t.at >= %s
"""
"""Of the tests since the script counts as tried: how many, whether the carrier took one and did not
refuse it later, and whether one is still to leave."""


def of(campaign: Campaign) -> Standing:
    """How far the test of the script as it is now has come.

    A press alone is no test: the carrier must have taken the text. A version that was noted as tried
    without any text (the words of the demo) is.
    """
    if campaign.tested_at is None:
        return Standing.NEVER
    if campaign.tested_version_id is None or campaign.tested_version_id != campaign.script_version_id:
        return Standing.CHANGED
    sql = cursor()
    sql.execute(_SENT, (campaign.id, campaign.tested_version_id, campaign.tested_at))
    sent, arrived, waits = sql.fetchone() or (0, False, False)
    if arrived or not sent:
        return Standing.DONE
    return Standing.ON_ITS_WAY if waits else Standing.FAILED
