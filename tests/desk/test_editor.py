"""The script editor through its pages: drafts, two managers in one place, moves, and what the page's script
is told. (What is written by forms alone is in test_questions.py.)"""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from p2ptext.background import transaction
from p2ptext.campaigns import drafts, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.rules.tree import Answer, Step
from tests import factories, world
from tests.audience.browsing import Manager
from tests.audience.lists import bring_in
from tests.audience.test_pages import EVIL
from tests.desk.test_questions import LIST, TWO, save, steps, versions

PART = {"X-Part": "1"}
YES = "questions/s1/answers/a1"


class Second:
    """Another manager's browser in the same campaign."""

    def __init__(self, app: Flask, first: Manager, name: str = "Mona Diaz") -> None:
        self.person = factories.person(first.org, "manager", name=name)
        self.first = first
        db.session.commit()
        self.browser = factories.client(app, self.person)
        self.token = world.csrf_token(app, self.browser)

    def post(self, rest: str, **data: Any) -> TestResponse:
        return self.browser.post(self.first.path(rest), data={"csrf_token": self.token, **data})


@pytest.fixture
def mona(committed_app: Flask, manager: Manager) -> Second:
    return Second(committed_app, manager)


def version(manager: Manager) -> int:
    db.session.expire_all()
    return db.session.get_one(Campaign, manager.campaign.id).script_version_id or 0


def written(label: str = "Yes", text: str = "Hi {first_name|you}", leads: str = "s2") -> dict[str, str]:
    return {"action": "save", "label": label, "next": leads, "texts-0": text}


def test_words_that_are_not_saved_come_back_to_their_writer_alone(
    manager: Manager, mona: Second
) -> None:
    save(manager, *TWO)
    base = version(manager)
    kept = manager.post("draft", place="s1.a1", base=base, label="Sure", **{"texts-0": "Half a"})
    assert kept.get_json()["saved_at"]
    page = manager.get(YES).text
    assert "Half a" in page
    assert 'value="Sure"' in page
    assert "They are not saved yet" in page
    assert f'name="base" value="{base}"' in page
    assert "You have words here that are not saved yet" in manager.get("questions").text
    assert "Half a" not in mona.browser.get(manager.path(YES)).text
    assert steps(manager) == TWO
    assert manager.post(YES, action="discard").status_code == 303
    assert "Half a" not in manager.get(YES).text


def test_a_draft_is_gone_once_its_words_are_saved(manager: Manager) -> None:
    save(manager, *TWO)
    manager.post("draft", place="s1.a1", base=version(manager), **written("Sure"))
    assert manager.post(YES, base=version(manager), **written("Sure")).status_code == 303
    assert drafts.places(manager.campaign.id, manager.person.id) == []
    assert "They are not saved yet" not in manager.get(YES).text


@pytest.mark.parametrize(
    ("place", "rest", "typed"),
    [
        ("first.1", "message", {"text": "Hello, half"}),
        ("first.2", "message?wording=2", {"text": "Another, half"}),
        ("s2", "questions/s2", {"question": "Early or half"}),
        ("s1.new", "questions/s1/answers/new", {"label": "Half an answer"}),
        ("s2.a1.new", "questions/new?step=s2&answer=a1", {"question": "Half a question"}),
    ],
)
def test_every_place_keeps_what_was_typed(
    manager: Manager, place: str, rest: str, typed: dict[str, str]
) -> None:
    save(manager, *TWO)
    manager.post("draft", place=place, base=version(manager), **typed)
    (words,) = typed.values()
    assert words in manager.get(rest).text
    address = manager.path(rest).split("?")[0]
    assert address in manager.get("questions").text
    outcome = manager.post(rest, action="discard")
    assert outcome.status_code == 303
    assert words not in manager.get(rest).text


def test_a_draft_has_a_size_and_a_place_of_its_own_campaign(manager: Manager) -> None:
    save(manager, *TWO)
    long = manager.browser.post(
        manager.path("draft"),
        data={"csrf_token": manager.token, "place": "s1", "question": "x" * 30_000},
        headers={"Accept": "application/json"},
    )
    assert (long.status_code, long.get_json()["code"]) == (422, "too_long")
    manager.post("draft", place="s1", base=999_999, question="Strange base")
    draft = drafts.read(manager.campaign.id, manager.person.id, "s1")
    assert draft is not None
    assert draft.base is None


def test_two_in_one_place_both_see_both_texts_and_nothing_is_lost(
    manager: Manager, mona: Second
) -> None:
    save(manager, *TWO)
    began = version(manager)
    assert mona.post(YES, base=began, **written(text="Great, will you vote early?")).status_code == 303
    mine = written("Sure", "Great, will you vote today?")
    clash = manager.post(YES, base=began, **mine)
    assert clash.status_code == 409
    assert "Mona Diaz has saved this in the meantime" in clash.text
    assert "Great, will you vote today?" in clash.text  # mine, in the form
    assert "early<" in clash.text  # what it would take away
    assert "[gone: " in clash.text
    assert steps(manager)[0].answers[0].texts == ("Great, will you vote early?",)
    # Without saving, the words are there the next time, and clash again: nobody overwrites unseen.
    assert "Great, will you vote today?" in manager.get(YES).text
    assert manager.post(YES, base=began, **mine).status_code == 409
    # Keeping mine is a decision about their version.
    assert manager.post(YES, base=version(manager), **mine).status_code == 303
    assert steps(manager)[0].answers[0] == Answer("a1", "Sure", ("Great, will you vote today?",), "s2")
    texts = [one["steps"][0]["answers"][0]["texts"] for one in versions(manager)[1:]]
    assert texts == [
        ["Hi {first_name|you}"],
        ["Great, will you vote early?"],
        ["Great, will you vote today?"],
    ]


