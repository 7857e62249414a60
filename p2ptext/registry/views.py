"""Every page of the registry: naming its modules here is what registers their routes."""

from p2ptext.registry import models, number_views
from p2ptext.registry.blueprint import blueprint

PAGES = (models, number_views)

__all__ = ["PAGES", "blueprint"]
