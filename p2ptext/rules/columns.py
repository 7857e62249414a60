"""Which column of a list holds what: guessed from the header, or chosen by a person."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from p2ptext.rules.column_names import EVIDENCE, FIELDS, meaning, names_landline
from p2ptext.rules.fault import Fault, FileFault
from p2ptext.rules.phone import Phone, normalize
from p2ptext.rules.script import field_key

KNOWN = (*FIELDS[1:], *EVIDENCE)
"""The known fields other than telephones."""
CUSTOM, IGNORE = "custom", "ignore"
_PHONE_FIELD = re.compile(r"phone(?:_(\d{1,3}))?", re.ASCII)
# {volunteer_name} in a script is who sends the message, whatever a list says.
_RESERVED = frozenset(map(field_key, (*KNOWN, "volunteer_name")))


@dataclass(frozen=True)
class Columns:
    """Where the values of a row are."""

    phones: tuple[int, ...]
    """Columns with telephones, the one to text first."""
    fields: Mapping[str, int]
    """Every other field: its name in scripts, its column."""

    def as_map(self, header: Sequence[str]) -> dict[str, dict[str, Any]]:
        """These columns as JSON: {"phone": {"column": 2, "header": "Cell"}, "phone_2": ...}."""
        return {
            name: {"column": index, "header": _shown(header, index)} for name, index in self._in_order()
        }

    @classmethod
    def from_map(cls, column_map: Mapping[str, Mapping[str, Any]]) -> "Columns":
        """The columns `as_map` wrote."""
        phones = sorted(filter(_PHONE_FIELD.fullmatch, column_map), key=_place_of_phone)
        return cls(
            tuple(column_map[name]["column"] for name in phones),
            {name: at["column"] for name, at in column_map.items() if name not in phones},
        )

    def choices(self, header: Sequence[str]) -> dict[int, str]:
        """What `choose_columns` needs to hear to come to these columns: a form's first state."""
        chosen = dict.fromkeys(range(len(header)), IGNORE)
        for name, index in self._in_order():
            own = name not in KNOWN and not _PHONE_FIELD.fullmatch(name)
            chosen[index] = CUSTOM if own and name == custom_name(header[index]) else name
        return chosen

    def _in_order(self) -> Iterator[tuple[str, int]]:
        for place, index in enumerate(self.phones, 1):
            yield phone_field(place), index
        yield from self.fields.items()


def phone_field(place: int) -> str:
    """The name of the first, second, third telephone: phone, phone_2, phone_3."""
    return "phone" if place == 1 else f"phone_{place}"


def _place_of_phone(name: str) -> int:
    found = _PHONE_FIELD.fullmatch(name)
    return int(found[1] or 1) if found else 0


def slug(header: str) -> str:
    """The name of a custom column in scripts: "Polling Place" is {polling_place}.

    Scripts compare names without case, spaces and signs, so {Polling Place} finds it too.
    """
    return re.sub(r"[\W_]+", "_", header.casefold()).strip("_")


def custom_name(header: str) -> str:
    """The name of a column kept as the list's own; "" if the header has no letter or digit.

    A name that means something to the program is not given to a column that means something
    else: a custom column "State" is {state_column}.
    """
    name = slug(header)
    if field_key(name) in _RESERVED or _PHONE_FIELD.fullmatch(name):
        return f"{name}_column"
    return name


