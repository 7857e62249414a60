"""Who of a list reads which language, so that every text is looked at with the people who get it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from p2ptext.audience.longest import People, people_of
from p2ptext.audience.previewing import Sample
from p2ptext.extensions import cursor
from p2ptext.rules import languages

_VALUE = sql.SQL("coalesce(fields ->> {}, '')").format(languages.FIELD)


@dataclass(frozen=True, slots=True)
class Part:
    """Those people who get the words of one language."""

    language: str | None
    """None for the main words of the script."""
    document: Mapping[str, Any]
    """The script as they read it; see rules.languages.document_in."""
    people: People
    count: int | None
    """How many they are; None where everybody gets the main words and nobody was counted."""


def parts(people: People, document: Mapping[str, Any]) -> list[Part]:
    """`people` by the language in which they get this script: those with the main words first.

    One part, for nothing, where the script has one language.
    """
    written = languages.written(document)
    if not written:
        return [Part(None, document, people, None)]
    values, counts = _values(people)
    foreign = [value for code in written for value in values[code]]
    main = Part(None, document, _those(people, foreign, "NOT"), _rest(counts, written))
    return [main] + [
        Part(
            code,
            languages.document_in(document, code),
            _those(people, values[code], ""),
            counts[code],
        )
        for code in written
    ]


def readers(campaign_id: int) -> Counter[str | None]:
    """How many of a campaign's people who wait for their first text read which language, by its code;
    under None those of whom the list does not say it in words that are known."""
    return _values(people_of(campaign_id))[1]


def _values(people: People) -> tuple[dict[str | None, list[str]], Counter[str | None]]:
    """What the lists say for each language, and how many people it is."""
    values: dict[str | None, list[str]] = defaultdict(list)
    counts: Counter[str | None] = Counter()
    found = cursor().execute(
        sql.SQL("SELECT {} AS value, count(*) FROM ({}) AS people GROUP BY value").format(
            _VALUE, people.rows
        )
    )
    for value, count in found:
        code = languages.read(value)
        values[code].append(value)
        counts[code] += count
    return values, counts


def _rest(counts: Counter[str | None], written: list[str]) -> int:
    return sum(count for code, count in counts.items() if code not in written)


def _those(people: People, values: list[str], unless: str) -> People:
    rows = sql.SQL("SELECT * FROM ({}) AS people WHERE {} ({} = ANY({}::text[]))").format(
        people.rows, sql.SQL(unless), _VALUE, sql.Literal(values)
    )
    return People(rows, people.columns)


def sample_of(campaign_id: int, code: str, after: int | None = None) -> Sample | None:
    """Somebody of the list who reads this language: the next one `after` a contact, or the first; None
    where nobody does."""
    values = _values(people_of(campaign_id))[0].get(code)
    for start in (after or 0, 0):
        row = values and (
            cursor()
            .execute(
                """SELECT id, line, fields FROM contact
                   WHERE campaign_id = %s AND id > %s AND fields ->> 'language' = ANY(%s)
                   ORDER BY id LIMIT 1""",
                (campaign_id, start, values),
            )
            .fetchone()
        )
        if row:
            return Sample(*row)
    return None
