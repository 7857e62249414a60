"""What every click has in common: who made it, what speaks against it, what is kept of it."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from p2ptext.errors import Refused
from p2ptext.rules import hours, sms_text, state_hours
from p2ptext.texting import pacing

MOST_SEGMENTS = 3
SALT_BYTES = 16
"""Whoever holds a text against its click demands a salt of this length: of a longer one, the end could be
words that were taken out of the text."""


RECORD_CLICK = """clicked AS (
  INSERT INTO click (organization_id, person_id, session_id, contact_id, kind, shown_at, age_ms,
    received_at, token_digest, text_commitment, zone_evidence, checks)
  VALUES (%(org)s, %(person)s, %(session)s, %(contact)s, %(kind)s, to_timestamp(%(shown)s), %(age)s,
    %(now)s, %(digest)s, %(commitment)s, %(evidence)s, %(checks)s)
  RETURNING id
), device AS (
  INSERT INTO click_device (click_id, organization_id, salt, ip, user_agent)
  SELECT id, %(org)s, %(salt)s, %(ip)s, %(agent)s FROM clicked
)"""
"""The beginning of the one statement that writes a click and its message; `evidence` gives its values."""


@dataclass(frozen=True, slots=True)
class Clicker:
    """Who clicked, on what."""

    organization_id: int
    person_id: int
    session_id: int
    texting_name: str
    ip: str
    user_agent: str


def token_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


DATES = "a.days, a.opens_on, a.closes_on"
"""SQL: the days and dates of campaign `a`, which first_window_of wants beside its hours."""


def window_of(row: dict[str, Any]) -> hours.Hours:
    """The hours of answers to one contact: of a row with the campaign's columns and the contact's `states`."""
    window = hours.Window(row["opens"], row["closes"], row["sunday_opens"], row["state_hours"])
    return state_hours.hours_for(window, row["states"])


def first_window_of(row: dict[str, Any]) -> hours.Hours:
    """The hours of first texts and later passes, which a campaign's days and dates limit as well."""
    window = hours.Window(
        row["opens"],
        row["closes"],
        row["sunday_opens"],
        row["state_hours"],
        row["days"],
        row["opens_on"],
        row["closes_on"],
    )
    return state_hours.hours_for(window, row["states"])


_PAUSED = {
    "filtered": "This campaign is paused: phone companies held back too many of its texts. An organizer "
    "looks at it.",
    "opt_outs": "This campaign is paused: many people asked for no more texts. An organizer looks at it.",
    "budget": "This campaign is paused: the money set aside for it is used up. An organizer looks at it.",
}
"""Why p2ptext itself pauses a campaign, in words for volunteers; see breakers."""


def paused_words(because: str | None, said: str) -> str:
    """What volunteers read of a paused campaign: `because` is its column `paused_because`, `said` its
    `pause_words`."""
    words = _PAUSED.get(because or "", "An organizer has paused this campaign.")
    return f"{words} They say: {said}" if said else words


def check_campaign(facts: dict[str, Any]) -> None:
    """Raises Refused unless the campaign is running."""
    status = facts["campaign_status"]
    if status == "paused":
        raise Refused("paused", paused_words(facts["paused_because"], facts["pause_words"]))
    if status != "running":
        raise Refused("archived", "This campaign is over.")


def pace(facts: dict[str, Any]) -> None:
    """Raises Refused with code `pace` when this person sends faster than a hand can."""
    wait = pacing.wait_ms(facts["now"], facts["click_of_a_second"], facts["click_of_a_minute"])
    if wait:
        raise Refused("pace", "That was very fast. It will go in a moment.", 429, retry_after_ms=wait)


def check_length(text: str) -> sms_text.Count:
    """Raises Refused when the text needs more segments than a text may have."""
    size = sms_text.count(text)
    if size.segments > MOST_SEGMENTS:
        raise Refused(
            "too_long", f"This text needs {size.segments} segments; at most {MOST_SEGMENTS} may be sent."
        )
    return size


def commitment(salt: bytes, text: str) -> bytes:
    """SHA-256 of salt and text: proves later what was asked for, and says nothing once the salt is erased."""
    return hashlib.sha256(salt + text.encode()).digest()


def checks_passed(facts: dict[str, Any]) -> dict[str, Any]:
    """What the click saw when every check passed, for the evidence."""
    # What was asked for beside the words, where anything was.
    leaving = facts.get("leaving")
    enclosed = {"with": leaving.evidence} if leaving is not None and leaving.evidence else {}
    return enclosed | {
        "suppressed": False,
        "campaign": facts["campaign_status"],
        "zones": facts["zones"],
        "states": facts["states"] if facts["state_hours"] else [],
        "hours": f"{facts['opens']:%H:%M}-{facts['closes']:%H:%M}, Sunday {facts['sunday_opens']:%H:%M}",
    }


def evidence(
    who: Clicker,
    kind: str,
    facts: dict[str, Any],
    contact_id: int,
    token: str,
    text: str,
    shown_at: float,
    age_ms: int,
) -> dict[str, Any]:
    """The values of RECORD_CLICK: who asked for which text to whom, and what was checked."""
    salt = secrets.token_bytes(SALT_BYTES)
    return {
        "org": who.organization_id,
        "person": who.person_id,
        "session": who.session_id,
        "contact": contact_id,
        "kind": kind,
        "shown": shown_at,
        "age": age_ms,
        "now": facts["now"],
        "digest": token_digest(token),
        "salt": salt,
        "commitment": commitment(salt, text),
        "evidence": facts["zone_evidence"],
        "checks": Jsonb(checks_passed(facts)),
        "ip": who.ip,
        "agent": who.user_agent[:300],
    }
