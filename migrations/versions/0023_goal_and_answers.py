"""No answer is missed while a goal is chosen; what catches an error is for one process of the database alone."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# Whoever chooses a goal does not see an answer that is not committed yet. Were that one counted before the goal is
# committed, nobody would count it again. So one waits for the other: answers share the lock.
UP = """
CREATE OR REPLACE FUNCTION note_contact_of_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN PERFORM pg_advisory_xact_lock_shared(6, NEW.campaign_id); END IF;
  INSERT INTO changed_contact VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.contact_id ELSE NEW.contact_id END);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION note_contacts_of_goal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(6, NEW.id);
  INSERT INTO changed_contact SELECT DISTINCT contact_id FROM survey_answer WHERE campaign_id = NEW.id;
  RETURN NULL;
END $$;
-- It catches an error, which PostgreSQL before 17 does not do where several processes share a statement.
ALTER FUNCTION counted_clock(timestamptz, text[]) PARALLEL UNSAFE;
"""
DOWN = """
ALTER FUNCTION counted_clock(timestamptz, text[]) PARALLEL SAFE;
CREATE OR REPLACE FUNCTION note_contacts_of_goal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changed_contact SELECT DISTINCT contact_id FROM survey_answer WHERE campaign_id = NEW.id;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION note_contact_of_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changed_contact VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.contact_id ELSE NEW.contact_id END);
  RETURN NULL;
END $$;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
