"""The timing of clicks as organizers see it: noticed by the dispatcher's round, shown, looked into."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from p2ptext.accounts.models import AuditEvent, WebSession
from p2ptext.audience.models import Contact
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.insight import timing
from p2ptext.texting import sweeping
from p2ptext.texting.dispatcher import CHORES
from p2ptext.texting.evidence_models import Click, ClickDevice
from p2ptext.texting.pace_models import PaceRefusal
from p2ptext.texting.timing_models import TimingFlag, TimingLook
from tests import factories, world
from tests.accounts.conftest import Visitor

MACHINE = [1.0] * 100


class Scene:
    """A volunteer of a campaign, and an organizer who looks."""

    def __init__(self, app: Flask) -> None:
        org = factories.organization()
        self.volunteer = factories.person(org, name="Amy Adams")
        self.campaign: Campaign = factories.campaign(org, self.volunteer)
        self.contact: Contact = factories.contacts(self.campaign, self.volunteer, ["+16145550104"])[0]
        world.first_text(self.contact, self.campaign, self.volunteer)
        organizer = factories.person(org, "organizer", name="Olga Petrova")
        self.org_id, self.base, self.id = org.id, f"/o/{org.slug}", self.volunteer.id
        self.page = f"{self.base}/volunteers/{self.id}/timing"
        self.organizer = Visitor(app, organizer)

    def clicks(self, gaps: list[float], ended: timedelta = timedelta(hours=1), **values: Any) -> None:
        """Presses with these seconds between them, the last of them `ended` ago."""
        browser = factories.add(
            WebSession(person_id=self.id, token_digest=str(next(factories._counter)).encode())
        )
        at = now() - ended - timedelta(seconds=sum(gaps))
        for gap in [0.0, *gaps]:
            at += timedelta(seconds=gap)
            row: dict[str, Any] = {"received_at": at, "shown_at": at, "age_ms": 0} | values
            made = world.click(self.contact, self.volunteer, session_id=browser.id, **row)
            factories.add(
                ClickDevice(
                    click_id=made.id,
                    organization_id=self.org_id,
                    salt=b"",
                    ip="192.0.2.7",
                    user_agent="",
                )
            )
        db.session.commit()


@pytest.fixture
def told(app: Flask) -> Scene:
    return Scene(app)


def notice() -> int:
    """What the dispatcher does once a minute."""
    return sweeping.notice_timing()


def test_the_dispatcher_does_it() -> None:
    assert sweeping.notice_timing in {work for _, work in CHORES}


def codes() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(TimingFlag.code).order_by(TimingFlag.id)))


def test_a_machine_is_noticed_and_shown(told: Scene) -> None:
    told.clicks(MACHINE)
    assert notice() == 1
    assert codes() == ["steady"]
    campaign = told.organizer.get(f"{told.base}/campaigns/{told.campaign.id}/rates/volunteers").text
    assert "Look at the timing" in campaign
    assert f'href="{told.page}"' in campaign
    page = told.organizer.get(told.page).text
    assert "As steady as a clock" in page
    assert "61 presses in a row came every 1.00 seconds" in page
    assert 'href="' + told.base + '/alarms">Alarms</a>' in page


def test_a_hand_is_not(told: Scene) -> None:
    rng = random.Random(3)
    told.clicks([2.4 * rng.lognormvariate(0, 0.4) for _ in range(200)])
    assert notice() == 1
    assert codes() == []
    assert (
        "Look at the timing"
        not in told.organizer.get(f"{told.base}/campaigns/{told.campaign.id}/rates/volunteers").text
    )
    page = told.organizer.get(told.page).text
    assert "Nothing to look at" in page
    assert "202" in page


def test_nobody_is_looked_at_twice_for_the_same_presses(told: Scene) -> None:
    told.clicks(MACHINE)
    assert (notice(), notice()) == (1, 0)
    told.clicks([2.0])
    assert notice() == 1
    assert codes() == ["steady"]
    newest = db.session.scalar(select(func.max(Click.id)))
    assert db.session.scalars(select(TimingLook.last_click_id)).one() == newest


def test_who_goes_on_is_looked_at_after_300_presses(told: Scene) -> None:
    told.clicks([1.0] * 200, ended=timedelta(seconds=0))
    assert notice() == 0
    told.clicks([1.0] * 120, ended=timedelta(seconds=0))
    assert notice() == 1


def test_refusals_count(told: Scene) -> None:
    told.clicks([3.0, 4.0, 2.5])
    factories.add(
        PaceRefusal(
            person_id=told.id,
            organization_id=told.org_id,
            minute=now() - timedelta(minutes=30),
            refusals=1200,
        )
    )
    db.session.commit()
    notice()
    assert codes() == ["refusals"]


def test_looked_into_until_it_happens_again(told: Scene) -> None:
    told.clicks(MACHINE)
    notice()
    answer = told.organizer.post(f"{told.page}/seen", told.page, note="Called Amy: a broken mouse.")
    assert answer.status_code == 303
    page = told.organizer.get(told.page).text
    assert "Called Amy: a broken mouse." in page
    assert "Nothing to look at" in page
    assert db.session.scalars(select(AuditEvent.action)).all() == ["timing_seen"]
    db.session.execute(update(TimingLook).values(looked_at=now() - timedelta(minutes=30)))
    told.clicks(MACHINE, ended=timedelta(minutes=-1))
    db.session.execute(update(TimingFlag).values(seen_at=now() - timedelta(minutes=30)))
    db.session.commit()
    notice()
    assert "As steady as a clock" in told.organizer.get(told.page).text.split("Their pace")[0]


def test_an_empty_note_says_what_is_missing(told: Scene) -> None:
    told.clicks(MACHINE)
    notice()
    answer = told.organizer.post(f"{told.page}/seen", told.page, note=" ")
    assert "Say in a few words what you found." in answer.text
    assert codes() == ["steady"]


def test_another_organization_sees_nothing(told: Scene, app: Flask) -> None:
    told.clicks(MACHINE)
    notice()
    other = Scene(app)
    assert other.organizer.get(f"{other.base}/volunteers/{told.id}/timing").status_code == 404
    page = other.organizer.get(other.page).text
    assert "As steady as a clock" not in page


def test_times_of_one_minute_are_said_once() -> None:
    at = datetime(2026, 11, 24, 19, 1, 10, tzinfo=UTC)
    for seconds, takes in ((49, False), (50, True)):
        noted = timing.Noted(1, "steady", "", at, at + timedelta(seconds=seconds), "", None, "")
        assert noted.takes_minutes is takes
