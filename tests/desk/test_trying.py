"""A text to one's own phone: by one's own press, the way every text goes, and counted nowhere."""

import re
from datetime import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from p2ptext.accounts.models import Membership, Organization
from p2ptext.audience import suppression
from p2ptext.audience.models import Recipient
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import trying
from p2ptext.desk.models import TestText
from p2ptext.extensions import db
from p2ptext.insight import queries as progress
from p2ptext.texting import frequency, queries
from p2ptext.texting.clicking import commitment
from p2ptext.texting.evidence_models import Click, ClickDevice
from p2ptext.texting.models import Conversation, Message
from tests import factories
from tests.insight.counted import counted
from tests.texting.scene import Scene, colleague, inbound, scene, set_campaign

OWN = "+16145550177"


class Desk:
    """A manager at the page."""

    def __init__(self, app: Flask, **values: Any) -> None:
        self.volunteer = scene(app, **values)
        self.made: Scene = colleague(self.volunteer, "manager")
        self.path = f"/o/{self.made.org}/campaigns/{self.made.campaign}/try"

    def page(self, query: str = "") -> str:
        answer = self.made.browser.get(self.path + query)
        assert answer.status_code == 200
        return answer.text

    def token(self, query: str = "") -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.page(query))
        assert found
        return found[1]

    def say_phone(self, number: str = "(614) 555-0177") -> TestResponse:
        return self.post("/phone", phone=number)

    def post(self, path: str = "", **form: str) -> TestResponse:
        return self.made.browser.post(
            self.path + path, data={"csrf_token": self.made.csrf, **form}, follow_redirects=True
        )

    def send(self, query: str = "") -> TestResponse:
        return self.post(token=self.token(query))

    def tests(self) -> list[TestText]:
        db.session.expire_all()
        return list(db.session.scalars(select(TestText).order_by(TestText.id)))


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.say_phone()
    return made


