"""which text a receipt is about, and what the timing of clicks looks like"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text('p2p_now()')

# A receipt's key is "status:<the carrier's id of the text>:<state>:<code>", or with our own reference
# where the carrier gave no id.
OLDER_RECEIPTS = """
UPDATE provider_event e SET message_id = t.message_id
FROM attempt t
WHERE e.kind = 'status'
  AND split_part(e.event_key, ':', 2) IN (t.provider_id, t.id::text, replace(t.id::text, '-', ''))
"""
QA_EVENT = """
    CREATE OR REPLACE VIEW qa_event AS
    SELECT e.id, e.organization_id, o.slug AS organization, e.event_key, e.kind, e.raw, e.note,
           e.received_at, e.message_id
    FROM provider_event e
    LEFT JOIN organization o ON o.id = e.organization_id
"""
QA_EVENT_BEFORE = QA_EVENT.replace("OR REPLACE ", "").replace(", e.message_id", "")


def upgrade() -> None:
    op.add_column('provider_event', sa.Column('message_id', sa.BigInteger(), nullable=True))
    op.execute(OLDER_RECEIPTS)
    op.create_index(
        'ix_provider_event_message', 'provider_event', ['message_id'],
        postgresql_where=sa.text('message_id IS NOT NULL'),
    )
    op.execute(QA_EVENT)
    op.create_table('timing_look',
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('last_click_id', sa.BigInteger(), nullable=False),
    sa.Column('looked_at', MOMENT, server_default=NOW, nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_timing_look_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_timing_look_person_id')),
    sa.PrimaryKeyConstraint('organization_id', 'person_id', name=op.f('pk_timing_look'))
    )
    op.create_table('timing_flag',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('begins_at', MOMENT, nullable=False),
    sa.Column('ends_at', MOMENT, nullable=False),
    sa.Column('clicks', sa.Integer(), nullable=False),
    sa.Column('noted_at', MOMENT, server_default=NOW, nullable=False),
    sa.Column('seen_by', sa.Integer(), nullable=True),
    sa.Column('seen_at', MOMENT, nullable=True),
    sa.Column('seen_note', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_timing_flag_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_timing_flag_person_id')),
    sa.ForeignKeyConstraint(['seen_by'], ['person.id'], name=op.f('fk_timing_flag_seen_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timing_flag')),
    sa.UniqueConstraint('organization_id', 'person_id', 'code', 'on_day', name=op.f('uq_timing_flag_organization_id_person_id_code_on_day'))
    )


def downgrade() -> None:
    op.drop_table('timing_flag')
    op.drop_table('timing_look')
    op.execute('DROP VIEW qa_event')
    op.execute(QA_EVENT_BEFORE)
    op.drop_index('ix_provider_event_message', table_name='provider_event')
    op.drop_column('provider_event', 'message_id')
