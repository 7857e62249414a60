"""Which wording is better, said only when it can be said, however often somebody looks.

Looking again and again until one wording seems ahead finds a winner among equals sooner or later. So the
intervals here hold at every look together, not at each for itself: with a chance of 95% they are never
wrong from the first contact to the last. They are the mixture bounds of H. Robbins, Annals of Mathematical
Statistics 41 (1970), 1397-1409, as R. Johari, P. Koomen, L. Pekelis, D. Walsh, Operations Research 70
(2022), 1806-1821, use them for comparisons like these (mixture sequential probability ratio test), with
the smallest difference that matters as the spread of the mixture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Literal

from p2ptext.rules.stats import check_counts

LEAST_CONTACTS = 100
"""Contacts each wording needs before anything is said: below, the bounds are not exact enough."""

LEAST_SUCCESSES = 50
"""Successes all wordings need together before anything is said, for the same reason."""

WRONG = 0.05
"""The chance of ever naming a winner where none is."""

_Z_POWER = 0.8416212335729143
"""Four of five draws of a normal distribution are below this: the power of the sample sizes."""

_MOST = 10_000_000

Count = tuple[int, int]
"""Successes, and contacts they come from."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What can be said of two wordings or more."""

    verdict: Literal["not_enough", "winner", "no_difference"]
    """`no_difference`: whichever is better, it is so by less than what matters."""
    best: int | None
    """The place of the winner, where there is one."""
    reason: str
    """Why, in a sentence."""
    leader: int
    """The place of the one with the greatest share."""
    second: int
    """The place of the one after it."""
    low: float
    """How far the leader is ahead of the second, at least; below 0 where it may be behind."""
    high: float
    """How far it is ahead at most."""
    more_as_seen: int | None
    """About how many more contacts each of the two needs for a winner, if the difference is truly the one
    seen. None where it was decided, where no difference is seen, or where it would take millions."""
    more_for_smallest: int | None
    """The same for the smallest difference that matters: the honest number to plan with, since a difference
    seen early tends to be greater than the true one."""


def enough(s_1: int, n_1: int, s_2: int, n_2: int, smallest_difference: float) -> Decision:
    """`decide` for two."""
    return decide([(s_1, n_1), (s_2, n_2)], smallest_difference)


def decide(counts: Sequence[Count], smallest_difference: float) -> Decision:
    """Whether one of two wordings or more is better, or none by as much as `smallest_difference`.

    `smallest_difference` is one of shares: 0.02 is two points. It is chosen before the texting begins and
    stays. Among several, a winner must be ahead of each other one at a level of 2 / k of the two-sided 5%:
    of k that are equally good, each is then named with at most 1 / k of that chance. Raises ValueError for
    fewer than two, for impossible counts, and for a smallest difference that is not between 0 and 1.
    """
    if len(counts) < 2 or not 0 < smallest_difference < 1:
        raise ValueError("Two or more are compared, by a difference between 0 and 1.")
    for successes, n in counts:
        check_counts(successes, n)
    wrong = WRONG * 2 / len(counts)
    order = sorted(range(len(counts)), key=lambda i: -_share(counts[i]))
    leader, second = order[0], order[1]
    leads = [_ahead(counts[leader], counts[i], smallest_difference, wrong) for i in order[1:]]
    low, high = leads[0]
    # The leader and the last are furthest from one another, but a pair of small ones may be less certain.
    pairs = [(counts[i], counts[j]) for k, i in enumerate(order) for j in order[:k]]
    width = max(max(map(abs, _ahead(one, other, smallest_difference, wrong))) for one, other in pairs)

    verdict: Literal["not_enough", "winner", "no_difference"] = "not_enough"
    reason = _too_few(counts)
    if not reason and width < smallest_difference:
        verdict = "no_difference"
        reason = f"Whichever is better, it is by less than {_points(smallest_difference)} points."
    elif not reason and min(bounds[0] for bounds in leads) > 0:
        verdict = "winner"
        reason = f"Ahead by {_points(low)} to {_points(high)} points, however often somebody looked."
    elif not reason:
        reason = f"This may still be luck: between {_points(low)} and {_points(high)} points."

    two = counts[leader], counts[second]
    seen = _share(two[0]) - _share(two[1])
    open_ = verdict == "not_enough"
    return Decision(
        verdict=verdict,
        best=leader if verdict == "winner" else None,
        reason=reason,
        leader=leader,
        second=second,
        low=low,
        high=high,
        more_as_seen=_more(*two, seen, smallest_difference, wrong) if open_ else None,
        more_for_smallest=_more(*two, smallest_difference, smallest_difference, wrong)
        if open_
        else None,
    )


