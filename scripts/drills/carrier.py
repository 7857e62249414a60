"""The simulated carrier seen from the drill: its ledger is the truth, its controls are the faults."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import urllib3


@dataclass(frozen=True, slots=True)
class Taken:
    """One text the carrier took. `at` is seconds since 1970 by the carrier's clock."""

    at: float
    to: str
    from_: str
    text: str
    client_ref: str
    message_uuid: str


def seconds(stamp: str) -> float:
    """The carrier's ISO stamp as seconds since 1970; 0 for none."""
    return datetime.fromisoformat(stamp).timestamp() if stamp else 0.0


class Carrier:
    """Reads the ledger and turns faults on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = urllib3.PoolManager(maxsize=2, retries=False, timeout=30.0)

    def _get(self, path: str) -> Any:
        return self._http.request("GET", self.url + path).json()

    def ledger(self, after: int = 0) -> list[Taken]:
        """Every text taken so far, in order."""
        return [
            Taken(
                seconds(row["at"]),
                row["to"],
                row["from"],
                row["text"],
                row["client_ref"],
                row["message_uuid"],
            )
            for row in self._get(f"/ledger?after={after}")
        ]

    def letters(self) -> list[dict[str, Any]]:
        """Every webhook so far, as the carrier tells it, with times in seconds."""
        letters: list[dict[str, Any]] = self._get("/ledger/webhooks")
        for letter in letters:
            letter["posted_at"] = seconds(letter["posted_at"])
            letter["taken_at"] = seconds(letter["taken_at"])
        return letters

    def answers(self) -> dict[str, int]:
        """How many calls got which answer; 0 is none at all."""
        summary: dict[str, Any] = self._get("/ledger/summary")
        return dict(summary["answers"])

    def struck(self) -> dict[str, int]:
        return dict(self._get("/control/faults")["struck"])

    def write(self, person: str, ours: str, text: str, parts: str = "") -> list[str]:
        """A person writes, in several parts where `parts` says how; returns the carrier's ids."""
        body = {"from": person, "to": ours, "text": text, "parts": parts}
        answer = self._http.request("POST", f"{self.url}/control/text", json=body).json()
        return [str(one) for one in answer["message_uuids"]]

    def switch(self, name: str, share: float, for_s: float) -> None:
        """Turn a fault of the carrier on for some seconds."""
        body = {"name": name, "share": share, "seconds": for_s}
        answer = self._http.request("POST", f"{self.url}/control/fault", json=body)
        if answer.status != 200:
            raise ValueError(answer.data.decode())
