"""A conversation with its record: everything that was said or done, and by whom."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from p2ptext.accounts.models import AuditEvent
from p2ptext.audience.models import SuppressionEvent
from p2ptext.clock import now
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from p2ptext.review import record
from p2ptext.texting.models import Attempt, Conversation, Message
from tests import factories, world


@pytest.fixture
def text(app: Flask) -> Message:
    """A first text, seen for five minutes before Send was pressed."""
    org = factories.organization()
    volunteer = factories.person(org, name="Amy Adams")
    campaign = factories.campaign(org, volunteer)
    contact = factories.contacts(campaign, volunteer, ["+16145550104"])[0]
    made = world.first_text(contact, campaign, volunteer)
    seen = now() - timedelta(minutes=5)
    made.click_id = world.click(contact, volunteer, shown_at=seen).id
    db.session.flush()
    return made


def deeds(text: Message) -> list[tuple[str, str]]:
    found = record.deeds(text.organization_id, text.conversation_id or 0)
    assert [one.at for one in found] == sorted(one.at for one in found)
    return [(one.what, one.who) for one in found]


def test_a_click_is_told_with_the_time_it_took(text: Message) -> None:
    assert deeds(text) == [("Pressed Send for the first text, 5 minutes after seeing it", "Amy Adams")]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (7199, "119 minutes"),
     (7200, "2 hours"), (172_800, "2 days"), (-3, "0 seconds")],
)  # fmt: skip
def test_spans_are_words(seconds: int, words: str) -> None:
    assert record._after(timedelta(seconds=max(0, seconds))) == words


@pytest.mark.parametrize("outcome", ["accepted", "not_sent", "refused", "unknown", "abandoned", None])
def test_every_call_is_told_with_its_outcome(text: Message, outcome: str | None) -> None:
    factories.add(
        Attempt(
            id=uuid.uuid4(),
            organization_id=text.organization_id,
            message_id=text.id,
            dispatcher="test",
            deadline_at=now(),
            outcome=outcome,
        )
    )
    what, who = deeds(text)[1]
    assert "phone company" in what or "before the call" in what
    assert who == ""


def test_opt_outs_and_decisions_are_told_with_who_made_them(text: Message) -> None:
    who = text.person_id
    factories.add(
        SuppressionEvent(
            organization_id=text.organization_id,
            recipient_id=text.recipient_id,
            action="added",
            reason="opted out by an organizer",
            person_id=who,
        )
    )
    factories.add(
        SuppressionEvent(
            organization_id=text.organization_id,
            recipient_id=text.recipient_id,
            action="lifted",
            reason="their own words: start",
        )
    )
    for action in ("conversation_opted_out", "conversation_review_cleared"):
        target = f"conversation {text.conversation_id}"
        factories.add(
            AuditEvent(
                organization_id=text.organization_id,
                action=action,
                target=target,
                person_id=who,
                detail={},
            )
        )
    assert deeds(text)[1:] == [
        ("No more texts: opted out by an organizer", "Amy Adams"),
        ("Texts allowed again: their own words: start", ""),
        ("Opted out", "Amy Adams"),
        ("Decided: not a request to stop", "Amy Adams"),
    ]


def test_another_conversations_deeds_are_not_told(text: Message) -> None:
    target = f"conversation {text.conversation_id}1"
    factories.add(AuditEvent(organization_id=text.organization_id, action="x", target=target, detail={}))
    assert len(deeds(text)) == 1


def test_everything_said_is_there_also_what_was_taken_back(text: Message) -> None:
    text.state, text.reason = "cancelled", "undone"
    inbound = world.reply_to(text, "STOP")
    factories.add(
        Message(
            organization_id=text.organization_id,
            recipient_id=text.recipient_id,
            number_id=text.number_id,
            answers_inbound_id=inbound.id,
            kind="stop_confirmation",
            text="You are opted out.",
            encoding="GSM-7",
            segments=1,
        )
    )
    lines = record.besides(text.organization_id, text.conversation_id or 0)
    assert [(one.kind, one.text, one.who, one.state_words) for one in lines] == [
        ("event", f"Amy Adams took back: “{text.text}”", "", ""),
        ("out", "You are opted out.", "Sent by itself", "Leaving in a moment"),
    ]


def test_a_corrected_text_says_why(text: Message) -> None:
    inbound = world.reply_to(text, "Stop by the office")
    assert record.corrections(text.organization_id, text.conversation_id or 0) == {}
    inbound.undone_at, inbound.undone_reason = now(), "an invitation"
    db.session.flush()
    assert record.corrections(text.organization_id, text.conversation_id or 0) == {
        inbound.id: "an invitation"
    }
    assert record.corrections(text.organization_id + 1, text.conversation_id or 0) == {}


def test_a_conversation_is_found_only_in_its_campaign_and_organization(text: Message) -> None:
    org, talk = text.organization_id, text.conversation_id or 0
    campaign = db.session.get_one(Conversation, talk).campaign_id
    assert record.talk(org, campaign, talk).phone == "•••• 0104"
    for wrong in ((org + 1, campaign, talk), (org, campaign + 1, talk), (org, campaign, talk + 1)):
        with pytest.raises(NotFound):
            record.talk(*wrong)
