"""A forgotten password: items 15, 20, 24 and 52 of the security checklist."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts import passwords
from p2ptext.accounts.access import token_digest
from p2ptext.accounts.models import AuditEvent, Letter, PasswordReset, Person
from p2ptext.extensions import db
from tests.accounts.conftest import Visitor, error_of, link_in, read_mail, someone

NEW = "wobbly lantern harbor"


def ask_for_link(visitor: Visitor, email: str) -> str:
    """The path of the mailed link."""
    visitor.post("/forgotten", email=email)
    return link_in(read_mail()[0].text)


def test_24_the_whole_way(app: Flask, visitor: Visitor) -> None:
    person = someone()
    other_browser = Visitor(app, person)
    path = ask_for_link(visitor, person.email)
    answer = visitor.post(path, password=NEW)
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert not visitor.is_signed_in(), "a mailed link opens no session by itself"
    assert not other_browser.is_signed_in(), "item 20: every browser is signed out"
    assert visitor.sign_in(person.email, NEW).status_code == 302
    assert read_mail()[0].subject == "Your password was changed"
    assert db.session.scalars(select(AuditEvent.action)).all() == ["password_reset"]


def test_24_link_works_once(app: Flask, visitor: Visitor) -> None:
    path = ask_for_link(visitor, someone().email)
    first = Visitor(app)
    first.get(path)
    assert visitor.post(path, password=NEW).status_code == 302
    assert visitor.get(path).status_code == 410
    again = first.post(path, "/sign-in", password="another lantern harbor")
    assert again.status_code == 410


def test_24_looking_consumes_nothing(app: Flask, visitor: Visitor) -> None:
    """Mail scanners open every link."""
    path = ask_for_link(visitor, someone().email)
    for _ in range(3):
        assert visitor.get(path).status_code == 200
        assert visitor.client.head(path).status_code == 200
    assert visitor.post(path, password=NEW).status_code == 302


def test_24_link_lasts_an_hour(app: Flask, visitor: Visitor) -> None:
    path = ask_for_link(visitor, someone().email)
    until = db.session.scalar(
        text("SELECT extract(epoch FROM expires_at - created_at) FROM password_reset")
    )
    assert 3590 < float(until) < 3610
    db.session.execute(text("UPDATE password_reset SET expires_at = p2p_now() - interval '1 second'"))
    db.session.commit()
    assert visitor.get(path).status_code == 410


def test_24_using_one_link_ends_the_others(app: Flask, visitor: Visitor) -> None:
    person = someone()
    db.session.commit()
    first = ask_for_link(visitor, person.email)
    second = ask_for_link(visitor, person.email)
    assert first != second
    visitor.post(second, password=NEW)
    assert visitor.get(first).status_code == 410


def test_24_no_secret_is_kept(app: Flask, visitor: Visitor) -> None:
    path = ask_for_link(visitor, someone().email)
    token = path.rsplit("/", 1)[1]
    assert len(token) >= 43, "256 bits"
    row = db.session.scalars(select(PasswordReset)).one()
    assert row.token_digest == token_digest(token)
    letter = db.session.scalars(select(Letter).filter_by(kind="reset")).one()
    assert letter.sent_at is not None
    assert token not in repr(vars(letter))


@pytest.mark.parametrize("token", ["", "x", "%00", "a" * 5000, "..%2f..%2fetc", "☃"])
def test_24_made_up_token_opens_nothing(visitor: Visitor, token: str) -> None:
    assert visitor.get(f"/reset/{token}").status_code in {404, 410}


def test_15_24_unknown_address_gets_the_same_answer_and_no_mail(app: Flask, visitor: Visitor) -> None:
    person = someone()
    gone = someone(disabled_at=text("p2p_now()"))
    db.session.commit()
    pages = {
        visitor.post("/forgotten", email=email).text.replace(email, "")
        for email in (person.email, "nobody@example.org", gone.email)
    }
    assert len({page.split("<main")[1] for page in pages}) == 1
    assert [mail.to for mail in read_mail()] == [person.email]


def test_60_one_address_gets_five_mails_an_hour(app: Flask, visitor: Visitor) -> None:
    person = someone()
    db.session.commit()
    for _ in range(7):
        assert visitor.post("/forgotten", email=person.email).status_code == 200
    assert len(read_mail()) == 5


def test_60_one_place_may_not_ask_for_ever(app: Flask, visitor: Visitor) -> None:
    codes = [visitor.post("/forgotten", email=f"n{n}@example.org").status_code for n in range(61)]
    assert codes == [200] * 60 + [429]


def test_52_host_header_does_not_reach_the_mail(app: Flask, visitor: Visitor) -> None:
    person = someone()
    db.session.commit()
    page = visitor.get("/forgotten").text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    visitor.client.set_cookie("p2ptext", visitor.cookie(), domain="evil.example")
    answer = visitor.client.post(
        "/forgotten", data={"csrf_token": token, "email": person.email}, headers=evil
    )
    assert answer.status_code == 200
    (mail,) = read_mail()
    assert "evil.example" not in mail.text
    link_in(mail.text)


def test_14_reset_refuses_a_leaked_password(app: Flask, visitor: Visitor) -> None:
    person = someone()
    before = person.password_hash
    path = ask_for_link(visitor, person.email)
    answer = visitor.post(path, password="password1")
    assert "leaked" in error_of(answer.text)
    assert db.session.get_one(Person, person.id).password_hash == before
    assert passwords.matches(before, "correct horse battery")
