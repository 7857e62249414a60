"""The pre-flight page: everything about a campaign that is to be put right or known before its launch."""

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import defaulting, overriding, preflight, previewing
from p2ptext.audience.findings import Finding
from p2ptext.audience.preflight_time import Forecast
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk.blueprint import blueprint
from p2ptext.errors import Refused
from p2ptext.rules.cells import clean
from p2ptext.texting import pacing

FIXES = {
    "purpose": ("desk.purpose", "Purpose and sender"),
    "list": ("audience.lists", "List of people"),
    "message": ("desk.first_message", "First message"),
    "questions": ("desk.questions", "Questions and answers"),
    "canned": ("campaigns.canned", "Answers kept ready"),
    "languages": ("desk.languages", "Other languages"),
    "links": ("desk.links", "Links"),
    "hours": ("campaigns.hours", "Hours, days and dates"),
    "numbers": ("campaigns.choose_numbers", "Numbers"),
    "people": ("desk.people", "Volunteers and batches"),
    "passes": ("texting.passes", "Passes"),
    "try_out": ("desk.try_out", "Test to your phone"),
    "answers": ("desk.answers", "Check your answers and launch"),
}
"""Where each finding is put right, by its `fix`: the page and its name."""


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/check")
@permission("manager")
def check(campaign_id: int) -> str:
    campaign = get_scoped(Campaign, campaign_id)
    found, forecast = preflight.look(campaign)
    return page(campaign, found, forecast)


def page(campaign: Campaign, found: preflight.Preflight, forecast: Forecast | None = None) -> str:
    """What was found, each with where it is put right; and what the campaign would take."""
    sample = previewing.sample_of(campaign.id, found.longest.contact_id if found.longest else None)
    return render_template(
        "desk/check.html",
        campaign=campaign,
        found=found,
        forecast=forecast,
        held_back=_held_back(campaign) if forecast else "",
        grouped=lambda findings: _grouped(campaign, findings),
        cost=_cost(forecast) if forecast else "",
        default_for=defaulting.default_for,
        may_allow=g.membership.role == "owner",
        longest_reason=overriding.LONGEST_REASON,
        onward=url_for(".onward", campaign_id=campaign.id),
        previews=[
            previewing.preview(campaign, text, sample, g.membership.texting_name)
            for text in writing.wordings(campaign)
        ],
    )


def _grouped(campaign: Campaign, findings: Sequence[Finding]) -> list[tuple[str, str, list[Finding]]]:
    """The findings by the page that puts them right: its address, its name."""
    return [
        (url_for(endpoint, campaign_id=campaign.id), name, same)
        for fix, (endpoint, name) in FIXES.items()
        if (same := [one for one in findings if one.fix == fix])
    ]


def _cost(forecast: Forecast) -> str:
    low, high = (f"${dollars:,.2f}" for dollars in forecast.cost)
    return f"about {low}" if low == high else f"about {low} to {high}"


def _held_back(campaign: Campaign) -> str:
    """What the phone companies let through just now, in words; "" where nothing holds texts back."""
    now = pacing.outlook(campaign.id)
    return now.words if now.opens_at is not None else ""


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/check/allow")
@permission("owner")
def allow(campaign_id: int) -> Response:
    """An owner lets a finding stand, for exactly these words, and says why."""
    code, about = request.form.get("code", ""), request.form.get("about", "")
    reason = clean(request.form.get("reason", ""))
    with transaction():
        campaign = writing.lock_to_change(campaign_id, g.org.id)
        found = (
            one for one in preflight.words_of(campaign) if (one.code, one.about_hash) == (code, about)
        )
        finding = next(found, None)
        try:
            if finding is None:
                raise Refused("changed", "The words have changed meanwhile. Look at what is found now.")
            overriding.allow(campaign, finding, reason, current_user.id)
            flash("It may stand, as long as the words stay as they are. Your reason is kept.")
        except Refused as refused:
            flash(refused.words, "error")
    return _back(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/check/forbid")
@permission("owner")
def forbid(campaign_id: int) -> Response:
    """What was let stand blocks again."""
    with transaction():
        campaign = writing.lock_to_change(campaign_id, g.org.id)
        overriding.withdraw(campaign, request.form.get("code", ""), request.form.get("about", ""))
    flash("It has to be put right again before a launch.")
    return _back(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/check/default")
@permission("manager")
def put_default(campaign_id: int) -> Response:
    """Let a usual word stand in where the list has no value."""
    with transaction():
        campaign = writing.lock_to_change(campaign_id, g.org.id)
        defaulting.put_in(campaign, request.form.get("field", ""), current_user.id)
    flash("The first message says now what stands there when the list has nothing.")
    return _back(campaign_id)


def _back(campaign_id: int) -> Response:
    return redirect(url_for(".check", campaign_id=campaign_id), 303)
