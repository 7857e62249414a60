"""How fast volunteers are, counted once more by hand, and what is shown where there are very many."""

from datetime import timedelta
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.audience.models import Contact
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.insight import volunteers
from tests import factories, world
from tests.insight.counted import counted
from tests.insight.histories import Setting, Story, setting

FASTER, GAP_S = 10, 20
WAITED_MIN = (1, 2, 3, 4, 5, 6, 100)


@pytest.fixture
def made(app: Flask) -> Setting:
    """The second volunteer sent one text in the campaign, and more elsewhere; the first one sent two."""
    return setting(
        [Story(alive="delivered", texted_by=1), *[Story(alive="delivered")] * 2, *[Story()] * 9]
    )


def shown(made: Setting) -> dict[int, volunteers.Volunteer]:
    people = volunteers.volunteers(made.org.id, made.campaign.id, counted(made.campaign.id))
    return {one.person_id: one for one in volunteers.timed(made.org.id, people)}


def contacts(made: Setting) -> list[Contact]:
    return list(
        db.session.scalars(
            select(Contact).filter_by(campaign_id=made.campaign.id, state="ready").order_by("id")
        )
    )


def test_the_pace_is_that_of_the_latest_presses_without_breaks(made: Setting) -> None:
    contact, by = contacts(made)[0], made.volunteers[1]
    at = now() - timedelta(hours=3)
    for place in range(volunteers.LATEST + 8):
        # What is older than the latest ones was quicker; in the middle there is a break.
        step = timedelta(minutes=40) if place == 30 else timedelta(seconds=GAP_S if place > 8 else 1)
        at += step
        world.click(contact, by, received_at=at)
    world.click(contact, by, received_at=at + timedelta(seconds=1), kind="reply")
    assert shown(made)[by.id].per_hour == pytest.approx(3600 / GAP_S)
    assert shown(made)[made.volunteers[0].id].per_hour is None


def test_the_time_to_answer_is_the_median_of_the_latest_answers(made: Setting) -> None:
    by, at = made.volunteers[1], now()
    for place, (contact, waited) in enumerate(zip(contacts(made), WAITED_MIN, strict=False)):
        if place == volunteers._LEAST_ANSWERS - 1:
            assert shown(made)[by.id].answer_s is None
        world.first_text(
            contact,
            made.campaign,
            by,
            kind="reply",
            created_at=at,
            waited_since=at - timedelta(minutes=waited),
        )
    assert shown(made)[by.id].answer_s == pytest.approx(60 * median(WAITED_MIN))


def test_of_very_many_a_page_shows_those_who_texted_most(
    app: Flask, made: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volunteers, "MOST", 1)
    path = f"/o/{made.org.slug}/campaigns/{made.campaign.id}/rates/volunteers"
    browser = factories.client(app, made.organizer)
    page = browser.get(path).text
    assert "The 1 who texted most of 2 are shown" in page
    few, many = made.volunteers[1], made.volunteers[0]
    assert f"by=person&amp;key={many.id}" in page
    assert f"by=person&amp;key={few.id}" not in page
    assert len(browser.get(f"{path}?format=csv").text.splitlines()) == 3
