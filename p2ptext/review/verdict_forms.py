"""Correcting what the rules made of a text."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from p2ptext.audience.suppression_forms import password_field, reason_field


class CorrectForm(FlaskForm):  # type: ignore[misc]
    """Why the verdict is wrong."""

    reason = reason_field("Why?", "For example: “stop by the office” is an invitation.")


class MachineForm(CorrectForm):
    """What a text was that had been taken for a machine's."""

    really = RadioField(
        "What is it really?",
        [InputRequired("Choose what it is.")],
        choices=[
            SelectChoice("person", "A person wrote it: it waits for an answer"),
            SelectChoice("stop", "It asks to stop: opt them out"),
        ],
    )


class AllowForm(FlaskForm):  # type: ignore[misc]
    """The same where texts may leave again. The password shows that the organizer is there."""

    reason = reason_field("Why?", "For example: they wrote “non-stop fun”.")
    password = password_field()
