"""The life of one outgoing message, and what the carrier's error codes mean."""

from enum import StrEnum

_NEXT: dict[str, frozenset[str]] = {
    # `queued` again after `sending`: the carrier certainly did not take it, so it is tried anew.
    "queued": frozenset({"sending", "not_sent", "blocked", "cancelled", "expired"}),
    "sending": frozenset(
        {
            "queued",
            "accepted",
            "submitted",
            "delivered",
            "rejected",
            "undeliverable",
            "unknown",
            "not_sent",
            "blocked",
            "expired",
        }
    ),
    "accepted": frozenset({"submitted", "delivered", "rejected", "undeliverable", "no_receipt"}),
    "submitted": frozenset({"delivered", "rejected", "undeliverable", "no_receipt"}),
    # A receipt may still come and say how it ended.
    "no_receipt": frozenset({"delivered", "rejected", "undeliverable"}),
    "unknown": frozenset({"accepted", "submitted", "delivered", "rejected", "undeliverable"}),
    "delivered": frozenset(),
    "rejected": frozenset(),
    "undeliverable": frozenset(),
    "not_sent": frozenset(),
    "blocked": frozenset(),
    "cancelled": frozenset(),
    "expired": frozenset(),
}

STATES = frozenset(_NEXT)
FINAL = frozenset(state for state, following in _NEXT.items() if not following)
NEVER_LEFT = frozenset({"not_sent", "blocked", "cancelled", "expired"})
"""States of a message no carrier has taken: the contact may be texted in another one."""


def advance(current: str, new: str) -> bool:
    """Whether a message in state `current` may become `new`.

    Only forward: a late "submitted" never undoes "delivered", and a final state is final.
    The same state again is no change, so False. Raises KeyError for a state that is not ours.
    """
    if new not in _NEXT:
        raise KeyError(new)
    return new in _NEXT[current]


class ErrorKind(StrEnum):
    """What an error code asks us to do, whichever carrier it came from."""

    THROTTLED = "throttled"
    OPTED_OUT = "opted_out"
    FILTERED = "filtered"
    UNREACHABLE_TEMPORARY = "unreachable_temporary"
    INVALID_NUMBER = "invalid_number"
    SENDER_PROBLEM = "sender_problem"
    ACCOUNT_PROBLEM = "account_problem"
    CONTENT_PROBLEM = "content_problem"
    PLATFORM_TEMPORARY = "platform_temporary"
    UNKNOWN = "unknown"


RETRYABLE = frozenset({ErrorKind.THROTTLED, ErrorKind.PLATFORM_TEMPORARY})
"""Kinds after which the same message may be tried again by itself."""

_CODES: dict[ErrorKind, tuple[int, ...]] = {
    ErrorKind.THROTTLED: (1000, 1241),
    # 1050: the person's number is barred. 1240: "Illegal Number", the person wrote STOP.
    ErrorKind.OPTED_OUT: (1050, 1240),
    ErrorKind.FILTERED: (1210, 1270, 1280),
    ErrorKind.UNREACHABLE_TEMPORARY: (1180, 1220, 1290, 1360),
    ErrorKind.INVALID_NUMBER: (1170, 1190, 1200, 1260, 1300, 1310),
    ErrorKind.SENDER_PROBLEM: (1120,),
    ErrorKind.ACCOUNT_PROBLEM: (1060, 1070, 1080, 1140, 1160),
    ErrorKind.CONTENT_PROBLEM: (1010, 1020, 1021, 1022, 1040, 1090, 1130, 1150),
    ErrorKind.PLATFORM_TEMPORARY: (1030, 1100, 1230),
}
_KIND_OF = {code: kind for kind, codes in _CODES.items() for code in codes}


def kind_of(code: int | None) -> ErrorKind:
    """The kind of a Vonage Messages API error code; a code we do not know is `unknown`.

    Source: Vonage's list of Messages API error codes.
    """
    return ErrorKind.UNKNOWN if code is None else _KIND_OF.get(code, ErrorKind.UNKNOWN)
