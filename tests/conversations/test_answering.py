"""An answer: who may give it, what its token binds, and what is kept of it."""

from flask import Flask
from sqlalchemy import text

from p2ptext.accounts.models import Membership
from p2ptext.audience.models import Recipient
from p2ptext.extensions import db
from p2ptext.texting.evidence_models import Click
from p2ptext.texting.models import Outbox
from tests.conversations.talking import (
    close_hours,
    do,
    hand_over,
    organizer,
    place,
    replies,
    reply,
    state,
    talk,
    waiting_scene,
)
from tests.texting.scene import OURS, colleague, inbound
from tests.texting.second import set_caps


def test_an_answer_is_recorded_and_tells_where_to_go_on(app: Flask) -> None:
    made = waiting_scene(app)
    answer = reply(made, "I am Amy, a volunteer.")
    assert answer.status_code == 202
    told = answer.get_json()
    (message,) = replies(made)
    assert told["message"] == message.id
    assert (told["undo_ms"], told["to"], told["next_id"], told["waiting"]) == (5000, "Maria0", None, 0)
    assert told["next_url"] == f"/o/{made.org}/replies"
    assert talk(made).waiting_since is None
    made.dispatch()
    sent = made.carrier.texts[-1]
    assert (sent.to, sent.from_, sent.text) == (made.phone(0), OURS, "I am Amy, a volunteer.")


def test_the_next_conversation_is_named(app: Flask) -> None:
    made = waiting_scene(app)
    made.sent()
    inbound(app, made.phone(1), "Me too")
    told = reply(made, "I am Amy.").get_json()
    assert told["next_url"] == f"/o/{made.org}/replies/{told['next_id']}"
    assert told["waiting"] == 1


