"""A receipt that a text has gone on or arrived is one call."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# One round trip instead of seven, and each statement in it still sees what was committed while the one
# before waited for the lock. Its rules (which state may follow which) come from the program.
TAKE_ARRIVAL = """
CREATE FUNCTION take_arrival(
  told_key text, told_raw bytea, told_ref uuid, told_provider_id text, told_state text, may_follow text[],
  is_final boolean, told_price text, told_currency text, told_network text, note_if_unknown text,
  OUT kept boolean, OUT organization integer, OUT person integer
) LANGUAGE plpgsql AS $$
DECLARE
  about bigint;
  recipient bigint;
  is_state text;
BEGIN
  IF told_ref IS NOT NULL THEN
    SELECT m.id, m.organization_id, m.recipient_id, m.person_id
      INTO about, organization, recipient, person
      FROM attempt t JOIN message m ON m.id = t.message_id WHERE t.id = told_ref;
  ELSE
    SELECT m.id, m.organization_id, m.recipient_id, m.person_id
      INTO about, organization, recipient, person
      FROM attempt t JOIN message m ON m.id = t.message_id WHERE t.provider_id = told_provider_id;
  END IF;
  INSERT INTO provider_event (organization_id, event_key, kind, raw, note, message_id)
  VALUES (organization, told_key, 'status', told_raw,
          CASE WHEN about IS NULL THEN note_if_unknown END, about)
  ON CONFLICT (event_key) DO NOTHING;
  kept := FOUND AND about IS NOT NULL;
  IF NOT kept THEN RETURN; END IF;
  PERFORM 1 FROM recipient r WHERE r.id = recipient FOR NO KEY UPDATE;
  SELECT m.state INTO is_state FROM message m WHERE m.id = about;
  IF is_state = 'queued' THEN
    DELETE FROM outbox WHERE message_id = about;
  END IF;
  UPDATE message m SET
    state = CASE WHEN m.state = ANY(may_follow) THEN told_state ELSE m.state END,
    settled_at = CASE WHEN m.state = ANY(may_follow) AND is_final THEN p2p_now() ELSE m.settled_at END,
    price = coalesce(told_price, m.price), currency = coalesce(told_currency, m.currency),
    network = coalesce(told_network, m.network)
  WHERE m.id = about;
END $$;
"""


def upgrade() -> None:
    op.execute(TAKE_ARRIVAL)


def downgrade() -> None:
    op.execute("DROP FUNCTION take_arrival")
