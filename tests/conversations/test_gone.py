"""Somebody is suspended or removed, and nothing of theirs goes on: not a page, not a click under way."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select, text

from p2ptext.accounts import managing
from p2ptext.accounts.access import Member, Org
from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.audience.models import Batch, Contact
from p2ptext.background import transaction
from p2ptext.conversations import answering
from p2ptext.conversations.answering import Reply
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from p2ptext.texting import live, presence, sending
from p2ptext.texting.models import Conversation, Message
from tests import factories
from tests.conversations.talking import clicker, talk, token, waiting_scene
from tests.texting.scene import Scene, scene
from tests.texting.test_races import cards_of, one_after_the_other, unpaced
from tests.texting.test_races import clicker as first_clicker
from tests.waiting import PATIENCE_S, until
from tests.world import csrf_token


def manager_of(made: Scene) -> tuple[int, int]:
    """Ids of a manager and of their membership."""
    boss = factories.person(db.session.get_one(Organization, made.org_id), "manager")
    place = db.session.scalars(select(Membership.id).filter_by(person_id=boss.id)).one()
    db.session.commit()
    return boss.id, place


def ending(made: Scene, deed: str = "suspend") -> Callable[[], object]:
    """What a manager's press does, in a transaction of its own."""
    _, place = manager_of(made)
    member = db.session.scalars(select(Membership.id).filter_by(person_id=made.volunteer)).one()
    db.session.rollback()

    def end() -> object:
        with made.app.test_request_context("/"):
            g.org = Org(made.org_id, made.org, "The organization")
            with transaction():
                by = Member(place, "manager", "active", "Boss", None)
                managing.move(by, made.org_id, member, deed)
            return "ended"

    return end


def press(made: Scene, deed: str) -> Any:
    """A manager's browser presses Suspend or Remove."""
    boss_id, _ = manager_of(made)
    member = db.session.scalars(select(Membership.id).filter_by(person_id=made.volunteer)).one()
    browser = factories.client(made.app, db.session.get_one(Person, boss_id))
    db.session.commit()
    csrf = csrf_token(made.app, browser)
    return browser.post(f"/o/{made.org}/people/{member}/{deed}", headers={"X-CSRFToken": csrf})


@pytest.mark.parametrize("deed", ["suspend", "remove"])
def test_one_press_ends_everything(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    monkeypatch.setattr(live, "PING_S", PATIENCE_S)  # nothing but the press closes a stream
    made = waiting_scene(committed_app)
    kept = factories.add(
        Batch(
            organization_id=made.org_id,
            campaign_id=made.campaign,
            position=5_000_000,
            reserved_for=made.volunteer,
        )
    ).id
    talk_id, held = talk(made).id, db.session.get_one(Contact, made.contacts[1]).batch_id
    presence.write({(made.org_id, made.volunteer)}, set())
    db.session.commit()
    card = made.deck()["cards"][0]
    stream = made.browser.get(f"/o/{made.org}/live")
    events = iter(stream.response)
    assert b"data: open" in next(events)
    until(lambda: live.HUB.hears)
    assert press(made, deed).status_code == 302
    # Their page is told, asks again whether it may stay open, and may not.
    assert b"gone" not in b"".join(event for event in events if b"still here" not in event)
    db.session.expire_all()
    batch = db.session.get_one(Batch, held)
    assert (batch.state, batch.person_id) == ("open", None)
    assert db.session.get_one(Batch, kept).reserved_for is None
    offered = db.session.get_one(Conversation, talk_id)
    assert (offered.offered_why, offered.person_id) == ("left", made.volunteer)
    assert presence.on_shift(made.org_id) == 0
    refused = made.send(card)
    assert (refused.status_code, refused.get_json()["code"]) == (401, "signed_out")
    assert (
        db.session.scalars(select(Message).filter_by(contact_id=int(card["id"].split(":")[0]))).all()
        == []
    )


@pytest.mark.parametrize("click_first", [True, False])
def test_a_click_under_way_comes_before_the_end_or_not_at_all(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch, click_first: bool
) -> None:
    made = scene(committed_app, people=1)
    unpaced(monkeypatch)
    who, end = first_clicker(made), ending(made)
    (card,) = cards_of(made, 1)
    db.session.remove()

    def click() -> object:
        with transaction():
            return sending.send_first(who, made.campaign, *card, 0)

    order = (click, end) if click_first else (end, click)
    outcomes = one_after_the_other(committed_app, "SELECT 1 FROM batch FOR UPDATE", *order)
    clicked = outcomes[order.index(click)]
    assert outcomes[order.index(end)] == "ended"
    found = tuple(db.session.execute(text("SELECT b.state, c.state FROM batch b, contact c")).one())
    if click_first:
        assert isinstance(clicked, sending.Clicked)
        assert found == ("done", "texted")
    else:
        assert isinstance(clicked, NotFound)
        assert found == ("open", "ready")
        assert db.session.scalars(select(Message)).all() == []


@pytest.mark.parametrize("reply_first", [True, False])
def test_a_reply_under_way_comes_before_the_end_or_not_at_all(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch, reply_first: bool
) -> None:
    made = waiting_scene(committed_app)
    unpaced(monkeypatch)
    talk_id, who = talk(made).id, clicker(made)
    words, end = token(made, talk_id), ending(made, "remove")
    before = len(db.session.scalars(select(Message)).all())
    db.session.remove()

    def reply() -> object:
        with transaction():
            return answering.send_reply(who, talk_id, Reply(words, "Hello"))

    order = (reply, end) if reply_first else (end, reply)
    outcomes = one_after_the_other(committed_app, "SELECT 1 FROM conversation FOR UPDATE", *order)
    replied = outcomes[order.index(reply)]
    assert outcomes[order.index(end)] == "ended"
    after = len(db.session.scalars(select(Message)).all())
    found = db.session.get_one(Conversation, talk_id)
    if reply_first:
        assert isinstance(replied, answering.Answered)
        assert (after - before, found.offered_at) == (1, None)
    else:
        assert isinstance(replied, NotFound)
        assert (after - before, found.offered_why) == (0, "left")


def test_whoever_is_resumed_gets_nothing_back_by_itself(committed_app: Flask) -> None:
    made = waiting_scene(committed_app)
    for deed in ("suspend", "resume"):
        assert press(made, deed).status_code == 302
    assert db.session.scalars(select(Batch.state)).all() == ["open"]
    assert db.session.scalars(select(Conversation.offered_why)).all() == ["left"]
