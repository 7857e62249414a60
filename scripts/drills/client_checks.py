"""Invariants seen from the volunteers: what was acknowledged stays, what was not is safe to repeat."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scripts.drills.evidence import Evidence, Row, moment
from scripts.drills.findings import Finding
from scripts.drills.sending_checks import NEVER_LEFT
from scripts.drills.watching import Sample

OPEN_STATES = ("queued", "sending")


def in_one_hand(evidence: Evidence) -> Finding:
    """I5: two people never text the same contact, and nobody texts from a batch another one holds."""
    found = Finding()
    messages = evidence.messages()
    clicks = defaultdict(list)
    for row in sorted(evidence.views["qa_click"], key=lambda row: row["id"]):
        if row["kind"] == "first":
            clicks[row["contact_id"]].append(row)
    for contact, rows in clicks.items():
        for row in rows[:-1]:
            state = messages[row["message_id"]]["state"]
            found.expect(
                state in NEVER_LEFT,
                f"contact {contact} was clicked again, and the text before it is {state}",
            )
    _suspended(evidence, found)
    batch_of = {row["id"]: row["batch_id"] for row in evidence.views["qa_contact"]}
    samples = evidence.watched.samples
    for contact, rows in clicks.items():
        for row in rows:
            others = _held_by_another(row, batch_of.get(contact), samples)
            found.expect(
                not others,
                f"click {row['id']} of person {row['person_id']} while {others} had the batch",
            )
    return found


def _suspended(evidence: Evidence, found: Finding) -> None:
    """Nothing of what somebody began while suspended is recorded; what was under way already may be."""
    texts = {row["id"]: row["text"] for row in evidence.views["qa_message"]}
    began: dict[str, float] = {}
    for operation in sorted(evidence.operations, key=lambda operation: operation.began):
        if operation.kind in ("send", "reply"):
            began.setdefault(operation.about.get("token") or operation.about["text"], operation.began)
    suspensions = list(_suspensions(evidence))
    for row in evidence.views["qa_click"]:
        token = bytes(row["token_digest"]).hex()
        at = began.get(token, began.get(texts.get(row["message_id"], ""), 0.0))
        for person, since, until in suspensions:
            if row["person_id"] == person:
                found.expect(not since < at < until, f"click {row['id']} of a suspended person")


def _suspensions(evidence: Evidence) -> Iterator[tuple[int, float, float]]:
    """Whom managers suspended, from the answer on until they began to let them in again."""
    for suspended in evidence.of("suspend", "ok"):
        person = suspended.about["person"]
        back = [
            later.began
            for later in evidence.of("let in")
            if later.about["person"] == person and later.began > suspended.ended
        ]
        yield person, suspended.ended, min(back, default=float("inf"))


def _held_by_another(click: Row, batch: int | None, samples: Sequence[Sample]) -> int | None:
    """Who else had the batch both in the look before the click and in the one after it."""
    at = moment(click["received_at"])
    before = next((sample for sample in reversed(samples) if sample.at <= at), None)
    after = next((sample for sample in samples if sample.at >= at), None)
    if before is None or after is None:
        return None
    if batch is None or batch not in before.holders or batch not in after.holders:
        return None
    first, second = before.holders[batch][0], after.holders[batch][0]
    return first if first == second != click["person_id"] else None


def durable(evidence: Evidence) -> Finding:
    """I8: every click answered 2xx has its message, and that message has an end somebody can see."""
    found = Finding()
    messages = evidence.messages()
    for send in evidence.of("send", "ok"):
        message = messages.get(send.about["message"] or 0)
        told = f"message {send.about['message']} of card {send.about['card']}"
        found.expect(message is not None, f"{told} was acknowledged and is gone")
        if message is not None:
            contact = int(send.about["card"].split(":")[0])
            found.expect(message["contact_id"] == contact, f"{told} is for somebody else")
    for message in messages.values():
        found.expect(
            message["state"] not in OPEN_STATES,
            f"message {message['id']} is still {message['state']} after everything came to rest",
        )
    return found


def repeatable(evidence: Evidence) -> Finding:
    """I9: one token, sent any number of times, makes one click and gets one answer."""
    found = Finding()
    answers = defaultdict(set)
    for send in evidence.of("send", "ok"):
        answers[send.about["token"]].add(send.about["message"])
    for token, given in answers.items():
        found.expect(len(given) == 1, f"token {token[:12]} was answered with messages {sorted(given)}")
    made = defaultdict(list)
    for click in evidence.views["qa_click"]:
        made[bytes(click["token_digest"]).hex()].append(click)
    for token, clicks in made.items():
        found.expect(len(clicks) == 1, f"token {token[:12]} made {len(clicks)} clicks")
        for click in clicks:
            for message in answers.get(token, ()):
                found.expect(
                    click["message_id"] == message, f"token {token[:12]} was answered with another text"
                )
    return found


def undone(evidence: Evidence) -> Finding:
    """I10: an undo that was confirmed means that the text was never handed over."""
    found = Finding()
    left = {message["id"] for _, _, message in evidence.taken_messages() if message}
    messages = evidence.messages()
    for undo in evidence.of("undo", "ok"):
        message = undo.about["message"]
        found.expect(message not in left, f"message {message} was taken back and left all the same")
        state = messages[message]["state"] if message in messages else "gone"
        found.expect(state == "cancelled", f"message {message} was taken back and is {state}")
    return found


def replies_kept(evidence: Evidence) -> Finding:
    """I14: a reply that was acknowledged is kept, once, whatever became of its text."""
    found = Finding()
    kept = defaultdict(list)
    for row in evidence.views["qa_message"]:
        if row["kind"] == "reply":
            kept[row["text"]].append(row["id"])
    for reply in evidence.of("reply", "ok"):
        rows = kept.get(reply.about["text"], [])
        found.expect(len(rows) == 1, f"{reply.about['text']!r} was recorded {len(rows)} times")
    for text, rows in kept.items():
        found.expect(len(rows) == 1, f"{text!r} became {len(rows)} messages")
    return found


def same_number(evidence: Evidence) -> Finding:
    """I15: a reply leaves from the number the person last got a text from in that conversation; where none
    left before they wrote, from the number of the conversation."""
    found = Finding()
    last: dict[int, str] = {row["id"]: row["our_phone"] for row in evidence.views["qa_conversation"]}
    for taken, _, message in evidence.taken_messages():
        if message is None or message["conversation_id"] is None:
            continue
        if message["kind"] == "reply":
            known = last.get(message["conversation_id"])
            found.expect(
                known == taken.from_, f"the reply {message['id']} left from {taken.from_}, not {known}"
            )
        last[message["conversation_id"]] = taken.from_
    return found


def tenants(evidence: Evidence) -> Finding:
    """I16: nothing of one organization is ever seen by, sent for or written down in another."""
    found = Finding(checked=evidence.answers_read)
    found.breaches += [f"a word of another organization stands in {path}" for path in evidence.leaks]
    whose = {ours: show.org for show in evidence.shows for ours in show.ours}
    for taken, _, message in evidence.taken_messages():
        org = whose.get(taken.from_)
        found.expect(org is not None, f"a text left from {taken.from_}, which is nobody's")
        if message is not None:
            found.expect(
                message["organization"] == org,
                f"message {message['id']} of {message['organization']} left from {taken.from_}",
            )
    for name in ("qa_message", "qa_click"):
        contacts = {row["id"]: row["organization_id"] for row in evidence.views["qa_contact"]}
        for row in evidence.views[name]:
            if row["contact_id"] is not None:
                found.expect(
                    contacts[row["contact_id"]] == row["organization_id"],
                    f"{name} {row['id']} belongs to another organization than its contact",
                )
    return found
