"""Pages of setting a campaign up: what is still to do, the check, the launch, the pause."""

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import importing, launching, preflight, previewing, queries, survey_checks
from p2ptext.audience.columns import columns_of
from p2ptext.background import transaction
from p2ptext.campaigns import numbers, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk.blueprint import blueprint
from p2ptext.rules.cells import clean

_LONGEST_PAUSE_WORDS = 200


def _to_setup(campaign_id: int) -> BaseResponse:
    return redirect(url_for(".setup", campaign_id=campaign_id))


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/setup")
@permission("manager")
def setup(campaign_id: int) -> str:
    campaign = get_scoped(Campaign, campaign_id)
    document = writing.document_of(campaign)
    columns = columns_of(campaign_id)
    return render_template(
        "desk/setup.html",
        campaign=campaign,
        message_faulty=bool(columns and preflight.wordings_blocks(campaign_id, document["first"])),
        contacts=queries.contact_count(campaign_id),
        to_decide=queries.waits_for_decision(campaign_id),
        running_import=importing.import_under_way(campaign_id),
        wordings=len(document["first"]),
        questions=len(document.get("steps", ())),
        questions_faulty=any(not fault.warns for fault in survey_checks.check(campaign)),
        canned=len(document["canned"]),
        numbers=len(numbers.chosen(campaign_id)),
    )


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/check")
@permission("manager")
def check(campaign_id: int) -> str:
    campaign = get_scoped(Campaign, campaign_id)
    return _check_page(campaign, preflight.check(campaign))


def _check_page(campaign: Campaign, found: preflight.Preflight) -> str:
    sample = previewing.sample_of(campaign.id, found.longest.contact_id if found.longest else None)
    chosen = numbers.chosen(campaign.id)
    return render_template(
        "desk/check.html",
        campaign=campaign,
        found=found,
        previews=[
            previewing.preview(campaign, text, sample, g.membership.texting_name)
            for text in writing.wordings(campaign)
        ],
        numbers=[
            numbers.pretty(number.phone)
            for number in numbers.numbers_of(g.org.id)
            if number.id in chosen
        ],
    )


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/launch")
@permission("manager")
def launch(campaign_id: int) -> BaseResponse | tuple[str, int]:
    with transaction():
        found = launching.launch(campaign_id, g.org.id)
    if not found.clear:
        return _check_page(get_scoped(Campaign, campaign_id), found), 409
    flash("The campaign is launched. Volunteers can take contacts now.")
    return _to_setup(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/pause")
@permission("manager")
def pause(campaign_id: int) -> BaseResponse:
    words = clean(request.form.get("words", ""))[:_LONGEST_PAUSE_WORDS]
    with transaction():
        launching.pause(campaign_id, g.org.id, words)
    flash("The campaign is paused. Texts that have not left stay here.", "warning")
    return _to_setup(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/resume")
@permission("manager")
def resume(campaign_id: int) -> BaseResponse | tuple[str, int]:
    with transaction():
        found = launching.resume(campaign_id, g.org.id)
    if not found.clear:
        return _check_page(get_scoped(Campaign, campaign_id), found), 409
    flash("The campaign goes on.")
    return _to_setup(campaign_id)


@blueprint.post("/o/<org>/campaigns/<int:campaign_id>/archive")
@permission("manager")
def archive(campaign_id: int) -> BaseResponse:
    with transaction():
        launching.archive(campaign_id, g.org.id)
    flash("The campaign is archived.")
    return _to_setup(campaign_id)
