"""Forms of accounts."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, ValidationError

from p2ptext.accounts import passwords
from p2ptext.rules import sms_text

# Control, format (direction marks), private and line-breaking characters.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# A name goes into texts: nothing that makes a link or a field of it.
_NOT_IN_A_TEXTING_NAME = re.compile(r"[{}<>\[\]/\\@:_|~^]|\.\S|\d")


F = TypeVar("F", bound=FlaskForm)


def tidy(value: str | None) -> str:
    """One line, single spaces."""
    return " ".join((value or "").split())


def _seen(_form: FlaskForm, field: Field) -> None:
    if any(unicodedata.category(sign) in _UNSEEN for sign in field.data or ""):
        raise ValidationError("Leave out signs that cannot be seen.")


def _texting_name(_form: FlaskForm, field: Field) -> None:
    if _NOT_IN_A_TEXTING_NAME.search(field.data or ""):
        raise ValidationError("Use a plain name, such as Amy or Mary Ann.")


def _one_text(_form: FlaskForm, field: Field) -> None:
    count = sms_text.count(field.data or "")
    if count.encoding != "GSM-7":
        odd = " ".join(dict.fromkeys(found.char for found in sms_text.find_non_gsm(field.data)))
        raise ValidationError(f"Leave out these signs, which make a text longer and dearer: {odd}")
    if count.segments > 1:
        raise ValidationError(f"This is {count.units} characters long; one text holds 160.")


def email_field(label: str = "E-mail address") -> EmailField:
    rules = [
        InputRequired("Enter the e-mail address."),
        Length(max=254),
        Email("Check the e-mail address."),
    ]
    return EmailField(label, rules, filters=[tidy])


def name_field() -> StringField:
    rules = [
        InputRequired("Enter your name."),
        Length(max=80, message="Use at most 80 characters."),
        _seen,
    ]
    return StringField("Your name", rules, filters=[tidy])


def texting_name_field() -> StringField:
    rules = [
        InputRequired("Enter the name you text with."),
        Length(max=40, message="Use at most 40 characters."),
        _seen,
        _texting_name,
    ]
    hint = "The first name people see in your texts. It may differ from your own."
    return StringField("Texting name", rules, filters=[tidy], description=hint)


def new_password_field(label: str = "Password") -> PasswordField:
    hint = f"At least {passwords.SHORTEST} characters. Four unrelated words are easy to remember."
    return PasswordField(label, [InputRequired("Choose a password.")], description=hint)


class SignInForm(FlaskForm):  # type: ignore[misc]
    """The door. It says nothing about what a password looks like."""

    email = EmailField("E-mail address", [InputRequired("Enter your e-mail address."), Length(max=254)])
    password = PasswordField("Password", [InputRequired("Enter your password.")])


class ForgottenForm(FlaskForm):  # type: ignore[misc]
    email = email_field()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password for a person known from elsewhere; `known` are their address and name."""

    password = new_password_field("New password")
    known: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        _check_password(field, *self.known)


class NewPersonForm(FlaskForm):  # type: ignore[misc]
    """Someone without an account takes up an invitation; the address is the invited one."""

    name = name_field()
    texting_name = texting_name_field()
    password = new_password_field()
    known: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        _check_password(field, self.name.data or "", *self.known)


class NewcomerForm(NewPersonForm):
    """Someone without an account comes by a join link."""

    email = email_field()

    def validate_password(self, field: Field) -> None:
        _check_password(field, self.name.data or "", self.email.data or "")


class TextingNameForm(FlaskForm):  # type: ignore[misc]
    texting_name = texting_name_field()


class NameForm(FlaskForm):  # type: ignore[misc]
    name = name_field()


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]
    present = PasswordField("Current password", [InputRequired("Enter your current password.")])
    password = new_password_field("New password")
    known: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        _check_password(field, *self.known)


class InviteForm(FlaskForm):  # type: ignore[misc]
    email = email_field()
    role = RadioField("Role", default="volunteer")


class InviteManyForm(FlaskForm):  # type: ignore[misc]
    addresses = TextAreaField(
        "E-mail addresses",
        [Length(max=100_000, message="This is too long. Split the list.")],
        description="One a line, or with commas between them. Names beside them do no harm.",
    )
    file = FileField("Or a file with them", description="A CSV or text file.")
    role = RadioField("Role", default="volunteer")


