"""One drill from the empty folder to its findings."""

import contextlib
import itertools
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from scripts.drills import evidence as evidences
from scripts.drills import exporting, invariants, stage
from scripts.drills.acts import Act
from scripts.drills.browser import Browser
from scripts.drills.desks import Desk, House
from scripts.drills.evidence import Evidence
from scripts.drills.faults import NEEDS_CLOCKS, Storm
from scripts.drills.histories import Clock, History
from scripts.drills.managers import Manager
from scripts.drills.organizers import Organizer
from scripts.drills.people import People
from scripts.drills.races import Races
from scripts.drills.report import Run
from scripts.drills.stage import PASSWORD, WORDS, Stage
from scripts.drills.system import System
from scripts.drills.volunteers import Habits, Volunteer
from scripts.drills.watching import Watcher
from scripts.launcher.engines import Engines

REST_S = 240.0
"""What was on its way has come to an end by then: a call that vanished with its process is settled
half a minute after its deadline, and the carrier has brought its last webhook."""

SAME_SENDS, STOP_RACES = 2000, 1000

_OPEN = "SELECT count(*) FROM qa_message WHERE state IN ('queued', 'sending')"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a drill is to be run."""

    seed: int
    acts: list[Act]
    volunteers: int = 9
    pace_s: float = 1.0

    @property
    def minutes(self) -> float:
        """Under fire, all acts together."""
        return sum(act.seconds for act in self.acts) / 60

    @property
    def people(self) -> int:
        """On the lists: somewhat more than can be texted meanwhile."""
        racing = (SAME_SENDS // 20 + STOP_RACES) * 3 if any(act.races for act in self.acts) else 0
        return min(10_000, round(1500 + 400 * self.minutes) + racing)


class Drill:
    """One run: what happens goes into `found`, act by act."""

    def __init__(self, plan: Plan, engines: Engines, say: Say) -> None:
        self._plan, self._engines, self._say = plan, engines, say
        self.found = Evidence()
        self.history = History(Clock())
        self.problems: list[str] = []
        self._scene: Stage | None = None
        self._houses = {org: House() for org in WORDS}

    def run(self) -> None:
        """All acts. Raises StartFailed when something cannot even be started."""
        self._scene = self._set_the_stage()
        for act in self._plan.acts:
            with self._system(act) as system:
                self._say(f"Act: {act.name}, {act.seconds:.0f} s.")
                self.history.clock = system.clock
                self._play(system, act, self._scene)
                self.found.recounted.append(system.recount())
                self.found.files_at_rest = self._files(system, self._scene)
                self.found.ledger += system.carrier.ledger()
                self.found.letters += system.carrier.letters()
                self.found.views = evidences.read_views(system)
                self.found.verified = system.verify_ledger()
                self.problems += system.problems
        self.found.operations = list(self.history.operations)

    def _system(self, act: Act) -> System:
        offset = round(act.begins.timestamp() - time.time())
        seed = {"SIMULATOR_SEED": str(self._plan.seed)}
        return System(self._engines, offset, {**seed, **act.overrides})

    def _files(self, system: System, scene: Stage) -> list[exporting.File]:
        """Contacts and messages of every campaign, as they are now that nothing changes any more."""
        found, nobody = [], threading.Event()
        for player in scene.players:
            if player.role != "manager":
                continue
            foreign = next(word for org, word in WORDS.items() if org != player.org)
            browser, base = (
                Browser(system.stack.url, player.email, PASSWORD, foreign),
                f"/o/{player.org}",
            )
            for show, kind in itertools.product(scene.shows_of(player.org), ("contacts", "messages")):
                browser.submit(f"{base}/exports", exporting.wish(kind, show.id))
                number = exporting.newest(browser, base)
                got = exporting.fetch(browser, base, number, (kind, show.id), nobody)
                if isinstance(got, str):
                    self.problems.append(f"{kind} of campaign {show.id} at rest: {got or 'no file'}")
                else:
                    found.append(got)
            self._read_by(browser)
        return found

    def _set_the_stage(self) -> Stage:
        self._say(f"Seed {self._plan.seed}. Setting the stage.")
        system = self._system(self._plan.acts[0])
        system.stack.migrate()
        plan = self._plan
        scene = stage.build(system, plan.seed, plan.volunteers, plan.people)
        system.close()
        self.found.shows, self.found.players = scene.shows, scene.players
        return scene

    def _play(self, system: System, act: Act, scene: Stage) -> None:
        watcher = Watcher(system, self.found.watched)
        watcher.start()
        if act.faults:
            self._storm(system, act, scene)
        if act.races:
            races = Races(system, scene, self.history, self._plan.seed)
            races.same_instant(SAME_SENDS)
            races.against_stop(STOP_RACES)
            self._read_by(*(texter.browser for texter in races.texters))
        come_to_rest(system)
        watcher.stop()
        watcher.join(30)

    def _storm(self, system: System, act: Act, scene: Stage) -> None:
        seed = (
            f"{self._plan.seed} {act.name}"  # the same seed would bring the same accidents in every act
        )
        url, habits = system.stack.url, Habits(pace_s=self._plan.pace_s)
        texting = [
            Volunteer(player, scene.shows_of(player.org), url, self.history, seed, habits)
            for player in scene.players
            if player.role == "volunteer"
        ]
        managing = [
            Manager(player, scene, url, self.history, seed)
            for player in scene.players
            if player.role == "manager"
        ]
        answering = self._desks(url, scene, seed)
        people = People(system, self.history, seed)
        acting: list[Manager | Volunteer | Desk | People] = [*managing, *texting, *answering, people]
        for actor in acting:
            actor.start()
        names = [name for name in act.faults if system.clocks_movable or name not in NEEDS_CLOCKS]
        storm = Storm(system, seed, names, act.seconds)
        try:
            storm.run()
        finally:
            storm.calm()
            for actor in acting:
                actor.stop()
            for actor in acting:
                actor.join(90)
        self.found.struck += storm.struck
        for manager in managing:
            self.found.files += manager.files
            for show, lists in manager.lists.items():
                self.found.lists.setdefault(show, []).extend(lists)
        self._read_by(*(actor.browser for actor in acting if not isinstance(actor, People)))

    def _desks(self, url: str, scene: Stage, seed: str) -> list[Desk]:
        """The volunteers' other devices, where they answer, and the organizers."""
        desks: list[Desk] = []
        for player in scene.players:
            if player.role == "volunteer":
                desks.append(Desk(player, self._houses, url, self.history, seed))
            if player.role == "organizer":
                lead = Organizer(player, self._houses, url, self.history, seed)
                lead.volunteers = scene.of(player.org, "volunteer")
                lead.campaigns = [show.id for show in scene.shows_of(player.org)]
                self._houses[player.org].lead = lead
                desks.append(lead)
        return desks

    def _read_by(self, *browsers: Browser) -> None:
        for browser in browsers:
            self.found.answers_read += browser.requests
            self.found.leaks += browser.leaks


def run(plan: Plan, say: Say) -> Run:
    """Set up, break, come to rest, check; what failed is kept in a folder that is named."""
    with (
        tempfile.TemporaryDirectory(prefix="p2ptext-drill-") as folder,
        Engines(Path(folder)) as engines,
    ):
        drill = Drill(plan, engines, say)
        drill.run()
        done = Run(plan.seed, plan.minutes, drill.found, invariants.check(drill.found))
        if done.breaches or drill.problems:
            kept = Path(tempfile.mkdtemp(prefix=f"p2ptext-drill-seed-{plan.seed}-"))
            evidences.save(drill.found, drill.history, kept)
            for log in engines.log_dir.glob("*.log"):
                (kept / log.name).write_bytes(log.read_bytes())
            say(f"The evidence is in {kept}.")
        for problem in drill.problems:
            say(f"Could not be started again: {problem}")
        return done


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
