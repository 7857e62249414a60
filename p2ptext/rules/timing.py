"""Clicks that look as a machine's would: reasons to look, never a verdict.

What hands do is known well enough to tell them from simple machines. The time from seeing a card to
pressing is that of any simple decision: skewed, with a long tail to the right, and its spread grows with
its mean (Luce, Response Times, 1986; Wagenmakers and Brown, Psychological Review 114, 2007: about a fifth
to a third of the mean). Even a finger that only keeps a beat strays by 3 to 6 percent of it (Repp,
Psychonomic Bulletin & Review 12, 2005). Adults read 238 words a minute (Brysbaert, Journal of Memory and
Language 109, 2019). The fastest texting by thumb that was reported is 2,000 texts in 15 to 20 minutes,
0.45 to 0.6 seconds each. A machine that draws its pauses from such a curve looks like a hand;
docs/human-sends.md says so.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address, ip_network
from itertools import groupby, pairwise
from math import sqrt

STEADY_RUN = 60
"""Gaps looked at together: a minute of fast texting."""
STEADY_CV = 0.08
"""Standard deviation over mean. Above a finger that keeps a beat without looking, far below one that looks."""
EVEN_RUN = 150
EVEN_KURTOSIS = -0.85
"""Excess kurtosis: -1.2 where every length between two limits is as likely (what `random.uniform` gives), 0
for a bell, above 0 for every skewed curve with a tail. Of 150 draws from a bell 1 in 1,000 falls below."""
EVEN_LONGEST = 2.5
"""The longest gap over the median, at most 2 between two such limits; a hand that pauses has longer ones."""
FAST_RUN = 300
"""Five minutes at a second each; many people press fast for one."""
FAST_MEDIAN_S = 0.7
"""Time for three words; the server itself refuses less than half a second over a minute."""
NO_PAUSE_S = 30.0
NO_PAUSE_H = 3.0
SAME_AGE_RUN = 60
AGE_OF_A_PAGE_MS = 5
"""A page sends at once: its ages are 0 or a few, many the same. Larger ones come from waiting and differ."""
REFUSALS_AN_HOUR = 1_000
"""Above what the fastest thumb gets that a page sends for, about 800."""
PLACES_WITHIN_S = 2.0
PLACES_PAIRS = 5
"""Presses in two places, each within two seconds of the other, in one hour."""

_STRETCH_S = 60.0
"""A longer gap is a pause: before and after it is looked at apart."""

CODES = ("steady", "even", "fast", "no_pause", "same_age", "refusals", "two_places")


@dataclass(frozen=True, slots=True)
class Press:
    """One press of Send as the server knows it."""

    received_at: datetime
    age_ms: int
    """Milliseconds between the press and the request, as the page says."""
    session_id: int
    network: str
    """Where it came from, as `network_of` says; empty where it is not known."""

    @property
    def at(self) -> datetime:
        """When the finger pressed, as far as the page tells the truth."""
        return self.received_at - timedelta(milliseconds=self.age_ms)


@dataclass(frozen=True, slots=True)
class Flag:
    """A reason to look at somebody's clicks."""

    code: str
    words: str
    begins_at: datetime
    ends_at: datetime
    clicks: int


