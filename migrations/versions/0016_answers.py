"""Which answers still follow from the others, and an auditor's window on them."""

from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

QA_MESSAGE = """
    CREATE OR REPLACE VIEW qa_message AS
    SELECT m.id, m.organization_id, o.slug AS organization, m.campaign_id, m.contact_id,
           m.conversation_id, m.recipient_id, r.phone AS to_phone, n.phone AS from_phone, m.person_id,
           m.click_id, m.answers_inbound_id, m.kind, m.round, m.script_version_id, m.text, m.encoding,
           m.segments, m.state, m.reason, m.carrier_code, m.price, m.currency, m.network, m.created_at,
           m.accepted_at, m.settled_at, m.resend_click_id, m.let_be_at,
           m.variant, m.step_key, m.answer_key, m.edited
    FROM message m
    JOIN recipient r ON r.id = m.recipient_id
    JOIN sending_number n ON n.id = m.number_id
    LEFT JOIN organization o ON o.id = m.organization_id
"""
# The words are those of the script in which the answer was chosen: a later one may have others.
QA_ANSWER = """
    CREATE VIEW qa_answer AS
    SELECT a.contact_id, a.step_key, a.organization_id, o.slug AS organization, a.campaign_id,
           a.answer_key, step ->> 'question' AS question,
           (SELECT one ->> 'label' FROM jsonb_array_elements(step -> 'answers') one
            WHERE one ->> 'key' = a.answer_key) AS label,
           a.script_version_id, a.person_id, a.at, a.on_path
    FROM survey_answer a
    JOIN script_version v ON v.id = a.script_version_id
    LEFT JOIN LATERAL (SELECT one AS step FROM jsonb_array_elements(v.document -> 'steps') one
                       WHERE one ->> 'key' = a.step_key LIMIT 1) asked ON true
    LEFT JOIN organization o ON o.id = a.organization_id
"""
QA_ANSWER_CHANGE = """
    CREATE VIEW qa_answer_change AS
    SELECT h.id, h.organization_id, o.slug AS organization, h.campaign_id, h.contact_id, h.step_key,
           h.was, h.answer_key, h.script_version_id, h.person_id, h.at
    FROM survey_change h
    LEFT JOIN organization o ON o.id = h.organization_id
"""


def upgrade() -> None:
    op.execute("ALTER TABLE survey_answer ADD COLUMN on_path boolean NOT NULL DEFAULT true")
    op.execute(QA_MESSAGE)
    op.execute(QA_ANSWER)
    op.execute(QA_ANSWER_CHANGE)


def downgrade() -> None:
    op.execute("DROP VIEW qa_answer_change")
    op.execute("DROP VIEW qa_answer")
    op.execute("DROP VIEW qa_message")
    op.execute(QA_MESSAGE.replace(",\n           m.variant, m.step_key, m.answer_key, m.edited", ""))
    op.execute("ALTER TABLE survey_answer DROP COLUMN on_path")
