"""A click on a card, before Flask looks at it: what card_views.send does, for the page's script alone."""

import json
import re
from collections.abc import Mapping

from flask import current_app

from p2ptext.accounts.recognizing import Caller, Recognizer
from p2ptext.background import quick_transaction
from p2ptext.errors import Refused
from p2ptext.short_way import Answer, Asked, Way
from p2ptext.texting import admission, screen, sending
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.presence import SIGNS
from p2ptext.texting.refusing import note_pace

MOST_BYTES = 64 * 1024
_PATH = re.compile(r"/o/([^/]+)/texting/(\d{1,18})/send", re.ASCII)


def find(path: str) -> Way | None:
    """The way of a click, if this is the path of one."""
    return _send if path.endswith("/send") and _PATH.fullmatch(path) else None


def _send(asked: Asked) -> Answer | None:
    # Read before it is counted: a body that never comes must not keep a place.
    posted = _posted(asked)
    if posted is None:
        return None
    # Counted before all else: what cannot be served now costs neither a look at the session nor at the
    # database.
    admission.enter()
    try:
        return _click(asked, posted)
    finally:
        admission.leave()


def _click(asked: Asked, posted: Mapping[str, object]) -> Answer | None:
    slug, campaign_id = _PATH.fullmatch(asked.path).groups()  # type: ignore[union-attr]  # found by it
    recognizer: Recognizer = current_app.extensions["recognizer"]
    caller = recognizer.find(asked, slug, "volunteer")
    if caller is None:
        return None
    token, shown_hash = str(posted.get("token", "")), str(posted.get("hash", ""))
    age_ms = screen.age(posted.get("age_ms", 0))
    try:
        with quick_transaction():
            clicked = sending.send_first(
                _clicker(asked, caller), int(campaign_id), token, shown_hash, age_ms
            )
    except sending.WordingChanged:
        return None  # the ordinary way answers with the card as it reads now
    except Refused as refused:
        note_pace(refused, caller.org.id, caller.person_id)
        raise
    SIGNS.did(caller.org.id, caller.person_id)
    body = {"message": clicked.message_id, "undo_ms": clicked.undo_ms, "waiting": clicked.waiting}
    return Answer(200 if clicked.repeated else 202, body)


def _posted(asked: Asked) -> dict[str, object] | None:
    body = asked.body(MOST_BYTES)
    if body is None or not asked.environ.get("CONTENT_TYPE", "").startswith("application/json"):
        return None
    try:
        posted = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return posted if isinstance(posted, dict) else None


def _clicker(asked: Asked, caller: Caller) -> Clicker:
    return Clicker(
        caller.org.id,
        caller.person_id,
        caller.session_id,
        caller.member.texting_name,
        asked.environ.get("REMOTE_ADDR") or "unknown",
        asked.header("USER_AGENT") or "",
    )
