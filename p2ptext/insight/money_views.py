"""Pages of what texts cost: of the organization, of a campaign, and the texts behind a sum."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import transaction
from p2ptext.campaigns import arranging, numbers, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.counting import budgets
from p2ptext.errors import NotFound
from p2ptext.insight import charged, money, money_sheet, rates_tabs
from p2ptext.insight.blueprint import blueprint
from p2ptext.insight.money_forms import BudgetForm

_NAMES = ("campaign", "number", "network", "day", "since", "unpriced")
_USUAL_CURRENCIES = ("EUR", "USD")
TABLES: dict[str, Callable[[int, date | None, int | None], list[money.Line]]] = {
    "day": money.by_day,
    "number": money.by_number,
    "network": money.by_network,
    "campaign": lambda org, since, campaign: money.by_campaign(org, since),
}


def _span() -> tuple[str, date | None]:
    chosen = request.args.get("span", "30")
    if chosen not in money.SPANS:
        raise NotFound("There is no such span of days.")
    return chosen, money.since_of(chosen, now().date())


@blueprint.get("/o/<org>/money")
@permission("manager")
def money_of_all() -> str:
    """What texts cost this organization."""
    span, since = _span()
    total = money.total(g.org.id, since)
    tables = {name: table(g.org.id, since, None) for name, table in TABLES.items()}
    tabs = [
        (words, url_for(".money_of_all", span=key), key == span) for key, words in money.SPANS.items()
    ]
    return render_template(
        "insight/money.html",
        span=span,
        spans=tabs,
        stamp=now(),
        total=total,
        currency=total.main_currency,
        tables=tables,
        urls=_urls({"all": [total], **tables}, since=since.isoformat() if since else None),
        csv={name: url_for(".money_csv", table=name, span=span) for name in TABLES},
        budgets=budgets.of_campaigns(g.org.id),
    )


def _urls(tables: Mapping[str, Sequence[money.Line]], **always: Any) -> dict[str, dict[str, str]]:
    """Of each row of each table the address of its texts."""
    return {
        name: {
            line.key: url_for(".charged_texts", **{**always, **_chosen(name, line.key)})
            for line in lines
        }
        for name, lines in tables.items()
    }


def _chosen(table: str, key: str) -> dict[str, str]:
    if table == "all":
        return {}
    return {table: key or ("none" if table == "campaign" else "")}


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/money")
@permission("manager")
def money_of_campaign(campaign_id: int) -> str:
    """What one campaign costs, against what was reckoned and what it may cost."""
    return _campaign_page(get_scoped(Campaign, campaign_id), None)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/money")
@permission("manager")
def change_budget(campaign_id: int) -> str | Response | tuple[str, int]:
    """Give a campaign another budget, or none."""
    campaign = get_scoped(Campaign, campaign_id)
    form = _form(campaign)
    if not form.validate_on_submit():
        return _campaign_page(campaign, form), 422
    with transaction():
        arranging.change_budget(writing.lock_to_change(campaign_id, g.org.id), form.budget())
    spent = budgets.of_campaign(campaign_id)
    if spent is not None and spent.is_used_up and spent.stops and campaign.status == "running":
        flash(
            "The budget is saved. It is used up already: the campaign is paused in a moment.", "warning"
        )
    else:
        flash("The budget is saved.")
    return redirect(url_for(".money_of_campaign", campaign_id=campaign_id), 303)


@blueprint.get("/o/<org>/money/<table>.csv")
@permission("manager")
def money_csv(table: str) -> FlaskResponse:
    """A table of the page as a file."""
    campaign_id = _id("campaign")
    if table not in TABLES:
        raise NotFound("There is no such table.")
    if campaign_id is not None:
        get_scoped(Campaign, campaign_id)
    # A campaign is shown from its beginning.
    since = _span()[1] if campaign_id is None else None
    lines = TABLES[table](g.org.id, since, campaign_id)
    return money_sheet.answer(table, lines)


@blueprint.get("/o/<org>/money/texts")
@permission("manager")
def charged_texts() -> str:
    """The texts behind a sum."""
    which = _which()
    found = charged.page(g.org.id, which, _id("before"))
    rows = found[: charged.PAGE]
    more = {**_told(), "before": rows[-1].id} if len(found) > charged.PAGE else None
    campaign = get_scoped(Campaign, which.campaign_id) if which.campaign_id is not None else None
    return render_template(
        "insight/charged.html",
        rows=rows,
        more=more,
        which=which,
        campaign=campaign,
        pretty=numbers.pretty,
    )


def _told() -> dict[str, str]:
    """What of the address says which texts are meant; nothing else is led on to."""
    return {name: request.args[name] for name in _NAMES if name in request.args}


def _id(name: str) -> int | None:
    """What the address says; None where it says nothing. Raises NotFound for what is no id: else the page
    would show everything under the name of a part."""
    said = request.args.get(name)
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) <= 18):
        raise NotFound("There is no such id.")
    return int(said)


def _which() -> charged.Which:
    args = request.args
    try:
        day = date.fromisoformat(args["day"]) if args.get("day") else None
        since = date.fromisoformat(args["since"]) if args.get("since") else None
    except ValueError:
        raise NotFound("There is no such day.") from None
    no_campaign = args.get("campaign") == "none"
    return charged.Which(
        campaign_id=None if no_campaign else _id("campaign"),
        no_campaign=no_campaign,
        number_id=_id("number"),
        network=args.get("network"),
        day=day,
        since=since,
        unpriced="unpriced" in args,
    )


def _form(campaign: Campaign) -> BudgetForm:
    form = BudgetForm(
        data={
            "amount": campaign.budget,
            "currency": campaign.budget_currency,
            "warn_percent": campaign.budget_warn_percent,
            "stops": campaign.budget_stops,
        }
    )
    seen = {one.currency for one in money.total(g.org.id, None).sums}
    codes = sorted({*_USUAL_CURRENCIES, *seen, campaign.budget_currency})
    form.currency.choices = [SelectChoice(code, code) for code in codes]
    return form


def _campaign_page(campaign: Campaign, form: BudgetForm | None) -> str:
    total = money.total(g.org.id, None, campaign.id)
    tables = {name: TABLES[name](g.org.id, None, campaign.id) for name in ("day", "number", "network")}
    return render_template(
        "insight/campaign_money.html",
        campaign=campaign,
        tabs=rates_tabs.TABS,
        form=form or _form(campaign),
        stamp=now(),
        total=total,
        currency=total.main_currency,
        spending=budgets.of_campaign(campaign.id),
        tables=tables,
        urls=_urls({"all": [total], **tables}, campaign=campaign.id),
        csv={name: url_for(".money_csv", table=name, campaign=campaign.id) for name in tables},
    )