def test_taking_theirs_lets_ones_own_go(manager: Manager, mona: Second) -> None:
    save(manager, *TWO)
    began = version(manager)
    mona.post("questions/s1", base=began, action="save", question="Theirs?")
    assert manager.post("questions/s1", base=began, action="save", question="Mine?").status_code == 409
    assert manager.post("questions/s1", action="discard").status_code == 303
    assert "Mine?" not in manager.get("questions/s1").text
    assert steps(manager)[0].question == "Theirs?"


def test_the_first_message_has_two_writers_too(manager: Manager, mona: Second) -> None:
    began = version(manager)
    mona.post("message", base=began, action="save", text="Hello from Ohio Votes. Reply STOP.")
    clash = manager.post("message", base=began, action="save", text="Hey from Ohio Votes. Reply STOP.")
    assert clash.status_code == 409
    assert "Mona Diaz has saved this in the meantime" in clash.text
    db.session.expire_all()
    campaign = db.session.get_one(Campaign, manager.campaign.id)
    assert writing.wordings(campaign) == ["Hello from Ohio Votes. Reply STOP."]


def test_other_places_and_the_same_words_do_not_clash(manager: Manager, mona: Second) -> None:
    save(manager, *TWO)
    began = version(manager)
    mona.post("questions/s1/answers/a2", base=began, **written("Never", "Bye", ""))
    assert manager.post(YES, base=began, **written("Sure")).status_code == 303
    assert [one.label for one in steps(manager)[0].answers] == ["Sure", "Never"]
    assert mona.post(YES, base=began, **written("Sure")).status_code == 303


def test_words_for_a_place_that_was_removed_are_kept(manager: Manager, mona: Second) -> None:
    save(manager, *TWO)
    began = version(manager)
    assert mona.post(YES, action="remove").status_code == 303
    lost = manager.post(YES, base=began, **written("Sure", "My good words"))
    assert lost.status_code == 409
    assert "My good words" in lost.text
    draft = drafts.read(manager.campaign.id, manager.person.id, "s1.a1")
    assert draft is not None
    assert draft.value["texts-0"] == "My good words"
    gone = manager.post("questions/s2", base=began, action="save", question="Still mine?")
    assert (gone.status_code, "Still mine?" in gone.text) == (409, True)
    assert manager.get(YES).status_code == 404


def test_managers_see_each_other_and_what_was_saved(manager: Manager, mona: Second) -> None:
    save(manager, *TWO)
    began = version(manager)
    alone = manager.post("looking", place="s1.a1", base=began).get_json()
    assert (alone["others"], alone["author"], alone["overtaken"]) == ([], "", False)
    seen = mona.post("looking", place="s1.a1", base=began).get_json()
    assert seen["others"] == [{"name": "Olga Petrova", "place": "s1.a1"}]
    mona.post(YES, base=began, **written("Sure"))
    now = manager.post("looking", place="s1.a1", base=began).get_json()
    assert now["others"] == [{"name": "Mona Diaz", "place": "s1.a1"}]
    assert (now["author"], now["overtaken"], now["version"]) == ("Mona Diaz", True, version(manager))
    assert not manager.post("looking", place="s2", base=began).get_json()["overtaken"]
    with transaction():
        db.session.connection().exec_driver_sql(
            "UPDATE script_looking SET seen_at = seen_at - interval '16 seconds'"
        )
    assert manager.post("looking", place="", base=began).get_json()["others"] == []


def test_the_page_s_script_is_given_parts(manager: Manager) -> None:
    save(manager, *TWO)
    part = manager.browser.get(manager.path(YES), headers=PART)
    assert "<html" not in part.text
    assert "If they say" in part.text
    outline = manager.browser.get(manager.path("questions"), headers=PART)
    assert "<html" not in outline.text
    assert 'id="s2"' in outline.text
    values = {"csrf_token": manager.token, "base": version(manager), **written("Sure")}
    saved = manager.browser.post(manager.path(YES), data=values, headers=PART).get_json()
    assert saved["words"] == "The answer is saved."
    assert saved["next"].endswith("/questions#s1")
    undo = manager.post("versions/restore", **saved["undo"])
    assert undo.status_code == 303
    assert steps(manager) == TWO
    again = manager.post("versions/restore", **saved["undo"])
    assert again.status_code == 409  # it is not the last version any more
    faulty = manager.browser.post(manager.path(YES), data=values | {"label": ""}, headers=PART)
    assert "Write the answer." in faulty.text
    assert "<html" not in faulty.text


