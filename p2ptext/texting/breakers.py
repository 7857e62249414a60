"""What the carrier's answers say about the account, a campaign or a number, and what follows from it.

The account: refused, everything halts at once; silent five times in the last twenty calls, everything
halts for half a minute. Then one text goes ahead, and its fate decides. A number the carrier does not
take as a sender, or whose texts fail, leaves the rotation until a person puts it back. A campaign
whose texts are taken for spam, or whose people opt out, is paused until a manager resumes it.
"""

from datetime import datetime

from psycopg.rows import dict_row

from p2ptext.accounts import auditing
from p2ptext.background import settings
from p2ptext.extensions import cursor, log
from p2ptext.rules import breaker
from p2ptext.rules.delivery import ErrorKind
from p2ptext.sms.provider import Accepted, NotSent, Refused, SendResult, Unknown

LONGEST_HOLD_S = 60.0
"""A carrier that asks for more is asked again sooner: one answer must not stop an evening."""
WATCHED = 200
"""First texts by which a campaign is judged; fewer say too little."""
FILTERED_CODES = (1210, 1280)
"""Vonage: rejected as spam, blocked by the phone company."""


def note(result: SendResult, number_id: int, times: int = 1) -> None:
    """Take note of how a call ended that was made from this number, or so many that ended alike.

    Call it last in the transaction that settles the messages: it may lock the account's row, which
    claims wait for.
    """
    match result:
        case Refused(ErrorKind.ACCOUNT_PROBLEM, code, _):
            log.error("carrier_refuses_account", code=code)
            _open(breaker.REFUSED)
        case Unknown() | NotSent(_, None, None):
            _failed(times)
        case NotSent(_, float() | int() as wait_s, None):
            hold(wait_s)
        case Refused(ErrorKind.SENDER_PROBLEM, code, _):
            take_out_of_rotation(number_id, code)
            _worked(times)
        case Accepted() | Refused() | NotSent():
            _worked(times)


def halted() -> str | None:
    """Why nothing leaves just now, as a code of rules.breaker; None while texts leave."""
    row = cursor().execute("SELECT halted_reason FROM pacing_bucket WHERE name = 'account'").fetchone()
    return None if row is None else row[0]


def no_trial() -> None:
    """A text that was claimed does not leave: if it was the trial, the next one is.

    Else a halt that outlasted the texts would end a minute for each of them later. Call it last in its
    transaction, as `note`.
    """
    cursor().execute(
        "UPDATE pacing_bucket SET trial_at = NULL WHERE name = 'account' AND trial_at IS NOT NULL"
    )


def hold(seconds: float) -> None:
    """Call nobody for a moment: the carrier said that it was one call too many.

    Where that was the trial after a halt, the next text after this moment is the trial.
    """
    cursor().execute(
        """UPDATE pacing_bucket
           SET halted_until = greatest(halted_until, p2p_now() + make_interval(secs => %s)), trial_at = NULL
           WHERE name = 'account' AND (halted_reason IS NULL OR trial_at IS NOT NULL)""",
        (min(seconds, LONGEST_HOLD_S),),
    )


def _worked(times: int) -> None:
    """The carrier answers. Nothing is written unless something had gone wrong shortly before."""
    cursor().execute(
        """UPDATE pacing_bucket
           SET recent = right(recent || repeat('.', %(times)s), %(window)s), trial_at = NULL,
               halted_until = CASE WHEN trial_at IS NULL THEN halted_until END,
               halted_reason = CASE WHEN trial_at IS NULL THEN halted_reason END,
               openings = CASE WHEN trial_at IS NULL THEN openings ELSE 0 END
           WHERE name = 'account' AND (position('x' in recent) > 0 OR trial_at IS NOT NULL)""",
        {"times": min(times, breaker.WINDOW), "window": breaker.WINDOW},
    )


def _failed(times: int) -> None:
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute("SELECT 1 FROM pacing_bucket WHERE name = 'account' FOR UPDATE")
    sql.execute(
        """SELECT recent, trial_at, coalesce(halted_until > p2p_now(), false) AS halted
           FROM pacing_bucket WHERE name = 'account'"""
    )
    row = sql.fetchone()
    if row is None or row["halted"]:
        return  # it left before the breaker opened
    recent = breaker.seen(row["recent"], failed=True, times=times)
    if row["trial_at"] is not None or breaker.opens(recent):
        log.error("carrier_does_not_answer")
        _open(breaker.SILENT)
    else:
        sql.execute("UPDATE pacing_bucket SET recent = %s WHERE name = 'account'", (recent,))


def _open(reason: str) -> None:
    """Halt the account, longer each time in a row; then one text goes ahead and decides."""
    sql = cursor()
    sql.execute("SELECT 1 FROM pacing_bucket WHERE name = 'account' FOR UPDATE")
    sql.execute(
        """SELECT openings FROM pacing_bucket WHERE name = 'account'
           AND (halted_until IS NULL OR halted_until <= p2p_now() OR halted_reason IS DISTINCT FROM %s)""",
        (reason,),
    )
    row = sql.fetchone()
    if row is None:
        return  # open already: another call of the same moment ended alike
    sql.execute(
        """UPDATE pacing_bucket SET halted_until = p2p_now() + make_interval(secs => %s),
             halted_reason = %s, trial_at = NULL, recent = '', openings = openings + 1
           WHERE name = 'account'""",
        (breaker.wait_s(reason, row[0]), reason),
    )


