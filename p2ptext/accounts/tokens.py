"""Secret tokens in links.

A letter's row holds no secret, and the job that writes the letter may run twice, so a token cannot
be drawn at random when it is issued and then forgotten. It is derived instead: an HMAC under
SECRET_KEY over what it is for and the row's own values. The row keeps only its SHA-256, so whoever
reads the database cannot use it; the row's expiry, to the microsecond, goes in, so that a number
given again (a restored backup, an emptied database) does not bring an old link back to life.
"""

import base64
import hmac
import secrets
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from p2ptext.accounts.access import token_digest
from p2ptext.accounts.models import Invitation, JoinLink, PasswordReset
from p2ptext.background import settings
from p2ptext.extensions import db


def keep(row: Invitation | PasswordReset) -> None:
    """Put a new row into the table with the digest of its token."""
    # The token needs the row's number, which the table gives; for that moment the unique digest is
    # one that nobody can know the token of.
    row.token_digest = secrets.token_bytes(32)
    db.session.add(row)
    db.session.flush()
    db.session.refresh(row)
    token = invitation_token(row) if isinstance(row, Invitation) else reset_token(row)
    row.token_digest = token_digest(token)


def invitation_token(row: Invitation) -> str:
    """The secret in this invitation's link; `row` has been flushed."""
    return _derive("invitation", row.id, row.email, row.expires_at)


def reset_token(row: PasswordReset) -> str:
    """The secret in the link of this password reset; `row` has been flushed."""
    return _derive("reset", row.id, row.person_id, row.expires_at)


def join_token(row: JoinLink) -> str:
    """What stands in a join link: no secret of one person, but nothing that can be guessed."""
    token: str = _signer().dumps([row.id, int(row.created_at.timestamp())])
    return token


def read_join_token(token: str) -> tuple[int, int] | None:
    """Row id and second of creation, or None for what we never signed."""
    try:
        row_id, created = _signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return row_id, created


def notices_token(membership_id: int) -> str:
    """What stands in the link of a mail that turns these mails off. It opens nothing else."""
    token: str = _notices_signer().dumps(membership_id)
    return token


def read_notices_token(token: str) -> int | None:
    """The membership, or None for what we never signed."""
    try:
        membership_id = _notices_signer().loads(token)
    except (BadData, ValueError):
        return None
    return membership_id if isinstance(membership_id, int) else None


def _derive(purpose: str, *values: object) -> str:
    words = [v.isoformat() if isinstance(v, datetime) else str(v) for v in (purpose, *values)]
    digest = hmac.digest(settings().secret_key.encode(), "\n".join(words).encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _notices_signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="notices")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="join link")
