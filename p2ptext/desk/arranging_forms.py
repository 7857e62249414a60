"""Forms of what a campaign is for and how its work is shared out."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from p2ptext.campaigns.arranging import Aim, Sharing
from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.purposes import PURPOSES
from p2ptext.campaigns.writing import LONGEST_NAME
from p2ptext.clock import now
from p2ptext.rules import campaign_dates
from p2ptext.rules.cells import clean


def _line(value: str | None) -> str:
    return clean(value or "")


class PurposeForm(FlaskForm):  # type: ignore[misc]
    """What a campaign is for, and in whose name it texts."""

    name = StringField(
        "Name of the campaign",
        [DataRequired("Enter a name."), Length(max=LONGEST_NAME)],
        filters=[_line],
        description="Your volunteers see it.",
    )
    purpose = RadioField(
        "What do you want to do?",
        [InputRequired("Choose what the campaign is for.")],
        choices=[SelectChoice(key, words) for key, (words, _) in PURPOSES.items()],
    )
    about = TextAreaField(
        "What volunteers should know",
        [Length(max=300)],
        filters=[_line],
        description="One or two sentences. They read it before they begin.",
    )
    sender_name = StringField(
        "Who texts",
        [Length(max=60)],
        filters=[_line],
        description="The name your texts use for your organization.",
    )
    sponsor_line = StringField(
        "Who pays",
        [Length(max=160)],
        filters=[_line],
        description="For example: Paid for by Ohio Votes. Some states require it in political texts and "
        "in texts that ask for money.",
    )
    election_on = DateField(
        "Day of the election",
        [Optional()],
        description="Other dates in your texts are pointed out before you launch.",
    )

    def validate_election_on(self, field: DateField) -> None:
        """A day that stands there already may pass; a past one is not written down anew."""
        if field.data != field.object_data and campaign_dates.is_over(now(), field.data):
            raise ValidationError("This day is past. Correct it, or leave it empty.")

    plain_typography = BooleanField(
        "Plain quotes and dashes in what your list fills in",
        description="“Curly” quotes and long dashes that come from your list become plain ones. "
        "They would make every such text up to three times as expensive.",
    )

    def aim(self) -> Aim:
        return Aim(
            self.purpose.data,
            self.about.data,
            self.sender_name.data,
            self.sponsor_line.data,
            self.election_on.data,
            self.plain_typography.data,
        )


class PeopleForm(FlaskForm):  # type: ignore[misc]
    """Who texts, and how much at once."""

    hand_out = RadioField(
        "Who may take contacts",
        [InputRequired("Choose who may take contacts.")],
        choices=[
            SelectChoice("anyone", "Any volunteer who asks, one batch at a time"),
            SelectChoice("given", "Only whom a manager gives some"),
        ],
    )
    teams = SelectMultipleField(
        "Teams",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description="Choose none, and it is for every volunteer.",
    )
    batch_size = IntegerField(
        "Contacts in a batch",
        [InputRequired("Enter a number from 1 to 1,000."), NumberRange(1, 1000, "Enter 1 to 1,000.")],
        description="What a volunteer takes at once. It counts for lists uploaded from now on.",
    )
    undo_s = IntegerField(
        "Seconds to undo",
        [InputRequired("Enter a number from 0 to 15."), NumberRange(0, 15, "Enter 0 to 15.")],
        description="How long a text waits before it leaves, so that it can be taken back.",
    )
    reply_promise_min = IntegerField(
        "Minutes a reply waits for the volunteer who texted",
        [Optional(), NumberRange(1, 1440, "Enter 1 to 1,440, or leave it empty.")],
    )

    def sharing(self) -> Sharing:
        return Sharing(self.batch_size.data, self.undo_s.data, self.reply_promise_min.data)


class CopyForm(FlaskForm):  # type: ignore[misc]
    """A copy of a campaign, or a template made of it."""

    name = StringField(
        "Name", [DataRequired("Enter a name."), Length(max=LONGEST_NAME)], filters=[strip]
    )
    kind = HiddenField()
    """copy or template."""
