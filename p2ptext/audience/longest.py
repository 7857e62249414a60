"""The longest text a campaign would send and the values it lacks, found among a million people in one
pass over them, with a few texts rendered instead of a million (sizing.py)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import select

from p2ptext.accounts.models import Membership
from p2ptext.audience.columns import columns_of, needed_fields
from p2ptext.audience.merging import merge_values
from p2ptext.audience.sizing import Bounds, Group, Layout, Size, measured
from p2ptext.extensions import cursor, db
from p2ptext.rules import script, sms_text

_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class People:
    """Whose texts are measured."""

    rows: sql.Composable
    """A SELECT of key (its own for each), contact_id (null where there is none yet), line, fields."""
    columns: Sequence[str]
    """The fields their lists have."""


@dataclass(frozen=True, slots=True)
class Longest:
    """Who has the longest text, and that text."""

    contact_id: int | None
    line: int
    text: str
    count: sms_text.Count

    @property
    def size(self) -> Size:
        return self.count.segments, self.count.units


@dataclass(slots=True)
class Measures:
    """What was found about some texts for some people."""

    longest: Longest | None = None
    """None if no text can be rendered for anybody."""
    blank: dict[str, int] = field(default_factory=dict)
    """Fields the texts cannot do without, and how many people have no value for each."""
    segments: list[int] = field(default_factory=list)
    """Segments of all these people's texts together: by each text signed with each name."""


def people_of(campaign_id: int, round_: int = 1) -> People:
    """Those of a campaign who wait for their text in this round."""
    rows = sql.SQL(
        "SELECT id AS key, id AS contact_id, import_id, line, fields FROM contact"
        " WHERE campaign_id = {} AND state = 'ready' AND round = {}"
    ).format(campaign_id, round_)
    return People(rows, columns_of(campaign_id))


def longest_text(campaign_id: int, text: str, texting_name: str, *, plain: bool) -> Longest | None:
    """The longest first text over all contacts not yet texted; None when none can be rendered."""
    return measure(people_of(campaign_id), [text], [texting_name], plain=plain).longest


def signing_names(organization_id: int) -> list[str]:
    """Names that make texts longest: of those in the GSM alphabet, and of those that are not.

    One letter beyond that alphabet may lengthen a text more than a long name does.
    """
    names = db.session.scalars(
        select(Membership.texting_name)
        .where(Membership.organization_id == organization_id, Membership.status == "active")
        .distinct()
    )
    longest: dict[str, tuple[int, str]] = {}
    for name in names:
        count = sms_text.count(name)
        longest[count.encoding] = max((count.units, name), longest.get(count.encoding, (0, "")))
    return [name for _, name in longest.values()] or [""]


def measure(people: People, texts: Iterable[str], names: Iterable[str], *, plain: bool) -> Measures:
    """What stands in the way of these texts, each signed with each of the names.

    Anybody may get any of the texts. `plain` is the campaign's plain_typography.
    """
    found = Measures()
    alike: dict[Layout, list[str]] = {}
    for text in texts:
        alike.setdefault(Layout.of(text), []).append(text)
    for layout, same in alike.items():
        groups = _groups(people, layout, plain)
        _count_blank(found, layout, same, groups)
        bounds = [(text, name, Bounds(text, layout, name, plain)) for text in same for name in names]
        found.segments += [
            sum(group.count * most[0] for group in groups if (most := bound.most(group)))
            for _, _, bound in bounds
        ]
        _Search(people, layout, plain, found).run(groups, bounds)
    return found


def _groups(people: People, layout: Layout, plain: bool) -> list[Group]:
    query = sql.SQL("SELECT size, count(*), min(key) FROM {} AS sized GROUP BY size").format(
        measured(people.rows, layout, people.columns, plain)
    )
    return [
        Group(kind, chars, doubles, tuple(map(bool, blank)), count, key)
        for (kind, chars, doubles, *blank), count, key in cursor().execute(query)
    ]


