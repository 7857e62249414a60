"""The longest text a campaign would send, found among a million contacts without rendering each.

A text's size depends on three things: whether it needs UCS-2, which values are blank, and how many
units the values add. So the database takes the few longest of each kind, and only those are rendered.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from p2ptext.audience.columns import columns_of, value_sql
from p2ptext.audience.merging import VOLUNTEER, merge_values
from p2ptext.extensions import cursor
from p2ptext.rules import script, sms_text

_OF_EACH_KIND = 5


@dataclass(frozen=True, slots=True)
class Longest:
    """The contact with the longest text, and that text's size."""

    contact_id: int
    line: int
    count: sms_text.Count


def longest_text(campaign_id: int, template: str, texting_name: str, *, plain: bool) -> Longest | None:
    """The longest first text over all contacts not yet texted; None when none can be rendered."""
    found: Longest | None = None
    for row in _candidates(campaign_id, template, plain=plain):
        try:
            text = script.render(template, merge_values(row["fields"], texting_name), plain=plain)
        except script.MissingField:
            continue
        count = sms_text.count(text)
        if found is None or _size(count) > _size(found.count):
            found = Longest(row["id"], row["line"], count)
    return found


def _size(count: sms_text.Count) -> tuple[int, int]:
    return count.segments, count.units


def _candidates(campaign_id: int, template: str, *, plain: bool) -> list[dict[str, Any]]:
    columns = columns_of(campaign_id)
    fields = [
        name
        for name in script.fields_in(template)
        if script.field_key(name) != script.field_key(VOLUNTEER)
    ]
    values = [value_sql(name, columns) for name in fields]
    wide = sql.SQL(" OR ").join(
        [sql.SQL("coalesce({} ~ {}, false)").format(v, sql.Literal(_wide(plain))) for v in values]
        or [sql.SQL("false").format()]
    )
    blanks = sql.SQL(" || ").join(
        [sql.SQL("({} IS NULL)::text").format(value) for value in values] or [sql.SQL("''").format()]
    )
    units = sql.SQL(" + ").join(
        [
            sql.SQL("{} * coalesce({}, 0)").format(times, _units(value, plain))
            for value, times in zip(values, _times(template, fields), strict=True)
        ]
        or [sql.SQL("0").format()]
    )
    query = sql.SQL(
        """SELECT c.id, c.line, c.fields FROM contact c JOIN (
             SELECT id, row_number() OVER (PARTITION BY wide, blanks ORDER BY units DESC, id) AS place
             FROM (SELECT c.id, {wide} AS wide, {blanks} AS blanks, {units} AS units FROM contact c
                   WHERE c.campaign_id = {campaign} AND c.state = 'ready') AS measured
           ) AS ranked ON ranked.id = c.id
           WHERE ranked.place <= {few} ORDER BY c.id"""
    ).format(
        wide=wide,
        blanks=blanks,
        units=units,
        campaign=sql.Literal(campaign_id),
        few=sql.Literal(_OF_EACH_KIND),
    )
    opened = cursor()
    opened.row_factory = dict_row
    return list(opened.execute(query))


def _times(template: str, fields: list[str]) -> list[sql.Literal]:
    """How often each field stands in the template: by how much one more character lengthens it."""

    def length(grown: str) -> int:
        values = {name: "xx" if name == grown else "x" for name in [*script.fields_in(template)]}
        return len(script.render(template, values, plain=True))

    base = length("")
    return [sql.Literal(length(name) - base) for name in fields]


def _units(value: sql.Composable, plain: bool) -> sql.Composed:
    """Units of a value: one a character, two for what GSM escapes or UCS-2 pairs, three for "…"."""
    twice = sql.SQL("char_length({0}) - char_length(translate({0}, {1}, ''))").format(
        value, sql.Literal("".join(sms_text.GSM_EXTENSION))
    )
    pairs = sql.SQL("char_length(regexp_replace({0}, {1}, '', 'g'))").format(
        value, sql.Literal(r"[\u0001-\uFFFF]")
    )
    dots = sql.SQL("2 * (char_length({0}) - char_length(translate({0}, '…', '')))").format(value)
    # What is plain ASCII, nearly everything, has neither pairs nor dots: spare it the slow part.
    return sql.SQL(
        "(char_length({value}) + {twice} + CASE WHEN octet_length({value}) = char_length({value})"
        " THEN 0 ELSE {pairs} + {dots} END)"
    ).format(value=value, twice=twice, pairs=pairs, dots=dots if plain else sql.SQL("0"))


@cache
def _wide(plain: bool) -> str:
    """A pattern of PostgreSQL for any character that makes a text UCS-2."""
    kept = set(sms_text.GSM)
    if plain:
        kept.update(
            char
            for char in map(chr, range(0x80, 0xFFFF))
            if not 0xD800 <= ord(char) < 0xE000
            and sms_text.GSM.issuperset(sms_text.plain_typography(char))
        )
    return "[^" + "".join(f"\\u{ord(char):04X}" for char in sorted(kept)) + "]"
