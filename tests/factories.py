"""Rows for tests, made through the models, with numbers from the reserved 555-01xx range."""

import itertools
import secrets
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from p2ptext.accounts.access import token_digest
from p2ptext.accounts.models import Membership, Organization, Person, WebSession
from p2ptext.audience import launching
from p2ptext.audience.models import Batch, Contact, ContactImport, Recipient
from p2ptext.background import settings
from p2ptext.campaigns.models import Campaign, CampaignNumber, ScriptVersion, SendingNumber
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.rules import tree
from p2ptext.rules.phone import hash_phone

_counter = itertools.count(1)
TEXT = "Hi {first_name}, this is {volunteer_name} with Ohio Votes. Reply STOP to opt out."


def add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def organization(**values: Any) -> Organization:
    n = next(_counter)
    own = {"slug": f"org-{n}", "name": f"Organization {n}", "sender_name": "Ohio Votes"}
    made = Organization(**(own | values))
    return add(made)  # type: ignore[no-any-return]


def person(org: Organization | None = None, role: str = "volunteer", **values: Any) -> Person:
    """A person; with `org` also an active member of it who has accepted the terms."""
    n = next(_counter)
    made = add(
        Person(
            **({"email": f"person{n}@example.org", "name": f"Amy {n}", "password_hash": "!"} | values)
        )
    )
    if org is not None:
        add(
            Membership(
                organization_id=org.id,
                person_id=made.id,
                role=role,
                texting_name=made.name.split()[0],
                terms_accepted_at=now(),
                practised_at=now(),
            )
        )
    return made  # type: ignore[no-any-return]


def client(app: Flask, who: Person | None) -> FlaskClient:
    """A browser signed in as `who` (signed out for None). It sends no CSRF token by itself."""
    browser = app.test_client()
    if who is not None:
        token = secrets.token_urlsafe(24)
        add(WebSession(person_id=who.id, token_digest=token_digest(token)))
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
    return browser


def number(org: Organization, phone: str | None = None) -> SendingNumber:
    # Columbus's other area code: nobody whom a test names has such a number.
    chosen = phone or f"+1380555{100 + next(_counter) % 100:04d}"
    return add(SendingNumber(organization_id=org.id, phone=chosen))  # type: ignore[no-any-return]


def campaign(org: Organization, by: Person, *, first: str = TEXT, **values: Any) -> Campaign:
    """A running campaign with a script; give it a number with `from_`, questions with `steps`."""
    from_ = values.pop("from_", None)
    steps = {"steps": tree.write(values.pop("steps"))} if "steps" in values else {}
    made = add(
        Campaign(
            **(
                {
                    "organization_id": org.id,
                    "name": f"Campaign {next(_counter)}",
                    "status": "running",
                    "created_by": by.id,
                }
                | values
            )
        )
    )
    version = add(
        ScriptVersion(
            organization_id=org.id,
            campaign_id=made.id,
            number=1,
            document={"first": [first], "canned": []} | steps,
            created_by=by.id,
        )
    )
    made.script_version_id = version.id
    chosen = from_ or number(org)
    add(CampaignNumber(campaign_id=made.id, number_id=chosen.id, organization_id=org.id))
    return made  # type: ignore[no-any-return]


def tried(made: Campaign) -> None:
    """Somebody tried the script on their own phone as it is now, so that it may be launched."""
    assert made.script_version_id is not None
    launching.note_test(made, made.script_version_id)


def recipient(org: Organization, phone: str) -> Recipient:
    made = Recipient(organization_id=org.id, phone=phone, phone_hash=hash_for(org.id, phone))
    return add(made)  # type: ignore[no-any-return]


def hash_for(organization_id: int, phone: str) -> bytes:
    return hash_phone(phone, settings().phone_hash_key_for(organization_id))


def contacts(made: Campaign, by: Person, phones: list[str], **values: Any) -> list[Contact]:
    """Contacts in one open batch."""
    upload = add(
        ContactImport(
            organization_id=made.organization_id,
            campaign_id=made.id,
            file_name="list.csv",
            stored_as="",
            size_bytes=0,
            status="done",
            zone_sets=[" ".join(values.get("zones", ["America/New_York"]) + values.get("states", []))],
            created_by=by.id,
        )
    )
    batch = add(
        Batch(organization_id=made.organization_id, campaign_id=made.id, position=next(_counter) + 10**6)
    )
    org = db.session.get_one(Organization, made.organization_id)
    rows = []
    for place, phone in enumerate(phones):
        first = values.get("first_name", f"Maria{place}")
        rows.append(
            add(
                Contact(
                    **(
                        {
                            "organization_id": made.organization_id,
                            "campaign_id": made.id,
                            "recipient_id": recipient(org, phone).id,
                            "import_id": upload.id,
                            "line": place + 2,
                            "first_name": first,
                            "fields": {"first_name": first},
                            "zones": ["America/New_York"],
                            "zone_evidence": "area code",
                            "batch_id": batch.id,
                            "position": place,
                        }
                        | values
                    )
                )
            )
        )
    return rows
