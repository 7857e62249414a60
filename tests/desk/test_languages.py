"""Pages of other languages: who reads what, writing it place by place, two managers at once."""

import html
from typing import Any

import pytest
from sqlalchemy import func, update

from p2ptext.background import transaction
from p2ptext.campaigns import starting, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import translating
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from tests.audience.browsing import Manager
from tests.audience.lists import bring_in

LIST = """\
phone,first name,language
2025550104,Maria,Spanish
2025550105,Zoe,English
2025550106,Ana,es
2025550107,Dung,Vietnamese
2025550108,Kim,
"""
STOP = "Hola {first_name|}, soy de Ohio Votes. Responda STOP para no recibir mensajes."


def document(manager: Manager) -> dict[str, Any]:
    db.session.rollback()
    campaign = db.session.get_one(Campaign, manager.campaign.id, populate_existing=True)
    return writing.document_of(campaign)


def base(manager: Manager) -> int:
    db.session.rollback()
    found = db.session.get_one(Campaign, manager.campaign.id, populate_existing=True).script_version_id
    assert found is not None
    return found


def fill(manager: Manager, **values: Any) -> None:
    with transaction():
        campaign = writing.lock(manager.campaign.id, manager.org.id)
        writing.save_document(campaign, writing.document_of(campaign) | values, manager.person.id)


def write(manager: Manager, part: str = "", **fields: str) -> Any:
    names = {name.replace("__", ":"): text for name, text in fields.items()}
    return manager.post(f"languages/es?part={part}", **({"base": base(manager)} | names))


@pytest.fixture
def listed(manager: Manager) -> Manager:
    bring_in(manager.campaign, LIST)
    return manager


def test_the_list_says_who_reads_what(listed: Manager) -> None:
    page = html.unescape(listed.get("languages").text)
    assert "2 people read Spanish" in page
    assert "1 person reads Vietnamese" in page
    assert "Of 1 person the list does not say the language" in page
    added = listed.post("languages", language="es")
    assert added.headers["Location"].endswith("/languages/es")
    assert document(listed)["languages"] == {"es": {}}
    assert "1 text is missing" in listed.get("languages").text
    assert listed.post("languages", language="xx").status_code == 404


def test_a_text_is_written_beside_the_main_one_and_shown_as_somebody_reads_it(listed: Manager) -> None:
    listed.post("languages", language="es")
    assert write(listed, first__1=STOP, first__2="").status_code == 303
    assert document(listed)["languages"]["es"] == {"first": [STOP]}
    page = html.unescape(listed.get("languages/es").text)
    assert "Hola Maria, soy de Ohio Votes." in page
    assert "Hi {first_name|you}. Ohio Votes. Reply STOP." in page
    assert "everything is written" in page
    following = page.split("Next person")[0].rsplit('href="', 1)[1].split('"')[0]
    assert "Hola Ana, soy" in html.unescape(listed.browser.get(following).text)


def test_what_is_wrong_with_a_text_is_said_below_it(listed: Manager) -> None:
    listed.post("languages", language="es")
    write(listed, first__1="Hola {shoe_size}, más")
    page = html.unescape(listed.get("languages/es").text)
    assert "The list has no column {shoe_size}" in page
    assert "does not say how to opt out" in page


def test_a_place_that_is_too_long_is_not_saved_and_comes_back(listed: Manager) -> None:
    fill(listed, canned=[{"title": "Who?", "text": "Me"}], languages={"es": {}})
    refused = write(listed, first__1="x" * 1601, canned__1="Yo")
    assert refused.status_code == 409
    assert "1,601 characters. 1,600 are the most" in refused.text
    assert "x" * 1601 in refused.text
    assert document(listed)["languages"]["es"] == {"canned": [{"title": "Who?", "text": "Yo"}]}


def test_two_managers_lose_nothing_of_each_other(listed: Manager) -> None:
    fill(listed, canned=[{"title": "Who?", "text": "Me"}], languages={"es": {}})
    seen = base(listed)
    write(listed, first__1=STOP)
    refused = write(listed, base=str(seen), first__1="Mine", canned__1="Yo")
    assert refused.status_code == 409
    assert "Saved in the meantime" in refused.text
    assert "Mine" in refused.text
    assert html.escape(STOP) in refused.text
    assert document(listed)["languages"]["es"] == {
        "first": [STOP],
        "canned": [{"title": "Who?", "text": "Yo"}],
    }
    assert write(listed, first__1="Mine").status_code == 303
    assert document(listed)["languages"]["es"]["first"] == ["Mine"]


def test_a_running_campaign_takes_no_text_that_stops_it(listed: Manager) -> None:
    fill(listed, languages={"es": {"first": [STOP]}})
    db.session.execute(update(Campaign).values(launched_at=func.p2p_now(), status="running"))
    db.session.commit()
    refused = write(listed, first__1="Hola, Ohio Votes.")
    assert refused.status_code == 409
    assert "Hola, Ohio Votes." in refused.text
    assert document(listed)["languages"]["es"] == {"first": [STOP]}
    better = STOP.replace("soy de", "le escribe")
    assert write(listed, first__1=better).status_code == 303
    assert document(listed)["languages"]["es"] == {"first": [better]}


def test_a_language_is_taken_out(listed: Manager) -> None:
    fill(listed, languages={"es": {"first": [STOP]}, "vi": {}})
    assert listed.post("languages/es/remove").status_code == 303
    assert document(listed)["languages"] == {"vi": {}}
    listed.post("languages/vi/remove")
    assert "languages" not in document(listed)
    with pytest.raises(NotFound), transaction():
        translating.remove(listed.campaign.id, listed.org.id, listed.person.id, "vi")
    assert listed.get("languages/es").status_code == 404


def test_every_part_of_a_long_script_has_its_page(listed: Manager) -> None:
    fill(listed, **starting.written_for(starting.starters()[0], "Ohio Votes", ""))
    assert "Pida pronto su boleta" in listed.get("languages/es?part=1").text
    assert "Disculpe la molestia" in listed.get("languages/es?part=canned").text
    assert write(listed, "1", text__s1__a1__1="Gracias.").status_code == 303
    assert document(listed)["languages"]["es"]["steps"]["s1"]["answers"]["a1"]["texts"] == ["Gracias."]


def test_hostile_words_are_shown_as_words(listed: Manager) -> None:
    attack = '"><script>alert(1)</script>'
    fill(listed, first=[attack], canned=[{"title": attack, "text": attack}], languages={"es": {}})
    for part in ("messages", "canned"):
        page = listed.get(f"languages/es?part={part}").text
        assert "<script>alert" not in page
    write(listed, first__1=attack)
    assert "<script>alert" not in listed.get("languages/es").text
