"""A running evening at one glance: what leaves, what waits, who is there. One statement a panel.

Everything is asked of the rows of this moment, but for the campaigns' sums and the presses of minutes that
are over, which counting/ keeps. A campaign may be chosen; then all but who is there speaks of it alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.counting import presses, reading
from p2ptext.counting.presses import Presses
from p2ptext.counting.reading import Sums
from p2ptext.extensions import cursor
from p2ptext.rules.stats import wilson
from p2ptext.texting import breakers, lanes, pacing, who_waits
from p2ptext.texting.pacing import Outlook
from p2ptext.texting.presence import ON_SHIFT
from p2ptext.texting.queries import WAITS_FOR_ANSWER
from p2ptext.texting.who_waits import Waiting

MINUTES = 30
"""How many minutes of presses are drawn."""
LATELY_MIN = 5
"""Who pressed within these minutes is texting."""
MOST_CAMPAIGNS = 20
MOST_PEOPLE = 100


def _row(statement: str, values: dict[str, Any]) -> dict[str, Any]:
    rows = _rows(statement, values)
    return rows[0] if rows else {}


def _rows(statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        # Planned anew each time, as in queries.py.
        sql.execute(statement, values, prepare=False)
        return sql.fetchall()


def pressed(organization_id: int, campaign_id: int | None) -> Presses:
    """How many presses of Send each minute, texts on managers' own phones included."""
    return presses.of(organization_id, campaign_id, MINUTES, LATELY_MIN)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Texts on their way out of here."""

    waiting: int
    """Asked for and not yet handed over, those within their seconds of undo included."""
    due: int
    """Those that could leave by now."""
    half_s: float
    """Half of the due ones have been due for at most so many seconds; then 95 of 100, then all."""
    most_s: float
    oldest_s: float


_LEAVING = """
SELECT count(*) AS waiting, count(age) AS due,
  coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY age), 0)::float AS half_s,
  coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY age), 0)::float AS most_s,
  coalesce(max(age), 0)::float AS oldest_s
FROM (SELECT CASE WHEN o.due_at <= moment.at
               THEN extract(epoch FROM moment.at - o.due_at) END AS age
      FROM (SELECT p2p_now() AS at) moment, outbox o
      WHERE o.organization_id = %(org)s AND (%(campaign)s::int IS NULL OR o.message_id IN (
        SELECT id FROM message WHERE campaign_id = %(campaign)s AND id = o.message_id))) waiting"""


def leaving(organization_id: int, campaign_id: int | None) -> Leaving:
    """What waits to leave, and how long it has."""
    return Leaving(**_row(_LEAVING, {"org": organization_id, "campaign": campaign_id}))


@dataclass(frozen=True, slots=True)
class Here:
    """A member who is there."""

    id: int
    name: str
    since: datetime
    waiting: int
    """Replies that wait for them."""


@dataclass(frozen=True, slots=True)
class People:
    """Who is there just now."""

    rows: list[Here]
    """The first of them by name."""
    total: int


_PEOPLE = f"""
SELECT p.person_id AS id, who.name, p.began_at AS since, count(*) OVER () AS total,
  (SELECT count(*) FROM conversation t WHERE t.organization_id = p.organization_id
     AND t.person_id = p.person_id AND {WAITS_FOR_ANSWER}) AS waiting
FROM presence p
JOIN person who ON who.id = p.person_id
JOIN membership m ON m.organization_id = p.organization_id AND m.person_id = p.person_id
  AND m.status = 'active'
