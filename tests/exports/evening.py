"""A campaign with one of everything that an export tells of, and ways to make and read its files."""

import csv
import io
import uuid
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience import suppression
from p2ptext.audience.models import Contact, ContactImport, RefusedRow
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.clock import now
from p2ptext.conversations.models import ConversationTag, SurveyAnswer, Tag
from p2ptext.exports import asking, jobs, keeping
from p2ptext.exports.models import Export
from p2ptext.extensions import db
from p2ptext.rules import csv_safe
from p2ptext.rules.tree import Answer, Step
from p2ptext.texting.models import Attempt, Message
from tests import factories, world

STEPS = (
    Step("s1", "Will you vote?", (Answer("a1", "Yes, of course", ("Great",), "s2"), Answer("a2", "No"))),
    Step("s2", '=Will you "come", too?\nOn Saturday?', (Answer("a1", "+1 me"), Answer("a2", "Maybe"))),
)
HOSTILE = {
    "first_name": '=HYPERLINK("http://x","y")',
    "last_name": 'O\'Néill, "Bo"',
    "city": "two\nlines\r\nand\ttab",
    "sum": "=1+1",
    "minus": "-2",
    "at": "@SUM(A1)",
    "tab": "\tx",
    "wide": "＝1",
    "percent": "100 %(ids)s %s",
    'quote\'s "name", %': "kept",
    "emoji": "👩‍🚀 \u202eabc",
}


@dataclass
class Evening:
    """What was made, by ids: tests read rows anew."""

    org_id: int
    campaign_id: int
    owner_id: int
    contacts: list[int]


def evening(phones: str = "+16145550", slug: str | None = None) -> Evening:
    """Seven people: answered; opted out; refused by the carrier; unknown; not texted; texted twice, the
    second time wrongly; and one whose text was taken back. Committed."""
    org = factories.organization(**({"slug": slug} if slug else {}))
    owner, amy = factories.person(org, "owner"), factories.person(org, name='Amy, =the "first"')
    campaign = factories.campaign(org, owner, steps=STEPS)
    made = factories.contacts(campaign, owner, [f"{phones}{100 + n}" for n in range(7)], states=["OH"])
    made[0].first_name, made[0].fields = HOSTILE["first_name"], HOSTILE
    made[1].fields = {"first_name": "Zoë", "last_name": "Ruiz", "external_id": "7001"}
    upload = db.session.get_one(ContactImport, made[0].import_id)
    upload.header, upload.refused = ["Cell", "VANID", "Cell", "=x"], 2
    upload.column_map = {"external_id": {"column": 1, "header": "VANID"}}
    _texts(campaign, made, amy)
    for line, cells in ((8, ["bad", "7", "=2+2", "a,\nb"]), (9, ["+1", "", "", ""])):
        factories.add(
            RefusedRow(
                organization_id=org.id,
                import_id=upload.id,
                line=line,
                code="too_short",
                words="Too short, by far.",
                row=cells,
            )
        )
    found = Evening(org.id, campaign.id, owner.id, [one.id for one in made])
    db.session.commit()
    with transaction():
        suppression.suppress(
            db.session.get_one(Contact, found.contacts[1]).recipient_id, "answered: STOP", None
        )
    return found


