"""Every promise held against rows that break it: the pack says so, and names what."""

import copy
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from p2ptext.insight.evidence import Pack
from p2ptext.insight.evidence_findings import findings
from p2ptext.insight.evidence_tables import TABLES

WORDS = "Hi Maria, this is Amy. Reply STOP to opt out."
SALT = "00" * 16


def table(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"total": len(rows), "rows": list(rows)}


def at(clock: str, day: int = 24) -> str:
    """A moment on a day of November 2026, Eastern standard time."""
    return f"2026-11-{day}T{clock}-05:00"


SOUND: dict[str, Any] = {name: table() for name in TABLES} | {
    "held": True,
    "contacts": table({"id": 5, "zones": ["America/New_York"]}),
    "clicks": table(
        {
            "id": 7,
            "person_id": 2,
            "received_at": at("14:00:00"),
            "salt": SALT,
            "text_commitment": hashlib.sha256(bytes(16) + WORDS.encode()).hexdigest(),
        }
    ),
    "texts": table(
        {
            "id": 9,
            "kind": "first",
            "contact_id": 5,
            "round": 1,
            "click_id": 7,
            "resend_click_id": None,
            "state": "delivered",
            "text": WORDS,
        }
    ),
    "attempts": table(
        {"id": "a", "text_id": 9, "click_id": None, "outcome": "accepted", "started_at": at("14:00:05")}
    ),
    "opt_outs": table({"id": 1, "action": "added", "at": at("15:00:00")}),
    "proofs": table({"click_id": 7, "result": "holds"}),
}


def told(change: Callable[[dict[str, Any]], None]) -> dict[str, tuple[bool | None, str]]:
    data = copy.deepcopy(SOUND)
    change(data)
    return {one.code: (one.ok, one.words) for one in findings(Pack(data, b"", ""))}


def test_what_is_sound_holds() -> None:
    said = told(lambda data: None)
    assert {code: ok for code, (ok, _) in said.items()} == dict.fromkeys(
        ("clicked", "once", "stopped", "hours", "words", "sealed", "timing"), True
    )
    assert said["hours"][1] == (
        "Every call to the phone company was between 2:00:05 pm and 2:00:05 pm by every clock they may live by."
    )


def row(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = data[name]["rows"][0]
    return found


def no_click(data: dict[str, Any]) -> None:
    data["clicks"] = table()


def two_firsts(data: dict[str, Any]) -> None:
    data["texts"]["rows"].append(row(data, "texts") | {"id": 10, "state": "unknown"})


def call_after_the_stop(data: dict[str, Any]) -> None:
    row(data, "attempts")["started_at"] = at("15:00:01")


def changed_words(data: dict[str, Any]) -> None:
    row(data, "texts")["text"] += " Or else."


def words_in_the_salt(data: dict[str, Any]) -> None:
    words = row(data, "texts")["text"]
    row(data, "clicks")["salt"] += words[:4].encode().hex()
    row(data, "texts")["text"] = words[4:]


def at_night(data: dict[str, Any]) -> None:
    row(data, "contacts")["zones"] = ["America/New_York", "Pacific/Honolulu"]
    row(data, "attempts")["started_at"] = at("12:59:59")


def unlike_its_seal(data: dict[str, Any]) -> None:
    row(data, "proofs")["result"] = "broken"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (no_click, "clicked", "No click is found for text 9."),
        (two_firsts, "once", "A first text of one campaign may have left more than once."),
        (call_after_the_stop, "stopped", "text 9 went to the phone company after an opt-out."),
        (changed_words, "words", "The words differ from what click 7 asked for."),
        (words_in_the_salt, "words", "The words differ from what click 7 asked for."),
        (at_night, "hours", "between 7:59:59 am and 12:59:59 pm"),
        (unlike_its_seal, "sealed", "1 click does not match the ledger's seal."),
    ],
)
def test_what_is_broken_is_said(change: Callable[[dict[str, Any]], None], code: str, words: str) -> None:
    ok, said = told(change)[code]
    assert ok is False
    assert words in said


def never_left_first(data: dict[str, Any]) -> None:
    data["texts"]["rows"].insert(0, row(data, "texts") | {"id": 8, "state": "cancelled"})


def lifted_before(data: dict[str, Any]) -> None:
    data["opt_outs"] = table(
        {"id": 1, "action": "added", "at": at("09:00:00")},
        {"id": 2, "action": "lifted", "at": at("10:00:00")},
    )


def given_up_before_the_call(data: dict[str, Any]) -> None:
    call_after_the_stop(data)
    row(data, "attempts")["outcome"] = "abandoned"


def confirmation_at_night(data: dict[str, Any]) -> None:
    text = {"id": 11, "kind": "stop_confirmation", "contact_id": None, "round": 1, "click_id": None}
    data["texts"]["rows"].append(text | {"resend_click_id": None, "state": "delivered", "text": "Bye."})
    data["attempts"]["rows"].append(
        row(data, "attempts") | {"text_id": 11, "started_at": at("23:00:00")}
    )


def sent_once_more(data: dict[str, Any]) -> None:
    """A text of unclear end, asked for again by a click of its own."""
    data["clicks"]["rows"].append(row(data, "clicks") | {"id": 12, "received_at": at("14:30:00")})
    row(data, "texts")["resend_click_id"] = 12


@pytest.mark.parametrize(
    "change",
    [never_left_first, lifted_before, given_up_before_the_call, confirmation_at_night, sent_once_more],
)
def test_what_is_allowed_holds(change: Callable[[dict[str, Any]], None]) -> None:
    assert False not in {ok for ok, _ in told(change).values()}


def erased_salt(data: dict[str, Any]) -> None:
    row(data, "clicks")["salt"] = None


def not_sealed_yet(data: dict[str, Any]) -> None:
    row(data, "proofs")["result"] = "waits"


def noted_timing(data: dict[str, Any]) -> None:
    note = {"person_id": 2, "begins_at": at("13:59:00"), "ends_at": at("14:01:00")}
    data["timing_notes"] = table(note)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (erased_salt, "words", "cannot be checked"),
        (not_sealed_yet, "sealed", "1 click not sealed yet"),
        (noted_timing, "timing", "Around click 7"),
    ],
)
def test_what_nobody_can_say_is_left_open(
    change: Callable[[dict[str, Any]], None], code: str, words: str
) -> None:
    ok, said = told(change)[code]
    assert ok is None
    assert words in said


def somebody_elses_note(data: dict[str, Any]) -> None:
    noted_timing(data)
    row(data, "timing_notes")["person_id"] = 3


def test_a_note_on_somebody_else_says_nothing() -> None:
    assert told(somebody_elses_note)["timing"][0] is True


def test_who_got_no_text_has_nothing_to_check() -> None:
    assert told(lambda data: data.update(texts=table())) == {}
