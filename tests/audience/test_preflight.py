"""What stands against a launch, each with its words; and what was checked is what is launched."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from p2ptext.accounts.models import AuditEvent, Membership, Organization, Person
from p2ptext.audience import launching, preflight
from p2ptext.audience.longest import longest_text
from p2ptext.audience.models import Contact, ContactImport
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign, CampaignNumber, ScriptVersion
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.rules import script, sms_text
from tests import factories

GOOD = "Hi {first_name|there}, this is {volunteer_name} with Ohio Votes. Reply STOP to opt out."
PHONES = [f"+1202555{line:04d}" for line in range(100, 110)]


@pytest.fixture
def manager(org: Organization) -> Person:
    return factories.person(org, "manager")


@pytest.fixture
def campaign(org: Organization, manager: Person) -> Campaign:
    made = factories.campaign(org, manager, status="draft", first=GOOD)
    factories.tried(made)
    return made


def people(campaign: Campaign, manager: Person, *fields: dict[str, str], **values: Any) -> None:
    """Contacts with these columns."""
    made = factories.contacts(campaign, manager, PHONES[: len(fields)], **values)
    for contact, row in zip(made, fields, strict=True):
        contact.fields = row
    names = {name for row in fields for name in row}
    upload = db.session.get_one(ContactImport, made[0].import_id)
    upload.column_map = {name: {"column": n, "header": name} for n, name in enumerate(sorted(names))}
    db.session.flush()


def codes(found: preflight.Preflight) -> list[str]:
    return [one.code for one in found.blocks]


def warned(found: preflight.Preflight) -> list[str]:
    """Codes of the warnings, without the one that is true of every script of these tests: one person
    wrote it."""
    return [one.code for one in found.warnings if one.code != "not_proofread"]


def test_nothing_stands_against_a_good_campaign(campaign: Campaign, manager: Person) -> None:
    people(campaign, manager, {"first_name": "Maria"}, {})
    found = preflight.check(campaign)
    assert (found.blocks, warned(found), found.contacts) == ([], [], 2)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "no_script", "no first message"),
        ("Hi {first_name}. Ohio Votes. Reply STOP.", "blank_value", "1 contact has no {first_name}"),
        ("Hi {First Name}. Ohio Votes. Reply STOP.", "blank_value", "1 contact has no {First Name}"),
        ("Hi {frist_name|you}. Ohio Votes. Reply STOP.", "unknown_field", "Did you mean {first_name}"),
        ("Hi {last_name}. Ohio Votes. Reply STOP.", "unknown_field", "no column {last_name}"),
        ("Hi {first_name|you}, vote!", "no_opt_out", "Reply STOP to opt out"),
        ("Hi {first_name|you}. {x Reply STOP.", "stray_brace", "belongs to no field"),
        ("x" * 455 + " {first_name|you} Ohio Votes STOP", "too_long", "needs 4 segments"),
    ],
)
def test_what_blocks_about_the_message(
    campaign: Campaign, manager: Person, text: str, code: str, words: str
) -> None:
    people(campaign, manager, {"first_name": "Maria"}, {})
    found = preflight.check(campaign, [text])
    assert code in codes(found)
    assert words in " ".join(one.words for one in found.blocks)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "Hola {first_name|}. Ohio Votes. Responda ALTO.",
        "Hi {state|}. Ohio Votes. To opt-out say no.",
    ],
)
def test_a_default_stands_in_for_a_column_no_list_has(
    campaign: Campaign, manager: Person, text: str
) -> None:
    people(campaign, manager, {"town": "Dayton"}, {})
    assert codes(preflight.check(campaign, [text])) == []


def test_blank_values_name_their_lines(campaign: Campaign, manager: Person) -> None:
    people(campaign, manager, {"first_name": "Maria"}, {}, {})
    found = preflight.check(campaign, ["Hi {first_name}. Ohio Votes. Reply STOP."])
    assert found.blocks[0].samples == ["line 3 of list.csv", "line 4 of list.csv"]


def test_what_blocks_about_the_rest(campaign: Campaign, manager: Person) -> None:
    assert codes(preflight.check(campaign)) == ["no_contacts"]
    people(campaign, manager, {"first_name": "Maria"})
    db.session.execute(delete(CampaignNumber))
    campaign.opens, campaign.closes = campaign.opens.replace(6), campaign.closes.replace(8)
    db.session.flush()
    assert codes(preflight.check(campaign)) == ["no_number", "no_hours"]
    db.session.scalars(select(ContactImport)).one().status = "running"
    db.session.flush()
    assert codes(preflight.check(campaign))[0] == "import_running"


def test_warnings_do_not_block(campaign: Campaign, manager: Person) -> None:
    people(campaign, manager, {"first_name": "Maria"}, zone_evidence="nothing")
    found = preflight.check(campaign, ["Hi {first_name}, it’s Ohio Votes. Reply STOP."])
    assert found.clear
    assert warned(found) == ["no_zone", "wide_characters"]
    assert "’" in found.warnings[1].words


def test_whom_no_hour_of_the_week_is_left_for_is_counted(campaign: Campaign, manager: Person) -> None:
    campaign.opens, campaign.closes = time(18), time(20)
    people(campaign, manager, {"first_name": "Maria"}, zones=["America/New_York"], states=["RI"])
    (found,) = preflight.check(campaign).blocks
    assert found.code == "never_open"
    assert found.words.startswith("1 contact can never be texted")
    campaign.state_hours = False
    assert preflight.check(campaign).blocks == []


@pytest.mark.parametrize(
    ("template", "rows", "plain"),
    [
        (
            "{a} {b|none} x",
            [{"a": "q" * 150, "b": "w"}, {"a": "q" * 140, "b": "€" * 20}, {"a": "ÿ"}],
            True,
        ),
        ("{a}", [{"a": "q" * 161}, {"a": "“" * 100}, {"a": "🚀" * 40}], True),
        ("{a}", [{"a": "q" * 161}, {"a": "“" * 100}], False),
        ("{a}{a}{a}", [{"a": "…" * 30, "b": "x"}, {"a": "x" * 60}], True),
        ("no fields", [{"a": "x"}], True),
        ("{a|" + "d" * 200 + "}", [{"a": "x" * 100}, {"b": "x"}], True),
        ("{volunteer_name} {a}", [{"a": "x"}, {"volunteer_name": "y" * 900, "a": "xx"}], True),
    ],
)
def test_the_longest_text_is_the_longest_of_all_rendered(
    campaign: Campaign, manager: Person, template: str, rows: list[dict[str, str]], plain: bool
) -> None:
    people(campaign, manager, *rows)
    counted = []
    for row in rows:
        try:
            text = script.render(template, {**row, "volunteer_name": "Amy"}, plain=plain)
        except script.MissingField:
            continue
        counted.append(sms_text.count(text))
    expected = max(counted, key=lambda count: (count.segments, count.units))
    found = longest_text(campaign.id, template, "Amy", plain=plain)
    assert found is not None
    assert found.count == expected


def test_launch_pause_resume_archive(campaign: Campaign, manager: Person) -> None:
    people(campaign, manager, {"first_name": "Maria"})
    ids = (campaign.id, campaign.organization_id)
    with pytest.raises(Refused, match="not been launched"):
        launching.pause(*ids)
    assert launching.launch(*ids).clear
    assert campaign.status == "running"
    assert campaign.launched_at is not None
    with pytest.raises(Refused, match="launched already"):
        launching.launch(*ids)
    launching.pause(*ids)
    launching.pause(*ids)
    assert campaign.status == "paused"
    assert launching.resume(*ids).clear
    assert campaign.status == "running"
    launching.archive(*ids)
    for change in (launching.launch, launching.pause, launching.resume):
        with pytest.raises(Refused, match="archived"):
            change(*ids)
    changes = db.session.scalars(
        select(AuditEvent.detail).where(AuditEvent.action == "campaign_status").order_by(AuditEvent.id)
    ).all()
    assert [change["after"] for change in changes] == ["running", "paused", "running", "archived"]


def test_what_the_check_reckons_is_kept_at_the_launch(campaign: Campaign, manager: Person) -> None:
    people(campaign, manager, {"first_name": "Maria"}, {}, {})
    gone = db.session.scalars(select(Contact).order_by(Contact.id.desc())).first()
    assert gone is not None
    gone.state, gone.ended_reason = "ended", "opted_out"
    db.session.flush()
    _, shown = preflight.look(campaign)
    assert launching.launch(campaign.id, campaign.organization_id).clear
    db.session.refresh(campaign)
    assert campaign.forecast == {"texts": 2, "segments": [2, 2], "usd": list(shown.cost)}


def test_a_blocked_campaign_is_not_launched_nor_resumed(campaign: Campaign, manager: Person) -> None:
    ids = (campaign.id, campaign.organization_id)
    assert not launching.launch(*ids).clear
    assert campaign.status == "draft"
    people(campaign, manager, {"first_name": "Maria"})
    launching.launch(*ids)
    launching.pause(*ids)
    writing.save_wordings(campaign, ["Hi {nickname}"], manager.id)
    assert not launching.resume(*ids).clear
    assert campaign.status == "paused"


def test_a_running_campaign_takes_no_message_that_cannot_be_sent(
    campaign: Campaign, manager: Person
) -> None:
    people(campaign, manager, {"first_name": "Maria"}, {})
    ids = (campaign.id, campaign.organization_id)
    launching.launch(*ids)
    found = launching.change_first_message(*ids, "Hi {first_name}. Ohio Votes. Reply STOP.", manager.id)
    assert codes(found) == ["blank_value"]
    assert writing.wordings(campaign) == [GOOD]
    better = "Hello {first_name|you}. Ohio Votes. Reply STOP."
    assert launching.change_first_message(*ids, better, manager.id).clear
    assert writing.wordings(campaign) == [better]


LACKING = "Hi {first_name}. Ohio Votes. Reply STOP."
TOO_LONG = "x" * 455 + " {first_name|you} Ohio Votes STOP"


def launches(campaign: Campaign, manager: Person, text: str) -> preflight.Preflight:
    writing.save_wordings(campaign, [text], manager.id)
    factories.tried(campaign)
    return launching.launch(campaign.id, campaign.organization_id)


def resumes(campaign: Campaign, manager: Person, text: str) -> preflight.Preflight:
    ids = (campaign.id, campaign.organization_id)
    assert launching.launch(*ids).clear
    launching.pause(*ids)
    assert launching.change_first_message(*ids, text, manager.id).clear  # nothing leaves in a pause
    return launching.resume(*ids)


def changes_the_message(campaign: Campaign, manager: Person, text: str) -> preflight.Preflight:
    ids = (campaign.id, campaign.organization_id)
    assert launching.launch(*ids).clear
    return launching.change_first_message(*ids, text, manager.id)


def is_in_a_later_pass(campaign: Campaign, manager: Person, text: str) -> preflight.Preflight:
    ids = (campaign.id, campaign.organization_id)
    assert launching.launch(*ids).clear
    launching.pause(*ids)
    writing.save_wordings(campaign, [text], manager.id, 2)
    db.session.execute(update(Contact).where(Contact.campaign_id == campaign.id).values(round=2))
    return launching.resume(*ids)


@pytest.mark.parametrize("way", [launches, resumes, changes_the_message, is_in_a_later_pass])
@pytest.mark.parametrize(("text", "code"), [(LACKING, "blank_value"), (TOO_LONG, "too_long")])
def test_no_way_leads_to_a_card_that_cannot_be_sent(
    campaign: Campaign, manager: Person, way: Callable[..., preflight.Preflight], text: str, code: str
) -> None:
    """The way through a new list is in test_forecasting.py."""
    people(campaign, manager, {"first_name": "Maria"}, {})
    found = way(campaign, manager, text)
    assert codes(found) == [code]
    assert found.blocks[0].samples
    assert campaign.status != "running" or writing.wordings(campaign) == [GOOD]


def test_who_is_texted_already_stands_against_nothing(campaign: Campaign, manager: Person) -> None:
    people(campaign, manager, {"first_name": "Maria"}, {})
    lacking = db.session.scalars(select(Contact).where(Contact.line == 3)).one()
    lacking.state = "texted"
    db.session.flush()
    assert preflight.check(campaign, [LACKING]).clear


def test_each_variant_is_checked_for_everybody(campaign: Campaign, manager: Person) -> None:
    people(campaign, manager, {"first_name": "Maria"}, {}, {})
    writing.save_wordings(campaign, [GOOD], manager.id)
    document = {"first": [GOOD, LACKING, "Hello {town}. Ohio Votes. STOP"], "canned": []}
    version = db.session.get_one(ScriptVersion, campaign.script_version_id)
    version.document = document
    found = preflight.check(campaign)
    assert codes(found) == ["unknown_field", "blank_value"]
    assert "2 contacts have no {first_name}" in found.blocks[1].words


def test_one_letter_of_a_name_may_make_every_text_longer(campaign: Campaign, manager: Person) -> None:
    people(campaign, manager, {"first_name": "Maria"})
    member = db.session.scalars(select(Membership)).one()
    text = "{volunteer_name} " + "x" * 138 + " Ohio Votes. STOP"
    assert preflight.check(campaign, [text]).clear
    other = factories.person(db.session.get_one(Organization, campaign.organization_id))
    db.session.scalars(
        select(Membership).where(Membership.person_id == other.id)
    ).one().texting_name = "Zoë"
    db.session.flush()
    found = preflight.check(campaign, [text]).longest
    assert found is not None
    assert (found.count.encoding, found.count.segments) == ("UCS-2", 3)
    assert member.texting_name not in found.text
