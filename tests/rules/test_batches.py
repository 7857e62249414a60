"""How contacts are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.batches import batch_count


@pytest.mark.parametrize(
    ("contacts", "size", "batches"),
    [(0, 50, 0), (1, 50, 1), (50, 50, 1), (51, 50, 2), (1_000_000, 300, 3334)],
)
def test_batch_count(contacts: int, size: int, batches: int) -> None:
    assert batch_count(contacts, size) == batches


@pytest.mark.parametrize(("contacts", "size"), [(-1, 5), (5, 0), (5, -1)])
def test_impossible_cuts_are_refused(contacts: int, size: int) -> None:
    with pytest.raises(ValueError, match="cannot be cut"):
        batch_count(contacts, size)


@given(st.integers(1, 10**7), st.integers(1, 5000))
def test_the_last_contact_is_in_the_last_batch(contacts: int, size: int) -> None:
    assert (contacts - 1) // size == batch_count(contacts, size) - 1
