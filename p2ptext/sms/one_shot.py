"""A transport that puts a request on the wire at most once, and knows whether it did.

The SDK repeats a POST whenever a connection ends without an answer, as often as its pool is large
(ten times by default). A carrier that took the text and then dropped the connection would take it
ten times. Both exceptions here are none of the kinds the SDK, requests or urllib3 repeat after.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidSchema
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from p2ptext.sms.provider import steady

CONNECT_TIMEOUT_S = 3.0
# Servers and load balancers drop a connection that was idle for 60 s or more. Writing into one that
# is just being dropped looks the same as a text that was taken, so idle ones are not used again.
IDLE_LIMIT_S = 20.0

_this_thread = threading.local()


class NothingLeftError(Exception):
    """Not one byte of the request was written."""


class MaybeLeftError(Exception):
    """Writing had begun, and no whole answer came back."""


class TooLateError(Exception):
    """The process stood still, or connecting took too long: what was checked is not true any more."""


@contextmanager
def leaving_by(moment: float | None) -> Iterator[None]:
    """Calls made by this thread put nothing on the wire after this moment (of `provider.steady`)."""
    _this_thread.leave_by = moment
    try:
        yield
    finally:
        _this_thread.leave_by = None


class _Watched(HTTPConnection):
    """Notes the moment the first byte is about to leave, and lets the head of a request and its body leave
    in one piece: half a request is never on the wire, and it costs one call of the system less."""

    _last_used = 0.0
    _head = b""
    _gathering = False

    @property
    def is_connected(self) -> bool:
        return super().is_connected and time.monotonic() - self._last_used < IDLE_LIMIT_S

    def endheaders(self, *args: Any, **kwargs: Any) -> None:
        self._gathering, self._head = True, b""
        try:
            super().endheaders(*args, **kwargs)
        finally:
            self._gathering = False

    def getresponse(self) -> Any:
        if self._head:
            self.send(b"")
        return super().getresponse()

    def send(self, data: Any) -> None:
        if self._gathering:
            self._head += data
            return
        data, self._head = self._head + data, b""
        if self.sock is None:
            self.connect()
        leave_by = getattr(_this_thread, "leave_by", None)
        if leave_by is not None and steady() > leave_by:
            raise TooLateError
        _this_thread.begun = True
        self._last_used = time.monotonic()
        super().send(data)


class _WatchedTls(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTls


_POOLS = {"http": _Pool, "https": _TlsPool}


class OneShotAdapter(HTTPAdapter):
    """Send once; raise NothingLeftError or MaybeLeftError, never an error that others repeat after.

    `plain_http` sends what is addressed to https:// as plain http; only ever for a carrier on this
    computer. `answer_timeout_s` is how long each wait for the carrier may last.
    """

    def __init__(self, *, connections: int, answer_timeout_s: float, plain_http: bool) -> None:
        self._timeout = (min(CONNECT_TIMEOUT_S, answer_timeout_s), answer_timeout_s)
        self._plain_http = plain_http
        super().__init__(pool_connections=1, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        if proxy.lower().startswith("socks"):
            raise InvalidSchema("a SOCKS proxy is not supported")
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        if self._plain_http and request.url:
            request.url = request.url.replace("https://", "http://", 1)
        _this_thread.begun = False
        try:
            response = super().send(request, stream, self._timeout, verify, cert, dict(proxies or {}))
            # Read here, so that an answer that breaks off is caught here too.
            _ = response.content
        except Exception as error:
            words = type(error).__name__
            if _this_thread.begun:
                raise MaybeLeftError(words) from error
            raise NothingLeftError(words) from error
        return response
