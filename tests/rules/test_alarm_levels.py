"""From when on something deserves an organizer's eye: each rule as a table."""

import numpy as np
import pytest

from p2ptext.rules import alarm_levels as levels
from p2ptext.rules.delivery import ErrorKind

ABOVE = [
    # bad, of, percent, level, why
    (0, 0, 5, None, "nothing is known"),
    (39, 39, 5, None, "too few, whatever became of them"),
    (40, 40, 5, "danger", "all of the fewest that say something"),
    (10, 200, 5, None, "5% of 200 may well be less"),
    (16, 200, 5, None, "8%, at least 4.98%"),
    (17, 200, 5, "warning", "8.5%, at least 5.4%"),
    (28, 200, 5, "warning", "14%, at least 9.9%"),
    (29, 200, 5, "danger", "14.5%, at least 10.3%: twice the limit"),
    (29, 200, 10, "warning", "the organization's own limit counts"),
    (140, 2000, 5, "warning", "7%, but of many: at least 6%"),
]


@pytest.mark.parametrize(("bad", "of", "percent", "level", "why"), ABOVE)
def test_a_share_counts_where_it_certainly_lies(
    bad: int, of: int, percent: float, level: str | None, why: str
) -> None:
    seen = levels.above(bad, of, percent)
    assert (seen.level if seen else None) == level, why
    if seen:
        assert seen.low < bad / of < seen.high or bad == of


PAUSES = [
    (39, 39, False, "too few"),
    (9, 40, False, "22.5%, at least 4.9% with a certainty of 9,999 in 10,000"),
    (10, 40, True, "25%, at least 6.1%"),
    (23, 200, False, "11.5%, at least 4.8%"),
    (24, 200, True, "12%, at least 5.1%"),
]


@pytest.mark.parametrize(("failed", "of", "pauses", "why"), PAUSES)
def test_a_number_stops_when_its_failures_are_no_chance(
    failed: int, of: int, pauses: bool, why: str
) -> None:
    assert levels.must_pause(failed, of, 5) is pauses, why


def _stopped(share: float, texts: int, percent: float, evenings: int) -> float:
    """Of numbers that fail so often, how many are stopped when they are looked at after every text."""
    stops_at = np.full(201, 10_000)
    for n in range(levels.LEAST_TEXTS, 201):
        stops_at[n] = next((k for k in range(n + 1) if levels.must_pause(k, n, percent)), 10_000)
    failed = np.random.default_rng(20261123).random((evenings, texts)) < share
    so_far = np.concatenate([np.zeros((evenings, 1), int), failed.cumsum(axis=1)], axis=1)
    at = np.arange(1, texts + 1)
    of_latest = so_far[:, at] - so_far[:, np.maximum(0, at - 200)]
    return float((of_latest >= stops_at[np.minimum(at, 200)]).any(axis=1).mean())


LOOKED_AT_AGAIN_AND_AGAIN = [
    # true share, texts, limit in percent, stopped at least, at most, of so many evenings
    (0.05, 5_000, 5, 0.00, 0.03),
    (0.05, 1_000, 5, 0.00, 0.005),
    (0.03, 5_000, 5, 0.00, 0.001),
    (0.02, 5_000, 2, 0.00, 0.03),
    (0.10, 5_000, 10, 0.00, 0.03),
    (0.10, 1_000, 5, 0.92, 1.00),
    (0.15, 200, 5, 0.88, 1.00),
]


@pytest.mark.parametrize(("share", "texts", "percent", "least", "most"), LOOKED_AT_AGAIN_AND_AGAIN)
def test_looking_all_evening_long_stops_few_numbers_wrongly(
    share: float, texts: int, percent: float, least: float, most: float
) -> None:
    assert least <= _stopped(share, texts, percent, 1_000) <= most


def test_phones_that_do_not_work_are_not_the_numbers_fault() -> None:
    ours = {kind for kind in ErrorKind if levels.speaks_of_number(kind)}
    assert ours == set(ErrorKind) - {
        ErrorKind.INVALID_NUMBER,
        ErrorKind.UNREACHABLE_TEMPORARY,
        ErrorKind.OPTED_OUT,
    }
    assert levels.speaks_of_number(None)


OPT_OUTS = [
    # blocks, usual, level, because, why
    ([], (10, 1000), None, "", "nothing was sent"),
    ([(2, 200)], (20, 2000), None, "", "as usual"),
    ([(17, 200)], (0, 0), "warning", "limit", "above 5% for certain; no past is needed"),
    ([(29, 200)], (0, 0), "danger", "limit", "above 10% for certain"),
    ([(10, 200)] * 5, (10, 1000), "warning", "usual", "5% five times where 1% is usual"),
    ([(10, 200)] * 5, (50, 1000), None, "", "5% where 5% is usual"),
    ([(10, 200)] * 5, (4, 499), None, "", "too short a past"),
    ([(29, 200), (2, 200)], (20, 2000), "warning", "usual", "the average remembers"),
    ([(29, 200)] + [(2, 200)] * 9, (20, 2000), None, "", "it was too many, and is not any more"),
]


@pytest.mark.parametrize(("blocks", "usual", "level", "because", "why"), OPT_OUTS)
def test_opt_outs_are_held_against_a_limit_and_against_the_past(
    blocks: list[tuple[int, int]], usual: tuple[int, int], level: str | None, because: str, why: str
) -> None:
    seen = levels.opt_outs(blocks, usual, 5)
    assert (seen.level if seen else None) == level, why
    assert (seen.because if seen else "") == because


COUNTS = [(0, 1, None), (1, 1, "warning"), (4, 5, None), (5, 5, "warning"), (19, 1, "warning"),
          (20, 1, "danger"), (100, 5, "danger")]  # fmt: skip


@pytest.mark.parametrize(("count", "threshold", "level"), COUNTS)
def test_what_is_counted(count: int, threshold: float, level: str | None) -> None:
    assert levels.by_count(count, threshold) == level


def test_what_waits_what_is_used_up_and_what_ends() -> None:
    assert [levels.waiting(served, 20) for served in (0, 59, 60)] == ["warning", "warning", "danger"]
    assert [levels.used(share, 80) for share in (0.79, 0.8, 0.99, 1.0)] == [
        None, "warning", "warning", "danger",
    ]  # fmt: skip
    assert [levels.days_left(days, 30) for days in (31, 30, 7, 6, -1)] == [
        None, "warning", "warning", "danger", "danger",
    ]  # fmt: skip
