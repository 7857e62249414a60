"""Finds a Chromium or Chrome for the browser tests, or gets one; prints its path."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
NONE_FOUND = """\
The browser tests need Chromium or Chrome, and none could be found or downloaded.
Install one (Debian: sudo apt install chromium; Ubuntu: sudo snap install chromium;
Fedora: sudo dnf install chromium; macOS: brew install --cask google-chrome), or name
one: CHROMIUM_PATH=/path/to/chrome scripts/test
To run all tests but those: scripts/test --ignore=tests/browser"""


def installed() -> str | None:
    """The path of a browser that is there already."""
    named = os.environ.get("CHROMIUM_PATH", "").strip()
    if named:
        return named if works(named) else None
    for name in NAMES:
        path = shutil.which(name)
        if path and works(path):
            return path
    return next((str(path) for path in MAC if path.exists() and works(str(path))), None)


def works(path: str) -> bool:
    """Whether it opens a page here: a download may lack the system's libraries."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="p2ptext-browser-") as profile:
        command = [
            path,
            "--headless",
            "--disable-gpu",
            *sandbox,
            f"--user-data-dir={profile}",
            "--dump-dom",
            "data:text/html,<p>here</p>",
        ]
        try:
            tried = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
    return "<p>here</p>" in tried.stdout


def playwrights_own() -> str | None:
    """The browser Playwright downloads for itself, where it can be reached."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        tell("No Chromium or Chrome here; asking Playwright for its own.")
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, stdout=sys.stderr, check=False)
    return path if Path(path).exists() and works(path) else None


def debians() -> str | None:
    """Debian's package, for root on Debian."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        return None
    tell("Installing Debian's chromium.")
    for command in ([apt, "update"], [apt, "install", "-y", "--no-install-recommends", "chromium"]):
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=sys.stderr, env=quiet, check=False)
    return installed()


def tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> int:
    """Print the path; 1 with words when there is no way to a browser."""
    path = installed() or playwrights_own() or debians()
    if path is None:
        tell(NONE_FOUND)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
