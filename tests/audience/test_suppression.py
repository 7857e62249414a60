"""Who said stop stays stopped, and the history says why."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.audience import suppression
from p2ptext.audience.models import Batch, Contact, ContactImport, Recipient, SuppressionEvent
from p2ptext.background import transaction
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from tests import factories
from tests.waiting import until, waiting_for_locks


def batch_of(contact: Contact) -> str:
    db.session.expire_all()
    return db.session.get_one(Batch, contact.batch_id).state


def test_suppressing_ends_what_is_not_yet_texted_everywhere(app: Flask) -> None:
    org = factories.organization()
    amy = factories.person(org)
    (one,) = factories.contacts(factories.campaign(org, amy), amy, ["+12025550104"])
    factories.contacts(
        factories.campaign(org, amy),
        amy,
        ["+12025550105"],
        recipient_id=one.recipient_id,
        state="texted",
    )
    assert not suppression.lock_recipient(one.recipient_id)
    assert suppression.suppress(one.recipient_id, "asked on the phone", amy.id)
    assert not suppression.suppress(one.recipient_id, "again", None)
    assert suppression.lock_recipient(one.recipient_id)
    db.session.expire_all()
    states = db.session.execute(select(Contact.state, Contact.ended_reason).order_by(Contact.id)).all()
    assert [tuple(state) for state in states] == [("ended", "opted_out"), ("texted", None)]
    row = db.session.get_one(Recipient, one.recipient_id)
    assert row.suppressed_reason == "asked on the phone"
    history = db.session.scalars(select(SuppressionEvent)).all()
    assert [(e.action, e.reason, e.person_id) for e in history] == [
        ("added", "asked on the phone", amy.id)
    ]


def test_lifting_leaves_a_history(app: Flask) -> None:
    org = factories.organization()
    someone = factories.recipient(org, "+12025550104")
    assert not suppression.lift(someone.id, "nothing to lift", None)
    suppression.suppress(someone.id, "STOP", None)
    assert suppression.lift(someone.id, "START", None)
    assert not suppression.lock_recipient(someone.id)
    actions = db.session.scalars(select(SuppressionEvent.action).order_by(SuppressionEvent.id)).all()
    assert actions == ["added", "lifted"]


def test_a_recipient_who_is_not_there(app: Flask) -> None:
    with pytest.raises(NotFound):
        suppression.lock_recipient(0)


def test_many_at_once_count_those_who_are_new(app: Flask) -> None:
    org = factories.organization()
    people = [factories.recipient(org, f"+120255501{n:02d}").id for n in range(4)]
    suppression.suppress(people[0], "STOP", None)
    assert suppression.suppress_all({number: f"list {number}" for number in people}, None) == 3
    reasons = db.session.scalars(select(SuppressionEvent.reason).order_by(SuppressionEvent.recipient_id))
    assert reasons.all() == ["STOP", *(f"list {number}" for number in people[1:])]


@pytest.mark.parametrize(("state", "then"), [("open", "done"), ("leased", "leased")])
def test_a_batch_is_done_with_the_last_person_in_it(app: Flask, state: str, then: str) -> None:
    org = factories.organization()
    amy = factories.person(org)
    one, two = factories.contacts(factories.campaign(org, amy), amy, ["+12025550104", "+12025550105"])
    batch = db.session.get_one(Batch, one.batch_id)
    batch.state, batch.person_id = state, amy.id if state == "leased" else None
    db.session.flush()
    suppression.suppress(one.recipient_id, "STOP", None)
    assert batch_of(one) == state
    suppression.suppress(two.recipient_id, "STOP", None)
    assert batch_of(one) == then


def test_two_who_stop_at_once_leave_no_batch_open(committed_app: Flask) -> None:
    org = factories.organization()
    amy = factories.person(org)
    one, two = factories.contacts(factories.campaign(org, amy), amy, ["+12025550104", "+12025550105"])
    db.session.commit()
    batch_id, second = one.batch_id, two.recipient_id
    suppression.suppress(one.recipient_id, "STOP", None)  # not committed yet

    def stop() -> None:
        with committed_app.app_context(), transaction():
            suppression.suppress(second, "STOP", None)

    other = threading.Thread(target=stop, daemon=True)
    other.start()
    until(lambda: waiting_for_locks("FROM batch"))
    db.session.commit()
    other.join(20)
    db.session.expire_all()
    assert db.session.get_one(Batch, batch_id).state == "done"


def missed(org: factories.Organization, **changed: object) -> Contact:
    """A contact that a list made while its person opted out: neither saw the other."""
    amy = factories.person(org)
    (contact,) = factories.contacts(factories.campaign(org, amy), amy, ["+12025550104"])
    values = {"began": "10 minutes", "ended": "1 minute", "stopped": "5 minutes"} | changed
    db.session.execute(
        text(
            """UPDATE contact_import SET confirmed_at = p2p_now() - CAST(:began AS interval),
                 finished_at = p2p_now() - CAST(:ended AS interval) WHERE id = :id"""
        ),
        {"id": contact.import_id, "began": values["began"], "ended": values["ended"]},
    )
    db.session.execute(
        text("UPDATE recipient SET suppressed_at = p2p_now() - CAST(:ago AS interval) WHERE id = :id"),
        {"id": contact.recipient_id, "ago": values["stopped"]},
    )
    return contact


def test_who_stopped_while_a_list_came_in_is_ended_afterwards(app: Flask) -> None:
    contact = missed(factories.organization())
    assert suppression.settle() == 1
    assert suppression.settle() == 0
    assert batch_of(contact) == "done"
    row = db.session.get_one(Contact, contact.id)
    assert (row.state, row.ended_reason) == ("ended", "opted_out")


@pytest.mark.parametrize(
    "changed",
    [
        {"stopped": "40 minutes"},  # long before: the import saw it
        {"ended": "20 minutes", "began": "40 minutes", "stopped": "30 minutes"},  # settled long ago
    ],
)
def test_only_what_can_have_been_missed_is_looked_at(app: Flask, changed: dict[str, str]) -> None:
    contact = missed(factories.organization(), **changed)
    assert suppression.settle() == 0
    assert db.session.get_one(ContactImport, contact.import_id).status == "done"


def test_who_is_held_by_somebody_else_is_settled_the_next_time(committed_app: Flask) -> None:
    contact = missed(factories.organization())
    db.session.commit()
    with db.engine.connect() as holder:
        holder.execute(
            text("SELECT 1 FROM recipient WHERE id = :id FOR NO KEY UPDATE"),
            {"id": contact.recipient_id},
        )
        assert suppression.settle() == 0
    assert suppression.settle() == 1
    db.session.rollback()


def test_who_may_be_texted_again_is_left_alone_by_the_repair(app: Flask) -> None:
    contact = missed(factories.organization())
    suppression.lift(contact.recipient_id, "START", None)
    assert suppression.settle() == 0
    assert batch_of(contact) == "open"
