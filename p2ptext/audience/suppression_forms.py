"""Forms of the do-not-text list."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, PasswordField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from p2ptext.audience.suppression_importing import LONGEST_REASON
from p2ptext.campaigns.forms import strip
from p2ptext.rules.fault import Fault
from p2ptext.rules.phone import normalize

WRONG_PASSWORD = "This is not your password."  # noqa: S105


def _one_line(value: str | None) -> str:
    return " ".join((value or "").split())


def reason_field(label: str, hint: str) -> StringField:
    rules = [DataRequired("Give the reason."), Length(max=LONGEST_REASON)]
    return StringField(label, rules, filters=[_one_line], description=hint)


def password_field() -> PasswordField:
    return PasswordField("Your password", [InputRequired("Enter your password.")])


class PhoneForm(FlaskForm):  # type: ignore[misc]
    """A number in any spelling; `e164` holds it once the form is valid."""

    phone = TelField("Phone number", [DataRequired("Enter a phone number."), Length(max=60)])
    e164 = ""

    def validate_phone(self, field: Field) -> None:
        found = normalize(field.data or "")
        if isinstance(found, Fault):
            raise ValidationError(found.words)
        self.e164 = found.e164


class AddForm(PhoneForm):
    """A number that must not be texted any more."""

    reason = reason_field("Why?", "For example: asked on the phone on May 3.")


class AgainForm(FlaskForm):  # type: ignore[misc]
    """Somebody known comes on the list."""

    reason = reason_field("Why?", "For example: asked on the phone on May 3.")


class LiftForm(FlaskForm):  # type: ignore[misc]
    """Somebody may be texted again. The password shows that the owner is there."""

    reason = reason_field("Why?", "For example: wrote on May 3 that they want our texts again.")
    password = password_field()


class EraseForm(FlaskForm):  # type: ignore[misc]
    """Somebody's data goes for good."""

    reason = reason_field("Why?", "For example: asked by mail on May 3 to be erased.")
    password = password_field()


class DownloadForm(FlaskForm):  # type: ignore[misc]
    """Whole phone numbers leave only to who knows the password."""

    password = password_field()


class ImportForm(FlaskForm):  # type: ignore[misc]
    """Many numbers at once, as a file or pasted."""

    file = FileField(
        "A file",
        description="A CSV file or a spreadsheet with a column “phone” and, if you like, a column “reason”. "
        "A bare list of numbers will do.",
    )
    numbers = TextAreaField(
        "Or paste numbers",
        filters=[strip],
        description="One on each line. For tens of thousands use a file.",
    )
    reason = reason_field(
        "Why must they not be texted?", "Counts for every number that comes without a reason of its own."
    )

    def validate_file(self, field: Field) -> None:
        if bool(field.data) == bool(self.numbers.data):
            raise ValidationError(
                "Choose a file or paste numbers, not both."
                if field.data
                else "Choose a file or paste numbers."
            )
