"""The numbers texts leave from. The operator allots them; a campaign chooses among its organization's."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Organization
from p2ptext.background import settings
from p2ptext.campaigns.models import Campaign, CampaignNumber, Registration, SendingNumber
from p2ptext.campaigns.standing import Standing, standing
from p2ptext.clock import now
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from p2ptext.rules.fault import Fault
from p2ptext.rules.phone import Phone, normalize

WORKS = (
    "(n.out_since IS NULL AND coalesce(g.state, 'active') NOT IN ('suspended', 'expired', 'refused'))"
)
"""SQL: whether answers may leave from number `n` with its registration `g`, if it has one."""
USABLE = """(n.out_since IS NULL AND n.stage = 'ready' AND CASE WHEN g.id IS NULL
  THEN n.kind <> '10dlc' OR current_setting('p2ptext.carrier_is_simulated', true) = 'on'
  ELSE g.state = 'active' AND coalesce(g.expires_on >= (SELECT p2p_now())::date, true)
    AND coalesce(g.verify_expires_on >= (SELECT p2p_now())::date, true) END)"""
"""SQL: whether first texts may leave from it, as `Standing.usable` says it: not before it is registered."""

_SHORT_CODE = re.compile(r"[2-9]\d{4,5}")
_TOLL_FREE = frozenset(("800", "833", "844", "855", "866", "877", "888"))
_AMERICAN = re.compile(r"(?:\+?1)?([2-9]\d{9})")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a number when an organization gets it."""

    label: str = ""
    kind: str | None = None
    """As its digits show it, unless said."""
    stage: str | None = None
    """How far it is. Unless said it is ready; toll-free numbers and short codes of a real carrier wait."""
    can_mms: bool = False


NOTHING_SAID = About()


def allot(slug: str, phone: str, about: About = NOTHING_SAID) -> SendingNumber | Fault:
    """Give a number to an organization. A Fault says what is wrong with the number or the slug."""
    organization_id = db.session.scalar(select(Organization.id).where(Organization.slug == slug))
    if organization_id is None:
        return Fault("no_organization", f"There is no organization “{slug}”.")
    e164 = written(phone)
    if isinstance(e164, Fault):
        return e164
    holder = db.session.scalar(select(SendingNumber).where(SendingNumber.phone == e164))
    if holder is not None and holder.organization_id != organization_id:
        return Fault("taken", f"{e164} belongs to another organization.")
    if holder is not None:
        return holder
    kind = about.kind or kind_of(e164)
    waits = kind != "10dlc" and not settings().carrier_is_simulated
    number = SendingNumber(
        organization_id=organization_id,
        phone=e164,
        label=about.label,
        kind=kind,
        stage=about.stage or ("waiting" if waits else "ready"),
        can_mms=about.can_mms,
    )
    db.session.add(number)
    db.session.flush()
    auditing.record("number_allotted", f"number {number.id}", organization=slug)
    return number


def kind_of(phone: str) -> str:
    """10dlc, toll_free or short_code, as a number's digits show it."""
    if not phone.startswith("+"):
        return "short_code"
    return "toll_free" if phone[2:5] in _TOLL_FREE and phone.startswith("+1") else "10dlc"


def find(organization_id: int, phone: str) -> SendingNumber | Fault:
    """The organization's number, however it is written."""
    e164 = written(phone)
    if isinstance(e164, Fault):
        return e164
    number = db.session.scalar(
        select(SendingNumber).where(
            SendingNumber.organization_id == organization_id, SendingNumber.phone == e164
        )
    )
    return number or Fault("not_allotted", f"{e164} is not a number of this organization.")


def written(phone: str) -> str | Fault:
    """E.164 of a number we send from; unlike a person's it may be toll-free, or a short code as it is."""
    digits = re.sub(r"[\s().\-]", "", phone)
    if _SHORT_CODE.fullmatch(digits):
        return digits
    american = _AMERICAN.fullmatch(digits)
    if american:
        return f"+1{american[1]}"
    number = normalize(phone)
    return number.e164 if isinstance(number, Phone) else number


def numbers_of(organization_id: int) -> list[SendingNumber]:
    """The organization's numbers, in the order in which they were allotted."""
    rows = select(SendingNumber).where(SendingNumber.organization_id == organization_id)
    return list(db.session.scalars(rows.order_by(SendingNumber.id)))


def standings_of(organization_id: int) -> list[tuple[SendingNumber, Standing]]:
    """The organization's numbers and how each stands with the phone companies today."""
    today, simulated = now().date(), settings().carrier_is_simulated
    rows = db.session.execute(
        select(SendingNumber, Registration)
        .outerjoin(Registration, Registration.id == SendingNumber.registration_id)
        .where(SendingNumber.organization_id == organization_id)
        .order_by(SendingNumber.id)
    )
    return [
        (number, standing(number, registration, today, simulated=simulated))
        for number, registration in rows
    ]


def chosen(campaign_id: int) -> set[int]:
    """Ids of the numbers this campaign sends from."""
    rows = select(CampaignNumber.number_id).where(CampaignNumber.campaign_id == campaign_id)
    return set(db.session.scalars(rows))


def choose(campaign: Campaign, number_ids: Collection[int]) -> None:
    """Send from these numbers and no others. Raises NotFound for one of another organization.

    People already texted keep hearing from the number they know, as long as it is the
    organization's.
    """
    own = {number.id for number in numbers_of(campaign.organization_id)}
    if not own.issuperset(number_ids):
        raise NotFound
    db.session.execute(delete(CampaignNumber).where(CampaignNumber.campaign_id == campaign.id))
    db.session.add_all(
        CampaignNumber(
            campaign_id=campaign.id, number_id=number_id, organization_id=campaign.organization_id
        )
        for number_id in sorted(number_ids)
    )
    db.session.flush()
    auditing.record("campaign_numbers", f"campaign {campaign.id}", numbers=sorted(number_ids))


def pretty(phone: str) -> str:
    """A number as people read it: "(614) 555-0104", or as it is outside of North America."""
    if re.fullmatch(r"\+1\d{10}", phone):
        return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"
    return phone
