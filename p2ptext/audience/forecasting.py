"""What would happen if a list came in: counted before anything happens, by the rules of importing.py."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from psycopg import sql

from p2ptext.audience import findings, queries, staying_out
from p2ptext.audience.columns import value_sql
from p2ptext.audience.findings import Finding
from p2ptext.audience.longest import Longest, Measures, People, measure, signing_names
from p2ptext.audience.models import ContactImport
from p2ptext.background import settings
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor
from p2ptext.rules.states import state_code
from p2ptext.rules.zone_words import zone_words

_MOST_ZONES, _MOST_STATES = 8, 10
_MOST_KINDS = 10_000
"""Different zones and spellings of states that are looked at."""
_FATES = ("same_person", "household", "already_here", "suppressed")
_EVIDENCE = {
    "timezone": "Time zone in the list",
    "zip": "ZIP code",
    "county": "County",
    "state": "State",
    "area_code": "Area code",
    "territory": "Where the campaign is",
    "nothing": "Nothing",
}


@contextmanager
def _planned_for_many() -> Iterator[None]:
    """The rows were written a moment ago: let the database plan for as many as they are.

    Its statistics may still know nothing of them, for only a table's owner may renew them; to look a
    million phones up one by one would take minutes, and to sort them on disk too long as well.
    """
    opened = cursor()
    opened.execute("SET LOCAL default_statistics_target = 10")
    opened.execute("ANALYZE incoming_row (import_id, line, phone_hash)")
    opened.execute("SET LOCAL work_mem = '64MB'")
    opened.execute("SET LOCAL enable_nestloop = off")
    yield
    for name in ("default_statistics_target", "work_mem", "enable_nestloop"):
        opened.execute(f"SET LOCAL {name} TO DEFAULT")


def forecast(row: ContactImport, campaign: Campaign) -> dict[str, Any]:
    """How many of the staged rows would become contacts, why the others would not, where those people
    live, and what the longest text to one of them is. Ready to be kept as JSON."""
    with _planned_for_many():
        fates, recent = _tell_fates(row)
        places = _places(row)
        measures = _measures(row, campaign)
    good = places.evidence.total()
    days = settings().texted_recently_days
    return {
        "good": good,
        "refused": [asdict(reason) for reason in queries.reasons(row.id)],
        **{fate: fates.get(fate, 0) for fate in _FATES},
        "recent": {"days": days, "count": recent},
        "no_zone": places.evidence["nothing"],
        "zones": _shares(places.zones, _MOST_ZONES),
        "states": _states(places.states, good),
        "evidence": [
            {"label": words, "count": places.evidence[source]}
            for source, words in _EVIDENCE.items()
            if places.evidence[source]
        ],
        "longest": _as_json(measures.longest),
        "no_message": not _texts(campaign),
        "blank": [{"field": name, "count": count} for name, count in measures.blank.items()],
    }


def stands_against(row: ContactImport, campaign: Campaign) -> list[Finding]:
    """What would put cards that cannot be sent into the hands of volunteers, if the list came in now."""
    with _planned_for_many():
        _tell_fates(row)
        measures = _measures(row, campaign)
        blank = [
            findings.blank_value(name, count, _lines_without(row, name))
            for name, count in measures.blank.items()
        ]
    return blank + findings.too_long(measures.longest)


# Rows of phones that are twice in the list, or known: suppressed, in the campaign, texted recently.
_STRIKING = """
CREATE TEMPORARY TABLE striking ON COMMIT DROP AS
WITH shared AS MATERIALIZED (
  SELECT phone_hash, min(line) AS first FROM incoming_row
  WHERE import_id = %(import)s GROUP BY phone_hash HAVING count(*) > 1
), since AS MATERIALIZED (
  SELECT p2p_now() - make_interval(days => %(days)s) AS moment
), here AS MATERIALIZED (
  SELECT recipient_id FROM contact WHERE campaign_id = %(campaign)s
), known AS MATERIALIZED (
  SELECT r.phone_hash, r.last_texted_at >= (SELECT moment FROM since) AS recent,
         CASE WHEN {stays_out} THEN 'suppressed'
              WHEN h.recipient_id IS NOT NULL THEN 'already_here' END AS fate
  FROM recipient r
  LEFT JOIN here h ON h.recipient_id = r.id
  WHERE r.organization_id = %(org)s
    AND ({stays_out} OR h.recipient_id IS NOT NULL
         OR r.last_texted_at >= (SELECT moment FROM since))
)
SELECT i.line, i.person_key, s.first, k.fate, k.recent
FROM incoming_row i
LEFT JOIN shared s ON s.phone_hash = i.phone_hash
LEFT JOIN known k ON k.phone_hash = i.phone_hash
WHERE i.import_id = %(import)s AND (s.phone_hash IS NOT NULL OR k.phone_hash IS NOT NULL)
"""
# The first row of a phone has the fate of the phone, the later ones are its duplicates.
_NOT_GOOD = """
CREATE TEMPORARY TABLE not_good ON COMMIT DROP AS
SELECT line, fate FROM striking WHERE fate IS NOT NULL AND (first IS NULL OR first = line)
UNION ALL
SELECT later.line, CASE WHEN later.person_key IN ('', first.person_key) OR first.person_key = ''
                        THEN 'same_person' ELSE 'household' END
