"""The measurements themselves; each returns rows for BENCHMARKS.md."""

import hashlib
import json
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import jwt
from sqlalchemy import select, text

from p2ptext import config
from p2ptext.extensions import db
from p2ptext.texting.models import Attempt, Message
from scripts.benchmarks import ground as grounds
from scripts.benchmarks import load
from scripts.benchmarks.ground import Ground
from scripts.launcher.processes import Stack

RUNS = 3


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, the figure, the bar, and more about it."""

    what: str
    figure: str
    reach: str
    detail: str


def _cpu(usage: dict[str, float], amount: int) -> str:
    each = ", ".join(f"{name} {1000 * seconds / amount:.1f}" for name, seconds in sorted(usage.items()))
    return f"CPU ms each: {each}"


def clicks(
    stack: Stack,
    ground: Ground,
    contacts: int,
    per_second: int,
    seconds: int,
    beside: tuple[str, Callable[[], None]] | None = None,
) -> list[Row]:
    """Clicks at a steady rate while the dispatcher sends and two receipts a text come back.

    `beside` is what else goes on: its words, and how to start it.
    """
    with ground.app.app_context():
        campaign_id = grounds.campaign(ground)
        dealt = grounds.fill(ground, campaign_id, contacts, per_second * seconds)
    path = f"/o/{ground.slug}/texting/{campaign_id}/send"

    def requests() -> Iterator[load.Request]:
        for place, token, digest in dealt[: per_second * seconds]:
            body = json.dumps({"token": token, "hash": digest, "age_ms": 20}).encode()
            yield load.Request(path, body, ground.volunteers[place].headers)

    words = ""
    if beside:
        words = f", {beside[0]}"
        beside[1]()
    usage = load.Usage(stack)
    outcome = load.run(stack.url, requests(), per_second)
    spent = usage.spent()
    with ground.app.app_context():
        accepted = db.session.scalar(
            select(text("count(*)"))
            .select_from(Attempt)
            .join(Message, Message.id == Attempt.message_id)
            .where(Message.campaign_id == campaign_id, Attempt.outcome == "accepted")
        )
    return [
        Row(
            f"click acknowledged, {contacts:,}-contact campaign, {per_second}/s for {seconds} s{words}",
            f"p50 {statistics.median(outcome.milliseconds):.1f} ms, p99 {outcome.percentile(0.99):.1f} ms",
            "p50 15, p99 150 ms",
            f"{outcome.words}; {accepted} dispatched meanwhile; {_cpu(spent, len(outcome.milliseconds))}",
        )
    ]


def webhooks(stack: Stack, ground: Ground, amount: int) -> list[Row]:
    """Inbound texts and receipts, each alone, as fast as they are answered."""
    settings = config.load(stack.settings)
    with ground.app.app_context():
        texts = db.session.execute(
            text(
                """SELECT replace(t.id::text, '-', ''), r.phone FROM attempt t
                   JOIN message m ON m.id = t.message_id JOIN recipient r ON r.id = m.recipient_id
                   WHERE t.outcome = 'accepted' ORDER BY t.started_at LIMIT :most"""
            ),
            {"most": amount},
        ).all()
    rows = []
    for kind, reach in (("inbound", "400/s, p99 300 ms"), ("status", "600/s, p99 300 ms")):
        requests = [_webhook(settings, kind, ref, phone) for ref, phone in texts]
        usage = load.Usage(stack)
        outcome = load.run(stack.url, requests, None)
        spent = usage.spent()
        rows.append(
            Row(
                "replies received" if kind == "inbound" else "receipts received",
                f"{outcome.rate:.0f}/s, p99 {outcome.percentile(0.99):.0f} ms",
                reach,
                f"{outcome.words}; {_cpu(spent, len(requests))}",
            )
        )
    return rows


def _webhook(settings: config.Settings, kind: str, ref: str, phone: str) -> load.Request:
    body = {"message_uuid": str(uuid.uuid4()), "channel": "sms", "timestamp": "2026-11-24T19:00:00Z"}
    if kind == "inbound":
        body |= {
            "to": grounds.OURS[1:],
            "from": phone[1:],
            "message_type": "text",
            "text": "Yes, who is this?",
        }
    else:
        body |= {"to": phone[1:], "from": grounds.OURS[1:], "status": "delivered", "client_ref": ref}
    raw = json.dumps(body).encode()
    claims = {
        "iat": int(time.time()),
        "jti": str(uuid.uuid4()),
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(raw).hexdigest(),
        "api_key": settings.vonage_api_key,
        "application_id": settings.vonage_application_id,
    }
    token = jwt.encode(claims, settings.vonage_signature_secret, algorithm="HS256")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return load.Request(f"/webhooks/vonage/{kind}", raw, headers)
