"""Forms of registrations, and of the pages that reviewers read."""

import re

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    Email,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.models import Registration
from p2ptext.registry.registering import Terms
from p2ptext.rules.public_page import GAP, LONGEST, gaps
from p2ptext.rules.registration import CLASSES, MOVES, PAPERS, STATES, USE_CASES

_LONGEST = 100
_WEB_ADDRESS = re.compile(r"(?:https?://)?[^\s/@.]+(?:\.[^\s/@.]+)+(?:/\S*)?$", re.I)


def one_line(value: str | None) -> str:
    """A page's line ends as one kind, so that what is saved is what was shown."""
    return (value or "").replace("\r\n", "\n").strip()


class RegistrationForm(FlaskForm):  # type: ignore[misc]
    """A registration, as the registry shows it."""

    name = StringField(
        "Name",
        [DataRequired("Enter a name."), Length(max=_LONGEST)],
        filters=[strip],
        description="What you call it. For example: Library levy 2026.",
    )
    state = SelectField("State")
    expires_on = DateField(
        "Last day",
        [Optional()],
        description="When the approval runs out. Leave it empty if it does not.",
    )
    use_case = SelectField("Use case", description="As it is registered, or as it will be.")
    brand = StringField(
        "Brand ID",
        [Length(max=_LONGEST)],
        filters=[strip],
        description="Begins with B. Registrations with the same brand share its day at T-Mobile.",
    )
    campaign_code = StringField(
        "Campaign ID", [Length(max=_LONGEST)], filters=[strip], description="Begins with C."
    )
    verify_token = StringField(
        "Campaign Verify token",
        [Length(max=500)],
        filters=[strip],
        description="Only for political use by candidates, parties and PACs.",
    )
    verify_expires_on = DateField(
        "The token's last day",
        [Optional()],
        description="Left empty, it is January 31, 2027, when all present tokens end.",
    )
    papers = SelectMultipleField(
        "Papers that are ready",
        choices=[SelectChoice(key, paper.label) for key, paper in PAPERS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    caps_class = SelectField(
        "Class",
        choices=[
            SelectChoice("own", "As entered below"),
            *[
                SelectChoice(
                    key,
                    f"{caps.label}: {caps.segments_per_minute:,} a minute, {caps.t_mobile_per_day:,} a day",
                )
                for key, caps in CLASSES.items()
            ],
        ],
        description="What phone companies usually give. What the registry shows wins: enter that below.",
    )
    segments_per_minute = IntegerField(
        "Segments a minute",
        [InputRequired("Enter 10 to 100,000."), NumberRange(10, 100_000, "Enter 10 to 100,000.")],
        description="What AT&T allows this campaign. The registry shows it, often as TPM.",
    )
    t_mobile_per_day = IntegerField(
        "Segments a day to T-Mobile",
        [InputRequired("Enter 1 to 10,000,000."), NumberRange(1, 10_000_000, "Enter 1 to 10,000,000.")],
        description="What T-Mobile allows your brand. It counts when a brand ID is entered above.",
    )
    verizon_per_minute = IntegerField(
        "Texts a minute from one number",
        [InputRequired("Enter 10 to 1,000,000."), NumberRange(10, 1_000_000, "Enter 10 to 1,000,000.")],
        description="What Verizon takes: 6,000, unless your provider says otherwise.",
    )
    notes = TextAreaField(
        "Notes",
        [Length(max=5000)],
        filters=[one_line],
        description="Ticket numbers, whom you asked, reasons.",
    )

    def offer(self, row: Registration | None) -> None:
        """Offer the states it may be in next, and its use case even where it is none of the usual."""
        known = [case.label for case in USE_CASES]
        if row is not None and row.use_case and row.use_case not in known:
            known.append(row.use_case)
        self.use_case.choices = [SelectChoice("", "Not chosen yet")] + [
            SelectChoice(label, label) for label in known
        ]
        may = STATES if row is None else (row.state, *MOVES[row.state])
        self.state.choices = [SelectChoice(state, STATES[state].label) for state in may]

    def terms(self) -> Terms:
        values = {name: self[name].data for name in Terms.__dataclass_fields__}
        caps = CLASSES.get(self.caps_class.data)
        if caps is not None:
            values["segments_per_minute"] = caps.segments_per_minute
            values["t_mobile_per_day"] = caps.t_mobile_per_day
        return Terms(**values | {"papers": tuple(self.papers.data)})


def _not_left_open(form: "PublicPageForm", field: StringField) -> None:
    """Nothing is published that tells everybody to write to a pair of brackets."""
    if form.publish.data and GAP in (form.body.data or "") and not field.data:
        raise StopValidation("Enter the address that people write to.")


class PublicPageForm(FlaskForm):  # type: ignore[misc]
    """The privacy policy, or the terms of texting."""

    body = TextAreaField(
        "Text",
        [DataRequired("Write the page."), Length(max=LONGEST)],
        filters=[one_line],
        description="A line that begins with # is a heading, one with - a point of a list. "
        "An empty line begins a new paragraph.",
    )
    contact_email = StringField(
        "E-mail address for the public",
        [_not_left_open, Optional(), Email("Enter an e-mail address."), Length(max=200)],
        filters=[strip],
        description=f"Everybody can read it. It takes the place of “{GAP}” in the text.",
    )
    publish = SubmitField("Publish")
    keep = SubmitField("Keep without publishing")

    @property
    def written(self) -> str:
        """The text, with the address in its place."""
        body: str = self.body.data or ""
        return body.replace(GAP, self.contact_email.data) if self.contact_email.data else body

    def validate_body(self, field: TextAreaField) -> None:
        left = [gap for gap in gaps(field.data or "") if gap != GAP]
        if self.publish.data and left:
            raise ValidationError(f"Put words in place of “{left[0]}” first.")


class ReachForm(FlaskForm):  # type: ignore[misc]
    """Where an organization is reached, for its public pages."""

    website = StringField(
        "Website",
        [
            Optional(),
            Length(max=200),
            Regexp(_WEB_ADDRESS, message="Enter the address of a website, such as ohiovotes.example."),
        ],
        filters=[strip],
        description="For example: https://ohiovotes.example",
    )
    contact_email = StringField(
        "E-mail address for the public",
        [Optional(), Email("Enter an e-mail address."), Length(max=200)],
        filters=[strip],
        description="Everybody can read it on your pages.",
    )
