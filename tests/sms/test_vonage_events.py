"""Webhooks in every shape: nothing raises, and a STOP comes through."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from p2ptext.sms import vonage_events
from p2ptext.sms.provider import Inbound, Status, Strange
from p2ptext.sms.vonage_events import OLD_ACCOUNT, OLD_APPLICATION, SWAPPED, parse

DATA = Path(__file__).parents[1] / "data" / "vonage"

INBOUND = {
    "channel": "sms",
    "message_uuid": "m-1",
    "to": "14155550111",
    "from": "14155550100",
    "timestamp": "2026-11-21T14:00:00Z",
    "message_type": "text",
    "text": "STOP",
    "sms": {"num_messages": "2", "total_count": "2", "keyword": "STOP"},
    "usage": {"currency": "EUR", "price": "0.0057"},
    "origin": {"network_code": "310260"},
}
STATUS = {
    "message_uuid": "m-2",
    "to": "14155550100",
    "from": "14155550111",
    "timestamp": "2026-11-21T14:00:03.123Z",
    "status": "rejected",
    "channel": "sms",
    "client_ref": "ref-1",
    "usage": {"currency": "EUR", "price": "0.0333"},
    "sms": {"count_total": "2"},
    "destination": {"network_code": "310260"},
    "error": {
        "type": "https://developer.vonage.com/api-errors/messages#1240",
        "title": "1240",
        "detail": "Illegal Number",
        "instance": "x",
    },
}


def inbound(**changes):
    return parse(json.dumps(INBOUND | changes).encode(), expected="inbound")


def status(**changes):
    return parse(json.dumps(STATUS | changes).encode(), expected="status")


def without(shape, *names):
    return json.dumps({name: value for name, value in shape.items() if name not in names}).encode()


def test_an_ordinary_inbound():
    assert inbound() == [
        Inbound(
            key="inbound:m-1",
            provider_id="m-1",
            from_="+14155550100",
            to="+14155550111",
            text="STOP",
            media=[],
            segments=2,
            at="2026-11-21T14:00:00Z",
        )
    ]


def test_an_ordinary_receipt():
    assert status() == [
        Status(
            key="status:m-2:rejected:1240",
            provider_id="m-2",
            client_ref="ref-1",
            state="rejected",
            code=1240,
            price="0.0333",
            currency="EUR",
            network="310260",
            segments=2,
            at="2026-11-21T14:00:03.123Z",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"text": 5}, "text", "5"),
        ({"text": "ST\0OP"}, "text", "STOP"),
        ({"text": "hi \ud83d"}, "text", "hi ?"),
        ({"text": "👍"}, "text", "👍"),
        ({"text": None, "reply": {"id": "1", "title": "STOP"}}, "text", "STOP"),
        ({"from": 14155550100}, "from_", "+14155550100"),
        ({"from": "+14155550100"}, "from_", "+14155550100"),
        ({"from": " 14155550100 "}, "from_", "+14155550100"),
        ({"from": "22395"}, "from_", "22395"),
        ({"from": "AcmeInc"}, "from_", "AcmeInc"),
        ({"sms": {}}, "segments", None),
        ({"sms": {"num_messages": 3}}, "segments", 3),
        ({"sms": {"total_count": "4"}}, "segments", 4),
        ({"sms": {"num_messages": "²"}}, "segments", None),
        ({"sms": []}, "segments", None),
        ({"sms": "none"}, "segments", None),
        ({"timestamp": 5}, "at", "5"),
        ({"timestamp": {"a": 1}}, "at", None),
        ({"channel": None}, "text", "STOP"),
        ({"channel": "rcs", "workflow": {}, "anything": [1]}, "text", "STOP"),
        ({"message_type": ["text"]}, "text", "STOP"),
    ],
)
def test_odd_inbounds_are_still_read(changes, field, value):
    (event,) = inbound(**changes)
    assert getattr(event, field) == value


@pytest.mark.parametrize(
    ("changes", "media"),
    [
        (
            {
                "message_type": "image",
                "image": {"url": "ftp://x/1.jpg", "caption": "Hi", "name": "1.jpg"},
            },
            [{"type": "image", "url": "ftp://x/1.jpg", "caption": "Hi", "name": "1.jpg"}],
        ),
        (
            {"message_type": "content", "content": [{"type": "video", "url": "https://x/1"}, "odd", {}]},
            [
                {"type": "video", "url": "https://x/1", "caption": "", "name": ""},
                {"type": "file", "url": "", "caption": "", "name": ""},
            ],
        ),
        ({"message_type": "image", "image": "no object", "content": {"type": "image"}}, []),
        (
            {"message_type": "vcard", "vcard": {"url": 7}},
            [{"type": "vcard", "url": "7", "caption": "", "name": ""}],
        ),
    ],
)
def test_pictures_are_kept_as_addresses(changes, media):
    event = inbound(**changes)[0]
    assert isinstance(event, Inbound)
    assert event.media == media


def test_words_under_a_picture_are_words():
    (event,) = inbound(text=None, message_type="image", image={"url": "https://x/1", "caption": "STOP"})
    assert event.text == "STOP"


def test_a_message_that_cannot_be_shown_is_pointed_out_and_kept():
    strange, event = inbound(text=None, message_type="unsupported")
    assert isinstance(strange, Strange)
    assert "'unsupported'" in strange.words
    assert isinstance(event, Inbound)
    assert (event.text, event.media) == ("", [])


def test_without_an_id_the_body_is_the_id():
    body = without(INBOUND, "message_uuid")
    (first,), (copy,) = parse(body, expected="inbound"), parse(body, expected="inbound")
    (other,) = parse(body.replace(b"STOP", b"STAY"), expected="inbound")
    assert first.key == copy.key != other.key


def test_a_very_long_id_stays_unique_and_fits():
    (first,), (other,) = inbound(message_uuid="a" * 5000), inbound(message_uuid="a" * 4999 + "b")
    assert first.key != other.key
    assert len(first.provider_id) <= 100


@pytest.mark.parametrize("name", ["from", "to"])
def test_an_inbound_without_a_side_is_strange(name):
    (event,) = parse(without(INBOUND, name), expected="inbound")
    assert isinstance(event, Strange)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"status": "submitted"}, "state", "submitted"),
        ({"status": "Delivered "}, "state", "delivered"),
        ({"status": "read"}, "state", "delivered"),
        ({"status": "undeliverable"}, "state", "undeliverable"),
        ({"status": "submitted", "error": {"title": 1000}}, "code", 1000),
        ({"status": "submitted", "error": {"title": 1000}}, "state", "submitted"),
        ({"error": {"title": "1210", "type": "https://developer.vonage.com"}}, "code", 1210),
        ({"error": {"title": 1180}}, "code", 1180),
        ({"error": {"title": "Throttled", "type": "x#1000"}}, "code", 1000),
        ({"error": {"title": "Route 66 is closed"}}, "code", None),
        ({"error": {"title": True}}, "code", None),
        ({"error": {"type": "x#low-balance", "title": ["1000"]}}, "code", None),
        ({"error": {"code": 1300, "reason": "old"}}, "code", 1300),
        ({"error": "1240"}, "code", None),
        ({"error": []}, "code", None),
        ({"error": {}}, "code", None),
        ({"workflow": {}}, "state", "rejected"),
        ({"usage": None}, "price", None),
        ({"usage": {"price": 0.0333, "currency": "EUR"}}, "price", "0.0333"),
        ({"usage": {"price": "0.0333"}}, "price", None),
        ({"usage": {"price": "free", "currency": "EUR"}}, "price", None),
        ({"usage": {"price": "NaN", "currency": "EUR"}}, "price", None),
        ({"usage": {"price": "1e400000000", "currency": "EUR"}}, "price", None),
        ({"usage": {"price": "9" * 50, "currency": "EUR"}}, "price", None),
        ({"usage": {"currency": 5}}, "currency", "5"),
        ({"usage": {"currency": None}}, "currency", None),
        ({"destination": []}, "network", None),
        ({"destination": {"network_code": 310260}}, "network", "310260"),
        ({"sms": {"count_total": 3}}, "segments", 3),
        ({"sms": {"count_total": "0"}}, "segments", None),
        ({"client_ref": None}, "client_ref", None),
        ({"client_ref": 12}, "client_ref", "12"),
        ({"message_uuid": None}, "provider_id", ""),
    ],
)
def test_odd_receipts_are_still_read(changes, field, value):
    (event,) = status(**changes)
    assert getattr(event, field) == value


@pytest.mark.parametrize("changes", [{"status": "dancing"}, {"status": None}, {"status": ["delivered"]}])
def test_an_unknown_state_is_strange(changes):
    (event,) = status(**changes)
    assert isinstance(event, Strange)


def test_a_receipt_for_nothing_is_strange():
    (event,) = parse(without(STATUS, "message_uuid", "client_ref"), expected="status")
    assert isinstance(event, Strange)


def test_receipts_that_differ_have_different_keys():
    keys = [
        status(**changes)[0].key
        for changes in (
            {},
            {"status": "delivered"},
            {"error": {}},
            {"message_uuid": "m-3"},
            {"message_uuid": None},
        )
    ]
    assert len(set(keys)) == len(keys)
    assert status(timestamp="2026-11-21T15:00:00Z")[0].key == status()[0].key


def test_the_older_account_setting_is_named_and_a_stop_still_stops():
    body = json.dumps(
        {
            "msisdn": "14155550100",
            "to": "14155550111",
            "messageId": "0A01",
            "text": "STOP",
            "keyword": "STOP",
        }
    ).encode()
    strange, event = parse(body, expected="inbound")
    assert strange.words == OLD_ACCOUNT
    assert (event.from_, event.to, event.text) == ("+14155550100", "+14155550111", "STOP")
    assert event.key == "inbound:0A01"


def test_the_older_receipt_for_somebody_who_opted_out():
    body = (DATA / "docs-smsapi-dlr-optout.json").read_text()
    strange, event = parse(json.dumps(json.loads(body)["body"]).encode(), expected="status")
    assert strange.words == OLD_ACCOUNT
    assert (event.state, event.code) == ("rejected", 1240)


def test_webhook_version_0_1_is_named_and_a_stop_still_stops():
    old = {
        "message_uuid": "m-9",
        "from": {"type": "sms", "number": "14155550100"},
        "to": {"type": "sms", "number": "14155550111"},
        "direction": "inbound",
        "message": {"content": {"type": "text", "text": "STOP"}},
    }
    strange, event = parse(json.dumps(old).encode(), expected="inbound")
    assert strange.words == OLD_APPLICATION
    assert (event.from_, event.text) == ("+14155550100", "STOP")


def test_a_webhook_at_the_wrong_address_is_named_and_still_read():
    strange, event = parse(json.dumps(INBOUND).encode(), expected="status")
    assert strange.words == SWAPPED
    assert event.text == "STOP"
    strange, event = parse(json.dumps(STATUS).encode(), expected="inbound")
    assert strange.words == SWAPPED
    assert event.state == "rejected"


@pytest.mark.parametrize(
    "body", [b"", b"STOP", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b"{", b"[" * 60000]
)
def test_what_is_no_object_is_strange(body):
    for expected in ("inbound", "status"):
        (event,) = parse(body, expected=expected)
        assert isinstance(event, Strange)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_every_stored_payload_is_read(path):
    body = json.dumps(json.loads(path.read_text())["body"]).encode()
    for expected in ("inbound", "status"):
        check(parse(body, expected=expected))


KEYS = [
    *INBOUND,
    *STATUS,
    *vonage_events._MEDIA,
    "msisdn",
    "messageId",
    "content",
    "message",
    "reply",
    "code",
]
KEYS += [
    "url",
    "caption",
    "name",
    "number",
    "price",
    "currency",
    "network_code",
    "type",
    "title",
    "err-code",
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        ["submitted", "delivered", "14155550100", "x#1240", "\0", "\ud800", "1e999", "9" * 5000]
    )
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=6)
    ),
    max_leaves=20,
)


def check(events):
    assert events
    assert len({event.key for event in events}) == len(events)
    for event in events:
        assert len(event.key) <= 200
        for value in (getattr(event, name) for name in event.__slots__):
            if isinstance(value, str):
                assert "\0" not in value
                value.encode()


@hypothesis_settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KEYS), ANYTHING),
    st.sampled_from([{}, INBOUND, STATUS]),
    st.sampled_from(["inbound", "status"]),
)
def test_no_json_raises(odd, base, expected):
    check(parse(json.dumps(base | odd).encode(), expected=expected))


@hypothesis_settings(max_examples=100, deadline=None)
@given(st.binary())
def test_no_bytes_raise(body):
    check(parse(body, expected="inbound"))
