"""No contact is ever in two hands or in none, however many ask at once."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience import batching, handing_out, suppression
from p2ptext.audience.models import Batch, Contact
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.extensions import db
from tests import factories
from tests.audience.hands import at_once, batch, fill


def phones(n: int, start: int = 100) -> list[str]:
    return [f"+1202555{line:04d}" for line in range(start, start + n)]


def test_asking_again_renews_the_batch_in_hand(campaign: Campaign, amy: Person) -> None:
    factories.contacts(campaign, amy, phones(2))
    factories.contacts(campaign, amy, phones(2, 110))
    mine = handing_out.hand_out(campaign.id, amy.id)
    assert mine is not None
    batch(mine).leased_until = now() + timedelta(seconds=5)
    db.session.flush()
    assert handing_out.hand_out(campaign.id, amy.id) == mine
    left = batch(mine).leased_until - now()
    assert left > timedelta(seconds=batching.LEASE_S - 60)


def test_the_first_by_position_goes_out_first(campaign: Campaign, amy: Person, ben: Person) -> None:
    first = factories.contacts(campaign, amy, phones(1))[0].batch_id
    second = factories.contacts(campaign, amy, phones(1, 110))[0].batch_id
    assert handing_out.hand_out(campaign.id, ben.id) == first
    assert handing_out.hand_out(campaign.id, amy.id) == second


def test_a_finished_batch_is_done_and_the_next_one_comes(campaign: Campaign, amy: Person) -> None:
    made = factories.contacts(campaign, amy, phones(2))
    factories.contacts(campaign, amy, phones(1, 110))
    first = handing_out.hand_out(campaign.id, amy.id)
    for contact in made:
        contact.state = "texted"
    db.session.flush()
    second = handing_out.hand_out(campaign.id, amy.id)
    assert second not in (None, first)
    assert (batch(first or 0).state, batch(second or 0).state) == ("done", "leased")


def test_the_unsent_goes_back_and_to_others_first(campaign: Campaign, amy: Person, ben: Person) -> None:
    returned = factories.contacts(campaign, amy, phones(2))[0]
    other = factories.contacts(campaign, amy, phones(1, 110))[0]
    taken = handing_out.hand_out(campaign.id, amy.id)
    batching.skip(returned.id, amy.id)
    batching.give_back(taken or 0, ben.id)  # not his to give
    assert batch(taken or 0).state == "leased"
    batching.give_back(taken or 0, amy.id)
    given = batch(taken or 0)
    assert (given.state, given.person_id, given.last_person_id) == ("open", None, amy.id)
    assert db.session.get_one(Contact, returned.id).skipped_by is None
    assert handing_out.hand_out(campaign.id, amy.id) == other.batch_id
    assert handing_out.hand_out(campaign.id, ben.id) == returned.batch_id


def test_who_gave_a_batch_back_gets_it_when_nothing_else_is_left(
    campaign: Campaign, amy: Person
) -> None:
    factories.contacts(campaign, amy, phones(2))
    taken = handing_out.hand_out(campaign.id, amy.id)
    batching.give_back(taken or 0, amy.id)
    assert handing_out.hand_out(campaign.id, amy.id) == taken


def test_a_batch_of_skipped_cards_is_exchanged(campaign: Campaign, amy: Person) -> None:
    skipped = factories.contacts(campaign, amy, phones(1))[0]
    factories.contacts(campaign, amy, phones(1, 110))
    taken = handing_out.hand_out(campaign.id, amy.id)
    batching.skip(skipped.id, amy.id)
    other = handing_out.hand_out(campaign.id, amy.id)
    assert other not in (None, taken)
    assert batch(taken or 0).state == "open"


@pytest.mark.parametrize("status", ["draft", "paused", "archived"])
def test_only_a_running_campaign_hands_out(campaign: Campaign, amy: Person, status: str) -> None:
    factories.contacts(campaign, amy, phones(1))
    campaign.status = status
    db.session.flush()
    assert handing_out.hand_out(campaign.id, amy.id) is None


@pytest.mark.parametrize(
    ("zones", "handed_out"),
    [
        (["America/New_York"], True),  # 14:00 there
        (["America/New_York", "Asia/Tokyo"], False),  # one of the places sleeps
        (["Pacific/Pago_Pago"], False),  # 8:00 there at most, and the hours begin at 9:00
    ],
)
def test_what_cannot_be_texted_now_is_not_handed_out(
    campaign: Campaign, amy: Person, zones: list[str], handed_out: bool
) -> None:
    factories.contacts(campaign, amy, phones(2), zones=zones)
    assert (handing_out.hand_out(campaign.id, amy.id) is not None) is handed_out


def test_a_batch_of_opted_out_people_is_not_handed_out(campaign: Campaign, amy: Person) -> None:
    for contact in factories.contacts(campaign, amy, phones(2)):
        suppression.suppress(contact.recipient_id, "asked", amy.id)
    assert handing_out.hand_out(campaign.id, amy.id) is None


def test_renewing_what_is_no_longer_in_hand_says_so(
    campaign: Campaign, amy: Person, ben: Person
) -> None:
    factories.contacts(campaign, amy, phones(1))
    taken = handing_out.hand_out(campaign.id, amy.id) or 0
    assert batching.renew(taken, amy.id)
    assert not batching.renew(taken, ben.id)
    batching.give_back(taken, amy.id)
    assert not batching.renew(taken, amy.id)


def test_an_expired_lease_returns(campaign: Campaign, amy: Person, ben: Person) -> None:
    contact = factories.contacts(campaign, amy, phones(2))[0]
    taken = handing_out.hand_out(campaign.id, amy.id) or 0
    batching.skip(contact.id, amy.id)
    assert batching.return_expired() == 0
    batch(taken).leased_until = now() - timedelta(seconds=1)
    db.session.flush()
    assert batching.return_expired() == 1
    assert batch(taken).state == "open"
    assert db.session.get_one(Contact, contact.id).skipped_by is None
    assert handing_out.hand_out(campaign.id, ben.id) == taken


def test_a_contact_that_is_ready_again_reopens_its_batch(campaign: Campaign, amy: Person) -> None:
    contact = factories.contacts(campaign, amy, phones(1))[0]
    taken = handing_out.hand_out(campaign.id, amy.id) or 0
    contact.state = "texted"
    db.session.flush()
    batching.give_back(taken, amy.id)
    assert batch(taken).state == "done"
    db.session.get_one(Contact, contact.id).state = "ready"
    db.session.flush()
    batching.reopen(taken)
    assert handing_out.hand_out(campaign.id, amy.id) == taken


@pytest.fixture
def big(committed_app: Flask) -> Campaign:
    """400 contacts in 50 batches of 8."""
    org = factories.organization()
    made = factories.campaign(org, factories.person(org))
    fill(made, 50, 8)
    db.session.commit()
    return made


def test_twelve_taps_at_once_hold_one_batch(committed_app: Flask, big: Campaign) -> None:
    person_id, campaign_id = big.created_by, big.id
    taken = at_once(committed_app, [lambda: handing_out.hand_out(campaign_id, person_id)] * 12)
    assert len(set(taken)) == 1
    leased = select(func.count()).where(Batch.state == "leased")
    assert db.session.scalar(leased) == 1


def test_a_batch_says_which_zones_wait_in_it(campaign: Campaign, amy: Person) -> None:
    eastern, central = "America/New_York", "America/Chicago"
    first, second = fill(campaign, 2, 3)

    def sets() -> list[set[str]]:
        db.session.expire_all()
        rows = db.session.scalars(select(Batch.zone_sets).order_by(Batch.position)).all()
        return [{"unknown"} if row is None else set(row) for row in rows]

    whole = {eastern, central, f"{eastern} {central}"}
    assert sets() == [whole, whole]
    assert handing_out.hand_out(campaign.id, amy.id) == first
    db.session.execute(
        text("UPDATE contact SET state = 'texted' WHERE batch_id = :id AND zones = :zones"),
        {"id": first, "zones": [eastern]},
    )
    batching.give_back(first, amy.id)
    assert sets() == [whole - {eastern}, whole]
    batching.reopen(first)
    assert sets() == [{"unknown"}, whole]
    # She gave the first back, so the other comes first; then the first again, by its contacts.
    assert handing_out.hand_out(campaign.id, amy.id) == second
    db.session.execute(text("UPDATE contact SET state = 'texted' WHERE batch_id = :id"), {"id": second})
    assert handing_out.hand_out(campaign.id, amy.id) == first
    db.session.execute(text("UPDATE contact SET state = 'texted'"))
    assert handing_out.hand_out(campaign.id, amy.id) is None
    assert sets() == [set(), set()]


def test_a_batch_whose_zones_sleep_is_passed_over(campaign: Campaign, amy: Person) -> None:
    asleep, awake = fill(campaign, 2, 3)
    db.session.execute(
        text("UPDATE contact SET zones = '{Pacific/Pago_Pago}' WHERE batch_id = :id"), {"id": asleep}
    )
    for known in (["Pacific/Pago_Pago"], None):
        batch(asleep).zone_sets = known
        db.session.flush()
        assert handing_out.hand_out(campaign.id, amy.id) == awake
        batching.give_back(awake, amy.id)


def test_fifty_volunteers_at_once_share_no_contact_and_orphan_none(
    committed_app: Flask, big: Campaign
) -> None:
    org = db.session.get_one(Organization, big.organization_id)
    people = [factories.person(org).id for _ in range(50)]
    campaign_id = big.id
    db.session.commit()
    # The pool has 20 connections: five waves of ten that ask, text some, give back and ask again.
    for wave in range(5):
        mine = people[wave * 10 : wave * 10 + 10]
        at_once(committed_app, [lambda one=one: _work(campaign_id, one) for one in mine])  # type: ignore[misc]
        _nothing_is_lost(campaign_id)
    leased = db.session.scalars(select(Batch.person_id).where(Batch.state == "leased")).all()
    assert max(Counter(leased).values()) == 1


def _work(campaign_id: int, person_id: int) -> None:
    """Take a batch, text half of it, give it back, and take another."""
    taken = handing_out.hand_out(campaign_id, person_id)
    if taken is None:
        return
    db.session.execute(
        text(
            "UPDATE contact SET state = 'texted' WHERE batch_id = :batch AND position % 2 = 0"
            " AND state = 'ready'"
        ),
        {"batch": taken},
    )
    batching.give_back(taken, person_id)
    handing_out.hand_out(campaign_id, person_id)


def _nothing_is_lost(campaign_id: int) -> None:
    db.session.rollback()
    rows = db.session.execute(
        text(
            "SELECT count(*), count(DISTINCT c.id), count(*) FILTER (WHERE b.id IS NULL),"
            " count(*) FILTER (WHERE c.state = 'ready' AND b.state = 'done')"
            " FROM contact c LEFT JOIN batch b ON b.id = c.batch_id WHERE c.campaign_id = :campaign"
        ),
        {"campaign": campaign_id},
    ).one()
    assert tuple(rows) == (400, 400, 0, 0)


def test_a_release_and_an_undo_at_once_never_leave_a_contact_behind(
    committed_app: Flask, big: Campaign
) -> None:
    person_id, campaign_id = big.created_by, big.id
    for _ in range(15):
        with transaction():
            taken = handing_out.hand_out(campaign_id, person_id)
            assert taken is not None
            last = db.session.scalars(
                select(Contact.id).where(Contact.batch_id == taken).order_by(Contact.position)
            ).first()
            db.session.execute(
                text("UPDATE contact SET state = 'texted' WHERE batch_id = :batch"), {"batch": taken}
            )

        def undo(contact_id: int | None = last, batch_id: int = taken) -> None:
            db.session.execute(
                text("UPDATE contact SET state = 'ready' WHERE id = :id"), {"id": contact_id}
            )
            batching.reopen(batch_id)

        at_once(committed_app, [undo, lambda b=taken: batching.give_back(b, person_id)])  # type: ignore[misc]
        _nothing_is_lost(campaign_id)
        with transaction():
            db.session.execute(
                text("UPDATE contact SET state = 'texted' WHERE batch_id = :batch"), {"batch": taken}
            )
