"""Forms of setting a campaign up."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.writing import LONGEST_TEXT
from p2ptext.rules.variants import MOST_WORDINGS


def asked_wording(value: str | None, written: int) -> int:
    """Which of `written` wordings an address asks for, from 0; the one after the last is a new one.

    Addresses count from 1. Whatever makes no sense is the first.
    """
    most = min(written + 1, MOST_WORDINGS)
    asked = value or ""
    in_range = asked.isascii() and asked.isdigit() and len(asked) < 3 and 1 <= int(asked) <= most
    return int(asked) - 1 if in_range else 0


class FirstMessageForm(FlaskForm):  # type: ignore[misc]
    """The first message and the contact it is tried on."""

    text = TextAreaField(
        "First message",
        [DataRequired("Write the message."), Length(max=LONGEST_TEXT)],
        filters=[lambda value: strip(value).replace("\r\n", "\n")],
    )
    contact = HiddenField()
    action = HiddenField()
    """What was pressed: save, remove, preview, next, previous, longest, or replace:CHARACTER."""

    @property
    def wants_removal(self) -> bool:
        return bool(self.is_submitted()) and self.action.data == "remove"

    @property
    def contact_id(self) -> int | None:
        value = self.contact.data or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None
