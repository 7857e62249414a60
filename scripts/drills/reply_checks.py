"""Invariants of conversations: who sees what came in, who answers, and what is written down of it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.drills import hands as hand_facts
from scripts.drills.desk_checks import done_with_many
from scripts.drills.evidence import Evidence, Row, moment
from scripts.drills.findings import Finding
from scripts.drills.hands import LEADS, Hands
from scripts.drills.histories import Operation
from scripts.drills.organizers import MARK

SEEN_S = 5.0
"""So long after it was kept, whoever looks has to see what somebody wrote."""
ENDS = ("close", "opt-out", "inbox opt-out")
"""Deeds that may take a conversation off its owner's list."""
LATE_S = 60.0
"""A request that got no answer may still be carried out so much later."""
NO_TIME_S = 0.5
"""Between the one clock here and the database's reading of it."""

Stretch = tuple[int, float, float]
"""A conversation, and from when until when it has to be on its owner's list."""


def visible(evidence: Evidence) -> Finding:
    """I4: whoever looks at their list sees everybody who wrote more than five seconds ago and waits for
    them; what fits no conversation is in the organizers' inbox."""
    found = Finding()
    wanted = _wanted(evidence)
    persons = hand_facts.persons(evidence)
    for look in evidence.of("list", "ok"):
        if look.about.get("pages", 1) > 1:
            continue  # while somebody turns pages, rows move from one to the other
        shown = set(look.about["shown"])
        for conversation, since, until in wanted.get(persons[look.who], ()):
            if since <= look.began and look.ended <= until:
                found.expect(
                    conversation in shown,
                    f"conversation {conversation} waited since {look.began - since + SEEN_S:.1f} s and was not "
                    f"on the list of {look.who}",
                )
    _unrouted(evidence, found)
    return found


def _wanted(evidence: Evidence) -> dict[int, list[Stretch]]:
    """Person -> what has to be on their list, and when."""
    hands = hand_facts.of_conversations(evidence)
    ends = _ends(evidence)
    wanted: dict[int, list[Stretch]] = defaultdict(list)
    for row in _asking(evidence):
        conversation, came = row["conversation_id"], moment(row["received_at"])
        for person, since, left in hands.get(conversation, Hands()).stretches():
            begins = max(came, since)
            theirs = [end for end in ends[conversation] if end.whose in (0, person)]
            until = min((end.since for end in theirs if end.until > begins), default=left)
            seen_to = any(came < end.until <= begins for end in theirs)
            if begins + SEEN_S < min(until, left) and not seen_to:
                wanted[person].append((conversation, begins + SEEN_S, min(until, left)))
    return wanted


def _asking(evidence: Evidence) -> Iterator[Row]:
    """Texts that wait for an answer: written by a person who may be texted, and no request to stop."""
    gone = _spans_of(evidence)
    for row in evidence.views["qa_inbound"]:
        if row["conversation_id"] is None or row["kind"] != "text" or row["tier"] == "auto":
            continue
        at = moment(row["received_at"])
        if not any(since <= at + NO_TIME_S and at < until for since, until in gone[row["recipient_id"]]):
            yield row


def _spans_of(evidence: Evidence) -> dict[int, list[tuple[float, float]]]:
    """Recipient -> the stretches of time in which they were opted out."""
    spans: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for recipient, rows in evidence.suppressions().items():
        for row in rows:
            if row["action"] == "added":
                spans[recipient].append((moment(row["at"]), float("inf")))
            elif spans[recipient]:
                spans[recipient][-1] = (spans[recipient][-1][0], moment(row["at"]))
    return spans


@dataclass(frozen=True, slots=True)
class End:
    """Somewhere between these moments a person stopped waiting; for one volunteer only, or for all (0)."""

    since: float
    until: float
    whose: int = 0


def _ends(evidence: Evidence) -> dict[int, list[End]]:
    """Conversation -> what may have taken it off a list."""
    ends: dict[int, list[End]] = defaultdict(list)
    for row in evidence.views["qa_message"]:
        if row["kind"] == "reply":
            at = moment(row["created_at"])
            ends[row["conversation_id"]].append(End(at - NO_TIME_S, at))
    talks: dict[int, list[int]] = defaultdict(list)
    for row in evidence.views["qa_conversation"]:
        talks[row["recipient_id"]].append(row["id"])
    for recipient, spans in _spans_of(evidence).items():
        for conversation in talks[recipient]:
            ends[conversation] += [End(since - NO_TIME_S, since) for since, _ in spans]
    for conversation, end in _with_many(evidence, "close", "opt_out"):
        ends[conversation].append(end)
    persons = hand_facts.persons(evidence)
    for deed in evidence.operations:
        if deed.kind in (*ENDS, "pass-on") and deed.result != "fail":
            whose = persons[deed.who] if deed.kind == "pass-on" else 0
            late = deed.ended if deed.result == "ok" else deed.ended + LATE_S
            ends[deed.about["conversation"]].append(End(deed.began - NO_TIME_S, late + NO_TIME_S, whose))
    return ends


