"""The promises the database keeps by itself, each tried to be broken with plain SQL.

Whatever a program does wrong, these rows cannot come into being, and evidence cannot be changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask, current_app
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from p2ptext.app import create_app
from p2ptext.audience.models import Batch, Contact
from p2ptext.campaigns.models import Campaign
from p2ptext.config import Settings
from p2ptext.extensions import Base, db
from p2ptext.texting.models import Message
from tests import factories, world
from tests.engines import own_database
from tests.serving import another_application


class Scene:
    """A text that arrived, in its organization, for tests to lay hands on."""

    def __init__(self) -> None:
        self.org = factories.organization()
        self.owner = factories.person(self.org, "owner")
        self.volunteer = factories.person(self.org)
        self.campaign: Campaign = factories.campaign(self.org, self.owner)
        phones = ["+16145550100", "+16145550101", "+16145550102"]
        self.contacts: list[Contact] = factories.contacts(self.campaign, self.owner, phones)
        self.message: Message = world.first_text(self.contacts[0], self.campaign, self.volunteer)
        db.session.flush()


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene()


@contextmanager
def refused(by: str) -> Iterator[None]:
    """The database refuses the block, by the constraint of this name."""
    with pytest.raises(IntegrityError) as error, db.session.begin_nested():
        yield
    assert error.value.orig is not None
    assert error.value.orig.diag.constraint_name == by  # type: ignore[attr-defined]


def run(sql: str, **values: Any) -> Any:
    return db.session.execute(text(sql), values)


def message_row(scene: Scene, **changed: Any) -> None:
    """Insert an outgoing text like the scene's, but for what is changed."""
    row: dict[str, Any] = {
        "organization_id": scene.org.id,
        "campaign_id": scene.campaign.id,
        "contact_id": scene.contacts[0].id,
        "conversation_id": scene.message.conversation_id,
        "recipient_id": scene.message.recipient_id,
        "number_id": scene.message.number_id,
        "person_id": scene.volunteer.id,
        "click_id": None,
        "answers_inbound_id": None,
        "kind": "first",
        "round": 1,
        "text": "Hi",
        "encoding": "GSM-7",
        "segments": 1,
        "state": "queued",
    } | changed
    columns = ", ".join(row)
    run(f"INSERT INTO message ({columns}) VALUES ({', '.join(':' + name for name in row)})", **row)


def another_click(scene: Scene) -> int:
    return int(world.click(scene.contacts[0], scene.volunteer).id)


LIVE = ["queued", "sending", "accepted", "submitted", "delivered", "rejected", "undeliverable",
        "no_receipt", "unknown"]  # fmt: skip
NEVER_LEFT = ["cancelled", "expired", "blocked", "not_sent"]


@pytest.mark.parametrize("state", LIVE)
def test_nobody_gets_the_same_first_text_twice(scene: Scene, state: str) -> None:
    run("UPDATE message SET state = :state WHERE id = :id", state=state, id=scene.message.id)
    click = another_click(scene)
    with refused("uq_message_first"):
        message_row(scene, click_id=click)


@pytest.mark.parametrize("state", NEVER_LEFT)
def test_what_never_left_may_be_asked_for_again_but_once(scene: Scene, state: str) -> None:
    run("UPDATE message SET state = :state WHERE id = :id", state=state, id=scene.message.id)
    message_row(scene, click_id=another_click(scene))
    click = another_click(scene)
    with refused("uq_message_first"):
        message_row(scene, click_id=click)


def test_a_taken_back_text_cannot_come_back_to_life_beside_its_successor(scene: Scene) -> None:
    run("UPDATE message SET state = 'cancelled' WHERE id = :id", id=scene.message.id)
    message_row(scene, click_id=another_click(scene))
    with refused("uq_message_first"):
        run("UPDATE message SET state = 'queued' WHERE id = :id", id=scene.message.id)


def test_a_new_round_is_a_new_first_text(scene: Scene) -> None:
    message_row(scene, click_id=another_click(scene), round=2)


