"""Made-up histories of campaigns, and what they add up to by reading row after row."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from sqlalchemy import select

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience.models import Contact, Recipient
from p2ptext.campaigns.models import Campaign, CampaignNumber
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.rules.delivery import NEVER_LEFT, STATES
from p2ptext.texting.models import Attempt, Conversation, InboundText, Message
from tests import factories, world

OUTCOMES = ("accepted", "not_sent", "refused", "unknown", "abandoned", None)
ALIVE = sorted(STATES - NEVER_LEFT)


@dataclass(frozen=True)
class Story:
    """What happened to one contact."""

    dead: list[str] = field(default_factory=list)
    """First texts that never left, in order."""
    alive: str | None = None
    """The state of the first text that counts."""
    outcomes: list[str | None] = field(default_factory=list)
    """Calls for it."""
    contact_state: str = "ready"
    """Where there is no text that counts."""
    earlier_round: bool = False
    replies: int = 0
    waiting: bool = False
    opted_out: bool = False
    texted_by: int = 0
    owner: int = 0


STORIES = st.builds(
    Story,
    dead=st.lists(st.sampled_from(sorted(NEVER_LEFT)), max_size=2),
    alive=st.none() | st.sampled_from(ALIVE) | st.just("rejected"),
    # At most one call may be open or have left, as the database sees to it.
    outcomes=st.lists(st.sampled_from(OUTCOMES), max_size=3).filter(
        lambda made: sum(one in (None, "accepted", "unknown") for one in made) < 2
    ),
    contact_state=st.sampled_from(["ready", "ended"]),
    earlier_round=st.booleans(),
    replies=st.integers(0, 2),
    waiting=st.booleans(),
    opted_out=st.booleans(),
    texted_by=st.integers(0, 1),
    owner=st.integers(0, 1),
)


@dataclass
class Setting:
    """A campaign with its people; `volunteers` are those a story's places point at."""

    org: Organization
    organizer: Person
    manager: Person
    volunteers: list[Person]
    campaign: Campaign


def setting(stories: list[Story]) -> Setting:
    org = factories.organization()
    volunteers = [factories.person(org), factories.person(org)]
    made = factories.campaign(org, volunteers[0])
    tell(made, volunteers, stories)
    people = [factories.person(org, role) for role in ("organizer", "manager")]
    _noise(org, volunteers)
    return Setting(org, *people, volunteers, made)


def _noise(org: Organization, volunteers: list[Person]) -> None:
    """Another campaign's rows, which must never be counted here."""
    elsewhere = factories.campaign(org, volunteers[0])
    contact = factories.contacts(elsewhere, volunteers[0], ["+12025550199"])[0]
    world.reply_to(world.first_text(contact, elsewhere, volunteers[0]), "Hello")


def tell(campaign: Campaign, volunteers: list[Person], stories: list[Story], area: int = 614) -> None:
    phones = [f"+1{area + n // 100}5550{100 + n % 100}" for n in range(len(stories))]
    contacts = factories.contacts(campaign, volunteers[0], phones)
    for contact, story in zip(contacts, stories, strict=True):
        _tell(contact, campaign, volunteers, story)
    db.session.flush()


def _tell(contact: Contact, campaign: Campaign, volunteers: list[Person], story: Story) -> None:
    states = [(1, "delivered")] if story.earlier_round else []
    contact.round = 2 if story.earlier_round else 1
    states += [
        (contact.round, state) for state in (*story.dead, *([story.alive] if story.alive else []))
    ]
    contact.state = "texted" if story.alive else story.contact_state
    if story.opted_out:
        recipient = db.session.get_one(Recipient, contact.recipient_id)
        recipient.suppressed_at = now()
    if not states:
        return
    texter, talk = volunteers[story.texted_by], _talk(contact, campaign, volunteers[story.owner])
    for round_, state in states:
        # Another volunteer's hand than the round before.
        hand = texter if round_ == contact.round else volunteers[1 - story.texted_by]
        message = _message(contact, talk, hand, state, round_)
    for outcome in story.outcomes if story.alive else []:
        factories.add(
            Attempt(
                id=uuid.uuid4(),
                organization_id=contact.organization_id,
                message_id=message.id,
                dispatcher="test",
                deadline_at=now(),
                outcome=outcome,
            )
        )
    for _ in range(story.replies):
        world.reply_to(message, "Yes")
    talk.waiting_since = now() if story.waiting else None


def _talk(contact: Contact, campaign: Campaign, owner: Person) -> Conversation:
    number_id = db.session.scalars(
        select(CampaignNumber.number_id).filter_by(campaign_id=campaign.id)
    ).one()
    return factories.add(  # type: ignore[no-any-return]
        Conversation(
            organization_id=contact.organization_id,
            campaign_id=campaign.id,
            contact_id=contact.id,
            recipient_id=contact.recipient_id,
            number_id=number_id,
            person_id=owner.id,
        )
    )


