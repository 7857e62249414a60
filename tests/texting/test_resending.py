"""A text with an unclear end is sent once more by an organizer's own click, once, or left as it is."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from p2ptext.accounts.models import AuditEvent
from p2ptext.audience.models import Contact
from p2ptext.audience.suppression import suppress
from p2ptext.background import transaction
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.sms.provider import Accepted, NotSent, SendResult, Unknown
from p2ptext.texting import outbox, resending, sweeping
from p2ptext.texting.clicking import Clicker, commitment
from p2ptext.texting.evidence_models import Click, ClickDevice
from p2ptext.texting.models import Attempt, Message, Outbox
from tests.texting.scene import Carrier, Scene, begin, colleague, inbound, receipt, scene, set_campaign
from tests.texting.test_dispatching import attempts, state_of
from tests.texting.test_races import at_once


def unclear(app: Flask, *then: SendResult) -> tuple[Scene, Scene, int]:
    """A text whose first call ended nobody knows how, a quarter of an hour ago; what later calls end in."""
    made = scene(app)
    made.carrier = Carrier(Unknown("dropped"), *then)
    message_id = made.sent()
    pass_minutes(16)
    return made, colleague(made, "organizer"), message_id


def pass_minutes(minutes: int) -> None:
    db.session.execute(
        text("UPDATE attempt SET started_at = started_at - make_interval(mins => :m)"), {"m": minutes}
    )
    db.session.execute(
        text("UPDATE message SET created_at = created_at - make_interval(mins => :m)"), {"m": minutes}
    )
    db.session.commit()


def token_of(desk: Scene, message_id: int) -> str:
    page = desk.browser.get(f"/o/{desk.org}/unclear/{message_id}").get_data(as_text=True)
    found = re.search(r'name="token" value="([^"]+)"', page)
    return found.group(1) if found else ""


def press(desk: Scene, message_id: int, how: str = "send-again", **form: Any) -> TestResponse:
    fields = {"csrf_token": desk.csrf} | form
    return desk.browser.post(f"/o/{desk.org}/unclear/{message_id}/{how}", data=fields)


def said(desk: Scene) -> str:
    return str(desk.browser.get(f"/o/{desk.org}/inbox").get_data(as_text=True))


def test_it_is_sent_once_more_by_a_click_of_its_own(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    assert press(desk, message_id, token=token_of(desk, message_id)).status_code == 303
    assert "It leaves once more now" in said(desk)
    made.dispatch()
    assert [one.text for one in made.carrier.texts] == [made.message(message_id).text] * 2
    assert attempts(message_id) == ["unknown", "accepted"]
    assert state_of(made, message_id) == ("accepted", None)
    click = db.session.scalars(select(Click).filter_by(kind="resend")).one()
    again = db.session.scalars(
        select(Attempt).filter_by(message_id=message_id).order_by(Attempt.started_at.desc())
    ).first()
    assert again is not None
    assert (again.click_id, click.person_id) == (click.id, desk.volunteer)
    assert made.message(message_id).resend_click_id == click.id
    device = db.session.get_one(ClickDevice, click.id)
    assert click.text_commitment == commitment(device.salt, made.message(message_id).text)
    assert click.checks["campaign"] == "running"
    assert db.session.scalars(select(AuditEvent.action)).all() == ["unclear_text_sent_again"]


def test_the_page_says_that_they_may_have_it_already(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    page = desk.browser.get(f"/o/{desk.org}/unclear/{message_id}").get_data(as_text=True)
    assert "gets it twice" in page
    assert "once more" in page
    assert made.message(message_id).text in page


def test_the_same_press_twice_is_one(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    token = token_of(desk, message_id)
    press(desk, message_id, token=token)
    assert press(desk, message_id, token=token).status_code == 303
    made.dispatch()
    press(desk, message_id, token=token)
    made.dispatch()
    assert len(made.carrier.texts) == 2
    assert len(db.session.scalars(select(Click).filter_by(kind="resend")).all()) == 1


def test_there_is_no_third_time(app: Flask) -> None:
    """The second call ends unclear too, and a quarter of an hour passes again."""
    made, desk, message_id = unclear(app, Unknown("dropped again"))
    early = token_of(desk, message_id)
    other = colleague(made, "owner")
    late = token_of(other, message_id)
    press(desk, message_id, token=early)
    made.dispatch()
    pass_minutes(16)
    assert state_of(made, message_id)[0] == "unknown"
    assert token_of(desk, message_id) == ""
    press(other, message_id, token=late)
    assert "There is no third time" in said(other)
    made.dispatch()
    sweeping.sweep()
    assert len(made.carrier.texts) == 2


def test_before_a_quarter_of_an_hour_it_is_being_clarified(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    token = token_of(desk, message_id)
    pass_minutes(-10)
    page = desk.browser.get(f"/o/{desk.org}/unclear/{message_id}").get_data(as_text=True)
    assert "still being clarified" in page
    assert 'name="token"' not in page
    assert "Still being clarified" in said(desk)
    press(desk, message_id, token=token)
    made.dispatch()
    assert len(made.carrier.texts) == 1


@pytest.mark.parametrize("state", ["delivered", "rejected"])
def test_a_receipt_settles_it_first(app: Flask, state: str) -> None:
    made, desk, message_id = unclear(app)
    token = token_of(desk, message_id)
    receipt(app, made.carrier.texts[0], state)
    press(desk, message_id, token=token)
    assert "it is clear what became of this text" in said(desk)
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert made.message(message_id).state == state


def test_a_receipt_settles_it_even_after_the_press(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    press(desk, message_id, token=token_of(desk, message_id))
    receipt(app, made.carrier.texts[0], "delivered")
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert made.message(message_id).state == "delivered"


def test_a_late_failure_of_the_first_call_says_nothing_about_the_second(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    press(desk, message_id, token=token_of(desk, message_id))
    made.dispatch()
    receipt(app, made.carrier.texts[0], "rejected")
    assert made.message(message_id).state == "accepted"
    receipt(app, made.carrier.texts[1], "delivered")
    assert made.message(message_id).state == "delivered"


def opt_out(made: Scene) -> None:
    with transaction():
        suppress(db.session.get_one(Contact, made.contacts[0]).recipient_id, "test", None)


def write_back(made: Scene) -> None:
    inbound(made.app, made.phone(0), "Sure, when?")


# What stands against it when it is pressed -> words the organizer reads.
AGAINST = [
    (opt_out, "has opted out"),
    (lambda made: set_campaign(made, status="paused"), "paused this campaign"),
    (lambda made: set_campaign(made, status="archived"), "This campaign is over"),
    (lambda made: set_campaign(made, opens=time(8), closes=time(9)), "outside the texting hours"),
    (write_back, "They have written back"),
]


@pytest.mark.parametrize(("against", "words"), AGAINST)
def test_what_speaks_against_any_text_speaks_against_this_one(
    app: Flask, against: Any, words: str
) -> None:
    made, desk, message_id = unclear(app)
    token = token_of(desk, message_id)
    against(made)
    press(desk, message_id, token=token)
    assert words in said(desk)
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert made.message(message_id).resend_click_id is None


@pytest.mark.parametrize("against", [opt_out, AGAINST[1][0], AGAINST[3][0]])
def test_what_comes_after_the_press_stops_it_and_it_is_unclear_again(app: Flask, against: Any) -> None:
    """Never "not sent": the first call may have brought it, and the card must not come back."""
    made, desk, message_id = unclear(app)
    press(desk, message_id, token=token_of(desk, message_id))
    against(made)
    made.dispatch()
    assert len(made.carrier.texts) == 1
    assert state_of(made, message_id)[0] == "unknown"
    contact = db.session.get_one(Contact, made.contacts[0])
    assert contact.state == "texted"
    assert db.session.scalars(select(Outbox)).all() == []


def test_a_stop_after_the_press_leaves_it_unclear(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    press(desk, message_id, token=token_of(desk, message_id))
    inbound(app, made.phone(0), "STOP")
    made.dispatch()
    assert len(made.carrier.texts) == 2  # the first call, and the confirmation
    assert state_of(made, message_id)[0] == "unknown"


def test_a_volunteers_undo_does_not_bring_the_card_back(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    press(desk, message_id, token=token_of(desk, message_id))
    with transaction():
        outbox.undo(made.org_id, made.volunteer, message_id)
    assert state_of(made, message_id)[0] == "unknown"
    assert db.session.get_one(Contact, made.contacts[0]).state == "texted"


def test_a_second_call_that_certainly_failed_is_tried_again_for_the_same_click(app: Flask) -> None:
    made, desk, message_id = unclear(app, NotSent("refused"), Accepted("second"))
    press(desk, message_id, token=token_of(desk, message_id))
    made.dispatch()
    made.dispatch()
    assert attempts(message_id) == ["unknown", "not_sent", "accepted"]
    clicks = db.session.scalars(select(Attempt.click_id).order_by(Attempt.started_at)).all()
    assert clicks == [None, *[made.message(message_id).resend_click_id] * 2]


@pytest.mark.parametrize("token", ["", "x", "WzEsMSwxLDEsMV0.abc"])
def test_a_made_up_token_does_nothing(app: Flask, token: str) -> None:
    made, desk, message_id = unclear(app)
    assert press(desk, message_id, token=token).status_code == 303
    assert made.message(message_id).state == "unknown"


def test_another_persons_token_does_nothing(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    other = colleague(made, "organizer")
    assert press(other, message_id, token=token_of(desk, message_id)).status_code == 404
    assert made.message(message_id).state == "unknown"


def test_leaving_it_takes_it_off_the_list(app: Flask) -> None:
    made, desk, message_id = unclear(app)
    token = token_of(desk, message_id)
    assert "1 text with an unclear end" in said(desk)
    assert press(desk, message_id, "leave").status_code == 303
    assert "It stays as it is" in said(desk)
    assert "1 text with an unclear end" not in said(desk)
    press(desk, message_id, "leave")
    assert "settled already" in said(desk)
    press(desk, message_id, token=token)
    assert "decided to leave it" in said(desk)
    receipt(app, made.carrier.texts[0], "delivered")
    assert made.message(message_id).state == "delivered"


def test_what_the_database_forbids(app: Flask) -> None:
    """A program that forgot everything above could still not call a third time."""
    made, desk, message_id = unclear(app, Unknown("again"))
    press(desk, message_id, token=token_of(desk, message_id))
    made.dispatch()
    made_again = Message.__table__.update().where(Message.id == message_id).values(state="queued")
    db.session.execute(made_again)
    db.session.execute(
        text(
            "INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id)"
            " SELECT id, organization_id, 2, p2p_now(), number_id FROM message WHERE id = :id"
        ),
        {"id": message_id},
    )
    db.session.commit()
    pass_minutes(-16)
    db.session.execute(text("UPDATE recipient SET last_texted_at = NULL"))
    db.session.commit()
    with pytest.raises(Exception, match="uq_attempt_may_have_left"):
        begin([message_id])
    db.session.rollback()


def resend(who: Scene, message_id: int) -> Callable[[], None]:
    """This organizer's press, on the page as it was shown."""
    token = token_of(who, message_id)
    session_id = db.session.scalar(
        text("SELECT id FROM web_session WHERE person_id = :p"), {"p": who.volunteer}
    )
    clicker = Clicker(who.org_id, who.volunteer, session_id or 0, "Amy", "127.0.0.1", "test")

    def action() -> None:
        with transaction():
            resending.resend(clicker, message_id, token)

    return action


@pytest.mark.parametrize("_turn", range(5))
def test_organizers_at_once_send_it_once(committed_app: Flask, _turn: int) -> None:
    made, desk, message_id = unclear(committed_app)
    organizers = [desk, colleague(made, "organizer"), colleague(made, "owner")]
    presses = [resend(one, message_id) for one in organizers]
    db.session.remove()
    ends = at_once(committed_app, *presses)
    assert sum(end is None for end in ends) == 1
    assert all(isinstance(end, Refused) and end.code == "sent_again" for end in ends if end)
    made.dispatch()
    assert len(made.carrier.texts) == 2
    assert attempts(message_id) == ["unknown", "accepted"]
