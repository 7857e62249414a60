"""What the columns of every file mean, for the page that says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from p2ptext.exports import answers, evidence, people, refusals, stops, texts, van
from p2ptext.exports.columns import Column

_OF_A_LIST = Column(
    "list: ...", "text", "One for every column of the lists, by its name in scripts.", ""
)
_CELL = Column("cell: ...", "text", "One for every column of those lists, with what stood there.", "")
_ANSWER = Column(
    "answer: ...",
    "text",
    "One for every question, with the words of the answer. Empty where nothing counts.",
    "",
)


@dataclass(frozen=True, slots=True)
class Described:
    """One file as the page describes it."""

    name: str
    """Without its ending; the part of the page is called so too."""
    columns: Sequence[Column]


FILES = (
    Described(
        "contacts",
        (
            *people.WHO,
            *people.LIST,
            _OF_A_LIST,
            *people.PLACES,
            *people.TEXTED,
            *people.SAID,
            _ANSWER,
            *people.STOPPED,
        ),
    ),
    Described("messages", texts.COLUMNS),
    Described("answers", answers.COLUMNS),
    Described("clicks", evidence.COLUMNS),
    Described("refused-rows", (*refusals.COLUMNS, _CELL)),
    Described("do-not-text", stops.IN_FORCE),
    Described("do-not-text-history", stops.CHANGES),
    Described("van-results", (*van.columns("NULL"), _ANSWER)),
    Described("without-vanid", (*van.STRANGER, *van.columns("NULL")[1:], _ANSWER)),
)
FIRST_FILE = {
    "contacts": "contacts",
    "messages": "messages",
    "answers": "answers",
    "van": "van-results",
    "clicks": "clicks",
    "refused": "refused-rows",
    "opt_outs": "do-not-text",
    "opt_out_history": "do-not-text-history",
}
"""The part of the page that a kind of export leads to; the others lead to its beginning."""
