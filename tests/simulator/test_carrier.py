"""The simulated carrier over real HTTP, spoken to by the same code as the real one."""

import json
import time
import urllib.error
import uuid
from collections.abc import Iterator

import jwt
import pytest

from p2ptext.simulator.characters import HUGE_STORY
from p2ptext.sms.provider import Accepted, BadClaims, BadSignature, NotSent, Unknown, Verified
from tests.simulator.rig import Receiver, Simulator, environment, launch, simulator, until
from tests.sms.wire import APPLICATION, FROM, key_pair, message


@pytest.fixture(scope="module")
def carrier() -> Iterator[Simulator]:
    with simulator() as running:
        yield running


def person(last: str, area: str = "415") -> str:
    return f"+1{area}555{last}"


def states_of(found) -> list[str]:
    """Sorted: webhooks have no order, and at this speed they are a millisecond apart."""
    return sorted(status.state for status in found)


def bearer(**changes) -> str:
    now = int(time.time())
    claims = {"application_id": APPLICATION, "iat": now, "jti": "1", "exp": now + 60} | changes
    return "Bearer " + jwt.encode(claims, key_pair()[0], algorithm="RS256")


FIELDS = {
    "channel": "sms",
    "message_type": "text",
    "to": "14155550107",
    "from": "14155550150",
    "text": "Hi",
}


def test_a_text_is_taken_reported_and_answered(carrier):
    sent = message("Hi, will you vote? 👍", to=person("0100"))
    result = carrier.provider.send(sent)
    assert isinstance(result, Accepted)
    (row,) = carrier.taken(sent.to)
    assert (row["to"], row["from"], row["text"]) == (sent.to, FROM, sent.text)
    assert (row["client_ref"], row["message_uuid"], row["copies"]) == (
        sent.client_ref,
        result.provider_id,
        1,
    )
    (reply,) = until(lambda: carrier.replies(sent.to))
    assert (reply.text, reply.to) == ("yes", FROM)
    states = until(lambda: len(found := carrier.statuses(sent.client_ref)) == 2 and found)
    assert states_of(states) == ["delivered", "submitted"]
    assert {status.provider_id for status in states} == {result.provider_id}
    for hook in carrier.hooks(sent.to):
        assert type(carrier.provider.verify(hook.authorization, hook.body)) is Verified


def test_people_answer_say_thanks_and_fall_silent(carrier):
    someone = person("0100", "567")
    for turns, asked in ((1, "Will you vote?"), (2, "By mail or early?")):
        carrier.provider.send(message(asked, to=someone))
        until(lambda turns=turns: len(carrier.replies(someone)) == turns)
    sent = message("Thank you!", to=someone)
    carrier.provider.send(sent)
    until(lambda: len(carrier.statuses(sent.client_ref)) == 2 and carrier.quiet())
    assert len(carrier.replies(someone)) == 2


@pytest.mark.parametrize(("last", "words"), [("0101", "STOP"), ("0103", "Stop texting me")])
def test_who_asked_to_be_left_alone_is_silent(carrier, last, words):
    someone = person(last)
    carrier.provider.send(message(to=someone))
    (reply,) = until(lambda: carrier.replies(someone))
    assert reply.text == words
    sent = message(to=someone)
    carrier.provider.send(sent)
    until(lambda: len(carrier.statuses(sent.client_ref)) == 2 and carrier.quiet())
    assert len(carrier.replies(someone)) == 1


@pytest.mark.parametrize(
    ("last", "states", "code"),
    [
        ("0104", ["rejected", "submitted"], 1210),
        ("0105", ["rejected", "submitted"], 1170),
        ("0106", ["delivered", "submitted"], None),
        ("0108", ["delivered", "delivered", "submitted", "submitted"], None),
    ],
)
def test_receipts(carrier, last, states, code):
    sent = message(to=person(last, "303"))
    assert isinstance(carrier.provider.send(sent), Accepted)
    found = until(lambda: len(got := carrier.statuses(sent.client_ref)) == len(states) and got)
    assert states_of(found) == states
    assert {status.code for status in found if status.state != "submitted"} == {code}