def _with_many(evidence: Evidence, *deeds: str) -> Iterator[tuple[int, End]]:
    """Conversations with which an organizer did one of these among many, and when."""
    for row in done_with_many(evidence):
        if row["detail"]["deed"] in deeds:
            at = moment(row["at"])
            for conversation in row["detail"]["conversations"]:
                yield conversation, End(at - NO_TIME_S, at + NO_TIME_S)


def _unrouted(evidence: Evidence, found: Finding) -> None:
    """What fits no conversation stands in the inbox of every organizer who looks."""
    orgs = {player.name: player.org for player in evidence.players}
    strays = [
        (row["organization"], moment(row["received_at"]), mark)
        for row in evidence.views["qa_inbound"]
        if row["conversation_id"] is None
        for mark in MARK.findall(row["text"])
    ]
    for look in evidence.of("inbox", "ok"):
        if not look.about["all"]:
            continue
        shown = set(look.about["marks"])
        for org, at, mark in strays:
            if org == orgs[look.who] and at + SEEN_S <= look.began:
                found.expect(
                    mark in shown, f"{mark} fits no conversation and was not in the inbox of {org}"
                )


def answered_by_right(evidence: Evidence) -> Finding:
    """I15: an answer is of the conversation's owner at that moment, or of an organizer; nobody answers what
    they had handed over, and nobody past something they had not seen."""
    found = Finding()
    hands, roles = hand_facts.of_conversations(evidence), hand_facts.roles(evidence)
    for row in evidence.views["qa_message"]:
        if row["kind"] != "reply":
            continue
        owner = hands.get(row["conversation_id"], Hands()).at(moment(row["created_at"]))
        found.expect(
            row["person_id"] == owner or roles.get(row["person_id"]) in LEADS,
            f"reply {row['id']} is of person {row['person_id']}, and the conversation was of {owner}",
        )
    _handed_on(evidence, hands, found)
    _had_read(evidence, found)
    return found


def _handed_on(evidence: Evidence, hands: dict[int, Hands], found: Finding) -> None:
    """Each hand-over is from whoever had it, and who has it last is who has it now."""
    before: dict[int, int] = {}
    for row in sorted(evidence.views["qa_handover"], key=lambda row: row["id"]):
        owner = before.get(row["conversation_id"])
        if owner is None:
            owner = next(iter(hands.get(row["conversation_id"], Hands()).whose), None)
        found.expect(
            owner == row["from_id"], f"hand-over {row['id']} is from somebody who did not have it"
        )
        before[row["conversation_id"]] = row["to_id"]
    for row in evidence.views["qa_conversation"]:
        whose = hands.get(row["id"])
        if whose is not None:
            found.expect(
                row["person_id"] == whose.whose[-1], f"conversation {row['id']} is in unknown hands"
            )


def _had_read(evidence: Evidence, found: Finding) -> None:
    """Between the moment a page was there and the answer from it, nothing came in and nothing went out."""
    said: dict[int, list[float]] = defaultdict(list)
    for row in evidence.views["qa_inbound"]:
        if row["conversation_id"] is not None and row["kind"] == "text":
            said[row["conversation_id"]].append(moment(row["received_at"]))
    made: dict[str, Row] = {}
    for row in evidence.views["qa_message"]:
        if row["kind"] == "reply":
            made[row["text"]] = row
            said[row["conversation_id"]].append(moment(row["created_at"]))
    for reply in evidence.of("reply", "ok"):
        if reply.about["text"] not in made:
            continue  # I14 misses it
        written = made[reply.about["text"]]
        between = [
            at
            for at in said[written["conversation_id"]]
            if reply.about["opened"] < at < moment(written["created_at"])
        ]
        found.expect(not between, f"reply {written['id']} was written past something newer")


def surveys_kept(evidence: Evidence) -> Finding:
    """I14: an answer to a question that was acknowledged is written down, once, whatever became of the text."""
    found = Finding()
    changes = _changes(evidence)
    contacts = {row["id"]: row["contact_id"] for row in evidence.views["qa_conversation"]}
    persons = hand_facts.persons(evidence)
    taps = [
        (contacts.get(tap.about["conversation"]), tap)
        for tap in evidence.of("survey")
        if tap.result != "fail"
    ]
    for contact, tap in taps:
        if tap.result == "ok":
            rows = changes.get((contact, tap.about["step"]), [])
            found.expect(
                (tap.about["answer"] or None) in _standing(rows, tap),
                f"{tap.about} was acknowledged and is not written down",
            )
    for (contact, step), rows in changes.items():
        before = None
        for row in rows:
            found.expect(row["was"] == before, f"change {row['id']} does not follow from the one before")
            found.expect(row["answer_key"] != before, f"change {row['id']} wrote down the same again")
            before = row["answer_key"]
            asked = any(_is_of(tap, contact == whose, step, row, persons) for whose, tap in taps)
            found.expect(asked, f"change {row['id']} was asked for by nobody")
    now = {
        (row["contact_id"], row["step_key"]): row["answer_key"] for row in evidence.views["qa_answer"]
    }
    last = {key: rows[-1]["answer_key"] for key, rows in changes.items() if rows[-1]["answer_key"]}
    for key in now.keys() | last.keys():
        found.expect(
            now.get(key) == last.get(key), f"the answer {key} is not what was written down last"
        )
    return found


