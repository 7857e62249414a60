"""What one row of a contact list becomes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring

from p2ptext.rules.cells import NOTHING, are_clean, clean
from p2ptext.rules.column_names import bars
from p2ptext.rules.columns import Columns, phone_field
from p2ptext.rules.csv_safe import unguard
from p2ptext.rules.fault import Fault
from p2ptext.rules.phone import Phone, normalize
from p2ptext.rules.zones import zones_named

LONGEST_CELL = 1_000
"""Characters of one cell; a row with a longer one is refused, for cutting it would lose text."""
_TIDIED_AT_MOST = 20
"""A cell longer than this many times the limit is refused before it is even tidied."""

_MISSING = Fault("missing", "There is no phone number in this row.")
_LANDLINE = Fault("landline", "This is a landline. It cannot receive texts.")
_ZONE_NEEDED = Fault(
    "zone_needed",
    "This number is of another country. Give its time zone in a column “timezone”, "
    "for example Europe/London.",
)
_LANDLINE_TYPES = ("landline", "landlines", "land", "fixed", "fixedline", "wireline", "l", "fijo")
# Written in a column of names, and nobody's name.
_NO_NAME = frozenset(
    [
        "None",
        "none",
        "NONE",
        "N/A",
        "n/a",
        "N.A.",
        "n.a.",
        "-",
        "--",
        "---",
        ".",
        "?",
        "unknown",
        "Unknown",
        "UNKNOWN",
    ]
)


@dataclass(slots=True)
class Contactable:
    """A row that can be texted."""

    phone: Phone
    fields: dict[str, str]
    """Every value there is something to see in, by its name in scripts; a blank one is absent.

    Telephones other than the one to text are phone_2, phone_3: E.164 where they are valid,
    else as written.
    """


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be texted: a code for machines, words for the report."""

    code: str
    words: str


# What stands in a column such as "Opted out" of somebody who has not; anything else bars them.
_NOT_BARRED = frozenset(
    ("no", "n", "false", "f", "0", "0.0", "-", "none", "n/a", "opted in", "opted-in", "opt in", "in",
     "subscribed", "active", "ok", "allowed", "living", "alive", "not deceased", "no opt out")
)  # fmt: skip