def test_no_receipt_ever(carrier):
    sent = message(to=person("0107"))
    assert isinstance(carrier.provider.send(sent), Accepted)
    until(lambda: carrier.replies(sent.to) and carrier.quiet())
    assert carrier.statuses(sent.client_ref) == []


def test_a_long_reply_counts_its_segments(carrier):
    carrier.provider.send(message(to=person("0109")))
    (reply,) = until(lambda: carrier.replies(person("0109")))
    assert "🎉" in reply.text
    assert reply.segments == 4
    assert reply.segments == -(-len(reply.text.encode("utf-16-le")) // 2 // 67)


def test_a_picture(carrier):
    carrier.provider.send(message(to=person("0110")))
    (reply,) = until(lambda: carrier.replies(person("0110")))
    assert [item["type"] for item in reply.media] == ["image"]


def test_the_receipt_may_come_before_the_answer(carrier):
    sent = message(to=person("0111"))
    assert isinstance(carrier.provider.send(sent), Accepted)
    # Without waiting: it was there before the call returned. The next one may have overtaken it.
    assert "submitted" in states_of(carrier.statuses(sent.client_ref))


def test_taken_and_dropped_is_unknown_once_and_resolved_by_its_receipt(carrier):
    sent = message(to=person("0112"))
    assert isinstance(carrier.provider.send(sent), Unknown)
    (row,) = carrier.taken(sent.to)
    assert row["copies"] == 1
    found = until(lambda: len(got := carrier.statuses(sent.client_ref)) == 2 and got)
    assert states_of(found) == ["delivered", "submitted"]


def test_taken_and_stalled_is_unknown_and_stays_so(carrier):
    sent = message(to=person("0113"))
    assert isinstance(carrier.provider.send(sent), Unknown)
    assert len(carrier.taken(sent.to)) == 1
    assert carrier.statuses(sent.client_ref) == []


def test_429_first_and_then_taken(carrier):
    someone = person("0114")
    assert carrier.provider.send(message(to=someone)) == NotSent(
        "The carrier answered 429. Rate Limit Hit: Please wait, then retry your request", 1.0
    )
    assert carrier.taken(someone) == []
    assert isinstance(carrier.provider.send(message(to=someone)), Accepted)
    assert len(carrier.taken(someone)) == 1


def test_blocked_by_the_carrier_after_stop(carrier):
    someone = person("0115")
    carrier.provider.send(message(to=someone))
    until(lambda: carrier.replies(someone))
    sent = message(to=someone)
    assert isinstance(carrier.provider.send(sent), Accepted)
    found = until(lambda: len(got := carrier.statuses(sent.client_ref)) == 2 and got)
    assert {(status.state, status.code) for status in found} == {("submitted", None), ("rejected", 1240)}


def test_503_is_unknown_to_us_though_never_taken(carrier):
    assert isinstance(carrier.provider.send(message(to=person("0116"))), Unknown)
    assert carrier.taken(person("0116")) == []


def inbound_hooks(carrier, someone):
    return [hook for hook in carrier.hooks(someone) if hook.path.endswith("/inbound")]


@pytest.mark.parametrize(("last", "verdict"), [("0117", BadSignature), ("0119", BadClaims)])
def test_replies_that_must_not_be_believed(carrier, last, verdict):
    carrier.provider.send(message(to=person(last)))
    hook = until(lambda: inbound_hooks(carrier, person(last)))[0]
    assert type(carrier.provider.verify(hook.authorization, hook.body)) is verdict


def test_a_replayed_reply_is_the_same_to_the_byte(carrier):
    carrier.provider.send(message(to=person("0118")))
    hooks = until(lambda: len(got := inbound_hooks(carrier, person("0118"))) == 3 and got)
    assert len(set(hooks)) == 1
    assert type(carrier.provider.verify(hooks[2].authorization, hooks[2].body)) is Verified


def test_a_person_writes_when_told(carrier):
    someone = person("0107", "808")
    status, body = carrier.post("/control/text", {"from": someone, "to": FROM, "text": "¿Quién es?"})
    assert status == 202
    (reply,) = until(lambda: carrier.replies(someone))
    assert (reply.text, reply.to, reply.provider_id) == ("¿Quién es?", FROM, body["message_uuid"])
    assert carrier.post("/control/text", {"from": "x", "to": FROM, "text": ""})[0] == 400
    assert carrier.post("/control/text", ["x"])[0] == 400


@pytest.mark.parametrize("wrong", [503, 500, 429])
def test_webhooks_are_repeated_unchanged_after(carrier, wrong):
    until(carrier.quiet)
    carrier.receiver.answers = [wrong, wrong]
    someone = person("0107", f"{wrong}")
    carrier.post("/control/text", {"from": someone, "to": FROM, "text": "Hello"})
    until(lambda: len(carrier.hooks(someone)) == 3 and carrier.quiet())
    assert len(set(carrier.hooks(someone))) == 1


def test_webhooks_are_not_repeated_after_another_refusal(carrier):
    until(carrier.quiet)
    carrier.receiver.answers = [401]
    someone = person("0107", "401")
    carrier.post("/control/text", {"from": someone, "to": FROM, "text": "Hello"})
    until(lambda: carrier.hooks(someone) and carrier.quiet())
    assert len(carrier.hooks(someone)) == 1


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic YTpi",
        "Bearer x",
        bearer(application_id="another"),
        bearer(exp=int(time.time()) - 120),
        bearer(iat=int(time.time()) + 600),
        "Bearer " + jwt.encode({"application_id": APPLICATION}, "s" * 40, algorithm="HS256"),
    ],
)
def test_calls_without_our_token_are_refused(carrier, authorization):
    status, body = carrier.post("/v1/messages", FIELDS, Authorization=authorization)
    assert (status, body["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to", "+14155550107"),
        ("to", 14155550107),
        ("from", ""),
        ("from", "+14155550150"),
        ("text", ""),
        ("text", "a" * 1001),
        ("channel", "fax"),
        ("message_type", None),
        ("ttl", 5),
        ("client_ref", "r" * 101),
    ],
)
def test_wrong_fields_are_refused_by_name(carrier, name, value):
    status, body = carrier.post("/v1/messages", FIELDS | {name: value}, Authorization=bearer())
    assert status == 422
    assert body["type"].endswith("#1150")
    assert body["invalid_parameters"] == [{"name": name, "reason": "invalid value"}]


