"""One row for each kind and subject, whoever sees it; what somebody knows of stays aside until it is worse."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.accounts.models import AuditEvent, Letter, Person
from p2ptext.alarms import raising, telling, watching
from p2ptext.alarms.models import Alarm
from p2ptext.background import transaction
from p2ptext.extensions import db
from tests import factories
from tests.alarms.many import alarms
from tests.conversations.evening import Evening, evening


def raise_(made: Evening, level: str = "warning", size: int = 1, kind: str = "strays") -> bool:
    with transaction():
        return raising.open_or_refresh(
            made.org_id, kind, "", level, {"count": size, "size": size, "because": "silent"}
        )


def earlier(made: Evening, span: str) -> None:
    """Everything about alarms and letters happened so much earlier."""
    for statement in (
        "UPDATE alarm SET since = since - CAST(:s AS interval), worse_at = worse_at - CAST(:s AS interval), "
        "seen_at = seen_at - CAST(:s AS interval) WHERE organization_id = :org",
        "UPDATE letter SET created_at = created_at - CAST(:s AS interval) WHERE organization_id = :org",
    ):
        db.session.execute(text(statement), {"s": span, "org": made.org_id})
    db.session.commit()


def test_it_is_news_once(app: Flask) -> None:
    made = evening(app, waiting=0)
    assert raise_(made)
    assert not raise_(made)
    assert not raise_(made, size=3)
    (one,) = alarms(made, "strays")
    assert one.facts == {"count": 3, "size": 3, "because": "silent"}
    assert raise_(made, "danger", size=3)
    (one,) = alarms(made, "strays")
    assert (one.level, one.worse_at > one.since) == ("danger", True)
    with transaction():
        assert raising.close(made.org_id, "strays")
        assert not raising.close(made.org_id, "strays")
    assert raise_(made)
    assert len(list(db.session.scalars(db.select(Alarm).filter_by(organization_id=made.org_id)))) == 2


def test_a_kind_that_nobody_knows_is_a_mistake(app: Flask) -> None:
    made = evening(app, waiting=0)
    with pytest.raises(KeyError):
        raise_(made, kind="no_such_kind")


@pytest.mark.parametrize(
    ("known_at", "level", "size", "comes_back"),
    [(3, "warning", 5, False), (3, "warning", 6, True), (3, "danger", 3, True)],
)
def test_what_is_put_aside_comes_back_when_it_is_worse(
    app: Flask, known_at: int, level: str, size: int, comes_back: bool
) -> None:
    made = evening(app, waiting=0)
    raise_(made, size=known_at)
    (one,) = alarms(made, "strays")
    olga = made.browser("olga")
    assert olga.post(f"/alarms/{one.id}/known", note="I ask the  provider.").status_code == 303
    raise_(made, size=known_at)
    (one,) = alarms(made, "strays")
    assert one.put_aside_at is not None
    assert (one.put_aside_by, one.note) == (made.people["olga"], "I ask the  provider.")
    event = db.session.scalars(db.select(AuditEvent).filter_by(action="alarm_known")).one()
    assert (event.target, event.person_id) == (f"alarm {one.id}", made.people["olga"])
    raise_(made, level, size)
    (one,) = alarms(made, "strays")
    assert (one.put_aside_at is None) is comes_back


def test_what_rounds_to_nothing_stays_aside_as_well(app: Flask) -> None:
    made = evening(app, waiting=0)
    raise_(made, size=0)
    (one,) = alarms(made, "strays")
    assert made.browser("olga").post(f"/alarms/{one.id}/known").status_code == 303
    for size, is_aside in ((0, True), (1, True), (2, False)):
        earlier(made, "1 minute")
        raise_(made, size=size)
        (one,) = alarms(made, "strays")
        assert (one.put_aside_at is not None) is is_aside


def test_two_watchers_make_one_row(committed_app: Flask) -> None:
    made = evening(committed_app, waiting=1)
    db.session.execute(text("UPDATE conversation SET review_reason = 'may ask to stop'"))
    db.session.commit()
    gate = threading.Barrier(4)
    errors: list[BaseException] = []

    def look(raises: bool) -> None:
        with committed_app.app_context():
            try:
                gate.wait(20)
                for _ in range(10):
                    watching.watch()
                    if raises:
                        raise_(made, "danger", 7)
            except BaseException as error:
                errors.append(error)
                raise
            finally:
                db.session.remove()

    watchers = [threading.Thread(target=look, args=(place % 2 == 0,), daemon=True) for place in range(4)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join(60)
        assert not watcher.is_alive()
    assert not errors
    rows = list(db.session.scalars(db.select(Alarm).filter_by(until=None)))
    assert sorted(row.kind for row in rows) == sorted({row.kind for row in rows})
    assert "reviews" in {row.kind for row in rows}


def letters(made: Evening) -> list[Letter]:
    wanted = db.select(Letter).filter_by(organization_id=made.org_id, kind=telling.LETTER)
    return list(db.session.scalars(wanted.order_by(Letter.id)))


def tell() -> int:
    with transaction():
        return telling.tell()


def test_organizers_hear_of_dangers_at_most_once_an_hour(app: Flask) -> None:
    made = evening(app, waiting=0)
    org = db.session.get_one(factories.Organization, made.org_id)
    gone = factories.person(org, "manager")
    db.session.execute(
        text("UPDATE membership SET status = 'removed' WHERE person_id = :id"), {"id": gone.id}
    )
    db.session.commit()
    raise_(made, "warning")
    assert tell() == 0
    raise_(made, "danger")
    assert tell() == 1
    assert tell() == 0
    (letter,) = letters(made)
    assert letter.to_email == db.session.get_one(Person, made.people["olga"]).email
    subject, words = telling.write(letter) or ("", "")
    assert subject == "Please look: replies fit no conversation"
    assert f"/o/{made.org}/alarms" in words


def test_what_begins_within_the_hour_is_told_after_it(app: Flask) -> None:
    made = evening(app, waiting=0)
    raise_(made, "danger")
    assert tell() == 1
    earlier(made, "30 minutes")
    raise_(made, "danger", kind="halted")
    assert tell() == 0
    earlier(made, "31 minutes")
    assert tell() == 1
    assert tell() == 0


@pytest.mark.parametrize("ends", ["closed", "known"])
def test_a_mail_is_not_sent_about_what_is_well_or_known(app: Flask, ends: str) -> None:
    made = evening(app, waiting=0)
    raise_(made, "danger")
    assert tell() == 1
    (one,) = alarms(made, "strays")
    with transaction():
        if ends == "closed":
            raising.close(made.org_id, "strays")
        else:
            raising.put_aside(made.org_id, one.id, made.people["olga"], "")
    assert telling.write(letters(made)[0]) is None
    earlier(made, "2 hours")
    assert tell() == 0


def test_alarms_of_others_are_nobodys(app: Flask) -> None:
    made, other = evening(app, waiting=0), evening(app, waiting=0)
    raise_(other, "danger")
    (one,) = alarms(other, "strays")
    olga: Any = made.browser("olga")
    assert olga.post(f"/alarms/{one.id}/known").status_code == 404
    assert "Replies fit no conversation" not in olga.get("/alarms").get_data(as_text=True)
    assert "Replies fit no conversation" in other.browser("olga").get("/alarms").get_data(as_text=True)
