"""What the carrier took, in order: the truth against which the program is checked."""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any

from p2ptext.simulator.collecting import Collected


@dataclass(frozen=True, slots=True)
class Entry:
    """One text the carrier took. Numbers with plus; `at` is the carrier's own clock."""

    seq: int
    at: str
    to: str
    from_: str
    text: str
    client_ref: str
    message_uuid: str
    channel: str = "sms"
    media: Collected | None = None
    """What the carrier found at the address it was told; None for words alone, and until it has looked."""


class Ledger:
    """Kept in memory, gone with the process."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.answers: Counter[int] = Counter()
        """How many calls got which HTTP status; 0 is none at all."""
        self._copies: Counter[str] = Counter()

    def add(
        self,
        *,
        at: str,
        to: str,
        from_: str,
        text: str,
        client_ref: str,
        message_uuid: str,
        channel: str = "sms",
    ) -> Entry:
        seq = len(self.entries) + 1
        entry = Entry(seq, at, to, from_, text, client_ref, message_uuid, channel)
        self.entries.append(entry)
        self._copies[client_ref or message_uuid] += 1
        return entry

    def note_media(self, entry: Entry, media: Collected) -> None:
        """What was found at the address of this text."""
        self.entries[entry.seq - 1] = replace(entry, media=media)

    def rows(self, *, after: int = 0, to: str = "") -> list[dict[str, Any]]:
        """Entries later than `after`, of one recipient if `to` is given, with their copies so far."""
        return [
            {("from" if name == "from_" else name): value for name, value in asdict(entry).items()}
            | {"copies": self._copies[entry.client_ref or entry.message_uuid]}
            for entry in self.entries[after:]
            if not to or entry.to == to
        ]

    def summary(self) -> dict[str, Any]:
        return {
            "accepted": len(self.entries),
            "client_refs": len(self._copies),
            "most_copies": max(self._copies.values(), default=0),
            "answers": {str(status): count for status, count in sorted(self.answers.items())},
        }
