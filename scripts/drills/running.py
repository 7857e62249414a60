"""One drill from the empty folder to its findings."""

import contextlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from scripts.drills import evidence as evidences
from scripts.drills import invariants, stage
from scripts.drills.evidence import Evidence
from scripts.drills.faults import NEEDS_CLOCKS, Storm
from scripts.drills.histories import History
from scripts.drills.managers import Manager
from scripts.drills.people import People
from scripts.drills.report import Run
from scripts.drills.system import System
from scripts.drills.volunteers import Habits, Volunteer
from scripts.drills.watching import Watcher
from scripts.launcher import demo_clock
from scripts.launcher.engines import Engines

REST_S = 150.0
"""What was on its way has come to an end by then: a call that vanished with its process is settled
half a minute after its deadline, and the carrier has brought its last webhook."""

_OPEN = "SELECT count(*) FROM qa_message WHERE state IN ('queued', 'sending')"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a drill is to be run."""

    seed: int
    minutes: float
    faults: list[str]
    volunteers: int = 9
    people: int = 3200
    pace_s: float = 1.0


def run(plan: Plan, say: Callable[[str], None]) -> Run:
    """Set up, break, come to rest, check; what failed is kept in a folder that is named."""
    offset = demo_clock.set_clock(datetime.now(UTC), None).offset_s
    with (
        tempfile.TemporaryDirectory(prefix="p2ptext-drill-") as folder,
        Engines(Path(folder)) as engines,
        System(engines, offset, {"SIMULATOR_SEED": str(plan.seed)}) as system,
    ):
        say(f"Seed {plan.seed}: the system runs at {system.stack.url}. Setting the stage.")
        scene = stage.build(system, plan.seed, plan.volunteers, plan.people)
        say("Under fire.")
        found, history = _under_fire(plan, system, scene)
        findings = invariants.check(found)
        done = Run(plan.seed, plan.minutes, found, findings)
        if done.breaches or system.problems:
            kept = Path(tempfile.mkdtemp(prefix=f"p2ptext-drill-seed-{plan.seed}-"))
            evidences.save(found, history, kept)
            for log in system.stack.log_dir.glob("*.log"):
                (kept / log.name).write_bytes(log.read_bytes())
            say(f"The evidence is in {kept}.")
        return done


def _under_fire(plan: Plan, system: System, scene: stage.Stage) -> tuple[Evidence, History]:
    history = History(system.clock)
    watcher = Watcher(system)
    habits = Habits(pace_s=plan.pace_s)
    texting = [
        Volunteer(player, scene.shows_of(player.org), system.stack.url, history, plan.seed, habits)
        for player in scene.players
        if player.role == "volunteer"
    ]
    managing = [
        Manager(player, scene, system.stack.url, history, plan.seed)
        for player in scene.players
        if player.role == "manager"
    ]
    browsers = [
        *(volunteer.browser for volunteer in texting),
        *(manager.browser for manager in managing),
    ]
    acting: list[Manager | Volunteer | People] = [
        *managing,
        *texting,
        People(system, history, plan.seed),
    ]
    watcher.start()
    for actor in acting:
        actor.start()
    names = [name for name in plan.faults if system.clocks_movable or name not in NEEDS_CLOCKS]
    storm = Storm(system, plan.seed, names, plan.minutes * 60)
    try:
        storm.run()
    finally:
        storm.calm()
        for actor in acting:
            actor.stop()
        for actor in acting:
            actor.join(90)
    come_to_rest(system)
    watcher.stop()
    watcher.join(30)
    found = Evidence(
        ledger=system.carrier.ledger(),
        letters=system.carrier.letters(),
        operations=list(history.operations),
        views=evidences.read_views(system),
        watched=watcher.watched,
        struck=storm.struck,
        shows=scene.shows,
        leaks=[leak for browser in browsers for leak in browser.leaks],
        answers_read=sum(browser.requests for browser in browsers),
        verified=system.verify_ledger(),
        lists={show: lists for manager in managing for show, lists in manager.lists.items()},
    )
    return found, history


def come_to_rest(system: System) -> None:
    """Wait until nothing is on its way any more, the limit at most; the checks see what is left."""
    until = time.monotonic() + REST_S
    while time.monotonic() < until:
        with contextlib.suppress(psycopg.Error), system.database() as connection:
            (open_messages,) = connection.execute(_OPEN).fetchone() or (1,)
            waiting = [
                letter
                for letter in system.carrier.letters()
                if not letter["taken"] and not letter["given_up"] and not letter["trick"]
            ]
            if not open_messages and not waiting:
                return
        time.sleep(1)
