"""Where a reply goes: a table of cases, each with a place somebody looks at. Also docs/replies.md."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.audience import erasing
from p2ptext.audience.models import Contact, Recipient
from p2ptext.background import transaction
from p2ptext.campaigns.models import SendingNumber
from p2ptext.extensions import db
from p2ptext.review import inbox, kept
from p2ptext.texting import dispatching
from p2ptext.texting.models import Conversation, InboundText, Message, Outbox, ProviderEvent
from tests import factories
from tests.texting.scene import OURS, PROBABLE, Scene, colleague, inbound, scene, set_campaign, unsure
from tests.texting.second import second_campaign, set_caps
from tests.waiting import until, waiting_for_locks


def talk_of(made: Scene, place: int = 0) -> Conversation:
    db.session.expire_all()
    return db.session.scalars(select(Conversation).filter_by(contact_id=made.contacts[place])).one()


def newest() -> InboundText:
    db.session.expire_all()
    return db.session.scalars(select(InboundText).order_by(InboundText.id.desc()).limit(1)).one()


def count(model: Any, **by: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**by)) or 0


@dataclass(frozen=True)
class Place:
    """Where a text has come to, and who sees it there."""

    conversation: str
    """"first", "second" or "none"."""
    waits: bool
    offered_why: str | None = None
    organizers_inbox: bool = False


Case = Callable[[Flask], tuple[Scene, Scene | None]]


def plain(app: Flask) -> tuple[Scene, Scene | None]:
    made = scene(app)
    made.sent()
    return made, None


def two_campaigns(app: Flask) -> tuple[Scene, Scene | None]:
    """The same person in two campaigns over one number: the one that texted last has them."""
    made = scene(app)
    set_caps(made, 3, 3)
    made.sent()
    later = second_campaign(made)
    later.sent()
    return made, later


def two_campaigns_first_again(app: Flask) -> tuple[Scene, Scene | None]:
    made, later = two_campaigns(app)
    db.session.execute(
        update(Conversation)
        .filter_by(contact_id=made.contacts[0])
        .values(last_sent_at=text("p2p_now() + interval '1 second'"))
    )
    db.session.commit()
    return made, later


def over_the_first_texts_number(app: Flask) -> tuple[Scene, Scene | None]:
    """A second round went out over another number, and they answer the first text."""
    made = scene(app)
    made.sent()
    other = factories.number(db.session.get_one(Organization, made.org_id))
    db.session.execute(
        update(Conversation).filter_by(contact_id=made.contacts[0]).values(number_id=other.id)
    )
    db.session.commit()
    return made, None


def archived(app: Flask) -> tuple[Scene, Scene | None]:
    """The campaign is over: it is read by whoever texted them, and the page says why nobody can answer."""
    made, _ = plain(app)
    set_campaign(made, status="archived")
    return made, None


def owner_is(status: str) -> Case:
    def case(app: Flask) -> tuple[Scene, Scene | None]:
        made, _ = plain(app)
        db.session.execute(update(Membership).filter_by(person_id=made.volunteer).values(status=status))
        db.session.commit()
        return made, None

    return case


def owner_disabled(app: Flask) -> tuple[Scene, Scene | None]:
    made, _ = plain(app)
    db.session.execute(update(Person).filter_by(id=made.volunteer).values(disabled_at=text("p2p_now()")))
    db.session.commit()
    return made, None


def reassigned(app: Flask) -> tuple[Scene, Scene | None]:
    """Somebody else has taken the conversation over: it is theirs."""
    made, _ = plain(app)
    other = colleague(made)
    db.session.execute(
        update(Conversation).filter_by(contact_id=made.contacts[0]).values(person_id=other.volunteer)
    )
    db.session.commit()
    return other, None


def closed(app: Flask) -> tuple[Scene, Scene | None]:
    made, _ = plain(app)
    db.session.execute(
        update(Conversation)
        .filter_by(contact_id=made.contacts[0])
        .values(state="closed", closed_reason="no_reply_needed")
    )
    db.session.commit()
    return made, None


def opted_out(app: Flask) -> tuple[Scene, Scene | None]:
    made, _ = plain(app)
    inbound(app, made.phone(0), "STOP")
    return made, None


def never_texted(app: Flask) -> tuple[Scene, Scene | None]:
    """They are on a list, but nobody has texted them yet."""
    return scene(app), None


def only_queued(app: Flask) -> tuple[Scene, Scene | None]:
    """A text to them was taken back before it left: nothing of ours reached them."""
    made = scene(app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    made.post(f"/o/{made.org}/texting/undo", message=message_id)
    return made, None


def erased(app: Flask) -> tuple[Scene, Scene | None]:
    made, _ = plain(app)
    recipient_id = db.session.get_one(Contact, made.contacts[0]).recipient_id
    with transaction():
        erasing.erase(recipient_id, "asked by mail", made.volunteer)
    return made, None


CASES: dict[str, tuple[Case, Place]] = {
    "one campaign": (plain, Place("first", waits=True)),
    "two campaigns, the later has texted last": (two_campaigns, Place("second", waits=True)),
    "two campaigns, the first has texted last": (two_campaigns_first_again, Place("first", waits=True)),
    "to the number of an earlier round": (over_the_first_texts_number, Place("first", waits=True)),
    "archived campaign": (archived, Place("first", waits=True)),
    "handed over": (reassigned, Place("first", waits=True)),
    "owner suspended": (owner_is("suspended"), Place("first", waits=True, offered_why="left")),
    "owner removed": (owner_is("removed"), Place("first", waits=True, offered_why="left")),
    "owner's account disabled": (owner_disabled, Place("first", waits=True, offered_why="left")),
    "closed as needing no reply": (closed, Place("first", waits=True)),
    "opted out": (opted_out, Place("first", waits=False)),
    "on a list, never texted": (never_texted, Place("none", waits=False, organizers_inbox=True)),
    "the text to them was taken back": (only_queued, Place("none", waits=False, organizers_inbox=True)),
    "erased": (erased, Place("none", waits=False, organizers_inbox=True)),
}


@pytest.mark.parametrize("name", CASES)
def test_every_reply_has_its_place(app: Flask, name: str) -> None:
    case, place = CASES[name]
    made, second = case(app)
    assert inbound(app, PHONE, "Where do I vote?").status_code == 200
    came = newest()
    assert (came.text, came.organization_id) == ("Where do I vote?", made.org_id)
    where = {"first": made, "second": second, "none": None}[place.conversation]
    assert came.conversation_id == (None if where is None else talk_of(where).id)
    strays = [row.id for row in inbox.strays(made.org_id).rows]
    assert strays == ([came.id] if place.organizers_inbox else [])
    if where is not None:
        talk = talk_of(where)
        assert talk.person_id == where.volunteer
        assert (talk.waiting_since is not None) == place.waits
        assert talk.offered_why == place.offered_why
        assert (talk.offered_at is not None) == (place.offered_why is not None)


PHONE = "+16145550100"
"""The first person of every scene."""

SENDERS = [
    ("someone unknown", "+19375550133", True),
    ("a short code", "72345", False),
    ("a word", "ACME", False),
    ("nothing but a plus", "+", False),
]


@pytest.mark.parametrize(("name", "sender", "is_phone"), SENDERS)
def test_senders_nobody_has_texted_come_to_the_organizers(
    app: Flask, name: str, sender: str, is_phone: bool
) -> None:
    made = scene(app)
    body_sender = {"from": sender}
    assert inbound(app, sender, "Hello there", **body_sender).status_code == 200
    came = newest()
    assert (came.conversation_id, came.recipient_id is not None) == (None, is_phone), name
    assert [row.id for row in inbox.strays(made.org_id).rows] == [came.id]


def test_a_number_that_is_not_in_use_is_for_the_operator(app: Flask) -> None:
    scene(app)
    assert inbound(app, PHONE, "Hello", to="16145550112").status_code == 200
    assert count(InboundText) == 0
    (event,) = kept.unclaimed().rows
    assert event.note == "It was written to a number that is not in use here."


def test_a_number_that_changed_hands_is_looked_up_again(app: Flask) -> None:
    """Processes remember whose a number is; who has it now gets the text, and nobody else."""
    made, _ = plain(app)
    inbound(app, PHONE, "Hello")
    elsewhere = factories.organization()
    db.session.execute(update(SendingNumber).filter_by(phone=OURS).values(phone="+16145550189"))
    theirs = factories.number(elsewhere, OURS)
    db.session.commit()
    assert inbound(app, PHONE, "For the new one").status_code == 200
    came = newest()
    assert (came.organization_id, came.number_id, came.conversation_id) == (
        elsewhere.id,
        theirs.id,
        None,
    )
    db.session.delete(db.session.get_one(InboundText, came.id))
    db.session.execute(update(SendingNumber).filter_by(phone=OURS).values(phone="+16145550188"))
    db.session.commit()
    assert inbound(app, PHONE, "For nobody").status_code == 200
    last = db.session.scalars(select(ProviderEvent).order_by(ProviderEvent.id.desc()).limit(1)).one()
    assert (last.organization_id, last.note) == (
        None,
        "It was written to a number that is not in use here.",
    )
    assert count(InboundText, organization_id=made.org_id) == 1


def test_an_erased_person_is_not_brought_back_and_their_stop_counts(app: Flask) -> None:
    made, _ = erased(app)
    recipient = select(Recipient).filter_by(phone_hash=factories.hash_for(made.org_id, PHONE))
    for words, stopped in (("STOP", True), ("YES", True), ("START", False), ("HELP", False)):
        inbound(app, PHONE, words)
        db.session.expire_all()
        row = db.session.scalars(recipient).one()
        assert row.phone is None
        assert (row.suppressed_at is not None) == stopped, words
    assert count(Message, kind="stop_confirmation") == count(Message, kind="help") == 0


MACHINES = [
    ("Liked “Hi Maria0, this is Amy with Ohio Votes. Reply STOP to opt out.”", "reaction", "like", True),
    ("Disliked “Hi Maria0, this is Amy…”", "reaction", "dislike", True),
    ("Loved “Something nobody here wrote”", "reaction", "love", False),
    ("Liked an image", "reaction", "like", False),
    ("I'm driving right now and will see your message later.", "auto_reply", "", False),
]


@pytest.mark.parametrize(("words", "kind", "reaction", "tied"), MACHINES)
def test_reactions_and_machines_are_shown_and_wait_for_nobody(
    app: Flask, words: str, kind: str, reaction: str, tied: bool
) -> None:
    made = scene(app)
    message_id = made.sent()
    inbound(app, PHONE, "Hello?")
    before = talk_of(made)
    waited, last = before.waiting_since, before.last_inbound_id
    inbound(app, PHONE, words)
    came = newest()
    assert (came.kind, came.reaction, came.tier) == (kind, reaction, "none")
    assert came.about_message_id == (message_id if tied else None)
    after = talk_of(made)
    assert (after.waiting_since, after.last_inbound_id) == (waited, last)
    assert db.session.get_one(Recipient, came.recipient_id).suppressed_at is None


def test_a_reaction_alone_makes_nobody_wait(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, PHONE, "Liked “Hi Maria0, this is Amy with Ohio Votes.”")
    assert talk_of(made).waiting_since is None


def test_a_reaction_is_about_the_latest_text_that_begins_so(app: Flask) -> None:
    """Two campaigns may send the same words; only those of its own conversation count."""
    made = scene(app, first="Hi {first_name}, it is {volunteer_name}’s turn. Reply STOP to opt out.")
    message_id = made.sent()
    inbound(app, PHONE, "Liked “Hi Maria0, it is Amy's turn. Reply…”")
    assert newest().about_message_id == message_id


def test_words_of_danger_ask_for_an_organizer_at_once(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, PHONE, "I want to kill myself")
    talk = talk_of(made)
    assert talk.crisis_reason
    first = talk.lead_asked_at
    assert first is not None
    assert talk.waiting_since is not None
    inbound(app, PHONE, "Nobody would notice")
    assert talk_of(made).crisis_reason == talk.crisis_reason
    assert talk_of(made).lead_asked_at == first


def test_words_of_danger_from_somebody_unknown_are_marked(app: Flask) -> None:
    made = scene(app)
    inbound(app, "+19375550133", "I want to kill myself")
    (row,) = inbox.strays(made.org_id).rows
    assert row.danger


def test_abuse_is_marked(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, PHONE, "I know where you live")
    assert newest().abusive
    inbound(app, PHONE, "Sorry about that")
    assert not newest().abusive


def test_a_wrong_number_closes_and_is_still_seen(app: Flask) -> None:
    """Nothing that waits to leave goes to them; whether they are opted out is somebody's choice."""
    made = scene(app)
    made.sent()
    inbound(app, PHONE, "You have the wrong number")
    talk = talk_of(made)
    assert (talk.state, talk.closed_reason) == ("closed", "wrong_number")
    assert talk.waiting_since is not None
    assert db.session.get_one(Recipient, talk.recipient_id).suppressed_at is None
    inbound(app, PHONE, "Wait, I can pass it on. Where is it?")
    assert (talk_of(made).state, talk_of(made).closed_reason) == ("open", None)


