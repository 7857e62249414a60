"""What organizers read instead of codes."""

import re

from p2ptext.texting.queries import REASONS, STATES

_FOLDED = re.compile(r"They wrote “([^”]*)”(, which may mean stop)?\.")
# The volunteer's page says "you"; the organizer reads about somebody else.
_REASONS = REASONS | {"undone": "The volunteer took it back."}
_PLACES = {
    "not_texted": "Not texted yet",
    "ended": "Never texted",
}
_OUTCOMES = {
    None: "Being handed to the phone company",
    "accepted": "Taken by the phone company",
    "not_sent": "Not taken by the phone company; nothing was sent",
    "refused": "Refused by the phone company",
    "unknown": "Handed to the phone company; no clear answer came, it may have been sent",
    "abandoned": "Given up before the call; nothing was sent",
}
_ACTIONS = {
    "conversation_given": "Given to somebody else",
    "conversation_opted_out": "Opted out",
    "conversation_review_cleared": "Decided: not a request to stop",
    "unclear_text_sent_again": "Had an unclear text sent once more",
    "unclear_text_left": "Left an unclear text as it is",
}


def state(code: str, reason: str | None = None) -> str:
    """A text's state, with the reason where there is one."""
    words = STATES[code].capitalize()
    return f"{words}. {_REASONS[reason]}" if reason in _REASONS else words


def place(place_of: str, code: str | None, reason: str | None) -> str:
    """Where a contact stands: the state of their first text, or why they have none."""
    if code is not None:
        return state(code, reason)
    words = _PLACES[place_of]
    return f"{words}. {_REASONS[reason]}" if reason in _REASONS else words


def outcome(code: str | None) -> str:
    """What became of one call to the phone company."""
    return _OUTCOMES[code]


def verdict(reason: str, text: str) -> str:
    """Why a text was read as it was. What the rules fold to compare it (“takemeoff”) is no word of theirs."""
    folded = _FOLDED.fullmatch(reason)
    if folded is None or folded[1] in text.lower():
        return reason
    return f"Their whole text {'may ask' if folded[2] else 'asks'} to stop."


def action(code: str) -> str:
    """What somebody did, as the record of privileged actions names it."""
    return _ACTIONS.get(code, code.replace("_", " ").capitalize())


def reason(code: str) -> str:
    """Why a text went wrong, by its code."""
    return _REASONS.get(code, code.replace("_", " ")).rstrip(".")
