"""A verdict is corrected: what that text did is undone, and nothing else; races are forced by locks."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import AuditEvent
from p2ptext.audience import suppression
from p2ptext.audience.models import Contact, Recipient, SuppressionEvent
from p2ptext.background import transaction
from p2ptext.conversations import reviewing, verdicts
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.texting.models import Conversation, InboundText
from tests import factories
from tests.texting.scene import PROBABLE, Scene, colleague, inbound, scene, unsure
from tests.texting.test_pieces import piece
from tests.waiting import until, waiting_for_locks

PHONE = "+16145550100"


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    unsure(monkeypatch)
    begun = scene(app)
    begun.sent()
    return begun


def told(app: Flask, words: str) -> int:
    """They write; the id of the text."""
    assert inbound(app, PHONE, words).status_code == 200
    return db.session.scalars(select(func.max(InboundText.id))).one() or 0


def correct(made: Scene, inbound_id: int, reason: str = "misread") -> str:
    with transaction():
        return verdicts.correct(made.org_id, inbound_id, made.volunteer, reason)


def recipient(made: Scene) -> Recipient:
    db.session.expire_all()
    return db.session.get_one(Recipient, db.session.get_one(Contact, made.contacts[0]).recipient_id)


def talk(made: Scene) -> Conversation:
    db.session.expire_all()
    return db.session.scalars(select(Conversation).filter_by(contact_id=made.contacts[0])).one()


def history() -> list[tuple[str, str, int | None]]:
    rows = db.session.scalars(select(SuppressionEvent).order_by(SuppressionEvent.id))
    return [(row.action, row.reason, row.person_id) for row in rows]


def test_a_stop_that_was_none_is_undone(app: Flask, made: Scene) -> None:
    inbound_id = told(app, "STOP")
    assert correct(made, inbound_id, "they wrote it in jest") == verdicts.LIFTED
    assert recipient(made).suppressed_at is None
    assert history()[-1] == (
        "lifted", "their text was no request to stop: they wrote it in jest", made.volunteer,
    )  # fmt: skip
    assert (talk(made).state, talk(made).closed_reason) == ("open", None)
    assert talk(made).waiting_since is not None
    row = db.session.get_one(InboundText, inbound_id)
    assert row.undone_at is not None
    assert (row.undone_by, row.undone_reason) == (made.volunteer, "they wrote it in jest")
    (event,) = db.session.scalars(select(AuditEvent).filter_by(action="verdict_undone"))
    assert event.target == f"inbound text {inbound_id}"
    assert event.detail == {"was": "auto", "now": "lifted"}


def test_a_verdict_is_corrected_once(app: Flask, made: Scene) -> None:
    inbound_id = told(app, "STOP")
    correct(made, inbound_id)
    told(app, "STOP")
    with pytest.raises(Refused, match="already_undone"):
        correct(made, inbound_id)
    assert recipient(made).suppressed_at is not None


def test_who_asked_twice_stays_until_both_are_corrected(app: Flask, made: Scene) -> None:
    first, second = told(app, "STOP"), told(app, "Stop texting me")
    assert correct(made, first) == verdicts.STAYS
    assert recipient(made).suppressed_at is not None
    assert correct(made, second) == verdicts.LIFTED
    assert recipient(made).suppressed_at is None


def test_a_stop_before_a_start_has_had_its_time(app: Flask, made: Scene) -> None:
    told(app, "STOP")
    told(app, "START")
    assert correct(made, told(app, "Stop texting me")) == verdicts.LIFTED


def test_a_new_stop_after_the_correction_counts(app: Flask, made: Scene) -> None:
    correct(made, told(app, "STOP"))
    told(app, "STOP")
    assert recipient(made).suppressed_at is not None
    assert talk(made).closed_reason == "opted_out"


OTHERS = ["opted out by the volunteer", "the carrier says they opted out", "asked by mail"]


@pytest.mark.parametrize("reason", OTHERS)
def test_who_is_opted_out_for_another_reason_stays(app: Flask, made: Scene, reason: str) -> None:
    with transaction():
        suppression.suppress(recipient(made).id, reason, None)
    assert correct(made, told(app, "STOP")) == verdicts.STAYS
    assert recipient(made).suppressed_reason == reason


def test_what_a_colleague_did_since_stays(app: Flask, made: Scene) -> None:
    inbound_id = told(app, "STOP")
    with transaction():
        suppression.lift(recipient(made).id, "asked on the phone", made.volunteer)
        suppression.suppress(recipient(made).id, "asked again on the phone", made.volunteer)
    assert correct(made, inbound_id) == verdicts.STAYS
    assert recipient(made).suppressed_at is not None


def test_a_probable_request_is_cleared(app: Flask, made: Scene) -> None:
    inbound_id = told(app, PROBABLE)
    assert talk(made).review_reason
    assert correct(made, inbound_id) == verdicts.CLEARED
    assert (talk(made).review_reason, talk(made).state) == (None, "open")
    assert talk(made).waiting_since is not None


def test_a_newer_probable_request_keeps_the_lock(app: Flask, made: Scene) -> None:
    first, second = told(app, PROBABLE), told(app, f"{PROBABLE}!")
    assert correct(made, first) == verdicts.LOCKED
    assert talk(made).review_reason
    assert correct(made, second) == verdicts.CLEARED
    assert talk(made).review_reason is None


def test_a_wrong_number_that_was_none_opens_again(app: Flask, made: Scene) -> None:
    inbound_id = told(app, "You have the wrong number")
    assert correct(made, inbound_id) == verdicts.CLEARED
    assert (talk(made).state, talk(made).closed_reason) == ("open", None)


@pytest.mark.parametrize("words", ["Where do I vote?", "HELP"])
def test_what_was_read_as_nothing_can_be_a_request_to_stop(app: Flask, made: Scene, words: str) -> None:
    inbound_id = told(app, words)
    assert correct(made, inbound_id, "they mean it") == verdicts.STOPPED
    assert recipient(made).suppressed_at is not None
    assert history()[-1] == (
        "added", "an organizer read their text as a request to stop: they mean it", made.volunteer,
    )  # fmt: skip
    assert talk(made).closed_reason == "opted_out"


def test_what_a_person_wrote_waits_for_an_answer_after_all(app: Flask, made: Scene) -> None:
    inbound_id = told(app, "I am driving with Do Not Disturb turned on. I will see your message later.")
    assert db.session.get_one(InboundText, inbound_id).kind == "auto_reply"
    assert talk(made).waiting_since is None
    with transaction():
        followed = verdicts.correct(made.org_id, inbound_id, made.volunteer, "a joke", by_a_person=True)
    assert followed == verdicts.HEARD
    row = db.session.get_one(InboundText, inbound_id)
    assert (row.kind, row.undone_reason) == ("text", "a joke")
    assert (talk(made).waiting_since, talk(made).last_inbound_id) == (row.received_at, inbound_id)


def test_a_machines_text_of_somebody_opted_out_waits_for_nobody(app: Flask, made: Scene) -> None:
    inbound_id = told(app, "I am driving with Do Not Disturb turned on. I will see your message later.")
    told(app, "STOP")
    with transaction():
        followed = verdicts.correct(made.org_id, inbound_id, made.volunteer, "a joke", by_a_person=True)
    assert followed == verdicts.STAYS
    assert (talk(made).state, talk(made).waiting_since) == ("closed", None)


def test_a_start_that_was_none_stops_again(app: Flask, made: Scene) -> None:
    told(app, "STOP")
    assert correct(made, told(app, "START")) == verdicts.STOPPED
    assert recipient(made).suppressed_at is not None


def test_nothing_is_corrected_while_the_rest_of_a_text_comes_in(app: Flask, made: Scene) -> None:
    inbound_id = told(app, "STOP")
    piece(app, 1)
    with pytest.raises(Refused, match="still_coming"):
        correct(made, inbound_id)
    assert db.session.get_one(InboundText, inbound_id).undone_at is None
    piece(app, 2)
    piece(app, 3)
    assert correct(made, inbound_id) == verdicts.LIFTED


def test_only_the_organizations_own_texts_from_phones_are_found(app: Flask, made: Scene) -> None:
    inbound_id = told(app, "STOP")
    with pytest.raises(NotFound):
        verdicts.find(factories.organization().id, inbound_id)
    inbound(app, "72345", "STOP", **{"from": "72345"})
    with pytest.raises(NotFound):
        verdicts.find(made.org_id, inbound_id + 1)


@pytest.mark.parametrize("first", ["stop", "correction"])
def test_a_correction_against_a_new_stop(committed_app: Flask, first: str) -> None:
    """Both wait for the person's row, in either order: the new request stands."""
    made = scene(committed_app)
    made.sent()
    inbound_id = told(committed_app, "STOP")

    def stop() -> object:
        with committed_app.app_context():
            return inbound(committed_app, PHONE, "STOP").status_code

    def undo() -> object:
        with committed_app.app_context():
            return correct(made, inbound_id)

    deeds = [stop, undo] if first == "stop" else [undo, stop]
    db.session.rollback()
    with db.engine.connect() as gate, ThreadPoolExecutor(2) as people:
        held = gate.begin()
        gate.execute(text("SELECT 1 FROM recipient WHERE phone = :p FOR UPDATE"), {"p": PHONE})
        running = [people.submit(deeds[0])]
        until(lambda: len(waiting_for_locks()) == 1)
        running.append(people.submit(deeds[1]))
        until(lambda: len(waiting_for_locks()) == 2)
        held.rollback()
        answers = {deed: one.result() for deed, one in zip(deeds, running, strict=True)}
    assert answers[stop] == 200
    assert answers[undo] == (verdicts.STAYS if first == "stop" else verdicts.LIFTED)
    assert recipient(made).suppressed_at is not None
    assert talk(made).closed_reason == "opted_out"


