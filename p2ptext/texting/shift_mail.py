"""Mails about shifts: some hours before one, and when one does not take place."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from p2ptext.accounts import letters, tokens
from p2ptext.accounts.addresses import link
from p2ptext.accounts.models import Letter
from p2ptext.extensions import cursor
from p2ptext.rules import shift_times

SOON, CANCELLED = "shift_soon", "shift_cancelled"
"""The kinds of these letters."""
HOURS_BEFORE = 3
MOST_LETTERS = 200
"""Asked for in one transaction."""
_END = "\nThis mail was sent by p2ptext, the program that runs the texting.\n"

# Whoever signed up within these hours knows; a shift that began meanwhile is no news.
_DUE = f"""
WITH due AS (
  SELECT p.shift_id, p.membership_id FROM shift_place p JOIN shift s ON s.id = p.shift_id
  WHERE p.reminded_at IS NULL AND s.cancelled_at IS NULL AND s.starts_at > (SELECT p2p_now())
    AND s.starts_at <= (SELECT p2p_now()) + interval '{HOURS_BEFORE} hours'
  ORDER BY p.shift_id, p.membership_id LIMIT {MOST_LETTERS} FOR UPDATE OF p SKIP LOCKED
), noted AS (
  UPDATE shift_place p SET reminded_at = p2p_now() FROM due
  WHERE p.shift_id = due.shift_id AND p.membership_id = due.membership_id
  RETURNING p.shift_id, p.membership_id, p.organization_id, p.taken_at
)
SELECT n.shift_id, n.organization_id, e.email FROM noted n
JOIN shift s ON s.id = n.shift_id
JOIN membership m ON m.id = n.membership_id AND m.status = 'active' AND m.wants_notices
JOIN person e ON e.id = m.person_id AND e.disabled_at IS NULL
WHERE n.taken_at < s.starts_at - interval '{HOURS_BEFORE} hours'
"""


def remind() -> int:
    """Ask for a mail to everybody whose shift begins soon, once. How many. Any number may run at once."""
    due = cursor().execute(_DUE).fetchall()
    for shift_id, organization_id, email in due:
        letters.ask_for(SOON, email, shift_id, organization_id)
    return len(due)


def tell_of_cancelling(shift_id: int) -> int:
    """Ask for a mail to everybody who signed up. Whatever mails they want: else they would come for
    nothing. Returns how many."""
    people = (
        cursor()
        .execute(
            """SELECT s.organization_id, e.email FROM shift_place s
               JOIN membership m ON m.id = s.membership_id AND m.status = 'active'
               JOIN person e ON e.id = m.person_id AND e.disabled_at IS NULL
               WHERE s.shift_id = %s ORDER BY m.id""",
            (shift_id,),
        )
        .fetchall()
    )
    for organization_id, email in people:
        letters.ask_for(CANCELLED, email, shift_id, organization_id)
    return len(people)


@dataclass(frozen=True, slots=True)
class _About:
    """What a letter needs to know when it leaves."""

    name: str
    slug: str
    membership_id: int
    wants_notices: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    note: str
    cancelled: bool

    @property
    def when(self) -> str:
        return shift_times.in_words(self.starts_at, self.ends_at, self.zone)


def _about(letter: Letter) -> _About | None:
    """None for somebody who has given their place back, or left."""
    with cursor().connection.cursor(row_factory=class_row(_About)) as sql:
        sql.execute(
            """SELECT o.name, o.slug, m.id AS membership_id, m.wants_notices, s.starts_at, s.ends_at, s.zone,
                      s.note, s.cancelled_at IS NOT NULL AS cancelled
               FROM shift s JOIN organization o ON o.id = s.organization_id
               JOIN shift_place p ON p.shift_id = s.id
               JOIN membership m ON m.id = p.membership_id AND m.status = 'active'
               JOIN person e ON e.id = m.person_id
               WHERE s.id = %s AND lower(e.email) = lower(%s)""",
            (letter.about_id, letter.to_email),
        )
        return sql.fetchone()


def write_soon(letter: Letter) -> tuple[str, str] | None:
    """Subject and text; None when there is nothing to remind of any more."""
    about = _about(letter)
    if about is None or about.cancelled or not about.wants_notices:
        return None
    name, note = _line(about.name), f"\n{_line(about.note)}\n" if about.note else ""
    off = link("accounts.notices_off", token=tokens.notices_token(about.membership_id))
    return (
        f"Your shift with {name} begins soon",
        f"You signed up to text with {name}:\n\n{about.when}\n{note}\n"
        f"To begin, or to give your place to somebody else, open:\n\n{link('texting.shifts', org=about.slug)}"
        f"\n\nTo get no more of these mails from {name}, open:\n\n{off}\n{_END}",
    )


def write_cancelled(letter: Letter) -> tuple[str, str] | None:
    """Subject and text."""
    about = _about(letter)
    if about is None or not about.cancelled:
        return None
    name = _line(about.name)
    return (
        f"Cancelled: your shift with {name}",
        f"This shift with {name} does not take place:\n\n{about.when}\n\n"
        f"For other shifts, open:\n\n{link('texting.shifts', org=about.slug)}\n{_END}",
    )


def _line(value: str) -> str:
    return " ".join(value.split())
