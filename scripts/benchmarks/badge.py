"""How long it takes from somebody's text to the badge on a volunteer's screen."""

import http.client
import json
import select
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import text

from p2ptext import config
from p2ptext.extensions import db
from scripts.benchmarks import load, streams, talks
from scripts.benchmarks.ground import Ground, Volunteer
from scripts.benchmarks.measures import Row, cpu
from scripts.benchmarks.webhooks import webhook
from scripts.launcher.processes import Stack

PER_SECOND = 20
PATIENCE_S = 20.0
"""Whoever has not heard by then counts with this time."""


@dataclass
class Screens:
    """Open live streams, and the conversations each has been told of."""

    open: list[socket.socket]
    told: dict[int, threading.Event] = field(default_factory=dict)
    """Conversation -> set when its volunteer's stream names it."""
    ended: bool = False

    def listen(self) -> None:
        """Read every stream until `ended`."""
        heard = dict.fromkeys(self.open, b"")
        while not self.ended:
            for stream in select.select(list(heard), [], [], 0.1)[0]:
                heard[stream] += stream.recv(65536)
                *whole, heard[stream] = heard[stream].split(b"\n\n")
                for event in whole:
                    self._note(event)

    def _note(self, event: bytes) -> None:
        if b"event: reply" in event:
            number = event.rpartition(b"data: ")[2].split(b"\n")[0].strip()
            if number.isdigit() and int(number) in self.told:
                self.told[int(number)].set()


def badges(stack: Stack, ground: Ground, seconds: int) -> list[Row]:
    """Texts at a steady rate to volunteers who all have a screen open: from the carrier's request until
    the stream names the conversation and the count that the page then asks for holds it."""
    amount = PER_SECOND * seconds
    campaign_id = talks.lay(ground, max(amount, len(ground.volunteers)))
    settings = config.load(stack.settings)
    owners = {volunteer.id: volunteer for volunteer in ground.volunteers}
    screens = Screens([streams.open_stream(stack, ground, one) for one in ground.volunteers])
    listener = threading.Thread(target=screens.listen, daemon=True)
    talking = [
        (talk, phone, owners[person]) for talk, phone, person in _talks(ground, campaign_id, amount)
    ]
    with ThreadPoolExecutor(16) as pool:  # from earlier parts
        counts = pool.map(lambda one: _waiting(stack, ground, one), ground.volunteers)
        before = dict(zip(owners, counts, strict=True))
    screens.told |= {talk: threading.Event() for talk, _, _ in talking}
    listener.start()
    time.sleep(3)  # every stream has said that it is there
    usage, began = load.Usage(stack), time.perf_counter() + 0.2

    def one(place: int) -> float:
        talk, phone, volunteer = talking[place]
        due = began + place / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        _ask(stack, webhook(settings, "inbound", "", phone), "")
        # Each volunteer gets several; the count must hold this one too.
        wanted = before[volunteer.id] + 1 + place // len(owners)
        while time.perf_counter() - due < PATIENCE_S:
            told = screens.told[talk].wait(PATIENCE_S)
            if told and _waiting(stack, ground, volunteer) >= wanted:
                return time.perf_counter() - due
        return PATIENCE_S

    with ThreadPoolExecutor(32) as pool:
        took = sorted(1000 * each for each in pool.map(one, range(amount)))
    spent = usage.spent()
    screens.ended = True
    listener.join()
    for stream in screens.open:
        stream.close()
    late = sum(each >= 1000 * PATIENCE_S for each in took)
    return [
        Row(
            f"inbound text to badge, {len(owners)} open screens, {PER_SECOND} texts/s",
            f"p50 {took[len(took) // 2]:.0f} ms, p95 {took[int(0.95 * len(took))]:.0f} ms",
            "p95 2 s",
            f"{amount} texts, the slowest {took[-1]:.0f} ms, {late} not within {PATIENCE_S:.0f} s; "
            f"{cpu(spent, amount)}",
        )
    ]


def _talks(ground: Ground, campaign_id: int, amount: int) -> list[tuple[int, str, int]]:
    """Conversation, phone and volunteer, the volunteers in turn."""
    with ground.app.app_context():
        rows = db.session.execute(
            text(
                """SELECT t.id, r.phone, t.person_id FROM conversation t
                   JOIN recipient r ON r.id = t.recipient_id WHERE t.campaign_id = :campaign
                   ORDER BY row_number() OVER (PARTITION BY t.person_id ORDER BY t.id), t.person_id
                   LIMIT :most"""
            ),
            {"campaign": campaign_id, "most": amount},
        ).all()
    return [(int(talk), str(phone), int(person)) for talk, phone, person in rows]


def _waiting(stack: Stack, ground: Ground, volunteer: Volunteer) -> int:
    """What the page asks for when the stream says that something came."""
    answer = _ask(
        stack,
        load.Request(f"/o/{ground.slug}/waiting", b"", {"Cookie": volunteer.cookie}, method="GET"),
        "{}",
    )
    return int(json.loads(answer).get("waiting", 0))


def _ask(stack: Stack, request: load.Request, otherwise: str) -> str:
    """The body of one answer; `otherwise` where it is not a good one."""
    connection = http.client.HTTPConnection(stack.url.split("//")[1], timeout=30)
    connection.request(request.method, request.path, request.body, dict(request.headers))
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return body if answer.status == 200 else otherwise
