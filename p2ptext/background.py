"""Transactions end at the edge, and what must happen after the commit happens after it.

`with transaction():` commits, then pushes the jobs and hints collected meanwhile; an error rolls
back and drops them. A job is only a messenger: the need for it is a row, so a push that Redis
missed is made again by the sweep.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

import structlog
from flask import current_app
from redis.exceptions import RedisError
from rq import Queue, Retry

from p2ptext.config import Settings
from p2ptext.extensions import db, quick_connection, redis

log = structlog.get_logger()

# Three more tries, after 10 s, a minute and five: long enough for a database restart.
RETRY = Retry(max=3, interval=[10, 60, 300])
JOB_TIMEOUT_S = 3600

QUEUES = ("default", "slow")
"""The queues of jobs, the one that people wait for first."""
_slow: set[Callable[..., object]] = set()
Job = TypeVar("Job", bound=Callable[..., object])

_after_commit: ContextVar[list[Callable[[], None]] | None] = ContextVar("after_commit", default=None)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block did, then push what it enqueued. Roll back and drop both on an error.

    Blocks do not nest: a use case never opens its own.
    """
    with _pushing_after():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


@contextmanager
def quick_transaction(*, one_statement: bool = False) -> Iterator[None]:
    """The same for hot paths, on a connection without the session: for use cases of hand-written SQL alone.

    `cursor()` is inside it. Nothing in the block may use `db.session`, which would be another transaction.
    A block that runs `one_statement` alone saves the round trips of beginning and ending.
    """
    with _pushing_after(), quick_connection(one_statement=one_statement):
        yield


@contextmanager
def _pushing_after() -> Iterator[None]:
    if _after_commit.get() is not None:
        raise RuntimeError("a transaction is already open; use cases never open one")
    pending: list[Callable[[], None]] = []
    reset = _after_commit.set(pending)
    try:
        yield
    finally:
        _after_commit.reset(reset)
    for push in pending:
        try:
            push()
        except (RedisError, OSError) as error:
            log.warning("queue_unreachable", error=type(error).__name__)
            break


def after_commit(action: Callable[[], None]) -> None:
    """Run `action` once the surrounding transaction has committed."""
    pending = _after_commit.get()
    if pending is None:
        raise RuntimeError("after_commit outside of a transaction")
    pending.append(action)


def enqueue(job: Callable[..., object], *ids: int | str) -> None:
    """Have a worker call `job(*ids)` after the commit. `ids` name rows; a second run is a no-op."""
    after_commit(lambda: push(job, *ids))


def slow(job: Job) -> Job:
    """Mark a job that may take minutes and that nobody's texting waits for: it has a queue of its own, so
    that lists, deeds and mail need not wait until it is over."""
    _slow.add(job)
    return job


def queue_of(job: Callable[..., object]) -> str:
    """The name of the queue this job is put on."""
    return QUEUES[job in _slow]


def push(job: Callable[..., object], *ids: int | str) -> None:
    """Put a job on the queue now. Raises RedisError when the queue cannot be reached."""
    queue = Queue(queue_of(job), connection=redis.client, default_timeout=JOB_TIMEOUT_S)
    queue.enqueue(job, *ids, retry=RETRY, result_ttl=60, failure_ttl=86400)


def hint(channel: str, data: str) -> None:
    """Tell open screens that something changed, after the commit. They refetch; a lost hint is harmless."""
    after_commit(lambda: _tell(channel, data))


class _Gathering:
    """Hints of a busy process, published together: each alone costs a round trip, and wakes every listener."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], None] = {}
        self._lock = threading.Lock()
        self._some = threading.Event()
        self.publishes = False

    def start(self) -> None:
        self.publishes = True
        threading.Thread(target=self._run, name="gathered hints", daemon=True).start()

    def add(self, channel: str, data: str) -> None:
        with self._lock:
            self._waiting[channel, data] = None
        self._some.set()

    def _run(self) -> None:
        while True:
            self._some.wait()
            time.sleep(GATHER_S)
            self._some.clear()
            with self._lock:
                hints, self._waiting = self._waiting, {}
            try:
                with redis.client.pipeline(transaction=False) as together:
                    for channel, data in hints:
                        together.publish(channel, data)
                    together.execute()
            except (RedisError, OSError) as error:
                log.warning("queue_unreachable", error=type(error).__name__)
                time.sleep(_PAUSE_S)


GATHER_S = 0.05
"""How long a hint waits for others; the same hint to the same page goes once."""
_gathering = _Gathering()


def gather_hints() -> None:
    """From now on publish this process's hints together, beside its work. For processes that never fork."""
    _gathering.start()


def _tell(channel: str, data: str) -> None:
    if _gathering.publishes:
        _gathering.add(channel, data)
    else:
        _publish(channel, data)


_PAUSE_S = 2.0
_silent_until = 0.0


def _publish(channel: str, data: str) -> None:
    """Publish, unless Redis has just failed: each failure may cost half a second, and every receipt,
    reply and text would wait that long. The streams see for themselves that no hints come."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        redis.client.publish(channel, data)
    except (RedisError, OSError):
        _silent_until = time.monotonic() + _PAUSE_S
        raise


def settings() -> Settings:
    """This application's Settings."""
    return cast(Settings, current_app.config["SETTINGS"])
