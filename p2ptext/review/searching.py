"""Finding conversations, in time whatever is asked for.

Three plans, chosen by looking at how much there is, because no single one is quick for everything:
few:   something asked for is true of at most FEW conversations, which an index knows. Only these are looked at,
       all of them at once.
walk:  everything asked for is common. Conversations are gone through in the order of the page until it is
       full, which is soon.
whole: common things that are seldom true together. All of which the rarest of them is true are looked at.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from p2ptext.extensions import cursor
from p2ptext.review.conditions import IN_CAMPAIGN, Condition, conditions, values
from p2ptext.review.filters import Filter

PAGE = 50
FEW = 2_000
MOST_COUNTED = 10_001
"""A count that says: more than 10,000."""
MANY = 10 * FEW
"""What the database guesses to be as many is not tried: it is not few."""
ENTRIES = 4 * MOST_COUNTED
"""Entries of an index that are counted at most: a conversation may have several texts with a word."""
PIECE = 10_000
"""Conversations that are fetched at a time where all are needed."""
WALK = 20_000
"""Conversations that are gone through before another plan is tried."""
RATHER_FEW = WALK // 4
"""Where the database guesses less than that, the list is not gone through first."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands in the list: its key, and its id where keys are the same."""

    key: int | datetime
    id: int

    def __str__(self) -> str:
        """For an address."""
        key = self.key
        number = (key - _EPOCH) // timedelta(microseconds=1) if isinstance(key, datetime) else key
        return f"{number}.{self.id}"


