"""The pages on which questions are written, by forms alone; and the wordings of a first message."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from p2ptext.audience import preflight
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.desk import questioning
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.rules import tree_edits
from p2ptext.rules.tree import Answer, Step
from tests.audience.browsing import Manager
from tests.audience.lists import bring_in
from tests.audience.test_pages import EVIL

LIST = "phone,first name,precinct\n2025550104,Maria,Dayton\n2025550105,Zoe,\n"


def steps(manager: Manager) -> tuple[Step, ...]:
    db.session.expire_all()
    return writing.steps_of(db.session.get_one(Campaign, manager.campaign.id))


def save(manager: Manager, *written: Step) -> None:
    with transaction():
        campaign = writing.lock(manager.campaign.id, manager.org.id)
        writing.save_steps(campaign, written, manager.person.id)


def launch(manager: Manager) -> None:
    bring_in(manager.campaign, LIST)
    manager.try_out()
    assert manager.post("launch").status_code == 302


def versions(manager: Manager) -> list[dict[str, Any]]:
    db.session.expire_all()
    rows = select(ScriptVersion).where(ScriptVersion.campaign_id == manager.campaign.id)
    return [row.document for row in db.session.scalars(rows.order_by(ScriptVersion.number))]


TWO = (
    Step("s1", "With us?", (Answer("a1", "Yes", ("Hi {first_name|you}",), "s2"), Answer("a2", "No"))),
    Step("s2", "Early?", (Answer("a1", "Yes"), Answer("a2", "No"))),
)


def test_a_tree_is_written_by_forms(manager: Manager) -> None:
    assert "Nothing is asked yet" in manager.get("questions").text
    saved = manager.post("questions/new", question="With us?", answers="Yes\r\n\r\n No \r\nMaybe")
    assert saved.status_code == 303
    (first,) = steps(manager)
    assert [(one.key, one.label) for one in first.answers] == [
        ("a1", "Yes"),
        ("a2", "No"),
        ("a3", "Maybe"),
    ]
    leads = manager.post(
        f"questions/{first.key}/answers/a1",
        action="save",
        label="Yes!",
        next="new",
        **{"texts-0": "Great, {first_name}.\r\nEarly?", "texts-1": "Thanks. Early?"},
    )
    assert leads.location.endswith(f"questions/new?step={first.key}&answer=a1")
    assert "It is asked when they say “Yes!”" in manager.browser.get(leads.location).text
    second = manager.browser.post(
        leads.location, data={"csrf_token": manager.token, "question": "Early?", "answers": "Yes"}
    )
    assert second.status_code == 303
    first, then = steps(manager)
    assert first.answers[0] == Answer(
        "a1", "Yes!", ("Great, {first_name}.\nEarly?", "Thanks. Early?"), then.key
    )
    outline = manager.get("questions").text
    assert re.search(r"Then <a href=\"#s2\">question 2</a>", outline)
    assert "2 questions" in manager.get("setup").text


def test_each_text_is_shown_as_a_real_person_would_read_it(manager: Manager) -> None:
    save(manager, *TWO)
    bring_in(manager.campaign, LIST)
    page = manager.get("questions").text
    assert "As Maria, line 2 of your list," in page
    assert "Hi Maria" in page
    contact = re.search(r'name="contact" value="(\d+)"', page)
    assert contact is not None
    other = manager.get(f"questions?contact={contact[1]}&move=next").text
    assert "Hi Zoe" in other
    text = {"label": "Yes", "next": "s2", "texts-0": "You live in {precinct}, {volunteer_name} says."}
    tried = manager.post("questions/s1/answers/a1", action="next", contact=contact[1], **text)
    assert "This contact has no {precinct}" in tried.text
    tried = manager.post("questions/s1/answers/a1", action="preview", contact=contact[1], **text)
    assert "You live in Dayton, Olga says." in tried.text
    assert steps(manager) == TWO


@pytest.mark.parametrize(
    ("page", "posted", "words"),
    [
        ("questions/new", {"question": "", "answers": "Yes"}, "Write the question."),
        ("questions/new", {"question": "Who?", "answers": " \n"}, "Write at least one answer"),
        ("questions/new", {"question": "Who?", "answers": "Yes\nyes"}, "An answer is there twice."),
        (
            "questions/new",
            {"question": "Who?", "answers": "\n".join("abcdefghijklm")},
            "12 answers are the most.",
        ),
        (
            "questions/new",
            {"question": "Who?", "answers": "w" * 61},
            "An answer has 60 characters at most.",
        ),
    ],
)
def test_a_question_with_faults_is_not_saved(
    manager: Manager, page: str, posted: dict[str, str], words: str
) -> None:
    answer = manager.post(page, **posted)
    assert words in answer.text
    assert "Error:" in answer.text
    assert steps(manager) == ()


def test_an_unknown_field_is_told_from_a_missing_value(manager: Manager) -> None:
    bring_in(manager.campaign, "phone,first name\n2025550104,\n")
    campaign = writing.lock(manager.campaign.id, manager.org.id)
    answers = [
        {"key": f"a{n}", "label": f"L{n}", "texts": [text], "next": None}
        for n, text in enumerate(("Hi {first_name}", "Hi {daay}"), 1)
    ]
    steps = [{"key": "s1", "question": "Q?", "answers": answers}]
    document = {**writing.document_of(campaign), "steps": steps}
    writing.save_document(campaign, document, manager.person.id)
    db.session.commit()
    page = manager.get("questions").text
    assert (page.count("a value is missing"), page.count("no such column")) == (1, 1)


def test_an_answer_with_faults_is_not_saved(manager: Manager) -> None:
    save(manager, *TWO)
    answer = manager.post("questions/s1/answers/a1", action="save", label=" ", next="s2")
    assert "Write the answer." in answer.text
    circle = manager.post("questions/s2/answers/a1", action="save", label="Yes", next="s1")
    assert circle.status_code == 200  # it would lead back to where it comes from, and is not offered
    assert steps(manager) == TWO


def test_answers_are_added_moved_and_removed(manager: Manager) -> None:
    save(manager, *TWO)
    added = manager.post("questions/s1/answers/new", action="save", label="Maybe", next="")
    assert added.status_code == 303
    assert manager.post("questions/s1/answers/a3", action="up").status_code == 303
    assert [one.label for one in steps(manager)[0].answers] == ["Yes", "Maybe", "No"]
    assert manager.post("questions/s1/answers/a1", action="down").status_code == 303
    assert [one.label for one in steps(manager)[0].answers] == ["Maybe", "Yes", "No"]
    assert manager.post("questions/s1/answers/a1", action="remove").status_code == 303
    (left,) = steps(manager)  # the second question was reached by that answer alone
    assert [one.label for one in left.answers] == ["Maybe", "No"]
    assert manager.get("questions/s2").status_code == 404
    assert manager.get("questions/s1/answers/a1").status_code == 404


def test_a_key_is_never_given_twice(manager: Manager) -> None:
    """An old answer must not count for a new question."""
    save(manager, *TWO)
    assert manager.post("questions/s2", action="remove").status_code == 303
    assert steps(manager)[0].answers[0].next is None
    assert questioning.free_step_key(manager.campaign.id) == "s3"
    assert manager.post("questions/s1/answers/a2", action="remove").status_code == 303
    assert questioning.free_answer_key(manager.campaign.id, "s1") == "a3"


def test_a_question_is_reworded_and_keeps_its_key(manager: Manager) -> None:
    save(manager, *TWO)
    assert "nor the question that only it leads to" in manager.get("questions/s1").text
    assert manager.post("questions/s1", question="  Are you with us? ", action="save").status_code == 303
    assert (steps(manager)[0].key, steps(manager)[0].question) == ("s1", "Are you with us?")


def test_each_change_of_a_running_campaign_is_another_version(manager: Manager) -> None:
    save(manager, *TWO)
    launch(manager)
    before = versions(manager)
    assert manager.post("questions/s1", question="Are you with us?").status_code == 303
    assert versions(manager)[:-1] == before
    assert versions(manager)[-1]["steps"][0]["question"] == "Are you with us?"
    assert versions(manager)[-1]["first"] == before[-1]["first"]


def test_a_running_campaign_takes_nothing_that_cannot_be_asked(manager: Manager) -> None:
    save(manager, *TWO)
    launch(manager)
    refused = manager.post(
        "questions/s1/answers/a1", action="save", label="Yes", next="s2", **{"texts-0": "Hi {nickname}"}
    )
    assert refused.status_code == 200
    assert "The list has no column {nickname}." in refused.text
    lost = manager.post(
        "questions/s1/answers/a1", action="save", label="Yes", next="", **{"texts-0": "Hi"}
    )
    assert "No answer leads to “Early?”" in lost.text
    same = manager.post(
        "questions/s1/answers/a1", action="save", label="No", next="s2", **{"texts-0": "Hi"}
    )
    assert "twice" in same.text
    assert steps(manager) == TWO


def test_a_draft_may_be_wrong_for_a_while_and_is_not_launched(manager: Manager) -> None:
    bring_in(manager.campaign, LIST)
    save(manager, Step("s1", "Who?", (Answer("a1", "Yes", ("{nickname}",), "s9"),)), Step("s2", "What?"))
    found = preflight.check(db.session.get_one(Campaign, manager.campaign.id))
    codes = [one.code for one in found.blocks if one.fix == "questions"]
    assert codes == ["dangling", "no_answers", "unreachable", "unknown_field"]
    assert manager.post("launch").status_code == 409
    assert "To correct" in manager.get("setup").text
    assert "leads to a question that is not there any more" in manager.get("check").text
    assert "leads to a question that is not there any more" in manager.get("questions").text


def test_texts_after_answers_are_measured_by_everybody(manager: Manager) -> None:
    bring_in(manager.campaign, LIST)
    save(manager, Step("s1", "Who?", (Answer("a1", "Yes", ("{precinct}" + "x" * 460,)),)))
    found = preflight.check(db.session.get_one(Campaign, manager.campaign.id))
    assert [(one.code, one.fix) for one in found.blocks] == [("too_long", "questions")]
    (warning,) = [one for one in found.warnings if one.fix == "questions"]
    assert warning.words.startswith("The texts after answers: 1 contact has no {precinct}.")
    assert warning.samples == ["line 3 of list.csv"]


def test_two_managers_lose_nothing_of_each_other(manager: Manager) -> None:
    save(manager, *TWO)
    page = manager.get("questions/s1/answers/a1")  # opened before the other one writes
    assert page.status_code == 200
    with transaction():
        questioning.change(
            manager.campaign.id,
            manager.org.id,
            manager.person.id,
            lambda now: tree_edits.put_answer(now, "s1", Answer("a3", "Moved")),
        )
    manager.post("questions/s1/answers/a1", action="save", label="Sure", next="s2", **{"texts-0": "Hi"})
    assert [one.label for one in steps(manager)[0].answers] == ["Sure", "No", "Moved"]


def test_an_archived_campaign_is_read_and_not_changed(manager: Manager) -> None:
    save(manager, *TWO)
    manager.post("archive")
    page = manager.get("questions").text
    assert "With us?" in page
    assert "Move" not in page
    refused = manager.post("questions/s1", question="Other?")
    assert refused.status_code == 409
    assert steps(manager) == TWO


def test_hostile_words_are_shown_as_text(manager: Manager) -> None:
    save(manager, Step("s1", EVIL, (Answer("a1", EVIL, (EVIL + "{{7*7}}",)),)))
    for page in ("questions", "questions/s1", "questions/s1/answers/a1", "questions/s1/answers/new"):
        answer = manager.get(page)
        assert answer.status_code == 200
        assert EVIL not in answer.text
        assert ">49" not in answer.text


# Wordings of the first message


def first(manager: Manager) -> list[str]:
    db.session.expire_all()
    return writing.wordings(db.session.get_one(Campaign, manager.campaign.id))


def test_a_first_message_may_have_five_wordings(manager: Manager) -> None:
    assert "Add another wording" in manager.get("message").text
    for n in range(2, 6):
        saved = manager.post(
            f"message?wording={n}", text=f"Wording {n}. Ohio Votes. Reply STOP.", action="save"
        )
        assert saved.status_code == 302
    assert first(manager)[1:] == [f"Wording {n}. Ohio Votes. Reply STOP." for n in range(2, 6)]
    assert "Add another wording" not in manager.get("message").text
    assert "5 wordings, one for each person by chance" in manager.get("setup").text
    assert "Wording 3. Ohio Votes. Reply STOP." in manager.get("message?wording=3").text
    manager.post("message?wording=3", text="Changed. Ohio Votes. Reply STOP.", action="save")
    assert first(manager)[2] == "Changed. Ohio Votes. Reply STOP."
    manager.post("message?wording=2", action="remove")
    assert first(manager)[1:] == [
        "Changed. Ohio Votes. Reply STOP.",
        "Wording 4. Ohio Votes. Reply STOP.",
        "Wording 5. Ohio Votes. Reply STOP.",
    ]


@pytest.mark.parametrize("place", ["", "0", "-1", "x", "9", "99999", "²"])
def test_a_strange_place_is_the_first_wording(manager: Manager, place: str) -> None:
    assert "Hi {first_name|you}. Ohio Votes. Reply STOP." in manager.get(f"message?wording={place}").text


def test_the_last_wording_is_not_removed(manager: Manager) -> None:
    assert manager.post("message", action="remove").status_code == 409
    assert len(first(manager)) == 1


def test_more_than_five_wordings_are_refused(manager: Manager) -> None:
    campaign = writing.lock(manager.campaign.id, manager.org.id)
    with pytest.raises(Refused, match="5 wordings"):
        writing.save_wordings(campaign, ["Reply STOP."] * 6, manager.person.id)


def test_a_running_campaign_takes_no_second_wording_that_somebody_cannot_get(manager: Manager) -> None:
    launch(manager)
    refused = manager.post(
        "message?wording=2", text="Hi {precinct}. Ohio Votes. Reply STOP.", action="save"
    )
    assert "1 contact has no {precinct}." in refused.text
    assert len(first(manager)) == 1


def test_the_check_shows_every_wording(manager: Manager) -> None:
    bring_in(manager.campaign, LIST)
    manager.post(
        "message?wording=2", text="Dear {first_name|you}. Ohio Votes. Reply STOP.", action="save"
    )
    page = manager.get("check").text
    assert "Hi Maria. Ohio Votes. Reply STOP." in page
    assert "Dear Maria. Ohio Votes. Reply STOP." in page
    assert "Wording 2, for Maria" in page


def test_with_the_first_question_all_that_follow_go(manager: Manager) -> None:
    save(manager, *TWO)
    assert manager.post("questions/s1", action="remove").status_code == 303
    assert steps(manager) == ()
