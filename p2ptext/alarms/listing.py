"""Alarms as organizers see them: those that are open, and those that were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.alarms import acting, wording
from p2ptext.alarms.acting import About, Action
from p2ptext.alarms.kinds import FOR_MANAGERS, ORDER
from p2ptext.extensions import cursor

PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One alarm in words."""

    id: int
    kind: str
    level: str
    title: str
    why: str
    since: datetime
    until: datetime | None
    action: Action | None
    """None once it has ended."""
    put_aside_at: datetime | None
    put_aside_by: str
    """Who knows of it; empty where nobody has said so."""
    note: str
    campaign_id: int | None

    @property
    def lasted(self) -> str:
        """How long it was open, in words; "" while it is."""
        return wording.lasted((self.until - self.since).total_seconds()) if self.until else ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and what they may do."""

    person_id: int
    manages: bool = False
    owns: bool = False


def open_alarms(organization_id: int, viewer: Viewer, campaign_id: int | None = None) -> list[Shown]:
    """What is not as it should be: dangers first, then as kinds.py orders them; what somebody knows of last.

    Of a campaign those of it and those of no campaign. For use in a request: actions are addresses.
    """
    rows = _rows(
        viewer,
        """a.until IS NULL
           AND (%(campaign)s::int IS NULL OR a.campaign_id IS NULL OR a.campaign_id = %(campaign)s)""",
        "a.since, a.id",
        {"org": organization_id, "campaign": campaign_id, "most": 200, "skip": 0},
    )
    rows.sort(
        key=lambda row: (
            row["put_aside_at"] is not None,
            row["level"] != "danger",
            ORDER.get(row["kind"], len(ORDER)),
        )
    )
    return [_shown(row, viewer) for row in rows]


def past_alarms(organization_id: int, viewer: Viewer, page: int) -> tuple[list[Shown], bool]:
    """What was and is well again, the latest first, and whether there is more."""
    rows = _rows(
        viewer,
        "a.until IS NOT NULL",
        "a.since DESC, a.id DESC",
        {"org": organization_id, "most": PAGE + 1, "skip": (page - 1) * PAGE},
    )
    return [_shown(row, viewer) for row in rows[:PAGE]], len(rows) > PAGE


def may_see(organization_id: int, viewer: Viewer, alarm_id: int) -> bool:
    """Whether an alarm is one of those that are shown to whoever looks."""
    values = {"org": organization_id, "id": alarm_id, "most": 1, "skip": 0}
    return bool(_rows(viewer, "a.id = %(id)s", "a.id", values))


def _rows(viewer: Viewer, where: str, order: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            f"""SELECT a.id, a.kind, a.level, a.facts, a.since, a.until, a.put_aside_at, a.note, a.campaign_id,
                  p2p_now() AS now,
                  coalesce(p.name, '') AS put_aside_by
                FROM alarm a LEFT JOIN person p ON p.id = a.put_aside_by
                WHERE a.organization_id = %(org)s AND {where}
                  AND (%(manages)s OR a.kind <> ALL(%(managers)s)
                    OR (a.facts ->> 'person')::int = %(viewer)s)
                ORDER BY {order} LIMIT %(most)s OFFSET %(skip)s""",
            values
            | {"manages": viewer.manages, "managers": list(FOR_MANAGERS), "viewer": viewer.person_id},
        )
        return sql.fetchall()


def _shown(row: dict[str, Any], viewer: Viewer) -> Shown:
    facts = row["facts"]
    about = About(row["campaign_id"], facts, viewer.manages, viewer.owns)
    return Shown(
        id=row["id"],
        kind=row["kind"],
        level=row["level"],
        title=wording.title(row["kind"], facts),
        why=wording.why(row["kind"], facts, row["until"] or row["now"]),
        since=row["since"],
        until=row["until"],
        action=acting.action(row["kind"], about) if row["until"] is None else None,
        put_aside_at=row["put_aside_at"],
        put_aside_by=row["put_aside_by"],
        note=row["note"],
        campaign_id=row["campaign_id"],
    )