def guardrail(
    successes: int, n: int, others: int, n_others: int, most_more: float, wordings: int = 2
) -> Literal["fine", "unclear", "worse"]:
    """Whether a wording costs more opt-outs than the others, which may undo a winner.

    `worse`: by more than none. `fine`: by less than `most_more` (a difference of shares) more. Both hold
    at every look together, as those of `decide` do: where all `wordings` are alike, one of them is ever
    called worse with a chance of 5% at the most. Nothing is said of fewer than LEAST_CONTACTS on either
    side. Raises ValueError for impossible counts.
    """
    check_counts(successes, n)
    check_counts(others, n_others)
    if min(n, n_others) < LEAST_CONTACTS:
        return "unclear"
    low, high = ahead((successes, n), (others, n_others), most_more, wordings)
    if low > 0:
        return "worse"
    return "fine" if high < most_more else "unclear"


def ahead(
    one: Count, other: Count, smallest_difference: float, wordings: int = 2
) -> tuple[float, float]:
    """How far one share is ahead of another, at least and at most, at every look together.

    These are the bounds that `decide` and `guardrail` go by; below 0 it may be behind.
    """
    return _ahead(one, other, smallest_difference, WRONG * 2 / wordings)


def _too_few(counts: Sequence[Count]) -> str:
    if min(n for _, n in counts) < LEAST_CONTACTS:
        return f"Each needs {LEAST_CONTACTS} contacts before anything can be said."
    successes = sum(successes for successes, _ in counts)
    if successes < LEAST_SUCCESSES:
        return f"{successes} in all are too few to say anything: it takes {LEAST_SUCCESSES}."
    return ""


def _share(count: Count) -> float:
    return count[0] / count[1] if count[1] else 0.0


def _variance(one: Count, other: Count, more: int = 0) -> float:
    """Of the difference seen, or of the one seen after so many `more` contacts each.

    One success and one failure are added to each, so that none is certain by luck. Where the share of both
    together gives a greater variance than a wording's own, it counts: a small group that had no luck would
    else seem certain of it, and lose too often beside a large one.
    """
    s, n = one[0] + other[0] + 2, one[1] + other[1] + 4
    together = s / n * (1 - s / n)
    shares = [(count[0] + 1) / (count[1] + 2) for count in (one, other)]
    return sum(
        max(together, share * (1 - share)) / max(1, count[1] + more)
        for share, count in zip(shares, (one, other), strict=True)
    )


def _reach(variance: float, mixture: float, wrong: float) -> float:
    """How far a difference with that variance may be from the truth at any look."""
    whole = variance + mixture * mixture
    return sqrt(2 * variance * whole * (log(1 / wrong) + log(whole / variance) / 2)) / mixture


def _ahead(one: Count, other: Count, mixture: float, wrong: float) -> tuple[float, float]:
    seen = _share(one) - _share(other)
    reach = _reach(_variance(one, other), mixture, wrong)
    return max(-1.0, seen - reach), min(1.0, seen + reach)


def _more(one: Count, other: Count, true: float, mixture: float, wrong: float) -> int | None:
    """About how many contacts more each needs to show a `true` difference, in four of five cases."""

    def shows(more: int) -> bool:
        variance = _variance(one, other, more)
        return true >= _reach(variance, mixture, wrong) + _Z_POWER * sqrt(variance)

    low, high = 0, 50
    while not shows(high):
        low, high = high, high * 2
        if high > _MOST:
            return None
    while high - low > max(1, high // 100):
        middle = (low + high) // 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return high


def _points(share: float) -> str:
    """A share in points, with a true minus sign."""
    return f"{100 * share:.1f}".removesuffix(".0").replace("-", "−")
