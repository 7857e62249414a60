"""Forms of audience."""

from datetime import timedelta

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from p2ptext.audience.importing import Consent
from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.writing import LONGEST_TEXT
from p2ptext.clock import now

BASES = (
    SelectChoice("", "Choose one"),
    SelectChoice("opted_in", "They asked for our texts (a form, a sign-up sheet)"),
    SelectChoice("member", "They are members or supporters who gave us their number"),
    SelectChoice("voter_file", "A voter file, used on our lawyer's advice"),
    SelectChoice("other", "Something else, which our lawyer has seen"),
)


class ListForm(FlaskForm):  # type: ignore[misc]
    """A list and why the people on it may be texted."""

    file = FileField(
        "CSV file",
        [FileRequired("Choose a file.")],
        description="The first row names the columns. One column holds phone numbers; a state "
        "helps to keep texting hours.",
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

    def validate_consent_date(self, field: DateField) -> None:
        # A day of grace: it is tomorrow already somewhere.
        if field.data and field.data > (now() + timedelta(days=1)).date():
            raise ValidationError("This day is still to come.")

    def consent(self) -> Consent:
        return Consent(self.consent_source.data, self.consent_date.data, self.consent_basis.data)


class FirstMessageForm(FlaskForm):  # type: ignore[misc]
    """The first message and the contact it is tried on."""

    text = TextAreaField(
        "First message",
        [DataRequired("Write the message."), Length(max=LONGEST_TEXT)],
        filters=[lambda value: strip(value).replace("\r\n", "\n")],
    )
    contact = HiddenField()
    action = HiddenField()
    """What was pressed: save, preview, next, previous, longest, or replace:CHARACTER."""

    @property
    def contact_id(self) -> int | None:
        value = self.contact.data or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None
