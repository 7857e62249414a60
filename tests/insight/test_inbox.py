"""What waits for an organizer, and what becomes of their decisions."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from p2ptext.accounts.models import AuditEvent
from p2ptext.audience.models import Recipient, SuppressionEvent
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.insight import inbox
from p2ptext.texting.models import Attempt, Conversation, InboundText, Message
from tests import factories, world
from tests.insight.histories import Setting, Story, setting

WHY = "It says “remove”."


@dataclass
class Desk:
    """An organizer's browser before one reply that may ask to stop."""

    made: Setting
    browser: FlaskClient
    token: str
    talk_id: int
    inbound_id: int

    @property
    def url(self) -> str:
        return f"/o/{self.made.org.slug}/inbox"

    def press(self, path: str, **form: object) -> TestResponse:
        return self.browser.post(f"{self.url}/{path}", data={"csrf_token": self.token, **form})

    @property
    def talk(self) -> Conversation:
        db.session.expire_all()
        return db.session.get_one(Conversation, self.talk_id)

    @property
    def suppressed(self) -> bool:
        return db.session.get_one(Recipient, self.talk.recipient_id).suppressed_at is not None

    def audited(self) -> list[tuple[str, str, int | None]]:
        rows = db.session.scalars(select(AuditEvent).filter_by(organization_id=self.made.org.id))
        return [(row.action, row.target, row.person_id) for row in rows]


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = setting([Story(alive="delivered")])
    talk = db.session.scalars(select(Conversation).filter_by(campaign_id=made.campaign.id)).one()
    text = db.session.scalars(select(Message).filter_by(conversation_id=talk.id)).one()
    inbound = world.reply_to(text, "please remove me from this")
    talk.review_reason = WHY
    browser = factories.client(app, made.organizer)
    db.session.commit()
    return Desk(made, browser, world.csrf_token(app, browser), talk.id, inbound.id)


def test_a_reply_that_may_ask_to_stop_waits_for_a_decision(desk: Desk) -> None:
    page = desk.browser.get(desk.url).text
    assert "1 reply may ask to stop" in page
    assert "please remove me from this" in page
    assert WHY in page


def test_opting_out_stops_everything_to_them(desk: Desk) -> None:
    assert desk.press(f"{desk.talk_id}/opt-out").status_code == 303
    assert desk.suppressed
    talk = desk.talk
    assert (talk.state, talk.closed_reason, talk.review_reason) == ("closed", "opted_out", None)
    event = db.session.scalars(select(SuppressionEvent).filter_by(recipient_id=talk.recipient_id)).one()
    assert (event.reason, event.person_id) == ("opted out by an organizer", desk.made.organizer.id)
    assert desk.audited() == [
        ("conversation_opted_out", f"conversation {desk.talk_id}", desk.made.organizer.id)
    ]
    assert "Nothing waits for you" in desk.browser.get(desk.url).text


def test_clearing_lets_the_volunteer_answer(desk: Desk) -> None:
    assert desk.press(f"{desk.talk_id}/clear", last_inbound=desk.inbound_id).status_code == 303
    assert not desk.suppressed
    talk = desk.talk
    assert (talk.state, talk.review_reason) == ("open", None)
    assert talk.waiting_since is not None
    assert desk.audited() == [
        ("conversation_review_cleared", f"conversation {desk.talk_id}", desk.made.organizer.id)
    ]


def test_clearing_twice_is_no_news(desk: Desk) -> None:
    desk.press(f"{desk.talk_id}/clear", last_inbound=desk.inbound_id)
    desk.press(f"{desk.talk_id}/clear", last_inbound=desk.inbound_id)
    assert len(desk.audited()) == 1


@pytest.mark.parametrize("seen", ["", "0", "x", str(10**30)])
def test_what_was_not_read_is_not_cleared(desk: Desk, seen: str) -> None:
    """They wrote again after the page was shown, or the page did not say what it showed."""
    answer = desk.press(f"{desk.talk_id}/clear", last_inbound=seen)
    assert answer.status_code == 409
    assert "They have written again" in answer.text
    assert desk.talk.review_reason == WHY


def test_a_newer_text_keeps_the_question_open(desk: Desk) -> None:
    text = db.session.scalars(select(Message).filter_by(conversation_id=desk.talk_id)).one()
    world.reply_to(text, "I said remove me")
    db.session.commit()
    assert desk.press(f"{desk.talk_id}/clear", last_inbound=desk.inbound_id).status_code == 409
    assert desk.talk.review_reason == WHY


