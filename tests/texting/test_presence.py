"""Who is on shift, written down seldom and told right."""

import threading
from datetime import datetime

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.background import transaction
from p2ptext.extensions import db, redis
from p2ptext.texting import dispatcher, live, presence
from p2ptext.texting.presence import Signs, Who
from tests import factories
from tests.conversations.talking import do, reply, waiting_scene
from tests.texting.scene import Carrier, Scene, colleague, scene


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[set[Who], set[Who]]]:
    """What would be written: people, and those of them who did something."""
    calls: list[tuple[set[Who], set[Who]]] = []
    monkeypatch.setattr(presence, "write", lambda people, deeds: calls.append((people, deeds)))
    return calls


def test_four_hundred_open_pages_are_a_statement_every_two_seconds(
    written: list[tuple[set[Who], set[Who]]],
) -> None:
    clock = Clock()
    signs = Signs(clock)
    for tick in range(600):  # one minute, a sign of life from everybody every four seconds
        for person in range(tick % 40, 400, 40):
            signs.seen(1, person)
        clock.now += 0.1
    assert len(written) <= 60 / presence.TOGETHER_S + 1
    each = [person for people, _ in written for person in people]
    assert len(each) <= 3 * 400
    assert {person for _, person in each} == set(range(400))


def test_a_fast_hand_is_written_down_every_half_minute(
    written: list[tuple[set[Who], set[Who]]],
) -> None:
    clock = Clock()
    signs = Signs(clock)
    for _ in range(600):
        signs.did(1, 7)
        clock.now += 0.1
    assert written == [({(1, 7)}, {(1, 7)})] * 2


def test_a_deed_is_written_at_once_and_takes_waiting_signs_along(
    written: list[tuple[set[Who], set[Who]]],
) -> None:
    signs = Signs(Clock())
    signs.seen(1, 1)
    signs.seen(1, 2)
    signs.did(1, 3)
    assert written == [({(1, 1)}, set()), ({(1, 2), (1, 3)}, {(1, 3)})]


