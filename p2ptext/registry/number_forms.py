"""Forms of numbers and registrations."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.models import SendingNumber
from p2ptext.registry.registering import Pace, Terms

_LONGEST = 100


class RegistrationForm(FlaskForm):  # type: ignore[misc]
    """A registration, as the registry shows it."""

    name = StringField(
        "Name",
        [DataRequired("Enter a name."), Length(max=_LONGEST)],
        filters=[strip],
        description="What you call it. For example: Library levy 2026.",
    )
    state = SelectField(
        "State",
        choices=[
            SelectChoice("pending", "Pending: not approved yet"),
            SelectChoice("active", "Active"),
            SelectChoice("suspended", "Suspended by a phone company"),
            SelectChoice("expired", "Expired"),
        ],
    )
    expires_on = DateField(
        "Last day",
        [Optional()],
        description="When the approval or the vetting runs out. Leave it empty if it does not.",
    )
    use_case = StringField(
        "Use case",
        [Length(max=_LONGEST)],
        filters=[strip],
        description="As registered. For example: Political, Charity, Low volume mixed.",
    )
    brand = StringField(
        "Brand ID",
        [Length(max=_LONGEST)],
        filters=[strip],
        description="Begins with B. Registrations with the same brand share its day at T-Mobile.",
    )
    campaign_code = StringField(
        "Campaign ID", [Length(max=_LONGEST)], filters=[strip], description="Begins with C."
    )
    segments_per_minute = IntegerField(
        "Segments a minute",
        [InputRequired("Enter 10 to 100,000."), NumberRange(10, 100_000, "Enter 10 to 100,000.")],
        description="What AT&T allows this campaign. The registry shows it, often as TPM.",
    )
    t_mobile_per_day = IntegerField(
        "Segments a day to T-Mobile",
        [InputRequired("Enter 1 to 10,000,000."), NumberRange(1, 10_000_000, "Enter 1 to 10,000,000.")],
        description="What T-Mobile allows your brand. It counts when a brand ID is entered above.",
    )

    def terms(self) -> Terms:
        return Terms(**{name: self[name].data for name in Terms.__dataclass_fields__})


class NumberForm(FlaskForm):  # type: ignore[misc]
    """What one number belongs to."""

    registration_id = SelectField("Registration", coerce=int)
    per_second = IntegerField(
        "Texts a second",
        [Optional(), NumberRange(1, 1000, "Enter 1 to 1,000, or nothing.")],
        description="Leave it empty for what is usual for this kind of number.",
    )
    put_back = BooleanField(
        "Put it back into use",
        description="The phone company refused texts from it. Do this once your provider has said why.",
    )

    def pace(self) -> Pace:
        return Pace(self.registration_id.data or None, self.per_second.data)


def data_of(number: SendingNumber) -> dict[str, object]:
    return {"registration_id": number.registration_id or 0, "per_second": number.per_second}
