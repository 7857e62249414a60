"""The rows behind a number: the people it counts, or their texts.

They come from the same facts as the number, page by page from a key, so that the last page of a million
costs what the first one does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.errors import NotFound
from p2ptext.extensions import cursor
from p2ptext.insight.kinds import KINDS
from p2ptext.insight.links import BEST
from p2ptext.insight.rows_filter import Filter
from p2ptext.rules.phone import mask

PAGE = 50
"""Rows on one page of a list."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One contact in the list behind a number."""

    id: int
    name: str
    phone: str
    """Masked: its last four digits."""
    volunteer: str
    place: str
    state: str | None
    reason: str | None
    texted_at: datetime | None
    waiting_since: datetime | None
    conversation_id: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the rows behind a number."""

    rows: list[PersonRow]
    following: str
    """Where the next page begins, as it stands in its address; empty on the last one."""


NONE = Listing([], "")

# Of which rows a page is made, each with the two columns it is ordered by.
_FACTS = """
SELECT f.contact_id, f.round, f.contact_id AS a, f.round::bigint AS b
FROM text_fact f
WHERE f.campaign_id = %(campaign)s AND f.organization_id = %(org)s AND {which} AND {where}
  AND (f.contact_id, f.round) > (%(a)s, %(b)s)
ORDER BY f.contact_id, f.round LIMIT %(most)s
"""
# The same, found first and ordered then: in the order of contacts a few among a million, or those that lie
# together, may be the last ones, and everybody else is looked at before them.
_FEW = """
SELECT * FROM (
  WITH found AS MATERIALIZED (
    SELECT f.contact_id, f.round FROM text_fact f
    WHERE f.campaign_id = %(campaign)s AND f.organization_id = %(org)s AND {which} AND {where})
  SELECT contact_id, round, contact_id AS a, round::bigint AS b FROM found
) few WHERE (a, b) > (%(a)s, %(b)s) ORDER BY a, b LIMIT %(most)s
"""
RARE = 200
"""Of so many texts less than one: these are found first."""
_LIE_TOGETHER = ("time", "day")
# Who waits longest comes first.
_WAITING = """
SELECT * FROM (
  SELECT f.contact_id, f.round, (EXTRACT(epoch FROM t.waiting_since) * 1000000)::bigint AS a, f.contact_id AS b
  FROM text_fact f JOIN conversation t ON t.contact_id = f.contact_id
    AND t.organization_id = %(org)s AND t.campaign_id = %(campaign)s AND t.waiting_since IS NOT NULL
  WHERE f.campaign_id = %(campaign)s AND f.organization_id = %(org)s AND {which} AND {where}
) waiting WHERE (a, b) > (%(a)s, %(b)s) ORDER BY a, b LIMIT %(most)s
"""
_CONTACTS = """
SELECT c.id AS contact_id, f.round, c.import_id::bigint AS a, c.id AS b
FROM contact c LEFT JOIN text_fact f ON f.contact_id = c.id AND f.is_latest
WHERE c.campaign_id = %(campaign)s AND c.organization_id = %(org)s AND {where}
  AND (c.import_id, c.id) > (%(a)s, %(b)s)
ORDER BY c.import_id, c.id LIMIT %(most)s
"""
# A batch that is done has nobody left who waits for a text, so that only the others are looked at.
_NOT_TEXTED = """
SELECT c.id AS contact_id, f.round, b.id AS a, c.id AS b
FROM (SELECT id FROM batch WHERE organization_id = %(org)s AND campaign_id = %(campaign)s
        AND state <> 'done' AND id >= %(a)s ORDER BY id) b
JOIN contact c ON c.batch_id = b.id AND c.state = 'ready'
LEFT JOIN text_fact f ON f.contact_id = c.id AND f.is_latest
WHERE {where} AND coalesce(f.place, 'not_texted') = 'not_texted' AND (b.id, c.id) > (%(a)s, %(b)s)
ORDER BY b.id, c.id LIMIT %(most)s
"""
_OF_CONTACTS = {"contacts": _CONTACTS, "not_texted": _NOT_TEXTED}
# Visits of who was erased belong to nobody.
_VISITORS = f"""
SELECT n.contact_id, f.round, n.contact_id AS a, 0::bigint AS b
FROM (SELECT contact_id FROM link_visit
      WHERE link_id = %(link)s AND organization_id = %(org)s AND contact_id > %(a)s
      GROUP BY contact_id HAVING {BEST} = %(who)s ORDER BY contact_id LIMIT %(most)s) n
LEFT JOIN text_fact f ON f.contact_id = n.contact_id AND f.is_latest
"""
_ANSWERS = """
SELECT n.contact_id, f.round, n.contact_id AS a, 0::bigint AS b
FROM (SELECT contact_id FROM ({branches}) parts ORDER BY contact_id LIMIT %(most)s) n
LEFT JOIN text_fact f ON f.contact_id = n.contact_id AND f.is_latest
"""
_ANSWER = """
(SELECT contact_id FROM survey_answer WHERE organization_id = %(org)s AND campaign_id = %(campaign)s
   AND {where} AND contact_id > %(a)s ORDER BY contact_id LIMIT %(most)s)
