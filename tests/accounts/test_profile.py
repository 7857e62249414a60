"""A person's own page: items 2, 14, 19 and 20 of the security checklist."""

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.accounts import passwords, signing_in
from p2ptext.accounts.models import Membership, Person, WebSession
from p2ptext.extensions import db
from tests import factories
from tests.accounts.conftest import PASSWORD, Visitor, error_of, read_mail, someone

NEW = "wobbly lantern harbor"


def change(browser: Visitor, present: str, new: str) -> object:
    fields = {"password-present": present, "password-password": new}
    return browser.post("/profile/password", "/profile", **fields)


def test_19_20_new_password_ends_every_other_session(app: Flask) -> None:
    person = someone()
    here, elsewhere = Visitor(app, person), Visitor(app, person)
    old_cookie = here.cookie()
    assert change(here, PASSWORD, NEW).status_code == 302  # type: ignore[attr-defined]
    assert here.is_signed_in()
    assert here.cookie() != old_cookie
    assert not elsewhere.is_signed_in()
    stolen = Visitor(app)
    stolen.client.set_cookie("p2ptext", old_cookie)
    assert not stolen.is_signed_in()
    assert Visitor(app).sign_in(person.email, NEW).status_code == 302
    assert [mail.subject for mail in read_mail()] == ["Your password was changed"]


@pytest.mark.parametrize(
    ("present", "new", "says"),
    [
        ("not my password", NEW, "This is not your current password."),
        ("", NEW, "Enter your current password."),
        ("x" * 200, NEW, "This is not your current password."),
        (PASSWORD, "short", "at least 8"),
        (PASSWORD, "iloveyou", "leaked"),
    ],
)
def test_14_present_password_is_needed_and_the_new_one_is_good(
    app: Flask, present: str, new: str, says: str
) -> None:
    person = someone()
    browser, elsewhere = Visitor(app, person), Visitor(app, person)
    assert says in error_of(change(browser, present, new).text)  # type: ignore[attr-defined]
    db.session.expire_all()
    assert passwords.matches(db.session.get_one(Person, person.id).password_hash, PASSWORD)
    assert elsewhere.is_signed_in()


def test_15_present_password_cannot_be_guessed(app: Flask) -> None:
    browser = Visitor(app, someone())
    codes = [change(browser, "a guess", NEW).status_code for _ in range(11)]  # type: ignore[attr-defined]
    assert codes == [200] * 10 + [429]


def test_20_list_and_end_one_session(app: Flask) -> None:
    person = someone()
    here, elsewhere = Visitor(app), Visitor(app, place="203.0.113.9")
    db.session.commit()
    here.sign_in(person.email)
    elsewhere.sign_in(person.email)
    page = here.get("/profile").text
    assert "203.0.113.9" in page
    assert page.count("Chrome on Android") >= 2
    row = db.session.scalars(select(WebSession).filter_by(ip="203.0.113.9")).one()
    assert here.post(f"/profile/sessions/{row.id}/end", "/profile").status_code == 302
    assert here.is_signed_in()
    assert not elsewhere.is_signed_in()


def test_20_sign_out_everywhere_else(app: Flask) -> None:
    person = someone()
    browsers = [Visitor(app, person) for _ in range(3)]
    browsers[0].post("/profile/sessions/end-others", "/profile")
    assert [browser.is_signed_in() for browser in browsers] == [True, False, False]


def test_2_another_persons_session_does_not_exist(app: Flask) -> None:
    victim = Visitor(app, someone())
    row = db.session.scalars(select(WebSession)).one()
    browser = Visitor(app, someone())
    assert browser.post(f"/profile/sessions/{row.id}/end", "/profile").status_code == 404
    assert victim.is_signed_in()


def test_2_another_persons_texting_name_does_not_exist(app: Flask) -> None:
    org = factories.organization()
    theirs = db.session.scalars(select(Membership).filter_by(person_id=someone(org).id)).one()
    browser = Visitor(app, someone(org, "owner"))
    fields = {f"m{theirs.id}-texting_name": "Bob"}
    path = f"/profile/texting-name/{theirs.id}"
    assert browser.post(path, "/profile", **fields).status_code == 404
    assert theirs.texting_name == "Amy"


def test_names(app: Flask) -> None:
    org = factories.organization()
    person = someone(org)
    own = db.session.scalars(select(Membership).filter_by(person_id=person.id)).one()
    browser = Visitor(app, person)
    browser.post("/profile/name", "/profile", name="  Amy   Lou Chen ")
    browser.post(f"/profile/texting-name/{own.id}", "/profile", **{f"m{own.id}-texting_name": "Lou"})
    db.session.expire_all()
    assert (db.session.get_one(Person, person.id).name, own.texting_name) == ("Amy Lou Chen", "Lou")
    answer = browser.post(
        f"/profile/texting-name/{own.id}", "/profile", **{f"m{own.id}-texting_name": "{x}"}
    )
    assert "plain name" in error_of(answer.text)
    assert error_of(browser.post("/profile/name", "/profile", name="").text) == "Enter your name."


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (iPhone; like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15) Gecko/20100101 Firefox/131.0",
            "Firefox on a Mac",
        ),
        ("Mozilla/5.0 (iPhone; like Mac OS X) CriOS/130.0 Safari/604.1", "Chrome on iPhone"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_device_in_words(user_agent: str, words: str) -> None:
    assert signing_in.device_in_words(user_agent) == words