LOCKS = [(PROBABLE, "conversation_locked"), ("You have the wrong number", "conversation_locked")]


@pytest.mark.parametrize(("words", "reason"), LOCKS)
def test_what_waits_to_leave_is_stopped_by_the_last_check(
    app: Flask, monkeypatch: pytest.MonkeyPatch, words: str, reason: str
) -> None:
    """An answer written before their text came in stays in the outbox only until the dispatcher looks."""
    unsure(monkeypatch)
    made = scene(app)
    message_id = made.sent()
    with transaction():
        db.session.execute(
            text("UPDATE message SET state = 'queued', created_at = p2p_now() WHERE id = :id"),
            {"id": message_id},
        )
        db.session.execute(
            text(
                """INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments)
                   SELECT id, organization_id, 1, p2p_now(), number_id, segments FROM message WHERE id = :id"""
            ),
            {"id": message_id},
        )
    inbound(app, PHONE, words)
    assert count(Outbox, message_id=message_id) == 1
    with transaction():
        dispatching.turn_back(message_id)
    message = made.message(message_id)
    assert (message.state, message.reason) == ("blocked", reason)
    assert count(Outbox, message_id=message_id) == 0


def test_help_is_answered_once_in_24_hours(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, PHONE, "HELP")
    inbound(app, PHONE, "HELP!")
    assert count(Message, kind="help") == 1
    db.session.execute(
        update(Message)
        .filter_by(kind="help")
        .values(created_at=text("created_at - interval '24 hours 1 second'"))
    )
    db.session.commit()
    inbound(app, PHONE, "HELP")
    assert count(Message, kind="help") == 2


