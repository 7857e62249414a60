"""What stands against a launch, and what a manager should know before it.

Everything is answered by statements over all contacts, so that it takes the same few seconds for a
million rows, and every finding names where it is put right.
"""

import re
from dataclasses import dataclass, field

from psycopg import sql
from sqlalchemy import func, select

from p2ptext.accounts.models import Membership
from p2ptext.audience.columns import columns_of, known_fields, needed_fields, value_sql
from p2ptext.audience.importing import import_under_way
from p2ptext.audience.longest import Longest, longest_text
from p2ptext.audience.merging import VOLUNTEER
from p2ptext.audience.models import Contact
from p2ptext.campaigns import numbers, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor, db
from p2ptext.rules import hours, script, sms_text

MOST_SEGMENTS = 3
_SAMPLES = 5
_OPT_OUT_WORDS = re.compile(
    r"\b(stop|opt[- ]?out|unsubscribe|alto|parar|arr[eê]t(er)?)\b", re.IGNORECASE
)
"""How a first text tells people that they can end it, in English, Spanish and French."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right or to know. `code` is stable; `words` are for the manager."""

    code: str
    words: str
    fix: str
    """Which step puts it right: list, message, hours or numbers."""
    samples: list[str] = field(default_factory=list)


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


def check(campaign: Campaign, text: str | None = None) -> Preflight:
    """Look at a campaign as it is, or as it would be with `text` as its first message."""
    template = writing.first_message(campaign) if text is None else text
    contacts = _count(campaign.id)
    blocks = [*_list_blocks(campaign, contacts), *_number_blocks(campaign), *_hours_blocks(campaign)]
    warnings = _zone_warnings(campaign.id)
    longest = None
    if not template:
        blocks.append(Finding("no_script", "There is no first message yet.", "message"))
    else:
        blocks += _script_blocks(campaign.id, template)
        warnings += _script_warnings(template)
        longest = longest_text(
            campaign.id, template, _longest_name(campaign), plain=campaign.plain_typography
        )
        blocks += _length_blocks(longest)
    return Preflight(blocks, warnings, contacts, longest)


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
    if numbers.chosen(campaign.id):
        return []
    return [Finding("no_number", "No number is chosen to send from.", "numbers")]


def _hours_blocks(campaign: Campaign) -> list[Finding]:
    if max(campaign.opens, hours.EARLIEST) < min(campaign.closes, hours.LATEST):
        return []
    return [Finding("no_hours", "The texting hours are empty: they end before they begin.", "hours")]


def wording_blocks(campaign_id: int, template: str) -> list[Finding]:
    """What stands against a first message by its words alone: no row of the list is looked at."""
    columns = columns_of(campaign_id)
    faults = script.check(template, known_fields(template, columns))
    found = [Finding(fault.code, fault.words, "message") for fault in faults]
    if not _OPT_OUT_WORDS.search(template):
        found.append(
            Finding(
                "no_opt_out",
                "The first message does not say how to opt out. Add: Reply STOP to opt out.",
                "message",
            )
        )
    return found


def _script_blocks(campaign_id: int, template: str) -> list[Finding]:
    columns = columns_of(campaign_id)
    found = wording_blocks(campaign_id, template)
    in_the_list = {script.field_key(name) for name in columns}
    needed = [name for name in needed_fields(template) if script.field_key(name) in in_the_list]
    return found + _blank_values(campaign_id, needed, columns)


def _blank_values(campaign_id: int, needed: list[str], columns: list[str]) -> list[Finding]:
    found = []
    for name in needed:
        if script.field_key(name) == script.field_key(VOLUNTEER):
            continue
        where = sql.SQL("c.campaign_id = {} AND c.state = 'ready' AND {} IS NULL").format(
            campaign_id, value_sql(name, columns)
        )
        row = (
            cursor().execute(sql.SQL("SELECT count(*) FROM contact c WHERE {}").format(where)).fetchone()
        )
        if row and row[0]:
            found.append(_blank_finding(name, row[0], where))
    return found


def _blank_finding(name: str, count: int, where: sql.Composed) -> Finding:
    rows = cursor().execute(
        sql.SQL(
            "SELECT c.line, i.file_name FROM contact c JOIN contact_import i ON i.id = c.import_id"
            " WHERE {} ORDER BY c.import_id, c.line LIMIT {}"
        ).format(where, _SAMPLES)
    )
    people = "1 contact has" if count == 1 else f"{count:,} contacts have"
    return Finding(
        "blank_value",
        f"{people} no {{{name}}}. Say what stands there instead, like {{{name}|there}}.",
        "message",
        [f"line {line} of {file_name}" for line, file_name in rows],
    )


def _length_blocks(longest: Longest | None) -> list[Finding]:
    if longest is None or longest.count.segments <= MOST_SEGMENTS:
        return []
    return [
        Finding(
            "too_long",
            f"The longest text needs {longest.count.segments} segments, and {MOST_SEGMENTS} is the "
            "most. Shorten the message, or the value in this line of your list.",
            "message",
            [f"line {longest.line}"],
        )
    ]


def _longest_name(campaign: Campaign) -> str:
    """The longest name a text of this organization may be signed with."""
    names = select(Membership.texting_name).where(
        Membership.organization_id == campaign.organization_id, Membership.status == "active"
    )
    longest_first = names.order_by(func.char_length(Membership.texting_name).desc()).limit(1)
    return db.session.scalar(longest_first) or ""


def _script_warnings(template: str) -> list[Finding]:
    wide = sms_text.find_non_gsm(template)
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
