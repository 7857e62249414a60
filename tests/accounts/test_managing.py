"""What managers may do with people: items 1, 2, 6, 7, 10, 12, 19 and 20 of the security checklist."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, g
from sqlalchemy import select

from p2ptext.accounts import managing, people_views, throttling
from p2ptext.accounts.access import Member, Org
from p2ptext.accounts.models import AuditEvent, Membership, Person
from p2ptext.background import transaction
from p2ptext.errors import NotAllowed
from p2ptext.extensions import db
from tests import factories
from tests.accounts.conftest import Visitor, someone


def membership(person: Person) -> Membership:
    db.session.expire_all()
    return db.session.scalars(select(Membership).filter_by(person_id=person.id)).one()


@pytest.mark.parametrize(
    ("actor", "target", "role", "status"),
    [
        ("manager", "volunteer", "organizer", 302),
        ("manager", "volunteer", "manager", 302),
        ("manager", "manager", "volunteer", 302),
        ("manager", "volunteer", "owner", 403),
        ("manager", "owner", "volunteer", 403),
        ("owner", "owner", "manager", 302),
        ("owner", "volunteer", "owner", 302),
        ("owner", "volunteer", "operator", 403),
        ("owner", "volunteer", "", 403),
        ("organizer", "volunteer", "organizer", 403),
        ("volunteer", "volunteer", "organizer", 403),
    ],
)
def test_7_who_gives_which_role(app: Flask, actor: str, target: str, role: str, status: int) -> None:
    org = factories.organization()
    someone(org, "owner")
    acts, other = someone(org, actor), someone(org, target)
    browser, theirs = Visitor(app, acts), Visitor(app, other)
    row = membership(other)
    path = f"/o/{org.slug}/people/{row.id}/role"
    assert browser.post(path, "/profile", role=role).status_code == status
    assert membership(other).role == (role if status == 302 else target)
    assert theirs.is_signed_in() is (status != 302), "item 20: a new role signs the person out"


@pytest.mark.parametrize(
    ("before", "deed", "after"),
    [
        ("pending", "approve", "active"),
        ("pending", "decline", "removed"),
        ("active", "suspend", "suspended"),
        ("suspended", "resume", "active"),
        ("active", "remove", "removed"),
        ("suspended", "remove", "removed"),
        ("removed", "approve", None),
        ("removed", "resume", None),
        ("pending", "suspend", None),
        ("active", "decline", None),
        ("active", "promote", None),
    ],
)
def test_steps_from_one_status_to_another(app: Flask, before: str, deed: str, after: str | None) -> None:
    org = factories.organization()
    browser, other = Visitor(app, someone(org, "manager")), someone(org)
    membership(other).status = before
    db.session.commit()
    path = f"/o/{org.slug}/people/{membership(other).id}/{deed}"
    answer = browser.post(path, "/profile")
    assert answer.status_code == (302 if after else 404 if deed == "promote" else 409)
    assert membership(other).status == (after or before)
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert actions == ([deed] if after else [])
    if after:
        assert browser.post(path, "/profile").status_code == 302, "a second press does no harm"
        assert db.session.scalars(select(AuditEvent.action)).all() == actions


@pytest.mark.parametrize("deed", ["suspend", "remove"])
def test_10_20_out_with_the_next_request(app: Flask, deed: str) -> None:
    org = factories.organization()
    manager, other = Visitor(app, someone(org, "manager")), someone(org, "organizer")
    theirs = Visitor(app, other)
    assert theirs.get(f"/o/{org.slug}/terms").status_code == 200
    manager.post(f"/o/{org.slug}/people/{membership(other).id}/{deed}", "/profile")
    assert not theirs.is_signed_in()
    again = Visitor(app, other)
    assert again.get(f"/o/{org.slug}/terms").status_code == 404


@pytest.mark.parametrize("deed", ["suspend", "remove", "role"])
def test_12_nobody_touches_their_own_place(app: Flask, deed: str) -> None:
    """So the last owner stays: a manager cannot touch owners, and an owner not themself."""
    org = factories.organization()
    owner = someone(org, "owner")
    browser = Visitor(app, owner)
    path = f"/o/{org.slug}/people/{membership(owner).id}/{deed}"
    assert browser.post(path, "/profile", role="volunteer").status_code == 403
    assert (membership(owner).role, membership(owner).status) == ("owner", "active")


def test_12_two_owners_cannot_remove_each_other_at_once(committed_app: Flask) -> None:
    with transaction():
        org = factories.organization()
        people = [factories.person(org, "owner") for _ in range(2)]
        rows = db.session.scalars(select(Membership.id).order_by(Membership.id)).all()
        here = Org(org.id, org.slug, org.name)
        assert len(people) == 2

    def remove(pair: tuple[int, int]) -> bool:
        with committed_app.test_request_context():
            g.org = here
            try:
                with transaction():
                    managing.move(
                        Member(pair[0], "owner", "active", "Amy", None), here.id, pair[1], "remove"
                    )
            except NotAllowed:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(remove, [(rows[0], rows[1]), (rows[1], rows[0])]))
    assert sorted(done) == [False, True]
    left = db.session.scalars(select(Membership).filter_by(status="active")).all()
    assert len(left) == 1


@pytest.mark.parametrize("deed", ["suspend", "remove", "role", "approve"])
def test_2_another_organizations_member_does_not_exist(app: Flask, deed: str) -> None:
    org, other_org = factories.organization(), factories.organization()
    browser, stranger = Visitor(app, someone(org, "owner")), someone(other_org)
    db.session.commit()
    answer = browser.post(
        f"/o/{org.slug}/people/{membership(stranger).id}/{deed}", "/profile", role="manager"
    )
    assert answer.status_code == 404
    assert (membership(stranger).role, membership(stranger).status) == ("volunteer", "active")


def test_2_people_page_shows_only_ones_own(app: Flask) -> None:
    org, other_org = factories.organization(), factories.organization()
    mine, theirs = someone(org, name="Ruth Meyer"), someone(other_org, name="Hidden Name")
    page = Visitor(app, someone(org, "manager")).get(f"/o/{org.slug}/people").text
    assert mine.email in page
    assert theirs.email not in page
    assert "Hidden Name" not in page


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("ruth", ["Ruth Meyer"]),
        ("MEYER", ["Ruth Meyer"]),
        ("100%", ["Pat 100%"]),
        ("%", ["Pat 100%"]),
        ("_", []),
        ("' OR 1=1 --", []),
        ("nobody", []),
    ],
)
def test_30_search_takes_letters_as_letters(app: Flask, words: str, finds: list[str]) -> None:
    org = factories.organization()
    for name in ("Ruth Meyer", "Pat 100%", "Amy Chen"):
        someone(org, name=name)
    page = Visitor(app, someone(org, "manager", name="Boss")).get(
        f"/o/{org.slug}/people", query_string={"q": words}
    )
    assert [name for name in ("Ruth Meyer", "Pat 100%", "Amy Chen") if name in page.text] == finds


def test_60_search_has_a_limit(app: Flask) -> None:
    org = factories.organization()
    manager = someone(org, "manager")
    browser = Visitor(app, manager)
    for _ in range(119):
        throttling.spend(people_views.SEARCHES, "people-search", str(manager.id))
    codes = [browser.get(f"/o/{org.slug}/people?q=a").status_code for _ in range(2)]
    assert codes == [200, 429]


def test_28_names_are_text_on_the_page(app: Flask) -> None:
    org = factories.organization()
    someone(org, name='<script>alert(1)</script>"><img src=x>')
    page = Visitor(app, someone(org, "owner")).get(f"/o/{org.slug}/people").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_pages_of_fifty(app: Flask) -> None:
    org = factories.organization()
    for n in range(55):
        someone(org, name=f"Member {n:02}")
    browser = Visitor(app, someone(org, "manager", name="Boss"))
    first, second = (browser.get(f"/o/{org.slug}/people?page={n}").text for n in (1, 2))
    shown = [[n for n in range(55) if f"Member {n:02}" in page] for page in (first, second)]
    assert shown == [list(range(49)), list(range(49, 55))]
