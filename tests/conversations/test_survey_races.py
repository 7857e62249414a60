"""Many taps on the answers of one conversation at the same instant: the history stays one chain."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select, text

from p2ptext.background import transaction
from p2ptext.conversations import surveying
from p2ptext.conversations.models import SurveyAnswer, SurveyChange
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.texting.clicking import Clicker
from tests.conversations.talking import clicker, organizer, talk, waiting_scene
from tests.conversations.test_surveying import STEPS, write_script
from tests.texting.scene import colleague
from tests.texting.test_races import at_once

TIMES = 10


def tapping(who: Clicker, talk_id: int, step: str, answer: str | None) -> Callable[[], object]:
    def tap() -> object:
        with transaction():
            return surveying.answer(who, talk_id, step, answer)

    return tap


def test_the_same_tap_twice_is_one_change(committed_app: Flask) -> None:
    made = waiting_scene(committed_app)
    write_script(made.campaign, STEPS)
    who, talk_id = clicker(made), talk(made).id
    for n in range(TIMES):
        tap = tapping(who, talk_id, "s1", f"a{n % 3 + 1}")
        assert not [one for one in at_once(committed_app, tap, tap, tap) if isinstance(one, Exception)]
    changes = db.session.scalars(select(SurveyChange).order_by(SurveyChange.id)).all()
    assert [one.answer_key for one in changes] == [f"a{n % 3 + 1}" for n in range(TIMES)]


def test_owner_and_organizer_make_one_chain(committed_app: Flask) -> None:
    made = waiting_scene(committed_app)
    write_script(made.campaign, STEPS)
    people, talk_id = (clicker(made), clicker(organizer(made))), talk(made).id
    db.session.remove()
    for _ in range(TIMES):
        taps = [tapping(who, talk_id, "s1", key) for who in people for key in ("a1", "a2", None)]
        assert not [one for one in at_once(committed_app, *taps) if isinstance(one, Exception)]
    standing = None
    for change in db.session.scalars(select(SurveyChange).order_by(SurveyChange.id)):
        assert change.was == standing != change.answer_key
        standing = change.answer_key
    kept = db.session.scalars(select(SurveyAnswer)).one_or_none()
    assert (kept.answer_key if kept else None) == standing


def test_whoever_loses_the_conversation_writes_nothing_after(committed_app: Flask) -> None:
    """The hand-over takes the same lock: a tap comes before it, or is refused."""
    made = waiting_scene(committed_app)
    write_script(made.campaign, STEPS)
    other = colleague(made)
    who, new, talk_id, contact = clicker(made), clicker(other), talk(made).id, made.contacts[0]
    db.session.remove()

    def give(to: int) -> Callable[[], object]:
        def give_it() -> None:
            with transaction():
                db.session.execute(
                    text(
                        "SELECT r.id FROM recipient r JOIN contact c ON c.recipient_id = r.id"
                        " WHERE c.id = :contact FOR NO KEY UPDATE OF r"
                    ),
                    {"contact": contact},
                )
                db.session.execute(
                    text("UPDATE conversation SET person_id = :to WHERE id = :talk"),
                    {"to": to, "talk": talk_id},
                )

        return give_it

    for n in range(TIMES):
        give(who.person_id)()
        before = db.session.query(SurveyChange).count()
        key = "a1" if n % 2 else "a2"
        tapped, _ = at_once(committed_app, tapping(who, talk_id, "s1", key), give(new.person_id))
        db.session.rollback()
        written = db.session.query(SurveyChange).count() - before
        assert written == (0 if isinstance(tapped, NotFound | Refused) else 1)
        assert isinstance(tapped, NotFound | surveying.Survey)
        db.session.execute(text("DELETE FROM survey_answer"))
        db.session.commit()
