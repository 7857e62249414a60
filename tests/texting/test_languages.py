"""Whoever reads another language gets the script's words in it, on the card, at the click, in the row."""

from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.audience.models import Contact
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.insight import rates_wordings
from p2ptext.rules.variants import choose
from p2ptext.texting.models import Message
from tests.insight.counted import counted
from tests.texting.scene import Scene, scene
from tests.texting.test_races import unpaced
from tests.texting.test_wordings import cards, click

ENGLISH = [f"Hi {{first_name}}, this is wording {n}. Reply STOP to opt out." for n in range(2)]
SPANISH = [f"Hola {{first_name}}, texto {n}. Responda STOP para no recibir más." for n in range(3)]


def write(made: Scene, **words: Any) -> None:
    with transaction():
        campaign = writing.lock(made.campaign, made.org_id)
        document = {**writing.document_of(campaign), "first": ENGLISH} | words
        writing.save_document(campaign, document, made.volunteer)


def read(made: Scene, place: int, language: str) -> int:
    """Let the list say that this contact reads `language`; the contact's id."""
    contact = db.session.get_one(Contact, made.contacts[place])
    contact.fields = {**contact.fields, "language": language}
    db.session.commit()
    return contact.id


@pytest.mark.parametrize("way", ["short", "ordinary"])
def test_everybody_gets_the_words_in_their_language(
    app: Flask, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    unpaced(monkeypatch)
    made = scene(app, 6)
    write(made, languages={"es": {"first": SPANISH}, "vi": {"first": []}})
    spanish = {read(made, 0, "Spanish"), read(made, 1, "es-MX"), read(made, 2, "español")}
    read(made, 3, "Vietnamese")
    for contact, card in cards(made).items():
        reads = contact in spanish
        wording = choose(contact, 1, 3 if reads else 2)
        expected = f"texto {wording}." if reads else f"this is wording {wording}."
        assert expected in card["text"]
        body = {"token": card["token"], "hash": card["hash"], "age_ms": 40}
        assert click(made, way, body).status_code == 202
        sent = db.session.scalars(select(Message).filter_by(contact_id=contact)).one()
        assert (sent.text, sent.variant) == (card["text"], wording)
        assert sent.language == ("es" if reads else None)


def test_a_language_added_under_a_shown_card_makes_only_its_readers_look_again(app: Flask) -> None:
    made = scene(app, 2)
    write(made)
    spanish = read(made, 0, "Spanish")
    shown = cards(made)
    write(made, languages={"es": {"first": SPANISH[:1]}})
    refused = made.send(shown.pop(spanish))
    assert (refused.status_code, refused.get_json()["code"]) == (409, "wording_changed")
    assert "texto 0." in refused.get_json()["card"]["text"]
    (card,) = shown.values()
    assert made.send(card).status_code == 202


def test_results_tell_the_wordings_of_each_language_apart(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaced(monkeypatch)
    made = scene(app, 4)
    write(made, languages={"es": {"first": SPANISH}})
    spanish = {read(made, 0, "Spanish"), read(made, 1, "español")}
    expected: Counter[str] = Counter()
    for contact, card in cards(made).items():
        texts = SPANISH if contact in spanish else ENGLISH
        expected[texts[choose(contact, 1, len(texts))]] += 1
        assert made.send(card).status_code == 202
    made.dispatch()
    campaign = db.session.get_one(Campaign, made.campaign)
    contests = rates_wordings.contests(campaign, counted(made.campaign))
    assert [(one.round, one.language) for one in contests] == [(1, ""), (1, "Spanish")]
    assert {row.text: row.sent for one in contests for row in one.wordings} == expected
