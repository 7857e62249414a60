"""Settings for a carrier on this computer, and a server that mistreats its callers as told."""

import contextlib
import functools
import hashlib
import socket
import ssl
import struct
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from p2ptext.config import Settings
from p2ptext.sms.provider import OutboundText

SECRET = "the account's signature secret, long enough"
API_KEY = "simulated"
APPLICATION = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"
TO, FROM = "+14155550100", "+14155550150"

Behaviour = Callable[[socket.socket], None]


@functools.cache
def key_pair() -> tuple[str, str]:
    """A private and a public key, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def settings(host: str = "127.0.0.1:1", **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "database_url": "",
        "redis_url": "",
        "secret_key": "s" * 40,
        "phone_hash_key": "p" * 40,
        "public_url": "http://127.0.0.1:1",
        "vonage_api_key": API_KEY,
        "vonage_api_secret": "secret",
        "vonage_application_id": APPLICATION,
        "vonage_private_key": key_pair()[0],
        "vonage_signature_secret": SECRET,
        "vonage_api_host": host,
        "send_timeout_s": 1,
    }
    return Settings(**(values | changes))


def message(text: str = "Hi Ana, will you vote?", **changes: Any) -> OutboundText:
    values: dict[str, Any] = {"to": TO, "from_": FROM, "text": text, "client_ref": uuid.uuid4().hex}
    return OutboundText(**(values | changes))


def token(body: bytes, secret: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    """A webhook's token; a change to None leaves the claim out."""
    claims: dict[str, Any] = {
        "iat": int(time.time()),
        "jti": str(uuid.uuid4()),
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": API_KEY,
        "application_id": APPLICATION,
    } | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm)


def http(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {size}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answer(raw: bytes) -> Behaviour:
    return lambda conn: conn.sendall(raw)


def drop(conn: socket.socket) -> None:
    conn.shutdown(socket.SHUT_RDWR)


def reset(conn: socket.socket) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


class Server:
    """Reads whole requests, counts them, and does to each what `behaviour` says."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.behaviour = behaviour
        self.requests: list[bytes] = []
        self.connections = 0
        self._tls = tls
        self._open: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for each in [self._socket, *self._open]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                conn, _ = self._socket.accept()
                self.connections += 1
                self._open.append(conn)
                threading.Thread(target=self._serve, args=(conn,), daemon=True).start()

    def _serve(self, conn: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._tls:
                conn = self._tls.wrap_socket(conn, server_side=True)
                self._open.append(conn)
            for request in _requests(conn):
                self.requests.append(request)
                self.behaviour(conn)


def _requests(conn: socket.socket) -> Iterator[bytes]:
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = conn.recv(65536)
            if not more:
                return
            data += more
        head, _, rest = data.partition(b"\r\n\r\n")
        lengths = [line[15:] for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"]
        length = int(lengths[0]) if lengths else 0
        while len(rest) < length:
            rest += conn.recv(65536)
        yield head + b"\r\n\r\n" + rest[:length]
        data = rest[length:]
