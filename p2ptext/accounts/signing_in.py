"""Signing in and out: who is at the door, and the rows of signed-in browsers."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select, text, update

from p2ptext.accounts import throttling
from p2ptext.accounts.access import ABSOLUTE_D, IDLE_H, token_digest
from p2ptext.accounts.models import NOW, Person, WebSession
from p2ptext.extensions import db

WRONG = "This e-mail address and password do not go together. Check both, or reset the password."

# A door that a stranger cannot lock for others: tries count against the one address from the one
# place; an account's own sum holds only for places it has never been signed in from; and failures
# of everybody together, which bound the cost of hashing, do not hold for known places either.
PER_ACCOUNT_AND_PLACE = "10 per 15 minutes"
PER_PLACE = "100 per 15 minutes"
PER_ACCOUNT_ELSEWHERE = "100 per hour"
EVERYBODY_ELSEWHERE = "3000 per 15 minutes"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may be signing in."""

    person_id: int
    password_hash: str


def find_candidate(email: str, place: str) -> Candidate | None:
    """The account of this address. `place` is the browser's IP address.

    Raises TooMany; every call counts as a try.
    """
    account = throttling.digest(email)
    person, known_here = _look_up(email, place)
    throttling.spend(PER_ACCOUNT_AND_PLACE, "sign-in", account, place)
    throttling.check(PER_PLACE, "sign-in-failed", place)
    if not known_here:
        throttling.spend(PER_ACCOUNT_ELSEWHERE, "sign-in", account)
        throttling.spend(EVERYBODY_ELSEWHERE, "sign-in")
    if person is None or person.disabled_at is not None:
        return None
    return Candidate(person.id, person.password_hash)


def note_failure(place: str) -> None:
    """Count a wrong password against the place it came from: one office may hold many volunteers,
    so what succeeds there does not count."""
    try:
        throttling.spend(PER_PLACE, "sign-in-failed", place)
    except throttling.TooMany:
        return


def note_success(email: str, place: str) -> None:
    """The person is who they say: their earlier slips from here are forgotten."""
    throttling.forget(PER_ACCOUNT_AND_PLACE, "sign-in", throttling.digest(email), place)


def find_person(email: str) -> Person | None:
    """The person of this address, however it is capitalized."""
    wanted = select(Person).where(func.lower(Person.email) == email.strip().lower())
    return db.session.scalars(wanted).one_or_none()


def _look_up(email: str, place: str) -> tuple[Person | None, bool]:
    """The person, and whether they have been signed in from there before; one statement, so that it
    takes the same time whether there is an account or not."""
    been_here = exists().where(WebSession.person_id == Person.id, WebSession.ip == place)
    wanted = select(Person, been_here).where(func.lower(Person.email) == email.strip().lower())
    found = db.session.execute(wanted).one_or_none()
    return (found[0], found[1]) if found else (None, False)


def start_session(person_id: int, user_agent: str, place: str) -> str:
    """A new signed-in browser; the secret token for its cookie. The row keeps only a digest."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        WebSession(
            person_id=person_id, token_digest=token_digest(token), user_agent=user_agent[:300], ip=place
        )
    )
    return token


def end_session(person_id: int, session_id: int) -> bool:
    """Sign one of the person's browsers out; False when it is not theirs or has ended."""
    return _end(WebSession.person_id == person_id, WebSession.id == session_id) == 1


def end_sessions(person_id: int, *, but: int | None = None) -> int:
    """Sign the person out everywhere, or everywhere `but` in one browser; how many that were."""
    return _end(WebSession.person_id == person_id, WebSession.id.is_distinct_from(but))


def _end(*which: object) -> int:
    ended = update(WebSession).where(WebSession.ended_at.is_(None), *which).values(ended_at=NOW)  # type: ignore[arg-type]
    return db.session.execute(ended).rowcount  # type: ignore[attr-defined, no-any-return]


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser as its owner sees it."""

    id: int
    device: str
    place: str
    began_at: datetime
    last_seen_at: datetime


def open_sessions(person_id: int) -> list[OpenSession]:
    """The person's living sessions, the latest used first."""
    alive = (
        select(WebSession)
        .where(
            WebSession.person_id == person_id,
            WebSession.ended_at.is_(None),
            WebSession.last_seen_at > text(f"p2p_now() - interval '{IDLE_H} hours'"),
            WebSession.created_at > text(f"p2p_now() - interval '{ABSOLUTE_D} days'"),
        )
        .order_by(WebSession.last_seen_at.desc(), WebSession.id.desc())
    )
    return [
        OpenSession(row.id, device_in_words(row.user_agent), row.ip, row.created_at, row.last_seen_at)
        for row in db.session.scalars(alive)
    ]


# The first that is found counts: Edge and Opera also say Chrome, Chrome also says Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)


def device_in_words(user_agent: str) -> str:
    """ "Chrome on Android", as far as the browser says."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
