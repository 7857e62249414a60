"""What one row of a contact list becomes."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from p2ptext.rules.fault import Fault, FileFault
from p2ptext.rules.phone import Phone, normalize
from p2ptext.rules.script import field_key
from p2ptext.rules.zones import zones_named

_MAX_CELL = 1000

_SYNONYMS: dict[str, str] = {
    "phone": (
        "phone|phone number|phone no|phone num|phone #|cell|cell phone|cell number|cellphone|cellular|"
        "mobile|mobile phone|mobile number|mobile no|tel|telephone|telephone number|phone1|phone 1|"
        "number|contact number|preferred phone|primary phone|best phone|sms|sms number|text number|"
        "wireless|wireless phone|msisdn|phone cell|phone mobile|cell phone 1|mobile phone 1|"
        "celular|teléfono|telefono|número|numero de telefono|móvil|movil|"
        "home phone|work phone|landline|phone home|phone2|phone 2"
    ),
    "first_name": (
        "first name|first|fname|f name|given name|given|firstname|forename|preferred name|nickname|"
        "nombre|primer nombre|prénom|prenom|voter first name|contact first name"
    ),
    "last_name": (
        "last name|last|lname|l name|surname|family name|lastname|apellido|apellidos|nom de famille|"
        "voter last name|contact last name"
    ),
    "zip": (
        "zip|zip code|zipcode|zip5|zip 5|postal code|postcode|postal|mailing zip|mail zip|home zip|"
        "reg zip|residence zip|primary zip|código postal|codigo postal"
    ),
    "state": (
        "state|st|state code|state abbreviation|province|region|home state|mailing state|"
        "residence state|primary state|estado|state province|reg state"
    ),
    "timezone": "timezone|time zone|tz|iana timezone|zona horaria",
    "language": (
        "language|lang|preferred language|spoken language|language preference|idioma|langue|locale"
    ),
    "external_id": (
        "external id|id|van id|vanid|voter id|voterid|member id|supporter id|contact id|person id|"
        "myc van id|constituent id|crm id|state voter id|voter file van id|record id|unique id"
    ),
}
FIELDS = tuple(_SYNONYMS)
# The place in the list is the preference: a mobile number before the home's.
_RANKS = {
    name: {field_key(synonym): rank for rank, synonym in reversed([*enumerate(words.split("|"))])}
    for name, words in _SYNONYMS.items()
}


@dataclass(frozen=True, slots=True)
class Contactable:
    """A row that can be texted. Cells that are absent or blank are ""."""

    phone: Phone
    first_name: str = ""
    last_name: str = ""
    zip: str = ""
    state: str = ""
    timezone: str = ""
    language: str = ""
    external_id: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    """The other columns, by slug."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be texted: a code for machines, words for the report."""

    code: str
    words: str


def slug(header: str) -> str:
    """The name of a custom column in scripts: "Polling Place" is {polling_place}.

    Scripts compare names without case, spaces and signs, so {Polling Place} finds it too.
    """
    return re.sub(r"[\W_]+", "_", header.casefold()).strip("_")


def guess_columns(header: Sequence[str]) -> dict[str, int]:
    """Which column holds what, by the words in the header: field name to column index.

    A known field takes the column named most like it, at equal likeness the first; every
    other column with a name is a custom field by its slug. "phone" is absent if no column
    looks like one: a person must then choose. Raises FileFault: duplicate_column for two
    columns of the same name, no_header where the first row holds a phone number.
    """
    keys = [field_key(name) for name in header]
    _refuse_duplicates(header, keys)
    if any(isinstance(normalize(cell), Phone) for cell in header):
        raise FileFault(
            "no_header",
            "The first row already holds a phone number. Put a row with the columns' names above it.",
        )
    columns: dict[str, int] = {}
    for name, ranks in _RANKS.items():
        likely = [(_rank(name, key, ranks), index) for index, key in enumerate(keys) if key in ranks]
        if likely:
            columns[name] = min(likely)[1]
    taken = set(columns.values())
    for index, name in enumerate(header):
        if index not in taken and slug(name):
            columns[slug(name)] = index
    return columns


_SECOND_CHOICE = frozenset(
    map(field_key, ("home phone", "work phone", "landline", "phone home", "phone2"))
)


def _rank(name: str, key: str, ranks: Mapping[str, int]) -> int:
    """0 for the field's own name, 1 for what usually means it, 2 for a telephone on a wall."""
    if key == field_key(name):
        return 0
    return 2 if key in _SECOND_CHOICE else 1


def _refuse_duplicates(header: Sequence[str], keys: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for name, key in zip(header, keys, strict=True):
        if key and key in seen:
            raise FileFault(
                "duplicate_column",
                f"Two columns have the same name: “{seen[key].strip()}” and “{name.strip()}”. "
                "Rename or remove one of them.",
            )
        seen[key] = name


def read_row(cells: Sequence[str], columns: Mapping[str, int]) -> Contactable | Refused:
    """A contact, or why this row cannot be one.

    `columns` is what `guess_columns` found, or a person chose; `cells` may be shorter.
    Codes are those of `phone.normalize`, and zone_needed: a number of another country says
    nothing of the hour there, and the zones of the United States would be a wrong guess.
    """
    values = {name: clean(cells[index]) if index < len(cells) else "" for name, index in columns.items()}
    phone = normalize(values.pop("phone", ""))
    if isinstance(phone, Fault):
        return Refused(phone.code, phone.words)
    if phone.npa is None and not zones_named(values.get("timezone", "")):
        return Refused(
            "zone_needed",
            "This number is of another country. Give its time zone in a column “timezone”, "
            "for example Europe/London.",
        )
    known = {name: values.pop(name) for name in FIELDS if name in values}
    return Contactable(phone, **known, custom=values)


def clean(cell: str) -> str:
    """A cell as one line of at most 1,000 characters, without control characters."""
    if not cell.isprintable():
        # Joiners (Cf) stay: they hold emoji and the letters of some scripts together.
        cell = "".join(
            " " if char in "\t\n\r\x0b\x0c\x85\u2028\u2029" else char
            for char in cell.replace("\r\n", "\n")
            if char in "\t\n\r\x0b\x0c\x85" or unicodedata.category(char) not in ("Cc", "Cs")
        )
    return cell.strip(" \u00a0\u200b\u2060\ufeff")[:_MAX_CELL].rstrip()
