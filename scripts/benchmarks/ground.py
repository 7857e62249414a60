"""The ground for measuring: an organization with volunteers, and campaigns of any size.

Rows that are not what is measured are made by SQL; numbers are any valid ones, and only ever reach
the simulated carrier on this computer.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text

from p2ptext import config
from p2ptext.accounts.access import token_digest
from p2ptext.accounts.models import Membership, Organization, Person, WebSession
from p2ptext.app import create_app
from p2ptext.background import settings
from p2ptext.campaigns.models import Campaign, CampaignNumber, ScriptVersion, SendingNumber
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.rules.phone import hash_phone
from p2ptext.texting import cards

SCRIPT = (
    "Hi {first_name}, this is {volunteer_name} with Ohio Votes. Can we count on you? STOP to opt out."
)
OURS = "+16145550190"
NONE = "!"
"""A password hash that no password opens."""


@dataclass(frozen=True)
class Volunteer:
    """A signed-in browser."""

    id: int
    cookie: str
    csrf: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Cookie": self.cookie,
            "X-CSRFToken": self.csrf,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }


@dataclass(frozen=True)
class Ground:
    """Ids of what was made."""

    app: Flask
    slug: str
    org_id: int
    owner_id: int
    number_id: int
    volunteers: list[Volunteer]


def lay(env: Mapping[str, str], volunteers: int) -> Ground:
    """An organization with an owner, a number and volunteers who are signed in."""
    app = create_app(config.load(env))
    with app.app_context():
        org = Organization(slug=f"bench-{secrets.token_hex(3)}", name="Bench")
        owner = Person(
            email=f"owner-{secrets.token_hex(3)}@example.org", name="Owner", password_hash=NONE
        )  # no password opens it
        db.session.add_all([org, owner])
        db.session.flush()
        db.session.add(
            Membership(organization_id=org.id, person_id=owner.id, role="owner", texting_name="Owner")
        )
        number = SendingNumber(organization_id=org.id, phone=OURS)
        db.session.add(number)
        made = [_volunteer(app, org.id, place) for place in range(volunteers)]
        db.session.commit()
        return Ground(app, org.slug, org.id, owner.id, number.id, made)


def another(ground: Ground) -> Ground:
    """The same ground in an organization of its own, which knows nobody yet."""
    with ground.app.app_context():
        org = Organization(slug=f"bench-{secrets.token_hex(3)}", name="Bench")
        db.session.add(org)
        db.session.commit()
        return replace(ground, slug=org.slug, org_id=org.id, volunteers=[])


def more_volunteers(ground: Ground, amount: int) -> list[Volunteer]:
    """So many more signed-in browsers in the same organization."""
    with ground.app.app_context():
        made = [_volunteer(ground.app, ground.org_id, place) for place in range(amount)]
        db.session.commit()
        return made


def _volunteer(app: Flask, org_id: int, place: int) -> Volunteer:
    person = Person(email=f"v{place}-{secrets.token_hex(3)}@example.org", name="Amy", password_hash=NONE)
    db.session.add(person)
    db.session.flush()
    token, raw = secrets.token_urlsafe(24), secrets.token_hex(20)
    db.session.add_all(
        [
            Membership(
                organization_id=org_id,
                person_id=person.id,
                role="volunteer",
                texting_name="Amy",
                terms_accepted_at=now(),
            ),
            WebSession(person_id=person.id, token_digest=token_digest(token)),
        ]
    )
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw})
    csrf = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(raw)
    return Volunteer(person.id, f"{app.config['SESSION_COOKIE_NAME']}={cookie}", str(csrf))


def campaign(ground: Ground, status: str = "running") -> int:
    """A campaign with a script and a number, and no contacts yet. Inside the app's context."""
    made = Campaign(
        organization_id=ground.org_id,
        name=f"Bench {secrets.token_hex(4)}",
        status=status,
        created_by=ground.owner_id,
    )
    db.session.add(made)
    db.session.flush()
    version = ScriptVersion(
        organization_id=ground.org_id,
        campaign_id=made.id,
        number=1,
        document={"first": [SCRIPT], "canned": []},
        created_by=ground.owner_id,
    )
    db.session.add(version)
    db.session.flush()
    made.script_version_id = version.id
    db.session.add(
        CampaignNumber(campaign_id=made.id, number_id=ground.number_id, organization_id=ground.org_id)
    )
    db.session.commit()
    return made.id


