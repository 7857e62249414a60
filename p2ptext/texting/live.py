"""Live hints to open pages: a Redis message says that something changed, the page refetches from the database.

One listener per process serves all its streams. Where Redis is down or silent the streams stay open and
have their pages refetch slowly.
"""

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterator

from redis.client import PubSub
from redis.exceptions import RedisError

from p2ptext.extensions import log, redis

PING_S = 4
"""Seconds between signs of life, at which the stream's right to be open is checked again."""
POLL_EVERY = 3
"""While no hints can come, every third sign of life is one of its own: refetch."""
RECONNECT_S = 2.0
BACKLOG = 100
GONE = "event: gone"
"""How the hint begins that somebody may not be here any more: their streams ask again at once."""

Mailbox = queue.Queue[str]


class Hub:
    """Passes the hints of one process's Redis subscription to the streams that asked for them."""

    def __init__(self) -> None:
        self._mailboxes: dict[str, set[Mailbox]] = defaultdict(set)
        self._lock = threading.Lock()
        self._listener: threading.Thread | None = None
        self.hears = False
        """Whether Redis has answered lately, so that silence means that nothing happened."""

    def open(self, *channels: str) -> Mailbox:
        """A mailbox that gets every hint for one of `channels` from now on."""
        mailbox: Mailbox = queue.Queue(BACKLOG)
        with self._lock:
            for channel in channels:
                self._mailboxes[channel].add(mailbox)
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="hints", daemon=True)
                self._listener.start()
        return mailbox

    def close(self, mailbox: Mailbox, *channels: str) -> None:
        with self._lock:
            for channel in channels:
                self._mailboxes[channel].discard(mailbox)
                if not self._mailboxes[channel]:
                    del self._mailboxes[channel]

    def _listen(self) -> None:
        wake = threading.Event()
        while True:
            try:
                with redis.client.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
                    subscription.psubscribe("hints:*")
                    self._hear(subscription)
            # ValueError, AttributeError: what the client raises when its connection is closed under a read
            except (RedisError, OSError, ValueError, AttributeError) as error:
                log.warning("hints_unreachable", error=type(error).__name__)
            self.hears = False
            wake.wait(RECONNECT_S)

    def _hear(self, subscription: PubSub) -> None:
        """Pass hints on until Redis leaves two questions in a row unanswered."""
        unanswered = 0
        while unanswered < 2:
            subscription.ping()
            unanswered += 1
            while message := subscription.get_message(timeout=PING_S):
                unanswered, self.hears = 0, True
                if message["type"] == "pmessage":
                    self._pass_on(message["channel"].decode(), message["data"].decode())

    def _pass_on(self, channel: str, hint: str) -> None:
        whole = f"{channel.rpartition(':')[0]}:*"
        with self._lock:
            mailboxes = {*self._mailboxes.get(channel, ()), *self._mailboxes.get(whole, ())}
        for mailbox in mailboxes:
            try:
                mailbox.put_nowait(hint)
            except queue.Full:
                continue  # the page has plenty to refetch for already


HUB = Hub()


def _event(hint: str) -> str:
    kind, _, data = hint.partition(" ")
    return f"event: {kind}\ndata: {data}\n\n"


def person_channel(organization_id: int, person_id: int) -> str:
    """Where one person's pages hear what concerns them."""
    return f"hints:{organization_id}:{person_id}"


def shift_channel(organization_id: int) -> str:
    """Where everybody on shift hears what anybody may take up."""
    return f"hints:{organization_id}:shift"


def everybody(organization_id: int) -> str:
    """Where a page hears of everything that happens in an organization, whomever it concerns; what is said
    here is said to such pages alone."""
    return f"hints:{organization_id}:*"


def organizers_channel(organization_id: int) -> str:
    """Where organizers hear of what waits for them alone: texts without a conversation, doubtful ones."""
    return f"hints:{organization_id}:unrouted"


def stream(*channels: str) -> Iterator[str | None]:
    """Hints for `channels` as server-sent events; None about every four seconds, when nothing came.

    The caller answers a None by checking that the stream may stay open.
    """
    mailbox = HUB.open(*channels)
    try:
        yield "retry: 3000\nevent: ping\ndata: open\n\n"
        deaf = 0
        while True:
            try:
                yield _event(mailbox.get(timeout=PING_S))
            except queue.Empty:
                yield None
                deaf = 0 if HUB.hears else deaf + 1
                if deaf and deaf % POLL_EVERY == 0:
                    yield _event("state")
    finally:
        HUB.close(mailbox, *channels)


def pulse(channel: str, pause_s: float) -> Iterator[str | None]:
    """Says "now" when anything was said for `channel`, at most once in `pause_s`; None as `stream` does.

    For pages on which everything may have changed: what it was does not matter, nor how often.
    """
    mailbox = HUB.open(channel)
    try:
        yield "retry: 3000\nevent: ping\ndata: open\n\n"
        deaf, heard, quiet_until = 0, False, time.monotonic()
        while True:
            left = quiet_until - time.monotonic()
            if heard and left <= 0:
                yield _event("now")
                heard, quiet_until = False, time.monotonic() + pause_s
                continue
            try:
                mailbox.get(timeout=left if heard else PING_S)
                heard = True
            except queue.Empty:
                if heard:
                    continue
                yield None
                deaf = 0 if HUB.hears else deaf + 1
                heard = deaf > 0 and deaf % POLL_EVERY == 0
    finally:
        HUB.close(mailbox, channel)
