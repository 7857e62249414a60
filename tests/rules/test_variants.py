"""Which wording somebody gets."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.variants import choose


@given(st.integers(1, 10**15), st.integers(1, 9), st.integers(0, 5))
def test_the_choice_is_one_of_them_and_stays(contact_id: int, round_: int, wordings: int) -> None:
    chosen = choose(contact_id, round_, wordings)
    assert 0 <= chosen < max(1, wordings)
    assert choose(contact_id, round_, wordings) == chosen


def test_the_choice_never_changes_from_one_release_to_the_next() -> None:
    """Numbers written down once: a shown card must keep its words over an update."""
    assert [choose(n, 1, 3) for n in range(1, 13)] == CHOSEN
    assert [choose(n, "s1.a1", 2) for n in range(1, 13)] == CHOSEN_AFTER_AN_ANSWER


CHOSEN = [1, 1, 2, 0, 0, 1, 2, 0, 1, 1, 0, 1]
CHOSEN_AFTER_AN_ANSWER = [0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1]


@pytest.mark.parametrize("wordings", [2, 3, 5])
def test_every_wording_gets_its_share_in_every_batch_and_round(wordings: int) -> None:
    for round_ in (1, 2):
        counts = Counter(choose(n, round_, wordings) for n in range(1, 30_001))
        for count in counts.values():
            # Five standard errors of a fair draw: these numbers are fixed, so it holds for ever or never.
            share = 1 / wordings
            assert abs(count / 30_000 - share) < 5 * (share * (1 - share) / 30_000) ** 0.5
        assert len(counts) == wordings


def test_rounds_are_drawn_apart() -> None:
    same = sum(choose(n, 1, 2) == choose(n, 2, 2) for n in range(1, 10_001))
    assert 4_700 < same < 5_300
