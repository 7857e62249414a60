"""How often one person is texted."""

from datetime import UTC, datetime, timedelta

import pytest

from p2ptext.rules.frequency import Caps, opens_at

NOW = datetime(2026, 11, 24, 19, tzinfo=UTC)


def ago(*hours: float) -> list[datetime]:
    return [NOW - timedelta(hours=number) for number in hours]


@pytest.mark.parametrize(
    ("kind", "first_texts", "texts", "caps", "opens_in"),
    [
        # Nothing yet.
        ("first", [], [], Caps(), None),
        # One first text in any 24 hours.
        ("first", ago(0), ago(0), Caps(), 24),
        ("first", ago(23.5), ago(23.5), Caps(), 0.5),
        ("first", ago(24), ago(24), Caps(), None),
        # Late yesterday evening and early this morning are within one night.
        ("first", ago(13), ago(13), Caps(), 11),
        # A conversation's further text is not a first text.
        ("reply", ago(1), ago(1), Caps(), None),
        ("reply", ago(3), ago(1, 2, 3), Caps(), 21),
        ("reply", ago(3), ago(1, 2), Caps(), None),
        # Whichever cap ends last.
        ("first", ago(3), ago(1, 2, 3), Caps(), 21),
        ("first", ago(1, 3), ago(1, 2, 3), Caps(2, 3), 21),
        ("first", ago(1, 20), ago(1, 20), Caps(2, 3), 4),
        ("first", ago(1), ago(1), Caps(2, 3), None),
        ("first", [], ago(1, 2, 5), Caps(3, 3), 19),
        ("first", ago(1, 2), ago(1, 2), Caps(3, 3), None),
        ("first", ago(20), ago(1, 20), Caps(1, 1), 23),
    ],
)
def test_opens_at(
    kind: str, first_texts: list[datetime], texts: list[datetime], caps: Caps, opens_in: float | None
) -> None:
    found = opens_at(NOW, kind, first_texts, texts, caps)
    assert found == (None if opens_in is None else NOW + timedelta(hours=opens_in))
    if found:
        # Then, and not a moment before.
        kept = [moment for moment in first_texts if moment > found - timedelta(hours=24)]
        counted = [moment for moment in texts if moment > found - timedelta(hours=24)]
        assert opens_at(found, kind, kept, counted, caps) is None
        assert opens_at(found - timedelta(seconds=1), kind, first_texts, texts, caps) == found
