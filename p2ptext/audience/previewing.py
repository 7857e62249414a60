"""What a first message looks like for a real person of the list, exactly as it would leave."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql
from sqlalchemy import text as sql_text

from p2ptext.audience.columns import columns_of, known_fields, value_sql
from p2ptext.audience.longest import People, measure, people_of
from p2ptext.audience.merging import merge_values
from p2ptext.campaigns import linking
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor, db
from p2ptext.rules import script, sms_text
from p2ptext.rules.fault import Fault
from p2ptext.rules.links import NOBODY, Links

MADE_UP = {
    "first_name": "Maria",
    "last_name": "Santos",
    "city": "Dayton",
    "state": "OH",
    "zip": "45402",
}
"""Stands in until there is a list."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A contact to try a message on; `contact_id` is None for the made-up one."""

    contact_id: int | None
    line: int
    fields: dict[str, str]

    @property
    def name(self) -> str:
        parts = (self.fields.get("first_name", ""), self.fields.get("last_name", ""))
        return " ".join(part for part in parts if part) or "no name"


@dataclass(frozen=True, slots=True)
class WideCharacter:
    """A character of the script that makes the texts longer, how often it stands there, and what
    says the same (None where nothing does)."""

    char: str
    name: str
    times: int
    replacement: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A rendered message, or why it cannot be rendered."""

    sample: Sample
    template: str
    text: str
    count: sms_text.Count
    faults: list[Fault]
    wide: list[WideCharacter]

    @property
    def not_plain(self) -> list[str]:
        """The letters and signs of the text, those of the list's values among them, that make it longer."""
        return list(dict.fromkeys(one.char for one in sms_text.find_non_gsm(self.text)))


_FIRST = """
SELECT c.id, c.line, c.fields FROM batch b JOIN contact c ON c.batch_id = b.id
WHERE b.campaign_id = :campaign ORDER BY b.position, c.position LIMIT 1
"""
_ONE = """
SELECT c.id, c.line, c.fields FROM contact c WHERE c.campaign_id = :campaign AND c.id = :contact
"""
# Batches and contacts by their indexes: the next contact of a million is found in a millisecond.
_NEXT = """
SELECT c.id, c.line, c.fields FROM batch b JOIN contact c ON c.batch_id = b.id,
  (SELECT b.position AS batch, c.position AS place FROM contact c JOIN batch b ON b.id = c.batch_id
   WHERE c.campaign_id = :campaign AND c.id = :contact) AS here
WHERE b.campaign_id = :campaign AND b.position >= here.batch
  AND (b.position, c.position) > (here.batch, here.place)
ORDER BY b.position, c.position LIMIT 1
"""
_PREVIOUS = """
SELECT c.id, c.line, c.fields FROM batch b JOIN contact c ON c.batch_id = b.id,
  (SELECT b.position AS batch, c.position AS place FROM contact c JOIN batch b ON b.id = c.batch_id
   WHERE c.campaign_id = :campaign AND c.id = :contact) AS here
WHERE b.campaign_id = :campaign AND b.position <= here.batch
  AND (b.position, c.position) < (here.batch, here.place)
ORDER BY b.position DESC, c.position DESC LIMIT 1
"""
_MOVES = {"next": _NEXT, "previous": _PREVIOUS}
# After the one that is shown, and from the first again.
_MISSING = """
SELECT c.id, c.line, c.fields FROM contact c WHERE c.campaign_id = {campaign} AND ({blank})
ORDER BY c.id <= {contact}, c.id LIMIT 1
"""


def sample_of(campaign_id: int, contact_id: int | None = None, move: str = "") -> Sample:
    """The contact to show: this one, the `next` or `previous` one, or the first of the list."""
    values = {"campaign": campaign_id, "contact": contact_id}
    for query in (_MOVES.get(move), _ONE, _FIRST):
        row = query and db.session.execute(sql_text(query), values).one_or_none()
        if row:
            return Sample(row.id, row.line, row.fields)
    return Sample(None, 0, MADE_UP)


def longest_sample(campaign: Campaign, template: str, texting_name: str, people: People) -> Sample:
    """The one of these people with the longest text, or the first of the list when none can be rendered."""
    template = linking.links_of(campaign.id).put_in(template, NOBODY)
    found = measure(people, [template], [texting_name], plain=campaign.plain_typography).longest
    return sample_of(campaign.id, found.contact_id if found else None)


def missing_sample(campaign_id: int, template: str, contact_id: int | None) -> Sample | None:
    """The next contact after this one that has no value for one of the template's fields, round and
    round; None when everybody has all of them."""
    columns = columns_of(campaign_id)
    names = {script.field_key(name): name for name in columns}
    wanted = [name for name in script.fields_in(template) if script.field_key(name) in names]
    if not wanted:
        return None
    blank = sql.SQL(" OR ").join(
        sql.SQL("{} IS NULL").format(value_sql(name, columns)) for name in wanted
    )
    query = sql.SQL(_MISSING).format(campaign=campaign_id, contact=contact_id or 0, blank=blank)
    row = cursor().execute(query).fetchone()
    return Sample(*row) if row else None


def shown_to(
    campaign: Campaign, template: str, texting_name: str, contact_id: int | None, move: str
) -> Sample:
    """The contact that a page's buttons ask for: the next or previous one, the longest, the next one with
    missing values, or the one that is shown."""
    if move == "longest":
        return longest_sample(campaign, template, texting_name, people_of(campaign.id))
    if move == "missing":
        found = missing_sample(campaign.id, template, contact_id)
        return found or sample_of(campaign.id, contact_id)
    return sample_of(campaign.id, contact_id, move)


def preview(
    campaign: Campaign,
    template: str,
    sample: Sample,
    texting_name: str,
    columns: Sequence[str] | None = None,
    links: Links | None = None,
) -> Preview:
    """`template` for this contact, signed by this volunteer, with all that is wrong with it.

    Whoever looks at many texts gives the list's `columns` (columns_of) and the campaign's `links` along, which
    are read once then. A link leads to its page, and nobody is counted.
    """
    written = template
    columns = columns or columns_of(campaign.id) or list(MADE_UP)
    template = (links or linking.links_of(campaign.id)).put_in(template, NOBODY)
    faults = script.check(template, known_fields(template, columns))
    values = merge_values(sample.fields, texting_name)
    text = ""
    try:
        text = script.render(template, values, plain=campaign.plain_typography)
    except script.MissingField as missing:
        if not faults:
            faults = [_blank(missing.name)]
    return Preview(sample, written, text, sms_text.count(text), faults, wide_characters(written))


def _blank(name: str) -> Fault:
    return Fault(
        "blank_value",
        f"This contact has no {{{name}}}. Say what stands there instead, like {{{name}|there}}.",
    )


def wide_characters(template: str) -> list[WideCharacter]:
    """The characters of the script that make the texts longer, each once, the first one first."""
    found = sms_text.find_non_gsm(template)
    times = Counter(one.char for one in found)
    return [
        WideCharacter(one.char, one.name, times[one.char], one.replacement)
        for one in {one.char: one for one in reversed(found)}.values()
    ][::-1]


def replaced(template: str, char: str) -> str:
    """`template` with every `char` in its plain form; with "" as `char`, every one that has one."""
    for one in wide_characters(template):
        if one.replacement is not None and char in ("", one.char):
            template = template.replace(one.char, one.replacement)
    return template
