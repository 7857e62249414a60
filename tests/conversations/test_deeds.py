"""What is done with a conversation besides answering it."""

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext import background
from p2ptext.audience.models import Recipient
from p2ptext.conversations.models import Note
from p2ptext.extensions import db
from p2ptext.texting.models import Message
from p2ptext.texting.presence_models import Handover
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
from tests.texting.scene import colleague, inbound


def test_no_reply_needed_leads_on(app: Flask) -> None:
    made = waiting_scene(app, "Thanks")
    told = do(made, "close").get_json()
    assert told["words"] == "Closed: Maria0. It opens again if they write."
    assert (told["next_id"], told["waiting"]) == (None, 0)
    assert (talk(made).state, talk(made).closed_reason) == ("closed", "no_reply_needed")
    inbound(app, made.phone(0), "One more thing")
    assert (talk(made).state, talk(made).closed_reason) == ("open", None)


def test_who_is_closed_can_be_opted_out_until_they_are(app: Flask) -> None:
    made = waiting_scene(app, "Thanks")
    do(made, "close")
    shown = 'data-opens-dialog="opt-out"'
    page = made.browser.get(place(made)).text
    assert shown in page
    assert 'id="opt-out"' in page
    assert place(made, "opt-out") in page
    assert do(made, "opt-out").status_code == 200
    assert shown not in made.browser.get(place(made)).text


def test_no_reply_needed_is_taken_back_and_they_wait_as_long_as_before(app: Flask) -> None:
    made = waiting_scene(app, "Thanks")
    since = talk(made).waiting_since
    told = do(made, "close").get_json()
    assert told["undo_ms"] > 0
    assert do(made, "reopen", undo="made up").get_json()["code"] == "bad_token"
    assert talk(made).waiting_since is None
    again = do(made, "reopen", undo=told["undo"]).get_json()
    assert again == {"words": "Open again: Maria0.", "waiting": 1}
    assert (talk(made).state, talk(made).closed_reason) == ("open", None)
    assert talk(made).waiting_since == since
    assert do(made, "reopen", undo=told["undo"]).get_json()["code"] == "not_closed"


def test_what_was_closed_and_opted_out_since_does_not_open_again(app: Flask) -> None:
    made = waiting_scene(app, "Thanks")
    token = do(made, "close").get_json()["undo"]
    assert do(made, "close").get_json()["undo"] == ""
    do(made, "opt-out")
    assert do(made, "reopen", undo=token).get_json()["code"] == "not_closed"
    assert talk(made).waiting_since is None


def test_one_close_is_not_taken_back_by_the_words_of_another(app: Flask) -> None:
    made = waiting_scene(app, "Thanks")
    made.sent()
    inbound(app, made.phone(1), "Me too")
    second = db.session.scalar(
        text("SELECT id FROM conversation WHERE contact_id = :c"), {"c": made.contacts[1]}
    )
    headers = {"X-CSRFToken": made.csrf, "Accept": "application/json"}
    address = f"/o/{made.org}/replies/{second}/close"
    other = made.browser.post(address, headers=headers).get_json()["undo"]
    do(made, "close")
    assert do(made, "reopen", undo=other).get_json()["code"] == "bad_token"
    assert talk(made).waiting_since is None


def test_a_browser_without_script_is_led_on(app: Flask) -> None:
    made = waiting_scene(app)
    answer = made.browser.post(place(made, "close"), data={"csrf_token": made.csrf})
    assert (answer.status_code, answer.location) == (303, f"/o/{made.org}/replies")


