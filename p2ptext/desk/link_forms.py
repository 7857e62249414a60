"""Forms of a campaign's links."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired


class LinkForm(FlaskForm):  # type: ignore[misc]
    """One more link."""

    name = StringField(
        "Name",
        [InputRequired("Give it a name, like vote_page.")],
        description="How your texts call it: {vote_page}. Small letters, digits and underscores.",
    )
    url = StringField(
        "Page it leads to",
        [InputRequired("Give the address of a page.")],
        description="The whole address, with https://.",
    )
