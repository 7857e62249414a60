"""Mails to organizers about dangers: at most one an hour to each, and none about what they know of."""

from p2ptext.accounts import letters
from p2ptext.accounts.access import ROLES
from p2ptext.accounts.addresses import link
from p2ptext.accounts.models import Letter
from p2ptext.alarms.kinds import KINDS
from p2ptext.extensions import cursor

LETTER = "alarm"
"""The kind of these letters."""
PAUSE_MIN = 60
MOST_LETTERS = 200
"""Asked for in one transaction."""
_ORGANIZERS = list(ROLES[ROLES.index("organizer") :])

_DANGER = "a.until IS NULL AND a.level = 'danger' AND a.put_aside_at IS NULL"
# What somebody was told of is not told again; what becomes a danger within the hour is, after it.
_WHOM = f"""
SELECT m.id, m.organization_id, p.email FROM membership m JOIN person p ON p.id = m.person_id
CROSS JOIN LATERAL (SELECT coalesce(max(created_at), '-infinity') AS at FROM letter
                    WHERE kind = '{LETTER}' AND about_id = m.id) AS told
WHERE m.status = 'active' AND m.role = ANY(%s) AND p.disabled_at IS NULL
  AND told.at < (SELECT p2p_now()) - interval '{PAUSE_MIN} minutes'
  AND EXISTS (SELECT 1 FROM alarm a WHERE a.organization_id = m.organization_id AND {_DANGER}
                AND a.worse_at > told.at)
ORDER BY m.id LIMIT {MOST_LETTERS}"""


def tell() -> int:
    """Ask for a mail to every organizer who does not know of a danger yet; returns how many."""
    sql = cursor()
    sql.execute(f"SELECT EXISTS (SELECT 1 FROM alarm a WHERE {_DANGER})")
    if not (sql.fetchone() or (False,))[0]:
        return 0
    sql.execute(_WHOM, (_ORGANIZERS,))
    whom = sql.fetchall()
    for membership_id, organization_id, email in whom:
        letters.ask_for(LETTER, email, membership_id, organization_id)
    return len(whom)


def write(letter: Letter) -> tuple[str, str] | None:
    """Subject and text; None when all is well by the time the mail leaves. It names nobody."""
    rows = (
        cursor()
        .execute(
            f"""SELECT o.name, o.slug, a.kind, count(*) FROM membership m
                JOIN organization o ON o.id = m.organization_id
                JOIN alarm a ON a.organization_id = o.id AND {_DANGER}
                WHERE m.id = %s AND m.status = 'active' GROUP BY 1, 2, 3""",
            (letter.about_id,),
        )
        .fetchall()
    )
    if not rows:
        return None
    name = " ".join(rows[0][0].split())
    found = sorted((list(KINDS).index(kind), KINDS[kind].title, count) for _, _, kind, count in rows)
    lines = [f"- {title}" + (f" ({count})" if count > 1 else "") for _, title, count in found]
    what = "\n".join(lines)
    return (
        f"Please look: {found[0][1].lower()}",
        f"In {name} something needs an organizer now:\n\n{what}\n\n"
        f"Why, since when, and what to do:\n\n{link('alarms.alarms', org=rows[0][1])}\n\n"
        "Press I know there and no mail speaks of it again, unless it becomes worse.\n\n"
        "This mail was sent by p2ptext, the program that runs the texting.\n",
    )