def test_what_was_skipped_comes_back_with_the_next_text(app: Flask) -> None:
    made = scene(app)
    made.sent()
    inbound(app, PHONE, "Hello?")
    db.session.execute(update(Conversation).values(set_aside_at=text("p2p_now()")))
    db.session.commit()
    inbound(app, PHONE, "Anybody there?")
    assert talk_of(made).set_aside_at is None


def test_an_offer_that_stands_is_not_made_anew(app: Flask) -> None:
    made, _ = owner_is("removed")(app)
    inbound(app, PHONE, "Hello?")
    since = talk_of(made).offered_at
    inbound(app, PHONE, "Anybody there?")
    assert talk_of(made).offered_at == since


def test_words_of_danger_count_from_somebody_who_has_opted_out(app: Flask) -> None:
    made, _ = opted_out(app)
    inbound(app, PHONE, "I want to kill myself")
    talk = talk_of(made)
    assert talk.crisis_reason
    assert talk.lead_asked_at is not None
    assert (talk.state, talk.waiting_since) == ("closed", None)


@pytest.mark.parametrize("words", ["Where do I vote?", "STOP", "HELP"])
def test_two_copies_at_once_are_one_text(committed_app: Flask, words: str) -> None:
    """The first waits for the person's row, the second for the first; whoever ends first."""
    made = scene(committed_app)
    made.sent()
    db.session.rollback()

    def copy() -> int:
        with committed_app.app_context():
            return inbound(committed_app, PHONE, words, message_uuid="the same").status_code

    with db.engine.connect() as gate, ThreadPoolExecutor(2) as processes:
        held = gate.begin()
        gate.execute(text("SELECT 1 FROM recipient WHERE phone = :p FOR UPDATE"), {"p": PHONE})
        copies = [processes.submit(copy) for _ in range(2)]
        until(lambda: len(waiting_for_locks()) == 2)
        held.rollback()
        assert [one.result() for one in copies] == [200, 200]
    assert count(InboundText) == count(ProviderEvent, kind="inbound") == 1
    assert count(Message, kind="stop_confirmation") == (words == "STOP")
    assert count(Message, kind="help") == (words == "HELP")


