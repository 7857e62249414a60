"""The organizer's desk: rollups that follow the rows, alarms, exports, groups of replies, budgets.

A rollup is never told what happened. Triggers note whose rows changed; the counting asks the rows again
and moves the sums by the difference. What a text costs is noted as a signed difference at once.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

QA_CAMPAIGN = """
SELECT a.id, a.organization_id, o.slug AS organization, a.name, a.status, a.opens, a.closes,
  a.sunday_opens, a.batch_size, a.undo_s, a.plain_typography, a.script_version_id,
  v.number AS script_version, v.document AS script, a.created_by, a.created_at, a.launched_at,
  a.is_tests{more}
FROM campaign a
LEFT JOIN organization o ON o.id = a.organization_id
LEFT JOIN script_version v ON v.id = a.script_version_id;
"""
UP = """
ALTER TABLE campaign
  ADD COLUMN goal_step_key text,
  ADD COLUMN goal_answer_key text,
  ADD CONSTRAINT ck_campaign_goal CHECK ((goal_step_key IS NULL) = (goal_answer_key IS NULL)),
  ADD COLUMN budget numeric(12, 2) CONSTRAINT ck_campaign_budget CHECK (budget > 0),
  ADD COLUMN budget_currency text NOT NULL DEFAULT 'EUR',
  ADD COLUMN budget_warn_percent smallint NOT NULL DEFAULT 80
    CONSTRAINT ck_campaign_budget_warn_percent CHECK (budget_warn_percent BETWEEN 1 AND 100),
  ADD COLUMN budget_stops boolean NOT NULL DEFAULT true,
  ADD COLUMN forecast jsonb NOT NULL DEFAULT '{}',
  DROP CONSTRAINT ck_campaign_paused_because,
  ADD CONSTRAINT ck_campaign_paused_because CHECK (paused_because IN ('filtered','opt_outs','budget'));
ALTER TABLE sending_number ADD COLUMN watched_from timestamptz;
ALTER TABLE provider_event
  ADD COLUMN put_aside_at timestamptz,
  ADD COLUMN put_aside_by integer REFERENCES person (id);
-- The latest texts of one number, by which it is judged.
CREATE INDEX ix_message_number ON message (number_id, created_at);
ALTER TABLE contact_import ADD COLUMN made_from jsonb;
ALTER TABLE campaign_pass ADD COLUMN marked_only boolean NOT NULL DEFAULT false;

-- How many contacts each list brought into its campaign. Contacts are never deleted.
CREATE TABLE contact_count (
  campaign_id integer NOT NULL REFERENCES campaign (id),
  import_id integer NOT NULL REFERENCES contact_import (id),
  organization_id integer NOT NULL REFERENCES organization (id),
  contacts bigint NOT NULL,
  PRIMARY KEY (campaign_id, import_id)
);
CREATE FUNCTION count_new_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contact_count (campaign_id, import_id, organization_id, contacts)
    SELECT campaign_id, import_id, organization_id, count(*) FROM fresh GROUP BY 1, 2, 3 ORDER BY 1, 2
    ON CONFLICT (campaign_id, import_id)
    DO UPDATE SET contacts = contact_count.contacts + excluded.contacts;
  INSERT INTO changed_contact (contact_id) SELECT id FROM fresh WHERE state <> 'ready';
  RETURN NULL;
END $$;

-- Whose rows changed since they were counted last; one contact may stand here many times.
CREATE TABLE changed_contact (contact_id bigint NOT NULL)
  WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Where each first text stands that counts: one row a contact and round. A contact that ended without a
