"""What replaces the script of a campaign that is texted from is looked at as a whole first."""

import html
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update

from p2ptext.background import transaction
from p2ptext.campaigns import enclosures, writing
from p2ptext.campaigns.enclosure_models import MediaFile
from p2ptext.campaigns.models import Campaign, SendingNumber
from p2ptext.clock import now
from p2ptext.extensions import db
from tests.audience.browsing import Manager
from tests.audience.lists import bring_in
from tests.texting.pictures import jpeg

LIST = """\
phone,first name,language,short
2025550104,Maria,Spanish,
2025550105,Zoe,English,Z
"""
FIRST = "Hi {first_name|you}. Ohio Votes. Reply STOP."
HOLA = "Hola {first_name|}, soy de Ohio Votes. Responda STOP para no recibir mensajes."
BAD = "GRATIS bit.ly/abc dinero"


def answer(text: str) -> list[dict[str, Any]]:
    one = {"key": "a1", "label": "Yes", "texts": [text], "next": None}
    return [{"key": "s1", "question": "Coming?", "answers": [one]}]


WRONG: Mapping[str, tuple[dict[str, Any], str]] = {
    "no first message": ({"first": []}, "no first message"),
    "another language": ({"languages": {"es": {"first": [BAD]}}}, "In Spanish"),
    "a field in another language": (
        {"languages": {"es": {"first": [f"{HOLA} {{nickname}}"]}}},
        "{nickname}",
    ),
    "a pass": ({"rounds": {"2": ["Come to [PLACE]. Ohio Votes. Reply STOP."]}}, "Pass 2"),
    "a text after an answer": ({"steps": answer("Come to [PLACE]")}, "The text after “Yes”"),
    "a field after an answer": ({"steps": answer("Hi {nickname}")}, "{nickname}"),
    "a canned reply": ({"canned": [{"title": "A", "text": "Come to [PLACE]"}]}, "The canned reply “A”"),
    "a text nobody can send": ({"steps": answer("Good. " * 200)}, "segments"),
}


@pytest.fixture
def running(manager: Manager) -> Manager:
    bring_in(manager.campaign, LIST)
    manager.try_out()
    assert manager.post("launch").status_code in (302, 303)
    assert again(manager).status == "running"
    return manager


def again(manager: Manager) -> Campaign:
    db.session.rollback()
    return db.session.get_one(Campaign, manager.campaign.id, populate_existing=True)


def said(manager: Manager) -> dict[str, Any]:
    return writing.document_of(again(manager))


def write(manager: Manager, document: dict[str, Any]) -> int:
    """As if it had been saved before the list came; the number of the version."""
    with transaction():
        campaign = writing.lock(manager.campaign.id, manager.org.id)
        writing.save_document(campaign, document, manager.person.id)
    return int(db.session.scalar(db.text("SELECT max(number) FROM script_version")))


def import_(manager: Manager, **script: Any) -> Any:
    whole = {"first": [FIRST], "canned": []} | script
    text = json.dumps({"format": "p2ptext script", "version": 1, "script": whole})
    base = str(again(manager).script_version_id)
    return manager.post("script", text=text, action="save", base=base)


@pytest.mark.parametrize("case", WRONG)
def test_a_script_that_comes_in_is_looked_at_as_a_whole(running: Manager, case: str) -> None:
    script, words = WRONG[case]
    before = said(running)
    refused = import_(running, **script)
    assert refused.status_code == 409
    assert words in html.unescape(refused.text)
    assert said(running) == before


def test_a_good_script_comes_in_while_it_runs(running: Manager) -> None:
    good = {"languages": {"es": {"first": [HOLA]}}, "steps": answer("Good.")}
    assert import_(running, **good).status_code == 303
    assert said(running)["languages"] == good["languages"]


def test_what_stood_against_it_before_keeps_nobody_from_putting_right_a_part(running: Manager) -> None:
    bad = {"es": {"first": [BAD]}, "fr": {"first": [BAD.replace("GRATIS", "Gratuit")]}}
    write(running, {"first": [FIRST], "canned": [], "languages": bad})
    half = {"es": {"first": [HOLA]}, "fr": bad["fr"]}
    assert import_(running, languages=half).status_code == 303
    assert import_(running, languages={"es": bad["es"], "fr": bad["fr"]}).status_code == 409