def test_two_texts_of_a_stranger_at_once_are_one_person(committed_app: Flask) -> None:
    """Both find nobody, and both would make a row for them."""
    made = scene(committed_app)
    stranger = "+19375550133"
    digest = factories.hash_for(made.org_id, stranger)
    db.session.rollback()

    def write(words: str) -> int:
        with committed_app.app_context():
            return inbound(committed_app, stranger, words).status_code

    with db.engine.connect() as gate, ThreadPoolExecutor(2) as processes:
        held = gate.begin()
        gate.execute(
            text("INSERT INTO recipient (organization_id, phone_hash, phone) VALUES (:o, :h, :p)"),
            {"o": made.org_id, "h": digest, "p": stranger},
        )
        texts = [processes.submit(write, words) for words in ("Hello", "STOP")]
        until(lambda: len(waiting_for_locks()) == 2)
        held.rollback()
        assert [one.result() for one in texts] == [200, 200]
    db.session.expire_all()
    who = db.session.scalars(select(Recipient).filter_by(phone=stranger)).one()
    assert who.suppressed_at is not None
    assert set(db.session.scalars(select(InboundText.recipient_id))) == {who.id}


def test_a_text_waits_for_the_dispatcher_and_then_knows_what_left(committed_app: Flask) -> None:
    """Their text meets the lock under which a text of a second campaign leaves: it belongs to that one."""
    made = scene(committed_app)
    set_caps(made, 3, 3)
    made.sent()
    later = second_campaign(made)
    later.sent()
    db.session.execute(
        update(Conversation)
        .filter_by(contact_id=later.contacts[0])
        .values(last_sent_at=text("p2p_now() - interval '1 day'"))
    )
    db.session.commit()

    def write() -> int:
        with committed_app.app_context():
            return inbound(committed_app, PHONE, "Who is this?").status_code

    with db.engine.connect() as dispatcher, ThreadPoolExecutor(1) as processes:
        held = dispatcher.begin()
        dispatcher.execute(
            text("SELECT 1 FROM recipient WHERE phone = :p FOR NO KEY UPDATE"), {"p": PHONE}
        )
        answer = processes.submit(write)
        until(lambda: len(waiting_for_locks()) == 1)
        dispatcher.execute(
            text("UPDATE conversation SET last_sent_at = p2p_now() WHERE contact_id = :c"),
            {"c": later.contacts[0]},
        )
        held.commit()
        assert answer.result() == 200
    assert newest().conversation_id == talk_of(later).id
