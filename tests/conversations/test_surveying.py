"""Answers to the script's questions: saved at once, kept with their history, by who may."""

from datetime import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.conversations import surveying
from p2ptext.conversations.models import SurveyAnswer, SurveyChange
from p2ptext.extensions import db
from p2ptext.rules import tree
from p2ptext.rules.tree import Answer, Step
from p2ptext.texting.models import Conversation
from tests.texting.scene import Scene, colleague, inbound, scene, set_campaign

STEPS = (
    Step(
        "s1",
        "Can we count on you?",
        (
            Answer("a1", "Yes", ("Great, {first_name}! Can you vote early? {volunteer_name}",), "s2"),
            Answer("a2", "No", ("Thank you, {first_name}. May we ask why?",), "s3"),
            Answer("a3", "Moved"),
        ),
    ),
    Step("s2", "Votes early?", (Answer("a1", "Yes", ("See you.",)), Answer("a2", "No"))),
    Step("s3", "Why not?", (Answer("a1", "Busy", ("{shoe_size} is yours",)),)),
)


def write_script(campaign_id: int, steps: tuple[Step, ...]) -> None:
    with transaction():
        campaign = db.session.get_one(Campaign, campaign_id)
        writing.save_steps(campaign, steps, campaign.created_by)


@pytest.fixture
def made(app: Flask) -> Scene:
    """Somebody was texted, has answered, and waits."""
    scene_ = scene(app)
    write_script(scene_.campaign, STEPS)
    scene_.sent()
    inbound(app, scene_.phone(0), "Yes of course")
    return scene_


def talk_of(made: Scene) -> Conversation:
    return db.session.scalars(select(Conversation).filter_by(campaign_id=made.campaign)).one()


def tap(made: Scene, step: str, answer: str) -> TestResponse:
    return made.browser.post(
        f"/o/{made.org}/replies/{talk_of(made).id}/answer",
        data={"step": step, "answer": answer},
        headers={"X-CSRFToken": made.csrf, "Accept": "application/json"},
    )


def survey(made: Scene) -> surveying.Survey:
    return surveying.survey_of(made.org_id, talk_of(made).id, "Amy")


def changes(made: Scene) -> list[tuple[Any, ...]]:
    rows = select(SurveyChange).order_by(SurveyChange.id)
    return [(row.step_key, row.was, row.answer_key, row.person_id) for row in db.session.scalars(rows)]


def reply(made: Scene, words: str) -> None:
    """Time passes, and the volunteer answers."""
    db.session.execute(text("UPDATE survey_answer SET at = at - interval '1 minute'"))
    db.session.commit()
    page = made.browser.get(f"/o/{made.org}/replies/{talk_of(made).id}").text
    token = page.split('name="token"')[1].split('value="')[1].split('"')[0]
    answer = made.browser.post(
        f"/o/{made.org}/replies/{talk_of(made).id}/reply",
        data={"token": token, "text": words},
        headers={"X-CSRFToken": made.csrf},
    )
    assert answer.status_code == 303


def test_a_tap_is_saved_at_once_and_offers_the_next_text(made: Scene) -> None:
    said = tap(made, "s1", "a1").get_json()
    assert said["answers"] == {"s1": "a1"}
    assert said["words"] == "Saved: Yes."
    (offered,) = said["offered"]
    assert offered["text"] == "Great, Maria0! Can you vote early? Amy"
    assert (offered["title"], offered["offer"], offered["segments"]) == ("Yes", "s1.a1.0", 1)
    assert said["question"]["step"] == "s1"
    assert [one["label"] for one in said["question"]["answers"] if one["chosen"]] == ["Yes"]
    kept = db.session.scalars(select(SurveyAnswer)).one()
    assert (kept.contact_id, kept.campaign_id, kept.answer_key, kept.person_id, kept.on_path) == (
        made.contacts[0],
        made.campaign,
        "a1",
        made.volunteer,
        True,
    )


def test_the_same_answer_again_changes_nothing(made: Scene) -> None:
    first = tap(made, "s1", "a1").get_json()
    assert tap(made, "s1", "a1").get_json() == first
    assert changes(made) == [("s1", None, "a1", made.volunteer)]


def test_an_empty_answer_takes_it_away_and_the_history_stays(made: Scene) -> None:
    tap(made, "s1", "a1")
    tap(made, "s1", "a2")
    said = tap(made, "s1", "").get_json()
    assert (said["answers"], said["words"], said["offered"]) == ({}, "Answer removed.", [])
    assert changes(made) == [
        ("s1", None, "a1", made.volunteer),
        ("s1", "a1", "a2", made.volunteer),
        ("s1", "a2", None, made.volunteer),
    ]
    assert tap(made, "s1", "").get_json()["words"] == "There is no answer to remove."
    assert len(changes(made)) == 3


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE survey_change SET answer_key = 'a9'",
        "DELETE FROM survey_change",
        "TRUNCATE survey_change",
    ],
)
def test_the_history_cannot_be_rewritten(made: Scene, deed: str) -> None:
    tap(made, "s1", "a1")
    with pytest.raises(DBAPIError, match=r"never changed|append"), db.session.begin_nested():
        db.session.execute(text(deed))


def test_the_next_question_comes_once_something_was_sent(made: Scene) -> None:
    tap(made, "s1", "a1")
    reply(made, "Great! Can you vote early?")
    found = survey(made)
    assert found.question is not None
    assert (found.question.step, found.offered) == ("s2", [])
    assert [(one.step, one.follows) for one in found.path] == [("s1", True)]
    said = tap(made, "s2", "a1").get_json()
    assert (said["question"]["step"], said["offered"][0]["text"]) == ("s2", "See you.")