-- text has one row with round 0, and so has one that is not texted and wrote or answered nevertheless;
-- one without any row has not been texted.
CREATE TABLE text_fact (
  contact_id bigint NOT NULL,
  round smallint NOT NULL,
  organization_id integer NOT NULL,
  campaign_id integer NOT NULL,
  message_id bigint,
  is_latest boolean NOT NULL,
  place text NOT NULL CONSTRAINT ck_text_fact_place
    CHECK (place IN ('not_texted','on_the_way','sent','unknown','ended')),
  text_place text NOT NULL CONSTRAINT ck_text_fact_text_place
    CHECK (text_place IN ('not_texted','on_the_way','sent','unknown','ended')),
  state text CONSTRAINT ck_text_fact_state CHECK (state IN ('delivered','rejected','undeliverable')),
  replied boolean NOT NULL,
  opted_out boolean NOT NULL,
  wrong_number boolean NOT NULL,
  waiting boolean NOT NULL,
  answered boolean NOT NULL,
  goal boolean NOT NULL,
  texted_at timestamptz,
  local_weekday smallint,
  local_hour smallint,
  person_id integer,
  number_id integer,
  import_id integer NOT NULL,
  zone text NOT NULL,
  us_state text NOT NULL,
  network text NOT NULL,
  wording uuid,
  language text NOT NULL,
  reason text,
  answers text[],
  left_out text[],
  PRIMARY KEY (contact_id, round)
) WITH (fillfactor = 85);
CREATE INDEX ix_text_fact_campaign ON text_fact (campaign_id, contact_id, round);
CREATE INDEX ix_text_fact_texted_at ON text_fact (campaign_id, texted_at) WHERE round > 0;
CREATE INDEX ix_text_fact_person ON text_fact (campaign_id, person_id, contact_id, round) WHERE round > 0;
CREATE INDEX ix_text_fact_replied ON text_fact (campaign_id, contact_id) WHERE replied;
CREATE INDEX ix_text_fact_opted_out ON text_fact (campaign_id, contact_id) WHERE opted_out;
CREATE INDEX ix_text_fact_waiting ON text_fact (campaign_id, contact_id) WHERE waiting;
CREATE INDEX ix_text_fact_place ON text_fact (campaign_id, contact_id)
  WHERE place <> 'sent' OR text_place <> 'sent';
CREATE INDEX ix_text_fact_odd ON text_fact (campaign_id, contact_id)
  WHERE state IN ('rejected','undeliverable') OR wrong_number;

-- Sums of text_fact: of one campaign, by one dimension, for one of its values.
CREATE TABLE tally (
  campaign_id integer NOT NULL,
  dimension text NOT NULL,
  key text NOT NULL,
  organization_id integer NOT NULL,
  texts bigint NOT NULL DEFAULT 0,
  on_the_way bigint NOT NULL DEFAULT 0,
  sent bigint NOT NULL DEFAULT 0,
  unknown bigint NOT NULL DEFAULT 0,
  ended bigint NOT NULL DEFAULT 0,
  delivered bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0,
  replied bigint NOT NULL DEFAULT 0,
  opted_out bigint NOT NULL DEFAULT 0,
  wrong_number bigint NOT NULL DEFAULT 0,
  waiting bigint NOT NULL DEFAULT 0,
  answered bigint NOT NULL DEFAULT 0,
  goal bigint NOT NULL DEFAULT 0,
  failed_of_sent bigint NOT NULL DEFAULT 0,
  replied_to_sent bigint NOT NULL DEFAULT 0,
  opted_out_of_sent bigint NOT NULL DEFAULT 0,
  answered_of_sent bigint NOT NULL DEFAULT 0,
  goal_of_sent bigint NOT NULL DEFAULT 0,
  left_out bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign_id, dimension, key)
) WITH (fillfactor = 50);
-- Until when everything is counted: one row. Null before the first time.
CREATE TABLE counted (
  one boolean PRIMARY KEY DEFAULT true CONSTRAINT ck_counted_one CHECK (one),
  at timestamptz,
  left_over bigint NOT NULL DEFAULT 0
);

-- What all clocks a person may have said at a moment; null where they do not agree, or nobody knows one.
-- A zone that the database does not know must not keep everybody else from being counted.
CREATE FUNCTION counted_clock(at timestamptz, zones text[]) RETURNS timestamp
  LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF cardinality(zones) = 1 THEN RETURN at AT TIME ZONE zones[1]; END IF;
  RETURN (SELECT CASE WHEN min(said) = max(said) THEN min(said) END
          FROM (SELECT at AT TIME ZONE zone AS said FROM unnest(zones) AS zone) clocks);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NULL;
END $$;

