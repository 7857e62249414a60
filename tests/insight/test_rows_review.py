"""Where a list of rows leads to message review, it leads to the same people."""

import pytest
from flask import Flask

from p2ptext.accounts.models import Person
from p2ptext.audience.models import Contact, ContactImport
from p2ptext.extensions import db
from p2ptext.insight import rows_filter, rows_review
from p2ptext.insight.kinds import KINDS
from p2ptext.review import searching
from p2ptext.review.filters import Filter as Review
from p2ptext.texting.models import Message
from tests import factories, world
from tests.insight import evening
from tests.insight.counted import counted
from tests.insight.evening import Evening


@pytest.fixture
def made(app: Flask) -> Evening:
    """An evening on which volunteers' answers failed as well, and people of the first round were tried
    again in the second."""
    found = evening.evening()
    by = db.session.get_one(Person, found.volunteers[0].id)
    firsts = db.session.query(Message).filter_by(kind="first", state="delivered").limit(9).all()
    for first in firsts:
        contact = db.session.get_one(Contact, first.contact_id)
        same = (
            "organization_id",
            "campaign_id",
            "contact_id",
            "conversation_id",
            "recipient_id",
            "number_id",
        )
        values = {name: getattr(first, name) for name in same}
        values |= {"kind": "reply", "text": "x", "encoding": "GSM-7", "segments": 1}
        values |= {"person_id": by.id, "click_id": world.click(contact, by).id}
        factories.add(Message(**values, state="undeliverable" if first.id % 2 else "unknown"))
    counted(found.campaign.id)
    return found


def questions(made: Evening) -> list[tuple[str, str, str]]:
    """Every kind of rows, by everything that review may be asked for."""
    lists = db.session.query(ContactImport).filter_by(campaign_id=made.campaign.id)
    told = {"": [""], "list": [str(one.id) for one in lists], "language": ["", "es"]}
    told |= {"round": ["1", "2"], "zone": ["America/New_York"], "hour": ["2-13"]}
    told["wording"] = [
        f"{round_}:{evening.md5(words.encode(), usedforsecurity=False).hexdigest()}"
        for round_, texts in ((1, evening.FIRST), (2, evening.AGAIN))
        for words in texts
    ]
    asked = [
        (kind, by, key)
        for kind in KINDS
        for by, keys in told.items()
        for key in keys
        if KINDS[kind].where or by in ("", "list")
    ]
    asked += [("waiting", "owner", str(one.id)) for one in made.volunteers]
    return asked + [("chosen", "answer", f"s1:{answer}") for answer in ("a1", "a2")]


def rows(made: Evening, kind: str, by: str, key: str) -> int:
    found = evening.by_hand(made.campaign)
    if by == "answer":
        return len(evening.of_question(found, kind, key))
    return len(evening.expected(found, kind, by, key))


def test_review_is_offered_only_where_it_finds_the_same_people(app: Flask, made: Evening) -> None:
    led = {}
    for kind, by, key in questions(made):
        told = rows_review.arguments(made.campaign, rows_filter.asked(kind, by, key))
        if told:
            led[kind, by, key] = searching.count(made.org.id, Review.from_args(told))
            assert led[kind, by, key] == rows(made, kind, by, key), (kind, by, key)
    assert {(kind, by) for kind, by, _ in led} == {
        *(("waiting", by) for by in ("", "list", "owner")),
        *(("goal", by) for by in ("", "list")),
        ("chosen", "answer"),
    }
    assert led["waiting", "", ""] > 0
    assert led["goal", "", ""] > 0
