"""How long an organizer waits for each page beside two million texts: alone, and while volunteers click."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import cycle, islice

from flask import url_for
from sqlalchemy import text

from p2ptext.extensions import db
from scripts.benchmarks import evening_cards, load
from scripts.benchmarks.evening import Evening
from scripts.benchmarks.measures import Row, cpu
from scripts.launcher.processes import Stack

BAR_MS = 300
CLICKS_PER_SECOND = 100
ALONE_PER_SECOND, BESIDE_PER_SECOND = 5, 3
"""Pages looked at in a second, all organizers together: alone, and while volunteers click."""
Page = tuple[str, str, Mapping[str, object]]
"""What it is called here, its endpoint, and the values of its address."""
PAGES: tuple[Page, ...] = (
    ("now", "insight.now", {}),
    ("now, its live part", "insight.now_part", {}),
    ("campaigns", "insight.campaigns", {}),
    ("campaign", "insight.campaign", {"campaign_id": 0}),
    ("campaign, its live part", "insight.numbers_now", {"campaign_id": 0}),
    *(
        (f"rates, {tab}", "insight.rates", {"campaign_id": 0, "tab": tab})
        for tab in ("funnel", "time", "hours", "wordings", "groups", "answers", "volunteers")
    ),
    ("people who replied", "insight.rows", {"campaign_id": 0, "kind": "replied"}),
    ("people whose text was sent", "insight.rows", {"campaign_id": 0, "kind": "sent"}),
    ("people whose text failed", "insight.rows", {"campaign_id": 0, "kind": "failed"}),
    ("money", "insight.money_of_all", {}),
    ("money of the campaign", "insight.money_of_campaign", {"campaign_id": 0}),
    ("alarms", "alarms.alarms", {}),
    ("failures by carrier, number and code", "alarms.failures", {}),
    ("message review", "review.conversations", {}),
    ("unrouted and perhaps to stop", "review.unrouted", {}),
    ("groups of replies", "review.groups", {"campaign": 0}),
    ("exports", "exports.exports", {}),
    ("report of the campaign", "insight.campaign_report", {"campaign_id": 0}),
)
"""Campaign 0 stands for the large campaign."""


def looks(evening: Evening, pages: Sequence[Page] = PAGES) -> list[load.Request]:
    """One request for each page, as a signed-in organizer sends it."""
    with evening.ground.app.test_request_context():
        found = [
            (name, url_for(endpoint, org=evening.ground.slug, **_meant(evening, values)))
            for name, endpoint, values in pages
        ]
    headers = {"Cookie": evening.organizer.cookie}
    return [load.Request(path, b"", headers, name, "GET") for name, path in found]


def _meant(evening: Evening, values: Mapping[str, object]) -> dict[str, object]:
    return {
        key: evening.campaign_id if key in ("campaign_id", "campaign") and not value else value
        for key, value in values.items()
    }


def dashboards(stack: Stack, evening: Evening, each: int) -> list[Row]:
    """Every page so often alone, then as often beside 100 clicks a second with dispatch and receipts."""
    pages = looks(evening)
    warm = load.run(stack.url, pages, None)
    refused = {one.label: one.status for one in warm.answers if one.status != 200}
    if refused:
        raise RuntimeError(f"Pages that cannot be measured: {refused}")
    amount = each * len(pages)
    alone = load.run(stack.url, islice(cycle(pages), amount), ALONE_PER_SECOND)
    seconds = -(-amount // BESIDE_PER_SECOND)
    clicks = evening_cards.clicks(evening, CLICKS_PER_SECOND * seconds)
    usage = load.Usage(stack)
    busy = load.run_at(stack.url, _beside(clicks, islice(cycle(pages), amount)))
    spent = usage.spent()
    late = _late(evening)
    texts = _texts(evening)
    clicked = busy.of("click")
    return [
        *(
            Row(
                f"organizer's page beside {texts} texts: {one.label}",
                f"p95 {alone.of(one.label).percentile(0.95):.0f} ms, while volunteers click "
                f"{busy.of(one.label).percentile(0.95):.0f} ms",
                f"p95 {BAR_MS} ms",
                f"p50 {alone.of(one.label).percentile(0.5):.0f} and "
                f"{busy.of(one.label).percentile(0.5):.0f} ms; {each} looks each, at {ALONE_PER_SECOND} and "
                f"{BESIDE_PER_SECOND}/s over all pages; {_statuses(alone, busy, one.label)}",
            )
            for one in pages
        ),
        Row(
            f"click acknowledged, {CLICKS_PER_SECOND}/s, while organizers look at {BESIDE_PER_SECOND} pages/s "
            f"beside {texts} texts",
            clicked.figure,
            "p50 15, p99 150 ms",
            f"{clicked.words}; {late}; {cpu(spent, len(clicked.answers))}",
        ),
    ]


def _beside(
    clicks: Sequence[load.Request], pages: Iterator[load.Request]
) -> Iterator[tuple[float | None, load.Request]]:
    return merge(
        load.steadily(clicks, CLICKS_PER_SECOND),
        load.steadily(pages, BESIDE_PER_SECOND),
        key=lambda due: due[0] or 0.0,
    )


def _statuses(alone: load.Outcome, busy: load.Outcome, label: str) -> str:
    seen = alone.of(label).statuses + busy.of(label).statuses
    return ", ".join(f"{count} x {status}" for status, count in sorted(seen.items()))


def _late(evening: Evening) -> str:
    """Whether the dispatcher kept up, which gives way to all of it."""
    with evening.ground.app.app_context():
        waiting, oldest_s = db.session.execute(
            text(
                """SELECT count(*), coalesce(extract(epoch FROM p2p_now() - min(due_at)), 0)
                   FROM outbox WHERE due_at < p2p_now()"""
            )
        ).one()
    return f"{waiting} due texts wait at the end, the oldest for {oldest_s:.1f} s"


def _texts(evening: Evening) -> str:
    """About how many there are, so that a row is called the same in every run."""
    with evening.ground.app.app_context():
        found = int(
            db.session.scalar(
                text("SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM inbound_text)")
            )
            or 0
        )
    return f"{found / 1e6:.1f} million" if found >= 1e6 else f"{found // 1000} thousand"
