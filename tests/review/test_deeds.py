"""What is done with many conversations at once is done with those that were shown, and with no others."""

import random
import threading
from collections.abc import Callable, Sequence
from queue import Queue
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import AuditEvent
from p2ptext.background import transaction
from p2ptext.conversations import offering, rights
from p2ptext.conversations.models import Tag
from p2ptext.extensions import cursor, db
from p2ptext.review import deed_asking, deed_doing, deed_views, deeds, jobs, lost_jobs, record
from p2ptext.review.filters import Filter
from p2ptext.review.models import ReviewDeed
from p2ptext.rules.tree import Answer, Step
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.models import Conversation
from p2ptext.texting.stopping import stop
from tests import factories
from tests.browser.visiting import until
from tests.conversations.evening import Browsing, Evening, evening, hears
from tests.conversations.test_surveying import write_script
from tests.texting.test_races import at_once

STEPS = (Step("s1", "Will you vote?", (Answer("a1", "Yes", ("Great",)), Answer("a2", "No", ()))),)
STATE = """
SELECT t.id, t.state, t.closed_reason, t.waiting_since IS NOT NULL, t.person_id, t.offered_why,
  t.review_reason, r.suppressed_at IS NOT NULL, r.suppressed_reason,
  (SELECT array_agg(tag_id ORDER BY tag_id) FROM conversation_tag WHERE conversation_id = t.id),
  (SELECT array_agg(answer_key) FROM survey_answer WHERE contact_id = t.contact_id),
  EXISTS (SELECT 1 FROM pass_mark WHERE contact_id = t.contact_id)
FROM conversation t JOIN recipient r ON r.id = t.recipient_id ORDER BY t.id
"""


def states() -> dict[int, tuple[Any, ...]]:
    """Everything that a deed could change, of every conversation there is."""
    db.session.expire_all()
    return {row[0]: tuple(row[1:]) for row in db.session.execute(text(STATE))}


def run(sql: str, **values: Any) -> None:
    db.session.execute(text(sql), values)
    db.session.commit()


def tag(made: Evening, name: str = "Press") -> int:
    row = factories.add(Tag(organization_id=made.org_id, name=name))
    tag_id: int = row.id
    db.session.commit()
    return tag_id


def begin(olga: Browsing, deed: str, *ids: int, **wanted: str) -> str:
    """The page of a deed with these conversations, or with all that match."""
    which = {"which": "selected", "id": list(ids)} if ids else {"which": "all"}
    answer = olga.post("/review/deeds", script=False, deed=deed, **which, **wanted)
    assert answer.status_code == 303, answer.status
    place = str(answer.location)
    return place.removeprefix(f"/o/{olga.evening.org}")


def shown(olga: Browsing, place: str) -> dict[str, str]:
    """What the button of the page posts."""
    page = olga.get(place).get_data(as_text=True)
    found = {}
    for name in ("number", "stamp"):
        _, _, rest = page.partition(f'name="{name}" value="')
        found[name] = rest.partition('"')[0]
    return found


def do(olga: Browsing, place: str) -> str:
    """Press the button, and read what came of it."""
    olga.post(f"{place}/do", script=False, **shown(olga, place))
    page: str = olga.get(place).get_data(as_text=True)
    return page


def details(made: Evening, deed: str) -> dict[str, str]:
    return {
        "reassign": {"to": str(made.people["ben"]), "note": "Amy went home"},
        "tag": {"tag": "the tag"},
        "untag": {"tag": "the tag"},
        "answer": {"answer": "s1:a1"},
        "opt_out": {"reason": "asked at the door"},
    }.get(deed, {})


def ground(app: Flask) -> tuple[Evening, int]:
    """Twelve people in every state, of whom a filter means some; and the tag that some have."""
    made = evening(app, waiting=12)
    write_script(made.campaign, STEPS)
    pressed = tag(made)
    dice = random.Random(11)
    marks = (
        "UPDATE conversation SET waiting_since = NULL, state = 'closed', "
        "closed_reason = 'no_reply_needed' WHERE id = :id",
        "UPDATE conversation SET review_reason = 'maybe' WHERE id = :id",
        "UPDATE conversation SET crisis_reason = 'danger' WHERE id = :id",
        "UPDATE conversation SET person_id = :ben WHERE id = :id",
        "UPDATE contact SET replied_at = p2p_now() WHERE id = "
        "(SELECT contact_id FROM conversation WHERE id = :id)",
        "INSERT INTO conversation_tag VALUES (:id, :tag, :org, :ben)",
        "INSERT INTO pass_mark SELECT contact_id, organization_id, campaign_id, :ben FROM conversation "
        "WHERE id = :id",
    )
    columns = "(conversation_id, tag_id, organization_id, person_id)"
    for talk in made.talks[:10]:
        for statement in dice.sample(marks, 2):
            statement = statement.replace(
                "conversation_tag VALUES", f"conversation_tag {columns} VALUES"
            )
            db.session.execute(
                text(statement.replace("pass_mark SELECT", "pass_mark (contact_id, organization_id,"
                                       " campaign_id, person_id) SELECT")),
                {"id": talk, "ben": made.people["ben"], "tag": pressed, "org": made.org_id},
            )  # fmt: skip
    with transaction():
        stop(made.talk(made.talks[10]).recipient_id, "their own words", None)
    return made, pressed


