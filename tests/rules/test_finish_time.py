"""When those who are there will be through: input, expected, reason."""

from datetime import UTC, datetime, timedelta

import pytest

from p2ptext.rules.finish_time import Finish, Pace, finish, most_worth_counting

NOW = datetime(2026, 11, 3, 19, 2, tzinfo=UTC)
ME = 1
SLOW, QUICK = Pace(ME, 60, 30.0), Pace(2, 180, 30.0)


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 3, hour, minute, tzinfo=UTC)


TABLE = [
    (120, [SLOW], (at(20, 5), 63, 1, True), "2 a minute, an hour, rounded up"),
    (116, [SLOW], (at(20, 0), 58, 1, True), "ends on a full five minutes"),
    (320, [SLOW, QUICK], (at(19, 45), 43, 2, True), "paces add up"),
    (240, [QUICK], (at(19, 45), 43, 1, False), "somebody else's list"),
    (1, [SLOW], (at(19, 5), 3, 1, True), "never now"),
    (20, [Pace(ME, 10, 0.5)], (at(19, 10), 8, 1, True), "ten quick taps are no twenty a minute"),
    (100, [SLOW, Pace(3, 4, 30.0)], (at(19, 55), 53, 1, True), "four texts are no pace"),
    (100, [], None, "nobody is there"),
    (100, [Pace(ME, 4, 10.0)], None, "nothing is known yet"),
    (0, [SLOW], None, "nothing is left"),
    (1441, [SLOW], None, "more than twelve hours"),
]


@pytest.mark.parametrize(("left", "paces", "expected", "why"), TABLE, ids=[row[3] for row in TABLE])
def test_finish(
    left: int, paces: list[Pace], expected: tuple[datetime, int, int, bool] | None, why: str
) -> None:
    found = finish(NOW, left, paces, ME)
    assert (found and (found.at, found.minutes, found.people, found.you)) == expected, why


def test_where_the_hours_end_before_it_says_how_far_they_come() -> None:
    found = finish(NOW, 240, [SLOW], ME, NOW + timedelta(minutes=30))
    assert found
    assert (found.by_closing, found.words) == (60, "")
    found = finish(NOW, 20, [SLOW], ME, NOW + timedelta(minutes=30))
    assert found
    assert found.by_closing is None


@pytest.mark.parametrize(
    ("people", "you", "minutes", "words"),
    [
        (1, True, 20, "You will finish this list in about 20 minutes."),
        (2, True, 40, "You and 1 other will finish this list in about 40 minutes."),
        (4, True, 40, "You and 3 others will finish this list in about 40 minutes."),
        (1, False, 40, "1 person finishes this list in about 40 minutes."),
        (4, False, 240, "4 people will finish this list in about 4 hours."),
    ],
)
def test_words(people: int, you: bool, minutes: int, words: str) -> None:
    assert Finish(NOW, minutes, people, you, None).words == words


def test_nobody_counts_further_than_it_matters() -> None:
    assert most_worth_counting([SLOW]) == 1441
    assert finish(NOW, 1440, [SLOW], ME) is not None
    assert most_worth_counting([]) == 0
