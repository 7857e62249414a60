"""A filter in words: each thing that is asked for, and the filter without it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg.rows import dict_row

from p2ptext.conversations.reassigning import Choice, Choices
from p2ptext.extensions import cursor
from p2ptext.review import words
from p2ptext.review.filters import ERRORS, MAIN_LANGUAGE, SORTS, STATUSES, Filter
from p2ptext.rules.languages import NAMES

_NOTHING = Filter()


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that is asked for."""

    words: str
    without: dict[str, str]
    """The address of the filter when it is taken away."""


@dataclass(frozen=True, slots=True)
class OfCampaign:
    """What can be chosen where one campaign is: its questions' answers, lists and languages."""

    answers: list[tuple[str, str]]
    lists: list[tuple[int, str]]
    languages: list[tuple[str, str]]


def of_campaign(organization_id: int, campaign_id: int | None) -> OfCampaign:
    """By value and words; nothing without a campaign."""
    if campaign_id is None:
        return OfCampaign([], [], [])
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        row = sql.execute(
            """SELECT v.document, (
                 SELECT jsonb_agg(jsonb_build_array(i.id, i.file_name) ORDER BY i.id) FROM contact_import i
                 WHERE i.campaign_id = a.id AND i.status = 'done') AS lists
               FROM campaign a LEFT JOIN script_version v ON v.id = a.script_version_id
               WHERE a.id = %s AND a.organization_id = %s""",
            (campaign_id, organization_id),
        ).fetchone() or {"document": None, "lists": None}
    document = row["document"] or {}
    return OfCampaign(
        list(_answers(document)),
        [(int(id_), name) for id_, name in row["lists"] or []],
        [(MAIN_LANGUAGE, "The script's own")] * bool(document.get("languages"))
        + [(code, NAMES.get(code, code)) for code in document.get("languages", {})],
    )


def _answers(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for step in document.get("steps", []):
        for answer in step["answers"]:
            yield f"{step['key']}:{answer['key']}", f"{answer['label']} ({step['question']})"


def chips(wanted: Filter, choices: Choices, of: OfCampaign) -> list[Chip]:
    """Everything that is asked for, in the order of the form."""
    return [
        Chip(said, replace(wanted, **{name: getattr(_NOTHING, name)}).to_args())
        for name, said in _in_words(wanted, choices, of)
    ]


def _in_words(wanted: Filter, choices: Choices, of: OfCampaign) -> Iterator[tuple[str, str]]:
    named = {
        "words": f"Words: {wanted.words}",
        "campaign": f"Campaign: {_name(choices.campaigns, wanted.campaign)}",
        "volunteer": f"Volunteer: {_name(choices.owners, wanted.volunteer)}",
        "status": STATUSES.get(wanted.status, ""),
        "tag": f"Tag: {_name(choices.tags, wanted.tag)}",
        "answer": f"Answered: {dict(of.answers).get(wanted.answer, wanted.answer)}",
        "error": f"Trouble: {error_words(wanted.error)}",
        "variant": f"One wording of text {wanted.variant.partition(':')[0]}",
        "list": f"List: {dict(of.lists).get(wanted.list or 0, 'another')}",
        "language": f"Language: {_language(wanted.language)}",
        "waited": f"Waiting longer than {wanted.waited:,} min",
        "since": f"From {wanted.since}",
        "until": f"Until {wanted.until}",
        "edited": "An offered answer was changed",
        "abusive": "May be abusive",
        "pictures": "They sent a picture or file",
        "sort": SORTS[wanted.sort],
    }
    asked = wanted.to_args()
    return ((name, said) for name, said in named.items() if name in asked)


def _name(choices: Sequence[Choice], chosen: int | None) -> str:
    return next((choice.name for choice in choices if choice.id == chosen), "another")


def _language(code: str) -> str:
    return "the script's own" if code == MAIN_LANGUAGE else NAMES.get(code, code)


def error_words(error: str) -> str:
    """What went wrong with a text, for people."""
    if error.isdigit():
        return f"the phone company's code {error}"
    return ERRORS.get(error) or words.reason(error)