@pytest.mark.parametrize("kind", ["first", "reply"])
def test_nothing_leaves_without_a_click(scene: Scene, kind: str) -> None:
    with refused("ck_message_clicked_or_answers_stop"):
        message_row(scene, kind=kind, round=2)


@pytest.mark.parametrize("kind", ["stop_confirmation", "help"])
def test_nothing_is_answered_automatically_but_one_received_text(scene: Scene, kind: str) -> None:
    with refused("ck_message_clicked_or_answers_stop"):
        message_row(scene, kind=kind)
    inbound = world.reply_to(scene.message, "STOP")
    message_row(scene, kind=kind, answers_inbound_id=inbound.id)
    with refused("uq_message_answers_inbound_id"):
        message_row(scene, kind=kind, answers_inbound_id=inbound.id)


def test_a_reply_cannot_pass_for_a_confirmation(scene: Scene) -> None:
    """A click and a received text exclude each other."""
    inbound, click = world.reply_to(scene.message, "Hello"), another_click(scene)
    with refused("ck_message_clicked_or_answers_stop"):
        message_row(scene, kind="reply", click_id=click, answers_inbound_id=inbound.id)
    with refused("ck_message_clicked_or_answers_stop"):
        message_row(scene, kind="help", click_id=click, answers_inbound_id=inbound.id)


def test_a_reply_belongs_to_a_conversation(scene: Scene) -> None:
    click = another_click(scene)
    with refused("ck_message_clicked_or_answers_stop"):
        message_row(scene, kind="reply", click_id=click, conversation_id=None)


def test_a_click_sends_one_text(scene: Scene) -> None:
    with refused("uq_message_click_id"):
        message_row(scene, kind="reply", click_id=scene.message.click_id)


@pytest.mark.parametrize(("column", "value"), [("kind", "bulk"), ("state", "sent"), ("kind", "timed")])
def test_a_text_is_of_a_known_kind_and_in_a_known_state(scene: Scene, column: str, value: str) -> None:
    click = another_click(scene)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        message_row(scene, **({"kind": "reply", "click_id": click} | {column: value}))


def test_a_card_is_clicked_once(scene: Scene) -> None:
    click = world.click(scene.contacts[1], scene.volunteer)
    digest = click.token_digest
    with refused("uq_click_token_digest"):
        world.click(scene.contacts[1], scene.volunteer, token_digest=digest)


@pytest.mark.parametrize(
    ("values", "by"),
    [({"age_ms": -1}, "ck_click_age_ms"), ({"kind": "all"}, "ck_click_kind")],
)
def test_a_click_is_a_possible_one(scene: Scene, values: dict[str, Any], by: str) -> None:
    with refused(by):
        world.click(scene.contacts[1], scene.volunteer, **values)


def attempt(scene: Scene, **values: Any) -> None:
    row = {"provider_id": None, "outcome": None, "click_id": None} | values
    run(
        """INSERT INTO attempt (id, organization_id, message_id, dispatcher, deadline_at, provider_id, outcome,
                                click_id)
           VALUES (gen_random_uuid(), :org, :message, 'd', p2p_now() + interval '15 s', :provider_id, :outcome,
                   :click_id)""",
        org=scene.org.id,
        message=scene.message.id,
        **row,
    )


def test_a_text_is_on_the_wire_once_at_a_time(scene: Scene) -> None:
    attempt(scene, outcome="not_sent")
    attempt(scene)
    with refused("uq_attempt_may_have_left"):
        attempt(scene)


@pytest.mark.parametrize("outcome", ["accepted", "unknown"])
def test_what_has_left_or_may_have_is_not_called_again(scene: Scene, outcome: str) -> None:
    """Whatever a program does: a second call needs the click of somebody who asked for it."""
    attempt(scene, outcome=outcome)
    with refused("uq_attempt_may_have_left"):
        attempt(scene)
    attempt(scene, click_id=int(world.click(scene.contacts[0], scene.volunteer, kind="resend").id))


def test_the_carrier_knows_an_attempt_by_one_name(scene: Scene) -> None:
    attempt(scene, outcome="accepted", provider_id="abc")
    with refused("uq_attempt_provider_id"):
        attempt(scene, outcome="not_sent", provider_id="abc")


