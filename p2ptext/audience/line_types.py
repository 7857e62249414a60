"""Landlines are left out: who is one is looked up for money, once for each phone, and kept for a year.

The answers are kept by the phone's keyed hash as they come. The reading of a list (staging.py) leaves
out whoever is known as a landline, and a list is read again when that is learned of one of its rows.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from p2ptext.accounts import auditing
from p2ptext.audience.line_type_models import LineTypeLookup
from p2ptext.audience.models import ContactImport
from p2ptext.background import settings
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor, db
from p2ptext.rules.phone import Hasher

KNOWN_FOR = "365 days"
"""After that a number may have become somebody else's, and is asked about again."""
FRESH = f"at > (SELECT p2p_now()) - interval '{KNOWN_FOR}'"
"""SQL: whether a row of line_type counts."""


def landlines_of(organization_id: int, hasher: Hasher) -> Callable[[str], bool] | None:
    """Whether an E.164 number is known as a landline; None where no landline is known.

    Only the first 8 bytes of the hashes are compared: 8 MB for a million of them, and one in 10**13
    that a phone begins like one of those.
    """
    rows = cursor().execute(
        f"""SELECT substring(phone_hash FROM 1 FOR 8) FROM line_type
            WHERE organization_id = %s AND type = 'landline' AND {FRESH} ORDER BY phone_hash""",
        (organization_id,),
    )
    known = array("Q", (int.from_bytes(start) for (start,) in rows))
    if not known:
        return None

    def is_landline(e164: str) -> bool:
        wanted = int.from_bytes(hasher.hash(e164)[:8])
        place = bisect_left(known, wanted)
        return place < len(known) and known[place] == wanted

    return is_landline


@contextmanager
def _planned_for_many() -> Iterator[None]:
    """Both the rows of a list and the answers may be as new as this transaction: the database would
    plan for a handful of them, and go through a million rows for each of a million others."""
    opened = cursor()
    opened.execute("SET LOCAL enable_nestloop = off")
    opened.execute("SET LOCAL work_mem = '64MB'")
    yield
    opened.execute("SET LOCAL enable_nestloop TO DEFAULT")
    opened.execute("SET LOCAL work_mem TO DEFAULT")


def are_staged(row: ContactImport) -> bool:
    """Whether a staged row's phone has become known as a landline since the list was read."""
    with _planned_for_many():
        found = cursor().execute(
            f"""WITH landline AS MATERIALIZED (
                  SELECT phone_hash FROM line_type
                  WHERE organization_id = %(org)s AND type = 'landline' AND {FRESH})
                SELECT EXISTS (SELECT 1 FROM landline)
                   AND EXISTS (SELECT 1 FROM incoming_row i JOIN landline l ON l.phone_hash = i.phone_hash
                               WHERE i.import_id = %(import)s)""",
            {"org": row.organization_id, "import": row.id},
        )
        return bool((found.fetchone() or (False,))[0])


def wanted(row: str) -> str:
    """SQL: whether the phone of a staged row is worth a question: nobody was asked, and the person would
    be added. `row` names the row; parameters are org and campaign."""
    return f"""
      NOT EXISTS (SELECT 1 FROM line_type t
                  WHERE t.organization_id = %(org)s AND t.phone_hash = {row}.phone_hash AND t.{FRESH})
      AND NOT EXISTS (SELECT 1 FROM recipient r
                      WHERE r.organization_id = %(org)s AND r.phone_hash = {row}.phone_hash
                        AND (r.suppressed_at IS NOT NULL OR EXISTS (
                          SELECT 1 FROM contact c
                          WHERE c.recipient_id = r.id AND c.campaign_id = %(campaign)s)))"""


def forecast(row: ContactImport) -> dict[str, Any]:
    """A part of the list's forecast: of how many phones nobody was asked, which a look-up would cost.

    Nothing where nobody is to be asked.
    """
    if settings().line_type_lookup == "off":
        return {}
    with _planned_for_many():
        found = cursor().execute(
            f"""SELECT count(DISTINCT i.phone_hash) FROM incoming_row i
                WHERE i.import_id = %(import)s AND {wanted("i")}""",
            {"org": row.organization_id, "campaign": row.campaign_id, "import": row.id},
        )
        (count,) = found.fetchone() or (0,)
    return {"unknown_lines": count}


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page of a checked list says of landlines."""

    unknown: int
    """How many phones would be asked about, and paid for."""
    lookup: LineTypeLookup | None
    """The latest look-up of this list."""

    @property
    def asking(self) -> bool:
        return self.lookup is not None and self.lookup.status == "asking"

    @property
    def asked(self) -> int:
        return self.lookup.answered + self.lookup.unanswered if self.lookup else 0


def offer(row: ContactImport) -> Offer | None:
    """None where nobody is to be asked, or was not to be when the list was checked."""
    unknown = row.forecast.get("unknown_lines")
    if settings().line_type_lookup == "off" or unknown is None:
        return None
    lookup = db.session.scalar(
        select(LineTypeLookup)
        .where(LineTypeLookup.import_id == row.id, LineTypeLookup.organization_id == row.organization_id)
        .order_by(LineTypeLookup.id.desc())
        .limit(1)
    )
    return Offer(unknown, lookup)


def begin(import_id: int, organization_id: int, person_id: int) -> LineTypeLookup:
    """Somebody decided to pay: the list's unknown phones are to be asked about.

    One list of an organization at a time: their phones are often the same, and would be paid for twice.
    Raises NotFound and Refused: off, decided, nothing_unknown, asking.
    """
    if settings().line_type_lookup == "off":
        raise Refused("off", "Looking up landlines is switched off in this installation.")
    row = locked_list(import_id, organization_id)
    if row.status != "checked":
        raise Refused("decided", "This list does not wait for a decision any more.")
    now = offer(row)
    if now is None or not now.unknown:
        raise Refused("nothing_unknown", "All phones of this list have been looked up.")
    if now.asking:
        raise Refused("asking", "The phones of this list are being looked up just now.")
    try:
        lookup = _begun(row, now.unknown, person_id)
    except IntegrityError:
        raise Refused(
            "asking",
            "Phones of another list are being looked up just now. Wait until that is done: what it "
            "finds counts here too.",
        ) from None
    auditing.record("landlines_looked_up", f"list {row.id}", phones=now.unknown, by=person_id)
    return lookup


def _begun(row: ContactImport, unknown: int, person_id: int) -> LineTypeLookup:
    cursor().execute(
        f"DELETE FROM line_type WHERE organization_id = %s AND NOT {FRESH}", (row.organization_id,)
    )
    lookup = LineTypeLookup(
        organization_id=row.organization_id, import_id=row.id, total=unknown, created_by=person_id
    )
    db.session.add(lookup)
    db.session.flush()
    return lookup


def stop(import_id: int, organization_id: int, person_id: int) -> None:
    """Ask no more; what is known by now is kept. Nothing to do where nobody is asked."""
    lookup = db.session.scalar(
        select(LineTypeLookup)
        .where(
            LineTypeLookup.import_id == import_id,
            LineTypeLookup.organization_id == organization_id,
            LineTypeLookup.status == "asking",
        )
        .with_for_update()
    )
    if lookup is not None and lookup.stop_asked_at is None:
        lookup.stop_asked_at = func.p2p_now()
        auditing.record("landlines_stopped", f"list {import_id}", by=person_id)


def locked_list(import_id: int, organization_id: int) -> ContactImport:
    """The list, with its row locked: its status holds until the commit. Raises NotFound."""
    row = db.session.scalar(
        select(ContactImport)
        .where(ContactImport.id == import_id, ContactImport.organization_id == organization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row
