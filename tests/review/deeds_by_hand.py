"""How an organizer does something with many conversations, and everything that it could change."""

from typing import Any

from sqlalchemy import text

from p2ptext.conversations.models import Tag
from p2ptext.extensions import db
from p2ptext.rules.tree import Answer, Step
from tests import factories
from tests.conversations.evening import Browsing, Evening

STEPS = (Step("s1", "Will you vote?", (Answer("a1", "Yes", ("Great",)), Answer("a2", "No", ()))),)
STATE = """
SELECT t.id, t.state, t.closed_reason, t.waiting_since IS NOT NULL, t.person_id, t.offered_why,
  t.review_reason, r.suppressed_at IS NOT NULL, r.suppressed_reason,
  (SELECT array_agg(tag_id ORDER BY tag_id) FROM conversation_tag WHERE conversation_id = t.id),
  (SELECT array_agg(answer_key) FROM survey_answer WHERE contact_id = t.contact_id),
  EXISTS (SELECT 1 FROM pass_mark WHERE contact_id = t.contact_id)
FROM conversation t JOIN recipient r ON r.id = t.recipient_id ORDER BY t.id
"""


def states() -> dict[int, tuple[Any, ...]]:
    """Everything that a deed could change, of every conversation there is."""
    db.session.expire_all()
    return {row[0]: tuple(row[1:]) for row in db.session.execute(text(STATE))}


def run(sql: str, **values: Any) -> None:
    db.session.execute(text(sql), values)
    db.session.commit()


def tag(made: Evening, name: str = "Press") -> int:
    row = factories.add(Tag(organization_id=made.org_id, name=name))
    tag_id: int = row.id
    db.session.commit()
    return tag_id


def begin(olga: Browsing, deed: str, *ids: int, **wanted: str) -> str:
    """The page of a deed with these conversations, or with all that match."""
    which = {"which": "selected", "id": list(ids)} if ids else {"which": "all"}
    answer = olga.post("/review/deeds", script=False, deed=deed, **which, **wanted)
    assert answer.status_code == 303, answer.status
    place = str(answer.location)
    return place.removeprefix(f"/o/{olga.evening.org}")


def shown(olga: Browsing, place: str) -> dict[str, str]:
    """What the button of the page posts."""
    page = olga.get(place).get_data(as_text=True)
    found = {}
    for name in ("number", "stamp"):
        _, _, rest = page.partition(f'name="{name}" value="')
        found[name] = rest.partition('"')[0]
    return found


def do(olga: Browsing, place: str) -> str:
    """Press the button, and read what came of it."""
    olga.post(f"{place}/do", script=False, **shown(olga, place))
    page: str = olga.get(place).get_data(as_text=True)
    return page
