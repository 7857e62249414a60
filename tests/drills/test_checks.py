"""The drill's checks must be able to fail: each is shown a history with its own kind of breach."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time

import pytest

from scripts.drills import invariants
from scripts.drills.evidence import Evidence
from scripts.drills.faults import Struck
from scripts.drills.watching import Sample
from tests.drills import fabricated as made
from tests.drills.fabricated import NOON, PHONES, TEXT, THEIRS, at, kept_promises, operation

Change = Callable[[Evidence], object]


def view(found: Evidence, name: str, place: int, **changes: object) -> None:
    found.views[name][place] = {**found.views[name][place], **changes}


def entry(found: Evidence, place: int, **changes: object) -> None:
    found.ledger[place] = replace(found.ledger[place], **changes)


def a_second_copy(found: Evidence) -> None:
    found.views["qa_message"].append(made.message(6, 1, TEXT))
    found.views["qa_click"].append(made.click(6, 1, 6, 12, TEXT))
    found.views["qa_attempt"].append(made.attempt(6, 6, 14))
    found.ledger.append(made.taken(6, PHONES[0], TEXT, 14.1))


def taken_twice(found: Evidence) -> None:
    found.ledger.append(made.taken(1, PHONES[0], "the same call in other words", 11.2))


def a_burst(found: Evidence) -> None:
    found.ledger += [made.taken(100 + n, PHONES[0], "x", 80 + n / 100) for n in range(40)]


def tried_again(outcome: str | None) -> Change:
    def change(found: Evidence) -> None:
        view(found, "qa_attempt", 0, outcome=outcome)

    return change


def not_sent_but_taken(found: Evidence) -> None:
    found.ledger.append(made.taken(0, PHONES[0], "x", 10.6))


def another_mans_batch(found: Evidence) -> None:
    found.watched.samples = [
        Sample(sample.at, sample.partition, {1: (6, NOON + 600)}) for sample in found.watched.samples
    ]


def one_token(found: Evidence) -> None:
    view(found, "qa_click", 1, token_digest=found.views["qa_click"][0]["token_digest"])


def replied_while_suspended(found: Evidence) -> None:
    found.operations = [
        replace(done, began=NOON + 62, ended=NOON + 62.1) if done.kind == "reply" else done
        for done in found.operations
    ]


def a_forged_stop(found: Evidence) -> None:
    found.views["qa_event"].append(made.event(99, "inbound", {"message_uuid": "in-3"}))
    found.views["qa_inbound"].append(made.inbound(99, 2, "STOP", 35, tier="auto"))


def part_of_a_list(found: Evidence) -> None:
    found.lists = {1: [frozenset({"+13125550100", "+13125550101"})]}
    found.views["qa_contact"].append(made.contact(3, phone="+13125550100"))


def not_delivered(found: Evidence) -> None:
    found.letters.append(made.letter("status", "uuid-4", 42, client_ref="ref-4", status="delivered"))


def deeds(found: Evidence, kind: str, who: str = "", **changes: object) -> None:
    """Change what is told of one kind of deed."""
    found.operations = [
        replace(done, about={**done.about, **changes})
        if done.kind == kind and done.result == "ok" and who in done.who
        else done
        for done in found.operations
    ]


def a_former_owner(found: Evidence) -> None:
    """Amy, who handed the conversation over, answers in it again."""
    view(found, "qa_message", 6, person_id=made.AMY)


def past_something_newer(found: Evidence) -> None:
    found.views["qa_inbound"].append(made.inbound(98, 1, "One more thing", 83.5))


def two_answers_at_once(found: Evidence) -> None:
    found.views["qa_message"].append(
        made.message(8, 1, "other", kind="reply", created_at=at(83.5), person_id=made.LEAD)
    )


def lifted_by_nobody(found: Evidence) -> None:
    found.views["qa_inbound"][4] = made.inbound(6, 4, "START", 110)


def changes_of_an_answer(*rows: dict) -> Change:
    def change(found: Evidence) -> None:
        found.views["qa_answer_change"] = list(rows)
        found.views["qa_answer"][0] = {
            "contact_id": 1,
            "step_key": "s1",
            "answer_key": rows[-1]["answer_key"],
        }

    return change


BREACHES: list[tuple[str, str, Change]] = [
    ("I1", "a second message of the same first text", a_second_copy),
    ("I1", "one message handed over twice", taken_twice),
    ("I2", "no click", lambda found: found.views["qa_click"].pop(0)),
    ("I2", "a click for other words", lambda found: view(found, "qa_click", 0, salt=b"other")),
    ("I2", "a click after the text", lambda found: view(found, "qa_click", 0, received_at=at(12))),
    ("I2", "a text nobody knows of", lambda found: entry(found, 0, client_ref="stray")),
    ("I2", "to another phone", lambda found: view(found, "qa_message", 0, to_phone=PHONES[2])),
    ("I2", "other words", lambda found: entry(found, 0, text=TEXT + "!")),
    ("I2", "one click for two", lambda found: view(found, "qa_message", 1, click_id=1)),
    ("I2", "a confirmation of nothing", lambda found: view(found, "qa_message", 4, answers_inbound_id=8)),
    ("I3", "begun after the opt-out", lambda found: view(found, "qa_attempt", 2, started_at=at(36))),
    (
        "I3",
        "two confirmations",
        lambda found: found.views["qa_attempt"].append(made.attempt(7, 5, 38)),
    ),
    ("I3", "a STOP that was heard and not kept", lambda found: (
        found.views["qa_suppression"].clear(), view(found, "qa_attempt", 2, started_at=at(36)),
    )),
    ("I4", "a reply that is gone", lambda found: found.views["qa_inbound"].pop(0)),
    ("I4", "a reply kept twice", lambda found: found.views["qa_inbound"].append(found.views["qa_inbound"][0])),
    ("I4", "a reply in other words", lambda found: view(found, "qa_inbound", 0, text="No")),
    ("I4", "a reply that never came in", lambda found: found.letters[2].update(taken=0)),
    ("I4", "a stranger's STOP", a_forged_stop),
    ("I3", "a text while somebody has to decide", lambda found: found.views["qa_attempt"].append(
        made.attempt(9, 6, 92))),
    ("I3", "an opt-out by hand that is not kept", lambda found: found.views["qa_suppression"].pop(1)),
    ("I4", "somebody who waits and is not on the list", lambda found: deeds(found, "list", shown=[])),
    ("I4", "not on the list of who took over", lambda found: deeds(found, "list", "volunteer-1", shown=[])),
    ("I4", "a stray that is not in the inbox", lambda found: deeds(found, "inbox", marks=[])),
    ("I4", "a part that is gone", lambda found: view(found, "qa_inbound", 2, text="I want to tell ")),
    ("I4", "parts kept one by one as well", lambda found: found.views["qa_inbound"].append(
        {**found.views["qa_inbound"][2], "id": 97})),
    ("I4", "parts out of order", lambda found: view(found, "qa_inbound", 2, text="you why.I want to tell ")),
    ("I4", "a text to nobody's number, not even on record", lambda found: found.views["qa_event"].pop()),
    ("I5", "two clicks of which one counts", lambda found: view(found, "qa_click", 1, contact_id=1)),
    ("I5", "in another's hands", another_mans_batch),
    ("I5", "by a suspended person", replied_while_suspended),
    ("I6", "at night", lambda found: entry(found, 0, at=NOON + 7 * 3600)),
    ("I6", "outside the campaign's hours", lambda found: view(found, "qa_campaign", 0, closes=time(13))),
    ("I7", "while paused", lambda found: view(found, "qa_attempt", 1, started_at=at(60))),
    ("I8", "acknowledged and gone", lambda found: found.views["qa_message"].pop(2)),
    ("I8", "acknowledged and stuck", lambda found: view(found, "qa_message", 0, state="queued")),
    ("I8", "for somebody else", lambda found: view(found, "qa_message", 0, contact_id=2)),
    ("I9", "another answer to the same token", lambda found: found.operations.append(
        operation("send", 11, token=made.token(1), message=2, card="1:1"))),
    ("I9", "two clicks of one token", one_token),
    ("I10", "undone and left", lambda found: found.operations.append(operation("undo", 12, message=1))),
    ("I10", "undone and not cancelled", lambda found: view(found, "qa_message", 2, state="blocked")),
    ("I11", "back from a final state", lambda found: found.watched.moves.append((1, "delivered", "submitted"))),
    ("I11", "back one step", lambda found: found.watched.moves.append((1, "submitted", "accepted"))),
    ("I11", "one webhook twice", lambda found: found.views["qa_event"].append(found.views["qa_event"][0])),
    ("I11", "a receipt without effect", not_delivered),
    ("I12", "again after an unknown", tried_again("unknown")),
    ("I12", "again while open", tried_again(None)),
    ("I12", "again although taken", not_sent_but_taken),
    ("I13", "a contact in no state", lambda found: found.watched.samples.append(
        Sample(NOON, {1: (3, 1, 1, 0)}, {}))),
    ("I13", "ready in a batch that is done", lambda found: view(found, "qa_batch", 0, state="done")),
    ("I13", "out for ever", lambda found: view(found, "qa_batch", 0, leased_until=None)),
    ("I14", "an acknowledged reply that is gone", lambda found: view(found, "qa_message", 3, text="other")),
    ("I14", "a reply kept twice", lambda found: found.views["qa_message"].append(
        {**found.views["qa_message"][3], "id": 9})),
    ("I15", "from another number", lambda found: entry(found, 3, from_="+13305550191")),
    ("I14", "a survey answer that is gone", lambda found: (
        found.views["qa_answer_change"].clear(), found.views["qa_answer"].clear())),
    ("I14", "another answer than was chosen", changes_of_an_answer(made.change(1, None, "a2", 22.05))),
    ("I14", "an answer written down twice", changes_of_an_answer(
        made.change(1, None, "a1", 22.05), made.change(2, "a1", "a1", 22.06))),
    ("I14", "a change lost in between", changes_of_an_answer(
        made.change(1, None, "a1", 22.05), made.change(2, "a2", "a3", 23))),
    ("I14", "an answer of nobody", changes_of_an_answer(made.change(1, None, "a1", 22.05, made.BEN))),
    ("I14", "an answer that stands otherwise", lambda found: view(found, "qa_answer", 0, answer_key="a3")),
    ("I15", "by a former owner", a_former_owner),
    ("I15", "by somebody who never had it", lambda found: view(found, "qa_message", 3, person_id=made.BEN)),
    ("I15", "past something newer", past_something_newer),
    ("I15", "two at once", two_answers_at_once),
    ("I15", "handed over by another", lambda found: view(found, "qa_handover", 0, from_id=made.LEAD)),
    ("I15", "in unknown hands", lambda found: view(found, "qa_conversation", 0, person_id=made.AMY)),
    ("I16", "another organization's conversation", lambda found: found.operations.append(
        operation("peek", 106, who="south-volunteer-0", conversation=1))),
    ("I16", "a text in another's conversation", lambda found: view(found, "qa_inbound", 0, organization_id=2)),
    ("I16", "handed to another organization", lambda found: view(found, "qa_handover", 0, to_id=made.STRANGER)),
    ("I16", "another organization's word", lambda found: found.leaks.append("/o/north/texting")),
    ("I16", "from another organization's number", lambda found: entry(found, 0, from_=THEIRS)),
    ("I16", "a row with another's contact", lambda found: view(found, "qa_contact", 0, organization_id=2)),
    ("I17", "done and not on record", lambda found: found.views["qa_audit"].pop()),
    ("I17", "more than was shown", lambda found: deeds(found, "many", shown=0)),
    ("I17", "told of more than was done", lambda found: deeds(found, "many", told=2)),
    ("I17", "somebody whom nobody ticked", lambda found: deeds(found, "many", ids=[1, 2])),
    ("I17", "a deed that nobody asked for", lambda found: deeds(found, "many", row=7)),
    ("I17", "opted out with many, not kept", lambda found: found.views["qa_suppression"].pop(1)),
    ("I17", "a sum that is wrong", lambda found: found.recounted.append("Campaign 1: 1 sums")),
    ("I17", "a file with less rows than it says", lambda found: found.files.append(
        replace(made.file("clicks", []), told_rows=1))),
    ("I17", "another file than was made", lambda found: found.files.append(
        replace(made.file("clicks", []), digest="another"))),
    ("I17", "a person who is in no file", lambda found: found.files_at_rest[0].rows.pop()),
    ("I17", "another number of replies", lambda found: found.files_at_rest[0].rows[0].update(replies="3")),
    ("I17", "a text in other words", lambda found: found.files_at_rest[1].rows[0].update(text="other")),
    ("I17", "an export that failed", lambda found: found.operations.append(
        operation("export failed", 50, words="failed: no room"))),
    ("I18", "a phone twice", lambda found: view(found, "qa_contact", 1, phone=PHONES[0])),
    ("I18", "part of a list", part_of_a_list),
    ("I18", "a phone of no list", lambda found: found.views["qa_contact"].append(
        made.contact(3, phone="+13125550100"))),
    ("I19", "too many in a second", a_burst),
    ("I19", "a text that waited for ever", lambda found: view(found, "qa_message", 0, created_at=at(-3600))),
    ("I20", "let on again unrecorded", lambda found: view(found, "qa_suppression", 0, suppressed_now=False)),
    ("I20", "lifted by nobody", lifted_by_nobody),
    ("I20", "lifted by hand, unrecorded", lambda found: view(found, "qa_suppression", 2, person_id=made.AMY)),
    ("I20", "a contact set free", lambda found: view(found, "qa_contact", 1, suppressed_at=None)),
    ("I21", "a deed not on record", lambda found: found.views["qa_audit"].clear()),
    ("I21", "another deed on record", lambda found: view(found, "qa_audit", 0, detail={"after": "running"})),
    ("I21", "a ledger that does not verify", lambda found: found.verified.update(sound=False)),
    ("I21", "a ledger that cannot be read", lambda found: found.verified.clear()),
    ("I23", "too slow", lambda found: found.struck.append(Struck("kill web", NOON, NOON + 1, 31.0))),
    ("I23", "never", lambda found: found.struck.append(Struck("kill web", NOON, NOON + 1, None))),
]  # fmt: skip


def test_every_invariant_looks_at_something_and_lets_kept_promises_pass() -> None:
    for name, finding in invariants.check(kept_promises()).items():
        assert finding.checked > 0, name
        assert finding.breaches == [], name


def test_a_deed_undone_at_once_is_on_record() -> None:
    """The record of letting somebody in may stand in the half second in which the suspension is looked for."""
    found = kept_promises()
    about = {"target": "membership 5", "person": 5}
    for kind, action, seconds in (("suspend", "suspend", 60.0), ("let in", "resume", 60.4)):
        found.operations.append(made.operation(kind, seconds, action=action, **about))
        found.views["qa_audit"].append(
            {"id": len(found.views["qa_audit"]) + 1, "action": action, "target": about["target"],
             "detail": {"person": 5}, "at": at(seconds), "person_id": 9}
        )  # fmt: skip
    assert invariants.check(found)["I21"].breaches == []


@pytest.mark.parametrize(("name", "what", "change"), BREACHES, ids=[f"{n}: {w}" for n, w, _ in BREACHES])
def test_a_breach_is_seen(name: str, what: str, change: Change) -> None:
    found = kept_promises()
    change(found)
    assert invariants.check(found)[name].breaches


def test_every_invariant_can_fail() -> None:
    """I24 says how often the others were checked with clocks shifted; it has no breach of its own."""
    assert {name for name, _, _ in BREACHES} == set(invariants.INVARIANTS) - {"I24"}


def test_what_is_not_looked_at_is_named_with_its_reason() -> None:
    named = {*invariants.INVARIANTS, *invariants.NOT_LOOKED_AT}
    assert named == {f"I{number}" for number in range(1, 25)}
