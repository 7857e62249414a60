"""scripts/drill [--minutes N] [--seed S ...] [--faults a,b] [--quick | --ci] [--write]"""

import argparse
import secrets
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scripts.drills import acts, report, running
from scripts.drills.faults import FAULTS
from scripts.drills.running import Plan

TARGET = Path("BENCHMARKS.md")


def main() -> int:
    """Run the drills that are asked for. Returns 1 when a promise was broken."""
    chosen = parse(sys.argv[1:])
    runs = []
    for plan in plans(chosen):
        runs.append(running.run(plan, _say))
        _say(report.in_words(runs[-1]))
        if chosen.write:
            report.write_section(TARGET, runs, f"{datetime.now(UTC):%Y-%m-%d}")
    breaches = sum(run.breaches for run in runs)
    _say(f"{breaches} breaches in {len(runs)} drills, seeds {', '.join(str(run.seed) for run in runs)}.")
    return 1 if breaches else 0


def _say(words: str) -> None:
    print(words, flush=True)


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/drill", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long under fire (10)")
    parser.add_argument(
        "--seed",
        type=int,
        nargs="+",
        help="one drill for each; the same seed, the same people and faults",
    )
    parser.add_argument("--faults", default="", help=f"some of: {', '.join(FAULTS)}")
    parser.add_argument("--quick", action="store_true", help="one minute, to see that it runs")
    parser.add_argument("--ci", action="store_true", help="three minutes with fixed seeds")
    parser.add_argument("--write", action="store_true", help="write the tables to BENCHMARKS.md")
    options = parser.parse_args(arguments)
    options.faults = [name.strip() for name in options.faults.split(",") if name.strip()]
    unknown = [name for name in options.faults if name not in FAULTS]
    if unknown:
        parser.error(f"there is no fault {unknown[0]!r}")
    return options


def plans(chosen: argparse.Namespace) -> list[Plan]:
    """What was asked for, as drills to be run."""
    faults = chosen.faults or list(FAULTS)
    if chosen.ci:
        return [Plan(2011, [acts.fire(1.5, faults), replace(acts.spring(), seconds=110)])]
    played = acts.full(chosen.minutes, faults)
    if chosen.quick or chosen.faults:
        played = [acts.fire(1 if chosen.quick else chosen.minutes, faults)]
    return [Plan(seed, played) for seed in chosen.seed or [secrets.randbelow(10_000)]]


if __name__ == "__main__":
    sys.exit(main())
