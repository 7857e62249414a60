"""clicks stand in line for their seal, and a block says what it seals

The line (`click_unsealed`) is filled by a trigger in the click's own transaction: a click that
commits late is in it when it commits, so no seal depends on a time or on the order of ids. It has no
index: the sealer takes all of it, and a click pays for one narrow row.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

STAND_IN_LINE = """
CREATE FUNCTION stand_in_line_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO click_unsealed (click_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER click_stands_in_line AFTER INSERT ON click
  FOR EACH ROW EXECUTE FUNCTION stand_in_line_for_seal();
"""

# By way of WITH, so that nothing can be written through it, as through the other views.
QA_BLOCK = """
CREATE VIEW qa_block AS WITH block AS (
  SELECT id, version, root, previous_root, merkle_root, clicks, first_click, last_click, sealed_at
  FROM ledger_block
) SELECT * FROM block
"""


def upgrade() -> None:
    # The table is small and churns: clean it long before the default fifth has died.
    op.create_table(
        'click_unsealed',
        sa.Column('click_id', sa.BigInteger(), nullable=False),
        postgresql_with={'autovacuum_vacuum_scale_factor': '0.01', 'autovacuum_vacuum_threshold': '200'},
    )
    op.execute(STAND_IN_LINE)
    op.execute("INSERT INTO click_unsealed (click_id) SELECT id FROM click ORDER BY id")
    # No release before this one has sealed anything: both tables are empty.
    for column in (
        sa.Column('version', sa.SmallInteger(), nullable=False),
        sa.Column('merkle_root', sa.LargeBinary(), nullable=False),
        sa.Column('first_click', sa.BigInteger(), nullable=False),
        sa.Column('last_click', sa.BigInteger(), nullable=False),
    ):
        op.add_column('ledger_block', column)
    op.add_column('click_seal', sa.Column('leaf', sa.LargeBinary(), nullable=False))
    op.execute(QA_BLOCK)


def downgrade() -> None:
    op.execute("DROP VIEW qa_block")
    op.drop_column('click_seal', 'leaf')
    for column in ('last_click', 'first_click', 'merkle_root', 'version'):
        op.drop_column('ledger_block', column)
    op.execute("DROP TRIGGER click_stands_in_line ON click")
    op.execute("DROP FUNCTION stand_in_line_for_seal()")
    op.drop_table('click_unsealed')
