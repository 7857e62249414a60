"""Which answer a campaign is there for."""

from flask_wtf import FlaskForm
from wtforms import RadioField

NONE = "none"


class GoalForm(FlaskForm):  # type: ignore[misc]
    """One of the script's answers, or none. The choices are set by the page."""

    goal = RadioField("Goal")