def test_copies_are_counted(carrier):
    twice = FIELDS | {"client_ref": uuid.uuid4().hex, "to": "13035550107"}
    for _ in range(2):
        assert carrier.post("/v1/messages", twice, Authorization=bearer())[0] == 202
    assert [row["copies"] for row in carrier.taken("+13035550107")] == [2, 2]
    assert carrier.get("/ledger/summary")["most_copies"] == 2


def test_the_ledger_can_be_read_on_from_where_one_was(carrier):
    carrier.provider.send(message(to=person("0104", "202")))
    rows = carrier.get("/ledger")
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert carrier.get(f"/ledger?after={len(rows) - 1}") == rows[-1:]


def test_thirty_a_second_nobody_answers_and_the_clock_is_ours():
    with simulator(SIMULATOR_RPS="5", SIMULATOR_PERSONAS="off", CLOCK_OFFSET_S="864000") as carrier:
        sent = [message(to=person(f"01{last:02}", "303")) for last in range(8)]
        results = [carrier.provider.send(each) for each in sent]
        assert [type(result) for result in results] == [Accepted] * 5 + [NotSent] * 3
        assert results[-1].retry_after_s == 1.0
        until(lambda: carrier.get("/ledger/summary")["webhooks"]["outcomes"].get("taken") == 10)
        assert all(not carrier.replies(each.to) for each in sent)
        in_ten_days = time.strftime("%Y-%m-%dT%H", time.gmtime(time.time() + 864_000))
        assert carrier.get("/ledger")[0]["at"][:10] == in_ten_days[:10]
        hook = carrier.receiver.hooks[0]
        assert json.loads(hook.body)["timestamp"][:10] == in_ten_days[:10]
        assert type(carrier.provider.verify(hook.authorization, hook.body)) is Verified


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SIMULATOR_BIND": "0.0.0.0:0"}, "SIMULATOR_BIND"),  # must be refused
        ({"SIMULATOR_BIND": ""}, "SIMULATOR_BIND"),
        ({"SIMULATOR_WEBHOOK_URL": "https://example.org"}, "SIMULATOR_WEBHOOK_URL"),
        ({"SIMULATOR_PUBLIC_KEY": ""}, "SIMULATOR_PUBLIC_KEY"),
        ({"SIMULATOR_SPEED": "fast"}, "SIMULATOR_SPEED"),
        ({"VONAGE_API_HOST": "api.nexmo.com", "VONAGE_API_KEY": "abcd1234"}, "VONAGE_API_HOST"),
    ],
)
def test_it_refuses_to_start(changes, words):
    receiver = Receiver()
    process = launch(environment(receiver, **changes))
    out, err = process.communicate(timeout=200)
    receiver.close()
    assert process.returncode != 0
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def test_a_page_says_that_nothing_leaves_and_shows_texts_as_text(carrier):
    carrier.provider.send(message("<b>Hi</b>", to=person("0104", "505")))
    page = carrier.read("/").decode()
    assert "no text leaves this computer" in page
    assert "&lt;b&gt;Hi&lt;/b&gt;" in page
    assert carrier.post("/nowhere", {})[0] == 404


