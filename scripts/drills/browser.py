"""One person's browser, as docs/protocol.md says: cookies, the CSRF token, and a limited patience."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

PATIENCE_S = 6.0
"""As long as a phone waits for an answer."""
_CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')


class NoAnswer(Exception):
    """Nothing came back in time: whether the request was carried out is not known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: str
    location: str = ""

    @property
    def json(self) -> dict[str, Any]:
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


class Browser:
    """Signs in again by itself when the session is gone."""

    def __init__(
        self,
        url: str,
        email: str,
        password: str,
        foreign: str = "",
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._url, self._email, self._password = url, email, password
        self._foreign = foreign
        self.leaks: list[str] = []
        """Addresses whose answers held a word of another organization."""
        self.requests = 0
        patience = urllib3.Timeout(connect=2.0, read=patience_s)
        self._http = urllib3.PoolManager(maxsize=24, retries=False, timeout=patience)
        self._cookies: dict[str, str] = {}
        self._csrf = ""

    def sign_in(self) -> bool:
        """Whether it worked. Raises NoAnswer."""
        self._cookies.clear()
        self._take_csrf(self._ask("GET", "/sign-in"))
        fields = {"email": self._email, "password": self._password, "csrf_token": self._csrf}
        if self._ask("POST", "/sign-in", fields=fields).status != 302:
            return False
        page = self._ask("GET", "/profile")
        self._take_csrf(page)
        return page.status == 200

    def get(self, path: str) -> Answer:
        return self._signed_in("GET", path)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        """A JSON request, as the texting page makes it."""
        return self._signed_in("POST", path, body=body or {})

    def submit(self, path: str, fields: Mapping[str, str | list[str]]) -> Answer:
        """A form; what is ticked several times is a list."""
        return self._signed_in("POST", path, fields=fields)

    def press(self, path: str, fields: dict[str, str]) -> Answer:
        """A button of a page whose script is at work: a form, answered in JSON."""
        return self._signed_in("POST", path, fields=fields, wants_json=True)

    def _signed_in(self, method: str, path: str, **more: Any) -> Answer:
        if not self._csrf and not self.sign_in():
            raise NoAnswer("cannot sign in")
        answer = self._ask(method, path, **more)
        if not _is_stranger(answer):
            return answer
        if not self.sign_in():
            raise NoAnswer("cannot sign in again")
        return self._ask(method, path, **more)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        fields: Mapping[str, str | list[str]] | None = None,
        wants_json: bool = False,
    ) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        more: dict[str, Any] = {}
        if wants_json:
            headers |= {"Accept": "application/json"}
        if body is not None:
            headers |= {"Accept": "application/json", "X-CSRFToken": self._csrf}
            more["json"] = body
        if fields is not None:
            told = [("csrf_token", self._csrf)]
            for name, value in fields.items():
                told += [(name, one) for one in ([value] if isinstance(value, str) else value)]
            more |= {"fields": told, "encode_multipart": False}
        try:
            answer = self._http.request(
                method, self._url + path, headers=headers, redirect=False, **more
            )
        except urllib3.exceptions.HTTPError as error:
            raise NoAnswer(type(error).__name__) from None
        self.requests += 1
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        text = answer.data.decode("utf-8", "replace")
        if self._foreign and self._foreign in text:
            self.leaks.append(path)
        return Answer(answer.status, text, answer.headers.get("Location", ""))

    def _take_csrf(self, page: Answer) -> None:
        found = _CSRF.search(page.body)
        if found:
            self._csrf = found[1]


def _is_stranger(answer: Answer) -> bool:
    """Signed out, or the page's form has expired: a person would reload and sign in."""
    to_sign_in = answer.status == 302 and "/sign-in" in answer.location
    return to_sign_in or answer.status in (400, 401)
