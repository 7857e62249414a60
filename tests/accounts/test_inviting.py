"""Invitations: items 7, 24, 25 and 60 of the security checklist."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts import inviting, throttling
from p2ptext.accounts.models import AuditEvent, Invitation, Membership, Organization, Person
from p2ptext.config import Settings
from p2ptext.extensions import db
from tests import factories
from tests.accounts.conftest import PASSWORD, Visitor, error_of, link_in, read_mail, someone

NEWCOMER = {"name": "Nia Brooks", "texting_name": "Nia", "password": "wobbly lantern harbor"}
INVITED = "nia@example.org"


class House:
    """An organization with an owner and a manager at their browsers."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.org: Organization = factories.organization()
        self.owner = Visitor(app, someone(self.org, "owner"))
        manager = someone(self.org, "manager")
        self.manager_id = manager.id
        self.manager = Visitor(app, manager)
        self.people = f"/o/{self.org.slug}/people"

    def invite(self, email: str = INVITED, role: str = "volunteer", by: Visitor | None = None) -> Any:
        return (by or self.manager).post(f"{self.people}/invite", self.people, email=email, role=role)

    def invited(self, **values: str) -> str:
        """The path of the link in the mail."""
        assert self.invite(**values).status_code == 302  # type: ignore[arg-type]
        return link_in(read_mail()[0].text)

    def role_of(self, email: str) -> tuple[str, str] | None:
        found = db.session.execute(
            select(Membership.role, Membership.status)
            .join(Person, Person.id == Membership.person_id)
            .where(Person.email == email, Membership.organization_id == self.org.id)
        ).first()
        return (found[0], found[1]) if found else None


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def test_new_person_accepts_and_is_in(house: House, visitor: Visitor) -> None:
    path = house.invited(role="organizer")
    assert INVITED in visitor.get(path).text
    assert visitor.post(path, **NEWCOMER).status_code == 302
    assert house.role_of(INVITED) == ("organizer", "active")
    assert visitor.is_signed_in()
    assert Visitor(house.app).sign_in(INVITED, NEWCOMER["password"]).status_code == 302
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["invited", "invitation_accepted"]


def test_what_is_said_without_a_mail_server_is_true(house: House) -> None:
    house.invite()
    page = house.manager.get(house.people).text
    assert f"The invitation to {INVITED} is written, but not mailed: no mail server is set." in page
    assert "Make a join link and hand it on" in page
    assert "/operator/mail" not in page
    operator = Visitor(house.app, someone(house.org, "manager", is_operator=True))
    assert "/operator/mail" in operator.get(house.people).text


@pytest.mark.parametrize(
    ("rows", "mailed", "kept"),
    [
        (["a@b.example"], "The invitation to a@b.example is on its way.", "is written, but not mailed"),
        (["a@b.example"] * 3, "3 invitations are on their way.", "are written, but not mailed"),
    ],
)
def test_what_became_of_invitations(
    app: Flask,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[str],
    mailed: str,
    kept: str,
) -> None:
    assert kept in inviting.told(rows)
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, mail_url="smtp://127.0.0.1:1"))
    assert inviting.told(rows) == mailed


def test_signed_in_person_accepts_with_one_click(house: House) -> None:
    path = house.invited()
    browser = Visitor(house.app, someone(email=INVITED.upper(), name="Nia Brooks"))
    token_before = browser.cookie()
    assert 'value="Nia"' in browser.get(path).text
    assert browser.post(path, texting_name="Nia").status_code == 302
    assert house.role_of(INVITED.upper()) == ("volunteer", "active")
    assert browser.cookie() != token_before, "item 19: a new token when more is allowed"


def test_25_invitation_serves_no_other_address(house: House) -> None:
    path = house.invited(role="manager")
    thief = Visitor(house.app, someone(email="thief@example.org"))
    page = thief.get(path).text
    assert "for another e-mail address" in page
    assert thief.post(path, texting_name="Nia").status_code == 200
    assert house.role_of("thief@example.org") is None
    assert Visitor(house.app).get(path).status_code == 200, "it is still there for whom it was meant"


def test_25_address_in_the_form_is_ignored(house: House, visitor: Visitor) -> None:
    path = house.invited()
    visitor.post(path, **NEWCOMER, email="thief@example.org", role="owner")
    assert house.role_of("thief@example.org") is None
    assert house.role_of(INVITED) == ("volunteer", "active")


def test_25_account_holder_must_sign_in(house: House, visitor: Visitor) -> None:
    """Whoever has the mail but not the password gets neither the account nor the membership."""
    path = house.invited()
    someone(email=INVITED)
    db.session.commit()
    page = visitor.get(path)
    assert f"/sign-in?next={path}" in page.text
    visitor.post(path, **NEWCOMER)
    assert house.role_of(INVITED) is None
    assert Visitor(house.app).sign_in(INVITED, PASSWORD).status_code == 302


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE invitation SET accepted_at = p2p_now()",
        "UPDATE invitation SET cancelled_at = p2p_now()",
        "UPDATE invitation SET expires_at = p2p_now() - interval '1 second'",
        "UPDATE invitation SET token_digest = 'another'",
    ],
)
def test_25_used_cancelled_old_or_unknown(house: House, visitor: Visitor, end: str) -> None:
    path = house.invited()
    visitor.get(path)
    db.session.execute(text(end))
    db.session.commit()
    assert visitor.get(path).status_code == 410
    assert visitor.post(path, "/sign-in", **NEWCOMER).status_code == 410
    assert house.role_of(INVITED) is None


