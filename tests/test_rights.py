"""With DATABASE_OWNER_URL the program's own user cannot touch evidence, whatever becomes of the triggers."""

import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade
from psycopg import errors
from sqlalchemy.engine import make_url

from p2ptext.app import create_app
from p2ptext.config import Settings
from p2ptext.extensions import db
from p2ptext.texting import ledger_verifying, sealing
from scripts.launcher.engines import Engines
from tests.conftest import Browser
from tests.serving import another_application
from tests.texting.scene import scene

EVIDENCE = ("click", "click_seal", "ledger_block", "audit_event", "suppression_event")


@pytest.fixture(scope="module")
def two_users(settings: Settings) -> Iterator[Flask]:
    """The application on a server of its own, as a user who owns nothing."""
    folder = tempfile.TemporaryDirectory(prefix="p2ptext-test-")
    with (
        folder as place,
        Engines(Path(place) / "data", redis_url=settings.redis_url, durable=False) as engines,
        another_application(),
    ):
        with psycopg.connect(engines.admin_url, autocommit=True) as admin:
            admin.execute("CREATE ROLE worker LOGIN PASSWORD 'made-up'")
        worker = make_url(engines.database_url).set(username="worker", password="made-up")
        app = create_app(
            dataclasses.replace(
                settings,
                database_url=worker.render_as_string(hide_password=False),
                database_owner_url=engines.database_url,
                data_dir=Path(place) / "files",
            )
        )
        app.test_client_class = Browser
        with app.app_context():
            upgrade()
            yield app
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def worker(two_users: Flask) -> Iterator[psycopg.Connection]:
    address = two_users.config["SETTINGS"].database_url
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def test_the_program_works_with_what_it_may(two_users: Flask) -> None:
    made = scene(two_users)
    made.sent()
    assert sealing.seal() == 1
    assert ledger_verifying.verify(two_users.config["SETTINGS"].data_dir / "roots").sound


@pytest.mark.parametrize("table", EVIDENCE)
def test_it_may_not_touch_evidence(worker: psycopg.Connection, table: str) -> None:
    column = worker.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 1 LIMIT 1", (table,)
    ).fetchone()
    assert column is not None
    for deed in (
        f"UPDATE {table} SET {column[0]} = {column[0]}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"ALTER TABLE {table} DISABLE TRIGGER USER",
        f"DROP TABLE {table} CASCADE",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(errors.InsufficientPrivilege) as refused:
            worker.execute(deed)
        assert "are evidence" not in str(refused.value)  # that would be the trigger, behind the right


def test_another_upgrade_changes_nothing(two_users: Flask, worker: psycopg.Connection) -> None:
    rights = "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    before = worker.execute(rights).fetchall()
    upgrade()
    assert worker.execute(rights).fetchall() == before
