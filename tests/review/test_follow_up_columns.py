"""Questions that begin alike are two columns of a follow-up list; the same question is one."""

import csv

from flask import Flask
from sqlalchemy import select, text

from p2ptext.audience import importing
from p2ptext.audience.models import ContactImport
from p2ptext.background import transaction
from p2ptext.conversations import surveying
from p2ptext.extensions import db
from p2ptext.review import deed_asking, jobs
from p2ptext.review.filters import Filter
from p2ptext.rules.tree import Answer, Step
from tests.conversations.evening import Evening, evening
from tests.conversations.test_surveying import write_script

ASKED = "Would you be willing to knock on doors with us for an hour or two on {}?"
SAID = (Answer("a1", "Yes"), Answer("a2", "No"))
STEPS = (
    Step("s1", ASKED.format("Saturday"), (Answer("a1", "Yes", ("Great",), "s2"), Answer("a2", "No"))),
    Step("s2", ASKED.format("Sunday"), SAID),
)


def answers(made: Evening, talk: int, step: str, answer: str) -> None:
    with transaction():
        surveying.answer(made.who("amy"), talk, step, answer)


def listed(made: Evening) -> list[dict[str, str]]:
    """The rows of a follow-up list of everybody."""
    with transaction():
        row = deed_asking.begin(made.org_id, made.people["olga"], "list", Filter(), None)
        deed_asking.say(row, {"campaign": "new", "name": "Call them"})
        number = len(row.ids)
        assert deed_asking.confirm(row, deed_asking.stamp(row, number), number)
        deed_id = row.id
    jobs.do_deed(deed_id)
    file = db.session.scalars(select(ContactImport).where(ContactImport.made_from.is_not(None))).one()
    with (importing.upload_folder() / file.stored_as).open(newline="") as content:
        return list(csv.DictReader(content))


def manager(made: Evening) -> None:
    db.session.execute(text("UPDATE membership SET role = 'manager' WHERE role = 'organizer'"))
    db.session.commit()


def test_questions_that_begin_alike_have_a_column_each(app: Flask) -> None:
    made = evening(app, waiting=1)
    manager(made)
    write_script(made.campaign, STEPS)
    answers(made, made.talks[0], "s1", "a1")
    answers(made, made.talks[0], "s2", "a2")
    (row,) = listed(made)
    given = {name: cell for name, cell in row.items() if name.startswith("answer_")}
    begin = "answer_would_you_be_willing_to_knock_on_doors_with_us_for_an"
    assert given == {begin: "Yes", f"{begin}_2": "No"}


def test_another_sign_in_a_question_makes_no_other_column(app: Flask) -> None:
    made = evening(app, waiting=2)
    manager(made)
    for talk, asked in zip(made.talks, ("Will you vote?", "Will you vote"), strict=True):
        write_script(made.campaign, (Step("s1", asked, SAID),))
        answers(made, talk, "s1", "a2")
    assert [row["answer_will_you_vote"] for row in listed(made)] == ["No", "No"]
