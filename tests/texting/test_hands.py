"""The page on which cards are given out, what a volunteer sees of it, and links into a campaign."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from p2ptext.accounts import joining, tokens
from p2ptext.accounts.models import JoinLink, Membership, Organization, Person
from p2ptext.audience import batching
from p2ptext.audience.models import Batch, ContactImport
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from tests import factories
from tests.audience.hands import fill
from tests.texting.scene import Scene, scene
from tests.world import csrf_token


class Desk:
    """An organizer's browser on the page of a campaign."""

    def __init__(self, made: Scene, role: str = "manager") -> None:
        self.app, self.made = made.app, made
        org = db.session.get_one(Organization, made.org_id)
        self.browser = factories.client(made.app, factories.person(org, role))
        db.session.commit()
        self.csrf = csrf_token(made.app, self.browser)
        self.url = f"/o/{made.org}/campaigns/{made.campaign}/hands"

    def page(self, **query: str) -> str:
        answer = self.browser.get(self.url, query_string=query)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def press(self, path: str, **form: Any) -> str:
        """What the page says after it."""
        answer = self.browser.post(
            f"{self.url}/{path}", data={"csrf_token": self.csrf, **form}, follow_redirects=True
        )
        assert answer.status_code == 200
        found = re.search(
            r"data-flash>.*?\"alert-body\">(.*?)</p>", answer.get_data(as_text=True), re.DOTALL
        )
        return found[1].strip() if found else ""


@pytest.fixture
def made(app: Flask) -> Scene:
    """Amy holds three cards; ten batches of four wait."""
    made = scene(app)
    fill(db.session.get_one(Campaign, made.campaign), 10, 4)
    db.session.commit()
    return made


def test_the_page_says_who_has_what(made: Scene) -> None:
    desk = Desk(made)
    made.send(made.deck()["cards"][0])
    assert desk.press(f"{made.volunteer}/give", batches=2) == "2 batches given."
    page = desk.page()
    assert "2 cards in hand, 8 cards given and not yet taken, 1 sent" in re.sub(r"\s+", " ", page)
    assert "cards each" not in page  # lists are cut by the size of their day: no one number is true
    assert re.search(r"Batches nobody has yet</span>\s*<span class=\"stat-value\">8<", page)
    assert "Nobody found" in desk.page(q="zzz")
    assert "Amy Adams" in desk.page(q="amy")


@pytest.mark.parametrize("batches", ["", "0", "101", "x", "-1"])
def test_a_number_of_batches_that_is_none_is_said(made: Scene, batches: str) -> None:
    said = Desk(made).press(f"{made.volunteer}/give", batches=batches)
    assert said == "Enter how many batches, from 1 to 100."
    assert not db.session.scalars(select(Batch).where(Batch.reserved_for.is_not(None))).all()


def test_more_than_there_is_gives_what_there_is(made: Scene) -> None:
    desk = Desk(made)
    said = desk.press(f"{made.volunteer}/give", batches=11)
    assert said == "Only 10 batches could be given: no more are free."
    said = desk.press(f"{made.volunteer}/give", batches=1)
    assert said == "No batch is left to give: each is finished, or with other volunteers."


def test_cards_taken_back_cannot_be_sent(made: Scene) -> None:
    card = made.deck()["cards"][0]
    desk = Desk(made, "organizer")
    assert desk.press(f"{made.volunteer}/take-back") == "1 batch came back."
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_yours")
    assert answer.get_json()["words"]
    assert made.deck()["state"] == "no_batch"
    assert desk.press(f"{made.volunteer}/take-back") == "They have no cards any more."


def test_where_managers_give_the_volunteer_is_told_to_ask(made: Scene) -> None:
    desk = Desk(made)
    desk.press(f"{made.volunteer}/take-back")
    assert desk.press("policy", hand_out="given").startswith("Saved.")
    home = made.browser.get(f"/o/{made.org}/texting").get_data(as_text=True)
    assert "A manager gives out the cards of this campaign. Ask for some." in home
    assert "Start texting" not in home
    assert "Ask for some" in made.deck()["words"]
    taken = made.browser.post(
        f"{made.base}/take", data={"csrf_token": made.csrf}, follow_redirects=True
    ).get_data(as_text=True)
    assert "In this campaign a manager gives out the cards, and you have none. Ask for some." in taken
    desk.press(f"{made.volunteer}/give", batches=1)
    home = made.browser.get(f"/o/{made.org}/texting").get_data(as_text=True)
    assert "Start texting" in home
    assert made.browser.post(f"{made.base}/take", data={"csrf_token": made.csrf}).status_code == 303
    assert len(made.deck()["cards"]) in (3, 4)  # of a list that begins with the same people


