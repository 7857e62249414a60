"""Texts are measured with the people who get them."""

import pytest
from flask import Flask

from p2ptext.audience import speaking
from p2ptext.audience.longest import People, measure, people_of
from p2ptext.campaigns.models import Campaign
from tests import factories

SCRIPT = {"first": ["Hi {first_name}"], "languages": {"es": {"first": ["Hola {first_name}"]}, "vi": {}}}
LIST = (
    ("Ana", "Spanish"),
    ("Bartholomew", "English"),
    ("Concepcion", "es-MX"),
    ("Dung", "Tiếng Việt"),
    ("Eve", ""),
    ("Frank", "Klingon"),
)


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    org = factories.organization()
    manager = factories.person(org, "manager")
    made = factories.campaign(org, manager)
    for place, (name, language) in enumerate(LIST):
        phone = f"+1614555{120 + place:04d}"
        fields = {"first_name": name} | ({"language": language} if language else {})
        factories.contacts(made, manager, [phone], fields=fields)
    return made


def test_how_many_read_which_language(campaign: Campaign) -> None:
    assert speaking.readers(campaign.id) == {"es": 2, "en": 1, "vi": 1, None: 2}


def test_each_part_is_measured_with_its_own_words_and_people(campaign: Campaign) -> None:
    people = People(people_of(campaign.id).rows, ["first_name", "language"])
    found = speaking.parts(people, SCRIPT)
    assert [(one.language, one.count) for one in found] == [(None, 3), ("es", 2), ("vi", 1)]
    longest = [measure(one.people, one.document["first"], [""], plain=True).longest for one in found]
    assert [one.text if one else None for one in longest] == [
        "Hi Bartholomew",
        "Hola Concepcion",
        "Hi Dung",
    ]


def test_a_script_in_one_language_is_one_part(campaign: Campaign) -> None:
    people = people_of(campaign.id)
    assert speaking.parts(people, {"first": ["Hi"]}) == [
        speaking.Part(None, {"first": ["Hi"]}, people, None)
    ]
