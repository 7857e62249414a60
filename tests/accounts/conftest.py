"""What the tests of accounts share: a password hashed once, browsers that send forms, mail read."""

import re
import shutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from p2ptext import mail
from p2ptext.accounts import letters, passwords
from p2ptext.accounts.models import Letter, Organization, Person
from p2ptext.background import settings
from p2ptext.extensions import db
from tests import factories

PASSWORD = "correct horse battery"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


@cache
def hashed(password: str = PASSWORD) -> str:
    """One hash a password for the whole run: 30 ms each are too many otherwise."""
    return passwords.hash_password(password)


def someone(org: Organization | None = None, role: str = "volunteer", **values: Any) -> Person:
    """A person who can sign in with PASSWORD."""
    return factories.person(org, role, **({"password_hash": hashed()} | values))


class Visitor:
    """Someone at a browser: sends our forms with their token, from one place."""

    def __init__(self, app: Flask, who: Person | None = None, *, place: str = "127.0.0.1") -> None:
        self.client = factories.client(app, who)
        self.place = place
        db.session.commit()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._open(path, method="GET", **options)

    def post(self, path: str, _page: str | None = None, **fields: Any) -> TestResponse:
        """Send a form of `_page`, by default of the page at the same address."""
        token = csrf_token(self.get(_page or path).text)
        return self._open(path, method="POST", data={"csrf_token": token, **fields})

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/sign-in", email=email, password=password)

    def is_signed_in(self) -> bool:
        return self.get("/profile").status_code == 200

    def cookie(self) -> str:
        found = self.client.get_cookie("p2ptext")
        return found.value if found else ""

    def _open(self, path: str, **options: Any) -> TestResponse:
        options["environ_overrides"] = {"REMOTE_ADDR": self.place}
        options["headers"] = {"User-Agent": PHONE} | options.get("headers", {})
        return self.client.open(path, **options)


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, "the page has no CSRF token"
    return found[1]


def error_of(page: str) -> str:
    """What the page says went wrong."""
    found = re.search(r'class="error-summary".*?<ul>(.*?)</ul>', page, re.S)
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Nobody in particular, signed out."""
    return Visitor(app)


@pytest.fixture(autouse=True)
def _empty_mail_folder(settings: Any) -> Iterator[None]:
    yield
    shutil.rmtree(mail.folder(settings), ignore_errors=True)


def read_mail() -> list[mail.Kept]:
    """Run the jobs of all letters; what is in the folder then, the newest first."""
    for letter_id in db.session.scalars(select(Letter.id).order_by(Letter.id)):
        letters.deliver(letter_id)
    return mail.kept(settings())


def link_in(text: str) -> str:
    """The path of the link in a mail, after checking that it leads to our own host."""
    found = re.search(r"^http://localhost(/\S*)$", text, re.M)
    assert found, text
    return found[1]
