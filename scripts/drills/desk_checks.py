"""Invariants of the organizer's desk: numbers shown, sums and files are what the rows say."""

from collections import Counter

from scripts.drills.evidence import Evidence, Row, moment
from scripts.drills.exporting import File
from scripts.drills.findings import Finding

DEED = "conversations_changed"
"""What a deed on many leaves on record, for each part of it."""


def numbers(evidence: Evidence) -> Finding:
    """I17: what was done with many is what was shown and is on record; sums kept beside the rows are what
    the rows say; files have the rows that there are."""
    found = Finding()
    _deeds(evidence, found)
    for said in evidence.recounted:
        found.expect(not said, f"sums differ from the rows: {said}")
    for file in evidence.files:
        _whole(file, found)
    for file in evidence.files_at_rest:
        _whole(file, found)
        check = _contacts if file.kind == "contacts" else _messages
        check(evidence, file, found)
    for told in evidence.of("export failed"):
        found.expect(False, f"an export of {told.who} failed: {told.about['words']}")
    reached = sum(len(row["detail"]["conversations"]) for row in done_with_many(evidence))
    looks = len(evidence.of("look at numbers", "ok"))
    found.notes.append(
        f"deeds on many reached {reached} conversations, {len(evidence.files)} files were downloaded and "
        f"{looks} pages of numbers read while everything went on"
    )
    return found


def done_with_many(evidence: Evidence) -> list[Row]:
    """The records of deeds on many."""
    return [row for row in evidence.views["qa_audit"] if row["action"] == DEED]


def _deeds(evidence: Evidence, found: Finding) -> None:
    done: dict[str, list[int]] = {}
    for row in done_with_many(evidence):
        done.setdefault(row["target"], []).extend(row["detail"]["conversations"])
    for deed in evidence.of("many"):
        if "row" not in deed.about:
            continue
        name, asked = f"review deed {deed.about['row']}", deed.about["ids"]
        changed = done.pop(name, [])
        found.expect(len(set(changed)) == len(changed), f"{name} did something twice")
        if asked is not None:  # else all of a filter were meant
            strangers = set(changed) - set(map(int, asked))
            found.expect(not strangers, f"{name} reached {strangers}, whom nobody ticked")
        found.expect(len(changed) <= deed.about.get("shown", 0), f"{name} did more than was shown")
        if deed.result == "ok" and deed.about.get("told") is not None:
            told = deed.about["told"]
            found.expect(told == len(changed), f"{name} told of {told} and did {len(changed)}")
    found.expect(not done, f"{', '.join(done)}: nobody asked for it")
    _opted_out(evidence, found)


def _opted_out(evidence: Evidence, found: Finding) -> None:
    whose = {row["id"]: row["recipient_id"] for row in evidence.views["qa_conversation"]}
    stopped = {
        (row["recipient_id"], moment(row["at"]))
        for row in evidence.views["qa_suppression"]
        if row["action"] == "added"
    }
    for row in done_with_many(evidence):
        if row["detail"]["deed"] != "opt_out":
            continue
        for one in row["detail"]["conversations"]:
            kept = any(
                person == whose.get(one) and at <= moment(row["at"]) + 1 for person, at in stopped
            )
            found.expect(kept, f"{row['target']} opted out conversation {one}: not on record")


def _whole(file: File, found: Finding) -> None:
    """The download is the file that was made, and has as many rows as was said."""
    found.expect(file.digest == file.told_digest, f"export {file.number} is another file than was made")
    told = f"export {file.number} has {len(file.rows)} rows and told of {file.told_rows}"
    found.expect(len(file.rows) == file.told_rows, told)


def _contacts(evidence: Evidence, file: File, found: Finding) -> None:
    talks = {row["id"]: row["contact_id"] for row in evidence.views["qa_conversation"]}
    replies = Counter(talks.get(row["conversation_id"]) for row in evidence.views["qa_inbound"])
    _same(
        found,
        file,
        {
            row["id"]: (
                row["phone"],
                "yes" if row["suppressed_at"] else "no",
                str(replies[row["id"]]) if row["id"] in set(talks.values()) else "0",
            )
            for row in evidence.views["qa_contact"]
            if row["campaign_id"] == file.campaign_id
        },
        {
            int(row["contact_id"]): (row["phone"], row["opted_out"], row["replies"] or "0")
            for row in file.rows
        },
    )


def _messages(evidence: Evidence, file: File, found: Finding) -> None:
    here = {
        row["id"] for row in evidence.views["qa_conversation"] if row["campaign_id"] == file.campaign_id
    }
    heard = {
        row["id"]: row["text"] for row in evidence.views["qa_inbound"] if row["conversation_id"] in here
    }
    said = {
        row["id"]: row["text"]
        for row in evidence.views["qa_message"]
        if row["conversation_id"] in here or row["answers_inbound_id"] in heard
    }
    for direction, wanted in (("out", said), ("in", heard)):
        rows = {int(row["id"]): row["text"] for row in file.rows if row["direction"] == direction}
        _same(found, file, wanted, rows)


def _same(found: Finding, file: File, wanted: dict[int, object], rows: dict[int, object]) -> None:
    name = f"the file of {file.kind} of campaign {file.campaign_id}"
    for one in sorted(wanted.keys() | rows.keys()):
        found.expect(
            wanted.get(one) == rows.get(one),
            f"{name} says {rows.get(one)!r} of {one}, the rows say {wanted.get(one)!r}",
        )
