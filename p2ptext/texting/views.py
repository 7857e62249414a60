"""All pages of texting. Loading this module hangs them on the blueprint."""

from p2ptext.accounts import letter_texts
from p2ptext.texting import (
    card_views,
    hand_views,
    live_views,
    media_views,
    own_work_views,
    pace_models,
    pass_views,
    piece_models,
    practice_views,
    shift_mail,
    shift_views,
    unclear_views,
)
from p2ptext.texting.blueprint import blueprint

PAGES = (
    card_views,
    hand_views,
    live_views,
    media_views,
    own_work_views,
    pass_views,
    practice_views,
    shift_views,
    unclear_views,
)
MODELS = (pace_models, piece_models)
"""Tables that no other module names."""

letter_texts.WRITERS[shift_mail.SOON] = shift_mail.write_soon
letter_texts.WRITERS[shift_mail.CANCELLED] = shift_mail.write_cancelled

__all__ = ["PAGES", "blueprint"]
