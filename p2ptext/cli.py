"""Commands of `flask --app wsgi ...`."""

import click


@click.command()
def worker() -> None:
    """Run imports and other long jobs from the queue."""


@click.command()
def dispatcher() -> None:
    """Hand due texts to the carrier."""
