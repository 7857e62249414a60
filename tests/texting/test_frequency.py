"""How often one person is texted: over all campaigns, at the card, the hand-out, the click and the
dispatcher."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import Organization
from p2ptext.audience import handing_out
from p2ptext.audience.models import Batch, Contact
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.conversations import reply_tokens
from p2ptext.extensions import db
from p2ptext.rules.sms_text import count
from p2ptext.sms.provider import Refused
from p2ptext.texting import frequency
from p2ptext.texting.models import Message
from tests import factories
from tests.texting.passing import grow_old
from tests.texting.scene import Carrier, Scene, inbound, scene
from tests.texting.second import second_campaign, set_caps

DAY = timedelta(hours=24)


def test_a_second_first_text_within_24_hours_is_refused_with_when(app: Flask) -> None:
    made = scene(app, people=1)
    other = second_campaign(made)
    shown = other.deck()["cards"][0]
    asked = now()
    assert made.send(made.deck()["cards"][0]).status_code == 202
    refused = other.send(shown)
    answer = refused.get_json()
    assert (refused.status_code, answer["code"]) == (409, "cap_reached")
    assert answer["words"] == (
        "They had a text from your organization in the last 24 hours. Their card comes back in 24 h."
    )
    opens = datetime.fromisoformat(answer["opens_at"])
    assert timedelta() <= opens - asked - DAY < timedelta(minutes=1)
    # Nor is the card shown meanwhile; the screen says for what it waits.
    deck = other.deck()
    assert (deck["cards"], deck["state"], deck["opens_at"]) == ([], "cap_reached", answer["opens_at"])
    assert deck["held_back"] == {"cap_reached": 1}
    assert "can be texted again at" in deck["words"]


def test_the_card_comes_back_when_the_24_hours_are_over(app: Flask) -> None:
    made = scene(app, people=1)
    other = second_campaign(made)
    made.sent()
    assert other.deck()["cards"] == []
    grow_old(days=0.99)
    assert other.deck()["cards"] == []
    grow_old(days=0.02)
    assert other.send(other.deck()["cards"][0]).status_code == 202


def test_others_of_the_batch_are_not_held_back(app: Flask) -> None:
    made = scene(app, people=3)
    other = second_campaign(made)
    made.sent()
    assert [card["id"] for card in other.deck()["cards"]] == [f"{one}:1" for one in other.contacts[1:]]
    assert other.deck()["held_back"] == {"cap_reached": 1}


def test_an_undone_text_does_not_count(app: Flask) -> None:
    made = scene(app, people=1)
    other = second_campaign(made)
    message = made.send(made.deck()["cards"][0]).get_json()["message"]
    assert other.deck()["cards"] == []
    made.post(f"/o/{made.org}/texting/undo", message=message)
    assert other.send(other.deck()["cards"][0]).status_code == 202


def test_a_text_the_carrier_refused_does_not_count_an_unknown_one_does(app: Flask) -> None:
    made = scene(app, people=1)
    other = second_campaign(made)
    made.carrier = Carrier(Refused("content_problem", 1120, "no"))
    message = made.sent()
    assert made.message(message).state == "rejected"
    assert len(other.deck()["cards"]) == 1
    made.message(message).state = "unknown"
    db.session.commit()
    assert other.deck()["cards"] == []


def test_an_owner_may_allow_more(app: Flask) -> None:
    made = scene(app, people=1)
    set_caps(made, 2, 3)
    other = second_campaign(made)
    third = second_campaign(made)
    made.sent()
    other.sent()
    assert third.deck()["state"] == "cap_reached"
    set_caps(made, 3, 3)
    assert len(third.deck()["cards"]) == 1


def test_who_is_held_back_by_the_cap_is_not_handed_out(app: Flask) -> None:
    made = scene(app, people=2)
    other = second_campaign(made, held=False)
    made.sent()
    made.sent()
    taken = other.browser.post(f"{other.base}/take", data={"csrf_token": other.csrf})
    assert taken.headers["Location"].endswith("/texting")
    assert "in the last 24 hours" in other.browser.get(f"/o/{made.org}/texting").text
    with transaction():
        assert (
            handing_out.hand_out(other.campaign, other.volunteer, fits=frequency.FIRST_TEXT_FITS) is None
        )
    # Nobody looks at all of them again for some minutes.
    held = select(Batch.held_until - func.p2p_now()).filter_by(campaign_id=other.campaign)
    assert timedelta(minutes=4) < db.session.scalars(held).one() <= timedelta(minutes=5)
    grow_old()
    db.session.execute(text("UPDATE batch SET held_until = held_until - interval '1 day'"))
    db.session.commit()
    other.browser.post(f"{other.base}/take", data={"csrf_token": other.csrf})
    assert len(other.deck()["cards"]) == 2


def test_the_dispatcher_looks_once_more(app: Flask) -> None:
    """The caps were lowered while a text waited: it does not leave, and its card comes back."""
    made = scene(app, people=1)
    set_caps(made, 2, 3)
    other = second_campaign(made)
    made.sent()
    message = other.send(other.deck()["cards"][0]).get_json()["message"]
    set_caps(made, 1, 3)
    other.dispatch()
    assert len(made.carrier.texts) == 1
    kept = other.message(message)
    assert (kept.state, kept.reason) == ("blocked", "cap")
    assert db.session.get_one(Contact, other.contacts[0]).state == "ready"
    assert "enough texts" in other.browser.get(f"/o/{made.org}/not-sent").text


def conversation(made: Scene) -> int:
    return int(db.session.scalars(text("SELECT id FROM conversation ORDER BY id LIMIT 1")).one())


def answer(made: Scene, words: str = "Thank you.") -> tuple[int, str]:
    """One answer by the page's own form: its status and the page."""
    talk = conversation(made)
    with transaction():
        token = reply_tokens.shown(made.org_id, made.volunteer, talk, now())
    done = made.browser.post(
        f"/o/{made.org}/replies/{talk}/reply",
        data={"csrf_token": made.csrf, "token": token, "text": words},
    )
    return done.status_code, done.get_data(as_text=True)


