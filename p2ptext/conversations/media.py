"""Pictures people sent: shown only when somebody asks to see one, and through us.

The page never loads from a stranger's address, which would tell the stranger that and from where it is
read. Whatever is not a picture is a link that says it leads outside.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from p2ptext.background import settings
from p2ptext.config import is_loopback
from p2ptext.conversations import rights
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor

PICTURES = ("image", "sticker")


def shown(
    conversation_id: int, inbound_id: int, media: Sequence[dict[str, Any]]
) -> list[dict[str, str]]:
    """What a page says of each attachment: type and caption, and `show`, our own address of a picture,
    or `url`, an outside address. What has no address that can be followed safely is left out."""
    entries = []
    for n, item in enumerate(media):
        kind, url = str(item.get("type", "")), str(item.get("url", ""))
        entry = {"type": kind, "caption": str(item.get("caption", ""))}
        if kind in PICTURES and _may_be_fetched(url):
            entry["show"] = url_for(
                "conversations.media", conversation_id=conversation_id, inbound_id=inbound_id, n=n
            )
        elif url.startswith(("https://", "http://")):
            entry["url"] = url
        else:
            continue
        entries.append(entry)
    return entries


def enclosed(row: Mapping[str, Any]) -> dict[str, str]:
    """What a page says of what went with a text of ours: see history.Item.enclosed."""
    gone = row["removed_at"] is not None
    return {
        "url": "" if gone else url_for("texting.media", media_id=row["media_id"]),
        "kind": row["media_kind"],
        "description": row["description"],
    }


def _may_be_fetched(url: str) -> bool:
    if url.startswith("https://"):
        return True
    return url.startswith("http://") and is_loopback(settings().vonage_api_host) and is_loopback(url)


def address(organization_id: int, person_id: int, conversation_id: int, inbound_id: int, n: int) -> str:
    """Where the n-th attachment of a text lies. Raises NotFound unless it is a picture of a conversation
    that this person may read."""
    rights.find(organization_id, person_id, conversation_id)
    sql = cursor()
    sql.execute(
        """SELECT media -> %s FROM inbound_text
           WHERE id = %s AND conversation_id = %s AND organization_id = %s""",
        (n, inbound_id, conversation_id, organization_id),
    )
    (item,) = sql.fetchone() or (None,)
    if not isinstance(item, dict) or item.get("type") not in PICTURES:
        raise NotFound
    return str(item.get("url", ""))
