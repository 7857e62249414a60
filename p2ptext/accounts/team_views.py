"""Teams of an organization: who is in which."""

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import teams
from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.forms import TeamForm
from p2ptext.accounts.team_models import Team
from p2ptext.background import transaction
from p2ptext.errors import Refused


@blueprint.route("/o/<org>/teams", methods=["GET", "POST"], endpoint="teams")
@permission("manager")
def all_teams() -> BaseResponse | str:
    """Every team, and a new one."""
    form = TeamForm()
    if form.validate_on_submit():
        try:
            with transaction():
                team_id = teams.create(g.org.id, form.name.data).id
            return redirect(url_for("accounts.team", team_id=team_id), 303)
        except Refused as error:
            form.name.errors = [error.words]
    return render_template("accounts/teams.html", teams=teams.of_organization(g.org.id), form=form)


@blueprint.route("/o/<org>/teams/<int:team_id>", methods=["GET", "POST"])
@permission("manager")
def team(team_id: int) -> BaseResponse | str:
    """Who is in it."""
    if request.method == "POST":
        with transaction():
            teams.set_members(team_id, request.form.getlist("member", type=int))
        flash("The team is saved.")
        return redirect(url_for("accounts.team", team_id=team_id), 303)
    return _page(team_id, TeamForm(formdata=None, obj=get_scoped(Team, team_id)))


def _page(team_id: int, form: TeamForm) -> str:
    return render_template(
        "accounts/team.html",
        team=get_scoped(Team, team_id),
        candidates=teams.candidates(team_id),
        form=form,
    )


@blueprint.post("/o/<org>/teams/<int:team_id>/rename")
@permission("manager")
def rename_team(team_id: int) -> BaseResponse | str:
    """Call it otherwise."""
    form = TeamForm()
    if not form.validate_on_submit():
        return _page(team_id, form)
    try:
        with transaction():
            teams.rename(team_id, form.name.data)
    except Refused as error:
        form.name.errors = [error.words]
        return _page(team_id, form)
    flash("The team has its new name.")
    return redirect(url_for("accounts.team", team_id=team_id), 303)


@blueprint.post("/o/<org>/teams/<int:team_id>/remove")
@permission("manager")
def remove_team(team_id: int) -> BaseResponse:
    """End it; its people stay in the organization."""
    try:
        with transaction():
            teams.remove(team_id)
    except Refused as error:
        flash(error.words, "error")
        return redirect(url_for("accounts.team", team_id=team_id), 303)
    flash("The team is removed. Its people stay.")
    return redirect(url_for("accounts.teams"), 303)
