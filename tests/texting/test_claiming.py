"""What may leave through the account, a registration, a number and a day, as the database keeps it."""

import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.background import transaction
from p2ptext.campaigns.models import Registration, SendingNumber
from p2ptext.extensions import db
from p2ptext.rules.pacing import Limit
from p2ptext.sms.provider import Accepted, NotSent, Refused, Unknown
from p2ptext.texting import breakers, claiming, lanes
from p2ptext.texting.models import Message, Outbox
from p2ptext.texting.pace_models import PacingBucket
from tests import factories
from tests.texting.scene import Scene, scene
from tests.texting.waiting import queue


def claim(most: int = 100) -> list[int]:
    with transaction():
        return claiming.claim(most)


@pytest.fixture
def made(app: Flask) -> Scene:
    return scene(app)


def number(made: Scene, registration: Registration | None = None, **values: Any) -> SendingNumber:
    org = db.session.get_one(factories.Organization, made.org_id)
    row = factories.number(org)
    row.registration_id = None if registration is None else registration.id
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    return row


def registration(made: Scene, **values: Any) -> Registration:
    row = Registration(**({"organization_id": made.org_id, "name": "Levy", "state": "active"} | values))
    return factories.add(row)  # type: ignore[no-any-return]


def rest(seconds: float) -> None:
    """The lanes fill for so long."""
    db.session.execute(
        text("UPDATE pacing_bucket SET refilled_at = refilled_at - make_interval(secs => :s)"),
        {"s": seconds},
    )
    db.session.commit()


def by_number(claimed: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Message.number_id, func.count())
        .where(Message.id.in_(claimed))
        .group_by(Message.number_id)
    )
    return dict(rows.tuples().all())


def test_numbers_of_one_registration_share_its_minute(made: Scene) -> None:
    shared = registration(made, segments_per_minute=75)
    one, two = number(made, shared), number(made, shared)
    queue(one, 50)
    queue(two, 50)
    began = time.monotonic()
    sent = len(claim())
    assert sent == 3  # what is saved up
    for _ in range(60 * 4):
        rest(0.25)
        sent += len(claim())
    limit = lanes.registration_limit(75)
    elapsed = 60 + time.monotonic() - began
    assert 66 <= sent <= limit.burst + limit.rate * elapsed


def test_segments_are_what_a_registration_counts(made: Scene) -> None:
    queue(number(made, registration(made)), 9, segments=3)
    assert len(claim()) == 1
    rest(1)
    assert claim() == []
    rest(2)
    assert len(claim()) == 1


def test_a_throttled_lane_with_much_waiting_holds_up_no_other(made: Scene) -> None:
    slow, quick = number(made, per_second=1), number(made)
    queue(slow, 500, closes=5)
    queue(quick, 5)
    assert by_number(claim()) == {slow.id: 1, quick.id: 2}  # the account saves up 3
    rest(1)
    assert by_number(claim()) == {slow.id: 1, quick.id: 2}


def test_replies_leave_before_first_texts_of_any_lane(made: Scene) -> None:
    busy, calm = number(made), number(made)
    queue(busy, 20, closes=1)
    queue(calm, 3, urgency=1)
    assert by_number(claim()) == {calm.id: 3}


def test_whose_hours_end_soonest_leave_first(made: Scene) -> None:
    late, soon = number(made), number(made)
    queue(late, 5, closes=300)
    queue(soon, 5, closes=20)
    assert by_number(claim()) == {soon.id: 3}


def test_a_days_segments_count_by_network_and_first_texts_leave_the_last_tenth(made: Scene) -> None:
    capped = registration(made, brand="BCAP123", t_mobile_per_day=10, segments_per_minute=4500)
    sender = number(made, capped)
    queue(sender, 30, network="310260")
    queue(sender, 2, urgency=1, network="310260", closes=61)
    gone: list[int] = []
    for _ in range(20):
        gone += claim()
        rest(1)
    kinds = db.session.scalars(select(Outbox.urgency).where(Outbox.message_id.in_(gone))).all()
    assert (kinds.count(1), kinds.count(2)) == (2, 7)  # nine tenths of ten, the two replies among them
    (day,) = db.session.scalars(
        select(PacingBucket.permits).where(PacingBucket.name.like("day %"))
    ).all()
    assert day == 9


