"""The form with which an owner switches links by person on."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import Length


class LinkSettingsForm(FlaskForm):  # type: ignore[misc]
    """Whether scripts may hold such links, and on which domain they stand."""

    links_on = BooleanField(
        "Scripts may hold links by person",
        description="Each person gets an address of their own, so you see who opened it. Say so in your "
        "privacy policy.",
    )
    link_domain = StringField(
        "Domain of your links",
        [Length(max=253, message="A domain has 253 characters at most.")],
        description="Such as go.example.org. It must lead to this installation. Leave it empty to use the "
        "address of this page.",
    )
