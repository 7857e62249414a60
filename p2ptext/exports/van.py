"""Results as VAN's bulk upload takes them: a row a person, a column a question.

docs/exports.md says how each result comes about. VAN knows a person by their VANID alone, so whoever has
none goes to a file of their own.
"""

from psycopg.types.json import Jsonb

from p2ptext.exports.columns import Column, Table
from p2ptext.exports.people import KEYS, given_answers, literal
from p2ptext.exports.scoping import Scope
from p2ptext.exports.survey import Survey
from p2ptext.extensions import cursor
from p2ptext.rules.script import field_key

CONTACT_TYPE = "SMS Text"
NAMES = (
    "vanid",
    "voterfilevanid",
    "voterfilevan",
    "myvotervanid",
    "myvvanid",
    "mycampaignid",
    "mycvanid",
    "everyactionid",
)
"""What the column with the VANID is called, without spaces and signs."""
_ANYBODYS = ("", "id", "externalid", "crmid", "uniqueid", "recordid", "contactid", "personid")

# Whether it was a wrong number is asked first: VAN then takes the number off the person, which matters
# more than that a stranger wants no texts. A text that failed for any reason but the number says nothing
# about the person.
RESULT = """CASE
  WHEN heard.wrong_number THEN 'Wrong Number'
  WHEN r.suppressed_at >= m.created_at THEN 'Refused'
  WHEN a.given IS NOT NULL THEN 'Canvassed'
  WHEN m.state IN ('rejected', 'undeliverable') THEN 'Deliverability Error'
  ELSE 'Texted' END"""
ROWS = """
FROM contact c
JOIN recipient r ON r.id = c.recipient_id
JOIN message m ON m.contact_id = c.id AND m.round = c.round - (c.state <> 'texted' AND c.round > 1)::int
  AND m.kind = 'first' AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')
LEFT JOIN conversation t ON t.contact_id = c.id
LEFT JOIN LATERAL (SELECT coalesce(bool_or(i.intent = 'wrong_number' AND i.undone_at IS NULL), false)
                     AS wrong_number
                   FROM inbound_text i WHERE i.conversation_id = t.id) heard ON true
{answers}
WHERE c.id = ANY(%(ids)s) AND c.organization_id = %(org)s
  AND m.state NOT IN ('queued', 'sending') AND (coalesce({vanid}, '') ~ '^[0-9]{{1,12}}$') = {known}
"""
# Evenings here are the next day in UTC: the date is that of the first clock the person may have. A zone
# that the database does not know counts as UTC.
DAY = """(m.created_at AT TIME ZONE CASE WHEN %(zones)s ? c.zones[1] THEN c.zones[1] ELSE 'UTC' END)::date"""
PHONE = "CASE WHEN r.phone LIKE '+1%%' THEN substr(r.phone, 3) ELSE r.phone END"


RESULTS, STRANGERS = "van-results", "without-vanid"
"""The two files."""
STRANGER = (
    Column("contact_id", "number", "The person in this campaign.", "c.id"),
    Column("first_name", "text", "As the list has it.", "c.first_name"),
    Column("last_name", "text", "As the list has it.", "c.fields ->> 'last_name'"),
)
"""What stands in place of the VANID of who has none."""


def columns(vanid: str) -> tuple[Column, ...]:
    """The columns of everybody, but for their answers; `vanid` is SQL."""
    return (
        Column("VANID", "text", "The person in VAN.", vanid),
        Column("DateCanvassed", "day", "The day they were texted, where they are.", DAY),
        Column("Phone", "phone", "Their number; of North America without +1, as VAN has it.", PHONE),
        Column("ContactType", "text", f"Always {CONTACT_TYPE}.", f"'{CONTACT_TYPE}'"),
        Column(
            "CanvassResult",
            "text",
            "Canvassed, Refused, Wrong Number, Deliverability Error or Texted.",
            RESULT,
        ),
    )


def results(scope: Scope, survey: Survey) -> tuple[Table, Table]:
    """The file for VAN, and the one of those it cannot know."""
    sql = cursor()
    sql.execute("SELECT name FROM pg_timezone_names")
    zones = [name for (name,) in sql.fetchall()]
    values = {
        "org": scope.organization_id,
        "campaign": scope.campaign_id,
        "labels": Jsonb(dict(survey.labels)),
        "asked": Jsonb(dict(survey.asked)),
        "zones": Jsonb(zones),
    }
    vanid = _vanid(scope)
    joined, answers = given_answers(scope, survey)
    known = (*columns(vanid), *answers)
    strangers = (*STRANGER, *known[1:])
    rows = [ROWS.format(answers=joined, vanid=vanid, known=has) for has in ("true", "false")]
    words = "For VAN's bulk upload: one row for each person who was texted."
    without = "Who was texted and has no VANID in the list: VAN cannot take these rows."
    return (
        Table(RESULTS, words, known, KEYS, rows[0], "c.id", values),
        Table(STRANGERS, without, strangers, KEYS, rows[1], "c.id", values),
    )


def _vanid(scope: Scope) -> str:
    """SQL of the VANID: the column that is called so, else the list's id where that is what VAN calls it."""
    sql = cursor()
    sql.execute(
        """SELECT DISTINCT name, at ->> 'header' FROM contact_import l, jsonb_each(l.column_map) AS m (name, at)
           WHERE l.organization_id = %(org)s AND l.campaign_id = %(campaign)s ORDER BY 1, 2""",
        {"org": scope.organization_id, "campaign": scope.campaign_id},
    )
    found = sql.fetchall()
    names = [name for name, _ in found if field_key(name) in NAMES]
    others = [header for name, header in found if name == "external_id" and not _may_be_van(header)]
    if not others:
        names.append("external_id")
    wanted = ", ".join(f"c.fields ->> {literal(name)}" for name in dict.fromkeys(names))
    return f"coalesce({wanted})" if wanted else "NULL::text"


def _may_be_van(header: str | None) -> bool:
    """Whether a list's id may be VAN's: not where its name says whose it is, a state's or another tool's."""
    key = field_key(header or "")
    return key in NAMES or key in _ANYBODYS
