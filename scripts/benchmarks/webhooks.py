"""What the carrier brings, each kind alone: texts people wrote, and receipts."""

import hashlib
import json
import random
import time
import uuid
from collections.abc import Sequence
from itertools import chain

import jwt
from sqlalchemy import text

from p2ptext import config
from p2ptext.extensions import db
from p2ptext.simulator.casting import MIX
from scripts.benchmarks import ground as grounds
from scripts.benchmarks import load, talks
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.measures import Row, cpu
from scripts.launcher.processes import Stack

INBOUND_PER_SECOND, RECEIPTS_PER_SECOND = 400, 600
AT_FULL_SPEED = 3000
"""Webhooks brought as fast as they are answered."""


def webhooks(stack: Stack, ground: Ground, seconds: int, part: int = 1) -> list[Row]:
    """Texts and receipts at a steady rate for so long, and as fast as they are answered.

    Half of the texts go on with a conversation, half begin to answer; their words are those of everyday
    life, requests to stop among them.
    """
    settings, fast = config.load(stack.settings), AT_FULL_SPEED // part
    inbound, receipts = INBOUND_PER_SECOND * seconds, RECEIPTS_PER_SECOND * seconds
    campaign_id = talks.lay(ground, max(inbound, receipts) + fast)
    talks.answered(ground, campaign_id, (inbound + fast) // 2, waits=False)
    going_on = talks.phones(ground, campaign_id, wrote=True, most=(inbound + fast) // 2)
    beginning = talks.phones(ground, campaign_id, wrote=False, most=(inbound + fast) // 2)
    mixed = list(chain.from_iterable(zip(going_on, beginning, strict=False)))
    words = everyday_words(len(mixed))
    texts = [
        webhook(settings, "inbound", "", phone, said) for phone, said in zip(mixed, words, strict=True)
    ]
    reports = [webhook(settings, "status", *one) for one in _accepted(ground, campaign_id)]
    return [
        _measure(stack, "replies received", texts[:inbound], INBOUND_PER_SECOND),
        _measure(stack, "replies received, as fast as they are answered", texts[inbound:], None),
        _measure(stack, "receipts received", reports[:receipts], RECEIPTS_PER_SECOND),
        _measure(stack, "receipts received, as fast as they are answered", reports[receipts:], None),
    ]


def _measure(stack: Stack, what: str, requests: Sequence[load.Request], per_second: int | None) -> Row:
    usage = load.Usage(stack)
    outcome = load.run(stack.url, requests, per_second)
    spent = usage.spent()
    return Row(
        what,
        f"{outcome.rate:.0f}/s, p50 {outcome.percentile(0.5):.0f} ms, p99 {outcome.percentile(0.99):.0f} ms",
        f"{per_second}/s, p99 300 ms" if per_second else "",
        f"{f'asked for {per_second}/s; ' if per_second else ''}{outcome.words}; {cpu(spent, len(requests))}",
    )


def everyday_words(amount: int) -> list[str]:
    """What so many people of everyday life write; the same every time."""
    chance = random.Random(5)  # noqa: S311  # the same words every time
    said: list[str] = []
    while len(said) < amount:
        person = chance.choice(chance.choice(MIX))
        words = person.openings or person.goodbyes
        if words:
            written = chance.choice(words).replace("{whole}", grounds.SCRIPT)
            said.append(written.replace("{quote}", grounds.SCRIPT[:30] + "…"))
    return said


def _accepted(ground: Ground, campaign_id: int) -> list[tuple[str, str]]:
    """Reference and phone of every text the carrier has taken and not reported on."""
    with ground.app.app_context():
        rows = db.session.execute(
            text(
                """SELECT replace(t.id::text, '-', ''), r.phone FROM attempt t
                   JOIN message m ON m.id = t.message_id JOIN recipient r ON r.id = m.recipient_id
                   WHERE m.campaign_id = :campaign AND m.state = 'accepted' ORDER BY m.id"""
            ),
            {"campaign": campaign_id},
        ).all()
    return [(str(ref), str(phone)) for ref, phone in rows]


def webhook(
    settings: config.Settings, kind: str, ref: str, phone: str, said: str = "Yes, who is this?"
) -> load.Request:
    """One signed webhook about the text with this reference, or with what somebody said."""
    body = {"message_uuid": str(uuid.uuid4()), "channel": "sms", "timestamp": "2026-11-24T19:00:00Z"}
    if kind == "inbound":
        body |= {"to": grounds.OURS[1:], "from": phone[1:], "message_type": "text", "text": said}
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
