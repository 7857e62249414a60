"""All pages of conversations. Loading this module hangs them on the blueprint."""

from p2ptext.conversations import reply_views, survey_views
from p2ptext.conversations.blueprint import blueprint

PAGES = (reply_views, survey_views)

__all__ = ["PAGES", "blueprint"]
