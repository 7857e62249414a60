"""Which wording of a text does better, said only where it can be said.

People get their wording by chance, one a round, so texts of a round are people, and what differs between
its wordings is the words. Wordings of different rounds or languages went to different people: those are
never compared.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from p2ptext.campaigns.models import Campaign
from p2ptext.counting.reading import Reading, Sums
from p2ptext.extensions import cursor
from p2ptext.insight.queries import Share
from p2ptext.rules import stats
from p2ptext.rules.languages import NAMES
from p2ptext.rules.stats_decision import (
    LEAST_CONTACTS,
    LEAST_SUCCESSES,
    Decision,
    ahead,
    decide,
    guardrail,
)

SMALLEST = 0.02
"""The smallest difference that is looked for: two points of the reply rate, or of the goal's."""
MOST_OPT_OUTS = 0.01
"""A wording may cost a point more opt-outs before anybody needs to think about it."""
INTERVAL = "beta-binomial"
"""How the ends of a wording's shares are found; all other pages have Wilson's."""
EVERY_LOOK = "This range holds however often somebody looks, so it is wider than one of a single look."
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a round's text, in texts; each is another person."""

    letter: str
    key: str
    text: str
    """As written, with its fields; empty where no script has it any more."""
    sums: Sums
    replied: Share
    opted_out: Share
    goal: Share

    @property
    def sent(self) -> int:
        return self.sums.sent


