"""Every page of the registry: naming its modules here is what registers their routes."""

from p2ptext.registry import number_views, page_views, registration_views
from p2ptext.registry.blueprint import blueprint

PAGES = (number_views, page_views, registration_views)

__all__ = ["PAGES", "blueprint"]
