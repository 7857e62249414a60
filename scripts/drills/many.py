"""Deeds on many conversations: somebody sees with how many, and then presses."""

import re

from scripts.drills.desks import Desk, note
from scripts.drills.stage import Player

_DEED = re.compile(r"/review/deeds/(\d+)")
_NUMBER = re.compile(r'name="number" value="(\d+)"')
_STAMP = re.compile(r'name="stamp" value="([^"]+)"')
_OUTCOME = re.compile(r'<p class="lead">(.*?)</p>', re.DOTALL)
_AMOUNT = re.compile(r"([\d,]+) conversations?\b")
_UNDER_WAY = "data-progress-words"

Which = dict[str, str | list[str]]
"""Which conversations a deed is for: those that are ticked, or all of a filter."""


class Many(Desk):
    """Somebody who does things with several conversations at once. `volunteers` may be given some."""

    volunteers: list[Player]

    def with_many(self, ids: list[int]) -> None:
        """Tick these and do something with them. Raises NoAnswer."""
        deed = self.chance.choices(("close", "tag", "reassign", "opt_out"), (4, 4, 4, 1))[0]
        to = self.chance.choice([*(str(one.person_id) for one in self.volunteers), "anybody"])
        details: dict[str, dict[str, str]] = {
            "tag": {"new_tag": self.chance.choice(("Call back", "Needs a ride"))},
            "reassign": {"to": to, "note": "given by the drill"},
            "opt_out": {"reason": "The drill says so"},
        }
        self.do_deed(deed, ticked(ids), details.get(deed, {}))

    def do_deed(self, deed: str, which: Which, details: dict[str, str]) -> None:
        """Say which and what, look at the number, and press. Raises NoAnswer."""
        base = f"{self._base}/review/deeds"
        with self.history.doing(self.player.name, "many", deed=deed, ids=which.get("id")) as many:
            begun = self.browser.submit(base, {"deed": deed, **which})
            found = _DEED.search(begun.location)
            if found is None:
                note(many, begun)
                return
            many.about["row"] = int(found[1])
            page = f"{base}/{found[1]}"
            if details:
                self.browser.submit(f"{page}/details", details)
            shown = self.browser.get(page).body
            number, stamp = _NUMBER.search(shown), _STAMP.search(shown)
            if number is None or stamp is None:  # there is nobody to do it with
                many.result = "fail"
                return
            many.about["shown"] = int(number[1])
            note(many, self.browser.submit(f"{page}/do", {"number": number[1], "stamp": stamp[1]}))
            many.about["told"] = _told(self.browser.get(page).body)


def ticked(ids: list[int]) -> Which:
    """These conversations of the list."""
    return {"which": "selected", "id": [str(one) for one in ids]}


def _told(page: str) -> int | None:
    """With how many it was done, by the page of its outcome; None while it is under way."""
    outcome = _OUTCOME.search(page)
    if outcome is None or _UNDER_WAY in page:
        return None
    amount = _AMOUNT.search(outcome[1])
    return int(amount[1].replace(",", "")) if amount else 0
