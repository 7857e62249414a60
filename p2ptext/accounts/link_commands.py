"""What the operator does for links: says which domain an organization's links stand on.

An organization cannot say so itself: on a domain for links nothing else answers, so a name that is not its
own would be off the air for everybody.
"""

from urllib.parse import urlsplit

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Organization
from p2ptext.background import settings, transaction
from p2ptext.extensions import db
from p2ptext.rules.links import is_public_host


@click.command("link-domain")
@click.argument("org_slug")
@click.argument("host")
@with_appcontext
def link_domain(org_slug: str, host: str) -> None:
    """Let the links of the organization ORG_SLUG stand on HOST; “none” for this installation's address.

    Do so when HOST is theirs and leads here. From then on nothing but links answers under that name.
    """
    wanted = "" if host == "none" else host.strip().lower().rstrip(".")
    if wanted:
        _check(wanted)
    with transaction():
        org = db.session.scalar(select(Organization).where(Organization.slug == org_slug))
        if org is None:
            raise click.ClickException(f"There is no organization “{org_slug}”.")
        others = select(Organization.id).where(
            Organization.link_domain == wanted, Organization.id != org.id
        )
        if wanted and db.session.scalar(others) is not None:
            raise click.ClickException("The links of another organization stand on this domain.")
        org.link_domain = wanted
        auditing.record("link_domain", f"organization {org.id}", link_domain=wanted)
    where = wanted or "this installation's address"
    click.echo(f"Links of {org_slug} stand on {where} from now on.")


def _check(host: str) -> None:
    if not is_public_host(host):
        raise click.ClickException("This is no domain. Write it like go.example.org, without https://.")
    own = urlsplit(settings().public_url).hostname or ""
    if host == own or host.endswith(f".{own}") or own.endswith(f".{host}"):
        raise click.ClickException(f"This name belongs to this installation, which is at {own}.")


COMMANDS = (link_domain,)
