"""What happens to an organization for its alarms to open: each function makes one thing so."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from p2ptext.campaigns.models import CampaignNumber, Registration, SendingNumber
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.texting.models import Conversation, Message
from p2ptext.texting.pace_models import PaceRefusal, PacingBucket
from p2ptext.texting.timing_models import TimingFlag
from tests import factories, world
from tests.alarms.many import texts
from tests.conversations.evening import Evening, hears

Happens = Callable[[Evening], None]


def run(made: Evening, statement: str, **values: Any) -> None:
    db.session.execute(text(statement), {"org": made.org_id, "campaign": made.campaign} | values)
    db.session.commit()


def number_of(made: Evening) -> SendingNumber:
    return db.session.scalars(
        db.select(SendingNumber)
        .join(CampaignNumber, CampaignNumber.number_id == SendingNumber.id)
        .where(CampaignNumber.campaign_id == made.campaign)
    ).one()


def offered_for(minutes: int) -> Happens:
    def happen(made: Evening) -> None:
        made.minutes_pass(20 + minutes)
        made.come("ben")
        run(
            made,
            "UPDATE conversation SET offered_at = p2p_now() - make_interval(mins => :m), "
            "offered_why = 'waited' WHERE organization_id = :org",
            m=minutes,
        )

    return happen


def unknown_for(minutes: int) -> Happens:
    def happen(made: Evening) -> None:
        texts(made, 1, state="unknown", ago=f"{minutes} minutes")

    return happen


def kept(many: int) -> Happens:
    def happen(made: Evening) -> None:
        for _ in range(many):
            world.provider_event(organization_id=made.org_id, note="Nobody could use it.")
        db.session.commit()

    return happen


def asks_to_stop(made: Evening) -> None:
    run(made, "UPDATE conversation SET review_reason = 'may ask to stop' WHERE organization_id = :org")


def stray(made: Evening) -> None:
    hears(made.talks[0], "Who is this?")
    run(made, "UPDATE inbound_text SET conversation_id = NULL WHERE organization_id = :org")


def registered(**values: Any) -> Registration:
    number = db.session.scalars(db.select(SendingNumber)).first()
    assert number is not None
    made: Registration = factories.add(
        Registration(
            organization_id=number.organization_id, name="Levy", state="active", brand="B1", **values
        )
    )
    number.registration_id = made.id
    return made


def day_used(share: float) -> Happens:
    def happen(made: Evening) -> None:
        registered(t_mobile_per_day=1000)
        run(
            made,
            "INSERT INTO pacing_bucket (name, permits) SELECT 'day ' || :org || ' B1 ' || "
            "((p2p_now() AT TIME ZONE 'America/Los_Angeles')::date), :used",
            used=1000 * share,
        )

    return happen


def ends_in(days: int, column: str) -> Happens:
    def happen(made: Evening) -> None:
        today: date = now().date()
        registered(**{column: today + timedelta(days=days)})
        db.session.commit()

    return happen


def machine_like(made: Evening) -> None:
    factories.add(
        TimingFlag(
            organization_id=made.org_id,
            person_id=made.people["amy"],
            code="steady",
            on_day=now().date(),
            words="As steady as a clock.",
            begins_at=now() - timedelta(minutes=5),
            ends_at=now() - timedelta(minutes=1),
            clicks=61,
        )
    )
    db.session.commit()


def refused(times: int) -> Happens:
    def happen(made: Evening) -> None:
        for minute in range(2):
            factories.add(
                PaceRefusal(
                    person_id=made.people["amy"],
                    organization_id=made.org_id,
                    minute=now() - timedelta(minutes=minute),
                    refusals=times // 2,
                )
            )
        db.session.commit()

    return happen


def answered(edited: int, of: int, words: str = "See you there.") -> Happens:
    def happen(made: Evening) -> None:
        """Amy answers; so many of the texts that were offered to her she has changed."""
        made.come("amy")
        talk = db.session.get_one(Conversation, made.talks[0])
        first = db.session.scalars(db.select(Message).filter_by(conversation_id=talk.id)).first()
        assert first is not None
        contact = db.session.get_one(factories.Contact, talk.contact_id)
        for place in range(of):
            click = world.click(contact, db.session.get_one(factories.Person, made.people["amy"]))
            factories.add(
                Message(
                    organization_id=made.org_id,
                    campaign_id=made.campaign,
                    contact_id=contact.id,
                    conversation_id=talk.id,
                    recipient_id=talk.recipient_id,
                    number_id=talk.number_id,
                    person_id=made.people["amy"],
                    click_id=click.id,
                    kind="reply",
                    text=words,
                    encoding="GSM-7",
                    segments=1,
                    edited=place < edited,
                )
            )
        db.session.commit()

    return happen


def halted(reason: str) -> Happens:
    def happen(made: Evening) -> None:
        factories.add(
            PacingBucket(
                name="account",
                permits=1,
                halted_reason=reason,
                halted_until=now() + timedelta(minutes=1),
            )
        )
        db.session.commit()

    return happen


def due_for(seconds: int, *, measured: int | None = None) -> Happens:
    """A text is due, and nobody has looked at what waits for so long."""

    def happen(made: Evening) -> None:
        texts(made, 1, state="queued")
        run(
            made,
            "INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id) "
            "SELECT id, organization_id, 2, p2p_now() - make_interval(secs => :s), number_id FROM message "
            "WHERE organization_id = :org AND state = 'queued'",
            s=seconds,
        )
        if measured is not None:
            run(
                made,
                "INSERT INTO pacing_bucket (name, permits, measured_at) "
                "VALUES ('account', 1, p2p_now() - make_interval(secs => :m))",
                m=measured,
            )

    return happen


def paused(because: str) -> Happens:
    def happen(made: Evening) -> None:
        run(
            made,
            "UPDATE campaign SET status = 'paused', paused_because = :b WHERE id = :campaign",
            b=because,
        )

    return happen


def failing(bad: int, good: int, reason: str, **values: Any) -> Happens:
    def happen(made: Evening) -> None:
        texts(made, good, **values)
        texts(made, bad, state="rejected", reason=reason, code=1234, **values)

    return happen


def opting_out(opted_out: int, of: int) -> Happens:
    return lambda made: texts(made, of, opted_out=opted_out)


def used_to(opted_out: int, of: int, *, before: tuple[int, int]) -> Happens:
    """Another campaign has counted so many before, and now it is more."""

    def happen(made: Evening) -> None:
        olga = db.session.get_one(factories.Person, made.people["olga"])
        org = db.session.get_one(factories.Organization, made.org_id)
        past = factories.campaign(org, olga, status="archived")
        run(
            made,
            "INSERT INTO tally (campaign_id, dimension, key, organization_id, sent, opted_out_of_sent) "
            "VALUES (:past, 'all', '', :org, :sent, :opted)",
            past=past.id,
            opted=before[0],
            sent=before[1],
        )
        for _ in range(of // 200):
            texts(made, 200, opted_out=opted_out * 200 // of)

    return happen


def out(reason: str) -> Happens:
    def happen(made: Evening) -> None:
        number = number_of(made)
        number.out_since, number.out_reason = now(), reason
        db.session.commit()

    return happen


def alone_for(minutes: int, *, last: str = "", zone: str = "") -> Happens:
    """A reply waits for so long, and nobody was there since."""

    def happen(made: Evening) -> None:
        if last:
            made.come(last)
        made.minutes_pass(minutes, on_shift=False)
        if zone:
            run(made, "UPDATE contact SET zones = ARRAY[:zone] WHERE organization_id = :org", zone=zone)

    return happen


def turned_away(many: int, *, others: bool = False) -> Happens:
    def happen(made: Evening) -> None:
        db.session.execute(
            text("UPDATE provider_event SET received_at = received_at - interval '1 day'")
        )
        db.session.execute(
            text(
                """INSERT INTO refused_webhook (minute, refusals, why)
                   VALUES (p2p_now() - interval '9 minutes', 1, 'No signature.'),
                     (p2p_now(), :many - 1, 'A wrong one.'), (p2p_now() - interval '11 minutes', 99, '')"""
            ),
            {"many": many},
        )
        if others:
            world.provider_event(organization_id=made.org_id)
        db.session.commit()

    return happen


def list_failed(made: Evening) -> None:
    run(
        made,
        """INSERT INTO contact_import (organization_id, campaign_id, file_name, stored_as, size_bytes, status,
             fault, created_by, finished_at)
           VALUES (:org, :campaign, 'people.csv', 'x', 1, 'refused', 'It holds no phone numbers.', :amy,
             p2p_now() - interval '23 hours')""",
        amy=made.people["amy"],
    )


def stop_list_failed(made: Evening) -> None:
    run(
        made,
        """INSERT INTO suppression_import (organization_id, file_name, stored_as, reason, status, fault,
             created_by, finished_at)
           VALUES (:org, 'stop.csv', 'x', '', 'refused', 'It is empty.', :amy, p2p_now())""",
        amy=made.people["amy"],
    )


def export_failed(made: Evening, status: str = "failed") -> None:
    run(
        made,
        """INSERT INTO export (organization_id, campaign_id, kind, format, status, fault, asked_by, finished_at)
           VALUES (:org, :campaign, 'contacts', 'csv', :status, 'The disk is full.', :amy, p2p_now())""",
        amy=made.people["amy"],
        status=status,
    )


def long_ago(happens: Happens, table: str) -> Happens:
    def happen(made: Evening) -> None:
        happens(made)
        run(made, f"UPDATE {table} SET finished_at = p2p_now() - interval '25 hours'")

    return happen