def guess_columns(header: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> Columns:
    """Which column holds what, by the words in the header and some values of each column.

    `samples` has a few values per column, in the header's order; it may be shorter or empty.
    A known field takes the column with the best name for it, among equals the first. Columns
    with telephones come mobile first, then home, then work; one whose samples hold no usable
    number comes after those that do. If no header names telephones, the column whose values
    mostly are telephones is taken; `phones` is empty if there is none, and a person must
    choose. Every other column with a name is a custom field; a nameless one is left out.

    Raises FileFault: duplicate_column for two columns of the same name, no_header where the
    first row holds a phone number.
    """
    _refuse_duplicates(header)
    if any(isinstance(normalize(cell), Phone) for cell in header):
        raise FileFault(
            "no_header",
            "The first row already holds a phone number. Put a row with the columns' names above it.",
        )
    meanings = [meaning(name) for name in header]
    phones = _phones(header, meanings, samples)
    taken: dict[str, tuple[int, int]] = {}
    for index, found in enumerate(meanings):
        if found and found[0] != "phone" and index not in phones:
            name, rank = found
            taken[name] = min(taken.get(name, (rank, index)), (rank, index))
    fields = {name: taken[name][1] for name in KNOWN if name in taken}
    used = {*phones, *fields.values()}
    for index, name in enumerate(header):
        own = custom_name(name)
        if index not in used and own:
            if own in fields:
                raise _duplicate(header, fields[own], index)
            fields[own] = index
    return Columns(phones, fields)


def _refuse_duplicates(header: Sequence[str]) -> None:
    seen: dict[str, int] = {}
    for index, name in enumerate(header):
        key = field_key(name)
        if key and key in seen:
            raise _duplicate(header, seen[key], index)
        seen[key] = index


def _duplicate(header: Sequence[str], first: int, second: int) -> FileFault:
    return FileFault(
        "duplicate_column",
        f"Two columns have the same name: {_named(header, first)} and {_named(header, second)}. "
        "Rename or remove one of them.",
    )


def letter(index: int) -> str:
    """A column as spreadsheets name it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _named(header: Sequence[str], index: int) -> str:
    return f"“{_shown(header, index)}” (column {letter(index)})"


def _shown(header: Sequence[str], index: int) -> str:
    name = header[index] if index < len(header) else ""
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())


def _phones(
    header: Sequence[str], meanings: Sequence[tuple[str, int] | None], samples: Sequence[Sequence[str]]
) -> tuple[int, ...]:
    values = [_Values.of(samples[i]) if i < len(samples) else _Values() for i in range(len(header))]
    named = [(found[1], i) for i, found in enumerate(meanings) if found and found[0] == "phone"]
    # "Mobile" may hold Y and N, "number" the number of a house.
    telling = [(rank, i) for rank, i in named if not values[i].are_something_else]
    by_value = [
        (-values[i].usable, i)
        for i, name in enumerate(header)
        if meanings[i] is None and not names_landline(name) and values[i].mostly_usable
    ]
    if not telling and by_value:
        return (min(by_value)[1],)
    return tuple(i for *_, i in sorted((values[i].none_usable, rank, i) for rank, i in telling or named))


@dataclass(frozen=True, slots=True)
class _Values:
    """What the samples of one column say of telephones."""

    filled: int = 0
    usable: int = 0
    alike: int = 0

    @classmethod
    def of(cls, cells: Sequence[str]) -> "_Values":
        read = {cell: normalize(cell) for cell in cells}
        usable = sum(isinstance(found, Phone) for found in read.values())
        faults = [(cell, found.code) for cell, found in read.items() if isinstance(found, Fault)]
        damaged = sum(
            code == "spreadsheet" or (code != "letters" and sum(map(str.isdigit, cell)) >= 7)
            for cell, code in faults
        )
        blank = sum(code == "missing" for _, code in faults)
        return cls(len(read) - blank, usable, usable + damaged)

    @property
    def are_something_else(self) -> bool:
        return self.filled > 0 and self.alike == 0

    @property
    def none_usable(self) -> bool:
        return self.filled > 0 and self.usable == 0

    @property
    def mostly_usable(self) -> bool:
        return self.usable * 2 > self.filled


def choose_columns(header: Sequence[str], choices: Mapping[int, str]) -> Columns | Fault:
    """The columns a person picked: what each column holds.

    A choice is the name of a known field; "phone", for several columns in this order, or
    "phone_2", "phone_3" to say the order; "custom" to keep the column under its own name;
    any other word to keep it under that name; "ignore", which is also what a column without
    a choice is. Fault codes: no_phone_column, duplicate_field, duplicate_column,
    nameless_column, no_such_column.
    """
    phones: list[tuple[int, int]] = []
    fields: dict[str, int] = {}
    for index, choice in choices.items():
        if choice == IGNORE:
            continue
        if not 0 <= index < len(header):
            return Fault("no_such_column", f"The list has no column {index + 1}. Choose again.")
        if _PHONE_FIELD.fullmatch(choice):
            phones.append((_place_of_phone(choice), index))
            continue
        fault = _keep(fields, header, index, choice)
        if fault:
            return fault
    if not phones:
        return Fault("no_phone_column", "Choose the column that holds the phone numbers.")
    places = sorted(phones, key=lambda phone: phone[0])
    return Columns(tuple(index for _, index in places), fields)


def _keep(fields: dict[str, int], header: Sequence[str], index: int, choice: str) -> Fault | None:
    """Put one chosen column where it belongs."""
    written = header[index] if choice == CUSTOM else choice
    name = choice if choice in KNOWN else custom_name(written)
    if not name:
        return Fault(
            "nameless_column", f"Column {letter(index)} has no name. Give it one, or leave it out."
        )
    for other, column in fields.items():
        if field_key(other) == field_key(name):
            return Fault(
                "duplicate_field" if name in KNOWN else "duplicate_column",
                f"{_named(header, column)} and {_named(header, index)} are both {{{name}}}. "
                "Choose one of them, and keep or leave out the other.",
            )
    fields[name] = index
    return None
