"""scripts/bench [--quick] [--only PART] [--write]: measures on a system of its own and prints a table."""

import argparse
import os
import platform
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg

from scripts.benchmarks import (
    badge,
    clicks,
    dashboards,
    dispatch,
    editor,
    evening,
    exporting,
    ground,
    hand_outs,
    lists,
    optout,
    preflight,
    reply_list,
    screen,
    searching,
    streams,
    webhooks,
)
from scripts.benchmarks.measures import Row
from scripts.launcher.engines import Engines
from scripts.launcher.processes import Stack

TARGET = Path("BENCHMARKS.md")
VOLUNTEERS = 400
"""600 clicks a second are one and a half each, which a hand can do."""
PARTS = (
    "lists",
    "preflight",
    "clicks",
    "overload",
    "webhooks",
    "badge",
    "replies",
    "streams",
    "screen",
    "editor",
    "dispatch",
    "optout",
    "dashboards",
    "searching",
    "exporting",
)
ORGANIZERS = ("dashboards", "searching", "exporting")
"""Parts that stand on the evening of a million people."""
WITHOUT_SYSTEM = ("optout",)
"""Parts that need no servers."""
DRILL = re.compile(r"<!-- drill -->.*<!-- /drill -->\n", re.DOTALL)
"""What scripts/drill wrote into the page."""
ROW = re.compile(r"^\| .*\*\*.* \|$", re.MULTILINE)
"""A row of our table."""
QUIET_CARRIER = {
    "SIMULATOR_PERSONAS": "off",
    "SIMULATOR_RPS": "0",
    "SIMULATOR_SPEED": "20",
    "SIMULATOR_LATENCY_MS": "150",
    "SMS_PER_SECOND": "150",
    "LOG_LEVEL": "WARNING",
}
"""A carrier that takes everything in 150 ms, sends two receipts a text, and nobody answers."""


def main() -> None:
    options = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    options.add_argument(
        "--quick", action="store_true", help="a tenth of everything, to see that it runs"
    )
    options.add_argument("--write", action="store_true", help="write the table to BENCHMARKS.md")
    options.add_argument(
        "--only",
        choices=PARTS,
        action="append",
        help="one part; may be repeated; with --write the other rows stay",
    )
    options.add_argument(
        "--rush", type=int, default=300, metavar="S", help="how long 250 clicks a second last (300)"
    )
    options.add_argument(
        "--contacts",
        type=int,
        default=1_000_000,
        metavar="N",
        help=f"people of the large campaign of {', '.join(ORGANIZERS)} (1000000)",
    )
    chosen = options.parse_args()
    wanted = chosen.only or PARTS
    rows = optout.understood() if "optout" in wanted else []
    if set(wanted) - {*WITHOUT_SYSTEM}:
        rows = run_system(wanted, 10 if chosen.quick else 1, chosen.rush, chosen.contacts) + rows
    print(render(rows))
    if chosen.write:
        before = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        drilled = DRILL.search(before)
        page = render(merged(rows, before) if chosen.only else rows)
        TARGET.write_text(page + (f"\n{drilled[0]}" if drilled else ""), encoding="utf-8")


def run_system(wanted: Sequence[str], part: int, rush_s: int, contacts: int) -> list[Row]:
    """What is measured on a running system, set up for it and taken down after."""
    with (
        tempfile.TemporaryDirectory(prefix="p2ptext-bench-") as folder,
        Engines(Path(folder)) as engines,
        Stack(engines, overrides=QUIET_CARRIER) as stack,
    ):
        rows = measure(stack, part, wanted, rush_s) if {*wanted} - {*WITHOUT_SYSTEM, *ORGANIZERS} else []
        return rows + organizers(stack, part, wanted, contacts)


def merged(rows: list[Row], before: str) -> list[Row]:
    """The rows of the page as it was, those measured anew in their places, new ones at the end."""
    anew = {row.what: row for row in rows}
    kept = [Row(*(cell.strip(" *") for cell in line[2:-2].split(" | "))) for line in ROW.findall(before)]
    known = {row.what for row in kept}
    return [anew.get(row.what, row) for row in kept] + [row for row in rows if row.what not in known]


