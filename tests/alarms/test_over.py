"""What somebody has dealt with is over: its alarm ends, and does not come back by itself."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.alarms import watching
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.exports import asking, jobs
from p2ptext.exports.models import Export
from p2ptext.extensions import db
from p2ptext.review import inbox
from p2ptext.texting import who_waits
from p2ptext.texting.models import InboundText, Message
from p2ptext.texting.who_waits import Waiting
from tests import factories, world
from tests.alarms.many import alarms, texts
from tests.conversations.evening import Evening, evening


def asked(made: Evening, again: int | None = None) -> int:
    """An export of Olga's, or the same once more; its id."""
    olga = made.people["olga"]
    with transaction():
        if again is None:
            return asking.ask(made.org_id, olga, "contacts", "csv", made.campaign).id
        return asking.ask_again(again, made.org_id, olga).id


def test_an_export_that_was_made_in_the_end_is_over(committed_app: Flask) -> None:
    made = evening(committed_app, waiting=1)
    first = asked(made)
    failed = "UPDATE export SET status = 'failed', fault = 'No room.', finished_at = p2p_now()"
    db.session.execute(text(failed))
    db.session.commit()
    watching.watch()
    assert len(alarms(made, "exports")) == 1
    second = asked(made, first)
    watching.watch()
    assert not alarms(made, "exports")
    jobs.make_export(second)
    db.session.expire_all()
    assert db.session.get_one(Export, second).status == "done"
    watching.watch()
    assert not alarms(made, "exports")


def test_reports_that_were_put_aside_are_over(app: Flask) -> None:
    made = evening(app, waiting=0)
    came = [world.provider_event(organization_id=made.org_id, note="Of no use.").id for _ in range(5)]
    db.session.commit()
    watching.watch()
    assert len(alarms(made, "kept")) == 1
    olga = made.browser("olga")
    path = f"/inbox/events/{came[-1]}/put-aside"
    assert olga.post(path, script=False, alike="yes").status_code == 303
    watching.watch()
    assert not alarms(made, "kept")


def test_who_is_answered_during_the_look_raises_no_alarm(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = evening(app, waiting=1)
    made.minutes_pass(30, on_shift=False)
    count = who_waits.of

    def answered_first(organization_id: int, campaign_id: int | None = None) -> Waiting:
        db.session.execute(text("UPDATE conversation SET waiting_since = NULL"))
        return count(organization_id, campaign_id)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(who_waits, "of", answered_first)
        watching.watch()
    assert made.browser("olga").get("/alarms").status_code == 200
    assert not alarms(made, "nobody")


def test_a_confirmation_that_may_have_left_is_nobodys_to_decide(app: Flask) -> None:
    made = evening(app, waiting=1)
    wrote = db.session.scalars(select(InboundText)).one()
    factories.add(
        Message(
            organization_id=made.org_id,
            recipient_id=wrote.recipient_id,
            number_id=wrote.number_id,
            answers_inbound_id=wrote.id,
            kind="stop_confirmation",
            text="You are opted out.",
            encoding="GSM-7",
            segments=1,
            state="unknown",
            created_at=now() - timedelta(hours=1),
        )
    )
    db.session.commit()
    watching.watch()
    assert not alarms(made, "unknown")
    texts(made, 1, state="unknown", ago="16 minutes")
    watching.watch()
    assert [one.facts["count"] for one in alarms(made, "unknown")] == [1]
    assert inbox.unclear(made.org_id).total == 1
