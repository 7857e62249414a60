"""A campaign is written: versions that stay, settings, and numbers of the own organization only."""

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.accounts.models import Organization, Person
from p2ptext.campaigns import arranging, numbers, writing
from p2ptext.campaigns.forms import HoursForm
from p2ptext.campaigns.models import Campaign, ScriptVersion, SendingNumber
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.rules.fault import Fault
from tests import factories


@pytest.fixture
def org(app: Flask) -> Organization:
    return factories.organization(slug="ohio")


@pytest.fixture
def manager(org: Organization) -> Person:
    return factories.person(org, "manager")


@pytest.fixture
def campaign(org: Organization, manager: Person) -> Campaign:
    made = writing.create(org.id, "Levy", manager.id)
    assert isinstance(made, Campaign)
    return made


def test_a_name_is_used_once_in_an_organization(campaign: Campaign, manager: Person) -> None:
    again = writing.create(campaign.organization_id, "LEVY", manager.id)
    assert isinstance(again, Fault)
    assert again.code == "name_taken"
    other = factories.organization()
    assert isinstance(writing.create(other.id, "Levy", manager.id), Campaign)


def test_every_change_of_the_script_is_a_version_and_none_is_lost(
    campaign: Campaign, manager: Person
) -> None:
    assert writing.wordings(campaign) == []
    writing.save_wordings(campaign, ["one"], manager.id)
    writing.save_canned(campaign, [writing.Canned("Thanks", "Thank you!")], manager.id)
    writing.save_wordings(campaign, ["two"], manager.id)
    writing.save_wordings(campaign, ["two"], manager.id)  # nothing new, no version
    versions = db.session.scalars(select(ScriptVersion).order_by(ScriptVersion.number)).all()
    canned = [{"title": "Thanks", "text": "Thank you!"}]
    assert [version.document for version in versions] == [
        {"first": ["one"], "canned": []},
        {"first": ["one"], "canned": canned},
        {"first": ["two"], "canned": canned},
    ]
    assert campaign.script_version_id == versions[-1].id


def test_an_archived_campaign_cannot_be_changed(campaign: Campaign) -> None:
    campaign.status = "archived"
    db.session.flush()
    with pytest.raises(Refused, match="archived"):
        writing.lock_to_change(campaign.id, campaign.organization_id)


def test_another_organizations_campaign_is_not_there(campaign: Campaign) -> None:
    with pytest.raises(NotFound):
        writing.lock(campaign.id, factories.organization().id)


@pytest.mark.parametrize(
    ("written", "states", "words"),
    [
        ("", [], ""),
        ("oh, Pennsylvania; OH", ["OH", "PA"], ""),
        ("OH, Ohoi", None, "There is no state “Ohoi”. Write its two letters, like OH."),
    ],
)
def test_the_states_of_a_campaign(
    app: Flask, campaign: Campaign, written: str, states: list[str] | None, words: str
) -> None:
    values = {
        "opens": "09:00", "closes": "20:00", "sunday_opens": "12:00", "days": ["0", "6"],
        "territory": written,
    }  # fmt: skip
    with app.test_request_context("/", method="POST", data=values):
        form = HoursForm(meta={"csrf": False})
        assert form.validate() is (states is not None), form.errors
        if states is None:
            assert form.territory.errors == [words]
            return
        arranging.change_times(campaign, form.times())
    assert campaign.territory == states
    assert campaign.days == 0b100_0001


@pytest.mark.parametrize(
    ("phone", "e164"),
    [
        ("614-555-0100", "+16145550100"),
        ("+1 (614) 555-0100", "+16145550100"),
        ("800 555 0199", "+18005550199"),  # a sender may be toll-free
    ],
)
def test_a_number_is_allotted_once(org: Organization, phone: str, e164: str) -> None:
    made = numbers.allot("ohio", phone)
    assert isinstance(made, SendingNumber)
    assert (made.phone, made.organization_id) == (e164, org.id)
    assert numbers.allot("ohio", e164) is made
    factories.organization(slug="iowa")
    taken = numbers.allot("iowa", phone)
    assert isinstance(taken, Fault)
    assert taken.code == "taken"


@pytest.mark.parametrize(
    ("slug", "phone", "code"),
    [("nowhere", "6145550100", "no_organization"), ("ohio", "555-0100", "too_short")],
)
def test_what_cannot_be_allotted(org: Organization, slug: str, phone: str, code: str) -> None:
    fault = numbers.allot(slug, phone)
    assert isinstance(fault, Fault)
    assert fault.code == code


def test_a_campaign_sends_only_from_its_organizations_numbers(
    campaign: Campaign, org: Organization
) -> None:
    own = factories.number(org)
    numbers.choose(campaign, [own.id])
    numbers.choose(campaign, [own.id])
    assert numbers.chosen(campaign.id) == {own.id}
    with pytest.raises(NotFound):
        numbers.choose(campaign, [own.id, factories.number(factories.organization()).id])


def test_the_command(app: Flask, org: Organization) -> None:
    done = app.test_cli_runner().invoke(args=["allot-number", "ohio", "(614) 555-0107"])
    assert (done.exit_code, done.output) == (0, "+16145550107 belongs to ohio.\n")
    refused = app.test_cli_runner().invoke(args=["allot-number", "nowhere", "6145550108"])
    assert refused.exit_code == 1
    assert "There is no organization" in refused.output


@pytest.mark.parametrize(
    ("phone", "words"), [("+16145550107", "(614) 555-0107"), ("+442079460123", "+442079460123")]
)
def test_pretty(phone: str, words: str) -> None:
    assert numbers.pretty(phone) == words
