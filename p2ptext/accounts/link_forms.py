"""The form with which an owner switches links by person on."""

from flask_wtf import FlaskForm
from wtforms import BooleanField


class LinkSettingsForm(FlaskForm):  # type: ignore[misc]
    """Whether scripts may hold such links. On which domain they stand, the operator says."""

    links_on = BooleanField(
        "Scripts may hold links by person",
        description="Each person gets an address of their own, so you see who opened it. Say so in your "
        "privacy policy.",
    )
