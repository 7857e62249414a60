"""Texts that wait to leave, written as rows: what is looked at is the outbox, not the clicks behind it.

Each is an answer to HELP, the one kind that needs no click, and may leave at any hour.
"""

from typing import Any

from sqlalchemy import text

from p2ptext.campaigns.models import SendingNumber
from p2ptext.extensions import db

QUEUE = """
WITH people AS (
  INSERT INTO recipient (organization_id, phone_hash, phone)
  SELECT :org, decode(md5(n || ' ' || clock_timestamp()), 'hex'), '+16145550120'
  FROM generate_series(1, :count) AS n RETURNING id
), events AS (
  INSERT INTO provider_event (organization_id, event_key, kind, raw)
  SELECT :org, 'asked ' || gen_random_uuid(), 'inbound', '' FROM generate_series(1, :asked) RETURNING id
), asked AS (
  INSERT INTO inbound_text (organization_id, event_id, number_id, sender, text)
  SELECT :org, id, :number, '+16145550120', 'HELP' FROM events RETURNING id
), pairs AS (
  SELECT p.id AS person, a.id AS answers
  FROM (SELECT id, row_number() OVER () AS n FROM people) p
  JOIN (SELECT id, row_number() OVER () AS n FROM asked) a USING (n)
), earlier AS (
  INSERT INTO message (organization_id, recipient_id, number_id, kind, answers_inbound_id, text, encoding,
    segments, state, network)
  SELECT :org, p.id, :number, 'help', a.id, 'x', 'GSM-7', 1, 'delivered', :network
  FROM (SELECT id, row_number() OVER () AS n FROM people) p
  JOIN (SELECT id, row_number() OVER () - :count AS n FROM asked) a USING (n)
), made AS (
  INSERT INTO message (organization_id, recipient_id, number_id, kind, answers_inbound_id, text, encoding,
    segments)
  SELECT :org, person, :number, 'help', answers, :words, 'GSM-7', :segments FROM pairs RETURNING id
)
INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments, closes_at)
SELECT id, :org, :urgency, p2p_now() - interval '1 minute', :number, :segments,
  p2p_now() + make_interval(mins => :closes) FROM made"""


def queue(sender: SendingNumber, count: int, **values: Any) -> None:
    """`count` texts to as many people that are due on this number.

    `segments`, `urgency` and `closes` (minutes until the hours end) are the outbox's; with `network`
    an earlier receipt has named the network of every phone.
    """
    given = {"segments": 1, "urgency": 2, "closes": 60, "network": None} | values
    words = "x" * (1 if given["segments"] == 1 else 153 * given["segments"])
    asked = count * (1 if given["network"] is None else 2)
    fixed = {"org": sender.organization_id, "number": sender.id, "count": count}
    db.session.execute(text(QUEUE), given | fixed | {"words": words, "asked": asked})
    db.session.commit()
