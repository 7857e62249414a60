"""Forms of numbers: what one belongs to, asking for more, bringing one along."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from p2ptext.campaigns import numbers
from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.models import SendingNumber
from p2ptext.campaigns.standing import KINDS
from p2ptext.registry.porting import NewPort
from p2ptext.registry.registering import Pace
from p2ptext.registry.wishing import Wish
from p2ptext.rules.fault import Fault
from p2ptext.rules.number_steps import STAGE_MOVES

LONGEST_NOTE = 1000
_KINDS = [SelectChoice(kind, label) for kind, label in KINDS.items()]


class NumberForm(FlaskForm):  # type: ignore[misc]
    """What one number belongs to."""

    stage = SelectField("How far it is")
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
        return Pace(self.registration_id.data or None, self.per_second.data, self.stage.data)


def stages_of(number: SendingNumber) -> list[SelectChoice]:
    """What a person may set: the present stage, and where it may go."""
    may = (number.stage, *STAGE_MOVES[number.stage])
    return [SelectChoice(stage, stage.capitalize()) for stage in may]


def data_of(number: SendingNumber) -> dict[str, object]:
    return {
        "registration_id": number.registration_id or 0,
        "per_second": number.per_second,
        "stage": number.stage,
    }


class WishForm(FlaskForm):  # type: ignore[misc]
    """Asking whoever runs the installation for numbers."""

    kind = SelectField("Kind", choices=_KINDS)
    how_many = IntegerField(
        "How many",
        [InputRequired("Enter 1 to 100."), NumberRange(1, 100, "Enter 1 to 100.")],
        default=1,
        description="One is enough for most campaigns. More numbers do not make texts leave faster.",
    )
    area_code = StringField(
        "Area code",
        [Optional(), Regexp(r"^[2-9]\d{2}$", message="Enter the three digits of an area code.")],
        filters=[strip],
        description="People answer a number of their own area more often.",
    )
    note = TextAreaField(
        "What it is for",
        [Length(max=LONGEST_NOTE)],
        filters=[strip],
        description="In a sentence or two.",
    )

    def wish(self) -> Wish:
        return Wish(self.kind.data, self.area_code.data, self.how_many.data, self.note.data)


class PortForm(FlaskForm):  # type: ignore[misc]
    """Bringing a number along."""

    phone = StringField(
        "Number",
        [DataRequired("Enter the number.")],
        filters=[strip],
        description="With its area code. For example: (614) 555-0190.",
    )
    from_provider = StringField(
        "Where it is now",
        [DataRequired("Enter the provider's name."), Length(max=100)],
        filters=[strip],
        description="The company that bills you for it.",
    )
    note = TextAreaField("Anything to know", [Length(max=LONGEST_NOTE)], filters=[strip])

    def validate_phone(self, field: StringField) -> None:
        """What is wrong with the number is said together with what other fields lack."""
        fault = numbers.written(field.data)
        if isinstance(fault, Fault):
            raise ValidationError(fault.words)

    def port(self) -> NewPort:
        return NewPort(self.phone.data, self.from_provider.data, self.note.data)


class NoteForm(FlaskForm):  # type: ignore[misc]
    """A word about a number that is on its way."""

    words = TextAreaField(
        "Note",
        [DataRequired("Write the note."), Length(max=LONGEST_NOTE)],
        filters=[strip],
        description="Whoever runs this installation reads it too.",
    )
