"""Lists for tests, and how they come in."""

import io
from datetime import date

from p2ptext.audience import importing, jobs
from p2ptext.audience.models import ContactImport
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db

CONSENT = importing.Consent("Sign-up sheets at the fair", date(2026, 9, 1), "opted_in")


def receive(campaign: Campaign, content: str | bytes, name: str = "list.csv") -> int:
    """Upload a list; its check waits."""
    raw = content.encode() if isinstance(content, str) else content
    with transaction():
        row = importing.receive_list(campaign, io.BytesIO(raw), name, CONSENT, campaign.created_by)
        return row.id


def check(campaign: Campaign, content: str | bytes, name: str = "list.csv") -> ContactImport:
    """Upload a list and have it checked; it then waits for a person."""
    import_id = receive(campaign, content, name)
    jobs.check_list(import_id)
    return fresh(import_id)


def confirm(campaign: Campaign, import_id: int) -> None:
    """A person decides for the list; its import waits."""
    with transaction():
        importing.confirm(import_id, campaign.organization_id, campaign.created_by)


def bring_in(campaign: Campaign, content: str | bytes, name: str = "list.csv") -> ContactImport:
    """Upload a list and have it come in, as far as it does; needs `committed_app`."""
    return decide(campaign, check(campaign, content, name))


def decide(campaign: Campaign, row: ContactImport) -> ContactImport:
    """Have a checked list come in."""
    if row.status == "checked":
        confirm(campaign, row.id)
        jobs.complete(row.id)
    return fresh(row.id)


def fresh(import_id: int) -> ContactImport:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(ContactImport, import_id)
