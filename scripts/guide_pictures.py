"""`scripts/screenshots --guide`: the pictures of docs/manager-guide.md, taken on the way the guide tells.

An empty organization is made, and a first-time manager goes from signing in to a launched campaign; a
volunteer joins on a phone and sends the first text.
"""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.launcher.browser import installed, playwrights_own
from scripts.launcher.engines import Engines
from scripts.launcher.environment import ROOT
from scripts.launcher.processes import Stack
from scripts.walks.first_evening import first_evening
from scripts.walks.first_manager import Account, Walk, from_idea_to_launch
from scripts.walks.hands import Finger, Keyboard

FOLDER = ROOT / "docs" / "images" / "guide"
GUIDE = ROOT / "docs" / "manager-guide.md"
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MOST_BYTES = 150_000
"""A picture lies in the repository and is read over slow networks."""
PATIENCE_MS = 30_000
MIDDLE = {
    "answer": "#editor form.writing",
    "play": "#now",
    "test": "#tests",
    "join-link": "#links",
}
"""Pictures that have something further down in their middle; the others show the top of the page."""


def named() -> set[str]:
    """The pictures that the guide shows."""
    return set(re.findall(r"images/guide/([\w-]+)\.png", GUIDE.read_text("utf-8")))


def photographer(page: Page, wanted: set[str]) -> Callable[[str], None]:
    """Takes each wanted picture where the walk meets it."""

    def seen(name: str) -> None:
        if name not in wanted:
            return
        page.evaluate("document.fonts.ready")
        if name in MIDDLE:
            page.locator(MIDDLE[name]).evaluate("one => one.scrollIntoView({block: 'center'})")
        else:
            page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")
        wanted.discard(name)

    return seen


def walk_of(browser: Browser, stack: Stack, device: dict[str, Any], wanted: set[str]) -> Walk:
    context = browser.new_context(
        base_url=stack.url, reduced_motion="reduce", timezone_id="America/New_York", **device
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    hands = Keyboard(page) if device is DESK else Finger(page)
    return Walk(hands, photographer(page, wanted))


def main() -> None:
    """Start an empty installation, walk, stop it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = named()
    for old in FOLDER.glob("*.png"):
        if old.stem not in wanted:
            old.unlink()
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE_MS)
    with (
        tempfile.TemporaryDirectory(prefix="p2ptext-guide-") as folder,
        Engines(Path(folder) / "data", durable=False) as engines,
        Stack(engines, overrides={"SIMULATOR_SPEED": "30"}) as stack,
        sync_playwright() as playwright,
    ):
        email, name = "ada@example.org", "Ada Cole"
        told = stack.flask(
            "create-owner", "--email", email, "--org-name", "Elm Street Neighbors", "--name", name
        )
        password = told.rpartition(": ")[2].strip()
        stack.flask("allot-number", "elm-street-neighbors", "6145550190")
        browser = playwright.chromium.launch(
            executable_path=installed() or playwrights_own(), args=sandbox
        )
        manager = walk_of(browser, stack, DESK, wanted)
        from_idea_to_launch(manager, Account(email, password, name), "614 555 0199")
        vera = Account("vera@example.org", "copper lantern walks north", "Vera Volt")
        first_evening(manager, walk_of(browser, stack, PHONE, wanted), vera)
        browser.close()
    if wanted:
        raise SystemExit(f"The walk meets no page called {', '.join(sorted(wanted))}.")
    for picture in sorted(FOLDER.glob("*.png")):
        size = picture.stat().st_size
        print(picture.relative_to(ROOT), f"{size // 1000} kB", "TOO LARGE" if size > MOST_BYTES else "")


if __name__ == "__main__":
    main()
