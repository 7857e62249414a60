"""Campaigns with many batches, made by SQL: what is tested is how they go from hand to hand."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask
from sqlalchemy import text

from p2ptext.audience.models import Batch, ContactImport
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from tests import factories

T = TypeVar("T")

ZONES = (["America/New_York"], ["America/Chicago"], ["America/New_York", "America/Chicago"])
AREAS = (202, 216, 312, 330, 404, 412, 419, 440, 513, 614, 617, 740)

_PEOPLE = text(
    """INSERT INTO recipient (organization_id, phone, phone_hash) VALUES (:org, :phone, :hash)
       ON CONFLICT (organization_id, phone_hash) DO NOTHING"""
)
_BATCHES = text(
    "INSERT INTO batch (organization_id, campaign_id, position) VALUES (:org, :campaign, :batch)"
)
_CONTACTS = text(
    """INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, first_name,
         fields, zones, zone_evidence, household, batch_id, position)
       SELECT :org, :campaign, r.id, :import, :n + 2, 'Ana', '{"first_name": "Ana"}', :zones,
         'area code', :home, b.id, :n
       FROM recipient r, batch b
       WHERE r.organization_id = :org AND r.phone = :phone AND b.campaign_id = :campaign
         AND b.position = :batch"""
)
_ZONE_SETS = text(
    """UPDATE batch b SET zone_sets = ARRAY(
         SELECT DISTINCT array_to_string(c.zones, ' ') FROM contact c WHERE c.batch_id = b.id)
       WHERE b.campaign_id = :campaign"""
)


def fill(made: Campaign, batches: int, size: int) -> list[int]:
    """Contacts in `batches` batches of `size`, a mix of zones in each; every two of a batch live
    together. Returns the ids of the batches by position."""
    assert batches * size <= 100 * len(AREAS)
    values = {"org": made.organization_id, "campaign": made.id}
    upload = ContactImport(
        organization_id=made.organization_id,
        campaign_id=made.id,
        file_name="list.csv",
        stored_as="",
        size_bytes=0,
        status="done",
        created_by=made.created_by,
        zone_sets=sorted(" ".join(zones) for zones in ZONES),
    )
    factories.add(upload)
    rows = []
    for n in range(batches * size):
        phone = f"+1{AREAS[n // 100]}5550{100 + n % 100}"
        home = f"home {n // size}-{n % size // 2}"
        digest = factories.hash_for(made.organization_id, phone)
        mine = {"n": n, "batch": n // size, "phone": phone, "hash": digest, "home": home}
        rows.append(values | mine | {"import": upload.id, "zones": ZONES[n % len(ZONES)]})
    db.session.execute(_PEOPLE, rows)
    db.session.execute(_BATCHES, rows[::size])
    db.session.execute(_CONTACTS, rows)
    db.session.execute(_ZONE_SETS, values)
    ids = text("SELECT id FROM batch WHERE campaign_id = :campaign ORDER BY position")
    return list(db.session.scalars(ids, values))


def batch(batch_id: int) -> Batch:
    db.session.expire_all()
    return db.session.get_one(Batch, batch_id)


def at_once(app: Flask, works: list[Callable[[], T]]) -> list[T]:
    """Run all of `works` at the same instant, each in its own transaction."""
    start = Barrier(len(works))

    def one(work: Callable[[], T]) -> T:
        with app.app_context():
            start.wait()
            with transaction():
                return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))
