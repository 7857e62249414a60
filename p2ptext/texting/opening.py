"""One mail to volunteers when a campaign with a first day opens: the first moment somebody may be texted.

It sends no text and opens nothing: whoever gets it still takes contacts and presses Send for each.
"""

from p2ptext.accounts import letters, tokens
from p2ptext.accounts.addresses import link
from p2ptext.accounts.models import Letter
from p2ptext.campaigns import teams
from p2ptext.extensions import cursor
from p2ptext.rules.hours import Window
from p2ptext.rules.state_hours import may_text_in

LETTER = "campaign_opens"
"""The kind of these letters; each is about a campaign."""
MOST_CAMPAIGNS = 20
"""Looked at in one transaction: those first that were looked at longest ago, so that one that never opens
holds up no other."""

_DUE = """
SELECT a.id, p2p_now(), a.opens, a.closes, a.sunday_opens, a.state_hours, a.days, a.opens_on, a.closes_on,
  (SELECT coalesce(array_agg(DISTINCT place), '{}') FROM contact_import i, unnest(i.zone_sets) AS place
   WHERE i.campaign_id = a.id)
FROM campaign a
WHERE a.status = 'running' AND a.remind_on_opening AND a.opening_told_at IS NULL
  AND a.opens_on <= ((SELECT p2p_now()) AT TIME ZONE 'UTC' + interval '14 hours')::date
  AND (a.closes_on IS NULL
    OR a.closes_on >= ((SELECT p2p_now()) AT TIME ZONE 'UTC' - interval '12 hours')::date)
ORDER BY a.opening_tried_at NULLS FIRST, a.id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
_WHOM = f"""
SELECT p.email, a.organization_id FROM campaign a
JOIN membership m ON m.organization_id = a.organization_id AND m.status = 'active' AND m.wants_notices
JOIN person p ON p.id = m.person_id AND p.disabled_at IS NULL
WHERE a.id = %s AND (
  EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = a.id AND b.reserved_for = p.id AND b.state = 'open')
  OR a.hand_out = 'anyone' AND {teams.INSIDE.format(campaign="a.id", person="p.id")})
ORDER BY m.id
"""


def tell() -> int:
    """Ask for the mails of every campaign that has opened, once; returns how many mails."""
    sql = cursor()
    due = sql.execute(_DUE, (MOST_CAMPAIGNS,)).fetchall()
    sql.execute(
        "UPDATE campaign SET opening_tried_at = p2p_now() WHERE id = ANY(%s)", ([row[0] for row in due],)
    )
    asked = 0
    for campaign_id, now, *hours, places in due:
        if not any(may_text_in(now, place, Window(*hours)) for place in places):
            continue
        sql.execute("UPDATE campaign SET opening_told_at = p2p_now() WHERE id = %s", (campaign_id,))
        for email, organization_id in sql.execute(_WHOM, (campaign_id,)).fetchall():
            letters.ask_for(LETTER, email, campaign_id, organization_id)
            asked += 1
    return asked


def write(letter: Letter) -> tuple[str, str] | None:
    """Subject and text; None when the campaign does not run any more, or they do not want the mail."""
    row = (
        cursor()
        .execute(
            """SELECT a.name, o.name, o.slug, m.id FROM campaign a
               JOIN organization o ON o.id = a.organization_id
               JOIN membership m ON m.organization_id = o.id AND m.status = 'active' AND m.wants_notices
               JOIN person p ON p.id = m.person_id AND lower(p.email) = lower(%s)
               WHERE a.id = %s AND a.status = 'running'""",
            (letter.to_email, letter.about_id),
        )
        .fetchone()
    )
    if row is None:
        return None
    campaign, organization = (" ".join(name.split()) for name in row[:2])
    off = link("accounts.notices_off", token=tokens.notices_token(row[3]))
    return (
        f"{campaign} is open",
        f"{organization} has opened {campaign}: the first people can be texted now. To begin, open:\n\n"
        f"{link('texting.home', org=row[2])}\n\n"
        "Nothing is sent by itself. Each text leaves when you press Send.\n\n"
        f"To get no more of these mails from {organization}, open:\n\n{off}\n\n"
        "This mail was sent by p2ptext, the program that runs the texting.\n",
    )
