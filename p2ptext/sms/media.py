"""Fetch a picture that somebody texted, for one look at it, without being sent anywhere by it.

The address came over the wire, so it is a stranger's: only https on its usual port, only computers of
the open internet, by the very address that was checked (a name may point elsewhere a moment later), no
redirects, five seconds, five megabytes, and only what begins like a picture.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

MOST_BYTES = 5 * 1024 * 1024
PATIENCE_S = 5.0
_PIECE = 64 * 1024
_HTTPS = 443
_MOST_URL = 2000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, as it came."""

    kind: str
    """image/jpeg, image/png, image/gif or image/webp, by its first bytes."""
    content: bytes


@dataclass(frozen=True, slots=True)
class NoPicture:
    """It cannot be shown; why, in words for whoever asked."""

    words: str


_ELSEWHERE = NoPicture("This picture is kept at a place we do not fetch from.")
_SILENT = NoPicture(
    "This picture could not be fetched. It may be too old: carriers keep them for days only."
)
_LARGE = NoPicture("This picture is larger than 5 MB and is not shown.")
_OTHER = NoPicture("This is not a picture we can show.")


def fetch(url: str, *, loopback: bool = False, authorization: str = "") -> Picture | NoPicture:
    """The picture at `url`. Never raises, follows no redirect.

    `loopback` allows plain http to this computer, for the simulated carrier, and nothing else beside
    https. `authorization` is sent along; give it only for an address of the carrier's own.
    """
    parts = _allowed(url, loopback)
    if parts is None:
        return _ELSEWHERE
    until = time.monotonic() + PATIENCE_S
    addresses = _resolve_within(parts, loopback)
    if addresses is None:
        return _SILENT
    if not addresses:
        return _ELSEWHERE
    headers = {"Accept": "image/*", "Accept-Encoding": "identity"}
    if authorization:
        headers["Authorization"] = authorization
    try:
        return _get(_Pinned(parts, addresses[0], until), parts, headers)
    # ValueError: a socket closed under a read, or a header that makes no sense.
    except (OSError, http.client.HTTPException, ValueError):
        return _SILENT


def _allowed(url: str, loopback: bool) -> SplitResult | None:
    """The parts of an address that may be fetched from at all."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    plain = not url or len(url) > _MOST_URL or not url.isascii() or not url.isprintable() or " " in url
    if plain or not parts.hostname or parts.username is not None or parts.password is not None:
        return None
    if parts.scheme == "https" and port in (None, _HTTPS):
        return parts
    return parts if loopback and parts.scheme == "http" else None


def _resolve_within(parts: SplitResult, loopback: bool) -> list[str] | None:
    """The same within the five seconds; None when a slow server of names has not answered by then."""
    found: list[list[str]] = []
    # A thread, for the system's call cannot be cut off; it ends by itself when that gives up.
    looking = threading.Thread(target=lambda: found.append(_resolve(parts, loopback)), daemon=True)
    looking.start()
    looking.join(PATIENCE_S)
    return found[0] if found else None


def _resolve(parts: SplitResult, loopback: bool) -> list[str]:
    """The addresses behind the name, if every one of them may be asked."""
    port = parts.port or (_HTTPS if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = [str(one[4][0]) for one in found]
    may_be_asked: Callable[[str], bool] = _is_open
    if parts.scheme == "http" and loopback:
        may_be_asked = _is_this_computer
    return addresses if addresses and all(may_be_asked(one) for one in addresses) else []


def _is_this_computer(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def _is_open(address: str) -> bool:
    """Whether it is a computer of the open internet: not ours, not a neighbour's, not one in disguise."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None or ip.teredo is not None or ip in _TRANSLATED:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, under the name that was asked for."""

    def __init__(self, parts: SplitResult, address: str, until: float) -> None:
        self._secure = parts.scheme == "https"
        port = parts.port or (_HTTPS if self._secure else 80)
        super().__init__(parts.hostname or "", port, timeout=PATIENCE_S)
        self._address = address
        self._until = until
        # `sock` is forgotten once an answer begins that ends with the connection; this is not.
        self._open: socket.socket | None = None

    def left_s(self) -> float:
        """What is left of the five seconds. Raises TimeoutError when nothing is."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def connect(self) -> None:
        # From here on `cut` reaches it: in the handshake as well as in every read.
        self.sock = self._open = socket.create_connection((self._address, self.port), self.left_s())
        self.sock.settimeout(self.left_s())
        if self._secure:
            context = ssl.create_default_context()
            self.sock = self._open = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()
        self.left_s()  # the clock may have struck before there was anything to cut

    def cut(self) -> None:
        """End it from another thread: a server that sends a byte now and then keeps nobody waiting."""
        self._until = 0.0
        if self._open is not None:
            try:
                self._open.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def _get(connection: _Pinned, parts: SplitResult, headers: dict[str, str]) -> Picture | NoPicture:
    clock = threading.Timer(connection.left_s(), connection.cut)
    clock.daemon = True
    clock.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            return _SILENT
        content = _read(answer, connection)
    finally:
        clock.cancel()
        connection.close()
    if content is None:
        return _LARGE
    kind = kind_of(content)
    return Picture(kind, content) if kind else _OTHER


def _read(answer: http.client.HTTPResponse, connection: _Pinned) -> bytes | None:
    """All of it; None when it is too large. Raises TimeoutError, and IncompleteRead for a part of it."""
    if (answer.length or 0) > MOST_BYTES:
        return None
    content = bytearray()
    while piece := answer.read1(_PIECE):
        content += piece
        if len(content) > MOST_BYTES:
            return None
        connection.left_s()
    connection.left_s()  # an end that we made ourselves is none of the picture
    if answer.length:
        raise http.client.IncompleteRead(bytes(content), answer.length)
    return bytes(content)


def kind_of(content: bytes) -> str:
    """What kind of picture begins like this; "" for everything else, whatever it calls itself."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return ""
