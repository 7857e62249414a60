"""How often one person is texted, whoever asks and in whichever campaign.

Two caps hold at once in any 24 hours: so many first texts, and so many texts of any kind. An answer
to what the person wrote within the 24 hours before belongs to a conversation they keep up themselves;
it is neither held back nor counted.

Any 24 hours, not a calendar day: a text at 7:59 pm and another at 9 the next morning are two within
one night, and the states that have such a cap count so ("in any 24-hour period": Florida 501.616(6),
Oklahoma 15 O.S. 775C.4, Oregon HB 3865 of 2025; each allows three). It also needs no time zone, so
nothing about where the person lives can make it wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

PERIOD = timedelta(hours=24)
MOST_TEXTS = 3
"""No organization may set more: three in 24 hours is what Florida, Oklahoma and Oregon allow."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What one person gets at most in any 24 hours: 1 <= first_texts <= texts <= MOST_TEXTS."""

    first_texts: int = 1
    texts: int = MOST_TEXTS


def opens_at(
    now: datetime,
    kind: str,
    first_texts_at: Sequence[datetime],
    texts_at: Sequence[datetime],
    caps: Caps,
) -> datetime | None:
    """When a text of this kind ("first" or another) may go to somebody; None when it may now.

    `first_texts_at` and `texts_at` are when the first texts and all counted texts left, or were asked
    for if they wait still: the latest first, at least as many as the cap.
    """
    held_back_by = [texts_at[caps.texts - 1 : caps.texts]]
    if kind == "first":
        held_back_by.append(first_texts_at[caps.first_texts - 1 : caps.first_texts])
    opens = max((moment + PERIOD for moments in held_back_by for moment in moments), default=now)
    return opens if opens > now else None
