"""The manager's pages of a second pass, from the question whom it reaches to its end."""

import importlib.util
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from p2ptext.accounts.models import AuditEvent, Person
from p2ptext.audience.models import Contact
from p2ptext.audience.pass_models import Pass
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.extensions import db
from p2ptext.texting import pass_jobs
from p2ptext.texting.pass_views import pass_name
from tests import world
from tests.texting.passing import AGAIN, begin, contact, grow_old, listed, texted, write
from tests.texting.scene import Scene, colleague, inbound, set_campaign
from tests.world import first_text


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)


@pytest.fixture
def made(app: Flask) -> Scene:
    """A manager's browser in a campaign of three, of whom two have their text and one has answered."""
    volunteer = listed(app, people=3)
    texted(volunteer, 2)
    inbound(app, volunteer.phone(1), "Yes")
    manager = colleague(volunteer, "manager")
    manager.carrier = volunteer.carrier
    return manager


def path(made: Scene, rest: str = "passes") -> str:
    return f"/o/{made.org}/campaigns/{made.campaign}/{rest}".rstrip("/")


def page(made: Scene, rest: str = "passes") -> str:
    answer = made.browser.get(path(made, rest))
    assert answer.status_code == 200
    return str(answer.text)


def send(made: Scene, rest: str, **fields: Any) -> TestResponse:
    return made.browser.post(path(made, rest), data={"csrf_token": made.csrf, **fields})


def test_it_says_whom_it_reaches_and_who_is_left_out(made: Scene) -> None:
    shown = page(made, "passes/2")
    assert "<strong>1 person</strong> would be texted now" in shown
    assert "They have answered." in shown
    assert "They still wait for the text before this one." in shown
    assert "Write the message" in shown
    assert "Start this pass" not in shown


def test_where_nobody_is_reached_it_says_from_when_somebody_can_be(made: Scene) -> None:
    last = db.session.scalar(
        text("SELECT min(m.accepted_at) FROM message m JOIN contact c ON c.id = m.contact_id "
             "WHERE c.replied_at IS NULL AND m.kind = 'first'")
    )  # fmt: skip
    shown = page(made, "passes/2?days=30")
    assert "Nobody can be reached by this pass just now" in shown
    assert f'datetime="{(last + timedelta(days=30)).isoformat()[:16]}' in shown


def test_days_are_counted_again_and_zero_warns(made: Scene) -> None:
    assert "<strong>0 people</strong>" in page(made, "passes/2?days=3")
    assert "within minutes" not in page(made, "passes/2?days=1")
    assert "within minutes" in page(made, "passes/2?days=0")


@pytest.mark.parametrize("days", ["-1", "366", "x", ""])
def test_days_that_are_none_are_said_and_nothing_can_be_started(made: Scene, days: str) -> None:
    write(made)
    shown = page(made, f"passes/2?days={days}")
    assert "Enter 0 to 365." in shown
    assert "Start this pass" not in shown
    assert send(made, "passes/2/start", days=days).status_code == 422
    assert db.session.scalars(select(Pass.id)).all() == []


def test_a_pass_from_its_message_to_its_end(made: Scene) -> None:
    assert send(made, "passes/2/message", text=AGAIN, action="save").status_code == 303
    shown = page(made, "passes/2")
    assert "Hi Maria0, Amy once more" in shown
    assert "Start this pass" in shown
    assert send(made, "passes/2/start", days="1").status_code == 303
    assert "Being prepared" in page(made)
    pass_id = db.session.scalars(select(Pass.id)).one()
    pass_jobs.cut_pass(pass_id)
    shown = page(made)
    assert "Being prepared" not in shown
    assert "Stop this pass" in shown
    assert "Third pass" in shown
    stopped = made.browser.post(
        f"/o/{made.org}/campaigns/passes/{pass_id}/stop", data={"csrf_token": made.csrf}
    )
    assert stopped.status_code == 303
    shown = page(made)
    assert "The pass is stopped. 1 person who had not been texted in it will not be." in shown
    assert "Stop this pass" not in shown
    actions = db.session.scalars(
        select(AuditEvent.action).filter_by(person_id=made.volunteer).order_by(AuditEvent.id)
    ).all()
    assert actions == ["script_saved", "pass_started", "pass_stopped"]


