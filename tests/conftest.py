"""Fixtures: real PostgreSQL and Valkey, built by the real migrations.

`app` joins every test into one transaction that is rolled back; `committed_app` really commits,
for races between connections, and empties the tables afterwards.
"""

import faulthandler
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import text
from werkzeug.test import TestResponse

from p2ptext.app import create_app
from p2ptext.config import Settings
from p2ptext.extensions import Base, db, limiter, quick, redis
from tests.engines import test_engines as engines_for_tests

# How long an example takes says how busy the machine is, and nothing of what is tested.
hypothesis.settings.register_profile("p2ptext", deadline=None)
hypothesis.settings.load_profile("p2ptext")
# A Tuesday afternoon: hours are open everywhere. Tests name this day, so it must never move.
THE_MOMENT = datetime(2026, 11, 24, 14, tzinfo=ZoneInfo("America/New_York"))
PATIENCE_AT_THE_END_S = 20
GROWN = """SELECT 1 FROM unnest(CAST(:names AS text[])) AS name
  WHERE pg_total_relation_size(name::regclass) > 2000000 LIMIT 1"""
NUMBERS_ANEW = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
  FROM pg_sequences WHERE last_value IS NOT NULL"""
SWITCHED_OFF = """SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
  WHERE tgenabled = 'D' AND NOT tgisinternal"""
_result = 1


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:  # the hook's own names
    """Remember how it went, for the end below."""
    global _result  # a hook has nowhere else to keep it
    _result = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """End, even where a failed test left a thread behind: the interpreter would wait for that one for ever."""
    until = monotonic() + PATIENCE_AT_THE_END_S
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, until - monotonic()))
            if thread.is_alive():
                sys.stderr.write(f"The thread {thread.name} has not ended; all stacks:\n")
                faulthandler.dump_traceback(all_threads=True)
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(_result or 1)


def offset_to_the_moment() -> int:
    """Seconds from now to the moment the tests' clock starts from, years back one day: below zero then."""
    return int((THE_MOMENT - datetime.now(UTC)).total_seconds())


class Browser(FlaskClient):
    """A client whose requests share nothing but the database with the test.

    Inside a test's application context Flask lends each request the same `g`, and with it the person
    and the organization of the request before.
    """

    def open(self, *args: object, **kwargs: object) -> TestResponse:  # type: ignore[override]
        for name in list(g) if has_app_context() else ():
            g.pop(name)
        if has_app_context():
            # The test's own reading ends here: what the request does is not undone with it, and is read anew.
            db.session.commit()
        return super().open(*args, **kwargs)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def engines() -> Iterator[tuple[str, str]]:
    """Addresses of the database and the queue the tests run on."""
    with engines_for_tests() as started:
        yield started.database_url, started.redis_url


@pytest.fixture(scope="session")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture(scope="session")
def settings(
    engines: tuple[str, str], private_key: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    return Settings(
        database_url=engines[0],
        redis_url=engines[1],
        secret_key="s" * 48,
        phone_hash_key="p" * 48,
        public_url="http://localhost",
        vonage_api_key="simulated",
        vonage_api_secret="made-up-api-secret",
        vonage_application_id="aaaaaaaa-bbbb-4ccc-8ddd-000000000001",
        vonage_private_key=private_key,
        vonage_signature_secret="made-up-signature-secret-0123456789abcdef",
        vonage_api_host="http://127.0.0.1:9",
        data_dir=Path(tmp_path_factory.mktemp("data")),
        clock_offset_s=offset_to_the_moment(),
        log_level="WARNING",
    )


@pytest.fixture(scope="session")
def built_app(settings: Settings) -> Flask:
    """The application over a freshly migrated database."""
    app = create_app(settings)
    app.config["TESTING"] = False
    app.test_client_class = Browser
    with app.app_context():
        upgrade()
    return app


@pytest.fixture
def app(built_app: Flask) -> Iterator[Flask]:
    """The application inside an outer transaction that is rolled back at the end."""
    with rolled_back(built_app):
        yield built_app


@contextmanager
def rolled_back(built_app: Flask) -> Iterator[None]:
    """One connection for everything the application does, and one transaction around all of it."""
    with built_app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        # The moment again, however long the tests have run: hours that are open to one shall be to all.
        offset = {"offset": str(offset_to_the_moment())}
        connection.execute(text("SELECT set_config('p2ptext.clock_offset_s', :offset, true)"), offset)
        connection.begin_nested()  # sessions inside then use savepoints of their own
        engines = db._app_engines[built_app]
        engines[None] = connection  # type: ignore[assignment]
        quick.pool.pinned = connection.connection.driver_connection  # type: ignore[assignment]
        try:
            yield
        finally:
            db.session.remove()
            engines[None] = engine
            quick.pool.pinned = None
            outer.rollback()
            connection.close()
            _forget_limits()


@pytest.fixture
def committed_app(built_app: Flask) -> Iterator[Flask]:
    """The application with real commits; all tables are emptied afterwards."""
    with built_app.app_context():
        try:
            yield built_app
        finally:
            db.session.remove()
            empty_tables()
            _forget_limits()


def empty_tables() -> None:
    """Empty every table, evidence included, once nobody writes any more; numbers begin anew.

    Most tests leave a few rows in a few tables: to delete those takes a tenth of the time of making
    hundreds of empty files. Where a file has grown all the same, they are made.
    """
    names = [table.name for table in Base.metadata.sorted_tables]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no trigger fires
        connection.execute(text(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE"))
        if connection.scalar(text(GROWN), {"names": names}):
            connection.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))
        else:
            for name in connection.scalars(text(filled)).all():
                connection.execute(text(f"DELETE FROM {name}"))
        connection.execute(text(NUMBERS_ANEW))
        for name in connection.scalars(text(SWITCHED_OFF)).all():
            connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))


def _forget_limits() -> None:
    limiter.reset()
    redis.client.flushdb()
    redis.client.set("p2ptext_test", "1")  # says to another test run that this queue is taken
