"""Vonage: the official SDK (Messages API v1) behind our port.

Only the SDK's own parts for messages are loaded: the whole of it, voice and video too, takes half a
second longer at every start of every process. Two repairs make it fit for this work: the private key
is parsed once, not at every call (50 ms of processor time each), and our own transport sends each
request once (see one_shot.py).
"""

import logging
import os
import re
import time
import uuid
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import ValidationError
from vonage_http_client import Auth, HttpClient, HttpClientOptions
from vonage_http_client.errors import HttpRequestError
from vonage_messages import Messages

from p2ptext.config import Settings, is_loopback
from p2ptext.rules.delivery import RETRYABLE, ErrorKind, kind_of
from p2ptext.sms import media, signatures
from p2ptext.sms.messages import fault_of, message_of
from p2ptext.sms.one_shot import MaybeLeftError, NothingLeftError, OneShotAdapter, leaving_by
from p2ptext.sms.provider import (
    Accepted,
    Event,
    NotSent,
    OutboundText,
    Refused,
    SendResult,
    Unknown,
    Verification,
)
from p2ptext.sms.vonage_events import error_code, parse

CONNECTIONS = 64
_TOKEN_LIFE_S = 900
_VONAGE_MEDIA = re.compile(r"api(-[a-z0-9-]+)?\.nexmo\.com|([a-z0-9-]+\.)+vonage\.com", re.ASCII)

# Answers by which Vonage says that it has not taken the text. A 408, a 409 or any 5xx may come after
# it has, and so may whatever is not listed.
_REFUSALS = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 413, 414, 415, 422})
_KIND_OF_STATUS = {
    401: ErrorKind.ACCOUNT_PROBLEM,
    402: ErrorKind.ACCOUNT_PROBLEM,
    403: ErrorKind.ACCOUNT_PROBLEM,
    404: ErrorKind.ACCOUNT_PROBLEM,
}


class _FastAuth(Auth):  # type: ignore[misc]  # the SDK carries no types
    """Signs with a key that is parsed once."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            api_key=settings.vonage_api_key,
            api_secret=settings.vonage_api_secret,
            application_id=settings.vonage_application_id,
            private_key=settings.vonage_private_key,
        )
        self._key: Any = load_pem_private_key(settings.vonage_private_key.encode(), None)

    def generate_application_jwt(self, claims: dict[str, Any] | None = None) -> bytes:
        now = int(time.time())
        token = jwt.encode(
            {
                **(claims or {}),
                "application_id": self.application_id,
                "iat": now,
                "jti": str(uuid.uuid4()),
                "exp": now + _TOKEN_LIFE_S,
            },
            self._key,
            algorithm="RS256",
        )
        return token.encode()


def http_client(settings: Settings, host: str, content_type: str = "application/json") -> Any:
    """The SDK's client for one interface alone, each request sent once: it keeps headers between
    calls, so that one which also talked to the form-encoded interfaces would post them as JSON.
    `content_type` is that of the bodies it posts.

    Raises ValueError when the private key cannot be read.
    """
    _silence_sdk()
    address = urlsplit(_with_scheme(host))
    plain_http = address.scheme == "http" and is_loopback(host)
    http: Any = HttpClient(
        _FastAuth(settings),
        HttpClientOptions(
            api_host=address.netloc,
            rest_host=address.netloc,
            timeout=settings.send_timeout_s,
            pool_maxsize=CONNECTIONS,
        ),
    )
    session = http._session
    session.mount(
        "https://",
        OneShotAdapter(
            connections=CONNECTIONS, answer_timeout_s=settings.send_timeout_s, plain_http=plain_http
        ),
    )
    # Following a redirect would send the text a second time.
    session.max_redirects = 0
    # Left on, requests asks the environment and ~/.netrc at every call, and an entry in ~/.netrc
    # would replace our token. Proxy and certificates are read here, once, and not on loopback.
    session.trust_env = False
    if not plain_http:
        session.proxies = getproxies()
        session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    # Keys that are there from the start keep the SDK's shared dictionary from growing in one thread
    # while another walks through it.
    http._headers.update({"Authorization": b"", "Content-Type": content_type})
    return http


def _with_scheme(host: str) -> str:
    if "://" in host:
        return host
    return f"http://{host}" if is_loopback(host) else f"https://{host}"


def _silence_sdk() -> None:
    """The SDK's log prints texts, phone numbers and tokens at lower levels, whole answers at warning."""
    log = logging.getLogger("vonage")
    log.setLevel(logging.ERROR)
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.NullHandler())


