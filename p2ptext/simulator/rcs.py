"""Which phones RCS reaches. The last digit of the number decides, and how it shows where it does not."""

NOT_REACHABLE = 1310
"""Vonage's code for a phone that has no app for this channel ("Not suitable device")."""
Planned = tuple[float, str, int | None]
"""A receipt: after how many human seconds, its state, its code."""


def refused_at_once(number: str) -> bool:
    """Digits 5, 6 and 7: the call itself is refused."""
    return number[-1:] in "567"


def receipts_of(number: str) -> tuple[Planned, ...]:
    """What comes back of a text that was taken and did not arrive; () where RCS reaches the phone.

    Digit 8: rejected before anything else is said. Digit 9: rejected after it went on to the network.
    """
    rejected = (0.8, "rejected", NOT_REACHABLE)
    if number.endswith("8"):
        return (rejected,)
    return ((0.4, "submitted", None), rejected) if number.endswith("9") else ()
