"""Forms of alarms: a note to one that somebody knows of, and from when on each kind is raised."""

from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import BooleanField, DecimalField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from p2ptext.alarms.kinds import KINDS
from p2ptext.alarms.thresholds import Setting, Thresholds
from p2ptext.campaigns.forms import strip


class KnownForm(FlaskForm):  # type: ignore[misc]
    """Somebody knows of it."""

    note = StringField("What is being done", [Length(max=300)], filters=[strip])


class LimitField(DecimalField):  # type: ignore[misc]
    """A number with which another can be compared: Python reads `NaN` and `Infinity` as numbers too."""

    data: Decimal | None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError("Enter a number.")


class ThresholdsForm(FlaskForm):  # type: ignore[misc]
    """From when on an organization wants to be told; `form_of` adds two fields for each kind."""

    def setting(self, kind: str) -> Setting:
        """What was chosen for this kind."""
        known = KINDS[kind]
        is_on = known.always or bool(self[f"{kind}-on"].data)
        return Setting(is_on, float(self[kind].data) if known.threshold is not None else 0.0)


def form_of(organization_id: int, wanted: Thresholds) -> ThresholdsForm:
    """The form, filled with what the organization wants now."""
    fields: dict[str, object] = {}
    data: dict[str, object] = {}
    for key, kind in KINDS.items():
        now = wanted.of(organization_id, key)
        if not kind.always:
            fields[f"{key}-on"] = BooleanField("Tell us")
            data[f"{key}-on"] = now.is_on
        if kind.threshold is not None:
            words = f"{kind.title}: enter {kind.least:,g} to {kind.most:,g}."
            fields[key] = LimitField(
                f"{kind.asked} ({kind.threshold:g} as it comes)",
                [InputRequired(words), NumberRange(kind.least, kind.most, words)],
                places=None,
            )
            data[key] = Decimal(f"{now.threshold:g}")
    form: ThresholdsForm = type("OrganizationThresholds", (ThresholdsForm,), fields)(data=data)
    return form
