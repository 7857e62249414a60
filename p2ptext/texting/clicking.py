"""What every click has in common: who made it, what speaks against it, what is kept of it."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from p2ptext.errors import Refused
from p2ptext.rules import hours, sms_text
from p2ptext.texting import pacing

MOST_SEGMENTS = 3


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


def window_of(row: dict[str, Any]) -> hours.Window:
    return hours.Window(row["opens"], row["closes"], row["sunday_opens"])


def check_campaign(status: str) -> None:
    """Raises Refused unless the campaign is running."""
    if status == "paused":
        raise Refused("paused", "An organizer has paused this campaign.")
    if status != "running":
        raise Refused("archived", "This campaign is over.")


def pace(facts: dict[str, Any]) -> None:
    """Raises Refused with code `pace` when this person sends faster than a hand can."""
    wait = pacing.wait_ms(facts["now"], facts["click_of_a_second"], facts["click_of_a_minute"])
    if wait:
        raise Refused("pace", "That was very fast. It will go in a moment.", 429, retry_after_ms=wait)


def check_hours(facts: dict[str, Any], undo_s: int) -> None:
    """Raises Refused when the text could not leave inside the hours of every possible zone."""
    now, zones, window = facts["now"], facts["zones"], window_of(facts)
    closes = hours.closes_at(now, zones, window)
    if closes is None or closes < now + timedelta(seconds=undo_s) + timedelta(seconds=20):
        opens = hours.opens_at(closes or now, zones, window)
        raise Refused(
            "hours_closed",
            "It is outside the texting hours where this person lives.",
            opens_at=opens.isoformat() if opens else None,
        )


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
    return {
        "suppressed": False,
        "campaign": facts["campaign_status"],
        "zones": facts["zones"],
        "hours": f"{facts['opens']:%H:%M}-{facts['closes']:%H:%M}, Sunday {facts['sunday_opens']:%H:%M}",
    }
