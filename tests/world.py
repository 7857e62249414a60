"""Two organizations with everything in them, for tests that walk every route."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from PIL import Image
from sqlalchemy import select

from p2ptext.accounts import tokens
from p2ptext.accounts.access import token_digest
from p2ptext.accounts.models import (
    Invitation,
    JoinLink,
    Letter,
    Membership,
    Organization,
    PasswordReset,
    Person,
    WebSession,
)
from p2ptext.accounts.team_models import Team
from p2ptext.alarms.models import Alarm
from p2ptext.audience.link_models import LinkVisit
from p2ptext.audience.models import Batch, Contact, RefusedRow
from p2ptext.audience.pass_models import Pass
from p2ptext.audience.suppression_models import SuppressionImport
from p2ptext.background import settings
from p2ptext.campaigns import enclosures
from p2ptext.campaigns.enclosure_models import CampaignLink
from p2ptext.campaigns.models import Campaign, CampaignNumber, Registration, ScriptVersion
from p2ptext.clock import now
from p2ptext.conversations.models import Tag
from p2ptext.exports.models import Export
from p2ptext.extensions import db
from p2ptext.registry import publishing
from p2ptext.registry.models import NumberPort
from p2ptext.review.models import ReplyGroup, ReplyGrouping, ReviewDeed
from p2ptext.rules.links import make_code
from p2ptext.rules.tree import Answer, Step
from p2ptext.texting import media_address
from p2ptext.texting.evidence_models import Click
from p2ptext.texting.models import Conversation, InboundText, Message, ProviderEvent
from p2ptext.texting.shift_models import Shift
from tests import factories

MEMBERS = ("volunteer", "organizer", "manager", "owner", "pending", "suspended", "removed")
ABSENT = 2_000_000_000


@dataclass
class Place:
    """One organization's names and numbers, as they stand in addresses."""

    slug: str
    values: dict[str, Any] = field(default_factory=dict)
    """Row ids and tokens by what they are of: campaign, contact, batch ..."""


@dataclass
class World:
    """Who there is and what they have. People are ids, so that they outlive a rolled-back session."""

    people: dict[str, int]
    own: Place
    other: Place


def build() -> World:
    """Two organizations; `people` are of the first, but for "stranger", who owns the second."""
    own, other = factories.organization(), factories.organization()
    people = {name: _member(own, name) for name in MEMBERS}
    people["colleague"] = factories.person(own, "volunteer")
    people["operator"] = factories.person(is_operator=True)
    people["stranger"] = factories.person(other, "owner")
    there = factories.person(other, "volunteer")
    places = [
        _furnish(own, people["owner"], people["volunteer"], "1"),
        _furnish(other, people["stranger"], there, "2"),
    ]
    ids = {name: person.id for name, person in people.items()}
    db.session.commit()
    return World(ids, *places)


def _member(org: Organization, name: str) -> Person:
    waiting = name in ("pending", "suspended", "removed")
    person = factories.person(org, "volunteer" if waiting else name)
    if waiting:
        membership = db.session.scalars(select(Membership).filter_by(person_id=person.id)).one()
        membership.status = name
        db.session.flush()
    return person


