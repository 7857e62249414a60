"""A second pass: people who had a text and did not reply are texted once more, by volunteers' hands.

A manager sees whom it would reach and who is left out, writes its message, and starts it. A worker
then brings the people into the next round; from there on it goes like the first.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from p2ptext.accounts import auditing
from p2ptext.audience import preflight, rounds, setting_aside
from p2ptext.audience.cutting import lock_batches_of
from p2ptext.audience.findings import Finding
from p2ptext.audience.importing import import_under_way
from p2ptext.audience.longest import People, people_of
from p2ptext.audience.pass_models import Pass
from p2ptext.audience.preflight import Preflight
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor, db

DAYS = 1
"""How old the text before must be unless the manager says otherwise."""
MOST_DAYS = 365

# Every contact whose present round is the one before, and where they stand. Who is reached had that
# text for certain: a second one that refers to it makes no sense to anybody else, and whoever may or
# may not have it (unknown) could get two at once.
_STANDING = """
SELECT c.id, CASE
  WHEN {marked_only} AND NOT EXISTS (SELECT 1 FROM pass_mark k WHERE k.contact_id = c.id) THEN 'not_marked'
  WHEN r.suppressed_at IS NOT NULL OR r.phone IS NULL THEN 'opted_out'
  WHEN c.replied_at IS NOT NULL THEN 'replied'
  WHEN c.state = 'ready' THEN 'not_texted'
  WHEN c.state = 'ended' THEN 'ended'
  WHEN m.state IN ('queued', 'sending') THEN 'on_the_way'
  WHEN m.state IN ('rejected', 'undeliverable') THEN 'failed'
  WHEN m.state IS NULL OR m.state NOT IN ('accepted', 'submitted', 'delivered', 'no_receipt')
    THEN 'unknown'
  WHEN greatest(coalesce(m.accepted_at, m.settled_at, m.created_at), r.last_texted_at) > {before}
    THEN 'too_recent'
  WHEN c.household IS NOT NULL AND EXISTS (
    SELECT 1 FROM contact h LEFT JOIN message w ON w.contact_id = h.id AND w.kind = 'first'
      AND w.state IN ('queued', 'sending')
    WHERE h.campaign_id = c.campaign_id AND h.household = c.household AND h.id <> c.id
      AND (h.state = 'ready' OR w.id IS NOT NULL)) THEN 'household'
  ELSE 'reached' END AS standing
FROM contact c
JOIN recipient r ON r.id = c.recipient_id
LEFT JOIN message m ON m.contact_id = c.id AND m.round = c.round AND m.kind = 'first'
  AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')
WHERE c.campaign_id = {campaign} AND c.round = {round} - 1
"""
LEFT_OUT = {
    "not_marked": "Nobody marked them for this pass.",
    "replied": "They have answered.",
    "opted_out": "They opted out, or are on your do-not-text list.",
    "too_recent": "Their last text from you is not old enough.",
    "not_texted": "They still wait for the text before this one.",
    "on_the_way": "Their text is just leaving.",
    "failed": "The phone company refused their text or could not deliver it.",
    "unknown": "Nobody can say whether they got the text. They might get two in a row.",
    "household": "Somebody they live with still waits for a text.",
    "ended": "They ended without a text.",
}
"""Why people are left out, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a pass would reach now, and how many are left out by reason."""

    people: int
    left_out: dict[str, int]
    """Code of LEFT_OUT to number; only reasons that somebody has."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a manager wants in a pass."""

    before: datetime
    """Only whose last text left before this moment."""
    marked_only: bool = False
    """Only whom an organizer marked."""


def marked(campaign_id: int) -> int:
    """How many people of a campaign are marked for its next pass."""
    found = cursor().execute("SELECT count(*) FROM pass_mark WHERE campaign_id = %s", (campaign_id,))
    return int((found.fetchone() or (0,))[0])


def _standing(campaign_id: int, round_: int, chosen: Chosen) -> sql.Composed:
    return sql.SQL(_STANDING).format(
        campaign=campaign_id, round=round_, before=chosen.before, marked_only=chosen.marked_only
    )


