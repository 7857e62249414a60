"""A small campaign in which anything may happen that people, carriers and organizers can do."""

import contextlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import Organization
from p2ptext.audience import erasing, setting_aside, suppression
from p2ptext.audience.models import Contact, ContactImport
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.clock import now
from p2ptext.conversations import closing, reply_tokens, surveying, verdicts
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.rules.delivery import ErrorKind
from p2ptext.rules.tree import Answer, Step
from p2ptext.sms import provider
from p2ptext.sms.provider import Accepted, NotSent, Unknown
from p2ptext.texting import dispatching, outbox, passes, resending, sweeping
from p2ptext.texting.models import Conversation, InboundText, Message
from tests import factories
from tests.conversations.talking import clicker, hand_over
from tests.texting import passing
from tests.texting.scene import Scene, answer, begin, colleague, inbound, receipt

STEPS = [
    Step("s1", "Are you in?", (Answer("a1", "Yes", next="s2"), Answer("a2", "No"))),
    Step("s2", "Can you drive?", (Answer("a1", "Yes"), Answer("a2", "No"))),
]
ANSWERS = (
    *(Accepted,) * 4,
    Unknown,
    *(Unknown, NotSent, ErrorKind.INVALID_NUMBER, ErrorKind.INVALID_NUMBER, ErrorKind.OPTED_OUT),
)
WORDS = ("Yes!", "STOP", "Wrong number", "START", "Who is this?", "I'm driving - Sent from My Car")
STATES = ("delivered", "delivered", "submitted", "undeliverable", "rejected")
NETWORKS = ("310260", "311480")
PLACES = (
    (["America/New_York"], ["OH"]),
    (["America/New_York", "America/Detroit"], ["MI"]),
    (["America/Chicago", "America/New_York"], ["IN", "KY"]),
    (["America/Denver"], []),
)


@dataclass
class Life:
    """The campaign, its volunteer and its organizer."""

    made: Scene
    lead: Scene
    under_way: list[dispatching.Ready] = field(default_factory=list)
    """Calls that have begun and not ended."""
    left: list[provider.OutboundText] = field(default_factory=list)

    def do(self, deed: str, choice: int) -> None:
        """One deed, on whatever `choice` points at; what is not allowed or not possible changes nothing."""
        with contextlib.suppress(Refused, NotFound):
            DEEDS[deed](self, choice)
        db.session.commit()


def begin_life(app: Flask) -> Life:
    made = passing.listed(app, 5, steps=STEPS)
    for contact_id, (zones, states) in zip(made.contacts, PLACES, strict=False):
        contact = db.session.get_one(Contact, contact_id)
        contact.zones, contact.states = zones, states
        if states == ["OH"]:
            contact.fields = contact.fields | {"language": "Spanish"}
    campaign = db.session.get_one(Campaign, made.campaign)
    version = db.session.get_one(ScriptVersion, campaign.script_version_id)
    version.document = version.document | {
        "first": [factories.TEXT, "Hello from Ohio Votes. Reply STOP to opt out."],
        "rounds": {"2": [passing.AGAIN]},
        "languages": {"es": {"first": ["Hola de Ohio Votes. Responda STOP para salir."]}},
    }
    db.session.commit()
    return Life(made, colleague(made, "organizer"))


def _one(choice: int, found: list[int]) -> int:
    if not found:
        raise NotFound
    return found[choice % len(found)]


def _contact(life: Life, choice: int) -> Contact:
    return db.session.get_one(Contact, _one(choice, life.made.contacts))


def _talk(life: Life, choice: int) -> int:
    return _one(
        choice,
        list(
            db.session.scalars(
                select(Conversation.id).filter_by(campaign_id=life.made.campaign).order_by("id")
            )
        ),
    )


def _messages(life: Life, *states: str) -> list[int]:
    return list(
        db.session.scalars(
            select(Message.id)
            .where(Message.campaign_id == life.made.campaign, Message.state.in_(states))
            .order_by(Message.id)
        )
    )


