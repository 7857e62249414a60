"""A campaign that has run, with something of everything that a report tells."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience import suppression
from p2ptext.audience.models import Contact
from p2ptext.campaigns.models import Campaign
from p2ptext.conversations.models import SurveyAnswer
from p2ptext.extensions import db
from p2ptext.rules.tree import Answer, Step
from tests import factories, world

LONG = "that goes on for as long as anybody may ever have written it, and somewhat longer than that"
STEPS = tuple(
    Step(
        f"s{number}",
        f"Question {number} {LONG}?",
        tuple(Answer(f"a{place}", f"Answer {place} {LONG}") for place in range(1, 7)),
    )
    for number in range(1, 6)
)
FAILED = {
    "invalid_number": 4,
    "filtered": 3,
    "unreachable_temporary": 3,
    "content_problem": 2,
    "sender_problem": 1,
    "account_problem": 1,
}
ENDED = {"opted_out": 5, "missing_value": 2, "erased": 1}
OPTED_OUT = (40, 41)
"""Which of the texts went to somebody who wants no more of them."""
DELIVERED, NO_RECEIPT, UNKNOWN, ON_THE_WAY, READY = 60, 2, 1, 1, 6
CONTACTS = (
    DELIVERED + NO_RECEIPT + UNKNOWN + ON_THE_WAY + READY + sum(FAILED.values()) + sum(ENDED.values())
)


@dataclass
class Finished:
    """Rows of the open transaction."""

    org: Organization
    organizer: Person
    manager: Person
    campaign: Campaign

    @property
    def path(self) -> str:
        return f"/o/{self.org.slug}/campaigns/{self.campaign.id}/report"


def finished() -> Finished:
    """With long names, many questions, many reasons: whatever makes a sheet full."""
    org = factories.organization(
        name="Friends of the Library of Franklin, Delaware and Licking Counties"
    )
    organizer, manager = (factories.person(org, role) for role in ("organizer", "manager"))
    volunteers = [factories.person(org), factories.person(org)]
    made = factories.campaign(
        org,
        manager,
        name=f"Library levy {LONG}",
        purpose="vote",
        about=f"We ask whether people will vote for the levy {LONG} {LONG}.",
        steps=STEPS,
        goal_step_key="s1",
        goal_answer_key="a1",
        budget=Decimal("120.00"),
        election_on=date(2026, 11, 3),
    )
    phones = [f"+1614555{100 + place % 100:04d}" for place in range(100)]
    _people(made, manager, volunteers, phones)
    db.session.flush()
    return Finished(org, organizer, manager, made)


def _people(made: Campaign, by: Person, volunteers: list[Person], phones: list[str]) -> None:
    waiting = factories.contacts(made, by, phones[:CONTACTS])
    states = ["delivered"] * DELIVERED + ["no_receipt"] * NO_RECEIPT + ["unknown"] * UNKNOWN
    texts: list[dict[str, object]] = [{"state": state} for state in [*states, "queued"]]
    for reason, people in FAILED.items():
        texts += [{"state": "undeliverable", "reason": reason}] * people
    for place, values in enumerate(texts):
        paid = {"price": "0.0079", "currency": "EUR", "network": "AT&T"} if place % 3 else {}
        whose = volunteers[place % 2]
        sent = world.first_text(waiting.pop(), made, whose, **paid | values)
        if place < 30:
            world.reply_to(sent, "Yes")
        if place < 24:
            _answers(made, sent.contact_id, whose, place)
        if place in OPTED_OUT:
            suppression.suppress(sent.recipient_id, "asked by mail", by.id)
    for reason, people in ENDED.items():
        for _ in range(people):
            contact: Contact = waiting.pop()
            contact.state, contact.ended_reason = "ended", reason


def _answers(made: Campaign, contact_id: int | None, by: Person, place: int) -> None:
    for step in STEPS:
        factories.add(
            SurveyAnswer(
                contact_id=contact_id,
                step_key=step.key,
                organization_id=made.organization_id,
                campaign_id=made.id,
                answer_key=f"a{place % 6 + 1}",
                script_version_id=made.script_version_id,
                person_id=by.id,
            )
        )
