"""Counting beside everything else: nothing is lost or counted twice, and no moment shows halves."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from p2ptext.audience import suppression
from p2ptext.background import transaction
from p2ptext.config import Settings
from p2ptext.counting import catching_up, charges, facts, reading, recounting
from p2ptext.extensions import db, quick_connection, redis
from p2ptext.sms.provider import OutboundText
from p2ptext.texting import sending
from tests import world
from tests.audience.test_interrupted import environment
from tests.counting import rows
from tests.counting.interrupted_counting import PLACES
from tests.counting.life import Life, begin_life
from tests.texting.scene import Scene, inbound, receipt, scene
from tests.texting.test_races import at_once, cards_of, clicker
from tests.waiting import PATIENCE_S, until, waiting_for_locks

PEOPLE = 40


def assert_equal(campaign_id: int, org_id: int) -> None:
    """What is counted is what the rows say, everything noted."""
    until(catching_up.catch_up)
    db.session.rollback()
    assert rows.flat(reading.of(campaign_id).dimensions) == rows.sums(campaign_id)
    assert charges.of(org_id, "network") == rows.charged(org_id, "network")


def clicks(made: Scene) -> Callable[[], object]:
    who, tokens = clicker(made), cards_of(made, PEOPLE)

    def act() -> None:
        for token, digest in tokens:
            with transaction():
                sending.send_first(who, made.campaign, token, digest, 0)

    return act


def dispatches(made: Scene, clicked: threading.Event) -> Callable[[], object]:
    def act() -> None:
        while not clicked.is_set() or db.session.scalar(text("SELECT EXISTS (SELECT 1 FROM outbox)")):
            made.dispatch()
            db.session.rollback()

    return act


def first_texts(made: Scene) -> list[OutboundText]:
    return [text for text in made.carrier.texts if text.text.startswith("Hi ")]


def hears(made: Scene) -> Callable[[], object]:
    """Receipts for what has left, and every third writes, every ninth STOP; each until it is taken, as a
    carrier does that is told to come again."""

    def told(tell: Callable[[], TestResponse]) -> None:
        until(lambda: tell().status_code == 200)

    def act() -> None:
        for place in range(PEOPLE):
            # Confirmations of STOP leave in between.
            sent = until(lambda place=place: first_texts(made)[place:])[0]
            state = ("delivered", "undeliverable")[place % 4 == 0]
            told(lambda sent=sent, state=state: receipt(made.app, sent, state))
            if place % 3 == 0:
                words = "STOP" if place % 9 == 0 else "Yes"
                told(lambda sent=sent, words=words: inbound(made.app, sent.to, words))

    return act


def stops(made: Scene) -> Callable[[], object]:
    """An organizer puts some who were texted on the do-not-text list, and lets them on again."""

    def act() -> None:
        for place in range(1, PEOPLE, 6):
            # Confirmations of STOP leave in between.
            sent = until(lambda place=place: first_texts(made)[place:])[0]
            for deed in (_suppress, _lift):
                with transaction():
                    deed(
                        db.session.scalar(
                            text("SELECT id FROM recipient WHERE phone = :phone"), {"phone": sent.to}
                        )
                    )

    return act


def _suppress(recipient: int) -> None:
    suppression.lock_recipient(recipient)
    suppression.suppress(recipient, "asked", None)


def _lift(recipient: int) -> None:
    suppression.lock_recipient(recipient)
    suppression.lift(recipient, "asked again", None)


def repeated(act: Callable[[], object], over: threading.Event) -> Callable[[], object]:
    def loop() -> int:
        times = 0
        while not over.is_set():
            act()
            db.session.rollback()
            times += 1
        return times

    return loop


def looks(made: Scene) -> Callable[[], object]:
    """At this very moment the sums are those of the facts, and the facts those of the rows but for what
    is noted."""

    def act() -> None:
        with quick_connection():
            assert facts.wrong_sums(made.campaign) == 0
        with quick_connection():
            assert facts.differing(made.campaign) == 0
        read = reading.of(made.campaign)
        total = asdict(read.total)
        assert read.not_texted >= 0
        assert total["replied_to_sent"] <= total["sent"]
        places = [total[place] for place in ("on_the_way", "sent", "unknown", "ended")]
        assert read.not_texted + sum(places) == PEOPLE

    return act


def folds(made: Scene) -> Callable[[], object]:
    """Whoever reads what texts cost never sees less than was there before, folded or not."""
    least = [0]

    def act() -> None:
        found = charges.of(made.org_id, "all")
        now = sum(one.segments for one in found)
        assert now >= least[0]
        least[0] = now
        charges.fold()

    return act


def test_counting_beside_clicks_receipts_replies_and_stops(committed_app: Flask) -> None:
    made = scene(committed_app, people=PEOPLE)
    db.session.remove()
    over, clicked = threading.Event(), threading.Event()

    def then(act: Callable[[], object], done: threading.Event) -> Callable[[], object]:
        def both() -> None:
            try:
                act()
            finally:
                done.set()

        return both

    beside = [
        repeated(lambda: catching_up.catch_up(3), over),
        repeated(lambda: catching_up.catch_up(5), over),
        repeated(looks(made), over),
        repeated(folds(made), over),
        repeated(lambda: list(recounting.recount([made.campaign])), over),
    ]
    work = [
        then(clicks(made), clicked),
        dispatches(made, clicked),
        then(hears(made), over),
        stops(made),
    ]
    done = at_once(committed_app, *work, *beside)
    assert not [one for one in done if isinstance(one, BaseException)], done
    assert all(isinstance(one, int) and one > 2 for one in done[len(work) :])
    assert_equal(made.campaign, made.org_id)
    total = reading.total(made.campaign)
    assert total.sent == PEOPLE
    assert total.failed == PEOPLE / 4
    assert total.opted_out == len(range(0, PEOPLE, 9))


@pytest.fixture
def life(committed_app: Flask) -> Iterator[Life]:
    made = begin_life(committed_app)
    assert catching_up.catch_up()
    for deed in ("click", "click", "click", "dispatch", "write", "survey"):
        made.do(deed, 0)
    yield made
    db.session.remove()


@pytest.mark.parametrize("place", PLACES)
def test_who_is_killed_while_counting_leaves_everything_to_be_counted(
    life: Life, settings: Settings, place: str
) -> None:
    noted = db.session.scalar(text("SELECT count(*) FROM changed_contact"))
    costs = charges.of(life.made.org_id, "all")
    db.session.remove()
    most = noted if place == "done but not committed" else 1000
    killed = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", "tests.counting.interrupted_counting", place, str(most)],
        env=environment(settings),
        cwd=Path(__file__).parents[2],
        check=False,
        timeout=200,
    )
    assert killed.returncode == -signal.SIGKILL
    if place != "folded":
        assert reading.total(life.made.campaign) == reading.Sums()
        assert db.session.scalar(text("SELECT count(*) FROM changed_contact")) == noted
    assert costs
    assert charges.of(life.made.org_id, "all") == costs
    db.session.rollback()
    assert_equal(life.made.campaign, life.made.org_id)
    charges.fold()
    assert charges.of(life.made.org_id, "all") == costs


def test_an_empty_queue_changes_nothing(life: Life) -> None:
    catching_up.catch_up()
    before = reading.of(life.made.campaign)
    redis.client.flushall()
    life.do("click", 0)
    assert_equal(life.made.campaign, life.made.org_id)
    after = reading.of(life.made.campaign)
    assert after.total.texts == before.total.texts + 1


def test_nobody_waits_for_whoever_counts(life: Life) -> None:
    """A page that finds another process counting shows what is counted, with its moment."""
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": catching_up.LOCK})
        first = reading.fresh()
        assert not catching_up.catch_up()
        assert reading.fresh() == first
        assert reading.total(life.made.campaign) == reading.Sums()
    assert reading.fresh() > first
    assert reading.total(life.made.campaign).texts == 3


def test_a_heap_of_changes_does_not_hold_up_a_page(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_AT_A_PAGE", 2)
    first = reading.stamp()
    assert reading.fresh() == first  # not everything up to now is counted
    assert reading.of(life.made.campaign).left_over > 0
    until(lambda: catching_up.keep_up()["counted"])
    assert reading.fresh() > first
    assert reading.of(life.made.campaign).left_over == 0


def test_an_answer_saved_while_the_goal_is_chosen_counts_for_it(committed_app: Flask) -> None:
    """Whoever chooses does not see it yet, and whoever counts it at once does not see the new goal."""
    made = begin_life(committed_app).made
    until(catching_up.catch_up)
    chosen, counted = threading.Event(), threading.Event()

    def choose() -> None:
        with committed_app.app_context(), transaction():
            db.session.execute(
                text("UPDATE campaign SET goal_step_key = 's1', goal_answer_key = 'a1' WHERE id = :id"),
                {"id": made.campaign},
            )
            chosen.set()
            assert counted.wait(PATIENCE_S)

    manager = threading.Thread(target=choose)
    with transaction():
        db.session.execute(
            text(
                """INSERT INTO survey_answer (contact_id, step_key, organization_id, campaign_id,
                     answer_key, script_version_id, person_id)
                   SELECT :contact, 's1', organization_id, id, 'a1', script_version_id, :person
                   FROM campaign WHERE id = :campaign"""
            ),
            {"contact": made.contacts[0], "campaign": made.campaign, "person": made.volunteer},
        )
        manager.start()
        until(lambda: chosen.is_set() or waiting_for_locks("UPDATE campaign"))
    until(catching_up.catch_up)
    counted.set()
    manager.join()
    assert_equal(made.campaign, made.org_id)
    assert reading.total(made.campaign).goal == 1


def test_a_page_inside_its_own_transaction_reads_too(app: Flask) -> None:
    life = begin_life(app)
    life.do("click", 0)
    with transaction():
        reading.fresh()
        assert reading.total(life.made.campaign).on_the_way == 1


def test_the_chores_and_the_sweep_count(app: Flask) -> None:
    made = begin_life(app).made
    db.session.commit()
    before = reading.fresh()
    world.first_text(
        db.session.get_one(world.Contact, made.contacts[0]),
        db.session.get_one(world.Campaign, made.campaign),
        db.session.get_one(world.Person, made.volunteer),
    )
    db.session.commit()
    said: Any = app.test_cli_runner().invoke(args=["sweep"])
    assert said.exit_code == 0, said.output
    assert reading.stamp() > before
    assert reading.total(made.campaign).delivered == 1
