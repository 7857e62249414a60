"""A manager's browser, for tests of the pages from an upload to a launch."""

import io
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from p2ptext.audience import jobs
from p2ptext.audience.models import ContactImport
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from tests import factories, world


class Manager:
    """A manager's browser in one campaign; needs `committed_app`."""

    def __init__(self, app: Flask, slug: str = "ohio") -> None:
        self.slug = slug
        self.org = factories.organization(slug=slug)
        self.person = factories.person(self.org, "manager", name="Olga Petrova")
        self.campaign: Campaign = factories.campaign(
            self.org, self.person, status="draft", first="Hi {first_name|you}. Ohio Votes. Reply STOP."
        )
        self.browser: FlaskClient = factories.client(app, self.person)
        self.token = world.csrf_token(app, self.browser)
        db.session.commit()

    def path(self, rest: str) -> str:
        return f"/o/{self.slug}/campaigns/{self.campaign.id}/{rest}"

    def get(self, rest: str) -> TestResponse:
        return self.browser.get(self.path(rest))

    def post(self, rest: str, **data: Any) -> TestResponse:
        return self.browser.post(self.path(rest), data={"csrf_token": self.token, **data})

    def upload(self, content: bytes, name: str = "list.csv", **changes: Any) -> TestResponse:
        fields = {
            "consent_source": "The fair",
            "consent_date": "2026-01-05",
            "consent_basis": "opted_in",
            "file": (io.BytesIO(content), name),
        }
        return self.post("list", **(fields | changes))

    def try_out(self) -> None:
        """As if the script, as it is now, had been sent to the manager's own phone."""
        factories.tried(db.session.get_one(Campaign, self.campaign.id, populate_existing=True))
        db.session.commit()

    # One list.

    def list_path(self, import_id: int, rest: str = "") -> str:
        return f"/o/{self.slug}/campaigns/imports/{import_id}{'/' if rest else ''}{rest}"

    def look(self, import_id: int, rest: str = "") -> TestResponse:
        return self.browser.get(self.list_path(import_id, rest))

    def press(self, import_id: int, rest: str, **data: Any) -> TestResponse:
        return self.browser.post(
            self.list_path(import_id, rest), data={"csrf_token": self.token, **data}
        )

    def checked(self, content: bytes | str, name: str = "list.csv") -> ContactImport:
        """Upload a list and have it checked."""
        answer = self.upload(content.encode() if isinstance(content, str) else content, name)
        assert answer.status_code == 302, answer.text
        import_id = latest().id
        jobs.check_list(import_id)
        return latest()

    def choose(self, row: ContactImport, *choices: str, **data: Any) -> TestResponse:
        """Say what the columns hold, from the first on."""
        fields = {f"column_{index}": choice for index, choice in enumerate(choices)}
        return self.press(row.id, "columns", **fields, **data)

    def confirm(self, row: ContactImport, **data: Any) -> TestResponse:
        """Press Import on the page of this list as it was when `row` was read."""
        seen = row.checked_at.isoformat() if row.checked_at else ""
        return self.press(row.id, "confirm", **({"checked_at": seen} | data))

    def agreed(self, content: bytes | str) -> ContactImport:
        """A list whose columns were right at once: it waits for the decision."""
        row = self.checked(content)
        page = self.look(row.id, "columns")
        answer = self.choose(row, *selected(page.text))
        assert answer.status_code == 302, answer.text
        return latest()


def selected(page: str) -> list[str]:
    """What the selects of a page show."""
    found = []
    for part in page.split("<select")[1:]:
        options = part.split("</select>")[0].split("<option ")[1:]
        (chosen,) = [option for option in options if option.startswith("selected")]
        found.append(chosen.split('value="')[1].split('"')[0])
    return found


def latest() -> ContactImport:
    """The list that was uploaded last, as it is in the database now."""
    db.session.rollback()
    return db.session.scalars(select(ContactImport).order_by(ContactImport.id.desc())).first() or (
        ContactImport()
    )
