"""Results of questions and wordings: each number counted once more from the auditor's views."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.conversations import surveying
from p2ptext.extensions import db
from p2ptext.insight import rates_wordings, results, rows_filter
from p2ptext.insight import rows as listing
from p2ptext.review import record
from p2ptext.rules import tree
from p2ptext.rules.stats import posterior, wilson
from p2ptext.rules.tree import Answer, Step
from p2ptext.texting import pacing
from p2ptext.texting.clicking import Clicker
from tests import world
from tests.insight.counted import counted
from tests.texting.scene import Scene, inbound, scene

FIRST = [
    "Hi {first_name}, can we count on you? Reply STOP to opt out.",
    "{first_name}, will you vote on Tuesday? Reply STOP to opt out.",
]
STEPS = (
    Step(
        "s1",
        "Can we count on you?",
        (
            Answer("a1", "Yes", ("Great. Early or by mail?",), "s2"),
            Answer("a2", "No", ("May we ask why?",), "s3"),
            Answer("a3", "Moved"),
        ),
    ),
    Step(
        "s2",
        "How?",
        (Answer("a1", "Early", ("Thank you.",)), Answer("a2", "By mail", ("Thanks.",), "s3")),
    ),
    Step("s3", "Anything else?", (Answer("a1", "Yes"), Answer("a2", "No"))),
)
SAID: list[list[tuple[str, str | None]]] = [
    [("s1", "a1"), ("s2", "a1")],
    [("s1", "a1"), ("s2", "a2"), ("s3", "a1")],
    [("s1", "a2"), ("s3", "a2")],
    [("s1", "a1"), ("s2", "a1"), ("s1", "a2")],  # s2 is left out now
    [("s1", "a1"), ("s1", None)],
    [("s1", "a3")],
    [("s1", "a1")],
]
"""What is tapped for each person, in this order."""


def save(campaign_id: int, steps: tuple[Step, ...], first: list[str] | None = None) -> None:
    with transaction():
        campaign = db.session.get_one(Campaign, campaign_id)
        writing.save_steps(campaign, steps, campaign.created_by)
        if first:
            writing.save_wordings(campaign, first, campaign.created_by)


def rows(query: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(text(query), values).mappings()]


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Eleven of twelve people were texted; ten wrote back, two of them STOP; seven were asked."""
    # Eleven clicks of one hand take four seconds by the rule, which is not what is looked at here.
    monkeypatch.setattr(pacing, "wait_ms", lambda *_: 0)
    with world.undone():
        stage = scene(app, people=12)
        save(stage.campaign, STEPS, FIRST)
        for _ in range(11):
            stage.sent()
        for place in range(10):
            inbound(app, stage.phone(place), "STOP" if place > 7 else "Hello")
        who = Clicker(stage.org_id, stage.volunteer, 1, "Amy", "127.0.0.1", "")
        for place, taps in enumerate(SAID):
            talk = rows("SELECT id FROM conversation WHERE contact_id = :c", c=stage.contacts[place])
            for step, answer in taps:
                with transaction():
                    surveying.answer(who, talk[0]["id"], step, answer)
        yield stage


def recount(made: Scene) -> dict[str, tuple[dict[str, int], int]]:
    """For each question the counts of its answers, and whom it was for: by hand, from the views."""
    (script,) = rows("SELECT script FROM qa_campaign WHERE id = :c", c=made.campaign)
    answers = rows("SELECT * FROM qa_answer WHERE campaign_id = :c", c=made.campaign)
    texted = rows(
        "SELECT DISTINCT contact_id FROM qa_message WHERE campaign_id = :c AND kind = 'first'"
        " AND state = 'accepted'",
        c=made.campaign,
    )
    found = {}
    for place, step in enumerate(script["script"]["steps"]):
        mine = [one for one in answers if one["step_key"] == step["key"] and one["on_path"]]
        people = {one["contact_id"] for one in mine}
        if place == 0:
            people |= {one["contact_id"] for one in texted}
        for one in answers:
            before = next((s for s in script["script"]["steps"] if s["key"] == one["step_key"]), None)
            leads = before and [a["next"] for a in before["answers"] if a["key"] == one["answer_key"]]
            if one["on_path"] and leads == [step["key"]]:
                people.add(one["contact_id"])
        found[step["question"]] = (dict(Counter(one["label"] for one in mine)), len(people))
    return found


