"""Texts that wait to leave, written as rows: what is looked at is the outbox, not the clicks behind it."""

from typing import Any

from sqlalchemy import text

from p2ptext.campaigns.models import SendingNumber
from p2ptext.extensions import db
from tests.texting.scene import Scene


def queue(made: Scene, number: SendingNumber, count: int, **values: Any) -> None:
    """Texts of one number that are due. They have no click, which only a test can make."""
    db.session.execute(
        text("ALTER TABLE message DROP CONSTRAINT IF EXISTS ck_message_clicked_or_answers_stop")
    )
    db.session.execute(
        text(
            """WITH people AS (
                 INSERT INTO recipient (organization_id, phone_hash, phone)
                 SELECT :org, decode(md5(n || ' ' || clock_timestamp()), 'hex'), '+16145550100'
                 FROM generate_series(1, :count) AS n RETURNING id
               ), earlier AS (
                 INSERT INTO message (organization_id, recipient_id, number_id, kind, text, encoding, segments,
                   state, network)
                 SELECT :org, id, :number, 'help', 'x', 'GSM-7', 1, 'delivered', :network FROM people
                 WHERE CAST(:network AS text) IS NOT NULL
               ), made AS (
                 INSERT INTO message (organization_id, recipient_id, number_id, kind, answers_inbound_id, text,
                   encoding, segments)
                 SELECT :org, id, :number, 'help', NULL, 'x', 'GSM-7', :segments FROM people RETURNING id)
               INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments, closes_at)
               SELECT id, :org, :urgency, p2p_now() - interval '1 minute', :number, :segments,
                 p2p_now() + make_interval(mins => :closes) FROM made"""
        ),
        {"org": made.org_id, "number": number.id, "count": count, "network": None, "segments": 1}
        | {"urgency": 2, "closes": 60}
        | values,
    )
    db.session.commit()
