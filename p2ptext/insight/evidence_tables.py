"""Every row about one phone number, read in one statement, so that no two tables disagree.

docs/evidence.md says what the columns mean. Times are ISO 8601 in UTC, bytes are hexadecimal.
"""

from typing import Any

from psycopg.rows import dict_row

from p2ptext.extensions import cursor

MOST = 5_000
"""Rows kept of each table, the newest: with three texts a day that is more than four years. What is
beyond is counted, and the pack says so."""

_CONTACTS = "(SELECT id FROM contact WHERE recipient_id = %(recipient)s AND organization_id = %(org)s)"
_MESSAGES = "(SELECT id FROM message WHERE recipient_id = %(recipient)s AND organization_id = %(org)s)"
_TALKS = "(SELECT id FROM conversation WHERE recipient_id = %(recipient)s AND organization_id = %(org)s)"
_INBOUND = f"""(SELECT id FROM inbound_text WHERE organization_id = %(org)s
  AND (conversation_id IN {_TALKS} OR (conversation_id IS NULL AND recipient_id = %(recipient)s)))"""

TABLES = {
    "number": """
        SELECT r.id, r.phone, encode(r.phone_hash, 'hex') AS phone_hash, r.created_at AS known_since,
          r.suppressed_at, r.suppressed_reason, r.last_texted_at, n.phone AS texted_from
        FROM recipient r LEFT JOIN sending_number n ON n.id = r.number_id
        WHERE r.id = %(recipient)s AND r.organization_id = %(org)s""",
    "erasures": """
        SELECT e.id, e.at, e.reason, e.person_id, p.name AS person
        FROM erasure e JOIN person p ON p.id = e.person_id
        WHERE e.recipient_id = %(recipient)s AND e.organization_id = %(org)s""",
    "lists": f"""
        SELECT i.id, i.campaign_id, i.file_name, i.consent_source, i.consent_date, i.consent_basis,
          i.header, i.column_map, i.rows_read, i.imported, i.created_at AS uploaded_at,
          i.created_by AS uploaded_by, u.name AS uploader, i.confirmed_at, i.confirmed_by,
          c.name AS confirmer, i.finished_at
        FROM contact_import i
        JOIN person u ON u.id = i.created_by LEFT JOIN person c ON c.id = i.confirmed_by
        WHERE i.id IN (SELECT import_id FROM contact WHERE id IN {_CONTACTS})""",
    "contacts": """
        SELECT c.id, c.campaign_id, c.import_id AS list_id, c.line, c.first_name, c.fields, c.zones,
          c.zone_evidence, c.states, c.round, c.state, c.ended_reason, c.replied_at, c.skipped_by
        FROM contact c
        WHERE c.recipient_id = %(recipient)s AND c.organization_id = %(org)s""",
    "left_out": """
        SELECT f.id, f.import_id AS list_id, i.file_name, f.line, f.code, f.words, f.row,
          i.created_at AS uploaded_at
        FROM refused_row f JOIN contact_import i ON i.id = f.import_id
        WHERE f.organization_id = %(org)s AND f.code IN ('do_not_contact', 'landline', 'zone_needed')
          AND %(digits)s <> '' AND array_to_string(f.row, ' ') LIKE '%%' || right(%(digits)s, 4) || '%%'
          AND EXISTS (SELECT 1 FROM unnest(f.row) AS cell
                      WHERE right(cell, 4) = right(%(digits)s, 4)
                        AND right(regexp_replace(cell, '\\D', '', 'g'), 10) = right(%(digits)s, 10))""",
    "line_types": """
        SELECT 1 AS id, t.type, t.at FROM line_type t JOIN recipient r USING (organization_id, phone_hash)
        WHERE r.id = %(recipient)s AND t.organization_id = %(org)s""",
    "campaigns": f"""
        SELECT a.id, a.name, a.status, a.opens, a.closes, a.sunday_opens, a.created_at, a.launched_at
        FROM campaign a WHERE a.id IN (SELECT campaign_id FROM contact WHERE id IN {_CONTACTS})""",
    "script_versions": f"""
        SELECT v.id, v.campaign_id, v.number, v.document, v.created_at, v.created_by, p.name AS writer
        FROM script_version v JOIN person p ON p.id = v.created_by
        WHERE v.id IN (SELECT script_version_id FROM message WHERE id IN {_MESSAGES})""",
    "conversations": """
        SELECT t.id, t.campaign_id, t.contact_id, n.phone AS our_number, t.person_id, p.name AS person,
          t.state, t.closed_reason, t.review_reason, t.waiting_since, t.last_sent_at, t.created_at
        FROM conversation t JOIN sending_number n ON n.id = t.number_id JOIN person p ON p.id = t.person_id
        WHERE t.recipient_id = %(recipient)s AND t.organization_id = %(org)s""",
    "clicks": f"""
        SELECT k.id, k.organization_id, k.person_id, p.name AS person, k.session_id, k.contact_id, k.kind,
          k.shown_at, k.age_ms, k.received_at,
          k.received_at - make_interval(secs => k.age_ms / 1000.0) AS clicked_at,
          encode(k.token_digest, 'hex') AS token_digest,
          encode(k.text_commitment, 'hex') AS text_commitment,
          k.zone_evidence, k.checks, k.checks::text AS checks_text,
          encode(d.salt, 'hex') AS salt, d.ip, d.user_agent
        FROM click k JOIN person p ON p.id = k.person_id LEFT JOIN click_device d ON d.click_id = k.id
        WHERE k.contact_id IN {_CONTACTS} AND k.organization_id = %(org)s""",
    "sessions": f"""
        SELECT s.id, s.person_id, s.created_at AS signed_in_at, s.ended_at, s.ip, s.user_agent
        FROM web_session s
        WHERE s.id IN (SELECT session_id FROM click WHERE contact_id IN {_CONTACTS})""",
    "texts": """
        SELECT m.id, m.campaign_id, m.contact_id, m.conversation_id, m.kind, m.round, m.click_id,
          m.answers_inbound_id AS answers_reply_id, m.person_id, p.name AS person,
          n.phone AS sent_from, m.script_version_id, m.text, m.encoding, m.segments, m.state, m.reason,
          m.carrier_code, m.price, m.currency, m.network, m.created_at, m.accepted_at, m.settled_at,
          m.resend_click_id, m.let_be_at
        FROM message m JOIN sending_number n ON n.id = m.number_id LEFT JOIN person p ON p.id = m.person_id
        WHERE m.recipient_id = %(recipient)s AND m.organization_id = %(org)s""",
    "attempts": f"""
        SELECT t.id, t.message_id AS text_id, t.click_id, t.dispatcher, t.started_at, t.deadline_at,
          t.finished_at, t.outcome, t.provider_id, t.carrier_code, t.detail
        FROM attempt t WHERE t.message_id IN {_MESSAGES}""",
    "receipts": f"""
        SELECT e.id, e.message_id AS text_id, e.received_at,
          translate(encode(e.raw, 'base64'), E'\\n', '') AS raw_base64
        FROM provider_event e WHERE e.message_id IN {_MESSAGES}""",
    "replies": f"""
        SELECT i.id, i.conversation_id, n.phone AS written_to, i.sender, i.text, i.media, i.tier, i.intent,
          i.verdict_reason, i.received_at, translate(encode(e.raw, 'base64'), E'\\n', '') AS raw_base64
        FROM inbound_text i JOIN sending_number n ON n.id = i.number_id
        JOIN provider_event e ON e.id = i.event_id
        WHERE i.id IN {_INBOUND}""",
    "opt_outs": """
        SELECT s.id, s.action, s.reason, s.person_id, p.name AS person, s.at
        FROM suppression_event s LEFT JOIN person p ON p.id = s.person_id
        WHERE s.recipient_id = %(recipient)s AND s.organization_id = %(org)s""",
    "timing_notes": f"""
        SELECT f.id, f.person_id, p.name AS person, f.code, f.words, f.begins_at, f.ends_at, f.clicks,
          f.noted_at, f.seen_by, f.seen_at, f.seen_note
        FROM timing_flag f JOIN person p ON p.id = f.person_id
        WHERE f.organization_id = %(org)s AND EXISTS (
          SELECT 1 FROM click k WHERE k.contact_id IN {_CONTACTS} AND k.person_id = f.person_id
            AND k.received_at BETWEEN f.begins_at AND f.ends_at)""",
    "deeds": f"""
        SELECT d.id, d.action, d.target, d.person_id, p.name AS person, d.ip, d.at,
          -- Whose conversations the others were is nobody's business here: how many there were is.
          CASE WHEN d.action = 'conversations_changed' THEN d.detail || jsonb_build_object(
            'conversations', jsonb_array_length(d.detail -> 'conversations')) ELSE d.detail END AS detail
        FROM audit_event d LEFT JOIN person p ON p.id = d.person_id
        WHERE d.organization_id = %(org)s AND (
          d.target = 'recipient ' || %(recipient)s::bigint
          OR d.id IN (SELECT many.id FROM conversation t JOIN audit_event many
                        ON many.action = 'conversations_changed'
                        AND many.detail -> 'conversations' @> to_jsonb(t.id)
                      WHERE t.id IN {_TALKS} AND many.organization_id = %(org)s)
          OR d.target IN (SELECT 'conversation ' || id FROM conversation WHERE id IN {_TALKS})
          OR d.target IN (SELECT 'inbound text ' || id FROM inbound_text WHERE id IN {_INBOUND}))""",
}
"""Name of a table in the pack -> its rows. Each has an `id` that grows with time, but for attempts."""

_ORDER = {"attempts": "started_at, id"}


def read(organization_id: int, recipient_id: int | None, phone: str | None) -> dict[str, dict[str, Any]]:
    """Each table as {"total": how many rows there are, "rows": the newest MOST of them, oldest first}.

    `phone` (E.164) also finds rows of lists that were left out; None where only the recipient is
    known. A number never seen has no recipient, and no rows but such.
    """
    values = {"org": organization_id, "recipient": recipient_id, "digits": (phone or "").lstrip("+")}
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(f"SELECT {', '.join(_part(name) for name in TABLES)}", values, prepare=False)
        found = sql.fetchone()
    if found is None:
        raise RuntimeError("a list of values always has one row")
    return dict(found)


def _part(name: str) -> str:
    order = _ORDER.get(name, "id")
    latest = ", ".join(f"{column} DESC" for column in order.split(", "))
    return f"""(WITH t AS MATERIALIZED ({TABLES[name]})
      SELECT json_build_object('total', (SELECT count(*) FROM t), 'rows', (
        SELECT coalesce(json_agg(n ORDER BY {order}), '[]')
        FROM (SELECT * FROM t ORDER BY {latest} LIMIT {MOST}) AS n))) AS {name}"""
