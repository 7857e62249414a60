"""Flask extensions, created bare here and bound to the application in app.py."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import redis as redis_client
import structlog
from flask import Flask, request
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from psycopg import Cursor
from sqlalchemy import MetaData, exc
from sqlalchemy.orm import DeclarativeBase

from p2ptext import giving_way
from p2ptext.connections import Connection, Pool

log = structlog.get_logger()


class Base(DeclarativeBase):
    """Every table's ancestor; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def client_ip() -> str:
    """The address of the person's computer, as far as the trusted proxies tell."""
    return request.remote_addr or "unknown"


class Redis:
    """The queue's client. Nothing that cannot be rebuilt is kept behind it."""

    def __init__(self) -> None:
        self._client: redis_client.Redis | None = None

    def init_app(self, app: Flask) -> None:
        url = app.config["SETTINGS"].redis_url
        # Half a second: a page never waits longer for a hint than that, whatever Redis does.
        self._client = redis_client.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
        # A worker's blocking pop and a live stream wait as long as it takes.
        self._patient = redis_client.Redis.from_url(url, socket_timeout=None, socket_connect_timeout=5)

    @property
    def client(self) -> redis_client.Redis:
        if self._client is None:
            raise RuntimeError("redis is used before create_app")
        return self._client

    @property
    def patient(self) -> redis_client.Redis:
        """A client without a reading time limit, for blocking reads."""
        if self._client is None:
            raise RuntimeError("redis is used before create_app")
        return self._patient


class Quick:
    """The connections of hot paths, which do without the session."""

    def __init__(self) -> None:
        self._pool: Pool | None = None

    def init_app(self, app: Flask) -> None:
        self._pool = Pool(app.config["CONNECT"], most=12, patience_s=5.0)

    @property
    def pool(self) -> Pool:
        if self._pool is None:
            raise RuntimeError("the database is used before create_app")
        return self._pool


def connect(url: str, **options: Any) -> Connection:
    """A new connection to the database that SQLAlchemy's kind of address names."""
    made = Connection.connect(re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql://", url), **options)
    giving_way.with_connection(made)
    return made


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(
    key_func=client_ip, in_memory_fallback_enabled=True, swallow_errors=True, headers_enabled=True
)
redis = Redis()


quick = Quick()

_held: ContextVar[Connection | None] = ContextVar("quick_connection", default=None)


@contextmanager
def quick_connection(*, one_statement: bool = False) -> Iterator[Connection]:
    """A transaction on a connection of its own; meanwhile `cursor()` gives cursors inside it.

    With `one_statement` there is no transaction around the one statement that is run.
    """
    with quick.pool.connection() if one_statement else quick.pool.transaction() as connection:
        before = _held.set(connection)
        try:
            yield connection
        finally:
            _held.reset(before)


def cursor() -> Cursor[Any]:
    """A psycopg cursor inside the session's own transaction, for hand-written SQL.

    Measured: a click costs 8.5 ms of CPU through ORM objects, 1.5 ms through three such statements.
    """
    return connection().cursor()


def connection() -> Connection:
    """The connection of the open transaction: the session's, or the quick one that is held."""
    held = _held.get()
    if held is not None:
        return held
    session = db.session()
    transaction, driver_connection = session.info.get("driver", (None, None))
    if transaction is None or session.get_transaction() is not transaction:
        driver_connection = session.connection().connection.driver_connection
        if not isinstance(driver_connection, Connection):
            raise RuntimeError("the session has no connection")
        # Asking the session each time costs a tenth of a request.
        session.info["driver"] = (session.get_transaction(), driver_connection)
    found: Connection = driver_connection
    found.begin()
    return found


def refuse_dead(driver_connection: Any, *_: Any) -> None:
    """Have the pool replace connections that the server has ended, without a question on the wire."""
    if not driver_connection.is_alive():
        raise exc.InvalidatePoolError