class VonageProvider:
    """The port of provider.py, on Vonage. One object serves all threads of a process."""

    def __init__(self, settings: Settings) -> None:
        """Raises ValueError when the private key cannot be read."""
        self._settings = settings
        client = http_client(settings, settings.vonage_api_host)
        self._auth = client.auth
        self._messages = Messages(client)
        self._own_place = urlsplit(_with_scheme(settings.vonage_api_host))
        self._secrets = (settings.vonage_signature_secret, settings.vonage_signature_secret_old)

    def send(self, message: OutboundText) -> SendResult:
        fault = fault_of(message)
        if fault:
            return fault
        try:
            ready = message_of(message)
        except ValidationError:
            return Refused(
                ErrorKind.CONTENT_PROBLEM, None, "The carrier's library does not take this text."
            )
        try:
            with leaving_by(message.leave_by):
                answer = self._messages.send(ready)
        except NothingLeftError as error:
            return NotSent(f"The carrier could not be reached ({error}).")
        except HttpRequestError as error:
            return _read_answer(error.response)
        except MaybeLeftError as error:
            return Unknown(f"The connection to the carrier ended without an answer ({error}).")
        # Anything else is raised after the call: an answer without an id, a redirect, a fault in the
        # SDK. The text may have left.
        except Exception as error:
            return Unknown(f"The carrier's answer could not be read ({type(error).__name__}).")
        return Accepted(answer.message_uuid)

    def verify(self, authorization: str | None, body: bytes) -> Verification:
        return signatures.verify(
            authorization,
            body,
            secrets=self._secrets,
            api_key=self._settings.vonage_api_key,
            application_id=self._settings.vonage_application_id,
        )

    def parse_inbound(self, body: bytes) -> list[Event]:
        return parse(body, expected="inbound")

    def parse_status(self, body: bytes) -> list[Event]:
        return parse(body, expected="status")

    def picture(self, url: str) -> media.Picture | media.NoPicture:
        own = self._own_place.scheme == "http"
        authorization = f"Bearer {self._token()}" if self._is_own(url) else ""
        return media.fetch(url, loopback=own, authorization=authorization)

    def _token(self) -> str:
        token: bytes = self._auth.generate_application_jwt()
        return token.decode()

    def _is_own(self, url: str) -> bool:
        """Whether an address is Vonage's, which gives media only to the application they were sent to.
        Nobody else must ever see the token: with it, texts can be sent."""
        try:
            parts = urlsplit(url)
            place = (parts.scheme, parts.hostname, parts.port)
        except ValueError:
            return False
        if parts.scheme == "https" and _VONAGE_MEDIA.fullmatch(parts.hostname or ""):
            return True
        return place == (self._own_place.scheme, self._own_place.hostname, self._own_place.port)


def _read_answer(response: Any) -> SendResult:
    status = int(response.status_code)
    try:
        problem = response.json()
    except (ValueError, RecursionError):
        problem = None
    if not isinstance(problem, dict):
        problem = {}
    code = error_code(problem)
    words = _words(status, problem)
    if status == 429:
        return NotSent(words, retry_after_s(response.headers.get("Retry-After")))
    if status not in _REFUSALS:
        return Unknown(words)
    kind = kind_of(code)
    if kind in RETRYABLE:
        return NotSent(words, retry_after_s(response.headers.get("Retry-After")), code)
    if kind is ErrorKind.UNKNOWN:
        kind = _KIND_OF_STATUS.get(status, ErrorKind.CONTENT_PROBLEM)
    return Refused(kind, code, words)


def _words(status: int, problem: dict[str, Any]) -> str:
    said = ": ".join(
        part.strip() for part in (problem.get("title"), problem.get("detail")) if isinstance(part, str)
    )
    # Digits are taken out of long runs: the detail may repeat the phone number.
    said = re.sub(r"\d{7,}", "…", said.replace("\0", ""))[:300]
    return f"The carrier answered {status}. {said}".strip()


def retry_after_s(value: str | None) -> float | None:
    """Seconds, when the header gives seconds between 0 and an hour."""
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds <= 3600 else None