@lru_cache(maxsize=4096)
def network_of(ip: str) -> str:
    """The network of an address: 256 neighbours of IPv4, what one household or site has of IPv6.

    Empty for anything that is no address.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))


def flags(presses: Sequence[Press], since: datetime | None = None) -> list[Flag]:
    """Every reason to look at these presses of one person, each at most once, of its latest stretch.

    Runs that ended before `since` were looked at before and are left out; the presses of a run that goes
    on must all be there.
    """
    latest: dict[str, Flag] = {}
    for flag in _all(presses, since):
        if flag.code not in latest or flag.ends_at > latest[flag.code].ends_at:
            latest[flag.code] = flag
    return [latest[code] for code in CODES if code in latest]


def too_many_refusals(minutes: Sequence[tuple[datetime, int]]) -> Flag | None:
    """A reason to look at somebody whose presses were refused for their pace this often within an hour.

    `minutes` are (minute, how often), in order.
    """
    worst: Flag | None = None
    for place, (begins_at, _) in enumerate(minutes):
        hour = [one for one in minutes[place:] if one[0] < begins_at + timedelta(hours=1)]
        refused = sum(times for _, times in hour)
        if refused >= REFUSALS_AN_HOUR and (worst is None or refused > worst.clicks):
            words = (
                f"{refused:,} presses within an hour were refused: they came faster than a hand presses."
            )
            worst = Flag("refusals", words, begins_at, hour[-1][0] + timedelta(minutes=1), refused)
    return worst


def _all(presses: Sequence[Press], since: datetime | None) -> Iterator[Flag]:
    # By both times: a page may hold presses back for a while, and a machine may lie about their age.
    for time_of in (_pressed, _received):
        ordered = sorted(presses, key=time_of)
        moments = [time_of(press) for press in ordered]
        for stretch in _stretches(moments, _STRETCH_S):
            yield from _steady(stretch, since)
            yield from _even(stretch, since)
            yield from _fast(stretch, since)
        yield from _no_pause(moments)
    ordered = sorted(presses, key=_pressed)
    yield from _same_age(ordered)
    yield from _two_places(ordered)


def _pressed(press: Press) -> datetime:
    return press.at


def _received(press: Press) -> datetime:
    return press.received_at


def _stretches(moments: Sequence[datetime], pause_s: float) -> Iterator[list[datetime]]:
    """The moments, cut where more than `pause_s` lies between two."""
    stretch: list[datetime] = []
    for moment in moments:
        if stretch and (moment - stretch[-1]).total_seconds() > pause_s:
            yield stretch
            stretch = []
        stretch.append(moment)
    if stretch:
        yield stretch


def _windows(
    moments: Sequence[datetime], gaps: int, since: datetime | None
) -> Iterator[tuple[Sequence[datetime], list[float]]]:
    """Parts of a stretch with this many gaps each, every next one half a part further, and the last.

    Without those that ended before `since`.
    """
    last = len(moments) - gaps - 1
    if last < 0:
        return
    for start in sorted({*range(0, last, gaps // 2), last}):
        part = moments[start : start + gaps + 1]
        if since is not None and part[-1] < since:
            continue
        yield part, [(after - before).total_seconds() for before, after in pairwise(part)]


def _flag(code: str, words: str, part: Sequence[datetime]) -> Flag:
    return Flag(code, words, part[0], part[-1], len(part))


def _steady(stretch: Sequence[datetime], since: datetime | None) -> Iterator[Flag]:
    for part, gaps in _windows(stretch, STEADY_RUN, since):
        mean = sum(gaps) / len(gaps)
        spread = sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps))
        if mean and spread < STEADY_CV * mean:
            words = (
                f"{len(part)} presses in a row came every {mean:.2f} seconds, give or take {spread:.2f}. "
                "A hand that looks at each card strays by a fifth of the time or more; "
                f"here it is {spread / mean:.0%}."
            )
            yield _flag("steady", words, part)


def _even(stretch: Sequence[datetime], since: datetime | None) -> Iterator[Flag]:
    for part, gaps in _windows(stretch, EVEN_RUN, since):
        median, longest = statistics.median(gaps), max(gaps)
        if longest < EVEN_LONGEST * median and _kurtosis(gaps) < EVEN_KURTOSIS:
            words = (
                f"The pauses between {len(part)} presses are spread evenly between {min(gaps):.2f} and "
                f"{longest:.2f} seconds, as a random number of a program is. Hands crowd around one length and "
                "now and then pause for long."
            )
            yield _flag("even", words, part)


def _kurtosis(values: Sequence[float]) -> float:
    """The excess kurtosis; 0 where all values are the same."""
    mean = sum(values) / len(values)
    squares = [(value - mean) ** 2 for value in values]
    variance = sum(squares) / len(squares)
    if not variance:
        return 0.0
    return sum(square * square for square in squares) / len(squares) / variance**2 - 3


def _fast(stretch: Sequence[datetime], since: datetime | None) -> Iterator[Flag]:
    for part, gaps in _windows(stretch, FAST_RUN, since):
        median = statistics.median(gaps)
        if median < FAST_MEDIAN_S:
            words = (
                f"Half of {len(part)} presses in a row came within {median:.2f} seconds of the one before. A "
                "practised thumb can do that; nobody reads a text in that time."
            )
            yield _flag("fast", words, part)


def _no_pause(moments: Sequence[datetime]) -> Iterator[Flag]:
    for stretch in _stretches(moments, NO_PAUSE_S):
        hours = (stretch[-1] - stretch[0]).total_seconds() / 3600
        if hours >= NO_PAUSE_H:
            words = f"{hours:.1f} hours of presses without one pause of {NO_PAUSE_S:.0f} seconds."
            yield _flag("no_pause", words, stretch)


def _same_age(presses: Sequence[Press]) -> Iterator[Flag]:
    for age_ms, group in groupby(presses, key=lambda press: press.age_ms):
        run = [press.at for press in group]
        if age_ms > AGE_OF_A_PAGE_MS and len(run) >= SAME_AGE_RUN:
            words = (
                f"{len(run)} presses in a row say that each was exactly {age_ms} ms old when it was sent. What "
                "a page measures differs from press to press."
            )
            yield _flag("same_age", words, run)


def _two_places(presses: Sequence[Press]) -> Iterator[Flag]:
    pairs = [
        after.at
        for before, after in pairwise(presses)
        if before.session_id != after.session_id
        and before.network
        and after.network
        and before.network != after.network
        and (after.at - before.at).total_seconds() <= PLACES_WITHIN_S
    ]
    for first, last in zip(pairs, pairs[PLACES_PAIRS - 1 :], strict=False):
        if last - first <= timedelta(hours=1):
            part = [at for at in pairs if first <= at <= last]
            words = (
                f"{len(part)} times within an hour, Send was pressed in two browsers in different networks "
                f"within {PLACES_WITHIN_S:.0f} seconds. One person is in one place."
            )
            yield _flag("two_places", words, part)
