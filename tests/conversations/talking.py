"""A conversation that waits for its volunteer's answer, and what people do with it in their browsers."""

from typing import Any

from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.clock import now
from p2ptext.conversations import reply_tokens
from p2ptext.extensions import db
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.models import Conversation, Message
from tests import factories
from tests.texting.scene import Scene, colleague, inbound, scene


def waiting_scene(app: Flask, words: str = "Who is this?", **values: Any) -> Scene:
    """A volunteer's first text went out, and the person has answered."""
    made = scene(app, **values)
    made.sent()
    inbound(app, made.phone(0), words)
    return made


def talk(made: Scene) -> Conversation:
    """The conversation with the first contact, as it is now."""
    db.session.expire_all()
    return db.session.query(Conversation).filter_by(contact_id=made.contacts[0]).one()


def organizer(made: Scene) -> Scene:
    """An organizer of the same organization in another browser."""
    return colleague(made, "organizer")


def place(made: Scene, deed: str = "") -> str:
    """The conversation's address, or that of something done with it."""
    base = f"/o/{made.org}/replies/{talk(made).id}"
    return f"{base}/{deed}" if deed else base


def state(made: Scene, who: Scene | None = None) -> dict[str, Any]:
    """What the page's script reads."""
    answer = (who or made).browser.get(place(made, "state"))
    assert answer.status_code == 200, answer.status
    told: dict[str, Any] = answer.get_json()
    return told


def do(made: Scene, deed: str, who: Scene | None = None, **fields: str) -> TestResponse:
    """Post to the conversation as the page's script does."""
    actor = who or made
    headers = {"X-CSRFToken": actor.csrf, "Accept": "application/json"}
    return actor.browser.post(place(made, deed), data=fields, headers=headers)


def reply(made: Scene, words: str, who: Scene | None = None, **fields: str) -> TestResponse:
    """Answer with the token of this moment, unless one is given."""
    token = fields.pop("token", None) or state(made, who)["token"]
    return do(made, "reply", who, token=token, text=words, **fields)


def replies(made: Scene) -> list[Message]:
    """Answers of the conversation, oldest first, those taken back included."""
    db.session.expire_all()
    return (
        db.session.query(Message)
        .filter_by(contact_id=made.contacts[0], kind="reply")
        .order_by("id")
        .all()
    )


def clicker(who: Scene) -> Clicker:
    """The person as evidence names them."""
    session_id = db.session.scalar(
        text("SELECT id FROM web_session WHERE person_id = :p"), {"p": who.volunteer}
    )
    return Clicker(who.org_id, who.volunteer, session_id or 0, "Amy", "127.0.0.1", "test")


def token(who: Scene, conversation_id: int) -> str:
    """What a page that this person has just loaded holds."""
    return reply_tokens.shown(who.org_id, who.volunteer, conversation_id, now())


def hand_over(made: Scene, to: Scene) -> None:
    """Somebody took it over, as far as the rows tell."""
    from_id = talk(made).person_id
    db.session.execute(
        text(
            """INSERT INTO handover (organization_id, conversation_id, from_id, to_id, by_id, why)
               VALUES (:org, :talk, :old, :new, :new, 'waited')"""
        ),
        {"org": made.org_id, "talk": talk(made).id, "old": from_id, "new": to.volunteer},
    )
    talk(made).person_id = to.volunteer
    db.session.commit()


def close_hours(made: Scene) -> None:
    """It is night where the people live."""
    zone = "Asia/Kolkata"  # half a day from the tests' afternoon
    db.session.execute(text("UPDATE contact SET zones = ARRAY[:z], states = '{}'"), {"z": zone})
    db.session.commit()


def canned(made: Scene, *entries: tuple[str, str]) -> None:
    """The campaign's ready answers: titles and texts."""
    campaign = db.session.get_one(Campaign, made.campaign)
    version = factories.add(
        ScriptVersion(
            organization_id=made.org_id,
            campaign_id=made.campaign,
            number=2,
            document={
                "first": [factories.TEXT],
                "canned": [{"title": title, "text": words} for title, words in entries],
            },
            created_by=made.volunteer,
        )
    )
    campaign.script_version_id = version.id
    db.session.commit()