def test_skipped_comes_after_the_others_until_they_write(app: Flask) -> None:
    made = waiting_scene(app)
    made.sent()
    inbound(app, made.phone(1), "Me too")
    second = db.session.scalar(
        text("SELECT id FROM conversation WHERE contact_id = :c"), {"c": made.contacts[1]}
    )
    assert state(made)["next_id"] == second
    told = do(made, "skip").get_json()
    assert (told["next_id"], told["waiting"]) == (second, 2)
    following = made.browser.get(f"/o/{made.org}/replies/{second}/state").get_json()
    assert following["next_id"] == talk(made).id
    listed = made.browser.get(f"/o/{made.org}/replies").text
    assert listed.index(f'/replies/{second}"') < listed.index(f'/replies/{talk(made).id}"')
    inbound(app, made.phone(0), "Hello?")
    assert talk(made).set_aside_at is None


def test_opt_out_sends_nothing_and_ends_everything(app: Flask) -> None:
    made = waiting_scene(app, "Please leave me alone")
    before = db.session.query(Message).count()
    told = do(made, "opt-out").get_json()
    assert told["words"] == "Maria0 is opted out and gets no more texts."
    assert db.session.query(Message).count() == before
    assert db.session.get_one(Recipient, talk(made).recipient_id).suppressed_at is not None
    assert (talk(made).state, talk(made).waiting_since) == ("closed", None)


def test_the_owner_confirms_at_once_what_may_ask_to_stop(app: Flask) -> None:
    made = waiting_scene(app)
    talk(made).review_reason = "may ask to stop"
    db.session.commit()
    assert state(made)["state"] == "review"
    assert do(made, "close").get_json()["code"] == "in_review"
    assert do(made, "opt-out").status_code == 200
    assert (talk(made).review_reason, talk(made).closed_reason) == (None, "opted_out")


def test_a_lead_is_asked_and_advises(app: Flask) -> None:
    made = waiting_scene(app)
    assert do(made, "ask", text=" ").get_json()["code"] == "empty"
    assert do(made, "ask", text="x" * 1001).get_json()["code"] == "too_long"
    assert do(made, "ask", text="What shall I say?").status_code == 200
    assert talk(made).lead_asked_at is not None
    assert state(made)["lead"]["asked"] is True
    boss = organizer(made)
    listed = boss.browser.get(f"/o/{made.org}/replies?show=lead").text
    assert place(made) in listed
    assert place(made) not in boss.browser.get(f"/o/{made.org}/replies").text
    assert do(made, "advise", text="I know").status_code == 403
    assert do(made, "advise", boss, text="Say who you are.").status_code == 200
    assert talk(made).lead_asked_at is None
    page = made.browser.get(place(made)).text
    assert "What shall I say?" in page
    assert "Say who you are." in page
    kinds = [note.kind for note in db.session.query(Note).order_by(Note.id)]
    assert kinds == ["asked", "answered"]


def test_a_lead_may_answer_the_person(app: Flask) -> None:
    made = waiting_scene(app)
    do(made, "ask", text="What shall I say?")
    asked_at = talk(made).lead_asked_at
    boss = organizer(made)
    message_id = reply(made, "I am the organizer.", boss).get_json()["message"]
    assert talk(made).lead_asked_at is None
    do(made, "undo", boss, message=str(message_id))
    assert talk(made).lead_asked_at == asked_at
    assert talk(made).waiting_since is not None


def test_the_owners_own_answer_leaves_the_question_open(app: Flask) -> None:
    made = waiting_scene(app)
    do(made, "ask", text="Was that right?")
    reply(made, "I am Amy.")
    assert talk(made).lead_asked_at is not None


def test_a_lead_may_take_it_over(app: Flask) -> None:
    made = waiting_scene(app)
    do(made, "ask", text="Can you take this one?")
    boss = organizer(made)
    assert do(made, "take-over").status_code == 403
    assert do(made, "take-over", boss).status_code == 200
    assert (talk(made).person_id, talk(made).lead_asked_at) == (boss.volunteer, None)
    (change,) = db.session.query(Handover)
    assert (change.from_id, change.to_id, change.why) == (made.volunteer, boss.volunteer, "organizer")
    assert state(made)["mine"] is False
    assert state(made, boss)["takeover"]["from"] == "Amy"


