"""When the people who are texting now will be through with a list, as far as anybody can say.

Plain arithmetic over the last half hour. It says nothing rather than guess: no pace, no time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOKED_BACK = timedelta(minutes=30)
"""How long ago the texts may be that make a pace."""
FEWEST = 5
"""Texts below which nobody's pace is known."""
SHORTEST_MIN = 3.0
"""Minutes over which a pace is taken at least: five quick taps are no pace."""
FARTHEST = timedelta(hours=12)
"""Beyond that it is another day, and other people."""
_STEP_MIN = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """What one person who is there sent lately: `texts` within `minutes`."""

    person_id: int
    texts: int
    minutes: float

    @property
    def known(self) -> bool:
        return self.texts >= FEWEST

    @property
    def per_minute(self) -> float:
        return self.texts / max(self.minutes, SHORTEST_MIN)


@dataclass(frozen=True, slots=True)
class Finish:
    """An honest guess."""

    at: datetime
    """Rounded up to five minutes."""
    minutes: int
    """From now until then."""
    people: int
    """Whose pace it rests on."""
    you: bool
    """Whether the one who reads it is among them."""
    by_closing: int | None
    """Where the texting hours end before: how many of those who are left are texted by then."""

    @property
    def who(self) -> str:
        """Such as "you and 3 others"."""
        others = self.people - self.you
        if not self.you:
            return "1 person" if others == 1 else f"{others} people"
        return "you" if not others else f"you and {others} other{'s' if others > 1 else ''}"

    @property
    def words(self) -> str:
        """Without a time of day, for whoever's clock nobody knows; "" where it will not be done today."""
        who = f"{self.who[:1].upper()}{self.who[1:]}"
        if self.by_closing is not None:
            return ""
        time = f"{self.minutes} minutes" if self.minutes < 100 else f"{round(self.minutes / 60)} hours"
        will = "will finish" if self.you or self.people > 1 else "finishes"
        return f"{who} {will} this list in about {time}."


def most_worth_counting(paces: Sequence[Pace]) -> int:
    """How many people left are one too many to be done within FARTHEST; 0 while no pace is known."""
    rate = _rate(paces)
    return int(rate * FARTHEST.total_seconds() / 60) + 1 if rate else 0


def finish(
    now: datetime, left: int, paces: Sequence[Pace], reader_id: int, closes_at: datetime | None = None
) -> Finish | None:
    """When `left` people are texted at these paces; None where that cannot be said.

    `closes_at` is when the last of them may not be texted any more today.
    """
    rate = _rate(paces)
    if not rate or left <= 0 or left / rate > FARTHEST.total_seconds() / 60:
        return None
    at = _rounded_up(now + timedelta(minutes=left / rate))
    known = [pace.person_id for pace in paces if pace.known]
    by_closing = None
    if closes_at is not None and at > closes_at:
        by_closing = min(left, int(rate * max(0.0, (closes_at - now).total_seconds() / 60)))
    minutes = round((at - now).total_seconds() / 60)
    return Finish(at, minutes, len(known), reader_id in known, by_closing)


def _rate(paces: Sequence[Pace]) -> float:
    """Texts a minute of all together."""
    return sum(pace.per_minute for pace in paces if pace.known)


def _rounded_up(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    late = timedelta(minutes=-whole.minute % _STEP_MIN)
    if moment > whole and not late:
        late = timedelta(minutes=_STEP_MIN)
    return whole + late
