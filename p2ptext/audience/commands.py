"""What the operator does for audience."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from p2ptext.audience import demo as practice
from p2ptext.background import settings


@click.command()
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own contacts instead of the sample list.",
)
@with_appcontext
def demo(csv_file: Path | None) -> None:
    """Make a practice organization on an empty installation, and print its sign-ins."""
    if not settings().carrier_is_simulated:
        raise click.ClickException("Practice data is only for the simulated carrier.")
    for sign_in in practice.prepare(csv_file):
        click.echo(json.dumps(sign_in))


COMMANDS = (demo,)
