"""Join links, the texting terms and founding: items 7, 25 and 26 of the security checklist."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts import joining, tokens
from p2ptext.accounts.models import AuditEvent, JoinLink, Membership, Organization, Person
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import db
from tests import factories
from tests.accounts.conftest import PASSWORD, Visitor, error_of, link_in, read_mail, someone

NEWCOMER = {
    "name": "Tom Fields",
    "texting_name": "Tom",
    "email": "tom@example.org",
    "password": "wobbly lantern harbor",
}


def link_of(org: Organization, owner: Person, **values: object) -> str:
    """The path of a join link of this organization."""
    row = JoinLink(
        **(
            {
                "organization_id": org.id,
                "created_by": owner.id,
                "expires_at": now() + timedelta(days=1),
                "most_uses": 5,
            }
            | values
        )
    )
    factories.add(row)
    db.session.commit()
    return f"/join/{tokens.join_token(row)}"


def place_of(email: str) -> tuple[str, str] | None:
    found = db.session.execute(
        select(Membership.role, Membership.status)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == email)
    ).first()
    return (found[0], found[1]) if found else None


def test_26_newcomer_waits_and_sees_nothing(app: Flask, visitor: Visitor) -> None:
    org = factories.organization()
    path = link_of(org, someone(org, "owner"))
    assert visitor.post(path, **NEWCOMER).status_code == 302
    assert place_of(NEWCOMER["email"]) == ("volunteer", "pending")
    assert "has to approve you first" in visitor.get("/").text
    assert visitor.get(f"/o/{org.slug}/texting").status_code == 403
    assert visitor.get(f"/o/{org.slug}/terms").status_code == 403


def test_26_unless_the_organization_says_otherwise(app: Flask, visitor: Visitor) -> None:
    org = factories.organization(newcomers_wait=False)
    path = link_of(org, someone(org, "owner"))
    answer = visitor.post(path, **NEWCOMER)
    assert answer.location == f"/o/{org.slug}/texting"
    assert place_of(NEWCOMER["email"]) == ("volunteer", "active")


def test_26_link_leads_a_member_back(app: Flask, visitor: Visitor) -> None:
    org = factories.organization(newcomers_wait=False)
    path = link_of(org, someone(org, "owner"), leads_to=f"/o/{org.slug}/texting/7")
    visitor.post(path, **NEWCOMER)
    again = visitor.get(path)
    assert (again.status_code, again.location) == (302, f"/o/{org.slug}/texting/7")


def test_26_approved_by_a_manager_and_told_by_mail(app: Flask, visitor: Visitor) -> None:
    org = factories.organization()
    manager = Visitor(app, someone(org, "manager"))
    path = link_of(org, someone(org, "owner"))
    visitor.post(path, **NEWCOMER)
    member = db.session.scalars(select(Membership).filter_by(status="pending")).one()
    people = f"/o/{org.slug}/people"
    assert NEWCOMER["email"] in manager.get(people).text
    manager.post(f"{people}/{member.id}/approve", people)
    # Whoever waits on the page is let in by it, not sent to the door.
    assert visitor.get("/").headers.get("Location", "").startswith(f"/o/{org.slug}")
    assert place_of(NEWCOMER["email"]) == ("volunteer", "active")
    (mail,) = read_mail()
    assert mail.to == NEWCOMER["email"]
    assert link_in(mail.text) == "/"


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE join_link SET revoked_at = p2p_now()",
        "UPDATE join_link SET uses = most_uses",
        "UPDATE join_link SET expires_at = p2p_now()",
        "UPDATE join_link SET created_at = created_at - interval '2 seconds'",
        "DELETE FROM join_link",
    ],
)
def test_26_revoked_used_up_old_or_another(app: Flask, visitor: Visitor, end: str) -> None:
    org = factories.organization()
    path = link_of(org, someone(org, "owner"))
    db.session.execute(text(end))
    db.session.commit()
    assert visitor.get(path).status_code == 410
    assert visitor.post(path, "/sign-in", **NEWCOMER).status_code == 410
    assert place_of(NEWCOMER["email"]) is None


@pytest.mark.parametrize("token", ["x", "WzEsMV0.forged", "☃", "a" * 3000, "IlxkIg.x"])
def test_26_forged_link(visitor: Visitor, token: str) -> None:
    assert visitor.get(f"/join/{token}").status_code == 410


def test_26_revoked_on_the_page(app: Flask, visitor: Visitor) -> None:
    org = factories.organization()
    manager = Visitor(app, someone(org, "manager"))
    people = f"/o/{org.slug}/people"
    manager.post(f"{people}/links", people, most_uses="3", days="2")
    row = db.session.scalars(select(JoinLink)).one()
    assert (row.most_uses, round((row.expires_at - row.created_at).total_seconds() / 86400)) == (3, 2)
    path = f"/join/{tokens.join_token(row)}"
    assert path in manager.get(people).text
    assert visitor.get(path).status_code == 200
    manager.post(f"{people}/links/{row.id}/revoke", people)
    assert visitor.get(path).status_code == 410


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"most_uses": "0", "days": "1"}, "from 1 to 1,000"),
        ({"most_uses": "1001", "days": "1"}, "from 1 to 1,000"),
        ({"most_uses": "x", "days": "1"}, "Not a valid integer"),
        ({"most_uses": "1", "days": "91"}, "from 1 to 90"),
    ],
)
def test_26_limits_of_a_link(app: Flask, fields: dict[str, str], says: str) -> None:
    org = factories.organization()
    manager = Visitor(app, someone(org, "manager"))
    people = f"/o/{org.slug}/people"
    answer = manager.post(f"{people}/links", people, **fields)
    assert says in error_of(answer.text)
    assert db.session.scalars(select(JoinLink)).all() == []


def test_26_last_place_is_taken_once(committed_app: Flask) -> None:
    """Eight people press Join at the same moment; the link has room for three."""
    with transaction():
        org = factories.organization()
        owner = factories.person(org, "owner")
        row = factories.add(
            JoinLink(
                organization_id=org.id,
                created_by=owner.id,
                most_uses=3,
                expires_at=now() + timedelta(days=1),
            )
        )
        db.session.refresh(row)
        token = tokens.join_token(row)
        people = [factories.person().id for _ in range(8)]

    def press(person_id: int) -> bool:
        with committed_app.app_context():
            try:
                with transaction():
                    joining.join(token, db.session.get_one(Person, person_id), "Tom")
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        entered = list(pool.map(press, people))
    assert sum(entered) == 3
    db.session.expire_all()
    assert db.session.scalars(select(JoinLink.uses)).one() == 3
    assert len(db.session.scalars(select(Membership).filter_by(role="volunteer")).all()) == 3


@pytest.mark.parametrize(
    ("held", "holds", "uses"),
    [
        (("manager", "active"), ("manager", "active"), 0),
        (("volunteer", "pending"), ("volunteer", "pending"), 0),
        (("volunteer", "suspended"), ("volunteer", "suspended"), 0),
        (("manager", "removed"), ("volunteer", "pending"), 1),
    ],
)
def test_7_26_link_gives_nothing_back(
    app: Flask, held: tuple[str, str], holds: tuple[str, str], uses: int
) -> None:
    """Someone removed waits for approval even where newcomers do not, and comes as a volunteer."""
    org = factories.organization(newcomers_wait=False)
    path = link_of(org, someone(org, "owner"))
    person = someone(org, held[0], email="tom@example.org")
    db.session.scalars(select(Membership).filter_by(person_id=person.id)).one().status = held[1]
    Visitor(app, person).post(path, _page="/profile", texting_name="Tom")
    db.session.expire_all()
    assert place_of("tom@example.org") == holds
    assert db.session.scalars(select(JoinLink.uses)).one() == uses


def test_6_role_and_status_in_the_form_are_ignored(app: Flask, visitor: Visitor) -> None:
    org = factories.organization()
    path = link_of(org, someone(org, "owner"))
    visitor.post(path, **NEWCOMER, role="owner", status="active", is_operator="1", organization_id="1")
    assert place_of(NEWCOMER["email"]) == ("volunteer", "pending")
    assert db.session.scalars(select(Person.is_operator)).all() == [False, False]


def test_someone_elses_address_is_not_taken_over(app: Flask, visitor: Visitor) -> None:
    org = factories.organization()
    path = link_of(org, someone(org, "owner"))
    victim = someone(email="TOM@example.org")
    db.session.commit()
    answer = visitor.post(path, **NEWCOMER)
    assert answer.status_code == 409
    assert not visitor.is_signed_in()
    assert Visitor(app).sign_in(victim.email, PASSWORD).status_code == 302
    assert db.session.scalars(select(JoinLink.uses)).one() == 0


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Amy", None),
        ("Mary Ann", None),
        ("O'Neil", None),
        ("José-María", None),
        ("Иван", None),
        ("Sam Jr.", None),
        ("", "Enter the name"),
        ("x" * 41, "at most 40"),
        ("{first_name}", "plain name"),
        ("evil.example", "plain name"),
        ("http://x", "plain name"),
        ("<b>Amy</b>", "plain name"),
        ("Amy\u202egpj", "cannot be seen"),
        ("Amy\u200bLee", "cannot be seen"),
        ("Amy 555", "plain name"),
    ],
)
def test_28_texting_name_is_a_plain_name(
    app: Flask, visitor: Visitor, name: str, fault: str | None
) -> None:
    org = factories.organization()
    path = link_of(org, someone(org, "owner"))
    answer = visitor.post(path, **(NEWCOMER | {"texting_name": name}))
    assert (fault is None) == (answer.status_code == 302)
    assert fault is None or fault in error_of(answer.text)


def test_terms_come_before_the_first_text(app: Flask) -> None:
    org = factories.organization()
    person = someone(org)
    member = db.session.scalars(select(Membership).filter_by(person_id=person.id)).one()
    member.terms_accepted_at = None
    browser = Visitor(app, person)
    home = browser.get(f"/o/{org.slug}/texting")
    wanted = (
        home.location if home.status_code == 302 else f"/o/{org.slug}/terms?next=/o/{org.slug}/texting"
    )
    answer = browser.post(wanted, texting_name="Amy Lou")
    assert answer.location == f"/o/{org.slug}/texting"
    db.session.expire_all()
    assert member.terms_accepted_at is not None
    assert member.texting_name == "Amy Lou"
    accepted = member.terms_accepted_at
    browser.post(wanted, texting_name="Amy")
    db.session.expire_all()
    assert member.terms_accepted_at == accepted, "the first yes is what counts"
    assert db.session.scalars(select(AuditEvent.action)).all() == ["terms_accepted"]


def test_53_terms_lead_only_within_this_site(app: Flask) -> None:
    org = factories.organization()
    browser = Visitor(app, someone(org))
    answer = browser.post(f"/o/{org.slug}/terms?next=//evil.example", texting_name="Amy")
    assert answer.location == f"/o/{org.slug}/texting"
