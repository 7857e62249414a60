"""While something is done with many conversations: whose work it is, who may, and what happens meanwhile."""

import threading
from collections.abc import Callable, Sequence
from queue import Queue

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.background import transaction
from p2ptext.conversations import offering, rights
from p2ptext.conversations.models import Tag
from p2ptext.extensions import cursor, db
from p2ptext.review import deed_asking, deed_doing, deed_views, jobs
from p2ptext.review.filters import Filter
from p2ptext.review.models import ReviewDeed
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.models import Conversation
from p2ptext.texting.stopping import stop
from tests.browser.visiting import until
from tests.conversations.evening import evening, hears
from tests.review.deeds_by_hand import begin, do, run, states, tag
from tests.texting.test_races import at_once


def test_many_are_a_workers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deed_views, "AT_ONCE", 1)
    monkeypatch.setattr(deed_doing, "PART", 2)
    made = evening(app, waiting=5)
    olga = made.browser("olga")
    place = begin(olga, "close", status="waiting")
    assert "It begins in a moment." in do(olga, place)
    deed_id = int(place.rpartition("/")[2])
    assert jobs._go_on(deed_id)
    told = olga.get(f"{place}/progress").get_json()
    assert told == {
        "percent": 40,
        "under_way": True,
        "words": "2 of 5 conversations are dealt with.",
    }
    olga.post(f"{place}/cancel", script=False)
    jobs.do_deed(deed_id)
    page = olga.get(place).get_data(as_text=True)
    assert "2 conversations closed." in page
    assert "3 conversations were not looked at any more." in page
    assert sum(made.talk(talk).state == "closed" for talk in made.talks) == 2


def test_a_second_run_changes_nothing(app: Flask) -> None:
    made = evening(app, waiting=2)
    olga = made.browser("olga")
    place = begin(olga, "close", status="waiting")
    do(olga, place)
    hears(made.talks[0], "One more thing")
    db.session.commit()
    before = states()
    jobs.do_deed(int(place.rpartition("/")[2]))
    olga.post(f"{place}/do", script=False, number="2", stamp="")
    assert states() == before


def test_whoever_may_not_any_more_does_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deed_views, "AT_ONCE", 0)
    made = evening(app, waiting=2)
    olga = made.browser("olga")
    place = begin(olga, "close", status="waiting")
    do(olga, place)
    run("UPDATE membership SET role = 'volunteer' WHERE person_id = :id", id=made.people["olga"])
    before = states()
    jobs.do_deed(int(place.rpartition("/")[2]))
    assert states() == before
    row = db.session.query(ReviewDeed).one()
    assert (row.status, row.fault) == ("failed", "Whoever asked for this may not do it any more.")


@pytest.mark.parametrize(
    ("who", "deed", "status"), [("amy", "close", 403), ("olga", "list", 403), ("olga", "no such", 303)]
)
def test_who_may_not_begin(app: Flask, who: str, deed: str, status: int) -> None:
    made = evening(app, waiting=1)
    answer = made.browser(who).post("/review/deeds", script=False, deed=deed, which="all")
    assert answer.status_code == status
    assert db.session.query(ReviewDeed).count() == 0


def test_each_conversation_is_meant_once_and_odd_ids_are_nobodys(app: Flask) -> None:
    made = evening(app, waiting=2)
    olga = made.browser("olga")
    begin(olga, "close", made.talks[0], made.talks[0], made.talks[1], int("9" * 30), made.talks[0])
    assert db.session.query(ReviewDeed).one().ids == made.talks[:2]
    huge = olga.post("/review/deeds", script=False, deed="close", which="selected", id=["9" * 5000])
    assert huge.status_code == 303
    assert huge.location.endswith("/review")


