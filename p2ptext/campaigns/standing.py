"""How a number stands with the phone companies, in words."""

from dataclasses import dataclass
from datetime import date

from p2ptext.campaigns.models import Registration, SendingNumber

KINDS = {"10dlc": "Local number", "toll_free": "Toll-free number", "short_code": "Short code"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a number may do now."""

    code: str
    tone: str
    """Of the tag that shows it: success, warning or danger."""
    short: str
    words: str

    @property
    def usable(self) -> bool:
        """Whether first texts may leave from it."""
        return self.code in ("active", "simulated", "unregistered")


def standing(
    number: SendingNumber, registration: Registration | None, today: date, *, simulated: bool
) -> Standing:
    """How `number` stands; `registration` is the one it belongs to."""
    if number.out_since is not None:
        return Standing(
            "out",
            "danger",
            "Out of use",
            "The phone company refused texts from it, so nothing leaves from it. Ask your provider why, "
            "then put it back into use.",
        )
    if registration is None:
        return _without_registration(simulated=simulated)
    if registration.state == "pending":
        return Standing(
            "pending",
            "warning",
            "Pending",
            f"{registration.name} is not approved yet. First texts leave from this number once it is.",
        )
    expired = registration.expires_on is not None and registration.expires_on < today
    if registration.state == "expired" or expired:
        return Standing(
            "expired",
            "danger",
            "Expired",
            f"{registration.name} has run out. Renew it at the registry, then enter the new date.",
        )
    if registration.state == "suspended":
        return Standing(
            "suspended",
            "danger",
            "Suspended",
            f"{registration.name} is suspended. Ask your provider why. Nothing leaves from this number.",
        )
    return Standing(
        "active",
        "success",
        "Active",
        f"{registration.name} allows {registration.segments_per_minute:,} segments a minute.",
    )


def _without_registration(*, simulated: bool) -> Standing:
    if simulated:
        return Standing(
            "simulated", "success", "Simulated", "The simulated carrier takes it as registered."
        )
    return Standing(
        "unregistered",
        "warning",
        "Not registered",
        "Phone companies let about one text a second through, and may block it altogether.",
    )