def test_two_organizers_correct_the_same_verdict_at_once(committed_app: Flask) -> None:
    """Once it is corrected, and once they are told so: it is never turned round twice."""
    made = scene(committed_app)
    made.sent()
    other = colleague(made, "organizer")
    inbound_id = told(committed_app, "Where do I vote?")
    db.session.rollback()

    def undo(who: Scene) -> str:
        with committed_app.app_context():
            try:
                return correct(who, inbound_id)
            except Refused as refused:
                return refused.code

    with db.engine.connect() as gate, ThreadPoolExecutor(2) as people:
        held = gate.begin()
        gate.execute(text("SELECT 1 FROM recipient WHERE phone = :p FOR UPDATE"), {"p": PHONE})
        running = [people.submit(undo, who) for who in (made, other)]
        until(lambda: len(waiting_for_locks()) == 2)
        held.rollback()
        answers = sorted(one.result() for one in running)
    assert answers == ["already_undone", verdicts.STOPPED]
    assert len(history()) == 1


@pytest.mark.parametrize("newer", [f"{PROBABLE}!", "You have the wrong number"])
def test_an_older_probable_request_keeps_the_lock(app: Flask, made: Scene, newer: str) -> None:
    first, second = told(app, PROBABLE), told(app, newer)
    assert correct(made, second) == verdicts.LOCKED
    assert (talk(made).review_reason, talk(made).state) == ("They may want no more texts.", "open")
    assert correct(made, first) == verdicts.CLEARED
    assert (talk(made).review_reason, talk(made).state) == (None, "open")


