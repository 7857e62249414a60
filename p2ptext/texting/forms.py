"""Forms of texting."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice


class PolicyForm(FlaskForm):  # type: ignore[misc]
    """Who may take a batch."""

    hand_out = RadioField(
        "Who may take cards",
        choices=[
            SelectChoice("anyone", "Any volunteer, one batch at a time"),
            SelectChoice("given", "Only whom you give some on this page"),
        ],
    )
