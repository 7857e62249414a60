"""A pass of those who were marked texts nobody else, and its rules hold for them as well."""

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.audience.models import Contact
from p2ptext.audience.pass_models import Pass, PassMark
from p2ptext.background import transaction
from p2ptext.extensions import db
from p2ptext.review import marking
from p2ptext.texting import pass_jobs, passes
from p2ptext.texting.models import Conversation
from tests.conversations.talking import clicker
from tests.texting.passing import listed, texted, where, write
from tests.texting.scene import Scene, colleague, inbound


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast one person may click has its own test."""
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)


def marked(app: Flask) -> Scene:
    """Five people were texted; the second, third and fourth are marked, and the fourth has answered."""
    made = listed(app, people=5)
    texted(made)
    write(made)
    talks = dict(db.session.execute(select(Conversation.contact_id, Conversation.id)).all())
    with transaction():
        done = marking.mark(clicker(made), [talks[one] for one in made.contacts[1:4]])
        assert len(done) == 3
    inbound(app, made.phone(3), "Yes")
    return made


def test_only_who_is_marked_is_reached_and_the_rules_hold(app: Flask) -> None:
    made = marked(app)
    found = passes.reach(made.campaign, 2, passes.whom(1, marked_only=True))
    assert (found.people, found.left_out) == (2, {"not_marked": 2, "replied": 1})
    assert passes.reach(made.campaign, 2, passes.whom(1)).people == 4
    too_soon = passes.reach(made.campaign, 2, passes.whom(5, marked_only=True))
    assert too_soon.left_out == {"not_marked": 2, "replied": 1, "too_recent": 2}


def test_the_pass_brings_in_exactly_them(app: Flask) -> None:
    made = marked(app)
    manager = colleague(made, "manager")
    path = f"/o/{made.org}/campaigns/{made.campaign}/passes/2"
    page = manager.browser.get(f"{path}?days=1&marked_only=y").get_data(as_text=True)
    assert "<strong>2 people</strong> would be texted now." in page
    assert "3 people are marked in this campaign." in page
    assert "Nobody marked them for this pass." in page
    form = {"csrf_token": manager.csrf, "days": "1", "marked_only": "y"}
    assert manager.browser.post(f"{path}/start", data=form).status_code == 303
    row = db.session.scalars(select(Pass)).one()
    assert row.marked_only
    pass_jobs.cut_pass(row.id)
    assert [where(made, place) for place in range(5)] == [
        ("texted", 1),
        ("ready", 2),
        ("ready", 2),
        ("texted", 1),
        ("texted", 1),
    ]
    # A mark is used up by the pass; who was left out keeps theirs.
    left = db.session.scalars(select(PassMark.contact_id)).all()
    assert left == [made.contacts[3]]


def test_a_mark_alone_texts_nobody(app: Flask) -> None:
    made = marked(app)
    assert db.session.scalar(select(func.count()).select_from(Contact).filter_by(state="ready")) == 0
    assert db.session.scalar(text("SELECT count(*) FROM outbox")) == 0
    with transaction():
        talks = db.session.scalars(select(Conversation.id)).all()
        assert len(marking.unmark(clicker(made), talks)) == 3
    assert passes.marked(made.campaign) == 0
