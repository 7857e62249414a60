"""The large ground of the benchmarks: the database is as strict after the filling as before it, and what is
counted is what is there."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.background import settings
from p2ptext.counting import recounting
from p2ptext.extensions import db
from p2ptext.rules.phone import Phone, hash_phone, normalize
from scripts.benchmarks import evening

RULES = """
SELECT conrelid::regclass::text || ': ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT pg_get_triggerdef(oid) || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"""
AT_NIGHT = """
SELECT count(*) FROM message m JOIN contact c ON c.id = m.contact_id
WHERE m.kind = 'first' AND m.state <> 'cancelled'
  AND extract(hour FROM m.created_at AT TIME ZONE c.zones[1]) NOT BETWEEN 8 AND 20"""


def rows(sql: str, **values: Any) -> list[Any]:
    found = list(db.session.execute(text(sql), values).all())
    db.session.commit()
    return found


def counted(sql: str) -> int:
    return int(rows(sql)[0][0])


@pytest.fixture
def app(committed_app: Flask) -> Flask:
    return committed_app


def test_an_evening_is_filled_with_every_rule_in_force(app: Flask) -> None:
    before = sorted(rows(RULES))
    laid = evening.fill(app, 1500)
    assert sorted(rows(RULES)) == before

    assert counted(f"SELECT count(*) FROM contact WHERE campaign_id = {laid.campaign_id}") == 1500
    assert 0.05 < counted("SELECT count(*) FROM contact WHERE replied_at IS NOT NULL") / 1500 < 0.3
    for found in recounting.compare(recounting.campaigns()):
        assert found.is_right, found
    assert recounting.compare_charges() == 0
    assert counted("SELECT count(*) FROM text_fact WHERE place = 'sent'") > 1500
    assert counted("SELECT count(*) FROM changed_contact") == 0
    assert counted(AT_NIGHT) == 0

    key = settings().phone_hash_key_for(laid.ground.org_id)
    known = rows(
        "SELECT phone, phone_hash FROM recipient WHERE organization_id = :org", org=laid.ground.org_id
    )
    for phone, digest in known[:50]:
        assert normalize(phone) == Phone(phone, phone[2:5])
        assert digest == hash_phone(phone, key)
