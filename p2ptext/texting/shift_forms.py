"""The form of a shift."""

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectChoice, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange

from p2ptext.rules import shift_times
from p2ptext.rules.zone_words import zone_words


def _zones() -> list[SelectChoice]:
    cities = [(zone, zone.rpartition("/")[2].replace("_", " ")) for zone in shift_times.ZONES]
    return [SelectChoice(zone, f"{zone_words([zone])} ({city})") for zone, city in cities]


class ShiftForm(FlaskForm):  # type: ignore[misc]
    """When, how many, for what."""

    day = DateField("Day", [InputRequired("Choose the day.")])
    begins = TimeField("From", [InputRequired("Enter when it begins.")])
    ends = TimeField(
        "To",
        [InputRequired("Enter when it ends.")],
        description="A time before the first one is on the next day.",
    )
    zone = SelectField("Time zone", choices=_zones())
    places = IntegerField(
        "How many volunteers",
        [InputRequired("Enter how many."), NumberRange(1, 1000, "Enter a number from 1 to 1,000.")],
        default=10,
    )
    campaign = SelectField("Campaign", coerce=int, default=0)
    note = StringField(
        "Note",
        [Length(max=200, message="Use at most 200 characters.")],
        filters=[lambda value: " ".join((value or "").split())],
        description="Volunteers see it: where to meet, what to bring.",
    )
