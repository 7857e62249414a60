"""When too much has gone wrong to go on, decided without database or clock.

The numbers are those recommended for Vonage: five of the last twenty calls without an answer, five
percent of the last two hundred texts filtered or answered with an opt-out.
"""

WINDOW = 20
"""Calls that are looked at."""
MOST_FAILURES = 4
"""Of these; one more opens the breaker."""

REFUSED, SILENT = "refused", "silent"
_FIRST_WAIT_S = {REFUSED: 60.0, SILENT: 30.0}
_LONGEST_WAIT_S = {REFUSED: 900.0, SILENT: 300.0}


def seen(recent: str, *, failed: bool, times: int = 1) -> str:
    """The last calls with `times` more: x for one that failed, . for one that did not."""
    return (recent + ("x" if failed else ".") * times)[-WINDOW:]


def opens(recent: str) -> bool:
    """Whether so many of the last calls failed that no more should be made for a while."""
    return recent.count("x") > MOST_FAILURES


def wait_s(reason: str, openings: int) -> float:
    """Seconds to wait before one text is tried, twice as long each time in a row."""
    return min(_FIRST_WAIT_S[reason] * 2.0 ** min(openings, 10), _LONGEST_WAIT_S[reason])


def too_many(bad: int, of: int, percent: int) -> bool:
    """Whether the share of `bad` is above `percent`; 0 percent watches nothing."""
    return percent > 0 and bad * 100 > percent * of
