"""What the frame of every page shows about the person: their organizations and their name."""

from collections.abc import Callable
from functools import cached_property

from flask import g, request, url_for
from flask_login import current_user
from sqlalchemy import select

from p2ptext.accounts.access import ROLES
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.models import Membership, Organization
from p2ptext.extensions import db


def first_page(slug: str, role: str) -> str:
    """Where a person of this role begins in an organization."""
    sees_campaigns = ROLES.index(role) >= ROLES.index("organizer")
    return url_for("insight.campaigns" if sees_campaigns else "texting.home", org=slug)


FIRST_PAGES: list[Callable[[int, str, str], str | None]] = []
"""Rooms above put in what comes before the first page after signing in: each is given an organization's id
and slug and a role, and says an address, or None."""


def page_after_sign_in(organization_id: int, slug: str, role: str) -> str:
    """Where a person of this role begins just now."""
    found = (choose(organization_id, slug, role) for choose in FIRST_PAGES)
    return next((url for url in found if url), None) or first_page(slug, role)


def places_of(person_id: int, *statuses: str) -> list[tuple[Organization, Membership]]:
    """The person's organizations by name, with their place in each."""
    found = db.session.execute(
        select(Organization, Membership)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.person_id == person_id, Membership.status.in_(statuses))
        .order_by(Organization.name)
    )
    return [(org, member) for org, member in found]


class Nav:
    """Read only as far as a page asks: an error page asks nothing, so it needs no database."""

    @cached_property
    def home_url(self) -> str:
        return url_for("accounts.home")

    @cached_property
    def _here(self) -> bool:
        return "org" in g and current_user.is_authenticated

    @cached_property
    def org_name(self) -> str:
        return g.org.name if self._here else ""

    @cached_property
    def org_url(self) -> str:
        return first_page(g.org.slug, g.membership.role) if self._here else ""

    @cached_property
    def switch(self) -> list[tuple[str, str, bool]]:
        if not current_user.is_authenticated:
            return []
        here = g.org.id if self._here else None
        return [
            (org.name, first_page(org.slug, member.role), org.id == here)
            for org, member in places_of(current_user.id, "active")
        ]

    @cached_property
    def person_name(self) -> str:
        return current_user.name if current_user.is_authenticated else ""

    @cached_property
    def role(self) -> str:
        return g.membership.role.capitalize() if self._here else ""

    @cached_property
    def profile_url(self) -> str:
        return url_for("accounts.profile")

    @cached_property
    def sign_out_url(self) -> str:
        return url_for("accounts.sign_out")

    @cached_property
    def sign_in_url(self) -> str:
        return "" if request.endpoint == "accounts.sign_in" else url_for("accounts.sign_in")

    help_url = "/help"


@blueprint.app_context_processor
def navigation() -> dict[str, Nav]:
    return {"nav": Nav()}
