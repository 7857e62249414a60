"""What the list shows of each conversation: with whom, whose it is, what stands in it. Of a phone number it
shows the last digits at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from psycopg.rows import dict_row

from p2ptext.conversations import naming
from p2ptext.extensions import cursor
from p2ptext.review.conditions import values
from p2ptext.review.excerpts import without_phones
from p2ptext.review.filters import Filter
from p2ptext.review.searching import Place
from p2ptext.rules import search_words
from p2ptext.rules.clock_words import span
from p2ptext.rules.phone import mask

LONGEST = 180
"""Characters of a text in the list."""
_BEFORE = 60
"""Characters that stand before the first word that was found."""


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation of the list."""

    id: int
    place: str
    """Where it stands in the list, for addresses."""
    to: str
    phone: str
    """Masked, where there is no name to tell them from others; else ""."""
    campaign: str
    volunteer: str
    pieces: list[tuple[str, bool]]
    """What they wrote last, or the newest text with the words that were looked for, in pieces: which of
    them are these words. Empty where there is none, or it may be abusive."""
    ours: bool
    """Whether one of us wrote it."""
    abusive: bool
    at: datetime
    """When that was written, or they were texted first where they never wrote."""
    never_wrote: bool
    waited: str
    """For how long they have waited; "" where nobody waits."""
    state: str
    """One of: opted_out, review, waiting, closed, open."""
    crisis: bool
    lead_asked: bool
    offered: bool
    trouble: bool
    """Whether one of our texts went wrong."""
    tags: list[str]


_ROWS = """
SELECT t.id, a.name AS campaign, coalesce(nullif(m.texting_name, ''), 'Somebody') AS volunteer,
  c.first_name, coalesce(c.fields ->> 'last_name', '') AS last_name, o.show_last_names,
  coalesce(r.phone, '') AS phone, i.text, coalesce(i.abusive, false) AS abusive,
  coalesce(i.received_at, t.created_at) AS at,
  i.id IS NULL AS never_wrote, t.waiting_since, p2p_now() AS now, t.state,
  t.review_reason IS NOT NULL AS in_review, r.suppressed_at IS NOT NULL AS opted_out,
  t.crisis_reason IS NOT NULL AS crisis, t.lead_asked_at IS NOT NULL AS lead_asked,
  t.offered_at IS NOT NULL AND t.waiting_since IS NOT NULL AS offered,
  EXISTS (SELECT 1 FROM message x WHERE x.conversation_id = t.id
    AND x.state IN ('rejected','undeliverable','not_sent','blocked','expired','unknown')) AS trouble,
  (SELECT coalesce(array_agg(g.name ORDER BY lower(g.name)), '{}') FROM conversation_tag x
   JOIN tag g ON g.id = x.tag_id WHERE x.conversation_id = t.id) AS tags
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS chosen (id, place)
JOIN conversation t ON t.id = chosen.id AND t.organization_id = %(org)s
JOIN organization o ON o.id = t.organization_id
JOIN contact c ON c.id = t.contact_id
JOIN campaign a ON a.id = t.campaign_id
JOIN recipient r ON r.id = t.recipient_id
LEFT JOIN membership m ON m.organization_id = t.organization_id AND m.person_id = t.person_id
LEFT JOIN LATERAL (SELECT id, text, abusive, received_at FROM inbound_text
                   WHERE conversation_id = t.id ORDER BY id DESC LIMIT 1) i ON true
ORDER BY chosen.place
"""
_FOUND = """
SELECT DISTINCT ON (conversation_id) conversation_id, text, at, ours, abusive
FROM unnest(%(ids)s::bigint[]) AS chosen (id) CROSS JOIN LATERAL (
  SELECT i.conversation_id, i.text, i.received_at AS at, false AS ours, i.abusive
  FROM inbound_text i WHERE i.conversation_id = chosen.id
  UNION ALL
  SELECT m.conversation_id, m.text, m.created_at, true, false
  FROM message m WHERE m.conversation_id = chosen.id AND m.kind = 'reply' AND m.state <> 'cancelled'
  OFFSET 0) said
WHERE search_words(%(org)s, text) @@ to_tsquery('pg_catalog.simple', %(words)s)
ORDER BY conversation_id, at DESC
"""


def rows(organization_id: int, wanted: Filter, places: Sequence[Place]) -> list[Row]:
    """The conversations at these places, in their order."""
    ids = [place.id for place in places]
    known = {"ids": ids, "org": organization_id}
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        found = sql.execute(_ROWS, known, prepare=False).fetchall()
        asked = values(organization_id, wanted) | known
        said = sql.execute(_FOUND, asked, prepare=False).fetchall() if asked["words"] and ids else []
    by_talk = {row["conversation_id"]: row for row in said}
    at = {place.id: place for place in places}
    return [_row(row | by_talk.get(row["id"], {}), str(at[row["id"]]), wanted.terms) for row in found]


def _row(row: dict[str, Any], place: str, terms: Sequence[search_words.Term]) -> Row:
    to = naming.whom(row["first_name"], row["last_name"], row["show_last_names"])
    return Row(
        id=row["id"],
        place=place,
        to=to,
        phone=mask(row["phone"]) if row["phone"] and to == naming.NO_NAME else "",
        campaign=row["campaign"],
        volunteer=row["volunteer"],
        pieces=[] if row["abusive"] else excerpt(row["text"] or "", terms),
        ours=row.get("ours", False),
        abusive=row["abusive"],
        at=row["at"],
        never_wrote=row["never_wrote"],
        waited=span(row["now"] - row["waiting_since"]) if row["waiting_since"] else "",
        state=_state(row),
        crisis=row["crisis"],
        lead_asked=row["lead_asked"],
        offered=row["offered"],
        trouble=row["trouble"],
        tags=row["tags"],
    )


def _state(row: dict[str, Any]) -> str:
    if row["opted_out"]:
        return "opted_out"
    if row["in_review"]:
        return "review"
    return "waiting" if row["waiting_since"] else str(row["state"])


def excerpt(text: str, terms: Sequence[search_words.Term]) -> list[tuple[str, bool]]:
    """The text on one line, around the first word that was looked for, in pieces as search_words.marked
    gives them. Phone numbers are masked."""
    line = " ".join(without_phones(text).split())
    pieces = search_words.marked(line, terms)
    before = len(pieces[0][0]) if len(pieces) > 1 and not pieces[0][1] else 0
    if before > _BEFORE and len(line) > LONGEST:
        line = "… " + line[before - _BEFORE :].partition(" ")[2]
    return search_words.marked(shorten(line, LONGEST, placeholder=" …"), terms)
