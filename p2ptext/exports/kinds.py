"""What can be exported: each kind's words, its formats, and the tables it is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from p2ptext.exports import answers, evidence, people, refusals, stops, texts, van
from p2ptext.exports.columns import Table
from p2ptext.exports.scoping import Scope
from p2ptext.exports.survey import survey

TABLES = ("csv", "parquet")
ARCHIVE = ("zip",)
FORMATS = {"csv": "CSV", "parquet": "Parquet", "zip": "ZIP of CSV files"}
"""Formats in words."""
MIME = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be asked for."""

    key: str
    label: str
    words: str
    """One sentence for the page."""
    formats: tuple[str, ...]
    tables: Callable[[Scope], Sequence[Table]]
    """The files it is made of. Asks the database what columns they have."""
    of_campaign: bool = True
    """Whether it is of one campaign; else of the whole organization."""


def _everything(scope: Scope) -> Sequence[Table]:
    asked = survey(scope)
    return (
        people.contacts(scope, asked),
        texts.messages(scope),
        answers.answers(scope, asked),
        evidence.clicks(scope),
        refusals.refused_rows(scope),
    )


_ALL = (
    Kind(
        "contacts",
        "Contacts with answers",
        "One row a person: what the list says of them, their text, what they answered, whether they opted out.",
        TABLES,
        lambda scope: (people.contacts(scope, survey(scope)),),
    ),
    Kind(
        "messages",
        "Messages",
        "Every text both ways, with who sent it, when, where it ended and what it cost.",
        TABLES,
        lambda scope: (texts.messages(scope),),
    ),
    Kind(
        "answers",
        "Answers",
        "One row for each question somebody answered.",
        TABLES,
        lambda scope: (answers.answers(scope, survey(scope)),),
    ),
    Kind(
        "van",
        "Results for VAN",
        "Ready for VAN's bulk upload: VANID, date, phone, result, a column for each question. Who has no "
        "VANID is in a file of their own.",
        ARCHIVE,
        lambda scope: van.results(scope, survey(scope)),
    ),
    Kind(
        "clicks",
        "Clicks",
        "Every press of Send with its evidence.",
        TABLES,
        lambda scope: (evidence.clicks(scope),),
    ),
    Kind(
        "refused",
        "Refused rows",
        "What of the campaign's lists could not be imported, and why.",
        TABLES,
        lambda scope: (refusals.refused_rows(scope),),
    ),
    Kind(
        "everything",
        "Everything of a campaign",
        "Contacts, messages, answers, clicks and refused rows, with a description of every column.",
        ARCHIVE,
        _everything,
    ),
    Kind(
        "opt_outs",
        "Do-not-text list",
        "Every number that gets no texts from the organization.",
        TABLES,
        lambda scope: (stops.opt_outs(scope),),
        of_campaign=False,
    ),
    Kind(
        "opt_out_history",
        "History of the do-not-text list",
        "Every time a number came on the list or off it.",
        TABLES,
        lambda scope: (stops.changes(scope),),
        of_campaign=False,
    ),
)
KINDS = {kind.key: kind for kind in _ALL}
"""Every kind by its key, in the order of the page."""
CHOSEN = ("contacts", "messages", "answers", "clicks")
"""Kinds that can be of some conversations alone."""
