"""What kind of line a number is: asked once, over real HTTP, and every answer a value."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from p2ptext.sms import line_types
from p2ptext.sms.line_types import Barred, LineType, Lost, NotAsked, VonageLineTypes
from tests.simulator.rig import Simulator, simulator
from tests.sms.wire import Server, answer, drop, http, reset, settings

NUMBER = "+14155550100"
Serve = Callable[..., Server]


def ask(host: str, number: str = NUMBER, **changes: Any) -> line_types.LookUpResult:
    return VonageLineTypes(settings(host, **changes)).look_up(number)


def carrier(network_type: str | None, code: str = "OK") -> dict[str, Any]:
    return {"network_type": network_type, "status": {"code": code}}


def said(**insights: Any) -> bytes:
    return http("200 OK", json.dumps({"request_id": "1", "insights": insights}).encode())


@pytest.fixture(scope="module")
def carrier_process() -> Iterator[Simulator]:
    with simulator() as running:
        yield running


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("00", LineType.MOBILE),
        ("95", LineType.LANDLINE),
        ("97", LineType.VOIP),
        ("98", LineType.MOBILE),  # a landline's number that moved to a mobile
        ("99", LineType.UNKNOWN),
        ("94", Lost("Vonage answered 503.")),
        ("93", NotAsked("Vonage answered 429.", 1.0)),
    ],
)
def test_the_simulated_carrier_knows_every_kind(
    carrier_process: Simulator, ending: str, expected: line_types.LookUpResult
) -> None:
    assert ask(carrier_process.url, f"+141555501{ending}") == expected


def test_another_applications_token_is_turned_away(carrier_process: Simulator) -> None:
    before = carrier_process.get("/ledger/summary")["look_ups"]["answered"]
    wrong = ask(carrier_process.url, vonage_application_id="aaaaaaaa-bbbb-4ccc-8ddd-000000000000")
    assert wrong == Barred("Vonage answered 401.")
    assert carrier_process.get("/ledger/summary")["look_ups"]["answered"] == before


def test_the_question_is_what_vonage_documents_and_holds_no_secret(serve: Serve) -> None:
    server = serve(answer(said(current_carrier=carrier("MOBILE"))))
    assert ask(server.host) is LineType.MOBILE
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /identity-insights/v1/requests HTTP/1.1\r\n")
    assert b"authorization: bearer ey" in head.lower()
    assert json.loads(body) == {
        "phone_number": "14155550100",
        "insights": {"current_carrier": {}, "original_carrier": {}},
    }
    assert b"secret" not in server.requests[0]


SAID = [
    # current carrier, original carrier, what it is
    (carrier("MOBILE"), carrier("LANDLINE"), LineType.MOBILE),
    (carrier("LANDLINE"), carrier("MOBILE"), LineType.LANDLINE),
    (carrier("landline"), None, LineType.LANDLINE),
    (carrier("VIRTUAL"), None, LineType.VOIP),
    (carrier("LANDLINE_TOLLFREE"), None, LineType.TOLL_FREE),
    (carrier("LANDLINE_PREMIUM"), None, LineType.UNKNOWN),
    (carrier("PAGER"), None, LineType.UNKNOWN),
    (carrier(None), carrier("LANDLINE"), LineType.LANDLINE),
    (carrier(None, "UNSUPPORTED_NETWORK_TYPE"), carrier("LANDLINE"), LineType.LANDLINE),
    (carrier(None, "NOT_FOUND"), carrier("LANDLINE"), LineType.LANDLINE),
    # Nobody knows where the number is now: it may have moved to a mobile.
    (carrier(None, "NO_COVERAGE"), carrier("LANDLINE"), LineType.UNKNOWN),
    (carrier(None, "UNAUTHORIZED"), carrier("LANDLINE"), LineType.UNKNOWN),
    (None, carrier("LANDLINE"), LineType.UNKNOWN),
    # A mobile's number that no mobile network has.
    (carrier(None, "NOT_FOUND"), carrier("MOBILE"), LineType.UNKNOWN),
    (carrier(None, "INVALID_NUMBER_FORMAT"), None, LineType.UNKNOWN),
    (carrier("LANDLINE", "INVALID_NUMBER_FORMAT"), None, LineType.UNKNOWN),
    (None, None, LineType.UNKNOWN),
    (carrier(None, "SUPPLIER_ERROR"), carrier("LANDLINE"), Lost("Vonage's answer was SUPPLIER_ERROR.")),
    (carrier(None, "INTERNAL_ERROR"), None, Lost("Vonage's answer was INTERNAL_ERROR.")),
]


@pytest.mark.parametrize(("current", "original", "expected"), SAID)
def test_what_the_two_carriers_say_together(
    serve: Serve, current: Any, original: Any, expected: line_types.LookUpResult
) -> None:
    both = {"current_carrier": current, "original_carrier": original}
    server = serve(answer(said(**{name: one for name, one in both.items() if one})))
    assert ask(server.host) == expected


LOST = {
    "silence": lambda _conn: None,
    "dropped": drop,
    "reset": reset,
    "cut off": answer(http("200 OK", b'{"insights"', length=500)),
    "no JSON": answer(http("200 OK", b"<html>busy</html>")),
    "empty": answer(http("200 OK")),
    "a list": answer(http("200 OK", b"[]")),
    "no insights": answer(http("200 OK", b'{"request_id": "1"}')),
    "no status": answer(said(current_carrier={"network_type": "MOBILE"})),
    "a number for a type": answer(said(current_carrier={"network_type": 7, "status": {"code": "OK"}})),
    "an error inside 200": answer(http("200 OK", b'{"title": "Oops", "detail": "Malformed JSON"}')),
    "500": answer(http("500 Internal Server Error", b"{}")),
    "504": answer(http("504 Gateway Timeout")),
    "422": answer(http("422 Unprocessable Entity", b'{"title": "Invalid params"}')),
    "a redirect": answer(http("302 Found", b"", "Location: http://127.0.0.1:9/")),
}


@pytest.mark.parametrize("name", LOST)
def test_what_may_have_been_charged_is_lost_and_asked_once(serve: Serve, name: str) -> None:
    server = serve(LOST[name])
    assert isinstance(ask(server.host), Lost)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", ["401 Unauthorized", "402 Payment Required", "403 Forbidden"])
def test_an_account_that_may_not_ask_is_barred(serve: Serve, status: str) -> None:
    server = serve(answer(http(status, b'{"title": "No", "detail": "14155550100"}')))
    assert ask(server.host) == Barred(f"Vonage answered {status[:3]}.")


@pytest.mark.parametrize(("header", "expected"), [("7", 7.0), ("soon", None), ("-1", None)])
def test_too_many_questions_were_not_asked(serve: Serve, header: str, expected: float | None) -> None:
    server = serve(answer(http("429 Too Many Requests", b"{}", f"Retry-After: {header}")))
    assert ask(server.host) == NotAsked("Vonage answered 429.", expected)
    assert len(server.requests) == 1


def test_nobody_there_was_not_asked() -> None:
    assert isinstance(ask("127.0.0.1:1"), NotAsked)


def test_a_number_that_is_none_is_not_asked(serve: Serve) -> None:
    server = serve(answer(said()))
    assert ask(server.host, "+0") is LineType.UNKNOWN
    assert server.requests == []


def test_numbers_and_tokens_stay_out_of_the_log(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = serve(answer(http("401 Unauthorized", b'{"detail": "14155550100"}')))
    ask(server.host)
    assert "14155550100" not in caplog.text
    assert "Bearer" not in caplog.text


def test_nobody_is_asked_unless_the_settings_say_so() -> None:
    assert line_types.line_type_look_up(settings()) is None
    asked = line_types.line_type_look_up(settings(line_type_lookup="vonage"))
    assert isinstance(asked, VonageLineTypes)


@pytest.mark.parametrize(
    ("configured", "expected"),
    [("api.nexmo.com", "api-us.vonage.com"), ("api-eu.vonage.com", "api-eu.vonage.com")],
)
def test_a_region_is_asked(configured: str, expected: str) -> None:
    insights = VonageLineTypes(settings(configured))._insights
    assert insights.http_client.api_host == expected
