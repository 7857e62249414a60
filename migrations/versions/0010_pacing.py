"""Lanes of the outbox, registrations, numbers of several kinds, and what the breakers remember."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), server_default="", nullable=False),
        sa.Column("campaign_code", sa.Text(), server_default="", nullable=False),
        sa.Column("use_case", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("segments_per_minute", sa.Integer(), server_default="75", nullable=False),
        sa.Column("t_mobile_per_day", sa.Integer(), server_default="2000", nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("p2p_now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending','active','suspended','expired')",
            name=op.f("ck_registration_state"),
        ),
        sa.CheckConstraint(
            "segments_per_minute BETWEEN 10 AND 100000", name=op.f("ck_registration_segments_per_minute")
        ),
        sa.CheckConstraint(
            "t_mobile_per_day BETWEEN 1 AND 10000000", name=op.f("ck_registration_t_mobile_per_day")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_registration_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint(
            "organization_id", "name", name=op.f("uq_registration_organization_id_name")
        ),
    )
    op.add_column("sending_number", sa.Column("kind", sa.Text(), server_default="10dlc", nullable=False))
    op.add_column("sending_number", sa.Column("registration_id", sa.Integer(), nullable=True))
    op.add_column("sending_number", sa.Column("per_second", sa.Integer(), nullable=True))
    op.add_column("sending_number", sa.Column("out_since", MOMENT, nullable=True))
    op.add_column("sending_number", sa.Column("out_reason", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sending_number_registration_id"),
        "sending_number",
        "registration",
        ["registration_id"],
        ["id"],
    )
    op.create_check_constraint(
        op.f("ck_sending_number_kind"), "sending_number", "kind IN ('10dlc','toll_free','short_code')"
    )
    op.create_check_constraint(
        op.f("ck_sending_number_per_second"), "sending_number", "per_second BETWEEN 1 AND 1000"
    )
    op.add_column("campaign", sa.Column("paused_because", sa.Text(), nullable=True))
    op.add_column("campaign", sa.Column("watched_from", MOMENT, nullable=True))
    op.create_check_constraint(
        op.f("ck_campaign_paused_because"), "campaign", "paused_because IN ('filtered','opt_outs')"
    )
    op.add_column("pacing_bucket", sa.Column("trial_at", MOMENT, nullable=True))
    op.add_column("pacing_bucket", sa.Column("recent", sa.Text(), server_default="", nullable=False))
    op.add_column("pacing_bucket", sa.Column("waiting", JSONB(), nullable=True))
    op.add_column("pacing_bucket", sa.Column("measured_at", MOMENT, nullable=True))
    op.add_column(
        "pacing_bucket", sa.Column("openings", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("outbox", sa.Column("number_id", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("segments", sa.Integer(), server_default="1", nullable=False))
    op.add_column("outbox", sa.Column("closes_at", MOMENT, nullable=True))
    op.execute(
        """UPDATE outbox SET number_id = m.number_id, segments = m.segments
           FROM message m WHERE m.id = outbox.message_id"""
    )
    op.alter_column("outbox", "number_id", server_default=None)
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.create_index("ix_outbox_lane", "outbox", ["number_id", "urgency", "closes_at", "due_at"])
    op.create_index(
        "ix_message_first",
        "message",
        ["campaign_id", "id"],
        postgresql_where=sa.text("kind = 'first'"),
    )


def downgrade() -> None:
    op.drop_index("ix_message_first", table_name="message")
    op.drop_index("ix_outbox_lane", table_name="outbox")
    op.create_index("ix_outbox_due", "outbox", ["urgency", "due_at"])
    for column in ("closes_at", "segments", "number_id"):
        op.drop_column("outbox", column)
    for column in ("openings", "measured_at", "waiting", "recent", "trial_at"):
        op.drop_column("pacing_bucket", column)
    for column in ("watched_from", "paused_because"):
        op.drop_column("campaign", column)
    for column in ("out_reason", "out_since", "per_second", "registration_id", "kind"):
        op.drop_column("sending_number", column)
    op.drop_table("registration")
