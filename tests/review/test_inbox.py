"""What waits for an organizer, and what becomes of their decisions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from p2ptext.accounts import passwords
from p2ptext.accounts.models import AuditEvent, Membership
from p2ptext.audience import suppression
from p2ptext.audience.models import Recipient, SuppressionEvent
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.review import inbox, kept
from p2ptext.sms.vonage_events import OLD_ACCOUNT, SWAPPED
from p2ptext.texting.models import Attempt, Conversation, InboundText, Message
from p2ptext.texting.stopping import stop
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
        return self.browser.post(
            f"{self.url}/{path}", data={"csrf_token": self.token, "reason": "A joke", **form}
        )

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
    page = desk.browser.get(desk.url).text
    assert "1 reply may ask to stop" not in page
    # Somebody else has written back, and no volunteer is there.
    assert "1 person waits for an answer and nobody is here." in page


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
        form = {
            "csrf_token": world.csrf_token(app, browser),
            "last_inbound": desk.inbound_id,
            "reason": "No",
        }
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
    panel = kept.kept(desk.made.org.id)
    assert (len(panel.rows), panel.total) == (inbox.MOST, inbox.MOST + 2)
    assert f"{inbox.MOST} of {inbox.MOST + 2} are shown." in desk.browser.get(desk.url).text


def test_a_setting_is_pointed_out_once_and_to_those_who_can_change_it(desk: Desk) -> None:
    """What came in the older shape was understood: it is not among what could not be used."""
    for _ in range(9):
        world.provider_event(organization_id=desk.made.org.id, kind="strange", note=OLD_ACCOUNT)
    world.provider_event(
        organization_id=desk.made.org.id, note=SWAPPED, received_at=now() - timedelta(days=8)
    )
    db.session.commit()
    assert kept.kept(desk.made.org.id).total == 0
    (one,) = kept.advice(desk.made.org.id)
    assert (one.words, one.count, len(one.examples)) == (OLD_ACCOUNT, 9, kept.EXAMPLES)
    words = "Understood, but please change this setting"
    shown = desk.browser.get(desk.url).text
    assert words not in shown
    assert "could not be used" not in shown
    db.session.execute(
        update(Membership).filter_by(person_id=desk.made.organizer.id).values(role="manager")
    )
    db.session.commit()
    shown = desk.browser.get(desk.url).text
    assert shown.count(words) == 1
    assert "9 messages from the phone company came this way" in shown


def test_a_probable_request_shows_since_when_and_until_when(desk: Desk) -> None:
    """Decide today; the law allows 10 business days (47 CFR 64.1200(a)(10))."""
    inbound = db.session.get_one(InboundText, desk.inbound_id)
    inbound.tier, inbound.received_at = "review", datetime(2026, 11, 2, 20, tzinfo=UTC)
    db.session.commit()
    (row,) = inbox.reviews(desk.made.org.id).rows
    assert (row.since, row.is_late) == (inbound.received_at, inbound.received_at < now() - timedelta(1))
    page = desk.browser.get(desk.url).text
    assert "The law allows until Tuesday, November 17." in page


@pytest.mark.parametrize(("hours", "words"), [(23, "Decide today"), (25, "Waits for more than a day")])
def test_what_waits_for_more_than_a_day_is_marked(desk: Desk, hours: int, words: str) -> None:
    inbound = db.session.get_one(InboundText, desk.inbound_id)
    inbound.tier, inbound.received_at = "review", now() - timedelta(hours=hours)
    db.session.commit()
    assert words in desk.browser.get(desk.url).text.replace("Decide today:", "")


def test_clearing_says_of_the_text_that_it_was_misread(desk: Desk) -> None:
    inbound = db.session.get_one(InboundText, desk.inbound_id)
    inbound.tier = "review"
    db.session.commit()
    desk.press(f"{desk.talk_id}/clear", last_inbound=desk.inbound_id)
    db.session.expire_all()
    assert (inbound.undone_by, inbound.undone_reason) == (
        desk.made.organizer.id,
        "A joke",
    )


def test_a_stray_is_listed_until_somebody_has_dealt_with_it(desk: Desk) -> None:
    made = stray(desk, "Who are you?")
    assert "Dealt with" in desk.browser.get(desk.url).text
    assert desk.press(f"replies/{made.id}/dealt-with").status_code == 303
    assert inbox.strays(desk.made.org.id).total == 0
    db.session.refresh(made)
    assert made.dealt_with_by == desk.made.organizer.id
    assert desk.press(f"replies/{made.id}/dealt-with").status_code == 303
    assert [action for action, *_ in desk.audited()] == ["sender_dealt_with"]


def test_only_strays_can_be_put_aside(desk: Desk) -> None:
    assert desk.press(f"replies/{desk.inbound_id}/dealt-with").status_code == 404
    db.session.expire_all()
    assert db.session.get_one(InboundText, desk.inbound_id).dealt_with_at is None


def stopped(desk: Desk, words: str = "Stop by the office <b>") -> int:
    """The conversation's text stopped the texts, by its own words."""
    recipient_id = desk.talk.recipient_id
    inbound = db.session.get_one(InboundText, desk.inbound_id)
    inbound.text, inbound.tier, inbound.verdict_reason = words, "auto", "They wrote “stop”."
    db.session.flush()
    stop(recipient_id, "their own words: They wrote “stop”.", None)
    db.session.commit()
    return desk.inbound_id


