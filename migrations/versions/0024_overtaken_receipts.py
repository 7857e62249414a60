"""A receipt that a rejection overtook does not keep a text from going on over another channel."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# Receipts come in any order. Where RCS has turned a text away, a later word that RCS took it on is an older one,
# and the text has to leave by SMS or MMS. That it was delivered is believed: who has it must not get it again.
TAKE_ARRIVAL = """
CREATE OR REPLACE FUNCTION take_arrival(
  told_key text, told_raw bytea, told_ref uuid, told_provider_id text, told_state text, may_follow text[],
  is_final boolean, told_price text, told_currency text, told_network text, note_if_unknown text,
  OUT kept boolean, OUT organization integer, OUT person integer
) LANGUAGE plpgsql AS $$
DECLARE
  about bigint;
  recipient bigint;
  is_state text;
  told_of uuid;
BEGIN
  IF told_ref IS NOT NULL THEN
    SELECT m.id, m.organization_id, m.recipient_id, m.person_id, t.id
      INTO about, organization, recipient, person, told_of
      FROM attempt t JOIN message m ON m.id = t.message_id WHERE t.id = told_ref;
  ELSE
    SELECT m.id, m.organization_id, m.recipient_id, m.person_id, t.id
      INTO about, organization, recipient, person, told_of
      FROM attempt t JOIN message m ON m.id = t.message_id WHERE t.provider_id = told_provider_id;
  END IF;
  INSERT INTO provider_event (organization_id, event_key, kind, raw, note, message_id)
  VALUES (organization, told_key, 'status', told_raw,
          CASE WHEN about IS NULL THEN note_if_unknown END, about)
  ON CONFLICT (event_key) DO NOTHING;
  kept := FOUND AND about IS NOT NULL;
  IF NOT kept THEN RETURN; END IF;
  PERFORM 1 FROM recipient r WHERE r.id = recipient FOR NO KEY UPDATE;
  SELECT m.state INTO is_state FROM message m WHERE m.id = about;{overtaken}
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
OVERTAKEN = """
  IF NOT is_final AND EXISTS (
    SELECT 1 FROM attempt t JOIN message m ON m.id = t.message_id
    WHERE t.id = told_of AND t.outcome = 'refused' AND t.detail = 'by a receipt' AND t.channel <> m.channel
  ) THEN RETURN; END IF;"""


def upgrade() -> None:
    op.execute(TAKE_ARRIVAL.replace("{overtaken}", OVERTAKEN))


def downgrade() -> None:
    op.execute(TAKE_ARRIVAL.replace("{overtaken}", ""))