class RowReader:
    """Reads the rows of one list."""

    def __init__(
        self,
        columns: Columns,
        header: Sequence[str] = (),
        longest: int = LONGEST_CELL,
        is_landline: Callable[[str], bool] | None = None,
    ) -> None:
        """`header` lends its names to the words of a refusal; `longest` is in characters.

        `is_landline` knows of E.164 numbers that are landlines, whatever the row says.
        """
        self._phones = columns.phones
        self._fields = tuple(columns.fields.items())
        self._width = 1 + max([*columns.phones, *columns.fields.values()], default=-1)
        self._names = tuple(name for name in ("first_name", "last_name") if name in columns.fields)
        self._only_phone = (
            columns.phones[0] if len(columns.phones) == 1 and "line_type" not in columns.fields else None
        )
        self._barring = tuple(
            (name, index)
            for name, index in columns.fields.items()
            if bars(name) or (index < len(header) and bars(header[index]))
        )
        self._header = header
        self._longest = longest
        self._known_landline = is_landline

    def read(self, cells: Sequence[str]) -> Contactable | Refused:
        """A contact, or why this row cannot be one.

        A row may be shorter than the header; cells of columns that nobody chose are not
        looked at. Codes are those of `phone.normalize`, and landline where it is known or said,
        zone_needed (a number of another country says nothing of the hour there, and the zones
        of the United States would be a wrong guess), do_not_contact where a column of the list
        says so, cell_too_long.
        """
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        row = "|".join(cells)
        if len(row) <= self._longest and "|'" not in row and row[:1] != "'" and are_clean(row):
            fields = {
                name: cell for name, index in self._fields if (cell := cells[index]) not in NOTHING
            }
        else:
            cleaned = self._cleaned(cells)
            if isinstance(cleaned, Refused):
                return cleaned
            fields = cleaned
        for name, index in self._barring:
            if fields.get(name, "no").casefold() not in _NOT_BARRED:
                return self._barred(index)
        for name in self._names:
            if fields.get(name) in _NO_NAME:
                del fields[name]
        if self._only_phone is not None:
            found = self._usable(cells[self._only_phone], fields)
        else:
            found = self._first_usable(cells, fields)
        if isinstance(found, Fault):
            return Refused(found.code, found.words)
        return Contactable(found, fields)

    def _barred(self, index: int) -> Refused:
        name = clean(self._header[index]) if index < len(self._header) else f"column {index + 1}"
        return Refused(
            "do_not_contact", f"Your list says in “{name}” that this person must not be contacted."
        )

    def _cleaned(self, cells: Sequence[str]) -> dict[str, str] | Refused:
        fields = {}
        for name, index in self._fields:
            cell = cells[index]
            value = self._tidied(cell)
            if len(value) > self._longest:
                fault = self._too_long(index)
                return Refused(fault.code, fault.words)
            if value:
                fields[name] = value
        return fields

    def _tidied(self, cell: str) -> str:
        return clean(unguard(cell)) if len(cell) <= _TIDIED_AT_MOST * self._longest else cell

    def _number(self, cell: str) -> str:
        """A further telephone as it is kept."""
        found = normalize(cell)
        return found.e164 if isinstance(found, Phone) else self._tidied(cell)

    def _too_long(self, index: int) -> Fault:
        name = clean(self._header[index]) if index < len(self._header) else f"column {index + 1}"
        return Fault(
            "cell_too_long",
            f"The text in “{name}” is longer than {self._longest:,} characters. Shorten it.",
        )

    def _usable(self, written: str, fields: Mapping[str, str]) -> Phone | Fault:
        found = _usable(written, fields)
        if self._known_landline and isinstance(found, Phone) and self._known_landline(found.e164):
            return _LANDLINE
        return found

    def _first_usable(self, cells: Sequence[str], fields: dict[str, str]) -> Phone | Fault:
        """The best telephone; the others are put among the fields."""
        found = [self._usable(cells[index], fields) for index in self._phones]
        if _is_landline(fields.get("line_type", "")):
            # The type is said of the best number; what the other columns hold is open.
            best = next((place for place, one in enumerate(found) if isinstance(one, Phone)), None)
            if best is not None:
                found[best] = _LANDLINE
        chosen = next((one for one in found if isinstance(one, Phone)), None)
        if chosen is None:
            faults = (one for one in found if isinstance(one, Fault) and one.code != "missing")
            return next(faults, _MISSING)
        others: dict[str, int] = {}
        for index in self._phones:
            others.setdefault(self._number(cells[index]), index)
        kept = [number for number in others if number not in ("", chosen.e164)]
        for place, number in enumerate(kept, 2):
            if len(number) > self._longest:
                return self._too_long(others[number])
            fields[phone_field(place)] = number
        return chosen


def read_row(
    cells: Sequence[str], columns: Columns, longest: int = LONGEST_CELL
) -> Contactable | Refused:
    """One row by itself: `RowReader.read` for those who have few."""
    return RowReader(columns, longest=longest).read(cells)


def fields_json(fields: Mapping[str, str]) -> str:
    """The fields of a `Contactable` as JSON, a third of the time `json.dumps` takes.

    The names need no escaping: they are slugs.
    """
    return (
        "{" + ",".join([f'"{name}":{encode_basestring(value)}' for name, value in fields.items()]) + "}"
    )


def _usable(written: str, fields: Mapping[str, str]) -> Phone | Fault:
    found = normalize(written)
    if isinstance(found, Phone) and found.npa is None and not zones_named(fields.get("timezone", "")):
        return _ZONE_NEEDED
    return found


def _is_landline(line_type: str) -> bool:
    return "".join(filter(str.isalpha, line_type.lower())) in _LANDLINE_TYPES