def measure(stack: Stack, part: int, wanted: Sequence[str], rush_s: int) -> list[Row]:
    """The parts that are wanted, in an order in which one lays the ground for the next; with `part` 10
    a tenth of everything."""
    laid = ground.lay(stack.settings, VOLUNTEERS)
    seconds, million = 30 // min(part, 5), 1_000_000 // part
    rows: list[Row] = []
    if "lists" in wanted:
        found, campaign_id = lists.imports(stack, laid, million)
        rows += found
        rows += hand_outs.hand_outs(stack, laid, campaign_id, seconds)
        rows += lists.beside_clicks(stack, laid, million, seconds)
    if "preflight" in wanted:
        rows += preflight.over_everybody(stack, laid, 100_000 // part)
    if "clicks" in wanted:
        rows += clicks.clicks(stack, laid, 100_000 // part, 100, seconds)
        rows += clicks.evening(stack, laid, (100_000 // part, million), seconds)
    rows += answers(stack, laid, part, wanted, seconds)
    if "streams" in wanted:
        rows += streams.idle_streams(stack, laid, 400, 60 // min(part, 5))
    if "screen" in wanted:
        rows += screen.tap_to_paint(stack, laid)
    if "editor" in wanted:
        rows += editor.keys_to_paint(stack, laid)
    if "overload" in wanted:
        rows += clicks.overload(stack, laid, 20 // min(part, 4))
    if {"clicks", "dispatch"} & {*wanted}:
        rush = clicks.long_rush(stack, laid, rush_s // part)
        rows += rush if "clicks" in wanted else []
    if "dispatch" in wanted:
        rows += dispatch.dispatch(stack, laid, seconds)
    return rows


def organizers(stack: Stack, part: int, wanted: Sequence[str], contacts: int) -> list[Row]:
    """What concerns organizers, on an evening of so many people in a database that may hold more."""
    if not {*ORGANIZERS} & {*wanted}:
        return []
    stack.stop("dispatcher")  # it would count and seal what is only half there
    laid = evening.lay(stack.settings, contacts // part)
    _write_out(stack)
    stack.start("dispatcher")
    rows: list[Row] = []
    if "dashboards" in wanted:
        rows += dashboards.dashboards(stack, laid, 30 // min(part, 4))
    if "searching" in wanted:
        rows += searching.searching(stack, laid, 20 // min(part, 4))
    if "exporting" in wanted:
        rows += exporting.exporting(stack, laid)
    return rows


def _write_out(stack: Stack) -> None:
    """Have the database write out what the filling left: the million came days before."""
    if stack.engines.admin_url:
        with psycopg.connect(stack.engines.admin_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")


def answers(
    stack: Stack, laid: ground.Ground, part: int, wanted: Sequence[str], seconds: int
) -> list[Row]:
    """What concerns people's replies."""
    rows: list[Row] = []
    if "webhooks" in wanted:
        rows += webhooks.webhooks(stack, laid, seconds, part)
    if "badge" in wanted:
        rows += badge.badges(stack, laid, seconds)
    if "replies" in wanted:
        rows += reply_list.reply_list(stack, laid, 100_000 // part, 2000)
    return rows


def render(rows: list[Row]) -> str:
    """The page of figures."""
    memory = psutil.virtual_memory().total / 2**30
    lines = [
        "# Benchmarks",
        "",
        f"Measured {datetime.now(UTC):%Y-%m-%d} by `scripts/bench` on {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}: database (fsync on), "
        "queue, web, worker, dispatcher, simulated carrier and load generator all on this one machine. "
        "Lists are medians of three runs. Times are measured, never asserted in tests.",
        "",
        "| work | measured | to reach | more |",
        "|---|---|---|---|",
        *(f"| {row.what} | **{row.figure}** | {row.reach} | {row.detail} |" for row in rows),
        "",
        "A call to the carrier through the SDK, pre-loaded key and one-shot transport, costs 1.9 ms of "
        "processor time; the stock SDK's costs 47-54 ms.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
