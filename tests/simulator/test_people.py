"""Who the simulated people are."""

from collections import Counter

import pytest

from p2ptext.simulator.people import persona_for, reply_to


def number(last: int) -> str:
    return f"1415555{last:04}"


@pytest.mark.parametrize(
    ("last", "name"),
    [
        (100, "yes"),
        (101, "stop"),
        (102, "help"),
        (103, "stop in words"),
        (104, "filtered as spam"),
        (105, "no such number"),
        (107, "no receipt"),
        (112, "taken, then the line drops"),
        (119, "reply changed on the way"),
    ],
)
def test_the_last_digits_choose_the_case(last, name):
    for area in ("1212", "1415", "1808"):
        assert persona_for(f"{area}555{last:04}", "any").name == name


def test_one_case_has_its_receipts_doubled_and_out_of_order():
    receipts = sorted(persona_for(number(108), "1").receipts, key=lambda receipt: receipt.after_s)
    assert [receipt.status for receipt in receipts] == ["delivered", "submitted"] * 2


def test_everyday_life_is_half_silent_and_has_everything():
    names = Counter(persona_for(number(last), "1").name for last in range(120, 200))
    assert names["silent"] == 42
    assert names.keys() == {
        "silent",
        "yes",
        "no",
        "question",
        "long reply",
        "spanish",
        "slow",
        "stop",
        "stop in words",
        "wrong number",
        "phone unreachable",
        "landline",
    }


def test_other_numbers_get_the_same_mix_by_seed():
    numbers = [f"1212736{last:04}" for last in range(4000)]
    names = Counter(persona_for(each, "1").name for each in numbers)
    assert 0.45 < names["silent"] / 4000 < 0.55
    # Far from the five in a hundred at which a campaign is paused by itself.
    assert 0.005 < (names["stop"] + names["stop in words"]) / 4000 < 0.02
    assert not any(persona_for(each, "1").call for each in numbers)
    assert [persona_for(each, "1") for each in numbers] == [persona_for(each, "1") for each in numbers]
    assert [persona_for(each, "1") for each in numbers] != [persona_for(each, "2") for each in numbers]


@pytest.mark.parametrize("last", range(100, 200))
def test_people_answer_twice_at_most_and_never_after_leaving(last):
    person = persona_for(number(last), "1")
    replies = [reply_to(person, number(last), "1", turn) for turn in (1, 2, 3, 4)]
    assert replies == [reply_to(person, number(last), "1", turn) for turn in (1, 2, 3, 4)]
    assert replies[2:] == [None, None]
    if person.leaves or not person.openings:
        assert replies[1] is None
    for reply in replies:
        assert reply is None or (reply.text.strip() and reply.after_s > 0)