def slow_down() -> None:
    """The clicks so far were made some minutes ago, so that nobody is too fast."""
    db.session.execute(text("ALTER TABLE click DISABLE TRIGGER USER"))
    db.session.execute(text("UPDATE click SET received_at = received_at - interval '5 minutes'"))
    db.session.execute(text("ALTER TABLE click ENABLE TRIGGER USER"))
    db.session.commit()


def test_a_conversation_they_keep_up_is_not_held_back(app: Flask) -> None:
    made = scene(app, people=1)
    made.sent()
    for n in range(4):
        inbound(made.app, made.phone(0), f"And number {n}?")
        assert answer(made, f"Answer {n}.")[0] == 303
        made.dispatch()
        slow_down()
    assert len(made.carrier.texts) == 5
    # They were asked for, so they leave the cap of further texts untouched.
    set_caps(made, 2, 2)
    other = second_campaign(made)
    assert len(other.deck()["cards"]) == 1


def test_further_texts_they_have_not_answered_are_held_back(app: Flask) -> None:
    made = scene(app, people=1)
    made.sent()
    inbound(made.app, made.phone(0), "Tell me more.")
    db.session.execute(text("UPDATE inbound_text SET received_at = received_at - interval '2 days'"))
    grow_old()
    for _ in range(3):
        assert answer(made)[0] == 303
        made.dispatch()
        slow_down()
    status, page = answer(made)
    assert status == 409
    assert "have not written for a day" in page
    # As soon as they write, they can be answered.
    inbound(made.app, made.phone(0), "I am here.")
    assert answer(made)[0] == 303
    made.dispatch()
    assert len(made.carrier.texts) == 5


@pytest.mark.parametrize(("first_texts", "texts"), [(0, 3), (2, 1), (1, 4), (4, 4)])
def test_the_database_keeps_the_bounds(app: Flask, first_texts: int, texts: int) -> None:
    org = factories.organization()
    with pytest.raises(Exception, match="ck_organization_caps"):
        db.session.execute(
            text("UPDATE organization SET first_texts_a_day = :f, texts_a_day = :t WHERE id = :id"),
            {"f": first_texts, "t": texts, "id": org.id},
        )
    db.session.rollback()


def test_an_owner_sets_the_caps_on_the_organizations_page(app: Flask) -> None:
    made = scene(app)
    owner = factories.person(db.session.get_one(Organization, made.org_id), "owner")
    db.session.commit()
    browser = factories.client(app, owner)
    page = f"/o/{made.org}/settings"
    kept = {"name": "Ohio Votes", "stop_confirmation": "You get no more.", "help_text": "Reply STOP."}
    token = browser.get(page).text.split('csrf-token" content="')[1].split('"')[0]
    posted = kept | {"csrf_token": token, "first_texts_a_day": "2", "texts_a_day": "1"}
    assert "cannot be less" in browser.post(page, data=posted).text
    assert browser.post(page, data=posted | {"texts_a_day": "3"}).status_code == 302
    db.session.expire_all()
    org = db.session.get_one(Organization, made.org_id)
    assert (org.first_texts_a_day, org.texts_a_day) == (2, 3)


def test_segments_are_no_texts(app: Flask) -> None:
    """A text of three segments is one text to the person who reads it."""
    made = scene(app, people=1, first="Hi {first_name}. " + "Reply STOP to opt out. " * 15)
    message = made.message(made.sent())
    assert count(message.text).segments > 1
    set_caps(made, 2, 2)
    assert len(second_campaign(made).deck()["cards"]) == 1
    assert db.session.query(Message).count() == 1
