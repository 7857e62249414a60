"""How much the values of each contact add to a text, measured in the database without rendering it.

People are put together whose values add the same; of each such group it is then known how long its
longest text can be at most. For nearly all values that is exactly how long it is; white space that
is tidied away, dots, joiners of emoji can make a text shorter than that, never longer.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from psycopg import sql

from p2ptext.audience.columns import value_sql
from p2ptext.audience.merging import VOLUNTEER, merge_values
from p2ptext.rules import script, sms_text

_GSM, _WIDE = 0, 1
_JOINERS = "\u200c\u200d"
_LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"
_GSM_LIMITS, _UCS2_LIMITS = (160, 153), (70, 67)

Size = tuple[int, int]
"""Segments, then units: the longer of two texts has the greater one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of a text that differ from contact to contact, and how often each stands there."""

    fields: tuple[str, ...]
    times: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Layout":
        volunteer = script.field_key(VOLUNTEER)
        names = [name for name in script.fields_in(text) if script.field_key(name) != volunteer]
        return cls(tuple(names), tuple(_times(text, name) for name in names))


def _times(text: str, grown: str) -> int:
    """How often a field stands in a text: by how much one more character of it lengthens the text."""
    values = dict.fromkeys(script.fields_in(text), "x")
    longer = script.render(text, {**values, grown: "xx"}, plain=True)
    return len(longer) - len(script.render(text, values, plain=True))


@dataclass(frozen=True, slots=True)
class Group:
    """People whose values add the same to a text."""

    kind: int
    """0 if the values can travel in GSM-7, 1 if they make the text UCS-2, 2 if either is possible."""
    chars: int
    """Characters of all values as they stand in the text, at most."""
    doubles: int
    """How many of them take two units."""
    blank: tuple[bool, ...]
    """Which fields of the layout have no value."""
    count: int
    key: int
    """One of the people."""

    @property
    def size(self) -> list[int]:
        """As the column `size` of `measured` has it."""
        return [self.kind, self.chars, self.doubles, *map(int, self.blank)]


def measured(
    people: sql.Composable, layout: Layout, columns: Iterable[str], plain: bool
) -> sql.Composed:
    """`people` with the value of each field as v0, v1, ... and what they add as `size`.

    `people` is a SELECT with a column `fields`.
    """
    names = [sql.Identifier(f"v{place}") for place in range(len(layout.fields))]
    values = [
        sql.SQL(", {} AS {}").format(value_sql(field, columns), name)
        for field, name in zip(layout.fields, names, strict=True)
    ]
    repeated: list[sql.Composable] = [sql.SQL("''")]
    for name, times in zip(names, layout.times, strict=True):
        repeated += [name] * times
    blank = sql.SQL("").join(sql.SQL(", ({} IS NULL)::integer").format(name) for name in names)
    # OFFSET 0 keeps the planner from writing each value out again wherever it is looked at.
    return sql.SQL(
        """(SELECT m.*, CASE
              WHEN t !~ {not_simple} THEN ARRAY[0, char_length(t), 0{blank}]
              WHEN t ~ {wide} THEN ARRAY[1, {chars}, {pairs}{blank}]
              WHEN t ~ {unsure} THEN ARRAY[2, {chars}, {pairs} + {escaped}{blank}]
              ELSE ARRAY[0, {chars}, {escaped}{blank}] END AS size
            FROM (SELECT v.*, concat({repeated}) AS t
                  FROM (SELECT c.*{values} FROM ({people}) AS c OFFSET 0) AS v OFFSET 0) AS m)"""
    ).format(
        **_patterns(plain),
        blank=blank,
        repeated=sql.SQL(", ").join(repeated),
        values=sql.SQL("").join(values),
        people=people,
    )


@cache
def _patterns(plain: bool) -> dict[str, sql.Composable]:
    """What tells, of all values of one contact together, how their text would travel.

    Some characters may be tidied away, and with them what seemed to make a text UCS-2.
    """
    characters = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]
    unsure = {
        char
        for char in characters
        if (plain and char in _JOINERS)
        or (_may_go(char) and not sms_text.GSM.issuperset(_put_in(char, plain)))
    }
    kept = {
        char
        for char in characters
        if char not in unsure and sms_text.GSM.issuperset(_put_in(char, plain))
    }
    simple = {char for char in sms_text.GSM_BASIC if " " <= char <= "~"}
    dots = "char_length(t) + 2 * (char_length(t) - char_length(replace(t, '…', '')))"
    escaped = sql.Literal("".join(sorted(sms_text.GSM_EXTENSION)))
    return {
        "not_simple": _none_of(simple),
        "wide": _none_of(kept | unsure),
        "unsure": sql.Literal(f"[{_escaped(unsure)}]"),
        "chars": sql.SQL(dots if plain else "char_length(t)"),
        "pairs": sql.SQL("regexp_count(t, '[\\U00010000-\\U0010FFFF]')"),
        "escaped": sql.SQL("char_length(t) - char_length(translate(t, {}, ''))").format(escaped),
    }


def _put_in(char: str, plain: bool) -> str:
    return sms_text.plain_typography(char) if plain else char


def _may_go(char: str) -> bool:
    """Whether it is white space to Python, which is taken off at both ends of a value."""
    return char.isspace() or char in _LINE_ENDS


def _none_of(characters: Iterable[str]) -> sql.Literal:
    return sql.Literal(f"[^{_escaped(characters)}]")


def _escaped(characters: Iterable[str]) -> str:
    return "".join(f"\\u{ord(char):04X}" for char in sorted(characters))


class Bounds:
    """How long one text signed with one name can get, for groups of people."""

    def __init__(self, text: str, layout: Layout, name: str, plain: bool) -> None:
        self._text, self._layout, self._name, self._plain = text, layout, name, plain
        self._frames: dict[tuple[bool, ...], _Frame | None] = {}

    def most(self, group: Group) -> Size | None:
        """The greatest size in this group; None if a value is blank that the text cannot do without."""
        if group.blank not in self._frames:
            self._frames[group.blank] = self._frame(group.blank)
        frame = self._frames[group.blank]
        return frame.most(group) if frame else None

    def _frame(self, blank: tuple[bool, ...]) -> "_Frame | None":
        """The text with one letter for each value that there is."""
        there = [
            (field, times)
            for field, times, missing in zip(self._layout.fields, self._layout.times, blank, strict=True)
            if not missing
        ]
        values = merge_values({field: "x" for field, _ in there}, self._name)
        try:
            text = script.render(self._text, values, plain=self._plain)
        except script.MissingField:
            return None
        return _Frame(text, sum(times for _, times in there))


class _Frame:
    def __init__(self, text: str, letters: int) -> None:
        self._chars = len(text) - letters
        self._pairs = sum(char > "\uffff" for char in text)
        self._escaped = sum(char in sms_text.GSM_EXTENSION for char in text)
        self._gsm = sms_text.GSM.issuperset(text)

    def most(self, group: Group) -> Size:
        chars, found = self._chars + group.chars, []
        if self._gsm and group.kind != _WIDE:
            found.append(_most(chars, self._escaped + group.doubles, _GSM_LIMITS))
        if not self._gsm or group.kind != _GSM:
            pairs = self._pairs + (group.doubles if group.kind != _GSM else 0)
            found.append(_most(chars, pairs, _UCS2_LIMITS))
        return max(found)


def _most(chars: int, doubles: int, limits: tuple[int, int]) -> Size:
    """The most segments: each but the last may have no room left for one half of a double."""
    single, part = limits
    units = chars + doubles
    if units <= single:
        return 1, units
    segments = math.ceil(units / part)
    while units + min(doubles, segments - 1) > segments * part:
        segments += 1
    return segments, units
