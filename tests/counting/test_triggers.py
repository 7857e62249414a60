"""Every trigger is needed: without it, something that happens is not counted.

The database says which triggers there are, so that one which no deed here needs is found.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.counting import catching_up, charges, reading
from p2ptext.extensions import db
from tests import factories, world
from tests.counting import rows
from tests.texting.scene import Scene, scene

NOTES = """SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_proc p ON p.oid = t.tgfoid
  WHERE NOT t.tgisinternal AND (p.prosrc LIKE '%changed_contact%' OR p.prosrc LIKE '%charges_of%'
    OR p.prosrc LIKE '%charge_delta%' OR p.prosrc LIKE '%contact_count%')"""


def run(statement: str, **values: object) -> None:
    db.session.execute(text(statement), values)
    db.session.commit()


def a_text(made: Scene, **values: object) -> world.Message:
    contact = db.session.get_one(factories.Contact, made.contacts[0])
    campaign = db.session.get_one(factories.Campaign, made.campaign)
    by = db.session.get_one(factories.Person, made.volunteer)
    return world.first_text(contact, campaign, by, **values)


def new_text(made: Scene) -> None:
    a_text(made, state="queued")


def price_said_later(made: Scene) -> None:
    run("UPDATE message SET price = '0.04', currency = 'EUR'")


def text_that_is_charged_at_once(made: Scene) -> None:
    a_text(made, state="accepted")


def receipt(made: Scene) -> None:
    run("UPDATE message SET state = 'undeliverable'")


def refused_after_a_receipt(made: Scene) -> None:
    run("UPDATE attempt SET outcome = 'refused'")


def call_written_down_late(made: Scene) -> None:
    message = db.session.query(world.Message).one()
    _attempt(message, "unknown")


def no_answer_needed(made: Scene) -> None:
    run("UPDATE conversation SET waiting_since = NULL")


def conversation_that_waits(made: Scene) -> None:
    contact = db.session.get_one(factories.Contact, made.contacts[1])
    number_id = db.session.scalars(text("SELECT number_id FROM campaign_number")).first()
    run(
        """INSERT INTO conversation (organization_id, campaign_id, contact_id, recipient_id, number_id,
             person_id, waiting_since) VALUES (:org, :campaign, :contact, :recipient, :number, :person,
             p2p_now())""",
        org=made.org_id,
        campaign=made.campaign,
        contact=contact.id,
        recipient=contact.recipient_id,
        number=number_id,
        person=made.volunteer,
    )


def machine_answers(made: Scene) -> None:
    message = db.session.query(world.Message).one()
    event = world.provider_event(organization_id=made.org_id)
    factories.add(
        world.InboundText(
            organization_id=made.org_id,
            event_id=event.id,
            conversation_id=message.conversation_id,
            recipient_id=message.recipient_id,
            number_id=message.number_id,
            sender="+16145550100",
            text="I'm driving",
            kind="auto_reply",
        )
    )


def wrong_number_undone(made: Scene) -> None:
    run("UPDATE inbound_text SET undone_at = p2p_now()")


def put_on_the_list(made: Scene) -> None:
    run("UPDATE recipient SET suppressed_at = p2p_now()")


def set_aside(made: Scene) -> None:
    run("UPDATE contact SET state = 'ended' WHERE state = 'ready'")


def new_list(made: Scene) -> None:
    campaign = db.session.get_one(factories.Campaign, made.campaign)
    by = db.session.get_one(factories.Person, made.volunteer)
    factories.contacts(campaign, by, ["+16145550177"], state="ended")


def answer_taken_away(made: Scene) -> None:
    run("DELETE FROM survey_answer")


def answer_follows_no_more(made: Scene) -> None:
    run("UPDATE survey_answer SET on_path = false")


def another_goal(made: Scene) -> None:
    run("UPDATE campaign SET goal_answer_key = 'a1', goal_step_key = 's1'")


def _attempt(message: world.Message, outcome: str | None) -> None:
    run(
        """INSERT INTO attempt (id, organization_id, message_id, dispatcher, deadline_at, outcome)
           VALUES (gen_random_uuid(), :org, :message, 'test', p2p_now(), :outcome)""",
        org=message.organization_id,
        message=message.id,
        outcome=outcome,
    )


def bare(made: Scene) -> None:
    """Nobody has been texted."""


def texted(made: Scene) -> None:
    a_text(made, state="delivered")


def waiting(made: Scene) -> None:
    world.reply_to(a_text(made), "Wrong number").intent = "wrong_number"


def rejected(made: Scene) -> None:
    a_text(made, state="rejected")


def rejected_while_called(made: Scene) -> None:
    _attempt(a_text(made, state="rejected"), None)


def answered(made: Scene) -> None:
    version = a_text(made).script_version_id
    run(
        """INSERT INTO survey_answer (contact_id, step_key, organization_id, campaign_id, answer_key,
             script_version_id, person_id) VALUES (:contact, 's1', :org, :campaign, 'a1', :version, :person)""",
        contact=made.contacts[0],
        org=made.org_id,
        campaign=made.campaign,
        version=version,
        person=made.volunteer,
    )


Step = Callable[[Scene], None]
NEEDED: dict[str, tuple[Step, Step]] = {
    "message.message_is_counted": (bare, new_text),
    "message.message_changes": (texted, receipt),
    "message.message_is_charged": (bare, text_that_is_charged_at_once),
    "message.message_charge_changes": (texted, price_said_later),
    "attempt.attempt_changes": (rejected_while_called, refused_after_a_receipt),
    "attempt.attempt_is_counted": (rejected, call_written_down_late),
    "conversation.conversation_changes": (waiting, no_answer_needed),
    "conversation.conversation_is_counted": (bare, conversation_that_waits),
    "inbound_text.inbound_is_counted": (texted, machine_answers),
    "inbound_text.inbound_moves": (waiting, wrong_number_undone),
    "recipient.recipient_changes": (texted, put_on_the_list),
    "contact.contact_changes": (bare, set_aside),
    "contact.contacts_count": (bare, new_list),
    "survey_answer.answer_is_counted": (answered, answer_taken_away),
    "survey_answer.answer_changes": (answered, answer_follows_no_more),
    "campaign.campaign_goal_changes": (answered, another_goal),
}
"""Of each trigger something that only it sees, and what has to be so before."""


def is_equal(made: Scene) -> bool:
    """Whether everything that is counted is what the rows say, once what was noted is counted."""
    db.session.commit()
    assert catching_up.catch_up()
    read = reading.of(made.campaign)
    return (
        rows.flat(read.dimensions) == rows.sums(made.campaign)
        and read.contacts == len(rows.Campaign(made.campaign).contacts)
        and charges.of(made.org_id, "day") == rows.charged(made.org_id, "day")
    )


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("dropped", [False, True])
def test_without_this_trigger_something_is_not_counted(app: Flask, name: str, dropped: bool) -> None:
    before, deed = NEEDED[name]
    made = scene(app, people=2)
    before(made)
    assert is_equal(made)
    table, trigger = name.split(".")
    if dropped:
        db.session.execute(text(f"DROP TRIGGER {trigger} ON {table}"))
    deed(made)
    assert is_equal(made) is not dropped


def test_why_no_text_arrived_may_be_said_later(app: Flask) -> None:
    """The state has been counted; the reason becomes another."""
    made = scene(app, people=2)
    a_text(made, state="undeliverable")
    set_aside(made)
    assert is_equal(made)
    run("UPDATE message SET reason = 'invalid_number'")
    run("UPDATE contact SET ended_reason = 'erased' WHERE state = 'ended'")
    assert is_equal(made)
    by_reason = reading.by(made.campaign, "reason")
    assert (by_reason["invalid_number"].failed, by_reason["erased"].ended) == (1, 1)


def test_every_trigger_of_the_counting_is_tried(app: Flask) -> None:
    assert set(db.session.scalars(text(NOTES))) == set(NEEDED)
