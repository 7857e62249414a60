"""What stands in the files equals what an auditor reads from the database."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.extensions import db
from tests.exports.evening import HOSTILE, Evening, evening, made, members, read

Rows = list[dict[str, str]]


def moment(column: str) -> str:
    return f"coalesce(to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')"


def yes(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 'yes' ELSE 'no' END"


CONTACTS = f"""
SELECT c.id::text AS contact_id, coalesce(c.phone, '') AS phone, c.first_name,
  coalesce(c.fields ->> 'last_name', '') AS last_name, c.line::text AS list_line,
  array_to_string(c.states, ' ') AS states,
  coalesce(m.round::text, '') AS round, coalesce(m.state, '') AS delivery,
  {moment("m.created_at")} AS texted_at,
  coalesce(p.name, '') AS texted_by, coalesce(m.from_phone, '') AS from_number,
  coalesce((m.variant + 1)::text, '') AS wording, coalesce(m.price, '') AS price_per_segment,
  coalesce(m.carrier_code::text, '') AS carrier_code,
  {yes("EXISTS (SELECT 1 FROM qa_inbound i WHERE i.contact_id = c.id)")} AS replied,
  (SELECT count(*)::text FROM qa_inbound i WHERE i.contact_id = c.id) AS replies,
  coalesce((SELECT {moment("min(i.received_at)")} FROM qa_inbound i WHERE i.contact_id = c.id), '')
    AS replied_at,
  {yes("c.suppressed_at IS NOT NULL")} AS opted_out, coalesce(c.suppressed_reason, '') AS opted_out_because,
  coalesce((SELECT label FROM qa_answer a WHERE a.contact_id = c.id AND step_key = 's1' AND on_path), '')
    AS "answer: Will you vote?",
  coalesce((SELECT string_agg(g.name, '; ' ORDER BY lower(g.name)) FROM qa_conversation t
            JOIN conversation_tag k ON k.conversation_id = t.id JOIN tag g ON g.id = k.tag_id
            WHERE t.contact_id = c.id), '') AS tags