def may(deed: str, before: tuple[Any, ...], made: Evening, pressed: int, replied: bool) -> bool:
    """The same in Python, of one conversation as it stands."""
    state, _, waits, owner, _, review, suppressed, _, tags, answers, marked = before
    told: dict[str, bool] = {
        "reassign": (state == "open" or waits) and owner != made.people["ben"],
        "tag": pressed not in (tags or []),
        "untag": pressed in (tags or []),
        "answer": "a1" not in (answers or []),
        "opt_out": not suppressed,
        "close": not review and not suppressed and (state == "open" or waits),
        "mark": not suppressed and not replied and not marked,
        "unmark": marked,
    }
    return told[deed]


@pytest.mark.parametrize("deed", [one for one in deeds._NOT_WITH if one != "list"] + ["reassign"])
def test_each_deed_changes_exactly_those_it_can_be_done_with(app: Flask, deed: str) -> None:
    made, pressed = ground(app)
    other = evening(app, waiting=3)
    olga = made.browser("olga")
    before = states()
    replied = set(
        db.session.scalars(
            text(
                "SELECT t.id FROM conversation t JOIN contact c ON c.id = t.contact_id "
                "WHERE c.replied_at IS NOT NULL"
            )
        )
    )
    danger = set(db.session.scalars(text("SELECT id FROM conversation WHERE crisis_reason IS NOT NULL")))
    expected = {
        talk
        for talk in made.talks
        if may(deed, before[talk], made, pressed, talk in replied)
        and not (deed == "close" and talk in danger)
    }
    assert expected
    place = begin(olga, deed, campaign=str(made.campaign))
    told = {name: str(pressed) if value == "the tag" else value
            for name, value in details(made, deed).items()}  # fmt: skip
    if told:
        assert olga.post(f"{place}/details", script=False, **told).status_code == 303
    assert states() == before
    assert shown(olga, place)["number"] == str(len(expected))
    do(olga, place)
    after = states()
    assert {talk for talk in after if after[talk] != before[talk]} == expected
    assert not expected.intersection(other.talks)
    row = db.session.query(ReviewDeed).one()
    assert (row.status, row.done, row.place) == ("done", len(expected), 12)
    assert sum(row.left_out.values()) == 12 - len(expected)
    event = db.session.query(AuditEvent).filter_by(action="conversations_changed").one()
    assert (event.person_id, sorted(event.detail["conversations"])) == (
        made.people["olga"],
        sorted(expected),
    )
    others = len(expected) - 1
    line = (
        f"{RECORDED[deed]}, with {others} {'other' if others == 1 else 'others'}"
        if others
        else RECORDED[deed]
    )
    told_in = {talk for talk in made.talks if line in said(made, talk)}
    assert told_in == expected


RECORDED = {
    "reassign": "Given to Ben Long",
    "tag": "Put the tag “Press” on",
    "untag": "Took the tag “Press” off",
    "answer": "Wrote down an answer",
    "opt_out": "Opted out",
    "close": "Closed: no reply needed",
    "mark": "Marked for the next pass",
    "unmark": "Took the mark for the next pass off",
}
"""What the record of each conversation says of it."""


def said(made: Evening, talk: int) -> list[str]:
    """The record of a conversation, without who and when."""
    return [one.what for one in record.deeds(made.org_id, talk)]


def test_the_record_knows_an_offer_and_a_tag_that_is_gone(app: Flask) -> None:
    made = evening(app, waiting=2)
    olga = made.browser("olga")
    for deed, told in (("tag", {"tag": str(tag(made))}), ("reassign", {"to": "anybody"})):
        place = begin(olga, deed, made.talks[0])
        olga.post(f"{place}/details", script=False, **told)
        do(olga, place)
    run("DELETE FROM conversation_tag")
    run("DELETE FROM tag")
    told_now = said(made, made.talks[0])
    assert "Put a tag on that is gone now" in told_now
    assert "Offered to whoever was on shift" in told_now
    assert len(told_now) == len(said(made, made.talks[1])) + 2


