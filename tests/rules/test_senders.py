"""From which number a person hears: the one they know, else one that looks near, else any, evenly."""

from collections import Counter

import pytest

from p2ptext.rules.senders import pick

COLUMBUS, CLEVELAND, DENVER, BOULDER = "+16145550190", "+12165550191", "+13035550192", "+17205550193"
POOL = {1: COLUMBUS, 2: CLEVELAND, 3: DENVER, 4: "+18885550194"}


@pytest.mark.parametrize(
    ("known", "phone", "expected", "reason"),
    [
        (3, "+16145550100", {3}, "they know that number"),
        (9, "+16145550100", {1}, "the number they know is not among these any more: their area code"),
        (None, "+16145550100", {1}, "their area code"),
        (None, "+13305550100", {1, 2}, "no number of Akron: one of Ohio"),
        (None, BOULDER, {3}, "an overlay in the same state"),
        (None, "+15055550100", {1, 2, 3, 4}, "nothing near: any"),
        (None, "+441632960100", {1, 2, 3, 4}, "abroad: any"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_the_number_a_person_hears_from(
    known: int | None, phone: str, expected: set[int], reason: str
) -> None:
    assert {pick(POOL, known, phone, person) for person in range(40)} == expected, reason


def test_the_same_person_always_hears_from_the_same_number_and_all_carry_as_much() -> None:
    picked = Counter(pick(POOL, None, "+15055550100", person) for person in range(400))
    assert set(picked.values()) == {100}
    assert pick(POOL, None, "+15055550100", 7) == pick(
        dict(reversed(POOL.items())), None, "+15055550100", 7
    )
