"""Forms of passes."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from p2ptext.audience.forms import FirstMessageForm
from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.writing import LONGEST_TEXT
from p2ptext.texting.passes import MOST_DAYS

_RANGE = f"Enter 0 to {MOST_DAYS}."


class DaysForm(FlaskForm):  # type: ignore[misc]
    """How old the text before must be."""

    days = IntegerField(
        "Days since their last text, at least",
        [InputRequired(_RANGE), NumberRange(0, MOST_DAYS, _RANGE)],
        description="Whoever had a text from you since is left out. People need time to answer.",
    )


class PassMessageForm(FirstMessageForm):
    """The message of a pass and the contact it is tried on."""

    text = TextAreaField(
        "Message of this pass",
        [DataRequired("Write the message."), Length(max=LONGEST_TEXT)],
        filters=[lambda value: strip(value).replace("\r\n", "\n")],
    )
