"""Watches what the program does for managers in the background: lists that come in, and exports."""

from typing import Any

from psycopg.rows import dict_row

from p2ptext.alarms import raising
from p2ptext.alarms.thresholds import Thresholds, limit_of
from p2ptext.extensions import cursor
from p2ptext.rules import alarm_levels

LATEST = 500
"""Lists and exports that are looked at, the newest of all organizations: what is older has been seen."""


def _lately(row: str, kind: str) -> str:
    limit = limit_of(kind, f"{row}.organization_id")
    return f"{row}.finished_at > (SELECT p2p_now()) - make_interval(hours => {limit}::int)"


# A list that failed is over when another of its campaign has come in, or the campaign is.
_IMPORTS = f"""
SELECT i.organization_id, i.id, i.file_name AS file, i.fault, i.created_by AS person, i.campaign_id,
  a.name, i.finished_at AS at
FROM (SELECT * FROM contact_import ORDER BY id DESC LIMIT {LATEST}) i
JOIN campaign a ON a.id = i.campaign_id AND a.status <> 'archived'
WHERE i.status = 'refused'
  AND {_lately("i", "imports")}
  AND NOT EXISTS (SELECT 1 FROM contact_import n
    WHERE n.campaign_id = i.campaign_id AND n.id > i.id AND n.status <> 'refused')
UNION ALL
SELECT s.organization_id, -s.id, s.file_name, s.fault, s.created_by, NULL, '', s.finished_at
FROM (SELECT * FROM suppression_import ORDER BY id DESC LIMIT {LATEST}) s
WHERE s.status = 'refused'
  AND {_lately("s", "imports")}
  AND NOT EXISTS (SELECT 1 FROM suppression_import n
    WHERE n.organization_id = s.organization_id AND n.id > s.id AND n.status <> 'refused')"""
# An export is over when the same was asked for again. Once it is made, its options tell of its files too.
_EXPORTS = f"""
SELECT e.organization_id, e.id, e.kind AS file, e.fault, e.asked_by AS person, e.campaign_id,
  coalesce(a.name, '') AS name, e.finished_at AS at
FROM (SELECT * FROM export ORDER BY id DESC LIMIT {LATEST}) e
LEFT JOIN campaign a ON a.id = e.campaign_id
WHERE e.status = 'failed'
  AND {_lately("e", "exports")}
  AND NOT EXISTS (SELECT 1 FROM export n
    WHERE n.organization_id = e.organization_id AND n.id > e.id AND n.status NOT IN ('failed', 'cancelled')
      AND n.kind = e.kind AND n.campaign_id IS NOT DISTINCT FROM e.campaign_id
      AND n.options -> 'chosen' IS NOT DISTINCT FROM e.options -> 'chosen')"""


def imports(wanted: Thresholds) -> None:
    """Lists that failed: of contacts, and of numbers that must not be texted (these have a negative id)."""
    _watch("imports", "list", _IMPORTS, wanted)


def exports(wanted: Thresholds) -> None:
    """Exports that failed."""
    _watch("exports", "export", _EXPORTS, wanted)


def _watch(kind: str, what: str, statement: str, wanted: Thresholds) -> None:
    still = []
    for row in _rows(statement):
        if not wanted.of(row["organization_id"], kind).is_on:
            continue
        subject = f"{what} {row['id']}"
        facts = {name: row[name] for name in ("id", "file", "fault", "person", "name")}
        raising.open_or_refresh(
            row["organization_id"], kind, subject, alarm_levels.WARNING, facts, row["campaign_id"]
        )
        still.append((row["organization_id"], subject))
    raising.settle(kind, still)


def _rows(statement: str) -> list[dict[str, Any]]:
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(statement, prepare=False)
        return sql.fetchall()
