"""Whatever is done in whatever order, every contact can be reached, is texted once, or ended with a reason.

Random walks over everything volunteers, people, managers, the carrier and time can do, on the real
database; after each step the whole state is checked.
"""

import os
import random
import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import Membership, Person
from p2ptext.audience import assigning, batching, handing_out, suppression
from p2ptext.audience.models import Contact
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.conversations import answering, closing, reply_tokens
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.sms import provider
from p2ptext.texting import (
    claiming,
    dispatching,
    outbox,
    pacing,
    screen,
    sending,
    sweeping,
)
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.dispatching import Ready
from p2ptext.texting.models import Conversation
from tests import factories
from tests.texting.scene import Scene, answer, begin, colleague, inbound, receipt, scene

PEOPLE = 4
ANSWERS: list[provider.SendResult] = [
    provider.NotSent("429"),
    provider.Unknown("dropped"),
    provider.Refused("invalid_number", 1170, "no such number"),
    provider.Refused("opted_out", 1240, "they said stop"),
    provider.Refused("account_problem", 1070, "no credit"),
]
WORDS = ["STOP", "START", "HELP", "Yes!", "Who is this?", "please leave me alone"]
# Contacts of a running or paused campaign that nobody can reach and nothing explains.
LOST = """
SELECT c.id, c.state, c.ended_reason, b.state, array_agg(m.state) FROM contact c
LEFT JOIN batch b ON b.id = c.batch_id LEFT JOIN message m ON m.contact_id = c.id AND m.kind = 'first'
GROUP BY c.id, b.id
HAVING NOT CASE c.state
  WHEN 'ready' THEN b.state IN ('open', 'leased')
    AND NOT coalesce(bool_or(m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')), false)
  WHEN 'texted'
    THEN count(*) FILTER (WHERE m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')) = 1
  ELSE c.ended_reason IS NOT NULL
    AND NOT coalesce(bool_or(m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')), false) END
"""
OTHERS = {
    "a text waits that is not queued, or is queued and waits nowhere": """
      SELECT m.id, m.state FROM message m LEFT JOIN outbox o ON o.message_id = m.id
      WHERE (m.state = 'queued') <> (o.message_id IS NOT NULL)""",
    "sending without an open attempt, or an open attempt elsewhere": """
      SELECT m.id, m.state FROM message m
      WHERE m.state = 'sending' AND NOT EXISTS
        (SELECT 1 FROM attempt t WHERE t.message_id = m.id AND t.outcome IS NULL)""",
    "an attempt began after an opt-out": """
      SELECT t.id FROM attempt t JOIN message m ON m.id = t.message_id JOIN recipient r ON r.id = m.recipient_id
      WHERE r.suppressed_at < t.started_at AND m.kind IN ('first', 'reply')""",
    "ready although opted out": """
      SELECT c.id FROM contact c JOIN recipient r ON r.id = c.recipient_id
      WHERE c.state = 'ready' AND r.suppressed_at IS NOT NULL""",
    "a batch in no hand, or in two": """
      SELECT id FROM batch WHERE (state = 'leased') <> (person_id IS NOT NULL)""",
    "a batch waits although it holds nobody": """
      SELECT b.id FROM batch b WHERE b.state = 'open'
        AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.batch_id = b.id AND c.state = 'ready')""",
    "a batch is kept for somebody, and with another or done": """
      SELECT id FROM batch WHERE reserved_for IS NOT NULL
        AND (state = 'done' OR coalesce(person_id, reserved_for) <> reserved_for)""",
    "two confirmations of one text": """
      SELECT answers_inbound_id FROM message WHERE answers_inbound_id IS NOT NULL
      GROUP BY 1 HAVING count(*) > 1""",
}


