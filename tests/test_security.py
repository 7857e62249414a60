"""Attacks that belong to no single feature, tried on whole pages.

docs/security.md says which item of the checklist each of these shows.
"""

import csv
import io
import itertools
import json
import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.audience import importing
from p2ptext.audience.models import Contact, ContactImport, RefusedRow
from p2ptext.campaigns.models import Campaign, CampaignNumber
from p2ptext.extensions import db
from p2ptext.texting import live
from tests import factories, world
from tests.audience.lists import receive
from tests.test_permissions import ALL, ROUTES, Route
from tests.texting.scene import Scene, colleague, inbound, scene
from tests.world import World

PAGES = [route for route in ALL if route.method == "GET" and not route.rule.endswith("/live")]
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "</script><!--",
]  # fmt: skip


class Dangers(HTMLParser):
    """What in a page would run or load something it should not."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in ("svg", "iframe", "object", "embed", "base") and "onload" in values:
            self.found.append(f"<{tag}>")
        for name, value in values.items():
            if name.startswith("on") or name == "style":
                self.found.append(f"<{tag} {name}>")
            # A picture of the page's own: as an <img> it can neither run nor load anything.
            drawn = tag == "img" and name == "src" and value.startswith("data:image/svg+xml;")
            if name in ("href", "src", "action", "formaction") and not (drawn or _harmless(value)):
                self.found.append(f"<{tag} {name}={value}>")
        is_data = values.get("type") in ("application/json", "text/plain")
        if tag == "script" and "src" not in values and not is_data:
            self.found.append("inline script")


def _harmless(address: str) -> bool:
    return not re.match(r"[\s\x00-\x1f]*(javascript|data|vbscript):", address, re.IGNORECASE)


def dangers(page: str) -> list[str]:
    reader = Dangers()
    reader.feed(page)
    return reader.found


def test_the_reader_of_dangers_sees_them() -> None:
    assert dangers('<p style="x"><a href="JavaScript:x">a</a><script>x</script><img onerror="x">')
    assert not dangers('<p><a href="/x">a</a><script src="/x.js"></script></p>')
    assert len(dangers("".join(PAYLOADS))) >= 4


@pytest.fixture
def people(app: Flask) -> World:
    return world.build()


WORDS_OF_PEOPLE = {
    "organization": ("name", "stop_confirmation", "help_text"),
    "person": ("name",),
    "membership": ("texting_name",),
    "campaign": ("name",),
    "sending_number": ("label",),
    "contact": ("first_name", "zone_evidence"),
    "contact_import": ("file_name", "consent_source", "consent_basis", "fault"),
    "refused_row": ("words",),
    "inbound_text": ("text", "sender", "verdict_reason"),
    "message": ("text", "reason"),
    "provider_event": ("note",),
    "conversation": ("review_reason",),
    "invitation": ("email",),
    "recipient": ("suppressed_reason",),
}
"""Every column that people, lists or carriers fill with words."""


def poison(payload: str) -> None:
    """Put the payload wherever words are kept."""
    fields = {"first_name": payload, "last_name": payload, "city": payload}
    script = {"first": [payload], "canned": [{"title": payload, "text": payload}]}
    media = [{"type": "image", "url": f"javascript:alert(1)//{payload}", "name": payload}]
    changes = [
        (table, ", ".join(f"{name} = :value" for name in names), payload)
        for table, names in WORDS_OF_PEOPLE.items()
    ]
    changes += [
        ("contact", "fields = CAST(:value AS jsonb)", json.dumps(fields)),
        ("script_version", "document = CAST(:value AS jsonb)", json.dumps(script)),
        ("inbound_text", "media = CAST(:value AS jsonb)", json.dumps(media)),
    ]
    for table, change, value in changes:
        db.session.execute(text(f"UPDATE {table} SET {change}"), {"value": value})
    db.session.commit()


def pages_of(app: Flask, people: World, who: str, mimetype: str = "") -> dict[str, str]:
    """Every page and every answer to a script that this person gets, by address."""
    browser = factories.client(app, db.session.get_one(Person, people.people[who]))
    db.session.commit()
    found = {}
    for route in PAGES:
        answer = browser.get(route.address(people.own))
        assert answer.status_code < 500, (route, who)
        if answer.status_code == 200 and answer.mimetype.startswith(mimetype):
            found[str(route)] = answer.get_data().decode(errors="replace")  # pictures are among them
    return found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_28_no_stored_words_become_markup_on_any_page(app: Flask, people: World, payload: str) -> None:
    poison(payload)
    for who in ("volunteer", "owner", "operator"):
        pages = pages_of(app, people, who, "text/html")
        assert len(pages) > 3
        assert {name: found for name, page in pages.items() if (found := dangers(page))} == {}


CANARIES = {
    "last name": "Zerubabelsen",
    "column the message does not use": "xylophone-street-7",
    "another volunteer's name": "Colleague-Canary",
    "another volunteer's address": "colleague.canary@example.org",
}


def test_5_a_volunteer_gets_nothing_they_do_not_need(app: Flask, people: World) -> None:
    db.session.execute(
        text("UPDATE contact SET fields = fields || CAST(:more AS jsonb)"),
        {
            "more": json.dumps(
                {
                    "last_name": CANARIES["last name"],
                    "street": CANARIES["column the message does not use"],
                }
            )
        },
    )
    person = db.session.get_one(Person, people.people["colleague"])
    person.name = CANARIES["another volunteer's name"]
    person.email = CANARIES["another volunteer's address"]
    db.session.commit()
    pages = pages_of(app, people, "volunteer")
    assert any("cards" in name for name in pages)
    phones = re.compile(r"614\D{0,3}555\D{0,2}01\d\d")
    for name, page in pages.items():
        for kind, canary in CANARIES.items():
            assert canary not in page, (name, kind)
        assert not phones.search(page), name


GET_LOCKS = {
    "GET /reset/<token>": "locks the reset while it looks; test_24_looking_consumes_nothing shows the rest",
    "GET /invitation/<token>": "locks the invitation while it looks; the same test shows the rest",
}


@pytest.mark.parametrize("route", [r for r in PAGES if str(r) not in GET_LOCKS], ids=str)
def test_23_looking_changes_nothing(app: Flask, people: World, route: Route) -> None:
    """Every page is read in a transaction in which the database refuses to write."""
    for who in ("volunteer", "owner", "operator"):
        with world.undone():
            browser = factories.client(app, db.session.get_one(Person, people.people[who]))
            db.session.commit()
            db.session.execute(text("SET TRANSACTION READ ONLY"))
            assert browser.get(route.address(people.own)).status_code < 500, who


def test_23_no_rule_changes_rows_by_looking_it_up() -> None:
    assert set(GET_LOCKS) <= {f"{method} {rule}" for method, rule in ROUTES}


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_23_another_site_cannot_ask_even_with_the_token(app: Flask, headers: dict[str, str]) -> None:
    browser = app.test_client()
    token = {"X-CSRFToken": world.csrf_token(app, browser)}
    assert browser.post("/sign-out", headers=token | headers).status_code == 400
    assert browser.post("/sign-out", headers=token | {"Origin": "http://localhost"}).status_code == 302


def post(app: Flask, who: int, path: str, **form: object) -> int:
    browser = factories.client(app, db.session.get_one(Person, who))
    headers = {"X-CSRFToken": world.csrf_token(app, browser)}
    return browser.post(path, data=form, headers=headers).status_code


def test_2_11_numbers_of_another_organization_cannot_be_chosen(app: Flask, people: World) -> None:
    """Each id of a form with many is looked at."""
    own, foreign = people.own.values["number"], people.other.values["number"]
    path = f"/o/{people.own.slug}/campaigns/{people.own.values['campaign']}/numbers"
    db.session.get_one(Campaign, people.own.values["campaign"]).status = "draft"
    db.session.commit()
    post(app, people.people["owner"], path, numbers=[own, foreign])
    chosen = select(CampaignNumber.number_id).filter_by(campaign_id=people.own.values["campaign"])
    assert set(db.session.scalars(chosen)) == {own}


def test_3_a_card_works_in_its_own_campaign_only(app: Flask) -> None:
    made, other = scene(app), scene(app)
    volunteer = db.session.get_one(Person, made.volunteer)
    second = factories.campaign(_organization(made), volunteer)
    db.session.commit()
    card = made.deck()["cards"][0]
    for campaign in (second.id, other.campaign):
        path = f"/o/{made.org}/texting/{campaign}/send"
        answer = made.post(path, token=card["token"], hash=card["hash"], age_ms=40)
        assert answer.status_code in (404, 409)
    assert made.send(card).status_code == 202


def _organization(made: Scene) -> Organization:
    return db.session.get_one(Organization, made.org_id)


def test_4_a_colleagues_conversation_is_not_in_the_list(app: Flask) -> None:
    made = scene(app)
    made.sent()
    assert inbound(app, made.phone(0), "Yes, I am in").status_code == 200
    path = f"/o/{made.org}/replies"
    assert "Yes, I am in" in made.browser.get(path).get_data(as_text=True)
    other = colleague(made)
    assert "Yes, I am in" not in other.browser.get(path).get_data(as_text=True)
    assert other.browser.get(f"/o/{made.org}/waiting").get_json()["waiting"] == 0


@pytest.mark.parametrize("how", ["suspended", "removed", "session ended", "account disabled"])
def test_10_an_open_stream_ends_when_its_person_is_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Rights are looked at again whenever nothing came for PING_S, four seconds in earnest."""
    assert live.PING_S <= 5
    monkeypatch.setattr(live, "PING_S", 0.01)
    made = scene(app)
    stream = made.browser.get(f"/o/{made.org}/live")
    lines = iter(stream.response)
    assert b"ping" in next(lines)
    assert b"still here" in next(lines)
    db.session.execute(text(OUT[how]), {"person": made.volunteer})
    db.session.commit()
    assert len(list(itertools.islice(lines, 20))) < 20
    stream.close()


