"""The operator says which RCS agent is whose."""

from flask import Flask

from p2ptext.accounts.models import Organization
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
    assert run(args=["rcs-agent", first.slug, "none"]).exit_code == 0
    assert run(args=["rcs-agent", second.slug, "Ohio_Votes"]).exit_code == 0
    assert (agent_of(first), agent_of(second)) == ("", "Ohio_Votes")
