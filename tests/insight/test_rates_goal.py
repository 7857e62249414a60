"""A manager chooses what a campaign is there for; and campaigns with next to nothing in them."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.insight import rates_tabs, rates_wordings
from tests import factories, world
from tests.insight import evening
from tests.insight.counted import counted
from tests.insight.histories import Story, setting


def test_a_manager_chooses_the_goal_and_its_numbers_follow(app: Flask) -> None:
    made = evening.evening(24)
    browser = factories.client(app, made.manager)
    base = f"/o/{made.org.slug}/campaigns/{made.campaign.id}"
    page = browser.get(f"{base}/goal").text
    assert re.search(r'value="s1:a1" checked', page)
    token = world.csrf_token(app, browser)
    for chosen, keys in (("s2:a2", ("s2", "a2")), ("none", (None, None)), ("s1:a2", ("s1", "a2"))):
        answer = browser.post(f"{base}/goal", data={"goal": chosen, "csrf_token": token})
        assert answer.status_code == 303
        found = counted(made.campaign.id)
        campaign = db.session.get_one(Campaign, made.campaign.id)
        assert (campaign.goal_step_key, campaign.goal_answer_key) == keys
        wanted = evening.expected(evening.by_hand(campaign), "goal") if keys[0] else []
        assert found.total.goal == len(wanted)
    assert found.total.goal > 0
    page = browser.get(f"{base}/rates/funnel").text
    assert "“No” to “Can we count on you?”" in page
    written = db.session.execute(text("SELECT count(*) FROM qa_audit WHERE action = 'goal_chosen'"))
    assert written.scalar_one() == 3


@pytest.mark.parametrize("goal", ["s1:a9", "s1", "", "none:none"])
def test_no_answer_of_the_script_is_no_goal(app: Flask, goal: str) -> None:
    made = evening.evening(4)
    browser = factories.client(app, made.manager)
    base = f"/o/{made.org.slug}/campaigns/{made.campaign.id}"
    token = world.csrf_token(app, browser)
    answer = browser.post(f"{base}/goal", data={"goal": goal, "csrf_token": token})
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert db.session.get_one(Campaign, made.campaign.id).goal_answer_key == "a1"


def test_organizers_do_not_choose_it(app: Flask) -> None:
    made = evening.evening(4)
    browser = factories.client(app, made.organizer)
    base = f"/o/{made.org.slug}/campaigns/{made.campaign.id}"
    assert browser.get(f"{base}/goal").status_code == 403
    assert f"{base}/goal" not in browser.get(f"{base}/rates/funnel").text


@pytest.mark.parametrize("stories", [[Story(alive="delivered")], [Story(alive="unknown")], [Story()]])
def test_one_person_alone_makes_no_percentage(app: Flask, stories: list[Story]) -> None:
    made = setting(stories)
    browser = factories.client(app, made.organizer)
    counted(made.campaign.id)
    for tab in rates_tabs.TABS:
        for form in ("page", "csv"):
            path = f"/o/{made.org.slug}/campaigns/{made.campaign.id}/rates/{tab}?format={form}"
            answer = browser.get(path)
            assert answer.status_code == 200, path
            assert not re.search(r"<strong>[\d.]+%</strong>", answer.text), path


def test_three_equal_wordings_have_no_winner_and_two_unequal_ones_have(app: Flask) -> None:
    """By the sums alone: the same page reads them from the table."""
    made = evening.evening(0)
    rows = {evening.FIRST[0]: (4000, 400, 20), evening.FIRST[1]: (4000, 600, 120)}
    _sums(made, rows | {evening.FIRST[2]: (30, 3, 0)})
    (contest,) = rates_wordings.contests(made.campaign, counted(made.campaign.id))
    assert [one.decision.verdict for one in contest.verdicts] == ["not_enough", "not_enough"]
    assert contest.verdicts[0].decision.reason.startswith("Each needs 100 contacts")
    (warning,) = contest.warnings
    assert (warning.wording.text, warning.others.n) == (evening.FIRST[1], 4030)
    _sums(made, rows)
    (contest,) = rates_wordings.contests(made.campaign, counted(made.campaign.id))
    verdict = contest.verdicts[0]
    assert (verdict.title, verdict.more) == (f"{verdict.leader.letter} gets more replies", "")
    assert verdict.leader.text == evening.FIRST[1]
    assert contest.leads_and_warned
    browser = factories.client(app, made.organizer)
    page = browser.get(f"/o/{made.org.slug}/campaigns/{made.campaign.id}/rates/wordings").text
    assert f"More people opt out after {verdict.leader.letter}" in page
    assert "some of them are a STOP" in page
    _sums(made, {evening.FIRST[0]: (500, 50, 5), evening.FIRST[1]: (500, 52, 5)})
    page = browser.get(f"/o/{made.org.slug}/campaigns/{made.campaign.id}/rates/wordings").text
    assert "Not enough yet" in page
    assert re.search(r"each needs about [\d,]+ more texts", page)


def test_a_text_that_was_put_right_keeps_nobody_undecided(app: Flask) -> None:
    """What is not in the script any more gets no more texts: few of it are never enough."""
    made = evening.evening(0)
    rows = {evening.FIRST[0]: (4000, 400, 20), evening.FIRST[1]: (4000, 600, 20)}
    _sums(made, rows | {evening.FIRST[2]: (99, 9, 0)})
    path = f"/o/{made.org.slug}/campaigns/{made.campaign.id}/rates/wordings"
    browser = factories.client(app, made.organizer)
    assert "Each needs 100 contacts" in browser.get(path).text
    with transaction():
        writing.save_wordings(made.campaign, evening.FIRST[:2], made.manager.id)
    (contest,) = rates_wordings.contests(made.campaign, counted(made.campaign.id))
    (put_right,) = contest.left_out
    assert put_right.text == evening.FIRST[2]
    assert {one.text for one in contest.wordings} == set(evening.FIRST)
    verdict = contest.verdicts[0]
    assert (verdict.decision.verdict, verdict.leader.text) == ("winner", evening.FIRST[1])
    page = browser.get(path).text
    assert f"Not compared: {put_right.letter}." in page
    assert "Each needs 100 contacts" not in page
    _sums(made, rows | {evening.FIRST[2]: (100, 15, 0)})
    (contest,) = rates_wordings.contests(made.campaign, counted(made.campaign.id))
    assert (contest.left_out, contest.verdicts[0].decision.verdict) == ([], "not_enough")
    said = f"{put_right.letter} is not in the script any more and gets no more texts"
    assert said in browser.get(path).text


def _sums(made: evening.Evening, rows: dict[str, tuple[int, int, int]]) -> None:
    """As if so many had been texted, had replied and had opted out, by wording."""
    db.session.execute(text("DELETE FROM tally WHERE campaign_id = :c"), {"c": made.campaign.id})
    for words, (sent, replied, opted_out) in rows.items():
        digest = evening.md5(words.encode(), usedforsecurity=False).hexdigest()
        db.session.execute(
            text(
                """INSERT INTO tally (campaign_id, dimension, key, organization_id, texts, sent, replied,
                     replied_to_sent, opted_out, opted_out_of_sent)
                   VALUES (:c, 'wording', :key, :org, :sent, :sent, :replied, :replied, :out, :out)"""
            ),
            {
                "c": made.campaign.id,
                "key": f"1:{digest}",
                "org": made.org.id,
                "sent": sent,
                "replied": replied,
                "out": opted_out,
            },
        )
    db.session.commit()
