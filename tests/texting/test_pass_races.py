"""Passes when things happen at once, are cut off in the middle, or come in any order at all."""

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from p2ptext.accounts.models import Person
from p2ptext.audience import cutting, handing_out
from p2ptext.audience.models import Batch, Contact
from p2ptext.audience.pass_models import Pass
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.config import Settings
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.sms.provider import NotSent, Unknown
from p2ptext.texting import outbox, pass_jobs, passes, sending
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.models import Message
from tests import world
from tests.audience.test_interrupted import environment
from tests.texting.interrupted_pass import PLACES
from tests.texting.passing import begin, grow_old, listed, take, where, write
from tests.texting.scene import Scene, inbound
from tests.texting.test_races import at_once, clicker

PEOPLE = 20
SECOND = "SELECT count(*) FROM attempt a JOIN message m ON m.id = a.message_id WHERE m.round = 2"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)


def first_texts(made: Scene) -> None:
    """Everybody got their first text two days ago."""
    campaign = db.session.get_one(Campaign, made.campaign)
    volunteer = db.session.get_one(Person, made.volunteer)
    for one in made.contacts:
        world.first_text(
            db.session.get_one(Contact, one), campaign, volunteer, created_at=now() - timedelta(days=2)
        )
    db.session.commit()


def second_round(app: Flask) -> tuple[Scene, list[dict[str, Any]]]:
    """Everybody waits for the second text, in the volunteer's hand; their cards."""
    made = listed(app, people=PEOPLE)
    first_texts(made)
    write(made)
    begin(made)
    take(made)
    cards = made.deck()["cards"]
    assert len(cards) == PEOPLE
    return made, cards


def click(made: Scene, who: Clicker, card: dict[str, Any]) -> Callable[[], int]:
    def action() -> int:
        with transaction():
            return sending.send_first(who, made.campaign, card["token"], card["hash"], 0).message_id

    return action


def dispatch_all(made: Scene) -> None:
    while db.session.scalar(text("SELECT count(*) FROM outbox")):
        db.session.execute(
            text("UPDATE pacing_bucket SET refilled_at = refilled_at - interval '1 hour'")
        )
        made.dispatch()


def test_an_answer_and_the_second_click_at_the_same_instant(committed_app: Flask) -> None:
    """Whichever comes first: nobody who has answered gets the second text."""
    made, cards = second_round(committed_app)
    who, phones = clicker(made), [made.phone(place) for place in range(PEOPLE)]
    db.session.remove()
    for card, phone in zip(cards, phones, strict=True):
        clicked, answered = at_once(
            committed_app, click(made, who, card), partial(inbound, committed_app, phone, "Yes, I am in")
        )
        assert getattr(answered, "status_code", answered) == 200
        assert isinstance(clicked, int) or getattr(clicked, "code", clicked) == "replied"
    dispatch_all(made)
    assert {where(made, place) for place in range(PEOPLE)} == {("texted", 1)}
    assert db.session.scalar(text(SECOND)) == 0
    assert db.session.scalar(select(func.count()).where(Contact.replied_at.is_not(None))) == PEOPLE


def test_an_answer_while_the_pass_is_prepared(committed_app: Flask) -> None:
    made = listed(committed_app, people=PEOPLE)
    first_texts(made)
    write(made)
    with transaction():
        _, _, row = passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)
        assert row is not None
        pass_id = row.id
    phones = [made.phone(place) for place in range(8)]
    db.session.remove()
    _, *answered = at_once(
        committed_app,
        partial(pass_jobs.cut_pass, pass_id),
        *[partial(inbound, committed_app, phone, "Yes") for phone in phones],
    )
    assert [getattr(one, "status_code", one) for one in answered] == [200] * 8
    assert [where(made, place) for place in range(8)] == [("texted", 1)] * 8
    assert {where(made, place) for place in range(8, PEOPLE)} == {("ready", 2)}


def test_a_list_brings_somebody_of_the_household_while_the_pass_is_prepared(
    committed_app: Flask,
) -> None:
    """One of the two would be in each of two hands: the one with the first text, who has it, waits."""
    made = listed(committed_app, people=2)
    first_texts(made)
    write(made)
    db.session.execute(text("UPDATE contact SET household = 'at home'"))
    db.session.execute(
        text("UPDATE contact SET state = 'ended' WHERE id = :id"), {"id": made.contacts[1]}
    )
    db.session.commit()
    with transaction():
        _, _, row = passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)
        assert row is not None
        pass_id = row.id
    db.session.remove()
    waits = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with db.engine.connect() as a_list, ThreadPoolExecutor(1) as worker:
        cutting.lock_batches_of(a_list.connection.cursor(), made.campaign)  # type: ignore[arg-type]
        a_list.execute(
            text("UPDATE contact SET state = 'ready' WHERE id = :id"), {"id": made.contacts[1]}
        )
        cut = worker.submit(at_once, committed_app, partial(pass_jobs.cut_pass, pass_id))
        while not a_list.scalar(waits):
            assert not cut.done()
        a_list.commit()
        assert cut.result() == [None]
    assert where(made, 0) == ("texted", 1)
    assert where(made, 1) == ("ready", 1)