def _furnish(org: Organization, owner: Person, volunteer: Person, digit: str) -> Place:
    """A running campaign with a batch in the volunteer's hands and a conversation that waits."""
    asked = Step("s1", "Can we count on you?", (Answer("a1", "Yes"), Answer("a2", "No")))
    campaign = factories.campaign(org, owner, steps=[asked])
    version = db.session.get_one(ScriptVersion, campaign.script_version_id)
    version.document = {**version.document, "languages": {"es": {}}}
    contacts = factories.contacts(campaign, owner, [f"+1614555010{n}" for n in range(3)])
    batch = db.session.get_one(Batch, contacts[0].batch_id)
    batch.state, batch.person_id = "leased", volunteer.id
    batch.leased_until = now() + timedelta(minutes=15)
    message = first_text(contacts[0], campaign, volunteer)
    stray = reply_to(message, "Who is this?")
    stray.conversation_id = None
    inbound = reply_to(message, "Yes, I am in!")
    inbound.media = [{"type": "image", "url": "https://127.0.0.1/cat.jpg", "caption": "", "name": ""}]
    upload = contacts[0].import_id
    second = factories.add(
        Pass(
            organization_id=org.id,
            campaign_id=campaign.id,
            round=2,
            texted_before=now(),
            created_by=owner.id,
        )
    )
    refused = factories.add(
        RefusedRow(organization_id=org.id, import_id=upload, line=9, code="missing", words="", row=[""])
    )
    stoppers = factories.add(
        SuppressionImport(
            organization_id=org.id,
            file_name="stop.csv",
            stored_as="0" * 32,
            reason="asked by mail",
            created_by=owner.id,
        )
    )
    registration = factories.add(Registration(organization_id=org.id, name="Levy", state="active"))
    port = factories.add(NumberPort(organization_id=org.id, phone="+16145550188"))
    publishing.save(org.id, "privacy", "We never share numbers.", owner.id, publish=True)
    member = db.session.scalars(select(Membership).filter_by(person_id=volunteer.id)).one()
    link, invitation, reset = _ways_in(org, owner, volunteer, digit)
    session_id = db.session.scalars(select(WebSession.id).filter_by(person_id=volunteer.id)).first()
    tag = factories.add(Tag(organization_id=org.id, name="Needs a ride"))
    link_by_person = factories.add(
        CampaignLink(
            organization_id=org.id,
            campaign_id=campaign.id,
            name="vote_page",
            url="https://example.org/vote",
            created_by=owner.id,
        )
    )
    picture = enclosures.keep(org.id, owner.id, io.BytesIO(_dot()), "sign.gif", "A sign")
    factories.add(
        LinkVisit(
            organization_id=org.id, link_id=link_by_person.id, contact_id=contacts[1].id, who="person"
        )
    )
    letter = factories.add(
        Letter(
            organization_id=org.id, to_email="x@example.org", kind="invitation", about_id=invitation.id
        )
    )
    return Place(
        org.slug,
        {
            "campaign": campaign.id,
            "script_version": campaign.script_version_id,
            "number": message.number_id,
            "registration": registration.id,
            "port": port.id,
            "contact": contacts[1].id,
            "recipient": contacts[1].recipient_id,
            "batch": batch.id,
            "pass": second.id,
            "import": upload,
            "refused_row": refused.id,
            "suppression_import": stoppers.id,
            "conversation": message.conversation_id,
            "message": message.id,
            "inbound": inbound.id,
            "stray": stray.id,
            "tag": tag.id,
            "alarm": factories.add(
                Alarm(organization_id=org.id, kind="strays", level="warning", facts={"count": 1})
            ).id,
            "shift": factories.add(
                Shift(
                    organization_id=org.id,
                    starts_at=now() + timedelta(hours=5),
                    ends_at=now() + timedelta(hours=7),
                    zone="America/New_York",
                    places=3,
                    created_by=owner.id,
                )
            ).id,
            "media": picture.id,
            "media_name": media_address.address(picture.id, "image/gif", now()).rpartition("/")[2],
            "campaign_link": link_by_person.id,
            "link_code": make_code(link_by_person.id, contacts[1].id, settings().link_key),
            "export": factories.add(
                Export(
                    organization_id=org.id,
                    campaign_id=campaign.id,
                    kind="contacts",
                    format="csv",
                    file_name="contacts.csv",
                    asked_by=owner.id,
                )
            ).id,
            "deed": factories.add(
                ReviewDeed(
                    organization_id=org.id,
                    asked_by=owner.id,
                    deed="close",
                    picked=True,
                    ids=[message.conversation_id],
                    inbound_ids=[0],
                    status="done",
                )
            ).id,
            "grouping": (
                grouping := factories.add(
                    ReplyGrouping(organization_id=org.id, campaign_id=campaign.id, status="done")
                )
            ).id,
            "group": factories.add(
                ReplyGroup(
                    organization_id=org.id, grouping_id=grouping.id, position=0, example="Who is this?"
                )
            ).id,
            "team": factories.add(Team(organization_id=org.id, name="East")).id,
            "event": inbound.event_id,
            "person": volunteer.id,
            "membership": member.id,
            "session": session_id,
            "join_link": link.id,
            "join_token": tokens.join_token(link),
            "notices_token": tokens.notices_token(member.id),
            "invitation": invitation.id,
            "invitation_token": f"invitation-token-{digit}",
            "reset_token": f"reset-token-{digit}",
            "reset": reset.id,
            "letter": letter.id,
        },
    )


def _dot() -> bytes:
    """A picture of one pixel."""
    out = io.BytesIO()
    Image.new("L", (1, 1)).save(out, "GIF")
    return out.getvalue()


