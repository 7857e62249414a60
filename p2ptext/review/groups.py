"""What the pages of alike replies show: the groups as they stand now, and each reply with its answer.

A reply that was answered or closed since, or whose person wrote again or opted out, is in no group any more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.accounts import auditing
from p2ptext.audience.columns import columns_of
from p2ptext.audience.merging import VOLUNTEER, merge_values
from p2ptext.campaigns import linking
from p2ptext.conversations import naming, reply_tokens, suggesting
from p2ptext.conversations.answering import CANNED
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.review.grouping import WAITS
from p2ptext.rules import languages, reply_lint, script, sms_text
from p2ptext.rules.clock_words import span
from p2ptext.rules.fault import Fault
from p2ptext.rules.plain_words import flatten, words

PAGE = 25
"""Replies of a group on one page."""
MOST_GROUPS = 100
"""Groups on one page: those after them are small."""
LONGEST = 1_000
"""Characters of an answer; what leaves is counted again in the conversation."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_LIVE = f"{WAITS} AND t.last_inbound_id = m.inbound_id AND NOT i.abusive"
_MEMBERS = """reply_group_member m
  JOIN conversation t ON t.id = m.conversation_id
  JOIN recipient r ON r.id = t.recipient_id
  JOIN inbound_text i ON i.id = m.inbound_id"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A group in the list of groups."""

    id: int
    example: str
    suggestion: str
    waiting: int
    """How many of its people still wait."""


def groups_of(organization_id: int, grouping_id: int) -> list[Listed]:
    """The groups in which somebody still waits, the largest first."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            f"""SELECT g.id, g.example, g.suggestion, count(*) AS waiting
                FROM reply_group g JOIN {_MEMBERS} ON m.group_id = g.id
                WHERE g.grouping_id = %s AND g.organization_id = %s AND {_LIVE}
                GROUP BY g.id ORDER BY count(*) DESC, g.position LIMIT {MOST_GROUPS}""",
            (grouping_id, organization_id),
            prepare=False,
        )
        return [Listed(**row) for row in sql.fetchall()]


def grouped(organization_id: int, grouping_id: int) -> int:
    """How many of the replies that were looked at are in a group; the others are like no other."""
    sql = cursor()
    sql.execute(
        """SELECT count(*) FROM reply_group g JOIN reply_group_member m ON m.group_id = g.id
           WHERE g.grouping_id = %s AND g.organization_id = %s""",
        (grouping_id, organization_id),
    )
    return int((sql.fetchone() or (0,))[0])


@dataclass(frozen=True, slots=True)
class Group:
    """One group, and what can be answered in it."""

    id: int
    campaign_id: int
    campaign: str
    example: str
    suggestion: str
    """The answer that is offered in each conversation, with its fields."""
    finished_at: datetime
    newest: bool
    """Whether its campaign's replies were not grouped again since."""
    document: dict[str, Any]


def find(organization_id: int, group_id: int) -> Group:
    """A group of the organization. Raises NotFound."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            f"""SELECT g.id, a.id AS campaign_id, a.name AS campaign, g.example, g.suggestion,
                  coalesce(x.finished_at, x.asked_at) AS finished_at,
                  NOT EXISTS (SELECT 1 FROM reply_grouping y WHERE y.campaign_id = a.id AND y.id > x.id
                    AND y.status = 'done') AS newest,
                  {CANNED} AS document
                FROM reply_group g JOIN reply_grouping x ON x.id = g.grouping_id
                JOIN campaign a ON a.id = x.campaign_id
                LEFT JOIN script_version v ON v.id = a.script_version_id
                WHERE g.id = %s AND g.organization_id = %s""",
            (group_id, organization_id),
        )
        row = sql.fetchone()
    if row is None:
        raise NotFound
    return Group(**row)


def suggestions(group: Group, organization_name: str) -> list[suggesting.Suggestion]:
    """Answers that may fit the example: the campaign's own first, each with its fields still in."""
    ready = languages.document_in(group.document, None)["canned"]
    # The name of whoever sends is put in with the others.
    values = {"volunteer_name": "{volunteer_name}", "organization": organization_name}
    found = {one.text: one for one in suggesting.matching(group.example, ready, values)}
    others = (suggesting.Suggestion(one["title"], one["text"], "canned") for one in ready)
    return [*found.values(), *(one for one in others if one.text not in found)]


def read_by(group: Group, organization_id: int, texting_name: str, texts: Sequence[str]) -> list[str]:
    """How each of these answers reads for whoever waits longest in the group; as it is written where it
    cannot be filled in for them."""
    sql = cursor()
    sql.execute(
        f"""SELECT c.id, c.fields FROM {_MEMBERS} JOIN contact c ON c.id = t.contact_id
            WHERE m.group_id = %s AND m.organization_id = %s AND {_LIVE}
            ORDER BY t.waiting_since, t.id LIMIT 1""",
        (group.id, organization_id),
        prepare=False,
    )
    row = sql.fetchone()
    if row is None:
        return list(texts)
    contact_id, fields = row
    ready = linking.of_document(group.document).put_in_all(
        [{"title": "", "text": one} for one in texts], contact_id
    )
    values = merge_values(fields, texting_name)
    return [_fill(one["text"], values) or text for one, text in zip(ready, texts, strict=True)]


