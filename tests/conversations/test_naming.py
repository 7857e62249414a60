"""What people are called on the pages of volunteers."""

import pytest

from p2ptext.conversations import naming


@pytest.mark.parametrize(
    ("first", "last", "show_last", "expected"),
    [
        ("Maria", "Lopez", False, "Maria"),
        ("Maria", "Lopez", True, "Maria Lopez"),
        ("", "Lopez", False, "No name"),
        ("", "Lopez", True, "Lopez"),
        ("  ", "", True, "No name"),
    ],
)
def test_whom(first: str, last: str, show_last: bool, expected: str) -> None:
    assert naming.whom(first, last, show_last) == expected


def test_in_a_sentence() -> None:
    assert naming.in_words("Maria") == "Maria"
    assert naming.in_words("No name") == "someone"
