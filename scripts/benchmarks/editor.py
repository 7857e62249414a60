"""How fast the script editor is under the fingers, at the longest script there may be, in a real browser
made four times slower: what is measured is the time from a key until its letter is painted, by the
browser's own account (Event Timing)."""

import statistics
import time

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import text

from p2ptext.campaigns import writing
from p2ptext.extensions import db
from p2ptext.rules import tree
from p2ptext.rules.tree import MOST_STEPS, Answer, Step
from scripts.benchmarks import ground as grounds
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.measures import Row
from scripts.benchmarks.screen import SHORTEST_MS, SLOWER, WATCH, launched, opened, percentile
from scripts.launcher.processes import Stack

BETWEEN_KEYS_MS = 60
"""Between two keys: about 200 words a minute."""
SAID = "Thanks, {first_name|friend}. Can you vote early at the library, or on the day?"
TYPED = "Thank you so much for telling us. It’s good to know, and we will be in touch again. "
WIDE, NARROW = 12, 2


def keys_to_paint(stack: Stack, ground: Ground) -> list[Row]:
    """Somebody types a text into a script of two thousand questions."""
    with ground.app.app_context():
        campaign_id = grounds.campaign(ground)
        writer = ground.volunteers[0]
        db.session.execute(
            text("UPDATE membership SET role = 'manager' WHERE person_id = :id"), {"id": writer.id}
        )
        campaign = writing.lock(campaign_id, ground.org_id)
        writing.save_steps(campaign, long_script(), writer.id)
        db.session.commit()
    with sync_playwright() as playwright:
        browser = launched(playwright)
        page, _ = opened(browser, stack, writer)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        began = time.monotonic()
        page.goto(f"/o/{ground.slug}/campaigns/{campaign_id}/questions", wait_until="load")
        shown_ms = 1000 * (time.monotonic() - began)
        lasted = _type(page)
        version = browser.version
        browser.close()
    p75, p98 = (percentile(lasted, share) for share in (0.75, 0.98))
    return [
        Row(
            f"key to painted letter, script of {MOST_STEPS:,} questions, {SLOWER}x slower processor",
            f"p75 {p75:.0f} ms, p98 {p98:.0f} ms",
            "100 ms",
            f"Chromium {version}, 390x844; {len(lasted)} keys, median {statistics.median(lasted):.0f} ms,"
            f" longest {max(lasted):.0f} ms",
        ),
        Row(
            f"script of {MOST_STEPS:,} questions opened, {SLOWER}x slower processor",
            f"{shown_ms:.0f} ms",
            "",
            "from the address to the loaded page, once",
        ),
    ]


def long_script() -> list[Step]:
    """As wide as a page of the outline shows: nearly all within three answers of the first question."""
    steps = []
    following = 2
    for number in range(1, MOST_STEPS + 1):
        wide = number <= 1 + WIDE + WIDE**2
        leads = []
        for _ in range(WIDE if wide else NARROW):
            leads.append(f"s{following}" if following <= MOST_STEPS else None)
            following += 1
        answers = tuple(Answer(f"a{n}", f"Answer {n}", (SAID,), lead) for n, lead in enumerate(leads, 1))
        steps.append(Step(f"s{number}", f"Question number {number}, and what about it?", answers))
    if tree.check(steps):
        raise RuntimeError("The long script is not one that may be launched.")
    return steps


def _type(page: Page) -> list[float]:
    """Milliseconds from key to paint, one for each key."""
    page.locator(".outline .say a[data-open]").nth(20).click()
    box = page.locator(".opened textarea").first
    box.wait_for()
    box.focus()
    page.evaluate(WATCH)
    page.keyboard.type(TYPED, delay=BETWEEN_KEYS_MS)
    page.wait_for_function(
        "words => document.querySelector('.opened textarea').value.includes(words)", arg=TYPED
    )
    page.wait_for_timeout(1000)  # the browser reports its events a little later
    seen: list[float] = page.evaluate("[...window.lasted.values()]")
    return seen + [float(SHORTEST_MS)] * max(0, len(TYPED) - len(seen))
