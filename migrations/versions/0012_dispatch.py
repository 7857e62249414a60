"""What may have left is one attempt, the carrier's code of each, and sending an unclear text once more."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

QA_MESSAGE = """
    CREATE OR REPLACE VIEW qa_message AS
    SELECT m.id, m.organization_id, o.slug AS organization, m.campaign_id, m.contact_id,
           m.conversation_id, m.recipient_id, r.phone AS to_phone, n.phone AS from_phone, m.person_id,
           m.click_id, m.answers_inbound_id, m.kind, m.round, m.script_version_id, m.text, m.encoding,
           m.segments, m.state, m.reason, m.carrier_code, m.price, m.currency, m.network, m.created_at,
           m.accepted_at, m.settled_at, m.resend_click_id, m.let_be_at
    FROM message m
    JOIN recipient r ON r.id = m.recipient_id
    JOIN sending_number n ON n.id = m.number_id
    LEFT JOIN organization o ON o.id = m.organization_id
"""
QA_ATTEMPT = """
    CREATE OR REPLACE VIEW qa_attempt AS
    SELECT t.id, replace(t.id::text, '-', '') AS client_ref, t.organization_id, o.slug AS organization,
           t.message_id, t.click_id, t.dispatcher, t.started_at, t.deadline_at, t.finished_at, t.outcome,
           t.provider_id, t.detail, t.carrier_code
    FROM attempt t
    LEFT JOIN organization o ON o.id = t.organization_id
"""
BEFORE = (
    QA_MESSAGE.replace(", m.resend_click_id, m.let_be_at", ""),
    QA_ATTEMPT.replace(", t.carrier_code", ""),
)


def upgrade() -> None:
    op.add_column("message", sa.Column("resend_click_id", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("let_be_at", MOMENT, nullable=True))
    op.create_foreign_key(
        op.f("fk_message_resend_click_id"), "message", "click", ["resend_click_id"], ["id"]
    )
    op.create_index(
        "uq_message_resend_click_id",
        "message",
        ["resend_click_id"],
        unique=True,
        postgresql_where=sa.text("resend_click_id IS NOT NULL"),
    )
    # Only messages in this state, of which there are few: the list of an organizer reads nothing else.
    op.create_index(
        "ix_message_unknown",
        "message",
        ["organization_id"],
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.add_column("attempt", sa.Column("carrier_code", sa.Integer(), nullable=True))
    op.drop_constraint("uq_attempt_click_id", "attempt", type_="unique")
    op.create_index(
        "ix_attempt_click_id",
        "attempt",
        ["click_id"],
        postgresql_where=sa.text("click_id IS NOT NULL"),
    )
    op.drop_index("uq_attempt_open", table_name="attempt")
    op.create_index(
        "uq_attempt_may_have_left",
        "attempt",
        ["message_id", sa.text("(click_id IS NOT NULL)")],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL OR outcome IN ('accepted','unknown')"),
    )
    for view in (QA_MESSAGE, QA_ATTEMPT):
        op.execute(view)


def downgrade() -> None:
    for name, view in zip(("qa_message", "qa_attempt"), BEFORE, strict=True):
        op.execute(f"DROP VIEW {name}")
        op.execute(view)
    op.drop_index("uq_attempt_may_have_left", table_name="attempt")
    op.create_index(
        "uq_attempt_open",
        "attempt",
        ["message_id"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.drop_index("ix_attempt_click_id", table_name="attempt")
    op.create_unique_constraint("uq_attempt_click_id", "attempt", ["click_id"])
    op.drop_column("attempt", "carrier_code")
    op.drop_index("ix_message_unknown", table_name="message")
    op.drop_index("uq_message_resend_click_id", table_name="message")
    op.drop_constraint(op.f("fk_message_resend_click_id"), "message", type_="foreignkey")
    op.drop_column("message", "let_be_at")
    op.drop_column("message", "resend_click_id")
