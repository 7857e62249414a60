"""The dispatcher process: claims due messages, hands them to sender threads, sweeps what crashes left.

Any number may run, on any number of machines; they share claims, permits and sweeps through PostgreSQL.
"""

import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import psycopg
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from p2ptext.background import transaction
from p2ptext.extensions import db, log
from p2ptext.logs import place_of
from p2ptext.sms.provider import Provider
from p2ptext.texting import claiming, dispatching, sweeping

SENDERS = 16
"""Threads that call the carrier: rate x latency, with room to spare (25 a second x 0.3 s = 8)."""
PAUSE_S = 0.05
SWEEP_EVERY_S = 10.0
AFTER_ERROR_S = 1.0


class Dispatcher:
    """Runs until stopped; `stop` lets calls that have begun finish."""

    def __init__(self, app: Flask, provider: Provider) -> None:
        self._app = app
        self._provider = provider
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = threading.Event()
        # Never claim more than there are idle threads: a claimed message that waits for a thread
        # has been checked by nobody, and holds its place for half a minute if this process dies.
        self._idle = threading.Semaphore(SENDERS)

    def stop(self, *_: int | FrameType | None) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Claim and send until stopped, then wait for the calls under way."""
        swept_at = 0.0
        with ThreadPoolExecutor(SENDERS, thread_name_prefix="sender") as senders:
            while not self._stopping.is_set():
                try:
                    if time.monotonic() - swept_at > SWEEP_EVERY_S:
                        swept_at = time.monotonic()
                        with self._app.app_context():
                            sweeping.sweep()
                    if not self._hand_out(senders):
                        self._stopping.wait(PAUSE_S)
                # The driver's own errors too: hand-written SQL meets a deadlock or a restart unwrapped.
                except (SQLAlchemyError, psycopg.Error, OSError) as error:
                    log.error("dispatcher_cannot_work", error=type(error).__name__)
                    self._stopping.wait(AFTER_ERROR_S)

    def _hand_out(self, senders: ThreadPoolExecutor) -> int:
        idle = 0
        while idle < SENDERS and self._idle.acquire(blocking=False):
            idle += 1
        claimed: list[int] = []
        try:
            if idle:
                with self._app.app_context(), transaction():
                    claimed = claiming.claim(idle)
        finally:
            for _ in range(idle - len(claimed)):
                self._idle.release()
        for message_id in claimed:
            senders.submit(self._send, message_id)
        return len(claimed)

    def _send(self, message_id: int) -> None:
        try:
            with self._app.app_context():
                dispatching.dispatch(self._provider, message_id, self._name)
        except Exception as error:
            # The claim runs out, or the sweep finds the open attempt; nothing is sent twice.
            log.error(
                "dispatch_failed", message=message_id, error=type(error).__name__, where=place_of(error)
            )
        finally:
            self._idle.release()


def run(app: Flask, provider: Provider) -> None:
    """The process's main function: run until SIGTERM or SIGINT, then drain."""
    dispatcher = Dispatcher(app, provider)
    signal.signal(signal.SIGTERM, dispatcher.stop)
    signal.signal(signal.SIGINT, dispatcher.stop)
    log.info("dispatcher_started", senders=SENDERS)
    dispatcher.run()
    with app.app_context():
        db.engine.dispose()
    log.info("dispatcher_stopped")
