"""A text that comes in is one call, and the pieces of a long one find each other."""

from alembic import op

revision = "0015"
down_revision = "0016"
branch_labels = None
depends_on = None

# One round trip instead of eight. Each statement in it still sees what was committed while the one
# before waited for the lock: whoever wrote is locked first and looked at in the statement after it.
# What the words mean comes from the program; what follows from that for the conversation is here.
TAKE_INBOUND = """
CREATE FUNCTION take_inbound(
  told_event bigint, told_key text, told_raw bytea,
  to_number integer, to_organization integer, to_phone text, digest bytea, told_sender text,
  words text, told_media jsonb, told_tier text, told_intent text, told_reason text,
  told_kind text, told_reaction text, quoted text, told_abusive boolean, told_crisis text,
  OUT outcome text, OUT inbound bigint, OUT who bigint, OUT stopped_at timestamptz,
  OUT is_erased boolean, OUT talk bigint, OUT owner integer, OUT is_offered boolean
) LANGUAGE plpgsql AS $$
DECLARE
  event bigint := told_event;
  at timestamptz := p2p_now();
  their_contact bigint;
  about bigint;
  left_batch bigint;
  asks boolean;
  owner_left boolean;
BEGIN
  is_offered := false;
  is_erased := false;
  PERFORM 1 FROM sending_number n
    WHERE n.id = to_number AND n.organization_id = to_organization AND n.phone = to_phone;
  IF NOT FOUND THEN outcome := 'moved'; RETURN; END IF;
  IF event IS NULL THEN
    INSERT INTO provider_event (organization_id, event_key, kind, raw)
    VALUES (to_organization, told_key, 'inbound', told_raw)
    ON CONFLICT (event_key) DO NOTHING RETURNING id INTO event;
    IF NOT FOUND THEN outcome := 'copy'; RETURN; END IF;
  END IF;
  outcome := 'kept';

  IF digest IS NOT NULL THEN
    SELECT r.id INTO who FROM recipient r
      WHERE r.organization_id = to_organization AND r.phone_hash = digest FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      -- Somebody nobody has texted yet: their STOP counts from now on.
      INSERT INTO recipient (organization_id, phone_hash, phone, number_id)
      VALUES (to_organization, digest, told_sender, to_number)
      ON CONFLICT (organization_id, phone_hash) DO NOTHING;
      SELECT r.id INTO who FROM recipient r
        WHERE r.organization_id = to_organization AND r.phone_hash = digest FOR NO KEY UPDATE;
    END IF;
    SELECT r.suppressed_at, r.phone IS NULL INTO stopped_at, is_erased FROM recipient r WHERE r.id = who;
  END IF;

  -- The conversation over this number with the latest text of ours. None for somebody who was erased:
  -- no volunteer could answer.
  IF who IS NOT NULL AND NOT is_erased THEN
    SELECT t.id, t.person_id, t.contact_id INTO talk, owner, their_contact FROM conversation t
      WHERE t.number_id = to_number AND t.recipient_id = who AND t.last_sent_at IS NOT NULL
      ORDER BY t.last_sent_at DESC LIMIT 1;
    IF NOT FOUND THEN
      -- A second pass may have gone out over another number, and they answer the first text.
      SELECT t.id, t.person_id, t.contact_id INTO talk, owner, their_contact FROM conversation t
        WHERE t.recipient_id = who AND t.last_sent_at IS NOT NULL AND EXISTS (
          SELECT 1 FROM message m WHERE m.conversation_id = t.id AND m.number_id = to_number
            AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent'))
        ORDER BY t.last_sent_at DESC LIMIT 1;
    END IF;
  END IF;
  IF talk IS NOT NULL AND quoted <> '' THEN
    -- Phones turn curled quotes straight and back.
    SELECT m.id INTO about FROM message m
      WHERE m.conversation_id = talk AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')
        AND starts_with(translate(m.text, '‘’“”', '''''""'), translate(quoted, '‘’“”', '''''""'))
      ORDER BY m.id DESC LIMIT 1;
  END IF;

  INSERT INTO inbound_text (organization_id, event_id, conversation_id, recipient_id, number_id, sender,
    text, media, tier, intent, verdict_reason, kind, reaction, about_message_id, abusive)
  VALUES (to_organization, event, talk, who, to_number, told_sender, words, told_media, told_tier,
    told_intent, told_reason, told_kind, told_reaction, about, told_abusive)
  RETURNING id INTO inbound;
  IF talk IS NULL THEN RETURN; END IF;

  -- Who has answered, whatever they wrote, gets no second text: out of the pass, if they wait for one.
  UPDATE contact c SET replied_at = at,
    round = CASE WHEN c.round > 1 AND c.state <> 'texted' THEN c.round - 1 ELSE c.round END,
    state = CASE WHEN c.round > 1 AND c.state <> 'texted' THEN 'texted' ELSE c.state END,
    ended_reason = CASE WHEN c.round > 1 AND c.state <> 'texted' THEN NULL ELSE c.ended_reason END,
    skipped_by = CASE WHEN c.round > 1 AND c.state <> 'texted' THEN NULL ELSE c.skipped_by END
  WHERE c.id = their_contact AND c.replied_at IS NULL
  RETURNING (SELECT b.id FROM batch b JOIN campaign_pass p ON p.id = b.pass_id
             WHERE b.id = c.batch_id AND p.round > c.round) INTO left_batch;
  IF left_batch IS NOT NULL THEN
    -- An open batch with nobody left to text is done. One in hand closes when it comes back.
    PERFORM 1 FROM batch b WHERE b.id = left_batch FOR UPDATE;
    UPDATE batch b SET state = 'done', zone_sets = '{}' WHERE b.id = left_batch AND b.state = 'open'
      AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.batch_id = b.id AND c.state = 'ready');
  END IF;

  -- Nobody may answer whom we must not text: it is there to be read, and waits for nobody.
  asks := told_kind = 'text' AND told_tier <> 'auto' AND (stopped_at IS NULL OR told_intent = 'start');
  IF asks THEN
    SELECT NOT EXISTS (
      SELECT 1 FROM membership h JOIN person p ON p.id = h.person_id
      WHERE h.organization_id = to_organization AND h.person_id = owner AND h.status = 'active'
        AND p.disabled_at IS NULL) INTO owner_left;
  END IF;
  is_offered := coalesce(owner_left, false);
  UPDATE conversation t SET
    set_aside_at = NULL,
    -- A machine's answer is listed when nothing else came; it never makes what is being written void.
    last_inbound_id = CASE WHEN told_kind = 'text' THEN inbound
                           WHEN told_kind = 'auto_reply' THEN coalesce(t.last_inbound_id, inbound)
                           ELSE t.last_inbound_id END,
    state = CASE WHEN NOT asks THEN t.state WHEN told_intent = 'wrong_number' THEN 'closed' ELSE 'open' END,
    closed_reason = CASE WHEN NOT asks THEN t.closed_reason
                         WHEN told_intent = 'wrong_number' THEN 'wrong_number' END,
    waiting_since = CASE WHEN asks THEN coalesce(t.waiting_since, at) ELSE t.waiting_since END,
    review_reason = CASE WHEN asks AND told_tier = 'review' AND told_intent <> 'wrong_number'
                         THEN told_reason ELSE t.review_reason END,
    crisis_reason = coalesce(told_crisis, t.crisis_reason),
    lead_asked_at = CASE WHEN told_crisis IS NULL THEN t.lead_asked_at
                         ELSE coalesce(t.lead_asked_at, at) END,
    offered_at = CASE WHEN is_offered THEN coalesce(t.offered_at, at) ELSE t.offered_at END,
    offered_why = CASE WHEN is_offered THEN coalesce(t.offered_why, 'left') ELSE t.offered_why END
  WHERE t.id = talk;
END $$;
"""

# Pieces of one text are looked for by where they came from, and open ones by how long they wait.
PIECES = """
DROP INDEX ix_inbound_part_open;
CREATE INDEX ix_inbound_part_open ON inbound_part (received_at) WHERE inbound_id IS NULL;
CREATE INDEX ix_inbound_part_text ON inbound_part (number_id, sender, reference);
CREATE INDEX ix_inbound_text_sender ON inbound_text (recipient_id, id) WHERE tier <> 'none';
CREATE INDEX ix_inbound_text_stop ON inbound_text (organization_id, received_at) WHERE tier = 'auto';
"""

NO_PIECES = """
DROP INDEX ix_inbound_text_stop;
DROP INDEX ix_inbound_text_sender;
DROP INDEX ix_inbound_part_text;
DROP INDEX ix_inbound_part_open;
CREATE INDEX ix_inbound_part_open ON inbound_part (number_id, sender, reference) WHERE inbound_id IS NULL;
"""


def upgrade() -> None:
    op.execute(TAKE_INBOUND)
    op.execute(PIECES)


def downgrade() -> None:
    op.execute(NO_PIECES)
    op.execute("DROP FUNCTION take_inbound")
