"""The history of a script, the way back, and the conversation that is played."""

import re

from sqlalchemy import select

from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.extensions import db
from p2ptext.rules.tree import Answer, Step
from tests.audience.browsing import Manager
from tests.audience.lists import bring_in
from tests.desk.test_questions import LIST, TWO, save, steps, versions


def test_the_history_says_who_when_and_what(manager: Manager) -> None:
    save(manager, *TWO)
    manager.post("questions/s1", action="save", question="Are you with us?")
    page = manager.get("versions").text
    assert [int(n) for n in re.findall(r"<strong>Version (\d+)</strong>", page)] == [3, 2, 1]
    assert "Question reworded: Are you with us?" in page
    assert page.count("Olga Petrova, ") == 3
    assert page.count("in use") == 1
    assert "Version 1" not in manager.get("versions?before=1").text


def test_the_history_says_what_became_of_the_first_message(manager: Manager) -> None:
    first = "Hi {first_name|you}, Ohio Votes here. Reply STOP."
    manager.post("message", action="save", text=first)
    manager.post("message?wording=2", action="save", text=first + " Thanks.")
    manager.post("message?wording=2", action="save", text=first + " Thank you.")
    manager.post("message?wording=2", action="remove")
    page = manager.get("versions").text
    for note in (" reworded", ": wording 2 added", ": wording 2 changed", ": a wording removed"):
        assert f"First message{note}" in page


def test_any_two_versions_are_compared_word_by_word(manager: Manager) -> None:
    save(manager, *TWO)
    manager.post("questions/s1", action="save", question="With us today?")
    page = manager.get("versions/difference?a=3&b=2").text
    assert "From version 2 to version 3" in page
    assert "[new: </span> today" in page
    assert "Nothing differs" in manager.get("versions/difference?a=2&b=2").text
    assert "Hi {first_name|you}" in manager.get("versions/difference?a=0&b=1").text
    assert manager.get("versions/difference?a=1&b=99").status_code == 404
    assert manager.get("versions/difference?a=x").status_code == 303


def test_an_earlier_version_comes_back_as_a_new_one(manager: Manager) -> None:
    save(manager, *TWO)
    manager.post("questions/s1", action="remove")
    assert steps(manager) == ()
    assert manager.post("versions/restore", version=2).status_code == 303
    assert steps(manager) == TWO
    assert len(versions(manager)) == 4
    last = db.session.scalars(select(ScriptVersion).order_by(ScriptVersion.number.desc())).first()
    assert last is not None
    assert last.note == "Version 2 again"
    assert manager.post("versions/restore", version=77).status_code == 404
    assert manager.post("versions/restore").status_code == 404


def test_while_it_runs_nothing_comes_back_that_cannot_be_worked_with(manager: Manager) -> None:
    save(manager, Step("s1", "Who?", (Answer("a1", "Yes", ("{nickname}",)),)))
    save(manager, *TWO)
    bring_in(manager.campaign, LIST)
    manager.try_out()
    assert manager.post("launch").status_code in (302, 303)
    refused = manager.post("versions/restore", version=2)
    assert refused.status_code == 409
    assert "The list has no column {nickname}." in refused.text
    assert steps(manager) == TWO
    manager.post("pause")
    assert manager.post("versions/restore", version=2).status_code == 303


def test_an_archived_script_stays_as_it_is(manager: Manager) -> None:
    save(manager, *TWO)
    manager.post("archive")
    assert "Restore" not in manager.get("versions/difference?a=1&b=2").text
    assert manager.post("versions/restore", version=1).status_code == 409


def test_a_conversation_is_played(manager: Manager) -> None:
    save(manager, *TWO)
    bring_in(manager.campaign, LIST)
    page = manager.get("play").text
    assert "You are Maria, line 2 of your list" in page
    assert "Hi Maria." in page
    assert "The volunteer is asked: With us?" in page
    onward = re.search(r'href="([^"]*play[^"]*said=s1\.a1[^"]*)"', page)
    assert onward is not None
    then = manager.browser.get(onward[1].replace("&amp;", "&")).text
    assert "Hi Maria<" in then
    assert "The volunteer is asked: Early?" in then
    end = manager.get("play?said=s1.a1&said=s2.a2").text
    assert "The conversation ends here." in end
    assert "One step back" in end


def test_a_strange_address_plays_only_what_the_script_has(manager: Manager) -> None:
    save(manager, *TWO)
    for said in ("said=s2.a1", "said=s1.a9", "said=<b>", "said=s1.a1&said=s1.a1", "contact=x&said="):
        page = manager.get(f"play?{said}")
        assert page.status_code == 200
        assert "<b>" not in page.text


def test_a_circle_ends_when_every_question_was_asked(manager: Manager) -> None:
    save(manager, Step("s1", "Again?", (Answer("a1", "Yes", ("And again?",), "s1"),)))
    page = manager.get("play?" + "&".join(["said=s1.a1"] * 50)).text
    assert page.count("bubble-in") == 2


def test_somebody_without_a_value_is_written_to_by_hand(manager: Manager) -> None:
    save(manager, Step("s1", "Where?", (Answer("a1", "Yes", ("You vote in {precinct}.",)),)))
    bring_in(manager.campaign, LIST)
    zoe = "play?" + re.sub(
        r".*contact=(\d+).*", r"contact=\1", manager.get("play?move=next").text, flags=re.S
    )
    page = manager.get(f"{zoe}&move=next&said=s1.a1").text
    assert "There is no {precinct} for this person" in page


def test_nothing_is_played_before_there_are_words(manager: Manager) -> None:
    campaign = db.session.get_one(Campaign, manager.campaign.id)
    campaign.script_version_id = None
    db.session.commit()
    assert "There is nothing to play yet" in manager.get("play").text
    assert "Nothing is asked yet" in manager.get("questions").text
