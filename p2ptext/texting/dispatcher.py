"""The dispatcher process: claims due messages, calls the carrier on many threads, writes down the answers.

Any number may run, on any number of machines; they share claims, permits and sweeps through PostgreSQL.
One thread claims and checks in groups, one writes down answers in groups, one does the chores; the
senders touch no database. So a message costs a share of a few statements and its one call.
"""

import contextlib
import os
import queue
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from types import FrameType

import psycopg
from flask import Flask
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)

from p2ptext.background import gather_hints, transaction
from p2ptext.extensions import db, log
from p2ptext.logs import place_of
from p2ptext.sms.provider import Provider
from p2ptext.texting import (
    claiming,
    dispatching,
    media_sweeping,
    sealing,
    settling,
    sweeping,
)
from p2ptext.texting.dispatching import Begun, Ready
from p2ptext.texting.settling import Ended

GROUP = 32
"""Messages begun in one transaction, so that it holds its recipients' rows for some milliseconds only."""
PAUSE_S = 0.03
"""Between two groups. A shorter pause makes smaller groups, and each costs the same statements."""
IDLE_PAUSE_S = 0.1
"""Between two looks while nothing is due."""
GATHER_S = 0.02
"""How long the first answer waits for others that are written down with it."""
AFTER_ERROR_S = 1.0
Chore = tuple[float, Callable[[], object]]
CHORES: Sequence[Chore] = (
    (10.0, sweeping.sweep),
    (10.0, sweeping.store_pieces),
    (60.0, sealing.seal),
    (60.0, sweeping.notice_timing),
    (60.0, sweeping.remind_of_shifts),
    (3600.0, sweeping.close_books),
    (3600.0, media_sweeping.remove_unused),
)
"""What is done besides, every so many seconds; many dispatchers do it in turn, or at once without harm."""

# The driver's own errors too: hand-written SQL meets a deadlock or a restart unwrapped.
DATABASE_ERRORS = (SQLAlchemyError, psycopg.Error, OSError)
# Trying again helps against none of these. ValueError: half a character, which is no text.
CANNOT_BE_STORED = (IntegrityError, psycopg.IntegrityError, DataError, psycopg.DataError, ValueError)
DATABASE_IS_AWAY = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    OSError,
)


