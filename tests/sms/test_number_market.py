"""Numbers over real HTTP: searched, bought once, linked; every answer a value."""

import base64
import json
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs

import pytest

from p2ptext.sms.number_market import Done, Found, NumberMarket, Offer, Refused, Unknown
from p2ptext.sms.vonage import VonageProvider
from tests.simulator.rig import Simulator, simulator
from tests.sms.wire import APPLICATION, Server, answer, drop, http, message, reset, settings

Serve = Callable[..., Server]
SUCCESS = http("200 OK", b'{"error-code": "200", "error-code-label": "success"}')


@pytest.fixture(scope="module")
def carrier() -> Iterator[Simulator]:
    with simulator() as running:
        yield running


@pytest.fixture
def market(carrier: Simulator) -> NumberMarket:
    return NumberMarket(settings(carrier.url))


def test_numbers_of_an_area_code_are_on_sale_with_their_price(market: NumberMarket) -> None:
    found = market.search("10dlc", "614", most=3)
    assert isinstance(found, Found)
    assert [one.phone for one in found.offers] == ["+16145550100", "+16145550101", "+16145550102"]
    assert found.offers[0] == Offer("+16145550100", "10dlc", ("SMS", "MMS", "VOICE"), "0.90")
    assert found.total == 100


def test_toll_free_numbers_and_numbers_for_pictures_are_found_apart(market: NumberMarket) -> None:
    free = market.search("toll_free", most=1)
    assert isinstance(free, Found)
    assert (free.offers[0].phone, free.offers[0].kind) == ("+18005550100", "toll_free")
    assert market.search("10dlc", "6145550199", mms=True) == Found((), 0)
    plain = market.search("10dlc", "6145550199")
    assert isinstance(plain, Found)
    assert not plain.offers[0].can_mms


def test_a_number_is_bought_then_linked_and_on_sale_no_more(market: NumberMarket) -> None:
    phone = "+12165550110"
    assert market.owned(phone) is None
    assert market.link(phone) == Refused(
        "Vonage answered 420. The number cannot be had. It may be gone; search again."
    )
    assert market.buy(phone) == Done()
    mine = market.owned(phone)
    assert isinstance(mine, Offer)
    assert (mine.application_id, mine.can_mms) == ("", True)
    assert market.link(phone) == Done()
    linked = market.owned(phone)
    assert isinstance(linked, Offer)
    assert linked.application_id == APPLICATION
    assert market.offer("10dlc", phone) is None
    assert isinstance(market.buy(phone), Refused)


def test_a_purchase_without_an_answer_is_unknown_and_the_account_tells(market: NumberMarket) -> None:
    phone = "+12165550197"
    assert isinstance(market.buy(phone), Unknown)
    assert isinstance(market.owned(phone), Offer)


def test_a_number_that_somebody_else_took_is_refused(market: NumberMarket) -> None:
    assert isinstance(market.buy("+12165550198"), Refused)
    assert market.owned("+12165550198") is None


def test_a_wrong_secret_buys_nothing(carrier: Simulator, market: NumberMarket) -> None:
    stranger = NumberMarket(settings(carrier.url, vonage_api_secret="guessed"))
    assert stranger.buy("+12165550120") == Refused(
        "Vonage answered 401. The account's key or secret is wrong."
    )
    assert market.owned("+12165550120") is None


def test_texts_sent_before_do_not_turn_a_purchase_into_json(serve: Serve) -> None:
    """The SDK keeps headers between calls: on a client shared with texts, this body would say JSON."""
    server = serve(answer(SUCCESS))
    VonageProvider(settings(server.host)).send(message())
    market = NumberMarket(settings(server.host))
    assert market.search("10dlc", "614") == Found((), 0)
    assert market.buy("+16145550104") == Done()
    head, _, body = server.requests[-1].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /number/buy HTTP/1.1\r\n")
    assert b"content-type: application/x-www-form-urlencoded" in head.lower()
    assert parse_qs(body.decode()) == {"country": ["US"], "msisdn": ["16145550104"]}
    known = base64.b64encode(b"simulated:secret")
    assert b"authorization: basic " + known.lower() in head.lower()
    assert b"secret" not in body


MAYBE = {
    "silence": lambda _conn: None,
    "dropped": drop,
    "reset": reset,
    "cut off": answer(http("200 OK", b'{"error-code"', length=500)),
    "no JSON": answer(http("200 OK", b"<html>busy</html>")),
    "a list": answer(http("200 OK", b"[]")),
    "no code": answer(http("200 OK", b"{}")),
    "500": answer(http("500 Internal Server Error", b"{}")),
    "503": answer(http("503 Service Unavailable", b"{}")),
    "a redirect": answer(http("302 Found", b"", "Location: http://127.0.0.1:9/")),
}


@pytest.mark.parametrize("name", MAYBE)
def test_a_purchase_is_made_once_whatever_comes_back(serve: Serve, name: str) -> None:
    server = serve(MAYBE[name])
    assert isinstance(NumberMarket(settings(server.host)).buy("+16145550104"), Unknown)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "401 Unauthorized", "420 Failure", "429 Too Many"]
)
def test_what_is_refused_was_not_bought(serve: Serve, status: str) -> None:
    body = json.dumps({"error-code": status[:3], "error-code-label": "+16145550104"}).encode()
    server = serve(answer(http(status, body)))
    refused = NumberMarket(settings(server.host)).buy("+16145550104")
    assert isinstance(refused, Refused)
    assert "6145550104" not in refused.words
    assert len(server.requests) == 1


def test_a_refusal_inside_an_answer_of_200_is_one(serve: Serve) -> None:
    server = serve(answer(http("200 OK", b'{"error-code": "420", "error-code-label": "gone"}')))
    assert isinstance(NumberMarket(settings(server.host)).buy("+16145550104"), Refused)


def test_nobody_there_is_no_purchase() -> None:
    assert isinstance(NumberMarket(settings("127.0.0.1:1")).buy("+16145550104"), Refused)


@pytest.mark.parametrize(
    "body", [b"[]", b"null", b'{"numbers": 7, "count": 1}', b'{"numbers": [{"msisdn": 1}], "count": 1}']
)
def test_a_search_that_cannot_be_read_is_a_value(serve: Serve, body: bytes) -> None:
    server = serve(answer(http("200 OK", body)))
    assert isinstance(NumberMarket(settings(server.host)).search("10dlc"), Unknown)


@pytest.mark.parametrize("phone", ["24636", "+442079460100", "+1614555010", ""])
def test_what_is_not_sold_here_is_not_asked_about(phone: str) -> None:
    market = NumberMarket(settings("127.0.0.1:1"))
    for ask in (market.buy, market.link, market.owned):
        refused = ask(phone)
        assert isinstance(refused, Refused)
        assert "North American" in refused.words


def test_the_simulated_carrier_takes_no_purchase_that_says_it_is_json(
    carrier: Simulator, market: NumberMarket
) -> None:
    known = {"Authorization": "Basic " + base64.b64encode(b"simulated:secret").decode()}
    wanted = {"country": "US", "msisdn": "12165550130"}
    assert carrier.post("/number/buy", wanted, **known)[0] == 420
    assert carrier.post("/number/buy", wanted)[0] == 401
    assert market.owned("+12165550130") is None
