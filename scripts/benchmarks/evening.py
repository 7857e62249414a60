"""The large ground: an organization in the tenth day of texting a million people, and another beside it.

    evening.lay(settings, contacts)     some four minutes for a million on two cores

Two wordings, a second pass, replies and answers in everyday words, opt-outs, failures by number and carrier
code, survey answers, tags, prices, some smaller campaigns. The same seed makes the same people. Their
numbers are any valid ones and only ever reach the simulated carrier on this computer.
"""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from flask import Flask
from psycopg.types.json import Jsonb
from sqlalchemy import text

from p2ptext import config
from p2ptext.accounts.models import Organization, WebSession
from p2ptext.app import create_app
from p2ptext.audience.models import ContactImport
from p2ptext.background import settings
from p2ptext.campaigns.models import Campaign, CampaignNumber, ScriptVersion, SendingNumber
from p2ptext.clock import now
from p2ptext.conversations.models import Tag
from p2ptext.extensions import db
from scripts.benchmarks import evening_plan, evening_rows, evening_words
from scripts.benchmarks import evening_script as script
from scripts.benchmarks import ground as grounds
from scripts.benchmarks.evening_keys import count_all, keys_aside, notes_aside
from scripts.benchmarks.evening_words import Saying
from scripts.benchmarks.ground import Ground, Volunteer

SEED = 7
DAYS = 10
VOLUNTEERS, NUMBERS = 40, 20
SMALLER = (0.1, 0.02, 0.01, 0.01, 0.005, 0.002, 0.0005)
"""Sizes of the other campaigns, in parts of the large one."""
READY = 0.03
"""Part of the large campaign that nobody has texted yet."""
TAGS = ("supporter", "needs a ride", "Spanish", "press", "call back")
FIELDS = ("first_name", "last_name", "city", "state", "zip", "voter_id", "polling_place")
EASTERN = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Evening:
    """Ids of what was made."""

    ground: Ground
    """The organization, its owner as a signed-in browser first among the volunteers."""
    campaign_id: int
    """The large campaign."""
    tenth_id: int
    """One with a tenth of its contacts, which is over."""
    contacts: int
    """Of the large one."""
    seconds: float
    """How long the filling took."""

    @property
    def organizer(self) -> Volunteer:
        return self.ground.volunteers[0]


@dataclass(frozen=True)
class _Part:
    """One campaign to be filled."""

    ground: Ground
    name: str
    contacts: int
    ready: int
    skip: int
    """People of the organization that other campaigns have already."""
    ended_days_ago: int


def lay(env: Mapping[str, str], contacts: int) -> Evening:
    """Fill the database of a running system; nothing else may write meanwhile."""
    return fill(create_app(config.load(env)), contacts)


def fill(app: Flask, contacts: int) -> Evening:
    """The same for an application that is there."""
    began = time.perf_counter()
    ground, other = _organization(app, "Ohio Votes"), _organization(app, "Neighbors")
    with app.app_context(), psycopg.connect(settings().database_url, autocommit=True) as connection:
        filled = [(part, _campaign(part)) for part in _parts(ground, other, contacts)]
        db.session.commit()  # an open transaction would hold up the changes to the tables
        sql = connection.cursor()
        tables = evening_rows.TABLES
        with connection.transaction(), keys_aside(sql, tables), notes_aside(sql, tables):
            found = evening_words.sayings(SEED)
            evening_plan.prepare(sql, found)
            for part, values in filled:
                values |= _counts(found) | evening_rows.reserve(sql, part.contacts)
                evening_plan.draw(sql, values)
                evening_rows.write(sql, values)
        sql.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
        count_all()
        sql.execute("VACUUM (ANALYZE) text_fact, tally, charge_tally, changed_contact, charge_delta")
    return Evening(
        ground, filled[0][1]["campaign"], filled[1][1]["campaign"], contacts, time.perf_counter() - began
    )


