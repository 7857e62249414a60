"""Answers to somebody who reads another language: the questions, the offered text, the canned replies."""

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.audience.models import Contact
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.extensions import db
from p2ptext.texting.models import Message
from tests.conversations.test_surveying import STEPS, survey, talk_of, tap, write_script
from tests.texting.scene import Scene, inbound, scene

SPANISH = {
    "canned": [{"title": "Who is this?", "text": "Soy {volunteer_name}, de Ohio Votes."}],
    "steps": {
        "s1": {
            "question": "¿Contamos con usted?",
            "answers": {"a1": {"label": "Sí", "texts": ["Gracias, {first_name}. ¿Vota antes?"]}},
        }
    },
}


@pytest.fixture
def made(app: Flask) -> Scene:
    """Somebody who reads Spanish was texted, has answered, and waits."""
    scene_ = scene(app)
    write_script(scene_.campaign, STEPS)
    with transaction():
        campaign = writing.lock(scene_.campaign, scene_.org_id)
        canned = [{"title": "Who is this?", "text": "I am {volunteer_name}."}]
        document = writing.document_of(campaign) | {"canned": canned, "languages": {"es": SPANISH}}
        writing.save_document(campaign, document, scene_.volunteer)
        for contact in db.session.scalars(select(Contact)):
            contact.fields = {**contact.fields, "language": "Spanish"}
    scene_.sent()
    inbound(app, scene_.phone(0), "Quien es?")
    return scene_


def test_questions_and_the_next_text_are_in_their_language(made: Scene) -> None:
    said = tap(made, "s1", "a1").get_json()
    assert said["words"] == "Saved: Sí."
    (offered,) = said["offered"]
    assert (offered["text"], offered["offer"]) == ("Gracias, Maria0. ¿Vota antes?", "s1.a1.0")
    question = survey(made).question
    assert question is not None
    assert question.text == "¿Contamos con usted?"
    assert [chip.label for chip in question.answers] == ["Sí", "No", "Moved"]


def test_what_is_not_written_in_their_language_is_offered_in_the_main_words(made: Scene) -> None:
    (offered,) = tap(made, "s1", "a2").get_json()["offered"]
    assert offered["text"] == "Thank you, Maria0. May we ask why?"


@pytest.mark.parametrize(("answer", "language"), [("a1", "es"), ("a2", None)])
def test_the_message_keeps_in_which_language_it_began(
    made: Scene, answer: str, language: str | None
) -> None:
    (offered,) = tap(made, "s1", answer).get_json()["offered"]
    address = f"/o/{made.org}/replies/{talk_of(made).id}"
    page = made.browser.get(address).text
    token = page.split('name="token"')[1].split('value="')[1].split('"')[0]
    body = {"token": token, "text": offered["text"], "offered": offered["offer"]}
    sent = made.browser.post(f"{address}/reply", data=body, headers={"X-CSRFToken": made.csrf})
    assert sent.status_code == 303
    message = db.session.scalars(select(Message).filter_by(kind="reply")).one()
    assert (message.language, message.variant, message.edited) == (language, 0, False)


def test_canned_replies_are_in_their_language(made: Scene) -> None:
    page = made.browser.get(f"/o/{made.org}/replies/{talk_of(made).id}").text
    assert "Soy Amy, de Ohio Votes." in page
    assert "I am Amy." not in page
