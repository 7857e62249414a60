"""Lists for tests, and how they come in."""

import io
from datetime import date

from p2ptext.audience import importing
from p2ptext.audience.jobs import import_contacts
from p2ptext.audience.models import ContactImport
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db

CONSENT = importing.Consent("Sign-up sheets at the fair", date(2026, 9, 1), "opted_in")


def receive(campaign: Campaign, content: str | bytes, name: str = "list.csv") -> int:
    """Upload a list; its import waits."""
    raw = content.encode() if isinstance(content, str) else content
    with transaction():
        row = importing.receive_list(campaign, io.BytesIO(raw), name, CONSENT, campaign.created_by)
        return row.id


def bring_in(campaign: Campaign, content: str | bytes, name: str = "list.csv") -> ContactImport:
    """Upload a list and have it read; needs `committed_app`."""
    import_id = receive(campaign, content, name)
    import_contacts(import_id)
    db.session.expire_all()
    return db.session.get_one(ContactImport, import_id)
