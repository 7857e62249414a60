"""An owner switches links by person on, and gives them a domain that is theirs."""

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.accounts.models import AuditEvent, Organization
from p2ptext.extensions import db
from tests import factories, world


def save(app: Flask, org: Organization, domain: str, **more: str) -> tuple[int, str]:
    browser = factories.client(app, factories.person(org, "owner"))
    db.session.commit()
    form = {"csrf_token": world.csrf_token(app, browser), "link_domain": domain, **more}
    answer = browser.post(f"/o/{org.slug}/settings/links", data=form)
    return answer.status_code, answer.text


def test_links_are_off_until_an_owner_switches_them_on(app: Flask) -> None:
    org = factories.organization()
    assert not org.links_on
    assert save(app, org, "https://Go.Example.org/", links_on="y")[0] == 302
    found = db.session.get_one(Organization, org.id, populate_existing=True)
    assert (found.links_on, found.link_domain) == (True, "go.example.org")
    (event,) = db.session.scalars(select(AuditEvent).filter_by(action="links_changed"))
    assert event.detail == {"links_on": True, "link_domain": "go.example.org"}


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("localhost", "This is no domain"),
        ("10.0.0.1", "This is no domain"),
        ("go.example.org/path", "This is no domain"),
        ("go.example.org:8443", "This is no domain"),
        ("user@example.org", "This is no domain"),
        ("printer.local", "This is no domain"),
        ("taken.example.org", "Another organization uses this domain"),
    ],
)
def test_a_domain_is_a_public_name_of_ones_own(app: Flask, domain: str, words: str) -> None:
    factories.organization(link_domain="taken.example.org")
    org = factories.organization()
    status, page = save(app, org, domain, links_on="y")
    assert status == 200
    assert words in page
    assert not db.session.get_one(Organization, org.id, populate_existing=True).links_on
