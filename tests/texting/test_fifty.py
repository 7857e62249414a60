"""Fifty volunteers at once, on real threads and commits, watched at every instant: nobody is lost.

They ask, send, skip, undo, give back, vanish, are suspended and come back; managers give and take
batches; people opt out; the carrier cannot be reached. An observer asks all the while, in one
statement, where every contact is. At the end everybody who can be texted is.
"""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import TimeoutError

from p2ptext.audience import assigning, batching, handing_out, suppression
from p2ptext.audience.models import Contact
from p2ptext.background import settings, transaction
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.texting import outbox, pacing, screen, sending, sweeping
from p2ptext.texting.clicking import Clicker
from tests import factories
from tests.audience.hands import fill
from tests.texting.scene import OURS
from tests.texting.test_partition import LOST, OTHERS

SECONDS = 5.0
VOLUNTEERS = 50
HANDFUL = 60
BATCHES, SIZE = 80, 6

# Where every contact is, at one instant. The lists are whole if the places add up to them.
PLACES = """
SELECT CASE
    WHEN b.id IS NULL THEN 'in no batch'
    WHEN c.state = 'texted' THEN 'texted'
    WHEN c.state = 'ended' AND c.ended_reason IS NOT NULL THEN 'ended'
    WHEN c.state = 'ready' AND b.state = 'open' AND b.reserved_for IS NULL THEN 'open'
    WHEN c.state = 'ready' AND b.state = 'open' THEN 'given'
    WHEN c.state = 'ready' AND b.state = 'leased' AND b.person_id IS NOT NULL THEN 'in hand'
    ELSE 'lost: ' || c.state || ' in a batch that is ' || b.state END AS place, count(*)
FROM contact c LEFT JOIN batch b ON b.id = c.batch_id AND b.campaign_id = c.campaign_id GROUP BY 1
"""
GOOD = {"texted", "ended", "open", "given", "in hand"}
# Who lives together is in one batch, so never in two people's hands.
HOMES_IN_TWO_HANDS = """
SELECT c.campaign_id, c.household FROM contact c JOIN batch b ON b.id = c.batch_id AND b.state = 'leased'
WHERE c.household IS NOT NULL GROUP BY 1, 2 HAVING count(DISTINCT b.person_id) > 1
"""
HANDS_WITH_TWO = """
SELECT campaign_id, person_id FROM batch WHERE state = 'leased' GROUP BY 1, 2 HAVING count(*) > 1
"""


class PhoneBank:
    """One campaign, fifty clickers, and everything that can happen to their cards."""

    def __init__(self, app: Flask) -> None:
        org = factories.organization()
        owner = factories.person(org)
        campaign = factories.campaign(org, owner, from_=factories.number(org, OURS), undo_s=5)
        fill(campaign, BATCHES, SIZE)
        self.clickers = []
        for n in range(VOLUNTEERS):
            who = factories.person(org)
            factories.client(app, who)
            session = db.session.scalar(text("SELECT max(id) FROM web_session"))
            self.clickers.append(Clicker(org.id, who.id, session or 0, "Amy", "127.0.0.1", f"test {n}"))
        self.app, self.org_id, self.campaign_id = app, org.id, campaign.id
        db.session.commit()
        self.recipients = list(db.session.scalars(select(Contact.recipient_id)))
        db.session.commit()
        self.homes = self._homes()
        self.stopped: set[int] = set()
        self.over = threading.Event()

    def _homes(self) -> dict[str, int]:
        homes = select(Contact.household, func.min(Contact.batch_id)).group_by(Contact.household)
        return {str(home): batch for home, batch in db.session.execute(homes)}

    def cards(self, who: Clicker) -> list[dict[str, str]]:
        with transaction():
            deck = screen.deck(self.org_id, self.campaign_id, who.person_id, "Amy")
        return list(deck["cards"])

    def volunteer(self, who: Clicker, chance: random.Random) -> None:
        """Take a batch and work on it, in one way or another."""
        with transaction():
            handing_out.hand_out(self.campaign_id, who.person_id)
        for card in self.cards(who)[: chance.randint(0, SIZE)]:
            if self.over.is_set():
                return
            if chance.random() < 0.2:
                with transaction():
                    screen.skip(self.org_id, self.campaign_id, who.person_id, card["token"])
                continue
            with transaction():
                sent = sending.send_first(who, self.campaign_id, card["token"], card["hash"], 0)
            if chance.random() < 0.3:
                with transaction():
                    outbox.undo(self.org_id, who.person_id, sent.message_id)
        if chance.random() < 0.5:
            with transaction():
                held = screen.held_batch(self.org_id, self.campaign_id, who.person_id)
                if held is not None:
                    batching.give_back(held, who.person_id)

    def manager(self, chance: random.Random) -> None:
        """Give, take back, suspend somebody, let them in again, change the rule."""
        person = chance.choice(self.clickers).person_id
        deed = chance.choice(["give", "give", "take_back", "suspended", "active", "active", "policy"])
        with transaction():
            if deed == "give":
                assigning.give(self.campaign_id, self.org_id, person, chance.randint(1, 4))
            elif deed == "take_back":
                assigning.take_back(self.campaign_id, self.org_id, person)
            elif deed == "policy":
                policy = chance.choice(["anyone", "anyone", "given"])
                assigning.set_policy(self.campaign_id, self.org_id, policy)
            else:
                self.member(person, deed)

    def member(self, person: int, status: str) -> None:
        db.session.execute(
            text("UPDATE membership SET status = :status WHERE person_id = :person"),
            {"status": status, "person": person},
        )

    def people(self, chance: random.Random) -> None:
        """Somebody wants no more texts: a handful of the list, not all of it."""
        if len(self.stopped) == HANDFUL:
            self.time_passes(chance)
            return
        with transaction():
            recipient = chance.choice(self.recipients)
            suppression.lock_recipient(recipient)
            suppression.suppress(recipient, "their own words", None)
        self.stopped.add(recipient)

    def time_passes(self, chance: random.Random) -> None:
        """Some leases are over, and the sweep finds them; a text could not leave."""
        with transaction():
            db.session.execute(
                text(
                    "UPDATE batch SET leased_until = p2p_now() - interval '1 s' WHERE id IN (SELECT id FROM"
                    " batch WHERE state = 'leased' ORDER BY random() LIMIT 3 FOR UPDATE SKIP LOCKED)"
                )
            )
        sweeping.sweep()
        with transaction():
            rows = text("SELECT message_id FROM outbox ORDER BY random() LIMIT 1")
            waiting = db.session.scalar(rows)
            if waiting is not None and outbox.lock_recipient(waiting):
                still = text("SELECT 1 FROM message WHERE id = :id AND state = 'queued'")
                if db.session.scalar(still, {"id": waiting}):
                    outbox.take_out(waiting, "not_sent", "carrier_unreachable")

    def watch(self) -> list[int]:
        """Where everybody is, again and again, on a connection of its own, until enough was seen.
        How many were in hand each time."""
        seen: list[int] = []
        least = time.monotonic() + SECONDS
        url = make_url(settings().database_url).set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as sql:
            while not seen or not self.over.is_set():
                places = dict(sql.execute(PLACES).fetchall())
                assert set(places) <= GOOD, places
                assert sum(places.values()) == BATCHES * SIZE, places
                assert sql.execute(HOMES_IN_TWO_HANDS).fetchall() == []
                assert sql.execute(HANDS_WITH_TWO).fetchall() == []
                seen.append(places.get("in hand", 0))
                if time.monotonic() > least and len(seen) > 20 and max(seen) > 10 * SIZE:
                    self.over.set()
                assert time.monotonic() < least + 120, "hardly anybody took a batch"
        return seen