def _share(successes: int, n: int) -> Share:
    known = stats.posterior(successes, n)
    return Share(successes, n, known.low, known.high)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of a contest, by one measure."""

    measure: str
    """`replied` or `goal`."""
    decision: Decision
    leader: Wording
    second: Wording
    wordings: Sequence[Wording]
    """All that are compared."""
    gone: Sequence[Wording]
    """Those of them that the script in use does not have: nobody gets one any more."""
    left: int | None
    """Contacts who may still get one of them; None where nobody can say."""

    @property
    def title(self) -> str:
        gets = "gets more replies" if self.measure == "replied" else "brings more people to the goal"
        return {
            "winner": f"{self.leader.letter} {gets}",
            "no_difference": "No difference that matters",
            "not_enough": "Not enough yet",
        }[self.decision.verdict]

    @property
    def said(self) -> str:
        """What is seen, with the one range that holds at every look; of too few, only that they are."""
        decision = self.decision
        shares = [self._share(one) for one in self.wordings]
        counted = sum(share.successes for share in shares)
        if min(share.n for share in shares) < LEAST_CONTACTS or counted < LEAST_SUCCESSES:
            return decision.reason
        first, second = self._share(self.leader), self._share(self.second)
        seen = points(first.successes / first.n - second.successes / second.n)
        what = {"replied": "replies", "goal": "people at the goal"}[self.measure]
        if seen == "0":
            one, other = sorted((self.leader.letter, self.second.letter))
            most = points(max(-decision.low, decision.high))
            told = f"{one} and {other} bring as many {what} so far; "
            told += f"either may truly be up to {most} points ahead"
        else:
            leads, behind = self.leader.letter, self.second.letter
            told = f"{leads} brings {seen} points more {what} than {behind} so far; "
            told += f"truly {points(decision.low)} to {points(decision.high)} points more"
            told += f", where below 0 {behind} brings more" if decision.low < 0 else ""
        return f"{self._opening}{told}. {EVERY_LOOK}"

    @property
    def _opening(self) -> str:
        if self.decision.verdict == "no_difference":
            return f"{self.decision.reason} "
        if self.decision.verdict == "winner":
            return ""
        # Ahead of the second, and not yet of one with fewer texts.
        return "This may still be luck. " if self.decision.low <= 0 else "Not yet ahead of all. "

    def _share(self, wording: Wording) -> Share:
        found: Share = getattr(wording, self.measure)
        return found

    @property
    def more(self) -> str:
        """How many texts it would take, in words; empty where it is decided."""
        if self.decision.verdict != "not_enough":
            return ""
        if self.gone:
            letters = " and ".join(one.letter for one in self.gone)
            words = "is not in the script any more and gets" if len(self.gone) == 1 else ""
            words = words or "are not in the script any more and get"
            return f"{letters} {words} no more texts: this may stay undecided."
        planned, seen = self.decision.more_for_smallest, self.decision.more_as_seen
        words = self._lacking
        words += f"To see a difference of {points(SMALLEST)} points, each needs about " + _many(planned)
        if seen is not None and planned is not None and seen < planned:
            words += f" If the difference is truly as large as it looks now, about {round_up(seen):,}."
        return words + self._too_few_left

    @property
    def _lacking(self) -> str:
        """Such as "A lacks 11 more, B 90. "."""
        lacking = [one for one in self.wordings if one.sent < LEAST_CONTACTS]
        if not lacking:
            return ""
        first, *others = (f"{one.letter} lacks {LEAST_CONTACTS - one.sent} more" for one in lacking)
        rest = "".join(f", {words.replace(' lacks', '').removesuffix(' more')}" for words in others)
        return f"{first}{rest}. "

    @property
    def _too_few_left(self) -> str:
        """Said where even the fewest texts that may decide it are more than the campaign has left."""
        known = [
            one
            for one in (self.decision.more_for_smallest, self.decision.more_as_seen)
            if one is not None
        ]
        if self.left is None or (known and self.left >= min(known) * len(self.wordings)):
            return ""
        left = "Nobody is" if not self.left else f"Only {self.left:,} {_are(self.left)}"
        return f" {left} left to be texted: this campaign cannot decide it."


def _are(contacts: int) -> str:
    return "contact is" if contacts == 1 else "contacts are"


def _many(texts: int | None) -> str:
    return "millions of texts more." if texts is None else f"{round_up(texts):,} more texts."


def round_up(number: int) -> int:
    """To two digits: nobody knows it better."""
    step: int = 10 ** max(0, len(str(number)) - 2)
    return -(-number // step) * step


def points(part: float) -> str:
    """A share as points, with one digit where it needs it and a true minus sign."""
    return f"{100 * part:.1f}".removesuffix(".0").replace("-", "−")


@dataclass(frozen=True, slots=True)
class TooManyOptOuts:
    """A wording after which clearly more people opt out than after the others."""

    wording: Wording
    others: Share
    low: float
    """How many more of its people opt out, at least; as a part of them, and at every look."""
    high: float
    """The same, at most."""


@dataclass(frozen=True, slots=True)
class Contest:
    """The wordings of one round in one language, and what can be said of them."""

    round: int
    language: str
    """In words; empty for the main language, or where there is no other."""
    wordings: list[Wording]
    verdicts: list[Verdict]
    left_out: list[Wording]
    """Those that are not compared: the script in use does not have them, and too few were texted."""
    warnings: list[TooManyOptOuts]
    apart: bool
    """Whether they were not all in use at the same time, so that part of a difference may be the time."""

    @property
    def leads_and_warned(self) -> bool:
        """Whether the winner is one of those that are warned of."""
        winners = {one.leader.key for one in self.verdicts if one.decision.verdict == "winner"}
        return any(one.wording.key in winners for one in self.warnings)


@dataclass(frozen=True, slots=True)
class _Written:
    """A wording as scripts have it."""

    text: str
    language: str | None
    versions: frozenset[int]


def contests(campaign: Campaign, counted: Reading) -> list[Contest]:
    """The wordings that were texted, by rounds and languages; each alone where there was no other."""
    written = _written(campaign)
    groups: defaultdict[tuple[int, str], list[tuple[str, Sums]]] = defaultdict(list)
    for key, sums in counted.by("wording").items():
        if sums.texts:
            known = written.get(key)
            groups[_round(key), (known.language or "") if known else ""].append((key, sums))
    in_use = _versions_in_use(campaign, counted) if groups else set()
    return [
        _contest(
            round_,
            language,
            group,
            written,
            in_use,
            campaign.script_version_id,
            bool(campaign.goal_step_key),
            # How many a later round will have is for a manager to say.
            counted.not_texted if round_ == 1 else None,
        )
        for (round_, language), group in sorted(groups.items())
    ]


def _round(key: str) -> int:
    return int(key.partition(":")[0])


def _contest(
    round_: int,
    language: str,
    group: Iterable[tuple[str, Sums]],
    written: Mapping[str, _Written],
    in_use: set[int],
    script: int | None,
    has_goal: bool,
    left: int | None,
) -> Contest:
    nothing = _Written("", None, frozenset())
    of = {key: written.get(key, nothing) for key, _ in group}
    order = sorted(group, key=lambda one: (min(of[one[0]].versions, default=0), of[one[0]].text, one[0]))
    wordings = [_wording(place, key, of[key].text, sums) for place, (key, sums) in enumerate(order)]
    apart = len({of[key].versions & in_use for key, _ in order}) > 1
    measures = ("replied", "goal") if has_goal else ("replied",)
    several = len(wordings) > 1
    gone = [one for one in wordings if script not in of[one.key].versions]
    # A text that was put right after a few had it would else keep the others undecided for ever.
    left_out = [one for one in gone if one.sent < LEAST_CONTACTS] if several else []
    compared = [one for one in wordings if one not in left_out]
    return Contest(
        round_,
        NAMES.get(language, language),
        wordings,
        [_verdict(measure, compared, left, gone) for measure in measures] if len(compared) > 1 else [],
        left_out,
        [one for one in (_warning(each, wordings) for each in wordings) if one] if several else [],
        apart,
    )


def _wording(place: int, key: str, text: str, sums: Sums) -> Wording:
    letter = LETTERS[place % len(LETTERS)] * (place // len(LETTERS) + 1)
    of_sent = (sums.replied_to_sent, sums.opted_out_of_sent, sums.goal_of_sent)
    return Wording(letter, key, text, sums, *(_share(one, sums.sent) for one in of_sent))


def _verdict(
    measure: str, wordings: Sequence[Wording], left: int | None, gone: Sequence[Wording] = ()
) -> Verdict:
    shares: list[Share] = [getattr(one, measure) for one in wordings]
    decision = decide([(one.successes, one.n) for one in shares], SMALLEST)
    leader, second = wordings[decision.leader], wordings[decision.second]
    still = [one for one in wordings if one in gone]
    return Verdict(measure, decision, leader, second, wordings, still, left)


def _warning(wording: Wording, wordings: Sequence[Wording]) -> TooManyOptOuts | None:
    mine = wording.opted_out
    rest = [one.opted_out for one in wordings if one.key != wording.key]
    others = _share(sum(one.successes for one in rest), sum(one.n for one in rest))
    counts = (mine.successes, mine.n), (others.successes, others.n)
    if guardrail(*counts[0], *counts[1], MOST_OPT_OUTS, len(wordings)) != "worse":
        return None
    return TooManyOptOuts(wording, others, *ahead(*counts, MOST_OPT_OUTS, len(wordings)))


def _written(campaign: Campaign) -> dict[str, _Written]:
    """Every wording that a script of this campaign has had, by its key in the sums."""
    sql = cursor()
    # Only what first texts are made of: the questions of a long script are megabytes.
    sql.execute(
        """SELECT v.id, v.document -> 'first', v.document -> 'rounds',
             (SELECT jsonb_object_agg(l.key, jsonb_build_object('first', l.value -> 'first',
                                                                'rounds', l.value -> 'rounds'))
              FROM jsonb_each(v.document -> 'languages') l)
           FROM script_version v WHERE v.campaign_id = %s AND v.organization_id = %s ORDER BY v.id""",
        (campaign.id, campaign.organization_id),
    )
    texts: dict[str, tuple[str, str | None]] = {}
    versions: defaultdict[str, set[int]] = defaultdict(set)
    for version_id, first, rounds, languages in sql.fetchall():
        spoken = {None: {"first": first, "rounds": rounds}, **(languages or {})}
        for language, document in spoken.items():
            for round_, text in _texts(document):
                key = f"{round_}:{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}"
                # The same words in two languages count for the main one.
                texts.setdefault(key, (text, language))
                versions[key].add(version_id)
    return {key: _Written(*texts[key], frozenset(versions[key])) for key in texts}


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    yield from ((1, text) for text in document["first"] or ())
    for round_, texts in (document["rounds"] or {}).items():
        yield from ((int(round_), text) for text in texts)


def _versions_in_use(campaign: Campaign, counted: Reading) -> set[int]:
    """The scripts that were in use from the first text on."""
    hours = counted.by("time")
    if not hours:
        return set()
    end = datetime.fromisoformat(f"{min(hours)}:59:59+00:00")
    sql = cursor()
    sql.execute(
        """SELECT id FROM script_version WHERE campaign_id = %(campaign)s AND id >= coalesce((
             SELECT max(id) FROM script_version
             WHERE campaign_id = %(campaign)s AND created_at <= %(end)s), 0)""",
        {"campaign": campaign.id, "end": end},
    )
    return {row[0] for row in sql.fetchall()}


def words(campaign: Campaign, key: str) -> str:
    """One wording as it is written."""
    found = _written(campaign).get(key)
    return found.text if found else "Words of another script"