def test_without_a_phone_of_ones_own_nothing_can_be_sent(app: Flask) -> None:
    made = Desk(app)
    assert 'name="token"' not in made.page()
    assert "Send to my phone" not in made.page()
    made.post(token="made-up")
    assert made.tests() == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "There is no phone number"),
        ("555", "too short"),
        ("(614) 555-0190", "Your organization sends from this number"),
    ],
)
def test_what_is_no_phone_of_ones_own_is_told(app: Flask, typed: str, words: str) -> None:
    made = Desk(app)
    answer = made.say_phone(typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert made.made.browser.get(made.path).text.count("This is my phone")


def test_a_test_is_a_real_text_by_a_recorded_click(desk: Desk) -> None:
    answer = desk.send()
    assert "On its way to •••• 0177" in answer.text
    (test,) = desk.tests()
    message = db.session.get_one(Message, test.message_id)
    hidden = db.session.get_one(Campaign, message.campaign_id)
    assert hidden.is_tests
    assert message.text.startswith("Hi Maria0, this is ")
    assert (message.kind, message.state, message.script_version_id) == (
        "first",
        "queued",
        test.version_id,
    )
    click = db.session.get_one(Click, message.click_id)
    device = db.session.get_one(ClickDevice, click.id)
    assert click.person_id == desk.made.volunteer == test.person_id
    assert click.text_commitment == commitment(device.salt, message.text)

    desk.made.dispatch()
    (sent,) = desk.made.carrier.texts
    assert (sent.to, sent.text) == (OWN, message.text)
    assert sent.from_ == "+16145550190"
    assert desk.made.message(message.id).state == "accepted"
    assert "Sent." in desk.page()


def test_a_test_opens_the_way_to_the_launch_of_exactly_this_script(desk: Desk) -> None:
    desk.send()
    campaign = db.session.get_one(Campaign, desk.made.campaign)
    assert campaign.tested_version_id == campaign.script_version_id
    desk.made.dispatch()
    assert "The script was tried as it is now" in desk.page()
    with transaction():
        campaign = writing.lock_to_change(campaign.id, campaign.organization_id)
        writing.save_wordings(campaign, [f"{factories.TEXT} Thanks"], desk.made.volunteer)
    assert "The script has changed since it was tried" in desk.page()


def test_the_same_press_twice_is_one_text(desk: Desk) -> None:
    token = desk.token()
    desk.post(token=token)
    desk.post(token=token)
    assert len(desk.tests()) == 1


def test_each_test_is_one_more_and_no_cap_of_a_day_holds_it_back(desk: Desk) -> None:
    """A recipient gets one first text a day; a tester may look at five wordings."""
    for _ in range(3):
        desk.send()
        desk.made.dispatch()
    assert [one.to for one in desk.made.carrier.texts] == [OWN] * 3
    rounds = db.session.scalars(select(Message.round).filter_by(kind="first").order_by(Message.id))
    assert list(rounds) == [1, 2, 3]


def test_an_answer_comes_to_the_tester_and_the_next_test_still_leaves(desk: Desk) -> None:
    desk.send()
    desk.made.dispatch()
    inbound(desk.made.app, OWN, "Looks good to me")
    assert "Looks good to me" in desk.page()
    talk = db.session.scalars(select(Conversation)).one()
    assert talk.person_id == desk.made.volunteer
    assert talk.waiting_since is not None
    replies = desk.made.browser.get(f"/o/{desk.made.org}/replies").text
    assert f"/replies/{talk.id}" in replies
    desk.send()
    desk.made.dispatch()
    assert len(desk.made.carrier.texts) == 2


def test_the_questions_that_the_answer_is_asked_are_those_of_the_script_that_was_tried(
    desk: Desk,
) -> None:
    desk.send()
    hidden = db.session.scalars(select(Campaign).filter_by(is_tests=True)).one()
    tried = db.session.get_one(Campaign, desk.made.campaign)
    assert hidden.script_version_id == tried.script_version_id


def test_stop_from_ones_own_phone_means_stop(desk: Desk) -> None:
    desk.send()
    desk.made.dispatch()
    inbound(desk.made.app, OWN, "STOP")
    answer = desk.send()
    assert "This phone has opted out" in answer.text
    assert len(desk.tests()) == 1


def test_outside_the_widest_hours_it_says_when_they_open(desk: Desk) -> None:
    desk.send()
    hidden = db.session.scalars(select(Campaign).filter_by(is_tests=True)).one()
    hidden.opens, hidden.closes = time(8), time(8, 1)
    db.session.commit()
    answer = desk.send()
    assert "By its number your phone may be in Eastern time" in answer.text
    assert "They open at" in answer.text
    assert len(desk.tests()) == 1


def test_the_campaigns_own_hours_and_dates_do_not_keep_it_from_being_tried(desk: Desk) -> None:
    set_campaign(desk.made, opens=time(9), closes=time(9, 30))
    desk.send()
    assert len(desk.tests()) == 1


def test_a_number_that_may_not_send_is_told(desk: Desk) -> None:
    db.session.execute(text("UPDATE sending_number SET out_since = p2p_now()"))
    db.session.commit()
    assert "no number that may send" in desk.send().text
    assert desk.tests() == []


def test_too_many_in_an_hour(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "MOST_AN_HOUR", 2)
    for _ in range(3):
        answer = desk.send()
    assert "tests in an hour" in answer.text
    assert len(desk.tests()) == 2


def test_a_script_that_changed_since_it_was_shown_is_looked_at_again(desk: Desk) -> None:
    token = desk.token()
    with transaction():
        campaign = writing.lock_to_change(desk.made.campaign, desk.made.org_id)
        writing.save_wordings(campaign, ["Other words. Reply STOP to opt out."], desk.made.volunteer)
    assert "The wording has changed" in desk.post(token=token).text
    assert desk.tests() == []


def test_a_token_of_somebody_else_or_of_another_campaign_opens_nothing(desk: Desk) -> None:
    token = desk.token()
    other = colleague(desk.made, "manager")
    membership = db.session.scalars(select(Membership).filter_by(person_id=other.volunteer)).one()
    membership.own_phone = OWN
    db.session.commit()
    form = {"csrf_token": other.csrf, "token": token}
    assert other.browser.post(desk.path, data=form).status_code == 404
    middle = len(token) // 2
    forged = token[:middle] + ("a" if token[middle] != "a" else "b") + token[middle + 1 :]
    assert "Reload the page" in desk.post(token=forged).text
    assert desk.tests() == []


def test_the_text_and_the_person_that_were_chosen_are_what_leaves(desk: Desk) -> None:
    wordings = [factories.TEXT, "Hello {first_name}, {volunteer_name} here. Reply STOP to opt out."]
    with transaction():
        campaign = writing.lock_to_change(desk.made.campaign, desk.made.org_id)
        document = writing.document_of(campaign)
        document = {
            **document,
            "first": wordings,
            "languages": {"es": {"first": ["Hola {first_name}. Reply STOP to opt out."]}},
        }
        writing.save_document(campaign, document, desk.made.volunteer)
    shown = desk.page()
    assert "First text, wording 2" in shown
    assert "First text, Spanish" in shown
    second = desk.made.contacts[1]
    desk.send(f"?text=1.1.&contact={second}")
    desk.send(f"?text=1.0.es&contact={second}")
    texts = list(db.session.scalars(select(Message.text).order_by(Message.id)))
    assert texts[0].startswith("Hello Maria1, ")
    assert texts[1] == "Hola Maria1. Reply STOP to opt out."
    rows = db.session.execute(select(Message.variant, Message.language).order_by(Message.id))
    assert [tuple(row) for row in rows] == [(1, None), (0, "es")]


def test_tests_count_in_no_list_and_no_number(desk: Desk) -> None:
    counted(desk.made.campaign)
    before = progress.campaigns(desk.made.org_id)
    desk.send()
    desk.made.dispatch()
    inbound(desk.made.app, OWN, "Fine")
    counted(desk.made.campaign)
    assert progress.campaigns(desk.made.org_id) == before
    names = [one.name for one in queries.todo(desk.made.org_id, desk.made.volunteer)]
    assert names == [db.session.get_one(Campaign, desk.made.campaign).name]
    recipient = db.session.scalars(select(Recipient).filter_by(phone=OWN)).one()
    fits = select(text(frequency.FIRST_TEXT_FITS)).select_from(text("recipient r"))
    assert db.session.scalar(fits.where(text(f"r.id = {recipient.id}"))) is True


def test_whoever_is_in_the_list_as_well_keeps_one_row_and_one_stop(desk: Desk) -> None:
    recipient = factories.recipient(db.session.get_one(Organization, desk.made.org_id), OWN)
    db.session.commit()
    desk.send()
    assert db.session.scalar(select(func.count()).select_from(Recipient).filter_by(phone=OWN)) == 1
    with transaction():
        suppression.suppress(recipient.id, "asked by mail", None)
    desk.made.dispatch()
    assert desk.made.carrier.texts == []
    (test,) = desk.tests()
    assert desk.made.message(test.message_id).reason == "opted_out"
    assert "This phone opted out" in desk.page()


def test_there_is_one_hidden_campaign_whatever_others_are_called(desk: Desk) -> None:
    set_campaign(desk.made, name="Tests")
    desk.send()
    desk.send()
    assert db.session.scalar(select(func.count()).select_from(Campaign).filter_by(is_tests=True)) == 1
