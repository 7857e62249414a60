"""Which due messages leave next: replies before first texts, and of each those whose hours end soonest.

A claim costs by the lanes that have something waiting and by what it takes, never by how much waits:
each number's due messages are read from the front of its own stretch of the index.
"""

from psycopg.rows import class_row

from p2ptext.extensions import cursor
from p2ptext.rules.pacing import Waiting, choose
from p2ptext.texting import lanes
from p2ptext.texting.lanes import Lanes

CLAIM_S = 30
"""Seconds a claimed message waits for its dispatcher before another may claim it."""


def claim(most: int) -> list[int]:
    """Claim up to `most` due messages that the carrier's limits let leave now; their permits are taken.

    A permit of a message that does not leave after all is lost.
    """
    if most <= 0 or not lanes.anything_waits():
        return []
    found = lanes.open_lanes()
    if found is None:
        return []
    lanes.measure(found)
    most = min(most, 1 if found.trial else int(found.account.level))
    chosen = choose(_waiting(found, most), found.account, found.ways, most) if most > 0 else []
    if not chosen:
        return []
    networks = _take(chosen)
    lanes.close_lanes(
        found, [(text, networks[text.message_id]) for text in chosen if text.message_id in networks]
    )
    return [text.message_id for text in chosen if text.message_id in networks]


def _waiting(found: Lanes, most: int) -> list[Waiting]:
    """The front of each lane, as far as the lane itself could let it leave."""
    fronts = {
        number: min(
            most, int(way.number.level), int(way.registration.level if way.registration else most)
        )
        for number, way in found.ways.items()
    }
    fronts = {number: front for number, front in fronts.items() if front > 0}
    if not fronts:
        return []
    sql = cursor()
    sql.row_factory = class_row(Waiting)
    sql.execute(
        """SELECT message_id, number_id, urgency, closes_at, due_at, segments FROM (
             SELECT w.*, row_number() OVER (
                      PARTITION BY coalesce(lane.shared, -lane.number_id)
                      ORDER BY urgency, closes_at, due_at) AS place
             FROM unnest(%s::int[], %s::int[], %s::int[]) AS lane (number_id, shared, front)
             CROSS JOIN LATERAL (
               SELECT * FROM outbox o
               WHERE o.number_id = lane.number_id AND o.due_at <= (SELECT p2p_now())
                 AND (o.claimed_until IS NULL OR o.claimed_until < (SELECT p2p_now()))
               ORDER BY o.urgency, o.closes_at, o.due_at LIMIT lane.front) AS w) AS front
           WHERE place <= %s""",
        (list(fronts), [found.shared.get(number) for number in fronts], list(fronts.values()), most),
    )
    return list(sql.fetchall())


def _take(chosen: list[Waiting]) -> dict[int, str | None]:
    """Mark these as claimed; by message the network of its phone, where an earlier receipt named it.

    One that somebody takes back at this moment is passed by: its row is locked or gone.
    """
    rows = cursor().execute(
        """WITH free AS (
             SELECT message_id FROM outbox
             WHERE message_id = ANY(%s) AND (claimed_until IS NULL OR claimed_until < p2p_now())
             FOR UPDATE SKIP LOCKED
           ), taken AS (
             UPDATE outbox o SET claimed_until = p2p_now() + make_interval(secs => %s)
             FROM free WHERE o.message_id = free.message_id RETURNING o.message_id
           )
           SELECT taken.message_id, (
             SELECT network FROM message earlier
             WHERE earlier.recipient_id = m.recipient_id AND earlier.network IS NOT NULL
             ORDER BY earlier.recipient_id, earlier.id DESC LIMIT 1)
           FROM taken JOIN message m ON m.id = taken.message_id""",
        ([text.message_id for text in chosen], CLAIM_S),
    )
    return dict(rows.fetchall())


def let_go(message_ids: list[int]) -> None:
    """Give claimed messages back: whoever claims next may have them."""
    cursor().execute("UPDATE outbox SET claimed_until = NULL WHERE message_id = ANY(%s)", (message_ids,))
