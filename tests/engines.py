"""A database and a queue for one test run, apart from any demo's.

    with test_engines() as engines:
        ... engines.database_url, engines.redis_url ...

Starts its own on free ports in a temporary folder. Where DATABASE_URL or REDIS_URL is set it
uses that server instead, in a database of its own name that is dropped at the end; its
user needs CREATEDB and, unless a superuser, GRANT SET ON PARAMETER session_replication_role.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import redis
from psycopg import sql
from redis.exceptions import ResponseError
from sqlalchemy.engine import make_url

from scripts.launcher.engines import Engines


@contextmanager
def own_database(server_url: str) -> Iterator[str]:
    """A new database on a server that is there, dropped afterwards."""
    name = f"p2ptext_test_{secrets.token_hex(4)}"
    url = make_url(server_url).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name))
        )
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def own_queue(server_url: str) -> Iterator[str]:
    """An empty numbered database of a queue server that is there, emptied again afterwards."""
    base = server_url.rsplit("/", 1)[0] if server_url.count("/") > 2 else server_url
    for number in range(15, 0, -1):
        url = f"{base}/{number}"
        with redis.Redis.from_url(url) as client:
            try:
                if client.dbsize() or not client.set("p2ptext_test", "1", nx=True):
                    continue
            except ResponseError:
                continue  # the server has fewer numbered databases
            try:
                yield url
            finally:
                client.flushdb()
            return
    raise RuntimeError("REDIS_URL has no empty database among 1 to 15 for the tests.")


def allow_for_tests(admin_url: str) -> None:
    """What tests do and the program may not: make databases, and empty tables past their triggers."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("ALTER ROLE p2ptext CREATEDB")
        connection.execute("GRANT SET ON PARAMETER session_replication_role TO p2ptext")


@contextmanager
def test_engines() -> Iterator[Engines]:
    """Engines for the session. TEST_DURABLE=1 keeps fsync on."""
    with ExitStack() as stack:
        # Not pytest's own folder: as root that one is closed to the engines' user.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="p2ptext-test-")))
        given_database = os.environ.get("DATABASE_URL", "").strip()
        given_queue = os.environ.get("REDIS_URL", "").strip()
        engines = Engines(
            folder / "data",
            database_url=stack.enter_context(own_database(given_database)) if given_database else "",
            redis_url=stack.enter_context(own_queue(given_queue)) if given_queue else "",
            durable=os.environ.get("TEST_DURABLE") == "1",
        )
        stack.enter_context(engines)
        if engines.admin_url:
            allow_for_tests(engines.admin_url)
        yield engines


test_engines.__test__ = False  # type: ignore[attr-defined]  # pytest would take the name for a test
