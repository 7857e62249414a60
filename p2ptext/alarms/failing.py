"""What became of each number's latest texts, for the page that shows it by carrier and code."""

from dataclasses import dataclass
from itertools import groupby

from p2ptext.alarms import watch_numbers, wording
from p2ptext.campaigns.numbers import pretty
from p2ptext.rules import alarm_levels
from p2ptext.rules.stats import wilson
from p2ptext.texting import number_failures
from p2ptext.texting.queries import REASONS


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with the ends of its 95% interval (Wilson), each between 0 and 1."""

    successes: int
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Way:
    """One carrier's code on texts from one number."""

    carrier: str
    code: str
    words: str
    of_number: bool
    """Whether it speaks of the number, and not of the person's phone."""
    share: Share
    """Of the number's texts to this carrier, and of those whose carrier no receipt has named."""
    too_many: bool


@dataclass(frozen=True, slots=True)
class Number:
    """One number and its latest texts."""

    id: int
    phone: str
    texts: int
    of_number: Share
    """Those that failed for a reason that speaks of the number."""
    ways: list[Way]
    """The failures, by carrier."""


def numbers(organization_id: int, percent: float) -> list[Number]:
    """Every number that has sent, with what failed."""
    found = number_failures.latest(organization_id)
    made = []
    for number_id, of_number in groupby(found, key=lambda one: one.number_id):
        ended = list(of_number)
        failed, texts = watch_numbers.tally(ended)
        made.append(
            Number(
                number_id,
                pretty(ended[0].phone),
                texts,
                Share(failed, texts, *wilson(failed, texts)),
                [_way(one, percent) for one in watch_numbers.ways(ended)],
            )
        )
    return made


def _way(way: watch_numbers.Way, percent: float) -> Way:
    return Way(
        wording.network(way.network),
        str(way.code) if way.code else "",
        REASONS.get(way.reason or "", "The phone company does not say why."),
        alarm_levels.speaks_of_number(way.reason),
        Share(way.failed, way.of, *wilson(way.failed, way.of)),
        alarm_levels.above(way.failed, way.of, percent) is not None,
    )