def _texts(campaign: Campaign, made: list[Contact], amy: Person) -> None:
    org_id = campaign.organization_id
    answered = world.first_text(made[0], campaign, amy, price="0.0075", currency="EUR", network="310410")
    world.reply_to(answered, '=cmd|"/c calc"!A1, "yes"\nindeed')
    world.reply_to(answered, "and ＋more")
    newer = factories.add(
        ScriptVersion(
            organization_id=org_id,
            campaign_id=campaign.id,
            number=2,
            document=db.session.get_one(ScriptVersion, campaign.script_version_id).document,
            created_by=campaign.created_by,
        )
    )
    for key, answer, version, counts in (
        ("s1", "a1", newer.id, True),
        ("s2", "a1", campaign.script_version_id, True),
    ):
        _answer(made[0], key, answer, version, amy, counts)
    for name in ("zeta; tag", "=alpha"):
        tag = factories.add(Tag(organization_id=org_id, name=name))
        factories.add(
            ConversationTag(
                conversation_id=answered.conversation_id,
                tag_id=tag.id,
                organization_id=org_id,
                person_id=amy.id,
            )
        )
    stopped = world.first_text(made[1], campaign, amy)
    inbound = world.reply_to(stopped, "STOP")
    inbound.tier, inbound.intent = "auto", "stop"
    factories.add(
        Message(
            organization_id=org_id,
            recipient_id=made[1].recipient_id,
            number_id=stopped.number_id,
            answers_inbound_id=inbound.id,
            kind="stop_confirmation",
            text="You will get no more texts.",
            encoding="GSM-7",
            segments=1,
        )
    )
    _answer(made[1], "s1", "a2", campaign.script_version_id, amy, False)
    refused = world.first_text(
        made[2], campaign, amy, state="rejected", reason="invalid_number", carrier_code=1170
    )
    factories.add(
        Attempt(
            id=uuid.uuid4(),
            organization_id=org_id,
            message_id=refused.id,
            dispatcher="d",
            deadline_at=now(),
            outcome="refused",
        )
    )
    world.first_text(made[3], campaign, amy, state="unknown")
    made[4].state = "ready"
    world.first_text(made[5], campaign, amy)
    made[5].state, made[5].round = "texted", 2
    again = _second(made[5], campaign, amy)
    wrong = world.reply_to(again, "wrong number")
    wrong.intent = "wrong_number"
    world.first_text(made[6], campaign, amy, state="cancelled")
    made[6].state, made[6].ended_reason = "ended", "opted_out"
    db.session.flush()


def _second(contact: Contact, campaign: Campaign, by: Person) -> Message:
    first = db.session.query(Message).filter_by(contact_id=contact.id, round=1).one()
    made = Message(
        organization_id=campaign.organization_id,
        campaign_id=campaign.id,
        contact_id=contact.id,
        conversation_id=first.conversation_id,
        recipient_id=contact.recipient_id,
        number_id=first.number_id,
        person_id=by.id,
        click_id=world.click(contact, by).id,
        kind="first",
        round=2,
        variant=1,
        script_version_id=campaign.script_version_id,
        text="-second",
        encoding="GSM-7",
        segments=2,
        state="undeliverable",
        created_at=now() + timedelta(seconds=5),
    )
    return factories.add(made)  # type: ignore[no-any-return]


def _answer(contact: Contact, step: str, answer: str, version: int, by: Person, counts: bool) -> None:
    factories.add(
        SurveyAnswer(
            contact_id=contact.id,
            step_key=step,
            organization_id=contact.organization_id,
            campaign_id=contact.campaign_id,
            answer_key=answer,
            script_version_id=version,
            person_id=by.id,
            on_path=counts,
        )
    )


def asked(found: Evening, kind: str, format_: str = "csv", *, campaign: bool = True) -> int:
    """Somebody asks for it; its number."""
    with transaction():
        row = asking.ask(
            found.org_id, found.owner_id, kind, format_, found.campaign_id if campaign else None
        )
        return row.id


def made(found: Evening, kind: str, format_: str = "csv", *, campaign: bool = True) -> Path:
    """The finished file."""
    export_id = asked(found, kind, format_, campaign=campaign)
    jobs.make_export(export_id)
    return path_of(export_id)


def fresh(export_id: int) -> Export:
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(Export, export_id, populate_existing=True)


def path_of(export_id: int) -> Path:
    row = fresh(export_id)
    assert row.status == "done", (row.status, row.fault)
    return keeping.folder() / row.stored_as


def read(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file, as a program reads them that takes the apostrophes off."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1, "every row has as many cells as the header"
    return [
        {name: csv_safe.unguard(cell) for name, cell in zip(rows[0], row, strict=True)}
        for row in rows[1:]
    ]


def members(path: Path) -> dict[str, bytes]:
    """The files in an archive."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def slug_of(found: Evening) -> str:
    return db.session.get_one(Organization, found.org_id).slug
