"""Each rule of the pre-flight with a campaign that keeps it and one that breaks it, and the page that
lists them all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.audience import preflight
from p2ptext.audience.line_type_models import line_type
from p2ptext.audience.models import Contact, ContactImport, Recipient
from p2ptext.audience.preflight import Finding, Preflight
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign, CampaignNumber, Registration, SendingNumber
from p2ptext.clock import now
from p2ptext.desk.checking_views import FIXES
from p2ptext.extensions import db
from tests import factories

PAGE = Path(__file__).parents[2] / "docs" / "pre-flight.md"
GOOD = "Hi {first_name|there}, this is {volunteer_name} with Ohio Votes. Reply STOP to opt out."
PHONES = [f"+1614555{line:04d}" for line in range(100, 104)]
COLUMNS = ("first_name", "language", "city")


@dataclass(frozen=True)
class Good:
    """A campaign that keeps every rule."""

    org: Organization
    campaign: Campaign
    manager: Person
    contacts: list[Contact]

    def say(self, **changes: Any) -> None:
        document = {**writing.document_of(self.campaign), **changes}
        writing.save_document(self.campaign, document, self.manager.id)

    def first(self, *texts: str) -> None:
        self.say(first=list(texts))

    def steps(self, *texts: str, leads: str | None = None, label: str = "Yes") -> None:
        answer = {"key": "a1", "label": label, "texts": list(texts), "next": leads}
        self.say(steps=[{"key": "s1", "question": "Will you?", "answers": [answer]}])

    def upload(self, **values: Any) -> None:
        row = db.session.scalars(select(ContactImport)).one()
        for name, value in values.items():
            setattr(row, name, value)

    def another_list(self, **values: Any) -> None:
        made = {
            "organization_id": self.org.id,
            "campaign_id": self.campaign.id,
            "file_name": "more.csv",
            "stored_as": "",
            "size_bytes": 0,
            "created_by": self.manager.id,
        }
        factories.add(ContactImport(**(made | values)))

    def registered(self, **values: Any) -> None:
        made = {"organization_id": self.org.id, "name": "Main", "state": "active", "brand": "B1"}
        registration = factories.add(Registration(**(made | values)))
        db.session.execute(update(SendingNumber).values(registration_id=registration.id))

    def reads(self, *languages: str) -> None:
        for contact, language in zip(self.contacts, languages, strict=False):
            contact.fields = {**contact.fields, "language": language}

    def line_types(self, kind: str, people: int = 4) -> None:
        hashes = db.session.scalars(select(Recipient.phone_hash).limit(people))
        rows = [{"organization_id": self.org.id, "phone_hash": value, "type": kind} for value in hashes]
        db.session.execute(insert(line_type), rows)


@pytest.fixture
def good(org: Organization) -> Good:
    manager = factories.person(org, "manager")
    made = factories.campaign(org, manager, status="draft", first=GOOD)
    contacts = factories.contacts(made, manager, PHONES)
    for contact in contacts:
        contact.fields = {"first_name": "Maria"}
    upload = db.session.scalars(select(ContactImport)).one()
    upload.column_map = {name: {"column": n, "header": name} for n, name in enumerate(COLUMNS)}
    other = factories.person(org, "manager")
    writing.save_document(made, {"first": [GOOD], "canned": [], "steps": []}, other.id)
    return Good(org, made, manager, contacts)


def look(good: Good) -> Preflight:
    db.session.flush()
    db.session.expire_all()
    return preflight.check(good.campaign)


def test_a_good_campaign_breaks_no_rule(good: Good) -> None:
    found = look(good)
    assert (found.blocks, found.warnings) == ([], [])


def _leave_out(good: Good, **values: Any) -> None:
    db.session.execute(update(Contact).values(**values))


def _number_out(good: Good) -> None:
    db.session.execute(update(SendingNumber).values(out_since=now()))


def _opted_out(good: Good) -> None:
    ids = select(Contact.recipient_id).limit(2)
    db.session.execute(update(Recipient).where(Recipient.id.in_(ids)).values(suppressed_at=now()))


def _texted(good: Good, days: float) -> None:
    db.session.execute(update(Recipient).values(last_texted_at=now() - timedelta(days=days)))


def _closes_soon(good: Good, **registration: Any) -> None:
    good.registered(**registration)
    good.campaign.closes_on = now().date() + timedelta(days=1)


def _little_time(good: Good) -> None:
    """An hour for more people than the volunteers at hand can text in it."""
    _many(good, 3000)
    good.registered(segments_per_minute=100_000, t_mobile_per_day=9_000_000)
    good.campaign.closes, good.campaign.closes_on = time(15), now().date()


def _many(good: Good, how_many: int) -> None:
    """So many more contacts, by SQL, as only their number counts."""
    first = good.contacts[0]
    db.session.execute(
        db.text(
            """WITH people AS (
                 INSERT INTO recipient (organization_id, phone_hash, phone)
                 SELECT :org, sha256(CAST(n AS text)::bytea), NULL FROM generate_series(1, :n) n
                 RETURNING id)
               INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, fields,
                 zones, zone_evidence, batch_id, position)
               SELECT :org, :campaign, id, :upload, 9, '{}', '{America/New_York}', 'state', :batch, 9
               FROM people"""
        ),
        {
            "org": good.org.id,
            "n": how_many,
            "campaign": good.campaign.id,
            "upload": first.import_id,
            "batch": first.batch_id,
        },
    )


def _cycle(good: Good) -> None:
    steps = [
        {"key": key, "question": f"{key}?", "answers": [
            {"key": "a1", "label": "Yes", "texts": ["Good."], "next": onward}]}
        for key, onward in (("s1", "s2"), ("s2", "s1"))
    ]  # fmt: skip
    good.say(steps=steps)


def _unreachable(good: Good) -> None:
    answer = {"key": "a1", "label": "Yes", "texts": ["Good."], "next": None}
    good.say(steps=[{"key": key, "question": f"{key}?", "answers": [answer]} for key in ("s1", "s2")])


def _spanish(good: Good, text: str) -> None:
    good.contacts[0].fields = {"first_name": "Ana", "language": "Spanish"}
    good.say(languages={"es": {"first": [text]}})


Break = Callable[[Good], Any]
BLOCKS: Mapping[str, Break] = {
    "import_running": lambda good: good.another_list(status="running"),
    "no_phone_column": lambda good: good.another_list(status="checked", header=["name"]),
    "no_contacts": lambda good: db.session.execute(delete(Contact)),
    "nobody_left": lambda good: _leave_out(good, state="ended", ended_reason="opted_out"),
    "opted_out_left": _opted_out,
    "no_number": lambda good: db.session.execute(delete(CampaignNumber)),
    "no_usable_number": _number_out,
    "not_enough_numbers": lambda good: (
        _many(good, 3000),
        _closes_soon(good, t_mobile_per_day=100),
    ),
    "no_hours": lambda good: (
        setattr(good.campaign, "opens", time(6)),
        setattr(good.campaign, "closes", time(8)),
    ),
    "dates_over": lambda good: setattr(good.campaign, "closes_on", now().date() - timedelta(days=3)),
    "never_open": lambda good: (
        setattr(good.campaign, "opens", time(18)),
        _leave_out(good, states=["RI"]),
    ),
    "no_script": lambda good: good.say(first=[""]),
    "blank_value": lambda good: good.first(GOOD + " {city}"),
    "too_long": lambda good: good.first(GOOD + "x" * 460),
    "unknown_field": lambda good: good.first(GOOD + " {nickname}"),
    "nameless_field": lambda good: good.first(GOOD + " { }"),
    "stray_brace": lambda good: good.first(GOOD + " {"),
    "no_opt_out": lambda good: good.first("Hi from Ohio Votes."),
    "no_sender": lambda good: good.first("Hi. Reply STOP to opt out."),
    "no_sponsor": lambda good: (
        setattr(good.campaign, "purpose", "vote"),
        setattr(good.campaign, "territory", ["FL"]),
    ),
    "placeholder": lambda good: good.first(GOOD + " [EVENT DATE]"),
    "raw_token": lambda good: good.say(canned=[{"title": "Who", "text": "Hi %FIRSTNAME%"}]),
    "gambling": lambda good: good.steps("Come to our casino."),
    "election_date": lambda good: (
        setattr(good.campaign, "election_on", date(2026, 11, 3)),
        good.first(GOOD + " Vote on November 4, 2026."),
    ),
    "weekday_date": lambda good: good.first(GOOD + " Come on Monday, November 3, 2026."),
    "impossible_date": lambda good: good.first(GOOD + " Come on November 31."),
    "dangling": lambda good: good.steps("Good.", leads="s9"),
    "cycle": _cycle,
    "unreachable": _unreachable,
    "empty_label": lambda good: good.steps("Good.", label=" "),
}
WARNS: Mapping[str, Break] = {
    "opted_out": lambda good: good.upload(suppressed=12),
    "household": lambda good: good.upload(households=3),
    "retexted": lambda good: _texted(good, 2),
    "landline": lambda good: good.line_types("landline", 2),
    "no_zone": lambda good: _leave_out(good, zone_evidence="nothing"),
    "number_ending": lambda good: good.registered(
        verify_expires_on=now().date() + timedelta(days=5)
    ),
    "wide_characters": lambda good: good.first(GOOD + " It’s time…"),
    "never_open": lambda good: (
        setattr(good.campaign, "opens", time(18)),
        setattr(good.contacts[0], "states", ["RI"]),
    ),
    "closed_today": lambda good: setattr(
        good.campaign, "days", 1 << (now() + timedelta(days=2)).weekday()
    ),
    "finish_late": _little_time,
    "over_day_cap": lambda good: (_many(good, 3000), good.registered(t_mobile_per_day=100)),
    "no_volunteers": lambda good: db.session.execute(
        update(Membership).values(terms_accepted_at=None)
    ),
    "reply_capacity": lambda good: _many(good, 2000),
    "short_link": lambda good: good.first(GOOD + " https://bit.ly/x"),
    "bare_link": lambda good: good.first(GOOD + " ohiovotes.org"),
    "capitals": lambda good: good.first(GOOD + " PLEASE HELP NOW TODAY"),
    "urgent": lambda good: good.steps("Act now."),
    "blank_value": lambda good: good.steps("Is {city} home?"),
    "not_in_language": lambda good: good.reads("Spanish", "es-MX"),
    "past_date": lambda good: good.first(GOOD + " Come on November 3, 2020."),
    "election_over": lambda good: setattr(
        good.campaign, "election_on", now().date() - timedelta(days=3)
    ),
    "wide_label": lambda good: good.steps("Good.", label="Yes, of course, always"),
}  # fmt: skip


def test_a_script_of_one_person_is_better_read_by_two(good: Good) -> None:
    alone = factories.campaign(good.org, good.manager, status="draft", first=GOOD)
    factories.contacts(alone, good.manager, ["+16145550110"])
    mine = Good(good.org, alone, good.manager, [])
    assert [one.code for one in look(mine).warnings] == ["not_proofread"]
    alone.approved_by = factories.person(good.org, "manager").id
    alone.approved_version_id = alone.script_version_id
    assert look(mine).warnings == []
    mine.first(GOOD + " Thank you.")
    assert [one.code for one in look(mine).warnings] == ["not_proofread"]


def one_of(findings: list[Finding], code: str) -> Finding:
    (found,) = [one for one in findings if one.code == code]
    return found


@pytest.mark.parametrize(("code", "broken"), BLOCKS.items(), ids=BLOCKS)
def test_what_blocks(good: Good, code: str, broken: Break) -> None:
    broken(good)
    found = look(good)
    assert code in {one.code for one in found.blocks}
    well_told(found)


@pytest.mark.parametrize(("code", "broken"), WARNS.items(), ids=WARNS)
def test_what_warns(good: Good, code: str, broken: Break) -> None:
    broken(good)
    found = look(good)
    assert code in {one.code for one in found.warnings}
    assert found.clear
    well_told(found)


def well_told(found: Preflight) -> None:
    """Every finding ends in a sentence, has a page that puts it right, and shows no whole phone number."""
    for one in (*found.blocks, *found.warnings):
        assert one.fix in FIXES
        assert one.words.endswith((".", "?"))
        assert len(one.samples) <= 5
        assert not re.search(r"\+1\d{10}", " ".join([one.words, *one.samples]))


@pytest.mark.parametrize(
    ("broken", "code", "count", "samples"),
    [
        (_opted_out, "opted_out_left", 2, ["line 2 of list.csv", "line 3 of list.csv"]),
        (BLOCKS["blank_value"], "blank_value", 4, [f"line {n} of list.csv" for n in range(2, 6)]),
        (WARNS["landline"], "landline", 2, None),
        (WARNS["household"], "household", 3, ["3 in list.csv"]),
        (WARNS["opted_out"], "opted_out", 12, ["12 in list.csv"]),
        (WARNS["retexted"], "retexted", 4, [f"line {n} of list.csv" for n in range(2, 6)]),
    ],
)
def test_what_is_counted_is_shown_by_its_lines(
    good: Good, broken: Break, code: str, count: int, samples: list[str] | None
) -> None:
    broken(good)
    found = look(good)
    one = one_of(found.blocks + found.warnings, code)
    assert one.count == count
    assert samples is None or one.samples == samples


def test_who_was_texted_longer_ago_or_by_another_setting_is_not_named(good: Good) -> None:
    _texted(good, 8)
    assert look(good).warnings == []
    _texted(good, 2)
    good.org.retexted_days = 0
    assert look(good).warnings == []


def test_another_organizations_lists_and_lines_do_not_count(good: Good, org: Organization) -> None:
    other = factories.organization()
    by = factories.person(other, "manager")
    theirs = factories.campaign(other, by, status="draft", first=GOOD)
    factories.contacts(theirs, by, PHONES, zone_evidence="nothing")
    db.session.execute(
        update(Recipient).where(Recipient.organization_id == other.id).values(last_texted_at=now())
    )
    assert look(good).warnings == []


def test_each_language_is_held_against_those_who_read_it(good: Good) -> None:
    _spanish(good, "Hola {first_name}, somos Ohio Votes de {city}. Responda ALTO.")
    found = one_of(look(good).blocks, "blank_value")
    assert (found.count, found.samples) == (1, ["line 2 of list.csv"])
    good.contacts[0].fields = {"first_name": "Ana", "language": "es", "city": "Lima"}
    assert look(good).clear


def test_who_reads_a_language_without_a_text_is_counted(good: Good) -> None:
    good.reads("Spanish", "es", "English", "fr")
    nothing_written: tuple[Any, ...] = ({}, {"es": {}})
    for languages in nothing_written:
        good.say(languages=languages)
        told = [one for one in look(good).warnings if one.code == "not_in_language"]
        assert [(one.count, one.fix) for one in told] == [(2, "languages"), (1, "languages")]
        assert told[0].words.startswith("2 people read Spanish, and get")
        assert told[1].words.startswith("1 person reads French, and gets")
    good.say(languages={"es": {"first": ["Hola, somos Ohio Votes. Responda ALTO."]}})
    assert [one.count for one in look(good).warnings if one.code == "not_in_language"] == [1]


def test_another_language_must_say_the_same_things(good: Good) -> None:
    _spanish(good, "Hola {first_name}.")
    found = look(good).blocks
    assert {(one.code, one.fix) for one in found} == {
        ("no_opt_out", "languages"),
        ("no_sender", "languages"),
    }
    assert found[0].words.startswith("In Spanish")


def test_the_longest_of_all_languages_is_the_longest(good: Good) -> None:
    _spanish(good, "Hola {first_name}, somos Ohio Votes. " + "x" * 300 + " Responda ALTO.")
    found = look(good)
    assert found.longest is not None
    assert found.longest.contact_id == good.contacts[0].id
    assert found.segments == (3 * 1 + 3, 3 * 1 + 3)


def test_faults_of_many_texts_are_one_finding(good: Good) -> None:
    good.say(canned=[{"title": f"T{n}", "text": "Act now."} for n in range(7)])
    one = one_of(look(good).warnings, "urgent")
    assert (one.count, len(one.samples), one.fix) == (7, 5, "canned")
    assert one.samples[0] == "The canned reply “T0”: “Act now”"


ROOT = PAGE.parents[1] / "p2ptext"
CODES = set(re.findall(r"^\| `([a-z_]+)`", PAGE.read_text(), re.MULTILINE))
ROOMS = [
    *ROOT.glob("rules/lint*.py"),
    *ROOT.glob("audience/preflight*.py"),
    *(ROOT / name for name in ("audience/findings.py", "rules/tree.py", "rules/script.py")),
]
MADE = re.compile(r"\b(?:Finding|LintFault|Topic|TreeFault|Fault)\(\s*\"([a-z_]+)\"")


def test_the_page_lists_exactly_the_rules_there_are() -> None:
    sources = "\n".join(room.read_text() for room in ROOMS)
    made = {code for code in MADE.findall(sources) if not code.endswith("_")}
    assert made - CODES == set()
    assert {code for code in CODES if f'"{code}"' not in sources} == set()


def test_every_rule_that_is_tested_is_on_the_page() -> None:
    named = {code for code in (*BLOCKS, *WARNS) if not code.startswith("number_")}
    assert named - CODES == set()
