"""A conversation changes hands once, by one of those who want it, and its history stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.conversations import answering, handover, offers, reply_tokens, rights
from p2ptext.conversations.answering import Reply
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from tests.conversations.evening import Evening, evening, hears, suspend


def offered(app: Flask, waiting: int = 1, **values: object) -> Evening:
    made = evening(app, waiting, **values)  # type: ignore[arg-type]
    made.minutes_pass(30)
    made.tend()
    return made


def test_who_takes_over_owns_it_and_who_had_it_may_read_it(app: Flask) -> None:
    made = offered(app)
    (talk_id,) = made.talks
    with transaction():
        assert handover.take(made.who("ben"), talk_id) == talk_id
    talk = made.talk(talk_id)
    assert (talk.person_id, talk.offered_at, talk.offered_why) == (made.people["ben"], None, None)
    (change,) = handover.history(talk_id)
    assert (change.from_id, change.to_id, change.why) == (
        made.people["amy"],
        made.people["ben"],
        "waited",
    )
    assert change.words == "Ben took over from Amy: the reply had waited longer than promised."
    assert rights.find(made.org_id, made.people["amy"], talk_id).had_it
    with pytest.raises(Refused, match="Ben answers Maria0 now"):
        rights.writing(made.who("amy"), talk_id)
    with pytest.raises(NotFound):
        rights.find(made.org_id, made.people["cleo"], talk_id)


def test_the_next_is_who_has_waited_longest(app: Flask) -> None:
    made = evening(app, waiting=3)
    db.session.execute(
        text(
            "UPDATE conversation SET waiting_since = waiting_since - interval '5 minutes' WHERE id = :id"
        ),
        {"id": made.talks[1]},
    )
    made.minutes_pass(30)
    made.tend()
    with transaction():
        assert handover.take(made.who("ben")) == made.talks[1]


def test_ones_own_offer_is_ended_and_not_handed_over(app: Flask) -> None:
    made = offered(app)
    with pytest.raises(Refused) as refused, transaction():
        handover.take(made.who("amy"))
    assert refused.value.code == "nothing_offered"
    with transaction():
        handover.take(made.who("amy"), made.talks[0])
    assert made.talk(made.talks[0]).offered_at is None
    assert handover.history(made.talks[0]) == []


def test_what_is_not_offered_cannot_be_taken(app: Flask) -> None:
    made = evening(app)
    with pytest.raises(Refused, match="Amy was faster"), transaction():
        handover.take(made.who("ben"), made.talks[0])
    assert made.talk(made.talks[0]).person_id == made.people["amy"]
    other = offered(app)
    with pytest.raises(NotFound), transaction():
        handover.take(made.who("ben"), other.talks[0])
    assert other.talk(other.talks[0]).person_id == other.people["amy"]


def test_what_somebody_passed_on_does_not_come_back_by_itself(app: Flask) -> None:
    made = evening(app)
    assert (
        made.browser("amy").post(f"/replies/{made.talks[0]}/pass-on", reason="abusive").status_code
        == 200
    )
    with transaction():
        handover.take(made.who("ben"))
    assert (
        made.browser("ben").post(f"/replies/{made.talks[0]}/pass-on", reason="language").status_code
        == 200
    )
    with pytest.raises(Refused), transaction():
        handover.take(made.who("amy"))
    with transaction():
        assert handover.take(made.who("cleo")) == made.talks[0]
    assert [(change.why, change.note) for change in handover.history(made.talks[0])] == [
        ("passed_on", "Passed on: abusive words."),
        ("passed_on", "Passed on: they write in a language I do not speak."),
    ]


def test_a_card_tells_enough_and_no_more(app: Flask) -> None:
    made = evening(app, fields={"first_name": "Maria", "last_name": "Lopez"}, first_name="Maria")
    hears(made.talks[0], "You fool", abusive=True)
    answer = made.browser("amy").post(
        f"/replies/{made.talks[0]}/pass-on", reason="abusive", note="She swears a lot"
    )
    assert answer.get_json()["next_id"] is None
    ((card,), total) = offers.offers(made.org_id, made.people["ben"])
    assert (total, card.to, card.why) == (1, "Maria", "Amy passed it on.")
    assert [(quote.theirs, quote.text) for quote in card.quotes] == [
        (False, "Hi Maria, this is Amy with Ohio Votes."),
        (True, "Who is this?"),
        (True, "You fool"),
    ]
    assert card.abusive
    assert card.notes == ["Passed on: abusive words. She swears a lot"]
    assert offers.offers(made.org_id, made.people["amy"]) == ([], 0)
    db.session.execute(text("UPDATE organization SET show_last_names = true"))
    assert offers.offers(made.org_id, made.people["ben"])[0][0].to == "Maria Lopez"


@pytest.mark.parametrize("why", ["waited", "left", "done", "organizer"])
def test_passing_on_what_is_offered_already_says_why_and_does_not_bring_it_back(
    app: Flask, why: str
) -> None:
    made = evening(app)
    db.session.execute(
        text("UPDATE conversation SET offered_at = p2p_now(), offered_why = :why"), {"why": why}
    )
    db.session.commit()
    answer = made.browser("amy").post(
        f"/replies/{made.talks[0]}/pass-on", reason="abusive", note="Threats"
    )
    assert (answer.status_code, answer.get_json()["next_id"]) == (200, None)
    assert made.talk(made.talks[0]).offered_why == "passed_on"
    ((card,), _) = offers.offers(made.org_id, made.people["ben"])
    assert card.notes == ["Passed on: abusive words. Threats"]
    with transaction():
        handover.take(made.who("ben"))
    assert handover.history(made.talks[0])[0].note == "Passed on: abusive words. Threats"


def test_passing_on_twice_changes_nothing_and_needs_somebody_who_waits(app: Flask) -> None:
    made = evening(app)
    amy, path = made.browser("amy"), f"/replies/{made.talks[0]}/pass-on"
    assert amy.post(path, reason="nonsense").status_code == 400
    for _ in range(2):
        assert amy.post(path, reason="other", note="Please").status_code == 200
    assert db.session.scalar(text("SELECT count(*) FROM note")) == 1
    assert made.browser("ben").post(path, reason="other").status_code == 404
    db.session.execute(
        text("UPDATE conversation SET waiting_since = NULL, offered_at = NULL, offered_why = NULL")
    )
    assert amy.post(path, reason="other").get_json()["code"] == "not_waiting"


def test_the_pages_of_taking(app: Flask) -> None:
    made = offered(app, waiting=2)
    ben = made.browser("ben")
    answer = ben.post("/replies/take", script=False)
    assert answer.location == f"/o/{made.org}/replies/{made.talks[0]}"
    assert (
        ben.post("/replies/take", conversation=made.talks[1]).get_json()["conversation"] == made.talks[1]
    )
    cleo = made.browser("cleo")
    late = cleo.post("/replies/take", conversation=made.talks[1])
    assert (late.status_code, late.get_json()["words"]) == (409, "Ben was faster and answers them now.")
    assert cleo.post("/replies/take", script=False).location == f"/o/{made.org}/replies"
    assert cleo.post("/replies/take", conversation="1; DROP").status_code == 404


def test_hand_overs_stay_as_they_are(app: Flask) -> None:
    made = offered(app)
    with transaction():
        handover.take(made.who("ben"))
    for statement in ("UPDATE handover SET why = 'left'", "DELETE FROM handover"):
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(statement))


@pytest.mark.parametrize("one_by_name", [False, True])
def test_of_many_who_want_it_one_gets_it(committed_app: Flask, one_by_name: bool) -> None:
    people = " ".join(f"v{n}" for n in range(8))
    made = evening(committed_app, waiting=5, names=f"amy {people}")
    suspend(made, "amy")
    made.tend()
    db.session.remove()
    start = Barrier(8)

    def want(name: str) -> int | str:
        with committed_app.app_context():
            who = made.who(name)
            start.wait(timeout=20)
            try:
                with transaction():
                    return handover.take(who, made.talks[0] if one_by_name else None)
            except Refused as refused:
                return refused.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(want, people.split()))
    taken = [talk for talk in got if isinstance(talk, int)]
    assert sorted(taken) == ([made.talks[0]] if one_by_name else sorted(made.talks))
    assert {talk for talk in got if isinstance(talk, str)} == (
        {"taken"} if one_by_name else {"nothing_offered"}
    )
    with transaction():
        rows = db.session.execute(
            text(
                """SELECT t.id, t.person_id, (SELECT count(*) FROM handover h WHERE h.conversation_id = t.id),
                     (SELECT min(h.to_id) FROM handover h WHERE h.conversation_id = t.id) FROM conversation t"""
            )
        ).all()
    for talk_id, owner, changes, to in rows:
        if talk_id in taken:
            assert (changes, to) == (1, owner)
            assert owner == made.people[people.split()[got.index(talk_id)]]


def test_an_answer_and_a_taking_at_the_same_moment_leave_one_of_both(committed_app: Flask) -> None:
    made = evening(committed_app, waiting=6)
    made.minutes_pass(30)
    made.tend()
    tokens = {
        talk: reply_tokens.shown(made.org_id, made.people["amy"], talk, now()) for talk in made.talks
    }
    db.session.execute(text("UPDATE campaign SET undo_s = 5"))
    db.session.commit()
    db.session.remove()

    def both(talk_id: int) -> set[str]:
        start = Barrier(2)

        def answer() -> str:
            with transaction():
                answering.send_reply(made.who("amy"), talk_id, Reply(tokens[talk_id], "Amy here."))
            return "answered"

        def take() -> str:
            with transaction():
                handover.take(made.who("ben"), talk_id)
            return "taken"

        def run(deed: Callable[[], str]) -> str:
            with committed_app.app_context():
                start.wait(timeout=20)
                try:
                    return deed()
                except Refused as refused:
                    return "not_free" if refused.code == "taken" else refused.code
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(2) as pool:
            return set(pool.map(run, (answer, take)))

    for talk_id in made.talks:
        came = both(talk_id)
        # A hand makes no six answers in a second, so some are refused for their pace.
        assert came in ({"answered", "not_free"}, {"handed_over", "taken"}, {"pace", "taken"}), came
        talk = made.talk(talk_id)
        texts = db.session.scalar(
            text("SELECT count(*) FROM message WHERE conversation_id = :id AND kind = 'reply'"),
            {"id": talk_id},
        )
        assert (texts, talk.person_id) in (
            (1, made.people["amy"]),
            (0, made.people["ben"]),
        ), came
        db.session.remove()