def test_who_is_suspended_is_shown_until_their_cards_are_back(made: Scene) -> None:
    desk = Desk(made)
    member = db.session.scalars(select(Membership).filter_by(person_id=made.volunteer)).one()
    member.status = "suspended"
    db.session.commit()
    page = desk.page()
    assert "Amy Adams" in page
    assert re.search(r"tag-warning\">Left<", page)
    assert batching.return_expired() == 1
    db.session.commit()
    assert "Amy Adams" not in desk.page()


def test_who_has_enough_in_hand_reads_why_there_is_no_more(made: Scene) -> None:
    org = db.session.get_one(Organization, made.org_id)
    owner = factories.person(org)
    more = [factories.campaign(org, owner) for _ in range(3)]
    for one in more:
        fill(one, 1, 2)
    ids = [one.id for one in more]
    db.session.commit()
    answers = [
        made.browser.post(f"/o/{made.org}/texting/{one}/take", data={"csrf_token": made.csrf})
        for one in ids
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 302]
    said = made.browser.get(f"/o/{made.org}/texting").get_data(as_text=True)
    assert "You have cards of 3 other campaigns in your hand." in said


def test_an_organizer_gives_cards_but_decides_no_rules(made: Scene) -> None:
    desk = Desk(made, "organizer")
    assert 'name="hand_out"' not in desk.page()
    answer = desk.browser.post(f"{desk.url}/policy", data={"csrf_token": desk.csrf, "hand_out": "given"})
    assert answer.status_code == 403


def join(app: Flask, address: str) -> tuple[FlaskClient, Any]:
    browser = app.test_client()
    token = csrf_token(app, browser)
    form = {
        "csrf_token": token, "email": "new@example.org", "name": "Nora New", "texting_name": "Nora",
        "password": "correct horse battery", "accept": "y",
    }  # fmt: skip
    return browser, browser.post(address, data=form)


def link_of(desk: Desk) -> str:
    found = re.search(r'value="[^"]*(/join/[^"]+)"', desk.page())
    assert found
    return found[1]


def terms(app: Flask, browser: FlaskClient, address: str) -> Any:
    page = browser.get(address)
    assert page.status_code == 302
    form = {"csrf_token": csrf_token(app, browser), "texting_name": "Nora"}
    return browser.post(page.headers["Location"], data=form)


def test_a_campaigns_link_leads_newcomers_to_its_cards(made: Scene) -> None:
    org = db.session.get_one(Organization, made.org_id)
    org.newcomers_wait = False
    db.session.commit()
    desk = Desk(made)
    assert desk.press("link") == "The join link is ready to copy."
    browser, answer = join(made.app, link_of(desk))
    assert (answer.status_code, answer.headers["Location"]) == (302, made.base)
    accepted = terms(made.app, browser, made.base)
    assert accepted.headers["Location"] == made.base
    token = csrf_token(made.app, browser)
    assert browser.get(made.base).status_code == 200
    taken = browser.post(f"{made.base}/take", data={"csrf_token": token})
    assert (taken.status_code, taken.headers["Location"]) == (303, made.base)
    assert browser.get(f"{made.base}/cards").get_json()["state"] == "ready"


def test_who_waits_for_approval_is_led_there_once_they_are_let_in(made: Scene) -> None:
    desk = Desk(made)
    desk.press("link")
    browser, answer = join(made.app, link_of(desk))
    assert answer.headers["Location"] == "/"
    assert browser.get("/").status_code == 200
    who = db.session.scalars(select(Person).filter_by(email="new@example.org")).one()
    db.session.scalars(select(Membership).filter_by(person_id=who.id)).one().status = "active"
    db.session.commit()
    assert browser.get("/").headers["Location"] == made.base
    assert browser.get("/").headers["Location"] == f"/o/{made.org}/texting"


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_a_link_leads_nowhere_but_here(made: Scene, path: str) -> None:
    org = db.session.get_one(Organization, made.org_id)
    org.newcomers_wait = False
    made_by = db.session.scalars(select(Membership.person_id).filter_by(organization_id=org.id)).first()
    row = joining.new_link(made_by or 0, org.id, 5, 5, leads_to=path)
    db.session.refresh(row)
    address = f"/join/{tokens.join_token(row)}"
    db.session.commit()
    _, answer = join(made.app, address)
    assert answer.headers["Location"] == f"/o/{org.slug}/texting"