WHERE p.organization_id = %(org)s AND {ON_SHIFT}
ORDER BY lower(who.name), who.id LIMIT {MOST_PEOPLE}"""


def people(organization_id: int) -> People:
    """Members on shift: whose page was open within the last two minutes and who have not said goodbye."""
    rows = _rows(_PEOPLE, {"org": organization_id})
    here = [Here(row["id"], row["name"], row["since"], row["waiting"]) for row in rows]
    return People(here, rows[0]["total"] if rows else 0)


@dataclass(frozen=True, slots=True)
class Cap:
    """What T-Mobile takes from a brand today, and what of it is used."""

    registration_id: int
    name: str
    used: int
    cap: int
    ends: datetime
    """When the day is over there: midnight, Pacific time."""

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.used / self.cap))


_CAPS = f"""
SELECT DISTINCT ON (g.brand) g.id AS registration_id, g.name, g.t_mobile_per_day AS cap,
  coalesce(d.permits, 0)::int AS used,
  (date_trunc('day', p2p_now() AT TIME ZONE 'America/Los_Angeles') + interval '1 day')
    AT TIME ZONE 'America/Los_Angeles' AS ends
FROM registration g LEFT JOIN pacing_bucket d ON d.name = {lanes.DAY_NAME}
WHERE g.organization_id = %(org)s AND g.brand <> '' AND g.state = 'active'
ORDER BY g.brand, g.t_mobile_per_day, g.id"""


def caps(organization_id: int) -> list[Cap]:
    """The day's share of each brand that is registered."""
    return [Cap(**row) for row in _rows(_CAPS, {"org": organization_id})]


@dataclass(frozen=True, slots=True)
class Running:
    """A campaign that is under way."""

    id: int
    name: str
    status: str
    sums: Sums
    contacts: int
    outlook: Outlook | None
    """How a text that is asked for now would fare; None while it is paused, or another one is chosen."""

    @property
    def reply_rate(self) -> tuple[int, int, float, float]:
        """Who wrote back, of how many whose first text certainly left, with its 95% interval."""
        seen = (self.sums.replied_to_sent, self.sums.sent)
        return (*seen, *wilson(*seen))

    @property
    def held_back(self) -> str:
        """Why no text leaves just now; empty where they do. Volunteers read the same, and whom to tell."""
        words = self.outlook.words if self.outlook is not None else ""
        return words.removesuffix(" Tell your organizer.")

    @property
    def not_texted(self) -> int:
        sums = self.sums
        return self.contacts - sums.on_the_way - sums.sent - sums.unknown - sums.ended


def running(organization_id: int, chosen: int | None = None) -> list[Running]:
    """Campaigns under way, those that run first, then those that are paused.

    With one chosen, how a text would fare is asked for that one alone.
    """
    rows = _rows(
        f"""SELECT id, name, status FROM campaign
            WHERE organization_id = %(org)s AND NOT is_tests AND status IN ('running', 'paused')
            ORDER BY status DESC, launched_at DESC NULLS LAST, id DESC LIMIT {MOST_CAMPAIGNS}""",
        {"org": organization_id},
    )
    sums = reading.of_organization(organization_id)
    contacts = reading.contacts_of_organization(organization_id)
    outlooks = pacing.outlooks(
        [row["id"] for row in rows if row["status"] == "running" and chosen in (None, row["id"])]
    )
    return [
        Running(
            row["id"],
            row["name"],
            row["status"],
            sums.get(row["id"], Sums()),
            contacts.get(row["id"], 0),
            outlooks.get(row["id"]),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Now:
    """The whole page at one moment."""

    at: datetime
    presses: Presses
    leaving: Leaving
    waiting: Waiting
    people: People
    halted: str | None
    caps: list[Cap]
    campaigns: list[Running]
    counted_at: datetime | None
    """Until when the campaigns' sums are counted; None before that is so for the first time."""


def read(organization_id: int, campaign_id: int | None) -> Now:
    """Everything there is to see."""
    counted_at = reading.fresh()
    pressing = pressed(organization_id, campaign_id)
    return Now(
        pressing.at,
        pressing,
        leaving(organization_id, campaign_id),
        who_waits.of(organization_id, campaign_id),
        people(organization_id),
        breakers.halted(),
        caps(organization_id),
        running(organization_id, campaign_id),
        counted_at,
    )


def anything_runs(organization_id: int) -> bool:
    """Whether a campaign of the organization runs."""
    return bool(
        _rows(
            """SELECT 1 FROM campaign WHERE organization_id = %(org)s AND status = 'running'
               AND NOT is_tests LIMIT 1""",
            {"org": organization_id},
        )
    )
