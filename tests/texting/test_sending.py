"""A click becomes one message, or a refusal in words."""

import dataclasses
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.audience.models import Batch, Contact, Recipient
from p2ptext.audience.suppression import suppress
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.extensions import db
from p2ptext.texting import cards
from p2ptext.texting.clicking import commitment
from p2ptext.texting.evidence_models import Click, ClickDevice
from p2ptext.texting.models import Message, Outbox
from tests.texting.scene import Scene, colleague, scene, set_campaign


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_click_is_one_message_with_its_evidence(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    answer = made.send(card)
    assert answer.status_code == 202
    message = made.message(answer.get_json()["message"])
    assert (
        message.text == card["text"] == "Hi Maria0, this is Amy with Ohio Votes. Reply STOP to opt out."
    )
    assert (message.state, message.kind, message.round) == ("queued", "first", 1)
    click = db.session.get_one(Click, message.click_id)
    device = db.session.get_one(ClickDevice, click.id)
    assert click.text_commitment == commitment(device.salt, message.text)
    assert (click.person_id, click.age_ms, click.zone_evidence) == (made.volunteer, 40, "area code")
    due = db.session.get_one(Outbox, message.id)
    assert timedelta(seconds=4) < due.due_at - click.received_at < timedelta(seconds=6)
    assert db.session.get_one(Contact, made.contacts[0]).state == "texted"


def test_a_card_holds_no_phone_number_no_last_name_and_no_other_field(app: Flask) -> None:
    """Checklist item 5: the volunteer's answers never carry what the script does not use."""
    made = scene(app)
    contact = db.session.get_one(Contact, made.contacts[0])
    contact.fields = {"first_name": "Maria", "last_name": "Canary-Last", "voter_id": "canary-field"}
    db.session.commit()
    made.send(made.deck()["cards"][1])
    pages = [
        made.browser.get(path).text
        for path in (
            f"{made.base}/cards",
            made.base,
            f"/o/{made.org}/texting",
            f"/o/{made.org}/not-sent",
        )
    ]
    for page in pages:
        assert "Canary-Last" not in page
        assert "canary-field" not in page
        assert made.phone(0).lstrip("+") not in page


def test_the_same_token_again_is_the_same_message(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    first, again = made.send(card), made.send(card)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.get_json()["message"] == again.get_json()["message"]
    assert count(Message) == count(Click) == 1


def test_what_the_page_adds_is_ignored(app: Flask) -> None:
    """Checklist item 6: text, number, person and state come from the server alone."""
    made = scene(app)
    card = made.deck()["cards"][0]
    answer = made.send(
        card,
        text="Give us money",
        phone="+16145550199",
        person_id=1,
        state="delivered",
        organization_id=1,
    )
    message = made.message(answer.get_json()["message"])
    assert (message.text, message.state, message.person_id) == (card["text"], "queued", made.volunteer)


def pause(made: Scene) -> None:
    set_campaign(made, status="paused")


def archive(made: Scene) -> None:
    set_campaign(made, status="archived")


def opt_out(made: Scene) -> None:
    contact = db.session.get_one(Contact, made.contacts[0])
    with transaction():
        suppress(contact.recipient_id, "test", None)


def lose_the_lease(made: Scene) -> None:
    db.session.execute(text("UPDATE batch SET leased_until = p2p_now() - interval '1 second'"))
    db.session.commit()


def give_back(made: Scene) -> None:
    batch = db.session.scalars(select(Batch)).one()
    batch.state, batch.person_id, batch.leased_until = "open", None, None
    db.session.commit()


def close_the_hours(made: Scene) -> None:
    set_campaign(made, opens=time(8), closes=time(8, 30))


def end_the_hours_in_one_zone(made: Scene) -> None:
    # 14:00 in New York is 9:00 in Honolulu.
    contact = db.session.get_one(Contact, made.contacts[0])
    contact.zones = ["America/New_York", "Pacific/Honolulu"]
    set_campaign(made, opens=time(10))


def change_the_script(made: Scene) -> None:
    version = ScriptVersion(
        organization_id=made.org_id,
        campaign_id=made.campaign,
        number=2,
        document={"first": ["Dear {first_name}, we changed our mind."], "canned": []},
        created_by=made.volunteer,
    )
    db.session.add(version)
    db.session.flush()
    set_campaign(made, script_version_id=version.id)


def take_the_name_away(made: Scene) -> None:
    db.session.get_one(Contact, made.contacts[0]).fields = {}
    db.session.commit()


def grow_the_name(made: Scene) -> None:
    db.session.get_one(Contact, made.contacts[0]).fields = {"first_name": "M" * 500}
    db.session.commit()


REFUSALS = [
    (pause, 409, "paused"),
    (archive, 409, "archived"),
    (opt_out, 409, "opted_out"),
    (lose_the_lease, 409, "not_yours"),
    (give_back, 409, "not_yours"),
    (close_the_hours, 409, "hours_closed"),
    (end_the_hours_in_one_zone, 409, "hours_closed"),
    (change_the_script, 409, "wording_changed"),
    (take_the_name_away, 409, "missing_field"),
    (grow_the_name, 409, "wording_changed"),
]


@pytest.mark.parametrize(
    ("what", "status", "code"), REFUSALS, ids=lambda v: getattr(v, "__name__", None)
)
def test_what_happened_after_the_card_was_shown_forbids_it(
    app: Flask, what: Any, status: int, code: str
) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    what(made)
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert answer.get_json()["words"]
    assert count(Message) == count(Click) == count(Outbox) == 0


def test_changed_wording_comes_with_the_new_card(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    change_the_script(made)
    fresh = made.send(card).get_json()["card"]
    assert fresh["id"] == card["id"]
    assert fresh["text"] == "Dear Maria0, we changed our mind."
    assert made.send(fresh).status_code == 202


@pytest.mark.parametrize(
    ("token", "status"),
    [("", 409), ("nonsense", 409), ("WzEsMSwxLDEsImEiLDFd.AAAA", 409)],
)
def test_forged_tokens_are_refused(app: Flask, token: str, status: int) -> None:
    """Checklist item 9, forged."""
    made = scene(app)
    answer = made.post(f"{made.base}/send", token=token, hash="", age_ms=0)
    assert (answer.status_code, answer.get_json()["code"]) == (status, "bad_token")


def test_a_card_with_another_hash_is_refused(app: Flask) -> None:
    made = scene(app)
    assert made.send(made.deck()["cards"][0], hash="0" * 64).get_json()["code"] == "wording_changed"
    assert count(Message) == 0


def test_another_volunteers_card_does_not_exist(app: Flask) -> None:
    """Checklist items 4 and 9: other people's cards."""
    made = scene(app)
    card = made.deck()["cards"][0]
    assert colleague(made).send(card).status_code == 404
    assert colleague(made, "owner").send(card).status_code == 404
    assert count(Message) == 0


def test_an_old_card_is_refused(app: Flask) -> None:
    """Checklist item 9, expired: the lease may be renewed for hours, what a card says may not."""
    made = scene(app)
    card = made.deck()["cards"][0]
    claims = cards.read_token(card["token"])
    stale = dataclasses.replace(claims, shown_at=claims.shown_at - cards.CARD_LIFE.total_seconds() - 1)
    answer = made.send({**card, "token": cards.make_token(stale)})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "card_expired")
    assert count(Message) == 0


def test_a_late_tap_is_not_delivered(app: Flask) -> None:
    made = scene(app)
    answer = made.send(made.deck()["cards"][0], age_ms=60_001)
    assert answer.get_json()["code"] == "click_expired"
    assert count(Message) == 0


def test_faster_than_a_hand_is_refused_and_works_later(app: Flask) -> None:
    made = scene(app, people=5)
    shown = made.deck()["cards"]
    answers = [made.send(card) for card in shown[:4]]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert answers[3].get_json()["code"] == "pace"
    assert 0 < answers[3].get_json()["retry_after_ms"] <= 1000
    assert count(Message) == 3


def test_undo_takes_it_back_and_the_card_returns(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    message_id = made.send(card).get_json()["message"]
    assert made.post(f"/o/{made.org}/texting/undo", message=message_id).get_json() == {
        "state": "cancelled"
    }
    made.dispatch()
    assert made.carrier.texts == []
    assert made.message(message_id).state == "cancelled"
    assert made.deck()["cards"][0]["id"] == card["id"]
    assert made.send(made.deck()["cards"][0]).status_code == 202


def test_undo_after_it_left_says_so(app: Flask) -> None:
    made = scene(app)
    message_id = made.sent()
    answer = made.post(f"/o/{made.org}/texting/undo", message=message_id)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_on_its_way")
    assert colleague(made).post(f"/o/{made.org}/texting/undo", message=message_id).status_code == 404


def test_a_skipped_card_goes_to_the_others(app: Flask) -> None:
    made = scene(app)
    shown = made.deck()["cards"]
    assert made.post(f"{made.base}/skip", token=shown[0]["token"]).status_code == 200
    assert [card["id"] for card in made.deck()["cards"]] == [card["id"] for card in shown[1:]]
    made.browser.post(f"{made.base}/done", data={"csrf_token": made.csrf})
    other = colleague(made)
    assert other.browser.post(f"{other.base}/take", data={"csrf_token": other.csrf}).status_code == 303
    assert shown[0]["id"] in [card["id"] for card in other.deck()["cards"]]


def test_without_scripts_a_plain_form_sends(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    form = {"csrf_token": made.csrf, "token": card["token"], "hash": card["hash"]}
    answer = made.browser.post(f"{made.base}/send", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, made.base)
    assert count(Message) == 1


def test_people_who_opted_out_elsewhere_are_never_shown(app: Flask) -> None:
    made = scene(app)
    db.session.execute(
        text("UPDATE recipient SET suppressed_at = p2p_now() WHERE id = :id"),
        {"id": db.session.get_one(Contact, made.contacts[0]).recipient_id},
    )
    db.session.commit()
    assert len(made.deck()["cards"]) == 2


def test_the_first_number_a_person_got_stays_theirs(app: Flask) -> None:
    made = scene(app)
    message = made.message(made.send(made.deck()["cards"][0]).get_json()["message"])
    assert db.session.get_one(Recipient, message.recipient_id).number_id == message.number_id


def test_the_screen_says_what_is_the_matter(app: Flask) -> None:
    made = scene(app, people=1)
    assert made.deck()["state"] == "ready"
    set_campaign(made, closes=time(14), opens=time(13))
    closed = made.deck()
    assert (closed["state"], closed["cards"]) == ("hours_closed", [])
    assert closed["opens_at"]
    set_campaign(made, closes=time(20), opens=time(9), status="paused")
    assert made.deck()["state"] == "paused"
    set_campaign(made, status="running")
    made.send(made.deck()["cards"][0])
    assert made.deck()["state"] == "list_finished"
    made.browser.post(f"{made.base}/done", data={"csrf_token": made.csrf})
    assert made.deck()["state"] == "list_finished"


def test_a_draft_is_not_there_for_volunteers(app: Flask) -> None:
    made = scene(app)
    db.session.get_one(Campaign, made.campaign).status = "draft"
    db.session.commit()
    assert made.browser.get(made.base).status_code == 404


def test_reading_the_cards_changes_nothing_and_the_heartbeat_keeps_the_batch(app: Flask) -> None:
    """Checklist item 23: GET never changes state."""
    made = scene(app)
    db.session.execute(text("UPDATE batch SET leased_until = p2p_now() + interval '1 minute'"))
    db.session.commit()
    before = db.session.scalars(select(Batch.leased_until)).one()
    made.deck()
    made.browser.get(made.base)
    db.session.expire_all()
    assert db.session.scalars(select(Batch.leased_until)).one() == before
    assert made.post(f"{made.base}/heartbeat").get_json()["state"] == "ready"
    db.session.expire_all()
    assert db.session.scalars(select(Batch.leased_until)).one() > before


def test_the_list_of_campaigns_says_when_hours_are_closed(app: Flask) -> None:
    made = scene(app)
    db.session.execute(text("UPDATE contact_import SET zone_sets = '{America/New_York}'"))
    db.session.commit()
    home = f"/o/{made.org}/texting"
    assert "Go on texting" in made.browser.get(home).text
    set_campaign(made, opens=time(8), closes=time(9))
    page = made.browser.get(home).text
    assert "Texting hours are closed where these people live." in page
    assert "Opens" in page
    assert "Go on texting" not in page
