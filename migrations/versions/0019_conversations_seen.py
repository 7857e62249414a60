"""An auditor sees who has a conversation, through whose hands it went, and what a text was taken for."""

from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

QA_INBOUND = """
    CREATE OR REPLACE VIEW qa_inbound AS
    SELECT i.id, i.organization_id, o.slug AS organization, i.event_id, t.campaign_id, t.contact_id,
           i.conversation_id, i.recipient_id, i.sender AS from_phone, n.phone AS to_phone, i.text,
           i.media, i.tier, i.intent, i.verdict_reason, i.received_at,
           i.kind, i.reaction, i.about_message_id, i.abusive, i.undone_at, i.undone_by, i.undone_reason
    FROM inbound_text i
    JOIN sending_number n ON n.id = i.number_id
    LEFT JOIN conversation t ON t.id = i.conversation_id
    LEFT JOIN organization o ON o.id = i.organization_id
"""
QA_CONVERSATION = """
    CREATE VIEW qa_conversation AS
    SELECT t.id, t.organization_id, o.slug AS organization, t.campaign_id, t.contact_id, t.recipient_id,
           r.phone AS their_phone, n.phone AS our_phone, t.person_id, t.state, t.closed_reason,
           t.review_reason, t.crisis_reason, t.waiting_since, t.offered_at, t.offered_why,
           t.lead_asked_at, t.set_aside_at
    FROM conversation t
    JOIN recipient r ON r.id = t.recipient_id
    JOIN sending_number n ON n.id = t.number_id
    LEFT JOIN organization o ON o.id = t.organization_id
"""
QA_HANDOVER = """
    CREATE VIEW qa_handover AS
    SELECT h.id, h.organization_id, o.slug AS organization, h.conversation_id, h.from_id, h.to_id,
           h.by_id, h.why, h.note, h.at
    FROM handover h
    LEFT JOIN organization o ON o.id = h.organization_id
"""


def upgrade() -> None:
    op.execute(QA_INBOUND)
    op.execute(QA_CONVERSATION)
    op.execute(QA_HANDOVER)


def downgrade() -> None:
    op.execute("DROP VIEW qa_handover")
    op.execute("DROP VIEW qa_conversation")
    op.execute("DROP VIEW qa_inbound")
    later = QA_INBOUND.index(",\n           i.kind")
    op.execute(QA_INBOUND[:later] + QA_INBOUND[QA_INBOUND.index("\n    FROM inbound_text") :])