def test_who_cannot_be_written_down_may_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(people: set[Who], deeds: set[Who]) -> None:
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(presence, "write", broken)
    Signs(Clock()).did(1, 1)


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Nobody has been seen by this process yet."""
    presence.SIGNS.__init__()  # type: ignore[misc]
    return scene(app)


def row(made: Scene) -> tuple[datetime, datetime, datetime | None]:
    found = db.session.execute(
        text("SELECT began_at, seen_at, done_at FROM presence WHERE person_id = :id"),
        {"id": made.volunteer},
    ).one()
    return found[0], found[1], found[2]


def absent(made: Scene, minutes: int) -> None:
    db.session.execute(
        text(
            """UPDATE presence SET seen_at = seen_at - make_interval(mins => :m),
                 began_at = began_at - make_interval(mins => :m)"""
        ),
        {"m": minutes},
    )
    db.session.commit()


def test_looking_at_the_list_of_work_is_being_there(made: Scene) -> None:
    assert presence.on_shift(made.org_id) == 0
    assert made.browser.get(f"/o/{made.org}/texting").status_code == 200
    assert presence.on_shift(made.org_id) == 1
    assert presence.on_shift(made.org_id, but=made.volunteer) == 0
    assert db.session.scalar(text("SELECT count(*) FROM shift_minute")) == 1
    absent(made, 3)
    assert presence.on_shift(made.org_id) == 0


@pytest.mark.parametrize(
    ("address", "is_there"),
    [
        ("/replies", True),
        ("/waiting", True),
        ("/waiting?aside=1", False),
        ("/review", False),
        ("/inbox", False),
        ("/now", False),
    ],
)
def test_an_organizer_who_looks_after_the_evening_is_not_there_to_answer(
    made: Scene, app: Flask, address: str, is_there: bool
) -> None:
    organization = db.session.get_one(factories.Organization, made.org_id)
    browser = factories.client(app, factories.person(organization, "organizer"))
    db.session.commit()
    assert browser.get(f"/o/{made.org}{address}").status_code == 200
    assert presence.on_shift(made.org_id) == is_there


@pytest.mark.parametrize("aside", [False, True])
def test_a_stream_that_an_organizers_page_listens_to_is_no_sign(
    made: Scene, monkeypatch: pytest.MonkeyPatch, aside: bool
) -> None:
    monkeypatch.setattr(live, "stream", lambda *_: iter([None]))
    answer = made.browser.get(f"/o/{made.org}/live{'?aside=1' if aside else ''}")
    assert answer.get_data() == b": still here\n\n"
    assert presence.on_shift(made.org_id) == (not aside)


def test_a_click_by_the_short_way_is_being_there(made: Scene) -> None:
    assert made.send(made.deck()["cards"][0]).status_code == 202
    presence.SIGNS.__init__()  # type: ignore[misc]
    db.session.execute(text("DELETE FROM presence"))
    db.session.commit()
    assert made.send(made.deck()["cards"][1]).status_code == 202
    assert presence.on_shift(made.org_id) == 1


def test_a_page_left_open_does_not_bring_back_who_is_done_but_a_deed_does(made: Scene) -> None:
    who = {(made.org_id, made.volunteer)}
    presence.write(who, who)
    with transaction():
        presence.leave(made.org_id, made.volunteer)
    presence.write(who, set())
    assert presence.on_shift(made.org_id) == 0
    assert made.send(made.deck()["cards"][0]).status_code == 202
    assert presence.on_shift(made.org_id) == 1
    assert row(made)[2] is None


@pytest.mark.parametrize("of_itself", ["looking", "draft"])
def test_what_an_open_conversation_posts_of_itself_does_not_bring_back_who_is_done(
    app: Flask, of_itself: str
) -> None:
    presence.SIGNS.__init__()  # type: ignore[misc]
    made = waiting_scene(app)
    with transaction():
        presence.leave(made.org_id, made.volunteer)
    presence.SIGNS.__init__()  # type: ignore[misc]
    assert do(made, of_itself, text="Hello").status_code == 200
    assert presence.on_shift(made.org_id) == 0
    assert reply(made, "I am Amy.").status_code == 202
    assert presence.on_shift(made.org_id) == 1


def test_coming_back_after_a_while_begins_another_shift(made: Scene) -> None:
    who = {(made.org_id, made.volunteer)}
    presence.write(who, set())
    absent(made, presence.SHIFT_GAP_MIN - 2)
    began = row(made)[0]
    presence.write(who, set())
    assert row(made)[0] == began
    with transaction():
        presence.leave(made.org_id, made.volunteer)
    absent(made, presence.SHIFT_GAP_MIN + 1)
    presence.write(who, set())
    after = row(made)
    assert after[0] > began
    assert after[2] is None


def test_who_is_suspended_is_not_on_shift(made: Scene) -> None:
    presence.write({(made.org_id, made.volunteer)}, set())
    db.session.execute(text("UPDATE membership SET status = 'suspended'"))
    assert presence.on_shift(made.org_id) == 0


def test_who_looks_from_elsewhere_is_not_there(made: Scene) -> None:
    other = colleague(made, "organizer")
    assert other.browser.get(f"/o/{made.org}/inbox").status_code == 200
    assert presence.on_shift(made.org_id) == 0


def test_whoever_is_there_hears_of_offers_as_well_as_of_their_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HUB", live.Hub())
    monkeypatch.setattr(live, "PING_S", 0.05)
    channels = (live.person_channel(1, 7), live.shift_channel(1))
    stream = live.stream(*channels)
    heard: set[str | None] = set()
    wanted = {"event: state\ndata: \n\n", "event: offer\ndata: \n\n"}
    for _ in range(200):  # until the listener has subscribed
        redis.client.publish(channels[0], "state")
        redis.client.publish(channels[1], "offer")
        heard.add(next(stream))
        if wanted <= heard:
            break
    stream.close()
    assert wanted <= heard
    assert not live.HUB._mailboxes


def test_the_dispatcher_does_the_chores_of_other_rooms(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "CHORES", ())
    done = threading.Event()
    made = dispatcher.Dispatcher(app, Carrier(), more=((0.0, done.set),))
    worker = threading.Thread(target=made._do_chores, daemon=True)
    worker.start()
    assert done.wait(20)
    made.stop()
    worker.join(20)
    assert not worker.is_alive()
