"""Who the simulated people are, and what they say."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from p2ptext.audience.demo_script import FIRST_MESSAGES, QUESTIONS
from p2ptext.simulator import casting, sayings
from p2ptext.simulator.casting import persona_for
from p2ptext.simulator.people import Reply, replies_to
from p2ptext.simulator.sayings import topic_of

FIRST = (
    "Hi Maria, this is Amy, a volunteer with Ohio Votes. Can we count on you to vote for the library "
    "levy? Reply STOP to opt out."
)
EVERYDAY = [f"1{area}555{line:04}" for area in range(212, 262) for line in range(120, 200)]


def number(line: int, area: int = 415) -> str:
    return f"1{area}555{line:04}"


def answers(who: str, *heard: str, seed: str = "1") -> list[tuple[Reply, ...]]:
    """What the person with this number answers to one text after the other."""
    person = persona_for(who, seed)
    return [replies_to(person, who, seed, turn, text) for turn, text in enumerate(heard, 1)]


@pytest.mark.parametrize(
    ("line", "name"),
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
def test_the_last_digits_choose_the_case(line, name):
    for area in (212, 415, 808):
        assert persona_for(number(line, area), "any").name == name


def test_one_case_has_its_receipts_doubled_and_out_of_order():
    receipts = sorted(persona_for(number(108), "1").receipts, key=lambda receipt: receipt.after_s)
    assert [receipt.status for receipt in receipts] == ["delivered", "submitted"] * 2


def test_everyday_life_is_half_silent_and_has_everything():
    names = Counter(persona_for(each, "1").name for each in EVERYDAY)
    assert 0.45 < names["silent"] / len(EVERYDAY) < 0.52
    leaving = sum(count for name, count in names.items() if name.startswith("stop"))
    # Far from the five in a hundred at which a campaign is paused by itself.
    assert 0.005 < leaving / len(EVERYDAY) < 0.02
    assert names.keys() >= {person.name for place in casting.MIX for person in place[:4]}
    assert names.keys() >= set(sayings.LANGUAGES)


def test_despair_and_carrier_trouble_are_no_part_of_everyday_life():
    people = [person for place in casting.MIX for person in place]
    assert not any(person.name == "crisis" or person.call or person.trick for person in people)
    assert persona_for(number(113, 567), "1").name == "crisis"


def test_everyday_people_depend_on_the_seed_and_on_nothing_else():
    some = EVERYDAY[:400]
    assert [persona_for(each, "1") for each in some] == [persona_for(each, "1") for each in some]
    assert [persona_for(each, "1") for each in some] != [persona_for(each, "2") for each in some]


@pytest.mark.parametrize("who", [number(line, area) for area in (415, 567) for line in range(100, 200)])
def test_people_say_the_same_again_fall_silent_and_say_nothing_after_leaving(who):
    person = persona_for(who, "1")
    heard = (
        FIRST,
        "Great! Can you vote early?",
        "What time?",
        "Will you bring a friend?",
        "And you?",
        "Hm?",
    )
    said = answers(who, *heard)
    assert said == answers(who, *heard)
    assert said[person.patience :] == [()] * (6 - person.patience)
    gone = next((turn for turn, replies in enumerate(said) if any(one.leaves for one in replies)), 6)
    assert not any(said[gone + 1 :])
    for reply in (one for replies in said for one in replies):
        assert reply.after_s > 0
        assert reply.text.strip() or reply.picture
        assert "{" not in reply.text


@pytest.mark.parametrize(
    ("heard", "topic"),
    [
        (FIRST, "stance"),
        ("Great! Will you vote by mail, early, or on Election Day?", "method"),
        ("What time will you go?", "time"),
        ("Do you need a ride?", "ride"),
        ("Would you like to volunteer with us this Saturday?", "join"),
        ("May we bring you a yard sign?", "sign"),
        ("Can you remind three friends?", "bring"),
        ("Which issue matters most to you?", "issue"),
        ("¿Podemos contar con usted?", "stance"),
        ("Are you sure?", "other"),
        ("Your polling place is the fire station. Thank you!", "closing"),
        ("You are opted out and will get no more texts from us.", "goodbye"),
    ],
)
def test_people_understand_what_they_are_asked(heard, topic):
    assert topic_of(heard) == topic


def test_the_practice_script_is_understood():
    asked = {text for step in QUESTIONS for one in step.answers for text in one.texts if "?" in text}
    assert {topic_of(text) for text in asked} == {"method", "issue", "helped"}
    assert {topic_of(text) for text in FIRST_MESSAGES} == {"stance"}
    who = number(102, 567)
    _, (cares,), (helped,) = answers(
        who, FIRST, "What would you want to know about the levy?", "It is no new tax. Does that help?"
    )
    assert cares.text in sayings.UNDECIDED["issue"]
    assert helped.text in sayings.UNDECIDED["helped"]


def test_a_supporter_answers_every_question_of_a_script_and_thanks_once():
    who = number(100, 567)
    (yes,), (method,), (time,), thanks = answers(
        who, FIRST, "Will you vote early or by mail?", "What time?", "Perfect, thank you!"
    )
    assert yes.text == "Yes!"
    assert method.text in sayings.ENGLISH["method"]
    assert time.text in sayings.ENGLISH["time"]
    assert thanks == ()
    (_, (thanks_at_once,)) = answers(who, FIRST, "Wonderful, thank you!")
    assert thanks_at_once.text in sayings.ENGLISH["closing"]


def test_whoever_is_told_of_the_opt_out_says_nothing():
    assert answers(number(100, 567), FIRST, "You are opted out. No more texts from us.")[1] == ()


def test_reactions_quote_the_text_they_are_about():
    ((liked,),) = answers(number(120, 567), FIRST)
    assert liked.text == f"Liked “{FIRST}”"
    ((loved,),) = answers(number(121, 567), FIRST)
    assert loved.text == "Loved “Hi Maria, this is Amy, a volunteer with…”"
    ((google,),) = answers(number(125, 567), FIRST)
    assert re.fullmatch(r"\s\u200b👍\u200b to “\sHi Maria, this is .*…\s”\s", google.text)


def test_two_texts_in_a_row_and_a_return():
    ((first, second),) = answers(number(114, 567), FIRST)
    assert (first.text, second.text) == ("Yes", "and my husband too")
    assert first.after_s < second.after_s < first.after_s + 5
    ((stop, start),) = answers(number(156, 567), FIRST)
    assert (stop.text, start.text, stop.leaves) == ("STOP", "START", False)
    assert start.after_s > stop.after_s + 30


def test_a_stop_in_the_middle_of_a_conversation():
    said = answers(number(155, 567), FIRST, "Great! Will you vote early?", "Hello?")
    assert [bool(replies) for replies in said] == [True, True, False]
    assert not said[0][0].leaves
    assert said[1][0].leaves


def test_each_language_has_its_own_number_and_its_own_goodbye():
    spoken = [persona_for(number(140 + place, 567), "1").name for place in range(10)]
    assert spoken == list(sayings.LANGUAGES)
    leaving = [persona_for(number(160 + place, 567), "1").name for place in range(10)]
    assert leaving == [f"stop in {language}" for language in sayings.LANGUAGES]


def test_the_list_of_cases_holds_each_of_them_once():
    with Path("docs/sample-conversations.csv").open(encoding="utf-8", newline="") as file:
        listed = [(row["Cell Phone"], row["Case"]) for row in csv.DictReader(file)]
    assert listed == [
        (f"(567) 555-{line}", person.name) for line, person in casting.CONVERSATIONS.items()
    ]
