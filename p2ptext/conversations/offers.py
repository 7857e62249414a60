"""What somebody on shift reads of a reply before they take it over: enough to decide, and no number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.conversations import naming
from p2ptext.extensions import cursor
from p2ptext.rules.clock_words import span

MOST = 10
"""Cards on one page; more say only how many there are."""
LATEST = 3
"""Texts quoted on a card."""
LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Quote:
    """One of the latest texts, shortened."""

    theirs: bool
    text: str
    abusive: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A reply that may be taken over."""

    id: int
    to: str
    campaign: str
    waiting_since: datetime
    waited: str
    """How long, such as "25 min"."""
    why: str
    """Who had it, and why somebody else may take it, in words."""
    quotes: list[Quote]
    answers: list[tuple[str, str]]
    """Questions of the script and what they answered so far."""
    notes: list[str]

    @property
    def abusive(self) -> bool:
        return any(quote.abusive for quote in self.quotes)


_WHY = {
    "waited": "{} has not got to it yet.",
    "done": "{} is done for the day.",
    "left": "{} is not in the organization any more.",
    "passed_on": "{} passed it on.",
    "organizer": "An organizer took it from {}.",
}

_OFFERS = """
WITH offered AS (
  SELECT t.*, count(*) OVER () AS total FROM conversation t
  WHERE t.organization_id = %(org)s AND t.offered_at IS NOT NULL AND t.waiting_since IS NOT NULL
    AND t.person_id <> %(person)s
  ORDER BY t.crisis_reason IS NULL, t.waiting_since, t.id LIMIT %(most)s
)
SELECT t.total, t.id, t.waiting_since, t.offered_why, t.contact_id, p2p_now() AS now, a.name AS campaign,
  c.first_name, coalesce(c.fields ->> 'last_name', '') AS last_name, g.show_last_names,
  coalesce(nullif(m.texting_name, ''), 'Somebody') AS owner,
  (SELECT coalesce(json_agg(json_build_array(q.theirs, q.text, q.abusive) ORDER BY q.at DESC), '[]')
   FROM (SELECT * FROM (
           (SELECT true AS theirs, left(i.text, %(longest)s + 1) AS text, i.abusive, i.received_at AS at
            FROM inbound_text i WHERE i.conversation_id = t.id ORDER BY i.id DESC LIMIT %(latest)s)
           UNION ALL
           (SELECT false, left(o.text, %(longest)s + 1), false, o.created_at FROM message o
            WHERE o.conversation_id = t.id AND o.state <> 'cancelled' ORDER BY o.id DESC LIMIT %(latest)s)
         ) AS said ORDER BY at DESC LIMIT %(latest)s) AS q) AS quotes,
  (SELECT coalesce(json_agg(json_build_array(s.step_key, s.answer_key)), '[]')
   FROM survey_answer s WHERE s.contact_id = t.contact_id) AS answers,
  coalesce(v.document -> 'steps', '[]') AS steps,
  (SELECT coalesce(json_agg(n.text ORDER BY n.id), '[]')
   FROM (SELECT id, text FROM note WHERE conversation_id = t.id ORDER BY id DESC LIMIT 3) AS n) AS notes
FROM offered t
JOIN campaign a ON a.id = t.campaign_id
JOIN organization g ON g.id = t.organization_id
JOIN contact c ON c.id = t.contact_id
LEFT JOIN membership m ON m.organization_id = t.organization_id AND m.person_id = t.person_id
LEFT JOIN script_version v ON v.id = a.script_version_id
ORDER BY t.crisis_reason IS NULL, t.waiting_since, t.id
"""


def offers(organization_id: int, person_id: int) -> tuple[list[Offer], int]:
    """Replies of others that this person may take over, danger first; and how many in all."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            _OFFERS,
            {
                "org": organization_id,
                "person": person_id,
                "most": MOST,
                "latest": LATEST,
                "longest": LONGEST_QUOTE,
            },
        )
        rows = sql.fetchall()
    return [_offer(row) for row in rows], rows[0]["total"] if rows else 0


def _offer(row: dict[str, Any]) -> Offer:
    return Offer(
        id=row["id"],
        to=naming.whom(row["first_name"], row["last_name"], row["show_last_names"]),
        campaign=row["campaign"],
        waiting_since=row["waiting_since"],
        waited=span(row["now"] - row["waiting_since"]),
        why=_WHY[row["offered_why"]].format(row["owner"]),
        quotes=[
            Quote(theirs, _short(text), abusive) for theirs, text, abusive in reversed(row["quotes"])
        ],
        answers=_answers(row["steps"], dict(row["answers"])),
        notes=row["notes"],
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"


def _answers(steps: list[dict[str, Any]], given: dict[str, str]) -> list[tuple[str, str]]:
    """Question and answer as the script words them now; what it does not ask any more is left out."""
    told = []
    for step in steps:
        labels = {answer["key"]: answer["label"] for answer in step.get("answers", ())}
        label = labels.get(given.get(step.get("key", ""), ""))
        if label is not None:
            told.append((str(step["question"]), str(label)))
    return told
