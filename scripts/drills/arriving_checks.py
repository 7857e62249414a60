"""Invariants of what comes in and of the rows: webhooks, states, contacts, lists, opt-outs, recovery."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from scripts.drills.evidence import Evidence, Row, moment
from scripts.drills.findings import Finding
from scripts.drills.histories import Operation

Source = tuple[str, str, str, str]
"""Who wrote, to which number, the reference of one text, and in how many parts."""
STRANGERS = ("forge", "unsign", "change")
FINAL = ("delivered", "rejected", "undeliverable", "not_sent", "blocked", "cancelled", "expired")
_RANK = {"queued": 0, "sending": 0, "unknown": 1, "accepted": 1, "submitted": 2, "no_receipt": 3}
_FAMILIES = {"suspend": ("suspend", "resume"), "resume": ("suspend", "resume")}
"""Deeds that undo each other."""
RECOVERY_S = 30.0
CLOCKS_S = 0.5
"""How far the clock of the people and that of the database may be apart."""
SAME_DEED_S = 1.0
"""What is written in one transaction lies no further apart."""
PARTS_WAIT_S = 50.0
"""Parts that come within this time become one text; the program gives up waiting after a minute."""
PARTS_KEPT_S = 90.0
"""After this time what has come of a text is kept without the rest."""
ONE_ACT_S = 900.0
"""A longer time between two texts lies between two acts."""


def received_once(evidence: Evidence) -> Finding:
    """I4: each text that somebody wrote is kept exactly once; what strangers sent is not kept."""
    found = Finding()
    kept, events = _kept_by_id(evidence)
    ours = {number.lstrip("+") for show in evidence.shows for number in show.ours}
    parts: dict[Source, list[Row]] = defaultdict(list)
    for letter in evidence.letters:
        if letter["kind"] != "inbound":
            continue
        uuid = _id_of(letter["payload"])
        texts = kept.get(uuid, [])
        if letter["trick"] in STRANGERS:
            found.expect(not texts, f"the forged text {uuid} was kept")
            continue
        if not letter["tries"]:
            continue  # written a moment before the end: the carrier has not brought it yet
        found.expect(letter["taken"], f"the text {uuid} never came in (tries: {letter['tries']})")
        found.expect(events[uuid] == 1, f"the webhook of {uuid} was recorded {events[uuid]} times")
        if "concat-ref" in letter["payload"]:
            parts[_source(letter["payload"])].append(letter)
        elif letter["payload"]["to"] in ours:
            found.expect(len(texts) == 1, f"the text {uuid} was kept {len(texts)} times")
            for text in texts:
                found.expect(
                    text == letter["payload"]["text"], f"the text {uuid} was kept in other words"
                )
    _joined(evidence, parts, found)
    return found


def _id_of(payload: Mapping[str, Any]) -> str:
    return str(payload.get("message_uuid") or payload.get("messageId"))


def _source(payload: Mapping[str, Any]) -> Source:
    """What the parts of one text have in common."""
    return payload["msisdn"], payload["to"], payload["concat-ref"], payload["concat-total"]


def _kept_by_id(evidence: Evidence) -> tuple[dict[str, list[str]], Counter[str]]:
    """The carrier's id -> the texts kept of it, and how many webhooks with it are on record."""
    texts = defaultdict(list)
    for row in evidence.views["qa_inbound"]:
        texts[row["event_id"]].append(row["text"])
    kept: dict[str, list[str]] = defaultdict(list)
    events: Counter[str] = Counter()
    for event in evidence.views["qa_event"]:
        if event["kind"] == "inbound":
            uuid = _id_of(json.loads(bytes(event["raw"])))
            kept[uuid] += texts.get(event["id"], [])
            events[uuid] += 1
    return kept, events