-- What texts cost, as differences that are folded into the sums every moment.
CREATE TABLE charge_delta (
  organization_id integer NOT NULL,
  campaign_id integer,
  number_id integer NOT NULL,
  network text NOT NULL,
  day date NOT NULL,
  currency text NOT NULL,
  texts integer NOT NULL,
  segments integer NOT NULL,
  priced_segments integer NOT NULL,
  cost numeric NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE TABLE charge_tally (
  organization_id integer NOT NULL REFERENCES organization (id),
  campaign_id integer,
  number_id integer NOT NULL,
  network text NOT NULL,
  day date NOT NULL,
  currency text NOT NULL,
  texts bigint NOT NULL,
  segments bigint NOT NULL,
  priced_segments bigint NOT NULL,
  cost numeric NOT NULL,
  CONSTRAINT uq_charge_tally UNIQUE NULLS NOT DISTINCT
    (organization_id, campaign_id, day, number_id, network, currency)
) WITH (fillfactor = 50);

-- A text is charged once the carrier has taken it. Its price is per segment, as text, where one is known;
-- a picture message and an RCS message are one, however long.
CREATE FUNCTION charges_of(m message, sign integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  has_price boolean := m.price IS NOT NULL AND m.price ~ '^[0-9]{1,6}([.][0-9]{1,12})?$';
  parts integer := sign * CASE WHEN m.channel = 'sms' THEN m.segments ELSE 1 END;
BEGIN
  INSERT INTO charge_delta VALUES (
    m.organization_id, m.campaign_id, m.number_id, coalesce(m.network, ''),
    (m.created_at AT TIME ZONE 'UTC')::date, CASE WHEN has_price THEN coalesce(m.currency, '') ELSE '' END,
    sign, parts, CASE WHEN has_price THEN parts ELSE 0 END,
    CASE WHEN has_price THEN parts * m.price::numeric ELSE 0 END);
END $$;
CREATE FUNCTION is_charged(state text, price text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN state IN ('accepted','submitted','delivered','undeliverable','no_receipt') OR price IS NOT NULL;
CREATE FUNCTION note_new_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM charges_of(NEW, 1);
  RETURN NULL;
END $$;
CREATE FUNCTION note_changed_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF is_charged(OLD.state, OLD.price) THEN PERFORM charges_of(OLD, -1); END IF;
  IF is_charged(NEW.state, NEW.price) THEN PERFORM charges_of(NEW, 1); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER message_is_charged AFTER INSERT ON message FOR EACH ROW
  WHEN (is_charged(NEW.state, NEW.price)) EXECUTE FUNCTION note_new_charge();
CREATE TRIGGER message_charge_changes
  AFTER UPDATE OF state, price, currency, network, number_id, segments, channel, created_at ON message
  FOR EACH ROW
  WHEN (is_charged(OLD.state, OLD.price) <> is_charged(NEW.state, NEW.price)
    OR is_charged(NEW.state, NEW.price) AND
      (OLD.price, OLD.currency, OLD.network, OLD.number_id, OLD.segments, OLD.channel, OLD.created_at)
      IS DISTINCT FROM
      (NEW.price, NEW.currency, NEW.network, NEW.number_id, NEW.segments, NEW.channel, NEW.created_at))
  EXECUTE FUNCTION note_changed_charge();

-- Who is to be counted again.
CREATE TRIGGER contacts_count AFTER INSERT ON contact REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION count_new_contacts();
CREATE FUNCTION note_changed_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changed_contact VALUES (NEW.id);
  RETURN NULL;
END $$;
-- Which round's text somebody has, and whether they end without one. Who becomes texted has a new message in
-- the same transaction; who waits for a further round has the text they had.
CREATE TRIGGER contact_changes AFTER UPDATE OF state, round, zones, states, ended_reason ON contact
  FOR EACH ROW
  WHEN ((OLD.zones, OLD.states) IS DISTINCT FROM (NEW.zones, NEW.states)
    OR NEW.state = 'ended' AND OLD.ended_reason IS DISTINCT FROM NEW.ended_reason
    OR NOT (OLD.state = 'ready' AND NEW.state = 'texted' AND OLD.round = NEW.round)
      AND (OLD.round - (OLD.state <> 'texted' AND OLD.round > 1)::int
          <> NEW.round - (NEW.state <> 'texted' AND NEW.round > 1)::int
        OR OLD.round = NEW.round AND (OLD.state = 'ready') <> (NEW.state = 'ready')))
  EXECUTE FUNCTION note_changed_contact();
CREATE FUNCTION note_contact_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changed_contact VALUES (NEW.contact_id);
  RETURN NULL;
END $$;
CREATE TRIGGER message_is_counted AFTER INSERT ON message FOR EACH ROW
  WHEN (NEW.kind = 'first') EXECUTE FUNCTION note_contact_of_row();
-- As far as it counts: what is on its way and what the carrier has taken is counted alike in either state.
CREATE FUNCTION counted_state(state text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN state IN ('queued','sending') THEN 'on_the_way'
    WHEN state IN ('accepted','submitted','no_receipt') THEN 'sent'
    WHEN state IN ('cancelled','expired','blocked','not_sent') THEN 'never_left' ELSE state END;
CREATE TRIGGER message_changes AFTER UPDATE OF state, network, number_id, created_at, reason ON message
  FOR EACH ROW
  WHEN (NEW.kind = 'first' AND ((counted_state(OLD.state), OLD.network, OLD.number_id, OLD.created_at)
      IS DISTINCT FROM (counted_state(NEW.state), NEW.network, NEW.number_id, NEW.created_at)
    OR NEW.state IN ('rejected','undeliverable') AND OLD.reason IS DISTINCT FROM NEW.reason))
  EXECUTE FUNCTION note_contact_of_row();
-- A text is rejected by a receipt while its call is open, and then the call says that it never left.
CREATE FUNCTION note_contact_of_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changed_contact
    SELECT contact_id FROM message WHERE id = NEW.message_id AND kind = 'first' AND state = 'rejected';
  RETURN NULL;
END $$;
CREATE TRIGGER attempt_changes AFTER UPDATE OF outcome ON attempt FOR EACH ROW
  WHEN ((coalesce(OLD.outcome, 'accepted') IN ('accepted','unknown'))
    <> (coalesce(NEW.outcome, 'accepted') IN ('accepted','unknown')))
  EXECUTE FUNCTION note_contact_of_attempt();
CREATE TRIGGER attempt_is_counted AFTER INSERT ON attempt FOR EACH ROW
  WHEN (NEW.outcome IS NOT NULL) EXECUTE FUNCTION note_contact_of_attempt();
CREATE TRIGGER conversation_changes AFTER UPDATE OF waiting_since ON conversation FOR EACH ROW
  WHEN ((OLD.waiting_since IS NULL) <> (NEW.waiting_since IS NULL))
  EXECUTE FUNCTION note_contact_of_row();
CREATE TRIGGER conversation_is_counted AFTER INSERT ON conversation FOR EACH ROW
  WHEN (NEW.waiting_since IS NOT NULL) EXECUTE FUNCTION note_contact_of_row();
CREATE FUNCTION note_contact_of_inbound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changed_contact SELECT contact_id FROM conversation WHERE id = NEW.conversation_id;
  IF TG_OP = 'UPDATE' AND OLD.conversation_id IS DISTINCT FROM NEW.conversation_id THEN
    INSERT INTO changed_contact SELECT contact_id FROM conversation WHERE id = OLD.conversation_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER inbound_is_counted AFTER INSERT ON inbound_text FOR EACH ROW
  WHEN (NEW.conversation_id IS NOT NULL) EXECUTE FUNCTION note_contact_of_inbound();
CREATE TRIGGER inbound_moves AFTER UPDATE OF conversation_id, intent, undone_at ON inbound_text FOR EACH ROW
  WHEN ((OLD.conversation_id, OLD.intent = 'wrong_number' AND OLD.undone_at IS NULL)
    IS DISTINCT FROM (NEW.conversation_id, NEW.intent = 'wrong_number' AND NEW.undone_at IS NULL))
  EXECUTE FUNCTION note_contact_of_inbound();
CREATE FUNCTION note_contacts_of_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Whoever waits for their very first text has none that a wish for no more could count of.
  INSERT INTO changed_contact
    SELECT id FROM contact WHERE recipient_id = NEW.id AND NOT (state = 'ready' AND round = 1);
  RETURN NULL;
END $$;
CREATE TRIGGER recipient_changes AFTER UPDATE OF suppressed_at ON recipient FOR EACH ROW
  WHEN ((OLD.suppressed_at IS NULL) <> (NEW.suppressed_at IS NULL))
  EXECUTE FUNCTION note_contacts_of_recipient();
CREATE FUNCTION note_contact_of_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changed_contact VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.contact_id ELSE NEW.contact_id END);
  RETURN NULL;
END $$;
CREATE TRIGGER answer_is_counted AFTER INSERT OR DELETE ON survey_answer FOR EACH ROW
  EXECUTE FUNCTION note_contact_of_answer();
CREATE TRIGGER answer_changes AFTER UPDATE OF answer_key, on_path ON survey_answer FOR EACH ROW
  WHEN ((OLD.answer_key, OLD.on_path) IS DISTINCT FROM (NEW.answer_key, NEW.on_path))
  EXECUTE FUNCTION note_contact_of_answer();
CREATE FUNCTION note_contacts_of_goal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changed_contact SELECT DISTINCT contact_id FROM survey_answer WHERE campaign_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER campaign_goal_changes AFTER UPDATE OF goal_step_key, goal_answer_key ON campaign FOR EACH ROW
  WHEN ((OLD.goal_step_key, OLD.goal_answer_key) IS DISTINCT FROM (NEW.goal_step_key, NEW.goal_answer_key))
  EXECUTE FUNCTION note_contacts_of_goal();

-- What there is already is counted by the dispatcher after the release; nothing waits for it.
INSERT INTO contact_count SELECT campaign_id, import_id, organization_id, count(*) FROM contact GROUP BY 1, 2, 3;
INSERT INTO changed_contact
  SELECT id FROM contact WHERE state = 'ended' UNION SELECT contact_id FROM message WHERE kind = 'first';
INSERT INTO counted (at, left_over)
  SELECT CASE count(*) WHEN 0 THEN p2p_now() END, count(*) FROM changed_contact;
INSERT INTO charge_tally
  SELECT organization_id, campaign_id, number_id, coalesce(network, ''),
    (created_at AT TIME ZONE 'UTC')::date AS day,
    CASE WHEN has_price THEN coalesce(currency, '') ELSE '' END AS in_currency, count(*), sum(parts),
    coalesce(sum(parts) FILTER (WHERE has_price), 0),
    coalesce(sum(parts * CASE WHEN has_price THEN price::numeric END), 0)
  FROM (SELECT *, CASE WHEN channel = 'sms' THEN segments ELSE 1 END AS parts, price IS NOT NULL AND price ~ '^[0-9]{1,6}([.][0-9]{1,12})?$' AS has_price FROM message) m
  WHERE is_charged(state, price)
  GROUP BY organization_id, campaign_id, number_id, coalesce(network, ''), day, in_currency;

CREATE TABLE alarm (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES organization (id),
  campaign_id integer REFERENCES campaign (id),
  kind text NOT NULL,
  subject text NOT NULL DEFAULT '',
  level text NOT NULL CONSTRAINT ck_alarm_level CHECK (level IN ('warning','danger')),
  facts jsonb NOT NULL DEFAULT '{}',
  since timestamptz NOT NULL DEFAULT p2p_now(),
  seen_at timestamptz NOT NULL DEFAULT p2p_now(),
  worse_at timestamptz NOT NULL DEFAULT p2p_now(),
  until timestamptz,
  put_aside_at timestamptz,
  put_aside_by integer REFERENCES person (id),
  note text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX uq_alarm_open ON alarm (organization_id, kind, subject) WHERE until IS NULL;
CREATE INDEX ix_alarm_since ON alarm (organization_id, since);
CREATE INDEX ix_alarm_campaign_id ON alarm (campaign_id);
-- Webhooks that were turned away because their signature is not the carrier's, by the minute.
CREATE TABLE refused_webhook (
  minute timestamptz PRIMARY KEY,
  refusals integer NOT NULL,
  why text NOT NULL DEFAULT ''
);

CREATE TABLE alarm_setting (
  organization_id integer NOT NULL REFERENCES organization (id),
  kind text NOT NULL,
  is_on boolean NOT NULL DEFAULT true,
  threshold numeric,
  changed_by integer REFERENCES person (id),
  changed_at timestamptz NOT NULL DEFAULT p2p_now(),
  PRIMARY KEY (organization_id, kind)
);

CREATE TABLE export (
  id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES organization (id),
  campaign_id integer REFERENCES campaign (id),
  kind text NOT NULL,
  format text NOT NULL CONSTRAINT ck_export_format CHECK (format IN ('csv','parquet','zip')),
  options jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'waiting' CONSTRAINT ck_export_status
    CHECK (status IN ('waiting','running','done','failed','cancelled','expired')),
  rows_total bigint NOT NULL DEFAULT 0,
  rows_done bigint NOT NULL DEFAULT 0,
  size_bytes bigint NOT NULL DEFAULT 0,
  stored_as text NOT NULL DEFAULT '',
  file_name text NOT NULL DEFAULT '',
  digest text NOT NULL DEFAULT '',
  fault text NOT NULL DEFAULT '',
  asked_by integer NOT NULL REFERENCES person (id),
  asked_at timestamptz NOT NULL DEFAULT p2p_now(),
  started_at timestamptz,
  seen_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz,
  cancel_asked_at timestamptz,
  downloads integer NOT NULL DEFAULT 0,
  tries smallint NOT NULL DEFAULT 0,
  erasures bigint NOT NULL DEFAULT 0
);
CREATE INDEX ix_export_organization_id ON export (organization_id, id);
CREATE INDEX ix_export_campaign_id ON export (campaign_id);
CREATE INDEX ix_export_expires_at ON export (expires_at) WHERE status = 'done';

-- Groups of alike replies that nobody has answered, as a job found them.
CREATE TABLE reply_grouping (
  id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES organization (id),
  campaign_id integer NOT NULL REFERENCES campaign (id),
  status text NOT NULL DEFAULT 'waiting' CONSTRAINT ck_reply_grouping_status
    CHECK (status IN ('waiting','running','done','failed')),
  replies integer NOT NULL DEFAULT 0,
  fault text NOT NULL DEFAULT '',
  asked_by integer REFERENCES person (id),
  asked_at timestamptz NOT NULL DEFAULT p2p_now(),
  finished_at timestamptz
);
CREATE INDEX ix_reply_grouping_campaign_id ON reply_grouping (campaign_id, id);
CREATE TABLE reply_group (
  id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES organization (id),
  grouping_id integer NOT NULL REFERENCES reply_grouping (id) ON DELETE CASCADE,
  position integer NOT NULL,
  example text NOT NULL,
  words text[] NOT NULL DEFAULT '{}',
  suggestion text NOT NULL DEFAULT '',
  suggested_by integer REFERENCES person (id)
);
CREATE INDEX ix_reply_group_grouping_id ON reply_group (grouping_id, position);
CREATE TABLE reply_group_member (
  group_id integer NOT NULL REFERENCES reply_group (id) ON DELETE CASCADE,
  conversation_id bigint NOT NULL REFERENCES conversation (id),
  organization_id integer NOT NULL REFERENCES organization (id),
  inbound_id bigint NOT NULL REFERENCES inbound_text (id),
  closeness real NOT NULL,
  PRIMARY KEY (group_id, conversation_id)
);
CREATE INDEX ix_reply_group_member_conversation_id ON reply_group_member (conversation_id);
CREATE INDEX ix_reply_group_member_inbound_id ON reply_group_member (inbound_id);

-- Who shall get the text of the next pass, as an organizer marked them.
CREATE TABLE pass_mark (
  contact_id bigint PRIMARY KEY REFERENCES contact (id),
  organization_id integer NOT NULL REFERENCES organization (id),
  campaign_id integer NOT NULL REFERENCES campaign (id),
  person_id integer NOT NULL REFERENCES person (id),
  at timestamptz NOT NULL DEFAULT p2p_now()
);
-- The people of a list in pages, from any place on.
DROP INDEX ix_contact_list;
CREATE INDEX ix_contact_list ON contact (campaign_id, import_id, id);
CREATE INDEX ix_pass_mark_campaign_id ON pass_mark (campaign_id);

-- What an organizer does with many conversations at once: which they were shown, and how far it is.
CREATE TABLE review_deed (
  id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES organization (id),
  asked_by integer NOT NULL REFERENCES person (id),
  deed text NOT NULL CONSTRAINT ck_review_deed_deed CHECK (deed IN
    ('reassign','tag','untag','answer','opt_out','close','mark','unmark','list')),
  details jsonb NOT NULL DEFAULT '{}',
  filter jsonb NOT NULL DEFAULT '{}',
  picked boolean NOT NULL,
  ids bigint[] NOT NULL,
  inbound_ids bigint[] NOT NULL,
  status text NOT NULL DEFAULT 'shown' CONSTRAINT ck_review_deed_status
    CHECK (status IN ('shown','waiting','running','done','cancelled','failed')),
  place integer NOT NULL DEFAULT 0,
  done integer NOT NULL DEFAULT 0,
  left_out jsonb NOT NULL DEFAULT '{}',
  result jsonb NOT NULL DEFAULT '{}',
  fault text NOT NULL DEFAULT '',
  asked_at timestamptz NOT NULL DEFAULT p2p_now(),
  confirmed_at timestamptz,
  seen_at timestamptz,
  finished_at timestamptz,
  cancel_asked_at timestamptz
);
CREATE INDEX ix_review_deed_organization_id ON review_deed (organization_id, id);
CREATE INDEX ix_review_deed_under_way ON review_deed (id) WHERE status IN ('waiting','running');
-- What was done with one conversation among many.
CREATE INDEX ix_audit_event_conversations ON audit_event USING gin ((detail -> 'conversations') jsonb_path_ops)
  WHERE action = 'conversations_changed';

-- Whole words and beginnings of words, in one organization. Emoji and punctuation part words, apostrophes do
-- not; rules/search_words.py reads a search the same way.
CREATE FUNCTION search_words(organization integer, words text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN to_tsvector('pg_catalog.simple', regexp_replace(
      translate(words, E'\\u0027\\u2019\\u2018\\u0060\\u00B4', ''),
      '[^0-9A-Za-z\\u00AA\\u00B5\\u00BA\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u060B\\u060D-\\u061A'
      '\\u0620-\\u1FFF\\u2C00-\\u2DFF\\u3040-\\uD7FF\\uF900-\\uFDFF\\uFE70-\\uFEFC]+', ' ', 'g'))
    || array_to_tsvector(ARRAY['=' || organization]);
CREATE INDEX ix_inbound_text_words ON inbound_text USING gin (search_words(organization_id, text))
  WHERE conversation_id IS NOT NULL;
CREATE INDEX ix_message_words ON message USING gin (search_words(organization_id, text))
  WHERE kind = 'reply';
-- What message review looks for: conversations in the order in which they are read, and what is seldom so.
CREATE INDEX ix_conversation_newest ON conversation (organization_id, coalesce(last_inbound_id, 0), id);
CREATE INDEX ix_conversation_campaign_newest ON conversation (campaign_id, coalesce(last_inbound_id, 0), id);
CREATE INDEX ix_conversation_review ON conversation (organization_id) WHERE review_reason IS NOT NULL;
CREATE INDEX ix_conversation_crisis ON conversation (organization_id) WHERE crisis_reason IS NOT NULL;
-- A person's latest answers, to say how long others waited for them.
CREATE INDEX ix_message_answer ON message (person_id, id) WHERE waited_since IS NOT NULL;
CREATE INDEX ix_message_trouble ON message (organization_id, state, reason, carrier_code, conversation_id)
  WHERE state IN ('rejected','undeliverable','not_sent','blocked','expired','unknown');
CREATE INDEX ix_message_edited ON message (organization_id, conversation_id) WHERE edited;
CREATE INDEX ix_message_language ON message (organization_id, language, conversation_id)
  WHERE language IS NOT NULL;
CREATE INDEX ix_inbound_text_abusive ON inbound_text (organization_id, conversation_id) WHERE abusive;
CREATE INDEX ix_inbound_text_pictures ON inbound_text (organization_id, conversation_id) WHERE media <> '[]';
CREATE INDEX ix_inbound_text_received_at ON inbound_text USING brin (received_at);
CREATE INDEX ix_conversation_created_at ON conversation USING brin (created_at);
CREATE INDEX ix_message_created_at ON message USING brin (created_at);
-- Who clicked in the last minutes, of all organizations, for the page that shows the evening.
CREATE INDEX ix_click_received_at ON click USING brin (received_at) WITH (pages_per_range = 16, autosummarize = on);
"""

DOWN = """
DROP INDEX ix_contact_list;
CREATE INDEX ix_contact_list ON contact (campaign_id, import_id);
DROP INDEX ix_audit_event_conversations;
DROP INDEX ix_click_received_at, ix_conversation_created_at, ix_inbound_text_received_at,
  ix_inbound_text_pictures, ix_inbound_text_abusive, ix_message_language, ix_message_edited,
  ix_message_answer, ix_message_trouble, ix_conversation_crisis, ix_conversation_review, ix_conversation_campaign_newest,
  ix_conversation_newest, ix_message_words, ix_inbound_text_words, ix_message_created_at;
DROP FUNCTION search_words(integer, text);
DROP TABLE review_deed, pass_mark, reply_group_member, reply_group, reply_grouping, export, alarm_setting, refused_webhook, alarm;
DROP TRIGGER campaign_goal_changes ON campaign;
DROP TRIGGER answer_changes ON survey_answer;
DROP TRIGGER answer_is_counted ON survey_answer;
DROP TRIGGER recipient_changes ON recipient;
DROP TRIGGER inbound_moves ON inbound_text;
DROP TRIGGER inbound_is_counted ON inbound_text;
DROP TRIGGER conversation_is_counted ON conversation;
DROP TRIGGER conversation_changes ON conversation;
DROP TRIGGER attempt_is_counted ON attempt;
DROP TRIGGER attempt_changes ON attempt;
DROP TRIGGER message_changes ON message;
DROP TRIGGER message_is_counted ON message;
DROP TRIGGER contact_changes ON contact;
DROP TRIGGER contacts_count ON contact;
DROP TRIGGER message_charge_changes ON message;
DROP TRIGGER message_is_charged ON message;
DROP FUNCTION note_contacts_of_goal(), note_contact_of_answer(), note_contacts_of_recipient(),
  note_contact_of_inbound(), note_contact_of_attempt(), counted_state(text), note_contact_of_row(), note_changed_contact(), note_changed_charge(),
  note_new_charge(), is_charged(text, text), charges_of(message, integer), count_new_contacts();
DROP FUNCTION counted_clock(timestamptz, text[]);
DROP TABLE charge_tally, charge_delta, counted, tally, text_fact, changed_contact, contact_count;
ALTER TABLE campaign_pass DROP COLUMN marked_only;
ALTER TABLE contact_import DROP COLUMN made_from;
DROP INDEX ix_message_number;
ALTER TABLE provider_event DROP COLUMN put_aside_by, DROP COLUMN put_aside_at;
ALTER TABLE sending_number DROP COLUMN watched_from;
UPDATE campaign SET paused_because = NULL WHERE paused_because = 'budget';
ALTER TABLE campaign
  DROP CONSTRAINT ck_campaign_paused_because,
  ADD CONSTRAINT ck_campaign_paused_because CHECK (paused_because IN ('filtered','opt_outs')),
  DROP COLUMN forecast, DROP COLUMN budget_stops, DROP COLUMN budget_warn_percent, DROP COLUMN budget_currency, DROP COLUMN budget,
  DROP COLUMN goal_answer_key, DROP COLUMN goal_step_key;
"""


def upgrade() -> None:
    op.execute(UP)
    more = ", a.goal_step_key, a.goal_answer_key"
    op.execute("CREATE OR REPLACE VIEW qa_campaign AS" + QA_CAMPAIGN.format(more=more))


def downgrade() -> None:
    op.execute("DROP VIEW qa_campaign")
    op.execute(DOWN)
    op.execute("CREATE VIEW qa_campaign AS" + QA_CAMPAIGN.format(more=""))
