"""Whether the numbers of a campaign may send, and how fast."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from p2ptext.audience.findings import MOST_SAMPLES, Finding
from p2ptext.background import settings
from p2ptext.campaigns import numbers
from p2ptext.campaigns.models import Campaign, Registration, SendingNumber
from p2ptext.campaigns.standing import Standing
from p2ptext.extensions import db
from p2ptext.rules import pacing

Chosen = Sequence[tuple[SendingNumber, Standing]]


def chosen_of(campaign: Campaign) -> Chosen:
    """The numbers the campaign sends from, with how each stands."""
    chosen = numbers.chosen(campaign.id)
    return [one for one in numbers.standings_of(campaign.organization_id) if one[0].id in chosen]


def blocks(chosen: Chosen) -> list[Finding]:
    """Codes: no_number, no_usable_number."""
    if not chosen:
        return [Finding("no_number", "No number is chosen to send from.", "numbers")]
    if any(stands.usable for _, stands in chosen):
        return []
    words = "None of the chosen numbers may send now: " + "; ".join(
        f"{numbers.pretty(number.phone)} is {stands.short.lower()}" for number, stands in chosen
    )
    return [Finding("no_usable_number", f"{words}.", "numbers", count=len(chosen))]


def warnings(chosen: Chosen) -> list[Finding]:
    """Codes: number_ and the code of how a number stands: one finding for all that stand alike."""
    alike: dict[tuple[str, str], list[str]] = {}
    for number, stands in chosen:
        if stands.tone != "success":
            alike.setdefault((stands.code, stands.words), []).append(numbers.pretty(number.phone))
    return [
        Finding(
            f"number_{code}",
            f"{phones[0]}: {words}" if len(phones) == 1 else words,
            "numbers",
            phones[:MOST_SAMPLES] if len(phones) > 1 else [],
            len(phones),
        )
        for (code, words), phones in alike.items()
    ]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the carriers take from the usable numbers of a campaign."""

    segments_per_minute: float
    t_mobile_per_day: int | None
    """Of all their brands together; None where a number is not held to one."""
    words: str
    """Which of the limits it is that holds."""


def limits(chosen: Chosen, segments_each: float) -> Limits:
    """How fast texts of so many segments may leave; 0 a minute where none may."""
    usable = [number for number, stands in chosen if stands.usable]
    registrations = _registrations(usable)
    account = settings().sms_per_second * 60 * segments_each
    found = 0.0
    for registration_id in {number.registration_id for number in usable}:
        own = [number for number in usable if number.registration_id == registration_id]
        each = sum(_per_second(number) for number in own) * 60 * segments_each
        row = registrations.get(registration_id or 0)
        found += min(each, row.segments_per_minute) if row else each
    by_account = account <= found
    minute = min(account, found)
    words = (
        "the connection to the phone network" if by_account else "what the numbers are registered for"
    )
    return Limits(minute, _per_day(usable, registrations), words)


def _registrations(usable: Sequence[SendingNumber]) -> dict[int, Registration]:
    ids = {number.registration_id for number in usable if number.registration_id is not None}
    rows = db.session.scalars(select(Registration).where(Registration.id.in_(ids)))
    return {row.id: row for row in rows}


def _per_second(number: SendingNumber) -> float:
    """A simulated carrier knows no registry: a number without one is held by the account alone."""
    known = settings()
    registered = number.registration_id is not None
    if known.carrier_is_simulated and not registered and number.per_second is None:
        return float(known.sms_per_second)
    return float(pacing.per_second(number.kind, number.per_second, registered=registered))


def _per_day(usable: Sequence[SendingNumber], registrations: dict[int, Registration]) -> int | None:
    """Segments a day to T-Mobile. A brand's day counts once, however many registrations it has."""
    brands: dict[str, int] = {}
    for number in usable:
        row = registrations.get(number.registration_id or 0)
        if row is None or not row.brand:
            return None
        brands[row.brand] = max(brands.get(row.brand, 0), row.t_mobile_per_day)
    return sum(brands.values()) if brands else None