def _count_blank(found: Measures, layout: Layout, texts: Iterable[str], groups: Iterable[Group]) -> None:
    needed = {script.field_key(name) for text in texts for name in needed_fields(text)}
    for place, name in enumerate(layout.fields):
        if script.field_key(name) in needed:
            count = sum(group.count for group in groups if group.blank[place])
            if count:
                found.blank[name] = count


class _Search:
    """Looks from the greatest bound down, until nothing can be longer than what was found."""

    def __init__(self, people: People, layout: Layout, plain: bool, found: Measures) -> None:
        self._people, self._layout, self._plain, self._found = people, layout, plain, found

    def run(self, groups: Iterable[Group], texts: Iterable[tuple[str, str, Bounds]]) -> None:
        entries = sorted(
            (
                _Entry(most, text, name, group)
                for text, name, bounds in texts
                for group in groups
                if (most := bounds.most(group))
            ),
            key=lambda entry: entry.most,
            reverse=True,
        )
        doubtful = []
        for entry, row in self._one_of_each(entries):
            if not self._may_be_longer(entry):
                break
            if self._look(row, entry) < entry.most and entry.group.count > 1:
                doubtful.append(entry)
        doubtful = [entry for entry in doubtful if self._may_be_longer(entry)]
        if doubtful and self._layout.fields:
            self._look_at_everybody(doubtful)

    def _may_be_longer(self, entry: "_Entry") -> bool:
        return self._found.longest is None or entry.most > self._found.longest.size

    def _one_of_each(self, entries: Sequence["_Entry"]) -> Iterator[tuple["_Entry", dict[str, Any]]]:
        for start in range(0, len(entries), _AT_ONCE):
            some = entries[start : start + _AT_ONCE]
            query = sql.SQL("SELECT * FROM ({}) AS people WHERE key = ANY({})").format(
                self._people.rows, sql.Literal(list({entry.group.key for entry in some}))
            )
            opened = cursor()
            opened.row_factory = dict_row
            rows = {row["key"]: row for row in opened.execute(query)}
            yield from ((entry, rows[entry.group.key]) for entry in some)

    def _look_at_everybody(self, doubtful: Sequence["_Entry"]) -> None:
        """Render a text for each different combination of values in these groups."""
        by_size: dict[tuple[int, ...], list[_Entry]] = {}
        for entry in doubtful:
            by_size.setdefault(tuple(entry.group.size), []).append(entry)
        values = [sql.Identifier(f"v{place}") for place in range(len(self._layout.fields))]
        query = sql.SQL(
            "SELECT DISTINCT ON ({values}) contact_id, line, fields, size FROM {people} AS sized"
            " WHERE {sizes} ORDER BY {values}, key"
        ).format(
            values=sql.SQL(", ").join(values),
            people=measured(self._people.rows, self._layout, self._people.columns, self._plain),
            sizes=sql.SQL(" OR ").join(
                sql.SQL("size = {}::integer[]").format(sql.Literal(list(size))) for size in by_size
            ),
        )
        opened = cursor()
        opened.row_factory = dict_row
        for row in opened.stream(query):
            for entry in by_size[tuple(row["size"])]:
                if self._may_be_longer(entry):
                    self._look(row, entry)

    def _look(self, row: dict[str, Any], entry: "_Entry") -> Size:
        """The size of this person's text, which is kept if it is the longest so far."""
        values = merge_values(row["fields"], entry.name)
        text = script.render(entry.text, values, plain=self._plain)
        seen = Longest(row["contact_id"], row["line"], text, sms_text.count(text))
        if self._found.longest is None or seen.size > self._found.longest.size:
            self._found.longest = seen
        return seen.size


@dataclass(frozen=True, slots=True)
class _Entry:
    """One text with one name for one group, and how long it can be at most."""

    most: Size
    text: str
    name: str
    group: Group
