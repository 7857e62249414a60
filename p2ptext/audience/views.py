"""Every page of audience: naming its modules here is what registers their routes."""

from p2ptext.audience import line_type_views, link_views, list_views
from p2ptext.audience.blueprint import blueprint

PAGES = (line_type_views, link_views, list_views)

__all__ = ["PAGES", "blueprint"]
