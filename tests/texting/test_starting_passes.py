"""A pass is decided on, prepared by a worker, and called back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import Person
from p2ptext.audience.models import Batch, Recipient
from p2ptext.audience.pass_models import Pass
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.texting import pass_jobs, passes, sweeping
from tests import factories, world
from tests.texting.passing import begin, contact, listed, take, texted, where, write
from tests.texting.scene import Scene, inbound, set_campaign


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast one person may click has its own test."""
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)


def codes(made: Scene, round_: int = 2, days: int = 1) -> list[str]:
    with transaction():
        found, _, row = passes.start(made.campaign, made.org_id, round_, days, made.volunteer)
        assert row is None
    return [one.code for one in found.blocks]


def test_nothing_starts_without_words_or_people(app: Flask) -> None:
    made = listed(app, people=1)
    assert codes(made) == ["nobody", "no_script"]
    texted(made)
    assert codes(made) == ["no_script"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Hi {first_name}, once more.", "no_opt_out"),
        ("Hi {nickname}. STOP to opt out.", "unknown_field"),
        ("Hi {first_name}. STOP to opt out. " + "and more " * 60, "too_long"),
    ],
)
def test_the_second_message_is_held_to_what_the_first_is(app: Flask, words: str, code: str) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made, words)
    assert code in codes(made)


def test_a_value_that_only_somebody_reached_lacks_is_found(app: Flask) -> None:
    made = listed(app, people=2)
    contact(made, 1).fields = {}
    db.session.commit()
    with_name = contact(made, 0)
    campaign, volunteer = (
        db.session.get_one(Campaign, made.campaign),
        db.session.get_one(Person, made.volunteer),
    )
    for row in (with_name, contact(made, 1)):
        world.first_text(row, campaign, volunteer, created_at=now() - timedelta(days=2))
    db.session.commit()
    write(made)
    assert codes(made) == ["blank_value"]


def test_one_pass_at_a_time_is_prepared(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    with transaction():
        passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)
    assert codes(made) == ["pass_waiting"]


@pytest.mark.parametrize("round_", [0, 1, 3])
def test_rounds_come_one_after_another(app: Flask, round_: int) -> None:
    made = listed(app, people=1)
    with pytest.raises(NotFound), transaction():
        passes.start(made.campaign, made.org_id, round_, 1, made.volunteer)


def test_a_draft_has_no_second_pass_and_an_archived_campaign_no_more(app: Flask) -> None:
    made = listed(app, people=1)
    for status, code in (("draft", "not_running"), ("archived", "archived")):
        set_campaign(made, status=status)
        with pytest.raises(Refused) as refused, transaction():
            passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)
        assert refused.value.code == code


def test_people_texted_later_can_be_added_to_the_round(app: Flask) -> None:
    made = listed(app, people=2)
    texted(made, 1)
    write(made)
    begin(made)
    texted(made, 1)
    second = begin(made)
    assert [where(made, place) for place in range(2)] == [("ready", 2)] * 2
    assert db.session.get_one(Pass, second).people == 1


# The job


def test_a_second_run_changes_nothing(app: Flask) -> None:
    made = listed(app, people=3)
    texted(made)
    write(made)
    pass_id = begin(made)
    before = [(contact(made, place).batch_id, where(made, place)) for place in range(3)]
    pass_jobs.cut_pass(pass_id)
    assert [(contact(made, place).batch_id, where(made, place)) for place in range(3)] == before
    assert db.session.scalar(select(func.count()).select_from(Batch)) == 2


def test_who_answered_since_the_decision_is_not_brought_in(app: Flask) -> None:
    made = listed(app, people=2)
    texted(made)
    write(made)
    with transaction():
        _, _, row = passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)
        assert row is not None
        pass_id = row.id
    inbound(app, made.phone(0), "Yes")
    pass_jobs.cut_pass(pass_id)
    assert [where(made, place) for place in range(2)] == [("texted", 1), ("ready", 2)]
    assert db.session.get_one(Pass, pass_id).people == 1


def test_the_sweep_finds_a_pass_whose_job_was_lost(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    with transaction():
        passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)
    assert sweeping.sweep()["passes"] == 0  # its own job may still come
    db.session.execute(text("UPDATE campaign_pass SET created_at = created_at - interval '2 minutes'"))
    db.session.commit()
    assert sweeping.sweep()["passes"] == 1


def test_who_opted_out_while_they_were_brought_in_waits_for_nothing(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    begin(made)
    row = contact(made)
    db.session.get_one(Recipient, row.recipient_id).suppressed_at = now()  # neither saw the other
    db.session.commit()
    assert sweeping.sweep()["stopped"] == 1
    assert where(made) == ("ended", 2)


# Calling back


def stop(made: Scene, pass_id: int) -> int:
    with transaction():
        return passes.stop(pass_id, made.org_id, made.volunteer)[1]


def test_the_unsent_of_a_pass_are_called_back(app: Flask) -> None:
    made = listed(app, people=3)
    texted(made)
    write(made)
    pass_id = begin(made)
    take(made)
    cards = made.deck()["cards"]
    made.send(cards[0])
    made.dispatch()
    assert stop(made, pass_id) == 2
    assert [where(made, place) for place in range(3)] == [("texted", 2), ("texted", 1), ("texted", 1)]
    answer = made.send(cards[1])
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_yours")
    assert {batch.state for batch in db.session.scalars(select(Batch))} == {"done"}
    assert stop(made, pass_id) == 0
    assert begin(made) != pass_id  # and may be reached again
    assert [where(made, place) for place in range(3)] == [("texted", 2), ("ready", 2), ("ready", 2)]


def test_a_text_undone_after_its_pass_was_stopped_does_not_come_up_again(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    pass_id = begin(made)
    take(made)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    assert stop(made, pass_id) == 0
    assert made.post(f"/o/{made.org}/texting/undo", message=message_id).status_code == 200
    assert where(made) == ("texted", 1)
    assert {batch.state for batch in db.session.scalars(select(Batch))} == {"done"}


def test_a_pass_is_stopped_before_it_is_prepared(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    with transaction():
        _, _, row = passes.start(made.campaign, made.org_id, 2, 1, made.volunteer)
        assert row is not None
        pass_id = row.id
    stop(made, pass_id)
    pass_jobs.cut_pass(pass_id)
    assert where(made) == ("texted", 1)


def test_a_pass_of_another_organization_does_not_exist(app: Flask) -> None:
    made = listed(app, people=1)
    texted(made)
    write(made)
    pass_id = begin(made)
    with pytest.raises(NotFound), transaction():
        passes.stop(pass_id, factories.organization().id, made.volunteer)
