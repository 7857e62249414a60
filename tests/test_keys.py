"""Contacts and recipients belong where they say, although no foreign key checks each row."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from psycopg.errors import ForeignKeyViolation
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from p2ptext.audience.models import Batch, Contact
from p2ptext.extensions import db
from tests import factories

pytestmark = pytest.mark.usefixtures("app")


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=words) as error, db.session.begin_nested():
        yield
    assert isinstance(error.value.orig, ForeignKeyViolation)


@pytest.fixture
def here(app: Flask) -> Contact:
    return _contact("+12025550104")


@pytest.fixture
def elsewhere(app: Flask) -> Contact:
    return _contact("+12025550105")


def _contact(phone: str) -> Contact:
    org = factories.organization()
    manager = factories.person(org, "manager")
    return factories.contacts(factories.campaign(org, manager), manager, [phone])[0]


COPY = """
INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, zones, zone_evidence,
                     batch_id, position)
SELECT {organization_id}, {campaign_id}, {recipient_id}, {import_id}, 1, '{{UTC}}', 'nothing', {batch_id}, 0
"""


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("organization_id", "campaign of its list"),
        ("campaign_id", "campaign of its list"),
        ("import_id", "campaign of its list"),
        ("recipient_id", "recipient of its organization"),
        ("batch_id", "batch of its campaign"),
    ],
)
def test_a_contact_with_a_parent_of_another_campaign_is_refused(
    here: Contact, elsewhere: Contact, wrong: str, words: str
) -> None:
    org = db.session.get_one(factories.Organization, here.organization_id)
    values = {
        name: getattr(here, name) for name in ("organization_id", "campaign_id", "import_id", "batch_id")
    }
    values["recipient_id"] = factories.recipient(org, "+12025550106").id
    with refused(words):
        db.session.execute(text(COPY.format(**values | {wrong: getattr(elsewhere, wrong)})))
    with refused(words):
        db.session.execute(text(COPY.format(**values | {wrong: 2**31 - 1})))
    db.session.execute(text(COPY.format(**values)))


@pytest.mark.parametrize("column", ["organization_id", "campaign_id", "recipient_id", "import_id"])
def test_a_contact_never_changes_its_parents(here: Contact, elsewhere: Contact, column: str) -> None:
    with refused("never changes"):
        setattr(here, column, getattr(elsewhere, column))
        db.session.flush()


def test_a_contact_moves_only_inside_its_campaign(here: Contact, elsewhere: Contact) -> None:
    with refused("batch of its campaign"):
        here.batch_id = elsewhere.batch_id
        db.session.flush()
    db.session.refresh(here)
    other = factories.add(
        Batch(organization_id=here.organization_id, campaign_id=here.campaign_id, position=7)
    )
    here.batch_id = other.id
    db.session.flush()
    here.batch_id = None
    db.session.flush()


def test_a_recipient_belongs_to_an_organization_for_good(here: Contact, elsewhere: Contact) -> None:
    with refused("belongs to an organization"):
        db.session.execute(
            text("INSERT INTO recipient (organization_id, phone_hash) VALUES (2147483647, 'x')")
        )
    with refused("never changes"):
        db.session.execute(
            text("UPDATE recipient SET organization_id = :other WHERE id = :id"),
            {"other": elsewhere.organization_id, "id": here.recipient_id},
        )


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("organization", "organization_id"),
        ("recipient", "recipient_id"),
        ("contact_import", "import_id"),
        ("batch", "batch_id"),
    ],
)
def test_a_parent_is_never_deleted(here: Contact, table: str, column: str) -> None:
    with refused("never deleted"):
        db.session.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": getattr(here, column)})
