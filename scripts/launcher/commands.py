"""Runs several of the program's commands in one interpreter: `commands.py '[["db", "upgrade"], ["demo"]]'`.

Loading the program costs more than what most commands do, so a start loads it once for all.
"""

import json
import sys

import click
from flask.cli import FlaskGroup

from wsgi import app


def main() -> None:
    """Run each command in turn; the first that fails ends the process with its exit code."""
    group = FlaskGroup(create_app=lambda: app)
    for arguments in json.loads(sys.argv[1]):
        try:
            group.main(args=arguments, prog_name="flask", standalone_mode=False)
        except click.ClickException as problem:
            problem.show()
            sys.exit(problem.exit_code)


if __name__ == "__main__":
    main()
