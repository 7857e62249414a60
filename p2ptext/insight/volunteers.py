"""Each volunteer's part of a campaign, beside what chance alone would make of it.

Not a ranking: volunteers have different lists and hours. Limits say who is out of the ordinary, and
everybody inside of them is alike as far as anybody can tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from p2ptext.counting.reading import Reading, Sums
from p2ptext.extensions import cursor
from p2ptext.insight.queries import Share, share
from p2ptext.insight.rates import Line, together
from p2ptext.rules.stats_limits import funnel_limits, overdispersion, side

LEAST = 50
"""Texts below which nothing is said about anybody."""
INNER, OUTER = 0.95, 0.998
"""Of volunteers who are like all others, 19 of 20 lie inside the inner limits, all but 1 in 500 inside the
outer ones."""
PAUSE_MIN = 15
"""A longer gap between two presses is not counted as time at work."""
LATEST = 50
"""Presses of first texts that the pace is read from."""
_LOOKED_AT = 200
"""Among so many of their latest presses."""
ANSWERS = 50
"""Answers that the time to answer is read from."""
_LEAST_ANSWERS = 5
_POINTS = 24
MOST = 100
"""Volunteers shown on a page; the file has all."""


@dataclass(frozen=True, slots=True)
class Volunteer(Line):
    """One person's part, in texts: of two rounds to one person each counts. The key is their id."""

    waiting: int
    """Conversations that wait for them now, whoever sent the first text."""
    per_hour: float | None = None
    """First texts an hour at work, of the latest ones; None where they are too few."""
    answer_s: float | None = None
    """The median time from somebody's writing to the answer, of the latest ones, in seconds."""

    @property
    def person_id(self) -> int:
        return int(self.key)


@dataclass(frozen=True, slots=True)
class Funnel:
    """All volunteers beside the limits, by one measure."""

    measure: str
    """`replied` or `opted_out`."""
    whole: Share
    """Of all texts."""
    spread: float
    """By what the variance between volunteers is greater than chance makes it; the limits are wider by its
    root."""

    def of(self, line: Line) -> Share:
        """Where a volunteer lies."""
        return line.reply_rate if self.measure == "replied" else line.opt_out_rate

    def limits(self, n: int, level: float) -> tuple[float, float]:
        """Between which shares somebody with `n` texts lies who is like all others."""
        return funnel_limits(self._share, n, level, self.spread)

    def side(self, line: Line) -> str:
        """Where a volunteer lies beside the outer limits: low, inside, high; or few, where nobody can say."""
        mine = self.of(line)
        if mine.n < LEAST:
            return "few"
        return side(mine.successes, mine.n, self._share, OUTER, self.spread)

    @property
    def _share(self) -> float:
        return self.whole.successes / self.whole.n if self.whole.n else 0.0


def funnel(lines: Sequence[Line], measure: str) -> Funnel:
    """The limits that all volunteers together give."""
    sums = together(line.sums for line in lines)
    counted = {
        "replied": (sums.replied_to_sent, [(one.sums.replied_to_sent, one.sent) for one in lines]),
        "opted_out": (sums.opted_out_of_sent, [(one.sums.opted_out_of_sent, one.sent) for one in lines]),
    }
    successes, parts = counted[measure]
    spread = overdispersion(parts, successes / sums.sent) if sums.sent else 1.0
    return Funnel(measure, share(successes, sums.sent), spread)


def volunteers(organization_id: int, campaign_id: int, counted: Reading) -> list[Volunteer]:
    """Who texted, or has somebody waiting for them, by name; `timed` says how fast they are."""
    sums = {int(key): one for key, one in counted.by("person").items() if key}
    sql = cursor()
    sql.execute(_WAITING, {"org": organization_id, "campaign": campaign_id})
    waiting: Mapping[int, int] = dict(sql.fetchall())
    people = sorted(sums.keys() | waiting.keys())
    sql.execute(_NAMES, {"people": people})
    names = dict(sql.fetchall())
    found = [
        Volunteer(str(id_), names[id_], sums.get(id_, Sums()), waiting.get(id_, 0)) for id_ in people
    ]
    return sorted(found, key=lambda one: (one.label.casefold(), one.person_id))


def busiest(people: Sequence[Volunteer]) -> list[Volunteer]:
    """The MOST who texted most, in their old order."""
    most = sorted(people, key=lambda one: (-one.sums.texts, one.person_id))[:MOST]
    chosen = {one.person_id for one in most}
    return [one for one in people if one.person_id in chosen]


def timed(organization_id: int, people: Sequence[Volunteer]) -> list[Volunteer]:
    """The same, with how many texts an hour each sends and how long people wait for their answers."""
    values = {"org": organization_id, "people": [one.person_id for one in people]}
    sql = cursor()
    sql.execute(_PACE, values, prepare=False)
    pace = dict(sql.fetchall())
    sql.execute(_ANSWER_TIMES, values, prepare=False)
    answer_s = dict(sql.fetchall())
    return [
        replace(one, per_hour=pace.get(one.person_id), answer_s=answer_s.get(one.person_id))
        for one in people
    ]


_NAMES = "SELECT id, name FROM person WHERE id = ANY(%(people)s)"
_WAITING = """
SELECT person_id, count(*) FROM conversation
WHERE organization_id = %(org)s AND campaign_id = %(campaign)s AND waiting_since IS NOT NULL
  AND person_id IS NOT NULL GROUP BY person_id
"""
# By the index of a person's clicks, the latest first; whatever the campaign: how fast somebody texts does not
# hang on it. Whoever has only answered for long is not looked through to the beginning.
_PACE = f"""
SELECT p.id, 3600 * count(gap) / sum(EXTRACT(epoch FROM gap))::float8
FROM unnest(%(people)s::int[]) AS p (id)
CROSS JOIN LATERAL (
  SELECT received_at - lag(received_at) OVER (ORDER BY id) AS gap FROM (
    SELECT k.id, k.received_at FROM (
      SELECT * FROM click WHERE person_id = p.id ORDER BY id DESC LIMIT {_LOOKED_AT}) k
    WHERE k.organization_id = %(org)s AND k.kind = 'first'
    ORDER BY k.id DESC LIMIT {LATEST}) latest
) gaps
WHERE gap <= interval '{PAUSE_MIN} minutes'
GROUP BY p.id HAVING count(gap) >= 10 AND sum(gap) > interval '0'
"""
_ANSWER_TIMES = f"""
SELECT p.id, EXTRACT(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY took))::float8
FROM unnest(%(people)s::int[]) AS p (id)
CROSS JOIN LATERAL (
  SELECT m.created_at - m.waited_since AS took FROM message m
  WHERE m.person_id = p.id AND m.organization_id = %(org)s AND m.waited_since IS NOT NULL
  ORDER BY m.id DESC LIMIT {ANSWERS}) answers
GROUP BY p.id HAVING count(*) >= {_LEAST_ANSWERS}
"""


Limits = tuple[int, float, float, float, float]
"""At so many texts: the inner limits, then the outer ones."""


def limits_at(found: Funnel, most: int) -> list[Limits]:
    """The limits from LEAST texts up to `most`, closer together where they bend."""
    places = {max(LEAST, round(most * (place / _POINTS) ** 2)) for place in range(1, _POINTS + 1)}
    return [(n, *found.limits(n, INNER), *found.limits(n, OUTER)) for n in sorted(places)]


def time_words(seconds: float) -> str:
    """Such as "40 s", "3 min", "2 h 05 min"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"
