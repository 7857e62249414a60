"""What the pages say of a deed on many conversations."""

from dataclasses import dataclass

from p2ptext.review.deeds import ANYBODY
from p2ptext.review.models import ReviewDeed

CHOICES = {
    "reassign": "Give them to somebody else",
    "tag": "Put a tag on",
    "untag": "Take a tag off",
    "answer": "Write down an answer",
    "close": "No reply needed",
    "mark": "Mark for the next pass",
    "unmark": "Take the mark off",
    "list": "Make a follow-up list",
    "opt_out": "Opt out",
}
"""Deeds in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one deed."""

    title: str
    question: str
    """With the number at `{}`, as "3 conversations"."""
    what: str
    """What happens, and what does not."""
    button: str
    done: str
    """With the number at `{}`."""


_WORDS: dict[str, tuple[str, str, str, str, str]] = {
    "reassign": (
        "Give conversations to somebody else",
        "Give {} to {name}?",
        "Whoever has them now can still read them, and cannot answer any more.",
        "Give them",
        "{} given to {name}.",
    ),
    "offer": (
        "Give conversations to somebody else",
        "Offer {} to whoever is on shift?",
        "Whoever has them now can still read them, and cannot answer any more once somebody has taken over.",
        "Offer them",
        "{} offered to whoever is on shift.",
    ),
    "tag": (
        "Put a tag on",
        "Put the tag “{name}” on {}?",
        "Volunteers see the tag. Nobody is texted.",
        "Put it on",
        "The tag “{name}” is on {} more.",
    ),
    "untag": (
        "Take a tag off",
        "Take the tag “{name}” off {}?",
        "Nobody is texted.",
        "Take it off",
        "The tag “{name}” is off {}.",
    ),
    "answer": (
        "Write down an answer",
        "Write down “{name}” in {}?",
        "It counts in the results as if it was noted one by one. An earlier answer to the question is "
        "replaced. Nobody is texted.",
        "Write it down",
        "“{name}” is written down in {}.",
    ),
    "close": (
        "No reply needed",
        "Close {}?",
        "They do not wait for an answer any more. A conversation opens again by itself when they write.",
        "Close them",
        "{} closed.",
    ),
    "mark": (
        "Mark for the next pass",
        "Mark the people of {}?",
        "A manager can then begin a pass with only those who are marked. Its rules hold: whoever has answered "
        "or opted out, or had a text too lately, is left out. Nobody is texted by this.",
        "Mark them",
        "The people of {} are marked.",
    ),
    "unmark": (
        "Take the mark off",
        "Take the mark off the people of {}?",
        "They can still be in a pass that is not only for those who are marked.",
        "Take it off",
        "The people of {} are not marked any more.",
    ),
    "list": (
        "Make a follow-up list",
        "Make a list of the people of {}?",
        "It holds what your list said of them and what they answered, and goes to {name}. There it is checked "
        "like every list, and you decide whether it comes in. Why they may be texted is carried over. Nobody "
        "is texted by this.",
        "Make the list",
        "A list of {} is made.",
    ),
    "opt_out": (
        "Opt out",
        "Opt out the people of {}?",
        "They get no text from you any more, in any campaign. Only they can change that. What waits to leave "
        "to them is held back.",
        "Opt them out for good",
        "The people of {} are opted out.",
    ),
}


def of(row: ReviewDeed) -> Said:
    """The words for this deed, as far as its details are known."""
    key = "offer" if row.details.get("to") == ANYBODY else row.deed
    title, question, what, button, done = _WORDS[key]
    name = _name(row)
    question, what, done = (text.replace("{name}", name) for text in (question, what, done))
    return Said(title, question, what, button, done)


def _name(row: ReviewDeed) -> str:
    told = row.details
    if row.deed == "list":
        return (
            f"the new campaign “{told['name']}”"
            if told.get("campaign") == "new"
            else "the draft you chose"
        )
    return str(told.get("words") or told.get("name") or "them")


def number(amount: int) -> str:
    """As a sentence says it."""
    return "1 conversation" if amount == 1 else f"{amount:,} conversations"


def progress(row: ReviewDeed) -> str:
    """How far it is."""
    if row.status == "waiting":
        return "It begins in a moment."
    return f"{row.place:,} of {len(row.ids):,} conversations are dealt with."
