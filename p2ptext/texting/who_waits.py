"""Who waits for an answer: the one definition behind every number called waiting replies.

Somebody waits from their first text that nobody has answered until it is answered or closed, also while it
may ask to stop and an organizer has to decide. Of a whole organization those of archived campaigns are left
out: nobody is asked to answer them any more. A campaign that is asked for itself has all of its own.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from p2ptext.extensions import cursor
from p2ptext.texting.queries import WAITS_FOR_ANSWER


def counts(talk: str) -> str:
    """SQL: whether the campaign of the conversation `talk` counts while no campaign is chosen.

    Wants the organization's id as the value `org`.
    """
    return f"""{talk}.campaign_id IN (SELECT w.id FROM campaign w WHERE w.organization_id = %(org)s
      AND w.status <> 'archived' AND NOT w.is_tests)"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """People who wait for an answer."""

    people: int
    oldest: datetime | None
    """Since when the first of them waits."""
    for_organizers: int
    """Of them: whose text may ask to stop. Nobody may answer before an organizer has decided."""
    offered: int
    """Of them: whom anybody on shift may take up, for nobody answered in the promised time, or their
    volunteer has gone."""
    oldest_offered: datetime | None
    late: int
    """Of them: who may be answered and has waited for longer than is promised, whether or not somebody was
    there meanwhile."""
    promises: list[int]
    """What is promised to them, in minutes; campaigns may promise differently."""

    @property
    def for_volunteers(self) -> int:
        """Of them: who may be answered."""
        return self.people - self.for_organizers


_WAITING = f"""
SELECT count(*) AS people, min(t.waiting_since) AS oldest,
  count(*) FILTER (WHERE NOT {WAITS_FOR_ANSWER}) AS for_organizers,
  count(*) FILTER (WHERE t.offered_at IS NOT NULL) AS offered,
  min(t.waiting_since) FILTER (WHERE t.offered_at IS NOT NULL) AS oldest_offered,
  count(*) FILTER (WHERE {WAITS_FOR_ANSWER}
    AND t.waiting_since < moment.at - make_interval(mins => promise.min)) AS late,
  coalesce(array_agg(DISTINCT promise.min), '{{}}') AS promises
FROM conversation t
JOIN campaign a ON a.id = t.campaign_id
JOIN organization o ON o.id = a.organization_id
CROSS JOIN LATERAL (SELECT coalesce(a.reply_promise_min, o.reply_promise_min) AS min) promise
CROSS JOIN (SELECT p2p_now() AS at) moment
WHERE t.organization_id = %(org)s AND t.waiting_since IS NOT NULL
  AND CASE WHEN %(campaign)s::int IS NULL THEN a.status <> 'archived' AND NOT a.is_tests
      ELSE t.campaign_id = %(campaign)s END"""


def of(organization_id: int, campaign_id: int | None = None) -> Waiting:
    """Who waits in an organization, or in one campaign of it."""
    with cursor().connection.cursor(row_factory=class_row(Waiting)) as sql:
        # Planned anew each time: few wait of millions, and the index knows who.
        sql.execute(_WAITING, {"org": organization_id, "campaign": campaign_id}, prepare=False)
        found = sql.fetchone()
    return found or Waiting(0, None, 0, 0, None, 0, [])
