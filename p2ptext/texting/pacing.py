"""How fast a person may click and the carrier may be called.

A person: at most 3 texts in any second and 120 in any minute unless the settings say otherwise, well
above the fastest thumb measured (0.45 s a text) and well below a held key (4.5 a second). The carrier:
a bucket of permits in the database that all dispatchers share.
"""

from dataclasses import dataclass
from datetime import datetime

from p2ptext.background import settings

EARLIER = """
  (SELECT received_at FROM click WHERE person_id = %(person)s ORDER BY person_id, id DESC
   OFFSET %(a_second)s - 1 LIMIT 1) AS click_of_a_second,
  (SELECT received_at FROM click WHERE person_id = %(person)s ORDER BY person_id, id DESC
   OFFSET %(a_minute)s - 1 LIMIT 1) AS click_of_a_minute
"""
"""Columns for `wait_ms`: when the clicks were made that a next one would be the fourth, or the
hundred and twenty-first, after. The person's own lock must be held, so that two tabs count together."""


def of_person(person_id: int) -> dict[str, int]:
    """The values of a statement with EARLIER."""
    ours = settings()
    return {
        "person": person_id,
        "a_second": ours.clicks_per_second,
        "a_minute": ours.clicks_per_minute,
    }


LOCK_PERSON = "pg_advisory_xact_lock(1, %(person)s)"


def wait_ms(
    now: datetime, click_of_a_second: datetime | None, click_of_a_minute: datetime | None
) -> int:
    """Milliseconds until a person whose clicks were then may send again; 0 when they may now."""
    waits = [
        span - (now - earlier).total_seconds()
        for earlier, span in ((click_of_a_second, 1.0), (click_of_a_minute, 60.0))
        if earlier is not None
    ]
    return max(0, round(1000 * max(waits, default=0)))


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a text that is asked for now would fare on its way to the carrier."""

    delay_s: float
    """Seconds until it would leave, behind what waits already."""
    opens_at: datetime | None
    """Set: hand out no cards before then, and say `words`."""
    words: str
    cards: int = 25
    """Cards a page may be given at once, so that what is in all hands can leave soon."""


def outlook(campaign_id: int) -> Outlook:
    """What the carrier's limits mean for a campaign's next texts."""
    return Outlook(0.0, None, "")
