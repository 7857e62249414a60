"""Live hints to open pages: a Redis message says that something changed, the page refetches from the database.

One listener per process serves all its streams. Where Redis is down the streams stay open and silent,
and the pages poll slowly.
"""

import queue
import threading
from collections import defaultdict
from collections.abc import Iterator

from redis.exceptions import RedisError

from p2ptext.extensions import log, redis

PING_S = 4
"""Seconds between signs of life, at which the stream's right to be open is checked again."""
RECONNECT_S = 2.0
BACKLOG = 100

Mailbox = queue.Queue[str]


class Hub:
    """Passes the hints of one process's Redis subscription to the streams that asked for them."""

    def __init__(self) -> None:
        self._mailboxes: dict[str, set[Mailbox]] = defaultdict(set)
        self._lock = threading.Lock()
        self._listener: threading.Thread | None = None

    def open(self, channel: str) -> Mailbox:
        """A mailbox that gets every hint for `channel` from now on."""
        mailbox: Mailbox = queue.Queue(BACKLOG)
        with self._lock:
            self._mailboxes[channel].add(mailbox)
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="hints", daemon=True)
                self._listener.start()
        return mailbox

    def close(self, channel: str, mailbox: Mailbox) -> None:
        with self._lock:
            self._mailboxes[channel].discard(mailbox)
            if not self._mailboxes[channel]:
                del self._mailboxes[channel]

    def _listen(self) -> None:
        wake = threading.Event()
        while True:
            try:
                with redis.patient.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
                    subscription.psubscribe("hints:*")
                    for message in subscription.listen():
                        self._pass_on(message["channel"].decode(), message["data"].decode())
            except (
                RedisError,
                OSError,
                ValueError,
            ) as error:  # ValueError: a connection closed under a read
                log.warning("hints_unreachable", error=type(error).__name__)
                wake.wait(RECONNECT_S)

    def _pass_on(self, channel: str, hint: str) -> None:
        with self._lock:
            mailboxes = list(self._mailboxes.get(channel, ()))
        for mailbox in mailboxes:
            try:
                mailbox.put_nowait(hint)
            except queue.Full:
                continue  # the page has plenty to refetch for already


HUB = Hub()


def stream(channel: str) -> Iterator[str | None]:
    """Hints for `channel` as server-sent events; None about every four seconds, when nothing came.

    The caller answers a None by checking that the stream may stay open.
    """
    mailbox = HUB.open(channel)
    try:
        yield "retry: 3000\nevent: ping\ndata: open\n\n"
        while True:
            try:
                kind, _, data = mailbox.get(timeout=PING_S).partition(" ")
                yield f"event: {kind}\ndata: {data}\n\n"
            except queue.Empty:
                yield None
    finally:
        HUB.close(channel, mailbox)
