"""Presses of Send by the minute: the page of a running evening counted half an hour of clicks at each look."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE counted ADD COLUMN pressed_until timestamptz;
CREATE TABLE press_minute (
  organization_id integer NOT NULL REFERENCES organization (id),
  minute timestamptz NOT NULL,
  campaign_id integer NOT NULL REFERENCES campaign (id),
  presses integer NOT NULL,
  PRIMARY KEY (organization_id, minute, campaign_id)
);
"""
DOWN = """
DROP TABLE press_minute;
ALTER TABLE counted DROP COLUMN pressed_until;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
