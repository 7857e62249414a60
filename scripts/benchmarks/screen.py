"""How fast the texting screen is under a thumb, in a real browser made four times slower.

Every tap is one the browser vouches for, at the pace of the fastest thumb; what is measured is the
time from the finger's lifting until the next card is painted, by the browser's own account (Event
Timing), while the server answers and the carrier sends behind it.
"""

import gzip
import os
import statistics
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from scripts.benchmarks import ground as grounds
from scripts.benchmarks.ground import Ground, Volunteer
from scripts.benchmarks.measures import Row
from scripts.launcher.browser import installed, playwrights_own
from scripts.launcher.environment import ROOT
from scripts.launcher.processes import Stack

SLOWER = 4
THUMB_MS = 500
"""Between two taps: about the fastest people measured."""
SHORTEST_MS = 16
"""The browser reports nothing shorter; such a tap is counted as this long."""
WATCH = """() => {
    window.lasted = new Map();
    new PerformanceObserver((list) => {
        for (const event of list.getEntries()) {
            if (!event.interactionId || event.name === "pointerdown") continue;
            const before = window.lasted.get(event.interactionId) ?? 0;
            window.lasted.set(event.interactionId, Math.max(before, event.duration));
        }
    }).observe({type: "event", durationThreshold: 16});
}"""

SENT = "taps => parseInt(document.getElementById('count').textContent) === taps"


def tap_to_paint(stack: Stack, ground: Ground, taps: int = 40) -> list[Row]:
    """A fast thumb sends so many texts on a phone; and what its page's scripts weigh."""
    with ground.app.app_context():
        campaign_id = grounds.campaign(ground)
        grounds.fill(ground, campaign_id, taps * len(ground.volunteers), taps * len(ground.volunteers))
    with sync_playwright() as playwright:
        browser = launched(playwright)
        page, scripts = opened(browser, stack, ground.volunteers[0])
        page.goto(f"/o/{ground.slug}/texting/{campaign_id}", wait_until="load")
        lasted = _taps(page, taps)
        version = browser.version
        browser.close()
    weight = sum(len(gzip.compress((ROOT / "p2ptext" / path).read_bytes())) for path in scripts)
    p75, p98 = (percentile(lasted, share) for share in (0.75, 0.98))
    return [
        Row(
            f"tap to painted next card, {taps} taps, {SLOWER}x slower processor",
            f"p75 {p75:.0f} ms, p98 {p98:.0f} ms",
            "p75 100 ms",
            f"Chromium {version}, 390x844, touch; median {statistics.median(lasted):.0f} ms",
        ),
        Row(
            "scripts of the texting page, gzip",
            f"{weight / 1000:.1f} kB",
            "60 kB",
            f"{len(scripts)} files",
        ),
    ]


def launched(playwright: Playwright) -> Browser:
    """A browser without a window."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=installed() or playwrights_own(), args=sandbox)


def opened(browser: Browser, stack: Stack, volunteer: Volunteer) -> tuple[Page, list[Path]]:
    """A phone's page of this volunteer, and the list its scripts will be written into."""
    context = browser.new_context(
        base_url=stack.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    name, _, value = volunteer.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": stack.url}])
    page = context.new_page()
    scripts: list[Path] = []

    def came(address: str) -> None:
        path = urlsplit(address).path
        if path.endswith((".js", ".mjs")):
            scripts.append(Path(path.lstrip("/")))

    page.on("requestfinished", lambda request: came(request.url))
    return page, scripts


def _taps(page: Page, taps: int) -> list[float]:
    """Milliseconds from tap to paint, one for each tap."""
    page.evaluate(WATCH)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    box = page.locator("#send").bounding_box()
    if box is None:
        raise RuntimeError("The texting screen shows no card.")
    for _ in range(taps):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(THUMB_MS)
    page.wait_for_function(SENT, arg=taps)
    seen: list[float] = page.evaluate("[...window.lasted.values()]")
    return seen + [float(SHORTEST_MS)] * (taps - len(seen))


def percentile(values: list[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
