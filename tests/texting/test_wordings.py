"""Several wordings of one text: each person gets theirs, on the card, at the click and in the row."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.rules.variants import choose
from p2ptext.texting.models import Message
from tests.texting.passing import begin, listed, take, texted
from tests.texting.scene import Scene, colleague, scene
from tests.texting.test_races import unpaced

FIRST = [f"Hi {{first_name}}, this is wording {n}. Reply STOP to opt out." for n in range(3)]
AGAIN = [f"{{first_name}}, once more, wording {n}. Reply STOP to opt out." for n in range(2)]


def save(made: Scene, texts: list[str], round_: int = 1) -> None:
    with transaction():
        campaign = writing.lock(made.campaign, made.org_id)
        writing.save_wordings(campaign, texts, made.volunteer, round_)


def cards(made: Scene) -> dict[int, dict[str, str]]:
    return {int(card["id"].split(":")[0]): card for card in made.deck()["cards"]}


def click(made: Scene, way: str, body: dict[str, Any]) -> TestResponse:
    """The short way knows plain JSON alone; any other goes through Flask."""
    kind = "application/json" if way == "short" else "application/any+json"
    headers = {"X-CSRFToken": made.csrf, "Accept": "application/json"}
    return made.browser.post(
        f"{made.base}/send", data=json.dumps(body), content_type=kind, headers=headers
    )


@pytest.mark.parametrize("way", ["short", "ordinary"])
def test_everybody_gets_the_wording_that_is_theirs(
    app: Flask, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    unpaced(monkeypatch)
    made = scene(app, 9)
    save(made, FIRST)
    shown = cards(made)
    assert len(shown) == 9
    for contact, card in shown.items():
        wording = choose(contact, 1, 3)
        assert f"this is wording {wording}." in card["text"]
        body = {"token": card["token"], "hash": card["hash"], "age_ms": 40}
        assert click(made, way, body).status_code == 202
        sent = db.session.scalars(select(Message).filter_by(contact_id=contact)).one()
        assert (sent.variant, sent.text) == (wording, card["text"])


def test_another_wording_makes_a_shown_card_look_again(app: Flask) -> None:
    """Whose wording has changed is shown the new one; whose has not is sent as it was."""
    made = scene(app, 12)
    save(made, FIRST[:2])
    shown = cards(made)
    save(made, FIRST)
    moved = next(one for one in shown if choose(one, 1, 2) != choose(one, 1, 3))
    stays = next(one for one in shown if choose(one, 1, 2) == choose(one, 1, 3))
    refused = made.send(shown[moved])
    assert (refused.status_code, refused.get_json()["code"]) == (409, "wording_changed")
    assert f"this is wording {choose(moved, 1, 3)}." in refused.get_json()["card"]["text"]
    assert made.send(shown[stays]).status_code == 202
    again = made.send(cards(made)[moved])
    assert again.status_code == 202
    kept = {one.contact_id: one.variant for one in db.session.scalars(select(Message))}
    assert kept == {moved: choose(moved, 1, 3), stays: choose(stays, 1, 3)}


def test_a_later_pass_has_wordings_of_its_own(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unpaced(monkeypatch)
    made = listed(app, 8)
    save(made, FIRST)
    save(made, AGAIN, 2)
    texted(made)
    begin(made)
    take(made)
    shown = made.deck()["cards"]
    assert len(shown) == 8
    for card in shown:
        contact, round_ = map(int, card["id"].split(":"))
        assert round_ == 2
        assert f"once more, wording {choose(contact, 2, 2)}." in card["text"]
        assert made.send(card).status_code == 202
        sent = db.session.scalars(select(Message).filter_by(contact_id=contact, round=2)).one()
        assert sent.variant == choose(contact, 2, 2)


def test_the_page_of_a_pass_writes_its_wordings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unpaced(monkeypatch)
    made = listed(app, 3)
    texted(made)
    manager = colleague(made, "manager")
    address = f"/o/{made.org}/campaigns/{made.campaign}/passes/2/message"
    for n, words in enumerate(AGAIN, 1):
        saved = manager.browser.post(
            f"{address}?wording={n}", data={"csrf_token": manager.csrf, "text": words, "action": "save"}
        )
        assert saved.status_code == 303
    assert _written(made, 2) == AGAIN
    page = manager.browser.get(address.removesuffix("/message")).text
    assert "once more, wording 0." in page
    assert "once more, wording 1." in page
    fields = {"csrf_token": manager.csrf, "action": "remove"}
    assert manager.browser.post(f"{address}?wording=1", data=fields).status_code == 303
    assert _written(made, 2) == AGAIN[1:]
    assert manager.browser.post(f"{address}?wording=1", data=fields).status_code == 409
    assert _written(made, 2) == AGAIN[1:]


def _written(made: Scene, round_: int) -> list[str]:
    db.session.expire_all()
    return writing.wordings(db.session.get_one(Campaign, made.campaign), round_)