def reach(campaign_id: int, round_: int, chosen: Chosen) -> Reach:
    """Count the contacts of the round before by where they stand."""
    opened = cursor()
    statement = sql.SQL("SELECT standing, count(*) FROM ({}) s GROUP BY standing").format(
        _standing(campaign_id, round_, chosen)
    )
    # Planned anew, as the dashboards' are: a plan made for ten contacts is wrong for a million.
    found = dict(opened.execute(statement, prepare=False).fetchall())
    return Reach(found.get("reached", 0), {code: found[code] for code in LEFT_OUT if code in found})


def first_old_enough_at(campaign_id: int, round_: int, days: int) -> datetime | None:
    """When the first of those whose last text is not old enough can be reached; None for nobody."""
    opened = cursor()
    statement = sql.SQL("""SELECT min(greatest(coalesce(m.accepted_at, m.settled_at, m.created_at),
               r.last_texted_at)) FROM ({}) s
             JOIN contact c ON c.id = s.id JOIN recipient r ON r.id = c.recipient_id
             JOIN message m ON m.contact_id = c.id AND m.round = c.round AND m.kind = 'first'
             WHERE s.standing = 'too_recent'""").format(_standing(campaign_id, round_, whom(days)))
    (latest,) = opened.execute(statement, prepare=False).fetchone() or (None,)
    return latest and latest + timedelta(days=days)


def next_round(campaign_id: int) -> int:
    """The number of the round after all that were begun: 2 before the first second pass."""
    return (db.session.scalar(select(func.max(Pass.round)).filter_by(campaign_id=campaign_id)) or 1) + 1


def check_round(campaign: Campaign, round_: int) -> None:
    """Raises NotFound unless people can be in this round or in the one before."""
    if not 2 <= round_ <= next_round(campaign.id):
        raise NotFound


def people(campaign: Campaign, round_: int, chosen: Chosen) -> People:
    """Those who would get the message of this round: who waits in it, and who would come."""
    waiting = people_of(campaign.id, round_)
    rows = sql.SQL(
        "{} UNION ALL SELECT id AS key, id AS contact_id, import_id, line, fields FROM contact"
        " WHERE id IN (SELECT id FROM ({}) s WHERE standing = 'reached')"
    ).format(waiting.rows, _standing(campaign.id, round_, chosen))
    return People(rows, waiting.columns)


def check(campaign: Campaign, round_: int, chosen: Chosen) -> tuple[Preflight, Reach]:
    """What stands against a pass as it would be now, and whom it would reach."""
    reached = reach(campaign.id, round_, chosen)
    texts = writing.wordings(campaign, round_)
    found = Preflight([], [], reached.people, None)
    if texts:
        found = preflight.check_texts(campaign, texts, people(campaign, round_, chosen))
    blocks = [*_blocks(campaign, reached), *found.blocks]
    if not texts:
        blocks.append(Finding("no_script", "This pass has no message yet.", "message"))
    return replace(found, blocks=blocks, contacts=reached.people), reached


def _blocks(campaign: Campaign, reached: Reach) -> list[Finding]:
    blocks = []
    if import_under_way(campaign.id):
        words = "A list is being read just now. Wait for its end."
        blocks.append(Finding("import_running", words, "list"))
    if waiting_pass(campaign.id):
        words = "A pass is being prepared just now. Wait a moment."
        blocks.append(Finding("pass_waiting", words, "passes"))
    if not reached.people:
        blocks.append(Finding("nobody", "Nobody can be reached by this pass just now.", "people"))
    return blocks


def waiting_pass(campaign_id: int) -> int | None:
    """The pass of this campaign that a worker has not prepared yet."""
    return db.session.scalar(select(Pass.id).filter_by(campaign_id=campaign_id, status="waiting"))


