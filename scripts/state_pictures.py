"""`scripts/screenshots --states`: every state of the texting screen, into docs/images/states, and the
page docs/texting-screen.md that shows them with their words.

The states are those that tests/browser/texting looks at, against its stand-in for the server.
"""

import os
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.launcher.browser import installed, playwrights_own
from scripts.launcher.environment import ROOT
from tests.browser.conversations.talks import NOW
from tests.browser.texting.hands import SCREEN, WITH_BARS
from tests.browser.texting.states import STATES, State
from tests.browser.texting.stub import Serving, Stub

FOLDER = ROOT / "docs" / "images" / "states"
DOCUMENT = ROOT / "docs" / "texting-screen.md"
MARK = "<!-- from here on written by scripts/screenshots --states -->"
QUALITY = 50
"""Of the pictures, in percent: they are many, and lie in the repository."""
SETTLE_MS = 400
"""What the page waits before it says that something takes long."""


def take(browser: Browser, state: State) -> str:
    """The picture of one state; returns the words a person reads on it."""
    stub = Stub()
    stub.still = NOW
    state.prepare(stub)
    with Serving(stub) as url:
        context = browser.new_context(
            base_url=url,
            viewport={"width": WITH_BARS[0], "height": WITH_BARS[1]},
            reduced_motion="reduce",
            has_touch=True,
            is_mobile=True,
            timezone_id="America/New_York",
        )
        page = context.new_page()
        page.clock.install(time=NOW)
        page.goto(SCREEN)
        state.act(page, stub)
        page.clock.run_for(SETTLE_MS)
        page.evaluate("document.fonts.ready")
        if state.panel:
            page.locator("[data-state]:not([hidden]) h2").wait_for()  # "One moment" comes after a moment
        page.screenshot(path=FOLDER / f"{state.name}.jpg", quality=QUALITY)
        words = _words(page)
        stub.answer.set()
        context.close()
    return words


def _words(page: Page) -> str:
    """What this state says that an ordinary card does not."""
    parts: tuple[str, ...] = (
        "#trouble:visible",
        "#look-again:visible",
        "[data-state]:visible h2",
        "[data-state]:visible p:visible",
        "dialog[open] :is(li > span, .keys > div)",
        "#last:visible",
        "#undo:visible",
        ".thumb :is(button, a):visible",
    )
    if page.locator("dialog[open]").count():
        parts = tuple(part for part in parts if part.startswith("dialog"))
    found = [text for part in parts for text in page.locator(part).all_inner_texts()]
    told = [" ".join(text.split()) for text in found]
    return " · ".join(text for text in told if text)


def write(words: dict[str, str]) -> None:
    """The page: what stands above MARK is kept."""
    above = DOCUMENT.read_text("utf-8").partition(MARK)[0]
    lines = [above + MARK, "", "| state | what it says |", "|---|---|"]
    for state in STATES:
        picture = f'<img src="images/states/{state.name}.jpg" width="195" alt="{state.when}">'
        lines.append(f"| **{state.when}**<br>{picture} | {words[state.name]} |")
    DOCUMENT.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed() or playwrights_own(), args=sandbox
        )
        words = {state.name: take(browser, state) for state in STATES}
        browser.close()
    known = {state.name for state in STATES}
    for old in FOLDER.glob("*.jpg"):
        if old.stem not in known:
            Path(old).unlink()
    write(words)
    print(f"{len(words)} states, {sum(one.stat().st_size for one in FOLDER.glob('*.jpg')) // 1024} kB")


if __name__ == "__main__":
    main()
