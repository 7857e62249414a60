"""How a person works a page: with the keyboard alone, or with a finger on a phone.

Nothing here reaches a control in a way that the person could not: the keyboard walks to it with Tab,
the finger touches it where it is shown.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from playwright.sync_api import FilePayload, Locator, Page, expect

MOST_STOPS = 150
"""No control of a page is further away than so many presses of Tab."""
REACHED = """one => { const here = document.activeElement;
  return here === one || (here.type === "radio" && here.name === one.name && here.form === one.form); }"""
"""Of several radio buttons Tab leads to one, and the arrows to the others."""


class Hands(Protocol):
    """Whoever works the page."""

    page: Page

    def press(self, target: Locator) -> None:
        """Use a link, a button or a switch, or choose one of several."""

    def write(self, target: Locator, text: str) -> None:
        """Have exactly this text in a field."""

    def choose(self, target: Locator, label: str) -> None:
        """Choose an entry of a select box."""

    def date(self, target: Locator, day: str) -> None:
        """Give a day (2026-09-12)."""

    def file(self, target: Locator, file: FilePayload | Path) -> None:
        """Choose a file."""


def _hold_choosers(page: Page) -> None:
    """Have the browser hand over every request for a file from now on: asked for only with the key that
    opens one, it may come too late."""
    page.on("filechooser", lambda chooser: None)


class Keyboard:
    """Tab, Enter, Space, arrows and letters."""

    def __init__(self, page: Page) -> None:
        self.page = page
        _hold_choosers(page)

    def _reach(self, target: Locator) -> None:
        expect(target).to_be_visible()
        expect(target).to_be_enabled()
        for _ in range(MOST_STOPS):
            if target.evaluate(REACHED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach {target} on {self.page.url}.")

    def press(self, target: Locator) -> None:
        self._reach(target)
        if target.get_attribute("type") == "radio":
            self.page.keyboard.press("Space")
            self._until(lambda: target.is_checked(), "ArrowDown")
            return
        is_box = target.get_attribute("type") == "checkbox"
        self.page.keyboard.press("Space" if is_box else "Enter")

    def _until(self, done: Callable[[], bool], key: str) -> None:
        for _ in range(MOST_STOPS):
            if done():
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not lead there on {self.page.url}.")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        expect(target).to_have_value(text)

    def choose(self, target: Locator, label: str) -> None:
        self._reach(target)
        self.page.keyboard.press("Home")
        self._until(
            lambda: target.evaluate("one => one.selectedOptions[0].text.trim()") == label, "ArrowDown"
        )

    def date(self, target: Locator, day: str) -> None:
        self._reach(target)
        year, month, number = day.split("-")
        self.page.keyboard.type(f"{month}{number}{year}")
        expect(target).to_have_value(day)

    def file(self, target: Locator, file: FilePayload | Path) -> None:
        self._reach(target)
        with self.page.expect_file_chooser() as asked:
            self.page.keyboard.press("Enter")
        asked.value.set_files(file)


class Finger:
    """A touch for each thing; letters come from the phone's own keyboard, days and entries from its lists."""

    def __init__(self, page: Page) -> None:
        self.page = page
        _hold_choosers(page)

    def press(self, target: Locator) -> None:
        target.tap()

    def write(self, target: Locator, text: str) -> None:
        target.tap()
        target.select_text()
        self.page.keyboard.insert_text(text)
        expect(target).to_have_value(text)

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)

    def date(self, target: Locator, day: str) -> None:
        target.fill(day)

    def file(self, target: Locator, file: FilePayload | Path) -> None:
        with self.page.expect_file_chooser() as asked:
            target.tap()
        asked.value.set_files(file)
