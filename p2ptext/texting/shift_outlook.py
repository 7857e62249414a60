"""When those who text now will be through: what is left of a campaign, who is there, and their pace."""

from p2ptext.extensions import cursor
from p2ptext.rules import finish_time
from p2ptext.rules.finish_time import Finish, Pace
from p2ptext.texting import presence, queries
from p2ptext.texting.queries import TodoCampaign

MOST_TEXTS = 3000
"""The latest first texts of a campaign that are looked at: more than fifty people send in half an hour."""

# The last texts by the index of the campaign's first texts; whoever is not on shift any more counts for
# nothing. Half an hour or since their first of these texts, whichever is shorter.
_PACES = f"""
WITH latest AS MATERIALIZED (
  SELECT m.person_id, m.created_at, m.state FROM message m
  WHERE m.campaign_id = %(campaign)s AND m.kind = 'first' ORDER BY m.id DESC LIMIT {MOST_TEXTS}
)
SELECT l.person_id, count(*)::int,
  (EXTRACT(epoch FROM p2p_now() - min(l.created_at)) / 60)::float
FROM latest l
JOIN presence p ON p.organization_id = %(org)s AND p.person_id = l.person_id AND {presence.ON_SHIFT}
JOIN membership m ON m.organization_id = p.organization_id AND m.person_id = p.person_id
  AND m.status = 'active'
WHERE l.created_at > (SELECT p2p_now()) - make_interval(secs => %(back)s) AND l.state <> 'cancelled'
GROUP BY l.person_id ORDER BY l.person_id
"""
_LEFT = """
SELECT count(*) FROM (
  SELECT 1 FROM batch b
  JOIN contact c ON c.batch_id = b.id AND c.state = 'ready'
  JOIN recipient r ON r.id = c.recipient_id AND r.suppressed_at IS NULL
  WHERE b.campaign_id = %s AND b.state IN ('open', 'leased') LIMIT %s) AS few
"""


def paces(organization_id: int, campaign_id: int) -> list[Pace]:
    """What everybody who is on shift has sent in this campaign in the last half hour."""
    sql = cursor()
    values = {"org": organization_id, "campaign": campaign_id}
    sql.execute(_PACES, values | {"back": finish_time.LOOKED_BACK.total_seconds()})
    return [Pace(*row) for row in sql.fetchall()]


def people_left(campaign_id: int, most: int) -> int:
    """How many people are still to be texted, counted up to `most`."""
    row = cursor().execute(_LEFT, (campaign_id, most)).fetchone()
    return int(row[0]) if row else 0


def finish(organization_id: int, campaign: TodoCampaign, reader_id: int) -> Finish | None:
    """When the campaign's list will be done; None when nobody can say. See rules.finish_time."""
    if campaign.status != "running" or campaign.opens_at is not None:
        return None
    found = paces(organization_id, campaign.id)
    most = finish_time.most_worth_counting(found)
    if not most:
        return None
    left = people_left(campaign.id, most)
    return finish_time.finish(campaign.now, left, found, reader_id, campaign.closes_at)


def in_words(organization_id: int, campaign_id: int, reader_id: int) -> str:
    """For the end of a batch; "" when nobody can say."""
    for campaign in queries.todo(organization_id, reader_id):
        if campaign.id == campaign_id:
            found = finish(organization_id, campaign, reader_id)
            return found.words if found else ""
    return ""
