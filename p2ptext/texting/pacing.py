"""How fast a person may click and the carrier may be called.

A person: at most 3 texts in any second and 120 in any minute, well above the fastest thumb
measured (0.45 s a text) and well below a held key (4.5 a second). The carrier: a bucket of permits
in the database that all dispatchers share.
"""

from dataclasses import dataclass
from datetime import datetime

from p2ptext.background import settings
from p2ptext.extensions import cursor

A_SECOND = 3
A_MINUTE = 120
BURST = 5
"""A fifth of a second's permits is saved up while nothing is sent. A whole second's would let two
seconds' worth of calls leave within one: 50, where the carrier takes 30."""


EARLIER = f"""
  (SELECT received_at FROM click WHERE person_id = %(person)s ORDER BY person_id, id DESC
   OFFSET {A_SECOND - 1} LIMIT 1) AS click_of_a_second,
  (SELECT received_at FROM click WHERE person_id = %(person)s ORDER BY person_id, id DESC
   OFFSET {A_MINUTE - 1} LIMIT 1) AS click_of_a_minute
"""
"""Columns for `wait_ms`: when the clicks were made that a next one would be the fourth, or the
hundred and twenty-first, after. The person's own lock must be held, so that two tabs count together."""

LOCK_PERSON = "pg_advisory_xact_lock(1, %(person)s)"


def wait_ms(
    now: datetime, click_of_a_second: datetime | None, click_of_a_minute: datetime | None
) -> int:
    """Milliseconds until a person whose clicks were then may send again; 0 when they may now."""
    waits = [
        span - (now - earlier).total_seconds()
        for earlier, span in ((click_of_a_second, 1.0), (click_of_a_minute, 60.0))
        if earlier is not None
    ]
    return max(0, round(1000 * max(waits, default=0)))


def open_bucket() -> int:
    """Lock the account's bucket, refill it, and say how many calls may be made now.

    0 while the account is halted. The lock is held until the transaction ends.
    """
    rate = settings().sms_per_second
    values = {"rate": rate, "burst": max(1, rate // BURST)}
    sql = cursor()
    sql.execute(
        """INSERT INTO pacing_bucket (name, permits) VALUES ('account', %(burst)s) ON CONFLICT DO NOTHING""",
        values,
    )
    sql.execute("SELECT 1 FROM pacing_bucket WHERE name = 'account' FOR UPDATE")
    sql.execute(
        """UPDATE pacing_bucket
           SET permits = least(%(burst)s, permits + %(rate)s
                 * greatest(0, extract(epoch FROM clock_timestamp() - refilled_at))),
               refilled_at = clock_timestamp()
           WHERE name = 'account'
           RETURNING CASE WHEN halted_until > p2p_now() THEN 0 ELSE floor(permits) END""",
        values,
    )
    row = sql.fetchone()
    return int(row[0]) if row else 0


def take(permits: int) -> None:
    """Take permits out of the bucket opened in this transaction."""
    cursor().execute(
        "UPDATE pacing_bucket SET permits = permits - %s WHERE name = 'account'", (permits,)
    )


def halt(seconds: int, reason: str) -> None:
    """Stop calling the carrier for a while: the account itself is refused."""
    cursor().execute(
        """UPDATE pacing_bucket SET halted_until = p2p_now() + make_interval(secs => %s),
             halted_reason = %s WHERE name = 'account'""",
        (seconds, reason),
    )


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a text that is asked for now would fare on its way to the carrier."""

    delay_s: float
    """Seconds until it would leave, behind what waits already."""
    opens_at: datetime | None
    """Set: hand out no cards before then, and say `words`."""
    words: str
    cards: int = 25
    """Cards a page may be given at once, so that what is in all hands can leave soon."""


def outlook(campaign_id: int) -> Outlook:
    """What the carrier's limits mean for a campaign's next texts."""
    return Outlook(0.0, None, "")
