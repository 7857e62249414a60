"""Connections to the database that cost little: statements of hot paths, and waiting beside other requests.

A round trip through the driver's cursor costs 55 microseconds of processor time, and 130 where
green threads wait in it (measured on two busy cores); through `run` it costs 20 in both. Every
statement that is not on a hot path goes through cursors as usual, which wait for less here too.
"""

import contextlib
import re
import select
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from gevent import get_hub
from gevent.monkey import is_module_patched
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import Ready, Wait

T = TypeVar("T")
# The numbers of the green threads' loop; those of poll differ for writing.
READ, WRITE = 1, 2
_IN, _OUT = 1, 4  # select.POLLIN and POLLOUT, which green threads take away
POLL = {
    READ: _IN,
    WRITE: _OUT,
    READ | WRITE: _IN | _OUT,
}
EVENTS = {Wait.R: READ, Wait.W: WRITE, Wait.RW: READ | WRITE}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with $1, $2 ..., prepared once on every connection under `name`.

    The server finds the types of its values by itself, so write casts where it cannot.
    """

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Named:
    """A statement whose values have names."""

    statement: Statement
    order: tuple[str, ...]


def named(name: str, sql: str) -> Named:
    """From SQL with %(name)s, as cursors take it; a name is one value, however often it stands there."""
    order: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[1] not in order:
            order.append(found[1])
        return f"${order.index(found[1]) + 1}"

    return Named(Statement(name, re.sub(r"%\((\w+)\)s", number, sql)), tuple(order))


class Connection(psycopg.Connection[Any]):
    """A psycopg connection that waits in the green threads' loop, where there is one."""

    prepares = False
    """Whether `run` prepares its statements. Not where sessions roll back: the driver then has the server
    forget everything that was prepared."""
    _green: dict[int, Any] | None = None
    _known: set[str]
    _adapter: Any = None
    """psycopg's Transformer, which turns values to text and back."""

    def wait(
        self, gen: Generator[Wait, Ready | int, T], interval: float = 0.1, timeout: float | None = None
    ) -> T:
        """Run the driver's generator to its end, waiting for the server whenever it asks to."""
        if timeout is not None or not is_module_patched("socket"):
            return super().wait(gen, interval, timeout)
        try:
            asked = next(gen)
            while True:
                self._wait_for(EVENTS[asked])
                asked = gen.send(Ready(asked))
        except StopIteration as end:
            result: T = end.value
            return result

    def _wait_for(self, events: int) -> None:
        """Let others run until the server has sent something or takes more.

        Never by asking for a result that is not there yet: the driver keeps the interpreter to itself
        meanwhile, and a thread that waited so for a lock would keep the one that holds it from giving
        it back.
        """
        if not is_module_patched("socket"):
            poll = select.poll()
            poll.register(self.pgconn.socket, POLL[events])
            poll.poll()
            return
        if self._green is None:
            loop, number = get_hub().loop, self.pgconn.socket
            self._green = {each: loop.io(number, each) for each in EVENTS.values()}
        get_hub().wait(self._green[events])

    def run(self, statement: Statement, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Run a prepared statement and return its first row, if any. Outside a transaction it is one.

        Raises the driver's errors.
        """
        result = self._run(statement, values)
        if result.ntuples == 0:
            return None
        row: tuple[Any, ...] = self._adapter.load_row(0, tuple)
        return row

    def run_named(self, asked: Named, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The same, with values and columns by their names."""
        result = self._run(asked.statement, [values[name] for name in asked.order])
        if result.ntuples == 0:
            return None
        columns = [(result.fname(place) or b"").decode() for place in range(result.nfields)]
        return dict(zip(columns, self._adapter.load_row(0, tuple), strict=True))

    def _run(self, statement: Statement, values: Sequence[Any]) -> PGresult:
        if self._adapter is None:
            self._adapter, self._known = Transformer(self), set()
        pgconn = self.pgconn
        sent = self._adapter.dump_sequence(values, [PyFormat.TEXT] * len(values))
        if self.prepares:
            name = self._prepare(statement)
            result = self._ask(lambda: pgconn.send_query_prepared(name, sent))
        else:
            result = self._ask(lambda: pgconn.send_query_params(statement.sql.encode(), sent))
        self._adapter.set_pgresult(result)
        return result

    def _prepare(self, statement: Statement) -> bytes:
        name = statement.name.encode()
        if statement.name not in self._known:
            self._ask(lambda: self.pgconn.send_prepare(name, statement.sql.encode()))
            self._known.add(statement.name)
        return name

    def _ask(self, send: Callable[[], None]) -> PGresult:
        pgconn = self.pgconn
        try:
            send()
            while pgconn.flush():
                self._wait_for(READ | WRITE)
            while pgconn.is_busy():
                self._wait_for(READ)
                pgconn.consume_input()
            answer = pgconn.get_result()
            while pgconn.get_result() is not None:
                pass
        except BaseException:
            # Half an exchange is on the wire: nobody can use this connection any more.
            self.close()
            raise
        if answer is None or answer.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise _error(answer)
        return answer

    def begin(self) -> None:
        """Begin a transaction, unless one has begun."""
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            self.run(_PLAIN[0])

    def is_alive(self) -> bool:
        """Whether the server has not ended this idle connection; costs no round trip."""
        try:
            # The first may read the server's last words, the second then finds the end.
            self.pgconn.consume_input()
            self.pgconn.consume_input()
        except psycopg.OperationalError:
            return False
        return not self.closed


def _error(answer: PGresult | None) -> psycopg.Error:
    """The driver's own error for what the server said."""
    if answer is None:
        return psycopg.OperationalError("the connection to the database is lost")
    said = answer.error_field(DiagnosticField.MESSAGE_PRIMARY) or answer.error_message or b""
    state = answer.error_field(DiagnosticField.SQLSTATE)
    kind = psycopg.errors.lookup(state.decode()) if state else psycopg.OperationalError
    return kind(said.decode("utf-8", "replace"))


class Pool:
    """A few connections for hot paths, the last one used first: its memory is warm."""

    def __init__(self, connect: Callable[[], Connection], most: int, patience_s: float) -> None:
        self._connect = connect
        self._patience_s = patience_s
        self._room = threading.BoundedSemaphore(most)
        self._free: list[Connection] = []
        self.pinned: Connection | None = None
        """Tests lend the connection whose transaction they roll back at their end."""

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection outside of any transaction. Raises OperationalError when none can be had in time."""
        if self.pinned is not None:
            yield self.pinned
            return
        if not self._room.acquire(timeout=self._patience_s):
            raise psycopg.OperationalError("all connections are in use")
        try:
            taken = self._take()
            try:
                yield taken
            finally:
                self._give_back(taken)
        finally:
            self._room.release()

    def _take(self) -> Connection:
        while self._free:
            with contextlib.suppress(IndexError):
                idle = self._free.pop()
                if idle.is_alive():
                    return idle
                idle.close()
        made = self._connect()
        made.prepares = True
        return made

    def _give_back(self, taken: Connection) -> None:
        if not taken.closed and taken.pgconn.transaction_status == TransactionStatus.IDLE:
            self._free.append(taken)
        else:
            taken.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection inside a transaction, which is committed at the end, or rolled back on an error."""
        with self.connection() as taken:
            begin, commit, undo = _NESTED if taken is self.pinned else _PLAIN
            taken.run(begin)
            try:
                yield taken
                taken.run(commit)
            except BaseException:
                if not taken.closed:
                    for statement in undo:
                        taken.run(statement)
                raise


_PLAIN = (
    Statement("begin", "BEGIN"),
    Statement("commit", "COMMIT"),
    (Statement("rollback", "ROLLBACK"),),
)
_NESTED = (
    Statement("savepoint", "SAVEPOINT quick"),
    Statement("release", "RELEASE SAVEPOINT quick"),
    (
        Statement("rollback_to", "ROLLBACK TO SAVEPOINT quick"),
        Statement("release", "RELEASE SAVEPOINT quick"),
    ),
)