OUT = {
    "suspended": "UPDATE membership SET status = 'suspended' WHERE person_id = :person",
    "removed": "UPDATE membership SET status = 'removed' WHERE person_id = :person",
    "session ended": "UPDATE web_session SET ended_at = p2p_now() WHERE person_id = :person",
    "account disabled": "UPDATE person SET disabled_at = p2p_now() WHERE id = :person",
}

FORMULAS = ["=1+1", "==1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠A1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_31_a_downloaded_list_holds_no_formula(app: Flask, people: World, cell: str) -> None:
    row = db.session.get_one(RefusedRow, people.own.values["refused_row"])
    row.row, row.words = [cell, f'a "quoted", {cell}'], cell
    db.session.commit()
    browser = factories.client(app, db.session.get_one(Person, people.people["owner"]))
    path = f"/o/{people.own.slug}/campaigns/imports/{people.own.values['import']}/refused.csv"
    answer = browser.get(path)
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"), newline="")))
    cells = [value for line in rows[1:] for value in line]
    assert any(cell.strip() in value for value in cells)
    assert not [value for value in cells if value[:1] in "=+-@\t\r＝＋－＠" and value]


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "a\x00b.csv", "..\\..\\x.csv", "C:\\x.csv"]
)
def test_33_a_files_name_is_never_a_path(app: Flask, name: str) -> None:
    org = factories.organization()
    owner = factories.person(org, "owner")
    campaign = factories.campaign(org, owner, status="draft")
    db.session.commit()
    before = set(importing.upload_folder().parent.rglob("*"))
    import_id = receive(campaign, "first_name,phone\nMaria,6145550100\n", name)
    stored = db.session.get_one(ContactImport, import_id).stored_as
    assert re.fullmatch(r"[\w.-]+", stored)
    assert ".." not in stored
    made = set(importing.upload_folder().parent.rglob("*")) - before
    assert {path.name for path in made if path.is_file()} == {stored}


def test_8_nothing_is_sent_before_the_launch(app: Flask, people: World) -> None:
    """The steps of a campaign cannot be taken out of order by calling their addresses."""
    db.session.get_one(Campaign, people.own.values["campaign"]).status = "draft"
    db.session.commit()
    base = f"/o/{people.own.slug}/texting/{people.own.values['campaign']}"
    for step in ("take", "skip", "done", "heartbeat"):
        assert post(app, people.people["volunteer"], f"{base}/{step}") == 404, step
    assert (
        db.session.scalar(select(func.count()).select_from(Contact).where(Contact.state == "texted"))
        == 2
    )


def test_12_34_names_and_searches_of_any_length_are_answered(app: Flask, people: World) -> None:
    browser = factories.client(app, db.session.get_one(Person, people.people["owner"]))
    for words in ("a" * 8000, "%" * 200, "'; DROP TABLE person; --", "\\", "\x00", "(" * 200):
        answer = browser.get(f"/o/{people.own.slug}/people", query_string={"q": words, "page": "-1"})
        assert answer.status_code < 500, words[:10]
    assert db.session.scalar(select(func.count()).select_from(Membership))
