"""The do-not-text list as people read it: its size, its newest entries, and one person's history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg.rows import dict_row
from sqlalchemy import func, select

from p2ptext.audience.models import Recipient
from p2ptext.audience.suppression import OWN_WORDS
from p2ptext.audience.suppression_models import SuppressionImport, SuppressionRefusal
from p2ptext.background import settings
from p2ptext.extensions import cursor, db
from p2ptext.rules import csv_safe
from p2ptext.rules.phone import hash_phone, mask

PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def count(organization_id: int) -> int:
    """How many numbers are on the list."""
    wanted = select(func.count()).where(
        Recipient.organization_id == organization_id, Recipient.suppressed_at.is_not(None)
    )
    return db.session.scalar(wanted) or 0


def find(organization_id: int, e164: str) -> int | None:
    """The recipient of this number, also when it is erased: by its keyed hash."""
    digest = hash_phone(e164, settings().phone_hash_key_for(organization_id))
    wanted = select(Recipient.id).filter_by(organization_id=organization_id, phone_hash=digest)
    return db.session.scalar(wanted)


def find_or_make(organization_id: int, e164: str) -> int:
    """The recipient of this number; made if nobody knew it."""
    digest = hash_phone(e164, settings().phone_hash_key_for(organization_id))
    cursor().execute(
        """INSERT INTO recipient (organization_id, phone_hash, phone) VALUES (%s, %s, %s)
           ON CONFLICT (organization_id, phone_hash) DO NOTHING""",
        (organization_id, digest, e164),
    )
    found = find(organization_id, e164)
    if found is None:
        raise RuntimeError("a recipient vanished")
    return found


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on the list."""

    id: int
    phone: str
    """Masked; empty after erasure."""
    since: datetime
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Entries:
    """A page of them, the newest first; `next_key` leads to the older ones."""

    rows: list[Entry]
    next_key: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind this entry."""

    at: datetime
    id: int

    @classmethod
    def read(cls, key: str) -> "Place | None":
        """The place a page's key names; None for anything else."""
        at, _, number = key.partition("-")
        if not (at.isascii() and at.isdigit() and number.isascii() and number.isdigit()):
            return None
        if len(at) > 16 or len(number) > 18:
            return None
        return cls(_EPOCH + timedelta(microseconds=int(at)), int(number))

    def key(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.id}"


_NEWEST = """
SELECT r.id, coalesce(r.phone, '') AS phone, r.suppressed_at AS since,
  coalesce(r.suppressed_reason, '') AS reason, e.person
FROM recipient r LEFT JOIN LATERAL (
  SELECT p.name AS person FROM suppression_event v LEFT JOIN person p ON p.id = v.person_id
  WHERE v.recipient_id = r.id AND v.action = 'added' AND v.reason = r.suppressed_reason
  ORDER BY v.id DESC LIMIT 1) AS e ON true
WHERE r.organization_id = %(org)s AND r.suppressed_at IS NOT NULL {after}
ORDER BY r.suppressed_at DESC, r.id DESC LIMIT %(most)s
"""
_AFTER = "AND (r.suppressed_at, r.id) < (%(at)s, %(id)s)"


def newest(organization_id: int, after: Place | None = None) -> Entries:
    """The entries behind `after`, or the newest of all."""
    values: dict[str, Any] = {"org": organization_id, "most": PAGE + 1}
    if after is not None:
        values |= {"at": after.at, "id": after.id}
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(_NEWEST.format(after="" if after is None else _AFTER), values)
        rows = [_entry(row) for row in sql.fetchall()]
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return Entries(rows, Place(rows[-1].since, rows[-1].id).key() if more else "")


def _entry(row: dict[str, Any]) -> Entry:
    phone = mask(row["phone"]) if row["phone"] else ""
    return Entry(row["id"], phone, row["since"], row["reason"], _by_whom(row["person"], row["reason"]))


def _by_whom(person: str | None, reason: str) -> str:
    if person:
        return person
    return "their own text" if reason.startswith(OWN_WORDS) else "the carrier"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of somebody's history."""

    what: str
    """added, lifted or erased."""
    at: datetime
    reason: str
    by: str


def history(organization_id: int, recipient_id: int) -> list[Change]:
    """What was done about somebody's texts, the newest first."""
    with cursor().connection.cursor() as sql:
        sql.execute(
            """SELECT h.what, h.at, h.reason, p.name FROM (
                 SELECT action AS what, at, reason, person_id FROM suppression_event
                 WHERE organization_id = %(org)s AND recipient_id = %(id)s
                 UNION ALL
                 SELECT 'erased', at, reason, person_id FROM erasure
                 WHERE organization_id = %(org)s AND recipient_id = %(id)s) AS h
               LEFT JOIN person p ON p.id = h.person_id
               ORDER BY h.at DESC""",
            {"org": organization_id, "id": recipient_id},
        )
        rows = sql.fetchall()
    return [Change(what, at, reason, _by_whom(name, reason)) for what, at, reason, name in rows]


def imports(organization_id: int) -> list[SuppressionImport]:
    """The latest lists that came in as files."""
    wanted = select(SuppressionImport).filter_by(organization_id=organization_id)
    return list(db.session.scalars(wanted.order_by(SuppressionImport.id.desc()).limit(20)))


_ALL = """
SELECT coalesce(r.phone, ''), r.suppressed_at, coalesce(r.suppressed_reason, ''), e.person, r.phone_hash
FROM recipient r LEFT JOIN LATERAL (
  SELECT p.name AS person FROM suppression_event v LEFT JOIN person p ON p.id = v.person_id
  WHERE v.recipient_id = r.id AND v.action = 'added' AND v.reason = r.suppressed_reason
  ORDER BY v.id DESC LIMIT 1) AS e ON true
WHERE r.organization_id = %s AND r.suppressed_at IS NOT NULL
ORDER BY r.suppressed_at, r.id
"""
_LINES_IN_A_CHUNK = 500


def as_csv(organization_id: int) -> Iterator[str]:
    """The whole list as a CSV file, some lines at a time, the oldest entry first.

    Erased people have no phone, but the fingerprint by which they stay on the list: an import of
    this file knows them again.
    """
    # The mark makes spreadsheets read the accents right.
    yield "\ufeff" + csv_safe.line(["phone", "since", "reason", "how", "fingerprint"])
    # A named cursor stays on the server and is fetched in parts.
    with cursor().connection.cursor(name="do_not_text") as sql:
        sql.execute(_ALL, (organization_id,))
        while some := sql.fetchmany(_LINES_IN_A_CHUNK):
            yield "".join(_line(*row) for row in some)


def _line(phone: str, since: datetime, reason: str, person: str | None, digest: bytes) -> str:
    how = _by_whom(person, reason)
    return csv_safe.line([phone, since.isoformat(timespec="seconds"), reason, how, digest.hex()])


def refused_csv(row: SuppressionImport) -> Iterator[str]:
    """The refused rows of a list as a CSV file, each with its line and what is wrong.

    Not named "reason": corrected and uploaded again, that column says why somebody is on the list.
    """
    yield "\ufeff" + csv_safe.line(["line", "problem", *row.header])
    wanted = (
        select(SuppressionRefusal.line, SuppressionRefusal.words, SuppressionRefusal.row)
        .filter_by(import_id=row.id)
        .order_by(SuppressionRefusal.line)
        .execution_options(yield_per=_LINES_IN_A_CHUNK)
    )
    for line, words, cells in db.session.execute(wanted):
        yield csv_safe.line([line, words, *cells])
