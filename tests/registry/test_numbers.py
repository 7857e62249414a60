"""Numbers and registrations: what they may do, who may change them, and the operator's commands."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import AuditEvent, Organization
from p2ptext.audience import preflight
from p2ptext.campaigns import numbers
from p2ptext.campaigns.models import Campaign, Registration, SendingNumber
from p2ptext.campaigns.standing import standing
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from p2ptext.registry import commands, registering
from p2ptext.rules.fault import Fault
from tests import factories

TODAY = date(2026, 11, 24)


@pytest.fixture
def org(app: Flask) -> Organization:
    return factories.organization(slug="ohio")


@pytest.mark.parametrize(
    ("number", "registration", "simulated", "code", "usable"),
    [
        ({}, {"state": "active"}, False, "active", True),
        ({}, {"state": "active", "expires_on": TODAY}, False, "active", True),
        ({}, {"state": "active", "expires_on": date(2026, 11, 23)}, False, "expired", False),
        ({}, {"state": "active", "verify_expires_on": date(2027, 1, 24)}, False, "active", True),
        ({}, {"state": "active", "verify_expires_on": date(2027, 1, 23)}, False, "ending", True),
        ({}, {"state": "active", "verify_expires_on": TODAY}, False, "ending", True),
        (
            {},
            {"state": "active", "verify_expires_on": date(2026, 11, 23)},
            False,
            "token_expired",
            False,
        ),
        ({}, {"state": "draft"}, False, "draft", False),
        ({}, {"state": "brand_sent"}, False, "brand_sent", False),
        ({}, {"state": "brand_approved"}, True, "brand_approved", False),
        ({}, {"state": "refused"}, False, "refused", False),
        ({}, {"state": "pending"}, True, "pending", False),
        ({}, {"state": "suspended"}, False, "suspended", False),
        ({}, {"state": "expired"}, False, "expired", False),
        ({"out_since": TODAY}, {"state": "active"}, True, "out", False),
        ({}, None, False, "unregistered", False),
        ({"kind": "toll_free"}, None, False, "verified", True),
        ({"kind": "short_code"}, None, False, "verified", True),
        ({"kind": "toll_free", "stage": "waiting"}, None, False, "waiting", False),
        ({"stage": "bought"}, {"state": "active"}, False, "bought", False),
        ({"stage": "linked"}, {"state": "active"}, True, "linked", False),
        ({"stage": "waiting"}, {"state": "active"}, False, "waiting", False),
        ({}, None, True, "simulated", True),
    ],
)
def test_how_a_number_stands_and_the_database_says_the_same(
    org: Organization,
    number: dict[str, Any],
    registration: dict[str, Any] | None,
    simulated: bool,
    code: str,
    usable: bool,
) -> None:
    row = factories.add(SendingNumber(organization_id=org.id, phone="+16145550190", **number))
    known = None
    if registration is not None:
        known = factories.add(Registration(organization_id=org.id, name="Levy", **registration))
        row.registration_id = known.id
        db.session.flush()
    stands = standing(row, known, TODAY, simulated=simulated)
    assert (stands.code, stands.usable) == (code, usable)
    assert stands.words.endswith(".")
    assert database_says_usable(row, simulated=simulated) is usable


def database_says_usable(number: SendingNumber, *, simulated: bool) -> bool:
    """What hand-outs and clicks go by, on the day TODAY."""
    db.session.execute(
        text(
            "SELECT set_config('p2ptext.carrier_is_simulated', :simulated, true),"
            " set_config('p2ptext.clock_offset_s',"
            " extract(epoch FROM :day - clock_timestamp())::text, true)"
        ),
        {"simulated": "on" if simulated else "off", "day": datetime(2026, 11, 24, 18, tzinfo=UTC)},
    )
    found = db.session.execute(
        text(
            f"SELECT {numbers.USABLE} FROM sending_number n"
            " LEFT JOIN registration g ON g.id = n.registration_id WHERE n.id = :id"
        ),
        {"id": number.id},
    )
    return bool(found.scalar_one())


@pytest.mark.parametrize(
    ("written", "phone", "kind"),
    [
        ("(614) 555-0190", "+16145550190", "10dlc"),
        ("1-888-555-0191", "+18885550191", "toll_free"),
        ("24-636", "24636", "short_code"),
        ("246369", "246369", "short_code"),
    ],
)
def test_the_kind_of_a_number_shows_in_its_digits(
    org: Organization, written: str, phone: str, kind: str
) -> None:
    number = numbers.allot("ohio", written)
    assert isinstance(number, SendingNumber)
    assert (number.phone, number.kind) == (phone, kind)
    assert numbers.find(org.id, written) == number


def test_a_campaign_none_of_whose_numbers_may_send_cannot_be_launched(org: Organization) -> None:
    owner = factories.person(org, "owner")
    sender = factories.number(org, "+16145550190")
    campaign = factories.campaign(org, owner, from_=sender, status="draft")
    pending = factories.add(Registration(organization_id=org.id, name="Levy", state="pending"))
    assert "no_usable_number" not in codes(campaign)
    sender.registration_id = pending.id
    db.session.flush()
    found = {one.code: one.words for one in preflight.check(campaign).blocks}
    assert found["no_usable_number"] == (
        "None of the chosen numbers may send now: (614) 555-0190 is pending."
    )


def codes(campaign: Campaign) -> set[str]:
    return {one.code for one in preflight.check(campaign).blocks}


def test_a_number_takes_no_other_organizations_registration(org: Organization) -> None:
    sender = factories.number(org)
    foreign = factories.add(Registration(organization_id=factories.organization().id, name="Theirs"))
    with pytest.raises(NotFound):
        registering.change(sender, registering.Pace(foreign.id, None), put_back=False)


def test_a_registration_has_a_name_of_its_own(org: Organization) -> None:
    first = registering.save(org.id, None, registering.lowest("Levy"))
    assert isinstance(first, Registration)
    again = registering.save(org.id, None, registering.lowest("LEVY"))
    assert isinstance(again, Fault)
    assert isinstance(registering.save(org.id, first, registering.lowest("LEVY")), Registration)


def run(app: Flask, command: str, *args: str) -> Result:
    chosen = {one.name: one for one in commands.COMMANDS}[command]
    return app.test_cli_runner().invoke(chosen, args)


def test_the_operators_commands(app: Flask, org: Organization) -> None:
    db.session.commit()
    assert run(app, "allot-number", "ohio", "614 555 0190", "--label", "Columbus").exit_code == 0
    said = run(
        app, "set-registration", "ohio", "Levy", "--state", "active", "--expires", "2027-01-31",
        "--segments-per-minute", "240",
    )  # fmt: skip
    assert said.output == "Levy is active: 240 segments a minute.\n"
    assert run(app, "set-registration", "ohio", "levy", "--brand", "BX7").exit_code == 0
    row = db.session.scalars(select(Registration)).one()
    assert (row.name, row.brand, row.expires_on, row.segments_per_minute) == (
        "Levy",
        "BX7",
        date(2027, 1, 31),
        240,
    )
    done = run(app, "set-number", "ohio", "614 555 0190", "--registration", "LEVY", "--per-second", "2")
    assert done.exit_code == 0, done.output
    number = db.session.scalars(select(SendingNumber)).one()
    assert (number.registration_id, number.per_second) == (row.id, 2)
    assert run(app, "set-number", "ohio", "614 555 0190", "--per-second", "0").exit_code == 0
    db.session.expire_all()
    assert (number.registration_id, number.per_second) == (row.id, None)
    assert {event.action for event in db.session.scalars(select(AuditEvent))} >= {
        "number_allotted",
        "number_changed",
        "registration_saved",
    }


@pytest.mark.parametrize(
    ("command", "args", "words"),
    [
        ("set-number", ["nowhere", "614 555 0190"], "There is no organization “nowhere”."),
        ("set-number", ["ohio", "614 555 0199"], "+16145550199 is not a number of this organization."),
        ("set-registration", ["ohio", "Levy", "--segments-per-minute", "5"], "10<=x<=100000"),
    ],
)
def test_a_command_that_cannot_do_it_says_why(
    app: Flask, org: Organization, command: str, args: list[str], words: str
) -> None:
    db.session.commit()
    done = run(app, command, *args)
    assert done.exit_code != 0
    assert words in done.output
