"""Clicks for tests of the ledger, made as fast as rows can be."""

from flask import Flask
from sqlalchemy import select, text

from p2ptext.extensions import db
from p2ptext.texting.evidence_models import Click
from tests import factories

CLICK = """
WITH clicked AS (
  INSERT INTO click (organization_id, person_id, session_id, contact_id, kind, shown_at, age_ms,
    token_digest, text_commitment, zone_evidence, checks)
  SELECT c.organization_id, i.created_by, w.id, c.id, 'first', p2p_now(), 40,
    sha256(convert_to('token ' || c.id, 'UTF8')),
    sha256(convert_to(rpad('salt of ' || c.id, 16) || 'Hello ' || c.id, 'UTF8')), 'area code',
    '{"zones": ["America/New_York"], "campaign": "running"}'
  FROM contact c JOIN contact_import i ON i.id = c.import_id JOIN web_session w ON w.person_id = i.created_by
  WHERE c.campaign_id = :campaign ORDER BY c.id
  RETURNING id, organization_id, contact_id, person_id
), device AS (
  INSERT INTO click_device (click_id, organization_id, salt, ip, user_agent)
  SELECT id, organization_id, convert_to(rpad('salt of ' || contact_id, 16), 'UTF8'), '127.0.0.1', 'test'
  FROM clicked
), talk AS (
  INSERT INTO conversation (organization_id, campaign_id, contact_id, recipient_id, number_id, person_id)
  SELECT k.organization_id, c.campaign_id, c.id, c.recipient_id, :number, k.person_id
  FROM clicked k JOIN contact c ON c.id = k.contact_id RETURNING id, contact_id
)
INSERT INTO message (organization_id, campaign_id, contact_id, conversation_id, recipient_id, number_id,
  person_id, click_id, kind, text, encoding, segments)
SELECT k.organization_id, c.campaign_id, c.id, t.id, c.recipient_id, :number, k.person_id, k.id, 'first',
  'Hello ' || c.id, 'GSM-7', 1
FROM clicked k JOIN contact c ON c.id = k.contact_id JOIN talk t ON t.contact_id = c.id
"""
"""A first text with its click for every contact of the campaign."""

FORGE = """
INSERT INTO click (id, organization_id, person_id, session_id, contact_id, kind, shown_at, age_ms,
  received_at, token_digest, text_commitment, zone_evidence, checks)
SELECT :id, organization_id, person_id, session_id, contact_id, 'resend', shown_at, age_ms, received_at,
  sha256(convert_to('token of ' || :id, 'UTF8')), text_commitment, zone_evidence, checks
FROM click WHERE id = :like
"""
"""One more click, with an id of choice, like one that is there."""


def clicks(app: Flask, people: int) -> list[int]:
    """So many first texts of a campaign of their own, committed; the ids of their clicks."""
    org = factories.organization()
    volunteer = factories.person(org)
    factories.client(app, volunteer)
    number = factories.number(org)
    campaign = factories.campaign(org, volunteer, from_=number)
    phones = [f"+1{614 + n // 100}5550{100 + n % 100}" for n in range(people)]
    factories.contacts(campaign, volunteer, phones)
    db.session.execute(text(CLICK), {"campaign": campaign.id, "number": number.id})
    made = db.session.scalars(
        select(Click.id).where(Click.organization_id == org.id).order_by(Click.id)
    ).all()
    db.session.commit()
    return list(made)