def test_the_message_is_a_version_of_its_own_beside_the_first(made: Scene) -> None:
    send(made, "passes/2/message", text=AGAIN, action="save")
    campaign = db.session.get_one(Campaign, made.campaign, populate_existing=True)
    version = db.session.get_one(ScriptVersion, campaign.script_version_id)
    assert version.number == 2
    assert version.document["rounds"] == {"2": [AGAIN]}
    earlier = db.session.scalars(select(ScriptVersion).filter_by(number=1)).one()
    assert version.document["first"] == earlier.document["first"]
    assert "rounds" not in earlier.document


def test_a_message_with_a_fault_stays_in_the_box_and_is_not_saved(made: Scene) -> None:
    words = "Hi {nickname}, it is me again"
    answer = send(made, "passes/2/message", text=words, action="save")
    assert answer.status_code == 200
    assert words in answer.text
    assert "The list has no column {nickname}" in answer.text
    assert "does not say how to opt out" in answer.text
    assert "Write the message" in page(made, "passes/2")


def test_the_preview_follows_the_buttons(made: Scene) -> None:
    shown = send(made, "passes/2/preview", text=AGAIN, action="longest").get_json()
    assert shown["text"].startswith("Hi Maria")
    assert shown["segments"] == 1
    assert "1 segment" in shown["html"]
    plain = send(made, "passes/2/message", text="“Hi” STOP", action="replace:").text
    assert "&#34;Hi&#34; STOP" in plain


def test_what_stands_against_it_is_said_at_the_start(made: Scene) -> None:
    write(made, "Hi {first_name}, once more.")
    answer = send(made, "passes/2/start", days="1")
    assert answer.status_code == 409
    assert "does not say how to opt out" in answer.text


@pytest.mark.parametrize(("status", "code"), [("draft", 409), ("archived", 200)])
def test_before_and_after_the_campaign(made: Scene, status: str, code: int) -> None:
    set_campaign(made, status=status)
    assert made.browser.get(path(made)).status_code == code
    write_refused = send(made, "passes/2/message", text=AGAIN, action="save")
    assert write_refused.status_code == 409
    assert send(made, "passes/2/start", days="1").status_code == 409


def test_rounds_that_cannot_be_do_not_exist(made: Scene) -> None:
    for round_ in (0, 1, 3, 99):
        assert made.browser.get(path(made, f"passes/{round_}")).status_code == 404


def test_names() -> None:
    assert [pass_name(n) for n in (2, 3, 6, 7)] == ["Second pass", "Third pass", "Sixth pass", "Pass 7"]


def test_the_dashboard_counts_by_round_and_keeps_the_first(made: Scene) -> None:
    assert 'id="rounds-title"' not in page(made, "")
    write(made)
    begin(made)
    shown = page(made, "")
    assert "Second pass" in shown
    assert 'id="rounds-title"' not in shown  # nobody has the second text yet
    made.post(f"{made.base}/take")
    made.sent()
    assert 'id="rounds-title"' in page(made, "")


def test_the_migration_finds_who_had_answered(app: Flask) -> None:
    scene = listed(app, people=2)
    volunteer = db.session.get_one(Person, scene.volunteer)
    campaign = db.session.get_one(Campaign, scene.campaign)
    message = first_text(contact(scene, 0), campaign, volunteer)
    first, second = world.reply_to(message, "Yes"), world.reply_to(message, "And my wife")
    first_text(contact(scene, 1), campaign, volunteer)
    db.session.flush()
    file = Path(__file__).parents[2] / "migrations/versions/0006_rounds.py"
    spec = importlib.util.spec_from_file_location("rounds_migration", file)
    assert spec is not None
    assert spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    db.session.execute(text(migration.REPLIED))
    db.session.commit()
    assert first.received_at < second.received_at
    answered = dict(db.session.execute(select(Contact.id, Contact.replied_at)).all())
    assert answered == {scene.contacts[0]: first.received_at, scene.contacts[1]: None}


def test_a_reply_to_an_old_text_is_noted_only_once(made: Scene) -> None:
    at = contact(made, 1).replied_at
    grow_old()
    inbound(made.app, made.phone(1), "Yes, still")
    assert contact(made, 1).replied_at == at