def fill(ground: Ground, campaign_id: int, contacts: int, in_hand: int) -> list[tuple[int, str, str]]:
    """Give a campaign contacts by SQL: `in_hand` of them lie in the volunteers' hands, in equal parts.

    Returns (volunteer's place, token, hash) of every card in hand, dealt one to each in turn.
    """
    each = -(-in_hand // len(ground.volunteers))
    db.session.execute(
        text(
            """WITH upload AS (
                 INSERT INTO contact_import (organization_id, campaign_id, file_name, stored_as, size_bytes,
                   status, created_by, zone_sets)
                 VALUES (:org, :campaign, 'bench.csv', '', 0, 'done', :owner, '{America/New_York}') RETURNING id
               ), people AS (
                 INSERT INTO recipient (organization_id, phone_hash, phone)
                 SELECT :org, sha256(CAST(CAST(:campaign AS text) || '-' || n AS bytea)),
                   '+1' || (2010000000 + CAST(:campaign AS bigint) * 7000000 + n)
                 FROM generate_series(1, :contacts) n RETURNING id
               ), placed AS (SELECT id, row_number() OVER () - 1 AS n FROM people
               ), cut AS (
                 INSERT INTO batch (organization_id, campaign_id, position)
                 SELECT :org, :campaign, n FROM generate_series(0, (:contacts - 1) / :size) n
                 RETURNING id, position
               )
               INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, first_name,
                 fields, zones, zone_evidence, batch_id, position)
               SELECT :org, :campaign, placed.id, upload.id, n + 2, 'Maria' || n,
                 jsonb_build_object('first_name', 'Maria' || n), '{America/New_York}', 'area code', cut.id, n
               FROM placed JOIN cut ON cut.position = n / :size, upload"""
        ),
        {
            "org": ground.org_id,
            "campaign": campaign_id,
            "owner": ground.owner_id,
            "contacts": contacts,
            "size": each,
        },
    )
    for place, volunteer in enumerate(ground.volunteers):
        db.session.execute(
            text(
                """UPDATE batch SET state = 'leased', person_id = :person,
                     leased_until = p2p_now() + interval '1 hour'
                   WHERE campaign_id = :campaign AND position = :place"""
            ),
            {"person": volunteer.id, "campaign": campaign_id, "place": place},
        )
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    return _cards(ground, campaign_id, len(ground.volunteers) * each)


def know_by_phone(ground: Ground, phones: Sequence[str]) -> None:
    """Let these recipients be found when they write: `fill` gives them hashes of no phone."""
    key = settings().phone_hash_key_for(ground.org_id)
    db.session.execute(
        text(
            """UPDATE recipient r SET phone_hash = known.hash
               FROM unnest(CAST(:phones AS text[]), CAST(:hashes AS bytea[])) known (phone, hash)
               WHERE r.organization_id = :org AND r.phone = known.phone"""
        ),
        {
            "org": ground.org_id,
            "phones": list(phones),
            "hashes": [hash_phone(phone, key) for phone in phones],
        },
    )
    db.session.commit()


def _cards(ground: Ground, campaign_id: int, in_hand: int) -> list[tuple[int, str, str]]:
    rows = db.session.execute(
        text(
            """SELECT b.position, c.id, c.fields FROM contact c JOIN batch b ON b.id = c.batch_id
               WHERE c.campaign_id = :campaign AND c.position < :most
               ORDER BY c.position % (:most / :people), b.position"""
        ),
        {"campaign": campaign_id, "most": in_hand, "people": len(ground.volunteers)},
    ).all()
    script = cards.Script(0, {"first": [SCRIPT]}, True, "Amy")
    shown = now().timestamp()
    dealt = []
    for place, contact_id, fields in rows:
        digest = cards.script.text_hash(script.text_for(contact_id, fields))
        person = ground.volunteers[place].id
        claims = cards.CardClaims(ground.org_id, person, contact_id, 1, digest, shown)
        dealt.append((place, cards.make_token(claims), digest))
    return dealt
