"""What is looked at a last time, under the recipient's lock, before a text may leave."""

from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import dict_row

from p2ptext.background import settings
from p2ptext.campaigns.numbers import WORKS
from p2ptext.extensions import cursor
from p2ptext.rules import hours
from p2ptext.sms.provider import LIFE_S
from p2ptext.texting import frequency, in_review
from p2ptext.texting.clicking import DATES, first_window_of, window_of
from p2ptext.texting.settling import TOO_OLD

FROZEN_S = 2.0
"""A process that stood still this long between its checks and the call must check again."""
AUTOMATIC = ("stop_confirmation", "help")
PERSON_GAP = "interval '1 second'"
"""Between two texts to one person: texts handed over at the same moment arrive in any order."""


def facts_of(message_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Everything that decides about these messages, as it is now; those that do not wait are left out.

    In a statement of its own, after the one that locks: a statement's snapshot is taken before it
    waits for a lock, and could miss the STOP it waited for.
    """
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        f"""SELECT p2p_now() AS now, m.id, m.organization_id, m.kind, m.text, m.person_id,
                  m.conversation_id, m.recipient_id, m.number_id, m.created_at, m.resend_click_id,
                  coalesce((SELECT received_at FROM click WHERE id = m.resend_click_id), m.created_at)
                    AS asked_at,
                  m.media_id, m.channel, f.kind AS media_kind, f.content_type, f.description,
                  f.removed_at AS media_gone, n.can_mms, caps.rcs_agent,
                  coalesce(nullif(caps.sender_name, ''), caps.name) AS sender_name,
                  r.phone, r.suppressed_at, n.phone AS from_phone, NOT {WORKS} AS number_out,
                  coalesce(r.last_texted_at > p2p_now() - {PERSON_GAP}, false) AS too_soon,
                  a.status AS campaign_status, a.opens, a.closes, a.sunday_opens, a.state_hours, {DATES},
                  coalesce(a.is_tests, false) AS is_test,
                  c.zones, c.states,
                  {in_review.HOLDS} AS in_review, t.closed_reason = 'wrong_number' AND m.created_at < (
                    SELECT received_at FROM inbound_text WHERE id = t.last_inbound_id) AS wrong_number,
                  m.kind = 'first' AND m.round > 1 AND c.replied_at IS NOT NULL AS answered,
                  {frequency.COLUMNS}, {frequency.ANSWERS}
           FROM message m
           JOIN recipient r ON r.id = m.recipient_id
           JOIN sending_number n ON n.id = m.number_id AND n.organization_id = m.organization_id
           LEFT JOIN registration g ON g.id = n.registration_id
           LEFT JOIN media_file f ON f.id = m.media_id
           JOIN outbox o ON o.message_id = m.id
           LEFT JOIN campaign a ON a.id = m.campaign_id
           LEFT JOIN contact c ON c.id = m.contact_id
           LEFT JOIN conversation t ON t.id = m.conversation_id
           {frequency.joins("m.id")}
           WHERE m.id = ANY(%s) AND m.state = 'queued' FOR NO KEY UPDATE OF m""",
        (message_ids,),
    )
    return {row["id"]: dict(row) for row in sql.fetchall()}


def what_forbids(facts: dict[str, Any]) -> tuple[str, str] | None:
    """The state and reason a message ends in instead of leaving; None when it may leave.

    The one confirmation of STOP or HELP answers the person's own text: it may leave at any hour and
    although they are opted out (47 CFR 64.1200(a)(12) allows it within five minutes). An answer to
    HELP may not when they opted out after they had asked for it.
    """
    if facts["phone"] is None:
        return "blocked", "erased"
    if facts["now"] - facts["asked_at"] > TOO_OLD:
        return "expired", "too_old"
    stopped_since = facts["suppressed_at"] is not None and facts["suppressed_at"] > facts["created_at"]
    if facts["kind"] == "stop_confirmation" or (facts["kind"] == "help" and not stopped_since):
        return None
    if facts["suppressed_at"] is not None:
        return "blocked", "opted_out"
    return _forbidden_by_organizers(facts) or _forbidden_by_hours(facts) or _forbidden_by_caps(facts)


def _forbidden_by_organizers(facts: dict[str, Any]) -> tuple[str, str] | None:
    # A conversation closed with "no reply needed" does not hold back the answer sent just before.
    # One in which they said that the number is wrong does: it was written to somebody else.
    if facts["in_review"] or facts["wrong_number"]:
        return "blocked", "conversation_locked"
    if facts["answered"]:
        return "blocked", "replied"
    if facts["campaign_status"] != "running":
        return "blocked", "paused"
    if facts["number_out"]:
        return "blocked", "number_out"
    return _forbidden_by_media(facts)


def _forbidden_by_media(facts: dict[str, Any]) -> tuple[str, str] | None:
    if facts["media_id"] is None:
        return None
    if facts["media_gone"] is not None:
        return "blocked", "media_gone"
    # By RCS too: it goes on from this number where RCS does not reach the phone.
    return None if facts["can_mms"] else ("blocked", "no_mms_number")


def channel_of(facts: dict[str, Any]) -> str:
    """By which way the text leaves now: the agent may be gone since the click."""
    if facts["channel"] == "rcs" and not facts["rcs_agent"]:
        return "sms" if facts["media_id"] is None else "mms"
    return str(facts["channel"])


def _forbidden_by_hours(facts: dict[str, Any]) -> tuple[str, str] | None:
    window = first_window_of(facts) if facts["kind"] == "first" else window_of(facts)
    facts["hours_close"] = hours.closes_at(facts["now"], facts["zones"], window)
    left = facts["hours_close"] and facts["hours_close"] - _taken_by(facts)
    shortest, _ = LIFE_S[channel_of(facts)]
    return None if left and left >= timedelta(seconds=shortest) else ("expired", "hours")


def _taken_by(facts: dict[str, Any]) -> datetime:
    """The latest moment from which the carrier may count the time it has: it may take the text only at
    the end of a call that began as late as one may."""
    checked: datetime = facts["now"]
    return checked + timedelta(seconds=FROZEN_S + settings().send_timeout_s)


def _forbidden_by_caps(facts: dict[str, Any]) -> tuple[str, str] | None:
    free = facts["answers"] or facts["is_test"]
    held_back = not free and frequency.may_from(facts, facts["kind"]) is not None
    return ("blocked", "cap") if held_back else None


def ttl_s(facts: dict[str, Any]) -> int | None:
    """Seconds the carrier may keep trying: never past the end of the person's texting hours.

    Only of facts that nothing forbids.
    """
    if facts["kind"] in AUTOMATIC:
        return None
    closes: datetime = facts["hours_close"]
    _, longest = LIFE_S[channel_of(facts)]
    return min(longest, int((closes - _taken_by(facts)).total_seconds()))
