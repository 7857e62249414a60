"""What the pages of passes show, one statement a panel."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from p2ptext.extensions import cursor


@dataclass(frozen=True, slots=True)
class PassRow:
    """A pass in the list of a campaign's passes."""

    id: int
    round: int
    status: str
    people: int
    left: int
    """Who waits for its text now."""
    created_at: datetime
    created_by: str

    @property
    def may_be_stopped(self) -> bool:
        return self.status == "waiting" or (self.status == "open" and self.left > 0)


def passes_of(organization_id: int, campaign_id: int) -> list[PassRow]:
    """The passes of a campaign, the latest first."""
    with cursor().connection.cursor(row_factory=class_row(PassRow)) as rows:
        rows.execute(
            """SELECT p.id, p.round, p.status, p.people, p.created_at, w.name AS created_by,
                 (SELECT count(*) FROM batch b JOIN contact c ON c.batch_id = b.id
                  WHERE b.pass_id = p.id AND c.state = 'ready' AND c.round = p.round) AS left
               FROM campaign_pass p JOIN person w ON w.id = p.created_by
               WHERE p.organization_id = %s AND p.campaign_id = %s ORDER BY p.id DESC""",
            (organization_id, campaign_id),
        )
        return rows.fetchall()
