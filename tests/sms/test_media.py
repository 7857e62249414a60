"""Fetching a picture that a stranger's address names: nothing but a picture, from nowhere but outside."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from p2ptext.sms import media
from p2ptext.sms.media import NoPicture, Picture, fetch, kind_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 200
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(answer: Answer) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A web server on this computer, and the headers of what it was asked."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append({"path": self.path, **dict(self.headers)})
            answer(self)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", asked
    finally:
        running.shutdown()
        running.server_close()


def sends(content: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content_Length": str(len(content))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def test_a_picture_of_the_simulated_carrier_is_fetched() -> None:
    with server(sends(PNG, Content_Type="text/html")) as (place, asked):
        found = fetch(f"{place}/v3/media/cat.png?size=1", loopback=True, authorization="Bearer made-up")
    assert found == Picture("image/png", PNG)
    assert asked[0]["path"] == "/v3/media/cat.png?size=1"
    assert asked[0]["Authorization"] == "Bearer made-up"


def test_nobody_else_is_told_who_we_are() -> None:
    with server(sends(PNG)) as (place, asked):
        fetch(f"{place}/cat.png", loopback=True)
    assert "Authorization" not in asked[0]
    assert "Cookie" not in asked[0]


ELSEWHERE = [
    "",
    "not an address",
    "http://192.0.2.1/cat.png",
    "ftp://files.example/cat.png",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "https://127.0.0.1/cat.png",
    "https://localhost/cat.png",
    "https://[::1]/cat.png",
    "https://[::ffff:127.0.0.1]/cat.png",
    "https://[::ffff:10.0.0.1]/cat.png",
    "https://[2002:7f00:1::]/cat.png",
    "https://[64:ff9b::7f00:1]/cat.png",
    "https://[fe80::1]/cat.png",
    "https://[fd00::1]/cat.png",
    "https://0.0.0.0/cat.png",
    "https://10.1.2.3/cat.png",
    "https://172.16.0.1/cat.png",
    "https://192.168.1.1/cat.png",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/cat.png",
    "https://224.0.0.1/cat.png",
    "https://240.0.0.1/cat.png",
    "https://255.255.255.255/cat.png",
    "https://2130706433/cat.png",
    "https://0x7f.1/cat.png",
    "https://017700000001/cat.png",
    "https://127.0.0.1:443/cat.png",
    "https://192.0.2.1:22/cat.png",
    "https://someone@192.0.2.1/cat.png",
    "https://192.0.2.1:99999/cat.png",
    "https://[::1/cat.png",
    "https://192.0.2.1/a b",
    "https://192.0.2.1/\r\nHost: other",
    "https://192.0.2.1/" + "a" * 2000,
]


@pytest.mark.parametrize("url", ELSEWHERE, ids=lambda url: repr(url[:40]))
@pytest.mark.parametrize("loopback", [False, True])
def test_such_places_are_not_asked(url: str, loopback: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a connection is made: whoever answers there could not tell that we know them."""
    tried: list[object] = []
    monkeypatch.setattr(media.socket, "create_connection", lambda *args: tried.append(args))
    assert isinstance(fetch(url, loopback=loopback), NoPicture)
    assert tried == []


def test_this_computer_is_asked_only_for_the_simulated_carrier() -> None:
    with server(sends(PNG)) as (place, asked):
        assert isinstance(fetch(f"{place}/cat.png"), NoPicture)
    assert asked == []


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name leads to these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(media.socket, "getaddrinfo", lambda *_, **__: found)


def test_a_name_that_leads_home_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, "8.8.8.8", "10.0.0.5")
    tried: list[object] = []
    monkeypatch.setattr(media.socket, "create_connection", lambda *args: tried.append(args))
    assert isinstance(fetch("https://pictures.example/cat.png"), NoPicture)
    assert tried == []