def _joined(evidence: Evidence, parts: Mapping[Source, list[Row]], found: Finding) -> None:
    """What came in parts is one text with each part in it once and in order; where a part is missing or
    came too late, what did come is kept."""
    kept: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in evidence.views["qa_inbound"]:
        kept[row["from_phone"].lstrip("+"), row["to_phone"].lstrip("+")].append(row["text"])
    whole: Counter[tuple[str, str, str]] = Counter()
    for (person, ours, _, total), letters in parts.items():
        pieces = {int(one["payload"]["concat-part"]): one["payload"]["text"] for one in letters}
        came = [one["taken_at"] for one in letters if one["taken"]]
        if len(came) < len(letters):
            continue  # a webhook that never came in is told of as such
        if len(pieces) == int(total) and max(came) - min(came) < PARTS_WAIT_S:
            whole[person, ours, "".join(pieces[place] for place in sorted(pieces))] += 1
            continue
        if evidence.watched.samples and max(came) + PARTS_KEPT_S > evidence.watched.samples[-1].at:
            continue  # the program was still waiting for the rest when the drill ended
        for piece in pieces.values():
            there = any(piece.strip() in text for text in kept[person, ours])
            found.expect(there, f"a part of what {person} wrote was not kept: {piece[:40]!r}")
    for (person, ours, text), times in whole.items():
        count = kept[person, ours].count(text)
        found.expect(
            count == times, f"{person} wrote in parts {times} times, and {count} texts were kept"
        )


def forward_only(evidence: Evidence) -> Finding:
    """I11: states move forward only, final ones stay, and each receipt counts once."""
    found = Finding()
    for message, before, after in evidence.watched.moves:
        backwards = before in FINAL or (
            after not in FINAL and _RANK.get(after, 0) < _RANK.get(before, 0)
        )
        found.expect(not backwards, f"message {message} went from {before} to {after}")
    # What comes in the older interface's shape is recorded once more, as an oddity.
    copies = Counter((bytes(row["raw"]), row["kind"]) for row in evidence.views["qa_event"])
    for (raw, _), count in copies.items():
        found.expect(count == 1, f"one webhook was recorded {count} times: {raw[:80]!r}")
    attempts = evidence.attempts()
    states = {row["id"]: row["state"] for row in evidence.views["qa_message"]}
    for letter in evidence.letters:
        ref = letter["payload"].get("client_ref", "")
        if letter["kind"] != "status" or not letter["taken"] or ref not in attempts:
            continue
        state = states[attempts[ref]["message_id"]]
        said = letter["payload"]["status"]
        if said == "delivered":
            found.expect(state in FINAL, f"a receipt says {said}, and the message is {state}")
        else:
            found.expect(state not in ("accepted", "unknown"), f"a receipt says {said}: still {state}")
    return found


def no_orphans(evidence: Evidence) -> Finding:
    """I13: at every look, every contact is ready, texted or ended with a reason; every lease ends."""
    found = Finding()
    for sample in evidence.watched.samples:
        for campaign, (total, ready, texted, ended) in sample.partition.items():
            found.expect(
                total == ready + texted + ended,
                f"campaign {campaign}: {total} contacts, but {ready} + {texted} + {ended}",
            )
    batches = {row["id"]: row for row in evidence.views["qa_batch"]}
    for row in batches.values():
        found.expect(
            row["state"] != "leased" or row["leased_until"], f"batch {row['id']} is out for ever"
        )
    for contact in evidence.views["qa_contact"]:
        if contact["state"] != "ready":
            continue
        batch = batches.get(contact["batch_id"])
        found.expect(
            batch is None or batch["state"] != "done",
            f"contact {contact['id']} is ready in a batch that is done",
        )
    return found


def whole_lists(evidence: Evidence) -> Finding:
    """I18: a list comes in whole or not at all, and a phone is in a campaign once."""
    found = Finding()
    phones: dict[int, list[str]] = defaultdict(list)
    for row in evidence.views["qa_contact"]:
        phones[row["campaign_id"]].append(row["phone"])
    for show in evidence.shows:
        there = set(phones[show.id])
        found.expect(len(there) == len(phones[show.id]), f"a phone is twice in {show.mark}")
        found.expect(show.phones <= there, f"{len(show.phones - there)} phones of {show.mark} are gone")
        rest = there - show.phones
        for listed in evidence.lists.get(show.id, []):
            new = listed - show.phones
            found.expect(
                new <= there or not new & there,
                f"{len(new & there)} of {len(new)} rows of a list came in",
            )
            rest -= listed
        found.expect(not rest, f"{len(rest)} phones of {show.mark} are on no list")
    return found


