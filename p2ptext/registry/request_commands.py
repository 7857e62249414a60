"""What organizations ask of the operator: numbers they wish for, and numbers they bring along.

What people of organizations typed is shown as one line without control characters: nothing they write forges
another line of the list or speaks to the operator's terminal.
"""

from datetime import datetime

import click
from flask.cli import with_appcontext

from p2ptext.background import transaction
from p2ptext.campaigns.standing import KINDS
from p2ptext.registry import porting, wishing
from p2ptext.rules.cells import clean
from p2ptext.rules.fault import Fault
from p2ptext.rules.number_steps import PORT_STATES


@click.command("number-wishes")
@click.option("--all", "everything", is_flag=True, help="Those that are answered, too.")
@click.option("--answer", "wish_id", type=int, help="The id of the wish that you answer.")
@click.option("--words", default="", help="What the organization reads, with --answer.")
@with_appcontext
def number_wishes(everything: bool, wish_id: int | None, words: str) -> None:
    """List the numbers that organizations wish for, or answer one with --answer ID --words "..."."""
    if wish_id is not None:
        if not words.strip():
            raise click.ClickException("Say what came of it with --words.")
        with transaction():
            answered = wishing.answer(wish_id, words.strip())
            if isinstance(answered, Fault):
                raise click.ClickException(answered.words)
        click.echo(f"Wish {wish_id} is answered.")
        return
    rows = wishing.of_everybody(answered=everything)
    for wish, slug, name in rows:
        where = f", area code {clean(wish.area_code)}" if wish.area_code else ""
        click.echo(f"{wish.id}  {slug}: {wish.how_many} x {KINDS[wish.kind].lower()}{where}")
        note = clean(wish.note)
        asked = f"asked by {clean(name)} on {wish.asked_at:%Y-%m-%d}"
        click.echo(f"    {asked}: {note}" if note else f"    {asked}")
        if wish.answered_at:
            click.echo(f"    answered: {clean(wish.answer)}")
    if not rows:
        click.echo("Nobody waits for a number.")


@click.command("ports")
@click.option("--all", "everything", is_flag=True, help="Those that are over, too.")
@click.option("--set", "port_id", type=int, help="The id of the port that you move on.")
@click.option("--state", type=click.Choice(list(PORT_STATES)), help="Its new state, with --set.")
@click.option("--note", default="", help="What the organization reads about this step.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it moves.")
@with_appcontext
def ports(
    everything: bool, port_id: int | None, state: str | None, note: str, due: datetime | None
) -> None:
    """List the numbers that move here, or move one on with --set ID --state STATE."""
    if port_id is not None:
        if state is None:
            raise click.ClickException("Say the new state with --state.")
        with transaction():
            port = porting.set_state(port_id, state, note.strip(), due.date() if due else None)
            if isinstance(port, Fault):
                raise click.ClickException(port.words)
            phone, label = port.phone, porting.label(port.state)
        click.echo(f"{phone}: {label.lower()}.")
        if state == "done":
            click.echo("Next: allot-number with --stage bought, then link-number.")
        return
    rows = porting.of_everybody(over=everything)
    for port, slug in rows:
        due_words = f", due {port.due_on}" if port.due_on else ""
        provider = clean(port.from_provider)
        click.echo(f"{port.id}  {slug}: {port.phone} from {provider}: {port.state}{due_words}")
    if not rows:
        click.echo("No number is on its way.")


COMMANDS = (number_wishes, ports)
