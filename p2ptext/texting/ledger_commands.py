"""`verify-ledger`: the check of the ledger from the command line."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click
import psycopg
from sqlalchemy.exc import SQLAlchemyError

from p2ptext.texting import ledger_verifying

SOUND, BREACH, CANNOT_CHECK = 0, 1, 2


@click.command("verify-ledger")
@click.option(
    "--roots",
    type=click.Path(path_type=Path),
    help="A file of roots, kept where the database's owner could not write.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_ledger(roots: Path | None, as_json: bool) -> None:
    """Check that no click was changed, added or deleted since it was sealed.

    Ends with status 0 when the ledger is sound, 1 when it is not, 2 when it could not be checked.
    """
    try:
        report = ledger_verifying.verify(roots)
    except OSError as error:
        _give_up(f"The file of roots cannot be read: {error.strerror}.", as_json)
    except ledger_verifying.NothingToCompare:
        _give_up("The file of roots names no block: nothing can be held against it.", as_json)
    except (SQLAlchemyError, psycopg.Error) as error:
        kind = type(error).__name__
        _give_up(f"The database cannot be read ({kind}). It has to run, with all migrations.", as_json)
    if as_json:
        click.echo(json.dumps(report.as_json()))
    else:
        click.echo("\n".join(report.in_words()))
    sys.exit(SOUND if report.sound else BREACH)


def _give_up(words: str, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"sound": None, "cannot_check": words}))
    click.echo(words, err=True)
    sys.exit(CANNOT_CHECK)


COMMANDS = (verify_ledger,)
