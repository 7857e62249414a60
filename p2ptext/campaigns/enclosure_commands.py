"""What the operator does for RCS: says which agent of the carrier's account is which organization's."""

import re

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Organization, RcsAgentName
from p2ptext.background import transaction
from p2ptext.extensions import db

_AGENT = re.compile(r"[A-Za-z0-9_&-]{1,100}", re.ASCII)


@click.command("rcs-agent")
@click.argument("org_slug")
@click.argument("agent")
@with_appcontext
def rcs_agent(org_slug: str, agent: str) -> None:
    """Let the organization ORG_SLUG text by RCS as AGENT, its name with the carrier; “none” for no RCS.

    Phones without RCS get the same text by SMS or MMS. An agent belongs to one organization: whoever asks
    it to stop asks that one. It stays that one's for ever: people keep the texts that came under its name.
    """
    wanted = "" if agent == "none" else agent
    if wanted and not _AGENT.fullmatch(wanted):
        raise click.ClickException("An agent's name has letters, digits, - _ and & only.")
    if wanted.isdigit():
        raise click.ClickException("That is a number. An agent has a name.")
    with transaction():
        org = db.session.scalar(select(Organization).where(Organization.slug == org_slug))
        if org is None:
            raise click.ClickException(f"There is no organization “{org_slug}”.")
        known = db.session.get(RcsAgentName, wanted)
        if known is not None and known.organization_id != org.id:
            raise click.ClickException("This agent is or was another organization's.")
        org.rcs_agent = wanted
        auditing.record("rcs_agent", f"organization {org.id}", agent=wanted)
    click.echo(f"{org_slug} texts by RCS as {wanted}." if wanted else f"{org_slug} does not use RCS.")


COMMANDS = (rcs_agent,)