def test_a_resend_is_asked_for_by_one_click(scene: Scene) -> None:
    click = int(world.click(scene.contacts[0], scene.volunteer, kind="resend").id)
    attempt(scene, outcome="not_sent", click_id=click)
    attempt(scene, outcome="unknown", click_id=click)
    with refused("uq_attempt_may_have_left"):
        attempt(scene, outcome="unknown", click_id=click)
    another = int(world.click(scene.contacts[0], scene.volunteer, kind="resend").id)
    with refused("uq_attempt_may_have_left"):
        attempt(scene, click_id=another)


def test_an_attempt_ends_in_a_known_way(scene: Scene) -> None:
    with refused("ck_attempt_outcome"):
        attempt(scene, outcome="maybe")


def test_a_text_waits_once_to_leave(scene: Scene) -> None:
    insert = """INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id)
                VALUES (:message, :org, 2, p2p_now(), :number)"""
    values = {"message": scene.message.id, "org": scene.org.id, "number": scene.message.number_id}
    run(insert, **values)
    with refused("pk_outbox"):
        run(insert, **values)


def test_the_carriers_report_is_taken_once(scene: Scene) -> None:
    world.provider_event(event_key="status abc delivered")
    with refused("uq_provider_event_event_key"):
        world.provider_event(event_key="status abc delivered")


def test_a_received_text_is_kept_once(scene: Scene) -> None:
    inbound = world.reply_to(scene.message, "Hello")
    with refused("uq_inbound_text_event_id"):
        run(
            """INSERT INTO inbound_text (organization_id, event_id, number_id, sender, text)
               SELECT organization_id, event_id, number_id, sender, text FROM inbound_text WHERE id = :id""",
            id=inbound.id,
        )


def test_a_contact_has_one_conversation(scene: Scene) -> None:
    with refused("uq_conversation_contact_id"):
        run(
            """INSERT INTO conversation
                 (organization_id, campaign_id, contact_id, recipient_id, number_id, person_id)
               SELECT organization_id, campaign_id, contact_id, recipient_id, number_id, person_id
               FROM conversation WHERE id = :id""",
            id=scene.message.conversation_id,
        )


def test_a_phone_is_in_an_organization_once_but_may_be_in_two(scene: Scene) -> None:
    with refused("uq_recipient_organization_id_phone_hash"):
        factories.recipient(scene.org, "+16145550100")
    factories.recipient(factories.organization(), "+16145550100")


def test_the_same_phone_cannot_be_recognised_across_organizations(scene: Scene) -> None:
    other = factories.organization()
    assert factories.hash_for(scene.org.id, "+16145550100") != factories.hash_for(
        other.id, "+16145550100"
    )


def test_a_phone_is_in_a_campaign_once(scene: Scene) -> None:
    with refused("uq_contact_recipient_id_campaign_id"):
        run(
            """INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, zones,
                                    zone_evidence, position)
               SELECT organization_id, campaign_id, recipient_id, import_id, 99, zones, zone_evidence, 99
               FROM contact WHERE id = :id""",
            id=scene.contacts[0].id,
        )


def hold(scene: Scene, batch: Batch, person_id: int) -> None:
    run(
        "UPDATE batch SET state = 'leased', person_id = :person, leased_until = p2p_now() + interval '1 min'"
        " WHERE id = :id",
        person=person_id,
        id=batch.id,
    )


def two_batches(scene: Scene) -> list[Batch]:
    made = []
    for position in (1, 2):
        batch = Batch(organization_id=scene.org.id, campaign_id=scene.campaign.id, position=position)
        made.append(factories.add(batch))
    return made


def test_a_person_holds_one_batch_of_a_campaign(scene: Scene) -> None:
    one, two = two_batches(scene)
    hold(scene, one, scene.volunteer.id)
    with refused("uq_batch_in_hand"):
        hold(scene, two, scene.volunteer.id)
    hold(scene, two, scene.owner.id)


