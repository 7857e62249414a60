"""Links by person: from a name in the script to the visit that is counted, and to nobody's once erased."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import Organization
from p2ptext.audience import erasing, preflight
from p2ptext.audience.link_models import LinkVisit
from p2ptext.audience.models import Contact, ContactImport
from p2ptext.background import settings, transaction
from p2ptext.campaigns import linking
from p2ptext.campaigns.enclosure_models import CampaignLink
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor, db
from p2ptext.insight.links import _LINKS, LinkRow, links
from p2ptext.rules.links import LENGTH, NOBODY, make_code
from p2ptext.rules.tree import Answer, Step
from tests import factories
from tests.rules.test_link_visits import IMESSAGE, IPHONE, OPENED
from tests.texting.scene import Scene, inbound, scene

FIRST = "Hi {first_name}, {volunteer_name} with Ohio Votes: {vote_page} Reply STOP to opt out."
PAGE = "https://www.example.org/vote?from=text"
PERSON = OPENED | {"user-agent": IPHONE}


def linked(app: Flask, **values: Any) -> tuple[Scene, int]:
    """A running campaign whose texts hold a link."""
    made = scene(app, first=FIRST, **values)
    db.session.get_one(Organization, made.org_id).links_on = True
    link = CampaignLink(
        organization_id=made.org_id,
        campaign_id=made.campaign,
        name="vote_page",
        url=PAGE,
        created_by=made.volunteer,
    )
    factories.add(link)
    db.session.commit()
    return made, link.id


def read_long_ago(made: Scene) -> None:
    db.session.execute(text("UPDATE recipient SET last_texted_at = last_texted_at - interval '1 hour'"))
    db.session.commit()


def code(made: Scene, link_id: int, place: int = 0) -> str:
    return make_code(link_id, made.contacts[place], settings().link_key)


def visits() -> list[tuple[int | None, str, str]]:
    db.session.expire_all()
    rows = db.session.scalars(select(LinkVisit).order_by(LinkVisit.id))
    return [(row.contact_id, row.who, row.why) for row in rows]


def test_every_card_holds_its_own_address_and_it_is_what_leaves(app: Flask) -> None:
    made, link_id = linked(app)
    cards = made.deck()["cards"]
    addresses = [re.findall(r"http://localhost/l/(\w+)", card["text"]) for card in cards]
    assert addresses == [[code(made, link_id, place)] for place in range(3)]
    made.sent()
    (sent,) = made.carrier.texts
    assert f"http://localhost/l/{code(made, link_id)} Reply STOP" in sent.text


def test_a_link_leads_on_and_tells_the_page_nothing(app: Flask) -> None:
    made, link_id = linked(app)
    made.sent()
    read_long_ago(made)
    answer = app.test_client().get(f"/l/{code(made, link_id)}", headers=PERSON)
    assert (answer.status_code, answer.location) == (302, PAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert visits() == [(made.contacts[0], "person", "browser")]


def test_programs_are_led_on_and_counted_for_themselves(app: Flask) -> None:
    made, link_id = linked(app)
    made.sent()
    db.session.execute(text("UPDATE recipient SET last_texted_at = p2p_now()"))
    db.session.commit()
    browser = app.test_client()
    assert browser.head(f"/l/{code(made, link_id)}", headers=PERSON).location == PAGE
    assert browser.get(f"/l/{code(made, link_id)}", headers=PERSON).location == PAGE
    read_long_ago(made)
    preview = PERSON | {"user-agent": IMESSAGE}
    assert browser.get(f"/l/{code(made, link_id)}", headers=preview).location == PAGE
    assert [why for _, _, why in visits()] == ["head", "at_once", "agent"]
    assert links(made.org_id, made.campaign) == [LinkRow(link_id, "vote_page", PAGE, 0, 0, 1)]
    browser.get(f"/l/{code(made, link_id)}", headers=PERSON)
    browser.get(f"/l/{code(made, link_id)}", headers=PERSON)
    browser.get(f"/l/{code(made, link_id, 1)}", headers={"user-agent": "Mystery/1.0"})
    assert links(made.org_id, made.campaign) == [LinkRow(link_id, "vote_page", PAGE, 1, 1, 0)]


def test_the_page_shows_what_the_rows_say(app: Flask) -> None:
    made, link_id = linked(app)
    app.test_client().get(f"/l/{code(made, link_id)}", headers=PERSON)
    db.session.execute(text("UPDATE membership SET role = 'organizer'"))
    db.session.commit()
    shown = made.browser.get(f"/o/{made.org}/campaigns/{made.campaign}").text
    row = re.search(r"vote_page.*?</tr>", shown, re.DOTALL)
    assert row
    assert re.findall(r">(\d+)<", row[0]) == ["1", "0", "0"]


def _read(node: dict[str, Any]) -> float:
    """How many visits a plan that was run has read."""
    own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    mine = own * node["Actual Loops"] if node.get("Relation Name") == "link_visit" else 0
    return float(mine + sum(map(_read, node.get("Plans", ()))))


def test_visits_of_other_campaigns_are_not_read(app: Flask) -> None:
    made, link_id = linked(app)
    other, _ = linked(app)
    app.test_client().get(f"/l/{code(made, link_id)}", headers=PERSON)
    db.session.execute(
        text(
            """WITH others AS (
                 INSERT INTO campaign_link (organization_id, campaign_id, name, url, created_by)
                 SELECT :org, :campaign, 'link_' || n, '', :person FROM generate_series(1, 50) n RETURNING id)
               INSERT INTO link_visit (organization_id, link_id, contact_id, who)
               SELECT :org, id, :contact, 'bot' FROM others, generate_series(1, 100)"""
        ),
        {
            "org": other.org_id,
            "campaign": other.campaign,
            "person": other.volunteer,
            "contact": other.contacts[0],
        },
    )
    db.session.execute(text("ANALYZE link_visit"))
    run = cursor().execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {_LINKS}", (made.org_id, made.campaign))
    ((plans,),) = run.fetchall()
    assert _read(plans[0]["Plan"]) == 1


@pytest.mark.parametrize("bad", ["", "0" * LENGTH, "favicon.ico", "../..", "a" * 200, "%00"])
def test_what_is_no_code_ends_calmly(app: Flask, bad: str) -> None:
    made, _ = linked(app)
    answer = app.test_client().get(f"/l/{bad}", headers=PERSON)
    assert answer.status_code == 404
    assert visits() == []
    assert made.org not in answer.text


def test_ids_of_another_organization_do_not_fit_together(app: Flask) -> None:
    """Even a code that we signed leads nowhere when its contact is not of the link's organization."""
    made, link_id = linked(app)
    other, other_link = linked(app)
    browser = app.test_client()
    mixed = make_code(link_id, other.contacts[0], settings().link_key)
    assert browser.get(f"/l/{mixed}", headers=PERSON).status_code == 404
    browser.get(f"/l/{code(other, other_link)}", headers=PERSON)
    assert links(made.org_id, made.campaign) == [LinkRow(link_id, "vote_page", PAGE, 0, 0, 0)]
    assert links(other.org_id, other.campaign) == [LinkRow(other_link, "vote_page", PAGE, 1, 0, 0)]


