"""a second pass over people who did not reply, as a round of its own"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

REPLIED = """
UPDATE contact c SET replied_at = answered.at
FROM (SELECT t.contact_id, min(i.received_at) AS at
      FROM inbound_text i JOIN conversation t ON t.id = i.conversation_id GROUP BY t.contact_id) answered
WHERE answered.contact_id = c.id
"""

QA_CONTACT = """
    CREATE OR REPLACE VIEW qa_contact AS
    SELECT c.id, c.organization_id, o.slug AS organization, c.campaign_id, c.recipient_id, r.phone,
           r.phone_hash, r.suppressed_at, r.suppressed_reason, c.import_id, c.line, c.first_name,
           c.fields, c.zones, c.zone_evidence, c.batch_id, c.position, c.round, c.state, c.ended_reason,
           c.replied_at
    FROM contact c
    JOIN recipient r ON r.id = c.recipient_id
    LEFT JOIN organization o ON o.id = c.organization_id
"""
QA_CONTACT_BEFORE = QA_CONTACT.replace("OR REPLACE ", "").replace(",\n           c.replied_at", "")


def upgrade():
    op.create_table('campaign_pass',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('texted_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Text(), server_default='waiting', nullable=False),
    sa.Column('people', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('cut_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("status IN ('waiting','open','stopped')", name=op.f('ck_campaign_pass_status')),
    sa.CheckConstraint('round > 1', name=op.f('ck_campaign_pass_round')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_pass_campaign_id')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_campaign_pass_created_by')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_campaign_pass_organization_id')),
    sa.ForeignKeyConstraint(['stopped_by'], ['person.id'], name=op.f('fk_campaign_pass_stopped_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_pass'))
    )
    op.create_index(op.f('ix_campaign_pass_campaign_id'), 'campaign_pass', ['campaign_id'])
    op.create_index(
        'uq_campaign_pass_waiting', 'campaign_pass', ['campaign_id'], unique=True,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.add_column('batch', sa.Column('pass_id', sa.Integer(), nullable=True))
    op.create_foreign_key(op.f('fk_batch_pass_id'), 'batch', 'campaign_pass', ['pass_id'], ['id'])
    op.create_index(op.f('ix_batch_pass_id'), 'batch', ['pass_id'])
    op.add_column('contact', sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(REPLIED)
    op.create_check_constraint(
        op.f('ck_contact_no_pass_after_a_reply'), 'contact',
        "NOT (state = 'ready' AND round > 1 AND replied_at IS NOT NULL)",
    )
    op.execute(QA_CONTACT)


def downgrade():
    op.execute('DROP VIEW qa_contact')
    op.execute(QA_CONTACT_BEFORE)
    op.drop_constraint(op.f('ck_contact_no_pass_after_a_reply'), 'contact')
    op.drop_column('contact', 'replied_at')
    op.drop_index(op.f('ix_batch_pass_id'), table_name='batch')
    op.drop_constraint(op.f('fk_batch_pass_id'), 'batch')
    op.drop_column('batch', 'pass_id')
    op.drop_table('campaign_pass')