def _ways_in(
    org: Organization, owner: Person, volunteer: Person, digit: str
) -> tuple[JoinLink, Invitation, PasswordReset]:
    until = now() + timedelta(days=1)
    link = JoinLink(organization_id=org.id, created_by=owner.id, expires_at=until, most_uses=10)
    invitation = Invitation(
        organization_id=org.id,
        email=f"newcomer{digit}@example.org",
        role="volunteer",
        token_digest=token_digest(f"invitation-token-{digit}"),
        created_by=owner.id,
        expires_at=until,
    )
    reset = PasswordReset(
        person_id=volunteer.id, token_digest=token_digest(f"reset-token-{digit}"), expires_at=until
    )
    for row in (link, invitation, reset):
        factories.add(row)
        db.session.refresh(row)
    return link, invitation, reset


def click(contact: Contact, by: Person, **values: Any) -> Click:
    """Evidence of one gesture, with a session of its own."""
    browser = factories.add(
        WebSession(person_id=by.id, token_digest=token_digest(f"browser {next(factories._counter)}"))
    )
    made = Click(
        **(
            {
                "organization_id": contact.organization_id,
                "person_id": by.id,
                "session_id": browser.id,
                "contact_id": contact.id,
                "kind": "first",
                "shown_at": now(),
                "age_ms": 400,
                "token_digest": token_digest(f"click {next(factories._counter)}"),
                "text_commitment": b"c" * 32,
                "zone_evidence": "area code",
                "checks": {},
            }
            | values
        )
    )
    return factories.add(made)  # type: ignore[no-any-return]


def first_text(contact: Contact, campaign: Campaign, by: Person, **values: Any) -> Message:
    """A first text that arrived, with its click and its conversation."""
    number_id = db.session.scalars(
        select(CampaignNumber.number_id).filter_by(campaign_id=campaign.id)
    ).first()
    conversation = factories.add(
        Conversation(
            organization_id=contact.organization_id,
            campaign_id=campaign.id,
            contact_id=contact.id,
            recipient_id=contact.recipient_id,
            number_id=number_id,
            person_id=by.id,
            last_sent_at=now(),
        )
    )
    contact.state = "texted"
    made = Message(
        **(
            {
                "organization_id": contact.organization_id,
                "campaign_id": campaign.id,
                "contact_id": contact.id,
                "conversation_id": conversation.id,
                "recipient_id": contact.recipient_id,
                "number_id": number_id,
                "person_id": by.id,
                "click_id": click(contact, by).id,
                "kind": "first",
                "script_version_id": campaign.script_version_id,
                "text": "Hi Maria, this is Amy with Ohio Votes.",
                "encoding": "GSM-7",
                "segments": 1,
                "state": "delivered",
            }
            | values
        )
    )
    return factories.add(made)  # type: ignore[no-any-return]


def provider_event(**values: Any) -> ProviderEvent:
    """A signed webhook as it came."""
    key = f"event {next(factories._counter)}"
    made = ProviderEvent(**({"event_key": key, "kind": "inbound", "raw": b"{}"} | values))
    return factories.add(made)  # type: ignore[no-any-return]


def reply_to(message: Message, words: str) -> InboundText:
    """What the person wrote back; their conversation now waits for an answer."""
    event = provider_event(organization_id=message.organization_id)
    made = factories.add(
        InboundText(
            organization_id=message.organization_id,
            event_id=event.id,
            conversation_id=message.conversation_id,
            recipient_id=message.recipient_id,
            number_id=message.number_id,
            sender="+16145550100",
            text=words,
        )
    )
    conversation = db.session.get_one(Conversation, message.conversation_id)
    conversation.waiting_since, conversation.last_inbound_id = now(), made.id
    db.session.flush()
    return made  # type: ignore[no-any-return]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the block writes or commits is gone after it. Only inside the `app` fixture."""
    point = db.engine.begin_nested()  # type: ignore[attr-defined]  # the fixture's connection
    try:
        yield
    finally:
        db.session.remove()
        point.rollback()


def csrf_token(app: Flask, browser: FlaskClient) -> str:
    """The token that this browser's pages would carry."""
    with app.app_context(), app.test_request_context():
        with browser.session_transaction() as cookie:
            if "csrf_token" in cookie:
                session["csrf_token"] = cookie["csrf_token"]
            signed: str = generate_csrf()
            cookie["csrf_token"] = session["csrf_token"]
        return signed
