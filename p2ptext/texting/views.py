"""All pages of texting. Loading this module hangs them on the blueprint."""

from p2ptext.texting import (
    card_views,
    hand_views,
    live_views,
    media_views,
    pass_views,
    practice_views,
    unclear_views,
)
from p2ptext.texting.blueprint import blueprint

PAGES = (card_views, hand_views, live_views, media_views, pass_views, practice_views, unclear_views)

__all__ = ["PAGES", "blueprint"]
