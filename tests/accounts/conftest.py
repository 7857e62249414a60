"""What the tests of accounts share: a password hashed once, and browsers that send forms."""

import re
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from p2ptext.accounts import passwords

PASSWORD = "correct horse battery"


@cache
def hashed(password: str = PASSWORD) -> str:
    """One hash a password for the whole run: 30 ms each are too many otherwise."""
    return passwords.hash_password(password)


class Browser:
    """A browser over the test client: follows our forms, sends their CSRF token."""

    def __init__(
        self, app: Flask, client: FlaskClient | None = None, *, place: str = "127.0.0.1"
    ) -> None:
        self.app = app
        self.client = client or app.test_client()
        self.place = place

    def get(self, path: str, **options: object) -> TestResponse:
        return self._open("GET", path, **options)

    def post(self, path: str, page: str | None = None, **fields: object) -> TestResponse:
        """Send the form of `page` (the same address without it)."""
        token = csrf_token(self.get(page or path).text)
        return self._open("POST", path, data={"csrf_token": token, **fields})

    def _open(self, method: str, path: str, **options: object) -> TestResponse:
        environ = {"REMOTE_ADDR": self.place}
        return self.client.open(path, method=method, environ_overrides=environ, **options)  # type: ignore[arg-type]

    def sign_in(self, email: str, password: str = PASSWORD, **query: str) -> TestResponse:
        return self.post("/sign-in", email=email, password=password)


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, "the page has no CSRF token"
    return found[1]


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)
