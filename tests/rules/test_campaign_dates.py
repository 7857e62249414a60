"""The first and the last day of a campaign, as they are told."""

from datetime import UTC, date, datetime

import pytest

from p2ptext.rules.campaign_dates import days_in_words, told

TUESDAY = date(2026, 11, 24)
OPENS = "This campaign opens on Tuesday, November 24."
WAS = "The last day for texts of this campaign was Tuesday, November 24. Answers still go out."


@pytest.mark.parametrize(
    ("now", "opens_on", "closes_on", "words"),
    [
        (datetime(2026, 11, 23, 12, tzinfo=UTC), TUESDAY, None, OPENS),
        # Midnight in New York is 5:00 UTC, in Honolulu 10:00.
        (datetime(2026, 11, 24, 4, 59, tzinfo=UTC), TUESDAY, None, OPENS),
        (datetime(2026, 11, 24, 5, 0, tzinfo=UTC), TUESDAY, None, ""),
        (datetime(2026, 11, 25, 9, 59, tzinfo=UTC), None, TUESDAY, ""),
        (datetime(2026, 11, 25, 10, 0, tzinfo=UTC), None, TUESDAY, WAS),
        (datetime(2026, 11, 24, 20, 0, tzinfo=UTC), TUESDAY, TUESDAY, ""),
        (datetime(2026, 11, 24, 20, 0, tzinfo=UTC), None, None, ""),
    ],
)
def test_what_volunteers_read(
    now: datetime, opens_on: date | None, closes_on: date | None, words: str
) -> None:
    assert told(now, opens_on, closes_on) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0b111_1111, "every day"),
        (0b001_1111, "Monday to Friday"),
        (0b111_1110, "Tuesday to Sunday"),
        (0b110_0000, "Saturday and Sunday"),
        (0b100_0001, "Monday and Sunday"),
        (0b001_0101, "Monday, Wednesday and Friday"),
        (0b000_1000, "Thursday"),
    ],
)
def test_days_in_words(days: int, words: str) -> None:
    assert days_in_words(days) == words
