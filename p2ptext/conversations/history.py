"""Everything that was said in a conversation, and what happened in between, as one list in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.conversations import handover, media
from p2ptext.extensions import cursor
from p2ptext.texting.queries import REASONS, STATES

FAILED = ("rejected", "undeliverable", "not_sent", "blocked", "expired", "unknown")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a thread."""

    kind: str
    """in: the person wrote it. out: one of us. note: said among us. event: something happened."""
    text: str
    at: datetime
    id: int = 0
    """Of its own row; with `kind` it names the line."""
    state_words: str = ""
    failed: bool = False
    media: list[dict[str, str]] = field(default_factory=list)
    who: str = ""
    """Who of us wrote it; empty for whoever reads it."""
    auto: bool = False
    """Whether a machine of theirs wrote it."""
    reaction: str = ""
    """What they did to a text of ours, in words, such as "Liked"."""
    about: str = ""
    """The text of ours that they reacted to."""
    about_id: int | None = None
    abusive: bool = False
    verdict: str = ""
    """What was understood of it, naming the rule; empty where nothing was."""
    enclosed: dict[str, str] | None = None
    """What went with a text of ours: `url` ("" where it is not kept any more), `kind`, `description`."""


def items(organization_id: int, conversation_id: int, person_id: int) -> list[Item]:
    """Everything said and done, oldest first, as `person_id` reads it."""
    lines = [
        *_ours(organization_id, conversation_id, person_id),
        *_theirs(organization_id, conversation_id),
        *_notes(organization_id, conversation_id, person_id),
        *_hand_overs(conversation_id),
        *_answers(organization_id, conversation_id, person_id),
    ]
    return sorted(lines, key=lambda item: (item.at, item.kind, item.id))


def _rows(statement: str, organization_id: int, conversation_id: int) -> Iterator[dict[str, Any]]:
    sql = cursor()
    sql.row_factory = dict_row
    yield from sql.execute(statement, {"org": organization_id, "talk": conversation_id})


def _ours(organization_id: int, conversation_id: int, person_id: int) -> Iterator[Item]:
    for row in _rows(
        """SELECT m.id, m.text, m.created_at, m.state, m.reason, m.person_id, h.texting_name,
             m.media_id, f.kind AS media_kind, f.description, f.removed_at
           FROM message m
           LEFT JOIN media_file f ON f.id = m.media_id
           LEFT JOIN membership h ON h.organization_id = m.organization_id AND h.person_id = m.person_id
           WHERE m.organization_id = %(org)s AND m.conversation_id = %(talk)s
             AND m.state <> 'cancelled'""",
        organization_id,
        conversation_id,
    ):
        failed = row["state"] in FAILED
        words = STATES.get(row["state"], "")
        if failed and row["reason"] in REASONS:
            words = f"{words}: {REASONS[row['reason']]}"
        yield Item(
            "out",
            row["text"],
            row["created_at"],
            row["id"],
            words,
            failed,
            who="" if row["person_id"] == person_id else row["texting_name"] or "",
            enclosed=media.enclosed(row) if row["media_id"] is not None else None,
        )


def _theirs(organization_id: int, conversation_id: int) -> Iterator[Item]:
    for row in _rows(
        """SELECT i.id, i.text, i.received_at, i.media, i.kind, i.reaction, i.about_message_id, i.abusive,
             i.tier, i.verdict_reason, i.undone_at, m.text AS about
           FROM inbound_text i LEFT JOIN message m ON m.id = i.about_message_id
           WHERE i.organization_id = %(org)s AND i.conversation_id = %(talk)s""",
        organization_id,
        conversation_id,
    ):
        yield Item(
            "in",
            row["text"],
            row["received_at"],
            row["id"],
            media=media.shown(conversation_id, row["id"], row["media"]),
            auto=row["kind"] == "auto_reply",
            reaction=REACTIONS.get(row["reaction"], "Reacted to") if row["kind"] == "reaction" else "",
            about=row["about"] or "",
            about_id=row["about_message_id"],
            abusive=row["abusive"],
            verdict=_verdict(row),
        )


REACTIONS = {
    "like": "Liked",
    "love": "Loved",
    "dislike": "Disliked",
    "laugh": "Laughed at",
    "emphasize": "Emphasized",
    "question": "Questioned",
}


def _verdict(row: dict[str, Any]) -> str:
    if row["tier"] == "none" or not row["verdict_reason"]:
        return ""
    words = f"Understood as: {row['verdict_reason']}"
    return f"{words}. Undone since." if row["undone_at"] else words


def _notes(organization_id: int, conversation_id: int, person_id: int) -> Iterator[Item]:
    for row in _rows(
        """SELECT n.id, n.kind, n.text, n.at, n.person_id, h.texting_name
           FROM note n
           LEFT JOIN membership h ON h.organization_id = n.organization_id AND h.person_id = n.person_id
           WHERE n.organization_id = %(org)s AND n.conversation_id = %(talk)s""",
        organization_id,
        conversation_id,
    ):
        if row["kind"] == "crisis":
            yield Item("event", row["text"], row["at"], row["id"])
            continue
        who = "You" if row["person_id"] == person_id else row["texting_name"] or ""
        yield Item("note", row["text"], row["at"], row["id"], NOTES[row["kind"]], who=who)


NOTES = {
    "asked": "asked an organizer",
    "answered": "answered, for the team only",
    "note": "noted, for the team only",
}


def _hand_overs(conversation_id: int) -> Iterator[Item]:
    for place, change in enumerate(handover.history(conversation_id), 1):
        yield Item("event", change.words, change.at, place)


def _answers(organization_id: int, conversation_id: int, person_id: int) -> Iterator[Item]:
    """Answers to the script's questions, as they were written down or taken away."""
    for row in _rows(
        """SELECT c.id, c.at, c.answer_key, c.person_id, h.texting_name, step ->> 'question' AS question,
             (SELECT one ->> 'label' FROM jsonb_array_elements(step -> 'answers') one
              WHERE one ->> 'key' = coalesce(c.answer_key, c.was)) AS label
           FROM survey_change c
           JOIN conversation t ON t.contact_id = c.contact_id
           JOIN script_version v ON v.id = c.script_version_id
           LEFT JOIN membership h ON h.organization_id = c.organization_id AND h.person_id = c.person_id
           LEFT JOIN LATERAL (SELECT one AS step FROM jsonb_array_elements(v.document -> 'steps') one
                              WHERE one ->> 'key' = c.step_key LIMIT 1) asked ON true
           WHERE c.organization_id = %(org)s AND t.id = %(talk)s""",
        organization_id,
        conversation_id,
    ):
        question, label = row["question"] or "A question", row["label"] or "an answer"
        who = "You" if row["person_id"] == person_id else row["texting_name"] or "Somebody"
        words = f"{who} {'noted' if row['answer_key'] else 'took back'}: {question} {label}"
        yield Item("event", words, row["at"], row["id"])
