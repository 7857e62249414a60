"""When a campaign would be done, and how many people it takes: arithmetic alone.

Everything here is an estimate. It is reckoned in half hours: in each, what the carriers and the
volunteers can do goes to those people first whose hours end soonest.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from p2ptext.rules.pacing import FIRST_SHARE

STEP = timedelta(minutes=30)
LONGEST = timedelta(days=60)
"""Nothing is reckoned further ahead."""
TEXTS_AN_HOUR = 1000
"""What one volunteer sends in an hour. Guides say 300 in 15 minutes; a steady evening is slower."""
REPLY_RATE = (0.10, 0.25)
"""Of those texted so many write back, requests to stop among them: campaigns of 2018 to 2024."""
REPLIES_EACH = 100
"""Replies one volunteer answers well in one evening: three hours at half a minute to two each."""
_PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True, slots=True)
class Pace:
    """What may leave."""

    segments_per_minute: float
    """Through all numbers together."""
    segments_each: float
    """Of one text, at least 1."""
    volunteers: int | None = None
    """None for as many as it takes."""
    t_mobile_per_day: int | None = None
    """Segments the brands may send to T-Mobile in a day of the Pacific clock; None without such a "
    "cap."""
    t_mobile_share: float = 0.35
    """Of all people so many are with T-Mobile, as far as nobody knows better."""

    @property
    def texts_an_hour(self) -> float:
        """By the slower of carriers and volunteers."""
        by_carrier = self.segments_per_minute * 60 / self.segments_each
        if self.volunteers is None:
            return by_carrier
        return min(by_carrier, float(self.volunteers * TEXTS_AN_HOUR))

    @property
    def texts_a_day(self) -> float:
        """By the carriers' day caps; first texts leave a tenth of them to replies."""
        if self.t_mobile_per_day is None or not self.t_mobile_share:
            return math.inf
        return self.t_mobile_per_day * FIRST_SHARE / self.t_mobile_share / self.segments_each


@dataclass(frozen=True, slots=True)
class Run:
    """How a campaign would go."""

    ends_at: datetime | None
    """None where not all can be texted in time."""
    left: int
    """Texts that have not left then."""
    days: int
    """Days, by the Pacific clock, on which something leaves."""


def run(
    begin: datetime, people: Mapping[str, int], opens: Callable[[datetime, str], bool], pace: Pace
) -> Run:
    """Send to `people`, counted by their place, from `begin` (aware) on; `opens` says whether the hours
    of a place are open at a moment."""
    left = {place: float(count) for place, count in people.items() if count}
    total, days = sum(left.values()), set()
    if not left:
        return Run(begin, 0, 0)
    a_step = pace.texts_an_hour * STEP.total_seconds() / 3600
    today, used, moment = None, 0.0, begin
    while left and moment < begin + LONGEST and a_step > 0:
        day = moment.astimezone(_PACIFIC).date()
        if day != today:
            today, used = day, 0.0
        can = min(a_step, pace.texts_a_day - used)
        sent = _send(left, _soonest(left, moment, opens), can)
        if sent:
            days.add(day)
            used += sent
        if not left:
            return Run(moment + STEP * (sent / a_step), 0, len(days))
        moment += STEP
    return Run(None, math.ceil(sum(left.values())) if left else round(total), len(days))


def _soonest(
    left: Mapping[str, float], moment: datetime, opens: Callable[[datetime, str], bool]
) -> list[str]:
    """The places that are open, those first that are closed two hours later, or else the largest."""
    later = moment + timedelta(hours=2)
    found = [place for place in left if opens(moment, place)]
    return sorted(found, key=lambda place: (opens(later, place), -left[place]))


def _send(left: dict[str, float], places: list[str], can: float) -> float:
    sent = 0.0
    for place in places:
        some = min(left[place], can - sent)
        if some <= 0:
            break
        left[place] -= some
        sent += some
        if left[place] < 1e-6:
            del left[place]
    return sent


def replies(texts: int) -> tuple[int, int]:
    """Replies to expect, from and to."""
    return round(texts * REPLY_RATE[0]), round(texts * REPLY_RATE[1])


def volunteers_for(texts: int, hours: float) -> int:
    """How many volunteers send so many texts in so many hours; at least one."""
    return max(1, math.ceil(texts / (TEXTS_AN_HOUR * hours))) if hours > 0 else 0