def test_links_of_other_campaigns_stand_on_their_own_pages(made: Scene) -> None:
    desk = Desk(made)
    desk.press("link")
    other = factories.campaign(
        db.session.get_one(Organization, made.org_id), db.session.get_one(Person, made.volunteer)
    )
    db.session.commit()
    desk.url = desk.url.replace(str(made.campaign), str(other.id))
    assert "/join/" not in desk.page()
    row = db.session.scalars(select(JoinLink)).one()
    assert row.leads_to == made.base


def test_a_card_that_cannot_be_written_is_set_aside_and_comes_back(app: Flask) -> None:
    made = scene(app, people=2, first="Hi {first_name} in {city}. Reply STOP to opt out.")
    lacking, fine = made.contacts
    upload = db.session.scalars(select(ContactImport)).one()
    upload.column_map = {
        name: {"column": n, "header": name} for n, name in enumerate(("first_name", "city"))
    }
    db.session.execute(
        text('UPDATE contact SET fields = fields || \'{"city": "Dayton"}\' WHERE id = :id'), {"id": fine}
    )
    db.session.commit()
    deck = made.deck()
    assert [card["id"] for card in deck["cards"]] == [f"{fine}:1"]
    assert deck["progress"]["total"] == 1
    state = text("SELECT state, ended_reason FROM contact WHERE id = :id")
    assert tuple(db.session.execute(state, {"id": lacking}).one()) == ("ended", "missing_value")
    assert made.send(deck["cards"][0]).status_code == 202
    assert made.deck()["state"] == "list_finished"
    desk = Desk(made)
    rows = desk.browser.get(f"/o/{made.org}/campaigns/{made.campaign}/rows/ended").get_data(as_text=True)
    assert "The list lacks a value that the message needs." in rows
    batch_id = db.session.scalar(text("SELECT batch_id FROM contact WHERE id = :id"), {"id": lacking})
    batching.give_back(batch_id or 0, made.volunteer)
    db.session.commit()
    changed = desk.browser.post(
        f"/o/{made.org}/campaigns/{made.campaign}/message",
        data={
            "csrf_token": desk.csrf, "action": "save",
            "text": "Hi {first_name} in {city|Ohio}, it is Ohio Votes. Reply STOP to opt out.",
        },
    )  # fmt: skip
    assert changed.status_code == 302, changed.get_data(as_text=True)
    db.session.expire_all()
    assert tuple(db.session.execute(state, {"id": lacking}).one()) == ("ready", None)
    assert db.session.get_one(Batch, batch_id).state == "open"


def test_cards_whose_hours_end_first_come_first(app: Flask) -> None:
    made = scene(app, people=4)
    chicago, both = "{America/Chicago}", "{America/New_York,America/Chicago}"
    zones = dict(zip(made.contacts, (chicago, "{America/New_York}", chicago, both), strict=True))
    for contact_id, where in zones.items():
        db.session.execute(
            text("UPDATE contact SET zones = CAST(:z AS text[]) WHERE id = :id"),
            {"z": where, "id": contact_id},
        )
    db.session.commit()
    ids = [f"{contact_id}:1" for contact_id in made.contacts]
    deck = made.deck()
    first = [card["id"] for card in deck["cards"]]
    assert first == [ids[1], ids[3], ids[0], ids[2]]
    closes = deck["closes_at"]
    # It stays so while they are sent, and closes_at moves with what is left.
    made.send(deck["cards"][0])
    assert [card["id"] for card in made.deck()["cards"]] == first[1:]
    assert made.deck()["closes_at"] == closes
    made.send(deck["cards"][1])
    assert made.deck()["closes_at"] > closes