def read_place(text: str, wanted: Filter) -> Place | None:
    """A place in the list of this filter, from an address; None where it is none."""
    if not re.fullmatch(r"[0-9]{1,17}\.[0-9]{1,17}", text, re.ASCII):
        return None
    number, id_ = (int(part) for part in text.split("."))
    if not wanted.longest_first:
        return Place(number, id_)
    return Place(_EPOCH + timedelta(microseconds=number), id_)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the conversations, in the order of the list."""

    places: list[Place]
    count: int | None
    """How many there are in all, where that is known at once; `count` takes longer."""
    has_earlier: bool
    has_later: bool


def page(
    organization_id: int, wanted: Filter, after: Place | None = None, before: Place | None = None
) -> Page:
    """The conversations that come after a place in the list, or before one; the first of them for neither."""
    search = _Search(organization_id, wanted)
    back = before is not None
    found = search.find(before if back else after, PAGE + 1, back=back)
    more = len(found) > PAGE
    found = found[:PAGE]
    if back:
        found.reverse()
    earlier, later = (more, True) if back else (after is not None, more)
    known = len(found) if not (earlier or later) else search.quick_count()
    return Page(found, known, earlier, later)


def around(organization_id: int, wanted: Filter, place: Place) -> tuple[Place | None, Place | None]:
    """What stands in the list before and after a place."""
    search = _Search(organization_id, wanted)
    before, after = search.find(place, 1, back=True), search.find(place, 1, back=False)
    return (before[0] if before else None), (after[0] if after else None)


def place_of(organization_id: int, wanted: Filter, conversation_id: int) -> Place | None:
    """Where a conversation stands, or would, in the order of the list; None where it has no place there."""
    sql = cursor()
    sql.execute(
        f"""SELECT {_key(wanted)}, t.id FROM conversation t
            WHERE t.id = %s AND t.organization_id = %s AND {_key(wanted)} IS NOT NULL""",
        (conversation_id, organization_id),
    )
    row = sql.fetchone()
    return Place(*row) if row else None


def _key(wanted: Filter) -> str:
    """What the list is ordered by; ids decide between equals."""
    return "t.waiting_since" if wanted.longest_first else "coalesce(t.last_inbound_id, 0)"


def count(organization_id: int, wanted: Filter) -> int:
    """How many conversations match, exactly up to 10,000; MOST_COUNTED for more."""
    return _Search(organization_id, wanted).count()


def ids(organization_id: int, wanted: Filter, most: int) -> list[int]:
    """The conversations that match, `most` of them at most, in the order in which they are locked: that of
    their recipients."""
    search = _Search(organization_id, wanted)
    rows = search.rows(
        f"SELECT t.id FROM {search.all_of_it} ORDER BY t.recipient_id, t.id LIMIT %(most)s",
        {"most": most},
    )
    return [row[0] for row in rows]


def still(organization_id: int, wanted: Filter, these: Sequence[int]) -> list[int]:
    """Those of these conversations that match now."""
    search = _Search(organization_id, wanted, these)
    return [
        row[0] for row in search.rows(f"SELECT t.id FROM {search.all_of_it} ORDER BY t.recipient_id")
    ]


def each(organization_id: int, wanted: Filter) -> Iterator[int]:
    """Every conversation that matches, read piece by piece: there may be a million."""
    search = _Search(organization_id, wanted)
    statement = f"SELECT t.id FROM {search.all_of_it}"
    with cursor().connection.cursor("conversations_found") as sql:
        sql.itersize = PIECE
        sql.execute(statement, search.known)
        for row in sql:
            yield row[0]


class _Search:
    """One filter in one organization; what an index knows is asked for once."""

    def __init__(self, organization_id: int, wanted: Filter, these: Sequence[int] | None = None) -> None:
        self._wanted = wanted
        self._values = values(organization_id, wanted)
        self._conditions = conditions(wanted)
        self._guesses: dict[Condition, float] = {}
        self._few: list[int] | None = None if these is None else list(these)
        self._left = self._conditions
        self._tests = self._tests_campaigns()
        if these is None:
            self._look_for_few()
        self._key = _key(wanted)
        self._descends = not wanted.longest_first

    @property
    def known(self) -> dict[str, Any]:
        """What the placeholders of a statement stand for."""
        return self._values

    def rows(self, statement: str, more: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        sql = cursor()
        # Planned anew each time: which index helps depends on what is asked for.
        sql.execute(statement, self._values | (more or {}), prepare=False)
        return sql.fetchall()

    def _tests_campaigns(self) -> str:
        """Trying a text on one's own phone is no conversation."""
        found = self.rows("SELECT id FROM campaign WHERE organization_id = %(org)s AND is_tests")
        return "".join(f" AND t.campaign_id <> {row[0]}" for row in found)

    def _look_for_few(self) -> None:
        """Take what an index knows to be seldom; two such things leave what they have in common."""
        for condition in self._conditions:
            if not condition.source or self._expected(condition) > MANY:
                continue
            (found,) = self.rows(
                f"SELECT array_agg(id) FROM ({condition.source} LIMIT {FEW + 1}) found"
            )[0]
            found = found or []
            if len(found) > FEW:
                continue
            self._few = list(set(found) if self._few is None else set(found).intersection(self._few))
            if not condition.is_superset:
                self._left = [left for left in self._left if left is not condition]
            if len(self._few) < PAGE * 10:
                return  # the rest is asked of each of these

    def find(self, place: Place | None, most: int, *, back: bool) -> list[Place]:
        """The next conversations after `place` in the list, or with `back` the ones before it, nearest
        first."""
        if self._few is not None:
            return self._find_in_few(place, most, back)
        where, more = self._beyond(place, back)
        down = "DESC" if self._descends is not back else ""
        if not self._is_rather_rare:
            found = self._walk(where, more, down, most)
            if len(found) == most or not self._conditions:
                return found
        rows = self.rows(
            f"""SELECT {self._key}, t.id FROM {self.all_of_it} {where}
                ORDER BY {self._key} {down}, t.id {down} LIMIT {most}""",
            more,
        )
        return [Place(*row) for row in rows]

    def _find_in_few(self, place: Place | None, most: int, back: bool) -> list[Place]:
        listed = self._matches[::-1] if back else self._matches
        if place is not None:
            falls, here = self._descends is not back, _order(place)
            listed = [one for one in listed if (_order(one) < here if falls else _order(one) > here)]
        return listed[:most]

    @cached_property
    def _matches(self) -> list[Place]:
        """All that match, in the order of the list, where they are few."""
        down = "DESC" if self._descends else ""
        rows = self.rows(
            f"SELECT {self._key}, t.id FROM {self.all_of_it} ORDER BY {self._key} {down}, t.id {down}"
        )
        return [Place(*row) for row in rows]

    def _walk(self, where: str, more: dict[str, Any], down: str, most: int) -> list[Place]:
        rows = self.rows(
            f"""SELECT place, id FROM (
                  SELECT t.*, {self._key} AS place FROM conversation t WHERE {self._near} {where}
                  ORDER BY {self._key} {down}, t.id {down} LIMIT {max(WALK, most)}) t
                WHERE {_all_true(self._conditions)}
                ORDER BY place {down}, id {down} LIMIT {most}""",
            more,
        )
        return [Place(*row) for row in rows]

    @property
    def _near(self) -> str:
        """What the index that gives the order knows too."""
        near = "t.organization_id = %(org)s"
        near += " AND t.campaign_id = %(campaign)s" if self._wanted.campaign else ""
        near += " AND t.waiting_since IS NOT NULL" if self._wanted.longest_first else ""
        return near + self._tests

    def _beyond(self, place: Place | None, back: bool) -> tuple[str, dict[str, Any]]:
        if place is None:
            return "", {}
        sign = "<" if self._descends is not back else ">"
        return (
            f"AND ({self._key}, t.id) {sign} (%(place)s, %(place_id)s)",
            {"place": place.key, "place_id": place.id},
        )

    @property
    def all_of_it(self) -> str:
        """FROM and WHERE of the plans `few` and `whole`."""
        if self._few is not None:
            self._values["few"] = self._few
            found, left = "SELECT unnest(%(few)s::bigint[]) AS id", self._left
        else:
            rarest = self._rarest
            left = [one for one in self._conditions if one is not rarest or one.is_superset]
            found = f"SELECT DISTINCT id FROM ({rarest.source}) s" if rarest else ""
        asked = f"{self._near} AND {_all_true(left)}"
        if not found:
            return f"conversation t WHERE {asked}"
        return f"({found}) few JOIN conversation t ON t.id = few.id WHERE {asked}"

    @property
    def _is_rather_rare(self) -> bool:
        """Whether the whole of one thing asked for is looked at sooner than the list is gone through."""
        return self._rarest is not None and self._expected(self._rarest) < RATHER_FEW

    @cached_property
    def _rarest(self) -> Condition | None:
        """What an index is asked for first. A campaign is found by the index that gives the order."""
        known = [one for one in self._conditions if one.source and one.test != IN_CAMPAIGN]
        return min(known, key=self._expected) if len(known) > 1 else next(iter(known), None)

    def _expected(self, condition: Condition) -> float:
        """Of how many it is true, as the database guesses."""
        if condition.as_a_rule:
            return condition.as_a_rule
        if condition not in self._guesses:
            (plan,) = self.rows(f"EXPLAIN (FORMAT JSON) {condition.source}")[0][0]
            self._guesses[condition] = float(plan["Plan"]["Plan Rows"])
        return self._guesses[condition]

    def quick_count(self) -> int | None:
        """How many match, where that takes no time worth speaking of."""
        return self.count() if self._few is not None or not self._conditions else None

    def count(self) -> int:
        if self._few is not None:
            return min(len(self._matches), MOST_COUNTED)
        if len(self._conditions) == 1 and self._rarest is not None:
            quick = None if self._tests else self._count_of_index(self._rarest)
            if quick is not None:
                return quick
        order = "" if self._rarest else f"ORDER BY {self._key} DESC, t.id DESC"
        found = f"SELECT 1 FROM {self.all_of_it} {order} LIMIT {MOST_COUNTED}"
        return int(self.rows(f"SELECT count(*) FROM ({found}) found")[0][0])

    def _count_of_index(self, condition: Condition) -> int | None:
        """What an index knows, counted without looking at conversations; None where that is no answer."""
        if condition.is_superset:
            return None
        texts, talks = self.rows(
            f"""SELECT count(*), count(DISTINCT id)
                FROM (SELECT id FROM ({condition.source}) s LIMIT {ENTRIES}) found"""
        )[0]
        if texts == ENTRIES and talks < MOST_COUNTED:
            return None
        return int(min(talks, MOST_COUNTED))


def _order(place: Place) -> tuple[Any, int]:
    return place.key, place.id


def _all_true(asked: Sequence[Condition]) -> str:
    return " AND ".join(f"({one.test})" for one in asked) or "true"
