"""Forms of a list: the file and why its people may be texted, and what its columns hold."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import BinaryIO

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from p2ptext.audience.importing import Consent
from p2ptext.campaigns.forms import strip
from p2ptext.clock import now
from p2ptext.rules.columns import CUSTOM, IGNORE, custom_name, letter, phone_field
from p2ptext.rules.phone import Phone, normalize

LONGEST_PASTED = 1_000_000
"""Characters of a pasted list, about 20,000 rows; a longer one belongs into a file."""

BASES = (
    SelectChoice("", "Choose one"),
    SelectChoice("opted_in", "They asked for our texts (a form, a sign-up sheet)"),
    SelectChoice("member", "They are members or supporters who gave us their number"),
    SelectChoice("voter_file", "A voter file, used on our lawyer's advice"),
    SelectChoice("other", "Something else, which our lawyer has seen"),
)
BASIS_WORDS = {
    "opted_in": "They asked for texts",
    "member": "Members or supporters",
    "voter_file": "Voter file, on a lawyer's advice",
    "other": "Other, seen by a lawyer",
    "stated": "Stated by whoever runs this installation",
}
"""The same, short, where a list's consent is shown."""


class ListForm(FlaskForm):  # type: ignore[misc]
    """A list and why the people on it may be texted."""

    file = FileField(
        "File",
        description="CSV, TSV or TXT, or a spreadsheet (XLSX, XLS, ODS), as your database or spreadsheet "
        "saves it. A state or ZIP column helps to keep texting hours.",
    )
    pasted = TextAreaField(
        "Rows from a spreadsheet, with their header",
        [Length(max=LONGEST_PASTED, message="This is too long to paste. Save it as a file instead.")],
        filters=[strip],
    )
    consent_basis = SelectField(
        "Why may you text them?", [InputRequired("Choose the reason.")], choices=BASES
    )
    consent_source = StringField(
        "Where is the list from?",
        [DataRequired("Say where the list is from."), Length(max=200)],
        filters=[strip],
        description="For example: sign-up sheets at the county fair.",
    )
    consent_date = DateField("From which day is it?", [InputRequired("Enter the day.")])

    def validate_file(self, field: FileField) -> None:
        if field.data and self.pasted.data:
            raise ValidationError("Upload a file or paste rows, not both. Remove one of them.")
        if not field.data and not self.pasted.data:
            raise ValidationError("Choose a file, or paste rows below.")

    def validate_consent_date(self, field: DateField) -> None:
        # A day of grace: it is tomorrow already somewhere.
        if field.data and field.data > (now() + timedelta(days=1)).date():
            raise ValidationError("This day is still to come.")

    def consent(self) -> Consent:
        return Consent(self.consent_source.data, self.consent_date.data, self.consent_basis.data)

    def content(self) -> tuple[BinaryIO, str]:
        """The bytes of the list, and what it is called."""
        upload = self.file.data
        if upload:
            return upload.stream, upload.filename
        return io.BytesIO(_one_a_line(self.pasted.data).encode()), "pasted text"


def _one_a_line(pasted: str) -> str:
    """Numbers with commas between them, one a line: as a row they would be one person, and the others lost.

    Rows that hold anything else beside a number stay as they are, and so does a spreadsheet's row (tabs).
    """
    rows = [[cell for cell in re.split("[,;]", line) if cell.strip()] for line in pasted.splitlines()]
    several = [cell for row in rows if len(row) > 1 for cell in row]
    if not several or not all(isinstance(normalize(cell), Phone) for cell in several):
        return pasted
    return "\n".join(cell for row in rows for cell in row)


_PHONE_LABELS = ("Phone", "Second phone", "Third phone")
FIELD_LABELS = {
    "first_name": "First name",
    "last_name": "Last name",
    "zip": "ZIP",
    "state": "State",
    "county": "County",
    "city": "City",
    "address": "Address",
    "timezone": "Time zone",
    "language": "Language",
    "external_id": "Your ID",
    "household": "Household",
    "line_type": "Line type",
}


class ColumnsForm(FlaskForm):  # type: ignore[misc]
    """What each column of a list holds; `columns_form` adds a field for each."""

    looks_right = BooleanField("Yes, these look right")

    def chosen(self) -> dict[int, str]:
        """What each column was said to hold, for rules.columns.choose_columns."""
        fields = [field for field in self if field.name.startswith("column_")]
        return {int(field.name.removeprefix("column_")): field.data for field in fields}

    def of_column(self, index: int) -> SelectField:
        """The field that says what this column holds."""
        return self[f"column_{index}"]


def columns_form(header: Sequence[str], choices: Mapping[int, str], *, looks_right: bool) -> ColumnsForm:
    """A form for the columns of `header`; `choices` are what it shows first, by column."""
    phones = max(len(_PHONE_LABELS), sum(choice.startswith("phone") for choice in choices.values()))
    fields = {
        f"column_{index}": SelectField(
            f"Column {letter(index)}: {name}", choices=_offered(name, phones, choices[index])
        )
        for index, name in enumerate(header)
    }
    form: ColumnsForm = type("ListsColumnsForm", (ColumnsForm,), fields)(
        data={f"column_{index}": choice for index, choice in choices.items()}
        | {"looks_right": looks_right}
    )
    return form


def _offered(name: str, phones: int, chosen: str) -> list[SelectChoice]:
    """What a column of this name may hold."""
    labels = [*_PHONE_LABELS, *(f"Phone {place}" for place in range(len(_PHONE_LABELS) + 1, phones + 1))]
    offered = {phone_field(place): label for place, label in enumerate(labels, 1)} | FIELD_LABELS
    own = custom_name(name)
    if own:
        offered[CUSTOM] = f"Keep as {{{own}}}"
    offered.setdefault(chosen, f"Keep as {{{chosen}}}")  # under a name remembered from before
    offered[IGNORE] = "Leave out"
    return [SelectChoice(value, label) for value, label in offered.items()]
