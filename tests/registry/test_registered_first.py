"""With a real carrier nothing first leaves from a number that is not registered: launch, hand-out, click."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.audience import preflight
from p2ptext.campaigns import numbers
from p2ptext.campaigns.models import Campaign, Registration, SendingNumber
from p2ptext.extensions import db
from tests import factories
from tests.texting.scene import OURS, Scene, scene


@pytest.fixture
def made(app: Flask) -> Iterator[Scene]:
    """A running campaign of an installation whose carrier is a real one; nothing is ever sent to it."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(usual, vonage_api_host="api.nexmo.com", clock_offset_s=0)
    db.session.execute(text("SELECT set_config('p2ptext.carrier_is_simulated', 'off', false)"))
    yield scene(app)
    app.config["SETTINGS"] = usual


def change(**values: Any) -> None:
    """Of the number of the scene."""
    sender = db.session.scalars(select(SendingNumber).filter_by(phone=OURS)).one()
    for name, value in values.items():
        setattr(sender, name, value)
    db.session.commit()


def blocks(made: Scene) -> dict[str, str]:
    found = preflight.check(db.session.get_one(Campaign, made.campaign)).blocks
    return {one.code: one.words for one in found}


def test_a_number_without_registration_launches_nothing_and_sends_nothing(made: Scene) -> None:
    assert blocks(made)["no_usable_number"] == (
        "None of the chosen numbers may send now: (614) 555-0190 is not registered."
    )
    deck = made.deck()
    assert deck["cards"] == []
    assert "No number of this campaign may send just now." in deck["words"]


def test_a_card_from_before_is_refused(made: Scene) -> None:
    registered(made, "active")
    card = made.deck()["cards"][0]
    change(registration_id=None)
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_number")


def test_an_active_registration_opens_it(made: Scene) -> None:
    registered(made, "active")
    assert "no_usable_number" not in blocks(made)
    assert made.send(made.deck()["cards"][0]).status_code == 202


@pytest.mark.parametrize("state", ["draft", "brand_sent", "brand_approved", "pending", "refused"])
def test_one_that_is_on_its_way_does_not(made: Scene, state: str) -> None:
    registered(made, state)
    assert "no_usable_number" in blocks(made)
    assert made.deck()["cards"] == []


def test_a_toll_free_number_waits_for_its_verification(made: Scene) -> None:
    toll_free = numbers.allot(made.org, "888 555 0191")
    assert isinstance(toll_free, SendingNumber)
    assert toll_free.stage == "waiting"
    change(kind="toll_free", stage="waiting")
    assert blocks(made)["no_usable_number"].endswith("(614) 555-0190 is waiting.")
    change(stage="ready")
    assert "no_usable_number" not in blocks(made)


def registered(made: Scene, state: str) -> None:
    row = factories.add(Registration(organization_id=made.org_id, name="Levy", state=state))
    change(registration_id=row.id)
