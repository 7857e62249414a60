"""What a volunteer did, counted a second way from the rows."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.accounts.models import Person
from p2ptext.audience import suppression
from p2ptext.audience.models import Contact
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.texting import own_work
from p2ptext.texting.evidence_models import Click
from p2ptext.texting.models import Message
from tests import world
from tests.texting.scene import Scene, colleague, inbound, scene
from tests.texting.test_races import unpaced


def evening(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Five texts, one taken back; three people write back, one says thanks, one stops; two are answered."""
    unpaced(monkeypatch)
    made = scene(app, people=6)
    deck = made.deck()["cards"]
    sent = [made.send(card).get_json()["message"] for card in deck[:5]]
    made.post(f"/o/{made.org}/texting/undo", message=sent[4])
    made.dispatch()
    assert inbound(app, made.phone(0), "Thank you so much!").status_code == 200
    assert inbound(app, made.phone(1), "STOP").status_code == 200
    assert inbound(app, made.phone(2), "Who is this?").status_code == 200
    return made


def lines(made: Scene) -> list[own_work.Line]:
    db.session.expire_all()
    return own_work.of(made.org_id, made.volunteer)


def test_it_equals_the_rows(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made = evening(app, monkeypatch)
    total = own_work.together(lines(made))
    counted = Counter(
        message.kind
        for message in db.session.scalars(select(Message).filter_by(person_id=made.volunteer))
        if message.state not in ("cancelled", "expired", "blocked", "not_sent")
    )
    assert (total.sent, total.answered) == (counted["first"], counted["reply"])
    assert (total.sent, total.opted_out, total.thanks) == (4, 1, 1)
    clicked = sorted(db.session.scalars(select(Click.received_at)))
    gaps = [later - earlier for earlier, later in pairwise(clicked)]
    assert total.seconds == pytest.approx(sum(gap.total_seconds() for gap in gaps), abs=1)


def test_nobody_elses_work_is_in_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made = evening(app, monkeypatch)
    other = colleague(made)
    assert lines(other) == []
    page = other.browser.get(f"/o/{made.org}/what-you-did").get_data(as_text=True)
    assert "Nothing yet" in page


def clicks(made: Scene, *minutes: float, start: datetime) -> None:
    """Clicks so many minutes after `start`, one a contact."""
    who = db.session.get_one(Person, made.volunteer)
    for place, minute in enumerate(minutes):
        contact = db.session.get_one(Contact, made.contacts[place])
        made_click = world.click(contact, who, received_at=start + timedelta(minutes=minute))
        assert made_click.id


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ((0, 1, 2), 2),
        ((0, 15), 15),
        ((0, 15.1), 0),
        ((0, 5, 60, 61), 6),
        ((0,), 0),
    ],
)
def test_time_is_between_texts_and_not_over_pauses(
    app: Flask, minutes: tuple[float, ...], expected: int
) -> None:
    made = scene(app, people=5)
    clicks(made, *minutes, start=datetime(2026, 11, 3, 18, tzinfo=UTC))
    assert own_work.together(lines(made)).seconds == expected * 60


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("America/St_Johns", 8),
        ("America/New_York", 8),
        ("America/New_York", 20),
        ("America/Los_Angeles", 20),
        ("Pacific/Honolulu", 8),
        ("Pacific/Honolulu", 20),
    ],
)
@pytest.mark.parametrize("month", [1, 7])
def test_an_evening_lies_on_the_day_it_had_there(app: Flask, zone: str, hour: int, month: int) -> None:
    made = scene(app, people=1)
    there = datetime(2026, month, 14, hour, 59, tzinfo=ZoneInfo(zone))
    clicks(made, 0, start=there.astimezone(UTC))
    assert [line.day for line in lines(made)] == [there.date()]


def test_stops_count_once_and_only_own_ones(app: Flask) -> None:
    made = scene(app, people=3)
    for card in made.deck()["cards"]:
        made.send(card)
    made.dispatch()
    boss = colleague(made, "organizer")
    for place, by in ((0, made.volunteer), (1, boss.volunteer), (2, None)):
        contact = db.session.get_one(Contact, made.contacts[place])
        suppression.suppress(contact.recipient_id, "asked", by)
    db.session.commit()
    assert own_work.together(lines(made)).opted_out == 2


def test_texts_to_try_out_do_not_count(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made = evening(app, monkeypatch)
    db.session.get_one(Campaign, made.campaign).is_tests = True
    db.session.commit()
    assert lines(made) == []


def test_the_page_and_the_file_say_the_same(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made = evening(app, monkeypatch)
    campaign: Any = db.session.get_one(Campaign, made.campaign)
    campaign.name = "=HYPERLINK(1) & <b>"
    db.session.commit()
    page = made.browser.get(f"/o/{made.org}/what-you-did").get_data(as_text=True)
    assert "=HYPERLINK(1) &amp; &lt;b&gt;" in page
    raw = made.browser.get(f"/o/{made.org}/what-you-did.csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(raw.lstrip("\ufeff"))))
    (line,) = lines(made)
    assert rows[1][:6] == [line.day.isoformat(), "'=HYPERLINK(1) & <b>", "4", "0", "1", "1"]
    assert "(4)" not in page
    assert page.count(">4<") >= 3  # the sum, the campaign, the day