def test_two_workers_with_the_same_pass(committed_app: Flask) -> None:
    made = listed(committed_app, people=PEOPLE, batch_size=5)
    first_texts(made)
    write(made)
    with transaction():
        _, _, row = passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)
        assert row is not None
        pass_id = row.id
    db.session.remove()
    cut = partial(pass_jobs.cut_pass, pass_id)
    assert at_once(committed_app, cut, cut, cut) == [None] * 3
    assert {where(made, place) for place in range(PEOPLE)} == {("ready", 2)}
    assert db.session.scalar(select(func.count()).where(Batch.pass_id == pass_id)) == PEOPLE / 5


def test_two_managers_start_the_same_pass(committed_app: Flask) -> None:
    made = listed(committed_app, people=3)
    first_texts(made)
    write(made)

    def start() -> bool:
        with transaction():
            return passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)[2] is not None

    db.session.remove()
    assert sorted(map(bool, at_once(committed_app, start, start))) == [False, True]
    assert db.session.scalar(select(func.count()).select_from(Pass)) == 1


def test_a_pass_is_stopped_while_volunteers_click(committed_app: Flask) -> None:
    """Each person ends with the second text or without it, and never in between."""
    made, cards = second_round(committed_app)
    who = clicker(made)
    pass_id = db.session.scalars(select(Pass.id)).one()

    def stop() -> int:
        with transaction():
            return passes.stop(pass_id, made.org_id, made.volunteer)[1]

    db.session.remove()
    clicks = [click(made, who, card) for card in cards[:7]]
    called_back, *clicked = at_once(committed_app, stop, *clicks)
    went = [one for one in clicked if isinstance(one, int)]
    assert all(isinstance(one, int) or getattr(one, "code", one) == "not_yours" for one in clicked)
    assert called_back == PEOPLE - len(went)
    states = [where(made, place) for place in range(PEOPLE)]
    assert states.count(("texted", 2)) == len(went)
    assert states.count(("texted", 1)) == PEOPLE - len(went)
    assert {batch.state for batch in db.session.scalars(select(Batch))} == {"done"}


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_killed_in_the_middle_of_a_pass(
    committed_app: Flask, settings: Settings, place: str
) -> None:
    """Nothing of it is visible, and the next run makes it whole."""
    made = listed(committed_app, people=PEOPLE, batch_size=5)
    first_texts(made)
    write(made)
    with transaction():
        _, _, row = passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)
        assert row is not None
        pass_id = row.id
    batches = db.session.scalar(select(func.count()).select_from(Batch))
    db.session.remove()
    killed = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", "tests.texting.interrupted_pass", str(pass_id), place],
        env=environment(settings),
        cwd=Path(__file__).parents[2],
        check=False,
        timeout=200,
    )
    assert killed.returncode == -signal.SIGKILL
    assert {where(made, one) for one in range(PEOPLE)} == {("texted", 1)}
    assert db.session.scalar(select(func.count()).select_from(Batch)) == batches
    assert db.session.get_one(Pass, pass_id).status == "waiting"
    db.session.remove()
    pass_jobs.cut_pass(pass_id)
    assert {where(made, one) for one in range(PEOPLE)} == {("ready", 2)}
    assert db.session.scalar(select(func.count()).where(Batch.pass_id == pass_id)) == PEOPLE / 5


# Anything in any order

