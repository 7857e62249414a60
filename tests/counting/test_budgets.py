"""What a campaign has cost, against its budget, and that it stops when that is used up."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.counting import budgets, charges
from p2ptext.extensions import db
from p2ptext.texting.models import Message, Outbox
from tests import factories, world


class Scene:
    """A running campaign with a number, and as many contacts as are asked for."""

    def __init__(self, **values: Any) -> None:
        self.org = factories.organization()
        self.texted = 0
        self.by = factories.person(self.org, "manager")
        number = factories.number(self.org)
        self.campaign = factories.campaign(self.org, self.by, from_=number, **values)

    def text(self, **values: Any) -> Message:
        self.texted += 1
        phone = f"+1614555{99 + self.texted:04d}"
        (contact,) = factories.contacts(self.campaign, self.by, [phone])
        return world.first_text(contact, self.campaign, self.by, **values)

    def spending(self) -> budgets.Spending:
        db.session.flush()
        found = budgets.of_campaign(self.campaign.id)
        assert found is not None
        return found


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(budget=Decimal("1.00"), budget_currency="EUR")


PRICED = {"price": "0.0100", "currency": "EUR"}


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize(
    ("texts", "cost", "unpriced", "others"),
    [
        ([], "0", 0, ()),
        ([PRICED], "0.01", 0, ()),
        ([PRICED | {"segments": 3}], "0.03", 0, ()),
        ([PRICED | {"segments": 3, "channel": "mms"}], "0.01", 0, ()),
        ([PRICED, {}], "0.01", 1, ()),
        ([PRICED, {"price": "free", "currency": "EUR"}], "0.01", 1, ()),
        ([PRICED, {"price": "0.02", "currency": "USD"}], "0.01", 1, ("USD",)),
        ([PRICED, {"price": "0.02", "currency": None}], "0.01", 1, ()),
        ([PRICED | {"state": "rejected"}], "0.01", 0, ()),
        ([{"state": "rejected"}, {"state": "queued"}, {"state": "unknown"}], "0", 0, ()),
    ],
)
def test_what_was_spent(
    scene: Scene, texts: list[Any], cost: str, unpriced: int, others: Any, folded: bool
) -> None:
    for values in texts:
        scene.text(**values)
    db.session.flush()
    if folded:
        charges.fold()
    spent = scene.spending()
    assert (spent.cost, spent.unpriced, spent.other_currencies) == (Decimal(cost), unpriced, others)


def test_a_receipt_that_says_a_price_later_moves_the_sum(scene: Scene) -> None:
    message = scene.text(state="accepted", segments=2)
    assert (scene.spending().cost, scene.spending().unpriced) == (0, 2)
    charges.fold()
    message.price, message.currency, message.state = "0.0100", "EUR", "delivered"
    assert (scene.spending().cost, scene.spending().unpriced) == (Decimal("0.02"), 0)


def test_what_waits_counts_with_what_segments_cost_lately(scene: Scene) -> None:
    scene.text(price="0.0300", currency="EUR")
    message = scene.text(state="queued", segments=2)
    factories.add(
        Outbox(
            message_id=message.id,
            organization_id=scene.org.id,
            urgency=2,
            due_at=message.created_at,
            number_id=message.number_id,
            segments=2,
        )
    )
    db.session.flush()
    charges.fold()
    spent = scene.spending()
    assert (spent.waiting, spent.segment_price, spent.price_is_known) == (2, Decimal("0.03"), True)
    assert spent.expected == Decimal("0.09")


@pytest.mark.parametrize(
    ("budget", "stops", "status"),
    [
        ("0.03", True, "running"),
        ("0.02", True, "paused"),
        ("0.01", True, "paused"),
        ("0.02", False, "running"),
        (None, True, "running"),
    ],
)
def test_a_campaign_stops_when_its_budget_is_used_up(
    scene: Scene, budget: str | None, stops: bool, status: str
) -> None:
    campaign = scene.campaign
    campaign.budget, campaign.budget_stops = Decimal(budget) if budget else None, stops
    for _ in range(2):
        scene.text(**PRICED)
    db.session.flush()
    charges.fold()
    stopped = [budgets.stop_used_up(), budgets.stop_used_up()]
    db.session.expire_all()
    found = db.session.get_one(Campaign, campaign.id)
    assert found.status == status
    assert found.paused_because == ("budget" if status == "paused" else None)
    assert stopped == [int(status == "paused"), 0]
    noted = db.session.scalar(
        text(
            "SELECT count(*) FROM audit_event WHERE action = 'campaign_status' AND organization_id = :org"
        ),
        {"org": scene.org.id},
    )
    assert noted == stopped[0]


def test_a_budget_in_a_currency_that_no_receipt_is_in_stops_a_campaign_too(scene: Scene) -> None:
    scene.campaign.budget = Decimal("0.03")
    for sent, status in enumerate(("running", "running", "paused"), start=1):
        scene.text(price="0.0300", currency="USD")
        db.session.flush()
        charges.fold()
        assert scene.spending().expected == sent * budgets.USUAL
        assert budgets.stop_used_up() == int(status == "paused")
        db.session.expire_all()
        assert db.session.get_one(Campaign, scene.campaign.id).status == status


def test_another_organizations_texts_cost_this_one_nothing(scene: Scene) -> None:
    other = Scene(budget=Decimal("0.01"))
    other.text(**PRICED)
    assert scene.spending().cost == 0
    with transaction():
        charges.fold()
    assert [one.campaign_id for one in budgets.of_campaigns(scene.org.id)] == [scene.campaign.id]
