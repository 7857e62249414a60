"""The steps of a second pass, for the tests of it."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import Person
from p2ptext.audience.models import Batch, Contact
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.extensions import db
from p2ptext.texting import pass_jobs, passes
from p2ptext.texting.models import Outbox
from tests.texting.scene import Scene, hold, scene

AGAIN = "Hi {first_name}, {volunteer_name} once more: are you in? Reply STOP to opt out."


def listed(app: Flask, people: int, **values: object) -> Scene:
    """A scene whose list has a column of first names."""
    made = scene(app, people, **values)  # type: ignore[arg-type]
    db.session.execute(
        text(
            """UPDATE contact_import SET column_map = '{"first_name": {"column": 0, "header": "First"}}'"""
        )
    )
    db.session.commit()
    return made


def write(made: Scene, words: str = AGAIN, round_: int = 2) -> None:
    with transaction():
        campaign = writing.lock(made.campaign, made.org_id)
        writing.save_wordings(campaign, [words], made.volunteer, round_)


def grow_old(days: float = 2) -> None:
    """Everything that was sent was sent that much earlier."""
    for statement in (
        "UPDATE message SET created_at = created_at - :days, accepted_at = accepted_at - :days,"
        " settled_at = settled_at - :days",
        "UPDATE recipient SET last_texted_at = last_texted_at - :days",
    ):
        db.session.execute(text(statement), {"days": timedelta(days=days)})
    db.session.commit()


def begin(made: Scene, round_: int = 2, days: int = 1) -> int:
    """Start a pass and prepare it; its id."""
    with transaction():
        found, _, row = passes.start(made.campaign, made.org_id, round_, days, made.volunteer)
        assert row is not None, found.blocks
        pass_id = row.id
    pass_jobs.cut_pass(pass_id)
    return pass_id


def texted(made: Scene, count: int | None = None) -> None:
    """The first so many have the text of their round, and it is two days old."""
    for _ in range(len(made.contacts) if count is None else count):
        assert made.send(made.deck()["cards"][0]).status_code == 202
    while db.session.scalar(select(func.count()).select_from(Outbox)):
        db.session.execute(
            text("UPDATE pacing_bucket SET refilled_at = refilled_at - interval '1 minute'")
        )
        made.dispatch()
    grow_old()


def take(made: Scene) -> None:
    """The pass's first open batch comes into the volunteer's hands, and the one they had goes."""
    db.session.execute(
        text("UPDATE batch SET state = 'done', person_id = NULL WHERE person_id IS NOT NULL")
    )
    batch = db.session.scalars(
        select(Batch).where(Batch.pass_id.is_not(None), Batch.state == "open").order_by(Batch.id)
    ).first()
    assert batch is not None
    hold(batch.id, db.session.get_one(Person, made.volunteer))
    db.session.commit()


def contact(made: Scene, place: int = 0) -> Contact:
    db.session.expire_all()
    return db.session.get_one(Contact, made.contacts[place])


def where(made: Scene, place: int = 0) -> tuple[str, int]:
    found = contact(made, place)
    return found.state, found.round