STEPS = st.one_of(
    st.tuples(st.just("send"), st.integers(0, 3)),
    st.tuples(st.just("click"), st.integers(0, 3)),
    st.tuples(st.just("dispatch"), st.sampled_from(["accepted", "unknown", "not_sent"])),
    st.tuples(st.just("undo"), st.integers(0, 3)),
    st.tuples(st.just("answer"), st.integers(0, 3)),
    st.tuples(st.just("again"), st.integers(2, 4)),
    st.tuples(st.just("begin"), st.integers(2, 4)),
    st.tuples(st.just("cut"), st.just(0)),
    st.tuples(st.just("stop"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from([1, 20, 30, 80])),
)
LEFT = "m.state IN ('sending', 'accepted', 'submitted', 'delivered', 'no_receipt', 'unknown')"
TWICE = f"SELECT contact_id, round FROM message m WHERE {LEFT} GROUP BY 1, 2 HAVING count(*) > 1"
BEFORE = "e.contact_id = m.contact_id AND e.round = m.round - 1 AND e.state IN ('accepted', 'delivered')"
TOO_SOON = f"""
SELECT m.id FROM message m JOIN message e ON {BEFORE}
WHERE {LEFT} AND m.created_at < coalesce(e.accepted_at, e.created_at) + make_interval(days => :days)
"""
OUT_OF_TURN = f"""
SELECT m.id FROM message m
WHERE m.round > 1 AND {LEFT} AND NOT EXISTS (SELECT 1 FROM message e WHERE {BEFORE})
"""
AFTER_AN_ANSWER = f"""
SELECT m.id FROM message m JOIN contact c ON c.id = m.contact_id JOIN attempt a ON a.message_id = m.id
WHERE m.round > 1 AND {LEFT} AND a.started_at > c.replied_at
"""
MISPLACED = """
SELECT c.id FROM contact c LEFT JOIN batch b ON b.id = c.batch_id
  LEFT JOIN campaign_pass p ON p.id = b.pass_id
WHERE c.state = 'ready' AND (b.state = 'done' OR (c.round > 1 AND (p.status <> 'open' OR p.round <> c.round)))
"""


class Weeks:
    """A campaign of four people, and everything that can happen to it in some weeks."""

    def __init__(self, app: Flask, days: int) -> None:
        self.app, self.days = app, days
        self.made = listed(app, people=4, undo_s=5)
        for round_ in (2, 3, 4):
            write(self.made, f"Round {round_}, {{first_name}}. Reply STOP to opt out.", round_)
        first_texts(self.made)

    def click(self, n: int) -> None:
        """The volunteer has cards in hand, if there are any, and presses Send on one."""
        with transaction():
            handing_out.hand_out(self.made.campaign, self.made.volunteer)
        cards = self.made.deck()["cards"]
        if cards:
            self.made.send(cards[n % len(cards)])

    def send(self, n: int) -> None:
        self.click(n)
        self.dispatch("accepted")

    def again(self, round_: int) -> None:
        self.begin(round_)
        self.cut(0)

    def dispatch(self, how: str) -> None:
        answers = {"unknown": [Unknown("dropped")], "not_sent": [NotSent("429")]}
        self.made.carrier._answers = list(answers.get(how, []))
        db.session.execute(
            text("UPDATE pacing_bucket SET refilled_at = refilled_at - interval '1 hour'")
        )
        self.made.dispatch()

    def undo(self, n: int) -> None:
        queued = db.session.scalars(
            select(Message.id).filter_by(state="queued").order_by(Message.id)
        ).all()
        if queued:
            with transaction():
                outbox.undo(self.made.org_id, self.made.volunteer, queued[n % len(queued)])

    def answer(self, n: int) -> None:
        assert inbound(self.app, self.made.phone(n), "Yes, I am in").status_code == 200

    def begin(self, round_: int) -> None:
        try:
            with transaction():
                passes.start(
                    self.made.campaign, self.made.org_id, round_, self.days, self.made.volunteer
                )
        except (NotFound, Refused):
            db.session.rollback()

    def cut(self, _: int) -> None:
        for pass_id in db.session.scalars(select(Pass.id).order_by(Pass.id)).all():
            pass_jobs.cut_pass(pass_id)

    def stop(self, n: int) -> None:
        every = db.session.scalars(select(Pass.id).order_by(Pass.id)).all()
        if every:
            with transaction():
                passes.stop(every[n % len(every)], self.made.org_id, self.made.volunteer)

    def wait(self, hours: int) -> None:
        """Time passes, for decisions about passes as well."""
        grow_old(hours / 24)
        for column in ("texted_before", "created_at"):
            db.session.execute(
                text(f"UPDATE campaign_pass SET {column} = {column} - make_interval(hours => :h)"),
                {"h": hours},
            )
        for table, column in (("contact", "replied_at"), ("attempt", "started_at")):
            db.session.execute(
                text(f"UPDATE {table} SET {column} = {column} - make_interval(hours => :h)"),
                {"h": hours},
            )
        db.session.commit()


# An answer in the second round, a text undone, one that nobody knows of, a pass stopped; a third round.
FULL: list[tuple[str, Any]] = [
    ("send", 0), ("click", 0), ("undo", 0), ("answer", 3), ("click", 1), ("answer", 1),
    ("dispatch", "unknown"), ("again", 3), ("wait", 80), ("again", 3), ("send", 0), ("stop", 0),
    ("again", 2), ("send", 0), ("click", 0), ("stop", 3), ("undo", 0), ("again", 2), ("send", 0),
]  # fmt: skip
HASTE: list[tuple[str, Any]] = [*[("send", 0)] * 4, ("again", 3), ("send", 0)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(0, 3), steps=st.lists(STEPS, min_size=5, max_size=30))
@example(1, HASTE)
@example(0, FULL)
@example(1, FULL)
@example(3, FULL)
def test_nobody_gets_a_round_twice_or_too_soon_or_after_their_answer(
    app: Flask, days: int, steps: list[tuple[str, Any]]
) -> None:
    with world.undone():
        weeks = Weeks(app, days)
        for name, value in [("wait", 30), ("again", 2), *steps]:
            getattr(weeks, name)(value)
        for query in (TWICE, TOO_SOON, OUT_OF_TURN, AFTER_AN_ANSWER, MISPLACED):
            found = db.session.execute(text(query), {"days": days} if ":days" in query else {}).all()
            assert found == [], query
        per_contact = select(Contact.state, func.count()).group_by(Contact.state)
        assert sum(count for _, count in db.session.execute(per_contact)) == len(weeks.made.contacts)