@pytest.mark.parametrize("change", ["state = 'leased'", "person_id = created_by", "state = 'lost'"])
def test_a_batch_in_hand_is_in_somebodys(scene: Scene, change: str) -> None:
    batch = two_batches(scene)[0]
    change = change.replace("created_by", str(scene.owner.id))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        run(f"UPDATE batch SET {change} WHERE id = :id", id=batch.id)


def test_batches_are_counted_once(scene: Scene) -> None:
    two_batches(scene)
    with refused("uq_batch_campaign_id_position"):
        two_batches(scene)


def test_one_list_is_imported_at_a_time(scene: Scene) -> None:
    insert = """INSERT INTO contact_import (organization_id, campaign_id, file_name, stored_as, size_bytes,
                                            status, created_by)
                VALUES (:org, :campaign, 'a.csv', 'x', 1, :status, :by)"""
    values = {"org": scene.org.id, "campaign": scene.campaign.id, "by": scene.owner.id}
    run(insert, status="running", **values)
    with refused("uq_contact_import_running"):
        run(insert, status="waiting", **values)


@pytest.mark.parametrize(
    ("sql", "by"),
    [
        (
            "UPDATE campaign SET opens = '21:00', closes = '09:00' WHERE id = :campaign",
            "ck_campaign_hours",
        ),
        ("UPDATE campaign SET undo_s = -1 WHERE id = :campaign", "ck_campaign_undo_s"),
        ("UPDATE campaign SET batch_size = 0 WHERE id = :campaign", "ck_campaign_batch_size"),
        ("UPDATE campaign SET status = 'live' WHERE id = :campaign", "ck_campaign_status"),
        ("UPDATE membership SET role = 'admin' WHERE person_id = :person", "ck_membership_role"),
        ("UPDATE membership SET status = 'away' WHERE person_id = :person", "ck_membership_status"),
        ("UPDATE contact SET state = 'lost' WHERE campaign_id = :campaign", "ck_contact_state"),
        (
            "UPDATE conversation SET state = 'lost' WHERE campaign_id = :campaign",
            "ck_conversation_state",
        ),
    ],
)
def test_states_and_settings_are_possible_ones(scene: Scene, sql: str, by: str) -> None:
    with refused(by):
        run(sql, **_named(sql, campaign=scene.campaign.id, person=scene.volunteer.id))


def _named(sql: str, **values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f":{name}" in sql}


def test_an_address_has_one_account_however_it_is_written(scene: Scene) -> None:
    factories.person(email="Amy@Example.org")
    with refused("uq_person_email"):
        factories.person(email="amy@example.ORG")


def test_a_person_is_in_an_organization_once(scene: Scene) -> None:
    with refused("uq_membership_organization_id_person_id"):
        run(
            """INSERT INTO membership (organization_id, person_id, role, texting_name)
               VALUES (:org, :person, 'owner', 'Amy')""",
            org=scene.org.id,
            person=scene.volunteer.id,
        )


def test_a_number_belongs_to_one_organization(scene: Scene) -> None:
    factories.number(scene.org, "+16145550199")
    with refused("uq_sending_number_phone"):
        factories.number(factories.organization(), "+16145550199")


def test_script_versions_are_counted_once(scene: Scene) -> None:
    with refused("uq_script_version_campaign_id_number"):
        run(
            """INSERT INTO script_version (organization_id, campaign_id, number, document, created_by)
               SELECT organization_id, campaign_id, number, document, created_by FROM script_version
               WHERE campaign_id = :id""",
            id=scene.campaign.id,
        )


EVIDENCE = {
    "click": "UPDATE click SET age_ms = 0",
    "audit_event": "UPDATE audit_event SET action = 'nothing'",
    "suppression_event": "UPDATE suppression_event SET reason = 'mistake'",
    "ledger_block": "UPDATE ledger_block SET clicks = 0",
    "click_seal": "UPDATE click_seal SET position = 9",
}


BLOCK = "(root, previous_root, clicks, version, merkle_root, first_click, last_click)"


