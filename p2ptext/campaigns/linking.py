"""Links of the organization's own in a campaign's texts: `{vote_page}` becomes each contact's address."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Organization
from p2ptext.background import settings
from p2ptext.campaigns import lapsing, writing
from p2ptext.campaigns.enclosure_models import CampaignLink
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor, db
from p2ptext.rules import links
from p2ptext.rules.fault import Fault
from p2ptext.rules.links import Links
from p2ptext.rules.script import field_key

PATH = "/l/"
MOST_LINKS = 20
"""Of one campaign."""

LINKS = """(SELECT jsonb_build_object('domain', x.link_domain, 'ids', jsonb_object_agg(l.name, l.id))
  FROM campaign_link l JOIN organization x ON x.id = l.organization_id AND x.links_on
  WHERE l.campaign_id = v.campaign_id GROUP BY x.link_domain)"""
"""SQL: the links of the campaign whose script `v` is, to stand in its document as "links"; null without."""


def of_document(document: Mapping[str, Any]) -> Links:
    """The links of a document that was read with LINKS."""
    found = document.get("links")
    if not found:
        return links.NONE
    ids = {field_key(name): link_id for name, link_id in found["ids"].items()}
    return Links(address(found["domain"]) + PATH, ids, settings().link_key)


def links_of(campaign_id: int) -> Links:
    """The links that a campaign's texts may hold; none while its organization has them off."""
    rows = cursor().execute(f"SELECT {LINKS} FROM (SELECT %s::int AS campaign_id) AS v", (campaign_id,))
    (found,) = rows.fetchone() or (None,)
    return of_document({"links": found})


def address(domain: str) -> str:
    """What an organization's links begin with: its own domain, or where this installation is."""
    return f"https://{domain}" if domain else settings().public_url


def all_of(campaign_id: int) -> list[CampaignLink]:
    """A campaign's links, the oldest first."""
    rows = select(CampaignLink).where(CampaignLink.campaign_id == campaign_id)
    return list(db.session.scalars(rows.order_by(CampaignLink.id)))


def names_of(campaign_id: int) -> list[str]:
    """The names that its texts may use; none while its organization has links off."""
    rows = (
        select(CampaignLink.name)
        .join(Organization, Organization.id == CampaignLink.organization_id)
        .where(CampaignLink.campaign_id == campaign_id, Organization.links_on)
    )
    return list(db.session.scalars(rows.order_by(CampaignLink.id)))


def add(
    campaign_id: int,
    organization_id: int,
    name: str,
    url: str,
    person_id: int,
    taken: Mapping[str, object],
) -> Fault | None:
    """Give a campaign one more link; a Fault says what speaks against it.

    `taken` are the field_keys of the columns of its lists. Raises NotFound, Refused (archived,
    second_look).
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    present = all_of(campaign.id)
    names = dict.fromkeys((*taken, *(field_key(link.name) for link in present)))
    fault = links.check_name(name, names) or links.check_url(url)
    if fault is None and len(present) >= MOST_LINKS:
        fault = Fault("too_many", f"{MOST_LINKS} links are the most that a campaign has.")
    if fault is None:
        lapsing.lapse(campaign)
        added = CampaignLink(
            organization_id=organization_id,
            campaign_id=campaign.id,
            name=name,
            url=url,
            created_by=person_id,
        )
        db.session.add(added)
        db.session.flush()
        auditing.record("link_added", f"link {added.id}", campaign=campaign.id, name=name, url=url)
    return fault


def change(campaign_id: int, organization_id: int, link_id: int, url: str) -> Fault | None:
    """Have a link lead elsewhere, in texts that have left as well.

    Raises NotFound, Refused (archived, second_look).
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    link = _find(campaign_id, link_id)
    fault = links.check_url(url)
    if fault is None and url != link.url:
        lapsing.lapse(campaign)
        auditing.record("link_changed", f"link {link.id}", before=link.url, after=url)
        link.url = url
        db.session.flush()
    return fault


def remove(campaign_id: int, organization_id: int, link_id: int) -> None:
    """Take a link away. Raises NotFound, and Refused once the campaign was launched: texts may hold it."""
    campaign = writing.lock_to_change(campaign_id, organization_id)
    link = _find(campaign.id, link_id)
    if campaign.launched_at is not None:
        words = "Texts may have left with this link, so it stays. You can change where it leads."
        raise Refused("in_use", words)
    lapsing.lapse(campaign)
    auditing.record("link_removed", f"link {link.id}", name=link.name, url=link.url)
    db.session.delete(link)
    db.session.flush()


def _find(campaign_id: int, link_id: int) -> CampaignLink:
    link = db.session.get(CampaignLink, link_id)
    if link is None or link.campaign_id != campaign_id:
        raise NotFound
    return link
