"""The front door: items 13, 15, 19, 20, 21, 22, 23, 51 and 53 of the security checklist."""

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts import passwords, signing_in, throttling
from p2ptext.accounts.models import Membership, Person, WebSession
from p2ptext.extensions import db, limiter
from tests import factories
from tests.accounts.conftest import PASSWORD, PHONE, Visitor, error_of, hashed, someone

ELSEWHERE = "203.0.113.9"


@pytest.mark.parametrize(
    ("written", "password", "enters", "why"),
    [
        ("amy@example.org", PASSWORD, True, "the right pair"),
        ("  AMY@Example.ORG ", PASSWORD, True, "addresses are the same in capitals"),
        ("amy@example.org", PASSWORD + " ", False, "a password is taken as it is"),
        ("amy@example.org", "x" * 129, False, "longer than any password"),
        ("bob@example.org", PASSWORD, False, "nobody by that address"),
        ("gone@example.org", PASSWORD, False, "disabled"),
        ("new@example.org", PASSWORD, False, "has no password yet"),
        ("amy@example.org'--", PASSWORD, False, "SQL is only letters"),
    ],
)
def test_15_who_enters_and_one_answer_for_all_others(
    app: Flask, visitor: Visitor, written: str, password: str, enters: bool, why: str
) -> None:
    someone(email="amy@example.org")
    someone(email="gone@example.org", disabled_at=text("p2p_now()"))
    factories.person(email="new@example.org")
    db.session.commit()
    answer = visitor.sign_in(written, password)
    assert visitor.is_signed_in() is enters, why
    assert (answer.status_code, answer.location) == ((302, "/") if enters else (200, None))
    assert enters or error_of(answer.text) == signing_in.WRONG


def test_13_argon2id_with_enough_memory() -> None:
    found = PasswordHasher().check_needs_rehash
    assert passwords.hash_password("anything").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert found(hashed()), "the test must see other parameters as other"


def test_13_weaker_hash_is_renewed_at_sign_in(app: Flask, visitor: Visitor) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    person = someone(password_hash=weak)
    db.session.commit()
    assert visitor.sign_in(person.email).status_code == 302
    db.session.expire_all()
    renewed = db.session.get_one(Person, person.id).password_hash
    assert renewed != weak
    assert not passwords.is_outdated(renewed)
    assert passwords.matches(renewed, PASSWORD)


def test_14_over_long_password_is_never_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[object] = []
    monkeypatch.setattr(passwords, "off_the_loop", lambda *work: worked.append(work))
    assert not passwords.matches(hashed(), "x" * 129)
    assert worked == []


def test_15_unknown_address_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    real = passwords._hasher.verify

    class Counting:
        def verify(self, stored: str, given: str) -> bool:
            verified.append(stored)
            return real(stored, given)

    passwords._nobodys_hash()
    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert passwords.matches(hashed(), "wrong password") is False
    assert passwords.matches(None, "wrong password") is False
    assert passwords.matches("!", "wrong password") is False
    cost = [stored[:31] for stored in verified if stored.startswith("$")]
    assert cost == ["$argon2id$v=19$m=19456,t=2,p=1$"] * 3


def test_15_guessing_one_account_from_one_place_is_slowed(app: Flask, visitor: Visitor) -> None:
    person = someone()
    db.session.commit()
    for _ in range(10):
        assert visitor.sign_in(person.email, "a wrong password").status_code == 200
    answer = visitor.sign_in(person.email, PASSWORD)
    assert answer.status_code == 429
    assert error_of(answer.text) == "Too many tries. Wait 15 minutes, then try again."
    assert 0 < int(answer.headers["Retry-After"]) <= 901
    assert not visitor.is_signed_in()


def test_15_stranger_cannot_lock_an_account(app: Flask) -> None:
    person = someone()
    db.session.add(
        WebSession(
            person_id=person.id, token_digest=b"old", ip="198.51.100.7", ended_at=text("p2p_now()")
        )
    )
    stranger = Visitor(app, place=ELSEWHERE)
    for _ in range(11):
        stranger.sign_in(person.email, "a wrong password")
    # Other places use up what is left to the account in places it does not know.
    elsewhere = ("sign-in", throttling.digest(person.email))
    for _ in range(90):
        throttling.spend(signing_in.PER_ACCOUNT_ELSEWHERE, *elsewhere)
    new_place = Visitor(app, place="192.0.2.44")
    assert new_place.sign_in(person.email).status_code == 429
    at_home = Visitor(app, place="198.51.100.7")
    assert at_home.sign_in(person.email).status_code == 302


def test_15_one_place_may_not_try_many_accounts(app: Flask, visitor: Visitor) -> None:
    for _ in range(100):
        signing_in.note_failure(visitor.place)
    assert visitor.sign_in("anyone@example.org").status_code == 429
    assert Visitor(app, place=ELSEWHERE).sign_in("anyone@example.org").status_code == 200


def test_15_a_full_office_signs_in_from_one_address(app: Flask) -> None:
    people = [someone() for _ in range(30)]
    db.session.commit()
    for person in people:
        assert Visitor(app).sign_in(person.email).status_code == 302


def test_15_own_slips_are_forgotten_after_the_right_password(app: Flask) -> None:
    person = someone()
    db.session.commit()
    for _ in range(3):
        browser = Visitor(app)
        for _ in range(4):
            browser.sign_in(person.email, "a slip of the hand")
        assert browser.sign_in(person.email).status_code == 302