def test_the_address_that_was_checked_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere at the second look changes nothing: nobody looks twice."""
    names(monkeypatch, "8.8.8.8")
    tried: list[tuple[str, int]] = []

    def connect(place: tuple[str, int], *_: object) -> None:
        tried.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(media.socket, "create_connection", connect)
    assert isinstance(fetch("https://pictures.example/cat.png"), NoPicture)
    assert tried == [("8.8.8.8", 443)]


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Never says how long it is, and is larger than any picture."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(PNG)
    for _ in range(media.MOST_BYTES // 65536 + 2):
        handler.wfile.write(b"\0" * 65536)


def broken(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(PNG)


NOT_SHOWN = [
    (sends(b"", 302, Location="http://127.0.0.1:9/other"), "could not be fetched"),
    (sends(b"<html>", 404), "could not be fetched"),
    (sends(b"", 401), "could not be fetched"),
    (sends(b"<!doctype html><script>alert(1)</script>", Content_Type="image/png"), "not a picture"),
    (sends(b"<svg xmlns='http://www.w3.org/2000/svg'/>", Content_Type="image/svg+xml"), "not a picture"),
    (sends(b""), "not a picture"),
    (sends(PNG, Content_Length=str(media.MOST_BYTES + 1)), "larger than 5 MB"),
    (endless, "larger than 5 MB"),
    (broken, "could not be fetched"),
]


@pytest.mark.parametrize(("answer", "words"), NOT_SHOWN)
def test_what_is_no_picture_is_not_shown(answer: Answer, words: str) -> None:
    with server(answer) as (place, asked):
        found = fetch(f"{place}/cat.png", loopback=True)
    assert isinstance(found, NoPicture)
    assert words in found.words
    assert len(asked) == 1


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n" + PNG])
def test_a_server_that_drips_is_cut_off(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then, in the headers or after them, holds nobody for longer than that."""
    monkeypatch.setattr(media, "PATIENCE_S", 0.3)
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(head)
            while not over.wait(0.02):
                handler.wfile.write(b"x")
        except OSError:
            return

    with server(drip) as (place, _):
        began = time.monotonic()
        found = fetch(f"{place}/cat.png", loopback=True)
        took = time.monotonic() - began
        over.set()
    assert isinstance(found, NoPicture)
    assert took < 20


def test_a_handshake_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "PATIENCE_S", 1.0)
    names(monkeypatch, "8.8.8.8")
    over, reached = threading.Event(), threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(20)  # a call that never comes must not keep the thread

    def connect(_: object, patience: float) -> socket.socket:
        # Not socket.create_connection: that asks for names, and they lead elsewhere here.
        here = socket.socket()
        here.settimeout(patience)
        here.connect(listening.getsockname())
        return here

    def drip() -> None:
        there, _ = listening.accept()
        reached.set()
        with there:
            try:
                there.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
                while not over.wait(0.02):
                    there.sendall(b"x")
            except OSError:
                return

    monkeypatch.setattr(media.socket, "create_connection", connect)
    dripping = threading.Thread(target=drip, daemon=True)
    dripping.start()
    began = time.monotonic()
    found = fetch("https://pictures.example/cat.png")
    took = time.monotonic() - began
    over.set()
    dripping.join(20)
    listening.close()
    assert reached.is_set()
    assert isinstance(found, NoPicture)
    assert took < 20


def test_a_slow_server_of_names_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "PATIENCE_S", 0.3)
    over = threading.Event()
    monkeypatch.setattr(media.socket, "getaddrinfo", lambda *_, **__: over.wait(60) and [])
    began = time.monotonic()
    found = fetch("https://pictures.example/cat.png")
    took = time.monotonic() - began
    over.set()
    assert isinstance(found, NoPicture)
    assert "could not be fetched" in found.words
    assert took < 30


KINDS = [
    (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
    (PNG, "image/png"),
    (b"GIF89a...", "image/gif"),
    (b"GIF87a...", "image/gif"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    (b"RIFF\x00\x00\x00\x00WAVE", ""),
    (b" \x89PNG\r\n\x1a\n", ""),
    (b"%PDF-1.7", ""),
    (b"", ""),
]


@pytest.mark.parametrize(("content", "kind"), KINDS)
def test_a_picture_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind
