"""How a conversation stands for whoever has it open: the one account that page and script both read."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from p2ptext.conversations import (
    handover,
    listing,
    looking,
    reminding,
    reply_tokens,
    suggesting,
    surveying,
    tagging,
)
from p2ptext.conversations.queries import Thread
from p2ptext.conversations.surveying import Survey
from p2ptext.rules.crisis import GUIDANCE
from p2ptext.texting.queries import waiting

OFFERED = {
    "waited": "They have waited longer than promised, so somebody else may answer first.",
    "done": "Its owner is done for the day; somebody else may take it.",
    "left": "Its owner has left; somebody else may take it.",
    "passed_on": "It was passed on; somebody else may take it.",
    "organizer": "An organizer offers it to the others.",
}


def state_of(
    conversation: Thread, organization_name: str, texting_name: str, now: datetime
) -> dict[str, Any]:
    """Everything beside the lines of the conversation, ready for JSON."""
    claims = conversation.claims
    organization_id, person_id = claims.organization_id, claims.person_id
    survey = surveying.survey_of(organization_id, conversation.id, texting_name)
    suggestions = suggesting.suggest(conversation, survey, organization_name, texting_name)
    others = looking.others(organization_id, person_id, conversation.id)
    return {
        "token": reply_tokens.make_token(claims) if conversation.can_reply else "",
        "state": _state(conversation),
        "mine": conversation.mine,
        "owner": conversation.owner_name if conversation.owner_id != person_id else "",
        "cannot": conversation.cannot_words,
        "opens_at": _iso(conversation.opens_at),
        "opens_words": f"from {conversation.opens_words}" if conversation.opens_words else "",
        "remind": _reminder(person_id, conversation, now),
        "local_time": conversation.local_time,
        "waiting": waiting(organization_id, person_id),
        "waiting_since": _iso(conversation.waiting_since),
        "next_id": listing.next_waiting(organization_id, person_id, conversation.id),
        "question": asdict(survey.question) if survey.question else None,
        "path": [asdict(question) for question in survey.path],
        "suggestions": [asdict(one) for one in suggestions] if conversation.can_reply else [],
        "others": [other.words for other in others],
        "offered": _offered(conversation),
        "crisis": _crisis(conversation),
        "tags": [asdict(mark) for mark in tagging.marks(organization_id, conversation.id)],
        "takeover": _takeover(conversation, survey),
        "lead": _lead(conversation),
        "pass_on": conversation.mine and conversation.waiting_since is not None and conversation.abusive,
    }


def _state(conversation: Thread) -> str:
    """open, closed, opted_out or review."""
    if conversation.opted_out:
        return "opted_out"
    return "review" if conversation.review_words else conversation.state


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _reminder(person_id: int, conversation: Thread, now: datetime) -> dict[str, str] | None:
    reminder = reminding.of(person_id, conversation, now)
    return {"at": reminder.at.isoformat(), "words": reminder.words} if reminder else None


def _offered(conversation: Thread) -> dict[str, str] | None:
    why = conversation.offered_why
    return {"why": why, "words": OFFERED[why]} if why else None


def _crisis(conversation: Thread) -> dict[str, Any] | None:
    if conversation.crisis_reason is None:
        return None
    guidance = [f"{line.rstrip('.')}." for line in GUIDANCE.split(". ")]
    return {"words": f"{conversation.crisis_reason}.", "guidance": guidance}


def _takeover(conversation: Thread, survey: Survey) -> dict[str, Any] | None:
    """From whom the reader has it, if they took it over, and what the person has answered so far."""
    changes = handover.history(conversation.id)
    if not changes or changes[-1].to_id != conversation.claims.person_id:
        return None
    last = changes[-1]
    questions = [*survey.path, survey.question] if survey.question else survey.path
    return {
        "from": last.from_name,
        "words": handover.REASONS[last.why],
        "summary": [
            f"{question.text} {chip.label}"
            for question in questions
            for chip in question.answers
            if chip.chosen
        ],
        "note": last.note,
    }


def _lead(conversation: Thread) -> dict[str, Any] | None:
    if conversation.lead_asked_at is None:
        return None
    return {"asked": True, "words": "An organizer has been asked. You may go on meanwhile."}
