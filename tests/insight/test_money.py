"""Pages of what texts cost: their sums are those of the auditor's view, and lead to their texts."""

import csv
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from p2ptext.campaigns.models import Campaign
from p2ptext.counting import charges
from p2ptext.extensions import db
from tests import factories, world

PRICED = {"price": "0.0079", "currency": "EUR", "network": "AT&T"}
TEXTS: list[dict[str, Any]] = [
    PRICED,
    PRICED | {"segments": 3, "network": "Verizon"},
    PRICED | {"price": "0.02", "channel": "mms", "segments": 2},
    PRICED | {"state": "rejected"},
    {"state": "accepted", "segments": 2},
    {"state": "queued"},
    {"state": "unknown"},
    {"price": "0.01", "currency": "USD", "network": "=HYPERLINK(1)"},
]


class Scene:
    """Two campaigns that have sent, another organization that has too, and a manager's browser."""

    def __init__(self, app: Flask) -> None:
        self.org = factories.organization()
        self.by = factories.person(self.org, "manager")
        self.number = factories.number(self.org)
        self.campaigns = [
            factories.campaign(self.org, self.by, from_=self.number, name=name)
            for name in ("North <b>", "South")
        ]
        for place, values in enumerate(TEXTS):
            self.send(self.campaigns[place % 2], place, **values)
        other = factories.organization()
        boss = factories.person(other, "manager")
        theirs = factories.campaign(other, boss, from_=factories.number(other))
        (contact,) = factories.contacts(theirs, boss, ["+16145550180"])
        world.first_text(contact, theirs, boss, **PRICED | {"price": "9.00"})
        db.session.commit()
        self.browser = factories.client(app, self.by)
        db.session.commit()

    def send(self, campaign: Campaign, place: int, **values: Any) -> None:
        (contact,) = factories.contacts(campaign, self.by, [f"+1614555{110 + place:04d}"])
        world.first_text(contact, campaign, self.by, **values)

    def path(self, rest: str = "/money") -> str:
        return f"/o/{self.org.slug}{rest}"

    def of(self, campaign: Campaign) -> str:
        return self.path(f"/campaigns/{campaign.id}/money")


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


_AUDIT = """
SELECT {key} AS key, count(*) AS texts,
  sum(CASE WHEN channel = 'sms' THEN segments ELSE 1 END) AS segments,
  sum(CASE WHEN price IS NOT NULL THEN CASE WHEN channel = 'sms' THEN segments ELSE 1 END * price::numeric END)
    FILTER (WHERE currency = 'EUR') AS eur
FROM qa_message WHERE organization_id = :org
  AND (price IS NOT NULL OR state IN ('accepted','submitted','delivered','undeliverable','no_receipt'))
GROUP BY 1 ORDER BY 1
"""
KEYS = {
    "campaign": "campaign_id::text",
    "network": "coalesce(network, '')",
    "day": "(created_at AT TIME ZONE 'UTC')::date::text",
}


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("table", KEYS)
def test_a_file_says_what_the_auditors_view_says(scene: Scene, table: str, folded: bool) -> None:
    if folded:
        charges.fold()
        db.session.commit()
    answer = scene.browser.get(scene.path(f"/money/{table}.csv?span=all"))
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    found: dict[str, tuple[int, int, Decimal | None]] = {}
    for row in rows:
        eur = Decimal(row["cost"]) if row["currency"] == "EUR" else None
        key = row["key"].removeprefix("'")
        before = found.get(key, (0, 0, None))[2]
        found[key] = (int(row["texts"]), int(row["segments"]), eur if before is None else before)
    audited = db.session.execute(text(_AUDIT.format(key=KEYS[table])), {"org": scene.org.id}).all()
    assert found == {row.key: (row.texts, row.segments, row.eur) for row in audited}


def test_no_cell_of_a_file_is_a_formula(scene: Scene) -> None:
    body = scene.browser.get(scene.path("/money/network.csv")).text
    assert "'=HYPERLINK(1)" in body
    assert not re.search(r"(^|,)=", body, re.MULTILINE)


def links(browser: FlaskClient, path: str) -> dict[str, int]:
    """Every number of a page that leads to texts, by its address."""
    page = browser.get(path)
    assert page.status_code == 200
    found = re.findall(r'<a[^>]*href="([^"]*/money/texts[^"]*)"[^>]*>(.*?)</a>', page.text, re.DOTALL)
    assert found
    return {
        address.replace("&amp;", "&"): int(
            re.sub(r"<span class=\"(?:visually|stat-l).*?</span>|<[^>]+>|[\s,]", "", words)
        )
        for address, words in found
    }


@pytest.mark.parametrize("place", [None, 0, 1])
def test_every_number_leads_to_as_many_texts(scene: Scene, place: int | None) -> None:
    path = scene.path() if place is None else scene.of(scene.campaigns[place])
    for address, count in links(scene.browser, path).items():
        listed = scene.browser.get(address).text
        assert listed.count('scope="row"') == count, address


