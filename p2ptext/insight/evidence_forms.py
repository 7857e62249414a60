"""The form that asks for an evidence pack."""

from wtforms import HiddenField, TelField
from wtforms.validators import Length, Optional

from p2ptext.audience.suppression_forms import PhoneForm, password_field


class EvidenceForm(PhoneForm):
    """A number in any spelling, or a person whose page was open; and the owner's password."""

    phone = TelField(
        "Phone number", [Length(max=60)], description="In any spelling. An erased number is found too."
    )
    recipient = HiddenField(validators=[Optional(), Length(max=18)])
    password = password_field()
