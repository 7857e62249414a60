"""Hours stand out only where chance does not explain it; a contest that cannot be decided says so."""

from datetime import UTC, datetime

import pytest

from p2ptext.counting.reading import Reading, Sums
from p2ptext.insight import rates_hours, rates_time
from p2ptext.insight.rates_hours import Standing
from p2ptext.insight.rates_wordings import Verdict, Wording
from p2ptext.insight.rates_wordings import _verdict as verdict
from p2ptext.insight.rates_wordings import _wording as wording

Hours = dict[str, tuple[int, int]]
"""Texts and replies by weekday and hour."""


def standing(hours: Hours, measure: str = "replied") -> Standing:
    name = f"{measure}_to_sent" if measure == "replied" else "opted_out_of_sent"
    sums = {key: Sums(texts=n, sent=n, **{name: said}) for key, (n, said) in hours.items()}
    counted = Reading(datetime(2026, 11, 3, tzinfo=UTC), 0, 9, {}, {"hour": sums})
    return rates_hours.standing(rates_time.week(counted), measure)


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ({}, Standing(False, (), ())),
        ({"2-13": (500, 250), "2-9": (49, 1), "": (500, 9)}, Standing(False, (), ())),
        # The best of few looks far ahead, and is not.
        ({"2-13": (58, 30), "2-14": (140, 70), "2-15": (90, 36), "2-9": (1, 1)}, Standing(True, [], [])),
        ({"2-13": (400, 200), "2-14": (400, 100)}, Standing(True, ["Tuesday, 1 pm"], ["Tuesday, 2 pm"])),
        ({"2-13": (400, 0), "2-14": (400, 0)}, Standing(True, [], [])),
        ({"2-13": (60, 60), "2-14": (60, 60)}, Standing(True, [], [])),
    ],
)
def test_an_hour_stands_out_by_more_than_chance(hours: Hours, told: Standing) -> None:
    assert standing(hours) == told
    assert standing(hours, "opted_out") == told


def test_of_many_hours_the_best_one_is_no_find() -> None:
    """Alone, 1 in 40; the best of fifty does that nearly always."""
    best = (100, 40)
    alike = {f"{day}-{hour}": (100, 29 + hour % 3) for day in range(1, 6) for hour in range(9, 19)}
    assert standing(alike | {"5-18": best}) == Standing(True, [], [])
    assert standing(alike | {"5-18": (100, 55)}).above == ["Friday, 6 pm"]


def contest(*counts: tuple[int, int], left: int | None) -> Verdict:
    made: list[Wording] = [
        wording(place, str(place), "Hi", Sums(texts=n, sent=n, replied_to_sent=said))
        for place, (said, n) in enumerate(counts)
    ]
    return verdict("replied", made, left)


def test_a_contest_that_the_rest_cannot_decide_says_so() -> None:
    told = " Only 725 contacts are left to be texted: this campaign cannot decide it."
    few = contest((45, 89), (60, 111), left=725)
    assert few.more.startswith("A lacks 11 more. To see a difference of 2 points, each needs about ")
    assert few.more.endswith(told)
    assert contest((45, 89), (60, 60), left=0).more.startswith("A lacks 11 more, B 40. ")
    assert contest((300, 1000), (310, 1000), left=725).more.endswith(told)
    assert contest((300, 1000), (310, 1000), left=1).more.endswith(
        " Only 1 contact is left to be texted: this campaign cannot decide it."
    )
    assert contest((300, 1000), (310, 1000), left=0).more.endswith(
        " Nobody is left to be texted: this campaign cannot decide it."
    )
    for left in (900_000, None):
        assert "cannot decide" not in contest((300, 1000), (310, 1000), left=left).more
    # Two points would take more, but what is seen already may be enough.
    seen = contest((300, 1000), (340, 1000), left=20_000)
    assert seen.decision.more_as_seen is not None
    assert seen.decision.more_for_smallest is not None
    assert 2 * seen.decision.more_as_seen <= 20_000 < 2 * seen.decision.more_for_smallest
    assert "cannot decide" not in seen.more
    assert contest((900, 1000), (100, 1000), left=0).more == ""


EVERY_LOOK = " This range holds however often somebody looks, so it is wider than one of a single look."
SEEN = (
    "B brings 4 points more replies than A so far; truly −3.9 to 11.9 points more, where below 0 A brings "
    "more."
)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (((45, 89), (60, 111)), "Each needs 100 contacts before anything can be said."),
        (((9, 200), (2, 200)), "11 in all are too few to say anything: it takes 50."),
        (((300, 1000), (340, 1000)), f"This may still be luck. {SEEN}{EVERY_LOOK}"),
        (
            ((300, 1000), (300, 1000)),
            "This may still be luck. A and B bring as many replies so far; either may truly be up to 7.6 "
            f"points ahead.{EVERY_LOOK}",
        ),
        (
            ((900, 1000), (100, 1000)),
            f"A brings 80 points more replies than B so far; truly 71.4 to 88.6 points more.{EVERY_LOOK}",
        ),
        (
            ((9000, 10_000), (8500, 10_000), (90, 110)),
            "Not yet ahead of all. A brings 5 points more replies than B so far; "
            f"truly 3.4 to 6.6 points more.{EVERY_LOOK}",
        ),
    ],
)
def test_one_range_is_said_of_a_difference(counts: tuple[tuple[int, int], ...], said: str) -> None:
    """The one that the verdict goes by; two ranges of one difference would contradict each other."""
    assert contest(*counts, left=None).said == said