def _message(contact: Contact, talk: Conversation, by: Person, state: str, round_: int) -> Message:
    return factories.add(  # type: ignore[no-any-return]
        Message(
            organization_id=contact.organization_id,
            campaign_id=contact.campaign_id,
            contact_id=contact.id,
            conversation_id=talk.id,
            recipient_id=contact.recipient_id,
            number_id=talk.number_id,
            person_id=by.id,
            click_id=world.click(contact, by).id,
            kind="first",
            round=round_,
            text="Hi",
            encoding="GSM-7",
            segments=1,
            state=state,
        )
    )


@dataclass
class Known:
    """One contact and one text of theirs with everything known of them, gathered by hand."""

    contact: Contact
    recipient: Recipient
    text: Message | None
    """Null for a contact that has none."""
    attempts: list[Attempt]
    talk: Conversation | None
    replies: int
    latest: bool
    """Whether it is the contact's last text; replies belong to that one."""
    had_one: bool = False
    """Whether the contact has another text, so that they are not without one."""

    @property
    def carrier_had_it(self) -> bool:
        if self.text is None or self.text.state in ("queued", "sending", "unknown"):
            return False
        if self.text.state != "rejected" or self.had_one:
            return True
        return any(made.outcome in ("accepted", "unknown", None) for made in self.attempts)

    @property
    def texted_by(self) -> int | None:
        if self.text is not None:
            return self.text.person_id
        return self.talk.person_id if self.talk else None


def _state_in(*states: str) -> Callable[[Known], bool]:
    return lambda one: one.text is not None and one.text.state in states


MEANS: dict[str, Callable[[Known], bool]] = {
    "contacts": lambda one: True,
    "not_texted": lambda one: one.text is None and one.contact.state == "ready",
    "on_the_way": _state_in("queued", "sending"),
    "sent": lambda one: one.carrier_had_it,
    "unknown": _state_in("unknown"),
    "ended": lambda one: (
        (one.text is None and one.contact.state != "ready")
        or (_state_in("rejected")(one) and not one.carrier_had_it)
    ),
    "delivered": _state_in("delivered"),
    "failed": _state_in("rejected", "undeliverable"),
    "replied": lambda one: one.latest and one.replies > 0,
    "opted_out": lambda one: (
        one.latest and one.text is not None and one.recipient.suppressed_at is not None
    ),
    "waiting": lambda one: one.latest and one.talk is not None and one.talk.waiting_since is not None,
}
MEANS |= {
    "wrong_number": lambda one: False,  # nobody says so in these histories
    "answered": lambda one: False,
    "goal": lambda one: False,
    "no_receipt": lambda one: (
        MEANS["sent"](one) and not MEANS["delivered"](one) and not MEANS["failed"](one)
    ),
    "failed_of_sent": lambda one: MEANS["sent"](one) and MEANS["failed"](one),
    "replied_to_sent": lambda one: MEANS["sent"](one) and MEANS["replied"](one),
    "opted_out_of_sent": lambda one: MEANS["sent"](one) and MEANS["opted_out"](one),
    "answered_of_sent": lambda one: False,
    "goal_of_sent": lambda one: False,
}
"""What each number means, decided in Python, text by text."""


def texts_of(campaign: Campaign) -> list[Known]:
    """Every first text that counts, and every contact without one."""
    db.session.expire_all()
    found = []
    for contact in db.session.scalars(select(Contact).filter_by(campaign_id=campaign.id)):
        texts: list[Message | None] = [
            text
            for text in db.session.scalars(
                select(Message).filter_by(contact_id=contact.id, kind="first").order_by(Message.round)
            )
            if text.state not in NEVER_LEFT
        ]
        found += [_known(contact, text, text is texts[-1]) for text in texts]
        found += [] if texts else [_known(contact, None, True)]
    return found


def _known(contact: Contact, text: Message | None, latest: bool) -> Known:
    talk = db.session.scalars(select(Conversation).filter_by(contact_id=contact.id)).one_or_none()
    replies = select(InboundText).filter_by(conversation_id=talk.id if talk else 0)
    attempts = select(Attempt).filter_by(message_id=text.id if text else 0)
    return Known(
        contact,
        db.session.get_one(Recipient, contact.recipient_id),
        text,
        list(db.session.scalars(attempts)),
        talk,
        len(db.session.scalars(replies).all()),
        latest,
    )


def people_of(campaign: Campaign) -> list[Known]:
    """Every contact with the last text they have."""
    return [
        replace(one, had_one=one.text is not None and one.text.round > 1)
        for one in texts_of(campaign)
        if one.latest
    ]


def expected(campaign: Campaign) -> dict[str, set[int]]:
    """The contacts that each number counts."""
    people = people_of(campaign)
    return {key: {one.contact.id for one in people if means(one)} for key, means in MEANS.items()}
