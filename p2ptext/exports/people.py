"""The table of contacts: one row a person of the campaign, with all that became of them."""

from psycopg.types.json import Jsonb

from p2ptext.exports import costs, wordings
from p2ptext.exports.columns import Column, Table, person
from p2ptext.exports.scoping import Scope
from p2ptext.exports.survey import Survey
from p2ptext.extensions import cursor

KEYS = (
    "SELECT id FROM contact WHERE organization_id = %(org)s AND campaign_id = %(campaign)s ORDER BY id"
)

# The latest first text that counts, as every page of numbers finds it: who waits in a later round, or
# ended there, has that of the round before.
# Only look-ups by key, in this order: see copying.PLAN.
ROWS = """
FROM contact c
JOIN recipient r ON r.id = c.recipient_id
JOIN contact_import l ON l.id = c.import_id
LEFT JOIN message m ON m.contact_id = c.id AND m.round = c.round - (c.state <> 'texted' AND c.round > 1)::int
  AND m.kind = 'first' AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')
LEFT JOIN sending_number n ON n.id = m.number_id
LEFT JOIN script_version v ON v.id = m.script_version_id
LEFT JOIN conversation t ON t.contact_id = c.id
LEFT JOIN person texter ON texter.id = m.person_id
LEFT JOIN person owner ON owner.id = t.person_id
LEFT JOIN LATERAL (SELECT count(*) AS replies, min(i.received_at) AS first_at
                   FROM inbound_text i WHERE i.conversation_id = t.id) heard ON true
{answers}
WHERE c.id = ANY(%(ids)s) AND c.organization_id = %(org)s
"""

ANSWER_WORDS = """coalesce(
  %(labels)s ->> concat_ws(' ', s.script_version_id, s.step_key, s.answer_key), s.answer_key)"""
QUESTION_WORDS = "coalesce(%(asked)s ->> concat_ws(' ', s.script_version_id, s.step_key), s.step_key)"
BY_QUESTION = f"jsonb_object_agg(s.step_key, {ANSWER_WORDS}) AS given"
TOGETHER = (
    f"string_agg(concat({QUESTION_WORDS}, ': ', {ANSWER_WORDS}), '; ' ORDER BY s.step_key) AS given"
)

# Whether an attempt may have left is asked message by message, and so in a SELECT that gives a value:
# of EXISTS the planner makes a list of all attempts there are, anew for each piece.
PLACE = """CASE WHEN m.id IS NULL THEN CASE WHEN c.state = 'ready' THEN 'not texted' ELSE 'ended' END
  WHEN m.state IN ('queued', 'sending') THEN 'on the way'
  WHEN m.state = 'unknown' THEN 'unknown'
  WHEN m.state = 'rejected' AND m.round = 1 AND (
    SELECT true FROM attempt x WHERE x.message_id = m.id
      AND coalesce(x.outcome, 'accepted') IN ('accepted', 'unknown') LIMIT 1) IS NULL THEN 'ended'
  ELSE 'sent' END"""

# Most conversations have none: putting names together costs four times a look whether there are any.
TAGS = """CASE WHEN (SELECT true FROM conversation_tag k WHERE k.conversation_id = t.id LIMIT 1) THEN
  (SELECT string_agg(g.name, '; ' ORDER BY lower(g.name)) FROM conversation_tag k JOIN tag g ON g.id = k.tag_id
   WHERE k.conversation_id = t.id) END"""