def test_a_link_of_nobody_leads_on_and_counts_nobody(app: Flask) -> None:
    _, link_id = linked(app)
    nobody = make_code(link_id, NOBODY, settings().link_key)
    assert app.test_client().get(f"/l/{nobody}", headers=PERSON).location == PAGE
    assert visits() == []


def test_calls_without_end_fill_no_table(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made, link_id = linked(app)
    monkeypatch.setattr("p2ptext.audience.link_visits.MOST_KEPT", 3)
    for _ in range(5):
        app.test_client().get(f"/l/{code(made, link_id)}", headers=PERSON)
    assert len(visits()) == 3


def test_erasing_a_person_breaks_the_tie_and_keeps_the_count(app: Flask) -> None:
    made, link_id = linked(app)
    browser = app.test_client()
    for headers in (PERSON, PERSON | {"user-agent": IMESSAGE}, PERSON):
        browser.get(f"/l/{code(made, link_id)}", headers=headers)
    before = links(made.org_id, made.campaign)
    contact = db.session.get_one(Contact, made.contacts[0])
    with transaction():
        erasing.erase(contact.recipient_id, "asked", made.volunteer)
    assert visits() == [(None, "person", "browser")]
    (at,) = db.session.scalars(select(LinkVisit.at))
    assert (at.hour, at.minute, at.second) == (0, 0, 0)
    assert links(made.org_id, made.campaign) == before
    assert browser.get(f"/l/{code(made, link_id)}", headers=PERSON).location == PAGE
    assert len(visits()) == 1


def words_against(made: Scene) -> str:
    """What the check before a launch says of the campaign."""
    found = preflight.check(db.session.get_one(Campaign, made.campaign))
    return " ".join(one.words for one in found.blocks)


def test_switched_off_the_name_is_no_field_and_old_texts_still_lead_on(app: Flask) -> None:
    made, link_id = linked(app)
    address = code(made, link_id)
    assert "vote_page" not in words_against(made)
    db.session.get_one(Organization, made.org_id).links_on = False
    db.session.commit()
    assert made.deck()["cards"] == []
    assert "The list has no column {vote_page}" in words_against(made)
    assert app.test_client().get(f"/l/{address}", headers=PERSON).location == PAGE


def test_the_longest_text_is_measured_with_the_address_in_it(app: Flask) -> None:
    made, _ = linked(app)
    upload = db.session.scalars(select(ContactImport).filter_by(campaign_id=made.campaign)).one()
    upload.column_map = {"first_name": {"column": 1, "header": "First"}}
    db.session.flush()
    campaign = db.session.get_one(Campaign, made.campaign)
    longest = preflight.check(campaign).longest
    assert longest is not None
    assert re.search(r"http://localhost/l/\w{20} Reply", longest.text)


def test_a_column_of_the_list_never_becomes_a_link(app: Flask) -> None:
    made, _ = linked(app)
    contact = db.session.get_one(Contact, made.contacts[0])
    contact.fields = {"first_name": "{vote_page}", "vote_page": "https://evil.example/"}
    db.session.commit()
    words = made.deck()["cards"][0]["text"]
    assert words.startswith("Hi {vote_page}, ")
    assert "evil" not in words


def test_what_is_offered_after_an_answer_holds_the_persons_own_address(app: Flask) -> None:
    asked = Step("s1", "Will you vote?", (Answer("a1", "Yes", ("Here is how: {vote_page}",)),))
    made, link_id = linked(app, steps=[asked])
    made.sent()
    inbound(app, made.phone(0), "Yes, where?")
    (talk,) = db.session.scalars(text("SELECT id FROM conversation"))
    answer = made.browser.post(
        f"/o/{made.org}/replies/{talk}/answer",
        data={"csrf_token": made.csrf, "step": "s1", "answer": "a1"},
        headers={"Accept": "application/json"},
    )
    assert f"Here is how: http://localhost/l/{code(made, link_id)}" in answer.text


@contextmanager
def domain(made: Scene, host: str) -> Iterator[None]:
    db.session.get_one(Organization, made.org_id).link_domain = host
    db.session.commit()
    yield


def test_on_a_domain_for_links_nothing_else_answers(app: Flask) -> None:
    made, link_id = linked(app)
    with domain(made, "go.example.org"):
        address = made.deck()["cards"][0]["text"].split()[-6]
        assert address == f"https://go.example.org/l/{code(made, link_id)}"
        browser = app.test_client()
        there = {"base_url": "https://go.example.org"}
        assert browser.get(f"/l/{code(made, link_id)}", headers=PERSON, **there).location == PAGE
        for path in ("/", "/sign-in", "/help", f"/o/{made.org}/texting", "/l"):
            assert browser.get(path, **there).status_code == 404
        assert browser.get("/sign-in", base_url="https://go.example.org.").status_code == 404
        assert browser.get("/sign-in", base_url="https://other.example.org").status_code == 200


@pytest.mark.parametrize("base", ["http://localhost", "http://LOCALHOST:8080"])
def test_no_domain_for_links_takes_this_installation_off_the_air(app: Flask, base: str) -> None:
    made, link_id = linked(app)
    with domain(made, "localhost"):
        browser = app.test_client()
        paths = ("/sign-in", "/healthz", f"/l/{code(made, link_id)}")
        answers = [browser.get(path, base_url=base).status_code for path in paths]
        assert answers == [200, 200, 302]
        made.sent()  # volunteers work on
        inbound(app, made.phone(0), "Yes")  # and the carrier reaches us


def test_links_are_named_changed_and_removed_by_rule(app: Flask) -> None:
    made, link_id = linked(app)
    org, campaign = made.org_id, made.campaign
    with transaction():
        taken = linking.add(campaign, org, "vote_page", PAGE, made.volunteer, {})
        column = linking.add(campaign, org, "city", PAGE, made.volunteer, {"city": None})
        bad = linking.change(campaign, org, link_id, "https://bit.ly/x")
        linking.change(campaign, org, link_id, "https://www.example.org/other")
    assert [fault and fault.code for fault in (taken, column, bad)] == [
        "name_taken",
        "name_taken",
        "shortener",
    ]
    found = app.test_client().get(f"/l/{code(made, link_id)}", headers=PERSON)
    assert found.location == "https://www.example.org/other"
