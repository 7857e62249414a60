"""Every page of accounts: naming its modules here is what registers their routes."""

from p2ptext.accounts import door_views, navigation
from p2ptext.accounts.blueprint import blueprint

PAGES = (door_views, navigation)

__all__ = ["PAGES", "blueprint"]
