"""Ways to bring people in: a list of addresses, an invitation once more, a link shown as a picture."""

import io

import segno
from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import inviting, inviting_many, joining, letters, throttling, tokens
from p2ptext.accounts.access import get_scoped, permission
from p2ptext.accounts.addresses import link
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.forms import InviteManyForm, with_roles
from p2ptext.accounts.models import JoinLink
from p2ptext.background import transaction
from p2ptext.errors import NotFound, Refused
from p2ptext.rules.fault import FileFault
from p2ptext.rules.text_encoding import encoding_of, lines_of

blueprint.add_app_template_global(letters.are_mailed, "mails_leave")

CHECKS = "60 per hour"
"""Lists one manager may have checked: each says of its addresses who is a member."""


@blueprint.route("/o/<org>/people/invite-many", methods=["GET", "POST"])
@permission("manager")
def invite_many() -> str:
    """Take a list of addresses, and show what would become of each. Nothing is sent here."""
    form = with_roles(InviteManyForm(), inviting.grantable(g.membership))
    if not form.validate_on_submit():
        return render_template("accounts/invite_many.html", form=form)
    try:
        throttling.spend(CHECKS, "check-addresses", str(current_user.id))
        checked = inviting_many.check(g.org.id, _list_of(form))
    except Refused as error:
        form.addresses.errors = [error.words]
        return render_template("accounts/invite_many.html", form=form)
    return render_template("accounts/invite_check.html", checked=checked, role=form.role.data)


def _list_of(form: InviteManyForm) -> str:
    if not form.file.data:
        return form.addresses.data or ""
    stream = io.BytesIO(form.file.data.read(4 * inviting_many.MOST_CHARACTERS))
    try:
        encoding = encoding_of(stream)
    except FileFault as fault:
        raise Refused(fault.code, fault.words) from None
    stream.seek(0)
    return "".join(lines_of(stream, encoding))


@blueprint.post("/o/<org>/people/invite-many/send")
@permission("manager")
def send_invitations() -> BaseResponse | str:
    """Invite those of a checked list who are new."""
    addresses, role = request.form.get("addresses", ""), request.form.get("role", "")
    with transaction():
        checked = inviting_many.send(g.membership, current_user.id, g.org.id, addresses, role)
    sent = checked.of("new")
    if sent:
        flash(inviting.told([one.email for one in sent]))
    else:
        flash("Nobody was left to invite: all of them were invited meanwhile.", "info")
    return redirect(url_for("accounts.people"), 303)


@blueprint.post("/o/<org>/people/invitations/<int:invitation_id>/resend")
@permission("manager")
def resend_invitation(invitation_id: int) -> BaseResponse:
    """Mail it once more."""
    with transaction():
        row = inviting.resend(g.membership, current_user.id, invitation_id)
        words = f"{inviting.told([row.email])} The first link no longer works."
    flash(words)
    return redirect(url_for("accounts.people"), 303)


@blueprint.get("/o/<org>/people/links/<int:link_id>")
@permission("manager")
def show_join_link(link_id: int) -> str:
    """A join link as a QR code, for a wall or a sheet of paper."""
    row = get_scoped(JoinLink, link_id)
    if row.id not in {found.id for found in joining.open_links(g.org.id)}:
        raise NotFound
    address = link("accounts.join", token=tokens.join_token(row))
    # An image of its own, not marks in the page: nothing of it can become part of the page.
    picture = segno.make(address, error="m").svg_data_uri(scale=8, border=4, light="#fff")
    return render_template("accounts/join_link.html", row=row, address=address, picture=picture)


@blueprint.get("/o/<org>/people/roles")
@permission("volunteer")
def roles() -> str:
    """What each role may do."""
    return render_template("accounts/roles.html")
