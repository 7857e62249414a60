"""Whatever happens on the wire, a text leaves at most once, and we know when it certainly did not."""

import datetime
import ipaddress
import json
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import jwt.algorithms
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from requests.adapters import HTTPAdapter
from vonage import Auth, HttpClientOptions, Vonage
from vonage_messages.models import Sms

from p2ptext.sms import one_shot
from p2ptext.sms.provider import Accepted, NotSent, Unknown, steady
from p2ptext.sms.vonage import VonageProvider
from tests.simulator.rig import until
from tests.sms.wire import APPLICATION, answer, drop, http, key_pair, message, reset, settings

TAKEN = http("202 Accepted", b'{"message_uuid":"d8f86df1-dec6-442f-870a-2241be27d721"}')


class PlainHttp(HTTPAdapter):
    def send(self, request, *args, **kwargs):
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, *args, **kwargs)


def test_the_stock_sdk_sends_ten_copies_and_ours_one(serve):
    server = serve(drop)
    stock = Vonage(
        Auth(application_id=APPLICATION, private_key=key_pair()[0]),
        HttpClientOptions(api_host=server.host, timeout=2),
    )
    stock.http_client._session.mount("https://", PlainHttp(max_retries=0))
    with pytest.raises(requests.ConnectionError):
        stock.messages.send(Sms(to="14155550100", from_="14155550150", text="Hi"))
    assert len(server.requests) == 10

    ours = serve(drop)
    assert isinstance(VonageProvider(settings(ours.host)).send(message()), Unknown)
    assert len(ours.requests) == 1


def stall(conn):
    time.sleep(1.5)


AFTER_TAKING = {
    "connection closed": drop,
    "connection reset": reset,
    "no answer in time": stall,
    "answer cut off in its body": lambda conn: (
        conn.sendall(http("202 Accepted", b'{"mess', length=60)),
        drop(conn),
    ),
    "answer cut off in its head": lambda conn: (conn.sendall(b"HTTP/1.1 202 Acc"), drop(conn)),
    "answer stalls in its body": lambda conn: (
        conn.sendall(http("202 Accepted", b'{"m', length=60)),
        stall(conn),
    ),
    "not HTTP": lambda conn: (conn.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), drop(conn)),
    "202 without a body": answer(http("202 Accepted")),
    "202 with words": answer(http("202 Accepted", b"accepted")),
    "202 with a list": answer(http("202 Accepted", b"[1]")),
    "202 without an id": answer(http("202 Accepted", b'{"ok":true}')),
    "202 with an id that is none": answer(http("202 Accepted", b'{"message_uuid":{"a":1}}')),
    "202 nested too deep": answer(http("202 Accepted", b"[" * 20000)),
    "redirect that keeps the method": answer(
        http("307 Temporary Redirect", b"", "Location: /v1/messages")
    ),
    "redirect": answer(http("302 Found", b"", "Location: /elsewhere")),
    "304": answer(http("304 Not Modified")),
}


@pytest.mark.parametrize("behaviour", AFTER_TAKING.values(), ids=AFTER_TAKING.keys())
def test_taken_without_a_clear_answer_is_unknown_and_sent_once(serve, behaviour):
    server = serve(behaviour)
    assert isinstance(VonageProvider(settings(server.host)).send(message()), Unknown)
    assert len(server.requests) == 1


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    assert isinstance(VonageProvider(settings(f"127.0.0.1:{port}")).send(message()), NotSent)


def test_connecting_takes_too_long():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = []
        for _ in range(4):  # fills the queue of connections nobody accepts
            each = socket.socket()
            each.setblocking(False)
            each.connect_ex(full.getsockname())
            waiting.append(each)
        provider = VonageProvider(settings(f"127.0.0.1:{full.getsockname()[1]}"))
        assert isinstance(provider.send(message()), NotSent)
        for each in waiting:
            each.close()


def test_tls_that_fails_before_the_request_is_not_sent(serve):
    def speak_plainly(conn):
        conn.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        received = []

        def run():
            conn, _ = listening.accept()
            received.append(conn.recv(65536))
            speak_plainly(conn)
            conn.close()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        provider = VonageProvider(settings(f"https://127.0.0.1:{listening.getsockname()[1]}"))
        assert isinstance(provider.send(message()), NotSent)
        thread.join()
    assert b"POST" not in received[0]


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "carrier.pem"
    path.write_bytes(private + cert.public_bytes(serialization.Encoding.PEM))
    return path


def test_over_tls_a_dropped_line_is_unknown_and_an_unknown_certificate_not_sent(
    serve, tmp_path, monkeypatch
):
    path = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    server = serve(drop, tls=tls)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    assert isinstance(VonageProvider(settings(f"https://{server.host}")).send(message()), NotSent)
    assert server.requests == []
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    assert isinstance(VonageProvider(settings(f"https://{server.host}")).send(message()), Unknown)
    assert len(server.requests) == 1


