"""How a number stands with the phone companies, in words."""

from dataclasses import dataclass
from datetime import date

from p2ptext.campaigns.models import Registration, SendingNumber
from p2ptext.rules.number_steps import STAGES, WAITS_FOR
from p2ptext.rules.registration import STATES, token_stands

KINDS = {"10dlc": "Local number", "toll_free": "Toll-free number", "short_code": "Short code"}
_SHORT = {
    "draft": "Not registered yet",
    "brand_sent": "Being registered",
    "brand_approved": "Being registered",
    "pending": "Pending",
}
"""What is said of a number whose registration is on its way: it stands in sentences, after "is"."""
FAILURES = "failures"
"""Why p2ptext itself takes a number out of use; else the phone company refused it as a sender."""
_USABLE = ("active", "ending", "verified", "simulated")


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
        """Whether first texts may leave from it. `numbers.USABLE` says the same to the database."""
        return self.code in _USABLE


def standing(
    number: SendingNumber, registration: Registration | None, today: date, *, simulated: bool
) -> Standing:
    """How `number` stands; `registration` is the one it belongs to."""
    if number.out_since is not None and number.out_reason == FAILURES:
        return Standing(
            "out",
            "danger",
            "Out of use",
            "Too many of its texts failed, so nothing leaves from it. People who know it wait for their "
            "answer; new texts go by your other numbers. The page of alarms shows which phone companies "
            "turned them away. Ask your provider about it, then put it back into use.",
        )
    if number.out_since is not None:
        return Standing(
            "out",
            "danger",
            "Out of use",
            "The phone company refused texts from it, so nothing leaves from it. Ask your provider why, "
            "then put it back into use.",
        )
    if number.stage != "ready":
        return _on_its_way(number)
    if registration is None:
        return _without_registration(number, simulated=simulated)
    return _by_registration(registration, today)


def _on_its_way(number: SendingNumber) -> Standing:
    words = WAITS_FOR[number.kind] if number.stage == "waiting" else STAGES[number.stage]
    return Standing(number.stage, "warning", number.stage.capitalize(), words)


def _without_registration(number: SendingNumber, *, simulated: bool) -> Standing:
    if simulated:
        return Standing(
            "simulated", "success", "Simulated", "The simulated carrier takes it as registered."
        )
    if number.kind != "10dlc":
        return Standing("verified", "success", "Verified", "Phone companies have let it in.")
    return Standing(
        "unregistered",
        "danger",
        "Not registered",
        "Phone companies block texts from local numbers that belong to no registration. Give it to one.",
    )


def _by_registration(row: Registration, today: date) -> Standing:
    if row.state == "active":
        return _active(row, today)
    known = STATES[row.state]
    short = _SHORT.get(row.state, known.label)
    return Standing(row.state, known.tone, short, f"{row.name}: {known.words}")


def _active(row: Registration, today: date) -> Standing:
    if row.expires_on is not None and row.expires_on < today:
        return Standing(
            "expired",
            "danger",
            "Expired",
            f"{row.name} has run out. Renew it at the registry, then enter the new date.",
        )
    ends = row.verify_expires_on
    verified = token_stands(ends, today)
    if verified == "over":
        return Standing(
            "token_expired",
            "danger",
            "Without a valid token",
            f"The Campaign Verify token of {row.name} has run out. Get a new one at campaignverify.org, "
            "hand it to your provider, then enter it here.",
        )
    if verified == "ending" and ends is not None:
        return Standing(
            "ending",
            "warning",
            "Token ends soon",
            f"The Campaign Verify token of {row.name} ends on {ends:%B} {ends.day}, {ends.year}. Nothing new "
            "leaves after that day. Ask campaignverify.org for the next one now.",
        )
    return Standing(
        "active",
        "success",
        "Active",
        f"{row.name} allows {row.segments_per_minute:,} segments a minute.",
    )
