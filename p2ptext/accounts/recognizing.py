"""Who is behind a request, found out before Flask looks at it: the same questions, asked with less.

The signatures of cookie and form token are pure arithmetic over what the browser sends, so their
answers are remembered. Whether the session lives and what its person may do is asked of the database
every time. For whoever is not plainly in order there is no answer here: Flask's ordinary way has the
words for them.
"""

import functools
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, URLSafeTimedSerializer

from p2ptext.accounts.access import ABSOLUTE_D, IDLE_H, Member, Org, token_digest
from p2ptext.browser_safety import is_from_elsewhere
from p2ptext.connections import Statement
from p2ptext.extensions import quick
from p2ptext.short_way import Asked

REMEMBERED = 4096
"""Browsers whose signatures a process remembers."""
LONGEST = 2048
"""Characters of a cookie or form token of ours; more is nobody's, and would fill the memory of them."""

_PERSON = Statement(
    "who_is_it",
    """SELECT s.id, s.last_seen_at < p2p_now() - interval '1 minute', p.id,
              o.id, o.slug, o.name, m.id, m.role, m.status, m.texting_name, m.terms_accepted_at
       FROM web_session s
       JOIN person p ON p.id = s.person_id
       JOIN membership m ON m.person_id = p.id
       JOIN organization o ON o.id = m.organization_id
       WHERE s.token_digest = $1 AND s.ended_at IS NULL AND p.disabled_at IS NULL
         AND s.last_seen_at > p2p_now() - make_interval(hours => $2)
         AND s.created_at > p2p_now() - make_interval(days => $3)
         AND o.slug = $4 AND m.status = 'active'""",
)
_SEEN = Statement("seen", "UPDATE web_session SET last_seen_at = p2p_now() WHERE id = $1")


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in member of the organization in the address."""

    person_id: int
    session_id: int
    org: Org
    member: Member


class Recognizer:
    """Knows the application's secrets."""

    def __init__(self, app: Flask) -> None:
        sessions = SecureCookieSessionInterface().get_signing_serializer(app)
        if sessions is None or not app.secret_key:
            raise RuntimeError("no secret key is set")
        self._sessions = sessions
        self._tokens = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
        self._cookie = app.config["SESSION_COOKIE_NAME"]
        self._life = app.permanent_session_lifetime
        self._own_host = urlsplit(app.config["SETTINGS"].public_url).netloc
        self._read_cookie = functools.lru_cache(REMEMBERED)(self._read_cookie_anew)
        self._read_token = functools.lru_cache(REMEMBERED)(self._read_token_anew)

    def find(self, asked: Asked, slug: str, role: str) -> Caller | None:
        """Who asks, if they may do what `role` may, have accepted the terms and sent the page's own token."""
        token = self._session_token(asked)
        return None if token is None else _find_member(token, slug, role)

    def _session_token(self, asked: Asked) -> str | None:
        origin, site = asked.header("ORIGIN"), asked.header("SEC_FETCH_SITE")
        host = asked.header("HOST") or ""
        if is_from_elsewhere(origin, site, (self._own_host, host)) or not _referred_here(asked, host):
            return None
        cookie = _cookie(asked.header("COOKIE") or "", self._cookie)
        sent = asked.header("X_CSRFTOKEN") or asked.header("X_CSRF_TOKEN") or ""
        if max(len(cookie), len(sent)) > LONGEST:
            return None
        session, signed_at = self._read_cookie(cookie)
        if datetime.now(UTC) - signed_at > self._life:
            return None
        expected = session.get("csrf_token")
        told = self._read_token(sent)
        if not (isinstance(expected, str) and isinstance(told, str)):
            return None
        if not hmac.compare_digest(expected.encode(), told.encode()):
            return None
        token = session.get("_user_id")
        return token if isinstance(token, str) else None

    def _read_cookie_anew(self, cookie: str) -> tuple[dict[str, Any], datetime]:
        """What Flask signed into a session's cookie, and when; nothing for a forged one."""
        try:
            session, signed_at = self._sessions.loads(cookie, return_timestamp=True)
        except BadData:
            return {}, datetime.min.replace(tzinfo=UTC)
        return dict(session), signed_at

    def _read_token_anew(self, token: str) -> object:
        try:
            return self._tokens.loads(token)
        except BadData:
            return None


def _cookie(header: str, name: str) -> str:
    for part in header.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return ""


def _referred_here(asked: Asked, host: str) -> bool:
    """Over HTTPS, as for every form, the page that asks must be one of ours."""
    if asked.environ.get("wsgi.url_scheme") != "https":
        return True
    return (asked.header("REFERER") or "").startswith(f"https://{host}/")


def _find_member(token: str, slug: str, role: str) -> Caller | None:
    with quick.pool.connection() as connection:
        row = connection.run(_PERSON, (token_digest(token), IDLE_H, ABSOLUTE_D, slug))
        if row is None:
            return None
        session_id, is_long_ago, person_id, *rest = row
        if is_long_ago:
            connection.run(_SEEN, (session_id,))
    caller = Caller(person_id, session_id, Org(*rest[:3]), Member(*rest[3:]))
    return caller if caller.member.may(role) and caller.member.terms_accepted_at else None
