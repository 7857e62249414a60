"""create-owner, and how an organization gets its address."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.accounts import commands, founding, passwords
from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.extensions import db
from tests.accounts.conftest import hashed, link_in, read_mail, someone

RUTH = ["--email", "ruth@example.org", "--org-name", "Ohio Votes", "--name", "Ruth Meyer"]


def run(app: Flask, *arguments: str, typed: str = "") -> tuple[int, str]:
    result = app.test_cli_runner().invoke(commands.create_owner, [*RUTH, *arguments], input=typed)
    return result.exit_code, result.output


def test_password_is_made_and_shown_once(app: Flask) -> None:
    code, output = run(app, "--operator")
    assert code == 0, output
    shown = re.search(r"shown only now\): (\S+)", output)
    assert shown
    person = db.session.scalars(select(Person)).one()
    assert passwords.matches(person.password_hash, shown[1])
    assert person.is_operator
    assert db.session.scalars(select(Organization.slug)).one() == "ohio-votes"
    member = db.session.scalars(select(Membership)).one()
    assert (member.role, member.status, member.texting_name) == ("owner", "active", "Ruth")


def test_password_is_asked_for_until_it_is_good(app: Flask) -> None:
    good = "wobbly lantern harbor"
    code, output = run(app, "--ask-password", typed=f"short\nshort\n{good}\n{good}\n")
    assert code == 0, output
    assert "at least 8" in output
    assert good not in output
    assert passwords.matches(db.session.scalars(select(Person.password_hash)).one(), good)


def test_link_is_mailed(app: Flask) -> None:
    code, output = run(app, "--send-link")
    assert code == 0, output
    assert "Password" not in output
    assert link_in(read_mail()[0].text).startswith("/reset/")


def test_person_with_an_account_keeps_it(app: Flask) -> None:
    person = someone(email="RUTH@example.org", name="Ruth", is_operator=True)
    db.session.commit()
    code, output = run(app)
    assert code == 0, output
    assert "an account already" in output
    db.session.expire_all()
    assert (person.password_hash, person.name, person.is_operator) == (hashed(), "Ruth", True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--email", "ruth"], "no e-mail address"),
        (["--name", "  "], "Neither name"),
        (["--org-name", "OHIO  votes!"], "address /o/ohio-votes already"),
    ],
)
def test_refusals(app: Flask, arguments: list[str], says: str) -> None:
    assert run(app)[0] == 0
    code, output = run(app, *arguments)
    assert code != 0
    assert says in output
    assert len(db.session.scalars(select(Organization)).all()) == 1


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ohio Votes", "ohio-votes"),
        ("Événements & Cie", "evenements-cie"),
        ("../../etc", "etc"),
        ("食物", "organization"),
        ("A" * 80, "a" * 50),
    ],
)
def test_slug(name: str, slug: str) -> None:
    assert founding.slug_of(name) == slug
