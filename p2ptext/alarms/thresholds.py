"""From when on an organization wants to be told of each kind of alarm."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from p2ptext.accounts import auditing
from p2ptext.alarms import raising
from p2ptext.alarms.kinds import KINDS
from p2ptext.extensions import cursor


def limit_of(kind: str, organization: str) -> str:
    """SQL: the threshold of a kind for the organization whose id is the expression `organization`."""
    return (
        f"coalesce((SELECT threshold FROM alarm_setting WHERE kind = '{kind}' "
        f"AND organization_id = {organization}), {KINDS[kind].threshold})::float"
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """What one organization wants of one kind."""

    is_on: bool
    threshold: float


class Thresholds:
    """What every organization wants, as it is at one moment."""

    def __init__(self, rows: Mapping[tuple[int, str], tuple[bool, Decimal | None]]) -> None:
        self._rows = rows

    def of(self, organization_id: int, kind: str) -> Setting:
        """As it was set, or as it comes. What cannot be turned off is always on."""
        default = KINDS[kind]
        is_on, threshold = self._rows.get((organization_id, kind), (True, None))
        return Setting(
            is_on or default.always,
            float(threshold if threshold is not None else default.threshold or 0),
        )


def thresholds(organization_id: int | None = None) -> Thresholds:
    """What this organization wants, or each of them."""
    rows = cursor().execute(
        """SELECT organization_id, kind, is_on, threshold FROM alarm_setting
           WHERE %(org)s::int IS NULL OR organization_id = %(org)s""",
        {"org": organization_id},
    )
    return Thresholds({(org, kind): (is_on, limit) for org, kind, is_on, limit in rows.fetchall()})


def choose(organization_id: int, person_id: int, kind: str, chosen: Setting) -> bool:
    """Set one kind; whether that changed anything. What is turned off ends at once."""
    before = thresholds(organization_id).of(organization_id, kind)
    if before == chosen:
        return False
    cursor().execute(
        """INSERT INTO alarm_setting (organization_id, kind, is_on, threshold, changed_by)
           VALUES (%(org)s, %(kind)s, %(on)s, %(threshold)s, %(person)s)
           ON CONFLICT (organization_id, kind) DO UPDATE SET is_on = excluded.is_on,
             threshold = excluded.threshold, changed_by = excluded.changed_by, changed_at = p2p_now()""",
        {
            "org": organization_id,
            "kind": kind,
            "on": chosen.is_on,
            "threshold": chosen.threshold if KINDS[kind].threshold is not None else None,
            "person": person_id,
        },
    )
    auditing.record(
        "alarm_setting",
        kind,
        on=chosen.is_on,
        threshold=chosen.threshold,
        before=before.threshold,
        was_on=before.is_on,
    )
    if not chosen.is_on:
        raising.close_all(organization_id, kind)
    return True
