"""What a list itself tells before its people are texted."""

from sqlalchemy import func, select

from p2ptext.accounts.models import Organization
from p2ptext.audience.findings import MOST_SAMPLES, Finding, people
from p2ptext.audience.importing import import_under_way
from p2ptext.audience.line_types import FRESH
from p2ptext.audience.models import Contact, ContactImport
from p2ptext.background import settings
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor, db


def count(campaign_id: int) -> int:
    """All contacts of the campaign."""
    rows = select(func.count()).select_from(Contact).where(Contact.campaign_id == campaign_id)
    return db.session.scalar(rows) or 0


def blocks(campaign: Campaign, contacts: int) -> list[Finding]:
    """Codes: import_running, no_phone_column, no_contacts, nobody_left, opted_out_left."""
    if import_under_way(campaign.id):
        return [Finding("import_running", "A list is being read just now. Wait for its end.", "list")]
    found = _without_phones(campaign)
    if not contacts and not found:
        words = "There is nobody to text yet. Upload a list."
        return [Finding("no_contacts", words, "list")]
    if contacts and campaign.status == "draft" and not _some_ready(campaign.id):
        words = "Nobody in the lists can be texted: all of them are opted out or were left out."
        found.append(Finding("nobody_left", words, "list", count=contacts))
    left = _counted(
        _OPTED_OUT,
        campaign,
        "opted_out_left",
        "{people} asked for no more texts and still {wait}. Take the list out and upload it again.",
    )
    return found + left


def _without_phones(campaign: Campaign) -> list[Finding]:
    """Lists that wait for somebody to say which column holds the phone numbers."""
    names = db.session.scalars(
        select(ContactImport.file_name)
        .where(
            ContactImport.campaign_id == campaign.id,
            ContactImport.status.in_(("uploaded", "checked")),
            ContactImport.header != [],
            ~ContactImport.column_map.has_key("phone"),
        )
        .order_by(ContactImport.id)
    ).all()
    if not names:
        return []
    words = "Nothing says which column of a list holds the phone numbers. Choose it."
    return [Finding("no_phone_column", words, "list", list(names[:MOST_SAMPLES]), len(names))]


def _some_ready(campaign_id: int) -> bool:
    ready = select(Contact.id).where(Contact.campaign_id == campaign_id, Contact.state == "ready")
    return db.session.scalar(ready.limit(1)) is not None


_OPTED_OUT = """FROM contact c JOIN contact_import i ON i.id = c.import_id
  JOIN recipient r ON r.id = c.recipient_id
  WHERE c.campaign_id = %(campaign)s AND c.state = 'ready' AND r.suppressed_at IS NOT NULL"""
_RETEXTED = """FROM contact c JOIN contact_import i ON i.id = c.import_id
  JOIN recipient r ON r.id = c.recipient_id
  WHERE c.campaign_id = %(campaign)s AND c.state = 'ready' AND c.round = 1
    AND r.last_texted_at > (SELECT p2p_now()) - make_interval(days => %(days)s)"""
_LANDLINES = f"""FROM contact c JOIN contact_import i ON i.id = c.import_id
  JOIN recipient r ON r.id = c.recipient_id
  JOIN (SELECT phone_hash FROM line_type
        WHERE organization_id = %(org)s AND type = 'landline' AND {FRESH}) t ON t.phone_hash = r.phone_hash
  WHERE c.campaign_id = %(campaign)s AND c.state = 'ready'"""
_UNKNOWN_LINES = f"""FROM contact c JOIN contact_import i ON i.id = c.import_id
  JOIN recipient r ON r.id = c.recipient_id
  LEFT JOIN (SELECT phone_hash FROM line_type
             WHERE organization_id = %(org)s AND type <> 'unknown' AND {FRESH}) t
    ON t.phone_hash = r.phone_hash
  WHERE c.campaign_id = %(campaign)s AND c.state = 'ready' AND t.phone_hash IS NULL"""
_NO_ZONE = """FROM contact c JOIN contact_import i ON i.id = c.import_id
  WHERE c.campaign_id = %(campaign)s AND c.state = 'ready' AND c.zone_evidence = 'nothing'"""


def warnings(campaign: Campaign) -> list[Finding]:
    """Codes: opted_out, household, retexted, landline, unknown_line, no_zone."""
    days = db.session.get_one(Organization, campaign.organization_id).retexted_days
    found = _of_lists(campaign)
    if days:
        found += _counted(
            _RETEXTED,
            campaign,
            "retexted",
            f"{{people}} had a text from your organization in the last {days} days already.",
            days=days,
        )
    words = "{people} {have} a landline, which gets no texts."
    found += _counted(_LANDLINES, campaign, "landline", words)
    if settings().line_type_lookup != "off":
        words = "Of {people} nobody knows whether the phone is a landline. A look-up of the list tells."
        found += _counted(_UNKNOWN_LINES, campaign, "unknown_line", words)
    words = (
        "Of {people} nothing says where they live. They are texted only while the hours are open from "
        "coast to coast."
    )
    return found + _counted(_NO_ZONE, campaign, "no_zone", words)


def _counted(rows: str, campaign: Campaign, code: str, words: str, **values: int) -> list[Finding]:
    """A finding with the number of rows and the first lines of them; none where there is no row."""
    known = {"campaign": campaign.id, "org": campaign.organization_id, "most": MOST_SAMPLES, **values}
    opened = cursor()
    # Whoever was imported a moment ago is not in the statistics: a plan for a handful would take minutes.
    opened.execute("SET LOCAL enable_nestloop = off")
    (found,) = opened.execute(f"SELECT count(*) {rows}", known).fetchone() or (0,)
    samples: list[str] = []
    if found:
        lines = opened.execute(
            f"SELECT c.line, i.file_name {rows} ORDER BY c.import_id, c.line LIMIT %(most)s", known
        )
        samples = [f"line {line} of {name}" for line, name in lines]
    opened.execute("SET LOCAL enable_nestloop TO DEFAULT")
    if not found:
        return []
    one = found == 1
    written = words.format(
        people=people(found), have="has" if one else "have", wait="waits" if one else "wait"
    )
    return [Finding(code, written, "list", samples, found)]


def _of_lists(campaign: Campaign) -> list[Finding]:
    """What was done by itself when the lists came in."""
    rows = db.session.execute(
        select(ContactImport.file_name, ContactImport.suppressed, ContactImport.households)
        .where(ContactImport.campaign_id == campaign.id, ContactImport.status == "done")
        .order_by(ContactImport.id)
    ).all()
    gone = [(row.file_name, row.suppressed) for row in rows if row.suppressed]
    shared = [(row.file_name, row.households) for row in rows if row.households]
    found = []
    if gone:
        total = sum(number for _, number in gone)
        words = (
            f"{_persons(total)} in your lists asked for no more texts. They were left out and will not be "
            "texted."
        )
        found.append(Finding("opted_out", words, "list", _files(gone), total))
    if shared:
        total = sum(number for _, number in shared)
        words = (
            f"{_persons(total)} in your lists share a phone with somebody else there. Only the first of each "
            "phone is texted, by that one's name."
        )
        found.append(Finding("household", words, "list", _files(shared), total))
    return found


def _persons(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _files(counts: list[tuple[str, int]]) -> list[str]:
    return [f"{number:,} in {name}" for name, number in counts[:MOST_SAMPLES]]
