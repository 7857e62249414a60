"""Words that may fit: filled in, at most three, and never sent by themselves."""

from typing import Any

import pytest
from flask import Flask

from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.extensions import db
from tests.conversations.talking import canned, do, hand_over, replies, reply, state, talk, waiting_scene
from tests.texting.scene import Scene, colleague, inbound


def suggestions(made: Scene) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = state(made)["suggestions"]
    return found


@pytest.mark.parametrize(
    ("said", "title", "word"),
    [
        ("Who is this?", "Who is this?", "volunteer"),
        ("¿Quién es usted? No hablo inglés", "Who is this?", "voluntario"),
        ("I already voted", "Already voted", ""),
        ("We moved to Texas last year", "Moved away", ""),
    ],
)
def test_what_fits_what_they_mean_in_their_language(
    app: Flask, said: str, title: str, word: str
) -> None:
    made = waiting_scene(app, said)
    first = suggestions(made)[0]
    assert (first["title"], first["source"]) == (title, "intent")
    assert word in first["text"]
    assert "{" not in first["text"]
    assert replies(made) == []


def test_the_campaigns_own_words_come_before_ours(app: Flask) -> None:
    made = waiting_scene(app, "Who is this?")
    canned(
        made,
        ("Who is this?", "I am {volunteer_name} of the library."),
        ("Needs a ride", "We drive you, {first_name}."),
        ("Lacks", "Your {shoe_size}"),
    )
    first = suggestions(made)[0]
    assert (first["source"], first["text"]) == ("canned", "I am Amy of the library.")
    inbound(app, made.phone(0), "My mother needs a ride")
    found = suggestions(made)
    assert "We drive you, Maria0." in [one["text"] for one in found]
    assert len(found) <= 3


def test_nothing_is_suggested_to_who_needs_help(app: Flask) -> None:
    made = waiting_scene(app, "Who is this?")
    talk(made).crisis_reason = "They speak of ending their life"
    db.session.commit()
    told = state(made)
    assert told["suggestions"] == []
    assert told["crisis"]["words"] == "They speak of ending their life."
    assert len(told["crisis"]["guidance"]) > 2


def test_nothing_is_suggested_once_it_is_answered(app: Flask) -> None:
    made = waiting_scene(app, "Who is this?")
    reply(made, "I am Amy.")
    assert suggestions(made) == []


STEPS = [
    {
        "key": "s1",
        "question": "Can we count on your vote?",
        "answers": [{"key": "a1", "label": "Yes", "texts": ["Great, {first_name}!"], "next": None}],
    }
]


def ask_in_script(made: Scene) -> None:
    campaign = db.session.get_one(Campaign, made.campaign)
    before = db.session.get_one(ScriptVersion, campaign.script_version_id)
    version = ScriptVersion(
        organization_id=made.org_id,
        campaign_id=made.campaign,
        number=2,
        document=before.document | {"steps": STEPS},
        created_by=made.volunteer,
    )
    db.session.add(version)
    db.session.flush()
    campaign.script_version_id = version.id
    db.session.commit()


@pytest.mark.parametrize(("words", "edited"), [("Great, Maria0!", False), ("Great!", True)])
def test_the_scripts_next_text_comes_first_and_is_kept_with_the_answer(
    app: Flask, words: str, edited: bool
) -> None:
    made = waiting_scene(app, "Yes, who is this?")
    ask_in_script(made)
    assert state(made)["question"]["text"] == "Can we count on your vote?"
    do(made, "answer", step="s1", answer="a1")
    first = suggestions(made)[0]
    assert (first["source"], first["text"]) == ("tree", "Great, Maria0!")
    assert reply(made, words, offered=first["offered"]).status_code == 202
    (message,) = replies(made)
    assert (message.step_key, message.answer_key, message.variant) == ("s1", "a1", 0)
    assert message.edited is edited


def test_whoever_takes_over_reads_what_was_answered(app: Flask) -> None:
    made = waiting_scene(app, "Yes")
    ask_in_script(made)
    do(made, "answer", step="s1", answer="a1")
    other = colleague(made)
    hand_over(made, other)
    told = state(made, other)["takeover"]
    assert (told["from"], told["summary"]) == ("Amy", ["Can we count on your vote? Yes"])
    assert state(made)["takeover"] is None


def test_free_words_are_nobodys_step(app: Flask) -> None:
    made = waiting_scene(app)
    reply(made, "I am Amy.", offered="nonsense")
    (message,) = replies(made)
    assert (message.step_key, message.answer_key, message.edited) == (None, None, None)


def test_the_campaigns_own_words_need_no_second_look(app: Flask) -> None:
    made = waiting_scene(app)
    canned(made, ("Hotline", "Call our office at 614-555-0100, {first_name}."))
    assert reply(made, "Call our office at 614-555-0100, Maria0.").status_code == 202
