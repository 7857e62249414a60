"""Batches given to volunteers: kept for them, taken back at once, and never anybody else's."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import AuditEvent, Membership, Organization, Person
from p2ptext.audience import assigning, batching, handing_out
from p2ptext.audience.handing_out import left_of
from p2ptext.audience.models import Batch
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from tests import factories
from tests.audience.hands import at_once, batch, fill


def take(campaign: Campaign, who: Person) -> int | None:
    return handing_out.hand_out(campaign.id, who.id)


def give(campaign: Campaign, who: Person, batches: int) -> int:
    return assigning.give(campaign.id, campaign.organization_id, who.id, batches)


def only_given(campaign: Campaign) -> None:
    assigning.set_policy(campaign.id, campaign.organization_id, "given")


def gone(who: Person, status: str) -> None:
    db.session.scalars(select(Membership).filter_by(person_id=who.id)).one().status = status
    db.session.flush()


def test_what_is_given_waits_for_one_person(campaign: Campaign, amy: Person, ben: Person) -> None:
    first, second, third = fill(campaign, 3, 2)
    assert give(campaign, amy, 2) == 2
    assert take(campaign, ben) == third
    assert take(campaign, amy) == first
    held = batch(first)
    assert (held.state, held.person_id, held.reserved_for) == ("leased", amy.id, amy.id)
    db.session.execute(text("UPDATE contact SET state = 'texted' WHERE batch_id = :b"), {"b": first})
    assert take(campaign, amy) == second
    assert (batch(first).state, batch(first).reserved_for) == ("done", None)


def test_given_batches_come_before_others(campaign: Campaign, amy: Person, ben: Person) -> None:
    first, _, third = fill(campaign, 3, 2)
    batch(third).reserved_for = amy.id
    db.session.flush()
    assert take(campaign, amy) == third
    assert take(campaign, ben) == first


def test_no_more_is_given_than_is_free(campaign: Campaign, amy: Person, ben: Person) -> None:
    fill(campaign, 3, 2)
    take(campaign, ben)
    assert give(campaign, amy, 5) == 2
    assert give(campaign, amy, 5) == 0
    assert take(campaign, amy) is not None


@pytest.mark.parametrize("status", ["suspended", "removed", "pending"])
def test_only_active_members_are_given_cards(campaign: Campaign, amy: Person, status: str) -> None:
    fill(campaign, 1, 2)
    gone(amy, status)
    with pytest.raises(Refused, match="cannot text here"):
        give(campaign, amy, 1)


def test_strangers_and_other_campaigns_do_not_exist(campaign: Campaign, amy: Person) -> None:
    fill(campaign, 1, 2)
    stranger = factories.person(factories.organization())
    with pytest.raises(NotFound):
        give(campaign, stranger, 1)
    with pytest.raises(NotFound):
        assigning.take_back(campaign.id, campaign.organization_id, stranger.id)
    with pytest.raises(NotFound):
        assigning.give(campaign.id, campaign.organization_id + 1, amy.id, 1)
    with pytest.raises(NotFound):
        assigning.share(campaign.id, campaign.organization_id + 1, amy.id, "/")


def test_a_campaign_that_is_over_gives_nothing(campaign: Campaign, amy: Person) -> None:
    fill(campaign, 1, 2)
    campaign.status = "archived"
    db.session.flush()
    with pytest.raises(Refused, match="over"):
        give(campaign, amy, 1)
    with pytest.raises(Refused, match="archived"):
        only_given(campaign)


def test_taking_back_ends_the_hand_at_once(campaign: Campaign, amy: Person, ben: Person) -> None:
    first, second, _ = fill(campaign, 3, 2)
    give(campaign, amy, 2)
    take(campaign, amy)
    skipped = db.session.scalar(text("SELECT min(id) FROM contact WHERE batch_id = :b"), {"b": first})
    batching.skip(skipped or 0, amy.id)
    assert assigning.take_back(campaign.id, campaign.organization_id, amy.id) == 2
    for one in (first, second):
        back = batch(one)
        assert (back.state, back.person_id, back.reserved_for) == ("open", None, None)
    assert db.session.scalar(text("SELECT count(*) FROM contact WHERE skipped_by IS NOT NULL")) == 0
    assert not batching.renew(first, amy.id)
    assert take(campaign, ben) == first
    assert assigning.take_back(campaign.id, campaign.organization_id, amy.id) == 0
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(event.action, event.detail) for event in events] == [
        ("cards_given", {"person": amy.id, "batches": 2}),
        ("cards_taken_back", {"person": amy.id, "batches": 2}),
    ]


def test_where_only_managers_give_nobody_takes_by_themself(
    campaign: Campaign, amy: Person, ben: Person
) -> None:
    first, _ = fill(campaign, 2, 2)
    only_given(campaign)
    give(campaign, amy, 1)
    assert take(campaign, ben) is None
    assert left_of(campaign.id, ben.id).words == (
        "In this campaign a manager gives out the cards, and you have none. Ask for some."
    )
    assert take(campaign, amy) == first
    assert take(campaign, amy) == first
    # "I'm done" is for good: the manager decides who gets the rest.
    batching.give_back(first, amy.id)
    assert take(campaign, amy) is None


@pytest.mark.parametrize(("policy", "stays"), [("given", True), ("anyone", False)])
def test_a_break_costs_the_given_cards_only_where_anyone_may_take_them(
    campaign: Campaign, amy: Person, policy: str, stays: bool
) -> None:
    (only,) = fill(campaign, 1, 2)
    assigning.set_policy(campaign.id, campaign.organization_id, policy)
    give(campaign, amy, 1)
    take(campaign, amy)
    batch(only).leased_until = now() - timedelta(seconds=1)
    db.session.flush()
    assert batching.return_expired() == 1
    assert batch(only).state == "open"
    assert (batch(only).reserved_for == amy.id) is stays
    assert take(campaign, amy) == only


@pytest.mark.parametrize("status", ["suspended", "removed"])
def test_who_is_gone_holds_nothing_after_the_next_sweep(
    campaign: Campaign, amy: Person, ben: Person, status: str
) -> None:
    first, second, third = fill(campaign, 3, 2)
    only_given(campaign)
    give(campaign, amy, 2)
    give(campaign, ben, 1)
    assert (take(campaign, amy), take(campaign, ben)) == (first, third)
    assert batching.return_expired() == 0
    gone(amy, status)
    assert batching.return_expired() == 2
    for one in (first, second):
        assert (batch(one).state, batch(one).reserved_for) == ("open", None)
    assert (batch(third).person_id, batch(third).reserved_for) == (ben.id, ben.id)


def test_a_person_holds_batches_of_three_campaigns_at_most(org: Organization, amy: Person) -> None:
    made = [factories.campaign(org, amy) for _ in range(handing_out.MOST_IN_HAND + 1)]
    for one in made:
        fill(one, 2, 2)
    for one in made[:-1]:
        assert take(one, amy) is not None
    with pytest.raises(Refused) as refused:
        take(made[-1], amy)
    assert refused.value.words == (
        "You have cards of 3 other campaigns in your hand. Press Done in one of them, then take new "
        "ones here."
    )
    assert take(made[0], amy) is not None  # what is in hand goes on
    db.session.execute(
        text("UPDATE batch SET leased_until = p2p_now() - interval '1 s' WHERE campaign_id = :c"),
        {"c": made[0].id},
    )
    assert take(made[-1], amy) is not None  # a lease that is over does not count


def test_the_words_for_everyone_who_gets_nothing(campaign: Campaign, amy: Person, ben: Person) -> None:
    (only,) = fill(campaign, 1, 2)

    def words() -> str:
        assert take(campaign, ben) is None
        return left_of(campaign.id, ben.id).words

    take(campaign, amy)
    assert words().startswith("Everybody who is left is with other volunteers.")
    db.session.execute(text("UPDATE contact SET state = 'texted' WHERE batch_id = :b"), {"b": only})
    batching.give_back(only, amy.id)
    assert words() == "Everybody on this list has been texted. Thank you."
    db.session.execute(text("UPDATE contact SET state = 'ready', zones = '{Pacific/Pago_Pago}'"))
    batching.reopen(only)
    assert words().startswith("You can text nobody of those who are left just now")
    for status, said in (("paused", "paused"), ("archived", "not running")):
        campaign.status = status
        db.session.flush()
        assert said in words()


def test_eight_taps_at_once_take_one_batch_and_no_other_campaigns_fourth(committed_app: Flask) -> None:
    """However fast somebody taps, in however many tabs: one batch here, three in all."""
    org = factories.organization()
    amy = factories.person(org).id
    owner = factories.person(org)
    made = [factories.campaign(org, owner) for _ in range(8)]
    for one in made:
        fill(one, 3, 2)
    ids = [one.id for one in made]
    db.session.commit()

    def tap(campaign_id: int) -> int | None:
        try:
            return handing_out.hand_out(campaign_id, amy)
        except Refused:
            return None

    assert len(set(at_once(committed_app, [lambda: tap(ids[0])] * 8))) == 1
    at_once(committed_app, [lambda one=one: tap(one) for one in ids])  # type: ignore[misc]
    held = select(func.count()).where(Batch.state == "leased", Batch.person_id == amy)
    assert db.session.scalar(held) == handing_out.MOST_IN_HAND


def test_giving_and_taking_back_while_the_volunteer_asks(committed_app: Flask) -> None:
    org = factories.organization()
    owner, amy, ben = (factories.person(org) for _ in range(3))
    campaign = factories.campaign(org, owner)
    fill(campaign, 12, 2)
    org_id, campaign_id, amy_id, ben_id = org.id, campaign.id, amy.id, ben.id
    db.session.commit()
    for _ in range(10):
        at_once(
            committed_app,
            [
                lambda: assigning.give(campaign_id, org_id, amy_id, 3),
                lambda: assigning.give(campaign_id, org_id, ben_id, 3),
                lambda: assigning.take_back(campaign_id, org_id, amy_id),
                lambda: handing_out.hand_out(campaign_id, amy_id) or 0,
                lambda: handing_out.hand_out(campaign_id, ben_id) or 0,
                batching.return_expired,
            ],
        )
        with transaction():
            rows = db.session.execute(select(Batch.state, Batch.person_id, Batch.reserved_for)).all()
            assert len(rows) == 12
            assert all((row.state == "leased") == (row.person_id is not None) for row in rows)
            assert all(row.reserved_for in (None, row.person_id) for row in rows if row.person_id)
            assigning.take_back(campaign_id, org_id, ben_id)