def test_what_is_over_is_forgotten_after_a_day(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    ended = begin(olga, "close", *made.talks[:2])
    do(olga, ended)
    undecided = begin(olga, "close", made.talks[2])
    assert lost_jobs.forget() == {"deeds_undecided": 0, "deeds_ended": 0}
    run("UPDATE review_deed SET asked_at = asked_at - interval '25 hours', finished_at = finished_at - "
        "interval '25 hours'")  # fmt: skip
    assert lost_jobs.forget() == {"deeds_undecided": 1, "deeds_ended": 1}
    assert olga.get(undecided).status_code == 404
    page = olga.get(ended).get_data(as_text=True)
    assert "2 conversations closed." in page
    assert "not looked at" not in page
    row = db.session.scalars(select(ReviewDeed)).one()
    assert (row.status, row.done, row.ids, row.inbound_ids) == ("done", 2, [], [])
    assert said(made, made.talks[0])[-1] == "Closed: no reply needed, with 1 other"
    assert lost_jobs.forget() == {"deeds_undecided": 0, "deeds_ended": 0}


def test_nothing_happens_before_the_number_was_seen(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    before = states()
    place = begin(olga, "reassign", *made.talks[:2])
    page = olga.get(place).get_data(as_text=True)
    assert "You ticked 2 conversations" in page
    assert "Who is this?" in page
    assert olga.post(f"{place}/details", script=False, to="").status_code == 422
    assert olga.post(f"{place}/do", script=False, number="2", stamp="made up").status_code == 303
    olga.post(f"{place}/details", script=False, to="anybody")
    assert "Offer 2 conversations to whoever is on shift?" in olga.get(place).get_data(as_text=True)
    assert states() == before
    assert "2 conversations offered to whoever is on shift." in do(olga, place)
    assert [made.talk(talk).offered_why for talk in made.talks] == ["organizer", "organizer", None]


def test_a_change_is_shown_before_anything_is_done(app: Flask) -> None:
    made = evening(app, waiting=3)
    olga = made.browser("olga")
    place = begin(olga, "close", status="waiting")
    seen = shown(olga, place)
    assert seen["number"] == "3"
    run("UPDATE conversation SET waiting_since = NULL WHERE id = :id", id=made.talks[0])
    before = states()
    page = olga.post(f"{place}/do", script=False, **seen)
    assert page.status_code == 303
    assert states() == before
    again = olga.get(place).get_data(as_text=True)
    assert "Nothing is done yet. Look at the new number first." in again
    assert "Close 2 conversations?" in again
    assert "They do not match what you looked for any more." in again
    assert "2 conversations closed." in do(olga, place)


def test_who_has_written_since_is_left_alone(app: Flask) -> None:
    """Nobody closes a text that nobody has read."""
    made = evening(app, waiting=25)
    olga = made.browser("olga")
    place = begin(olga, "close", status="waiting")
    seen = shown(olga, place)
    hears(made.talks[7], "Are you still there?")
    db.session.commit()
    olga.post(f"{place}/do", script=False, **seen)
    page = olga.get(place).get_data(as_text=True)
    assert "24 conversations closed." in page
    assert "They have written since you looked." in page
    assert made.talk(made.talks[7]).waiting_since is not None


def test_a_stop_in_between_stays(app: Flask) -> None:
    made = evening(app, waiting=4)
    write_script(made.campaign, STEPS)
    olga = made.browser("olga")
    person = made.talk(made.talks[1]).recipient_id
    places = {deed: begin(olga, deed, campaign=str(made.campaign)) for deed in ("close",)}
    seen = shown(olga, places["close"])
    with transaction():
        stop(person, "their own words", None)
    before = states()[made.talks[1]]
    olga.post(f"{places['close']}/do", script=False, **seen)
    do(olga, places["close"])
    assert states()[made.talks[1]] == before
    for deed, told in (("answer", {"answer": "s1:a1"}), ("reassign", {"to": str(made.people["ben"])})):
        place = begin(olga, deed, campaign=str(made.campaign))
        olga.post(f"{place}/details", script=False, **told)
        do(olga, place)
    assert states()[made.talks[1]][6:8] == (True, "their own words")


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
