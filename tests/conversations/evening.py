"""People who wrote back to several volunteers, for tests of hand-overs."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience.models import Contact
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.conversations import tending
from p2ptext.extensions import db
from p2ptext.texting import presence
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.models import Conversation, InboundText
from tests import factories, world
from tests.texting.scene import hold
from tests.world import csrf_token


@dataclass
class Evening:
    """Ids, not rows: rows do not outlive the requests in between."""

    app: Flask
    org: str
    org_id: int
    campaign: int
    people: dict[str, int]
    talks: list[int] = field(default_factory=list)
    sessions: dict[str, int] = field(default_factory=dict)

    def who(self, name: str) -> Clicker:
        return Clicker(self.org_id, self.people[name], self.sessions[name], name.capitalize(), "::1", "")

    def browser(self, name: str) -> "Browsing":
        browser = factories.client(self.app, db.session.get_one(Person, self.people[name]))
        db.session.commit()
        return Browsing(self, browser, csrf_token(self.app, browser))

    def talk(self, talk_id: int) -> Conversation:
        db.session.expire_all()
        return db.session.get_one(Conversation, talk_id)

    def minutes_pass(self, minutes: int, *, on_shift: bool = True) -> None:
        """Everything that has happened lies so much further back; meanwhile somebody was there, or nobody."""
        values = {"by": f"{minutes} minutes", "org": self.org_id, "minutes": minutes}
        for statement in (
            "UPDATE conversation SET waiting_since = waiting_since - CAST(:by AS interval), "
            "offered_at = offered_at - CAST(:by AS interval)",
            "UPDATE presence SET seen_at = seen_at - CAST(:by AS interval), "
            "began_at = began_at - CAST(:by AS interval), done_at = done_at - CAST(:by AS interval)",
            # In two steps, or a minute would meet the one before it.
            "UPDATE shift_minute SET minute = minute - interval '1000 days' - CAST(:by AS interval)",
            "UPDATE shift_minute SET minute = minute + interval '1000 days'",
            "UPDATE membership SET noticed_at = noticed_at - CAST(:by AS interval)",
            "UPDATE reminder SET told_at = told_at - CAST(:by AS interval), "
            "remind_at = remind_at - CAST(:by AS interval)",
        ):
            db.session.execute(text(statement), values)
        if on_shift:
            db.session.execute(
                text(
                    """INSERT INTO shift_minute (organization_id, minute)
                       SELECT :org, date_trunc('minute', p2p_now()) - make_interval(mins => n)
                       FROM generate_series(0, :minutes - 1) AS n ON CONFLICT DO NOTHING"""
                ),
                values,
            )
        db.session.commit()

    def come(self, *names: str) -> None:
        """They are on shift."""
        people = {(self.org_id, self.people[name]) for name in names}
        presence.write(people, people)

    def tend(self) -> dict[str, int]:
        done = tending.tend()
        db.session.expire_all()
        return done


@dataclass
class Browsing:
    """One member's browser."""

    evening: Evening
    client: FlaskClient
    csrf: str

    def post(self, path: str, *, script: bool = True, **form: Any) -> Any:
        headers = {"X-CSRFToken": self.csrf} | ({"Accept": "application/json"} if script else {})
        return self.client.post(f"/o/{self.evening.org}{path}", data=form, headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(f"/o/{self.evening.org}{path}")


def evening(app: Flask, waiting: int = 1, names: str = "amy ben cleo", **values: Any) -> Evening:
    """`waiting` people answered Amy's first texts; Ben and Cleo are volunteers too, Olga is an organizer."""
    org = factories.organization()
    people = {}
    for name in names.split():
        people[name] = factories.person(org, "volunteer", name=f"{name.capitalize()} Long")
    people["olga"] = factories.person(org, "organizer", name="Olga Long")
    campaign = factories.campaign(org, people["olga"])
    phones = [f"+1{614 + n // 90}5550{100 + n % 90}" for n in range(waiting)]
    contacts = factories.contacts(campaign, people["olga"], phones, **values) if phones else []
    ids = {name: person.id for name, person in people.items()}
    made = Evening(app, org.slug, org.id, campaign.id, ids)
    for name, person in people.items():
        made.sessions[name] = factories.add(
            factories.WebSession(person_id=person.id, token_digest=f"session of {person.id}".encode())
        ).id
    for contact in contacts:
        made.talks.append(reply(contact, campaign, people["amy"]))
    db.session.commit()
    return made


def reply(contact: Contact, campaign: Campaign, owner: Person, words: str = "Who is this?") -> int:
    """A first text and the answer to it; the conversation's id."""
    message = world.first_text(contact, campaign, owner)
    return hears(message.conversation_id or 0, words)


def hears(conversation_id: int, words: str, **values: Any) -> int:
    """The person of a conversation writes."""
    talk = db.session.get_one(Conversation, conversation_id)
    event = world.provider_event(organization_id=talk.organization_id)
    sender = factories.add(
        InboundText(
            **(
                {
                    "organization_id": talk.organization_id,
                    "event_id": event.id,
                    "conversation_id": talk.id,
                    "recipient_id": talk.recipient_id,
                    "number_id": talk.number_id,
                    "sender": "+16145550100",
                    "text": words,
                }
                | values
            )
        )
    )
    db.session.execute(
        text(
            """UPDATE conversation SET waiting_since = coalesce(waiting_since, p2p_now()),
                 last_inbound_id = :inbound, state = 'open' WHERE id = :id"""
        ),
        {"id": talk.id, "inbound": sender.id},
    )
    return conversation_id


def suspend(made: Evening, name: str, status: str = "suspended") -> None:
    with transaction():
        db.session.execute(
            text(
                "UPDATE membership SET status = :status WHERE person_id = :id AND organization_id = :org"
            ),
            {"status": status, "id": made.people[name], "org": made.org_id},
        )


def organization(made: Evening) -> Organization:
    return db.session.scalars(select(Organization).filter_by(id=made.org_id)).one()


def cards_of(made: Evening, name: str, phones: list[str]) -> list[int]:
    """Cards of a campaign of its own in this member's hand; their contacts' ids."""
    olga = db.session.get_one(Person, made.people["olga"])
    org = organization(made)
    campaign = factories.campaign(org, olga)
    rows = factories.contacts(campaign, olga, phones)
    hold(rows[0].batch_id, db.session.get_one(Person, made.people[name]))
    db.session.commit()
    return [row.id for row in rows]
