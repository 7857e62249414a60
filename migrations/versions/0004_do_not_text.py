"""the do-not-text list: found by date, brought in by file, kept when a person is erased"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

ARRAY_OF_TEXT = postgresql.ARRAY(sa.Text())

# Batches whose last unsent people opted out stayed open before; from now on they end with them.
FINISH_BATCHES = """
UPDATE batch b SET state = 'done', zone_sets = '{}'
WHERE b.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.batch_id = b.id AND c.state = 'ready')
"""


def upgrade():
    op.create_table('suppression_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('stored_as', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('header', ARRAY_OF_TEXT, server_default='{}', nullable=False),
    sa.Column('status', sa.Text(), server_default='waiting', nullable=False),
    sa.Column('last_line', sa.Integer(), server_default='0', nullable=False),
    sa.Column('units_total', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('units_read', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('rows_read', sa.Integer(), server_default='0', nullable=False),
    sa.Column('added', sa.Integer(), server_default='0', nullable=False),
    sa.Column('already', sa.Integer(), server_default='0', nullable=False),
    sa.Column('refused', sa.Integer(), server_default='0', nullable=False),
    sa.Column('fault', sa.Text(), server_default='', nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('waiting','running','done','refused','cancelled')", name=op.f('ck_suppression_import_status')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_suppression_import_created_by')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_suppression_import_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suppression_import'))
    )
    op.create_index(op.f('ix_suppression_import_organization_id'), 'suppression_import', ['organization_id'])
    op.create_table('suppression_refusal',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('row', ARRAY_OF_TEXT, nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['suppression_import.id'], name=op.f('fk_suppression_refusal_import_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_suppression_refusal_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suppression_refusal'))
    )
    op.create_index(op.f('ix_suppression_refusal_import_id'), 'suppression_refusal', ['import_id'])
    op.create_table('erasure',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_erasure_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_erasure_person_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_erasure_recipient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    op.create_index(op.f('ix_erasure_recipient_id'), 'erasure', ['recipient_id'])
    op.execute(
        "CREATE TRIGGER erasure_is_append_only BEFORE UPDATE OR DELETE ON erasure "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER erasure_is_never_emptied BEFORE TRUNCATE ON erasure "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    # Only those who must not be texted are in it: a large list comes in without touching it.
    op.create_index(
        'ix_recipient_suppressed', 'recipient', ['organization_id', 'suppressed_at', 'id'],
        postgresql_where=sa.text('suppressed_at IS NOT NULL'),
    )
    op.execute(FINISH_BATCHES)


def downgrade():
    op.drop_index('ix_recipient_suppressed', table_name='recipient')
    op.drop_index(op.f('ix_erasure_recipient_id'), table_name='erasure')
    op.drop_table('erasure')
    op.drop_index(op.f('ix_suppression_refusal_import_id'), table_name='suppression_refusal')
    op.drop_table('suppression_refusal')
    op.drop_index(op.f('ix_suppression_import_organization_id'), table_name='suppression_import')
    op.drop_table('suppression_import')
