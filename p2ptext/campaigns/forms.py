"""Forms of campaigns."""

import re
from collections.abc import Sequence
from datetime import time

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from p2ptext.campaigns.arranging import Times
from p2ptext.campaigns.models import Campaign
from p2ptext.campaigns.writing import LONGEST_NAME, LONGEST_TEXT, Canned
from p2ptext.rules.campaign_dates import DAY_NAMES
from p2ptext.rules.hours import EARLIEST, LATEST
from p2ptext.rules.states import state_code


def strip(value: str | None) -> str:
    return (value or "").strip()


def in_words(moment: time) -> str:
    """A time of day such as "9:30 am" or "noon"."""
    if moment == time(12):
        return "noon"
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {moment:%p}".lower()


def _names(text: str) -> list[str]:
    return [name.strip() for name in re.split("[,;\n]", text) if name.strip()]


_HALF_HOURS = [
    time(minutes // 60, minutes % 60) for minutes in range(EARLIEST.hour * 60, LATEST.hour * 60 + 1, 30)
]
_CHOICES = [SelectChoice(f"{moment:%H:%M}", in_words(moment)) for moment in _HALF_HOURS]


STARTER = "starter"


class NewCampaignForm(FlaskForm):  # type: ignore[misc]
    """The beginning of a campaign: what it is called."""

    name = StringField(
        "Name",
        [DataRequired("Enter a name."), Length(max=LONGEST_NAME)],
        filters=[strip],
        description="Your volunteers see it. For example: Library levy, first texts.",
    )
    start = SelectField("Start from")

    def offer(self, templates: Sequence[Campaign], campaigns: Sequence[Campaign]) -> None:
        """What one may start from, besides nothing."""
        self.start.choices = {
            "New": [SelectChoice("", "Nothing yet"), SelectChoice(STARTER, "A starter script")],
            **_group("Your templates", templates),
            **_group("A copy of", campaigns),
        }

    @property
    def source_id(self) -> int | None:
        """The campaign or template it begins from; None for none."""
        return None if self.start.data in ("", STARTER, None) else int(self.start.data)


def _group(title: str, campaigns: Sequence[Campaign]) -> dict[str, list[SelectChoice]]:
    """Of several, the heading and what stands under it; nothing for none."""
    choices = [SelectChoice(str(campaign.id), campaign.name) for campaign in campaigns]
    return {title: choices} if choices else {}


class HoursForm(FlaskForm):  # type: ignore[misc]
    """When texts may leave: hours, days of the week, first and last day."""

    opens = SelectField("From", choices=_CHOICES[:-1])
    closes = SelectField("Until", choices=_CHOICES[1:])
    sunday_opens = SelectField(
        "On Sundays from",
        choices=[*_CHOICES[:-1], SelectChoice(f"{LATEST:%H:%M}", "no texts on Sundays")],
    )
    state_hours = BooleanField(
        "Keep the narrower hours of some states",
        description="For example no texts on Sundays in Alabama, and until 6 pm on weekdays in Rhode Island. "
        "They are rules for sales calls; whether they bind you is for your lawyer to say.",
    )
    territory = StringField(
        "States of this campaign",
        [Length(max=200)],
        filters=[strip],
        description="For example: OH, PA. Texting hours go by them for people of whom neither the list "
        "nor the phone number says where they live. It counts for lists checked from now on.",
    )
    days = SelectMultipleField(
        "Days for first texts",
        [InputRequired("Choose at least one day.")],
        choices=[SelectChoice(n, name) for n, name in enumerate(DAY_NAMES)],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description="On the other days volunteers answer, and begin no new conversation.",
    )
    opens_on = DateField(
        "First day",
        [Optional()],
        description="Volunteers can take contacts from this day on. Nothing is sent by itself.",
    )
    closes_on = DateField(
        "Last day",
        [Optional()],
        description="The last day for first texts. Answers go out after it as well.",
    )
    remind_on_opening = BooleanField(
        "Mail volunteers when it opens",
        description="One e-mail on the first day, when the first people may be texted.",
    )

    def validate_territory(self, field: StringField) -> None:
        unknown = [name for name in _names(field.data) if state_code(name) is None]
        if unknown:
            raise ValidationError(f"There is no state “{unknown[0]}”. Write its two letters, like OH.")

    def validate_closes(self, field: SelectField) -> None:
        if field.data <= self.opens.data:
            raise ValidationError("The hours must end later than they begin.")

    def validate_closes_on(self, field: DateField) -> None:
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError("The last day must not be before the first day.")

    def validate_remind_on_opening(self, field: BooleanField) -> None:
        if field.data and not self.opens_on.data:
            raise ValidationError("Set a first day, or do not ask for the mail on it.")

    def times(self) -> Times:
        return Times(
            time.fromisoformat(self.opens.data),
            time.fromisoformat(self.closes.data),
            time.fromisoformat(self.sunday_opens.data),
            self.state_hours.data,
            tuple(dict.fromkeys(filter(None, map(state_code, _names(self.territory.data))))),
            sum(1 << day for day in self.days.data),
            self.opens_on.data,
            self.closes_on.data,
            self.remind_on_opening.data,
        )


class NumbersForm(FlaskForm):  # type: ignore[misc]
    """Which of the organization's numbers a campaign sends from."""

    numbers = SelectMultipleField(
        "Send from",
        [InputRequired("Choose at least one number.")],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class CannedEntry(Form):  # type: ignore[misc]
    """One answer kept ready; both parts or none."""

    title = StringField("Short name", [Length(max=40)], filters=[strip])
    text = TextAreaField("Answer", [Length(max=LONGEST_TEXT)], filters=[strip])

    def validate_title(self, field: StringField) -> None:
        if self.text.data and not field.data:
            raise ValidationError("Give this answer a short name.")

    def validate_text(self, field: TextAreaField) -> None:
        if self.title.data and not field.data:
            raise ValidationError("Write the answer, or empty its name.")


class CannedForm(FlaskForm):  # type: ignore[misc]
    """The answers kept ready."""

    replies = FieldList(FormField(CannedEntry), max_entries=50)

    def canned(self) -> list[Canned]:
        entries = (entry.form for entry in self.replies)
        return [Canned(entry.title.data, entry.text.data) for entry in entries if entry.text.data]
