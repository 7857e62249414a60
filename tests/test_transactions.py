"""Commit, then push: what follows a transaction follows it only if it was committed."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from p2ptext import background, clock
from p2ptext.accounts.models import Organization
from p2ptext.app import create_app
from p2ptext.background import after_commit, enqueue, hint, transaction
from p2ptext.config import Settings
from p2ptext.extensions import cursor, db, redis
from tests import factories
from tests.engines import own_database


def job(row_id: int) -> None:
    """Stands for work that a worker would do."""


def fail_after_enqueueing() -> None:
    with transaction():
        enqueue(job, factories.organization().id)
        raise LookupError


def fail_at_the_commit() -> None:
    with transaction():
        enqueue(job, 1)
        db.session.add(Organization(slug="same", name="Another"))


def queued() -> list[tuple[str, tuple[int | str, ...]]]:
    """The jobs a worker would find."""
    return [(each.func_name, each.args) for each in Queue("default", connection=redis.client).jobs]


def organizations_others_see() -> int:
    """What another connection sees: only what is committed."""
    with db.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM organization")).scalar_one())


def test_a_job_is_pushed_after_the_commit_and_not_before(committed_app: Flask) -> None:
    with transaction():
        made = factories.organization()
        enqueue(job, made.id)
        seen: list[int] = []
        after_commit(lambda: seen.append(organizations_others_see()))
        assert queued() == []
        assert organizations_others_see() == 0
    assert seen == [1]
    assert queued() == [(f"{__name__}.job", (made.id,))]


def test_a_rollback_drops_the_rows_and_the_jobs(committed_app: Flask) -> None:
    with pytest.raises(LookupError):
        fail_after_enqueueing()
    assert organizations_others_see() == 0
    assert queued() == []


def test_a_commit_that_fails_drops_the_jobs(committed_app: Flask) -> None:
    factories.organization(slug="same")
    db.session.commit()
    with pytest.raises(IntegrityError, match="uq_organization_slug"):
        fail_at_the_commit()
    assert queued() == []


def test_nothing_of_a_dropped_transaction_is_left_for_the_next(committed_app: Flask) -> None:
    with pytest.raises(LookupError):
        fail_after_enqueueing()
    with transaction():
        enqueue(job, 2)
    assert queued() == [(f"{__name__}.job", (2,))]


def test_transactions_do_not_nest(committed_app: Flask) -> None:
    with transaction():
        factories.organization()
        with pytest.raises(RuntimeError, match="already open"), transaction():
            pass
    assert organizations_others_see() == 1


@pytest.mark.parametrize("act", [lambda: enqueue(job, 1), lambda: hint("channel", "data")])
def test_nothing_is_promised_outside_of_a_transaction(app: Flask, act: object) -> None:
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        act()  # type: ignore[operator]


def test_a_hint_is_published_after_the_commit(committed_app: Flask) -> None:
    with redis.patient.pubsub() as listener:
        listener.subscribe("screen")
        assert listener.get_message(timeout=5)["type"] == "subscribe"
        with transaction():
            hint("screen", "changed")
            assert listener.get_message(timeout=0.05) is None
        assert listener.get_message(timeout=5)["data"] == b"changed"


@contextmanager
def queue_down(app: Flask) -> Iterator[None]:
    """The application while nothing listens where the queue should be."""
    given = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(given, redis_url="redis://127.0.0.1:9/0")
    redis.init_app(app)
    try:
        yield
    finally:
        app.config["SETTINGS"] = given
        redis.init_app(app)


def test_with_the_queue_down_the_work_is_kept_and_nobody_is_told_of_an_error(
    committed_app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    with queue_down(committed_app):
        with transaction():
            enqueue(job, factories.organization().id)
            hint("screen", "changed")
        answer = committed_app.test_client().get("/readyz")
    assert organizations_others_see() == 1
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "queue": "degraded"}
    said = capfd.readouterr()
    assert (said.out + said.err).count("queue_unreachable") == 1


def test_with_the_queue_down_signing_in_still_works(committed_app: Flask) -> None:
    with queue_down(committed_app):
        assert committed_app.test_client().get("/sign-in").status_code == 200


def test_a_database_that_is_down_is_said_to_be(settings: Settings) -> None:
    app = create_app(dataclasses.replace(settings, database_url="postgresql://nobody@127.0.0.1:9/none"))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["database"] != "ok"
    assert app.test_client().get("/healthz").status_code == 200


def test_a_database_without_tables_is_not_ready(settings: Settings) -> None:
    with own_database(settings.database_url) as empty:
        app = create_app(dataclasses.replace(settings, database_url=empty))
        assert app.test_client().get("/readyz").status_code == 503
        with app.app_context():
            db.engine.dispose()


def test_a_job_is_tried_again_but_not_for_ever() -> None:
    assert background.RETRY.max == 3
    assert sum(background.RETRY.intervals) >= 300


def real_time() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("offset", [0, 3600, -86_400, 20 * 86_400])
def test_the_one_clock_is_the_real_one_plus_the_offset(settings: Settings, offset: int) -> None:
    app = create_app(dataclasses.replace(settings, clock_offset_s=offset))
    with app.app_context():
        shown = clock.now()
        db.session.remove()
        db.engine.dispose()
    assert abs(shown - real_time() - timedelta(seconds=offset)) < timedelta(seconds=5)
    assert shown.utcoffset() == timedelta(0)


def test_the_clock_moves_on_within_a_transaction(app: Flask) -> None:
    before = clock.now()
    db.session.execute(text("SELECT pg_sleep(0.002)"))
    assert clock.now() > before


def test_the_clock_is_the_same_for_models_hand_written_sql_and_defaults(app: Flask) -> None:
    sql = cursor()
    sql.execute("SELECT p2p_now()")
    row = sql.fetchone()
    assert row is not None
    moments = [clock.now(), row[0], factories.organization().created_at]
    assert max(moments) - min(moments) < timedelta(seconds=5)


def test_a_failed_request_leaves_nothing_behind(committed_app: Flask) -> None:
    """An error page after half the work: the half is gone."""
    app = create_app(committed_app.config["SETTINGS"])

    def half_way() -> str:
        with transaction():
            factories.organization()
            raise LookupError("half-way")

    half_way.access = app.view_functions["healthz"].access  # type: ignore[attr-defined]
    app.add_url_rule("/half-way", "half_way", half_way)
    assert app.test_client().get("/half-way").status_code == 500
    assert organizations_others_see() == 0
    with app.app_context():
        db.engine.dispose()


def test_a_connection_lost_in_the_middle_is_said_and_survived(committed_app: Flask) -> None:
    """Hand-written SQL on hot paths included, whose errors come from the driver itself."""
    app = create_app(committed_app.config["SETTINGS"])

    def cut_off() -> str:
        sql = cursor()
        factories.organization()
        with db.engine.connect() as killer:
            pid = {"pid": sql.connection.info.backend_pid}
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), pid)
        sql.execute("SELECT 1")
        return "not reached"

    cut_off.access = app.view_functions["healthz"].access  # type: ignore[attr-defined]
    app.add_url_rule("/cut-off", "cut_off", cut_off)
    browser = app.test_client()
    assert browser.get("/cut-off").status_code == 503
    assert browser.get("/readyz").status_code == 200
    assert organizations_others_see() == 0
    with app.app_context():
        db.engine.dispose()