def test_a_note_stays_among_the_team(app: Flask) -> None:
    made = waiting_scene(app)
    do(made, "note", text="Speaks Spanish at home")
    boss = organizer(made)
    assert "Speaks Spanish at home" in boss.browser.get(place(made)).text
    made.dispatch()
    assert all("Spanish" not in sent.text for sent in made.carrier.texts)


def add_tag(made_boss: object, name: str) -> object:
    boss = made_boss
    return boss.browser.post(  # type: ignore[attr-defined]
        f"/o/{boss.org}/review/tags",
        data={"csrf_token": boss.csrf, "name": name},  # type: ignore[attr-defined]
    )


def test_tags_are_made_by_organizers_and_put_on_by_volunteers(app: Flask) -> None:
    made = waiting_scene(app)
    boss = organizer(made)
    assert add_tag(made, "Mine").status_code == 403
    assert add_tag(boss, "  Needs   a ride ").status_code == 303
    assert add_tag(boss, "needs a RIDE").status_code == 409
    assert add_tag(boss, "x" * 31).status_code == 409
    assert add_tag(boss, " ").status_code == 409
    assert state(made)["tags"] == [{"name": "Needs a ride", "on": False}]
    told = do(made, "tag", name="Needs a ride").get_json()
    assert (told["words"], told["on"]) == ("Tag added: Needs a ride", True)
    assert state(made)["tags"] == [{"name": "Needs a ride", "on": True}]
    assert do(made, "tag", name="needs a ride", on="1").get_json()["on"] is True
    assert place(made) in made.browser.get(f"/o/{made.org}/replies?tag=needs+a+ride").text
    assert "1 conversation" in boss.browser.get(f"/o/{made.org}/review/tags").text
    assert do(made, "tag", name="Needs a ride").get_json()["on"] is False
    assert do(made, "tag", name="Unknown").get_json()["code"] == "no_tag"
    assert place(made) not in made.browser.get(f"/o/{made.org}/replies?tag=needs+a+ride").text


def test_a_tag_that_is_removed_leaves_every_conversation(app: Flask) -> None:
    made = waiting_scene(app)
    boss = organizer(made)
    add_tag(boss, "Moved")
    do(made, "tag", name="Moved")
    tag_id = db.session.scalar(text("SELECT id FROM tag"))
    boss.browser.post(f"/o/{made.org}/review/tags/{tag_id}/remove", data={"csrf_token": boss.csrf})
    assert state(made)["tags"] == []
    actions = db.session.scalars(text("SELECT action FROM audit_event ORDER BY id")).all()
    assert actions[-2:] == ["tag_created", "tag_removed"]


def test_a_reminder_tells_and_sends_nothing(app: Flask) -> None:
    made = waiting_scene(app)
    assert do(made, "remind").get_json()["code"] == "hours_open"
    close_hours(made)
    before = state(made)
    assert before["opens_at"]
    assert before["remind"] is None
    told = do(made, "remind").get_json()
    assert told["at"] == before["opens_at"]
    assert "Nothing is sent by itself" in told["words"]
    assert state(made)["remind"]["at"] == told["at"]
    assert "Reminder in" in made.browser.get(f"/o/{made.org}/replies").text
    made.dispatch()
    assert replies(made) == []
    do(made, "remind/cancel")
    assert state(made)["remind"] is None


