"""batches are given to volunteers by managers, and join links lead into a campaign"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

QA_BATCH = """
SELECT b.id, b.organization_id, o.slug AS organization, b.campaign_id, b.position, b.state,
       b.person_id, b.leased_until, b.last_person_id,
       (SELECT count(*) FROM contact c WHERE c.batch_id = b.id) AS contacts,
       (SELECT count(*) FROM contact c WHERE c.batch_id = b.id AND c.state = 'ready') AS ready{more}
FROM batch b
LEFT JOIN organization o ON o.id = b.organization_id
"""


def upgrade():
    op.add_column('campaign', sa.Column('hand_out', sa.Text(), server_default='anyone', nullable=False))
    op.create_check_constraint(op.f('ck_campaign_hand_out'), 'campaign', "hand_out IN ('anyone','given')")
    op.add_column('join_link', sa.Column('leads_to', sa.Text(), nullable=True))
    op.add_column('batch', sa.Column('reserved_for', sa.Integer(), nullable=True))
    op.create_foreign_key(op.f('fk_batch_reserved_for'), 'batch', 'person', ['reserved_for'], ['id'])
    op.create_check_constraint(
        op.f('ck_batch_held_by_whom_it_is_for'), 'batch', "state <> 'leased' OR reserved_for IS NULL OR reserved_for = person_id"
    )
    op.drop_index('ix_batch_open', table_name='batch')
    op.create_index(
        'ix_batch_open', 'batch', ['campaign_id', 'position'],
        postgresql_where=sa.text("state = 'open' AND reserved_for IS NULL"),
    )
    op.create_index(
        'ix_batch_reserved', 'batch', ['campaign_id', 'reserved_for', 'position'],
        postgresql_where=sa.text("state = 'open' AND reserved_for IS NOT NULL"),
    )
    op.create_index('ix_batch_hand', 'batch', ['person_id'], postgresql_where=sa.text("state = 'leased'"))
    op.execute('ALTER TABLE batch SET (autovacuum_vacuum_scale_factor = 0.02)')
    op.execute(f"CREATE OR REPLACE VIEW qa_batch AS {QA_BATCH.format(more=', b.reserved_for')}")


def downgrade():
    op.execute('DROP VIEW qa_batch')
    op.execute(f"CREATE VIEW qa_batch AS {QA_BATCH.format(more='')}")
    op.execute('ALTER TABLE batch RESET (autovacuum_vacuum_scale_factor)')
    op.drop_index('ix_batch_hand', table_name='batch')
    op.drop_index('ix_batch_reserved', table_name='batch')
    op.drop_index('ix_batch_open', table_name='batch')
    op.create_index(
        'ix_batch_open', 'batch', ['campaign_id', 'position'], postgresql_where=sa.text("state = 'open'")
    )
    op.drop_constraint(op.f('ck_batch_held_by_whom_it_is_for'), 'batch')
    op.drop_constraint(op.f('fk_batch_reserved_for'), 'batch')
    op.drop_column('batch', 'reserved_for')
    op.drop_column('join_link', 'leads_to')
    op.drop_constraint(op.f('ck_campaign_hand_out'), 'campaign')
    op.drop_column('campaign', 'hand_out')
