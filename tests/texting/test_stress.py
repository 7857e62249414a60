"""Everything at once, on real threads and connections: nothing deadlocks, errs or is lost."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import Organization
from p2ptext.audience import batching, handing_out
from p2ptext.audience.models import Contact
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.texting import claiming, outbox, pacing, screen, sending, sweeping
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.pace_models import PacingBucket
from tests import factories
from tests.audience.lists import bring_in
from tests.texting.scene import Carrier, carry, inbound, scene
from tests.texting.test_partition import LOST, OTHERS
from tests.waiting import PATIENCE_S

SECONDS = 4.0
VOLUNTEERS = 4


def volunteer(campaign_id: int, who: Clicker, chance: random.Random) -> None:
    """Take, send, pass on, take back, give back: as fast as the machine can."""
    with transaction():
        handing_out.hand_out(campaign_id, who.person_id)
    with transaction():
        cards = screen.deck(who.organization_id, campaign_id, who.person_id, "Amy")["cards"]
    for card in cards[: chance.randint(1, 6)]:
        if chance.random() < 0.3:
            with transaction():
                screen.skip(who.organization_id, campaign_id, who.person_id, card["token"])
            continue
        with transaction():
            sent = sending.send_first(who, campaign_id, card["token"], card["hash"], 0)
        if chance.random() < 0.4:
            with transaction():
                outbox.undo(who.organization_id, who.person_id, sent.message_id)
    with transaction():
        held = screen.held_batch(who.organization_id, campaign_id, who.person_id)
        if held is not None and chance.random() < 0.6:
            batching.give_back(held, who.person_id)


def dispatcher(carrier: Carrier) -> None:
    with transaction():
        claimed = claiming.claim(5)
    carry(carrier, claimed)


def person(app: Flask, phones: list[str], chance: random.Random) -> None:
    words = chance.choice(["STOP", "START", "Yes!", "STOP", "Who is this?"])
    assert inbound(app, chance.choice(phones), words).status_code == 200


def time_passes() -> None:
    with transaction():
        db.session.execute(text("UPDATE pacing_bucket SET permits = 25 WHERE name = 'account'"))
    with transaction():
        db.session.execute(
            text(
                "UPDATE batch SET leased_until = p2p_now() - interval '1 s' WHERE id IN (SELECT id FROM"
                " batch WHERE state = 'leased' ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED)"
            )
        )
    sweeping.sweep()


def until_over(app: Flask, goes_on: Callable[[], bool], act: Callable[[], object]) -> list[str]:
    """Errors that nobody should ever see."""
    errors = []
    while goes_on():
        with app.app_context():
            try:
                act()
            except (Refused, NotFound):
                db.session.rollback()
            except Exception as error:
                db.session.rollback()
                errors.append(f"{type(error).__name__}: {error}")
    return errors


def first_texts(carrier: Carrier) -> list[str]:
    return [sent.to for sent in carrier.texts if "Hi Ana" in sent.text]


def test_everything_at_once(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "wait_ms", lambda *_: 0)
    made = scene(committed_app, people=1, undo_s=0)
    org = db.session.get_one(Organization, made.org_id)
    campaign = db.session.get_one(Campaign, made.campaign)
    campaign.status, campaign.batch_size = "draft", 4
    # The same people in a second campaign: their contacts are locked together.
    second = factories.campaign(org, factories.person(org), status="draft", batch_size=4)
    db.session.commit()
    lines = [f"{area}555{line:04d},Ana" for area in (202, 216) for line in range(100, 160)]
    for one in (campaign, second):
        bring_in(one, "phone,first_name\n" + "\n".join(lines) + "\n")
        one.status = "running"
    db.session.add(PacingBucket(name="account", permits=25.0))
    clickers = []
    for n in range(VOLUNTEERS):
        who = factories.person(org)
        factories.client(committed_app, who)
        session = db.session.scalar(text("SELECT max(id) FROM web_session"))
        clickers.append(Clicker(org.id, who.id, session or 0, "Amy", "127.0.0.1", f"test {n}"))
    phones = [f"+1{line.split(',')[0]}" for line in lines]
    campaigns = [campaign.id, second.id]
    third = factories.campaign(org, factories.person(org), status="draft", batch_size=4)
    db.session.commit()
    third_id = third.id
    db.session.remove()
    carrier = Carrier()
    chance = random.Random(1)

    def import_again() -> None:
        row = db.session.get_one(Campaign, third_id)
        chance.shuffle(lines)
        bring_in(row, "phone,first_name\n" + "\n".join(lines) + "\n")

    acts: list[Callable[[], object]] = [
        *(partial(volunteer, campaigns[n % 2], who, random.Random(n)) for n, who in enumerate(clickers)),
        partial(dispatcher, carrier),
        partial(dispatcher, carrier),
        partial(person, committed_app, phones, random.Random(9)),
        partial(person, committed_app, phones, random.Random(10)),
        time_passes,
        time_passes,
        import_again,
    ]
    over = time.monotonic() + SECONDS

    def goes_on() -> bool:
        """So long, and until something has happened at all, on however slow a computer."""
        now = time.monotonic()
        return now < over or (len(first_texts(carrier)) <= 3 and now < over + PATIENCE_S)

    with ThreadPoolExecutor(len(acts)) as pool:
        errors = list(pool.map(partial(until_over, committed_app, goes_on), acts))
    assert [error for found in errors for error in found] == []
    sweeping.sweep()
    assert db.session.execute(text(LOST)).all() == []
    for what, sql in OTHERS.items():
        assert not db.session.execute(text(sql)).all(), what
    firsts = first_texts(carrier)
    assert len(firsts) > 3
    assert max(map(firsts.count, firsts)) <= 2  # once in each campaign
    assert db.session.scalars(select(Contact.id).where(Contact.campaign_id == third_id)).first()
