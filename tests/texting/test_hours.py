"""Texting hours from the list to the wire: at import, hand-out, card, click and dispatch by one rule.

The tests' clock stands on Tuesday, 2026-11-24, at two in the afternoon, Eastern.
"""

import re
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.audience.models import Batch, Contact, ContactImport
from p2ptext.background import transaction
from p2ptext.config import Settings
from p2ptext.extensions import db
from p2ptext.texting import screen
from p2ptext.texting.evidence_models import Click
from p2ptext.texting.models import Outbox
from tests.texting.scene import Scene, colleague, scene, set_campaign
from tests.texting.second import second_campaign


def put(made: Scene, place: int, zones: list[str], states: list[str]) -> None:
    contact = db.session.get_one(Contact, made.contacts[place])
    contact.zones, contact.states = zones, states
    db.session.commit()


def test_the_hours_of_the_state_hold_back_the_card_and_the_click(app: Flask) -> None:
    made = scene(app, people=2)
    shown = made.deck()["cards"]
    # 14:00 Eastern is 9:00 in Honolulu: inside the campaign's hours, and before Kentucky's ten o'clock.
    set_campaign(made, opens=time(8))
    put(made, 0, ["Pacific/Honolulu"], ["KY"])
    deck = made.deck()
    assert [card["id"] for card in deck["cards"]] == [shown[1]["id"]]
    assert deck["held_back"] == {"hours_closed": 1}
    refused = made.send(shown[0])
    answer = refused.get_json()
    assert (refused.status_code, answer["code"]) == (409, "hours_closed")
    assert answer["opens_at"] == "2026-11-24T20:00:00+00:00"
    assert "They open at 10:00 am in Kentucky" in answer["words"]
    # A campaign may leave the states' hours out.
    set_campaign(made, state_hours=False)
    assert len(made.deck()["cards"]) == 2
    assert made.send(shown[0]).status_code == 202


def test_a_click_keeps_which_states_hours_were_looked_at(app: Flask) -> None:
    made = scene(app, people=1)
    put(made, 0, ["America/New_York"], ["CT", "FL"])
    assert made.send(made.deck()["cards"][0]).status_code == 202
    assert db.session.scalars(select(Click.checks)).one()["states"] == ["CT", "FL"]


def test_the_dispatcher_keeps_the_states_hours_too(app: Flask) -> None:
    made = scene(app, people=1)
    message = made.send(made.deck()["cards"][0]).get_json()["message"]
    set_campaign(made, opens=time(8))
    put(made, 0, ["Pacific/Honolulu"], ["KY"])
    made.dispatch()
    assert made.carrier.texts == []
    kept = made.message(message)
    assert (kept.state, kept.reason) == ("expired", "hours")


def test_what_expires_comes_back_in_words_and_as_a_card(app: Flask) -> None:
    made = scene(app, people=1)
    message = made.send(made.deck()["cards"][0]).get_json()["message"]
    assert made.deck()["state"] == "list_finished"
    set_campaign(made, opens=time(9), closes=time(13))
    made.browser.post(f"{made.base}/done", data={"csrf_token": made.csrf})
    assert db.session.scalars(select(Batch.state)).one() == "done"
    made.dispatch()
    assert (made.message(message).state, made.message(message).reason) == ("expired", "hours")
    page = made.browser.get(f"/o/{made.org}/not-sent").text
    assert "The texting hours where they live ended before it could leave." in page
    assert "comes back when the hours open again" in page
    assert made.deck()["not_sent"] == 1
    # The batch is open again, and once the hours are, whoever takes it has the card.
    db.session.expire_all()
    assert db.session.scalars(select(Batch.state)).one() == "open"
    set_campaign(made, closes=time(20))
    other = colleague(made)
    assert other.browser.post(f"{other.base}/take", data={"csrf_token": other.csrf}).status_code == 303
    assert made.contacts == [int(card["id"].split(":")[0]) for card in other.deck()["cards"]]


@pytest.mark.parametrize(
    ("seconds", "undo_s", "shown", "sent"),
    [
        # Undo, 20 s on the way, 20 s the carrier may try, and for a card 20 s to be looked at.
        (59, 0, False, True),
        (75, 0, True, True),
        (64, 5, False, True),
        (80, 5, True, True),
        (74, 15, False, True),
        (90, 15, True, True),
        (39, 0, False, False),
        (44, 5, False, False),
        (54, 15, False, False),
    ],
)
def test_cards_end_before_the_hours_do(
    app: Flask, seconds: int, undo_s: int, shown: bool, sent: bool
) -> None:
    """Near the end of the hours a card is not handed out any more, and then not sent any more."""
    made = scene(app, people=1, undo_s=undo_s)
    card = made.deck()["cards"][0]
    moment = db.session.scalars(text("SELECT p2p_now() AT TIME ZONE 'America/New_York'")).one()
    set_campaign(made, closes=(moment + timedelta(seconds=seconds)).time())
    deck = made.deck()
    assert bool(deck["cards"]) is shown
    assert deck["state"] == ("ready" if shown else "hours_closed")
    answer = made.send(card)
    assert answer.status_code == (202 if sent else 409)
    if not sent:
        assert answer.get_json()["code"] == "hours_closed"
        assert "end in a moment" in answer.get_json()["words"]


