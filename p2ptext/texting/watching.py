"""Whether open streams may stay open, asked for all of a process at once.

Four hundred open pages that each asked for themselves every four seconds cost a fifth of a core; asked
together they cost one small statement every two seconds.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from p2ptext.accounts.access import ABSOLUTE_D, IDLE_H
from p2ptext.connections import Statement
from p2ptext.extensions import quick

Viewer = tuple[str, int, str]
"""Who looks: the digest of their session's token in hexadecimal, their id, the organization's slug."""

# An open page keeps its person signed in, as every request does.
_ALLOWED = Statement(
    "may_watch",
    """WITH seen AS (
         SELECT a.place, s.id, s.last_seen_at < p2p_now() - interval '1 minute' AS is_long_ago
         FROM unnest($1::text[], $2::int[], $3::text[]) WITH ORDINALITY AS a (digest, person, slug, place)
         JOIN web_session s ON s.token_digest = decode(a.digest, 'hex') AND s.person_id = a.person
         JOIN person p ON p.id = s.person_id
         JOIN organization o ON o.slug = a.slug
         JOIN membership m ON m.organization_id = o.id AND m.person_id = p.id
         WHERE s.ended_at IS NULL AND p.disabled_at IS NULL AND m.status = 'active'
           AND s.last_seen_at > p2p_now() - make_interval(hours => $4)
           AND s.created_at > p2p_now() - make_interval(days => $5)
       ), noted AS (
         UPDATE web_session SET last_seen_at = p2p_now()
         WHERE id IN (SELECT id FROM seen WHERE is_long_ago)
       )
       SELECT coalesce(array_agg(place), '{}') FROM seen""",
)


class Watch:
    """The viewers of one process's streams."""

    def __init__(self) -> None:
        self._open: Counter[Viewer] = Counter()
        self._allowed: set[Viewer] = set()
        self._asked_at = 0.0
        self._asking = threading.Lock()

    @contextmanager
    def open(self, viewer: Viewer) -> Iterator[None]:
        """Count somebody who may look now as one who looks."""
        self._open[viewer] += 1
        self._allowed.add(viewer)
        try:
            yield
        finally:
            self._open[viewer] -= 1
            if not self._open[viewer]:
                del self._open[viewer]
                self._allowed.discard(viewer)

    def allows(self, viewer: Viewer, no_older_than_s: float) -> bool:
        """Whether they may still look, by an answer of the database that is no older than this.

        Raises the driver's errors.
        """
        if time.monotonic() - self._asked_at >= no_older_than_s and self._asking.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._asking.release()
        return viewer in self._allowed

    def _ask(self) -> None:
        asked_at, viewers = time.monotonic(), list(self._open)
        asked = frozenset(viewers)
        digests, people, slugs = zip(*viewers, strict=True) if viewers else ((), (), ())
        with quick.pool.connection() as connection:
            row = connection.run(
                _ALLOWED, (list(digests), list(people), list(slugs), IDLE_H, ABSOLUTE_D)
            )
        allowed = {viewers[place - 1] for place in (row[0] if row else ())}
        # Who came while the question was out has just been looked at.
        self._allowed = {viewer for viewer in self._open if viewer in allowed or viewer not in asked}
        self._asked_at = asked_at


WATCH = Watch()