def _changes(evidence: Evidence) -> dict[tuple[int | None, str], list[Row]]:
    changes: dict[tuple[int | None, str], list[Row]] = defaultdict(list)
    for row in sorted(evidence.views["qa_answer_change"], key=lambda row: row["id"]):
        changes[row["contact_id"], row["step_key"]].append(row)
    return changes


def _standing(rows: list[Row], tap: Operation) -> Iterator[str | None]:
    """Every answer that stood at some moment of the request; None where there was none."""
    stood: list[tuple[float, str | None]] = [
        (0.0, None),
        *((moment(row["at"]), row["answer_key"]) for row in rows),
    ]
    for place, (since, answer) in enumerate(stood):
        until = stood[place + 1][0] if place + 1 < len(stood) else float("inf")
        if since <= tap.ended + NO_TIME_S and tap.began - NO_TIME_S <= until:
            yield answer


def _is_of(tap: Operation, same: bool, step: str, row: Row, persons: dict[str, int]) -> bool:
    return (
        same
        and tap.about["step"] == step
        and (tap.about["answer"] or None) == row["answer_key"]
        and persons[tap.who] == row["person_id"]
        and tap.began - NO_TIME_S <= moment(row["at"])
    )


def held_for_review(evidence: Evidence) -> Finding:
    """I3: while a text that may ask to stop waits for a decision nothing leaves to its person; whom
    somebody opted out by hand is opted out."""
    found = Finding()
    decisions: dict[int, list[End]] = defaultdict(list)
    for deed in evidence.operations:
        if deed.kind in ("inbox clear", "inbox opt-out", "opt-out") and deed.result != "fail":
            decisions[deed.about["conversation"]].append(
                End(deed.began - NO_TIME_S, deed.ended + NO_TIME_S)
            )
    for conversation, end in _with_many(evidence, "opt_out"):
        decisions[conversation].append(end)
    messages = evidence.messages()
    attempts: dict[int, list[float]] = defaultdict(list)
    for attempt in evidence.views["qa_attempt"]:
        message = messages[attempt["message_id"]]
        if message["conversation_id"] is not None:
            attempts[message["conversation_id"]].append(moment(attempt["started_at"]))
    for row in _asking(evidence):
        if row["tier"] == "review" and row["intent"] != "wrong_number":
            talk, came = row["conversation_id"], moment(row["received_at"])
            until = min((end.since for end in decisions[talk] if end.until > came), default=float("inf"))
            late = [began for began in attempts[talk] if came < began < until]
            found.expect(not late, f"a text left in conversation {talk} while somebody had to decide")
    _opted_out_by_hand(evidence, found)
    return found


def _opted_out_by_hand(evidence: Evidence, found: Finding) -> None:
    whose = {row["id"]: row["recipient_id"] for row in evidence.views["qa_conversation"]}
    spans = _spans_of(evidence)
    for deed in [*evidence.of("opt-out", "ok"), *evidence.of("inbox opt-out", "ok")]:
        recipient = whose.get(deed.about["conversation"], 0)
        kept = any(
            since <= deed.ended + NO_TIME_S and deed.began <= until for since, until in spans[recipient]
        )
        found.expect(
            kept, f"{deed.who} opted out conversation {deed.about['conversation']}: not on record"
        )


def apart(evidence: Evidence) -> Finding:
    """I16: a conversation of another organization does not exist, and each row names one organization."""
    found = Finding()
    for peek in evidence.of("peek"):
        found.expect(peek.result != "ok", f"{peek.who} opened conversation {peek.about['conversation']}")
    orgs = {row["id"]: row["organization_id"] for row in evidence.views["qa_conversation"]}
    for name in ("qa_inbound", "qa_handover", "qa_message"):
        for row in evidence.views[name]:
            if row["conversation_id"] is not None:
                found.expect(
                    orgs.get(row["conversation_id"]) == row["organization_id"],
                    f"{name} {row['id']} belongs to another organization than its conversation",
                )
    members = {player.person_id: player.org for player in evidence.players}
    for row in evidence.views["qa_handover"]:
        found.expect(
            {members.get(row["from_id"]), members.get(row["to_id"])} == {row["organization"]},
            f"hand-over {row['id']} is between people of different organizations",
        )
    return found
