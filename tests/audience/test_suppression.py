"""Who said stop stays stopped, and the history says why."""

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.audience import suppression
from p2ptext.audience.models import Contact, Recipient, SuppressionEvent
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from tests import factories


def test_suppressing_ends_what_is_not_yet_texted_everywhere(app: Flask) -> None:
    org = factories.organization()
    amy = factories.person(org)
    (one,) = factories.contacts(factories.campaign(org, amy), amy, ["+12025550104"])
    other = factories.campaign(org, amy)
    (two,) = factories.contacts(other, amy, ["+12025550105"])
    two.recipient_id, two.state = one.recipient_id, "texted"
    db.session.flush()
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
