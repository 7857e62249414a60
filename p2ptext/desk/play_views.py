"""The page on which a manager plays the person who is texted."""

from flask import g, render_template, request, url_for

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import previewing
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import editing, playing
from p2ptext.desk.blueprint import blueprint


@blueprint.get("/o/<org>/campaigns/<int:campaign_id>/play")
@permission("manager")
def play(campaign_id: int) -> str:
    """The conversation so far: `contact` who is texted, `said` each answer in its turn."""
    campaign = get_scoped(Campaign, campaign_id)
    contact = editing.contact_in(request.args.get("contact"))
    sample = previewing.sample_of(campaign_id, contact, request.args.get("move", ""))
    document = writing.document_of(campaign)
    said = request.args.getlist("said")
    played = playing.play(campaign, document, sample, g.membership.texting_name, said)

    def address(answers: list[str]) -> str:
        return url_for(".play", campaign_id=campaign_id, contact=sample.contact_id, said=answers)

    return render_template(
        "desk/play.html",
        campaign=campaign,
        sample=sample,
        played=played,
        address=address,
    )