def with_roles(form: F, roles: Sequence[str]) -> F:
    """Have the form offer these roles."""
    form.role.choices = [SelectChoice(role, role.capitalize()) for role in roles]
    return form


class TeamForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        "Name of the team",
        [
            InputRequired("Enter a name."),
            Length(max=60, message="Use at most 60 characters."),
            _seen,
        ],
        filters=[tidy],
    )


class JoinLinkForm(FlaskForm):  # type: ignore[misc]
    most_uses = IntegerField(
        "How many people may use it",
        [InputRequired("Enter a number."), NumberRange(1, 1000, "Enter a number from 1 to 1,000.")],
        default=50,
    )
    days = IntegerField(
        "For how many days",
        [InputRequired("Enter a number."), NumberRange(1, 90, "Enter a number from 1 to 90.")],
        default=14,
    )


class OrganizationForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        "Name",
        [InputRequired("Enter the organization's name."), Length(max=80), _seen],
        filters=[tidy],
    )
    sender_name = StringField(
        "How texts call it",
        [Length(max=60), _seen],
        filters=[tidy],
        description="A shorter name that people know you by. Empty: the name above.",
    )
    sponsor_line = StringField(
        "Who pays",
        [Length(max=160), _seen],
        filters=[tidy],
        description="For example: Paid for by Ohio Votes. A campaign may have words of its own.",
    )
    newcomers_wait = BooleanField(
        "People who come by a join link wait for approval",
        description="Until a manager approves them they see nothing of the organization.",
    )
    second_person = BooleanField(
        "A second person looks at a campaign before it is launched",
        description="One manager asks, another one approves who wrote nothing of it. What people read does "
        "not change while it runs: pause it, change it, and have it looked at again.",
    )
    practice = RadioField(
        "The two-minute practice",
        choices=[
            SelectChoice("offered", "Offered first to whoever is new"),
            SelectChoice("required", "Required before somebody's first cards"),
            SelectChoice("off", "Not shown"),
        ],
        description="Made-up people, nothing is sent. Whoever has texted here before, and organizers and up, "
        "need none.",
    )
    first_texts_a_day = SelectField(
        "First texts to one person in 24 hours",
        choices=[SelectChoice(n, str(n)) for n in (1, 2, 3)],
        coerce=int,
        description="Over all campaigns. A text that answers what they wrote does not count.",
    )
    texts_a_day = SelectField(
        "Texts of any kind to one person in 24 hours",
        choices=[SelectChoice(n, str(n)) for n in (1, 2, 3)],
        coerce=int,
        description="Answers within a day of what they wrote do not count. Three is what Florida, Oklahoma "
        "and Oregon allow for sales.",
    )
    provider_confirms_stop = BooleanField(
        "The carrier itself answers STOP",
        description="Turn this on only if your carrier's own opt-out answers are on; we then send none.",
    )
    stop_confirmation = TextAreaField(
        "Answer to STOP",
        [InputRequired("Enter the answer to STOP."), _one_text],
        filters=[tidy],
        description="The one text someone gets after opting out. Say who you are; ask for nothing.",
    )
    help_text = TextAreaField(
        "Answer to HELP",
        [InputRequired("Enter the answer to HELP."), _one_text],
        filters=[tidy],
        description="Say who you are, how to reach a person, and that STOP ends the texts.",
    )

    def validate_texts_a_day(self, field: Field) -> None:
        if field.data < self.first_texts_a_day.data:
            raise ValidationError("This cannot be less than the number of first texts.")


class ReplySettingsForm(FlaskForm):  # type: ignore[misc]
    reply_promise_min = IntegerField(
        "Minutes until a reply is offered to others",
        [
            InputRequired("Enter how many minutes."),
            NumberRange(1, 1440, "Enter a number from 1 to 1,440."),
        ],
        description="Counted while somebody of your organization is there. Whoever texted them first may "
        "still answer until somebody takes over.",
    )
    show_last_names = BooleanField(
        "Volunteers see last names",
        description="Off, they see first names only. They never see a whole phone number.",
    )


def _check_password(field: Field, *known: str) -> None:
    fault = passwords.fault_of(field.data or "", *known)
    if fault:
        raise ValidationError(fault)
