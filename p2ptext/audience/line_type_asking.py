"""Asking what kind of line the phones of a list are: a stint at a time, answers kept as they come.

Every question costs money. None is repeated but one that was not counted for sure, and after a killed
worker those of its last second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from p2ptext.audience import importing, line_types
from p2ptext.audience.line_type_models import LineTypeLookup
from p2ptext.audience.models import ContactImport
from p2ptext.extensions import cursor, db
from p2ptext.sms.line_types import Barred, LineType, LookUpResult, Lost, NotAsked

MOST_SILENT = 20
"""Questions in a row without an answer, after which asking on would only cost money."""
LONGEST_PAUSE_S = 10.0
WINDOW = 5_000
"""Rows of a list that are looked at together."""


class TakenOver(Exception):
    """Another process does this look-up now, or it is over."""


@dataclass(frozen=True, slots=True)
class Stint:
    """The right to ask for a while."""

    lookup_id: int
    number: int
    import_id: int
    organization_id: int


@dataclass(frozen=True, slots=True)
class Question:
    """A phone of a list, and whether it is to be asked about."""

    line: int
    phone_hash: bytes
    phone: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class End:
    """Why a look-up is over: done, stopped or failed, and for the last one the words."""

    status: str
    fault: str = ""


def take_stint(lookup_id: int, number: int) -> Stint:
    """Raises TakenOver when somebody has had the stint of this number, or the look-up is over."""
    found = cursor().execute(
        """UPDATE line_type_lookup SET stints = stints + 1, moved_at = p2p_now()
           WHERE id = %s AND stints = %s AND status = 'asking' RETURNING import_id, organization_id""",
        (lookup_id, number),
    )
    row = found.fetchone()
    if row is None:
        raise TakenOver
    return Stint(lookup_id, number + 1, *row)


# The window first and what is known of it afterwards, so that no stint looks a million phones up.
_AHEAD = f"""
WITH ahead AS MATERIALIZED (
  SELECT line, phone_hash, phone FROM incoming_row
  WHERE import_id = %(import)s AND line > %(after)s ORDER BY line LIMIT %(window)s
)
SELECT a.line, a.phone_hash, a.phone, {line_types.wanted("a")}
FROM ahead a ORDER BY a.line
"""


def ahead(stint: Stint) -> list[Question] | End:
    """The next rows of the list, or why there is nothing to ask any more. Raises TakenOver."""
    lookup = _locked(stint)
    row = db.session.get_one(ContactImport, stint.import_id, populate_existing=True)
    over = _decided(lookup, row)
    if over:
        return over
    rows = cursor().execute(
        _AHEAD,
        {
            "import": row.id,
            "org": row.organization_id,
            "campaign": row.campaign_id,
            "after": lookup.last_line,
            "window": WINDOW,
        },
    )
    return [Question(*values) for values in rows] or End("done")


def keep(
    stint: Stint, asked: Sequence[Question], answers: Sequence[LookUpResult], done_to: int
) -> float | End:
    """Keep these answers, and that all rows up to the line `done_to` are asked about.

    Returns how many seconds to wait at least, or why the asking is over. Raises TakenOver.
    """
    lookup = _locked(stint)
    known = [
        (stint.organization_id, one.phone_hash, answer.value)
        for one, answer in zip(asked, answers, strict=True)
        if isinstance(answer, LineType)
    ]
    cursor().executemany(
        """INSERT INTO line_type (organization_id, phone_hash, type) VALUES (%s, %s, %s)
           ON CONFLICT (organization_id, phone_hash) DO UPDATE SET type = excluded.type, at = p2p_now()""",
        known,
    )
    lookup.answered += len(known)
    lookup.landlines += sum(found == LineType.LANDLINE for _, _, found in known)
    lookup.unanswered += sum(isinstance(answer, Lost) for answer in answers)
    lookup.silent = _silent(lookup.silent, answers)
    lookup.last_line = max(lookup.last_line, done_to)
    lookup.moved_at = func.p2p_now()
    db.session.flush()
    row = db.session.get_one(ContactImport, stint.import_id, populate_existing=True)
    return _decided(lookup, row) or _hopeless(lookup, answers) or _pause_s(answers)


def move_on(stint: Stint, line: int) -> None:
    """All rows up to this line are known or asked about. Raises TakenOver."""
    _locked(stint).last_line = line


def end(stint: Stint, over: End) -> bool:
    """The asking is over. Returns whether the list is to be read again: landlines were found in it.

    Raises TakenOver.
    """
    row = line_types.locked_list(stint.import_id, stint.organization_id)
    lookup = _locked(stint)
    lookup.status, lookup.fault, lookup.finished_at = over.status, over.fault, func.p2p_now()
    db.session.flush()
    if row.status != "checked":
        return False
    if line_types.are_staged(row) or not importing.is_staged(row):
        row.staged, row.forecast, row.status = None, {}, "uploaded"
        return True
    row.forecast = {**row.forecast, **line_types.forecast(row)}
    return False


def standing_still() -> list[tuple[int, int]]:
    """Look-ups nobody has worked on for a minute, each with the number of its next stint."""
    rows = cursor().execute(
        """SELECT id, stints FROM line_type_lookup
           WHERE status = 'asking' AND moved_at < (SELECT p2p_now()) - interval '1 minute' ORDER BY id"""
    )
    return [(lookup_id, stints) for lookup_id, stints in rows]


def _locked(stint: Stint) -> LineTypeLookup:
    lookup = db.session.scalar(
        select(LineTypeLookup)
        .where(
            LineTypeLookup.id == stint.lookup_id,
            LineTypeLookup.stints == stint.number,
            LineTypeLookup.status == "asking",
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if lookup is None:
        raise TakenOver
    return lookup


def _decided(lookup: LineTypeLookup, row: ContactImport) -> End | None:
    """Somebody wants no more answers: they said so, or decided on the list."""
    return End("stopped") if lookup.stop_asked_at or row.status != "checked" else None


def _silent(before: int, answers: Sequence[LookUpResult]) -> int:
    """Questions without an answer since the last answer. Being told to wait counts once for all."""
    silent = before
    for answer in answers:
        if isinstance(answer, LineType):
            silent = 0
        elif not isinstance(answer, NotAsked):
            silent += 1
    told_to_wait = all(isinstance(answer, NotAsked) for answer in answers)
    return silent + 1 if told_to_wait else silent


def _hopeless(lookup: LineTypeLookup, answers: Sequence[LookUpResult]) -> End | None:
    barred = next((answer for answer in answers if isinstance(answer, Barred)), None)
    if barred:
        return End(
            "failed",
            f"{barred.words} The account may not look numbers up: whoever runs this installation has "
            "to check its keys and its credit.",
        )
    if lookup.silent < MOST_SILENT:
        return None
    last = next(
        (answer.words for answer in reversed(answers) if isinstance(answer, Lost | NotAsked)), ""
    )
    return End("failed", f"{MOST_SILENT} questions in a row stayed without an answer. {last} Try later.")


def _pause_s(answers: Sequence[LookUpResult]) -> float:
    waits = [answer.retry_after_s or 1.0 for answer in answers if isinstance(answer, NotAsked)]
    return min(max(waits, default=0.0), LONGEST_PAUSE_S)