def test_who_asked_to_stop_today_is_listed_with_the_rule(desk: Desk) -> None:
    inbound_id = stopped(desk)
    page = desk.browser.get(desk.url).text
    assert "1 person asked to stop in the last 24 hours" in page
    assert "They wrote “stop”." in page
    assert "Stop by the office &lt;b&gt;" in page
    assert f"/inbox/replies/{inbound_id}/verdict" in page
    db.session.get_one(InboundText, inbound_id).received_at = now() - timedelta(hours=25)
    db.session.commit()
    assert inbox.stopped_today(desk.made.org.id).total == 0


@pytest.fixture
def knows_password(desk: Desk) -> str:
    desk.made.organizer.password_hash = passwords.hash_password("long enough password")
    db.session.commit()
    return "long enough password"


def test_a_misread_text_is_corrected_with_reason_and_password(desk: Desk, knows_password: str) -> None:
    inbound_id = stopped(desk)
    path = f"replies/{inbound_id}/verdict"
    page = desk.browser.get(f"{desk.url}/{path}").text
    assert "They wrote “stop”." in page
    assert "Your password" in page
    assert "Give the reason." in desk.press(path, reason="", password=knows_password).text
    assert "This is not your password." in desk.press(path, reason="an invitation", password="no").text
    assert desk.suppressed
    answer = desk.press(path, reason="an invitation", password=knows_password)
    assert answer.status_code == 303
    assert not desk.suppressed
    assert desk.talk.state == "open"
    assert desk.audited() == [("verdict_undone", f"inbound text {inbound_id}", desk.made.organizer.id)]
    again = desk.browser.get(f"{desk.url}/{path}").text
    assert "Corrected already" in again
    assert "an invitation" in again
    talk_page = f"/o/{desk.made.org.slug}/review/{desk.talk_id}"
    assert "Corrected: <bdi>an invitation</bdi>" in desk.browser.get(talk_page).text


def test_what_was_no_request_can_be_one_without_a_password(desk: Desk) -> None:
    path = f"replies/{desk.inbound_id}/verdict"
    assert "Your password" not in desk.browser.get(f"{desk.url}/{path}").text
    assert desk.press(path, reason="they mean it").status_code == 303
    assert desk.suppressed


def test_a_text_taken_for_a_machines_can_be_a_persons(desk: Desk) -> None:
    db.session.get_one(InboundText, desk.inbound_id).kind = "auto_reply"
    db.session.commit()
    path = f"replies/{desk.inbound_id}/verdict"
    assert "A person wrote it" in desk.browser.get(f"{desk.url}/{path}").text
    assert "Choose what it is." in desk.press(path, reason="a joke").text
    assert desk.press(path, reason="a joke", really="person").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(InboundText, desk.inbound_id).kind == "text"
    assert not desk.suppressed


def test_a_correction_that_changes_nothing_says_so(desk: Desk, knows_password: str) -> None:
    inbound_id = stopped(desk)
    suppression.lift(desk.talk.recipient_id, "asked", desk.made.organizer.id)
    suppression.suppress(desk.talk.recipient_id, "asked by mail", desk.made.organizer.id)
    db.session.commit()
    desk.press(f"replies/{inbound_id}/verdict", reason="an invitation", password=knows_password)
    assert desk.suppressed
    assert "They stay opted out" in desk.browser.get(desk.url).text


def test_who_asks_for_an_organizer_stands_first_danger_before_all(desk: Desk) -> None:
    other = setting([Story(alive="delivered"), Story(alive="delivered")])
    first, second = db.session.scalars(
        select(Conversation).filter_by(campaign_id=other.campaign.id).order_by(Conversation.id)
    )
    first.lead_asked_at = now() - timedelta(hours=2)
    second.lead_asked_at, second.crisis_reason = now(), "They speak of ending their life"
    db.session.commit()
    assert [row.conversation_id for row in inbox.asked(other.org.id).rows] == [second.id, first.id]
    assert inbox.asked(desk.made.org.id).total == 0
    page = factories.client(desk.browser.application, other.organizer)
    db.session.commit()
    shown = page.get(f"/o/{other.org.slug}/inbox").text
    assert "2 conversations ask for you" in shown
    assert "They speak of ending their life." in shown
    assert f"/review/{second.id}" in shown
