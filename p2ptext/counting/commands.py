"""`recount`: what is counted, made anew from the rows or compared with them, from the command line."""

import sys
import time

import click

from p2ptext.counting import recounting
from p2ptext.counting.recounting import Recount


@click.command()
@click.option("--campaign", "campaign_id", type=int, help="Only this one; else everything.")
@click.option("--check", is_flag=True, help="Change nothing; status 1 when something differs.")
def recount(campaign_id: int | None, check: bool) -> None:
    """Count everything anew from the rows, while texting may go on, and say what was wrong."""
    began = time.monotonic()
    ids = recounting.campaigns() if campaign_id is None else [campaign_id]
    contacts, right = 0, True
    for found in recounting.compare(ids) if check else recounting.recount(ids):
        contacts += found.contacts
        if not found.is_right:
            right = False
            click.echo(_words(found))
    charged = recounting.compare_charges if check else recounting.recount_charges
    if wrong := charged(campaign_id):
        right = False
        click.echo(f"Charges: {wrong} sums were not what the texts say.")
    said = "Everything was counted right" if right else "What is named above differed"
    put = "" if right or check else " and is put right"
    click.echo(f"{said}{put}: {contacts} contacts in {time.monotonic() - began:.1f} s.")
    sys.exit(1 if check and not right else 0)


def _words(found: Recount) -> str:
    return (
        f"Campaign {found.campaign_id}: {found.facts} texts or ends, {found.sums} sums and "
        f"{found.lists} lists were not what the rows say."
    )


COMMANDS = (recount,)
