"""The versions of a script: who made them, when, and what they said; and who is in the script now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from p2ptext.accounts.models import Person
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.campaigns.script_models import ScriptLooking
from p2ptext.errors import NotFound
from p2ptext.extensions import db

STAYS_S = 15
"""Seconds after its last sign of life until somebody's page counts as closed; pages speak every 4 s."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version, without its document."""

    id: int
    number: int
    at: datetime
    who: str
    note: str


def history(campaign_id: int, most: int = 200, before: int | None = None) -> list[Version]:
    """The latest versions, the newest first; with `before` those below that number."""
    rows = (
        select(
            ScriptVersion.id,
            ScriptVersion.number,
            ScriptVersion.created_at,
            Person.name,
            ScriptVersion.note,
        )
        .outerjoin(Person, Person.id == ScriptVersion.created_by)
        .where(ScriptVersion.campaign_id == campaign_id)
        .order_by(ScriptVersion.number.desc())
        .limit(most)
    )
    if before is not None:
        rows = rows.where(ScriptVersion.number < before)
    return [Version(*row) for row in db.session.execute(rows)]


def by_number(campaign_id: int, number: int) -> ScriptVersion:
    """The version of this number. Raises NotFound."""
    found = db.session.scalar(
        select(ScriptVersion).where(
            ScriptVersion.campaign_id == campaign_id, ScriptVersion.number == number
        )
    )
    if found is None:
        raise NotFound
    return found


def document(campaign_id: int, version_id: int | None) -> dict[str, Any] | None:
    """What the script said in the version of this id; None when this campaign has no such one."""
    if version_id is None:
        return None
    found = db.session.get(ScriptVersion, version_id)
    return dict(found.document) if found and found.campaign_id == campaign_id else None


def author(campaign: Campaign) -> str:
    """Who made the version that is in use; "" before the first."""
    who = (
        select(Person.name)
        .join(ScriptVersion, ScriptVersion.created_by == Person.id)
        .where(ScriptVersion.id == campaign.script_version_id)
    )
    return db.session.scalar(who) or ""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who has the script open, and the place they are writing in ("" for none)."""

    name: str
    place: str


def look(campaign: Campaign, person_id: int, place: str) -> list[Other]:
    """Say that this person is here; who else is."""
    row = {"place": place[:100], "seen_at": func.p2p_now()}
    statement = insert(ScriptLooking).values(
        campaign_id=campaign.id, person_id=person_id, organization_id=campaign.organization_id, **row
    )
    keys = [ScriptLooking.campaign_id, ScriptLooking.person_id]
    db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))
    fresh = text("script_looking.seen_at > (SELECT p2p_now()) - make_interval(secs => :stays)")
    others = (
        select(Person.name, ScriptLooking.place)
        .join(Person, Person.id == ScriptLooking.person_id)
        .where(ScriptLooking.campaign_id == campaign.id, ScriptLooking.person_id != person_id)
        .where(fresh.bindparams(stays=STAYS_S))
        .order_by(Person.name)
    )
    return [Other(name, where) for name, where in db.session.execute(others)]
