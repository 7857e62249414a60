"""an auditor's window: read-only views, documented in docs/contract.md

Each view joins the organization for its slug. A view with a join cannot be written through, and
the join costs nothing to whoever does not ask for the slug.
"""

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


VIEWS = {
    "qa_campaign": """
        SELECT a.id, a.organization_id, o.slug AS organization, a.name, a.status, a.opens, a.closes,
               a.sunday_opens, a.batch_size, a.undo_s, a.plain_typography, a.script_version_id,
               v.number AS script_version, v.document AS script, a.created_by, a.created_at, a.launched_at
        FROM campaign a
        LEFT JOIN organization o ON o.id = a.organization_id
        LEFT JOIN script_version v ON v.id = a.script_version_id
    """,
    "qa_contact": """
        SELECT c.id, c.organization_id, o.slug AS organization, c.campaign_id, c.recipient_id, r.phone,
               r.phone_hash, r.suppressed_at, r.suppressed_reason, c.import_id, c.line, c.first_name,
               c.fields, c.zones, c.zone_evidence, c.batch_id, c.position, c.round, c.state, c.ended_reason
        FROM contact c
        JOIN recipient r ON r.id = c.recipient_id
        LEFT JOIN organization o ON o.id = c.organization_id
    """,
    "qa_message": """
        SELECT m.id, m.organization_id, o.slug AS organization, m.campaign_id, m.contact_id,
               m.conversation_id, m.recipient_id, r.phone AS to_phone, n.phone AS from_phone, m.person_id,
               m.click_id, m.answers_inbound_id, m.kind, m.round, m.script_version_id, m.text, m.encoding,
               m.segments, m.state, m.reason, m.carrier_code, m.price, m.currency, m.network, m.created_at,
               m.accepted_at, m.settled_at
        FROM message m
        JOIN recipient r ON r.id = m.recipient_id
        JOIN sending_number n ON n.id = m.number_id
        LEFT JOIN organization o ON o.id = m.organization_id
    """,
    "qa_click": """
        SELECT k.id, k.organization_id, o.slug AS organization, k.person_id, k.session_id, k.contact_id,
               m.id AS message_id, k.kind, k.shown_at, k.age_ms, k.received_at, k.token_digest,
               k.text_commitment, d.salt, k.zone_evidence, k.checks, s.block_id, s.position AS block_position
        FROM click k
        LEFT JOIN organization o ON o.id = k.organization_id
        LEFT JOIN message m ON m.click_id = k.id
        LEFT JOIN click_device d ON d.click_id = k.id
        LEFT JOIN click_seal s ON s.click_id = k.id
    """,
    "qa_attempt": """
        SELECT t.id, replace(t.id::text, '-', '') AS client_ref, t.organization_id, o.slug AS organization,
               t.message_id, t.click_id, t.dispatcher, t.started_at, t.deadline_at, t.finished_at, t.outcome,
               t.provider_id, t.detail
        FROM attempt t
        LEFT JOIN organization o ON o.id = t.organization_id
    """,
    "qa_batch": """
        SELECT b.id, b.organization_id, o.slug AS organization, b.campaign_id, b.position, b.state,
               b.person_id, b.leased_until, b.last_person_id,
               (SELECT count(*) FROM contact c WHERE c.batch_id = b.id) AS contacts,
               (SELECT count(*) FROM contact c WHERE c.batch_id = b.id AND c.state = 'ready') AS ready
        FROM batch b
        LEFT JOIN organization o ON o.id = b.organization_id
    """,
    "qa_suppression": """
        SELECT e.id, e.organization_id, o.slug AS organization, e.recipient_id, r.phone, r.phone_hash,
               e.action, e.reason, e.person_id, e.at, r.suppressed_at IS NOT NULL AS suppressed_now
        FROM suppression_event e
        JOIN recipient r ON r.id = e.recipient_id
        LEFT JOIN organization o ON o.id = e.organization_id
    """,
    "qa_inbound": """
        SELECT i.id, i.organization_id, o.slug AS organization, i.event_id, t.campaign_id, t.contact_id,
               i.conversation_id, i.recipient_id, i.sender AS from_phone, n.phone AS to_phone, i.text,
               i.media, i.tier, i.intent, i.verdict_reason, i.received_at
        FROM inbound_text i
        JOIN sending_number n ON n.id = i.number_id
        LEFT JOIN conversation t ON t.id = i.conversation_id
        LEFT JOIN organization o ON o.id = i.organization_id
    """,
    "qa_event": """
        SELECT e.id, e.organization_id, o.slug AS organization, e.event_key, e.kind, e.raw, e.note,
               e.received_at
        FROM provider_event e
        LEFT JOIN organization o ON o.id = e.organization_id
    """,
    "qa_audit": """
        SELECT d.id, d.organization_id, o.slug AS organization, d.person_id, d.action, d.target, d.detail,
               d.ip, d.at
        FROM audit_event d
        LEFT JOIN organization o ON o.id = d.organization_id
    """,
}


def upgrade():
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")


def downgrade():
    for name in VIEWS:
        op.execute(f"DROP VIEW {name}")
