"""What one volunteer did, by campaign and by day: for themselves, counted from the rows each time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from p2ptext.extensions import cursor
from p2ptext.rules import intents
from p2ptext.texting.presence import SHIFT_GAP_MIN

# Four hours behind New York: there every texting hour of the United States and Canada, from Newfoundland's
# morning to Hawaii's evening, falls on the day it has on the clock of whoever was texted.
_DAY = "({moment} AT TIME ZONE 'America/New_York' - interval '4 hours')::date"
_LEFT = "('cancelled', 'expired', 'blocked', 'not_sent')"
MOST_READ = 20_000
"""Texts looked through for thanks, the latest first."""
_MAY_BE_THANKS = "thank|thx|tysm|apprec|gracias|merci|obrigad|bless|bendiga"
"""The database leaves out what cannot be thanks, so that the rules read little."""


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in one campaign on one day, or in several."""

    sent: int = 0
    """First texts that left or are about to."""
    answered: int = 0
    """Answers to people who wrote back."""
    opted_out: int = 0
    """People who got no more texts from then on, by their own words or by the volunteer's press."""
    thanks: int = 0
    """People who said thanks."""
    seconds: int = 0
    """Time at work: between one text and the next, where that is at most a quarter of an hour."""

    def __add__(self, other: "Work") -> "Work":
        return Work(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Work)))

    @property
    def time(self) -> str:
        """Such as "2 h 05 min"."""
        minutes = round(self.seconds / 60)
        return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign on one day."""

    campaign_id: int
    campaign: str
    day: date
    work: Work


_CLICKS = f"""
WITH mine AS MATERIALIZED (
  SELECT k.id, c.campaign_id, {_DAY.format(moment="k.received_at")} AS day,
    k.received_at - lag(k.received_at) OVER (ORDER BY k.received_at, k.id) AS gap
  FROM click k JOIN contact c ON c.id = k.contact_id
  WHERE k.person_id = %(person)s AND k.organization_id = %(org)s
)
SELECT k.campaign_id, k.day,
  count(*) FILTER (WHERE m.kind = 'first')::int, count(*) FILTER (WHERE m.kind = 'reply')::int,
  coalesce(sum(EXTRACT(epoch FROM k.gap)) FILTER (WHERE k.gap <= interval '{SHIFT_GAP_MIN} minutes'), 0)
    ::int
FROM mine k LEFT JOIN message m ON m.click_id = k.id AND m.state NOT IN {_LEFT}
GROUP BY 1, 2
"""
# Whoever stopped in two campaigns of theirs counts once, in the later one.
_STOPS = f"""
SELECT campaign_id, day, count(*)::int FROM (
  SELECT DISTINCT ON (e.id) t.campaign_id, {_DAY.format(moment="e.at")} AS day
  FROM conversation t
  JOIN suppression_event e ON e.recipient_id = t.recipient_id AND e.action = 'added'
    AND e.organization_id = %(org)s AND (e.person_id IS NULL OR e.person_id = %(person)s)
  WHERE t.organization_id = %(org)s AND t.person_id = %(person)s AND e.at >= t.created_at
  ORDER BY e.id, t.id DESC
) AS stops GROUP BY 1, 2
"""
_SAID = f"""
SELECT t.id, t.campaign_id, {_DAY.format(moment="i.received_at")} AS day, i.text
FROM conversation t JOIN inbound_text i ON i.conversation_id = t.id
WHERE t.organization_id = %(org)s AND t.person_id = %(person)s AND i.kind = 'text' AND NOT i.abusive
  AND i.text ~* %(hints)s
ORDER BY i.id DESC LIMIT {MOST_READ}
"""


def of(organization_id: int, person_id: int) -> list[Line]:
    """Everything this person did in the organization, the latest day first, then by campaign.

    Texts to try out, on their own phone, are not counted.
    """
    values = {"org": organization_id, "person": person_id, "hints": _MAY_BE_THANKS}
    sql = cursor()
    found: defaultdict[tuple[int, date], Work] = defaultdict(Work)
    for campaign_id, day, sent, answered, seconds in sql.execute(_CLICKS, values).fetchall():
        found[campaign_id, day] += Work(sent, answered, seconds=seconds)
    for campaign_id, day, people in sql.execute(_STOPS, values).fetchall():
        found[campaign_id, day] += Work(opted_out=people)
    for campaign_id, day in _thanks(sql.execute(_SAID, values).fetchall()):
        found[campaign_id, day] += Work(thanks=1)
    sql.execute("SELECT id, name FROM campaign WHERE organization_id = %(org)s AND NOT is_tests", values)
    names = dict(sql.fetchall())
    lines = [
        Line(campaign_id, names[campaign_id], day, work)
        for (campaign_id, day), work in found.items()
        if campaign_id in names
    ]
    return sorted(lines, key=lambda line: (-line.day.toordinal(), line.campaign, line.campaign_id))


def _thanks(said: Iterable[tuple[int, int, date, str]]) -> list[tuple[int, date]]:
    """Campaign and day of everybody's last thanks."""
    thankful: dict[int, tuple[int, date]] = {}
    for talk, campaign_id, day, words in said:
        if talk not in thankful and "thanks" in intents.read(words):
            thankful[talk] = campaign_id, day
    return list(thankful.values())


def together(lines: Iterable[Line]) -> Work:
    """The sum."""
    return sum((line.work for line in lines), Work())


def by_campaign(lines: list[Line]) -> list[tuple[str, Work]]:
    """Sums of campaigns, the one with the latest work first."""
    sums: dict[int, tuple[str, Work]] = {}
    for line in lines:
        name, work = sums.get(line.campaign_id, (line.campaign, Work()))
        sums[line.campaign_id] = name, work + line.work
    return list(sums.values())


def by_day(lines: list[Line]) -> list[tuple[date, Work]]:
    """Sums of days, the latest first."""
    sums: dict[date, Work] = {}
    for line in lines:
        sums[line.day] = sums.get(line.day, Work()) + line.work
    return list(sums.items())