def test_without_script_a_browser_is_led_back(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    form = {"csrf_token": made.csrf, "token": token, "text": "I am Amy."}
    answer = made.browser.post(place(made, "reply"), data=form)
    assert (answer.status_code, answer.location) == (303, place(made))
    assert len(replies(made)) == 1


def test_the_same_token_and_text_is_one_answer(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    first = reply(made, "I am Amy.", token=token)
    again = reply(made, "I am Amy.", token=token)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.get_json()["message"] == again.get_json()["message"]
    assert len(replies(made)) == 1


def test_other_words_under_a_used_token_are_refused(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    reply(made, "I am Amy.", token=token)
    answer = reply(made, "I am Ben.", token=token)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_answered")
    assert len(replies(made)) == 1


def test_of_two_tabs_one_answers(app: Flask) -> None:
    made = waiting_scene(app)
    one, other = state(made)["token"], state(made)["token"]
    assert one != other
    assert reply(made, "I am Amy.", token=one).status_code == 202
    answer = reply(made, "I am Amy.", token=other)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_answered")
    assert len(replies(made)) == 1


def test_something_newer_is_shown_with_a_new_token(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    inbound(app, made.phone(0), "And where do I vote?")
    answer = reply(made, "I am Amy.", token=token)
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (409, "newer_reply")
    assert "And where do I vote?" in told["thread"]
    assert replies(made) == []
    assert reply(made, "At the library.", token=told["token"]).status_code == 202


def test_a_refused_answer_stays_a_draft(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    inbound(app, made.phone(0), "And where do I vote?")
    form = {"csrf_token": made.csrf, "token": token, "text": "My long answer"}
    page = made.browser.post(place(made, "reply"), data=form)
    assert page.status_code == 409
    assert "My long answer" in page.text
    assert "And where do I vote?" in page.text
    assert "My long answer" in made.browser.get(place(made)).text


def test_a_token_is_good_for_its_own_person_and_conversation_alone(app: Flask) -> None:
    made = waiting_scene(app)
    boss = organizer(made)
    assert reply(made, "Hello", boss, token=state(made)["token"]).status_code == 404
    assert reply(made, "Hello", token="made-up").get_json()["code"] == "bad_token"
    assert replies(made) == []


def test_an_organizer_answers_without_becoming_the_owner(app: Flask) -> None:
    made = waiting_scene(app)
    boss = organizer(made)
    assert reply(made, "I am the organizer.", boss).status_code == 202
    (message,) = replies(made)
    click = db.session.get_one(Click, message.click_id)
    assert (message.person_id, click.person_id) == (boss.volunteer, boss.volunteer)
    assert talk(made).person_id == made.volunteer
    assert talk(made).waiting_since is None


def test_a_colleague_sees_nothing(app: Flask) -> None:
    made = waiting_scene(app)
    other = colleague(made)
    for deed in ("", "part", "state"):
        assert other.browser.get(place(made, deed)).status_code == 404, deed
    for deed in ("close", "skip", "opt-out", "ask", "note", "tag", "draft", "looking", "remind"):
        assert do(made, deed, other, text="Hello", name="x").status_code == 404, deed
    assert talk(made).waiting_since is not None


def test_who_handed_over_reads_and_does_not_send(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    other = colleague(made)
    db.session.query(Membership).filter_by(person_id=other.volunteer).one().texting_name = "Ben"
    db.session.commit()
    hand_over(made, other)
    answer = reply(made, "I am Amy.", token=token)
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (409, "handed_over")
    assert told["words"] == "Ben answers Maria0 now. You can still read it."
    assert replies(made) == []
    assert made.browser.get(place(made)).status_code == 200
    read = state(made)
    assert (read["mine"], read["token"], read["cannot"]) == (False, "", told["words"])
    for deed in ("close", "skip", "opt-out", "ask", "note", "tag"):
        refused = do(made, deed, text="Hello", name="x")
        assert (refused.status_code, refused.get_json()["code"]) == (409, "handed_over"), deed
    assert reply(made, "I am Ben.", other).status_code == 202


def test_a_page_from_before_a_hand_over_sends_nothing_when_it_came_back(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    hand_over(made, colleague(made))
    hand_over(made, made)
    answer = reply(made, "I am Amy.", token=token)
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (409, "handed_over")
    assert replies(made) == []
    assert reply(made, "I am Amy.", token=told["token"]).status_code == 202


def test_a_repeated_click_is_told_of_its_message_after_a_hand_over(app: Flask) -> None:
    """It was sent: whoever repeats the request for want of an answer must not believe that it was not."""
    made = waiting_scene(app)
    token = state(made)["token"]
    first = reply(made, "I am Amy.", token=token)
    hand_over(made, colleague(made))
    again = reply(made, "I am Amy.", token=token)
    assert again.status_code == 200
    assert again.get_json()["message"] == first.get_json()["message"]


def test_a_suspended_volunteer_sends_nothing(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    db.session.query(Membership).filter_by(person_id=made.volunteer).one().status = "suspended"
    db.session.commit()
    assert reply(made, "I am Amy.", token=token).status_code == 404
    assert replies(made) == []


def test_nothing_goes_to_who_opted_out(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    inbound(app, made.phone(0), "STOP")
    answer = reply(made, "I am Amy.", token=token)
    assert answer.get_json()["code"] == "opted_out"
    assert state(made)["state"] == "opted_out"


def test_an_erased_person_is_not_answered(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    db.session.get_one(Recipient, talk(made).recipient_id).phone = None
    db.session.commit()
    assert reply(made, "I am Amy.", token=token).get_json()["code"] == "opted_out"


def test_a_text_that_needs_too_many_segments_is_refused(app: Flask) -> None:
    made = waiting_scene(app)
    answer = reply(made, "word " * 200)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "too_long")
    assert reply(made, " \n ").get_json()["code"] == "empty"
    assert replies(made) == []


def test_a_warning_is_told_once(app: Flask) -> None:
    made = waiting_scene(app)
    words = "CALL ME AT 614-555-0100 RIGHT NOW"
    answer = reply(made, words)
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (409, "look_again")
    codes = [warning["code"] for warning in told["warnings"]]
    assert codes == ["phone", "capitals"]
    assert reply(made, words, despite="phone").get_json()["code"] == "look_again"
    assert replies(made) == []
    assert reply(made, words, token=told["token"], despite=" ".join(codes)).status_code == 202


def test_outside_the_hours_it_says_when(app: Flask) -> None:
    made = waiting_scene(app)
    token = state(made)["token"]
    close_hours(made)
    answer = reply(made, "I am Amy.", token=token)
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (409, "hours_closed")
    assert told["opens_at"]
    assert replies(made) == []


def test_who_does_not_write_is_not_written_to_for_ever(app: Flask) -> None:
    made = waiting_scene(app)
    set_caps(made, 1, 1)
    db.session.execute(text("UPDATE inbound_text SET received_at = received_at - interval '25 hours'"))
    db.session.commit()
    assert reply(made, "Are you there?").get_json()["code"] == "cap_reached"


def test_what_was_closed_without_need_can_be_answered_after_all(app: Flask) -> None:
    made = waiting_scene(app)
    do(made, "close")
    assert talk(made).state == "closed"
    assert reply(made, "One more thing: thank you.").status_code == 202
    assert (talk(made).state, talk(made).closed_reason) == ("open", None)


def test_a_sent_answer_takes_its_draft_and_its_reminder_along(app: Flask) -> None:
    made = waiting_scene(app)
    do(made, "draft", text="I am")
    reply(made, "I am Amy.")
    assert db.session.scalar(text("SELECT count(*) FROM draft")) == 0
    assert 'placeholder="Write to Maria0"></textarea>' in made.browser.get(place(made)).text


def test_undo_has_them_wait_as_before(app: Flask) -> None:
    made = waiting_scene(app)
    since = talk(made).waiting_since
    inbound(app, made.phone(0), "Hello?")
    assert talk(made).waiting_since == since
    message_id = reply(made, "I am Amy.").get_json()["message"]
    answer = do(made, "undo", message=str(message_id))
    assert answer.get_json() == {"state": "cancelled", "draft": "I am Amy.", "waiting": 1}
    assert talk(made).waiting_since == since
    assert replies(made)[0].state == "cancelled"
    assert db.session.query(Outbox).count() == 0
    assert "I am Amy." in made.browser.get(place(made)).text
    assert do(made, "undo", message=str(message_id)).get_json()["state"] == "cancelled"
    assert reply(made, "I am Amy, a volunteer.").status_code == 202


def test_undo_of_a_second_text_has_nobody_wait(app: Flask) -> None:
    made = waiting_scene(app)
    reply(made, "I am Amy.")
    second = reply(made, "And you?").get_json()["message"]
    do(made, "undo", message=str(second))
    assert talk(made).waiting_since is None


def test_undo_keeps_what_was_begun_since(app: Flask) -> None:
    made = waiting_scene(app)
    message_id = reply(made, "I am Amy.").get_json()["message"]
    do(made, "draft", text="Something newer")
    both = "I am Amy.\n\nSomething newer"
    assert do(made, "undo", message=str(message_id)).get_json()["draft"] == both
    assert do(made, "undo", message=str(message_id)).get_json()["draft"] == both
    assert both in made.browser.get(place(made)).text


def test_what_has_left_cannot_be_undone(app: Flask) -> None:
    made = waiting_scene(app)
    message_id = reply(made, "I am Amy.").get_json()["message"]
    made.dispatch()
    answer = do(made, "undo", message=str(message_id))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_on_its_way")


def test_nobody_undoes_anothers_answer(app: Flask) -> None:
    made = waiting_scene(app)
    message_id = reply(made, "I am Amy.").get_json()["message"]
    assert do(made, "undo", organizer(made), message=str(message_id)).status_code == 404
    assert do(made, "undo", message="nothing").status_code == 404
    assert replies(made)[0].state == "queued"
