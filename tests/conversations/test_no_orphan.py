"""Whatever volunteers and organizers do, nobody who wrote is left waiting for somebody who is gone.

Random evenings, each the same whenever it is run: after every deed and one sweep, whoever waits is owned by
an active member or offered to all, and the written history leads to whoever owns the conversation.
"""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.audience.models import Batch
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.conversations import answering, handover, leaving, passing_on, reply_tokens
from p2ptext.conversations.answering import Reply
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.review import deed_asking, deeds, jobs
from p2ptext.review.filters import Filter
from p2ptext.texting import sweeping
from tests.conversations.evening import Evening, cards_of, evening, hears, suspend

VOLUNTEERS = ("amy", "ben", "cleo", "dee")
SECONDS_PASS = """SELECT set_config('p2ptext.clock_offset_s',
  (current_setting('p2ptext.clock_offset_s')::int + :seconds)::text, true)"""


class Walk:
    """One evening of deeds by chance."""

    def __init__(self, made: Evening, seed: int) -> None:
        self.made = made
        self.chance = random.Random(seed)
        self.done: Counter[str] = Counter()

    def anybody(self) -> str:
        return self.chance.choice(VOLUNTEERS)

    def any_talk(self) -> int:
        return self.chance.choice(self.made.talks)

    def owner_of(self, talk_id: int) -> str | None:
        owner = self.made.talk(talk_id).person_id
        return next((name for name in VOLUNTEERS if self.made.people[name] == owner), None)

    def write(self) -> None:
        hears(self.any_talk(), self.chance.choice(("Hello?", "Thanks!", "Where do I vote?")))
        db.session.commit()

    def answer(self) -> None:
        talk_id = self.any_talk()
        name = self.owner_of(talk_id)
        if name is None:
            return
        who = self.made.who(name)
        token = reply_tokens.shown(who.organization_id, who.person_id, talk_id, now())
        with transaction():
            answering.send_reply(who, talk_id, Reply(token, "We are glad to help."))

    def take(self) -> None:
        talk_id = self.chance.choice((None, self.any_talk()))
        with transaction():
            handover.take(self.made.who(self.anybody()), talk_id)

    def leave(self) -> None:
        with transaction():
            leaving.done(self.made.org_id, self.made.people[self.anybody()])

    def pass_on(self) -> None:
        talk_id = self.any_talk()
        with transaction():
            passing_on.pass_on(self.made.who(self.owner_of(talk_id) or "amy"), talk_id, "other")

    def suspend(self) -> None:
        suspend(self.made, self.anybody(), self.chance.choice(("suspended", "removed")))

    def resume(self) -> None:
        suspend(self.made, self.anybody(), "active")

    def move(self) -> None:
        owner = self.chance.choice((None, self.made.people[self.anybody()]))
        wanted = Filter(volunteer=owner, status=self.chance.choice(("waiting", "")))
        to = self.chance.choice((deeds.ANYBODY, str(self.made.people[self.anybody()])))
        db.session.commit()
        with transaction():
            row = deed_asking.begin(self.made.org_id, self.made.people["olga"], "reassign", wanted, None)
            deed_asking.say(row, {"to": to})
            number = len(deeds.standing(row).meant)
            deed_id, agreed = row.id, deed_asking.confirm(row, deed_asking.stamp(row, number), number)
        if agreed:
            jobs.do_deed(deed_id)

    def wait(self) -> None:
        self.made.come(self.anybody())
        self.made.minutes_pass(self.chance.choice((3, 15, 40)))

    def step(self) -> None:
        deeds: list[Callable[[], None]] = [
            self.write, self.write, self.answer, self.answer, self.take, self.take, self.leave,
            self.pass_on, self.suspend, self.resume, self.resume, self.move, self.wait,
        ]  # fmt: skip
        deed = self.chance.choice(deeds)
        # Nobody presses faster than a hand can.
        db.session.execute(text(SECONDS_PASS), {"seconds": 2})
        try:
            deed()
            self.done[deed.__name__] += 1
        except (NotFound, Refused):
            self.done[f"refused {deed.__name__}"] += 1
        self.made.tend()


ORPHANS = """
SELECT t.id FROM conversation t
WHERE t.organization_id = :org AND t.waiting_since IS NOT NULL AND t.offered_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM membership m WHERE m.organization_id = t.organization_id AND m.person_id = t.person_id
    AND m.status = 'active')
"""
OFFERED_TO_NO_END = """
SELECT id FROM conversation WHERE organization_id = :org AND offered_at IS NOT NULL AND waiting_since IS NULL
"""
BROKEN_HISTORIES = """
SELECT h.id FROM (
  SELECT id, conversation_id, from_id, to_id,
    lag(to_id) OVER w AS before, lead(id) OVER w AS after
  FROM handover WHERE organization_id = :org WINDOW w AS (PARTITION BY conversation_id ORDER BY id)
) AS h JOIN conversation t ON t.id = h.conversation_id
WHERE h.from_id = h.to_id OR h.before <> h.from_id OR (h.after IS NULL AND h.to_id <> t.person_id)
"""


@pytest.mark.parametrize("seed", range(8))
def test_nobody_is_left_waiting_for_somebody_who_is_gone(app: Flask, seed: int) -> None:
    made = evening(app, waiting=6, names=" ".join(VOLUNTEERS))
    walk = Walk(made, seed)
    for step in range(80):
        walk.step()
        for faults in (ORPHANS, OFFERED_TO_NO_END, BROKEN_HISTORIES):
            found = db.session.scalars(text(faults), {"org": made.org_id}).all()
            assert not found, (seed, step, walk.done)
    assert sum(walk.done.values()) == 80
    assert walk.done["answer"], walk.done
    assert walk.done["take"], walk.done
    assert walk.done["suspend"], walk.done


def test_cards_of_whoever_has_left_come_back_with_the_same_sweep(app: Flask) -> None:
    made = evening(app, waiting=1)
    cards_of(made, "amy", ["+17405550100"])
    suspend(made, "amy")
    assert sweeping.sweep()["leases"] == 1
    db.session.expire_all()
    assert [batch.person_id for batch in db.session.query(Batch).all()] == [None, None]