def test_a_due_reminder_comes_first(app: Flask) -> None:
    made = waiting_scene(app)
    made.sent()
    inbound(app, made.phone(1), "Me too")
    second = db.session.scalar(
        text("SELECT id FROM conversation WHERE contact_id = :c"), {"c": made.contacts[1]}
    )
    close_hours(made)
    do(made, "remind")
    there = f"/o/{made.org}/replies/{second}"
    headers = {"X-CSRFToken": made.csrf, "Accept": "application/json"}
    made.browser.post(f"{there}/remind", headers=headers)
    db.session.execute(
        text(
            "UPDATE reminder SET remind_at = p2p_now() - interval '1 minute' WHERE conversation_id = :t"
        ),
        {"t": second},
    )
    db.session.execute(text("UPDATE contact SET zones = ARRAY['America/New_York']"))
    db.session.commit()
    assert state(made)["next_id"] == second
    assert made.browser.get(f"{there}/state").get_json()["remind"]["words"].startswith("You wanted")
    listed = made.browser.get(f"/o/{made.org}/replies").text
    assert listed.index(f'/replies/{second}"') < listed.index(f'/replies/{talk(made).id}"')


def test_a_draft_is_ones_own_and_stays(app: Flask) -> None:
    made = waiting_scene(app)
    boss = organizer(made)
    do(made, "draft", text="I was going to")
    do(made, "draft", text="I was going to say")
    assert "I was going to say" in made.browser.get(place(made)).text
    assert "I was going to say" not in boss.browser.get(place(made)).text
    assert do(made, "draft", text="x" * 4001).status_code == 413
    hand_over(made, colleague(made))
    assert do(made, "draft", text="I was going to say something").status_code == 200
    do(made, "draft", text="  ")
    assert db.session.scalar(text("SELECT count(*) FROM draft")) == 0


def test_two_who_have_it_open_see_each_other(app: Flask) -> None:
    made = waiting_scene(app)
    boss = organizer(made)
    assert do(made, "looking", writes="1").get_json() == {"others": []}
    told = do(made, "looking", boss, writes="0").get_json()["others"]
    assert told == ["Amy is writing too"]
    assert state(made)["others"][0].endswith("reads this too")
    do(made, "looking", boss, writes="1")
    assert state(made)["others"][0].endswith("is writing too")
    db.session.execute(text("UPDATE looking SET seen_at = seen_at - interval '21 seconds'"))
    db.session.commit()
    assert state(made)["others"] == []


def test_an_organizers_opt_out_says_whose_it_was(app: Flask) -> None:
    made = waiting_scene(app)
    do(made, "opt-out", organizer(made))
    reason = db.session.get_one(Recipient, talk(made).recipient_id).suppressed_reason
    assert reason == "opted out by an organizer"


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What open pages are told, in order."""
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(background, "_tell", lambda channel, data: told.append((channel, data)))
    return told


def test_the_owner_is_told_who_comes_begins_to_write_and_advises(
    app: Flask, hints: list[tuple[str, str]]
) -> None:
    made = waiting_scene(app)
    boss = organizer(made)
    channel, talk_id = f"hints:{made.org_id}:{made.volunteer}", talk(made).id
    hints.clear()
    for writes in ("0", "0", "1", "1"):
        do(made, "looking", boss, writes=writes)
    assert hints == [(channel, f"looking {talk_id}")] * 2
    hints.clear()
    do(made, "advise", boss, text="Say who you are.")
    assert (channel, f"lead {talk_id}") in hints
    hints.clear()
    reply(made, "I am the organizer.", boss)
    assert (channel, f"reply {talk_id}") in hints


def test_an_organizer_ends_an_emergency(app: Flask) -> None:
    made = waiting_scene(app)
    db.session.execute(
        text("UPDATE conversation SET crisis_reason = 'Danger', lead_asked_at = p2p_now()")
    )
    db.session.commit()
    assert do(made, "end-crisis").status_code == 403
    seen = str(talk(made).last_inbound_id)
    assert state(made)["crisis"]["words"] == "Danger."
    assert do(made, "end-crisis", organizer(made), last_inbound=seen).status_code == 200
    assert state(made)["crisis"] is None
    assert talk(made).lead_asked_at is None
    last = db.session.scalar(text("SELECT action FROM audit_event ORDER BY id DESC LIMIT 1"))
    assert last == "conversation_crisis_ended"
