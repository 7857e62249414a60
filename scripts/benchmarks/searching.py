"""How long a search of message review takes beside two million texts: words, filters, and both."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from urllib.parse import urlencode

from sqlalchemy import text

from p2ptext.extensions import db
from scripts.benchmarks import evening_script as script
from scripts.benchmarks import evening_words as words
from scripts.benchmarks import load
from scripts.benchmarks.evening import Evening
from scripts.benchmarks.measures import Row
from scripts.launcher.processes import Stack

BAR = "p95 300 ms"
PER_SECOND = 5

_VALUES = """
SELECT (SELECT t.person_id FROM conversation t WHERE t.campaign_id = :campaign
        GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS volunteer,
  (SELECT min(id) FROM tag WHERE organization_id = :org) AS tag,
  (SELECT min(id) FROM contact_import WHERE campaign_id = :campaign) AS list,
  (SELECT key FROM tally WHERE campaign_id = :campaign AND dimension = 'wording'
   ORDER BY texts DESC LIMIT 1) AS wording,
  to_char(p2p_now() - interval '3 days', 'YYYY-MM-DD') AS since"""


@dataclass(frozen=True)
class _Group:
    """Searches of one kind, which make one row."""

    what: str
    searches: Mapping[str, Mapping[str, object]]
    """The fields of an address, by what they are called here."""


def searching(stack: Stack, evening: Evening, each: int) -> list[Row]:
    """Every search so often, one after the other at a steady rate; a row tells of the slowest of its kind."""
    groups = _groups(evening)
    rows = []
    for group in groups:
        asked = {name: _request(evening, name, fields) for name, fields in group.searches.items()}
        load.run(stack.url, asked.values(), None)
        outcome = load.run(
            stack.url, chain.from_iterable(repeat(list(asked.values()), each)), PER_SECOND
        )
        slowest = max(asked, key=lambda name: outcome.of(name).percentile(0.95))
        told = ", ".join(f"{name} {outcome.of(name).percentile(0.95):.0f}" for name in asked)
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(outcome.statuses.items()))
        rows.append(
            Row(
                f"message review, {group.what}, {evening.contacts:,} people texted",
                f"p95 {outcome.of(slowest).percentile(0.95):.0f} ms",
                BAR,
                f"the slowest: {slowest}; p95 in ms: {told}; each {each} times ({statuses})",
            )
        )
    return rows


def _request(evening: Evening, name: str, fields: Mapping[str, object]) -> load.Request:
    path = f"/o/{evening.ground.slug}/review?{urlencode(fields)}"
    return load.Request(path, b"", {"Cookie": evening.organizer.cookie}, name, "GET")


def _groups(evening: Evening) -> list[_Group]:
    with evening.ground.app.app_context():
        found = db.session.execute(
            text(_VALUES), {"campaign": evening.campaign_id, "org": evening.ground.org_id}
        )
        value = found.mappings().one()
    campaign, answer = evening.campaign_id, f"{script.FIRST_STEP}:{script.ANSWER_KEYS['yes']}"
    filters: dict[str, dict[str, object]] = {
        "nothing": {},
        "campaign": {"campaign": campaign},
        "volunteer": {"volunteer": value["volunteer"]},
        "list": {"list": value["list"]},
        "wording": {"campaign": campaign, "variant": value["wording"]},
        "tag": {"tag": value["tag"]},
        "answer": {"campaign": campaign, "answer": answer},
        "failed": {"error": "failed"},
        "carrier code": {"error": "1210"},
        "unknown": {"error": "unknown"},
        "language": {"language": "main"},
        "waited": {"waited": 30},
        "since": {"since": value["since"]},
        "edited": {"edited": "yes"},
        "abusive": {"abusive": "yes"},
        "pictures": {"pictures": "yes"},
        "longest waiting first": {"sort": "waiting"},
    }
    for status in ("waiting", "open", "closed", "replied", "review", "opted_out", "crisis", "offered"):
        filters[status] = {"status": status}
    return [
        _Group(
            "words",
            {
                "a rare word": {"words": words.RARE},
                "a common word": {"words": words.COMMON},
                "the beginning of a word": {"words": f"{words.PREFIX}*"},
                "words in a row": {"words": f'"the {words.COMMON}"'},
                "two words": {"words": f"{words.COMMON} taxes"},
                "a word without another": {"words": f"{words.COMMON} -taxes"},
                "a word nobody wrote": {"words": "xylophone"},
                "a word of every answer": {"words": "thank"},
            },
        ),
        _Group("one filter", filters),
        _Group(
            "words and filters together",
            {
                "campaign, common word": {"campaign": campaign, "words": words.COMMON},
                "campaign, rare word": {"campaign": campaign, "words": words.RARE},
                "volunteer, answer, word": {
                    "campaign": campaign,
                    "volunteer": value["volunteer"],
                    "answer": answer,
                    "words": f"{words.PREFIX}*",
                },
                "failed, of a volunteer": {"error": "failed", "volunteer": value["volunteer"]},
                "tag, since": {"tag": value["tag"], "since": value["since"]},
                "waiting, word": {"status": "waiting", "words": words.COMMON},
                "closed, wording, list": {
                    "campaign": campaign,
                    "status": "closed",
                    "variant": value["wording"],
                    "list": value["list"],
                },
            },
        ),
    ]
