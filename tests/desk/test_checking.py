"""The check page: what an owner lets stand, what one press puts in, and who may do it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from p2ptext.accounts.models import AuditEvent, Organization
from p2ptext.audience import preflight, preflight_time
from p2ptext.audience.findings import Finding
from p2ptext.audience.models import ContactImport
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.campaigns.script_models import LintOverride
from p2ptext.extensions import db
from tests import factories, world

RAFFLE = "Hi {first_name|there}, raffle tickets of Ohio Votes are $5. Reply STOP to opt out."
REASON = "A raffle of our own, with a state licence."


@dataclass
class Desk:
    app: Flask
    org: Organization
    campaign: Campaign
    owner: FlaskClient
    owner_id: int
    manager: FlaskClient

    def post(self, browser: FlaskClient, rest: str, **data: str) -> TestResponse:
        token = world.csrf_token(self.app, browser)
        path = f"/o/{self.org.slug}/campaigns/{self.campaign.id}/check{rest}"
        return browser.post(path, data={"csrf_token": token, **data}, follow_redirects=True)

    def page(self, browser: FlaskClient) -> str:
        return browser.get(f"/o/{self.org.slug}/campaigns/{self.campaign.id}/check").text

    def look(self) -> preflight.Preflight:
        db.session.expire_all()
        return preflight.check(db.session.get_one(Campaign, self.campaign.id))

    def allow(self, one: Finding, reason: str = REASON) -> TestResponse:
        return self.post(self.owner, "/allow", code=one.code, about=one.about_hash, reason=reason)

    def say(self, *texts: str) -> None:
        campaign = db.session.get_one(Campaign, self.campaign.id)
        writing.save_document(campaign, {"first": list(texts), "canned": []}, self.owner_id)
        db.session.commit()


@pytest.fixture
def desk(committed_app: Flask) -> Desk:
    org = factories.organization()
    owner = factories.person(org, "owner", name="Olivia Owner")
    manager = factories.person(org, "manager")
    campaign = factories.campaign(org, manager, status="draft", first=RAFFLE)
    made = factories.contacts(campaign, manager, ["+16145550101", "+16145550102"])
    upload = db.session.get_one(ContactImport, made[0].import_id)
    upload.column_map = {"first_name": {"column": 0, "header": "First"}}
    browsers = [factories.client(committed_app, who) for who in (owner, manager)]
    db.session.commit()
    return Desk(committed_app, org, campaign, browsers[0], owner.id, browsers[1])


def test_an_owner_lets_a_rule_stand_for_exactly_these_words(desk: Desk) -> None:
    (gambling,) = desk.look().blocks
    assert (gambling.code, gambling.overridable) == ("gambling", True)
    assert desk.allow(gambling).status_code == 200
    found = desk.look()
    assert found.clear
    (stands,) = found.allowed
    assert stands.allowed is not None
    assert (stands.allowed.who, stands.allowed.reason) == ("Olivia Owner", REASON)
    page = desk.page(desk.manager)
    assert REASON in page
    assert "Olivia Owner" in page
    desk.say(RAFFLE + " Thank you.")
    assert [one.code for one in desk.look().blocks] == ["gambling"]
    desk.say(RAFFLE)
    assert desk.look().clear


def test_it_is_audited_and_can_be_taken_back(desk: Desk) -> None:
    (gambling,) = desk.look().blocks
    desk.allow(gambling)
    desk.allow(gambling)
    assert len(db.session.scalars(select(LintOverride)).all()) == 1
    desk.post(desk.owner, "/forbid", code=gambling.code, about=gambling.about_hash)
    assert not desk.look().clear
    told = db.session.execute(
        select(AuditEvent.action, AuditEvent.detail)
        .where(AuditEvent.action.like("finding_%"))
        .order_by(AuditEvent.id)
    ).all()
    assert [one.action for one in told] == ["finding_allowed", "finding_forbidden"]
    assert told[0].detail["reason"] == REASON


def test_a_manager_may_not(desk: Desk) -> None:
    (gambling,) = desk.look().blocks
    assert "an owner can let it stand" in desk.page(desk.manager)
    asked = desk.post(
        desk.manager, "/allow", code=gambling.code, about=gambling.about_hash, reason=REASON
    )
    assert asked.status_code == 403
    assert not desk.look().clear


@pytest.mark.parametrize("reason", ["", "ok", "x" * 501])
def test_a_reason_is_a_sentence(desk: Desk, reason: str) -> None:
    (gambling,) = desk.look().blocks
    desk.allow(gambling, reason)
    assert not desk.look().clear


def test_what_has_to_be_put_right_cannot_be_let_stand(desk: Desk) -> None:
    desk.say("Hi from Ohio Votes, meet us on [EVENT DATE]. Reply STOP to opt out.")
    (gap,) = desk.look().blocks
    assert "No reason can let it stand" in desk.allow(gap).text
    assert [one.code for one in desk.look().blocks] == ["placeholder"]


def test_words_that_changed_meanwhile_are_not_let_stand(desk: Desk) -> None:
    (gambling,) = desk.look().blocks
    desk.say(RAFFLE + " Come.")
    assert "The words have changed meanwhile" in desk.allow(gambling).text
    assert not desk.look().clear


def test_another_organizations_owner_finds_nothing(desk: Desk) -> None:
    other = factories.organization()
    stranger = factories.client(desk.app, factories.person(other, "owner"))
    db.session.commit()
    (gambling,) = desk.look().blocks
    answer = desk.post(stranger, "/allow", code="gambling", about=gambling.about_hash, reason=REASON)
    assert answer.status_code == 404
    assert not desk.look().clear


def test_one_press_puts_a_usual_default_into_every_wording(desk: Desk) -> None:
    text = "Hi { First Name }, Ohio Votes here, {first_name|you}. Reply STOP to opt out."
    desk.say(text, "Dear {first_name}, Ohio Votes here. Reply STOP to opt out.")
    desk.post(desk.manager, "/default", field="first_name")
    db.session.expire_all()
    assert writing.wordings(db.session.get_one(Campaign, desk.campaign.id)) == [
        "Hi {First Name|there}, Ohio Votes here, {first_name|you}. Reply STOP to opt out.",
        "Dear {first_name|there}, Ohio Votes here. Reply STOP to opt out.",
    ]
    assert desk.look().clear


def test_a_field_without_a_usual_default_is_for_a_person(desk: Desk) -> None:
    assert desk.post(desk.manager, "/default", field="shoe_size").status_code in (409, 422)


def test_what_was_found_is_shown_as_text(desk: Desk) -> None:
    desk.say("<script>alert(1)</script> [<img src=x>] {{7*7}} Ohio Votes. Reply STOP to opt out.")
    page = desk.page(desk.owner)
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "{{7*7}}" in page


def test_the_forecast_tells_times_by_the_clock_of_the_people() -> None:
    moment = datetime(2026, 11, 24, 13, tzinfo=UTC)
    told = preflight_time._there(moment, {"America/New_York OH": 2, "America/Chicago": 1})
    assert (told, f"{told:%H %Z}") == (moment, "08 EST")
