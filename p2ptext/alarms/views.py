"""Every page of alarms: naming its modules here is what registers their routes."""

from p2ptext.accounts import letter_texts
from p2ptext.alarms import alarm_views, setting_views, telling
from p2ptext.alarms.blueprint import blueprint

PAGES = (alarm_views, setting_views)

letter_texts.WRITERS[telling.LETTER] = telling.write

__all__ = ["PAGES", "blueprint"]
