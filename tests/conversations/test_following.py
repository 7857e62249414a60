"""A script that leads elsewhere changes which answers follow, for everybody, as rules/tree.path says."""

import random
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.conversations import following
from p2ptext.conversations.models import SurveyAnswer
from p2ptext.extensions import db
from p2ptext.rules import tree
from p2ptext.rules.tree import Answer, Step
from tests.conversations.test_surveying import STEPS, write_script
from tests.texting.scene import Scene, scene

LEADS = {
    "the branch is led to from elsewhere": ("s3", "s2", None),
    "nothing follows any more": (None, None, None),
    "the questions lead round in a circle": ("s1", "s3", None),
    "as it was": ("s2", "s3", None),
}


def led(*leads: str | None) -> tuple[Step, ...]:
    first = STEPS[0]
    answers = tuple(
        Answer(one.key, one.label, one.texts, lead)
        for one, lead in zip(first.answers, leads, strict=True)
    )
    return (Step(first.key, first.question, answers), *STEPS[1:])


@pytest.fixture
def made(app: Flask) -> Scene:
    """Twelve people, of whom each has answered something."""
    scene_ = scene(app, people=12)
    write_script(scene_.campaign, STEPS)
    chance = random.Random(7)
    campaign = writing.lock(scene_.campaign, scene_.org_id)
    for contact in scene_.contacts:
        for step in STEPS:
            given = chance.choice([None, *step.answers])
            if given:
                db.session.add(
                    SurveyAnswer(
                        contact_id=contact,
                        step_key=step.key,
                        organization_id=scene_.org_id,
                        campaign_id=scene_.campaign,
                        answer_key=given.key,
                        script_version_id=campaign.script_version_id,
                        person_id=scene_.volunteer,
                        on_path=chance.random() < 0.5,
                    )
                )
    db.session.commit()
    return scene_


def marks(made: Scene) -> dict[tuple[int, str], bool]:
    db.session.expire_all()
    rows = db.session.scalars(select(SurveyAnswer).filter_by(campaign_id=made.campaign))
    return {(row.contact_id, row.step_key): row.on_path for row in rows}


def expected(made: Scene, steps: Sequence[Step]) -> dict[tuple[int, str], bool]:
    answers: dict[int, dict[str, str]] = {}
    for row in db.session.scalars(select(SurveyAnswer).filter_by(campaign_id=made.campaign)):
        answers.setdefault(row.contact_id, {})[row.step_key] = row.answer_key
    found = {}
    for contact, given in answers.items():
        taken = {step.key for step, _ in tree.path(steps, given)}
        found |= {(contact, key): key in taken for key in given}
    return found


@pytest.mark.parametrize("leads", LEADS.values(), ids=LEADS)
def test_marks_are_those_of_the_rule(made: Scene, leads: tuple[str | None, ...]) -> None:
    steps = led(*leads)
    wanted = expected(made, steps)
    wrong = sum(1 for key, follows in marks(made).items() if follows != wanted[key])
    with transaction():
        assert following.mark(made.campaign, steps) == wrong
    assert marks(made) == wanted
    with transaction():
        assert following.mark(made.campaign, steps) == 0


def test_what_the_script_asks_no_more_keeps_its_mark(made: Scene) -> None:
    before = marks(made)
    with transaction():
        following.mark(made.campaign, STEPS[:1])
    after = marks(made)
    assert {key: mark for key, mark in after.items() if key[1] != "s1"} == {
        key: mark for key, mark in before.items() if key[1] != "s1"
    }


def test_an_answer_that_the_script_has_no_more_keeps_its_mark(made: Scene) -> None:
    gone = (Step("s1", STEPS[0].question, STEPS[0].answers[1:]), *STEPS[1:])
    rows = db.session.scalars(select(SurveyAnswer).filter_by(step_key="s1", answer_key="a1"))
    before = {row.contact_id: row.on_path for row in rows}
    assert len(set(before.values())) == 2
    with transaction():
        following.mark(made.campaign, gone)
    after = marks(made)
    assert {contact: after[contact, "s1"] for contact in before} == before


def test_another_campaign_is_not_touched(made: Scene) -> None:
    before = marks(made)
    with transaction():
        assert following.mark(made.campaign + 1000, led(None, None, None)) == 0
    assert marks(made) == before
    assert db.session.scalar(text("SELECT count(*) FROM survey_answer")) == len(before)