def _result(choice: int) -> provider.SendResult:
    kind = ANSWERS[choice % len(ANSWERS)]
    if kind is Accepted:
        return Accepted(str(uuid.uuid4()))
    if kind is Unknown:
        return Unknown("dropped")
    if kind is NotSent:
        return NotSent("refused connection", 0.0)
    return provider.Refused(kind, 1380, "no")


def click(life: Life, choice: int) -> None:
    cards = life.made.deck()["cards"]
    if cards:
        life.made.send(cards[choice % len(cards)])


def undo(life: Life, choice: int) -> None:
    message = _one(choice, _messages(life, "queued"))
    with transaction():
        outbox.undo(life.made.org_id, life.made.volunteer, message)


def dispatch(life: Life, choice: int) -> None:
    life.made.carrier._answers = [_result(choice)]
    life.made.dispatch()


def call(life: Life, _: int) -> None:
    """The dispatcher begins a call, and nobody knows yet how it ends."""
    life.made.let_due()
    begun = begin(life.made.claim(1))
    life.under_way += begun.ready
    life.left += [ready.text for ready in begun.ready]


def end_call(life: Life, choice: int) -> None:
    if life.under_way:
        ready = life.under_way.pop(0)
        answer(ready, None if choice % 7 == 6 else _result(choice))


def vanish(life: Life, _: int) -> None:
    """The dispatcher was killed during its calls; the sweep finds them."""
    db.session.execute(text("UPDATE attempt SET deadline_at = deadline_at - interval '5 minutes'"))
    db.session.commit()
    with transaction():
        sweeping.settle_overdue()


def tell(life: Life, choice: int) -> None:
    """A receipt comes in."""
    sent = life.made.carrier.texts + life.left
    if sent:
        state = STATES[choice % len(STATES)]
        values = {} if state in ("delivered", "submitted") else {"error": {"title": "1380"}}
        network = {"destination": {"network_code": NETWORKS[choice % len(NETWORKS)]}}
        price = {"usage": {"currency": "EUR", "price": f"0.0{choice % 9}"}}
        receipt(life.made.app, sent[choice % len(sent)], state, **values, **network, **price)


def write(life: Life, choice: int) -> None:
    """Somebody writes to us."""
    place = choice % len(life.made.contacts)
    if _contact(life, place).recipient_id and (phone := life.made.phone(place)) != "None":
        inbound(life.made.app, phone, WORDS[choice % len(WORDS)])


def reply(life: Life, choice: int) -> None:
    talk = _talk(life, choice)
    token = reply_tokens.shown(life.made.org_id, life.made.volunteer, talk, now())
    headers = {"X-CSRFToken": life.made.csrf, "Accept": "application/json"}
    path = f"/o/{life.made.org}/replies/{talk}/reply"
    life.made.browser.post(path, data={"token": token, "text": f"Thanks {choice}"}, headers=headers)


def close(life: Life, choice: int) -> None:
    with transaction():
        _, token = closing.close(clicker(life.made), _talk(life, choice))
    if token and choice % 2:
        with transaction():
            closing.reopen(clicker(life.made), _talk(life, choice), token)


def correct(life: Life, choice: int) -> None:
    found = list(db.session.scalars(select(InboundText.id).order_by(InboundText.id)))
    inbound_id = _one(choice, found)
    with life.made.app.test_request_context(), transaction():
        verdicts.correct(life.made.org_id, inbound_id, life.lead.volunteer, "misread")


def opt_out(life: Life, choice: int) -> None:
    with transaction():
        if choice % 2:
            closing.opt_out(clicker(life.made), _talk(life, choice))
        else:
            recipient = _contact(life, choice).recipient_id
            suppression.lock_recipient(recipient)
            suppression.suppress(recipient, "asked by mail", life.lead.volunteer)


def lift(life: Life, choice: int) -> None:
    recipient = _contact(life, choice).recipient_id
    with transaction():
        suppression.lock_recipient(recipient)
        suppression.lift(recipient, "asked again", life.lead.volunteer)


def erase(life: Life, choice: int) -> None:
    with transaction():
        erasing.erase(_contact(life, choice).recipient_id, "asked", life.lead.volunteer)