def shown(made: Scene) -> results.Survey:
    campaign = db.session.get_one(Campaign, made.campaign)
    return results.survey(campaign, counted(made.campaign))


def wordings(made: Scene) -> list[rates_wordings.Wording]:
    campaign = db.session.get_one(Campaign, made.campaign)
    contests = rates_wordings.contests(campaign, counted(made.campaign))
    assert [one.round for one in contests] == [1]
    return contests[0].wordings


def test_every_number_of_a_question_is_counted_from_the_views(made: Scene) -> None:
    by_hand = recount(made)
    assert by_hand["Can we count on you?"] == ({"Yes": 3, "No": 2, "Moved": 1}, 11)
    assert [row.question for row in shown(made).questions] == [step.question for step in STEPS]
    for row in shown(made).questions:
        counts, asked = by_hand[row.question]
        assert {one.label: one.count for one in row.answers if one.count} == counts
        assert (row.asked, row.answered) == (asked, sum(counts.values()))
        assert row.unanswered == asked - row.answered
        for one in row.answers:
            assert (one.share.low, one.share.high) == wilson(one.count, row.answered)
    (left_out,) = rows("SELECT count(*) AS n FROM qa_answer WHERE NOT on_path")
    assert shown(made).left_out == left_out["n"] == 1


def test_the_history_leads_to_the_answers_as_they_stand(made: Scene) -> None:
    standing: dict[tuple[int, str], str] = {}
    for change in rows("SELECT * FROM qa_answer_change ORDER BY id"):
        place = (change["contact_id"], change["step_key"])
        assert standing.pop(place, None) == change["was"]
        if change["answer_key"]:
            standing[place] = change["answer_key"]
    kept = rows("SELECT * FROM qa_answer")
    assert standing == {(one["contact_id"], one["step_key"]): one["answer_key"] for one in kept}
    assert len(rows("SELECT * FROM qa_answer_change")) == sum(map(len, SAID))


def test_the_record_of_a_conversation_tells_who_noted_what(made: Scene) -> None:
    (talk,) = rows("SELECT id FROM conversation WHERE contact_id = :c", c=made.contacts[4])
    told = [(one.what, one.who) for one in record.deeds(made.org_id, talk["id"])]
    assert told[-2:] == [
        ("Noted: Can we count on you? Yes", "Amy Adams"),
        ("Took an answer away: Can we count on you?", "Amy Adams"),
    ]
    assert sum(what.startswith(("Noted", "Took")) for what, _ in told) == 2


def test_answers_to_what_is_no_longer_asked_stay_in_the_results(made: Scene) -> None:
    save(made.campaign, (Step("s3", "Anything else?", (Answer("a2", "Not really"),)),))
    found = {row.question: row for row in shown(made).questions}
    assert [row.number for row in shown(made).questions] == [1, None, None]
    assert [(one.label, one.count) for one in found["Can we count on you?"].answers] == [
        ("Yes", 3),
        ("No", 2),
        ("Moved", 1),
    ]
    labels = {one.label: one.count for one in found["Anything else?"].answers}
    assert labels == {"Not really": 1, "Yes": 1}
    # Nobody is asked any more, so that nobody is without an answer.
    looked_at(made, "answers")
    rows_of = f"/o/{made.org}/campaigns/{made.campaign}/rows/unanswered?by=question&key=s1"
    assert "Nobody" in made.browser.get(rows_of).text
    assert made.browser.get(f"{rows_of}&after=1-0").status_code == 404


