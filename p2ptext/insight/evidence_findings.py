"""What a pack's rows show when they are held against the promises: each with its result in words."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from p2ptext.insight.evidence import Pack
from p2ptext.insight.evidence_clocks import clock_words, moment, on_clocks
from p2ptext.rules.delivery import NEVER_LEFT
from p2ptext.rules.hours import EARLIEST, LATEST
from p2ptext.texting.clicking import SALT_BYTES

Row = dict[str, Any]
ASKED_FOR = ("first", "reply")
"""Kinds of texts that a person must have asked for."""
NO_CALL = ("abandoned",)
"""Outcomes of attempts that never became a call."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise, held against the rows."""

    code: str
    ok: bool | None
    """None where the rows cannot tell."""
    words: str


def findings(pack: Pack) -> list[Finding]:
    """Every promise that something in the pack speaks to; none for a number that got no text."""
    if not pack.rows("texts"):
        return []
    checks: tuple[Callable[[Pack], Finding], ...] = (
        _clicked,
        _once,
        _stopped,
        _hours,
        _words,
        _sealed,
        _timing,
    )
    return [check(pack) for check in checks]


def _clicked(pack: Pack) -> Finding:
    clicks = {click["id"] for click in pack.rows("clicks")}
    asked = [text for text in pack.rows("texts") if text["kind"] in ASKED_FOR]
    missing = [text["id"] for text in asked if text["click_id"] not in clicks]
    if missing:
        return Finding("clicked", False, f"No click is found for {_numbered('text', missing)}.")
    by_itself = len(pack.rows("texts")) - len(asked)
    words = f"{_each(len(asked), 'text')} was asked for by one recorded click of a signed-in person."
    if by_itself:
        words += f" {_count(by_itself, 'text')} went by itself: the one answer to STOP or HELP."
    return Finding("clicked", True, words)


def _once(pack: Pack) -> Finding:
    firsts = Counter(
        (text["contact_id"], text["round"])
        for text in pack.rows("texts")
        if text["kind"] == "first" and text["state"] not in NEVER_LEFT
    )
    twice = [key for key, times in firsts.items() if times > 1]
    if twice:
        return Finding("once", False, "A first text of one campaign may have left more than once.")
    return Finding("once", True, "No first text of a campaign left more than once.")


def _stopped(pack: Pack) -> Finding:
    changes = pack.rows("opt_outs")
    if not any(change["action"] == "added" for change in changes):
        return Finding("stopped", True, "They have never opted out.")
    late = [text["id"] for call, text in _calls(pack) if _was_out(changes, moment(call["started_at"]))]
    if late:
        return Finding(
            "stopped", False, f"{_numbered('text', late)} went to the phone company after an opt-out."
        )
    return Finding(
        "stopped", True, "While they were opted out, nothing went to the phone company for them."
    )


def _was_out(changes: list[Row], at: datetime) -> bool:
    out = False
    for change in changes:
        if moment(change["at"]) > at:
            break
        out = change["action"] == "added"
    return out


def _calls(pack: Pack) -> list[tuple[Row, Row]]:
    """Every call to the carrier for a text that somebody asked for, with its text."""
    texts = {text["id"]: text for text in pack.rows("texts") if text["kind"] in ASKED_FOR}
    return [
        (call, texts[call["text_id"]])
        for call in pack.rows("attempts")
        if call["text_id"] in texts and call["outcome"] not in NO_CALL
    ]


def _hours(pack: Pack) -> Finding:
    zones = {contact["id"]: contact["zones"] for contact in pack.rows("contacts")}
    at = [
        clock
        for call, text in _calls(pack)
        for clock in on_clocks(moment(call["started_at"]), zones.get(text["contact_id"], []))
    ]
    if not at:
        return Finding("hours", None, "No call to the phone company can be held against a clock.")
    first, last = (edge(at, key=lambda clock: clock.time()) for edge in (min, max))
    inside = all(EARLIEST <= clock.time() < LATEST for clock in at)
    words = (
        f"Every call to the phone company was between {clock_words(first)} and {clock_words(last)} "
        "by every clock they may live by."
    )
    return Finding("hours", inside, words)


def _words(pack: Pack) -> Finding:
    texts = {text["click_id"]: text["text"] for text in pack.rows("texts")}
    # A second try of a text is asked for by a click of its own, for the same words.
    texts |= {text["resend_click_id"]: text["text"] for text in pack.rows("texts")}
    by_id = {text["id"]: text["text"] for text in pack.rows("texts")}
    texts |= {call["click_id"]: by_id.get(call["text_id"]) for call in pack.rows("attempts")}
    texts.pop(None, None)
    clicks = [click for click in pack.rows("clicks") if texts.get(click["id"]) is not None]
    kept = [click for click in clicks if click["salt"] is not None]
    changed = [click["id"] for click in kept if not _commits(click, texts[click["id"]])]
    if changed:
        return Finding(
            "words", False, f"The words differ from what {_numbered('click', changed)} asked for."
        )
    if not kept:
        return Finding(
            "words", None, "The salts of these clicks are erased: their words cannot be checked."
        )
    words = f"The words of {_count(len(kept), 'text')} are those of the click, recomputed just now."
    if len(kept) < len(clicks):
        words += f" {_count(len(clicks) - len(kept), 'salt')} of others erased."
    return Finding("words", True, words)


def _commits(click: Row, text: str | None) -> bool:
    salt = bytes.fromhex(click["salt"])
    made = hashlib.sha256(salt + (text or "").encode()).hexdigest()
    return len(salt) == SALT_BYTES and bool(made == click["text_commitment"])


def _sealed(pack: Pack) -> Finding:
    results = Counter(proof["result"] for proof in pack.rows("proofs"))
    if results["broken"]:
        return Finding(
            "sealed",
            False,
            f"{_count(results['broken'], 'click')} does not match the ledger's seal. "
            "Ask the operator to run verify-ledger.",
        )
    said = []
    if results["holds"]:
        said.append(
            f"{_count(results['holds'], 'click')} sealed in the ledger and unchanged since, checked just now."
        )
    if results["waits"]:
        said.append(f"{_count(results['waits'], 'click')} not sealed yet; that takes about a minute.")
    return Finding("sealed", True if results["holds"] else None, " ".join(said))


def _timing(pack: Pack) -> Finding:
    noted = [
        click["id"]
        for click in pack.rows("clicks")
        if any(
            note["person_id"] == click["person_id"]
            and moment(note["begins_at"]) <= moment(click["received_at"]) <= moment(note["ends_at"])
            for note in pack.rows("timing_notes")
        )
    ]
    if noted:
        words = f"Around {_numbered('click', noted)} the timing of presses was noted as unlike a hand's."
        return Finding("timing", None, words)
    return Finding(
        "timing", True, "Nothing was noted about the timing of the presses around these clicks."
    )


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _each(n: int, what: str) -> str:
    return f"The {what}" if n == 1 else f"Each of the {n:,} {what}s"


def _numbered(what: str, ids: list[int]) -> str:
    return f"{what}{'' if len(ids) == 1 else 's'} {', '.join(map(str, ids))}"