def stays_stopped(evidence: Evidence) -> Finding:
    """I20: an opt-out ends only by the person's own START or by a person who is on record."""
    found = Finding()
    for recipient, changes in evidence.suppressions().items():
        last = changes[-1]
        found.expect(
            last["suppressed_now"] == (last["action"] == "added"),
            f"recipient {recipient}: the last change is {last['action']}, and now is otherwise",
        )
        for row in changes:
            if row["action"] == "lifted":
                found.expect(
                    _may_lift(evidence, row),
                    f"nothing on record lifted the opt-out of recipient {recipient}",
                )
    stopped = {
        recipient for recipient, rows in evidence.suppressions().items() if rows[-1]["action"] == "added"
    }
    for contact in evidence.views["qa_contact"]:
        if contact["recipient_id"] in stopped:
            found.expect(contact["suppressed_at"], f"contact {contact['id']} is not held back any more")
    return found


def _may_lift(evidence: Evidence, lifted: Row) -> bool:
    """Whether the person's own START, or a deed on record, stands behind this at its moment."""
    at = moment(lifted["at"])
    if lifted["person_id"] is None:
        return any(
            row["intent"] == "start" and abs(moment(row["received_at"]) - at) <= SAME_DEED_S
            for row in evidence.views["qa_inbound"]
            if row["recipient_id"] == lifted["recipient_id"]
        )
    return any(
        row["person_id"] == lifted["person_id"] and abs(moment(row["at"]) - at) <= SAME_DEED_S
        for row in evidence.views["qa_audit"]
    )


def on_record(evidence: Evidence) -> Finding:
    """I21: the ledger verifies, and every privileged action is in the audit log."""
    found, told = Finding(), evidence.verified
    found.checked += told.get("clicks", 0)
    found.breaches += [finding["words"] for finding in told.get("findings", ())]
    found.expect(told.get("sound"), f"the ledger is not sound: {told.get('cannot_check', '')}")
    for deed in evidence.operations:
        if deed.result == "ok" and "action" in deed.about:
            words = f"{deed.kind} of {deed.about['target']} was done and is not on record"
            found.expect(_recorded(evidence, deed), words)
    return found


def _recorded(evidence: Evidence, deed: Operation) -> bool:
    """Whether a record about its target is of this deed: one of its own time, or else the latest up to its end.

    A deed that changes nothing, like the pause of a paused campaign, leaves the record before it.
    """
    action, target = deed.about["action"], deed.about["target"]
    family = _FAMILIES.get(action, (action,))
    rows = [
        row
        for row in sorted(evidence.views["qa_audit"], key=lambda row: row["id"])
        if row["target"] == target
        and row["action"] in family
        and moment(row["at"]) <= deed.ended + CLOCKS_S
    ]
    if not rows:  # nothing had been paused or suspended before: nothing to go on with
        return deed.kind in ("resume", "let in")
    # What undoes it may follow within the same half second.
    own = [row for row in rows if moment(row["at"]) >= deed.began - CLOCKS_S]
    return any(
        row["action"] == action
        and row["detail"].get("after") == deed.about.get("after", row["detail"].get("after"))
        for row in (*own, rows[-1])
    )


def recovered(evidence: Evidence) -> Finding:
    """I23: after every fault the system is well again by itself, within half a minute."""
    found = Finding()
    slowest = 0.0
    for struck in evidence.struck:
        in_time = struck.recovered_s is not None and struck.recovered_s <= RECOVERY_S
        found.expect(in_time, f"after “{struck.name}” it took {struck.recovered_s} s")
        slowest = max(slowest, struck.recovered_s or 0.0)
    found.notes.append(f"well again after {slowest:.1f} s at most")
    times = sorted(taken.at for taken in evidence.ledger)
    gaps = [later - earlier for earlier, later in pairwise(times) if later - earlier < ONE_ACT_S]
    if gaps:
        found.notes.append(f"at most {max(gaps):.0f} s went by without a text taken")
    return found


def bears_clocks(evidence: Evidence) -> Finding:
    """I24: the other invariants were checked with clocks shifted this often."""
    shifted = [struck for struck in evidence.struck if struck.name.startswith("clock of")]
    return Finding(checked=len(shifted))