@pytest.mark.parametrize("case", WRONG)
def test_an_earlier_version_is_looked_at_as_a_whole(running: Manager, case: str) -> None:
    script, words = WRONG[case]
    bad = write(running, {"first": [FIRST], "canned": []} | script)
    good = write(running, {"first": [FIRST], "canned": []})
    refused = running.post("versions/restore", version=bad)
    assert refused.status_code == 409
    assert words in html.unescape(refused.text)
    assert said(running) == {"first": [FIRST], "canned": []}
    assert good == bad + 1


def test_a_language_that_is_taken_out_leaves_its_readers_words_they_can_get(running: Manager) -> None:
    spanish = {"es": {"first": [HOLA]}}
    write(
        running, {"first": ["Hi {short}. Ohio Votes. Reply STOP."], "canned": [], "languages": spanish}
    )
    refused = running.post("languages/es/remove")
    assert refused.status_code == 409
    assert "{short}" in refused.text
    assert said(running)["languages"] == spanish
    write(running, {"first": [FIRST], "canned": [], "languages": spanish})
    assert running.post("languages/es/remove").status_code == 303
    assert "languages" not in said(running)


def put(manager: Manager, place: str = "first") -> Any:
    file = (io.BytesIO(jpeg()), "sign.jpg")
    return manager.post(f"with/{place}", file=file, description="A yard sign")


def can_send_pictures(*, yes: bool) -> None:
    db.session.execute(update(SendingNumber).values(can_mms=yes))
    db.session.commit()


def test_a_picture_that_no_number_can_send_is_not_put_to_a_running_campaign(running: Manager) -> None:
    can_send_pictures(yes=False)
    refused = put(running)
    assert refused.status_code == 200
    assert 'role="alert"' in refused.text
    assert "can send pictures, sounds or videos" in refused.text
    assert "media" not in said(running)
    can_send_pictures(yes=True)
    assert put(running).status_code == 302
    assert list(said(running)["media"]) == ["first"]


def test_a_draft_takes_a_picture_before_it_has_a_number_for_it(manager: Manager) -> None:
    can_send_pictures(yes=False)
    assert put(manager).status_code == 302
    assert list(said(manager)["media"]) == ["first"]


def test_an_import_keeps_no_picture_that_cannot_leave(running: Manager) -> None:
    can_send_pictures(yes=True)
    put(running)
    can_send_pictures(yes=False)
    # It stands against the present script as well, so nothing is worse than before.
    assert import_(running, canned=[{"title": "A", "text": "Good."}]).status_code == 303
    assert list(said(running)["media"]) == ["first"]


def test_a_version_whose_picture_is_gone_comes_back_without_it_and_says_so(running: Manager) -> None:
    can_send_pictures(yes=True)
    put(running)
    pictured = int(db.session.scalar(db.text("SELECT max(number) FROM script_version")))
    assert running.post("with/first/remove").status_code == 302
    db.session.execute(update(MediaFile).values(removed_at=now()))
    db.session.commit()

    refused = running.post("versions/restore", version=pictured)
    assert refused.status_code == 409
    assert "First message: What goes with a text is not kept any more." in refused.text
    assert "media" not in said(running)

    assert running.post("pause").status_code in (302, 303)
    assert running.post("versions/restore", version=pictured).status_code == 303
    assert "media" not in said(running)
    page = running.get("questions").text
    assert "without their picture" in page
    assert "First message" in page


def test_only_pictures_that_are_gone_are_left_out(manager: Manager) -> None:
    put(manager)
    put(manager, "rounds.2")
    campaign = again(manager)
    document = writing.document_of(campaign)
    assert enclosures.kept_of(campaign, document) == (document, [])
    gone = db.session.get_one(MediaFile, document["media"]["rounds.2"])
    gone.removed_at = gone.created_at
    db.session.flush()
    kept, places = enclosures.kept_of(campaign, document)
    assert (list(kept["media"]), places) == (["first"], ["rounds.2"])
    assert kept["first"] == document["first"]