def test_whoever_asked_can_go_on_answering_meanwhile(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A press locks its person and then the conversation; a deed does it in the same order."""
    made = evening(committed_app, waiting=3)
    who = made.who("olga")
    deed_id = int(begin(made.browser("olga"), "close", *made.talks).rpartition("/")[2])
    has_locked = threading.Event()
    pressing: Queue[int] = Queue()
    lock = offering.lock

    def lock_and_wait_for_the_press(ids: Sequence[int]) -> None:
        lock(ids)
        has_locked.set()
        pid = pressing.get(timeout=20)
        waits = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"
        until(lambda: cursor().execute(waits, (pid,)).fetchone() != (0,))

    monkeypatch.setattr(offering, "lock", lock_and_wait_for_the_press)

    def does() -> int:
        with transaction():
            row = db.session.get_one(ReviewDeed, deed_id)
            deed_doing.do_part(row)
            return row.done

    def presses() -> bool:
        assert has_locked.wait(20)
        with transaction():
            (pid,) = cursor().execute("SELECT pg_backend_pid()").fetchone() or (0,)
            pressing.put(pid)
            rights.hold(who, made.talks[1])
        return True

    assert at_once(committed_app, does, presses) == [3, True]


def test_days_of_no_century_are_no_fault(app: Flask) -> None:
    made = evening(app, waiting=1)
    olga = made.browser("olga")
    for page in ("/review", "/review/count", f"/review/{made.talks[0]}"):
        for day in ("9999-12-31", "0001-01-01"):
            answer = olga.get(f"{page}?until={day}&since={day}")
            assert answer.status_code in (200, 302), page
    answer = olga.post("/review/deeds", script=False, deed="close", which="all", until="9999-12-31")
    assert answer.status_code == 303
    assert db.session.query(ReviewDeed).one().filter == {}
    for page in ("/review/groups?campaign=", "/review/groups/", "/review/deeds/"):
        assert olga.get(f"{page}{'9' * 30}").status_code == 404, page


def test_conversations_of_others_are_never_meant(app: Flask) -> None:
    made, other = evening(app, waiting=1), evening(app, waiting=2)
    place = begin(made.browser("olga"), "close", *made.talks, *other.talks)
    assert db.session.query(ReviewDeed).one().ids == made.talks
    assert other.browser("olga").get(place).status_code == 404


def test_two_organizers_at_the_same_conversations(committed_app: Flask) -> None:
    """Overlapping deeds and a STOP at once: each conversation ends as one of them left it, nothing is lost."""
    made = evening(committed_app, waiting=30)
    org_id, people, talks = made.org_id, dict(made.people), list(made.talks)
    pressed = tag(made)
    stopped = made.talk(talks[4]).recipient_id
    ids: list[int] = []
    for deed, told in (
        ("close", {}),
        ("reassign", {"to": people["ben"], "note": ""}),
        ("tag", {"tag": pressed}),
    ):
        with transaction():
            row = deed_asking.begin(org_id, people["olga"], deed, Filter(), talks)
            row.details, row.status = told, "waiting"
            db.session.flush()
            ids.append(row.id)
    db.session.remove()

    def one(deed_id: int) -> Callable[[], object]:
        return lambda: jobs.do_deed(deed_id)

    def stopping() -> None:
        with transaction():
            db.session.execute(
                text("SELECT 1 FROM recipient WHERE id = :id FOR NO KEY UPDATE"), {"id": stopped}
            )
            stop(stopped, "their own words", None)

    outcome = at_once(committed_app, *(one(deed_id) for deed_id in ids), one(ids[0]), stopping)
    assert not [found for found in outcome if isinstance(found, Exception)]
    for deed_id in ids:  # a second job may have found the first at it
        jobs.do_deed(deed_id)
    db.session.expire_all()
    rows = {row.deed: row for row in db.session.query(ReviewDeed)}
    assert {row.status for row in rows.values()} == {"done"}
    assert rows["tag"].done == 30
    after = states()
    assert after[talks[4]][6:8] == (True, "their own words")
    assert after[talks[4]][1] == "opted_out" or rows["close"].done == 30
    assert all(after[talk][0] == "closed" for talk in talks)
    moved = db.session.scalar(text("SELECT count(*) FROM handover"))
    assert moved == rows["reassign"].done == sum(row[3] == people["ben"] for row in after.values())
    assert db.session.query(Conversation).filter(Conversation.waiting_since.is_not(None)).count() == 0


def test_the_clicker_of_a_job_names_the_person_who_asked(app: Flask) -> None:
    made = evening(app, waiting=1)
    row = ReviewDeed(organization_id=made.org_id, asked_by=made.people["olga"], deed="close", details={})
    assert deed_doing.check_asker(row) == Clicker(made.org_id, made.people["olga"], 0, "Olga", "", "")


def test_a_tag_can_be_made_where_it_is_put_on(app: Flask) -> None:
    made = evening(app, waiting=2)
    olga = made.browser("olga")
    for name, words in (("  Needs   a ride ", "New tag"), ("needs a RIDE", "Or a new one")):
        run("DELETE FROM conversation_tag")
        place = begin(olga, "tag", made.talks[0])
        assert words in olga.get(place).get_data(as_text=True)
        assert olga.post(f"{place}/details", script=False, new_tag=name).status_code == 303
        page = do(olga, place)
        tag_id = db.session.scalars(select(Tag.id)).one()
        assert f"/review?tag={tag_id}" in page
    place = begin(olga, "tag", made.talks[0])
    assert olga.post(f"{place}/details", script=False, new_tag="x" * 31).status_code == 422
    assert olga.post(f"{place}/details", script=False, tag="", new_tag=" ").status_code == 422


def test_what_was_done_leads_on_and_nobody_is_no_question(app: Flask) -> None:
    made = evening(app, waiting=2)
    run("UPDATE membership SET role = 'manager' WHERE person_id = :id", id=made.people["olga"])
    olga = made.browser("olga")
    place = begin(olga, "reassign", made.talks[0])
    olga.post(f"{place}/details", script=False, to=str(made.people["ben"]))
    assert f"/review?volunteer={made.people['ben']}" in do(olga, place)
    run("UPDATE contact SET replied_at = NULL")
    assert f"/campaigns/{made.campaign}/passes" in do(olga, begin(olga, "mark", made.talks[1]))
    page = olga.get(begin(olga, "mark", made.talks[1])).get_data(as_text=True)
    assert "There is nobody to do this with" in page
    assert "of 0 conversations" not in page
    assert "sample-title" not in page
