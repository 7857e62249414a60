"""What the pages of audience show, read in one statement each."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from p2ptext.accounts.access import scoped
from p2ptext.audience.choosing import REFUSED_COLUMNS
from p2ptext.audience.models import Contact, ContactImport, RefusedRow
from p2ptext.extensions import db
from p2ptext.rules import csv_safe


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were refused, and how many."""

    code: str
    words: str
    count: int


def imports_of(campaign_id: int) -> list[ContactImport]:
    """The lists of a campaign, the latest first."""
    rows = scoped(ContactImport).where(ContactImport.campaign_id == campaign_id)
    return list(db.session.scalars(rows.order_by(ContactImport.id.desc()).limit(50)))


def waits_for_decision(campaign_id: int) -> bool:
    """Whether a list of this campaign is checked and a person has to decide on it."""
    rows = scoped(ContactImport).where(
        ContactImport.campaign_id == campaign_id, ContactImport.status == "checked"
    )
    return db.session.scalar(select(rows.exists())) or False


def contact_count(campaign_id: int) -> int:
    rows = select(func.count()).select_from(Contact).where(Contact.campaign_id == campaign_id)
    return db.session.scalar(rows) or 0


def reasons(import_id: int) -> list[Reason]:
    """Why rows of this import were refused, the most frequent reason first."""
    rows = (
        select(RefusedRow.code, func.min(RefusedRow.words), func.count())
        .where(RefusedRow.import_id == import_id)
        .group_by(RefusedRow.code)
        .order_by(func.count().desc(), RefusedRow.code)
    )
    return [Reason(*row) for row in db.session.execute(rows)]


def refused_csv(row: ContactImport) -> Iterator[str]:
    """The refused rows of an import as a CSV file, a line at a time, however many there are."""
    # The mark makes spreadsheets read the accents right.
    yield "\ufeff" + csv_safe.line([*REFUSED_COLUMNS, *row.header])
    rows = (
        select(RefusedRow.line, RefusedRow.words, RefusedRow.row)
        .where(RefusedRow.import_id == row.id)
        .order_by(RefusedRow.line)
        .execution_options(yield_per=1000)
    )
    for line, words, cells in db.session.execute(rows):
        yield csv_safe.line([line, words, *cells])