def test_what_texts_of_others_cost_is_not_told(scene: Scene) -> None:
    for path in (scene.path(), scene.of(scene.campaigns[0]), scene.path("/money/texts")):
        assert "9.00" not in scene.browser.get(path).text


def test_a_name_of_a_campaign_stays_a_name(scene: Scene) -> None:
    page = scene.browser.get(scene.path()).text
    assert "North &lt;b&gt;" in page
    assert "North <b>" not in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": "-3"}, "Enter an amount from 0.01 on"),
        ({"amount": "0"}, "Enter an amount from 0.01 on"),
        ({"amount": "99999999999"}, "Enter an amount from 0.01 on"),
        ({"amount": "ten"}, "Enter an amount, like 250.00"),
        ({"amount": "12,50"}, "Enter an amount, like 250.00"),
        ({"amount": "NaN"}, "Enter an amount, like 250.00"),
        ({"amount": "sNaN"}, "Enter an amount, like 250.00"),
        ({"amount": "-Infinity"}, "Enter an amount, like 250.00"),
        ({"amount": "10", "warn_percent": "0"}, "Enter a percentage from 1 to 100."),
        ({"amount": "10", "currency": "XXX"}, "Choose one: Currency"),
    ],
)
def test_a_budget_that_is_none_is_refused(scene: Scene, typed: dict[str, str], words: str) -> None:
    campaign = scene.campaigns[0]
    body = {"amount": "10", "currency": "EUR", "warn_percent": "80"} | typed
    body["csrf_token"] = world.csrf_token(scene.browser.application, scene.browser)
    answer = scene.browser.post(scene.of(campaign), data=body)
    assert answer.status_code == 422
    assert words in answer.text
    db.session.expire_all()
    assert db.session.get_one(Campaign, campaign.id).budget is None


def test_the_smallest_budget_is_one(scene: Scene) -> None:
    token = world.csrf_token(scene.browser.application, scene.browser)
    body = {"amount": "0.01", "currency": "EUR", "warn_percent": "80", "csrf_token": token}
    assert scene.browser.post(scene.of(scene.campaigns[0]), data=body).status_code == 303


def test_a_budget_is_kept_and_shown(scene: Scene) -> None:
    campaign = scene.campaigns[0]
    token = world.csrf_token(scene.browser.application, scene.browser)
    body = {"amount": "12.50", "currency": "EUR", "warn_percent": "70", "csrf_token": token}
    assert scene.browser.post(scene.of(campaign), data=body).status_code == 303
    db.session.expire_all()
    kept = db.session.get_one(Campaign, campaign.id)
    assert (kept.budget, kept.budget_currency, kept.budget_warn_percent, kept.budget_stops) == (
        Decimal("12.50"),
        "EUR",
        70,
        False,
    )
    assert "12.50 EUR" in scene.browser.get(scene.of(campaign)).text
    assert "12.50 EUR" in scene.browser.get(scene.path()).text
    noted = db.session.scalar(
        text("SELECT detail ->> 'budget' FROM audit_event WHERE action = 'campaign_budget'")
    )
    assert noted == "12.50"


@pytest.mark.parametrize(
    "query",
    ["endpoint=insight.now", "_method=FOO", "org=other", "_external=1&_scheme=javascript", "x=" * 9],
)
def test_the_pager_leads_on_to_the_same_texts_alone(scene: Scene, query: str) -> None:
    for place in range(20, 75):
        scene.send(scene.campaigns[0], place, **PRICED)
    db.session.commit()
    path = scene.path("/money/texts")
    page = scene.browser.get(f"{path}?network=AT%26T&{query}")
    assert page.status_code == 200
    following = re.search(r'href="([^"]*before=\d+[^"]*)"', page.text)
    assert following is not None
    assert re.fullmatch(rf"{path}\?network=AT%26T&amp;before=\d+", following[1])


@pytest.mark.parametrize(
    "query",
    [
        *("?span=8", "/texts?day=yesterday", "/what.csv", "/day.csv?campaign=north"),
        *("/texts?campaign=north", "/texts?number=", "/texts?number=1e3", "/texts?before=-1"),
    ],
)
def test_an_address_that_means_nothing_is_absent(scene: Scene, query: str) -> None:
    assert scene.browser.get(scene.path("/money" + query)).status_code == 404


@pytest.mark.parametrize(("stops", "status"), [(True, "paused"), (False, "refused or running")])
def test_a_campaign_whose_budget_is_used_up_does_not_go_on(
    scene: Scene, stops: bool, status: str
) -> None:
    campaign = scene.campaigns[0]
    campaign.budget, campaign.budget_stops = Decimal("0.01"), stops
    campaign.status, campaign.paused_because = "paused", "budget"
    db.session.commit()
    token = world.csrf_token(scene.browser.application, scene.browser)
    answer = scene.browser.post(
        scene.path(f"/campaigns/{campaign.id}/resume"), data={"csrf_token": token}
    )
    leads_to_money = answer.status_code == 303 and answer.location.endswith("/money")
    assert leads_to_money is (status == "paused")
    if leads_to_money:
        assert "The budget is used up. Give it more" in scene.browser.get(answer.location).text
