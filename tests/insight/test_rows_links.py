"""Who opened a link: each number of the campaign's page is that of the people it leads to."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.audience.link_models import LinkVisit
from p2ptext.extensions import db
from tests import factories
from tests.audience.test_links import linked
from tests.texting.scene import Scene

LINK = re.compile(r'href="([^"]+by=link[^"]+)">([\d,]+)<')


@pytest.fixture
def visited(app: Flask) -> tuple[Scene, int]:
    """A person who opened the link twice, one of whom nobody can say, one whose link a program called, and
    one who opened it and was erased."""
    made, link_id = linked(app)
    for place, who in ((0, "person"), (0, "bot"), (0, "person"), (1, "bot"), (1, "unsure"), (2, "bot")):
        factories.add(
            LinkVisit(
                organization_id=made.org_id, link_id=link_id, contact_id=made.contacts[place], who=who
            )
        )
    factories.add(LinkVisit(organization_id=made.org_id, link_id=link_id, who="person"))
    db.session.execute(text("UPDATE membership SET role = 'organizer'"))
    db.session.commit()
    return made, link_id


def test_every_number_of_a_link_leads_to_its_people(visited: tuple[Scene, int]) -> None:
    made, _ = visited
    page = made.browser.get(f"/o/{made.org}/campaigns/{made.campaign}").get_data(as_text=True)
    found = LINK.findall(page)
    assert [number for _, number in found] == ["2", "1", "1"]
    shown = []
    for address, number in found:
        answer = made.browser.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200
        people = answer.get_data(as_text=True)
        assert f": {number}</h1>" in people
        assert "vote_page" in people
        erased = "1 of them was erased and is not listed." in people
        assert erased is ("/rows/opened?" in address)
        shown.append(len(re.findall(r"<th[^>]*scope=\"row\"", people)))
        assert shown[-1] + erased == int(number)
    assert shown == [1, 1, 1]


@pytest.mark.parametrize(
    "address",
    [
        "opened?by=link",
        "opened?by=link&key=x",
        "opened?by=link&key=99999999999",
        "sent?by=link&key={id}",
    ],
)
def test_what_is_no_number_of_a_link_is_absent(visited: tuple[Scene, int], address: str) -> None:
    made, link_id = visited
    path = f"/o/{made.org}/campaigns/{made.campaign}/rows/{address.format(id=link_id)}"
    assert made.browser.get(path).status_code == 404


def test_the_people_of_a_link_are_one_campaigns(app: Flask, visited: tuple[Scene, int]) -> None:
    _, link_id = visited
    other, _ = linked(app)
    db.session.execute(text("UPDATE membership SET role = 'organizer'"))
    db.session.commit()
    path = f"/o/{other.org}/campaigns/{other.campaign}/rows/opened?by=link&key={link_id}"
    assert other.browser.get(path).status_code == 404