def test_25_it_works_once(house: House, visitor: Visitor) -> None:
    path = house.invited()
    visitor.post(path, **NEWCOMER)
    db.session.execute(text("UPDATE membership SET status = 'removed' WHERE texting_name = 'Nia'"))
    db.session.commit()
    assert visitor.post(path, "/profile", texting_name="Nia").status_code == 410
    assert house.role_of(INVITED) == ("volunteer", "removed")


def test_24_looking_consumes_nothing(house: House, visitor: Visitor) -> None:
    path = house.invited()
    for _ in range(3):
        visitor.get(path)
        visitor.client.head(path)
    assert visitor.post(path, **NEWCOMER).status_code == 302


def test_24_seven_days(house: House) -> None:
    house.invite()
    row = db.session.scalars(select(Invitation)).one()
    assert round((row.expires_at - row.created_at).total_seconds() / 86400, 3) == 7


def test_25_cancelled_on_the_page(house: House, visitor: Visitor) -> None:
    path = house.invited()
    row = db.session.scalars(select(Invitation)).one()
    house.manager.post(f"{house.people}/invitations/{row.id}/cancel", house.people)
    assert visitor.get(path).status_code == 410


def test_25_second_invitation_replaces_the_first(house: House, visitor: Visitor) -> None:
    """A role is frozen at issue: to change it, invite again, and only the newer link works."""
    first = house.invited(role="manager")
    second = house.invited(role="volunteer")
    assert visitor.get(first).status_code == 410
    visitor.post(second, **NEWCOMER)
    assert house.role_of(INVITED) == ("volunteer", "active")


@pytest.mark.parametrize(
    ("by", "role", "status"),
    [
        ("manager", "manager", 302),
        ("manager", "owner", 200),
        ("owner", "owner", 302),
        ("owner", "operator", 200),
        ("manager", "", 200),
    ],
)
def test_7_no_role_above_ones_own(house: House, by: str, role: str, status: int) -> None:
    answer = house.invite(role=role, by=getattr(house, by))
    assert answer.status_code == status
    assert len(db.session.scalars(select(Invitation)).all()) == (status == 302)


@pytest.mark.parametrize(
    ("held", "offered", "holds"),
    [
        (("organizer", "active"), "volunteer", ("organizer", "active")),
        (("volunteer", "active"), "organizer", ("organizer", "active")),
        (("volunteer", "pending"), "volunteer", ("volunteer", "active")),
        (("manager", "removed"), "volunteer", ("volunteer", "active")),
        (("volunteer", "suspended"), "manager", ("volunteer", "suspended")),
    ],
)
def test_accepting_with_a_place_in_the_organization(
    house: House, held: tuple[str, str], offered: str, holds: tuple[str, str]
) -> None:
    path = house.invited(role=offered)
    person = someone(house.org, held[0], email=INVITED)
    db.session.scalars(select(Membership).filter_by(person_id=person.id)).one().status = held[1]
    Visitor(house.app, person).post(path, texting_name="Nia")
    db.session.expire_all()
    assert house.role_of(INVITED) == holds


@pytest.mark.parametrize(
    "email", ["", "nia", "nia@", "nia@example.org\nBcc: all@example.org", "a" * 260]
)
def test_24_address_must_be_one(house: House, email: str) -> None:
    assert house.invite(email).status_code == 200
    assert db.session.scalars(select(Invitation)).all() == []


def test_member_is_not_invited_again(house: House) -> None:
    member = someone(house.org)
    db.session.commit()
    answer = house.invite(member.email.upper())
    assert error_of(answer.text) == "This person is already in the organization."


def test_60_a_manager_may_send_sixty_an_hour(house: House) -> None:
    for _ in range(58):
        throttling.spend(inviting.PER_PERSON, "invite", str(house.manager_id))
    answers = [house.invite(f"n{n}@example.org") for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 200]
    assert "Too many tries" in error_of(answers[2].text)


def test_24_restored_numbers_do_not_revive_a_link(house: House, visitor: Visitor) -> None:
    """The same row number, given again after a restore, has another token."""
    path = house.invited()
    db.session.execute(text("DELETE FROM invitation"))
    db.session.execute(text("ALTER SEQUENCE invitation_id_seq RESTART WITH 1"))
    db.session.execute(text("DELETE FROM letter"))
    db.session.commit()
    again = house.invited()
    assert again != path
    assert visitor.get(path).status_code == 410