def _parts(ground: Ground, other: Ground, contacts: int) -> Iterator[_Part]:
    yield _Part(ground, "Get out the vote", contacts, int(contacts * READY), 0, 0)
    skip = contacts
    for place, share in enumerate(SMALLER, start=1):
        people = max(100, int(contacts * share))
        yield _Part(ground, f"Canvass {place}", people, 0, skip, 12 * place)
        skip += people
    yield _Part(other, "Library levy", max(100, contacts // 20), 0, 0, 1)


def _organization(app: Flask, name: str) -> Ground:
    """An organization with signed-in volunteers, the first of them its owner, numbers and tags."""
    with app.app_context():
        org = Organization(slug=f"evening-{secrets.token_hex(3)}", name=name)
        db.session.add(org)
        db.session.commit()
        empty = Ground(app, org.slug, org.id, 0, 0, [])
    people = grounds.more_volunteers(empty, VOLUNTEERS + 1)
    with app.app_context():
        db.session.execute(
            text(
                "UPDATE membership SET role = 'owner' WHERE organization_id = :org AND person_id = :id"
            ),
            {"org": empty.org_id, "id": people[0].id},
        )
        first = int(db.session.scalar(text("SELECT count(*) FROM sending_number")) or 0)
        for place in range(NUMBERS):
            db.session.add(
                SendingNumber(organization_id=empty.org_id, phone=f"+1614{2010000 + first + place}")
            )
        db.session.add_all(Tag(organization_id=empty.org_id, name=tag) for tag in TAGS)
        db.session.commit()
    return replace(empty, owner_id=people[0].id, volunteers=people)


def _campaign(part: _Part) -> dict[str, Any]:
    """A launched campaign without people; returns the values of the statements that fill it."""
    org_id, owner = part.ground.org_id, part.ground.owner_id
    ended = now() - timedelta(days=part.ended_days_ago)
    today = ended.astimezone(EASTERN).date()
    first_day = today - timedelta(days=DAYS - 1)
    numbers = _ids(SendingNumber, org_id)
    campaign = Campaign(
        organization_id=org_id,
        name=part.name,
        status="archived" if part.ended_days_ago > 30 else "running",
        created_by=owner,
        launched_at=ended - timedelta(days=DAYS),
    )
    db.session.add(campaign)
    db.session.flush()
    version = ScriptVersion(
        organization_id=org_id,
        campaign_id=campaign.id,
        number=1,
        document=script.document(),
        created_by=owner,
    )
    lists = [_list(part, campaign.id, name) for name in ("voter file.csv", "rally sign-ups.csv")]
    db.session.add_all([version, *lists])
    db.session.add_all(
        CampaignNumber(campaign_id=campaign.id, number_id=one, organization_id=org_id) for one in numbers
    )
    db.session.flush()
    campaign.script_version_id = version.id
    db.session.commit()
    volunteers = part.ground.volunteers[1:]
    return {
        "org": org_id,
        "owner": owner,
        "campaign": campaign.id,
        "version": version.id,
        "imports": [one.id for one in lists],
        "number_ids": numbers,
        "numbers": len(numbers),
        "tag_ids": _ids(Tag, org_id),
        "tags": len(TAGS),
        "person_ids": [one.id for one in volunteers],
        "session_ids": _sessions([one.id for one in volunteers]),
        "volunteers": len(volunteers),
        "contacts": part.contacts,
        "ready": part.ready,
        "skip": part.skip,
        "days": DAYS,
        "now": ended,
        "today": today,
        "first_day": first_day,
        "began": ended - timedelta(days=DAYS),
        "again": part.contacts > 1000,
        "first_names": list(evening_plan.FIRST_NAMES),
        "last_names": list(evening_plan.LAST_NAMES),
        "wordings": list(script.WORDINGS),
        "again_text": script.AGAIN,
        "answers": Jsonb(script.ANSWERS),
        "keys": Jsonb(script.ANSWER_KEYS),
        "otherwise": script.OTHERWISE,
        "later": script.LATER,
        "stopped": script.STOPPED,
        **_hmac_pads(settings().phone_hash_key_for(org_id)),
    }


def _list(part: _Part, campaign_id: int, name: str) -> ContactImport:
    return ContactImport(
        organization_id=part.ground.org_id,
        campaign_id=campaign_id,
        file_name=name,
        stored_as="",
        size_bytes=0,
        status="done",
        created_by=part.ground.owner_id,
        zone_sets=sorted({place[-1] for place in evening_plan.PLACES}),
        column_map={
            field: {"column": at, "header": field.replace("_", " ").capitalize()}
            for at, field in enumerate(FIELDS)
        },
        consent_source="Sign-up form",
        finished_at=now() - timedelta(days=DAYS + part.ended_days_ago),
    )


def _counts(found: Sequence[Saying]) -> dict[str, int]:
    return {"sayings": len(found), "calm": sum(one.is_calm for one in found)}


def _ids(table: type[Any], org_id: int) -> list[int]:
    return list(
        db.session.scalars(db.select(table.id).filter_by(organization_id=org_id).order_by(table.id))
    )


def _sessions(person_ids: Sequence[int]) -> list[int]:
    """The newest session of each, in their order."""
    found = dict(
        db.session.execute(
            db.select(WebSession.person_id, db.func.max(WebSession.id))
            .where(WebSession.person_id.in_(person_ids))
            .group_by(WebSession.person_id)
        ).all()
    )
    return [found[one] for one in person_ids]


def _hmac_pads(key: bytes) -> dict[str, bytes]:
    """What HMAC-SHA256 puts before a message, twice (RFC 2104), so that SQL can hash phones."""
    block = key.ljust(64, b"\0")
    return {"inner": bytes(one ^ 0x36 for one in block), "outer": bytes(one ^ 0x5C for one in block)}
