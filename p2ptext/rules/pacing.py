"""How much may leave in a stretch of time, and in which order, decided without database or clock.

A lane is a token bucket: it holds `burst` permits at most and fills at a steady rate. What leaves in
any stretch of `span_s` seconds is less than burst + rate x span, so the rate is the limit less what
may be saved up: then the limit holds in every window, wherever it begins, not only on average.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_SEGMENTS = 3
"""The largest text; a lane must be able to save up for it."""
FIRST_TEXT = 2
"""Urgency from which on a text is a first text: it leaves the last of a day to replies."""
FIRST_SHARE = 0.9
"""Of what a brand may send to a phone company in a day, first texts use so much. The rest is for those
who are in a conversation already."""
T_MOBILE = frozenset(
    [
        *("310120", "310160", "310200", "310210", "310220", "310230", "310240", "310250", "310260"),
        *("310270", "310310", "310490", "310660", "310800", "312250", "312530"),
    ]
)
"""Network codes (MCC and MNC) of T-Mobile in the United States, the former Sprint's with them."""
USUAL_PER_SECOND = {"10dlc": 100, "toll_free": 3, "short_code": 100}
"""Texts a second of one number. A registered 10DLC number is held by its registration long before
this (Verizon takes 6,000 a minute from one); toll-free and short codes have limits of their own."""
UNREGISTERED_PER_SECOND = 1
"""What carriers have long let through from an ordinary number that nobody vouches for."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_A_HAIR = 1e-6


@dataclass(frozen=True, slots=True)
class Limit:
    """Never more than `most` permits in any `span_s` seconds; `largest` is the most one text needs."""

    most: int
    span_s: float
    largest: int = 1

    @property
    def burst(self) -> int:
        """Permits that are saved up while nothing leaves: few, so that the pace stays even.

        Of a second's permits an eighth: dispatchers come by every tenth of a second at least.
        """
        return min(self.most, max(self.largest, self.most // (8 if self.span_s <= 1 else 20)))

    @property
    def rate(self) -> float:
        """Permits a second. What leaves in a window is a whole number below burst + rate x span."""
        return (self.most + 1 - self.burst) / self.span_s * (1 - _A_HAIR)


@dataclass(slots=True)
class Lane:
    """What may leave through one limit now."""

    level: float
    """Permits there are."""
    stopped: bool = False
    """The next one in the row did not fit: whoever comes after it must not overtake it."""
    taken: int = 0

    def fits(self, permits: int) -> bool:
        if self.stopped or self.level < permits:
            self.stopped = True
            return False
        return True

    def take(self, permits: int) -> None:
        self.level -= permits
        self.taken += permits


def per_second(kind: str, own: int | None, *, registered: bool) -> int:
    """Texts a second that one number may send: its own setting, or what is usual for its kind."""
    if own is not None:
        return own
    return USUAL_PER_SECOND[kind] if registered else UNREGISTERED_PER_SECOND


def refilled(limit: Limit, level: float | None, elapsed_s: float) -> float:
    """Permits after `elapsed_s` seconds; a lane never used before is full.

    A clock that went back fills nothing, and one that jumped ahead no more than the burst.
    """
    if level is None:
        return float(limit.burst)
    return min(float(limit.burst), level + limit.rate * max(0.0, elapsed_s))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that is due."""

    message_id: int
    number_id: int
    urgency: int
    closes_at: datetime | None
    due_at: datetime
    segments: int

    @property
    def order(self) -> tuple[int, datetime, datetime]:
        """Replies before first texts, then whose hours end soonest, then who has waited longest."""
        return (self.urgency, self.closes_at or _NEVER, self.due_at)


@dataclass(slots=True)
class Day:
    """Segments left of a brand's day at a phone company."""

    most: int
    used: float

    def left(self, urgency: int) -> float:
        return self.most * (FIRST_SHARE if urgency >= FIRST_TEXT else 1.0) - self.used


@dataclass(slots=True)
class Way:
    """What a text from one number passes: the number, its registration, its brand's day."""

    number: Lane
    registration: Lane | None = None
    day: Day | None = None

    def fits(self, text: Waiting) -> bool:
        """Whether the text may leave. The number counts texts, the registration segments."""
        if self.day is not None and text.urgency > 0 and self.day.left(text.urgency) < text.segments:
            return False
        if self.registration is not None and self.registration.stopped:
            return False
        if not self.number.fits(1):
            return False
        return self.registration is None or self.registration.fits(text.segments)

    def take(self, text: Waiting) -> None:
        self.number.take(1)
        if self.registration is not None:
            self.registration.take(text.segments)
        if self.day is not None:
            # As if it were T-Mobile's; only its `share` is written down.
            self.day.used += text.segments


def choose(
    waiting: Iterable[Waiting], account: Lane, ways: Mapping[int, Way], most: int
) -> list[Waiting]:
    """Those that leave now, at most `most`; their permits are taken.

    A text that does not fit stops its own lane and no other.
    """
    chosen: list[Waiting] = []
    for text in sorted(waiting, key=lambda one: one.order):
        if len(chosen) >= most or not account.fits(1):
            break
        way = ways[text.number_id]
        if way.fits(text):
            way.take(text)
            account.take(1)
            chosen.append(text)
    return chosen


def share(network: str | None, segments: int, unknown_percent: int) -> float:
    """What a text counts of its brand's day at T-Mobile: all, nothing, or a share where the network is
    not known yet."""
    if network is None:
        return segments * unknown_percent / 100
    return float(segments) if network in T_MOBILE else 0.0
