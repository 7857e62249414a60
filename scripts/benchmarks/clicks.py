"""What a volunteer's click costs, alone, on a busy evening, for long, and beyond what the box can do."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from heapq import merge

from sqlalchemy import text

from p2ptext import config
from p2ptext.extensions import db
from scripts.benchmarks import ground as grounds
from scripts.benchmarks import load
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.measures import Row, cpu
from scripts.benchmarks.webhooks import webhook
from scripts.launcher.processes import Stack

BAR = "p50 15, p99 150 ms"
REPLIES_PER_SECOND = 25
RECOVERY_S = 30
"""After an overload the box may take this long to be itself again."""


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
    campaign_id, requests = _campaign(ground, contacts, per_second * seconds)
    words = ""
    if beside:
        words = f", {beside[0]}"
        beside[1]()
    usage = load.Usage(stack)
    outcome = load.run(stack.url, requests, per_second)
    spent = usage.spent()
    return [
        Row(
            f"click acknowledged, {contacts:,}-contact campaign, {per_second}/s for {seconds} s{words}",
            outcome.figure,
            BAR,
            f"{outcome.words}; {_accepted(ground, campaign_id)} dispatched meanwhile; "
            f"{cpu(spent, len(outcome.answers))}",
        )
    ]


def evening(stack: Stack, ground: Ground, sizes: tuple[int, int], seconds: int) -> list[Row]:
    """100 clicks/s with dispatch, two receipts a text and 25 replies/s, in campaigns of two sizes."""
    rows, medians = [], []
    for contacts in sizes:
        campaign_id, requests = _campaign(ground, contacts, 100 * seconds)
        replies = _replies(stack, ground, REPLIES_PER_SECOND * seconds)
        usage = load.Usage(stack)
        outcome = load.run_at(
            stack.url,
            merge(
                load.steadily(requests, 100),
                load.steadily(replies, REPLIES_PER_SECOND),
                key=lambda due: due[0] or 0.0,
            ),
        )
        spent = usage.spent()
        clicked = outcome.of("click")
        medians.append(clicked.percentile(0.5))
        rows.append(
            Row(
                f"click acknowledged, {contacts:,}-contact campaign, 100/s for {seconds} s with dispatch, two "
                f"receipts a text and {REPLIES_PER_SECOND} replies/s",
                clicked.figure,
                BAR,
                f"{clicked.words}; replies {outcome.of('reply').words}; {_accepted(ground, campaign_id)} "
                f"dispatched meanwhile; {cpu(spent, len(clicked.answers))}",
            )
        )
    rows[-1] = replace(
        rows[-1], detail=f"p50 is {medians[1] / medians[0]:.2f} times the other's; {rows[-1].detail}"
    )
    return rows


def long_rush(stack: Stack, ground: Ground, seconds: int) -> list[Row]:
    """250 clicks/s while the dispatcher is paced as a registered limit would: 75 texts/s."""
    campaign_id, requests = _campaign(ground, max(100_000, 250 * seconds), 250 * seconds)
    restart(stack, "dispatcher", SMS_PER_SECOND="75")
    usage = load.Usage(stack)
    outcome = load.run(stack.url, requests, 250)
    spent = usage.spent()
    return [
        Row(
            f"click acknowledged, 250/s for {seconds} s, dispatch paced at 75/s",
            outcome.figure,
            "p99 500 ms",
            f"{outcome.words}; {_accepted(ground, campaign_id)} dispatched meanwhile; "
            f"{cpu(spent, len(outcome.answers))}",
        )
    ]


def overload(stack: Stack, ground: Ground, seconds: int) -> list[Row]:
    """600 clicks/s, far more than two cores can do, and what it is like half a minute later."""
    campaign_id, requests = _campaign(ground, 100_000, 600 * seconds + 100 * seconds)
    requests_of_rush = [next(requests) for _ in range(600 * seconds)]
    usage = load.Usage(stack)
    rush = load.run(stack.url, requests_of_rush, 600)
    spent = usage.spent()
    kept = _clicks_of(ground, campaign_id)
    later = load.run_at(
        stack.url,
        ((RECOVERY_S + due, one) for due, one in load.steadily(requests, 100) if due is not None),
    )
    turned_away = [one for one in rush.answers if one.status == 429]
    taken = rush.statuses[202]
    return [
        Row(
            f"600 clicks/s for {seconds} s",
            f"{taken / rush.seconds:.0f}/s served, {rush.served().figure}; {len(turned_away)} turned away",
            "429 with Retry-After, no promise broken",
            f"{rush.words}; {'each' if all(one.retry_after for one in turned_away) else 'NOT EACH'} 429 said "
            f"when to come again; {taken} answered 202, {kept} clicks kept; {cpu(spent, len(rush.answers))}",
        ),
        Row(f"the same campaign {RECOVERY_S} s later, 100/s", later.figure, BAR, later.words),
    ]


def _campaign(ground: Ground, contacts: int, in_hand: int) -> tuple[int, Iterator[load.Request]]:
    """A campaign of this size, and the clicks on the cards in its volunteers' hands."""
    with ground.app.app_context():
        campaign_id = grounds.campaign(ground)
        dealt = grounds.fill(ground, campaign_id, contacts, in_hand)
    path = f"/o/{ground.slug}/texting/{campaign_id}/send"

    def requests() -> Iterator[load.Request]:
        for place, token, digest in dealt[:in_hand]:
            body = json.dumps({"token": token, "hash": digest, "age_ms": 20}).encode()
            yield load.Request(path, body, ground.volunteers[place].headers, "click")

    return campaign_id, requests()


def _replies(stack: Stack, ground: Ground, amount: int) -> list[load.Request]:
    """Texts of people who have been texted and have not answered yet."""
    settings = config.load(stack.settings)
    with ground.app.app_context():
        phones = db.session.scalars(
            text(
                """SELECT r.phone FROM conversation t JOIN recipient r ON r.id = t.recipient_id
                   WHERE t.last_sent_at IS NOT NULL AND t.last_inbound_id IS NULL
                   ORDER BY t.id DESC LIMIT :most"""
            ),
            {"most": amount},
        ).all()
        grounds.know_by_phone(ground, phones)
    return [replace(webhook(settings, "inbound", "", phone), label="reply") for phone in phones]


def _accepted(ground: Ground, campaign_id: int) -> int:
    return _count(
        ground,
        """SELECT count(*) FROM attempt t JOIN message m ON m.id = t.message_id
           WHERE m.campaign_id = :campaign AND t.outcome = 'accepted'""",
        campaign_id,
    )


def _clicks_of(ground: Ground, campaign_id: int) -> int:
    return _count(
        ground,
        "SELECT count(*) FROM click k JOIN contact c ON c.id = k.contact_id WHERE c.campaign_id = :campaign",
        campaign_id,
    )


def _count(ground: Ground, sql: str, campaign_id: int) -> int:
    with ground.app.app_context():
        return int(db.session.scalar(text(sql), {"campaign": campaign_id}) or 0)


def restart(stack: Stack, name: str, **settings: str) -> None:
    """Start one process anew with other settings."""
    stack.stop(name)
    stack.children[name].environment = {**stack.children[name].environment, **settings}
    stack.start(name)