WHO = (
    *person("c.id"),
    Column("first_name", "text", "As the list has it.", "c.first_name"),
    Column("last_name", "text", "As the list has it.", "c.fields ->> 'last_name'"),
    Column("external_id", "text", "The id the list has for them.", "c.fields ->> 'external_id'"),
)
LIST = (
    Column("list_id", "number", "The list they came in.", "c.import_id"),
    Column("list_name", "text", "What its file was called.", "l.file_name"),
    Column("list_line", "number", "Their line in that file; the header is line 1.", "c.line"),
)
PLACES = (
    Column(
        "states",
        "text",
        "States whose hours count for them, as two letters; empty where nothing names one.",
        "array_to_string(c.states, ' ')",
    ),
    Column("time_zones", "text", "Every time zone they may be in.", "array_to_string(c.zones, ' ')"),
    Column("place_known_by", "text", "What says where they are.", "c.zone_evidence"),
)
TEXTED = (
    Column(
        "status",
        "text",
        "not texted: nobody has pressed Send. on the way: it waits to leave. sent: the phone company took "
        "it. unknown: nobody can say whether it left. ended: they get no text.",
        PLACE,
    ),
    Column("ended_because", "text", "Why they get none any more.", "c.ended_reason"),
    Column("round", "number", "Which of the campaign's texts they had last: 1 is the first.", "m.round"),
    Column("texted_at", "moment", "When somebody pressed Send for it.", "m.created_at"),
    Column("texted_by", "text", "Who pressed Send.", "texter.name"),
    Column("from_number", "phone", "Our number it came from.", "n.phone"),
    Column("script_version", "number", "The script it was in, counted from 1.", "v.number"),
    Column(
        "wording",
        "number",
        "Which wording of that script they had, counted from 1.",
        "m.variant + 1",
    ),
    wordings.column("m"),
    Column(
        "language", "text", "Its language, as es; empty for the script's main language.", "m.language"
    ),
    Column(
        "delivery",
        "text",
        "queued, sending, accepted, submitted, delivered, rejected, undeliverable, no_receipt or unknown.",
        "m.state",
    ),
    Column("delivery_reason", "text", "Why it did not arrive, as a code.", "m.reason"),
    *costs.columns("m"),
)
SAID = (
    Column("replied", "flag", "Whether they wrote back, whatever they wrote.", "heard.replies > 0"),
    Column("replies", "number", "How many texts they wrote.", "heard.replies"),
    Column("replied_at", "moment", "When they first wrote.", "heard.first_at"),
    Column("waiting_since", "moment", "Since when they wait for an answer.", "t.waiting_since"),
    Column("conversation", "text", "open or closed; empty where there is none.", "t.state"),
    Column("conversation_with", "text", "The volunteer who has it now.", "owner.name"),
    Column("tags", "text", "Its tags, with semicolons between.", TAGS),
)
STOPPED = (
    Column(
        "opted_out",
        "flag",
        "Whether this phone gets no texts from this organization at the time of the file.",
        "r.suppressed_at IS NOT NULL",
    ),
    Column("opted_out_at", "moment", "Since when.", "r.suppressed_at"),
    Column("opted_out_because", "text", "Why, in words.", "r.suppressed_reason"),
    Column("erased", "flag", "Whether their number, name and columns were erased.", "r.phone IS NULL"),
)
OWN_COLUMNS = ("first_name", "last_name", "external_id")
"""Fields of a list with a column of their own above."""
MOST_FIELDS = 600
"""Columns of lists that get a column here: a row of the database has room for 1,600 in all."""


def contacts(scope: Scope, survey: Survey) -> Table:
    """One row a contact."""
    values = {
        "org": scope.organization_id,
        "campaign": scope.campaign_id,
        "labels": Jsonb(dict(survey.labels)),
        "asked": Jsonb(dict(survey.asked)),
        "wordings": Jsonb(wordings.letters(scope)),
        "networks": costs.network_names(),
    }
    joined, answers = given_answers(scope, survey)
    columns = (*WHO, *LIST, *_fields(scope), *PLACES, *TEXTED, *SAID, *answers, *STOPPED)
    words = "One row for each person of the campaign: who they are, their text, what they answered."
    return Table("contacts", words, columns, KEYS, ROWS.format(answers=joined), "c.id", values)


def _fields(scope: Scope) -> list[Column]:
    """The columns of the lists, by their names in scripts."""
    sql = cursor()
    found: set[str] = set()
    for some in scope.parts():
        sql.execute(
            """SELECT DISTINCT name FROM contact c, jsonb_object_keys(c.fields) AS name
               WHERE c.organization_id = %(org)s AND CASE WHEN %(contacts)s::bigint[] IS NULL
                 THEN c.campaign_id = %(campaign)s ELSE c.id = ANY(%(contacts)s) END""",
            {"org": scope.organization_id, "campaign": scope.campaign_id, "contacts": some},
            prepare=False,
        )
        found.update(name for (name,) in sql)
    names = sorted(found.difference(OWN_COLUMNS))[:MOST_FIELDS]
    return [
        Column(f"list: {name}", "text", "A column of the list.", f"c.fields ->> {literal(name)}")
        for name in names
    ]


def given_answers(scope: Scope, survey: Survey) -> tuple[str, list[Column]]:
    """What contacts answered that counts: how it is joined to a contact `c`, and its columns.

    Several campaigns have no questions in common: then all answers are in one column.
    """
    if scope.campaign_id is None:
        words = "Every answer that counts: question, colon, answer, with semicolons between."
        return _joined(TOGETHER), [Column("answers", "text", words, "a.given")]
    seen: dict[str, int] = {}
    columns = []
    for key, question in survey.questions.items():
        name = f"answer: {question}"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name = f"{name} ({key})"
        words = f"What they answer to this question (its key is {key}). Empty where nothing counts."
        columns.append(Column(name, "text", words, f"a.given ->> {literal(key)}"))
    return _joined(BY_QUESTION), columns


def _joined(given: str) -> str:
    return f"""LEFT JOIN LATERAL (SELECT {given} FROM survey_answer s
                   WHERE s.contact_id = c.id AND s.on_path) a ON true"""


def literal(words: str) -> str:
    """Words of a list or script as a constant of SQL, inside a statement that takes %(values)s."""
    return "'" + words.replace("'", "''").replace("%", "%%") + "'"