def test_a_changed_answer_marks_what_no_longer_follows(made: Scene) -> None:
    tap(made, "s1", "a1")
    reply(made, "Great! Can you vote early?")
    tap(made, "s2", "a1")
    said = tap(made, "s1", "a2").get_json()
    assert said["answers"] == {"s1": "a2", "s2": "a1"}
    assert [(one["step"], one["follows"]) for one in said["path"]] == [("s2", False)]
    assert said["question"]["step"] == "s1"
    assert said["offered"][0]["offer"] == "s1.a2.0"
    marks = {row.step_key: row.on_path for row in db.session.scalars(select(SurveyAnswer))}
    assert marks == {"s1": True, "s2": False}
    tap(made, "s1", "a1")
    db.session.expire_all()
    assert all(row.on_path for row in db.session.scalars(select(SurveyAnswer)))


def test_answers_of_a_question_that_was_removed_stay_readable(made: Scene) -> None:
    tap(made, "s1", "a1")
    write_script(made.campaign, (Step("s9", "Will you vote?", (Answer("a1", "Sure"),)),))
    found = survey(made)
    assert found.question is not None
    assert found.question.step == "s9"
    (gone,) = found.path
    assert (gone.text, gone.answers[0].label, gone.gone) == ("Can we count on you?", "Yes", True)
    refused = tap(made, "s1", "a2")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "question_gone")
    assert tap(made, "s9", "a1").get_json()["answers"] == {"s1": "a1", "s9": "a1"}
    assert db.session.get_one(SurveyAnswer, (made.contacts[0], "s1")).on_path


def test_an_answer_that_was_removed_leaves_its_question_open(made: Scene) -> None:
    tap(made, "s1", "a1")
    without = (Step("s1", "Can we count on you?", (Answer("a2", "No"),)),)
    write_script(made.campaign, without)
    found = survey(made)
    assert found.question is not None
    assert (found.question.step, [one.chosen for one in found.question.answers]) == ("s1", [False])
    assert [(one.answers[0].label, one.gone) for one in found.path] == [("Yes", True)]
    tap(made, "s1", "a2")
    assert changes(made)[-1][1:3] == ("a1", "a2")
    assert survey(made).path == []


def test_answers_are_saved_when_no_text_may_leave(made: Scene) -> None:
    set_campaign(made, opens=time(8), closes=time(8, 1), status="paused")
    talk_of(made).review_reason = "may ask to stop"
    db.session.commit()
    assert tap(made, "s1", "a1").get_json()["answers"] == {"s1": "a1"}


def test_somebody_who_opted_out_is_offered_no_text(made: Scene, app: Flask) -> None:
    inbound(app, made.phone(0), "STOP")
    said = tap(made, "s1", "a1").get_json()
    assert (said["answers"], said["offered"]) == ({"s1": "a1"}, [])


def test_a_text_that_cannot_be_filled_in_is_not_offered(made: Scene) -> None:
    tap(made, "s1", "a2")
    said = tap(made, "s3", "a1").get_json()
    assert said["offered"] == []
    assert "cannot be filled in" in said["words"]


def test_another_volunteer_finds_no_such_conversation_and_an_organizer_may(made: Scene) -> None:
    other = colleague(made)
    assert tap(other, "s1", "a1").status_code == 404
    organizer = colleague(made, "organizer")
    assert tap(organizer, "s1", "a1").status_code == 200
    assert changes(made) == [("s1", None, "a1", organizer.volunteer)]
    assert talk_of(made).person_id == made.volunteer


def test_whoever_handed_it_over_is_told_so(made: Scene) -> None:
    other = colleague(made)
    db.session.execute(
        text(
            "INSERT INTO handover (organization_id, conversation_id, from_id, to_id, why)"
            " SELECT organization_id, id, person_id, :to, 'waited' FROM conversation"
        ),
        {"to": other.volunteer},
    )
    talk_of(made).person_id = other.volunteer
    db.session.commit()
    refused = tap(made, "s1", "a1")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "handed_over")
    assert changes(made) == []


def test_a_form_without_script_leads_back_to_the_conversation(made: Scene) -> None:
    talk = talk_of(made).id
    answer = made.browser.post(
        f"/o/{made.org}/replies/{talk}/answer",
        data={"step": "s1", "answer": "a1", "csrf_token": made.csrf},
    )
    assert (answer.status_code, answer.location) == (303, f"/o/{made.org}/replies/{talk}")


@pytest.mark.parametrize(
    "offer", ["", "s1", "s1.a1", "s1.a1.9", "s7.a1.0", "s1.a7.0", "s1.a3.0", "a.b.c"]
)
def test_a_strange_offer_is_none(made: Scene, offer: str) -> None:
    assert surveying.read_offer(made.org_id, talk_of(made).id, "Amy", offer) is None


def test_an_offer_says_what_it_was(made: Scene) -> None:
    begun = surveying.read_offer(made.org_id, talk_of(made).id, "Amy", "s1.a1.0")
    assert begun is not None
    assert (begun.step_key, begun.answer_key, begun.variant) == ("s1", "a1", 0)
    assert begun.text == "Great, Maria0! Can you vote early? Amy"
    assert begun.version_id == db.session.get_one(Campaign, made.campaign).script_version_id


def test_without_questions_there_is_none(app: Flask) -> None:
    bare = scene(app)
    bare.sent()
    assert survey(bare) == surveying.Survey({}, [], None, [])


def test_the_tree_of_the_document_reads_as_it_was_written() -> None:
    assert tree.read(tree.write(STEPS)) == STEPS
