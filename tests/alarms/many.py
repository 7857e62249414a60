"""Many first texts at once, as they stand after an evening, for what is judged by hundreds."""

from typing import Any

from sqlalchemy import text

from p2ptext.accounts.models import Person
from p2ptext.alarms.models import Alarm
from p2ptext.campaigns.models import Campaign, CampaignNumber
from p2ptext.extensions import db
from tests import factories
from tests.conversations.evening import Evening

_TEXTS = """
WITH people AS (
  INSERT INTO recipient (organization_id, phone_hash)
  SELECT :org, sha256(gen_random_uuid()::text::bytea) FROM generate_series(1, :many) RETURNING id
), contacts AS (
  INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, first_name, fields, zones,
    zone_evidence, batch_id, position, state)
  SELECT :org, :campaign, id, :import, row_number() OVER () + 10, 'Maria', '{}', '{America/New_York}',
    'area code', :batch, row_number() OVER () + 10, 'texted' FROM people RETURNING id, recipient_id
), talks AS (
  INSERT INTO conversation (organization_id, campaign_id, contact_id, recipient_id, number_id, person_id)
  SELECT :org, :campaign, id, recipient_id, :number, :person FROM contacts RETURNING id, contact_id
), clicks AS (
  INSERT INTO click (organization_id, person_id, session_id, contact_id, kind, shown_at, age_ms, received_at,
    token_digest, text_commitment, zone_evidence, checks)
  SELECT :org, :person, :session, id, 'first', p2p_now(), 40, p2p_now() - CAST(:ago AS interval),
    sha256(gen_random_uuid()::text::bytea), '', '', '{}' FROM contacts RETURNING id, contact_id
)
INSERT INTO message (organization_id, campaign_id, contact_id, conversation_id, recipient_id, number_id,
  person_id, click_id, kind, text, encoding, segments, state, reason, carrier_code, network, accepted_at,
  created_at, channel)
SELECT :org, :campaign, c.id, t.id, c.recipient_id, :number, :person, k.id, 'first', 'Hi', 'GSM-7', 1, :state,
  :reason, :code, :network, p2p_now() - CAST(:ago AS interval), p2p_now() - CAST(:ago AS interval), :channel
FROM contacts c JOIN talks t ON t.contact_id = c.id JOIN clicks k ON k.contact_id = c.id
RETURNING recipient_id"""


def texts(made: Evening, many: int, *, opted_out: int = 0, **values: Any) -> None:
    """`many` first texts of Amy's to people of their own; the first `opted_out` of them want no more.

    `state` (delivered), `network`, `code` and `reason` of a failure, `ago` (0 minutes), `number`, `campaign`
    and `channel` say how they stand.
    """
    campaign = values.pop("campaign", made.campaign)
    number = db.session.scalars(
        db.select(CampaignNumber.number_id).filter_by(campaign_id=campaign)
    ).first()
    upload, batch = _list_of(made, campaign)
    own: dict[str, Any] = {
        "org": made.org_id,
        "campaign": campaign,
        "number": number,
        "person": made.people["amy"],
        "session": made.sessions["amy"],
        "import": upload,
        "batch": batch,
        "many": many,
        "state": "delivered",
        "reason": None,
        "code": None,
        "network": "310260",
        "ago": "1 minute",
        "channel": "sms",
    }
    people = list(db.session.scalars(text(_TEXTS), own | values))
    db.session.execute(
        text("UPDATE recipient SET suppressed_at = p2p_now() WHERE id = ANY(:ids)"),
        {"ids": people[:opted_out]},
    )
    db.session.commit()


def _list_of(made: Evening, campaign_id: int) -> tuple[int, int]:
    known = db.session.execute(
        text("SELECT import_id, batch_id FROM contact WHERE campaign_id = :id LIMIT 1"),
        {"id": campaign_id},
    ).first()
    if known is not None:
        return known[0], known[1]
    olga = db.session.get_one(Person, made.people["olga"])
    campaign = db.session.get_one(Campaign, campaign_id)
    (contact,) = factories.contacts(campaign, olga, [f"+1{614 + campaign_id % 300}5550199"])
    return contact.import_id, contact.batch_id or 0


def alarms(made: Evening, kind: str) -> list[Alarm]:
    """The open alarms of a kind."""
    db.session.expire_all()
    wanted = db.select(Alarm).filter_by(organization_id=made.org_id, kind=kind, until=None)
    return list(db.session.scalars(wanted.order_by(Alarm.subject)))


def calm(made: Evening) -> None:
    """Everything was seen last a while ago."""
    db.session.execute(
        text("UPDATE alarm SET seen_at = seen_at - interval '15 minutes' WHERE organization_id = :org"),
        {"org": made.org_id},
    )
    db.session.commit()