def suggest(group: Group, organization_id: int, text: str, person_id: int) -> None:
    """Offer this answer in each conversation of the group; nothing is sent. "" offers none any more.

    Raises Refused (wording) where it could be filled in for nobody, and (nothing) for "" where none is
    offered.
    """
    text = script.tidy(text.replace("\x00", ""))[:LONGEST]
    if not text and not group.suggestion:
        raise Refused("nothing", "Choose an answer or write one first. Nothing is offered yet.", 422)
    if text:
        known = [*columns_of(group.campaign_id), VOLUNTEER, *linking.names_of(group.campaign_id)]
        faults = script.check(text, known)
        if faults:
            raise Refused("wording", " ".join(fault.words for fault in faults), 422)
    cursor().execute(
        "UPDATE reply_group SET suggestion = %s, suggested_by = %s WHERE id = %s AND organization_id = %s",
        (text, person_id, group.id, organization_id),
    )
    auditing.record("reply_group_suggestion", f"reply group {group.id}")


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody of a group, what they wrote, and the answer that is offered."""

    id: int
    to: str
    pieces: list[tuple[str, bool]]
    """What they wrote, in pieces: which of them the example does not have."""
    waited: str
    answer: str
    """Exactly what one press sends; "" where it cannot be filled in for them."""
    segments: int
    warnings: list[Fault]
    token: str
    """Of this conversation and this moment: what was said since makes it old."""


def page(group: Group, organization_id: int, person_id: int, texting_name: str) -> tuple[list[Row], int]:
    """The people who wait, the longest waiting first, and how many they are in all."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        # What the token binds is read with the text that is shown: whatever is newer makes it old.
        sql.execute(
            f"""SELECT t.id, count(*) OVER () AS total, c.id AS contact_id, c.first_name, c.fields,
                  o.show_last_names, t.waiting_since, p2p_now() AS now, t.last_inbound_id,
                  {reply_tokens.LAST_MESSAGE} AS last_message_id,
                  {reply_tokens.LAST_HANDOVER} AS last_handover_id,
                  (SELECT string_agg(s.text, E'\\n' ORDER BY s.id) FROM inbound_text s
                   WHERE s.conversation_id = t.id AND s.kind = 'text' AND s.received_at > coalesce(
                     (SELECT max(x.created_at) FROM message x WHERE x.conversation_id = t.id
                        AND x.state <> 'cancelled'), '-infinity')) AS text
                FROM {_MEMBERS} JOIN contact c ON c.id = t.contact_id
                JOIN organization o ON o.id = t.organization_id
                WHERE m.group_id = %s AND m.organization_id = %s AND {_LIVE}
                ORDER BY t.waiting_since, t.id LIMIT {PAGE}""",
            (group.id, organization_id),
            prepare=False,
        )
        found = sql.fetchall()
    links = linking.of_document(group.document)
    shown = [_row(row, group, links, organization_id, person_id, texting_name) for row in found]
    return shown, found[0]["total"] if found else 0


def _row(
    row: dict[str, Any],
    group: Group,
    links: Any,
    organization_id: int,
    person_id: int,
    texting_name: str,
) -> Row:
    last_name = row["fields"].get("last_name", "")
    claims = reply_tokens.ReplyClaims(
        organization_id, person_id, row["id"], row["last_inbound_id"], row["last_message_id"],
        row["last_handover_id"], row["now"].timestamp(),
    )  # fmt: skip
    answer = ""
    if group.suggestion:
        (ready,) = links.put_in_all([{"title": "", "text": group.suggestion}], row["contact_id"])
        answer = _fill(ready["text"], merge_values(row["fields"], texting_name))
    names = (row["first_name"], last_name, texting_name)
    return Row(
        row["id"],
        naming.whom(row["first_name"], last_name, row["show_last_names"]),
        differing(row["text"] or "", group.example),
        span(row["now"] - row["waiting_since"]),
        answer,
        sms_text.count(answer).segments if answer else 0,
        reply_lint.check(answer, names) if answer else [],
        reply_tokens.make_token(claims),
    )


def _fill(template: str, values: dict[str, str]) -> str:
    try:
        return script.render(template, values, plain=True)
    except script.MissingField:
        return ""


def differing(text: str, example: str) -> list[tuple[str, bool]]:
    """A reply in pieces, and of each whether it is a word that the example does not have."""
    known = set(words(flatten(example)))
    pieces: list[tuple[str, bool]] = []
    at = 0
    for found in _WORD.finditer(text):
        pieces.append((text[at : found.start()], False))
        pieces.append((found[0], known.isdisjoint(words(flatten(found[0])) or [""])))
        at = found.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def just_sent(group_id: int, organization_id: int, person_id: int) -> Sequence[tuple[int, int, str]]:
    """Answers of this person in the group that have not left yet: message, conversation and to whom."""
    sql = cursor()
    sql.execute(
        """SELECT x.id, m.conversation_id, coalesce(nullif(c.first_name, ''), 'them') FROM reply_group_member m
           JOIN message x ON x.conversation_id = m.conversation_id AND x.kind = 'reply'
             AND x.state = 'queued' AND x.person_id = %s
           JOIN contact c ON c.id = x.contact_id
           WHERE m.group_id = %s AND m.organization_id = %s ORDER BY x.id DESC""",
        (person_id, group_id, organization_id),
    )
    return sql.fetchall()