def test_15_limits_hold_while_redis_is_down(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Down:
        def hit(self, *_: object, cost: int = 1) -> bool:
            raise throttling.RedisError

        test = clear = hit

    monkeypatch.setattr(limiter, "_limiter", Down())
    monkeypatch.setattr(throttling, "_silent_until", 0.0)
    throttling.spend("2 per minute", "down", "a")
    throttling.spend("2 per minute", "down", "a")
    throttling.check("3 per minute", "down", "a")
    with pytest.raises(throttling.TooMany):
        throttling.spend("2 per minute", "down", "a")
    throttling.forget("2 per minute", "down", "a")
    throttling.spend("2 per minute", "down", "a")
    throttling.forget("2 per minute", "down", "a")


def test_19_each_sign_in_has_a_new_token_and_an_empty_cookie(app: Flask, visitor: Visitor) -> None:
    person = someone()
    db.session.commit()
    with visitor.client.session_transaction() as cookie:
        cookie["planted"] = "by an attacker"
        cookie["_user_id"] = "a token the attacker knows"
    planted = visitor.cookie()
    visitor.sign_in(person.email)
    with visitor.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "a token the attacker knows"
        assert cookie.permanent
        first = cookie["_user_id"]
    assert visitor.cookie() != planted
    other = Visitor(app)
    other.sign_in(person.email)
    with other.client.session_transaction() as cookie:
        assert cookie["_user_id"] != first
    rows = db.session.scalars(select(WebSession).filter_by(person_id=person.id)).all()
    assert len(rows) == 2
    assert all(first.encode() not in row.token_digest and len(row.token_digest) == 32 for row in rows)
    assert {(row.user_agent, row.ip) for row in rows} == {(PHONE, "127.0.0.1")}


def test_20_51_sign_out_ends_the_session_for_good(app: Flask, visitor: Visitor) -> None:
    person = someone()
    db.session.commit()
    visitor.sign_in(person.email)
    stolen = visitor.cookie()
    answer = visitor.post("/sign-out", "/profile")
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = Visitor(app)
    thief.client.set_cookie("p2ptext", stolen)
    assert not thief.is_signed_in()
    assert visitor.post("/sign-out", "/sign-in").status_code == 302, "a second time does no harm"


@pytest.mark.parametrize(
    ("change", "alive"),
    [
        ("UPDATE web_session SET last_seen_at = p2p_now() - interval '11 hours'", True),
        ("UPDATE web_session SET last_seen_at = p2p_now() - interval '13 hours'", False),
        ("UPDATE web_session SET created_at = p2p_now() - interval '6 days'", True),
        ("UPDATE web_session SET created_at = p2p_now() - interval '8 days'", False),
        ("UPDATE web_session SET ended_at = p2p_now()", False),
        ("UPDATE person SET disabled_at = p2p_now()", False),
    ],
)
def test_20_21_idle_absolute_ended_and_disabled(app: Flask, change: str, alive: bool) -> None:
    browser = Visitor(app, someone())
    assert browser.is_signed_in()
    db.session.execute(text(change))
    db.session.commit()
    assert browser.is_signed_in() is alive


def test_22_cookie_attributes(app: Flask, visitor: Visitor) -> None:
    person = someone()
    db.session.commit()
    cookie = visitor.sign_in(person.email).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "Expires" in cookie, "kept while the phone's browser is closed"


def test_23_sign_in_without_the_forms_token_is_refused(app: Flask, visitor: Visitor) -> None:
    person = someone()
    db.session.commit()
    answer = visitor.client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 400
    assert not visitor.is_signed_in()


def test_23_sign_out_takes_no_get(app: Flask) -> None:
    browser = Visitor(app, someone())
    assert browser.get("/sign-out").status_code == 405
    assert browser.is_signed_in()


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/o/x/texting?a=1", "/o/x/texting?a=1"),
        ("/profile", "/profile"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/%5cevil.example", "/"),
        ("/%2fevil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("/%0d%0aSet-Cookie:x=1", "/"),
        ("/\t/evil.example", "/"),
        (" //evil.example", "/"),
        ("", "/"),
    ],
)
def test_53_next_leads_only_within_this_site(
    app: Flask, visitor: Visitor, target: str, leads_to: str
) -> None:
    person = someone()
    db.session.commit()
    page = visitor.get("/sign-in", query_string={"next": target})
    token = page.text.split('name="csrf-token" content="')[1].split('"')[0]
    answer = visitor.client.post(
        "/sign-in",
        query_string={"next": target},
        data={"csrf_token": token, "email": person.email, "password": PASSWORD},
    )
    assert answer.location == leads_to


def test_signed_out_page_comes_back_after_signing_in(app: Flask, visitor: Visitor) -> None:
    answer = visitor.get("/o/somewhere/texting?x=1")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/o/somewhere/texting?x%3D1"
    assert visitor.get("/").location == "/sign-in"


def test_signed_out_script_is_told_in_json(visitor: Visitor) -> None:
    answer = visitor.get("/profile", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "signed_out"


@pytest.mark.parametrize(
    ("memberships", "status", "says"),
    [
        ([], 200, "You are not in an organization yet"),
        ([("volunteer", "active")], 302, "/texting"),
        ([("volunteer", "pending")], 200, "has to approve you first"),
        ([("volunteer", "suspended")], 200, "has suspended you"),
        ([("volunteer", "removed")], 200, "You are not in an organization yet"),
        ([("volunteer", "active"), ("manager", "active")], 200, "Your organizations"),
        ([("volunteer", "active"), ("volunteer", "pending")], 200, "has to approve you first"),
    ],
)
def test_first_page(app: Flask, memberships: list[tuple[str, str]], status: int, says: str) -> None:
    person = someone()
    for role, state in memberships:
        org = factories.organization()
        factories.add(
            Membership(
                organization_id=org.id, person_id=person.id, role=role, status=state, texting_name="Amy"
            )
        )
    answer = Visitor(app, person).get("/")
    assert answer.status_code == status
    assert says in (answer.location or answer.text)
