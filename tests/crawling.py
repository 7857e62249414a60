"""A visitor who reads every page, fills in every form with the same words, and looks at what comes back."""

from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

TYPED = {"text", "search", "email", "url", "tel", ""}
MOST_OF_A_KIND = 3
"""Pages of one route that are looked at: the tenth contact's page shows nothing that the third's did not."""


@dataclass
class Form:
    """A form of a page, with what stands in it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    """Names of the fields in which anything may be typed."""
    has_file: bool = False


class Page(HTMLParser):
    """A page's links, its forms, and what it consists of."""

    def __init__(self, words: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._form: Form | None = None
        self._chosen: str | None = None
        self.feed(words)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= of.keys()
        self.addresses += [of[name] for name in ("href", "src", "action", "formaction") if name in of]
        if tag == "a" and "href" in of and "download" not in of:
            self.links.append(of["href"])
        if tag == "form":
            self._form = Form(of.get("action", "")) if of.get("method", "").lower() == "post" else None
            if self._form is not None:
                self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, of)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def _field(self, form: Form, tag: str, of: dict[str, str]) -> None:
        name = of.get("name", "")
        if tag == "select":
            self._chosen = name
        elif tag == "option" and self._chosen:
            if "selected" in of or self._chosen not in form.fields:
                form.fields[self._chosen] = of.get("value", "")
        elif not name:
            return
        elif tag == "textarea":
            form.typed.append(name)
        elif tag == "button":
            form.fields.setdefault(name, of.get("value", ""))
        elif tag == "input":
            self._input(form, name, of)

    def _input(self, form: Form, name: str, of: dict[str, str]) -> None:
        kind = of.get("type", "").lower()
        if kind == "file":
            form.has_file = True
        elif kind in TYPED:
            form.typed.append(name)
        elif kind in ("radio", "checkbox"):
            if "checked" in of or name not in form.fields:
                form.fields[name] = of.get("value", "on")
        else:
            form.fields[name] = of.get("value", "")


@dataclass
class Visitor:
    """Somebody signed in who goes everywhere a link leads, and sends every form once."""

    app: Flask
    browser: FlaskClient
    token: str
    """Of the session, against forged requests."""
    never: frozenset[str]
    """Endpoints whose forms are not sent: they would end the visit."""
    seen: dict[str, Page] = field(default_factory=dict)
    """Pages by their address, as they were last."""
    sent: set[str] = field(default_factory=set)
    """Endpoints whose forms were sent."""
    failed: list[str] = field(default_factory=list)
    """Addresses that the server could not answer."""

    def walk(self, starts: list[str], words: str | None = None) -> None:
        """Read every page that can be reached; with `words` also send every form, filled in with them."""
        waiting, known, of_a_kind = deque(starts), set(starts), Counter[str]()
        while waiting:
            address = waiting.popleft()
            endpoint = self._endpoint(address, "GET")
            if endpoint is None or of_a_kind[endpoint] >= MOST_OF_A_KIND:
                continue
            of_a_kind[endpoint] += 1
            page = self._read(address, self.browser.get(address))
            if page is None:
                continue
            for form in page.forms if words is not None else ():
                self._send(address, form, words or "")
            fresh = [self._inside(address, link) for link in page.links]
            new = [one for one in dict.fromkeys(fresh) if one and one not in known]
            known.update(new)
            waiting.extend(new)

    def _read(self, address: str, answer: TestResponse) -> Page | None:
        if answer.status_code >= 500:
            self.failed.append(f"{answer.status_code} {address}")
        if answer.mimetype != "text/html":
            return None
        page = self.seen[address] = Page(answer.text)
        return page

    def _send(self, address: str, form: Form, words: str) -> None:
        where = self._inside(address, form.action) or address
        endpoint = self._endpoint(where, "POST")
        if endpoint is None or endpoint in self.never or form.has_file:
            return
        if endpoint in self.sent and not form.typed:
            return
        self.sent.add(endpoint)
        data = form.fields | dict.fromkeys(form.typed, words) | {"csrf_token": self.token}
        self._read(f"{where} (sent)", self.browser.post(where, data=data))

    def _inside(self, page: str, link: str) -> str | None:
        parts = urlsplit(urljoin(f"http://localhost{page}", urldefrag(link).url))
        if parts.netloc != "localhost" or parts.scheme not in ("http", "https"):
            return None
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _endpoint(self, address: str, method: str) -> str | None:
        adapter = self.app.url_map.bind("localhost")
        try:
            endpoint, _ = adapter.match(urlsplit(address).path, method=method)
        except HTTPException:
            return None
        return str(endpoint)
