"""A volunteer's own page of what they did, and the same as a file. Nobody else sees it here."""

from flask import Response, g, render_template
from flask_login import current_user

from p2ptext.accounts.access import permission
from p2ptext.rules import csv_safe
from p2ptext.texting import own_work
from p2ptext.texting.blueprint import blueprint

DAYS_SHOWN = 60
HEADER = ("Day", "Campaign", "Texts sent", "Answers", "Opted out", "Thanks", "Minutes")


@blueprint.get("/what-you-did", endpoint="own_work")
@permission("volunteer", terms=True)
def own_work_page() -> str:
    """In numbers, by campaign and by day."""
    g.left_shift = True  # looking back is no work
    lines = own_work.of(g.org.id, current_user.id)
    days = own_work.by_day(lines)
    return render_template(
        "texting/own_work.html",
        total=own_work.together(lines),
        campaigns=own_work.by_campaign(lines),
        days=days[:DAYS_SHOWN],
        more_days=max(0, len(days) - DAYS_SHOWN),
    )


@blueprint.get("/what-you-did.csv")
@permission("volunteer", terms=True)
def own_work_file() -> Response:
    """One line for each campaign and day."""
    g.left_shift = True
    lines = [csv_safe.line(HEADER)]
    for line in own_work.of(g.org.id, current_user.id):
        work, minutes = line.work, round(line.work.seconds / 60)
        cells = (work.sent, work.answered, work.opted_out, work.thanks, minutes)
        lines.append(csv_safe.line([line.day.isoformat(), line.campaign, *cells]))
    headers = {"Content-Disposition": 'attachment; filename="what-you-did.csv"'}
    return Response("\ufeff" + "".join(lines), mimetype="text/csv", headers=headers)
