"""A script comes in by paste or file, is looked at first, and goes out again; a starter is taken."""

import html
import io
import json
from typing import Any

import pytest
from sqlalchemy import func, select, update

from p2ptext.background import transaction
from p2ptext.campaigns import starting, writing
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.extensions import db
from p2ptext.rules import script_files
from tests.audience.browsing import Manager

PASTED = """\
Hi {first_name|you}, Ohio Votes here. Coming? Reply STOP to opt out.

Q: Coming?
  If yes: Good.
  If no: Sad.
  go to question 9
"""


def again(manager: Manager) -> Campaign:
    return db.session.get_one(Campaign, manager.campaign.id, populate_existing=True)


def said(manager: Manager) -> dict[str, Any]:
    db.session.rollback()
    return writing.document_of(again(manager))


def versions(manager: Manager) -> int:
    rows = select(func.count()).where(ScriptVersion.campaign_id == manager.campaign.id)
    return db.session.scalar(rows) or 0


def write(manager: Manager, **document: Any) -> None:
    with transaction():
        campaign = writing.lock(manager.campaign.id, manager.org.id)
        writing.save_document(campaign, writing.document_of(campaign) | document, manager.person.id)


def base(manager: Manager) -> str:
    return str(again(manager).script_version_id)


def test_a_pasted_script_is_shown_before_it_is_taken(manager: Manager) -> None:
    shown = manager.post("script", text=PASTED)
    assert shown.status_code == 200
    page = html.unescape(shown.text)
    assert "Line 6: There is no question “question 9” to go to." in page
    assert "If they say yes:" in page
    assert versions(manager) == 1
    taken = manager.post("script", text=PASTED, action="save", base=base(manager))
    assert taken.status_code == 303
    document = said(manager)
    assert document["first"] == [PASTED.splitlines()[0]]
    assert [one["label"] for one in document["steps"][0]["answers"]] == ["yes", "no"]
    assert versions(manager) == 2


def test_what_cannot_be_read_comes_back_in_the_box(manager: Manager) -> None:
    wrong = '{"a": 1,\n "b" <x>}'
    refused = manager.post("script", text=wrong)
    assert refused.status_code == 422
    assert "Line 2: this is not valid JSON" in refused.text
    assert html.escape(wrong, quote=False).replace('"', "&#34;") in refused.text
    assert versions(manager) == 1
    assert "Error: Bring in a script" in refused.text


def test_going_back_to_the_text_keeps_it(manager: Manager) -> None:
    assert (
        "Hi {first_name|you}, Ohio Votes here."
        in manager.post("script", text=PASTED, action="edit").text
    )


def test_nothing_is_taken_over_what_was_saved_since(manager: Manager) -> None:
    seen = base(manager)
    write(manager, canned=[{"title": "Mine", "text": "New"}])
    refused = manager.post("script", text=PASTED, action="save", base=seen)
    assert refused.status_code == 409
    assert "has saved another version since" in refused.text
    assert said(manager)["canned"] == [{"title": "Mine", "text": "New"}]


def test_what_a_text_is_silent_about_stays(manager: Manager) -> None:
    write(manager, canned=[{"title": "Kept", "text": "Yes"}], languages={"es": {"first": ["Hola"]}})
    manager.post("script", text=PASTED, action="save", base=base(manager))
    document = said(manager)
    assert document["canned"] == [{"title": "Kept", "text": "Yes"}]
    assert document["languages"] == {"es": {"first": ["Hola"]}}


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_file_that_went_out_comes_in_exactly(manager: Manager, kind: str) -> None:
    whole = starting.written_for(starting.starters()[0], "Ohio Votes", "")
    write(manager, **whole)
    out = manager.get(f"script.{kind}")
    assert out.status_code == 200
    assert f'.{kind}"' in out.headers["Content-Disposition"]
    write(manager, first=["Other"], steps=[], canned=[], languages={})
    file = (io.BytesIO(out.data), f"x.{kind}")
    page = manager.post("script", file=file, text="")
    assert page.status_code == 200
    text = out.data.decode("utf-8-sig")
    assert manager.post("script", text=text, action="save", base=base(manager)).status_code == 303
    assert said(manager) == whole


def test_the_text_is_for_reading_and_other_kinds_are_not_there(manager: Manager) -> None:
    assert "First message:" in manager.get("script.txt").text
    assert manager.get("script.exe").status_code == 404


def test_a_document_of_a_word_processor_is_refused_in_words(manager: Manager) -> None:
    refused = manager.post("script", file=(io.BytesIO(b"PK\x03\x04..."), "script.docx"), text="")
    assert refused.status_code == 422
    assert "copy all of its text" in refused.text


