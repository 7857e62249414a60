"""Virtual organizers: they look at the inbox, decide what may ask to stop, answer anybody, move people on."""

import re

from scripts.drills.desks import Desk, note
from scripts.drills.stage import Player

MARK = re.compile(r"mark-[0-9a-f]{8}")
"""What stands in the texts that the drill's own people write, each once."""
_REVIEW = re.compile(
    r'/inbox/(\d+)/clear"(?:.(?!</form>))*?name="last_inbound"[^>]*value="(\d+)"', re.DOTALL
)
_NOT_ALL = " are shown."


class Organizer(Desk):
    """One organizer's inbox, and any conversation of the organization. `volunteers` may be given some."""

    volunteers: list[Player]

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
        elif dice < 0.55:
            self._move()

    def _see_inbox(self) -> None:
        with self.history.doing(self.player.name, "inbox") as look:
            page = self.browser.get(f"{self._base}/inbox")
            note(look, page)
            if page.status != 200:
                look.result = "fail"
            look.about |= {"marks": MARK.findall(page.body), "all": _NOT_ALL not in page.body}
        for conversation, last in _REVIEW.findall(page.body)[:2]:
            self._decide(int(conversation), last)

    def _decide(self, conversation: int, last: str) -> None:
        deed = self.chance.choice(("clear", "opt-out"))
        with self.history.doing(self.player.name, f"inbox {deed}", conversation=conversation) as decide:
            path = f"{self._base}/inbox/{conversation}/{deed}"
            note(decide, self.browser.submit(path, {"last_inbound": last}))

    def _move(self) -> None:
        """One conversation, or all that wait with somebody, to somebody else or to whoever is there."""
        dice = self.chance.random()
        if dice < 0.6:
            which = {"id": str(self.chance.choice(sorted(self.house.known)))}
        else:
            which = {"owner": str(self.chance.choice(self.volunteers).person_id)}
        to = "anybody" if dice > 0.8 else str(self.chance.choice(self.volunteers).person_id)
        with self.history.doing(self.player.name, "move", to=to, **which) as move:
            fields = {"to": to, "confirmed": "yes", "note": "moved by the drill", **which}
            note(move, self.browser.submit(f"{self._base}/conversations/reassign", fields))