class Dispatcher:
    """Runs until stopped; `stop` lets calls that have begun finish."""

    def __init__(
        self,
        app: Flask,
        provider: Provider,
        senders: int = 64,
        drain_s: float = 22.0,
        more: Sequence[Chore] = (),
    ) -> None:
        """`senders` threads call the carrier at once: rate x latency, with room to spare (200 a second x
        0.15 s = 30). After `stop`, calls have `drain_s` seconds to end in. `more` are chores of rooms
        that this one knows nothing of."""
        self._app = app
        self._provider = provider
        self._senders = senders
        self._drain_s = drain_s
        self._chores = (*CHORES, *more)
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = threading.Event()
        self._to_call: queue.SimpleQueue[Ready | None] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[Ended | uuid.UUID | None] = queue.SimpleQueue()
        self._calling = 0
        self._count = threading.Lock()
        self._held_up: list[int] = []
        self._never_called: list[uuid.UUID] = []

    def stop(self, *_: int | FrameType | None) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Claim and send until stopped, then wait for the calls under way."""
        senders = [self._thread(self._call_all, f"sender {n}") for n in range(self._senders)]
        writer = self._thread(self._write_all, "writer")
        chores = self._thread(self._do_chores, "chores")
        with self._app.app_context():
            while not self._stopping.is_set():
                try:
                    self._stopping.wait(PAUSE_S if self._hand_out() else IDLE_PAUSE_S)
                except Exception as error:
                    log.error(
                        "dispatcher_cannot_work", error=type(error).__name__, where=place_of(error)
                    )
                    self._stopping.wait(AFTER_ERROR_S)
            self._let_go()
        for _ in senders:
            self._to_call.put(None)
        over = time.monotonic() + self._drain_s
        for sender in senders:
            sender.join(max(0.0, over - time.monotonic()))
        self._ended.put(None)
        writer.join(max(2.0, over - time.monotonic()))
        chores.join(1.0)

    def _thread(self, work: Callable[[], None], name: str) -> threading.Thread:
        # A daemon: a call that never ends must not keep the process from ending. Its attempt becomes
        # unknown by the sweep.
        started = threading.Thread(target=work, name=name, daemon=True)
        started.start()
        return started

    def _hand_out(self) -> bool:
        """Claim no more than there are idle senders, check them, and hand on what may leave.

        False when nothing was due.
        """
        if self._never_called:
            with transaction():
                dispatching.abandon(self._never_called)
            self._never_called = []
        idle = min(self._senders - self._calling, GROUP)
        claimed: list[int] = []
        if idle > len(self._held_up):
            with transaction():
                claimed = claiming.claim(idle - len(self._held_up))
        waiting = list(dict.fromkeys(self._held_up + claimed))
        group, rest = waiting[:idle], waiting[idle:]
        if not group:
            return False
        self._held_up = waiting  # until they are begun: with the database away they are tried again
        begun = self._begin(group)
        # Whoever is locked for long must not take the places of others: the rest's claims run out.
        self._held_up = (begun.later + rest)[: GROUP // 2]
        with self._count:
            self._calling += len(begun.ready)
        for ready in begun.ready:
            self._to_call.put(ready)
        for message_id in begun.forbidden:
            with transaction():
                dispatching.turn_back(message_id)
        return True

    def _begin(self, group: list[int]) -> Begun:
        """Begin all of them, or each alone when one among them cannot be begun: it holds nobody else up."""
        tickets = [uuid.uuid4() for _ in group]
        try:
            with transaction():
                return dispatching.begin(group, self._name, tickets)
        except DATABASE_IS_AWAY:
            # A connection that is lost during COMMIT leaves open whether the attempts were committed.
            # They were not called, so they start over when the database is back.
            self._never_called = tickets
            raise
        except Exception as error:
            if len(group) == 1:
                log.error(
                    "dispatch_failed",
                    message=group[0],
                    error=type(error).__name__,
                    where=place_of(error),
                )
                return Begun()
        begun = Begun()
        for message_id in group:
            try:
                alone = self._begin([message_id])
            except DATABASE_IS_AWAY:
                # Nobody will call those that were begun before it.
                self._never_called += [ready.attempt_id for ready in begun.ready]
                raise
            begun.ready += alone.ready
            begun.forbidden += alone.forbidden
            begun.later += alone.later
        return begun

    def _let_go(self) -> None:
        """Whatever was claimed and not begun may be claimed by another dispatcher at once."""
        with contextlib.suppress(*DATABASE_ERRORS), transaction():
            claiming.let_go(self._held_up)
            dispatching.abandon(self._never_called)

    def _call_all(self) -> None:
        while (ready := self._to_call.get()) is not None:
            result = dispatching.call(self._provider, ready)
            with self._count:
                self._calling -= 1
            self._ended.put(
                ready.attempt_id if result is None else Ended(ready.attempt_id, ready.number_id, result)
            )

    def _write_all(self) -> None:
        """Write down how calls ended, together what ended together."""
        with self._app.app_context():
            over = False
            while not over:
                group = [self._ended.get()]
                time.sleep(GATHER_S)
                with contextlib.suppress(queue.Empty):
                    while len(group) < 2 * GROUP:
                        group.append(self._ended.get_nowait())
                over = None in group
                try:
                    self._write([one for one in group if isinstance(one, Ended)])
                    self._abandon([one for one in group if isinstance(one, uuid.UUID)])
                except Exception as error:
                    # The sweep makes these unknown; the answers after them still have to be written down.
                    log.error("answers_lost", error=type(error).__name__, where=place_of(error))

    def _write(self, ended: list[Ended]) -> None:
        plain = [one for one in ended if settling.is_plain(one.result)]
        if plain and not self._insist(lambda: settling.finish(plain)):
            # One of them cannot be written down, such as a second text under one id of the carrier's.
            for one in plain:
                self._insist(lambda one=one: settling.finish([one]))  # type: ignore[misc]
        for one in ended:
            if not settling.is_plain(one.result):
                self._insist(lambda one=one: settling.settle(one))  # type: ignore[misc]

    def _abandon(self, attempt_ids: list[uuid.UUID]) -> None:
        if attempt_ids:
            log.warning("dispatcher_stood_still", attempts=len(attempt_ids))
            self._insist(lambda: dispatching.abandon(attempt_ids))

    def _insist(self, write: Callable[[], None]) -> bool:
        """Write until the database takes it: an answer that is lost here leaves its text unknown for good.

        False when the database refuses this for what it says. Once stopping, it is tried a few times more.
        """
        tries = 0
        while True:
            try:
                with transaction():
                    write()
            except CANNOT_BE_STORED as error:
                log.error("answers_refused", error=type(error).__name__, where=place_of(error))
                return False
            except DATABASE_ERRORS as error:
                log.error("answers_cannot_be_written", error=type(error).__name__, where=place_of(error))
                tries += self._stopping.is_set()
                if tries > 3:
                    return True
                time.sleep(AFTER_ERROR_S)
            else:
                return True

    def _do_chores(self) -> None:
        """Do each chore when its time has come, in a thread of its own: some take seconds."""
        due = [0.0 for _ in self._chores]
        with self._app.app_context():
            while not self._stopping.wait(0.5):
                for place, (every, chore) in enumerate(self._chores):
                    if time.monotonic() < due[place]:
                        continue
                    due[place] = time.monotonic() + every
                    try:
                        chore()
                    except Exception as error:
                        log.error("chore_failed", chore=chore.__name__, error=type(error).__name__)


def run(app: Flask, provider: Provider, more: Sequence[Chore] = ()) -> None:
    """The process's main function: run until SIGTERM or SIGINT, then drain. `more` chores are done besides."""
    senders = app.config["SETTINGS"].dispatch_senders
    dispatcher = Dispatcher(app, provider, senders, app.config["SETTINGS"].send_timeout_s + 5, more)
    signal.signal(signal.SIGTERM, dispatcher.stop)
    signal.signal(signal.SIGINT, dispatcher.stop)
    gather_hints()
    log.info("dispatcher_started", senders=senders)
    dispatcher.run()
    with app.app_context():
        db.engine.dispose()
    log.info("dispatcher_stopped")
