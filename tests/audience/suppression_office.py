"""A browser on the do-not-text pages, and numbers that are on the list."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from p2ptext.audience import suppression
from p2ptext.extensions import db
from tests import factories
from tests.accounts.conftest import Visitor, someone


class Office(Visitor):
    """An owner's or manager's browser in their organization."""

    def __init__(
        self, app: Flask, role: str = "owner", org: factories.Organization | None = None
    ) -> None:
        self.org = org or factories.organization()
        self.person = someone(self.org, role, name="Olga Petrova")
        self.base = f"/o/{self.org.slug}/do-not-text"
        self.org_id, self.person_id = self.org.id, self.person.id
        super().__init__(app, self.person)

    def page(self, rest: str = "") -> TestResponse:
        return self.get(self.base + rest)

    def do(self, rest: str, **fields: Any) -> TestResponse:
        """Send a form of the list's page or of another."""
        return self.post(self.base + rest, _page=self.base, **fields)

    def recipient(self, phone: str = "+12025550104") -> int:
        org = db.session.get_one(factories.Organization, self.org_id)
        made = factories.recipient(org, phone).id
        db.session.commit()
        return made

    def suppressed(self, phone: str = "+12025550104", reason: str = "asked") -> int:
        made = self.recipient(phone)
        suppression.suppress(made, reason, self.person_id)
        db.session.commit()
        return made
