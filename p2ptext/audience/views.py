"""Every page of audience: naming its modules here is what registers their routes."""

from p2ptext.audience import line_type_views, list_views, message_views, question_views, setup_views
from p2ptext.audience.blueprint import blueprint

PAGES = (line_type_views, list_views, message_views, question_views, setup_views)

__all__ = ["PAGES", "blueprint"]
