"""Who may do what, and the one door to an organization's rows.

Every route declares its permission; create_app refuses to start with one that does not.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, request, url_for
from flask_login import UserMixin, current_user
from sqlalchemy import Select, select

from p2ptext.errors import NotAllowed, NotFound, Refused
from p2ptext.extensions import cursor, db, login_manager

ROLES = ("volunteer", "organizer", "manager", "owner")
"""From the least to the most; each may do all that those before it may."""

IDLE_H = 12
"""Hours without a request after which a browser is signed out."""
ABSOLUTE_D = 7
"""Days after which a browser is signed out, used or not."""

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Access:
    """What a route demands: `kind` is public, signed_in, operator or a role's name."""

    kind: str
    why: str = ""
    terms: bool = True
    """Whether the organization's terms must have been accepted first."""


def _declare(access: Access) -> Callable[[F], F]:
    def mark(view: F) -> F:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def permission(role: str, *, terms: bool = False) -> Callable[[F], F]:
    """Members of the organization in the address, of this role or a higher one.

    With `terms`, only those who have accepted the texting terms.
    """
    if role not in ROLES:
        raise ValueError(f"no such role: {role}")
    return _declare(Access(role, terms=terms))


def public(why: str) -> Callable[[F], F]:
    """Anyone, signed in or not; `why` says why that is right."""
    return _declare(Access("public", why, terms=False))


def signed_in(view: F) -> F:
    """Anyone who is signed in."""
    return _declare(Access("signed_in", terms=False))(view)


def operator(view: F) -> F:
    """The operator of this installation; to anyone else the page does not exist."""
    return _declare(Access("operator", terms=False))(view)


class SignedIn(UserMixin):  # type: ignore[misc]
    """The person behind this request, read with their session in one statement."""

    def __init__(self, token: str, row: tuple[Any, ...]) -> None:
        self.token = token
        self.session_id: int = row[0]
        self.id: int = row[1]
        self.name: str = row[2]
        self.email: str = row[3]
        self.is_operator: bool = row[4]
        self.started_at: datetime = row[5]

    def get_id(self) -> str:
        return self.token


@dataclass(frozen=True, slots=True)
class Org:
    """The organization in the address."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """The signed-in person's place in it."""

    id: int
    role: str
    status: str
    texting_name: str
    terms_accepted_at: datetime | None

    def may(self, role: str) -> bool:
        """Whether this role reaches as far as `role`."""
        return self.status == "active" and ROLES.index(self.role) >= ROLES.index(role)


def token_digest(token: str) -> bytes:
    """What the database keeps of a secret token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_signed_in(token: str) -> SignedIn | None:
    """The person whose living session this token opens.

    The last-seen time is written at most once a minute, so that reading costs no write.
    """
    sql = cursor()
    sql.execute(
        """SELECT s.id, p.id, p.name, p.email, p.is_operator, s.created_at,
                  s.last_seen_at < p2p_now() - interval '1 minute'
           FROM web_session s JOIN person p ON p.id = s.person_id
           WHERE s.token_digest = %s AND s.ended_at IS NULL AND p.disabled_at IS NULL
             AND s.last_seen_at > p2p_now() - make_interval(hours => %s)
             AND s.created_at > p2p_now() - make_interval(days => %s)""",
        (token_digest(token), IDLE_H, ABSOLUTE_D),
    )
    row = sql.fetchone()
    if row is None:
        return None
    if row[6]:
        sql.execute("UPDATE web_session SET last_seen_at = p2p_now() WHERE id = %s", (row[0],))
        db.session.commit()
    return SignedIn(token, row)


def find_member(person_id: int, slug: str, campaign_id: int | None = None) -> tuple[Org, Member] | None:
    """This person's living place in the organization of this slug.

    None as well when the campaign in the address is the hidden one that texts to managers' own phones
    hang on: it has no page, for nobody.
    """
    sql = cursor()
    sql.execute(
        """SELECT o.id, o.slug, o.name, m.id, m.role, m.status, m.texting_name, m.terms_accepted_at
           FROM membership m JOIN organization o ON o.id = m.organization_id
           WHERE m.person_id = %s AND o.slug = %s AND m.status IN ('active','pending')
             AND NOT EXISTS (SELECT 1 FROM campaign a
                             WHERE a.organization_id = o.id AND a.is_tests AND a.id = %s)""",
        (person_id, slug, campaign_id),
    )
    row = sql.fetchone()
    return None if row is None else (Org(*row[:3]), Member(*row[3:]))


def asks_for_page() -> bool:
    """Whether a person's browser asks for a page, rather than the page's script for data."""
    wants = request.accept_mimetypes.best
    return not request.is_json and wants not in ("application/json", "text/event-stream")


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> Response:
    """Lead to the door, and from there back to the page that was asked for."""
    if not asks_for_page():
        words = "You are signed out. Sign in again; what you sent before is kept."
        return make_response(jsonify(code="signed_out", words=words), 401)
    back = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
    return make_response(redirect(url_for("accounts.sign_in", next=back)))


def check_request() -> Response | None:
    """Before every request: is this person allowed on this route? The default is no."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    access: Access = vars(current_app.view_functions[request.endpoint])["access"]
    if access.kind == "public":
        return None
    if not current_user.is_authenticated:
        unauthorized: Response = login_manager.unauthorized()
        return unauthorized
    if access.kind == "signed_in":
        return None
    if access.kind == "operator":
        if not current_user.is_operator:
            raise NotFound
        return None
    return _check_member(access)


def _check_member(access: Access) -> Response | None:
    in_address = request.view_args or {}
    slug = in_address.pop("org", "")
    found = find_member(current_user.id, slug, in_address.get("campaign_id"))
    if found is None:
        raise NotFound
    g.org, g.membership = found
    if g.membership.status == "pending":
        raise Refused(
            "waiting_for_approval",
            "Someone in the organization has to approve you first. You will get a mail when they have.",
            403,
        )
    if not g.membership.may(access.kind):
        raise NotAllowed
    if access.terms and g.membership.terms_accepted_at is None:
        if request.method == "GET" and asks_for_page():
            return make_response(redirect(url_for("accounts.terms", next=request.full_path.rstrip("?"))))
        raise Refused("terms", "Please read and accept the texting terms first.", 403)
    return None


def require_declared_permissions(app: Flask) -> None:
    """Refuse to start while any route says nothing about who may use it."""
    for endpoint, view in app.view_functions.items():
        if endpoint != "static" and not hasattr(view, "access"):
            raise RuntimeError(f"route {endpoint} declares no permission")


def scoped(model: type[T]) -> Select[T]:
    """A select over this organization's rows of `model`; every ORM query starts here."""
    return select(model).where(model.organization_id == g.org.id)  # type: ignore[attr-defined]


def get_scoped(model: type[T], row_id: int) -> T:
    """One row of this organization. Raises NotFound, whether it is absent or another's."""
    row = db.session.scalars(scoped(model).where(model.id == row_id)).one_or_none()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound
    return row
