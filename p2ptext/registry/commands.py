"""What the operator does for numbers and registrations."""

from dataclasses import replace
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from p2ptext.accounts.models import Organization
from p2ptext.background import transaction
from p2ptext.campaigns import numbers
from p2ptext.campaigns.standing import KINDS
from p2ptext.extensions import db
from p2ptext.registry import market_commands, registering, request_commands
from p2ptext.rules.fault import Fault
from p2ptext.rules.number_steps import STAGES
from p2ptext.rules.registration import PAPERS, STATES

Found = TypeVar("Found")


@click.command("allot-number")
@click.argument("org_slug")
@click.argument("phone")
@click.option("--label", default="", help="What people call this number.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="As its digits show it, unless said.")
@click.option("--stage", type=click.Choice(list(STAGES)), help="How far it is; ready, unless said.")
@click.option("--mms", "can_mms", is_flag=True, help="Pictures may leave from it.")
@with_appcontext
def allot_number(org_slug: str, phone: str, **about: Any) -> None:
    """Let the organization ORG_SLUG send from PHONE, a number or a short code.

    A toll-free number or a short code waits until you say --stage ready: phone companies let it in first.
    """
    with transaction():
        number = numbers.allot(org_slug, phone, numbers.About(**about))
        if isinstance(number, Fault):
            raise click.ClickException(number.words)
        click.echo(f"{number.phone} belongs to {org_slug}.")


@click.command("set-number")
@click.argument("org_slug")
@click.argument("phone")
@click.option("--registration", help="Name of the registration it belongs to; “none” for none.")
@click.option("--per-second", type=click.IntRange(0, 1000), help="Texts a second; 0 for the usual.")
@click.option("--put-back", is_flag=True, help="Use it again after a phone company refused it.")
@click.option("--stage", type=click.Choice(list(STAGES)), help="How far it is.")
@click.option("--mms/--no-mms", "can_mms", default=None, help="Whether pictures may leave from it.")
@with_appcontext
def set_number(
    org_slug: str,
    phone: str,
    registration: str | None,
    per_second: int | None,
    put_back: bool,
    **more: Any,
) -> None:
    """Say what PHONE of the organization ORG_SLUG belongs to, and how fast it may send."""
    with transaction():
        number = _no_fault(numbers.find(_organization(org_slug), phone))
        pace = registering.Pace(
            number.registration_id
            if registration is None
            else _registration(number.organization_id, registration),
            number.per_second if per_second is None else per_second or None,
            **more,
        )
        _no_fault(registering.change(number, pace, put_back=put_back))
        click.echo(f"{number.phone} is saved.")


@click.command("set-registration")
@click.argument("org_slug")
@click.argument("name")
@click.option("--state", type=click.Choice(list(STATES)))
@click.option("--expires", "expires_on", type=click.DateTime(["%Y-%m-%d"]), help="Its last day.")
@click.option("--brand", help="The brand's id at the registry.")
@click.option("--campaign", "campaign_code", help="The registered campaign's id at the registry.")
@click.option("--use-case")
@click.option("--segments-per-minute", type=click.IntRange(10, 100_000), help="What AT&T allows.")
@click.option("--t-mobile-per-day", type=click.IntRange(1, 10_000_000), help="Segments of the brand.")
@click.option("--verizon-per-minute", type=click.IntRange(10, 1_000_000), help="Texts of one number.")
@click.option("--verify-token", help="What Campaign Verify gave, for political use.")
@click.option("--verify-expires", "verify_expires_on", type=click.DateTime(["%Y-%m-%d"]))
@click.option(
    "--paper", "papers", multiple=True, type=click.Choice(list(PAPERS)), help="One that is ready."
)
@with_appcontext
def set_registration(org_slug: str, name: str, **given: Any) -> None:
    """Write down the registration NAME of the organization ORG_SLUG, or change what is said of it."""
    with transaction():
        organization_id = _organization(org_slug)
        row = registering.find(organization_id, name)
        terms = registering.terms_of(row) if row else registering.lowest(name)
        changes = {key: value for key, value in given.items() if value not in (None, ())}
        for day in changes.keys() & {"expires_on", "verify_expires_on"}:
            changes[day] = changes[day].date()
        if "papers" in changes:
            changes["papers"] = tuple({*terms.papers, *changes["papers"]})
        saved = _no_fault(registering.save(organization_id, row, replace(terms, **changes)))
        click.echo(f"{saved.name} is {saved.state}: {saved.segments_per_minute} segments a minute.")


def _organization(slug: str) -> int:
    found = db.session.scalar(select(Organization.id).where(Organization.slug == slug))
    if found is None:
        raise click.ClickException(f"There is no organization “{slug}”.")
    return found


def _registration(organization_id: int, name: str) -> int | None:
    if name == "none":
        return None
    row = registering.find(organization_id, name)
    if row is None:
        raise click.ClickException(f"There is no registration “{name}”.")
    return row.id


def _no_fault(found: Found | Fault) -> Found:
    if isinstance(found, Fault):
        raise click.ClickException(found.words)
    return found


COMMANDS = (
    allot_number,
    set_number,
    set_registration,
    *market_commands.COMMANDS,
    *request_commands.COMMANDS,
)
