"""A second pass: who is in it, who is not, and that nobody is texted twice or too soon."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience.models import Batch, Contact, Recipient
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.rules.delivery import NEVER_LEFT, STATES
from p2ptext.texting import passes
from p2ptext.texting.models import Conversation, Message
from tests import factories, world
from tests.texting.passing import begin, contact, listed, take, texted, where, write
from tests.texting.scene import colleague, inbound

REACHED = ("accepted", "submitted", "delivered", "no_receipt")


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast one person may click has its own test."""
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)


def opted_out(row: Contact) -> None:
    db.session.get_one(Recipient, row.recipient_id).suppressed_at = now()


def erased(row: Contact) -> None:
    db.session.get_one(Recipient, row.recipient_id).phone = None


def replied(row: Contact) -> None:
    row.replied_at = now()


def too_recent(row: Contact) -> None:
    message = db.session.scalars(select(Message).filter_by(contact_id=row.id)).one()
    message.accepted_at = now() - timedelta(hours=23)


def texted_elsewhere(row: Contact) -> None:
    """Another campaign of the organization texted them an hour ago."""
    db.session.get_one(Recipient, row.recipient_id).last_texted_at = now() - timedelta(hours=1)


def not_texted(row: Contact) -> None:
    row.state = "ready"


def ended(row: Contact) -> None:
    row.state, row.ended_reason = "ended", "missing_value"


def nothing(row: Contact) -> None:
    pass


def no_text_known(row: Contact) -> None:
    message = db.session.scalars(select(Message).filter_by(contact_id=row.id)).one()
    message.state = "cancelled"


def of_another_round(row: Contact) -> None:
    row.round = 2


CASES: list[tuple[str, Any, str | None]] = [
    # the state of their text, what else is so, where they stand
    *[(state, nothing, "reached") for state in REACHED],
    ("queued", nothing, "on_the_way"),
    ("sending", nothing, "on_the_way"),
    ("unknown", nothing, "unknown"),
    ("rejected", nothing, "failed"),
    ("undeliverable", nothing, "failed"),
    *[(state, nothing, "unknown") for state in sorted(NEVER_LEFT)],
    ("delivered", opted_out, "opted_out"),
    ("delivered", erased, "opted_out"),
    ("delivered", replied, "replied"),
    ("unknown", replied, "replied"),
    ("delivered", too_recent, "too_recent"),
    ("delivered", texted_elsewhere, "too_recent"),
    ("cancelled", not_texted, "not_texted"),
    ("cancelled", ended, "ended"),
    ("delivered", of_another_round, None),
]


def test_the_table_knows_every_state_of_a_text() -> None:
    assert {state for state, _, _ in CASES} == STATES
    assert {standing for _, _, standing in CASES} == {*passes.LEFT_OUT, "reached", None} - {
        "household",
        "not_marked",
    }


@pytest.mark.parametrize(("state", "change", "standing"), CASES)
def test_who_is_reached_and_who_is_left_out(
    app: Flask, state: str, change: Any, standing: str | None
) -> None:
    made = listed(app, people=1)
    row = contact(made)
    long_ago = now() - timedelta(days=1, minutes=1)
    campaign, volunteer = (
        db.session.get_one(Campaign, made.campaign),
        db.session.get_one(Person, made.volunteer),
    )
    world.first_text(row, campaign, volunteer, state=state, created_at=long_ago)
    change(row)
    db.session.commit()
    found = passes.reach(made.campaign, 2, passes.whom(1))
    assert found.people == (standing == "reached")
    assert found.left_out == ({standing: 1} if standing in passes.LEFT_OUT else {})


