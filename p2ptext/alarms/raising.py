"""Opening, refreshing and ending alarms: one row for each kind and subject, however many watchers see it."""

from collections.abc import Collection, Mapping
from typing import Any

from psycopg.types.json import Jsonb

from p2ptext.alarms.kinds import KINDS
from p2ptext.background import hint
from p2ptext.extensions import cursor
from p2ptext.texting import live

HINT = "alarm"
WORSE_TIMES = 2
"""What was put aside comes back when its size has grown to so many times what it was then."""
REFRESH_S = 30
"""An alarm whose facts stay as they are is written again after this time, so that it is known to last."""


def open_or_refresh(
    organization_id: int,
    kind: str,
    subject: str = "",
    level: str = "warning",
    facts: Mapping[str, Any] | None = None,
    campaign_id: int | None = None,
) -> bool:
    """Something is not as it should be; whether that is news: nobody knew, or it has become worse.

    `facts` are what its words are made of; `size` among them, a number, says how bad it is. What an
    organizer has put aside stays aside until its level rises or its size has doubled. Raises KeyError
    for a kind that is not in KINDS.
    """
    sql = cursor()
    KINDS[kind]
    sql.execute(
        _OPEN,
        {
            "org": organization_id,
            "kind": kind,
            "subject": subject,
            "level": level,
            "facts": Jsonb(dict(facts or {})),
            "campaign": campaign_id,
            "times": WORSE_TIMES,
            "refresh": REFRESH_S,
        },
    )
    row = sql.fetchone()
    if row is None:
        return False  # as it was a moment ago
    hint(live.everybody(organization_id), HINT)
    return bool(row[0])


_IS_WORSE = """(excluded.level = 'danger' AND a.level = 'warning'
  OR (excluded.facts ->> 'size')::numeric >= %(times)s * (a.facts ->> 'known')::numeric)"""
# `known` is the size it had when it was put aside, 1 at least: nothing is always twice nothing.
_OPEN = f"""
INSERT INTO alarm AS a (organization_id, campaign_id, kind, subject, level, facts, since, seen_at, worse_at)
SELECT %(org)s, %(campaign)s, %(kind)s, %(subject)s, %(level)s, %(facts)s, at, at, at FROM p2p_now() AS at
ON CONFLICT (organization_id, kind, subject) WHERE until IS NULL DO UPDATE SET
  level = excluded.level, seen_at = excluded.seen_at, campaign_id = excluded.campaign_id,
  facts = excluded.facts || CASE WHEN a.facts ? 'known' AND NOT coalesce({_IS_WORSE}, false)
    THEN jsonb_build_object('known', a.facts -> 'known') ELSE '{{}}' END,
  worse_at = CASE WHEN {_IS_WORSE} THEN excluded.seen_at ELSE a.worse_at END,
  put_aside_at = CASE WHEN {_IS_WORSE} THEN NULL ELSE a.put_aside_at END
WHERE a.level <> excluded.level OR a.facts - 'known' <> excluded.facts
  OR a.seen_at < excluded.seen_at - make_interval(secs => %(refresh)s)
RETURNING worse_at = seen_at"""


def close(organization_id: int, kind: str, subject: str = "") -> bool:
    """It is well again; False when it was already."""
    return _close(
        "organization_id = %(org)s AND subject = %(subject)s",
        {"org": organization_id, "kind": kind, "subject": subject, "calm": 0},
    )


def close_all(organization_id: int, kind: str) -> bool:
    """Nobody wants to be told of it any more."""
    return _close("organization_id = %(org)s", {"org": organization_id, "kind": kind, "calm": 0})


def settle(kind: str, still: Collection[tuple[int, str]]) -> bool:
    """End every alarm of this kind but those of (organization, subject) in `still`.

    What has just been seen waits until it has been well for as long as its kind asks.
    """
    return _close(
        """NOT EXISTS (SELECT 1 FROM unnest(%(orgs)s::int[], %(subjects)s::text[]) AS s (org, subject)
             WHERE s.org = alarm.organization_id AND s.subject = alarm.subject)""",
        {
            "kind": kind,
            "orgs": [one[0] for one in still],
            "subjects": [one[1] for one in still],
            "calm": KINDS[kind].calm_s,
        },
    )


def _close(where: str, values: dict[str, Any]) -> bool:
    rows = cursor().execute(
        f"""UPDATE alarm SET until = p2p_now()
            WHERE kind = %(kind)s AND until IS NULL AND {where}
              AND seen_at <= p2p_now() - make_interval(secs => %(calm)s)
            RETURNING organization_id""",
        values,
    )
    organizations = {row[0] for row in rows.fetchall()}
    for organization_id in organizations:
        hint(live.everybody(organization_id), HINT)
    return bool(organizations)


def put_aside(organization_id: int, alarm_id: int, person_id: int, note: str) -> bool:
    """Somebody knows of it; False when it has ended meanwhile, or somebody else knew first."""
    row = cursor().execute(
        """UPDATE alarm SET put_aside_at = p2p_now(), put_aside_by = %(person)s, note = %(note)s,
             facts = facts || jsonb_build_object('known', greatest((facts ->> 'size')::numeric, 1))
           WHERE id = %(id)s AND organization_id = %(org)s AND until IS NULL AND put_aside_at IS NULL
           RETURNING 1""",
        {"person": person_id, "note": note, "id": alarm_id, "org": organization_id},
    )
    found = row.fetchone() is not None
    if found:
        hint(live.everybody(organization_id), HINT)
    return found