def test_fifty_volunteers_lose_nobody_at_any_instant(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "wait_ms", lambda *_: 0)
    bank = PhoneBank(committed_app)
    acts: list[Callable[[], object]] = [
        *(partial(bank.volunteer, who, random.Random(n)) for n, who in enumerate(bank.clickers)),
        *(partial(bank.manager, random.Random(n)) for n in (101, 102)),
        partial(bank.people, random.Random(103)),
        *(partial(bank.time_passes, random.Random(n)) for n in (104, 105)),
    ]
    with ThreadPoolExecutor(len(acts) + 1) as pool:
        watching = pool.submit(_watch, committed_app, bank)
        errors = list(pool.map(partial(_until_over, committed_app, bank.over), acts))
    watching.result()
    assert [error for found in errors for error in found] == []
    _finish(bank)


def _watch(app: Flask, bank: PhoneBank) -> None:
    try:
        with app.app_context():
            bank.watch()
    finally:
        bank.over.set()


def _until_over(app: Flask, over: threading.Event, act: Callable[[], object]) -> list[str]:
    """Errors that nobody should ever see. Fifty share twenty connections: a wait that was too long
    is a 503, after which they try again."""
    errors = []
    while not over.is_set():
        with app.app_context():
            try:
                act()
            except (Refused, NotFound, TimeoutError):
                db.session.rollback()
            except Exception as error:
                db.session.rollback()
                errors.append(f"{type(error).__name__}: {error}")
    return errors


def _finish(bank: PhoneBank) -> None:
    """Everybody comes to themselves, and one volunteer texts whoever is left."""
    with transaction():
        assigning.set_policy(bank.campaign_id, bank.org_id, "anyone")
        for who in bank.clickers:
            bank.member(who.person_id, "active")
            assigning.take_back(bank.campaign_id, bank.org_id, who.person_id)
    last = bank.clickers[0]
    for _ in range(2 * BATCHES):
        with transaction():
            if handing_out.hand_out(bank.campaign_id, last.person_id) is None:
                break
        for card in bank.cards(last):
            with transaction():
                sending.send_first(last, bank.campaign_id, card["token"], card["hash"], 0)
    bank.watch()
    left = db.session.scalars(select(Contact.id).where(Contact.state == "ready")).all()
    assert left == []
    assert db.session.scalars(text("SELECT id FROM batch WHERE state = 'open'")).all() == []
    assert handing_out.left_of(bank.campaign_id, last.person_id).nothing
    assert bank._homes() == bank.homes
    assert db.session.execute(text(LOST)).all() == []
    for what, sql in OTHERS.items():
        assert not db.session.execute(text(sql)).all(), what
