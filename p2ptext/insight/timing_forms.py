"""The form on the page of somebody's timing."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class SeenForm(FlaskForm):  # type: ignore[misc]
    """What came of looking into it."""

    note = StringField(
        "What did you find?",
        [DataRequired("Say in a few words what you found."), Length(max=500)],
        description="For example: called Amy on May 3; she taps without looking, and will read the cards.",
    )
