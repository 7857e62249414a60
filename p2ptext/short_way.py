"""Requests that come by the hundred in a second are served before Flask looks at them.

Flask, its session, its look-ups and its hooks cost a request about 2 ms of processor time, half of
what a busy evening has. A short way does the same work by the same functions; whatever it cannot
vouch for, such as a body that is too long or a form that was posted without the page's script, it
leaves to Flask's ordinary way, which has the words and pages for everything.
"""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Flask

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Asked:
    """A request as the server hands it in."""

    def __init__(self, environ: Environ) -> None:
        self.environ = environ

    @property
    def path(self) -> str:
        return str(self.environ.get("PATH_INFO", ""))

    def header(self, name: str) -> str | None:
        """A header's value; `name` in capitals, with underscores."""
        value: str | None = self.environ.get(f"HTTP_{name}")
        return value

    def body(self, most: int) -> bytes | None:
        """All of it, if it says how long it is and that is no more than `most` bytes.

        The ordinary way can still read it afterwards.
        """
        said = self.environ.get("CONTENT_LENGTH", "")
        if not said.isdecimal() or len(said) > 9 or int(said) > most:
            return None
        body: bytes = self.environ["wsgi.input"].read(int(said))
        self.environ["wsgi.input"] = io.BytesIO(body)
        return body


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, as JSON."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


Way = Callable[[Asked], Answer | None]
"""Serves a request, or returns None to leave it to Flask. Runs inside the application's context."""


class ShortWays:
    """The WSGI application around Flask's own."""

    def __init__(
        self,
        app: Flask,
        find: Callable[[str], Way | None],
        judge: Callable[[Exception], tuple[int, Mapping[str, Any], Mapping[str, str]]],
        headers: Mapping[str, str],
    ) -> None:
        """`find` knows the ways by their paths, `judge` what an error means: status, JSON and headers."""
        self._app = app
        self._flask: Application = app.wsgi_app
        self._find = find
        self._judge = judge
        self._headers = [*headers.items(), ("Cache-Control", "no-store")]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        way = self._find(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        answer = None if way is None else self._serve(way, Asked(environ))
        if answer is None:
            return self._flask(environ, start_response)
        body = json.dumps(answer.body, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        status = f"{answer.status} {HTTPStatus(answer.status).phrase.upper()}"
        length = ("Content-Length", str(len(body)))
        own = [("Content-Type", "application/json"), length, *answer.headers.items()]
        start_response(status, [*own, *self._headers])
        return [body]

    def _serve(self, way: Way, asked: Asked) -> Answer | None:
        with self._app.app_context():
            try:
                return way(asked)
            except Exception as error:
                return Answer(*self._judge(error))
