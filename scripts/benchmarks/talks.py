"""Conversations by the thousand, made by SQL: people who were texted, who answered, and who wait."""

from sqlalchemy import text

from p2ptext.extensions import db
from scripts.benchmarks import ground as grounds
from scripts.benchmarks.ground import Ground

_TEXTED = """
WITH who AS (
  SELECT w.person_id, max(w.id) AS session_id, row_number() OVER (ORDER BY w.person_id) - 1 AS place
  FROM web_session w WHERE w.person_id = ANY(:persons) GROUP BY 1
), clicked AS (
  INSERT INTO click (organization_id, person_id, session_id, contact_id, kind, shown_at, age_ms,
    token_digest, text_commitment, zone_evidence, checks)
  SELECT c.organization_id, who.person_id, who.session_id, c.id, 'first', p2p_now(), 20,
    sha256(convert_to('talk ' || c.id, 'UTF8')), sha256('bench'), 'area code', '{}'
  FROM contact c JOIN who ON who.place = c.id % :people WHERE c.campaign_id = :campaign
  RETURNING id, contact_id, person_id
), talk AS (
  INSERT INTO conversation (organization_id, campaign_id, contact_id, recipient_id, number_id, person_id,
    last_sent_at)
  SELECT c.organization_id, c.campaign_id, c.id, c.recipient_id, :number, k.person_id, p2p_now()
  FROM clicked k JOIN contact c ON c.id = k.contact_id
  RETURNING id, contact_id, recipient_id
), texted AS (
  INSERT INTO message (organization_id, campaign_id, contact_id, conversation_id, recipient_id, number_id,
    person_id, click_id, kind, text, encoding, segments, state, accepted_at)
  SELECT :org, :campaign, t.contact_id, t.id, t.recipient_id, :number, k.person_id, k.id, 'first', :words,
    'GSM-7', 1, 'accepted', p2p_now()
  FROM talk t JOIN clicked k ON k.contact_id = t.contact_id
  RETURNING id
)
INSERT INTO attempt (id, organization_id, message_id, dispatcher, deadline_at, finished_at, outcome,
  provider_id)
SELECT gen_random_uuid(), :org, id, 'bench', p2p_now(), p2p_now(), 'accepted', gen_random_uuid()::text
FROM texted"""

_PHONES = """
SELECT r.phone FROM contact c JOIN recipient r ON r.id = c.recipient_id WHERE c.campaign_id = :campaign"""

_ANSWERED = """
WITH chosen AS (
  SELECT t.id, t.recipient_id, r.phone FROM conversation t JOIN recipient r ON r.id = t.recipient_id
  WHERE t.campaign_id = :campaign AND (:person = 0 OR t.person_id = :person) AND t.last_inbound_id IS NULL
  ORDER BY t.id LIMIT :most
), kept AS (
  INSERT INTO provider_event (organization_id, event_key, kind, raw)
  SELECT :org, 'bench:' || id, 'inbound', '' FROM chosen RETURNING id, event_key
), wrote AS (
  INSERT INTO inbound_text (organization_id, event_id, conversation_id, recipient_id, number_id, sender,
    text, media, tier, intent, verdict_reason)
  SELECT :org, k.id, c.id, c.recipient_id, :number, c.phone, 'Yes, who is this?', '[]', 'none', '', ''
  FROM chosen c JOIN kept k ON k.event_key = 'bench:' || c.id
  RETURNING id, conversation_id
)
UPDATE conversation t SET last_inbound_id = w.id,
  waiting_since = CASE WHEN :waits THEN p2p_now() - random() * interval '20 minutes' END
FROM wrote w WHERE t.id = w.conversation_id"""


def lay(ground: Ground, amount: int) -> int:
    """A campaign in which so many people were texted by the volunteers in turn; the carrier has taken
    each text, and no receipt has come."""
    with ground.app.app_context():
        campaign_id = grounds.campaign(ground)
        grounds.fill(ground, campaign_id, amount, len(ground.volunteers))
        db.session.execute(
            text(_TEXTED),
            {
                "org": ground.org_id,
                "campaign": campaign_id,
                "number": ground.number_id,
                "persons": [volunteer.id for volunteer in ground.volunteers],
                "people": len(ground.volunteers),
                "words": grounds.SCRIPT,
            },
        )
        db.session.execute(
            text("UPDATE contact SET state = 'texted' WHERE campaign_id = :id"), {"id": campaign_id}
        )
        grounds.know_by_phone(ground, db.session.scalars(text(_PHONES), {"campaign": campaign_id}).all())
        _settle()
    return campaign_id


def answered(ground: Ground, campaign_id: int, most: int, *, waits: bool, person_id: int = 0) -> None:
    """So many of them have written back, to one volunteer if one is named; whether they still wait."""
    with ground.app.app_context():
        db.session.execute(
            text(_ANSWERED),
            {
                "org": ground.org_id,
                "campaign": campaign_id,
                "number": ground.number_id,
                "person": person_id,
                "most": most,
                "waits": waits,
            },
        )
        _settle()


def belong(ground: Ground, campaign_id: int, person_id: int, amount: int) -> None:
    """So many of the conversations are of one volunteer."""
    with ground.app.app_context():
        db.session.execute(
            text(
                """UPDATE conversation SET person_id = :person WHERE id IN (
                     SELECT id FROM conversation WHERE campaign_id = :campaign ORDER BY id LIMIT :most)"""
            ),
            {"person": person_id, "campaign": campaign_id, "most": amount},
        )
        _settle()


def phones(ground: Ground, campaign_id: int, *, wrote: bool, most: int) -> list[str]:
    """Phones of those who have written back, or have not."""
    with ground.app.app_context():
        return list(
            db.session.scalars(
                text(
                    """SELECT r.phone FROM conversation t JOIN recipient r ON r.id = t.recipient_id
                       WHERE t.campaign_id = :campaign AND (t.last_inbound_id IS NOT NULL) = :wrote
                       ORDER BY t.id LIMIT :most"""
                ),
                {"campaign": campaign_id, "wrote": wrote, "most": most},
            )
        )


def _settle() -> None:
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
