"""What the operator does for audience."""

import json
import resource
import time
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from p2ptext.audience import demo as practice
from p2ptext.audience import importing, jobs, queries, reading
from p2ptext.audience.models import ContactImport
from p2ptext.background import settings, transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.rules.columns import choose_columns, guess_columns
from p2ptext.rules.fault import Fault, FileFault


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


@click.command("import-contacts")
@click.option("--campaign", "campaign_id", type=int, required=True, help="The campaign's number.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="What a column holds, by its name in the file: phone (several, in order), first_name, "
    "last_name, zip, state, timezone, language, external_id, any name of your own, or ignore. The "
    "other columns are guessed.",
)
@click.option(
    "--consent",
    required=True,
    help="Where the list is from and why its people may be texted. Kept with every contact.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_contacts(
    campaign_id: int, mapping: tuple[str, ...], consent: str, as_json: bool, file: Path
) -> None:
    """Bring a list into a campaign, here and now, until its batches are ready."""
    began = time.perf_counter()
    if not consent.strip():
        raise click.ClickException("--consent is empty. Say why the people on this list may be texted.")
    try:
        row = _bring_in(campaign_id, mapping, consent.strip(), file)
    except (Refused, FileFault) as error:
        raise click.ClickException(error.words) from None
    if row.status != "done":
        raise click.ClickException(row.fault or "The list was cancelled. Nothing of it was imported.")
    outcome: dict[str, Any] = {
        "read": row.rows_read,
        "imported": row.imported,
        "duplicates": row.duplicates,
        "suppressed": row.suppressed,
        "refused": {reason.code: reason.count for reason in queries.reasons(row.id)},
        "seconds": round(time.perf_counter() - began, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    click.echo(json.dumps(outcome) if as_json else _in_words(outcome))


def _bring_in(campaign_id: int, mapping: tuple[str, ...], consent: str, file: Path) -> ContactImport:
    with transaction():
        campaign = db.session.get(Campaign, campaign_id)
        if campaign is None:
            raise click.ClickException(f"There is no campaign {campaign_id}.")
        organization_id, person_id = campaign.organization_id, campaign.created_by
        writing.lock_to_change(campaign_id, organization_id)
        chosen = _columns(mapping, file)
        with file.open("rb") as stream:
            stated = importing.Consent(consent, now().date(), "stated")
            row = importing.receive_list(campaign, stream, file.name, stated, person_id)
        if chosen is not None:
            row.column_map, row.columns_chosen = chosen, True
        import_id = row.id
    row = jobs.complete(import_id)
    if row.status == "checked":
        try:
            with transaction():
                importing.confirm(import_id, organization_id, person_id)
        except Refused as refused:
            if refused.code != "decided":
                _drop(import_id, organization_id, person_id)
            raise
        row = jobs.complete(import_id)
    return row


def _drop(import_id: int, organization_id: int, person_id: int) -> None:
    """Nobody sits here to decide on this list once more: nothing of it is kept."""
    with transaction():
        importing.cancel(import_id, organization_id, person_id)
    jobs.forget(import_id)


def _columns(mapping: tuple[str, ...], file: Path) -> dict[str, Any] | None:
    """The columns as --map says them, and guessed where it says nothing."""
    if not mapping:
        return None
    seen = reading.preview(file, reading.limits_of(settings()))
    told = _told(mapping, seen.header)
    guessed = guess_columns(seen.header, seen.samples)
    fields = set(told.values())
    choices = {
        index: choice
        for index, choice in guessed.choices(seen.header).items()
        if index not in told and choice not in fields
    }
    # In the order of the command line, so that its first phone column is the first choice.
    found = choose_columns(seen.header, {**told, **choices})
    if isinstance(found, Fault):
        raise click.ClickException(found.words)
    return found.as_map(seen.header)


def _told(mapping: tuple[str, ...], header: list[str]) -> dict[int, str]:
    names = {name.strip().casefold(): index for index, name in reversed([*enumerate(header)])}
    told = {}
    for pair in mapping:
        column, equals, field = pair.rpartition("=")
        index = names.get(column.strip().casefold())
        if not equals or not field.strip():
            raise click.ClickException(f"--map {pair}: write it as COLUMN=FIELD.")
        if index is None:
            raise click.ClickException(
                f"--map {pair}: the file has no column “{column.strip()}”. It has: {', '.join(header)}."
            )
        told[index] = field.strip()
    return told


def _in_words(outcome: dict[str, Any]) -> str:
    refused = outcome["refused"]
    return (
        f"{outcome['read']:,} rows read: {outcome['imported']:,} imported, {outcome['duplicates']:,} "
        f"duplicates, {outcome['suppressed']:,} suppressed, {sum(refused.values()):,} refused"
        + (f" ({', '.join(f'{code} {count:,}' for code, count in refused.items())})" if refused else "")
        + f"; {outcome['seconds']} s, {outcome['peak_mb']} MB."
    )


COMMANDS = (demo, import_contacts)
