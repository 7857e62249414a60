"""Money, networks and wordings in files are those of the pages."""

from collections import defaultdict
from decimal import Decimal

from flask import Flask
from sqlalchemy import text

from p2ptext.campaigns.models import Campaign
from p2ptext.counting import catching_up, charges, reading
from p2ptext.extensions import db
from p2ptext.insight import rates_wordings
from tests.exports.evening import Evening, evening, made, read

PRICES = (
    # price, channel, segments: what a text of it costs
    ("0.0079", "sms", 2, "0.0158"),
    ("0.02", "mms", 3, "0.02"),
    ("0.01", "rcs", 2, "0.01"),
    ("a lot", "sms", 2, ""),
    ("0.0100", "sms", 3, "0.03"),
)


def priced(found: Evening) -> dict[str, str]:
    """Give every text of the evening a price. What each must cost, by its id."""
    ids = db.session.scalars(
        text("SELECT id FROM message WHERE organization_id = :org ORDER BY id"), {"org": found.org_id}
    ).all()
    assert len(ids) >= len(PRICES)
    must = {}
    for place, message_id in enumerate(ids):
        price, channel, segments, cost = PRICES[place % len(PRICES)]
        db.session.execute(
            text(
                "UPDATE message SET price = :price, channel = :channel, segments = :segments,"
                " currency = :currency WHERE id = :id"
            ),
            {
                "price": price,
                "channel": channel,
                "segments": segments,
                "currency": "EUR" if place % 2 else "USD",
                "id": message_id,
            },
        )
        must[str(message_id)] = cost
    db.session.commit()
    return must


def test_a_text_costs_its_price_times_its_parts(committed_app: Flask) -> None:
    found = evening()
    must = priced(found)
    rows = [row for row in read(made(found, "messages").read_bytes()) if row["direction"] == "out"]
    assert {row["id"]: row["cost"] for row in rows} == must
    contacts = read(made(found, "contacts").read_bytes())
    assert {row["cost"] for row in contacts if row["price_per_segment"] == "0.0079"} == {"0.0158"}


def test_costs_add_up_to_what_the_pages_about_money_say(committed_app: Flask) -> None:
    found = evening()
    priced(found)
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in read(made(found, "messages").read_bytes()):
        if row["cost"]:
            sums[row["currency"]] += Decimal(row["cost"])
    told = {one.currency: one.cost for one in charges.of(found.org_id, "all") if one.cost}
    assert len(told) == 2
    assert dict(sums) == told


def test_a_network_has_its_name(committed_app: Flask) -> None:
    found = evening()
    db.session.execute(
        text("UPDATE message SET network = '999999' WHERE contact_id = :id"), {"id": found.contacts[1]}
    )
    db.session.commit()
    for kind in ("contacts", "messages"):
        rows = read(made(found, kind).read_bytes())
        told = {(row["network"], row["network_name"]) for row in rows}
        assert told == {("310410", "AT&T"), ("999999", ""), ("", "")}


def test_wordings_have_the_letters_of_their_page(committed_app: Flask) -> None:
    found = evening()
    # In the script the later wording comes first by its letters, so that a place is no letter.
    db.session.execute(
        text(
            "UPDATE script_version SET document = document || jsonb_build_object("
            "'first', jsonb_build_array('Zebra {first_name}', 'Apple {first_name}'),"
            "'rounds', jsonb_build_object('2', jsonb_build_array('Second', 'Again')))"
            " WHERE campaign_id = :id"
        ),
        {"id": found.campaign_id},
    )
    db.session.execute(
        text("UPDATE message SET variant = 1 WHERE contact_id = :id AND round = 1"),
        {"id": found.contacts[1]},
    )
    db.session.execute(
        text("INSERT INTO changed_contact SELECT id FROM contact WHERE campaign_id = :id"),
        {"id": found.campaign_id},
    )
    db.session.commit()
    while not catching_up.catch_up():
        pass
    rows = read(made(found, "messages").read_bytes())
    firsts = [row for row in rows if row["kind"] == "first" and row["state"] != "cancelled"]
    letters = {(row["round"], row["wording"], row["wording_letter"]) for row in firsts}
    assert letters == {("1", "1", "B"), ("1", "2", "A"), ("2", "2", "A")}
    campaign = db.session.get_one(Campaign, found.campaign_id)
    counted = reading.of(campaign.id, "all", "wording", "time")
    of_page = {
        (contest.round, one.letter, one.text)
        for contest in rates_wordings.contests(campaign, counted)
        for one in contest.wordings
    }
    assert of_page == {
        (1, "A", "Apple {first_name}"),
        (1, "B", "Zebra {first_name}"),
        (2, "A", "Again"),
    }
    assert {row["wording_letter"] for row in rows if row["kind"] != "first"} == {""}
