"""What people read was tried and approved as it is: when something of it changes, both lapse.

That is the script (each version is another one), where its links lead, and who texts whom for what. Where
an organization wants a second look, nothing of it changes while the campaign runs.
"""

from p2ptext.accounts.models import Organization
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.extensions import db


def needs_second_look(campaign: Campaign) -> bool:
    """Whether its organization has another manager approve what goes out."""
    return db.session.get_one(Organization, campaign.organization_id).second_person


def refuse_while_running(campaign: Campaign) -> None:
    """Raises Refused (second_look) where a change would go out before anybody else has seen it.

    The campaign is locked by this transaction.
    """
    if campaign.status == "running" and needs_second_look(campaign):
        words = "Pause it first; another manager looks at the change before it goes on."
        raise Refused("second_look", f"This campaign is running. {words}")


def lapse(campaign: Campaign) -> None:
    """Something that people read, and that no version of the script holds, changes now.

    What it was before has to be tried, asked about and approved anew. Which version was approved last
    stays known: from there on the words count whose writer may not approve. Raises Refused (second_look).
    """
    refuse_while_running(campaign)
    campaign.tested_version_id = None
    campaign.approval_asked_at = campaign.approval_asked_by = None
    campaign.approved_at = campaign.approved_by = None
    db.session.flush()
