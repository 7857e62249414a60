"""how often a person is texted, which states they may be in, and clicks too fast for a hand"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

QA_CONTACT = """
    CREATE OR REPLACE VIEW qa_contact AS
    SELECT c.id, c.organization_id, o.slug AS organization, c.campaign_id, c.recipient_id, r.phone,
           r.phone_hash, r.suppressed_at, r.suppressed_reason, c.import_id, c.line, c.first_name,
           c.fields, c.zones, c.zone_evidence, c.batch_id, c.position, c.round, c.state, c.ended_reason,
           c.replied_at, c.states
    FROM contact c
    JOIN recipient r ON r.id = c.recipient_id
    LEFT JOIN organization o ON o.id = c.organization_id
"""
QA_CONTACT_BEFORE = QA_CONTACT.replace("OR REPLACE ", "").replace(", c.states", "")


def upgrade() -> None:
    op.add_column(
        "organization",
        sa.Column("first_texts_a_day", sa.SmallInteger(), server_default="1", nullable=False),
    )
    op.add_column(
        "organization", sa.Column("texts_a_day", sa.SmallInteger(), server_default="3", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_organization_caps"),
        "organization",
        "first_texts_a_day BETWEEN 1 AND texts_a_day AND texts_a_day <= 3",
    )
    op.add_column(
        "campaign",
        sa.Column("state_hours", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.add_column("campaign", sa.Column("pause_words", sa.Text(), server_default="", nullable=False))
    # Lists that came in before have no states: for their people the campaign's own hours hold.
    states = sa.ARRAY(sa.Text())
    op.add_column("contact", sa.Column("states", states, server_default="{}", nullable=False))
    op.add_column("incoming_row", sa.Column("states", states, server_default="{}", nullable=False))
    op.add_column("batch", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.execute(QA_CONTACT)
    op.execute("""
        UPDATE contact_import i SET zone_sets = (
          SELECT coalesce(array_agg(DISTINCT array_to_string(c.zones, ' ')), '{}') FROM contact c
          WHERE c.campaign_id = i.campaign_id AND c.import_id = i.id)
        WHERE i.status = 'done' AND i.zone_sets IS NULL
    """)
    op.create_check_constraint(
        op.f("ck_contact_import_places_are_known"),
        "contact_import",
        "status <> 'done' OR zone_sets IS NOT NULL",
    )
    op.create_table(
        "pace_refusal",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_pace_refusal_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pace_refusal_person_id")),
        sa.PrimaryKeyConstraint("person_id", "organization_id", "minute", name=op.f("pk_pace_refusal")),
    )


def downgrade() -> None:
    op.drop_table("pace_refusal")
    op.drop_constraint(op.f("ck_contact_import_places_are_known"), "contact_import")
    op.execute("DROP VIEW qa_contact")
    op.execute(QA_CONTACT_BEFORE)
    op.drop_column("batch", "held_until")
    op.drop_column("incoming_row", "states")
    op.drop_column("contact", "states")
    op.drop_column("campaign", "pause_words")
    op.drop_column("campaign", "state_hours")
    op.drop_constraint(op.f("ck_organization_caps"), "organization")
    op.drop_column("organization", "texts_a_day")
    op.drop_column("organization", "first_texts_a_day")
