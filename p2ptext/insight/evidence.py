"""The evidence pack: everything this organization ever did with one phone number.

One document, made in memory and handed over as a page and as JSON; nothing of it is stored. What is in
the JSON, and how an outsider checks its proofs, stands in docs/evidence.md.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from p2ptext.insight import evidence_proofs, evidence_tables

SCHEMA = "p2ptext-evidence/1"
"""Changes when a column of the pack changes its meaning or goes."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose evidence is asked for."""

    organization_id: int
    slug: str
    name: str
    recipient_id: int | None
    """None for a number that was never seen here."""
    phone: str | None
    """E.164 as it was typed; None where only the recipient is known."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The document. `data` is the JSON as values; `body` its bytes, `digest` their SHA-256."""

    data: dict[str, Any]
    body: bytes
    digest: str

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of one table, oldest first."""
        found: list[dict[str, Any]] = self.data[table]["rows"]
        return found

    @property
    def cut_short(self) -> list[tuple[str, int, int]]:
        """Tables with more rows than a pack holds: name, rows in it, rows there are."""
        return [
            (name, len(self.rows(name)), self.data[name]["total"])
            for name in evidence_tables.TABLES
            if len(self.rows(name)) < self.data[name]["total"]
        ]


def make(subject: Subject, made_by: str, at: datetime) -> Pack:
    """Read everything about the number and prove every click of it."""
    tables = evidence_tables.read(subject.organization_id, subject.recipient_id, subject.phone)
    clicks = tables["clicks"]["rows"]
    proofs = evidence_proofs.prove([click["id"] for click in clicks])
    number = tables["number"]["rows"]
    for table in ("receipts", "replies"):
        for row in tables[table]["rows"]:
            row["raw_sha256"] = hashlib.sha256(base64.b64decode(row["raw_base64"])).hexdigest()
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "made_at": at.isoformat(),
        "made_by": made_by,
        "organization": {"id": subject.organization_id, "slug": subject.slug, "name": subject.name},
        "asked_for": subject.phone,
        "held": bool(number),
        "erased": bool(number) and number[0]["phone"] is None,
        "most_rows": evidence_tables.MOST,
        **tables,
        "proofs": {"total": len(proofs), "rows": proofs},
    }
    body = json.dumps(data, ensure_ascii=False, indent=1).encode()
    return Pack(data, body, hashlib.sha256(body).hexdigest())
