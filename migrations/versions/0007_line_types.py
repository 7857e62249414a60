"""what kind of line a phone is, as far as somebody was asked for money"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text('p2p_now()')


def upgrade():
    op.create_table('line_type',
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('phone_hash', sa.LargeBinary(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('at', MOMENT, server_default=NOW, nullable=False),
    sa.CheckConstraint("type IN ('mobile','landline','voip','toll_free','unknown')", name=op.f('ck_line_type_type')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_line_type_organization_id')),
    sa.PrimaryKeyConstraint('organization_id', 'phone_hash', name=op.f('pk_line_type'))
    )
    op.create_table('line_type_lookup',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.Text(), server_default='asking', nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), server_default='0', nullable=False),
    sa.Column('unanswered', sa.Integer(), server_default='0', nullable=False),
    sa.Column('landlines', sa.Integer(), server_default='0', nullable=False),
    sa.Column('silent', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_line', sa.Integer(), server_default='0', nullable=False),
    sa.Column('stints', sa.Integer(), server_default='0', nullable=False),
    sa.Column('fault', sa.Text(), server_default='', nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', MOMENT, server_default=NOW, nullable=False),
    sa.Column('moved_at', MOMENT, server_default=NOW, nullable=False),
    sa.Column('stop_asked_at', MOMENT, nullable=True),
    sa.Column('finished_at', MOMENT, nullable=True),
    sa.CheckConstraint("status IN ('asking','done','stopped','failed')", name=op.f('ck_line_type_lookup_status')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_line_type_lookup_created_by')),
    sa.ForeignKeyConstraint(['import_id'], ['contact_import.id'], name=op.f('fk_line_type_lookup_import_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_line_type_lookup_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_type_lookup'))
    )
    op.create_index('ix_line_type_lookup_import', 'line_type_lookup', ['import_id', 'id'])
    op.create_index(
        'uq_line_type_lookup_asking', 'line_type_lookup', ['organization_id'], unique=True,
        postgresql_where=sa.text("status = 'asking'"),
    )


def downgrade():
    op.drop_table('line_type_lookup')
    op.drop_table('line_type')