def save_message(
    campaign_id: int,
    organization_id: int,
    round_: int,
    text: str | None,
    person_id: int,
    place: int = 0,
) -> Preflight:
    """Write one wording of a round's message, or with None remove it, if nothing stands against the
    message for those who wait in the round already.

    Cards that are shown with the words before are refused with the new ones. Raises NotFound.
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    check_round(campaign, round_)
    texts = writing.with_wording(writing.wordings(campaign, round_), place, text)
    found = preflight.check_texts(campaign, texts, people_of(campaign_id, round_))
    if found.clear:
        writing.save_wordings(campaign, texts, person_id, round_)
        setting_aside.bring_back(campaign_id)
    return found


def whom(days: int, *, marked_only: bool = False) -> Chosen:
    """Whose last text left so many days ago, as of now."""
    return Chosen(now() - timedelta(days=days), marked_only)


def start(
    campaign_id: int,
    organization_id: int,
    round_: int,
    days: int,
    person_id: int,
    *,
    marked_only: bool = False,
) -> tuple[Preflight, Reach, Pass | None]:
    """Decide on a pass, if nothing stands against it; a worker then prepares it.

    `days`: how old the last text must be, at least 0. `marked_only`: nobody else than whom organizers
    marked. The pass is None when something stands against
    it. Raises NotFound, and Refused while the campaign is a draft or archived.
    """
    campaign = writing.lock_to_change(campaign_id, organization_id)
    check_launched(campaign)
    check_round(campaign, round_)
    chosen = whom(days, marked_only=marked_only)
    found, reached = check(campaign, round_, chosen)
    if not found.clear:
        return found, reached, None
    row = Pass(
        organization_id=organization_id,
        campaign_id=campaign_id,
        round=round_,
        texted_before=chosen.before,
        marked_only=marked_only,
        created_by=person_id,
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused("pass_waiting", "A pass is being prepared just now. Wait a moment.") from None
    auditing.record(
        "pass_started",
        f"campaign {campaign_id}",
        round=round_,
        days=days,
        marked_only=marked_only,
        id=row.id,
    )
    return found, reached, row


def check_launched(campaign: Campaign) -> None:
    """Raises Refused for a draft, of which nobody has had a text."""
    if campaign.status == "draft":
        raise Refused("not_running", "This campaign has not been launched yet.")


def cut(pass_id: int) -> None:
    """Bring the people of a pass in, all in the open transaction. Nothing happens a second time."""
    row = db.session.scalar(
        select(Pass).filter_by(id=pass_id, status="waiting").with_for_update(skip_locked=True)
    )
    if row is None:
        return
    opened = cursor()
    lock_batches_of(opened, row.campaign_id)
    opened.execute(
        sql.SQL(
            "CREATE TEMPORARY TABLE chosen ON COMMIT DROP AS SELECT id FROM ({}) s"
            " WHERE standing = 'reached'"
        ).format(_standing(row.campaign_id, row.round, Chosen(row.texted_before, row.marked_only))),
        prepare=False,
    )
    opened.execute("ANALYZE chosen")
    # A mark is for the next pass: whoever comes into one has had it.
    opened.execute("DELETE FROM pass_mark m USING chosen WHERE m.contact_id = chosen.id", prepare=False)
    row.people = rounds.bring_in(row, db.session.get_one(Campaign, row.campaign_id))
    row.status, row.cut_at = "open", func.p2p_now()
    db.session.flush()


def stop(pass_id: int, organization_id: int, person_id: int) -> tuple[int, int]:
    """Call back who has not been texted in this pass. Returns its campaign, and how many they were: 0
    when it was stopped before.

    A pass that a worker is just preparing is stopped after that. Raises NotFound.
    """
    row = db.session.scalar(
        select(Pass).filter_by(id=pass_id, organization_id=organization_id).with_for_update()
    )
    if row is None:
        raise NotFound
    if row.status == "stopped":
        return row.campaign_id, 0
    row.status, row.stopped_at, row.stopped_by = "stopped", func.p2p_now(), person_id
    db.session.flush()
    called_back = rounds.call_back(row)
    auditing.record("pass_stopped", f"campaign {row.campaign_id}", id=row.id, people=called_back)
    return row.campaign_id, called_back


def waiting_passes() -> list[int]:
    """Passes that no worker has prepared a minute after they were decided on."""
    found = cursor().execute(
        """SELECT id FROM campaign_pass WHERE status = 'waiting'
             AND created_at < (SELECT p2p_now()) - interval '1 minute'
           ORDER BY id FOR UPDATE SKIP LOCKED"""
    )
    return [row[0] for row in found]