def test_hostile_words_are_shown_as_words(manager: Manager) -> None:
    attack = "<script>alert(1)</script>"
    text = f"Hi {attack}?\nQ: {attack}\nIf {attack}: {attack}\nGo to {attack}\n{{{{7*7}}}}"
    page = manager.post("script", text=text).text
    assert attack not in page
    assert html.escape(attack) in page
    assert "{{7*7}}" in page


STEP = {
    "key": "s1",
    "question": "Coming?",
    "answers": [
        {"key": "a1", "label": "Yes", "texts": ["Good."], "next": None},
        {"key": "a2", "label": "No", "texts": [], "next": None},
    ],
}


def test_a_launched_campaign_keeps_the_keys_of_what_is_asked_already(manager: Manager) -> None:
    write(manager, steps=[STEP])
    write(manager, steps=[{**STEP, "answers": STEP["answers"][:1]}])
    db.session.execute(update(Campaign).values(launched_at=func.p2p_now(), status="paused"))
    db.session.commit()
    incoming = {
        "first": ["Hi, Ohio Votes. Reply STOP."],
        "steps": [
            {"key": "s1", "question": "Why?", "answers": [{"key": "a1", "label": "Busy", "texts": []}]},
            {
                "key": "s9",
                "question": "coming? ",
                "answers": [
                    {"key": "a1", "label": "Maybe", "texts": [], "next": "s1"},
                    {"key": "a5", "label": "YES", "texts": []},
                ],
            },
        ],
        "languages": {"es": {"steps": {"s9": {"answers": {"a5": {"texts": ["Bien"]}}}}}},
    }
    text = json.dumps({"format": "p2ptext script", "version": 1, "script": incoming})
    assert manager.post("script", text=text, action="save", base=base(manager)).status_code == 303
    document = said(manager)
    keys = [(one["key"], [answer["key"] for answer in one["answers"]]) for one in document["steps"]]
    # a2 was another answer to this question once, so a new one is a3.
    assert keys == [("s2", ["a1"]), ("s1", ["a3", "a1"])]
    assert document["steps"][1]["answers"][0]["next"] == "s2"
    assert document["languages"]["es"]["steps"] == {"s1": {"answers": {"a1": {"texts": ["Bien"]}}}}


def test_a_running_campaign_takes_no_script_that_stops_it(manager: Manager) -> None:
    db.session.execute(update(Campaign).values(launched_at=func.p2p_now(), status="running"))
    db.session.commit()
    text = script_files.to_json({"first": ["Hello."], "canned": []})
    refused = manager.post("script", text=text, action="save", base=base(manager))
    assert refused.status_code == 409
    assert "opt out" in refused.text
    assert versions(manager) == 1


def test_a_starter_is_looked_at_and_taken(manager: Manager) -> None:
    page = html.unescape(manager.get("starters").text)
    assert all(one.name in page for one in starting.starters())
    one = html.unescape(manager.get("starters/event_invitation").text)
    assert "[EVENT NAME]" in one
    assert manager.org.name in one
    assert "Le invitamos" not in one
    assert "Le invitamos" in manager.get("starters/event_invitation?language=es").text
    assert manager.get("starters/nothing").status_code == 404
    taken = manager.post("starters/event_invitation", base=base(manager))
    assert taken.status_code == 303
    starter = starting.find("event_invitation")
    assert said(manager) == starting.written_for(
        starter, manager.org.sender_name or manager.org.name, ""
    )
    assert versions(manager) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a," + "x" * 150_000, ""),
        ("a," + "x" * 250_000, "200,000 are the most"),
        ("Hi\n" + "- a\n" * 15_000, "10,000 are the most"),
        ('{"a":' + "1" * 5000 + "}", "A number in this JSON is too long"),
        ('{"a":' * 50_000, "nested too deeply"),
    ],
)
def test_huge_scripts_are_read_or_refused_in_words(manager: Manager, text: str, words: str) -> None:
    answer = manager.post("script", text=text)
    assert answer.status_code == (422 if words else 200)
    assert words in answer.text


def test_a_page_shows_the_first_of_many_notes(manager: Manager) -> None:
    steps = [{"id": n, "script": f"Hello {n}"} for n in range(1000)]
    page = manager.post("script", text=json.dumps(steps)).text
    assert "Left out: Hello 1<" in page
    assert "Left out: Hello 999<" not in page
    assert "699 more" in page
