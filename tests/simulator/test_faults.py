"""The carrier misbehaves when it is told to, and only then."""

from collections.abc import Iterator

import pytest

from p2ptext.simulator.casting import persona_for
from p2ptext.simulator.faults import CALLS, WEBHOOKS, Faults
from p2ptext.sms.provider import Accepted, BadSignature, NotSent, SendResult, Unknown
from tests.simulator.rig import Simulator, simulator, until
from tests.sms.wire import message

EVERYDAY = [f"+1415555{line:04}" for line in range(120, 200)]
SILENT = [person for person in EVERYDAY if persona_for(person, "1").name == "silent"]


@pytest.fixture(scope="module")
def carrier() -> Iterator[Simulator]:
    with simulator() as running:
        yield running


def switch(carrier: Simulator, name: str, seconds: float = 60, share: float = 1) -> int:
    status, _ = carrier.post("/control/fault", {"name": name, "share": share, "seconds": seconds})
    return status


def send(carrier: Simulator, name: str, to: str) -> tuple[SendResult, int]:
    """What a call under the fault ends in, and how many texts the carrier took."""
    before = len(carrier.taken(to))
    assert switch(carrier, name) == 200
    try:
        result = carrier.provider.send(message(to=to))
    finally:
        switch(carrier, name, 0)
    return result, len(carrier.taken(to)) - before


@pytest.mark.parametrize(
    ("name", "ends", "taken"),
    [
        ("slow", Unknown, 1),
        ("stall", Unknown, 1),
        ("drop", Unknown, 1),
        ("broken", Unknown, 0),
        ("taken_broken", Unknown, 1),
        ("throttle", NotSent, 0),
    ],
)
def test_a_call_under_a_fault(carrier: Simulator, name: str, ends: type[SendResult], taken: int) -> None:
    result, count = send(carrier, name, SILENT[0])
    assert isinstance(result, ends)
    assert count == taken


def test_a_slow_carrier_takes_the_text_after_the_caller_has_left(carrier: Simulator) -> None:
    result, _ = send(carrier, "slow_first", SILENT[1])
    assert isinstance(result, Unknown)
    until(lambda: len(carrier.taken(SILENT[1])) == 1)


def test_an_early_receipt_comes_before_the_answer(carrier: Simulator) -> None:
    sent = message(to=SILENT[2])
    switch(carrier, "early")
    result = carrier.provider.send(sent)
    switch(carrier, "early", 0)
    assert isinstance(result, Accepted)
    assert carrier.statuses(sent.client_ref)


def test_webhooks_are_doubled_byte_for_byte(carrier: Simulator) -> None:
    switch(carrier, "double")
    carrier.provider.send(message(to=SILENT[3]))
    switch(carrier, "double", 0)
    until(lambda: len(carrier.hooks(SILENT[3])) == 6 and carrier.quiet())
    assert len({(hook.authorization, hook.body) for hook in carrier.hooks(SILENT[3])}) == 2


@pytest.mark.parametrize(("name", "to"), [("unsigned", SILENT[4]), ("forged", SILENT[5])])
def test_a_strangers_stop_bears_no_right_signature(carrier: Simulator, name: str, to: str) -> None:
    switch(carrier, name)
    carrier.provider.send(message(to=to))
    switch(carrier, name, 0)
    stops = until(lambda: [hook for hook in carrier.hooks(to) if b'"STOP"' in hook.body])
    for hook in stops:
        assert isinstance(carrier.provider.verify(hook.authorization or None, hook.body), BadSignature)
    until(carrier.quiet)
    letters = [letter for letter in carrier.get("/ledger/webhooks") if letter["trick"]]
    assert letters
    assert all(not letter["payload"].get("client_ref") for letter in letters)


def test_every_webhook_is_shown_with_its_fate(carrier: Simulator) -> None:
    someone = "+15035550100"
    carrier.provider.send(message(to=someone))
    until(lambda: carrier.replies(someone) and carrier.quiet())
    ours = [
        letter
        for letter in carrier.get("/ledger/webhooks")
        if someone[1:] in (letter["payload"]["from"], letter["payload"]["to"])
    ]
    assert sorted(letter["kind"] for letter in ours) == ["inbound", "status", "status"]
    assert all(letter["taken"] == 1 and letter["taken_at"] for letter in ours)


@pytest.mark.parametrize(
    "body",
    [{}, [], {"name": "earthquake", "seconds": 1}, {"name": "drop", "seconds": 1, "share": 2}],
)
def test_what_is_no_fault_is_refused_in_words(carrier: Simulator, body: object) -> None:
    status, answer = carrier.post("/control/fault", body)
    assert status == 400
    assert "taken_broken" in answer["detail"]


def test_what_struck_is_counted(carrier: Simulator) -> None:
    before = carrier.get("/control/faults")["struck"].get("drop", 0)
    send(carrier, "drop", SILENT[0])
    state = carrier.get("/control/faults")
    assert state["struck"]["drop"] == before + 1
    assert "drop" not in state["on"]


def test_nothing_goes_wrong_by_itself() -> None:
    faults = Faults("1")
    assert not any(faults.strikes(name) for name in (*CALLS, *WEBHOOKS))


def test_a_share_of_the_calls() -> None:
    faults = Faults("1")
    faults.switch("drop", 0.5, 60)
    struck = sum(faults.of_call() == "drop" for _ in range(1000))
    assert 400 < struck < 600
    assert faults.struck["drop"] == struck


def test_late_is_later_than_a_person_is_slow() -> None:
    faults = Faults("1")
    assert all(3 <= faults.late_s() <= 25 for _ in range(100))
