"""A picture with an answer: offered beside its words, named by the reply, and sent as it was shown."""

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.campaigns.models import SendingNumber
from p2ptext.extensions import db
from p2ptext.rules.tree import Answer, Step
from tests.conversations.talking import do, replies, reply, state, talk, waiting_scene
from tests.texting.pictures import enclose, jpeg
from tests.texting.scene import Scene

STEPS = (Step("s1", "Will you come?", (Answer("a1", "Yes", ("Great, {first_name}.",), None),)),)


@pytest.fixture
def made(app: Flask) -> Scene:
    """Somebody said yes to a question after whose answer a picture follows."""
    made = waiting_scene(app, "Yes!", steps=STEPS)
    enclose(made, "s1.a1")
    do(made, "answer", step="s1", answer="a1")
    return made


def test_it_is_offered_seen_and_sent_with_the_words(made: Scene) -> None:
    (offer,) = [one for one in state(made)["suggestions"] if one["source"] == "tree"]
    media_id = offer["media"]["id"]
    assert offer["offered"] == f"s1.a1.0.m{media_id}"
    page = made.browser.get(f"/o/{made.org}/replies/{talk(made).id}?use=1").text
    assert f'src="/o/{made.org}/media/{media_id}" alt="A yard sign in the sun"' in page
    answer = reply(made, offer["text"], offered=offer["offered"])
    assert answer.status_code == 202, answer.text
    (message,) = replies(made)
    assert (message.media_id, message.channel, message.segments) == (media_id, "mms", 1)
    made.dispatch()
    sent = made.carrier.texts[-1]
    assert sent.media is not None
    assert (sent.channel, sent.text, sent.media.kind) == ("mms", offer["text"], "image")
    thread = made.browser.get(f"/o/{made.org}/replies/{talk(made).id}").text
    assert f'src="/o/{made.org}/media/{media_id}" alt="A yard sign in the sun"' in thread


def test_the_volunteer_may_leave_it_out(made: Scene) -> None:
    assert reply(made, "Great, Maria0.", offered="s1.a1.0").status_code == 202
    (message,) = replies(made)
    assert (message.media_id, message.channel, message.answer_key) == (None, "sms", "a1")


def test_another_picture_than_the_one_that_was_shown_is_not_sent(made: Scene) -> None:
    shown = next(one["offered"] for one in state(made)["suggestions"] if one["source"] == "tree")
    enclose(made, "s1.a1", jpeg(50, 50))
    answer = reply(made, "Great, Maria0.", offered=shown)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "wording_changed")
    assert replies(made) == []


def test_the_same_press_again_is_one_answer_and_with_another_picture_none(made: Scene) -> None:
    told = state(made)
    shown = next(one["offered"] for one in told["suggestions"] if one["source"] == "tree")
    codes = [
        reply(made, "Great, Maria0.", token=told["token"], offered=offered).status_code
        for offered in (shown, shown, "s1.a1.0")
    ]
    assert codes == [202, 200, 409]
    assert len(replies(made)) == 1


def test_from_a_number_without_pictures_it_is_not_offered_and_never_sent(made: Scene) -> None:
    shown = next(one["offered"] for one in state(made)["suggestions"] if one["source"] == "tree")
    for number in db.session.scalars(select(SendingNumber)):
        number.can_mms = False
    db.session.commit()
    (offer,) = [one for one in state(made)["suggestions"] if one["source"] == "tree"]
    assert (offer["offered"], offer["media"]) == ("s1.a1.0", None)
    answer = reply(made, "Great, Maria0.", offered=shown)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_mms_number")
    assert replies(made) == []
