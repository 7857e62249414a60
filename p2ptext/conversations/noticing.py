"""Mails to volunteers for whom replies wait while they do not look, and hints for reminders that came due.

Quiet by design: only after ten minutes' absence, at most one an hour, only if something new waits since
the last, and only while somebody of those who wait may be texted where they live, so that nobody is
called to work at night. A mail names nobody and quotes nothing.
"""

from typing import Any

from psycopg.rows import dict_row

from p2ptext.accounts import letters, tokens
from p2ptext.accounts.addresses import link
from p2ptext.accounts.models import Letter
from p2ptext.background import hint
from p2ptext.extensions import cursor
from p2ptext.rules import hours
from p2ptext.texting import live
from p2ptext.texting.clicking import window_of

LETTER = "replies_wait"
"""The kind of these letters."""
NOT_LOOKING_MIN = 10
WAITED_MIN = 5
"""Replies of these minutes share the mail of the first."""
PAUSE_MIN = 60
MOST_LETTERS = 200
"""Asked for in one transaction."""
MOST_LOOKED_AT = 100
"""Waiting people of one volunteer whose hours are looked at, the longest waiting first."""

# Offered ones are left out: whoever is there takes them up.
_WAITING = """t.waiting_since IS NOT NULL AND t.offered_at IS NULL AND t.review_reason IS NULL"""
_WHOM = f"""
SELECT m.id, m.organization_id, m.person_id, p.email
FROM membership m JOIN person p ON p.id = m.person_id
LEFT JOIN presence s ON s.organization_id = m.organization_id AND s.person_id = m.person_id
WHERE m.status = 'active' AND m.wants_notices AND p.disabled_at IS NULL
  AND coalesce(m.noticed_at, '-infinity') < (SELECT p2p_now()) - interval '{PAUSE_MIN} minutes'
  AND coalesce(s.seen_at, '-infinity') < (SELECT p2p_now()) - interval '{NOT_LOOKING_MIN} minutes'
  AND EXISTS (
    SELECT 1 FROM conversation t
    WHERE t.organization_id = m.organization_id AND t.person_id = m.person_id AND {_WAITING}
      AND t.waiting_since < (SELECT p2p_now()) - interval '{WAITED_MIN} minutes'
      AND (t.waiting_since > coalesce(m.noticed_at, '-infinity') OR EXISTS (
        SELECT 1 FROM reminder r WHERE r.conversation_id = t.id AND r.person_id = t.person_id
          AND r.told_at > coalesce(m.noticed_at, '-infinity'))))
ORDER BY m.noticed_at NULLS FIRST, m.id LIMIT {MOST_LETTERS} FOR NO KEY UPDATE OF m SKIP LOCKED
"""


def notify() -> int:
    """Ask for a mail to everybody who should get one now; returns how many were asked for."""
    sql = cursor()
    sql.execute(_WHOM)
    told = 0
    for membership_id, organization_id, person_id, email in sql.fetchall():
        if not _may_anybody_be_answered(organization_id, person_id):
            continue
        letters.ask_for(LETTER, email, membership_id, organization_id)
        sql.execute("UPDATE membership SET noticed_at = p2p_now() WHERE id = %s", (membership_id,))
        told += 1
    return told


def _may_anybody_be_answered(organization_id: int, person_id: int) -> bool:
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            f"""SELECT p2p_now() AS now, c.zones, c.states, a.opens, a.closes, a.sunday_opens, a.state_hours
                FROM conversation t
                JOIN contact c ON c.id = t.contact_id
                JOIN campaign a ON a.id = t.campaign_id AND a.status = 'running'
                WHERE t.organization_id = %s AND t.person_id = %s AND {_WAITING}
                ORDER BY t.waiting_since LIMIT {MOST_LOOKED_AT}""",
            (organization_id, person_id),
        )
        rows: list[dict[str, Any]] = sql.fetchall()
    return any(hours.may_text(row["now"], row["zones"], window_of(row)) for row in rows)


def write(letter: Letter) -> tuple[str, str] | None:
    """Subject and text, as things stand when the mail leaves; None when nobody waits any more."""
    sql = cursor()
    sql.execute(
        f"""SELECT o.name, o.slug, (
              SELECT min(coalesce(a.reply_promise_min, o.reply_promise_min))
              FROM conversation t JOIN campaign a ON a.id = t.campaign_id
              WHERE t.organization_id = m.organization_id AND t.person_id = m.person_id AND {_WAITING}), (
              SELECT count(*) FROM conversation t WHERE t.organization_id = m.organization_id
                AND t.person_id = m.person_id AND {_WAITING})
            FROM membership m JOIN organization o ON o.id = m.organization_id
            WHERE m.id = %s AND m.status = 'active' AND m.wants_notices""",
        (letter.about_id,),
    )
    name, slug, promise, waiting = sql.fetchone() or ("", "", 0, 0)
    if not waiting:
        return None
    name = " ".join(name.split())
    people = "1 person waits" if waiting == 1 else f"{waiting} people wait"
    off = link("accounts.notices_off", token=tokens.notices_token(letter.about_id))
    return (
        f"{people} for your answer",
        f"{people} for your answer in {name}. To answer, open:\n\n"
        f"{link('conversations.replies', org=slug)}\n\n"
        f"If you have no time, press I'm done there, and others answer them. Otherwise they are offered "
        f"to others after {promise} minutes in which somebody is there.\n\n"
        f"To get no more of these mails from {name}, open:\n\n{off}\n\n"
        "This mail was sent by p2ptext, the program that runs the texting.\n",
    )


def remind() -> int:
    """Have the pages of whoever asked to be reminded look again; returns how many reminders were due."""
    sql = cursor()
    sql.execute(
        """WITH due AS (
             SELECT conversation_id, person_id FROM reminder
             WHERE told_at IS NULL AND remind_at <= (SELECT p2p_now())
             ORDER BY conversation_id, person_id LIMIT 1000 FOR UPDATE SKIP LOCKED
           )
           UPDATE reminder r SET told_at = p2p_now() FROM due
           WHERE r.conversation_id = due.conversation_id AND r.person_id = due.person_id
           RETURNING r.organization_id, r.person_id"""
    )
    due = sql.fetchall()
    for organization_id, person_id in set(due):
        hint(live.person_channel(organization_id, person_id), "state")
    return len(due)
