"""Erased: the number and the name are gone, the stop is not."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from p2ptext.audience import erasing, setting_aside, suppression
from p2ptext.audience.models import Batch, Contact, ContactImport, Recipient
from p2ptext.audience.suppression_models import Erasure
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from tests import factories
from tests.audience.lists import bring_in
from tests.texting.scene import scene

PHONE = "+12025550104"


def contact_of(org: factories.Organization, **values: object) -> Contact:
    amy = factories.person(org)
    (made,) = factories.contacts(
        factories.campaign(org, amy),
        amy,
        [PHONE],
        fields={"first_name": "Maria", "city": "Dayton"},
        **values,
    )
    return made


@pytest.mark.parametrize("state", ["ready", "texted", "ended"])
def test_number_name_and_columns_go(app: Flask, state: str) -> None:
    org = factories.organization()
    owner = factories.person(org, "owner")
    contact = contact_of(org, state=state, first_name="Maria", household="oak street 1")
    digest = db.session.get_one(Recipient, contact.recipient_id).phone_hash
    assert erasing.erase(contact.recipient_id, "asked by mail", owner.id)
    assert not erasing.erase(contact.recipient_id, "again", owner.id)
    db.session.expire_all()
    row = db.session.get_one(Recipient, contact.recipient_id)
    assert (row.phone, row.phone_hash, row.suppressed_at) == (None, digest, None)
    left = db.session.get_one(Contact, contact.id)
    assert (left.first_name, left.fields, left.household) == ("", {}, None)
    assert (left.state, left.ended_reason) == {
        "ready": ("ended", "erased"), "texted": ("texted", None), "ended": ("ended", None),
    }[state]  # fmt: skip
    assert db.session.get_one(Batch, contact.batch_id).state == ("done" if state == "ready" else "open")
    logged = db.session.scalars(select(Erasure)).one()
    assert (logged.recipient_id, logged.reason, logged.person_id) == (row.id, "asked by mail", owner.id)


def test_nobody_else_is_touched(app: Flask) -> None:
    org, other = factories.organization(), factories.organization()
    contact, theirs = contact_of(org), contact_of(other)
    erasing.erase(contact.recipient_id, "asked", factories.person(org, "owner").id)
    db.session.expire_all()
    assert db.session.get_one(Contact, theirs.id).fields["city"] == "Dayton"
    assert db.session.get_one(Recipient, theirs.recipient_id).phone == PHONE


@pytest.mark.parametrize("status", ["running", "cutting"])
def test_not_while_a_list_comes_in_that_may_name_them(app: Flask, status: str) -> None:
    org, other = factories.organization(), factories.organization()
    contact, theirs = contact_of(org), contact_of(other)
    db.session.get_one(ContactImport, contact.import_id).status = status
    db.session.flush()
    with pytest.raises(Refused, match="coming in just now"):
        erasing.erase(contact.recipient_id, "asked", factories.person(org, "owner").id)
    assert erasing.erase(theirs.recipient_id, "asked", factories.person(other, "owner").id)
    assert db.session.get_one(Recipient, contact.recipient_id).phone == PHONE


def test_nobody_to_erase(app: Flask) -> None:
    with pytest.raises(NotFound):
        erasing.erase(0, "asked", 0)


def test_the_record_of_an_erasure_is_never_changed(app: Flask) -> None:
    contact = contact_of(factories.organization())
    org = db.session.get_one(factories.Organization, contact.organization_id)
    erasing.erase(contact.recipient_id, "asked", factories.person(org, "owner").id)
    row = db.session.scalars(select(Erasure)).one()
    row.reason = "nobody asked"
    with pytest.raises(DBAPIError, match="evidence"):
        db.session.flush()


def test_61_who_stopped_and_was_erased_is_not_texted_when_a_list_brings_them_back(
    committed_app: Flask,
) -> None:
    org = factories.organization()
    owner = factories.person(org, "owner")
    campaign: Campaign = factories.campaign(org, owner, status="draft")
    someone = factories.recipient(org, PHONE)
    suppression.suppress(someone.id, "STOP", None)
    erasing.erase(someone.id, "asked by mail", owner.id)
    db.session.commit()
    done = bring_in(campaign, "phone,first name\n(202) 555-0104,Maria\n2025550105,Ann\n")
    assert (done.status, done.imported, done.suppressed) == ("done", 1, 1)
    row = db.session.get_one(Recipient, someone.id)
    assert row.phone is None
    assert row.suppressed_at is not None
    assert db.session.scalars(select(Contact.first_name)).all() == ["Ann"]


def test_a_text_that_waits_to_leave_does_not_and_its_card_does_not_come_back(app: Flask) -> None:
    made = scene(app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    message = made.message(message_id)
    erasing.erase(message.recipient_id, "asked", made.volunteer)
    db.session.commit()
    made.dispatch()
    assert made.carrier.texts == []
    assert (made.message(message_id).state, made.message(message_id).reason) == ("blocked", "erased")
    contact = db.session.get_one(Contact, made.contacts[0])
    assert (contact.state, contact.ended_reason) == ("ended", "erased")
    assert made.contacts[0] not in [int(card["id"].split(":")[0]) for card in made.deck()["cards"]]


def test_who_was_set_aside_and_erased_does_not_come_back_with_another_message(app: Flask) -> None:
    org = factories.organization()
    owner = factories.person(org, "owner")
    contact = contact_of(org)
    setting_aside.set_aside([contact.id])
    assert erasing.erase(contact.recipient_id, "asked by mail", owner.id)
    setting_aside.bring_back(contact.campaign_id)
    db.session.refresh(contact)
    assert (contact.state, contact.ended_reason) == ("ended", "erased")
