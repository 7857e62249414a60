"""Asking for numbers and bringing one along: the organization's pages and the operator's answers."""

import re
from datetime import date

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from p2ptext.accounts.letter_texts import WRITERS
from p2ptext.accounts.models import Letter, Membership, Organization, Person
from p2ptext.background import transaction
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.registry import commands, porting, wishing
from p2ptext.registry.models import NumberPort, NumberWish
from p2ptext.registry.wishing import Wish
from p2ptext.rules.fault import Fault
from p2ptext.rules.number_steps import PORT_MOVES, PORT_STATES
from tests import factories

EVIL = "<script>alert(1)</script>{{ 7 * 7 }}"


@pytest.fixture
def org(app: Flask) -> Organization:
    return factories.organization(slug="ohio")


@pytest.fixture
def owner(org: Organization) -> Person:
    return factories.person(org, "owner", name="Olivia Owner")


def run(app: Flask, command: str, *args: str) -> Result:
    chosen = {one.name: one for one in commands.COMMANDS}[command]
    return app.test_cli_runner().invoke(chosen, args)


def post(browser: FlaskClient, path: str, **fields: object) -> str:
    """Fill the form of a page in and send it; the page that comes after."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found
    sent = browser.post(path, data={"csrf_token": found[1], **fields}, follow_redirects=True)
    assert sent.status_code == 200, sent.text
    return sent.text


def test_a_wish_waits_and_is_answered(app: Flask, org: Organization, owner: Person) -> None:
    browser = factories.client(app, owner)
    shown = post(browser, "/o/ohio/numbers/ask", kind="10dlc", how_many=2, area_code="614", note=EVIL)
    assert "2 × local number, 614" in shown
    assert "Waits" in shown
    wish = db.session.scalars(select(NumberWish)).one()
    listed = run(app, "number-wishes").output
    assert f"{wish.id}  ohio: 2 x local number, area code 614" in listed
    assert "asked by Olivia Owner" in listed
    done = run(app, "number-wishes", "--answer", str(wish.id), "--words", f"Next week {EVIL}")
    assert done.exit_code == 0, done.output
    assert run(app, "number-wishes").output == "Nobody waits for a number.\n"
    assert "answered: Next week" in run(app, "number-wishes", "--all").output
    shown = browser.get("/o/ohio/numbers").text
    assert "Next week &lt;script&gt;" in shown
    assert "<script>alert" not in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"how_many": 0}, "Enter 1 to 100."),
        ({"how_many": 101}, "Enter 1 to 100."),
        ({"area_code": "14"}, "Enter the three digits of an area code."),
        ({"note": "x" * 1001}, "1000"),
    ],
)
def test_a_wish_that_makes_no_sense_is_sent_back(
    app: Flask, org: Organization, owner: Person, fields: dict[str, object], words: str
) -> None:
    values = {"kind": "10dlc", "how_many": 1, "area_code": "", "note": ""} | fields
    shown = post(factories.client(app, owner), "/o/ohio/numbers/ask", **values)
    assert words in shown
    assert db.session.scalar(select(NumberWish)) is None


def test_ten_wishes_are_enough(org: Organization, owner: Person) -> None:
    wish = Wish("10dlc", "", 1, "")
    for _ in range(wishing.MOST_OPEN):
        assert isinstance(wishing.ask(org.id, wish, owner.id), NumberWish)
    assert isinstance(wishing.ask(org.id, wish, owner.id), Fault)


def test_a_number_moves_here_step_by_step(app: Flask, org: Organization, owner: Person) -> None:
    browser = factories.client(app, owner)
    shown = post(
        browser,
        "/o/ohio/numbers/bring",
        phone="614 555 0188",
        from_provider="Old Bell",
        note="Since 1999",
    )
    assert "(614) 555-0188" in shown
    assert "Since 1999" in shown
    port = db.session.scalars(select(NumberPort)).one()
    assert f"{port.id}  ohio: +16145550188 from Old Bell: asked" in run(app, "ports").output
    for state in ("papers", "sent"):
        assert run(app, "ports", "--set", str(port.id), "--state", state).exit_code == 0
    set_ = run(
        app,
        "ports",
        "--set",
        str(port.id),
        "--state",
        "scheduled",
        "--due",
        "2026-12-01",
        "--note",
        EVIL,
    )
    assert set_.output == "+16145550188: scheduled.\n"
    post(browser, f"/o/ohio/numbers/moves/{port.id}", words="Please not before noon")
    shown = browser.get(f"/o/ohio/numbers/moves/{port.id}").text
    assert "Tuesday, Dec 1, 2026" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in shown
    assert shown.index("Since 1999") < shown.index("Please not before noon")
    assert "link-number" in run(app, "ports", "--set", str(port.id), "--state", "done").output
    assert run(app, "ports").output == "No number is on its way.\n"
    assert db.session.get_one(NumberPort, port.id).due_on == date(2026, 12, 1)


def test_all_that_is_wrong_with_a_move_is_said_at_once(
    app: Flask, org: Organization, owner: Person
) -> None:
    shown = post(factories.client(app, owner), "/o/ohio/numbers/bring", phone="614", from_provider="")
    assert "Enter the provider&#39;s name." in shown
    assert 'id="phone-error"' in shown


def test_the_operator_reads_what_was_asked_for_and_the_command(
    app: Flask, org: Organization, owner: Person
) -> None:
    operator = factories.person(name="Rita Runs", is_operator=True)
    wish = wishing.ask(org.id, Wish("10dlc", "614", 2, EVIL), owner.id)
    assert isinstance(wish, NumberWish)
    porting.begin(org.id, porting.NewPort("614 555 0188", "Old Bell", ""), owner.id)
    db.session.commit()
    browser = factories.client(app, operator)
    assert "/operator/numbers" in browser.get("/profile").text
    shown = browser.get("/operator/numbers").text
    assert "2 × local number, area code 614" in shown
    assert f"number-wishes --answer {wish.id} --words" in shown
    assert "(614) 555-0188" in shown
    assert "<script>alert" not in shown
    with transaction():
        wishing.answer(wish.id, "Here")
    assert "Nobody waits for a number." in browser.get("/operator/numbers").text


def test_whoever_asked_is_told_by_mail_and_the_mail_holds_no_number(
    org: Organization, owner: Person
) -> None:
    wish = wishing.ask(org.id, Wish("10dlc", "614", 1, ""), owner.id)
    port = porting.begin(org.id, porting.NewPort("614 555 0188", "Old Bell", ""), owner.id)
    assert isinstance(wish, NumberWish)
    assert isinstance(port, NumberPort)
    assert letters_to(owner) == []
    with transaction():
        wishing.answer(wish.id, "Here it is: 614 555 0104")
        porting.set_state(port.id, "papers", "the bill of 614 555 0188")
    first, second = letters_to(owner)
    assert first[0] == "Your wish for a number is answered"
    assert "/o/ohio/numbers\n" in first[1]
    assert second[0] == "The number that you bring along: papers needed"
    assert f"/o/ohio/numbers/moves/{port.id}\n" in second[1]
    assert "555" not in str([first, second])
    member = db.session.scalars(select(Membership).filter_by(person_id=owner.id)).one()
    member.status = "removed"
    with transaction():
        porting.set_state(port.id, "sent")
    assert len(letters_to(owner)) == 2


def letters_to(person: Person) -> list[tuple[str, str]]:
    """Subject and text of every mail that waits for them."""
    rows = db.session.scalars(select(Letter).filter_by(to_email=person.email).order_by(Letter.id))
    written = [WRITERS[row.kind](row) for row in rows]
    return [one for one in written if one is not None]


def test_steps_of_a_move_follow_one_another() -> None:
    assert set(PORT_MOVES) == set(PORT_STATES)
    assert PORT_MOVES["done"] == PORT_MOVES["cancelled"] == ()
    assert all(set(moves) <= set(PORT_STATES) for moves in PORT_MOVES.values())


def test_a_step_that_cannot_follow_is_refused(app: Flask, org: Organization, owner: Person) -> None:
    port = porting.begin(org.id, porting.NewPort("614 555 0188", "Old Bell", ""), owner.id)
    assert isinstance(port, NumberPort)
    db.session.commit()
    said = run(app, "ports", "--set", str(port.id), "--state", "done")
    assert "A port that is asked cannot become done." in said.output
    assert (
        run(app, "ports", "--set", "999", "--state", "sent").output == "Error: There is no port 999.\n"
    )


def test_calling_it_off_ends_once_the_old_provider_was_asked(org: Organization, owner: Person) -> None:
    port = porting.begin(org.id, porting.NewPort("614 555 0188", "Old Bell", ""), owner.id)
    assert isinstance(port, NumberPort)
    with transaction():
        porting.set_state(port.id, "sent")
    with pytest.raises(Refused):
        porting.cancel(port, owner.id)
    other = porting.begin(org.id, porting.NewPort("614 555 0187", "Old Bell", ""), owner.id)
    assert isinstance(other, NumberPort)
    porting.cancel(other, owner.id)
    assert other.state == "cancelled"
    assert isinstance(
        porting.begin(org.id, porting.NewPort("6145550187", "B", ""), owner.id), NumberPort
    )


@pytest.mark.parametrize("phone", ["24636", "614", "call me", "(614) 555-0104", "+1 614 555 0188"])
def test_a_number_that_cannot_move_is_sent_back(org: Organization, owner: Person, phone: str) -> None:
    factories.number(org, "+16145550104")
    porting.begin(org.id, porting.NewPort("614 555 0188", "Old Bell", ""), owner.id)
    assert isinstance(porting.begin(org.id, porting.NewPort(phone, "Old Bell", ""), owner.id), Fault)


def test_nobody_sees_what_belongs_to_another_organization(
    app: Flask, org: Organization, owner: Person
) -> None:
    """Another's number gives the same words as a free one, and no page names it."""
    other = factories.organization(slug="iowa")
    theirs = factories.number(other, "+16145550199")
    factories.number(org, "+16145550104")
    port = porting.begin(
        other.id, porting.NewPort("614 555 0188", "Old Bell", ""), factories.person().id
    )
    wishing.ask(other.id, Wish("10dlc", "515", 1, "their secret"), owner.id)
    assert isinstance(port, NumberPort)
    mine = porting.begin(org.id, porting.NewPort("614 555 0199", "Old Bell", ""), owner.id)
    assert isinstance(mine, NumberPort)
    browser = factories.client(app, owner)
    shown = browser.get("/o/ohio/numbers").text
    assert "555-0104" in shown
    assert "555-0188" not in shown
    assert "515" not in shown
    for path in (f"/o/ohio/numbers/{theirs.id}", f"/o/ohio/numbers/moves/{port.id}", "/o/iowa/numbers"):
        assert browser.get(path).status_code == 404
