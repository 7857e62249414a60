"""The pages of replies are tested as the texting screen is: in a browser, over a stand-in."""

from tests.browser.texting.conftest import opened, served, stub

__all__ = ["opened", "served", "stub"]