class Evening:
    """One campaign of four people in two batches, two volunteers, and everything that can happen."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.made = scene(self.app, people=2)
        self.other = colleague(self.made)
        self.phones = [self.made.phone(n) for n in range(2)] + ["+12165550180", "+12165550181"]
        campaign = db.session.get_one(Campaign, self.made.campaign)
        person = db.session.get_one(Person, self.made.volunteer)
        rows = factories.contacts(campaign, person, self.phones[2:])
        db.session.commit()
        self.made.contacts = [*self.made.contacts, *(row.id for row in rows)]
        self.shown: list[tuple[bool, dict[str, Any]]] = []
        self.sent: list[tuple[bool, int]] = []
        self.under_way: list[Ready] = []
        self.on_the_wire: list[Ready] = []

    def me(self, second: bool) -> Scene:
        return self.other if second else self.made

    def clicker(self, second: bool) -> Clicker:
        made = self.me(second)
        session = text("SELECT id FROM web_session WHERE person_id = :p")
        found = db.session.scalar(session, {"p": made.volunteer})
        return Clicker(made.org_id, made.volunteer, found or 0, "Amy", "127.0.0.1", "test")

    def take(self, second: bool) -> None:
        with transaction():
            handing_out.hand_out(self.made.campaign, self.me(second).volunteer)

    def look(self, second: bool) -> None:
        made = self.me(second)
        with transaction():
            deck = screen.deck(made.org_id, made.campaign, made.volunteer, "Amy")
        self.shown = (self.shown + [(second, card) for card in deck["cards"]])[-12:]

    def click(self, n: int) -> None:
        if not self.shown:
            return
        second, card = self.shown[n % len(self.shown)]
        try:
            with transaction():
                done = sending.send_first(
                    self.clicker(second), self.made.campaign, card["token"], card["hash"], 40
                )
        except (Refused, NotFound):  # the latter once they were suspended or removed
            return
        self.sent.append((second, done.message_id))

    def undo(self, n: int) -> None:
        if not self.sent:
            return
        second, message_id = self.sent[n % len(self.sent)]
        try:
            with transaction():
                outbox.undo(self.made.org_id, self.me(second).volunteer, message_id)
        except Refused:
            return

    def skip(self, n: int) -> None:
        if not self.shown:
            return
        second, card = self.shown[n % len(self.shown)]
        made = self.me(second)
        try:
            with transaction():
                screen.skip(made.org_id, made.campaign, made.volunteer, card["token"])
        except Refused:
            return

    def give_back(self, second: bool) -> None:
        made = self.me(second)
        with transaction():
            held = screen.held_batch(made.org_id, made.campaign, made.volunteer)
            if held is not None:
                batching.give_back(held, made.volunteer)

    def a_manager_gives(self, second: bool) -> None:
        with transaction():
            made = self.me(second)
            if self.status(second) == "active":
                assigning.give(made.campaign, made.org_id, made.volunteer, 1)

    def a_manager_takes_back(self, second: bool) -> None:
        made = self.me(second)
        with transaction():
            assigning.take_back(made.campaign, made.org_id, made.volunteer)

    def who_may_take(self, policy: str) -> None:
        with transaction():
            assigning.set_policy(self.made.campaign, self.made.org_id, policy)

    def status(self, second: bool) -> str | None:
        person = self.me(second).volunteer
        return db.session.scalars(select(Membership.status).filter_by(person_id=person)).one()

    def a_member_is(self, second: bool, status: str) -> None:
        db.session.execute(
            text("UPDATE membership SET status = :status WHERE person_id = :person"),
            {"status": status, "person": self.me(second).volunteer},
        )
        db.session.commit()

    def leases_run_out(self) -> None:
        db.session.execute(
            text("UPDATE batch SET leased_until = p2p_now() - interval '1 s' WHERE state = 'leased'")
        )
        db.session.commit()

    def sweep(self) -> None:
        sweeping.sweep()

    def due(self) -> None:
        self.made.let_due()

    def begin(self) -> None:
        db.session.execute(text("UPDATE pacing_bucket SET halted_until = NULL, permits = 25"))
        db.session.commit()
        with transaction():
            claimed = claiming.claim(1)
        for message_id in claimed:
            begun = begin([message_id])
            for forbidden in begun.forbidden:
                with transaction():
                    dispatching.turn_back(forbidden)
            self.under_way += begun.ready
            self.on_the_wire += begun.ready

    def carrier_answers(self, n: int, said: provider.SendResult | None) -> None:
        if not self.under_way:
            return
        ready = self.under_way.pop(n % len(self.under_way))
        if isinstance(said, provider.NotSent | provider.Refused):
            self.on_the_wire.remove(ready)  # the carrier did not take it
        answer(ready, said or provider.Accepted(str(uuid.uuid4())))

    def stood_still(self, n: int) -> None:
        if not self.under_way:
            return
        ready = self.under_way.pop(n % len(self.under_way))
        self.on_the_wire.remove(ready)
        answer(ready, None)

    def a_process_vanishes(self) -> None:
        self.under_way.clear()
        db.session.execute(
            text(
                "UPDATE attempt SET deadline_at = p2p_now() - interval '1 minute' WHERE outcome IS NULL"
            )
        )
        db.session.commit()

    def report(self, n: int, state: str) -> None:
        if self.on_the_wire:
            text_ = self.on_the_wire[n % len(self.on_the_wire)].text
            assert receipt(self.app, text_, state).status_code == 200

    def they_write(self, n: int, words: str) -> None:
        assert inbound(self.app, self.phones[n], words).status_code == 200

    def an_organizer_stops(self, n: int) -> None:
        recipient = db.session.get_one(Contact, self.made.contacts[n]).recipient_id
        with transaction():
            suppression.lock_recipient(recipient)
            suppression.suppress(recipient, "test", None)

    def answer(self, second: bool, how: str, n: int) -> None:
        made = self.me(second)
        talks = db.session.scalars(select(Conversation.id).filter_by(person_id=made.volunteer)).all()
        if not talks:
            return
        talk = talks[n % len(talks)]
        clicker = self.clicker(second)
        try:
            with transaction():
                if how == "reply":
                    now = db.session.scalar(text("SELECT p2p_now()"))
                    token = reply_tokens.shown(made.org_id, made.volunteer, talk, now)
                    reply = answering.Reply(token, "Thank you")
                    message_id = answering.send_reply(clicker, talk, reply).message_id
                    self.sent.append((second, message_id))
                else:
                    {"close": closing.close, "opt_out": closing.opt_out}[how](clicker, talk)
        except (Refused, NotFound):
            return

    def the_campaign(self, status: str) -> None:
        db.session.execute(text("UPDATE campaign SET status = :s"), {"s": status})
        db.session.commit()

    def the_hours(self, closed: bool) -> None:
        closes = "10:00" if closed else "20:00"
        db.session.execute(text("UPDATE campaign SET closes = :at"), {"at": closes})
        db.session.commit()

    def half_an_hour(self) -> None:
        db.session.execute(text("UPDATE message SET created_at = created_at - interval '31 minutes'"))
        db.session.commit()

    def nobody_is_lost(self) -> None:
        db.session.rollback()
        assert db.session.execute(text(LOST)).all() == []

    def nothing_else_is_wrong(self) -> None:
        for what, sql in OTHERS.items():
            found = db.session.execute(text(sql)).all()
            assert not found, f"{what}: {found}"

    def nobody_has_two_first_texts(self) -> None:
        firsts = [ready.text.to for ready in self.on_the_wire if "Hi Maria" in ready.text.text]
        assert len(firsts) == len(set(firsts))


# What may happen -> how often, and what it is told; n picks among whatever there is.
STEPS: dict[str, tuple[int, dict[str, list[Any]]]] = {
    "take": (10, {"second": [False, True]}),
    "look": (14, {"second": [False, True]}),
    "click": (24, {"n": list(range(12))}),
    "undo": (6, {"n": list(range(12))}),
    "skip": (3, {"n": list(range(12))}),
    "give_back": (5, {"second": [False, True]}),
    "a_manager_gives": (4, {"second": [False, True]}),
    "a_manager_takes_back": (2, {"second": [False, True]}),
    "who_may_take": (1, {"policy": ["anyone", "anyone", "given"]}),
    "a_member_is": (2, {"second": [False, True], "status": ["active", "active", "suspended"]}),
    "leases_run_out": (2, {}),
    "sweep": (4, {}),
    "due": (14, {}),
    "begin": (18, {}),
    "carrier_answers": (14, {"n": list(range(6)), "said": [None, None, *ANSWERS]}),
    "stood_still": (3, {"n": list(range(6))}),
    "a_process_vanishes": (1, {}),
    "report": (8, {"n": list(range(9)), "state": ["submitted", "delivered", "rejected"]}),
    "they_write": (5, {"n": list(range(PEOPLE)), "words": WORDS}),
    "an_organizer_stops": (1, {"n": list(range(PEOPLE))}),
    "answer": (6, {"second": [False, True], "how": ["close", "reply"], "n": list(range(PEOPLE))}),
    "the_campaign": (3, {"status": ["running", "running", "paused"]}),
    "the_hours": (2, {"closed": [False, False, True]}),
    "half_an_hour": (1, {}),
}


@pytest.mark.parametrize("seed", range(int(os.environ.get("EVENINGS", "40"))))
def test_a_random_evening(app: Flask, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(pacing, "wait_ms", lambda *_: 0)
    chance = random.Random(seed)
    evening = Evening(app)
    names = chance.choices(list(STEPS), [often for often, _ in STEPS.values()], k=60)
    for name in names:
        getattr(evening, name)(**{key: chance.choice(of) for key, of in STEPS[name][1].items()})
        evening.nobody_is_lost()
        evening.nothing_else_is_wrong()
        evening.nobody_has_two_first_texts()