FROM qa_contact c
LEFT JOIN LATERAL (SELECT * FROM qa_message m WHERE m.contact_id = c.id AND m.kind = 'first'
  AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent') ORDER BY round DESC LIMIT 1) m ON true
LEFT JOIN person p ON p.id = m.person_id
WHERE c.campaign_id = :campaign ORDER BY c.id
"""
MESSAGES = f"""
SELECT * FROM (
  SELECT coalesce(m.contact_id, i.contact_id)::text AS contact_id, coalesce(m.to_phone, '') AS phone,
    m.from_phone AS our_number, 'out' AS direction, m.id::text AS id, {moment("m.created_at")} AS at, m.kind,
    m.text, m.state, coalesce(p.name, '') AS sent_by, m.segments::text AS segments,
    coalesce(m.price, '') AS price_per_segment,
    coalesce(m.reason, '') AS reason, '' AS opt_out_check, '' AS meant
  FROM qa_message m LEFT JOIN qa_inbound i ON i.id = m.answers_inbound_id
  LEFT JOIN person p ON p.id = m.person_id
  WHERE coalesce(m.campaign_id, i.campaign_id) = :campaign
  UNION ALL
  SELECT i.contact_id::text, coalesce(c.phone, ''), i.to_phone, 'in', i.id::text, {moment("i.received_at")},
    i.kind, i.text, '', '', '', '', '', i.tier, i.intent
  FROM qa_inbound i JOIN qa_contact c ON c.id = i.contact_id WHERE i.campaign_id = :campaign
) texts ORDER BY direction, id::bigint
"""
ANSWERS = f"""
SELECT a.contact_id::text AS contact_id, a.step_key AS question_key, a.question, a.answer_key,
  a.label AS answer, v.number::text AS script_version, p.name AS written_by,
  {moment("a.at")} AS written_at, {yes("a.on_path")} AS counts
FROM qa_answer a JOIN person p ON p.id = a.person_id JOIN script_version v ON v.id = a.script_version_id
WHERE a.campaign_id = :campaign ORDER BY a.contact_id, a.step_key
"""
CLICKS = f"""
SELECT k.id::text AS click_id, k.contact_id::text AS contact_id, k.person_id::text AS pressed_by_id,
  k.session_id::text AS session_id, coalesce(k.message_id::text, '') AS message_id, k.kind,
  {moment("k.shown_at")} AS shown_at, k.age_ms::text AS age_ms, {moment("k.received_at")} AS received_at,
  encode(k.token_digest, 'hex') AS token_digest, encode(k.text_commitment, 'hex') AS text_commitment,
  coalesce(encode(k.salt, 'hex'), '') AS salt, k.zone_evidence, k.checks::text AS checks,
  coalesce(k.block_id::text, '') AS block_id
FROM qa_click k JOIN qa_contact c ON c.id = k.contact_id WHERE c.campaign_id = :campaign
ORDER BY k.contact_id, k.id
"""
REFUSED = """
SELECT f.import_id::text AS list_id, f.line::text AS list_line, f.code, f.words AS problem,
  f.row[1] AS "cell: Cell", f.row[2] AS "cell: VANID", f.row[3] AS "cell: Cell (2)", f.row[4] AS "cell: =x"
FROM refused_row f JOIN contact_import l ON l.id = f.import_id WHERE l.campaign_id = :campaign ORDER BY f.id
"""
OPT_OUTS = f"""
SELECT DISTINCT coalesce(phone, '') AS phone, {moment("suppressed_at")} AS since,
  suppressed_reason AS reason, encode(phone_hash, 'hex') AS fingerprint
FROM qa_contact WHERE organization_id = :org AND suppressed_at IS NOT NULL
"""
HISTORY = f"""
SELECT id::text AS change_id, {moment("at")} AS at, action, coalesce(phone, '') AS phone, reason,
  encode(phone_hash, 'hex') AS fingerprint, {yes("suppressed_now")} AS on_the_list_now
FROM qa_suppression WHERE organization_id = :org ORDER BY id
"""


def expected(query: str, found: Evening) -> Rows:
    rows = db.session.execute(text(query), {"campaign": found.campaign_id, "org": found.org_id})
    return [dict(row._mapping) for row in rows]


def by_direction(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["direction"], int(row["id"])))


def as_it_is(rows: Rows) -> Rows:
    return rows


@pytest.mark.parametrize(
    ("kind", "query", "order"),
    [
        ("contacts", CONTACTS, as_it_is),
        ("messages", MESSAGES, by_direction),
        ("answers", ANSWERS, as_it_is),
        ("clicks", CLICKS, as_it_is),
        ("refused", REFUSED, as_it_is),
        ("opt_outs", OPT_OUTS, as_it_is),
        ("opt_out_history", HISTORY, as_it_is),
    ],
)
def test_a_file_says_what_the_auditors_views_say(
    committed_app: Flask, kind: str, query: str, order: Callable[[Rows], Rows]
) -> None:
    evening("+12165550")  # another organization, of which nothing may be seen
    found = evening()
    rows = order(read(made(found, kind, campaign=not kind.startswith("opt")).read_bytes()))
    wanted = expected(query, found)
    assert wanted, "there is something to compare"
    assert [{name: row[name] for name in wanted[0]} for row in rows] == wanted


def test_texts_of_a_conversation_stand_in_their_order(committed_app: Flask) -> None:
    rows = read(made(evening(), "messages").read_bytes())
    places = [(int(row["contact_id"]), row["at"]) for row in rows]
    assert places == sorted(places)


def test_where_everybody_stands(committed_app: Flask) -> None:
    rows = read(made(evening(), "contacts").read_bytes())
    assert [row["status"] for row in rows] == [
        "sent",
        "sent",
        "ended",  # the phone company refused the call itself
        "unknown",
        "not texted",
        "sent",
        "ended",
    ]
    assert [row["round"] for row in rows] == ["1", "1", "1", "1", "", "2", ""]


def test_every_column_of_a_list_is_there(committed_app: Flask) -> None:
    first = read(made(evening(), "contacts").read_bytes())[0]
    shown = {name.removeprefix("list: "): first[name] for name in first if name.startswith("list: ")}
    assert shown == {name: value for name, value in HOSTILE.items() if not name.endswith("_name")}
    assert (first["first_name"], first["last_name"]) == (HOSTILE["first_name"], HOSTILE["last_name"])


def test_answers_have_the_words_they_were_given_in(committed_app: Flask) -> None:
    first, second, *_ = read(made(evening(), "contacts").read_bytes())
    asked = {name: value for name, value in first.items() if name.startswith("answer: ")}
    assert list(asked.values()) == ["Yes, of course", "+1 me"]
    # An answer that no longer follows counts for nothing.
    assert second["answer: Will you vote?"] == ""


@pytest.mark.parametrize(
    "kind", ["contacts", "messages", "clicks", "answers", "refused", "van", "everything"]
)
def test_an_empty_campaign_has_files_with_headers(committed_app: Flask, kind: str) -> None:
    found = evening()
    db.session.execute(
        text("UPDATE campaign SET status = 'draft' WHERE id = :id"), {"id": found.campaign_id}
    )
    empty = db.session.scalar(
        text(
            "INSERT INTO campaign (organization_id, name, created_by) VALUES (:org, 'Empty', :by) RETURNING id"
        ),
        {"org": found.org_id, "by": found.owner_id},
    )
    db.session.commit()
    nobody = Evening(found.org_id, empty, found.owner_id, [])
    path = made(nobody, kind, "zip" if kind in ("van", "everything") else "csv")
    tables = (
        [content for name, content in members(path).items() if name not in ("columns.csv",)]
        if path.read_bytes()[:2] == b"PK"
        else [path.read_bytes()]
    )
    for content in tables:
        if content.startswith(b"\xef\xbb\xbf"):
            assert read(content) == []
            assert content.count(b"\r\n") == 1


def test_results_for_van(committed_app: Flask) -> None:
    found = evening()
    files = members(made(found, "van", "zip"))
    known, unknown = read(files["van-results.csv"]), read(files["without-vanid.csv"])
    day = db.session.scalar(
        text(
            "SELECT (created_at AT TIME ZONE 'America/New_York')::date::text FROM qa_message"
            " WHERE contact_id = :id AND kind = 'first'"
        ),
        {"id": found.contacts[1]},
    )
    assert known == [
        {
            "VANID": "7001",
            "DateCanvassed": day,
            "Phone": "6145550101",
            "ContactType": "SMS Text",
            "CanvassResult": "Refused",
            "answer: Will you vote?": "",
            list(known[0])[-1]: "",
        }
    ]
    assert [row["CanvassResult"] for row in unknown] == [
        "Canvassed",
        "Deliverability Error",
        "Texted",
        "Wrong Number",
    ]
    assert [int(row["contact_id"]) for row in unknown] == [found.contacts[n] for n in (0, 2, 3, 5)]


HEADERS: list[tuple[str, Any]] = [
    ("VANID", True),
    ("Voter File VANID", True),
    ("ID", True),
    ("State Voter ID", False),
    ("NationBuilder ID", False),
]


@pytest.mark.parametrize(("header", "is_van"), HEADERS)
def test_a_lists_id_is_vans_only_where_nothing_says_otherwise(
    committed_app: Flask, header: str, is_van: bool
) -> None:
    found = evening()
    db.session.execute(
        text(
            "UPDATE contact_import SET column_map = jsonb_build_object('external_id',"
            " jsonb_build_object('column', 1, 'header', CAST(:header AS text))) WHERE campaign_id = :id"
        ),
        {"header": header, "id": found.campaign_id},
    )
    db.session.commit()
    files = members(made(found, "van", "zip"))
    assert len(read(files["van-results.csv"])) == int(is_van)
    assert len(read(files["without-vanid.csv"])) == 5 - int(is_van)
