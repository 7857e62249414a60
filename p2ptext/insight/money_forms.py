"""The form of a campaign's budget, and the days whose costs are shown."""

from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import BooleanField, DecimalField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import TextInput

from p2ptext.campaigns.arranging import Budget

MOST = 10_000_000
"""Beyond that a number was mistyped."""


class AmountField(DecimalField):  # type: ignore[misc]
    """An amount of money that says in plain words when it is none.

    A field of text: one of numbers drops a comma as it is typed, and 0,50 would become 50.
    """

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError:
            self.data = None
        if valuelist and valuelist[0].strip() and not (self.data is not None and self.data.is_finite()):
            self.data = None
            raise ValueError("Enter an amount, like 250.00.")


class BudgetForm(FlaskForm):  # type: ignore[misc]
    """What a campaign's texts may cost."""

    amount = AmountField(
        "Budget",
        [
            Optional(),
            NumberRange(
                min=Decimal("0.01"),
                max=MOST,
                message="Enter an amount from 0.01 on, or nothing for no limit.",
            ),
        ],
        places=2,
        description="What all texts of this campaign may cost together. Empty: no limit.",
    )
    currency = SelectField("Currency", description="The one that your provider's receipts are in.")
    warn_percent = IntegerField(
        "Tell us at",
        [
            InputRequired("Enter a percentage from 1 to 100."),
            NumberRange(min=1, max=100, message="Enter a percentage from 1 to 100."),
        ],
        description="Percent of the budget.",
    )
    stops = BooleanField(
        "Pause the campaign when the budget is used up",
        description="Texts that have left already are paid for; those that wait stay here.",
    )

    def budget(self) -> Budget:
        return Budget(self.amount.data, self.currency.data, self.warn_percent.data, self.stops.data)
