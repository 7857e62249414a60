"""Registrations: which step follows which, what a use case needs, tokens that end, and the history."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from p2ptext.accounts.models import Organization
from p2ptext.campaigns.models import Registration
from p2ptext.extensions import db
from p2ptext.registry import publishing, registering
from p2ptext.rules import registration as rules
from p2ptext.rules.fault import Fault
from tests import factories

TODAY = date(2026, 11, 24)


@pytest.fixture
def org(app: Flask) -> Organization:
    return factories.organization(slug="ohio")


def test_every_state_is_explained_and_leads_somewhere() -> None:
    assert set(rules.MOVES) == set(rules.STATES)
    for state, moves in rules.MOVES.items():
        assert moves, state
        assert set(moves) <= set(rules.STATES)
        assert rules.STATES[state].words.endswith(".")
    for step, following in zip(rules.STEPS, rules.STEPS[1:], strict=False):
        assert following in rules.MOVES[step]


MOVES = [
    # from, to, whether it may
    ("draft", "brand_sent", True),
    ("draft", "active", False),
    ("draft", "pending", False),
    ("brand_sent", "refused", True),
    ("brand_sent", "active", False),
    ("brand_approved", "pending", True),
    ("pending", "active", True),
    ("pending", "suspended", False),
    ("active", "suspended", True),
    ("active", "draft", False),
    ("suspended", "active", True),
    ("expired", "active", True),
    ("refused", "active", False),
    ("refused", "pending", True),
    ("active", "active", True),
]


@pytest.mark.parametrize(("state", "to", "may"), MOVES)
def test_which_step_follows_which(org: Organization, state: str, to: str, may: bool) -> None:
    row = saved(org, state=state)
    after = registering.save(org.id, row, terms(state=to))
    assert isinstance(after, Registration) is may
    assert row.state == (to if may else state)


NEEDS = [
    # use case, papers, token, state, whether it may be written down
    ("Political", (), "", "draft", True),
    ("Political", (), "", "brand_approved", True),
    ("Political", (), "", "pending", False),
    ("Political", ("letter_501c",), "", "pending", True),
    ("Political", ("letter_501c3",), "", "active", True),
    ("political", (), "cv|1|x", "active", True),
    ("Political", ("ein", "website"), "", "active", False),
    ("Charity", ("letter_501c",), "", "pending", False),
    ("Charity", ("letter_501c3",), "", "pending", True),
    ("Charity", (), "cv|1|x", "pending", False),
    ("Low volume mixed", (), "", "active", True),
    ("", (), "", "active", True),
    ("Conversational", (), "", "active", True),
]


@pytest.mark.parametrize(("use_case", "papers", "token", "state", "may"), NEEDS)
def test_what_a_use_case_needs(
    org: Organization, use_case: str, papers: tuple[str, ...], token: str, state: str, may: bool
) -> None:
    made = registering.save(
        org.id, None, terms(use_case=use_case, papers=papers, verify_token=token, state=state)
    )
    assert isinstance(made, Registration) is may


TOKENS = [
    (None, "none"),
    (date(2027, 1, 31), "good"),
    (date(2027, 1, 24), "good"),  # 61 days
    (date(2027, 1, 23), "ending"),  # 60 days
    (TODAY, "ending"),
    (date(2026, 11, 23), "over"),
]


@pytest.mark.parametrize(("ends", "stands"), TOKENS)
def test_a_token_is_pointed_out_sixty_days_before_it_ends(ends: date | None, stands: str) -> None:
    assert rules.token_stands(ends, TODAY) == stands


def test_a_token_without_a_day_ends_when_all_present_ones_do(org: Organization) -> None:
    row = saved(org, use_case="Political", verify_token="cv|1|x", state="active")
    assert row.verify_expires_on == date(2027, 1, 31)
    registering.save(org.id, row, terms(use_case="Mixed", verify_token="cv|1|x", state="active"))
    assert (row.verify_token, row.verify_expires_on) == ("", None)


def test_the_history_says_what_happened_and_never_the_token(org: Organization) -> None:
    row = saved(org, use_case="Political", verify_token="cv|secret", state="draft")
    registering.save(org.id, row, terms(use_case="Political", verify_token="cv|2", state="brand_sent"))
    registering.save(
        org.id,
        row,
        terms(use_case="Political", verify_token="cv|2", state="brand_sent", notes="Ticket 7"),
    )
    assert [change.words for change in registering.history(row)] == [
        "Details changed (Brand sent)",
        "Draft → Brand sent",
        "Written down: Draft",
    ]
    told = db.session.connection().exec_driver_sql(
        "SELECT string_agg(detail::text, '') FROM audit_event"
    )
    assert "secret" not in str(told.scalar())


def test_papers_published_here_count_as_ready(org: Organization) -> None:
    owner = factories.person(org, "owner")
    row = saved(org, papers=("ein",))
    publishing.save(org.id, "privacy", "x", owner.id, publish=True)
    publishing.save(org.id, "terms", "x", owner.id, publish=False)
    assert registering.still_missing(row) == [
        "Website",
        "Terms of texting, published",
        "How people agreed",
        "Two to five sample messages",
    ]
    assert registering.terms_of(row).papers == ("ein",)


def test_a_name_in_use_is_refused_before_anything_is_written(org: Organization) -> None:
    saved(org, name="Levy")
    again = registering.save(org.id, None, terms(name="LEVY", state="active"))
    assert isinstance(again, Fault)
    assert [row.state for row in registering.registrations_of(org.id)] == ["draft"]


def terms(**values: Any) -> registering.Terms:
    usual = {name: getattr(registering.lowest("Levy"), name) for name in registering.Terms.__slots__}
    return registering.Terms(**(usual | values))


def saved(org: Organization, **values: Any) -> Registration:
    """A registration as it stands, written past the rules where these would not let it."""
    wanted = terms(**values)
    made = registering.save(org.id, None, wanted)
    assert isinstance(made, Registration)
    return made
