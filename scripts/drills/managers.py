"""Virtual managers: they pause and go on, change the wording, suspend and let back in, bring new lists."""

import contextlib
import random
import re
import threading
import time
from collections import defaultdict

from scripts.drills import exporting
from scripts.drills.browser import Answer, Browser, NoAnswer
from scripts.drills.histories import History
from scripts.drills.stage import PASSWORD, WORDS, Player, Show, Stage, first_message

LIST_SIZE = 60
_IMPORT = re.compile(r"/imports/(\d+)")
_CHECKED_AT = re.compile(r'name="checked_at"[^>]*value="([^"]*)"')
_TRIES = 40
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


class Manager(threading.Thread):
    """One manager of one organization, until `stop` is set."""

    def __init__(
        self, player: Player, stage: Stage, url: str, history: History, seed: str, every_s: float = 6.0
    ) -> None:
        super().__init__(name=player.name, daemon=True)
        self._player, self._stage, self._history, self._every_s = player, stage, history, every_s
        self._base = f"/o/{player.org}"
        self._chance = random.Random(f"{seed} {player.name}")  # noqa: S311  # moods, not secrets
        foreign = next(word for org, word in WORDS.items() if org != player.org)
        self.browser = Browser(url, player.email, PASSWORD, foreign)
        self.ended = threading.Event()
        self.lists: dict[int, list[frozenset[str]]] = defaultdict(list)
        self.files: list[exporting.File] = []
        self._version = 1

    def stop(self) -> None:
        self.ended.set()

    def run(self) -> None:
        deeds = (
            *(self._pause, self._reword, self._suspend, self._bring_list),
            *(self._export, self._set_budget, self._set_alarms),
        )
        order: list[int] = []
        while not self.ended.wait(self._chance.uniform(0.5, 1.5) * self._every_s):
            order = order or self._chance.sample(range(len(deeds)), len(deeds))
            deeds[order.pop()]()

    def _insist(self, kind: str, path: str, fields: dict[str, str], **about: str | int) -> Answer | None:
        """Press a button until it is answered, also after the end: what was begun is brought to its end."""
        for _ in range(_TRIES):
            with self._history.doing(self._player.name, kind, **about) as deed:
                answer = self._submit(path, fields)
                deed.status = answer.status if answer else 0
                if answer and answer.status < 500:
                    deed.result = "ok" if answer.status in (302, 303) else "fail"
            if answer and answer.status < 500 and answer.status != 429:
                return answer
            time.sleep(0.5)  # also after the end: the next try shall find a web process that is back
        return None

    def _submit(self, path: str, fields: dict[str, str]) -> Answer | None:
        try:
            return self.browser.submit(path, fields)
        except NoAnswer:
            return None

    def _pause(self) -> None:
        show = self._chance.choice(self._stage.shows_of(self._player.org))
        path = f"{self._base}/campaigns/{show.id}"
        about = {"action": "campaign_status", "target": f"campaign {show.id}"}
        self._insist("pause", f"{path}/pause", {}, **about, after="paused")
        self.ended.wait(self._chance.uniform(6, 11))
        self._insist("resume", f"{path}/resume", {}, **about, after="running")

    def _reword(self) -> None:
        show = self._chance.choice(self._stage.shows_of(self._player.org))
        self._version += 1
        text = first_message(show.org, show.mark, self._version)
        self._insist(
            "reword",
            f"{self._base}/campaigns/{show.id}/message",
            {"text": text, "action": "save"},
            action="script_saved",
            target=f"campaign {show.id}",
        )

    def _suspend(self) -> None:
        player = self._chance.choice(self._stage.of(self._player.org, "volunteer"))
        path = f"{self._base}/people/{player.membership_id}"
        target, person = f"membership {player.membership_id}", player.person_id
        self._insist("suspend", f"{path}/suspend", {}, action="suspend", target=target, person=person)
        self.ended.wait(self._chance.uniform(2, 5))
        self._insist("let in", f"{path}/resume", {}, action="resume", target=target, person=person)

    # Files and settings

    def _export(self) -> None:
        show = self._chance.choice(self._stage.shows_of(self._player.org))
        kind = self._chance.choice(("contacts", "messages", "answers", "clicks"))
        asked = self._insist("export", f"{self._base}/exports", exporting.wish(kind, show.id))
        if asked is None or asked.status != 303:
            return
        with contextlib.suppress(NoAnswer):
            number = exporting.newest(self.browser, self._base)
            got = exporting.fetch(self.browser, self._base, number, (kind, show.id), self.ended)
            if isinstance(got, exporting.File):
                self.files.append(got)
            elif got:
                with self._history.doing(self._player.name, "export failed", words=got):
                    pass

    def _set_budget(self) -> None:
        """More than can be used up: whatever pauses a campaign here is looked at elsewhere."""
        show = self._chance.choice(self._stage.shows_of(self._player.org))
        amount = f"{self._chance.randint(9_000, 99_000)}.00"
        fields = {"amount": amount, "currency": "EUR", "warn_percent": "80", "stops": "y"}
        self._insist("budget", f"{self._base}/campaigns/{show.id}/money", fields)

    def _set_alarms(self) -> None:
        """The page as it is, sent back with another kind switched on or off."""
        path = f"{self._base}/alarms/settings"
        with contextlib.suppress(NoAnswer):
            fields = _filled(self.browser.get(path).body)
            switches = [name for name in fields if name.endswith("-on")]
            if switches:
                del fields[self._chance.choice(switches)]
                self._insist("alarm settings", path, fields)

    # A list while everything runs

    def _bring_list(self) -> None:
        show = self._chance.choice(self._stage.shows_of(self._player.org))
        fresh, self._stage.fresh_phones = (
            self._stage.fresh_phones[:LIST_SIZE],
            self._stage.fresh_phones[LIST_SIZE:],
        )
        if not fresh:
            return
        listed = [*fresh, *self._chance.sample(sorted(show.phones), LIST_SIZE // 5)]
        self._chance.shuffle(listed)
        rows = "\n".join(["first name,cell phone", *(f"Luz,{phone[2:]}" for phone in listed)])
        fields = {
            "pasted": rows,
            "consent_basis": "member",
            "consent_source": "the drill",
            "consent_date": "2026-11-01",
        }
        answer = self._insist("upload", f"{self._base}/campaigns/{show.id}/list", fields)
        found = _IMPORT.search(answer.location) if answer else None
        if found:
            self._confirm(show, found[1], frozenset(listed))

    def _confirm(self, show: Show, import_id: str, listed: frozenset[str]) -> None:
        path = f"{self._base}/campaigns/imports/{import_id}"
        if not self._await(path, "checked"):
            return
        chosen = {"column_0": "first_name", "column_1": "phone"}
        self._insist("columns", f"{path}/columns", chosen, list=int(import_id))
        if not self._await(path, "checked"):
            return
        stamp = self._read(f"{path}/check", _CHECKED_AT)
        self.lists[show.id].append(listed)
        for _ in range(2):  # a second press brings nothing in twice
            self._insist("confirm", f"{path}/confirm", {"checked_at": stamp}, list=int(import_id))
        self._await(path, "done")

    def _await(self, path: str, status: str) -> bool:
        for _ in range(2 * _TRIES):
            try:
                now = self.browser.get(f"{path}/progress").json.get("status")
            except NoAnswer:
                now = None
            if now == status:
                return True
            if now in ("refused", "cancelled") or self.ended.wait(0.5):
                return False
        return False

    def _read(self, path: str, what: re.Pattern[str]) -> str:
        for _ in range(_TRIES):
            try:
                found = what.search(self.browser.get(path).body)
            except NoAnswer:
                continue
            return found[1] if found else ""
        return ""


def _filled(page: str) -> dict[str, str]:
    """The fields of a page's forms as they are filled: ticked boxes, and whatever has a value."""
    fields = {}
    for tag in _INPUT.findall(page):
        told = dict(_ATTRIBUTE.findall(tag))
        ticked = told.get("type") != "checkbox" or " checked" in tag
        if ticked and "name" in told and told["name"] != "csrf_token":
            fields[told["name"]] = told.get("value", "y")
    return fields
