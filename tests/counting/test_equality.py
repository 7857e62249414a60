"""Every sum is what the rows say, whatever has happened to them."""

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p2ptext.counting import catching_up, reading
from p2ptext.extensions import db
from tests import world
from tests.counting import rows
from tests.insight import histories
from tests.insight.histories import STORIES, Story


def assert_equal(campaign_id: int) -> None:
    """Count what has changed, then compare every sum with the rows."""
    db.session.flush()
    assert catching_up.catch_up()
    read = reading.of(campaign_id)
    assert rows.flat(read.dimensions) == rows.sums(campaign_id)
    assert read.contacts == len(rows.Campaign(campaign_id).contacts)


@given(stories=st.lists(STORIES, min_size=1, max_size=12))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_sum_is_what_the_rows_say(app: Flask, stories: list[Story]) -> None:
    with world.undone():
        made = histories.setting(stories)
        assert_equal(made.campaign.id)
