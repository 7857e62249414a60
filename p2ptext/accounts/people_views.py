"""The people of an organization: who they are, how they come in, what they may do."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import inviting, joining, letters, managing, queries, teams, throttling, tokens
from p2ptext.accounts.access import permission
from p2ptext.accounts.addresses import link
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.forms import InviteForm, JoinLinkForm, with_roles
from p2ptext.background import transaction
from p2ptext.errors import NotFound, Refused

SEARCHES = "120 per minute"
WORDS = {
    "approve": "{} is approved.",
    "decline": "{} is declined.",
    "suspend": "{} is suspended from now on.",
    "resume": "{} is back.",
    "remove": "{} is removed from now on.",
}


@blueprint.get("/o/<org>/people")
@permission("manager")
def people() -> str:
    words = request.args.get("q", "").strip()[:80]
    if words:
        throttling.spend(SEARCHES, "people-search", str(current_user.id))
    return _page(words)


def _page(
    words: str = "", invite_form: InviteForm | None = None, link_form: JoinLinkForm | None = None
) -> str:
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    found = queries.people(g.org.id, words, page)
    return render_template(
        "accounts/people.html",
        found=found,
        words=words,
        page=page,
        last_page=max(1, -(-found.total // queries.PAGE)),
        waiting=queries.waiting(g.org.id),
        invitations=inviting.open_invitations(g.org.id),
        ended=inviting.ended_invitations(g.org.id),
        teams=len(teams.of_organization(g.org.id)),
        links=[
            (row, link("accounts.join", token=tokens.join_token(row)))
            for row in joining.open_links(g.org.id)
        ],
        invite_form=invite_form
        or with_roles(InviteForm(formdata=None), inviting.grantable(g.membership)),
        link_form=link_form or JoinLinkForm(formdata=None),
        grantable=inviting.grantable(g.membership),
        form=invite_form or link_form,
    )


def _back() -> BaseResponse:
    return redirect(url_for("accounts.people"))


@blueprint.post("/o/<org>/people/invite")
@permission("manager")
def invite() -> BaseResponse | str:
    form = with_roles(InviteForm(), inviting.grantable(g.membership))
    if not form.validate_on_submit():
        return _page(invite_form=form)
    try:
        with transaction():
            inviting.invite(g.membership, current_user.id, g.org.id, form.email.data, form.role.data)
    except Refused as error:
        form.email.errors = [error.words]
        return _page(invite_form=form)
    flash(inviting.told([form.email.data]))
    return _back()


@blueprint.post("/o/<org>/people/invitations/<int:invitation_id>/cancel")
@permission("manager")
def cancel_invitation(invitation_id: int) -> BaseResponse:
    with transaction():
        inviting.cancel(invitation_id)
    flash("The invitation is withdrawn.")
    return _back()


@blueprint.post("/o/<org>/people/links")
@permission("manager")
def new_join_link() -> BaseResponse | str:
    form = JoinLinkForm()
    if not form.validate_on_submit():
        return _page(link_form=form)
    with transaction():
        row = joining.new_link(current_user.id, g.org.id, form.most_uses.data, form.days.data)
    flash("The join link is ready to copy.")
    return redirect(url_for("accounts.people", _anchor=f"join-link-{row.id}"), 303)


@blueprint.post("/o/<org>/people/links/<int:link_id>/revoke")
@permission("manager")
def revoke_join_link(link_id: int) -> BaseResponse:
    with transaction():
        joining.revoke(link_id)
    flash("The link no longer works.")
    return _back()


@blueprint.post("/o/<org>/people/<int:membership_id>/role")
@permission("manager")
def change_role(membership_id: int) -> BaseResponse:
    with transaction():
        member, person = managing.change_role(
            g.membership, g.org.id, membership_id, request.form.get("role", "")
        )
        words = f"{person.name} has the role {member.role} from now on."
    flash(words)
    return _back()


@blueprint.post("/o/<org>/people/<int:membership_id>/<deed>")
@permission("manager")
def move_member(membership_id: int, deed: str) -> BaseResponse:
    if deed not in managing.STEPS:
        raise NotFound
    with transaction():
        _, person = managing.move(g.membership, g.org.id, membership_id, deed)
        words = WORDS[deed].format(person.name)
        if deed == "approve" and letters.are_mailed():
            words += " They get a mail."
    flash(words)
    return _back()
