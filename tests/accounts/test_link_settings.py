"""An owner switches links by person on; the operator gives them a domain that is theirs."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from p2ptext.accounts.models import AuditEvent, Organization
from p2ptext.extensions import db
from tests import factories, world


def save(app: Flask, org: Organization, **form: str) -> tuple[int, str]:
    browser = factories.client(app, factories.person(org, "owner"))
    db.session.commit()
    sent = {"csrf_token": world.csrf_token(app, browser), **form}
    answer = browser.post(f"/o/{org.slug}/settings/links", data=sent)
    return answer.status_code, browser.get(f"/o/{org.slug}/settings/links").text


def again(org: Organization) -> Organization:
    return db.session.get_one(Organization, org.id, populate_existing=True)


def run(app: Flask, org: Organization, host: str) -> str:
    """What the operator's command said to its refusal; "" where it did it."""
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["link-domain", org.slug, host])
    return done.output if done.exit_code else ""


def test_links_are_off_until_an_owner_switches_them_on(app: Flask) -> None:
    org = factories.organization()
    assert not org.links_on
    assert save(app, org, links_on="y")[0] == 302
    assert again(org).links_on
    (event,) = db.session.scalars(select(AuditEvent).filter_by(action="links_changed"))
    assert event.detail == {"links_on": True}


def test_an_owner_sees_the_domain_and_cannot_take_one(app: Flask) -> None:
    org = factories.organization()
    status, page = save(app, org, links_on="y", link_domain="www.localhost.org")
    assert (status, again(org).link_domain) == (302, "")
    assert "whoever runs this installation" in page
    assert 'name="link_domain"' not in page
    assert app.test_client().get("/sign-in", base_url="http://www.localhost.org").status_code == 200
    assert run(app, org, "Go.Example.org.") == ""
    assert "go.example.org" in save(app, org, links_on="y")[1]
    (event,) = db.session.scalars(select(AuditEvent).filter_by(action="link_domain"))
    assert event.detail == {"link_domain": "go.example.org"}


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("10.0.0.1", "This is no domain"),
        ("go.example.org/path", "This is no domain"),
        ("go.example.org:8443", "This is no domain"),
        ("user@example.org", "This is no domain"),
        ("printer.local", "This is no domain"),
        ("text.example.com", "belongs to this installation"),
        ("TEXT.example.com.", "belongs to this installation"),
        ("go.text.example.com", "belongs to this installation"),
        ("example.com", "belongs to this installation"),
        ("taken.example.org", "another organization"),
        ("nontext.example.com", ""),
        ("go.example.org", ""),
    ],
)
def test_a_domain_is_a_public_name_of_ones_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch, host: str, words: str
) -> None:
    settings = replace(app.config["SETTINGS"], public_url="https://text.example.com")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    factories.organization(link_domain="taken.example.org")
    org = factories.organization()
    said = run(app, org, host)
    assert words in said
    assert again(org).link_domain == ("" if words else host)
    assert bool(words) == bool(said)


def test_a_domain_is_given_back_and_to_another(app: Flask) -> None:
    first, second = factories.organization(), factories.organization()
    assert run(app, first, "go.example.org") == ""
    assert run(app, first, "none") == ""
    assert run(app, second, "go.example.org") == ""
    assert (again(first).link_domain, again(second).link_domain) == ("", "go.example.org")


def test_the_database_holds_that_a_domain_has_one_organization(app: Flask) -> None:
    factories.organization(link_domain="go.example.org")
    with pytest.raises(IntegrityError, match="uq_organization_link_domain"):
        factories.organization(link_domain="go.example.org")
    db.session.rollback()
