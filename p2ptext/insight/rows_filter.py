"""Which rows a link from a number asks for: a kind of people, and one value of one dimension."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from p2ptext.errors import NotFound
from p2ptext.insight.kinds import KINDS

_MOST = 2**31


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to part a campaign's people, or its texts."""

    of_texts: bool
    """Whether it parts texts of every round, rather than people by their latest text."""
    where: str
    """SQL over text_fact, there called f, each value as `= %(name)s`."""
    read: Callable[[str], dict[str, Any]]
    """What the SQL needs, from the key in an address. Raises ValueError for a key that cannot be."""


def _number(name: str) -> Callable[[str], dict[str, Any]]:
    def read(key: str) -> dict[str, Any]:
        if not key:
            return {name: None}  # of whom it is not known
        if not re.fullmatch(r"[0-9]{1,10}", key) or int(key) >= _MOST:
            raise ValueError(key)
        return {name: int(key)}

    return read


def _words(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda key: {name: key}


def _wording(key: str) -> dict[str, Any]:
    round_, _, digest = key.partition(":")
    return _number("round")(round_) | {"wording": uuid.UUID(digest) if digest else None}


def _hour(key: str) -> dict[str, Any]:
    if not key:
        return {"weekday": None, "hour": None}
    found = re.fullmatch(r"([1-7])-([0-9]{1,2})", key)
    if found is None:
        raise ValueError(key)
    return {"weekday": int(found[1]), "hour": int(found[2])}


def _time(key: str) -> dict[str, Any]:
    return {"from": datetime.combine(_of_now(key[:10]), time(int(key[11:])), UTC)}


def _day(key: str) -> dict[str, Any]:
    return {"day": _of_now(key)}


def _of_now(key: str) -> date:
    """A day that a text may have left on; clocks of other years cannot be told. Raises ValueError."""
    day = date.fromisoformat(key)
    if not 2000 <= day.year < 3000:
        raise ValueError(key)
    return day


# rates_time.NIGHT_H says why.
_BEGINS = "(({day} + interval '4 hours') AT TIME ZONE 'America/New_York')"
DIMENSIONS: Mapping[str, Dimension] = {
    "list": Dimension(False, "f.import_id = %(import)s", _number("import")),
    "zone": Dimension(False, "f.zone = %(zone)s", _words("zone")),
    "state": Dimension(False, "f.us_state = %(state)s", _words("state")),
    "number": Dimension(False, "f.number_id = %(number)s", _number("number")),
    "carrier": Dimension(False, "f.network = %(network)s", _words("network")),
    "language": Dimension(False, "f.language = %(language)s", _words("language")),
    "reason": Dimension(False, "f.reason = %(reason)s", _words("reason")),
    "round": Dimension(True, "f.round = %(round)s", _number("round")),
    "person": Dimension(True, "f.person_id = %(person)s", _number("person")),
    "wording": Dimension(
        True,
        "f.round = %(round)s AND f.wording = %(wording)s",
        _wording,
    ),
    "hour": Dimension(
        True,
        "f.local_weekday = %(weekday)s AND f.local_hour = %(hour)s",
        _hour,
    ),
    "time": Dimension(
        True, "f.texted_at >= %(from)s AND f.texted_at < %(from)s + interval '1 hour'", _time
    ),
    "day": Dimension(
        True,
        f"f.texted_at >= {_BEGINS.format(day='%(day)s::date')}"
        f" AND f.texted_at < {_BEGINS.format(day='(%(day)s::date + 1)')}",
        _day,
    ),
    # Whoever is to answer now, whoever texted: only of those who wait.
    "owner": Dimension(False, "t.person_id = %(person)s", _number("person")),
}
"""Those of counting.reading.by, and the owner."""
OF_ANSWERS = {
    "answer": ("chosen",),
    "question": ("asked", "answered", "unanswered", "left_out"),
}
"""Where the rows are those of a question: by what, and which kinds there are."""
OF_LINKS = ("opened", "perhaps_opened", "programs_only")
"""Kinds of people by what is known of their visits to a link, as links.py has them."""
STEP = r"[A-Za-z0-9_.-]{1,60}"


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows of one number."""

    kind: str
    by: str = ""
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict, compare=False)
    """What the dimension's SQL needs."""

    @property
    def of_texts(self) -> bool:
        """Whether each row is a text of any round, rather than a person."""
        return self.by in DIMENSIONS and DIMENSIONS[self.by].of_texts

    @property
    def place(self) -> str:
        """The column of text_fact that says where each row stands."""
        return "f.text_place" if self.of_texts else "f.place"

    @property
    def where(self) -> str:
        """The SQL of its dimension. What nobody knows is null there."""
        where = DIMENSIONS[self.by].where if self.by else "true"
        for name in (name for name, value in self.values.items() if value is None):
            where = where.replace(f"= %({name})s", "IS NULL")
        return where

    @property
    def of_answers(self) -> bool:
        return self.by in OF_ANSWERS

    @property
    def of_links(self) -> bool:
        return self.by == "link"

    @property
    def arguments(self) -> dict[str, str]:
        """As it stands in an address."""
        return {"by": self.by, "key": self.key} if self.by else {}


def asked(kind: str, by: str = "", key: str = "") -> Filter:
    """What an address asks for. Raises NotFound for what no number counts."""
    if by in OF_ANSWERS:
        return _of_answers(kind, by, key)
    if by == "link":
        return _of_links(kind, key)
    if kind not in KINDS or (by and by not in DIMENSIONS):
        raise NotFound
    if not KINDS[kind].where and by not in ("", "list"):
        raise NotFound  # who has no text yet has no carrier, no hour and no wording
    if by == "owner" and kind != "waiting":
        raise NotFound
    try:
        return Filter(kind, by, key, DIMENSIONS[by].read(key) if by else {})
    except ValueError:
        raise NotFound from None


def _of_answers(kind: str, by: str, key: str) -> Filter:
    shape = f"({STEP}):({STEP})" if by == "answer" else f"({STEP})"
    found = re.fullmatch(shape, key)
    if kind not in OF_ANSWERS[by] or found is None:
        raise NotFound
    return Filter(kind, by, key, {"step": found[1], "answer": found[2] if by == "answer" else None})


def _of_links(kind: str, key: str) -> Filter:
    if kind not in OF_LINKS or not re.fullmatch(r"[0-9]{1,10}", key) or int(key) >= _MOST:
        raise NotFound
    return Filter(kind, "link", key, {"link": int(key), "who": OF_LINKS.index(kind) + 1})