def test_the_environment_changes_nothing_on_loopback(serve, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = serve(answer(TAKEN))
    assert isinstance(VonageProvider(settings(server.host)).send(message()), Accepted)
    assert b"Authorization: Bearer ey" in server.requests[0]


def test_through_a_proxy_it_is_still_sent_once(serve, monkeypatch):
    """The proxy takes the tunnel request and drops the line: bytes were written, so it is unknown."""
    proxy = serve(drop)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://{proxy.host}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    # Addressed to a name that cannot exist: the proxy is the only server anybody talks to.
    result = VonageProvider(settings("carrier.invalid")).send(message())
    assert isinstance(result, Unknown)
    assert proxy.connections == 1


def test_an_idle_connection_is_not_trusted(serve, monkeypatch):
    server = serve(answer(TAKEN))
    provider = VonageProvider(settings(server.host))
    assert isinstance(provider.send(message()), Accepted)
    assert isinstance(provider.send(message()), Accepted)
    assert server.connections == 1
    monkeypatch.setattr(one_shot, "IDLE_LIMIT_S", 0.0)
    assert isinstance(provider.send(message()), Accepted)
    assert server.connections == 2


def test_a_connection_the_carrier_closed_after_its_answer_is_replaced(serve):
    closed: list[bool] = []
    server = serve(lambda conn: (conn.sendall(TAKEN), drop(conn), closed.append(True)))
    provider = VonageProvider(settings(server.host))
    for sent in range(1, 4):
        assert isinstance(provider.send(message()), Accepted)
        until(lambda: len(closed) == sent)  # noqa: B023 - called at once
    assert len(server.requests) == 3


def test_many_threads_share_one_provider(serve):
    server = serve(answer(TAKEN))
    provider = VonageProvider(settings(server.host, send_timeout_s=10))
    messages = [message(f"Text {number}") for number in range(200)]
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(provider.send, messages))
    assert {type(result) for result in results} == {Accepted}
    bodies = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in server.requests]
    assert sorted(body["client_ref"] for body in bodies) == sorted(each.client_ref for each in messages)


def test_the_key_is_parsed_once(serve, monkeypatch):
    """Parsing and checking it at each call costs 50 ms of processor time; signing costs 0.4 ms."""
    server = serve(answer(TAKEN))
    provider = VonageProvider(settings(server.host))

    def parse(*_args, **_kwargs):
        raise AssertionError("parsed again")

    monkeypatch.setattr(jwt.algorithms, "load_pem_private_key", parse)
    assert isinstance(provider.send(message()), Accepted)


def test_what_is_on_the_wire(serve):
    server = serve(answer(TAKEN))
    result = VonageProvider(settings(f"http://{server.host}")).send(
        message("Sí, ¿mañana? 👍", client_ref="ref-1", ttl_s=3600)
    )
    assert result == Accepted("d8f86df1-dec6-442f-870a-2241be27d721")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/messages HTTP/1.1")
    assert json.loads(body) == {
        "channel": "sms",
        "message_type": "text",
        "to": "14155550100",
        "from": "14155550150",
        "text": "Sí, ¿mañana? 👍",
        "client_ref": "ref-1",
        "ttl": 3600,
    }
    bearer = next(
        line for line in head.decode().split("\r\n") if line.startswith("Authorization: Bearer ")
    )
    claims = jwt.decode(bearer.split()[2], key_pair()[1], algorithms=["RS256"])
    assert claims["application_id"] == APPLICATION
    assert claims["exp"] - claims["iat"] == 900
    assert abs(claims["iat"] - time.time()) < 60


def test_what_was_checked_too_long_ago_does_not_leave(serve):
    """The process stood still, or connecting took too long, after the checks."""
    server = serve(answer(TAKEN))
    provider = VonageProvider(settings(server.host))
    late = provider.send(message(leave_by=steady() - 0.001))
    assert isinstance(late, NotSent)
    assert server.requests == []
    assert isinstance(provider.send(message(leave_by=steady() + 60)), Accepted)
    assert isinstance(provider.send(message()), Accepted)
    assert len(server.requests) == 2


def test_head_and_body_leave_in_one_piece(serve, monkeypatch):
    server = serve(answer(TAKEN))
    pieces = []
    real = HTTPConnection.send
    monkeypatch.setattr(
        HTTPConnection, "send", lambda self, data: (pieces.append(data), real(self, data))[1]
    )
    assert isinstance(VonageProvider(settings(server.host)).send(message("Hi Ana")), Accepted)
    (piece,) = pieces
    assert piece.startswith(b"POST /v1/messages HTTP/1.1\r\n")
    assert b"Hi Ana" in piece
