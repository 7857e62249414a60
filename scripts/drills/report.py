"""The drill's outcome in words and tables."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.drills import race_facts
from scripts.drills.arriving_checks import RECOVERY_S
from scripts.drills.evidence import Evidence
from scripts.drills.findings import Finding
from scripts.drills.invariants import INVARIANTS, NOT_LOOKED_AT

BEGIN, END = "<!-- drill -->", "<!-- /drill -->"
MOST_SHOWN = 5


@dataclass(frozen=True)
class Run:
    """One drill: its seed, how long it was under fire, and what was found."""

    seed: int
    minutes: float
    evidence: Evidence
    findings: Mapping[str, Finding]

    @property
    def breaches(self) -> int:
        return sum(len(finding.breaches) for finding in self.findings.values())


def in_words(run: Run) -> str:
    """Both tables, the notes and every breach, for a terminal."""
    sent = Counter(operation.result for operation in run.evidence.of("send"))
    lines = [
        f"Seed {run.seed}, {run.minutes:.1f} minutes under fire: {len(run.evidence.ledger)} texts taken, "
        f"{sent['ok']} sends acknowledged, {sent['fail']} refused, {sent['unknown']} unanswered, "
        f"{len(run.evidence.letters)} webhooks.",
        "",
        *_table(("fault", "times", "survived", "well again"), _faults(run.evidence)),
        "",
        *_table(("", "invariant", "checked", "breaches"), _invariants(run.findings)),
        "",
        *(f"{words}." for words in race_facts.in_words(run.evidence)),
        *(f"{name} is not looked at: {why}." for name, why in NOT_LOOKED_AT.items()),
    ]
    for name, finding in run.findings.items():
        lines += [f"{name}: {note}." for note in finding.notes]
        lines += [f"{name} BREACH: {breach}" for breach in finding.breaches[:MOST_SHOWN]]
        if len(finding.breaches) > MOST_SHOWN:
            lines.append(f"{name}: and {len(finding.breaches) - MOST_SHOWN} more")
    return "\n".join(lines)


def _faults(evidence: Evidence) -> list[tuple[str, ...]]:
    times: dict[str, list[float | None]] = defaultdict(list)
    for struck in evidence.struck:
        times[struck.name].append(struck.recovered_s)
    return [
        (
            name,
            str(len(took)),
            str(sum(one is not None and one <= RECOVERY_S for one in took)),
            f"{max(one if one is not None else float('inf') for one in took):.1f} s",
        )
        for name, took in sorted(times.items())
    ]


def _invariants(findings: Mapping[str, Finding]) -> list[tuple[str, ...]]:
    return [
        (name, INVARIANTS[name][0], f"{finding.checked:,}", str(len(finding.breaches)))
        for name, finding in findings.items()
    ]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    written = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (head, *rows)
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return [written[0], rule, *written[1:]]


def write_section(path: Path, runs: list[Run], date: str) -> None:
    """Put the drill's section into the page of figures, in place of an earlier one."""
    struck = [one for run in runs for one in run.evidence.struck]
    together = Evidence(struck=struck)
    summed = {
        name: Finding(
            sum(run.findings[name].checked for run in runs),
            [breach for run in runs for breach in run.findings[name].breaches],
        )
        for name in INVARIANTS
    }
    section = [
        BEGIN,
        "## Fault drill",
        "",
        f"{date}, `scripts/drill`: {sum(run.minutes for run in runs):.0f} minutes under fire in all, "
        f"{sum(len(run.evidence.ledger) for run in runs):,} texts taken by the carrier; "
        + ", ".join(f"seed {run.seed} for {run.minutes:.0f} minutes" for run in runs)
        + f". Breaches: {sum(run.breaches for run in runs)}.",
        "",
        *_table(("fault", "times", "survived", "well again"), _faults(together)),
        "",
        *_table(("", "invariant", "checked", "breaches"), _invariants(summed)),
        "",
        *(f"- Seed {run.seed}: {words}." for run in runs for words in race_facts.in_words(run.evidence)),
        "",
        "Not looked at: " + "; ".join(f"{name} ({why})" for name, why in NOT_LOOKED_AT.items()) + ".",
        END,
    ]
    page = path.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(before.rstrip() + "\n\n" + "\n".join(section) + after.rstrip() + "\n", "utf-8")
