"""A text without a conversation is put into one by a person, and counts there as any other."""

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.accounts.models import AuditEvent
from p2ptext.audience.models import Contact, Recipient
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.review import inbox, kept, routing
from p2ptext.texting.models import Conversation, InboundText, ProviderEvent
from tests import factories, world
from tests.conversations.evening import Evening, evening


@pytest.fixture
def made(app: Flask) -> Evening:
    return evening(app, waiting=2)


def stray(made: Evening, **values: object) -> InboundText:
    """Maria wrote to another of the organization's numbers; nobody waits in her conversation."""
    talk = made.talk(made.talks[0])
    talk.waiting_since, talk.state, talk.closed_reason = None, "closed", "no_reply_needed"
    known = {
        "organization_id": talk.organization_id,
        "event_id": world.provider_event(organization_id=talk.organization_id).id,
        "recipient_id": talk.recipient_id,
        "number_id": talk.number_id,
        "sender": "+16145550100",
        "text": "Are you still there?",
    }
    return factories.add(InboundText(**(known | values)))  # type: ignore[no-any-return]


def put(made: Evening, text: InboundText, place: int = 0) -> bool:
    """Olga puts it into one of the conversations."""
    ids = (text.id, made.talks[place])
    db.session.commit()
    with transaction():
        return routing.route(made.org_id, *ids, made.people["olga"])


def test_the_inbox_offers_the_conversations_of_whoever_wrote(made: Evening) -> None:
    stray(made)
    (row,) = inbox.strays(made.org_id).rows
    assert [talk.id for talk in row.talks] == [made.talks[0]]
    assert inbox.waits(made.org_id) == 1


def test_it_waits_in_the_conversation_for_an_answer(made: Evening) -> None:
    text = stray(made)
    contact = db.session.get_one(Contact, made.talk(made.talks[0]).contact_id)
    contact.replied_at = None
    path = f"/inbox/replies/{text.id}/route"
    assert made.browser("olga").post(path, script=False, conversation=made.talks[0]).status_code == 303
    db.session.expire_all()
    talk = db.session.get_one(Conversation, made.talks[0])
    assert (talk.state, talk.closed_reason, talk.last_inbound_id) == ("open", None, text.id)
    assert talk.waiting_since == text.received_at
    assert contact.replied_at is not None
    assert (text.conversation_id, text.dealt_with_by) == (talk.id, made.people["olga"])
    deeds = db.session.scalars(select(AuditEvent.action).filter_by(organization_id=made.org_id)).all()
    assert "text_routed" in deeds
    assert not put(made, text)


def test_who_opted_out_is_read_and_waits_for_nobody(made: Evening) -> None:
    text = stray(made)
    db.session.get_one(Recipient, text.recipient_id).suppressed_at = now()
    db.session.flush()
    assert put(made, text)
    talk = made.talk(made.talks[0])
    assert (talk.waiting_since, talk.state) == (None, "closed")


def test_what_may_ask_to_stop_locks_the_conversation(made: Evening) -> None:
    text = stray(made, tier="review", verdict_reason="It says “remove”.")
    assert put(made, text)
    assert made.talk(made.talks[0]).review_reason == "It says “remove”."


def test_it_fits_no_conversation_of_somebody_else(made: Evening) -> None:
    text = stray(made)
    with pytest.raises(Refused):
        put(made, text, 1)
    for org, inbound, talk in (
        (made.org_id + 1, text.id, made.talks[0]),
        (made.org_id, text.id + 999, made.talks[0]),
    ):
        with pytest.raises(NotFound):
            routing.route(org, inbound, talk, made.people["olga"])


def test_webhooks_that_nobody_could_use_are_put_aside_alone_or_with_all_alike(made: Evening) -> None:
    unused = [
        world.provider_event(organization_id=made.org_id, note=note) for note in ("A", "A", "B", "A")
    ]
    ids = [row.id for row in unused]
    assert kept.kept(made.org_id).total == 4
    olga = made.people["olga"]
    assert kept.put_aside(made.org_id, ids[0], olga, alike=False) == 1
    assert kept.put_aside(made.org_id, ids[0], olga, alike=False) == 0
    assert kept.put_aside(made.org_id, ids[1], olga, alike=True) == 1
    assert [row.id for row in kept.kept(made.org_id).rows] == [ids[3], ids[2]]
    db.session.expire_all()
    assert db.session.get_one(ProviderEvent, ids[1]).put_aside_by == olga
    with pytest.raises(NotFound):
        kept.put_aside(made.org_id + 1, ids[2], olga, alike=False)


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/o/{}/review", True),
        ("/o/{}/review?words=yes&open=3", True),
        ("/o/{}/review/7?at=1.7", True),
        ("", False),
        ("/o/{}/reviewer", False),
        ("/o/other/review", False),
        ("https://example.org/o/{}/review", False),
        ("//example.org/o/{}/review", False),
        ("/o/{}/review/../people", False),
        ("/o/{}/review\n", False),
        ("/o/{}/review\\x", False),
    ],
)
def test_a_deed_leads_back_to_review_and_nowhere_else(made: Evening, asked: str, leads: bool) -> None:
    olga = made.browser("olga")
    back = asked.format(made.org)
    answer = olga.post(f"/replies/{made.talks[0]}/note", script=False, text="A word", back=back)
    assert answer.status_code == 303
    assert (answer.location == back) is leads


def test_a_conversation_is_given_to_somebody_else(made: Evening) -> None:
    olga = made.browser("olga")
    path = f"/review/{made.talks[0]}/give"
    assert olga.post(path, script=False, to=str(made.people["ben"]), note="Yours").status_code == 303
    assert made.talk(made.talks[0]).person_id == made.people["ben"]
    assert olga.post(path, script=False, to="anybody").status_code == 303
    assert made.talk(made.talks[0]).offered_why == "organizer"
    assert olga.post(path, script=False, to="").status_code == 409
    assert made.browser("ben").post(path, script=False, to="anybody").status_code == 403


def test_an_address_of_a_filter_is_made_canonical(made: Evening) -> None:
    olga = made.browser("olga")
    answer = olga.get("/review?status=&words=+yes++&campaign=&x=1")
    assert (answer.status_code, answer.location) == (302, f"/o/{made.org}/review?words=yes")
    page = olga.get("/review?words=who&status=waiting")
    assert page.status_code == 200
    assert "<mark>Who</mark>" in page.text
    assert "2 conversations" in page.text
    assert f'href="/o/{made.org}/review?words=who"' in page.text  # the chip that takes the status away
    assert olga.get("/review/count?words=who").text == "2 conversations"
    assert olga.get("/review?words=%3Cscript%3E").text.count("<script>") == 0
    opened = olga.get(f"/review?open={made.talks[0]}&status=waiting")
    assert "Your answer to" in opened.text
    assert olga.get("/review?open=999999999").status_code == 404
