"""What the checks look at: the carrier's ledger, the clients' histories and the contract's views."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from psycopg.rows import dict_row

from scripts.drills.carrier import Taken
from scripts.drills.exporting import File
from scripts.drills.faults import Struck
from scripts.drills.histories import History, Operation
from scripts.drills.stage import Player, Show
from scripts.drills.system import System
from scripts.drills.watching import Watched

VIEWS = (
    "qa_campaign",
    "qa_contact",
    "qa_message",
    "qa_click",
    "qa_attempt",
    "qa_batch",
    "qa_suppression",
    "qa_inbound",
    "qa_conversation",
    "qa_handover",
    "qa_answer",
    "qa_answer_change",
    "qa_event",
    "qa_audit",
)

Row = Mapping[str, Any]


@dataclass
class Evidence:
    """Everything one drill left behind. Moments are seconds since 1970 by the one clock."""

    ledger: list[Taken] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    views: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in VIEWS})
    watched: Watched = field(default_factory=Watched)
    struck: list[Struck] = field(default_factory=list)
    shows: list[Show] = field(default_factory=list)
    players: list[Player] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    """Answers in which somebody read a word of another organization."""
    answers_read: int = 0
    lists: dict[int, list[frozenset[str]]] = field(default_factory=dict)
    """Campaign -> the phones of each list that was uploaded while the drill ran."""
    files: list[File] = field(default_factory=list)
    """Exports that managers downloaded while everything went on."""
    files_at_rest: list[File] = field(default_factory=list)
    """Exports of every campaign when nothing was on its way any more."""
    recounted: list[str] = field(default_factory=list)
    """What `recount --check` had to say at the end of each act; empty where all sums were right."""
    verified: dict[str, Any] = field(default_factory=dict)
    """What `verify-ledger --json` said at the end."""

    # Joins that several checks need

    def attempts(self) -> dict[str, Row]:
        """By what the carrier was told: client_ref -> the attempt."""
        return {row["client_ref"]: row for row in self.views["qa_attempt"]}

    def messages(self) -> dict[int, Row]:
        return {row["id"]: row for row in self.views["qa_message"]}

    def taken_messages(self) -> list[tuple[Taken, Row | None, Row | None]]:
        """Every text the carrier took, with its attempt and message; None where there is none."""
        attempts, messages = self.attempts(), self.messages()
        joined = []
        for taken in self.ledger:
            attempt = attempts.get(taken.client_ref)
            message = messages.get(attempt["message_id"]) if attempt else None
            joined.append((taken, attempt, message))
        return joined

    def suppressions(self) -> dict[int, list[Row]]:
        """Recipient -> what was done, in order."""
        changes: dict[int, list[Row]] = defaultdict(list)
        for row in sorted(self.views["qa_suppression"], key=lambda row: row["id"]):
            changes[row["recipient_id"]].append(row)
        return changes

    def of(self, kind: str, result: str = "") -> list[Operation]:
        """Operations of a kind, with one result if it is given."""
        return [
            operation
            for operation in self.operations
            if operation.kind == kind and result in ("", operation.result)
        ]


def moment(value: datetime | float | None) -> float:
    """A view's time as seconds since 1970; never for none."""
    if value is None:
        return float("inf")
    return value.timestamp() if isinstance(value, datetime) else value


def read_views(system: System) -> dict[str, list[Row]]:
    """Every view, whole, in one snapshot."""
    with system.database() as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        sql = connection.cursor(row_factory=dict_row)
        return {name: list(sql.execute(f"SELECT * FROM {name}")) for name in VIEWS}


def save(evidence: Evidence, history: History, folder: Path) -> None:
    """Everything as JSON lines, for whoever looks into a breach."""
    folder.mkdir(parents=True, exist_ok=True)
    history.save(folder / "operations.jsonl")
    _lines(folder / "ledger.jsonl", [asdict(taken) for taken in evidence.ledger])
    _lines(folder / "webhooks.jsonl", evidence.letters)
    _lines(folder / "faults.jsonl", [asdict(struck) for struck in evidence.struck])
    for name, rows in evidence.views.items():
        _lines(folder / f"{name}.jsonl", rows)


def _lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, default=_plain) + "\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
