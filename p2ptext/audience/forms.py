"""Forms of setting a campaign up."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.writing import LONGEST_TEXT


class FirstMessageForm(FlaskForm):  # type: ignore[misc]
    """The first message and the contact it is tried on."""

    text = TextAreaField(
        "First message",
        [DataRequired("Write the message."), Length(max=LONGEST_TEXT)],
        filters=[lambda value: strip(value).replace("\r\n", "\n")],
    )
    contact = HiddenField()
    action = HiddenField()
    """What was pressed: save, preview, next, previous, longest, or replace:CHARACTER."""

    @property
    def contact_id(self) -> int | None:
        value = self.contact.data or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None