def test_a_branch_moves_with_all_that_follows(manager: Manager) -> None:
    save(manager, *TWO)
    page = manager.get("questions/s2/move").text
    assert "1. With us? If they say No" in page
    assert manager.post("questions/s2/move", to="s1.a2").status_code == 303
    assert [one.next for one in steps(manager)[0].answers] == [None, "s2"]
    assert "Choose a place." in manager.post("questions/s2/move", to="s2.a1").text
    assert "There is no other place" in manager.get("questions/s1/move").text


def test_an_answer_moves_to_another_question(manager: Manager) -> None:
    save(manager, *TWO)
    assert manager.post("questions/s1/answers/a2/move", to="s2").status_code == 303
    first, then = steps(manager)
    assert [one.label for one in first.answers] == ["Yes"]
    assert [(one.key, one.label) for one in then.answers] == [("a1", "Yes"), ("a2", "No"), ("a3", "No")]
    # What it leads to cannot hold it.
    assert "There is no other place" in manager.get("questions/s1/answers/a1/move").text


def test_a_running_campaign_refuses_a_move_that_leaves_something_wrong(manager: Manager) -> None:
    three = (*TWO[:1], Step("s2", "Early?", (Answer("a1", "Yes"),)))
    save(manager, *three)
    bring_in(manager.campaign, LIST)
    manager.try_out()
    assert manager.post("launch").status_code in (302, 303)
    refused = manager.post("questions/s1/answers/a2/move", to="s2")
    assert refused.status_code == 303  # both questions keep an answer
    refused = manager.post("questions/s1/answers/new", **written("Maybe", "Ok", ""))
    assert refused.status_code == 303
    both = manager.post("questions/s2/answers/a2/move", to="s1")
    assert both.status_code == 303
    last = manager.post("questions/s2/answers/a1/move", to="s1")
    assert last.status_code == 200
    assert "has no answers" in last.text


def test_deep_branches_have_pages_of_their_own(manager: Manager) -> None:
    row = [
        Step(f"s{n}", f"Question number {n}?", (Answer("a1", "On", ("Text",), f"s{n + 1}" if n < 9 else None),))
        for n in range(1, 10)
    ]  # fmt: skip
    save(manager, *row)
    page = manager.get("questions").text
    assert 'id="s4"' in page
    assert 'id="s5"' not in page
    assert "questions?from=s4" in page
    deep = manager.get("questions?from=s4").text
    assert 'id="s7"' in deep
    assert 'id="s3"' not in deep
    assert "3. Question number 3?" in deep  # the way to it
    assert manager.get("questions?from=s99").status_code == 404


def test_a_long_script_shows_cards_and_then_lines(manager: Manager) -> None:
    wide = [Step(f"s{n}", f"Q{n}?", (Answer("a1", "Yes"),)) for n in range(1, 101)]
    save(manager, *wide)
    page = manager.get("questions").text
    assert page.count("ask-line") == 40
    assert page.count("<article") == 60
    assert "100 questions" in page


def test_hostile_words_stay_words_in_drafts_and_clashes(manager: Manager, mona: Second) -> None:
    save(manager, *TWO)
    began = version(manager)
    manager.post("draft", place="s1.a1", base=began, **written(EVIL, EVIL))
    mona.post(YES, base=began, **written("x" + EVIL[:50], EVIL + "2"))
    clash = manager.post(YES, base=began, **written(EVIL[:40], EVIL))
    assert clash.status_code == 409
    for page in (clash.text, manager.get(YES).text, manager.get("questions").text):
        assert EVIL not in page
    found = manager.get("versions/difference?a=1&b=3").text
    assert EVIL not in found
    assert "&lt;" in found


def test_characters_that_nobody_can_see_are_left_out_of_a_draft(manager: Manager) -> None:
    kept = manager.post("draft", place="first.1", text="a\x00b\x07c\r\nd")
    assert kept.status_code == 200
    db.session.rollback()
    draft = drafts.read(manager.campaign.id, manager.person.id, "first.1")
    assert draft is not None
    assert draft.value["text"] == "abc\nd"


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("draft", {"place": "first\x00", "text": "a"}),
        ("looking", {"place": "first\x00"}),
        ("message", {"text": "a\x00b", "action": "save"}),
        ("questions/new", {"question": "a\x00b?", "answers": "Yes\x00\nNo", "action": "save"}),
        ("replies", {"replies-0-title": "a\x00", "replies-0-text": "b\x00"}),
        ("questions/s1/answers/new", {"label": "a\x00", "texts-0": "b\x00", "action": "save"}),
        ("check/default", {"field": "a\x00"}),
        ("try", {"text": "a\x00"}),
        ("pause", {"words": "a\x00"}),
        ("purpose", {"name": "a\x00", "purpose": "\x00"}),
    ],
)
def test_no_page_breaks_at_a_nul(manager: Manager, page: str, fields: dict[str, str]) -> None:
    save(manager, *TWO)
    answer = manager.post(page, **fields)
    assert answer.status_code in (200, 302, 303, 400, 409, 422), answer.text