def test_who_came_to_a_question_by_an_answer_that_is_gone_counts_beside_the_others(made: Scene) -> None:
    first = (*STEPS[0].answers[1:], Answer("a4", "Sure", next="s2"))
    again = (
        Step("s1", STEPS[0].question, first),
        Step("s2", STEPS[1].question, (Answer("a3", "Both"),)),
        STEPS[2],
    )
    save(made.campaign, again)
    (talk,) = rows("SELECT id FROM conversation WHERE contact_id = :c", c=made.contacts[7])
    with transaction():
        who = Clicker(made.org_id, made.volunteer, 1, "Amy", "127.0.0.1", "")
        surveying.answer(who, talk["id"], "s1", "a4")
    row = next(row for row in shown(made).questions if row.key == "s2")
    assert (row.asked, row.answered, row.unanswered) == (3, 2, 1)
    leads = results.leading(db.session.get_one(Campaign, made.campaign), "s2")
    for kind in ("asked", "answered", "unanswered"):
        wanted = rows_filter.asked(kind, "question", "s2")
        listed = listing.rows(made.org_id, made.campaign, wanted, leads=leads).rows
        assert len(listed) == getattr(row, kind)


def test_every_number_of_a_wording_is_counted_from_the_views(made: Scene) -> None:
    messages = rows(
        "SELECT * FROM qa_message WHERE campaign_id = :c AND kind = 'first'", c=made.campaign
    )
    replied = {one["contact_id"] for one in rows("SELECT contact_id FROM qa_inbound")}
    stopped = {one["id"] for one in rows("SELECT id FROM qa_contact WHERE suppressed_at IS NOT NULL")}
    table = wordings(made)
    assert sorted(row.text for row in table) == sorted(FIRST)
    assert sum(row.sent for row in table) == 11
    for row in table:
        mine = [one["contact_id"] for one in messages if one["variant"] == FIRST.index(row.text)]
        assert mine
        assert row.sent == len(mine)
        for share, group in ((row.replied, replied), (row.opted_out, stopped)):
            count = len(set(mine) & group)
            assert (share.successes, share.n) == (count, len(mine))
            known = posterior(count, len(mine))
            assert (share.low, share.high) == (known.low, known.high)
    assert sum(row.replied.successes for row in table) == 10
    assert sum(row.opted_out.successes for row in table) == 2


def test_few_answers_are_no_percentage_and_no_answers_no_zero_of_zero(made: Scene) -> None:
    """Six answers say "3 of 6"; a question that was for nobody yet says so."""
    last = Step("s3", STEPS[2].question, (*STEPS[2].answers, Answer("a3", "Maybe", next="s9")))
    save(made.campaign, (*STEPS[:2], last, Step("s9", "Who?", (Answer("a1", "Friends"),))))
    page = looked_at(made, "answers")
    assert "3 of 6" in page
    shares = re.findall(r'class="drawn-words">(.*?)</td>', page, re.DOTALL)
    assert len(shares) == 8
    assert not any("%" in re.sub(r"<[^>]*>", "", share) for share in shares)
    assert re.findall(r"Not asked yet. <span class=\"soft\">The answers: <bdi>(\w+)</bdi>", page) == [
        "Friends"
    ]
    assert "0 of 0" not in page


def test_what_left_is_the_wording_that_was_noted(made: Scene) -> None:
    for one in rows("SELECT * FROM qa_message WHERE kind = 'first'"):
        assert one["text"].endswith(FIRST[one["variant"]].replace("{first_name}", "").strip()[-40:])
        wanted = FIRST[one["variant"]].split("{first_name}")
        assert one["text"].startswith(wanted[0])


def test_one_wording_is_compared_with_none(app: Flask) -> None:
    plain = scene(app)
    plain.sent()
    (contest,) = rates_wordings.contests(
        db.session.get_one(Campaign, plain.campaign), counted(plain.campaign)
    )
    assert (len(contest.wordings), contest.verdicts, contest.warnings) == (1, [], [])
    assert shown(plain) == results.Survey([])


def looked_at(made: Scene, tab: str) -> str:
    db.session.execute(text("UPDATE membership SET role = 'organizer'"))
    db.session.commit()
    return made.browser.get(f"/o/{made.org}/campaigns/{made.campaign}/rates/{tab}").text


def test_the_pages_say_both(made: Scene) -> None:
    page = re.sub(r"<[^>]+>", "", looked_at(made, "answers"))
    assert re.search(
        r"6 of 11 answered \(55% \(\d+–\d+%\) of 11[^)]*\)\. 5 without an answer so far\.", page
    )
    assert "1 answer is not counted" in page
    assert tree.write(STEPS)[0]["question"] in page
    assert "will you vote on Tuesday?" in looked_at(made, "wordings")
