"""Every page of audience: naming its modules here is what registers their routes."""

from p2ptext.audience import list_views, setup_views
from p2ptext.audience.blueprint import blueprint

PAGES = (list_views, setup_views)

__all__ = ["PAGES", "blueprint"]
