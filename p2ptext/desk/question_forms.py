"""Forms of questions and their answers."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import FieldList, HiddenField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from p2ptext.campaigns.forms import strip
from p2ptext.campaigns.writing import LONGEST_TEXT
from p2ptext.rules.tree import LONGEST_LABEL, LONGEST_QUESTION, MOST_ANSWERS, Answer
from p2ptext.rules.variants import MOST_WORDINGS

NOWHERE, NEW = "", "new"


def _text(value: str | None) -> str:
    return strip(value).replace("\r\n", "\n")


def _labels(value: str | None) -> list[str]:
    return [line.strip() for line in (value or "").splitlines() if line.strip()]


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """What is asked."""

    question = StringField(
        "Question",
        [DataRequired("Write the question."), Length(max=LONGEST_QUESTION)],
        filters=[strip],
        description="Volunteers read it above the answers. For example: Can we count on your vote?",
    )
    action = HiddenField()
    """What was pressed: save or remove."""


class NewQuestionForm(QuestionForm):
    """A new question, with what people may say to it."""

    answers = TextAreaField(
        "Answers, one a line",
        [DataRequired("Write at least one answer, each on a line of its own.")],
        filters=[_text],
        description="Each becomes a button. Short ones fit a phone best: Yes, No, Maybe.",
    )

    def validate_answers(self, field: TextAreaField) -> None:
        labels = _labels(field.data)
        if len(labels) > MOST_ANSWERS:
            raise ValidationError(f"{MOST_ANSWERS} answers are the most.")
        if any(len(label) > LONGEST_LABEL for label in labels):
            raise ValidationError(f"An answer has {LONGEST_LABEL} characters at most.")
        if len({label.casefold() for label in labels}) < len(labels):
            raise ValidationError("An answer is there twice. Each needs words of its own.")

    @property
    def labels(self) -> list[str]:
        return _labels(self.answers.data)


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """One answer: its words, what is said then, and the question that this asks."""

    label = StringField(
        "If they say",
        [DataRequired("Write the answer."), Length(max=LONGEST_LABEL)],
        filters=[strip],
        description="The words on the button, such as: Yes, or Already voted.",
    )
    texts = FieldList(
        TextAreaField("Say", [Optional(), Length(max=LONGEST_TEXT)], filters=[_text]),
        max_entries=MOST_WORDINGS,
    )
    next = SelectField("This text asks")
    action = HiddenField()
    """What was pressed: save, remove, up, down, preview, next or previous."""
    contact = HiddenField()

    @property
    def contact_id(self) -> int | None:
        value = self.contact.data or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None

    def offer(self, questions: Sequence[tuple[str, str]]) -> None:
        """Where it may lead: key and words of each question."""
        self.next.choices = [
            SelectChoice(NOWHERE, "Nothing more"),
            *(SelectChoice(key, words) for key, words in questions),
            SelectChoice(NEW, "A new question"),
        ]

    @property
    def wordings(self) -> tuple[str, ...]:
        return tuple(field.data for field in self.texts if field.data)

    def answer(self, key: str) -> Answer:
        """As written. One that is to lead to a new question leads nowhere until that is written."""
        leads = self.next.data if self.next.data not in (NOWHERE, NEW) else None
        return Answer(key, self.label.data, self.wordings, leads)