@pytest.mark.parametrize(("last", "doubled"), [("0116", 0), ("0117", 1)])
def test_a_long_reply_may_come_in_parts_out_of_order_or_doubled(carrier, last, doubled):
    someone = person(last, "567")
    carrier.provider.send(message(to=someone))
    total = -(-len(HUGE_STORY) // 153)
    hooks = until(lambda: len(got := carrier.hooks(someone)) == total + doubled + 2 and got)
    parts = [body for hook in hooks if "concat-ref" in (body := json.loads(hook.body))]
    assert len({body["messageId"] for body in parts}) == len(parts) == total + doubled
    assert {(body["concat-ref"], body["concat-total"]) for body in parts} == {
        (parts[0]["concat-ref"], str(total))
    }
    ordered = {int(body["concat-part"]): body["text"] for body in parts}
    assert "".join(ordered[place] for place in sorted(ordered)) == HUGE_STORY


def test_pictures_are_served_by_the_carrier(carrier):
    carrier.provider.send(message(to=person("0135", "567")))
    (reply,) = until(lambda: carrier.replies(person("0135", "567")))
    (picture,) = reply.media
    assert picture["url"].startswith(carrier.url)
    assert carrier.read(picture["url"].removeprefix(carrier.url)).startswith(b"\xff\xd8\xff")
    assert len(carrier.read("/v3/media/huge.jpg")) > 20 * 2**20
    assert carrier.read("/v3/media/liar.jpg").startswith(b"<!doctype html>")
    with pytest.raises(urllib.error.HTTPError):
        carrier.read("/v3/media/../casting.py")


def test_somebody_may_be_made_to_write_in_parts_or_with_a_picture(carrier):
    someone, ours = person("0161"), FROM
    body = {"from": someone, "to": ours, "text": "a" * 200, "parts": "out of order"}
    status, told = carrier.post("/control/text", body)
    assert (status, len(told["message_uuids"])) == (202, 2)
    until(lambda: len(carrier.hooks(someone)) == 2)
    assert carrier.post("/control/text", body | {"parts": "by post"})[0] == 400
    assert carrier.post("/control/text", body | {"parts": "", "picture": "letter.png"})[0] == 202
    until(lambda: any(reply.media for reply in carrier.replies(someone)))