def test_near_the_end_no_batch_is_handed_out(app: Flask) -> None:
    made = scene(app, people=1)
    made.browser.post(f"{made.base}/done", data={"csrf_token": made.csrf})
    moment = db.session.scalars(text("SELECT p2p_now() AT TIME ZONE 'America/New_York'")).one()
    set_campaign(made, closes=(moment + timedelta(seconds=50)).time())
    other = colleague(made)
    with transaction():
        batch_id, words = screen.take(other.org_id, other.campaign, other.volunteer)
    assert batch_id is None
    assert "outside the texting hours" in words
    set_campaign(made, closes=(moment + timedelta(seconds=120)).time())
    with transaction():
        assert screen.take(other.org_id, other.campaign, other.volunteer)[0] is not None


def test_a_state_that_is_closed_today_is_not_handed_out(app: Flask) -> None:
    """Told from the batch's own row, and from the contacts where it does not know."""
    made = scene(app, people=1)
    put(made, 0, ["Pacific/Honolulu"], ["KY"])
    set_campaign(made, opens=time(8))
    upload = db.session.scalars(select(ContactImport)).one()
    upload.zone_sets = ["Pacific/Honolulu KY"]
    db.session.commit()
    made.browser.post(f"{made.base}/done", data={"csrf_token": made.csrf})
    db.session.expire_all()
    batch = db.session.scalars(select(Batch)).one()
    assert batch.zone_sets == ["Pacific/Honolulu KY"]
    other = colleague(made)
    for known in (["Pacific/Honolulu KY"], None):
        batch = db.session.scalars(select(Batch)).one()
        batch.zone_sets = known
        db.session.commit()
        with transaction():
            assert screen.take(other.org_id, other.campaign, other.volunteer)[0] is None
    home = other.browser.get(f"/o/{made.org}/texting").text
    assert "Texting hours are closed where these people live." in home
    set_campaign(made, state_hours=False)
    with transaction():
        assert screen.take(other.org_id, other.campaign, other.volunteer)[0] is not None


def test_the_screen_says_when_and_where_it_opens(app: Flask) -> None:
    made = scene(app, people=1)
    put(made, 0, ["America/New_York"], ["OH"])
    set_campaign(made, opens=time(9), closes=time(13))
    deck = made.deck()
    assert deck["state"] == "hours_closed"
    assert deck["opens_at"] == "2026-11-25T14:00:00+00:00"
    # The tests' clock begins at 2 pm and goes on: after half an hour of tests it is 18 hours.
    assert re.fullmatch(
        "It is outside the texting hours where the people on your cards live. "
        "They open at 9:00 am in Ohio, 1[89] h from now.",
        deck["words"],
    )


def test_what_ends_first_is_what_is_said(app: Flask) -> None:
    made = scene(app, people=2)
    other = second_campaign(made)
    made.sent()
    put(other, 1, ["Pacific/Honolulu"], ["KY"])
    set_campaign(other, opens=time(8))
    deck = other.deck()
    assert deck["held_back"] == {"cap_reached": 1, "hours_closed": 1}
    # In Honolulu it is two hours to Kentucky's ten o'clock, the cap is a day's.
    assert (deck["state"], deck["opens_at"]) == ("hours_closed", "2026-11-24T20:00:00+00:00")


def test_a_text_without_undo_leaves_at_once(app: Flask) -> None:
    made = scene(app, people=1, undo_s=0)
    answer = made.send(made.deck()["cards"][0])
    assert (answer.status_code, answer.get_json()["undo_ms"]) == (202, 0)
    due = db.session.scalars(select(Outbox)).one()
    received = db.session.scalars(select(Click.received_at)).one()
    assert due.due_at == received
    undo = made.post(f"/o/{made.org}/texting/undo", message=answer.get_json()["message"])
    # Until the dispatcher takes it, it has not left; then it has.
    assert undo.status_code == 200
    message = made.sent()
    undo = made.post(f"/o/{made.org}/texting/undo", message=message)
    assert (undo.status_code, undo.get_json()["code"]) == (409, "already_on_its_way")


def test_the_time_left_to_the_carrier_ends_with_the_hours(app: Flask, settings: Settings) -> None:
    made = scene(app, people=1)
    put(made, 0, ["America/New_York"], ["RI"])
    made.sent()
    (sent,) = made.carrier.texts
    moment = db.session.scalars(text("SELECT p2p_now()")).one()
    # Rhode Island ends at six, the campaign at eight.
    six = datetime.fromisoformat("2026-11-24T23:00:00+00:00")
    assert sent.ttl_s is not None
    # The carrier counts from when it takes the text, which may be at the end of a slow call.
    slow = timedelta(seconds=settings.send_timeout_s)
    assert six - timedelta(minutes=1) < moment + slow + timedelta(seconds=sent.ttl_s) <= six


def test_organizers_read_of_each_contact_why_it_waits(app: Flask) -> None:
    made = scene(app, people=3)
    other = second_campaign(made)
    made.sent()
    put(other, 1, ["Pacific/Honolulu"], ["KY"])
    set_campaign(other, opens=time(8))
    page = colleague(made, "organizer").browser.get(
        f"/o/{made.org}/campaigns/{other.campaign}/rows/not_texted"
    )
    assert page.status_code == 200
    assert "Their card comes back in 24 h." in page.text
    assert re.search(r"They open at 10:00 am in Kentucky, \d+ min from now\.", page.text)
    assert page.text.count("Not texted yet.") == 2
