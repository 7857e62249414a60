"""What goes with a text, and by which way it leaves: decided at the click, looked at once more at the call.

Most texts carry nothing, and cost no statement more for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.rows import dict_row

from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.rules import enclosure
from p2ptext.rules.sms_text import Count

SHOWN_BY_RCS = ("image", "video")
"""A sound goes by MMS from the start: RCS shows it apart from the words."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """How one text will leave."""

    channel: str
    """sms, mms or rcs."""
    media_id: int | None = None
    digest: str = ""
    """SHA-256 of what goes with it, in hex: the click's evidence holds it."""
    numbers: frozenset[int] = frozenset()
    """Of the numbers that were asked about, those that can carry it."""

    def pool(self, numbers: Mapping[int, str]) -> dict[int, str]:
        """Of these numbers, by their ids, those that can carry the text. Raises Refused (no_mms_number)."""
        if self.media_id is None:
            return dict(numbers)
        able = {number: phone for number, phone in numbers.items() if number in self.numbers}
        if not able:
            raise no_mms_number()
        return able

    def segments(self, size: Count) -> int:
        """What the text counts for the carrier's limits: a picture message is one message."""
        return size.segments if self.media_id is None else enclosure.SEGMENTS

    @property
    def evidence(self) -> dict[str, Any] | None:
        """What the click's evidence says of it; None where nothing goes with the words."""
        return None if self.media_id is None else {"id": self.media_id, "sha256": self.digest}


def no_mms_number() -> Refused:
    """What is told where no number can carry a picture."""
    return Refused(
        "no_mms_number",
        "A picture goes with this text, and no number here can send one. Tell your organizer.",
    )


def leaving(
    organization_id: int, media_id: int | None, numbers: Mapping[int, str], agent: str
) -> Leaving:
    """How a text leaves that carries this, from one of these numbers; `agent` is the organization's with
    RCS, "" without one.

    Raises Refused (media_gone) when it is not kept any more.
    """
    if media_id is None:
        return Leaving("rcs" if agent else "sms")
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT f.kind, f.digest, (SELECT array_agg(n.id) FROM sending_number n
             WHERE n.id = ANY(%s) AND n.organization_id = f.organization_id AND n.can_mms) AS able
           FROM media_file f WHERE f.id = %s AND f.organization_id = %s AND f.removed_at IS NULL""",
        (list(numbers), media_id, organization_id),
    )
    found = sql.fetchone()
    if found is None:
        raise Refused(
            "media_gone",
            "The picture that goes with this text is not kept any more. Tell your organizer.",
        )
    by_rcs = agent and found["kind"] in SHOWN_BY_RCS
    return Leaving(
        "rcs" if by_rcs else "mms", media_id, found["digest"].hex(), frozenset(found["able"] or ())
    )


def shown(organization_id: int, media_ids: list[int]) -> dict[int, dict[str, Any]]:
    """For pages: kind and description of these, by their ids, with `gone` where they are not kept any more."""
    if not media_ids:
        return {}
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT id, kind, description, removed_at IS NOT NULL AS gone FROM media_file
           WHERE id = ANY(%s) AND organization_id = %s""",
        (sorted(set(media_ids)), organization_id),
    )
    return {row["id"]: dict(row) for row in sql.fetchall()}
