"""Every page of the registry: naming its modules here is what registers their routes."""

from p2ptext.accounts import letter_texts
from p2ptext.registry import number_views, operator_views, page_views, registration_views, telling
from p2ptext.registry.blueprint import blueprint

PAGES = (number_views, operator_views, page_views, registration_views)

letter_texts.WRITERS[telling.ANSWERED] = telling.write_answered
letter_texts.WRITERS[telling.MOVED] = telling.write_moved

__all__ = ["PAGES", "blueprint"]