@pytest.fixture
def evidence(scene: Scene) -> Scene:
    """One row in every table of evidence."""
    org = {"org": scene.org.id}
    run("INSERT INTO audit_event (organization_id, action) VALUES (:org, 'test')", **org)
    run(
        """INSERT INTO suppression_event (organization_id, recipient_id, action, reason)
           VALUES (:org, :id, 'added', 'test')""",
        id=scene.message.recipient_id,
        **org,
    )
    run(f"INSERT INTO ledger_block {BLOCK} VALUES ('a', 'b', 1, 1, 'm', 1, 1)")
    run(
        """INSERT INTO click_seal (click_id, block_id, position, leaf)
           SELECT :id, max(id), 0, 'l' FROM ledger_block""",
        id=scene.message.click_id,
    )
    return scene


@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("how", ["update", "delete", "truncate"])
def test_evidence_is_never_changed(evidence: Scene, table: str, how: str) -> None:
    sql = {
        "update": EVIDENCE[table],
        "delete": f"DELETE FROM {table}",
        "truncate": f"TRUNCATE {table} CASCADE",
    }[how]
    before = run(f"SELECT count(*) FROM {table}").scalar_one()
    assert before
    with pytest.raises(DBAPIError, match="are evidence"), db.session.begin_nested():
        run(sql)
    assert run(f"SELECT count(*) FROM {table}").scalar_one() == before


def test_blocks_form_one_chain(evidence: Scene) -> None:
    with refused("uq_ledger_block_previous_root"):
        run(f"INSERT INTO ledger_block {BLOCK} VALUES ('c', 'b', 1, 1, 'm', 1, 1)")
    with refused("uq_ledger_block_root"):
        run(f"INSERT INTO ledger_block {BLOCK} VALUES ('a', 'd', 1, 1, 'm', 1, 1)")


TENANTLESS = {
    "person": "belongs to several organizations",
    "web_session": "a browser is a person's",
    "password_reset": "a password is a person's",
    "organization": "it is the organization",
    "pacing_bucket": "the carrier's account is the installation's",
    "ledger_block": "one chain for the installation",
    "click_unsealed": "clicks on their way into it",
    "click_seal": "a link in that chain",
    "incoming_row": "a row of its list",
    "sorted_row": "a row of its list",
    "changed_contact": "a contact that is to be counted again",
    "counted": "one counting for the installation",
    "refused_webhook": "nobody knows whose it was",
}
CHECKED_BY_TRIGGER = {"recipient", "contact"}
COPIED_FROM_CHECKED = {"text_fact", "tally", "charge_delta"}
MAYBE_NOBODYS = {"provider_event", "letter", "audit_event"}


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_says_whose_its_rows_are(table: Any) -> None:
    if table.name in TENANTLESS:
        assert "organization_id" not in table.columns
        return
    column = table.columns["organization_id"]
    # test_keys.py has what the triggers refuse
    if table.name in CHECKED_BY_TRIGGER | COPIED_FROM_CHECKED:
        return
    assert {key.column.table.name for key in column.foreign_keys} == {"organization"}
    assert column.nullable is (table.name in MAYBE_NOBODYS)


def tables() -> set[str]:
    names = run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
    return set(names)


def test_migrations_build_what_the_models_say_and_can_be_taken_back(settings: Settings) -> None:
    """Up, compare, down to nothing, up again."""
    with own_database(settings.database_url) as url, another_application():
        app = create_app(replace(settings, database_url=url))
        with app.app_context():
            upgrade()
            built = tables()
            with db.engine.connect() as connection:
                context = MigrationContext.configure(
                    connection, opts={"compare_type": True, "compare_server_default": False}
                )
                assert compare_metadata(context, Base.metadata) == []
            downgrade(revision="base")
            db.session.rollback()
            assert tables() <= {"alembic_version"}
            assert run("SELECT count(*) FROM pg_proc WHERE proname = 'p2p_now'").scalar_one() == 0
            db.session.rollback()
            upgrade()
            db.session.rollback()
            assert tables() == built
            command.check(current_app.extensions["migrate"].migrate.get_config())
            db.session.remove()
            db.engine.dispose()
