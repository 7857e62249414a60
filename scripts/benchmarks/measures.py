"""What every measurement has in common, and what the carrier reports, alone."""

import hashlib
import json
import time
import uuid
from dataclasses import dataclass

import jwt
from sqlalchemy import text

from p2ptext import config
from p2ptext.extensions import db
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


def cpu(usage: dict[str, float], amount: int) -> str:
    each = ", ".join(f"{name} {1000 * seconds / amount:.1f}" for name, seconds in sorted(usage.items()))
    return f"CPU ms each: {each}"


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
        requests = [webhook(settings, kind, ref, phone) for ref, phone in texts]
        usage = load.Usage(stack)
        outcome = load.run(stack.url, requests, None)
        spent = usage.spent()
        rows.append(
            Row(
                "replies received" if kind == "inbound" else "receipts received",
                f"{outcome.rate:.0f}/s, p99 {outcome.percentile(0.99):.0f} ms",
                reach,
                f"{outcome.words}; {cpu(spent, len(requests))}",
            )
        )
    return rows


def webhook(settings: config.Settings, kind: str, ref: str, phone: str) -> load.Request:
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
