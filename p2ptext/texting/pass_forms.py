"""Forms of passes."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from p2ptext.audience.forms import FirstMessageForm
from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.writing import LONGEST_TEXT
from p2ptext.texting.passes import MOST_DAYS

_RANGE = f"Enter 0 to {MOST_DAYS}."


class DaysForm(FlaskForm):  # type: ignore[misc]
    """Whom a pass reaches: how old the text before must be, and whether only those who were marked."""

    days = IntegerField(
        "Days since their last text, at least",
        [InputRequired(_RANGE), NumberRange(0, MOST_DAYS, _RANGE)],
        description="Whoever had a text from you since is left out. People need time to answer.",
    )
    marked_only = BooleanField("Only people who were marked for it in Review")


class PassMessageForm(FirstMessageForm):
    """The message of a pass and the contact it is tried on."""

    text = TextAreaField(
        "Message of this pass",
        [DataRequired("Write the message."), Length(max=LONGEST_TEXT)],
        filters=[lambda value: strip(value).replace("\r\n", "\n")],
    )
