"""The table of answers: one row for each question somebody answered, those that no longer count included."""

from psycopg.types.json import Jsonb

from p2ptext.exports.columns import Column, Table, person
from p2ptext.exports.people import ANSWER_WORDS, KEYS, QUESTION_WORDS
from p2ptext.exports.scoping import Scope
from p2ptext.exports.survey import Survey

ROWS = """
FROM survey_answer s
JOIN contact c ON c.id = s.contact_id
JOIN recipient r ON r.id = c.recipient_id
LEFT JOIN person p ON p.id = s.person_id
LEFT JOIN script_version v ON v.id = s.script_version_id
WHERE s.contact_id = ANY(%(ids)s) AND s.organization_id = %(org)s
"""
COLUMNS = (
    *person("s.contact_id"),
    Column(
        "question_key",
        "text",
        "The question; the same when its words change.",
        "s.step_key",
    ),
    Column("question", "text", "Its words in the script it was answered in.", QUESTION_WORDS),
    Column("answer_key", "text", "The answer.", "s.answer_key"),
    Column("answer", "text", "Its words in that script.", ANSWER_WORDS),
    Column("script_version", "number", "That script, counted from 1.", "v.number"),
    Column("written_by", "text", "Who wrote it down last.", "p.name"),
    Column("written_at", "moment", "When.", "s.at"),
    Column(
        "counts",
        "flag",
        "Whether their earlier answers lead to this question. Results count only those that do.",
        "s.on_path",
    ),
)


def answers(scope: Scope, survey: Survey) -> Table:
    """One row an answer as it stands."""
    values = {
        "org": scope.organization_id,
        "campaign": scope.campaign_id,
        "labels": Jsonb(dict(survey.labels)),
        "asked": Jsonb(dict(survey.asked)),
    }
    words = "One row for each answer as it stands."
    return Table("answers", words, COLUMNS, KEYS, ROWS, "s.contact_id, s.step_key", values)
