"""The front door: items 13, 15, 19, 20, 21, 23, 51 and 53 of the security list."""

from flask import Flask

from tests import factories
from tests.accounts.conftest import Browser, hashed


def test_right_password_opens(app: Flask, browser: Browser) -> None:
    org = factories.organization()
    person = factories.person(org, "manager", password_hash=hashed())
    factories.db.session.commit()
    answer = browser.sign_in(person.email)
    assert answer.status_code == 302
    assert answer.location == "/"
