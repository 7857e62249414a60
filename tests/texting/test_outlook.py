"""Back-pressure: cards stop being handed out before the carrier's limits make a text wait too long."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.background import transaction
from p2ptext.campaigns.models import Registration, SendingNumber
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.rules import pacing as rules
from p2ptext.sms.provider import Accepted, NotSent, Refused, Unknown
from p2ptext.texting import breakers, claiming, lanes, pacing
from p2ptext.texting.pacing import Outlook
from tests import factories
from tests.texting.scene import OURS, Scene, scene
from tests.texting.waiting import queue


@pytest.fixture
def made(app: Flask) -> Scene:
    return scene(app)


def registered(made: Scene, **values: Any) -> SendingNumber:
    row = factories.add(
        Registration(**({"organization_id": made.org_id, "name": "Levy", "state": "active"} | values))
    )
    sender = db.session.scalars(select(SendingNumber).filter_by(phone=OURS)).one()
    sender.registration_id = row.id
    db.session.commit()
    return sender


def look(made: Scene) -> Outlook:
    db.session.commit()
    return pacing.outlook(made.campaign)


def test_an_empty_outbox_lets_everybody_text(made: Scene) -> None:
    assert look(made) == Outlook(0.0, None, "", 25)


def test_the_delay_is_what_waits_by_what_the_registration_takes(made: Scene) -> None:
    sender = registered(made, segments_per_minute=75)
    queue(sender, 300, segments=2)
    rate = lanes.registration_limit(75).rate
    outlook = look(made)
    assert outlook.opens_at is None
    assert outlook.delay_s == pytest.approx(600 / rate)


def test_what_verizon_takes_of_one_number_holds_it_where_that_is_narrower(made: Scene) -> None:
    sender = registered(made, segments_per_minute=4500, verizon_per_minute=60)
    queue(sender, 100)
    rate = rules.Limit(60, 60.0 + lanes.TRIP_S).rate
    assert look(made).delay_s == pytest.approx(100 / rate)


def test_no_cards_while_a_text_would_wait_too_long_and_they_say_why(made: Scene) -> None:
    sender = registered(made, segments_per_minute=75)
    queue(sender, 1200)
    outlook = look(made)
    assert outlook.opens_at is not None
    assert (
        outlook.words
        == "The phone company takes 70 texts a minute here, and enough of them wait already."
    )
    ahead = outlook.opens_at - now()
    # They open again when half of the longest wait is left.
    rest = outlook.delay_s - pacing.MOST_WAIT_S / 2
    assert ahead.total_seconds() == pytest.approx(rest, abs=5)
    deck = made.deck()
    assert (deck["state"], deck["cards"]) == ("carrier_slow", [])


def test_many_volunteers_get_few_cards_each_so_that_all_can_leave(made: Scene) -> None:
    registered(made, segments_per_minute=75)
    db.session.execute(
        text(
            """WITH people AS (INSERT INTO person (email, name, password_hash)
                 SELECT 'p' || n || '@example.org', 'P', '!' FROM generate_series(1, 199) n RETURNING id)
               INSERT INTO batch (organization_id, campaign_id, position, state, person_id, leased_until)
               SELECT :org, :campaign, id, 'leased', id, p2p_now() + interval '5 minutes' FROM people"""
        ),
        {"org": made.org_id, "campaign": made.campaign},
    )
    assert look(made).cards == 5


def test_a_count_serves_for_some_seconds_and_then_is_made_anew(made: Scene) -> None:
    sender = registered(made, segments_per_minute=75)
    queue(sender, 100)
    with transaction():
        claiming.claim(1)
    queue(sender, 1000)
    assert look(made).opens_at is None
    db.session.execute(text("UPDATE pacing_bucket SET measured_at = measured_at - interval '4 seconds'"))
    assert look(made).opens_at is not None


def test_a_day_used_up_opens_at_the_pacific_midnight(made: Scene) -> None:
    sender = registered(made, brand="BCAP123", t_mobile_per_day=100, segments_per_minute=4500)
    pacific = now().astimezone(ZoneInfo("America/Los_Angeles"))
    queue(sender, 30)  # of these 35 in a hundred are taken for T-Mobile's
    name = f"day {made.org_id} BCAP123 {pacific.date()}"
    db.session.execute(
        text("INSERT INTO pacing_bucket (name, permits) VALUES (:name, 79)"), {"name": name}
    )
    assert look(made).opens_at is None
    db.session.execute(text("UPDATE pacing_bucket SET permits = 79.6"))
    outlook = look(made)
    assert outlook.opens_at is not None
    opens = outlook.opens_at.astimezone(pacific.tzinfo)
    assert (opens.date(), opens.hour, opens.minute) == (pacific.date() + timedelta(days=1), 0, 0)
    assert outlook.words == pacing.DAY_IS_FULL


def note(*results: Any) -> None:
    for result in results:
        with transaction():
            breakers.note(result, 0)


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ([Refused("account_problem", 1070, "no credit")], "refused"),
        ([Unknown("no answer")] * 3 + [NotSent("could not be reached")] * 2, "silent"),
    ],
    ids=["refused", "silent"],
)
def test_an_open_breaker_hands_out_no_cards_until_it_is_tried_again(
    made: Scene, results: list[Any], reason: str
) -> None:
    queue(db.session.scalars(select(SendingNumber).filter_by(phone=OURS)).one(), 1)
    with transaction():
        claiming.claim(1)
    note(Accepted("a"), *results)
    outlook = look(made)
    assert outlook.opens_at is not None
    assert outlook.words == pacing.HALTED[reason]
    # When the trial is due there must be cards again, or there might be no text to try with.
    db.session.execute(text("UPDATE pacing_bucket SET halted_until = p2p_now() WHERE name = 'account'"))
    assert look(made).opens_at is None


@pytest.mark.parametrize(
    "trouble",
    [{"state": "pending"}, {"state": "suspended"}, {"state": "active", "expires_on": date(2020, 1, 1)}],
    ids=["pending", "suspended", "expired"],
)
def test_a_registration_that_does_not_count_hands_out_no_cards(
    made: Scene, trouble: dict[str, Any]
) -> None:
    registered(made, **trouble)
    outlook = look(made)
    assert outlook.opens_at is not None
    assert outlook.words == "No number of this campaign may send just now. Tell your organizer."


def test_a_number_out_of_rotation_hands_out_no_cards(made: Scene) -> None:
    sender = db.session.scalars(select(SendingNumber).filter_by(phone=OURS)).one()
    with transaction():
        breakers.take_out_of_rotation(sender.id, 1120)
    assert look(made).opens_at is not None
