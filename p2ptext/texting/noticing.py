"""Looks at the timing of people's clicks now and then, and writes down what an organizer should see.

Nothing follows from it by itself: nobody is stopped, slowed down or told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from p2ptext.extensions import cursor
from p2ptext.rules import timing
from p2ptext.rules.timing import Flag, Press

LOCK = 7022030
"""Two processes that look at once would only do the same work twice."""

ENOUGH = 300
"""New clicks after which somebody is looked at again while they go on; what is less is looked at when they
have stopped for a while."""
AFTER_MINUTES = 10
HOURS = 4
"""How far back a look goes: more than the longest stretch that rules.timing speaks of."""
MOST_CLICKS = 5_000
LATE = timedelta(minutes=5)
MOST_PEOPLE = 20
"""In one look, once a minute: some 30 ms of work each."""

# The newest click of a person is one step in ix_click_person, and so are those since the last look.
_WHO = f"""
SELECT m.organization_id, m.person_id, newest.id, l.looked_at
FROM membership m
JOIN LATERAL (SELECT id, received_at FROM click WHERE person_id = m.person_id
              ORDER BY person_id, id DESC LIMIT 1) AS newest ON true
LEFT JOIN timing_look l ON l.organization_id = m.organization_id AND l.person_id = m.person_id
WHERE newest.id > coalesce(l.last_click_id, 0)
  AND (newest.received_at < (SELECT p2p_now()) - interval '{AFTER_MINUTES} minutes'
       OR (SELECT count(*) FROM (
             SELECT 1 FROM click WHERE person_id = m.person_id AND id > coalesce(l.last_click_id, 0)
             LIMIT {ENOUGH}) AS fresh) = {ENOUGH})
ORDER BY l.looked_at NULLS FIRST LIMIT {MOST_PEOPLE}
"""


def notice() -> int:
    """Look at those who have clicked enough since the last look; returns how many were looked at.

    0 while another process is looking.
    """
    sql = cursor()
    sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
    if not (sql.fetchone() or (False,))[0]:
        return 0
    sql.execute(_WHO)
    found = sql.fetchall()
    for organization_id, person_id, last_click_id, looked_at in found:
        _look(organization_id, person_id, last_click_id, looked_at)
    return len(found)


def _look(organization_id: int, person_id: int, last_click_id: int, looked_at: datetime | None) -> None:
    latest = presses(organization_id, person_id, timedelta(hours=HOURS), MOST_CLICKS)
    # A press arrives up to a minute after it was made, and is seen when its transaction ends.
    seen = timing.flags(latest, looked_at - LATE if looked_at else None)
    refused = timing.too_many_refusals(refusals(organization_id, person_id, timedelta(hours=HOURS)))
    _write(organization_id, person_id, [*seen, *([refused] if refused else [])])
    cursor().execute(
        """INSERT INTO timing_look (organization_id, person_id, last_click_id) VALUES (%s, %s, %s)
           ON CONFLICT (organization_id, person_id)
             DO UPDATE SET last_click_id = excluded.last_click_id, looked_at = p2p_now()""",
        (organization_id, person_id, last_click_id),
    )


def presses(organization_id: int, person_id: int, back: timedelta, most: int) -> list[Press]:
    """Their latest presses of Send here, the newest first: at most `most`, none older than `back` before
    their newest."""
    sql = cursor()
    sql.execute(
        """SELECT k.received_at, k.age_ms, k.session_id, coalesce(d.ip, '')
           FROM click k LEFT JOIN click_device d ON d.click_id = k.id
           WHERE k.person_id = %s AND k.organization_id = %s
           ORDER BY k.person_id, k.id DESC LIMIT %s""",
        (person_id, organization_id, most),
    )
    found = [Press(at, age, session, timing.network_of(ip)) for at, age, session, ip in sql.fetchall()]
    return [press for press in found if press.received_at > found[0].received_at - back]


def refusals(organization_id: int, person_id: int, back: timedelta) -> list[tuple[datetime, int]]:
    """How many presses were refused for their pace in each of the latest minutes that had any."""
    sql = cursor()
    sql.execute(
        """SELECT minute, refusals FROM pace_refusal
           WHERE person_id = %s AND organization_id = %s AND minute > p2p_now() - %s ORDER BY minute""",
        (person_id, organization_id, back),
    )
    return sql.fetchall()


def _write(organization_id: int, person_id: int, found: Sequence[Flag]) -> None:
    """One row for each reason and day: what is seen again the same day makes the row longer."""
    cursor().executemany(
        """INSERT INTO timing_flag AS f
             (organization_id, person_id, code, on_day, words, begins_at, ends_at, clicks)
           VALUES (%s, %s, %s, (%s AT TIME ZONE 'UTC')::date, %s, %s, %s, %s)
           ON CONFLICT (organization_id, person_id, code, on_day) DO UPDATE
             SET words = excluded.words, clicks = excluded.clicks, ends_at = excluded.ends_at,
                 begins_at = least(f.begins_at, excluded.begins_at), noted_at = p2p_now()
             WHERE excluded.ends_at > f.ends_at""",
        [
            (
                organization_id,
                person_id,
                flag.code,
                flag.ends_at,
                flag.words,
                flag.begins_at,
                flag.ends_at,
                flag.clicks,
            )
            for flag in found
        ],
    )
