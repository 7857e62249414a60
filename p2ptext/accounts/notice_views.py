"""Whether somebody gets mails about waiting replies: the switch on the profile, and the link in the mails."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts import tokens
from p2ptext.accounts.access import public, signed_in
from p2ptext.accounts.blueprint import blueprint
from p2ptext.accounts.models import Membership, Organization
from p2ptext.background import transaction
from p2ptext.errors import NotFound
from p2ptext.extensions import db


@blueprint.post("/profile/notices/<int:membership_id>")
@signed_in
def change_notices(membership_id: int) -> BaseResponse:
    with transaction():
        own = select(Membership).filter_by(id=membership_id, person_id=current_user.id, status="active")
        member = db.session.scalars(own).one_or_none()
        if member is None:
            raise NotFound
        member.wants_notices = request.form.get("wanted") == "yes"
        wanted = member.wants_notices
    flash("You get these mails again." if wanted else "You get no more of these mails.")
    return redirect(url_for("accounts.profile"))


@blueprint.get("/notices/off/<token>")
@public("the link in a mail, opened on whatever device reads mail")
def notices_off(token: str) -> str:
    """Asks with one button: programs that open every link of a mail must not turn anything off."""
    member, organization = _of(token)
    return render_template(
        "accounts/notices_off.html", organization=organization, off=not member.wants_notices, token=token
    )


@blueprint.post("/notices/off/<token>")
@public("the link in a mail, opened on whatever device reads mail")
def turn_notices_off(token: str) -> BaseResponse:
    with transaction():
        member, _ = _of(token)
        member.wants_notices = False
    return redirect(url_for("accounts.notices_off", token=token), 303)


def _of(token: str) -> tuple[Membership, Organization]:
    membership_id = tokens.read_notices_token(token)
    member = None if membership_id is None else db.session.get(Membership, membership_id)
    if member is None:
        raise NotFound
    return member, db.session.get_one(Organization, member.organization_id)
