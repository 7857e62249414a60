"""Days and dates of a campaign: they hold back first texts at every place, and never an answer.

The tests' clock stands on Tuesday, 2026-11-24, at two in the afternoon, Eastern.
"""

from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import Letter, Organization, Person
from p2ptext.audience import handing_out
from p2ptext.audience.models import Batch
from p2ptext.background import transaction
from p2ptext.conversations import offering
from p2ptext.extensions import db
from p2ptext.texting import opening, queries
from tests import factories
from tests.conversations.evening import evening
from tests.texting.scene import Scene, inbound, scene, set_campaign

TODAY, TOMORROW, YESTERDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 23)
CLOSED: list[dict[str, Any]] = [
    {"opens_on": TOMORROW},
    {"closes_on": YESTERDAY},
    {"days": 0b111_1101},  # every day but Tuesday
]
OPEN: list[dict[str, Any]] = [{"opens_on": TODAY}, {"closes_on": TODAY}, {"days": 0b10}]


@pytest.mark.parametrize("dates", CLOSED)
def test_no_card_no_click_no_batch_and_no_text(app: Flask, dates: dict[str, Any]) -> None:
    made = scene(app, people=2)
    first, second = made.deck()["cards"]
    message = made.send(first).get_json()["message"]
    set_campaign(made, **dates)
    assert made.deck()["cards"] == []
    assert made.send(second).get_json()["code"] == "hours_closed"
    made.dispatch()
    assert made.carrier.texts == []
    assert (made.message(message).state, made.message(message).reason) == ("expired", "hours")
    db.session.execute(text("UPDATE batch SET state = 'open', person_id = NULL, leased_until = NULL"))
    assert handing_out.hand_out(made.campaign, made.volunteer) is None


@pytest.mark.parametrize("dates", OPEN)
def test_on_its_days_it_is_open(app: Flask, dates: dict[str, Any]) -> None:
    made = scene(app, people=1)
    set_campaign(made, **dates)
    assert made.send(made.deck()["cards"][0]).status_code == 202
    made.dispatch()
    assert len(made.carrier.texts) == 1


@pytest.mark.parametrize("dates", CLOSED)
def test_answers_go_out_on_every_day(app: Flask, dates: dict[str, Any]) -> None:
    made = scene(app, people=1)
    made.sent()
    inbound(app, made.phone(0), "Who is this?")
    set_campaign(made, **dates)
    page = made.browser.get(f"/o/{made.org}/replies")
    assert page.status_code == 200
    talk = db.session.scalar(text("SELECT id FROM conversation"))
    state = made.browser.get(f"/o/{made.org}/replies/{talk}/state").get_json()
    answer = made.browser.post(
        f"/o/{made.org}/replies/{talk}/reply",
        data={"csrf_token": made.csrf, "token": state["token"], "text": "It is Amy."},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 202, answer.text
    made.dispatch()
    assert [one.text for one in made.carrier.texts][-1] == "It is Amy."


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"opens_on": TOMORROW}, "This campaign opens on Wednesday, November 25."),
        ({"closes_on": YESTERDAY}, "The last day for texts of this campaign was Monday, November 23."),
    ],
)
def test_volunteers_read_when_it_opens(app: Flask, dates: dict[str, Any], words: str) -> None:
    made = scene(app, people=1)
    db.session.execute(text("UPDATE batch SET state = 'open', person_id = NULL, leased_until = NULL"))
    set_campaign(made, **dates)
    (row,) = queries.todo(made.org_id, made.volunteer)
    assert not row.can_take
    assert row.words.startswith(words)
    page = made.browser.get(f"/o/{made.org}/texting").text
    assert words in page
    assert "Start texting" not in page
    assert handing_out.left_of(made.campaign, made.volunteer).words.startswith(words)


def letters(kind: str = opening.LETTER) -> list[str]:
    return list(db.session.scalars(select(Letter.to_email).where(Letter.kind == kind)))


def opened(made: Scene, **values: Any) -> int:
    set_campaign(made, **{"opens_on": TODAY, "remind_on_opening": True} | values)
    with transaction():
        return opening.tell()


@pytest.mark.parametrize(
    "values",
    [
        {"opens_on": TOMORROW},
        {"remind_on_opening": False},
        {"status": "paused"},
        {"opens_on": None, "remind_on_opening": True},
        {"opens": time(15), "closes": time(16)},  # not yet where they live
    ],
)
def test_no_mail_before_somebody_may_be_texted(app: Flask, values: dict[str, Any]) -> None:
    assert opened(scene(app, people=1), **values) == 0


def test_one_mail_to_each_volunteer_who_wants_mails(app: Flask) -> None:
    made = scene(app, people=1)
    quiet = factories.person(db.session.get_one(Organization, made.org_id))
    db.session.execute(
        text("UPDATE membership SET wants_notices = person_id <> :quiet"), {"quiet": quiet.id}
    )
    db.session.commit()
    told = opened(made)
    assert told == len(letters()) > 0
    assert quiet.email not in letters()
    with transaction():
        assert opening.tell() == 0
    letter = db.session.scalars(select(Letter).where(Letter.kind == opening.LETTER)).first()
    assert letter is not None
    with app.test_request_context():
        subject, body = opening.write(letter) or ("", "")
        assert subject.endswith(" is open")
        assert f"/o/{made.org}/texting" in body
        set_campaign(made, status="paused")
        assert opening.write(letter) is None


def test_campaigns_that_never_open_hold_up_no_other(app: Flask) -> None:
    made = scene(app, people=1)
    org = db.session.get_one(Organization, made.org_id)
    who = db.session.get_one(Person, made.volunteer)
    never: list[dict[str, Any]] = [
        {"closes_on": YESTERDAY},
        {"days": 0b111_1101, "closes_on": TODAY},
        {},
    ]
    for place in range(25):
        dates = {"opens_on": YESTERDAY, "remind_on_opening": True} | never[place % 3]
        stuck = factories.campaign(org, who, **dates)
        if place % 3 < 2:
            factories.contacts(stuck, who, [f"+1614555{150 + place:04}"])
    good = factories.campaign(org, who, opens_on=TODAY, remind_on_opening=True)
    factories.contacts(good, who, ["+16145550199"])
    db.session.commit()
    for _ in range(2):
        with transaction():
            opening.tell()
    about = db.session.scalars(select(Letter.about_id).where(Letter.kind == opening.LETTER))
    assert set(about) == {good.id}


def test_where_a_manager_gives_out_the_cards_only_who_has_some_is_told(app: Flask) -> None:
    made = scene(app, people=1)
    given = factories.person(db.session.get_one(Organization, made.org_id))
    batch = db.session.scalars(select(Batch)).one()
    batch.state, batch.person_id, batch.leased_until = "open", None, None
    batch.reserved_for = given.id
    db.session.commit()
    assert opened(made, hand_out="given") == 1
    assert letters() == [given.email]


@pytest.mark.parametrize(("own", "minutes", "offered"), [(5, 7, 1), (30, 22, 0), (None, 22, 1)])
def test_a_campaign_has_a_promise_of_its_own(
    app: Flask, own: int | None, minutes: int, offered: int
) -> None:
    made = evening(app)
    db.session.execute(text("UPDATE campaign SET reply_promise_min = :own"), {"own": own})
    made.minutes_pass(minutes)
    with transaction():
        assert offering.offer_waiting() == offered