"""
_TO_THE_FIRST = """
(SELECT f.contact_id FROM text_fact f WHERE f.organization_id = %(org)s AND f.campaign_id = %(campaign)s
   AND f.is_latest AND f.place = 'sent' AND f.contact_id > %(a)s {more}
 ORDER BY f.contact_id LIMIT %(most)s)
"""
_NOT_ANSWERED = """AND NOT EXISTS (SELECT 1 FROM survey_answer said WHERE said.contact_id = {whose}
  AND said.step_key = %(step)s AND said.on_path)"""

_SHOWN = """
WITH page AS MATERIALIZED ({page})
SELECT page.*, c.first_name, coalesce(c.fields ->> 'last_name', '') AS last_name, c.ended_reason, r.phone,
  coalesce({place}, 'not_texted') AS place, m.state, m.reason, f.texted_at,
  t.id AS conversation_id, t.waiting_since, p.name AS volunteer
FROM page
JOIN contact c ON c.id = page.contact_id
JOIN recipient r ON r.id = c.recipient_id
LEFT JOIN text_fact f ON f.contact_id = page.contact_id AND f.round = page.round
LEFT JOIN message m ON m.id = f.message_id
LEFT JOIN conversation t ON t.contact_id = page.contact_id
LEFT JOIN person p ON p.id = {whose}
ORDER BY page.a, page.b
"""


def rows(
    organization_id: int,
    campaign_id: int,
    wanted: Filter,
    after: str = "",
    leads: dict[str, Any] | None = None,
    *,
    few: bool = False,
) -> Listing:
    """One page of the rows that a number counts, the first or the one from `after` on.

    `leads` says of a question how people come to it, as results.leading has it; `few`, whether they are
    less than one of RARE texts. Raises NotFound for a place that no page begins at.
    """
    a, b = _place(after)
    values = {"org": organization_id, "campaign": campaign_id, "a": a, "b": b, "most": PAGE + 1}
    values |= wanted.values | (leads or {})
    whose = "t.person_id" if wanted.kind == "waiting" else "coalesce(f.person_id, t.person_id)"
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        # Planned anew each time: a plan kept for a campaign of three contacts takes minutes for a million.
        page = _page(wanted, leads or {}, few)
        shown = _SHOWN.format(page=page, whose=whose, place=wanted.place)
        sql.execute(shown, values, prepare=False)
        found = sql.fetchall()
    following = f"{found[PAGE - 1]['a']}-{found[PAGE - 1]['b']}" if len(found) > PAGE else ""
    return Listing([_person(row) for row in found[:PAGE]], following)


def _place(after: str) -> tuple[int, int]:
    if not after:
        return -1, -1
    found = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", after)
    if found is None:
        raise NotFound
    return int(found[1]), int(found[2])


def _page(wanted: Filter, leads: Mapping[str, Any], few: bool) -> str:
    if wanted.of_answers:
        return _ANSWERS.format(branches=" UNION ".join(_branches(wanted.kind, leads)))
    if wanted.of_links:
        return _VISITORS
    if wanted.kind in _OF_CONTACTS:
        where = "c.import_id = %(import)s" if wanted.by else "true"
        return _OF_CONTACTS[wanted.kind].format(where=where)
    where = f"{KINDS[wanted.kind].where.format(place=wanted.place)} AND {wanted.where}"
    shape = _FEW if few or wanted.by in _LIE_TOGETHER else _FACTS
    which = "f.round > 0" if wanted.of_texts else "f.is_latest"
    return (_WAITING if wanted.kind == "waiting" else shape).format(which=which, where=where)


def _branches(kind: str, leads: Mapping[str, Any]) -> list[str]:
    """Who gave an answer, or who was asked, each part in the order of contacts."""
    if kind in ("chosen", "answered", "left_out"):
        where = "step_key = %(step)s AND " + ("NOT on_path" if kind == "left_out" else "on_path")
        return [
            _ANSWER.format(where=where + (" AND answer_key = %(answer)s" if kind == "chosen" else ""))
        ]
    less = {
        whose: _NOT_ANSWERED.format(whose=whose) if kind == "unanswered" else ""
        for whose in ("f.contact_id", "survey_answer.contact_id")
    }
    led = """on_path AND EXISTS (
      SELECT 1 FROM unnest(%(from_steps)s::text[], %(from_answers)s::text[]) AS l (step_key, answer_key)
      WHERE l.step_key = survey_answer.step_key AND l.answer_key = survey_answer.answer_key)"""
    found = []
    if leads.get("from_steps"):
        found.append(_ANSWER.format(where=f"{led} {less['survey_answer.contact_id']}"))
    if leads.get("first"):
        found.append(_TO_THE_FIRST.format(more=less["f.contact_id"]))
    if kind == "asked":
        found.append(_ANSWER.format(where="step_key = %(step)s AND on_path"))
    # Of a question that is asked no more everybody is one who answered it.
    return found or [_ANSWER.format(where="false")]


def _person(row: Mapping[str, Any]) -> PersonRow:
    return PersonRow(
        id=row["contact_id"],
        name=" ".join(filter(None, (row["first_name"], row["last_name"]))),
        phone=mask(row["phone"]) if row["phone"] else "",
        volunteer=row["volunteer"] or "",
        place=row["place"],
        state=row["state"],
        reason=row["reason"] if row["state"] else row["ended_reason"],
        texted_at=row["texted_at"],
        waiting_since=row["waiting_since"],
        conversation_id=row["conversation_id"],
    )
