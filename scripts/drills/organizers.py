"""Virtual organizers: they look at the inbox, decide what may ask to stop, answer anybody, move people on."""

import re

from scripts.drills.desks import note
from scripts.drills.many import Many, ticked

MARK = re.compile(r"mark-[0-9a-f]{8}")
"""What stands in the texts that the drill's own people write, each once."""
_REVIEW = re.compile(
    r'/inbox/(\d+)/clear"(?:.(?!</form>))*?name="last_inbound"[^>]*value="(\d+)"', re.DOTALL
)
TABS = ("funnel", "time", "hours", "wordings", "groups", "answers", "volunteers")
_NOT_ALL = " are shown."


class Organizer(Many):
    """One organizer's inbox, pages of numbers, and any conversation of the organization."""

    campaigns: list[int]

    def work(self) -> None:
        """One look at the inbox, and one deed. Raises NoAnswer."""
        self._see_inbox()
        known = sorted(self.house.known)
        if not known:
            return
        dice = self.chance.random()
        if dice < 0.35:
            seen = self.open(self.chance.choice(known))
            if seen is not None:
                self.reply(seen)
        elif dice < 0.5:
            self._move()
        elif dice < 0.65:
            self.with_many(self.chance.sample(known, min(len(known), self.chance.randint(2, 5))))
        elif dice < 0.85:
            self._look_at_numbers()

    def _see_inbox(self) -> None:
        with self.history.doing(self.player.name, "inbox") as look:
            page = self.browser.get(f"{self._base}/inbox")
            note(look, page)
            if page.status != 200:
                look.result = "fail"
            look.about |= {"marks": MARK.findall(page.body), "all": _NOT_ALL not in page.body}
        for conversation, last in _REVIEW.findall(page.body)[:2]:
            self._decide(int(conversation), last)

    def _look_at_numbers(self) -> None:
        campaign = f"campaigns/{self.chance.choice(self.campaigns)}"
        page = self.chance.choice(("now", f"{campaign}/rates/{self.chance.choice(TABS)}", "review"))
        with self.history.doing(self.player.name, "look at numbers", page=page) as look:
            note(look, self.browser.get(f"{self._base}/{page}"))

    def _decide(self, conversation: int, last: str) -> None:
        deed = self.chance.choice(("clear", "opt-out"))
        with self.history.doing(self.player.name, f"inbox {deed}", conversation=conversation) as decide:
            path = f"{self._base}/inbox/{conversation}/{deed}"
            form = {"last_inbound": last, "reason": "The drill says so"}
            note(decide, self.browser.submit(path, form))

    def _move(self) -> None:
        """One conversation, or all that wait with somebody, to somebody else or to whoever is there."""
        dice = self.chance.random()
        if dice < 0.6:
            which = ticked([self.chance.choice(sorted(self.house.known))])
        else:
            volunteer = str(self.chance.choice(self.volunteers).person_id)
            which = {"which": "all", "volunteer": volunteer, "status": "waiting"}
        to = "anybody" if dice > 0.8 else str(self.chance.choice(self.volunteers).person_id)
        self.do_deed("reassign", which, {"to": to, "note": "moved by the drill"})
