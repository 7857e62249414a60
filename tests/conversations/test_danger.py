"""Somebody may be in danger: who is told, who may help, and until when."""

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.accounts import letter_texts
from p2ptext.accounts.models import Letter
from p2ptext.conversations import alarming, listing, offers, tending
from p2ptext.conversations.listing import Filters
from p2ptext.extensions import db
from tests.conversations.evening import Evening, evening
from tests.conversations.talking import do, organizer, talk, waiting_scene
from tests.texting.scene import inbound

DANGER = "I want to kill myself"


def in_danger(made: Evening, talk_id: int) -> None:
    made.talk(talk_id).crisis_reason = "They speak of ending their life"
    db.session.execute(
        text("UPDATE conversation SET lead_asked_at = p2p_now() WHERE id = :id"), {"id": talk_id}
    )
    db.session.commit()


def letters() -> list[Letter]:
    return db.session.query(Letter).filter_by(kind=alarming.LETTER).order_by(Letter.id).all()


def test_an_owner_who_is_away_shares_it_at_once(app: Flask) -> None:
    made = evening(app, waiting=2)
    in_danger(made, made.talks[1])
    made.come("amy")
    assert made.tend()["offered"] == 0
    made.minutes_pass(5)
    assert made.tend()["offered"] == 1
    assert made.talk(made.talks[1]).offered_why == "waited"
    assert made.talk(made.talks[0]).offered_at is None


def test_danger_is_first_in_the_list_and_among_the_offers(app: Flask) -> None:
    made = evening(app, waiting=3)
    db.session.execute(text("UPDATE conversation SET offered_at = p2p_now(), offered_why = 'waited'"))
    in_danger(made, made.talks[2])
    rows = listing.page(made.org_id, made.people["amy"], Filters()).rows
    assert rows[0].id == made.talks[2]
    assert (rows[0].crisis, rows[0].lead_asked, rows[1].crisis) == (True, True, False)
    assert "Urgent" in made.browser("amy").get("/replies").get_data(as_text=True)
    found, _ = offers.offers(made.org_id, made.people["ben"])
    assert found[0].id == made.talks[2]


def test_each_organizer_gets_one_mail_without_names_or_words(app: Flask) -> None:
    made = waiting_scene(app, DANGER)
    before = {letter.to_email for letter in letters()}
    assert not before
    organizer(made)
    assert tending.tend()["alarmed"] >= 1
    inbound(app, made.phone(0), "Nobody would notice")
    assert tending.tend()["alarmed"] == 0
    found = letters()
    assert len({letter.to_email for letter in found}) == len(found)
    subject, body = letter_texts.WRITERS[alarming.LETTER](found[0]) or ("", "")
    assert f"/o/{made.org}/inbox" in body
    assert not any(words in subject + body for words in ("Maria", DANGER, made.phone(0)))


def test_a_mail_whose_reason_is_gone_is_not_sent(app: Flask) -> None:
    made = waiting_scene(app, DANGER)
    boss = organizer(made)
    tending.tend()
    do(made, "end-crisis", boss, last_inbound=str(talk(made).last_inbound_id))
    assert all(letter_texts.WRITERS[alarming.LETTER](letter) is None for letter in letters())


def test_it_is_not_ended_over_words_nobody_has_read(app: Flask) -> None:
    made = waiting_scene(app, DANGER)
    boss = organizer(made)
    seen = str(talk(made).last_inbound_id)
    inbound(app, made.phone(0), "I have the pills here")
    assert do(made, "end-crisis", boss, last_inbound=seen).status_code == 409
    assert talk(made).crisis_reason is not None


def test_advice_leaves_it_in_the_inbox(app: Flask) -> None:
    made = waiting_scene(app, DANGER)
    boss = organizer(made)
    do(made, "advise", boss, text="Stay with them.")
    assert talk(made).lead_asked_at is not None
    assert DANGER in boss.browser.get(f"/o/{made.org}/inbox").get_data(as_text=True)


def test_pages_of_everybody_on_shift_are_told_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints: list[tuple[str, str]] = []
    monkeypatch.setattr("p2ptext.texting.storing.hint", lambda *hint: hints.append(hint))
    made = waiting_scene(app, DANGER)
    assert (f"hints:{made.org_id}:shift", "offer") in hints
