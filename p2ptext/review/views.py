"""Every page of message review: naming its modules here is what registers their routes."""

from p2ptext.review import (
    conversation_views,
    deed_views,
    export_views,
    group_views,
    inbox_views,
    list_views,
    models,
    verdict_views,
)
from p2ptext.review.blueprint import blueprint

PAGES = (
    conversation_views,
    deed_views,
    export_views,
    group_views,
    inbox_views,
    list_views,
    verdict_views,
)
MODELS = (models,)
"""Tables that no other module names yet."""

__all__ = ["MODELS", "PAGES", "blueprint"]
