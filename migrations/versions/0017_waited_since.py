"""An answer keeps since when its person waited, so that taking it back has them wait as before; and who
has ever written to a volunteer is found at once."""

from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE message ADD COLUMN waited_since timestamptz")
    op.execute(
        "CREATE INDEX ix_conversation_heard ON conversation (organization_id, person_id, last_inbound_id) "
        "WHERE last_inbound_id IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_conversation_heard")
    op.execute("ALTER TABLE message DROP COLUMN waited_since")
