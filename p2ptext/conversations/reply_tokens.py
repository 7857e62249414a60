"""The token of a reply: it binds the person who answers, the conversation, and what had been said in it.

If anything newer came in or went out since, or somebody took the conversation over, the answer is refused
and the newer text shown. It is unique by what it binds and the moment it was shown.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from p2ptext.background import settings
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor


@dataclass(frozen=True, slots=True)
class ReplyClaims:
    """What a reply's token binds together."""

    organization_id: int
    person_id: int
    conversation_id: int
    last_inbound_id: int
    last_message_id: int
    last_handover_id: int
    """0 while it has only had its first owner."""
    shown_at: float


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        settings().secret_key, salt="reply", signer_kwargs={"digest_method": hashlib.sha256}
    )


def make_token(claims: ReplyClaims) -> str:
    return str(_serializer().dumps(list(asdict(claims).values())))


def read_token(token: str) -> ReplyClaims:
    """What the token binds. Raises Refused for one that this server did not make."""
    try:
        return ReplyClaims(*_serializer().loads(token))
    except (BadData, TypeError, ValueError):
        raise Refused(
            "bad_token", "This page is too old. Reload it and send your answer again."
        ) from None


LAST_MESSAGE = """(SELECT coalesce(max(id), 0) FROM message WHERE conversation_id = t.id)"""
"""A column of a statement with the conversation as `t`: the latest text of ours, taken back or not."""

LAST_HANDOVER = """(SELECT coalesce(max(id), 0) FROM handover WHERE conversation_id = t.id)"""
"""The same for when it last went from one owner to another."""


def shown(organization_id: int, person_id: int, conversation_id: int, now: datetime) -> str:
    """A token for answering this conversation as it stands now. Raises NotFound."""
    sql = cursor()
    sql.execute(
        f"""SELECT coalesce(t.last_inbound_id, 0), {LAST_MESSAGE}, {LAST_HANDOVER}
           FROM conversation t WHERE t.id = %s AND t.organization_id = %s""",
        (conversation_id, organization_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    inbound_id, message_id, handover_id = row
    claims = ReplyClaims(
        organization_id, person_id, conversation_id, inbound_id, message_id, handover_id, now.timestamp()
    )
    return make_token(claims)