def test_days_decide_how_old_a_text_must_be(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    assert [passes.reach(made.campaign, 2, passes.whom(days)).people for days in (0, 1, 2, 3)] == [
        1, 1, 1, 0,
    ]  # fmt: skip


def test_nobody_is_reached_while_somebody_they_live_with_waits_for_a_text(app: Flask) -> None:
    made = listed(app, people=2)
    for place in (0, 1):
        contact(made, place).household = "at 43215 12 n main st"
        db.session.commit()
    texted(made, 1)
    assert passes.reach(made.campaign, 2, passes.whom(1)).left_out == {
        "household": 1,
        "not_texted": 1,
    }


def test_nor_while_the_text_of_somebody_they_live_with_has_not_left(app: Flask) -> None:
    """It may still expire or be undone, and be in another hand again."""
    made = listed(app, people=2)
    for place in (0, 1):
        contact(made, place).household = "at 43215 12 n main st"
        db.session.commit()
    texted(made)
    db.session.execute(
        text("UPDATE message SET state = 'queued' WHERE contact_id = :id"), {"id": made.contacts[0]}
    )
    db.session.commit()
    assert passes.reach(made.campaign, 2, passes.whom(1)).left_out == {
        "household": 1,
        "on_the_way": 1,
    }


def test_a_pass_goes_like_the_first_with_words_of_its_own(app: Flask) -> None:
    made = listed(app, people=3)
    texted(made)
    write(made)
    begin(made)
    assert [where(made, place) for place in range(3)] == [("ready", 2)] * 3
    take(made)
    cards = made.deck()["cards"]
    assert [card["id"] for card in cards] == [f"{one}:2" for one in made.contacts]
    assert cards[0]["text"] == "Hi Maria0, Amy once more: are you in? Reply STOP to opt out."
    answer = made.send(cards[0])
    assert answer.status_code == 202
    made.dispatch()
    message = made.message(answer.get_json()["message"])
    assert (message.state, message.round, message.text) == ("accepted", 2, cards[0]["text"])
    assert made.carrier.texts[-1].text == cards[0]["text"]
    assert where(made) == ("texted", 2)
    again = made.send(cards[0])
    assert (again.status_code, again.get_json()["message"]) == (200, message.id)


def test_a_third_pass_follows_the_second(app: Flask) -> None:
    made = listed(app, people=2)
    texted(made)
    write(made)
    begin(made)
    take(made)
    texted(made)
    write(made, "Last time, {first_name}. Reply STOP to opt out.", 3)
    begin(made, 3)
    assert [where(made, place) for place in range(2)] == [("ready", 3)] * 2
    take(made)
    assert made.deck()["cards"][0]["text"].startswith("Last time")


def test_who_still_waits_for_the_first_text_stays_where_they_are(app: Flask) -> None:
    made = listed(app, people=3)
    texted(made, 1)
    before = contact(made, 1).batch_id
    write(made)
    begin(made)
    assert [where(made, place) for place in range(3)] == [("ready", 2), ("ready", 1), ("ready", 1)]
    assert contact(made, 1).batch_id == contact(made, 2).batch_id == before
    assert contact(made, 0).batch_id != before


def test_batches_of_a_pass_have_the_campaigns_size_and_keep_households_together(app: Flask) -> None:
    made = listed(app, people=24, batch_size=4)
    for place in (3, 11, 22):
        contact(made, place).household = "at 43215 1 elm st"
        db.session.commit()
    for place in range(0, 24, 3):
        contact(made, place).zones = ["America/Los_Angeles"]
        db.session.commit()
    texted(made)
    write(made)
    pass_id = begin(made)
    rows = [contact(made, place) for place in range(24)]
    batches: dict[int, list[Contact]] = {}
    for row in rows:
        batches.setdefault(row.batch_id or 0, []).append(row)
    assert all(db.session.get_one(Batch, one).pass_id == pass_id for one in batches)
    assert len({rows[place].batch_id for place in (3, 11, 22)}) == 1
    assert max(len(one) for one in batches.values()) <= 4 + 2
    assert all(
        1 <= sum(row.zones == ["America/Los_Angeles"] for row in one) <= len(one) - 1
        for one in batches.values()
        if len(one) > 3
    )


def test_a_reply_ends_the_wait_for_the_second_text(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    begin(made)
    take(made)
    card = made.deck()["cards"][0]
    inbound(app, made.phone(0), "Yes I will come")
    assert where(made) == ("texted", 1)
    assert contact(made).replied_at is not None
    assert made.deck()["cards"] == []
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "replied")
    assert passes.reach(made.campaign, 2, passes.whom(0)).left_out == {"replied": 1}


def test_the_last_to_answer_closes_an_open_batch(app: Flask) -> None:
    made = listed(app, people=2)
    texted(made)
    write(made)
    begin(made)
    batch_id = contact(made).batch_id
    inbound(app, made.phone(0), "Yes")
    assert db.session.get_one(Batch, batch_id).state == "open"
    inbound(app, made.phone(1), "Yes")
    db.session.expire_all()
    assert db.session.get_one(Batch, batch_id).state == "done"


def test_stop_in_the_second_round_ends_it_and_keeps_the_first(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    begin(made)
    inbound(app, made.phone(0), "STOP")
    assert where(made) == ("texted", 1)
    assert passes.reach(made.campaign, 2, passes.whom(0)).left_out == {"opted_out": 1}


def test_a_reply_before_the_click_has_left_holds_the_text_back(app: Flask) -> None:
    """The second text waits out its undo time when the answer to the first comes in."""
    made = listed(app, people=1)
    texted(made)
    write(made)
    begin(made)
    other = colleague(made)
    take(other)
    message_id = other.send(other.deck()["cards"][0]).get_json()["message"]
    inbound(app, made.phone(0), "Yes I will come")
    sent = len(made.carrier.texts)
    made.dispatch()
    assert len(made.carrier.texts) == sent
    message = made.message(message_id)
    assert (message.state, message.reason) == ("blocked", "replied")
    assert where(made) == ("texted", 1)
    talk = db.session.scalars(select(Conversation).filter_by(contact_id=made.contacts[0])).one()
    assert (talk.person_id, talk.waiting_since is not None) == (made.volunteer, True)


def test_replies_come_to_whoever_texted_last(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    begin(made)
    other = colleague(made)
    take(other)
    other.send(other.deck()["cards"][0])
    made.dispatch()
    inbound(app, made.phone(0), "Yes")
    talk = db.session.scalars(select(Conversation).filter_by(contact_id=made.contacts[0])).one()
    assert talk.person_id == other.volunteer
    assert other.browser.get(f"/o/{made.org}/replies/{talk.id}").status_code == 200
    assert made.browser.get(f"/o/{made.org}/replies/{talk.id}").status_code == 404


def test_an_answer_to_the_first_number_counts_when_the_second_text_came_from_another(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    begin(made)
    take(made)
    other = factories.number(db.session.get_one(Organization, made.org_id))
    phone = other.phone
    db.session.execute(text("UPDATE campaign_number SET number_id = :other"), {"other": other.id})
    db.session.commit()
    made.send(made.deck()["cards"][0])
    made.dispatch()
    assert [one.from_ == phone for one in made.carrier.texts] == [False, True]
    inbound(app, made.phone(0), "Yes")
    talk = db.session.scalars(select(Conversation).filter_by(contact_id=made.contacts[0])).one()
    assert talk.waiting_since is not None
    assert contact(made).replied_at is not None


def test_an_undone_second_text_leaves_the_person_with_the_first_volunteer(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    begin(made)
    other = colleague(made)
    take(other)
    message_id = other.send(other.deck()["cards"][0]).get_json()["message"]
    assert other.post(f"/o/{made.org}/texting/undo", message=message_id).status_code == 200
    assert where(made) == ("ready", 2)
    talk = db.session.scalars(select(Conversation).filter_by(contact_id=made.contacts[0])).one()
    assert talk.person_id == made.volunteer


def test_words_changed_under_a_shown_card_are_looked_at_again(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    begin(made)
    take(made)
    card = made.deck()["cards"][0]
    with transaction():
        found = passes.save_message(
            made.campaign, made.org_id, 2, "Reply STOP to opt out, {first_name}.", made.volunteer
        )
    assert found.clear
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "wording_changed")
    assert answer.get_json()["card"]["text"] == "Reply STOP to opt out, Maria0."


def test_a_round_without_words_shows_no_card_and_never_the_first_message(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    row = contact(made)
    row.state, row.round = "ready", 2
    db.session.commit()
    assert made.deck()["cards"] == []
