"""In whose hands each conversation was at any moment, read from the clicks and the hand-overs."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from scripts.drills.evidence import Evidence, moment
from scripts.drills.sending_checks import NEVER_LEFT

LEADS = ("organizer", "manager", "owner")
"""Roles that may answer anybody in their organization."""


@dataclass
class Hands:
    """Who had one conversation, in the order of time."""

    since: list[float] = field(default_factory=list)
    whose: list[int] = field(default_factory=list)

    def at(self, when: float) -> int | None:
        """Whose it was at that moment; None before anybody's."""
        place = bisect_right(self.since, when)
        return self.whose[place - 1] if place else None

    def stretches(self) -> Iterator[tuple[int, float, float]]:
        """Person, from when, until when."""
        yield from zip(self.whose, self.since, [*self.since[1:], float("inf")], strict=True)


def of_conversations(evidence: Evidence) -> dict[int, Hands]:
    """Conversation -> its hands: who sent the first text that left, then everybody who took it over. Where
    none left and they wrote nevertheless, who would have sent it."""
    changes: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    firsts = [
        row for row in evidence.views["qa_message"] if row["kind"] == "first" and row["conversation_id"]
    ]
    left = {row["conversation_id"] for row in firsts if row["state"] not in NEVER_LEFT}
    for row in firsts:
        if row["state"] not in NEVER_LEFT or row["conversation_id"] not in left:
            changes[row["conversation_id"]].append((moment(row["created_at"]), 0, row["person_id"]))
    for row in evidence.views["qa_handover"]:
        changes[row["conversation_id"]].append((moment(row["at"]), row["id"], row["to_id"]))
    hands = {}
    for conversation, rows in changes.items():
        rows.sort()
        hands[conversation] = Hands([row[0] for row in rows], [row[2] for row in rows])
    return hands


def persons(evidence: Evidence) -> dict[str, int]:
    """A player's name, as in the operations -> their id."""
    return {player.name: player.person_id for player in evidence.players}


def roles(evidence: Evidence) -> dict[int, str]:
    """Person -> role in their one organization."""
    return {player.person_id: player.role for player in evidence.players}
