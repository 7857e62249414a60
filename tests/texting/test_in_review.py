"""Whoever may have asked to stop gets nothing from anybody, in any campaign, until somebody decides."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from p2ptext.accounts.models import Organization
from p2ptext.audience import suppression
from p2ptext.background import transaction
from p2ptext.conversations import reviewing, verdicts
from p2ptext.extensions import db
from p2ptext.texting.models import Conversation, InboundText
from tests import factories
from tests.texting.scene import PROBABLE, Scene, inbound, scene, unsure
from tests.texting.second import second_campaign, set_caps

OTHER_NUMBER = "+16145550191"


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """One person on the lists of two campaigns, texted in the first."""
    unsure(monkeypatch)
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)
    begun = scene(app, people=1)
    set_caps(begun, 2, 3)
    begun.sent()
    return begun


def last() -> int:
    return db.session.scalars(select(func.max(InboundText.id))).one() or 0


def decide(made: Scene, inbound_id: int) -> None:
    with transaction():
        verdicts.correct(made.org_id, inbound_id, made.volunteer, "misread")


def talk_of(campaign: int) -> Conversation:
    db.session.expire_all()
    return db.session.scalars(select(Conversation).filter_by(campaign_id=campaign)).one()


def test_no_card_of_another_campaign_until_it_is_decided(app: Flask, made: Scene) -> None:
    other = second_campaign(made)
    shown = other.deck()["cards"][0]
    inbound(app, made.phone(0), PROBABLE)
    deck = other.deck()
    assert (deck["cards"], deck["held_back"]) == ([], {"in_review": 1})
    assert deck["state"] == "list_finished"
    refused = other.send(shown)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "in_review")
    assert refused.get_json()["words"] == (
        "They may have asked for no more texts. An organizer looks at it first."
    )
    decide(made, last())
    assert len(other.deck()["cards"]) == 1
    assert other.send(shown).status_code == 202


def test_a_queued_first_text_of_another_campaign_comes_back(app: Flask, made: Scene) -> None:
    other = second_campaign(made)
    message_id = other.send(other.deck()["cards"][0]).get_json()["message"]
    inbound(app, made.phone(0), PROBABLE)
    other.dispatch()
    message = other.message(message_id)
    assert (message.state, message.reason) == ("blocked", "conversation_locked")
    decide(made, last())
    assert len(other.deck()["cards"]) == 1


def test_a_queued_text_waits_for_a_stray_text_to_be_decided(app: Flask, made: Scene) -> None:
    """It came to a number of ours that never texted them, so it belongs to no conversation."""
    org = db.session.get_one(Organization, made.org_id)
    factories.number(org, OTHER_NUMBER)
    db.session.commit()
    other = second_campaign(made)
    inbound(app, made.phone(0), PROBABLE, to=OTHER_NUMBER.lstrip("+"))
    stray = last()
    assert db.session.get_one(InboundText, stray).conversation_id is None
    assert other.deck()["cards"] == []
    with transaction():
        reviewing.dealt_with(made.org_id, stray, made.volunteer)
    assert len(other.deck()["cards"]) == 1


def test_a_stray_text_from_before_they_began_again_holds_nothing(app: Flask, made: Scene) -> None:
    org = db.session.get_one(Organization, made.org_id)
    factories.number(org, OTHER_NUMBER)
    db.session.commit()
    inbound(app, made.phone(0), PROBABLE, to=OTHER_NUMBER.lstrip("+"))
    with transaction():
        reviewing.opt_out_sender(made.org_id, last(), made.volunteer)
        suppression.lift(talk_of(made.campaign).recipient_id, "they asked by mail", made.volunteer)
    assert len(second_campaign(made).deck()["cards"]) == 1


def answer(made: Scene, conversation_id: int) -> TestResponse:
    place = f"/o/{made.org}/replies/{conversation_id}"
    token = made.browser.get(f"{place}/state").get_json()["token"]
    headers = {"X-CSRFToken": made.csrf, "Accept": "application/json"}
    data = {"token": token, "text": "It is Amy, a volunteer."}
    return made.browser.post(f"{place}/reply", data=data, headers=headers)


def test_no_answer_leaves_in_their_other_conversation(app: Flask, made: Scene) -> None:
    inbound(app, made.phone(0), "Who is this?")
    other = second_campaign(made)
    other.sent()
    older = talk_of(made.campaign).id
    message_id = answer(made, older).get_json()["message"]
    inbound(app, made.phone(0), PROBABLE)
    assert talk_of(other.campaign).review_reason
    assert talk_of(made.campaign).review_reason is None
    refused = answer(made, older)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "in_review")
    made.dispatch()
    message = made.message(message_id)
    assert (message.state, message.reason) == ("blocked", "conversation_locked")
    decide(made, last())
    assert answer(made, older).status_code == 202
