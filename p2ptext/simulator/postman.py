"""Brings the webhooks: signed as Vonage signs them, repeated as Vonage repeats them.

Repeats after 429, 5xx and connection errors, 5 s doubling to 15 min, for 24 h; any other refusal is
final. All of these times shrink with the simulator's speed.
Source: Vonage support, "How does Vonage retry webhooks".
"""

import hashlib
import heapq
import itertools
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import gevent
import jwt
import urllib3
from gevent.event import Event
from gevent.pool import Pool

from p2ptext.config import Settings
from p2ptext.simulator.faults import Faults
from p2ptext.simulator.people import Trick

FIRST_WAIT_S, LONGEST_WAIT_S, GIVE_UP_S = 5.0, 900.0, 86_400.0
FORGED_TRIES = 3
ANSWER_TIMEOUT_S = 15.0
AT_ONCE = 32

Kind = Literal["inbound", "status"]


@dataclass(slots=True)
class Letter:
    """One webhook on its way."""

    kind: Kind
    payload: dict[str, Any]
    trick: Trick = ""
    repeats: int = 0
    """Further copies to bring after the first was taken, byte for byte the same."""
    body: bytes = b""
    token: str = ""
    posted_at: str = ""
    tries: int = 0
    taken: int = 0
    """How often it was answered 2xx."""
    taken_at: str = ""
    """When it was answered 2xx for the first time."""
    given_up: bool = False
    first_try: float = 0.0
    tried: Event = field(default_factory=Event)


class Postman:
    """Letters wait in a heap by due time; a few dozen are carried at once."""

    def __init__(
        self,
        settings: Settings,
        webhook_url: str,
        speed: float,
        stamp: Callable[[], str],
        faults: Faults,
    ) -> None:
        self._settings = settings
        self._url = f"{webhook_url.rstrip('/')}/webhooks/vonage/"
        self._speed = speed
        self._stamp = stamp
        self._faults = faults
        self._heap: list[tuple[float, int, Letter]] = []
        self._number = itertools.count()
        self._wake = Event()
        self._pool = Pool(AT_ONCE)
        self._http = urllib3.PoolManager(maxsize=AT_ONCE, retries=False)
        self.outcomes: Counter[str] = Counter()
        self.letters: list[Letter] = []
        """Every letter there ever was, strangers' too."""

    @property
    def waiting(self) -> int:
        return len(self._heap) + len(self._pool)

    def post(self, letter: Letter, after_s: float = 0.0) -> None:
        """Bring the letter after so many human seconds."""
        due = time.monotonic() + after_s / self._speed
        if not letter.posted_at:
            letter.posted_at = self._stamp()
            self.letters.append(letter)
            if not letter.trick:
                due += self._befall(letter)
        heapq.heappush(self._heap, (due, next(self._number), letter))
        self._wake.set()

    def _befall(self, letter: Letter) -> float:
        """What goes wrong with a new letter on purpose; returns by how many seconds it is late."""
        if self._faults.strikes("double"):
            letter.repeats += 2
        if self._faults.strikes("unsigned"):
            self.post(_by_a_stranger(letter, "unsign"))
        if self._faults.strikes("forged"):
            self.post(_by_a_stranger(letter, "forge"))
        return self._faults.late_s() if self._faults.strikes("late") else 0.0

    def run(self) -> None:
        """Carry letters until the process ends."""
        while True:
            self._wake.clear()
            wait = self._heap[0][0] - time.monotonic() if self._heap else None
            if wait is None or wait > 0:
                self._wake.wait(wait)
                continue
            self._pool.spawn(self._carry, heapq.heappop(self._heap)[2])

    def _carry(self, letter: Letter) -> None:
        if not letter.body:
            self._seal(letter)
        letter.tries += 1
        status = self._deliver(letter)
        letter.tried.set()
        if 200 <= status < 300:
            self.outcomes["taken"] += 1
            letter.taken += 1
            letter.taken_at = letter.taken_at or self._stamp()
            if letter.repeats:
                letter.repeats -= 1
                self.post(letter, FIRST_WAIT_S)
            return
        self.outcomes[f"answered {status}" if status else "no answer"] += 1
        if status and status != 429 and status < 500:
            self._give_up(letter)
            return
        self._again(letter)

    def _give_up(self, letter: Letter) -> None:
        letter.given_up = True
        self.outcomes["given up"] += 1

    def _again(self, letter: Letter) -> None:
        age_s = (time.monotonic() - letter.first_try) * self._speed
        by_a_stranger = letter.trick in {"forge", "unsign"}
        if age_s > GIVE_UP_S or (by_a_stranger and letter.tries >= FORGED_TRIES):
            self._give_up(letter)
            return
        self.post(letter, min(FIRST_WAIT_S * 2 ** (letter.tries - 1), LONGEST_WAIT_S))

    def _deliver(self, letter: Letter) -> int:
        try:
            answer = self._http.request(
                "POST",
                self._url + letter.kind,
                body=letter.body,
                headers={"Content-Type": "application/json"} | _authorization(letter),
                timeout=ANSWER_TIMEOUT_S,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError:
            return 0
        return int(answer.status)

    def _seal(self, letter: Letter) -> None:
        """Stamp and sign at the first try; later tries carry the same bytes and token."""
        letter.first_try = time.monotonic()
        letter.payload.setdefault("timestamp", self._stamp())
        letter.body = json.dumps(letter.payload, ensure_ascii=False).encode()
        secret = self._settings.vonage_signature_secret
        letter.token = jwt.encode(
            {
                "iat": int(time.time()),
                "jti": str(uuid.uuid4()),
                "iss": "Vonage",
                "payload_hash": hashlib.sha256(letter.body).hexdigest(),
                "api_key": self._settings.vonage_api_key,
                "application_id": self._settings.vonage_application_id,
            },
            secret[::-1] + "forged" if letter.trick == "forge" else secret,
            algorithm="HS256",
        )
        if letter.trick == "change":
            letter.body = json.dumps(letter.payload | {"text": "No"}, ensure_ascii=False).encode()
        if letter.trick == "replay":
            letter.repeats += 2


def _authorization(letter: Letter) -> dict[str, str]:
    return {} if letter.trick == "unsign" else {"Authorization": f"Bearer {letter.token}"}


def _by_a_stranger(letter: Letter, trick: Trick) -> Letter:
    """A request to stop that nobody wrote, in the name of the person whom the true letter is about."""
    person, ours = ("from", "to") if letter.kind == "inbound" else ("to", "from")
    payload = {
        "channel": "sms",
        "message_uuid": str(uuid.uuid4()),
        "from": letter.payload.get("msisdn") or letter.payload[person],
        "to": letter.payload[ours],
        "message_type": "text",
        "text": "STOP",
    }
    return Letter("inbound", payload, trick=trick)


def start(postman: Postman) -> None:
    """Let the postman work beside the server."""
    gevent.spawn(postman.run)