def set_aside(life: Life, choice: int) -> None:
    with transaction():
        if choice % 2:
            setting_aside.set_aside([_contact(life, choice).id])
        else:
            setting_aside.bring_back(life.made.campaign)


def start_pass(life: Life, choice: int) -> None:
    """Who has not answered is texted again: the pass comes into the volunteer's hands."""
    passing.grow_old()
    with contextlib.suppress(AssertionError):
        passing.begin(life.made, passes.next_round(life.made.campaign))
        passing.take(life.made)
        click(life, choice)


def stop_pass(life: Life, _: int) -> None:
    found = passes.waiting_pass(life.made.campaign)
    ids = list(db.session.scalars(text("SELECT id FROM campaign_pass WHERE status <> 'stopped'")))
    with life.made.app.test_request_context(), transaction():
        passes.stop(found or _one(0, ids), life.made.org_id, life.lead.volunteer)


def resend(life: Life, choice: int) -> None:
    message = _one(choice, _messages(life, "unknown"))
    if choice % 3 == 0:
        with life.made.app.test_request_context(), transaction():
            resending.let_be(life.made.org_id, life.lead.volunteer, message)
        return
    db.session.execute(text("UPDATE attempt SET started_at = started_at - interval '20 minutes'"))
    db.session.commit()
    seen = resending.look(life.made.org_id, life.lead.volunteer, message)
    if seen is not None:
        with life.made.app.test_request_context(), transaction():
            resending.resend(clicker(life.lead), message, seen.token)


def survey(life: Life, choice: int) -> None:
    step, key = ("s1", "s2")[choice % 2], ("a1", "a2", None)[choice % 3]
    with transaction():
        surveying.answer(clicker(life.made), _talk(life, choice // 6), step, key)


def goal(life: Life, choice: int) -> None:
    campaign = db.session.get_one(Campaign, life.made.campaign)
    key = ("a1", "a2", None)[choice % 3]
    campaign.goal_step_key, campaign.goal_answer_key = key and ("s1", "s2")[choice % 2], key


def another_list(life: Life, choice: int) -> None:
    """A new list with one person, who lies in the batch that the volunteer had first."""
    org = db.session.get_one(Organization, life.made.org_id)
    upload = factories.add(
        ContactImport(
            organization_id=org.id,
            campaign_id=life.made.campaign,
            file_name="more.csv",
            stored_as="",
            size_bytes=0,
            status="done",
            zone_sets=["America/New_York"],
            created_by=life.made.volunteer,
        )
    )
    place = len(life.made.contacts)
    row = factories.add(
        Contact(
            organization_id=org.id,
            campaign_id=life.made.campaign,
            recipient_id=factories.recipient(org, f"+1614555{120 + place:04d}").id,
            import_id=upload.id,
            line=2,
            first_name="Ann",
            fields={"first_name": "Ann"},
            zones=["America/New_York"],
            zone_evidence="area code",
            batch_id=db.session.get_one(Contact, life.made.contacts[0]).batch_id,
            position=place,
            state=("ready", "ready", "ended")[choice % 3],
        )
    )
    life.made.contacts.append(row.id)


def take_over(life: Life, choice: int) -> None:
    conversation = db.session.get_one(Conversation, _talk(life, choice))
    if conversation.contact_id == life.made.contacts[0]:
        hand_over(life.made, life.lead)


def give_up(life: Life, _: int) -> None:
    """No receipt has come for days."""
    passing.grow_old(4)
    sweeping.close_books()


DEEDS: dict[str, Callable[[Life, int], None]] = {
    deed.__name__: deed
    for deed in (
        *(click, undo, dispatch, call, end_call, vanish, tell, write, reply, close, correct, opt_out),
        *(lift, erase, set_aside, start_pass, stop_pass, resend, survey, goal, another_list),
        *(take_over, give_up),
    )
}
OFTEN = (
    *("click", "click", "click", "dispatch", "dispatch", "dispatch", "tell", "tell", "tell"),
    *("write", "write", "reply", "reply", "survey", "survey", "call", "end_call", "another_list"),
)
"""What there is most of in an evening, besides."""
