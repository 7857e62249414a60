"""Groups of a campaign's unanswered replies that say about the same: what a job reads and what it keeps.

What may ask to stop, danger, abuse and machines' answers are in no group: these are looked at one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import delete, func, select

from p2ptext.errors import NotFound
from p2ptext.extensions import cursor, db
from p2ptext.review.models import ReplyGrouping
from p2ptext.rules import crisis, optout
from p2ptext.rules.abuse import is_abusive

MOST = 20_000
"""Replies looked at, those that wait longest."""
KEPT = 2
"""Groupings of a campaign that stay, the newest among them: somebody may be at work in the one before."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody wrote since our last text, all of it."""

    conversation_id: int
    inbound_id: int
    """The last text of it."""
    text: str


class Group(Protocol):
    """As review.alike finds it."""

    @property
    def example(self) -> int: ...

    @property
    def members(self) -> list[tuple[int, float]]: ...

    @property
    def words(self) -> list[str]: ...


WAITS = """t.waiting_since IS NOT NULL AND t.review_reason IS NULL AND t.crisis_reason IS NULL
  AND r.suppressed_at IS NULL AND r.phone IS NOT NULL"""
"""SQL: whether the conversation `t` with the recipient `r` may be in a group."""
_REPLIES = f"""
SELECT t.id, t.last_inbound_id, said.text FROM conversation t
JOIN recipient r ON r.id = t.recipient_id
CROSS JOIN LATERAL (
  SELECT string_agg(i.text, E'\\n' ORDER BY i.id) AS text,
    bool_or(i.abusive OR (i.tier <> 'none' AND i.undone_at IS NULL) OR i.media <> '[]') AS apart
  FROM inbound_text i
  WHERE i.conversation_id = t.id AND i.kind = 'text' AND i.received_at > coalesce(
    (SELECT max(m.created_at) FROM message m WHERE m.conversation_id = t.id AND m.state <> 'cancelled'),
    '-infinity')) said
WHERE t.organization_id = %(org)s AND t.campaign_id = %(campaign)s AND {WAITS}
  AND said.text IS NOT NULL AND NOT said.apart
ORDER BY t.waiting_since, t.id LIMIT {MOST}
"""


def ask(organization_id: int, campaign_id: int, person_id: int) -> ReplyGrouping:
    """Have a campaign's replies grouped anew; one that is under way already is enough."""
    under_way = latest(organization_id, campaign_id, ("waiting", "running"))
    if under_way is not None:
        return under_way
    row = ReplyGrouping(organization_id=organization_id, campaign_id=campaign_id, asked_by=person_id)
    db.session.add(row)
    db.session.flush()
    return row


def latest(organization_id: int, campaign_id: int, statuses: Sequence[str]) -> ReplyGrouping | None:
    """The newest grouping of a campaign that is in one of these states."""
    return db.session.scalar(
        select(ReplyGrouping)
        .filter_by(organization_id=organization_id, campaign_id=campaign_id)
        .where(ReplyGrouping.status.in_(statuses))
        .order_by(ReplyGrouping.id.desc())
        .limit(1)
    )


def find(organization_id: int, grouping_id: int) -> ReplyGrouping:
    """A grouping of the organization. Raises NotFound."""
    row = db.session.scalar(
        select(ReplyGrouping).filter_by(id=grouping_id, organization_id=organization_id)
    )
    if row is None:
        raise NotFound
    return row


def begin(grouping_id: int) -> list[Reply] | None:
    """The replies to be grouped; None when this grouping is over."""
    row = _locked(grouping_id)
    if row is None:
        return None
    row.status = "running"
    sql = cursor()
    # Planned anew each time: a campaign may have ten conversations or a million.
    sql.execute(_REPLIES, {"org": row.organization_id, "campaign": row.campaign_id}, prepare=False)
    found = [Reply(*reply) for reply in sql.fetchall()]
    db.session.flush()
    return found


def clear(replies: Sequence[Reply]) -> list[Reply]:
    """Those that ask for nothing but an answer. It reads every word, so no transaction should wait for it."""
    known: dict[str, bool] = {}
    for reply in replies:
        if reply.text not in known:
            known[reply.text] = _is_clear(reply.text)
    return [reply for reply in replies if known[reply.text]]


def _is_clear(text: str) -> bool:
    """What was decided when each text came is decided again over all of them: “Stop” may be alone in the
    second one, and the rules may have become better since."""
    return optout.classify(text).tier == "none" and not crisis.read(text) and not is_abusive(text)


def finish(grouping_id: int, replies: Sequence[Reply], groups: Sequence[Group]) -> None:
    """Keep what was found, and forget what was found long before."""
    row = _locked(grouping_id)
    if row is None:
        return
    sql = cursor()
    for position, group in enumerate(groups):
        sql.execute(
            """INSERT INTO reply_group (organization_id, grouping_id, position, example, words)
               VALUES (%s, %s, %s, %s, %s) RETURNING id""",
            (row.organization_id, row.id, position, replies[group.example].text, group.words),
        )
        (group_id,) = sql.fetchone() or (0,)
        sql.execute(
            """INSERT INTO reply_group_member (group_id, organization_id, conversation_id, inbound_id,
                 closeness)
               SELECT %s, %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::real[])""",
            (
                group_id,
                row.organization_id,
                [replies[place].conversation_id for place, _ in group.members],
                [replies[place].inbound_id for place, _ in group.members],
                [like for _, like in group.members],
            ),
        )
    row.status, row.replies, row.finished_at = "done", len(replies), func.p2p_now()
    db.session.flush()
    _forget_others(row)


def _forget_others(row: ReplyGrouping) -> None:
    kept = (
        select(ReplyGrouping.id)
        .filter_by(campaign_id=row.campaign_id, status="done")
        .order_by(ReplyGrouping.id.desc())
        .limit(KEPT)
    )
    db.session.execute(
        delete(ReplyGrouping).where(
            ReplyGrouping.campaign_id == row.campaign_id,
            ReplyGrouping.status.in_(("done", "failed")),
            ReplyGrouping.id < row.id,
            ReplyGrouping.id.not_in(kept),
        )
    )


def fail(grouping_id: int, words: str) -> None:
    """There are no groups; `words` say why."""
    row = _locked(grouping_id)
    if row is not None:
        row.status, row.fault, row.finished_at = "failed", words, func.p2p_now()
        db.session.flush()


def _locked(grouping_id: int) -> ReplyGrouping | None:
    """The grouping, if it is not over."""
    return db.session.scalar(
        select(ReplyGrouping)
        .filter_by(id=grouping_id)
        .where(ReplyGrouping.status.in_(("waiting", "running")))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
