"""What the operator does for campaigns."""

import click
from flask.cli import with_appcontext

from p2ptext.background import transaction
from p2ptext.campaigns import numbers
from p2ptext.rules.fault import Fault


@click.command("allot-number")
@click.argument("org_slug")
@click.argument("phone")
@click.option("--label", default="", help="What people call this number.")
@with_appcontext
def allot_number(org_slug: str, phone: str, label: str) -> None:
    """Let the organization ORG_SLUG send from PHONE."""
    with transaction():
        number = numbers.allot(org_slug, phone, label)
        if isinstance(number, Fault):
            raise click.ClickException(number.words)
        click.echo(f"{number.phone} belongs to {org_slug}.")


COMMANDS = (allot_number,)
