"""A list comes in: an uploaded file waits for a person's decision, then becomes recipients and
contacts, or nothing at all.

The rows were read and staged before (staging.py). Here a few statements over all of them decide what
becomes of each: imported, a duplicate, or suppressed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from psycopg import Cursor
from psycopg.errors import UniqueViolation
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from p2ptext import files
from p2ptext.accounts import auditing
from p2ptext.audience import forecasting, staying_out
from p2ptext.audience.models import ContactImport
from p2ptext.background import settings
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor, db

RECIPIENTS = 0x9ECE
"""First key of the advisory locks under which lists make recipients; the second is the organization."""


DECIDE_WITHIN = "7 days"
"""A list that nobody decides on is personal data without a purpose."""
_FEW = 20_000
WORK_MEM = "128MB"
"""What the database may take for one sorting or joining of a list: a million rows then stay off disk."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Why these people may be texted: where the list is from, from when, on what basis."""

    source: str
    date: date | None
    basis: str


def upload_folder() -> Path:
    """Where uploaded lists are kept until they are read."""
    return settings().data_dir / "uploads"


def most_upload_bytes() -> int:
    return settings().max_upload_mb * 2**20


def receive_list(
    campaign: Campaign, stream: BinaryIO, name: str | None, consent: Consent, person_id: int
) -> ContactImport:
    """Keep an uploaded file as a list that waits for its check.

    Raises Refused: archived, too_large.
    """
    if campaign.status == "archived":
        raise Refused("archived", "This campaign is archived and takes no more lists.")
    stored = files.store(stream, upload_folder(), most_upload_bytes())
    row = ContactImport(
        organization_id=campaign.organization_id,
        campaign_id=campaign.id,
        file_name=files.shown_name(name),
        stored_as=stored.name,
        size_bytes=stored.size,
        consent_source=consent.source,
        consent_date=consent.date,
        consent_basis=consent.basis,
        created_by=person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def import_under_way(campaign_id: int) -> int | None:
    """The list that is coming in in this campaign."""
    return db.session.scalar(
        select(ContactImport.id).where(
            ContactImport.campaign_id == campaign_id,
            ContactImport.status.in_(("waiting", "running", "cutting")),
        )
    )


def _locked(import_id: int, organization_id: int) -> ContactImport:
    row = db.session.scalar(
        select(ContactImport)
        .where(ContactImport.id == import_id, ContactImport.organization_id == organization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


def choose_columns(
    import_id: int, organization_id: int, column_map: Mapping[str, Any], person_id: int
) -> ContactImport:
    """Take a person's word for the columns; the list is then checked again.

    Raises NotFound, and Refused (decided) when it is no longer to be decided on.
    """
    row = _locked(import_id, organization_id)
    if row.status not in ("uploaded", "checked"):
        raise _decided(row)
    row.column_map = dict(column_map)
    row.columns_chosen = True
    row.staged, row.forecast, row.status = None, {}, "uploaded"
    db.session.flush()
    auditing.record("list_columns", f"list {row.id}", columns=sorted(column_map), by=person_id)
    return row


def _decided(row: ContactImport) -> Refused:
    words = {
        "checking": "The list is being read just now. Wait until it is, then choose.",
        "cancelled": "This list was cancelled. Upload it again.",
        "refused": "This file could not be used. Upload another one.",
        "done": "This list is in already.",
    }
    return Refused("decided", words.get(row.status, "This list is coming in already."))


def confirm(import_id: int, organization_id: int, person_id: int) -> ContactImport:
    """A person decided: the list shall come in. It then waits for a worker.

    Raises NotFound and Refused: decided, no_phone_column, archived, import_running, and for a campaign
    that was launched what stands against its new cards.
    """
    campaign_id = db.session.scalar(
        select(ContactImport.campaign_id).where(
            ContactImport.id == import_id, ContactImport.organization_id == organization_id
        )
    )
    if campaign_id is None:
        raise NotFound
    # Whoever launches or changes the message holds this lock too, so what is checked here holds.
    campaign = writing.lock_to_change(campaign_id, organization_id)
    row = _locked(import_id, organization_id)
    if row.status != "checked":
        raise _decided(row)
    if row.staged is None:
        raise Refused("no_phone_column", "Choose the column that holds the phone numbers.")
    if import_under_way(campaign_id):
        raise _busy()
    if campaign.status != "draft":
        _refuse_what_cannot_be_sent(row, campaign)
    row.status = "waiting"
    row.confirmed_by = person_id
    row.confirmed_at = func.p2p_now()
    try:
        db.session.flush()
    except IntegrityError:  # somebody else's list came first by a moment
        raise _busy() from None
    auditing.record("list_confirmed", f"list {row.id}", campaign=campaign_id, rows=row.staged)
    return row


def _busy() -> Refused:
    return Refused(
        "import_running",
        "Another list is coming in for this campaign just now. Wait until it is, then import this one.",
    )


def _refuse_what_cannot_be_sent(row: ContactImport, campaign: Campaign) -> None:
    """A launched campaign's new cards would be in volunteers' hands at once: they must be sendable."""
    blocks = forecasting.stands_against(row, campaign)
    if blocks:
        raise Refused(
            "cannot_be_sent",
            "This campaign is launched, and some people of this list could not be texted. "
            + " ".join(block.words for block in blocks),
        )


def cancel(import_id: int, organization_id: int, person_id: int) -> ContactImport:
    """Do not take this list, or stop taking it; nothing of it is kept.

    A worker that is busy with it notices within seconds. Raises NotFound and Refused (decided).
    """
    row = _locked(import_id, organization_id)
    if row.status in ("uploaded", "checked", "waiting"):
        row.status = "cancelled"
        row.finished_at = func.p2p_now()
    elif row.status in ("checking", "running", "cutting"):
        row.cancel_asked_at = func.p2p_now()
    else:
        raise _decided(row)
    db.session.flush()
    auditing.record("list_cancelled", f"list {row.id}", by=person_id)
    return row


def plan_for(sql: Cursor[Any], row: ContactImport) -> None:
    """Have the rest of this transaction planned for a list of this size.

    Statistics may be old, or never made where the program does not own its tables. A plan for a few
    rows, looking each up by itself, takes hours for a million.
    """
    sql.execute(f"SET LOCAL work_mem = '{WORK_MEM}'")
    if (row.staged or 0) > _FEW:
        sql.execute("SET LOCAL enable_nestloop = off")


# The lists of an organization make their recipients one after the other, so that nothing stands
# against the plain INSERT but a text from somebody new at this very moment; then it is done again
# with the clause that minds it, which takes half as long again. Ordered by the hash: an index grows
# fastest in its own order.
_MAKE_RECIPIENTS = """
INSERT INTO recipient (organization_id, phone_hash, phone)
SELECT DISTINCT ON (i.phone_hash) %(org)s, i.phone_hash, i.phone FROM incoming_row i
WHERE i.import_id = %(import)s AND NOT EXISTS (
  SELECT 1 FROM recipient r WHERE r.organization_id = %(org)s AND r.phone_hash = i.phone_hash)
ORDER BY i.phone_hash
"""
# Somebody whose data was erased, and who is back in a new list without having opted out.
_KNOW_AGAIN = """
UPDATE recipient r SET phone = i.phone FROM incoming_row i
WHERE r.organization_id = %(org)s AND r.phone IS NULL AND NOT {stays_out}
  AND i.import_id = %(import)s AND i.phone_hash = r.phone_hash
"""


def make_recipients(row: ContactImport) -> None:
    """Make the organization know every phone of the staged rows, in the open transaction."""
    sql = cursor()
    values = _values(row)
    sql.execute("SELECT pg_advisory_xact_lock(%s, %s)", (RECIPIENTS, row.organization_id))
    plan_for(sql, row)
    sql.execute("ANALYZE incoming_row")
    sql.execute("SAVEPOINT nobody_new")
    try:
        sql.execute(_MAKE_RECIPIENTS, values)
    except UniqueViolation:
        sql.execute("ROLLBACK TO SAVEPOINT nobody_new")
        sql.execute(_MAKE_RECIPIENTS + "ON CONFLICT DO NOTHING", values)
    sql.execute("ANALYZE recipient")
    sql.execute(_KNOW_AGAIN.format(stays_out=staying_out.condition(row)), values)


_REPEATED = """
CREATE TEMPORARY TABLE repeated ON COMMIT DROP AS
SELECT phone_hash, min(line) AS first_line FROM incoming_row WHERE import_id = %(import)s
GROUP BY phone_hash HAVING count(*) > 1
"""
# The first usable row of a phone counts, the others are its duplicates.
_SORT_OUT = """
INSERT INTO sorted_row (import_id, line, recipient_id, zone_set, household)
SELECT i.import_id, i.line, r.id, array_to_string(i.zones || i.states, ' '), i.household
FROM incoming_row i
JOIN recipient r ON r.organization_id = %(org)s AND r.phone_hash = i.phone_hash
WHERE i.import_id = %(import)s AND NOT {stays_out}
  AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.campaign_id = %(campaign)s AND c.recipient_id = r.id)
  AND NOT EXISTS (SELECT 1 FROM repeated d WHERE d.phone_hash = i.phone_hash AND d.first_line <> i.line)
"""
_COUNT_SUPPRESSED = """
SELECT count(DISTINCT i.phone_hash) FROM incoming_row i
JOIN recipient r ON r.organization_id = %(org)s AND r.phone_hash = i.phone_hash
WHERE i.import_id = %(import)s AND {stays_out}
"""
# The same phone under another name: people who live together, or who changed their number.
_COUNT_HOUSEHOLDS = """
SELECT count(*) FROM (
  SELECT i.line <> d.first_line AS again, i.person_key,
         first_value(i.person_key) OVER (PARTITION BY i.phone_hash ORDER BY i.line) AS first_key
  FROM incoming_row i JOIN repeated d ON d.phone_hash = i.phone_hash WHERE i.import_id = %(import)s
) AS same_phone
WHERE again AND person_key <> first_key AND person_key <> '' AND first_key <> ''
"""


def sort_out(row: ContactImport) -> None:
    """Decide what becomes of every staged row; those that become contacts wait in sorted_row."""
    sql = cursor()
    values = _values(row)
    plan_for(sql, row)
    sql.execute("DELETE FROM sorted_row WHERE import_id = %(import)s", values)
    sql.execute(_REPEATED, values)
    sql.execute("ANALYZE repeated")
    stays_out = staying_out.condition(row)
    imported = sql.execute(_SORT_OUT.format(stays_out=stays_out), values).rowcount
    suppressed = _number(sql.execute(_COUNT_SUPPRESSED.format(stays_out=stays_out), values))
    households = _number(sql.execute(_COUNT_HOUSEHOLDS, values))
    row.imported, row.suppressed, row.households = imported, suppressed, households
    row.duplicates = (row.staged or 0) - imported - suppressed
    db.session.flush()


def is_sorted_out(row: ContactImport) -> bool:
    """Whether the rows to become contacts are still there; a crash of the database empties the table."""
    return _count("sorted_row", row.id) == row.imported and is_staged(row)


def is_staged(row: ContactImport) -> bool:
    """Whether the good rows are still there."""
    return row.staged is not None and _count("incoming_row", row.id) == row.staged


def _count(table: str, import_id: int) -> int:
    return _number(cursor().execute(f"SELECT count(*) FROM {table} WHERE import_id = %s", (import_id,)))


def _number(found: Cursor[Any]) -> int:
    (number,) = found.fetchone() or (0,)
    return int(number)


def forget_rows(row: ContactImport) -> None:
    """The staged rows are not needed any more: they are personal data."""
    sql = cursor()
    for table in ("incoming_row", "sorted_row"):
        sql.execute(f"DELETE FROM {table} WHERE import_id = %s", (row.id,))


def cancel_undecided() -> int:
    """Cancel lists that nobody decided on for a week; they are then forgotten. Returns how many."""
    return (
        cursor()
        .execute(
            f"""UPDATE contact_import SET status = 'cancelled', finished_at = p2p_now()
                WHERE status = 'checked'
                  AND coalesce(checked_at, created_at) < (SELECT p2p_now()) - interval '{DECIDE_WITHIN}'"""
        )
        .rowcount
    )


def not_forgotten() -> list[int]:
    """Lists that are over and whose file or rows are still here, a minute later."""
    rows = cursor().execute(
        """SELECT id FROM contact_import
           WHERE status IN ('done','refused','cancelled') AND stored_as <> ''
             AND finished_at < (SELECT p2p_now()) - interval '1 minute' ORDER BY id"""
    )
    return [row[0] for row in rows]


# Numbers that became known for a list that was then cancelled, and for nothing else: another list that
# is coming in makes its contacts of them in a moment.
_FORGET_PHONES = """
UPDATE recipient r SET phone = NULL
FROM incoming_row i
WHERE i.import_id = %(import)s AND r.organization_id = %(org)s AND r.phone_hash = i.phone_hash
  AND r.phone IS NOT NULL AND r.suppressed_at IS NULL AND r.created_at >= %(since)s
  AND r.last_texted_at IS NULL AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.recipient_id = r.id)
  AND NOT EXISTS (
    SELECT 1 FROM incoming_row o JOIN contact_import l ON l.id = o.import_id
    WHERE l.organization_id = %(org)s AND l.status IN ('running','cutting') AND l.id <> %(import)s
      AND o.phone_hash = i.phone_hash)
"""


def forget_phones(row: ContactImport) -> None:
    """Forget the phones that only this list, which does not come in after all, has brought."""
    if row.confirmed_at is None:
        return
    sql = cursor()
    sql.execute("SELECT pg_advisory_xact_lock(%s, %s)", (RECIPIENTS, row.organization_id))
    plan_for(sql, row)
    sql.execute(_FORGET_PHONES, {**_values(row), "since": row.confirmed_at})


def _values(row: ContactImport) -> dict[str, Any]:
    return {"org": row.organization_id, "campaign": row.campaign_id, "import": row.id}
