"""The operator's shop against the simulated carrier, over real HTTP: bought once, linked, allotted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from p2ptext.accounts.models import AuditEvent, Organization
from p2ptext.campaigns import numbers
from p2ptext.campaigns.models import SendingNumber
from p2ptext.extensions import db
from p2ptext.registry import commands
from p2ptext.sms.number_market import Done, NumberMarket
from tests import factories
from tests.simulator.rig import Simulator, simulator
from tests.sms.wire import API_KEY, APPLICATION


@pytest.fixture(scope="module")
def carrier() -> Iterator[Simulator]:
    with simulator(VONAGE_API_SECRET="made-up-api-secret") as running:
        yield running


@pytest.fixture
def shop(app: Flask, carrier: Simulator) -> Iterator[Flask]:
    """The application with the carrier that sells numbers, and two organizations."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        usual, vonage_api_host=carrier.url, vonage_api_key=API_KEY, vonage_application_id=APPLICATION
    )
    factories.organization(slug="ohio")
    factories.organization(slug="iowa")
    db.session.commit()
    yield app
    app.config["SETTINGS"] = usual


def run(app: Flask, command: str, *args: str, says: str = "") -> Result:
    chosen = {one.name: one for one in commands.COMMANDS}[command]
    return app.test_cli_runner().invoke(chosen, args, input=says)


def row(phone: str) -> SendingNumber | None:
    db.session.expire_all()
    return db.session.scalar(select(SendingNumber).where(SendingNumber.phone == phone))


def test_a_search_says_the_price_and_buys_nothing(shop: Flask) -> None:
    found = run(shop, "search-numbers", "--area-code", "614", "--most", "2")
    assert found.output == (
        "+16145550100  0.90 EUR a month  SMS, MMS, VOICE\n"
        "+16145550101  0.90 EUR a month  SMS, MMS, VOICE\n"
        "2 of 100 shown.\n"
    )
    assert list(db.session.scalars(select(SendingNumber))) == []


def test_buying_asks_before_money_is_spent(shop: Flask) -> None:
    declined = run(shop, "buy-number", "ohio", "614 555 0111", says="n\n")
    assert "Buy +16145550111 for ohio, 0.90 EUR a month? [y/N]" in declined.output
    assert declined.exit_code != 0
    assert row("+16145550111") is None
    assert "+16145550111" in run(shop, "search-numbers", "--area-code", "6145550111").output


def test_a_number_is_bought_linked_and_ready(shop: Flask) -> None:
    bought = run(shop, "buy-number", "ohio", "614 555 0112", "--yes", "--label", "Columbus")
    assert bought.exit_code == 0, bought.output
    number = row("+16145550112")
    assert number is not None
    assert (number.stage, number.can_mms, number.label, number.kind) == (
        "bought",
        True,
        "Columbus",
        "10dlc",
    )
    linked = run(shop, "link-number", "614 555 0112")
    assert linked.output == "+16145550112 is linked: texts to it come here.\n"
    number = row("+16145550112")
    assert number is not None
    assert number.stage == "ready"  # this carrier knows no registry to wait for
    org = db.session.scalars(select(Organization).where(Organization.slug == "ohio")).one()
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "number_bought")).one()
    assert (told.organization_id, told.detail) == (org.id, {"euros_a_month": "0.90"})


def test_a_purchase_without_an_answer_is_found_in_the_account(shop: Flask) -> None:
    bought = run(shop, "buy-number", "ohio", "614 555 0197", "--yes")
    assert bought.exit_code == 0, bought.output
    assert row("+16145550197") is not None


def test_a_number_that_was_just_sold_is_not_allotted(shop: Flask) -> None:
    gone = run(shop, "buy-number", "ohio", "614 555 0198", "--yes")
    assert "Vonage answered 420." in gone.output
    assert row("+16145550198") is None


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("nowhere", "614 555 0113"), "There is no organization “nowhere”."),
        (("ohio", "614 555 7113"), "+16145557113 is not on sale."),
        (("ohio", "24636"), "Short codes are leased by contract."),
        (("ohio", "614"), "number"),
    ],
)
def test_what_cannot_be_bought_is_said_before_anything_is_asked(
    shop: Flask, args: tuple[str, str], words: str
) -> None:
    said = run(shop, "buy-number", *args, "--yes")
    assert said.exit_code != 0
    assert words in said.output


def test_a_number_of_another_organization_is_not_bought_again(shop: Flask) -> None:
    numbers.allot("iowa", "614 555 0114")
    db.session.commit()
    said = run(shop, "buy-number", "ohio", "614 555 0114", "--yes")
    assert "+16145550114 is allotted already." in said.output
    assert "iowa" not in said.output


def test_what_the_account_has_already_is_not_bought_twice(shop: Flask, carrier: Simulator) -> None:
    """As after a purchase whose process was killed before it was written down."""
    market = NumberMarket(shop.config["SETTINGS"])
    assert market.buy("+16145550116") == Done()
    said = run(shop, "buy-number", "ohio", "614 555 0116", "--yes")
    assert "+16145550116 is bought already and belongs to no organization." in said.output
    done = run(shop, "allot-number", "ohio", "614 555 0116", "--stage", "bought")
    assert done.exit_code == 0, done.output
    assert run(shop, "link-number", "614 555 0116").exit_code == 0
    number = row("+16145550116")
    assert number is not None
    assert (number.stage, number.can_mms) == ("ready", True)


def test_a_stranger_number_cannot_be_linked(shop: Flask) -> None:
    said = run(shop, "link-number", "614 555 0115")
    assert said.exit_code != 0
    assert "420" in said.output
