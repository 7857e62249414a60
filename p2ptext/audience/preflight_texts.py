"""Texts held against the people who would get them: every row, nobody's text rendered but a few."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from psycopg import sql

from p2ptext.audience.columns import value_sql
from p2ptext.audience.findings import MOST_SAMPLES, Finding, blank_value, too_long
from p2ptext.audience.longest import Longest, People, measure, people_of, signing_names
from p2ptext.audience.speaking import Part, parts
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor
from p2ptext.rules import prices, script, sms_text
from p2ptext.rules.sms_text import find_non_gsm


@dataclass(slots=True)
class Measured:
    """What some texts are for some people."""

    findings: list[Finding] = field(default_factory=list)
    longest: Longest | None = None
    segments: tuple[int, int] = (0, 0)
    """Of all these texts together: with the shortest wording, and with the longest."""


def against(campaign: Campaign, texts: Sequence[str], people: People) -> Measured:
    """What stands against these texts by these people, and the longest text one of them would get.

    Codes: blank_value, too_long.
    """
    return _merged(campaign, [(_written(texts), people)])


def first_texts(campaign: Campaign, document: Mapping[str, Any]) -> Measured:
    """The same of the first message in all its languages."""
    return _merged(
        campaign,
        [(_written(part.document["first"]), part.people) for part in _parts(campaign.id, document)],
    )


def later_rounds(campaign: Campaign, document: Mapping[str, Any]) -> list[Finding]:
    """What stands against the texts of later passes, by the people who wait for them now."""
    blocks = []
    for round_ in document.get("rounds", {}):
        found = _merged(
            campaign,
            [
                (_written(part.document["rounds"].get(round_, ())), part.people)
                for part in _parts(campaign.id, document, int(round_))
            ],
        )
        blocks += [
            replace(one, words=f"Pass {round_}: {one.words}", fix="passes", default_for="")
            for one in found.findings
        ]
    return blocks


def follow_ups(campaign: Campaign, document: Mapping[str, Any]) -> list[Finding]:
    """What stands against the texts after answers and the canned replies. Who lacks a value is not offered
    such a text: that is worth a warning, no more."""
    shares = _parts(campaign.id, document)
    found = []
    for name, fix, texts_of in (
        ("The texts after answers", "questions", _after_answers),
        ("The canned replies", "canned", _canned),
    ):
        looked = _merged(campaign, [(texts_of(part.document), part.people) for part in shares])
        found += [
            replace(one, words=f"{name}: {one.words}", fix=fix, default_for="")
            for one in looked.findings
        ]
    return found


def wide(campaign: Campaign, document: Mapping[str, Any], segments: tuple[int, int]) -> list[Finding]:
    """Whether characters of the first message make everybody's text longer, and what that costs.

    Code: wide_characters. `segments` are those of the texts as they are.
    """
    texts = [text for part in _languages(document) for text in _written(part["first"])]
    odd = [one for text in texts for one in find_non_gsm(text)]
    if not odd:
        return []
    characters = " ".join(dict.fromkeys(one.char for one in odd))
    words = (
        "These characters of the message make every text take up to three times as many "
        f"segments: {characters}."
    )
    if any(one.replacement is not None for one in odd):
        more = segments[1] - first_texts(campaign, _plain(document)).segments[1]
        if more > 0:
            words += f" That is {more:,} segments more, {prices.in_words(more)}."
        words += " The message's page replaces them with one press."
    return [Finding("wide_characters", words, "message", count=len(odd))]


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document whose first texts have plain characters wherever these say the same."""
    return {
        "first": [sms_text.plain_typography(text) for text in document["first"]],
        "languages": {
            code: {"first": [sms_text.plain_typography(text) for text in words.get("first", ())]}
            for code, words in document.get("languages", {}).items()
        },
    }


def _languages(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    others = document.get("languages", {}).values()
    return [document, *(words for words in others if words.get("first"))]


def _parts(campaign_id: int, document: Mapping[str, Any], round_: int = 1) -> list[Part]:
    return parts(people_of(campaign_id, round_), document)


def _written(texts: Iterable[str]) -> list[str]:
    """Those that can be merged at all: an empty one, or one with a nameless field, is found otherwise."""
    return [text for text in texts if text.strip() and not _nameless(text)]


def _nameless(text: str) -> bool:
    return any(fault.code == "nameless_field" for fault in script.check(text, ()))


def _after_answers(document: Mapping[str, Any]) -> list[str]:
    return _written(
        text
        for step in document.get("steps", ())
        for answer in step["answers"]
        for text in answer["texts"]
    )


def _canned(document: Mapping[str, Any]) -> list[str]:
    return _written(reply["text"] for reply in document.get("canned", ()))


def _merged(campaign: Campaign, shares: Iterable[tuple[Sequence[str], People]]) -> Measured:
    """What is found for several lots of people, each with texts of its own."""
    names = signing_names(campaign.organization_id)
    found = Measured()
    blank: Counter[str] = Counter()
    samples: dict[str, list[str]] = {}
    for texts, people in shares:
        if not texts:
            continue
        measures = measure(people, texts, names, plain=campaign.plain_typography)
        # Of a field that no list has, its name is found to be unknown, not every contact to be blank.
        in_the_list = {script.field_key(name) for name in people.columns}
        for name, count in measures.blank.items():
            if script.field_key(name) in in_the_list:
                blank[name] += count
                samples.setdefault(name, []).extend(_lines_without(people.rows, name, people.columns))
        found.longest = _longer(found.longest, measures.longest)
        least, most = found.segments
        sums = measures.segments or [0]
        found.segments = (least + min(sums), most + max(sums))
    found.findings = [
        blank_value(name, count, samples[name][:MOST_SAMPLES]) for name, count in blank.items()
    ] + too_long(found.longest)
    return found


def _longer(one: Longest | None, other: Longest | None) -> Longest | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda longest: longest.size)


def _lines_without(people: sql.Composable, name: str, columns: Sequence[str]) -> list[str]:
    rows = cursor().execute(
        sql.SQL(
            "SELECT c.line, i.file_name FROM ({}) AS c JOIN contact_import i ON i.id = c.import_id"
            " WHERE {} IS NULL ORDER BY c.import_id, c.line LIMIT {}"
        ).format(people, value_sql(name, columns), MOST_SAMPLES)
    )
    return [f"line {line} of {file_name}" for line, file_name in rows]
