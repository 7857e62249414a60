"""Forms of exports."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, ValidationError

from p2ptext.exports.kinds import KINDS, Kind

NO_CAMPAIGN = "0"


class AskForm(FlaskForm):  # type: ignore[misc]
    """What somebody wants as a file."""

    kind = RadioField("What do you need?", [InputRequired("Choose what you need.")])
    campaign_id = SelectField(
        "Of which campaign?", description="The do-not-text list is of the whole organization."
    )
    format = RadioField(
        "As what?",
        choices=[
            SelectChoice("csv", "CSV, for other tools and, opened with care, for spreadsheets"),
            SelectChoice("parquet", "Parquet, for data tools: phones and ZIP codes keep their signs"),
        ],
        default="csv",
        description="What consists of several files comes as a ZIP of CSV files.",
    )

    def offer(self, kinds: Sequence[Kind], campaigns: Sequence[tuple[int, str]]) -> None:
        """What can be chosen."""
        self.kind.choices = [SelectChoice(kind.key, kind.label) for kind in kinds]
        self.campaign_id.choices = [
            SelectChoice(NO_CAMPAIGN, "Choose a campaign"),
            *(SelectChoice(str(number), name) for number, name in campaigns),
        ]

    def validate_campaign_id(self, field: Field) -> None:
        kind = KINDS.get(self.kind.data or "")
        if kind is not None and kind.of_campaign and field.data == NO_CAMPAIGN:
            raise ValidationError("Choose the campaign.")

    @property
    def wanted(self) -> tuple[str, str, int | None]:
        """Kind, format and campaign, once the form is valid."""
        kind = KINDS[self.kind.data]
        format_ = self.format.data if self.format.data in kind.formats else kind.formats[0]
        return kind.key, format_, int(self.campaign_id.data) if kind.of_campaign else None


class DownloadForm(FlaskForm):  # type: ignore[misc]
    """People's data leaves only to who knows the password."""

    password = PasswordField("Your password", [InputRequired("Enter your password.")])
