"""What the carrier answers, and what we make of it."""

import json
import logging
from pathlib import Path

import pytest

from p2ptext.sms.provider import Accepted, NotSent, Refused, Unknown
from p2ptext.sms.vonage import VonageProvider
from tests.sms.wire import answer, http, message, settings

DATA = Path(__file__).parents[1] / "data" / "vonage"


def stored(name: str) -> bytes:
    return json.dumps(json.loads((DATA / f"{name}.json").read_text())["body"]).encode()


def coded(code: int) -> bytes:
    kind = f"https://developer.vonage.com/api-errors/messages#{code}"
    return json.dumps({"type": kind, "title": str(code), "detail": "Words."}).encode()


BAD = "400 Bad Request"
TABLE = [
    ("202 Accepted", stored("py-send-202"), Accepted, None, None),
    ("202 Accepted", stored("py-send-202-failover"), Accepted, None, None),
    ("200 OK", stored("py-send-202"), Accepted, None, None),
    (BAD, stored("py-err-400-generic"), Refused, "content_problem", None),
    ("401 Unauthorized", stored("py-err-401-unauthorized"), Refused, "account_problem", None),
    ("401 Unauthorized", stored("net-err-401"), Refused, "account_problem", None),
    ("402 Payment Required", stored("py-err-402-low-balance"), Refused, "account_problem", None),
    ("403 Forbidden", stored("py-err-403-forbidden"), Refused, "account_problem", None),
    ("404 Not Found", stored("py-err-404-message"), Refused, "account_problem", None),
    ("404 Not Found", stored("py-err-404-notfound"), Refused, "account_problem", None),
    ("422 Unprocessable", stored("py-err-422-invalid-params"), Refused, "content_problem", 1150),
    ("422 Unprocessable", coded(1120), Refused, "sender_problem", 1120),
    ("422 Unprocessable", coded(1170), Refused, "invalid_number", 1170),
    ("403 Forbidden", coded(1240), Refused, "opted_out", 1240),
    ("402 Payment Required", coded(1070), Refused, "account_problem", 1070),
    (BAD, coded(99999), Refused, "content_problem", 99999),
    (BAD, b"<html>no</html>", Refused, "content_problem", None),
    (BAD, b"[1, 2]", Refused, "content_problem", None),
    (BAD, b'{"type": 5, "title": 1150, "detail": null}', Refused, "content_problem", 1150),
    (BAD, b"", Refused, "content_problem", None),
    # Named "not now", in an answer that says it was not taken.
    (BAD, coded(1000), NotSent, None, None),
    ("422 Unprocessable", coded(1030), NotSent, None, None),
    ("422 Unprocessable", coded(1100), NotSent, None, None),
    ("422 Unprocessable", coded(1230), NotSent, None, None),
    ("429 Too Many Requests", stored("py-err-429-ratelimit"), NotSent, None, None),
    ("429 Too Many Requests", b"", NotSent, None, None),
    # These may come after the text was taken, whatever code they carry.
    ("500 Internal Server Error", stored("py-err-500"), Unknown, None, None),
    ("500 Internal Server Error", coded(1100), Unknown, None, None),
    ("502 Bad Gateway", b"<html></html>", Unknown, None, None),
    ("503 Service Unavailable", coded(1000), Unknown, None, None),
    ("504 Gateway Timeout", b"", Unknown, None, None),
    ("408 Request Timeout", b"", Unknown, None, None),
    ("409 Conflict", b"", Unknown, None, None),
    ("418 I'm a teapot", b"", Unknown, None, None),
]


@pytest.mark.parametrize(("status", "body", "kind", "error", "code"), TABLE)
def test_answers(serve, status, body, kind, error, code):
    server = serve(answer(http(status, body)))
    result = VonageProvider(settings(server.host)).send(message())
    assert type(result) is kind
    assert len(server.requests) == 1
    if isinstance(result, Refused):
        assert (result.kind, result.code) == (error, code)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Retry-After: 7", 7.0),
        ("Retry-After: 0.5", 0.5),
        ("Retry-After: soon", None),
        ("Retry-After: nan", None),
        ("Retry-After: -1", None),
        ("Retry-After: 99999999", None),
        ("X-Nothing: 1", None),
    ],
)
def test_how_long_to_wait(serve, header, seconds):
    server = serve(answer(http("429 Too Many Requests", b"", header)))
    result = VonageProvider(settings(server.host)).send(message())
    assert isinstance(result, NotSent)
    assert result.retry_after_s == seconds


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"to": "14155550100"}, "invalid_number"),
        ({"to": "+1415555010x"}, "invalid_number"),
        ({"to": "+14155550100\n"}, "invalid_number"),
        ({"to": "+١٤١٥٥٥٥٠١٠٠"}, "invalid_number"),
        ({"to": ""}, "invalid_number"),
        ({"from_": "Vonage"}, "sender_problem"),
        ({"from_": "14155550150"}, "sender_problem"),
        ({"text": ""}, "content_problem"),
        ({"text": " \n "}, "content_problem"),
        ({"text": "a" * 1001}, "content_problem"),
        ({"text": "a\0b"}, "content_problem"),
        ({"text": "a\ud83d"}, "content_problem"),
        ({"client_ref": ""}, "content_problem"),
        ({"client_ref": "r" * 41}, "content_problem"),
        ({"ttl_s": 19}, "content_problem"),
        ({"ttl_s": 604_801}, "content_problem"),
    ],
)
def test_our_own_faults_never_reach_the_carrier(serve, changes, kind):
    server = serve(answer(http("202 Accepted", stored("py-send-202"))))
    result = VonageProvider(settings(server.host)).send(message(**changes))
    assert isinstance(result, Refused)
    assert result.kind == kind
    assert server.requests == []


def test_the_longest_text_and_both_ends_of_its_life_are_taken(serve):
    server = serve(answer(http("202 Accepted", stored("py-send-202"))))
    provider = VonageProvider(settings(server.host))
    assert isinstance(provider.send(message("a" * 1000, ttl_s=20)), Accepted)
    assert isinstance(provider.send(message("👍" * 1000, ttl_s=604_800)), Accepted)


def test_nothing_personal_is_logged_or_passed_on(serve, caplog):
    detail = json.dumps({"title": "Bad", "detail": "The number 14155550100 is \0wrong"}).encode()
    server = serve(answer(http(BAD, detail)))
    provider = VonageProvider(settings(server.host))
    with caplog.at_level(logging.DEBUG):
        result = provider.send(message("A private word"))
    assert result.words == "The carrier answered 400. Bad: The number … is wrong"
    written = caplog.text
    for personal in ("14155550100", "14155550150", "A private word", "Bearer"):
        assert personal not in written