@pytest.mark.parametrize("deed", ["opt-out", "clear"])
def test_volunteers_and_strangers_decide_nothing(app: Flask, desk: Desk, deed: str) -> None:
    elsewhere = setting([])
    db.session.commit()
    for who, slug, status in (
        (desk.made.volunteers[0], desk.made.org.slug, 403),
        (elsewhere.organizer, elsewhere.org.slug, 404),
        (elsewhere.organizer, desk.made.org.slug, 404),
    ):
        browser = factories.client(app, who)
        db.session.commit()
        form = {"csrf_token": world.csrf_token(app, browser), "last_inbound": desk.inbound_id}
        assert browser.post(f"/o/{slug}/inbox/{desk.talk_id}/{deed}", data=form).status_code == status
    assert desk.talk.review_reason == WHY
    assert not desk.suppressed


def stray(desk: Desk, words: str, sender: str = "+19375550133", tier: str = "none") -> InboundText:
    """A text to one of the organization's numbers from somebody it never texted."""
    org = desk.made.org
    is_phone = sender.startswith("+")
    made: InboundText = factories.add(
        InboundText(
            organization_id=org.id,
            event_id=world.provider_event(organization_id=org.id).id,
            recipient_id=factories.recipient(org, sender).id if is_phone else None,
            number_id=desk.talk.number_id,
            sender=sender,
            text=words,
            tier=tier,
        )
    )
    db.session.commit()
    return made


def test_a_reply_without_a_conversation_is_shown_and_its_sender_can_be_opted_out(desk: Desk) -> None:
    made = stray(desk, "take me off your list", tier="review")
    page = desk.browser.get(desk.url).text
    assert "1 reply fits no conversation" in page
    assert "•••• 0133" in page
    assert "May ask to stop" in page
    assert desk.press(f"replies/{made.id}/opt-out").status_code == 303
    recipient = db.session.get_one(Recipient, made.recipient_id)
    db.session.refresh(recipient)
    assert recipient.suppressed_at is not None
    (row,) = inbox.strays(desk.made.org.id).rows
    assert (row.opted_out, row.can_opt_out, row.may_ask_to_stop) == (True, False, False)


def test_a_sender_that_is_no_phone_cannot_be_opted_out(desk: Desk) -> None:
    made = stray(desk, "Your code is 123456", sender="ACME")
    (row,) = inbox.strays(desk.made.org.id).rows
    assert (row.sender, row.can_opt_out) == ("ACME", False)
    assert desk.press(f"replies/{made.id}/opt-out").status_code == 404


def test_senders_of_another_organization_cannot_be_opted_out(app: Flask, desk: Desk) -> None:
    made = stray(desk, "hello")
    elsewhere = setting([])
    browser = factories.client(app, elsewhere.organizer)
    form = {"csrf_token": world.csrf_token(app, browser)}
    path = f"/o/{elsewhere.org.slug}/inbox/replies/{made.id}/opt-out"
    assert browser.post(path, data=form).status_code == 404


@pytest.mark.parametrize(("minutes", "words"), [(14, "Still being clarified"), (16, ">Decide</a>")])
def test_an_unclear_text_can_be_decided_about_after_a_quarter_of_an_hour(
    desk: Desk, minutes: int, words: str
) -> None:
    text = db.session.scalars(select(Message).filter_by(conversation_id=desk.talk_id)).one()
    text.state = "unknown"
    db.session.execute(
        update(Attempt)
        .filter_by(message_id=text.id)
        .values(started_at=now() - timedelta(minutes=minutes), outcome="unknown")
    )
    text.created_at = now() - timedelta(minutes=minutes)
    db.session.commit()
    page = desk.browser.get(desk.url).text
    assert "1 text with an unclear end" in page
    assert words in page
    (row,) = inbox.unclear(desk.made.org.id).rows
    assert row.clarifying == (minutes < 15)


def test_what_was_left_alone_is_not_listed(desk: Desk) -> None:
    text = db.session.scalars(select(Message).filter_by(conversation_id=desk.talk_id)).one()
    text.state, text.let_be_at = "unknown", now()
    db.session.commit()
    assert inbox.unclear(desk.made.org.id).total == 0


def test_only_texts_without_an_end_are_unclear(desk: Desk) -> None:
    text = db.session.scalars(select(Message).filter_by(conversation_id=desk.talk_id)).one()
    text.created_at = now() - timedelta(hours=1)
    db.session.flush()
    assert text.state == "delivered"
    assert inbox.unclear(desk.made.org.id).total == 0


def test_a_panel_is_short_and_says_how_many_there_are(desk: Desk) -> None:
    for _ in range(inbox.MOST + 2):
        world.provider_event(organization_id=desk.made.org.id, note="Strange.")
    world.provider_event(organization_id=desk.made.org.id)  # was used: not listed
    panel = inbox.kept(desk.made.org.id)
    assert (len(panel.rows), panel.total) == (inbox.MOST, inbox.MOST + 2)
    assert f"{inbox.MOST} of {inbox.MOST + 2} are shown." in desk.browser.get(desk.url).text