def take_out_of_rotation(number_id: int, code: int | None) -> None:
    """The carrier does not take this number as a sender: nothing more leaves from it."""
    sql = cursor()
    sql.execute(
        """UPDATE sending_number SET out_since = p2p_now(), out_reason = 'refused'
           WHERE id = %s AND out_since IS NULL RETURNING organization_id""",
        (number_id,),
    )
    row = sql.fetchone()
    if row is not None:
        log.error("carrier_refuses_number", number=number_id, code=code)
        auditing.record_own("number_out", f"number {number_id}", row[0], code=code)


def stop_failing(number_id: int, failed: int, texts: int, watched_from: datetime | None) -> bool:
    """Too many of this number's latest texts failed: nothing more leaves from it until a person puts it back.

    What waits to leave from it goes back to its volunteers, who then text by another number; whoever
    knows this number waits for an answer until it is back. False when it was out already, or when it was
    put back since its texts were counted: `watched_from` is since when they were.
    """
    row = (
        cursor()
        .execute(
            """UPDATE sending_number SET out_since = p2p_now(), out_reason = 'failures'
               WHERE id = %s AND out_since IS NULL AND watched_from IS NOT DISTINCT FROM %s
               RETURNING organization_id""",
            (number_id, watched_from),
        )
        .fetchone()
    )
    if row is None:
        return False
    log.error("number_fails", number=number_id, failed=failed, of=texts)
    auditing.record_own(
        "number_out", f"number {number_id}", row[0], because="failures", failed=failed, of=texts
    )
    return True


def agent_refused(organization_id: int, code: int | None) -> None:
    """The carrier does not take the organization's RCS agent as a sender: the operator is told, once an hour.

    Nothing halts: its texts go on by SMS or MMS, from numbers that have done nothing.
    """
    sql = cursor()
    sql.execute(
        """UPDATE rcs_agent_name SET refused_at = p2p_now()
           WHERE organization_id = %s AND until IS NULL
             AND (refused_at IS NULL OR refused_at < (SELECT p2p_now()) - interval '1 hour')
           RETURNING agent""",
        (organization_id,),
    )
    row = sql.fetchone()
    if row is not None:
        log.error("carrier_refuses_agent", agent=row[0], code=code)
        auditing.record_own("rcs_agent_refused", f"agent {row[0]}", organization_id, code=code)


def watch() -> int:
    """Pause running campaigns that too many opted out of, or whose texts are taken for spam.

    Judged by the last 200 first texts the carrier took since the campaign was resumed last; with
    fewer, nothing is done. Returns how many were paused.
    """
    limits = settings()
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT a.id, a.organization_id, seen.filtered, seen.opted_out
           FROM campaign a CROSS JOIN LATERAL (
             SELECT count(*) AS texts,
                    count(*) FILTER (WHERE m.carrier_code = ANY(%(codes)s)) AS filtered,
                    count(*) FILTER (WHERE r.suppressed_at >= m.created_at) AS opted_out
             FROM (SELECT recipient_id, created_at, carrier_code FROM message
                   WHERE campaign_id = a.id AND kind = 'first' AND accepted_at IS NOT NULL
                     AND created_at > coalesce(a.watched_from, '-infinity')
                   ORDER BY id DESC LIMIT %(watched)s) AS m
             JOIN recipient r ON r.id = m.recipient_id) AS seen
           WHERE a.status = 'running' AND NOT a.is_tests AND seen.texts = %(watched)s""",
        {"codes": list(FILTERED_CODES), "watched": WATCHED},
    )
    paused = 0
    for row in sql.fetchall():
        if breaker.too_many(row["filtered"], WATCHED, limits.pause_at_filtered_percent):
            paused += _pause(row["id"], row["organization_id"], "filtered", row["filtered"])
        elif breaker.too_many(row["opted_out"], WATCHED, limits.pause_at_opt_outs_percent):
            paused += _pause(row["id"], row["organization_id"], "opt_outs", row["opted_out"])
    return paused


def _pause(campaign_id: int, organization_id: int, because: str, count: int) -> int:
    sql = cursor()
    sql.execute(
        """UPDATE campaign SET status = 'paused', paused_because = %s
           WHERE id = %s AND status = 'running' RETURNING id""",
        (because, campaign_id),
    )
    if sql.fetchone() is None:
        return 0
    log.error("campaign_paused", campaign=campaign_id, because=because)
    auditing.record_own(
        "campaign_status",
        f"campaign {campaign_id}",
        organization_id,
        before="running",
        after="paused",
        because=because,
        count=count,
        of=WATCHED,
    )
    return 1
