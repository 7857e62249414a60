"""The operator's shop: numbers are searched, bought for an organization, and linked to this program."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Organization
from p2ptext.background import settings, transaction
from p2ptext.campaigns import numbers
from p2ptext.campaigns.models import SendingNumber
from p2ptext.campaigns.numbers import About
from p2ptext.extensions import db
from p2ptext.rules.fault import Fault
from p2ptext.sms.number_market import TYPES, NumberMarket, Offer, Refused, Unknown


def _market() -> NumberMarket:
    return NumberMarket(current_app.config["SETTINGS"])


@click.command("search-numbers")
@click.option("--kind", type=click.Choice(list(TYPES)), default="10dlc", show_default=True)
@click.option("--area-code", default="", help="Three digits, or more of the number's beginning.")
@click.option("--mms", is_flag=True, help="Only numbers that can send pictures.")
@click.option("--most", type=click.IntRange(1, 100), default=10, show_default=True)
@with_appcontext
def search_numbers(kind: str, area_code: str, mms: bool, most: int) -> None:
    """List numbers that are on sale, with what a month costs. Buys nothing."""
    found = _market().search(kind, area_code, mms=mms, most=most)
    if isinstance(found, Refused | Unknown):
        raise click.ClickException(found.words)
    for offer in found.offers:
        click.echo(f"{offer.phone}  {_price(offer)}  {', '.join(offer.features)}")
    click.echo(f"{len(found.offers)} of {found.total} shown.")


def _price(offer: Offer) -> str:
    return f"{offer.cost} EUR a month" if offer.cost else "price not said"


@click.command("buy-number")
@click.argument("org_slug")
@click.argument("phone")
@click.option("--yes", is_flag=True, help="Do not ask before the money is spent.")
@click.option("--label", default="", help="What people call this number.")
@with_appcontext
def buy_number(org_slug: str, phone: str, yes: bool, label: str) -> None:
    """Buy PHONE for the organization ORG_SLUG. It is paid for every month from then on.

    A purchase is made once. Where no answer comes, the account's numbers are looked at.
    """
    e164 = _free(org_slug, phone)
    market = _market()
    offer = market.offer(_kind(e164), e164)
    if isinstance(offer, Refused | Unknown):
        raise click.ClickException(offer.words)
    if offer is None:
        raise click.ClickException(_why_not_on_sale(market, e164))
    if not yes:
        click.confirm(f"Buy {e164} for {org_slug}, {_price(offer)}?", abort=True)
    _buy(market, e164)
    with transaction():
        about = About(label=label, kind=offer.kind, stage="bought", can_mms=offer.can_mms)
        number = numbers.allot(org_slug, e164, about)
        if isinstance(number, Fault):
            raise click.ClickException(f"It is bought, but not allotted. {number.words}")
        auditing.record(
            "number_bought",
            f"number {number.id}",
            organization_id=number.organization_id,
            euros_a_month=offer.cost,
        )
    click.echo(f"{e164} is bought and belongs to {org_slug}. Next: link-number {e164}")


def _why_not_on_sale(market: NumberMarket, phone: str) -> str:
    if isinstance(market.owned(phone), Offer):
        return (
            f"{phone} is bought already and belongs to no organization. Use allot-number --stage bought."
        )
    return f"{phone} is not on sale. Look for others with search-numbers."


def _buy(market: NumberMarket, phone: str) -> None:
    """Buy it once; ends the command unless the number is certainly the account's."""
    bought = market.buy(phone)
    if isinstance(bought, Refused):
        raise click.ClickException(bought.words)
    if isinstance(bought, Unknown) and not isinstance(market.owned(phone), Offer):
        raise click.ClickException(
            f"{bought.words} {phone} is not among the account's numbers now. It may still have been bought: "
            "look at your Vonage dashboard in some minutes, and do not buy it again before. If it is there, "
            "use allot-number --stage bought."
        )


def _free(slug: str, phone: str) -> str:
    """The number as E.164, once it is sure that the organization may get it."""
    if db.session.scalar(select(Organization.id).where(Organization.slug == slug)) is None:
        raise click.ClickException(f"There is no organization “{slug}”.")
    e164 = numbers.written(phone)
    if isinstance(e164, Fault):
        raise click.ClickException(e164.words)
    if _allotted(e164) is not None:
        raise click.ClickException(f"{e164} is allotted already.")
    return e164


def _allotted(phone: str) -> SendingNumber | None:
    return db.session.scalar(select(SendingNumber).where(SendingNumber.phone == phone))


def _kind(phone: str) -> str:
    kind = numbers.kind_of(phone)
    if kind not in TYPES:
        raise click.ClickException(
            "Short codes are leased by contract. Use allot-number once you have it."
        )
    return kind


@click.command("link-number")
@click.argument("phone")
@with_appcontext
def link_number(phone: str) -> None:
    """Have texts to PHONE, a number of the account, brought to this program. Doing it twice does no harm."""
    e164 = numbers.written(phone)
    if isinstance(e164, Fault):
        raise click.ClickException(e164.words)
    market = _market()
    linked = market.link(e164)
    if isinstance(linked, Refused | Unknown):
        raise click.ClickException(linked.words)
    known = market.owned(e164)
    with transaction():
        number = _allotted(e164)
        if number is not None and isinstance(known, Offer):
            number.can_mms = known.can_mms
        if number is not None and number.stage == "bought":
            # A simulated carrier knows no registry that a number would have to wait for.
            number.stage = "ready" if settings().carrier_is_simulated else "linked"
            auditing.record(
                "number_linked", f"number {number.id}", organization_id=number.organization_id
            )
    click.echo(f"{e164} is linked: texts to it come here.")


COMMANDS = (search_numbers, buy_number, link_number)