FROM striking later JOIN striking first ON first.line = later.first
WHERE later.line > later.first
"""


_COUNT_RECENT = """
SELECT count(*) FROM striking s
WHERE s.recent AND NOT EXISTS (SELECT 1 FROM not_good n WHERE n.line = s.line)
"""


def _tell_fates(row: ContactImport) -> tuple[dict[str, int], int]:
    """Put the rows that would not become contacts into the temporary table not_good.

    Returns how many there are of each fate, and how many of the others were texted recently.
    """
    opened = cursor()
    values = {
        "import": row.id,
        "campaign": row.campaign_id,
        "org": row.organization_id,
        "days": settings().texted_recently_days,
    }
    striking = _STRIKING.format(stays_out=staying_out.condition(row))
    for table, statement in (("striking", striking), ("not_good", _NOT_GOOD)):
        opened.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        opened.execute(statement, values)
        opened.execute(f"ANALYZE {table}")
    fates = dict(opened.execute("SELECT fate, count(*) FROM not_good GROUP BY fate").fetchall())
    (recent,) = opened.execute(_COUNT_RECENT).fetchone() or (0,)
    return fates, recent


def _good_rows(row: ContactImport) -> People:
    """The staged rows that would become contacts, as far as `_tell_fates` found."""
    rows = sql.SQL(
        "SELECT i.line AS key, NULL::bigint AS contact_id, i.line, i.fields FROM incoming_row i"
        " WHERE i.import_id = {} AND NOT EXISTS (SELECT 1 FROM not_good n WHERE n.line = i.line)"
    ).format(row.id)
    return People(rows, [name for name in row.column_map if name != "phone"])


def _measures(row: ContactImport, campaign: Campaign) -> Measures:
    names = signing_names(campaign.organization_id)
    return measure(_good_rows(row), _texts(campaign), names, plain=campaign.plain_typography)


def _texts(campaign: Campaign) -> list[str]:
    """The first messages: anybody new may get any of them."""
    return [text for text in writing.document_of(campaign)["first"] if text]


def _lines_without(row: ContactImport, name: str) -> list[str]:
    people = _good_rows(row)
    rows = cursor().execute(
        sql.SQL("SELECT c.line FROM ({}) AS c WHERE {} IS NULL ORDER BY c.line LIMIT {}").format(
            people.rows, value_sql(name, people.columns), findings.MOST_SAMPLES
        )
    )
    return [f"line {line} of {row.file_name}" for (line,) in rows]


# The places first, however many different values there are in a column of states.
_PLACES = """
SELECT zones, zone_evidence, state, count(*), GROUPING(state) = 1 FROM (
  SELECT i.zones, i.zone_evidence, i.fields->>'state' AS state FROM incoming_row i
  WHERE i.import_id = %(import)s AND NOT EXISTS (SELECT 1 FROM not_good n WHERE n.line = i.line)
) AS good
GROUP BY GROUPING SETS ((zones, zone_evidence), (state))
ORDER BY GROUPING(state) DESC, count(*) DESC LIMIT %(most)s
"""


@dataclass(slots=True)
class _Places:
    """How many good rows there are by their zones in words, by what says so, and by state."""

    zones: Counter[str] = field(default_factory=Counter)
    evidence: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    """By the letters of the state, and "" for those with none."""


def _places(row: ContactImport) -> _Places:
    found = _Places()
    values = {"import": row.id, "most": _MOST_KINDS}
    for names, source, written, count, of_zones in cursor().execute(_PLACES, values):
        if of_zones:
            found.zones[zone_words(names)] += count
            found.evidence[source] += count
        elif written is None:
            found.states[""] += count
        elif code := state_code(written):
            found.states[code] += count
    return found


def _states(counts: Counter[str], good: int) -> list[dict[str, Any]]:
    """The people by state; none if the list says nothing of states."""
    known = Counter({code: count for code, count in counts.items() if code})
    if not known:
        return []
    shares = _shares(known, _MOST_STATES, good - counts.total())
    return shares + ([{"label": "Not given", "count": counts[""]}] if counts[""] else [])


def _shares(counts: Counter[str], most: int, others: int = 0) -> list[dict[str, Any]]:
    """The largest counts, the largest first, and all others together."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = ranked[:most], others + sum(count for _, count in ranked[most:])
    return [{"label": label, "count": count} for label, count in shown] + (
        [{"label": "Others", "count": rest}] if rest else []
    )


def _as_json(longest: Longest | None) -> dict[str, Any] | None:
    if longest is None:
        return None
    return {
        "line": longest.line,
        "text": longest.text,
        "segments": longest.count.segments,
        "encoding": longest.count.encoding,
        "units": longest.count.units,
    }