def test_a_wrong_number_stays_one_when_another_text_is_corrected(app: Flask, made: Scene) -> None:
    first = told(app, PROBABLE)
    told(app, "You have the wrong number")
    assert correct(made, first) == verdicts.CLEARED
    assert (talk(made).review_reason, talk(made).closed_reason) == (None, "wrong_number")


def test_a_probable_request_from_before_they_began_again_is_decided(app: Flask, made: Scene) -> None:
    told(app, PROBABLE)
    told(app, "STOP")
    told(app, "START")
    assert correct(made, told(app, f"{PROBABLE}!")) == verdicts.CLEARED
    assert talk(made).review_reason is None


def test_one_decision_is_about_all_that_was_seen(app: Flask, made: Scene) -> None:
    first, second = told(app, PROBABLE), told(app, f"{PROBABLE}!")
    with transaction():
        assert reviewing.clear_review(made.org_id, talk(made).id, second, made.volunteer, "A joke")
    assert talk(made).review_reason is None
    for one in (first, second):
        row = db.session.get_one(InboundText, one)
        assert (row.undone_by, row.undone_reason) == (made.volunteer, "A joke")


@pytest.mark.parametrize("by_person", [True, False])
def test_who_is_asked_for_by_others_too_stays_opted_out(
    app: Flask, made: Scene, by_person: bool
) -> None:
    inbound_id = told(app, "STOP")
    with transaction():
        who = made.volunteer if by_person else None
        assert not suppression.suppress(recipient(made).id, "asked by mail too", who)
    assert history()[-1] == ("added", "asked by mail too", made.volunteer if by_person else None)
    assert correct(made, inbound_id) == verdicts.STAYS
    assert recipient(made).suppressed_at is not None


def test_the_same_words_again_make_no_history(app: Flask, made: Scene) -> None:
    told(app, "STOP")
    before = history()
    told(app, "STOP")
    assert history() == before


def test_what_was_asked_before_the_last_lift_has_had_its_time(app: Flask, made: Scene) -> None:
    told(app, "STOP")
    with transaction():
        suppression.suppress(recipient(made).id, "on a list", made.volunteer)
        suppression.lift(recipient(made).id, "asked on the phone", made.volunteer)
    assert correct(made, told(app, "STOP")) == verdicts.LIFTED


def test_a_list_that_names_somebody_again_is_kept_once(app: Flask, made: Scene) -> None:
    inbound_id = told(app, "STOP")
    for _ in range(2):
        with transaction():
            suppression.suppress(recipient(made).id, "on a list", made.volunteer)
    assert [what for what, _, _ in history()] == ["added", "added"]
    assert correct(made, inbound_id) == verdicts.STAYS