def test_an_unknown_network_counts_a_share_and_another_company_nothing(made: Scene) -> None:
    sender = number(made, registration(made, brand="BCAP123", segments_per_minute=4500))
    queue(sender, 2, closes=10)
    queue(sender, 1, network="310410", urgency=1)
    assert len(claim()) == 3
    (day,) = db.session.scalars(
        select(PacingBucket.permits).where(PacingBucket.name.like("day %"))
    ).all()
    assert day == pytest.approx(0.7)


def account() -> PacingBucket:
    db.session.expire_all()
    return db.session.get_one(PacingBucket, "account")


def note(*results: Any, number_id: int = 0) -> None:
    for result in results:
        with transaction():
            breakers.note(result, number_id)


def test_a_silent_carrier_halts_everything_and_one_text_decides(made: Scene) -> None:
    sender = number(made)
    queue(sender, 9)
    claim(1)
    note(Unknown("no answer"), *[Accepted("a")] * 3, *[Unknown("no answer")] * 3)
    rest(5)
    assert len(claim(1)) == 1
    note(NotSent("could not be reached"))
    rest(5)
    assert claim() == []
    assert account().halted_reason == "silent"

    def half_a_minute_passes() -> None:
        db.session.execute(
            text("UPDATE pacing_bucket SET halted_until = p2p_now() WHERE name = 'account'")
        )
        rest(5)

    half_a_minute_passes()
    assert len(claim()) == 1  # the trial
    rest(5)
    assert claim() == []
    note(Unknown("still nothing"))
    assert account().openings == 2
    assert claim() == []
    half_a_minute_passes()
    assert len(claim()) == 1
    note(Accepted("there it is"))
    rest(5)
    assert len(claim()) == 3
    assert (account().halted_until, account().openings) == (None, 0)


def test_a_trial_that_nobody_reports_on_is_made_again(made: Scene) -> None:
    queue(number(made), 9)
    claim(1)
    note(Refused("account_problem", 1070, "no credit"))
    past = "UPDATE pacing_bucket SET halted_until = p2p_now() - interval '1 second', trial_at = {}"
    db.session.execute(text(past.format("p2p_now() - interval '10 seconds'")))
    rest(5)
    assert claim() == []
    db.session.execute(text(past.format("p2p_now() - interval '2 minutes'")))
    rest(5)
    assert len(claim()) == 1


def test_one_call_too_many_holds_everything_for_as_long_as_the_carrier_asks(made: Scene) -> None:
    queue(number(made), 9)
    claim(1)
    note(NotSent("429", 2.0))
    rest(5)
    assert claim() == []
    db.session.execute(text("UPDATE pacing_bucket SET halted_until = p2p_now() WHERE name = 'account'"))
    rest(5)
    assert len(claim()) == 3


def test_a_number_the_carrier_refuses_leaves_the_rotation(made: Scene) -> None:
    sender = number(made)
    note(Refused("sender_problem", 1120, "not yours"), number_id=sender.id)
    db.session.expire_all()
    assert db.session.get_one(SendingNumber, sender.id).out_since is not None


def test_a_claim_is_given_once_and_its_rest_when_it_runs_out(made: Scene) -> None:
    queue(number(made), 2)
    assert len(claim()) == 2
    rest(60)
    assert claim() == []
    db.session.execute(text("UPDATE outbox SET claimed_until = p2p_now() - interval '1 second'"))
    rest(60)
    assert len(claim()) == 2


def test_the_minute_of_a_registration_is_reckoned_longer_by_the_trip() -> None:
    assert lanes.registration_limit(75) == Limit(75, 62.0, 3)
