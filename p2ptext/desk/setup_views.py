"""The task list of a campaign, and the way from one step to the next."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import steps
from p2ptext.desk.blueprint import blueprint


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/setup")
@permission("manager")
def setup(campaign_id: int) -> str:
    campaign = get_scoped(Campaign, campaign_id)
    return render_template(
        "desk/setup.html",
        campaign=campaign,
        tasks=steps.task_list(campaign),
        says_nothing=not any(writing.wordings(campaign)),
    )


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/onward")
@permission("manager")
def onward(campaign_id: int) -> Response:
    """From a step that was saved (`after`) to the next that has nothing yet; of what was launched
    already, back to the task list."""
    campaign = get_scoped(Campaign, campaign_id)
    step = None
    if campaign.status == "draft":
        step = steps.task_list(campaign).after(request.args.get("after", ""))
    return redirect(step.href if step else url_for(".setup", campaign_id=campaign_id), 303)
