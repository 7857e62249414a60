"""The operator says which RCS agent is whose."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from p2ptext.accounts.models import Organization, RcsAgentName
from p2ptext.extensions import db
from tests import factories


def agent_of(org: Organization) -> str:
    db.session.expire_all()
    return org.rcs_agent


def test_an_agent_belongs_to_one_organization(app: Flask) -> None:
    first, second = factories.organization(), factories.organization()
    db.session.commit()
    run = app.test_cli_runner().invoke
    assert run(args=["rcs-agent", first.slug, "Ohio_Votes"]).exit_code == 0
    assert agent_of(first) == "Ohio_Votes"
    taken = run(args=["rcs-agent", second.slug, "Ohio_Votes"])
    assert (taken.exit_code, agent_of(second)) == (1, "")
    assert "another organization" in taken.output
    for wrong in ("16145550104", "two words", "ü", "a" * 101):
        assert run(args=["rcs-agent", second.slug, wrong]).exit_code == 1, wrong
    assert run(args=["rcs-agent", "nobody", "Ohio_Votes"]).exit_code == 1


def test_a_name_given_up_is_never_another_organizations(app: Flask) -> None:
    first, second = factories.organization(), factories.organization()
    db.session.commit()
    run = app.test_cli_runner().invoke
    for name in ("Ohio_Votes", "Ohio_Votes_2026", "none"):
        assert run(args=["rcs-agent", first.slug, name]).exit_code == 0
    for name in ("Ohio_Votes", "Ohio_Votes_2026"):
        taken = run(args=["rcs-agent", second.slug, name])
        assert (taken.exit_code, agent_of(second)) == (1, "")
        assert "another organization" in taken.output
        past_the_command = (
            update(Organization).where(Organization.id == second.id).values(rcs_agent=name)
        )
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(past_the_command)
    assert run(args=["rcs-agent", first.slug, "Ohio_Votes"]).exit_code == 0
    names = {row.agent: row.until is None for row in db.session.scalars(select(RcsAgentName))}
    assert names == {"Ohio_Votes": True, "Ohio_Votes_2026": False}
    assert agent_of(first) == "Ohio_Votes"
