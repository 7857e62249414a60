"""What the carrier sent that nobody could use, or only in spite of a setting: kept as it came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from p2ptext.accounts import auditing
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor
from p2ptext.review.excerpts import excerpt
from p2ptext.review.inbox import Panel, found
from p2ptext.sms.vonage_events import OLD_ACCOUNT, OLD_APPLICATION, SWAPPED


@dataclass(frozen=True, slots=True)
class Kept:
    """A signed webhook that could not be used, or only in spite of a setting."""

    id: int
    kind: str
    note: str
    excerpt: str
    """At most a screenful, phones masked; not escaped."""
    at: datetime


_KINDS = {"inbound": "A reply", "status": "A receipt", "strange": "Something else"}
_KEPT = """SELECT id, kind, coalesce(note, '') AS note, raw, received_at, count(*) OVER () AS total
           FROM provider_event WHERE {} ORDER BY id DESC LIMIT %(most)s"""


_UNUSED = "note IS NOT NULL AND put_aside_at IS NULL AND note <> ALL(%(settings)s)"


def kept(organization_id: int) -> Panel[Kept]:
    """Webhooks for this organization that were kept because nothing could be done with them."""
    where = f"organization_id = %(org)s AND {_UNUSED}"
    return _kept(_KEPT.format(where), {"org": organization_id, "settings": list(_SETTINGS)})


def put_aside(organization_id: int, event_id: int, person_id: int, *, alike: bool) -> int:
    """Nobody needs to see this webhook again, or with `alike` any that came up to it with the same remark.

    Returns how many; 0 when somebody has done it before. Raises NotFound.
    """
    sql = cursor()
    sql.execute(
        "SELECT note FROM provider_event WHERE id = %s AND organization_id = %s",
        (event_id, organization_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    which = "note = %(note)s AND id <= %(id)s" if alike else "id = %(id)s"
    sql.execute(
        f"""UPDATE provider_event SET put_aside_at = p2p_now(), put_aside_by = %(person)s
            WHERE organization_id = %(org)s AND {_UNUSED} AND {which}""",
        {
            "org": organization_id,
            "id": event_id,
            "note": row[0],
            "person": person_id,
            "settings": list(_SETTINGS),
        },
    )
    if sql.rowcount:
        auditing.record("webhook_put_aside", f"event {event_id}", webhooks=sql.rowcount)
    return sql.rowcount


_SETTINGS = (OLD_ACCOUNT, OLD_APPLICATION, SWAPPED)
"""Remarks about the carrier's account. What they stand on was read all the same, next to them."""
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """A setting of the carrier's account that should be changed."""

    words: str
    count: int
    """Webhooks of the last week that were understood in spite of it."""
    examples: list[Kept]
    """The newest of them."""


def advice(organization_id: int) -> list[Advice]:
    """What the last week's webhooks say about settings, each setting once."""
    rows, _ = found(
        """SELECT n.id, e.kind, n.note, e.raw, e.received_at, n.alike, count(*) OVER () AS total
           FROM (SELECT id, note, count(*) OVER (PARTITION BY note) AS alike,
                   row_number() OVER (PARTITION BY note ORDER BY id DESC) AS place
                 FROM provider_event
                 WHERE organization_id = %(org)s AND note = ANY(%(settings)s)
                   AND received_at > (SELECT p2p_now()) - interval '7 days') n
           JOIN provider_event e ON e.id = n.id
           WHERE n.place <= %(examples)s ORDER BY n.note, n.id DESC LIMIT %(most)s""",
        {"org": organization_id, "settings": list(_SETTINGS), "examples": EXAMPLES},
    )
    return [
        Advice(words, alike, [_shown(row) for row in of_it])
        for (words, alike), of_it in groupby(rows, key=lambda row: (row["note"], row["alike"]))
    ]


def unclaimed() -> Panel[Kept]:
    """Webhooks that belong to no organization: for the operator alone."""
    return _kept(_KEPT.format("organization_id IS NULL"), {})


def _kept(statement: str, values: Mapping[str, Any]) -> Panel[Kept]:
    rows, total = found(statement, values)
    return Panel([_shown(row) for row in rows], total)


def _shown(row: Mapping[str, Any]) -> Kept:
    return Kept(row["id"], _KINDS[row["kind"]], row["note"], excerpt(row["raw"]), row["received_at"])
