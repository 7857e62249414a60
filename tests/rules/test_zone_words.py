"""Sets of zones in words."""

import pytest

from p2ptext.rules.area_codes import ZONES_BY_AREA_CODE
from p2ptext.rules.states import CONTIGUOUS_US, STATE_ZONES
from p2ptext.rules.zone_words import zone_words


@pytest.mark.parametrize(
    ("zones", "words"),
    [
        (["America/New_York"], "Eastern"),
        (["America/Toronto", "America/New_York"], "Eastern"),
        (["America/Chicago", "America/New_York"], "Eastern or Central"),
        (["America/Phoenix", "America/Denver", "America/Chicago"], "Central, Mountain or Arizona"),
        (["America/Adak", "America/Anchorage"], "Alaska"),
        (["Pacific/Honolulu"], "Hawaii"),
        (CONTIGUOUS_US, "Anywhere on the mainland"),
        ([*CONTIGUOUS_US, "Pacific/Honolulu"], "Anywhere on the mainland"),
        (["America/North_Dakota/New_Salem"], "New Salem"),
        (["Europe/London", "America/New_York"], "Eastern or London"),
    ],
)
def test_zones_go_by_the_names_people_use(zones: list[str], words: str) -> None:
    assert zone_words(zones) == words


@pytest.mark.parametrize("zones", sorted({*STATE_ZONES.values(), *ZONES_BY_AREA_CODE.values()}))
def test_every_set_a_state_or_area_code_has_can_be_said(zones: tuple[str, ...]) -> None:
    words = zone_words(zones)
    assert words
    assert "_" not in words
    assert "/" not in words
