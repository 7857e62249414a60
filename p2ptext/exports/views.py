"""Every page of exports: naming its modules here is what registers their routes."""

from p2ptext.exports import export_views
from p2ptext.exports.blueprint import blueprint

PAGES = (export_views,)

__all__ = ["PAGES", "blueprint"]
