"""The privacy policy and the terms of texting that an organization shows to everybody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Organization
from p2ptext.clock import now
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from p2ptext.registry.models import PublicPage
from p2ptext.rules import public_page
from p2ptext.rules.public_page import About


def about(organization_id: int) -> About:
    """What the pages say of the organization."""
    row = db.session.get_one(Organization, organization_id)
    return About(row.name, row.website, row.contact_email, row.links_on)


def published(organization_id: int) -> set[str]:
    """Which of the two pages everybody can read."""
    rows = select(PublicPage.kind).where(
        PublicPage.organization_id == organization_id, PublicPage.published_at.is_not(None)
    )
    return set(db.session.scalars(rows))


def page_of(organization_id: int, kind: str) -> PublicPage | None:
    """The page as it is kept, published or not."""
    return db.session.get(PublicPage, (organization_id, kind))


def save(organization_id: int, kind: str, body: str, person_id: int, *, publish: bool) -> None:
    """Keep a page's text. With `publish` everybody can read it from now on, without it nobody can."""
    page = page_of(organization_id, kind)
    since = page.published_at if page else None
    values = {
        "body": body,
        "changed_by": person_id,
        "changed_at": now(),
        "published_at": (since or now()) if publish else None,
    }
    db.session.execute(
        insert(PublicPage)
        .values(organization_id=organization_id, kind=kind, **values)
        .on_conflict_do_update(index_elements=["organization_id", "kind"], set_=values)
    )
    if page is not None:
        db.session.expire(page)
    auditing.record("public_page_saved", kind, organization_id=organization_id, published=publish)


@dataclass(frozen=True, slots=True)
class Public:
    """A published page, as everybody reads it."""

    organization: str
    slug: str
    title: str
    changed_at: datetime
    blocks: list[public_page.Block]
    others: list[tuple[str, str]]
    """Kind and title of the organization's other published pages."""


def read(slug: str, kind: str) -> Public:
    """A published page. Raises NotFound where there is none: no difference shows to one never made."""
    found = db.session.execute(
        select(Organization.id, Organization.name, PublicPage.body, PublicPage.changed_at)
        .join(PublicPage, PublicPage.organization_id == Organization.id)
        .where(
            Organization.slug == slug,
            PublicPage.kind == kind,
            PublicPage.published_at.is_not(None),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    others = sorted(published(found.id) - {kind})
    return Public(
        found.name,
        slug,
        public_page.TITLES[kind],
        found.changed_at,
        public_page.blocks(found.body),
        [(other, public_page.TITLES[other]) for other in others],
    )
