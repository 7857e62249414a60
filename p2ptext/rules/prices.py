"""What a text costs, as an estimate: only the carrier's bill says what it did cost."""

SEGMENT_USD = (0.008, 0.012)
"""From and to, for one segment to a United States number, with what the phone companies add to the
carrier's own price ($0.0035 to $0.0045 in 2026). It depends on the account and on the phone company."""


PICTURE_USD = (0.018, 0.03)
"""From and to, for one picture message, however long its words are: two to three times a segment."""


def pictures_usd(messages: int) -> tuple[float, float]:
    """What so many picture messages cost, from and to, in United States dollars."""
    low, high = PICTURE_USD
    return messages * low, messages * high


def segments_usd(segments: int) -> tuple[float, float]:
    """What so many segments cost, from and to, in United States dollars."""
    low, high = SEGMENT_USD
    return segments * low, segments * high


def in_words(segments: int) -> str:
    """Such as "about 0.8 to 1.2 cents", or "about $16 to $24" for many."""
    low, high = segments_usd(segments)
    if high < 1:
        return f"about {100 * low:.1f} to {100 * high:.1f} cents"
    digits = 2 if high < 10 else 0
    return f"about ${low:,.{digits}f} to ${high:,.{digits}f}"
