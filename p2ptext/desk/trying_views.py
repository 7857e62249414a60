"""Test to your phone: a text of the campaign, by one's own press, to one's own phone."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import previewing, tried_standing
from p2ptext.audience.longest import people_of
from p2ptext.background import transaction
from p2ptext.campaigns import enclosures, numbers, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import own_phones, tried, trying
from p2ptext.desk.blueprint import blueprint
from p2ptext.desk.trying import Choice
from p2ptext.errors import Refused
from p2ptext.rules import script, sms_text
from p2ptext.rules.enclosure import place_of_round
from p2ptext.rules.fault import Fault
from p2ptext.rules.phone import mask
from p2ptext.texting.blueprint import clicker


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/try")
@permission("manager", terms=True)
def try_out(campaign_id: int) -> str:
    """Which text, on whose values; `text` in the address says which, `contact` and `move` who."""
    return _page(get_scoped(Campaign, campaign_id))


def _page(campaign: Campaign, fault: Fault | None = None) -> str:
    choices = tried.choices(writing.document_of(campaign))
    choice = _asked(choices)
    phone = own_phones.phone_of(current_user.id, g.org.id)
    tests = tried.sent(g.org.id, campaign.id)
    return render_template(
        "desk/try_out.html",
        campaign=campaign,
        choices=[(tried.code(one), tried.label(one, choices)) for one in choices],
        chosen=tried.code(choice) if choice else "",
        shown=_shown(campaign, choice) if choice else None,
        phone=mask(phone) if phone else "",
        wants_phone=not phone or fault is not None or "phone" in request.args,
        fault=fault,
        typed=request.form.get("phone", ""),
        tests=tests,
        under_way=any(test.under_way for test in tests),
        standing=tried_standing.of(campaign),
        senders=[
            numbers.pretty(number.phone)
            for number in numbers.numbers_of(g.org.id)
            if number.id in numbers.chosen(campaign.id)
        ],
    )


def _asked(choices: list[Choice]) -> Choice | None:
    asked = request.args.get("text", "")
    return next((one for one in choices if tried.code(one) == asked), choices[0] if choices else None)


def _shown(campaign: Campaign, choice: Choice) -> dict[str, object]:
    """The chosen text as it would arrive, and the token that sends it; or what it lacks."""
    template, name = trying.template_of(campaign, choice), g.membership.texting_name
    move = request.args.get("move", "")
    if move == "longest":
        people = people_of(campaign.id, choice.round)
        sample = previewing.longest_sample(campaign, template, name, people)
    else:
        contact_id = request.args.get("contact", type=int)
        sample = previewing.sample_of(campaign.id, contact_id, move)
    try:
        text = trying.render(campaign, choice, sample.fields, name)
    except script.MissingField as missing:
        return {"sample": sample, "missing": missing.name}
    token = trying.make_token(clicker(), campaign, choice, sample, text)
    place = place_of_round(choice.round)
    return {
        "sample": sample,
        "text": text,
        "count": sms_text.count(text),
        "token": token,
        "enclosed": enclosures.at(campaign, place),
    }


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/try")
@permission("manager", terms=True)
def send_test(campaign_id: int) -> Response:
    """Send the text that was shown to one's own phone."""
    get_scoped(Campaign, campaign_id)
    phone = own_phones.phone_of(current_user.id, g.org.id)
    if phone is None:
        return _back(campaign_id)
    try:
        with transaction():
            trying.send(clicker(), campaign_id, request.form.get("token", ""), phone)
    except Refused as refused:
        flash(refused.words, "error")
        return _back(campaign_id)
    flash(f"On its way to {mask(phone)}. Look at your phone.", "success")
    return _back(campaign_id, "tests")


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/try/phone")
@permission("manager", terms=True)
def own_phone(campaign_id: int) -> Response | tuple[str, int]:
    """Say which phone is one's own, by typing its number."""
    campaign = get_scoped(Campaign, campaign_id)
    with transaction():
        fault = own_phones.keep(current_user.id, g.org.id, request.form.get("phone", "")[:60])
    if fault is not None:
        return _page(campaign, fault), 422
    flash("Your phone is noted.", "success")
    return _back(campaign_id)


def _back(campaign_id: int, part: str | None = None) -> Response:
    return redirect(
        url_for(
            ".try_out",
            campaign_id=campaign_id,
            text=request.args.get("text"),
            contact=request.args.get("contact"),
            _anchor=part,
        ),
        303,
    )
