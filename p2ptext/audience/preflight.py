"""What stands against a launch, and what a manager should know before it.

Everything is answered by statements over all contacts, so that it takes the same few seconds for a
million rows, and every finding names where it is put right.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from psycopg import sql
from sqlalchemy import func, select

from p2ptext.audience import survey_checks
from p2ptext.audience.columns import columns_of, known_fields, value_sql
from p2ptext.audience.findings import MOST_SAMPLES, MOST_SEGMENTS, Finding, blank_value, too_long
from p2ptext.audience.importing import import_under_way
from p2ptext.audience.longest import Longest, People, measure, people_of, signing_names
from p2ptext.audience.models import Contact, ContactImport
from p2ptext.campaigns import numbers, writing
from p2ptext.campaigns.models import Campaign, SendingNumber
from p2ptext.campaigns.standing import Standing
from p2ptext.clock import now
from p2ptext.extensions import cursor, db
from p2ptext.rules import hours, script, sms_text
from p2ptext.rules.state_hours import opens_in

__all__ = [
    "MOST_SEGMENTS",
    "Finding",
    "Preflight",
    "check",
    "check_texts",
    "wording_blocks",
    "wordings_blocks",
]

_OPT_OUT_WORDS = re.compile(
    r"\b(stop|opt[- ]?out|unsubscribe|alto|parar|arr[eê]t(er)?)\b", re.IGNORECASE
)
"""How a first text tells people that they can end it, in English, Spanish and French."""


@dataclass(frozen=True, slots=True)
class Preflight:
    """Everything found. Nothing is launched while something blocks."""

    blocks: list[Finding]
    warnings: list[Finding]
    contacts: int
    longest: Longest | None

    @property
    def clear(self) -> bool:
        return not self.blocks


def check(campaign: Campaign, first: Sequence[str] | None = None) -> Preflight:
    """Look at a campaign as it is, or as it would be with `first` as the wordings of its first message."""
    document = writing.document_of(campaign)
    texts = [one for one in (document["first"] if first is None else first) if one]
    contacts = _count(campaign.id)
    blocks = [*_list_blocks(campaign, contacts), *_number_blocks(campaign), *_hours_blocks(campaign)]
    warnings = _number_warnings(campaign) + _zone_warnings(campaign.id) + _never_open(campaign)
    warnings += _script_warnings(texts) + _tree_findings(campaign, warns=True)
    blocks += _script_blocks(campaign, texts)
    found, longest = _against_texts(campaign, texts, people_of(campaign.id))
    blocks += found + _later_rounds(campaign, document.get("rounds", {}))
    for one in _follow_ups(campaign):
        (blocks if one.code == "too_long" else warnings).append(one)
    return Preflight(blocks, warnings, contacts, longest)


def check_texts(campaign: Campaign, texts: Sequence[str], people: People) -> Preflight:
    """Look at the wordings of one message for these people; what else the campaign needs is not
    looked at."""
    found, longest = _against_texts(campaign, texts, people)
    blocks = wordings_blocks(campaign.id, texts) + found
    return Preflight(blocks, _script_warnings(texts), 0, longest)


def _against_texts(
    campaign: Campaign, texts: Sequence[str], people: People
) -> tuple[list[Finding], Longest | None]:
    """What stands against these texts by these people, and the longest text one of them would get."""
    names = signing_names(campaign.organization_id)
    measures = measure(people, texts, names, plain=campaign.plain_typography)
    # Of a field that no list has, its name is found to be unknown, not every contact to be blank.
    in_the_list = {script.field_key(name) for name in people.columns}
    found = [
        blank_value(name, count, _lines_without(people.rows, name, people.columns))
        for name, count in measures.blank.items()
        if script.field_key(name) in in_the_list
    ]
    return found + too_long(measures.longest), measures.longest


def _later_rounds(campaign: Campaign, rounds: Mapping[str, Sequence[str]]) -> list[Finding]:
    """What stands against the texts of later rounds, by the people who wait for them now."""
    blocks = []
    for round_, texts in rounds.items():
        found, _ = _against_texts(campaign, texts, people_of(campaign.id, int(round_)))
        blocks += [replace(one, words=f"Pass {round_}: {one.words}", fix="passes") for one in found]
    return blocks


def _follow_ups(campaign: Campaign) -> list[Finding]:
    """What stands against the texts after answers. Who lacks a value is not offered the text: that is
    worth a warning, no more."""
    texts = [
        text
        for step in writing.steps_of(campaign)
        for answer in step.answers
        for text in answer.texts
        if text.strip()
    ]
    if not texts:
        return []
    found, _ = _against_texts(campaign, texts, people_of(campaign.id))
    return [
        replace(one, words=f"The texts after answers: {one.words}", fix="questions") for one in found
    ]


def _lines_without(people: sql.Composable, name: str, columns: Sequence[str]) -> list[str]:
    rows = cursor().execute(
        sql.SQL(
            "SELECT c.line, i.file_name FROM ({}) AS c JOIN contact_import i ON i.id = c.import_id"
            " WHERE {} IS NULL ORDER BY c.import_id, c.line LIMIT {}"
        ).format(people, value_sql(name, columns), MOST_SAMPLES)
    )
    return [f"line {line} of {file_name}" for line, file_name in rows]


def _count(campaign_id: int) -> int:
    rows = select(func.count()).select_from(Contact).where(Contact.campaign_id == campaign_id)
    return db.session.scalar(rows) or 0


def _list_blocks(campaign: Campaign, contacts: int) -> list[Finding]:
    if import_under_way(campaign.id):
        return [Finding("import_running", "A list is being read just now. Wait for its end.", "list")]
    if not contacts:
        return [Finding("no_contacts", "There is nobody to text yet. Upload a list.", "list")]
    return []


def _number_blocks(campaign: Campaign) -> list[Finding]:
    chosen = _chosen_numbers(campaign)
    if not chosen:
        return [Finding("no_number", "No number is chosen to send from.", "numbers")]
    if any(stands.usable for _, stands in chosen):
        return []
    words = "None of the chosen numbers may send now: " + "; ".join(
        f"{numbers.pretty(number.phone)} is {stands.short.lower()}" for number, stands in chosen
    )
    return [Finding("no_usable_number", f"{words}.", "numbers")]


def _number_warnings(campaign: Campaign) -> list[Finding]:
    chosen = [
        (number, stands) for number, stands in _chosen_numbers(campaign) if stands.tone != "success"
    ]
    return [
        Finding(f"number_{stands.code}", f"{numbers.pretty(number.phone)}: {stands.words}", "numbers")
        for number, stands in chosen
    ]


def _chosen_numbers(campaign: Campaign) -> list[tuple[SendingNumber, Standing]]:
    chosen = numbers.chosen(campaign.id)
    return [one for one in numbers.standings_of(campaign.organization_id) if one[0].id in chosen]


def _hours_blocks(campaign: Campaign) -> list[Finding]:
    if max(campaign.opens, hours.EARLIEST) < min(campaign.closes, hours.LATEST):
        return []
    return [Finding("no_hours", "The texting hours are empty: they end before they begin.", "hours")]


def wording_blocks(campaign_id: int, template: str) -> list[Finding]:
    """What stands against a message by its words alone: no row of the list is looked at."""
    columns = columns_of(campaign_id)
    faults = script.check(template, known_fields(template, columns))
    found = [Finding(fault.code, fault.words, "message") for fault in faults]
    if not _OPT_OUT_WORDS.search(template):
        found.append(
            Finding(
                "no_opt_out",
                "The message does not say how to opt out. Add: Reply STOP to opt out.",
                "message",
            )
        )
    return found


def wordings_blocks(campaign_id: int, texts: Sequence[str]) -> list[Finding]:
    """As wording_blocks for each of them, every finding once."""
    found = {one.words: one for text in texts for one in wording_blocks(campaign_id, text)}
    return list(found.values())


def _script_blocks(campaign: Campaign, texts: Sequence[str]) -> list[Finding]:
    if not texts:
        return [Finding("no_script", "There is no first message yet.", "message")]
    return wordings_blocks(campaign.id, texts) + _tree_findings(campaign, warns=False)


def _tree_findings(campaign: Campaign, *, warns: bool) -> list[Finding]:
    return [
        Finding(fault.code, fault.words, "questions")
        for fault in survey_checks.check(campaign)
        if fault.warns == warns
    ]


def _script_warnings(texts: Sequence[str]) -> list[Finding]:
    wide = [found for text in texts for found in sms_text.find_non_gsm(text)]
    if not wide:
        return []
    characters = " ".join(dict.fromkeys(found.char for found in wide))
    return [
        Finding(
            "wide_characters",
            f"These characters of the message make every text take up to three times as many "
            f"segments: {characters}. The message's page replaces them with one press.",
            "message",
        )
    ]


def _never_open(campaign: Campaign) -> list[Finding]:
    """Of whom the hours of the campaign, of all their zones and of their states leave nothing."""
    window = hours.Window(
        campaign.opens,
        campaign.closes,
        campaign.sunday_opens,
        campaign.state_hours,
        campaign.days,
        campaign.opens_on,
        campaign.closes_on,
    )
    lists = select(ContactImport.zone_sets).filter_by(campaign_id=campaign.id, status="done")
    places = {place for places in db.session.scalars(lists) for place in places or ()}
    moment = now()
    never = [place for place in places if opens_in(moment, place, window) is None]
    if not never:
        return []
    found = cursor().execute(
        """SELECT count(*) FROM contact WHERE campaign_id = %s AND state = 'ready'
             AND array_to_string(zones || states, ' ') = ANY(%s)""",
        (campaign.id, never),
    )
    (count,) = found.fetchone() or (0,)
    words = (
        f"{count:,} {'contact' if count == 1 else 'contacts'} can never be texted: the hours set here, "
        "the zones they may be in and the hours of their states leave no time of the week."
    )
    return [Finding("never_open", words, "hours")] if count else []


def _zone_warnings(campaign_id: int) -> list[Finding]:
    rows = select(func.count()).where(
        Contact.campaign_id == campaign_id,
        Contact.state == "ready",
        Contact.zone_evidence == "nothing",
    )
    count = db.session.scalar(rows) or 0
    if not count:
        return []
    return [
        Finding(
            "no_zone",
            f"Of {count:,} contacts nothing says where they live. They are texted only while the "
            "hours are open from coast to coast.",
            "list",
        )
    ]
