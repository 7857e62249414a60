"""Shifts: who signs up, who is told, and when those who are there will be through."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select, text

from p2ptext.accounts import letter_texts
from p2ptext.accounts.access import Org
from p2ptext.accounts.models import Letter, Membership, Organization, Person
from p2ptext.accounts.team_models import Team
from p2ptext.campaigns import teams
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.texting import (
    presence,
    queries,
    screen,
    shift_mail,
    shift_outlook,
    shift_planning,
    sweeping,
)
from p2ptext.texting.shift_models import Shift
from tests import factories, world
from tests.audience.hands import at_once
from tests.texting.scene import Scene, colleague, scene


def planned(made: Scene, hours: float = 6, **values: Any) -> int:
    """A shift that begins so many hours from now; its id."""
    begins = now() + timedelta(hours=hours)
    shift = Shift(
        **(
            {
                "organization_id": made.org_id,
                "starts_at": begins,
                "ends_at": begins + timedelta(hours=2),
                "zone": "America/New_York",
                "places": 2,
                "created_by": made.volunteer,
            }
            | values
        )
    )
    shift_id: int = factories.add(shift).id
    db.session.commit()
    return shift_id


def post(who: Scene, path: str, **form: Any) -> Any:
    return who.browser.post(f"/o/{who.org}{path}", data=form, headers={"X-CSRFToken": who.csrf})


def page(who: Scene, path: str) -> str:
    answer = who.browser.get(f"/o/{who.org}{path}")
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def coming(shift_id: int) -> list[str]:
    db.session.expire_all()
    return [comer.name for comer in shift_planning.comers(shift_id)]


def member(who: Scene) -> Membership:
    return db.session.scalars(select(Membership).filter_by(person_id=who.volunteer)).one()


def name(who: Scene) -> str:
    return db.session.get_one(Person, who.volunteer).name


FORM = {
    "day": (datetime.now(UTC).date() + timedelta(days=20)).isoformat(),
    "begins": "18:00",
    "ends": "20:30",
    "zone": "America/New_York",
    "places": "5",
    "campaign": "0",
    "note": "Room 4 & <b>pizza</b>",
}


def test_an_organizer_makes_one_and_volunteers_sign_up(app: Flask) -> None:
    made = scene(app)
    leads = colleague(made, "organizer")
    answer = post(leads, "/shifts/new", **FORM)
    assert answer.status_code == 303
    shift_id = int(answer.headers["Location"].rpartition("/")[2])
    listed = page(made, "/shifts")
    assert "6:00 pm to 8:30 pm" in listed
    assert "<b>pizza" not in listed
    for _ in range(2):  # a second press changes nothing
        assert post(made, f"/shifts/{shift_id}/sign-up").status_code == 303
    assert coming(shift_id) == [name(made)]
    assert name(made) in page(leads, f"/shifts/{shift_id}")
    assert "Your next one" in page(made, "/texting")
    assert post(made, f"/shifts/{shift_id}/leave").status_code == 303
    assert coming(shift_id) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends": "17:00"}, "12 hours at most"),
        ({"day": "2020-02-02"}, "lies in the past"),
        ({"day": (datetime.now(UTC).date() + timedelta(days=800)).isoformat()}, "more than a year away"),
        ({"places": "0"}, "from 1 to 1,000"),
        ({"zone": "Mars/Olympus"}, "Choose one"),
        ({"campaign": "999999"}, "Choose one"),
        ({"day": ""}, "Choose the day"),
    ],
)
def test_a_slip_is_told_in_words(app: Flask, change: dict[str, str], words: str) -> None:
    leads = colleague(scene(app), "organizer")
    answer = post(leads, "/shifts/new", **(FORM | change))
    assert answer.status_code == 200
    assert words in answer.get_data(as_text=True)
    assert db.session.scalars(select(Shift)).all() == []


def test_the_last_place_is_taken_once(committed_app: Flask) -> None:
    made = scene(committed_app)
    shift_id = planned(made, places=3)
    org = db.session.get_one(Organization, made.org_id)
    people = [factories.person(org).id for _ in range(8)]
    places = {row.person_id: row.id for row in db.session.scalars(select(Membership))}
    db.session.commit()

    def sign(person_id: int) -> Callable[[], str]:
        def work() -> str:
            g.org = Org(made.org_id, made.org, "")
            try:
                shift_planning.sign_up(shift_id, places[person_id], person_id)
            except Refused as refused:
                return refused.code
            return "in"

        return work

    outcomes = at_once(committed_app, [sign(person_id) for person_id in people])
    assert sorted(outcomes) == ["full"] * 5 + ["in"] * 3
    assert len(coming(shift_id)) == 3


def test_whoever_left_the_organization_keeps_no_place(app: Flask) -> None:
    made = scene(app)
    other = colleague(made)
    shift_id = planned(made, places=1)
    post(other, f"/shifts/{shift_id}/sign-up")
    member(other).status = "suspended"
    db.session.commit()
    post(made, f"/shifts/{shift_id}/sign-up")
    assert coming(shift_id) == [name(made)]


def test_a_shift_of_a_team_is_for_the_team(app: Flask) -> None:
    made = scene(app)
    other = colleague(made)
    campaign = db.session.get_one(Campaign, made.campaign)
    east = factories.add(Team(organization_id=made.org_id, name="East"))
    teams.choose(campaign, [east.id])
    shift_id = planned(made, campaign_id=campaign.id)
    assert "Sign up" not in page(other, "/shifts")
    assert post(other, f"/shifts/{shift_id}/sign-up").status_code == 404
    assert campaign.name in page(colleague(made, "organizer"), "/shifts")


@pytest.mark.parametrize("how", ["cancelled", "over"])
def test_nobody_signs_up_for_what_does_not_come(app: Flask, how: str) -> None:
    made = scene(app)
    shift_id = planned(made, hours=-4 if how == "over" else 4)
    if how == "cancelled":
        post(colleague(made, "organizer"), f"/shifts/{shift_id}/cancel")
    assert post(made, f"/shifts/{shift_id}/sign-up").status_code == 303
    assert coming(shift_id) == []


def test_it_goes_into_a_calendar(app: Flask) -> None:
    made = scene(app)
    answer = made.browser.get(f"/o/{made.org}/shifts/{planned(made)}/calendar.ics")
    assert answer.mimetype == "text/calendar"
    assert answer.get_data(as_text=True).startswith("BEGIN:VCALENDAR\r\n")


def letters(kind: str) -> list[Letter]:
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).filter_by(kind=kind)))


def signed_up(made: Scene, shift_id: int, hours_ago: float = 24) -> None:
    post(made, f"/shifts/{shift_id}/sign-up")
    db.session.execute(
        text("UPDATE shift_place SET taken_at = p2p_now() - make_interval(mins => :m)"),
        {"m": round(60 * hours_ago)},
    )
    db.session.commit()


def test_a_mail_comes_once_some_hours_before(app: Flask) -> None:
    made = scene(app)
    shift_id = planned(made, hours=shift_mail.HOURS_BEFORE - 0.1, note="Room 4")
    signed_up(made, shift_id)
    assert [sweeping.remind_of_shifts() for _ in range(2)] == [{"shifts": 1}, {"shifts": 0}]
    (letter,) = letters(shift_mail.SOON)
    subject, body = letter_texts.WRITERS[letter.kind](letter) or ("", "")
    assert "begins soon" in subject
    assert "Room 4" in body
    assert f"/o/{made.org}/shifts" in body
    assert "/notices/off/" in body
    post(made, f"/shifts/{shift_id}/leave")
    assert letter_texts.WRITERS[letter.kind](letter) is None


@pytest.mark.parametrize(
    ("hours", "signed", "change"),
    [
        (shift_mail.HOURS_BEFORE + 0.1, 24, ""),
        (-0.1, 24, ""),
        (2, 0.5, ""),
        (2, 24, "UPDATE membership SET wants_notices = false"),
        (2, 24, "UPDATE membership SET status = 'suspended'"),
        (2, 24, "UPDATE person SET disabled_at = p2p_now()"),
        (2, 24, "UPDATE shift SET cancelled_at = p2p_now()"),
    ],
)
def test_who_gets_no_mail_before(app: Flask, hours: float, signed: float, change: str) -> None:
    made = scene(app)
    signed_up(made, planned(made, hours=hours), signed)
    if change:
        db.session.execute(text(change))
    assert sweeping.remind_of_shifts() == {"shifts": 0}


def test_a_cancelled_shift_is_told_to_whoever_would_come(app: Flask) -> None:
    made = scene(app)
    shift_id = planned(made)
    signed_up(made, shift_id)
    member(made).wants_notices = False  # this one is no notice: they would come for nothing
    db.session.commit()
    leads = colleague(made, "organizer")
    for _ in range(2):
        assert post(leads, f"/shifts/{shift_id}/cancel").status_code == 303
    (letter,) = letters(shift_mail.CANCELLED)
    subject, _ = letter_texts.WRITERS[letter.kind](letter) or ("", "")
    assert subject.startswith("Cancelled")
    assert "To come" not in page(made, "/shifts")


def texted(made: Scene, places: range, minutes_ago: int, by: Scene | None = None) -> None:
    """First texts that this person sent, the first of them so long ago."""
    who = db.session.get_one(Person, (by or made).volunteer)
    campaign = db.session.get_one(Campaign, made.campaign)
    for place in places:
        contact = db.session.get_one(factories.Contact, made.contacts[place])
        contact.state = "texted"
        world.first_text(
            contact, campaign, who, created_at=now() - timedelta(minutes=minutes_ago - place * 0.01)
        )
    db.session.commit()


def looking_ahead(made: Scene, by: Scene | None = None) -> Any:
    who = (by or made).volunteer
    (campaign,) = queries.todo(made.org_id, who)
    return shift_outlook.finish(made.org_id, campaign, who)


def test_when_those_who_are_there_will_be_through(app: Flask) -> None:
    made = scene(app, people=60)
    other = colleague(made)
    presence.write({(made.org_id, made.volunteer), (made.org_id, other.volunteer)}, set())
    assert looking_ahead(made) is None  # nobody has a pace yet
    texted(made, range(10), 20)
    alone = looking_ahead(made)
    assert (alone.who, alone.people) == ("you", 1)
    assert 95 <= alone.minutes <= 105  # 50 are left at a text every two minutes
    texted(made, range(10, 30), 20, by=other)
    both = looking_ahead(made)
    assert both.who == "you and 1 other"
    assert 20 <= both.minutes <= 25  # 30 are left at three in two minutes
    assert "and 1 other will finish by about" in page(made, "/texting")


def test_who_is_away_or_long_ago_counts_for_nothing(app: Flask) -> None:
    made = scene(app, people=30)
    other = colleague(made)
    presence.write({(made.org_id, made.volunteer)}, set())
    texted(made, range(10), 45)
    texted(made, range(10, 20), 10, by=other)  # not on shift
    assert looking_ahead(made) is None
    presence.write({(made.org_id, other.volunteer)}, set())
    found = looking_ahead(made)
    assert (found.people, found.you) == (1, False)


def test_people_who_stopped_are_not_left(app: Flask) -> None:
    made = scene(app, people=12)
    presence.write({(made.org_id, made.volunteer)}, set())
    texted(made, range(8), 20)
    db.session.execute(text("UPDATE recipient SET suppressed_at = p2p_now() WHERE phone LIKE '%0111'"))
    assert shift_outlook.people_left(made.campaign, 100) == 3
    assert shift_outlook.people_left(made.campaign, 2) == 2


def test_the_end_of_a_batch_says_it(app: Flask) -> None:
    made = scene(app, people=8)
    org = db.session.get_one(Organization, made.org_id)
    campaign = db.session.get_one(Campaign, made.campaign)
    factories.contacts(campaign, factories.person(org), ["+16145550150", "+16145550151"])
    presence.write({(made.org_id, made.volunteer)}, set())
    texted(made, range(8), 20)
    deck = screen.deck(made.org_id, made.campaign, made.volunteer, "Amy")
    assert deck["state"] == "batch_finished"
    assert "You will finish this list in about" in deck["words"]


def test_paused_or_closed_it_says_nothing(app: Flask) -> None:
    made = scene(app, people=20)
    presence.write({(made.org_id, made.volunteer)}, set())
    texted(made, range(10), 20)
    assert looking_ahead(made) is not None
    db.session.execute(text("UPDATE campaign SET status = 'paused'"))
    assert looking_ahead(made) is None
    db.session.execute(text("UPDATE campaign SET status = 'running', opens = '08:00', closes = '09:00'"))
    assert looking_ahead(made) is None
