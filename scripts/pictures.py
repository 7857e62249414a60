"""`scripts/screenshots`: the README's pictures, from a sample installation of their own.

A volunteer sends some cards, people answer, and each role's page is taken: the volunteer's on a
phone, the others on a desk. Run it again whenever a page looks different.
"""

import json
import os
import re
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.launcher.browser import installed, playwrights_own
from scripts.launcher.engines import Engines
from scripts.launcher.environment import ROOT
from scripts.launcher.processes import Stack

FOLDER = ROOT / "docs" / "images"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
CARDS = 40
THUMB_MS = 600
"""A hand needs about this long for a card; faster is refused."""
PATIENCE_S = 120
HOME = "/o/ohio-votes"


def page_of(browser: Browser, stack: Stack, person: dict[str, str], size: dict[str, int]) -> Page:
    """A browser of this person's, signed in."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        base_url=stack.url,
        has_touch=size is PHONE,
        is_mobile=size is PHONE,
        reduced_motion="reduce",
        timezone_id="America/New_York",
        device_scale_factor=2 if size is PHONE else 1,
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(person["email"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/o/"))
    return page


def send_cards(page: Page) -> None:
    """Take a batch and send most of it, as fast as a hand."""
    page.goto(f"{HOME}/texting")
    page.locator("form[action$='/take'] button").first.click()
    page.wait_for_url(re.compile(r"/texting/\d+$"))
    until = time.monotonic() + PATIENCE_S
    while sent(page) < CARDS:
        if time.monotonic() > until:
            raise RuntimeError(f"Only {sent(page)} cards went out in {PATIENCE_S} s.")
        if page.locator("#send").is_enabled():
            page.locator("#send").tap()
        page.wait_for_timeout(THUMB_MS)


def sent(page: Page) -> int:
    """How many the page says are sent: "13 of 50 sent"."""
    return int(re.match(r"\d+", page.locator("#count").inner_text().strip() or "0")[0])  # type: ignore[index]


def wait_until_quiet(stack: Stack) -> None:
    """Until every text has left and the carrier has brought what it has."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with urllib.request.urlopen(f"{stack.carrier_url}/ledger/summary") as answer:  # noqa: S310 - our own
            summary = json.load(answer)
        if summary["accepted"] >= CARDS and summary["webhooks"]["waiting"] == 0:
            return
        time.sleep(0.2)
    raise RuntimeError(f"The carrier was still busy after {PATIENCE_S} s: {summary}")


def take(browser: Browser, stack: Stack, people: dict[str, dict[str, str]]) -> None:
    """All pictures."""
    volunteer = page_of(browser, stack, people["volunteer"], PHONE)
    send_cards(volunteer)
    volunteer.screenshot(path=FOLDER / "volunteer.png")
    wait_until_quiet(stack)
    take_replies(volunteer)

    organizer = page_of(browser, stack, people["organizer"], DESK)
    organizer.goto(f"{HOME}/now")
    organizer.screenshot(path=FOLDER / "now.png")
    organizer.goto(f"{HOME}/campaigns")
    organizer.get_by_role("link", name=re.compile("first texts")).first.click()
    organizer.wait_for_url(re.compile(r"/campaigns/\d+$"))
    organizer.screenshot(path=FOLDER / "organizer.png")

    manager = page_of(browser, stack, people["manager"], DESK)
    manager.goto(re.sub(r"(/campaigns/\d+)$", r"\1/message", organizer.url))
    manager.screenshot(path=FOLDER / "manager.png")
    check_list(manager)
    manager.screenshot(path=FOLDER / "list.png")


def take_replies(volunteer: Page) -> None:
    """People who wrote, and one conversation with the script's question."""
    volunteer.goto(f"{HOME}/replies")
    volunteer.screenshot(path=FOLDER / "replies.png")
    volunteer.locator("#reply-list a[href*='/replies/']").first.click()
    volunteer.wait_for_url(re.compile(r"/replies/\d+"))
    volunteer.get_by_role("log").wait_for()
    volunteer.screenshot(path=FOLDER / "conversation.png")


def check_list(page: Page) -> None:
    """Bring the sample list up to the page that says what would happen."""
    page.goto(f"{HOME}/campaigns")
    page.get_by_role("link", name=re.compile("reminder")).first.click()
    page.wait_for_url(re.compile(r"/campaigns/\d+"))
    campaign = re.search(r"/campaigns/\d+", page.url)[0]  # type: ignore[index]
    page.goto(f"{HOME}{campaign}/list")
    page.locator("input[type=file]").set_input_files(ROOT / "docs" / "sample-contacts.csv")
    page.get_by_label("Why may you text them?").select_option("opted_in")
    page.get_by_label("Where is the list from?").fill("Sign-up sheets at the county fair")
    page.get_by_label("From which day is it?").fill("2026-09-12")
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Go on").click(timeout=1000 * PATIENCE_S)
    page.get_by_role("heading", name="What would happen").wait_for()


def main() -> None:
    """Start a sample installation, take the pictures, stop it."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        tempfile.TemporaryDirectory(prefix="p2ptext-pictures-") as folder,
        Engines(Path(folder) / "data", durable=False) as engines,
        Stack(engines, overrides={"SIMULATOR_SPEED": "30", "SIMULATOR_SEED": "7"}) as stack,
        sync_playwright() as playwright,
    ):
        told = [json.loads(line) for line in stack.flask("demo").splitlines() if line.startswith("{")]
        people = {person["role"]: person for person in reversed(told)}
        browser = playwright.chromium.launch(
            executable_path=installed() or playwrights_own(), args=sandbox
        )
        take(browser, stack, people)
        browser.close()
    for picture in sorted(FOLDER.glob("*.png")):
        print(picture.relative_to(ROOT), f"{picture.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
