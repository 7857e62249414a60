"""All pages of conversations. Loading this module hangs them on the blueprint."""

from p2ptext.accounts import letter_texts, managing
from p2ptext.conversations import (
    alarming,
    deed_views,
    hand_over_views,
    leaving,
    media_views,
    noticing,
    page_views,
    reply_views,
    survey_views,
    tag_views,
)
from p2ptext.conversations.blueprint import blueprint
from p2ptext.texting import opening

PAGES = (
    deed_views,
    hand_over_views,
    media_views,
    page_views,
    reply_views,
    survey_views,
    tag_views,
)

managing.WHEN_GONE.append(leaving.gone)
letter_texts.WRITERS[alarming.LETTER] = alarming.write
letter_texts.WRITERS[noticing.LETTER] = noticing.write
letter_texts.WRITERS[opening.LETTER] = opening.write

__all__ = ["PAGES", "blueprint"]
