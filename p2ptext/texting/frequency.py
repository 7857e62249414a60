"""How often a person was texted in the last 24 hours, over all campaigns of the organization.

Whoever decides by it holds the recipient's lock: a click and the dispatcher, each in the statement
after the one that locks. Texts that never left or that the carrier refused do not count; what waits
to leave and what may or may not have left does. What somebody sends to their own phone to try it never does.
"""

from datetime import datetime
from typing import Any

from p2ptext.rules.frequency import PERIOD, Caps, opens_at

_A_DAY = "interval '24 hours'"


def _answers(message: str) -> str:
    """Whether a text answers what the person wrote in the 24 hours before it."""
    return f"""EXISTS (SELECT 1 FROM inbound_text i WHERE i.conversation_id = {message}.conversation_id
      AND i.received_at BETWEEN {message}.created_at - {_A_DAY} AND {message}.created_at)"""


def _counted(but: str) -> str:
    """The texts that count, of the recipient in the row `r`."""
    return f"""SELECT s.kind, coalesce(s.accepted_at, s.created_at) AS at FROM message s
      WHERE s.recipient_id = r.id AND s.kind IN ('first', 'reply') AND s.id <> {but}
        AND s.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent', 'rejected')
        AND coalesce(s.accepted_at, s.created_at) > (SELECT p2p_now()) - {_A_DAY}
        AND (s.kind = 'first' OR NOT {_answers("s")})
        AND NOT EXISTS (SELECT 1 FROM campaign x WHERE x.id = s.campaign_id AND x.is_tests)"""


def joins(but: str = "0") -> str:
    """Joins for a statement that reads the recipient as `r`; `but` is a message that does not count."""
    return f"""JOIN organization caps ON caps.id = r.organization_id
    LEFT JOIN LATERAL (
      SELECT array_agg(at ORDER BY at DESC) FILTER (WHERE kind = 'first') AS first_texts_at,
             array_agg(at ORDER BY at DESC) AS texts_at
      FROM ({_counted(but)}) AS counted) recent ON true"""


COLUMNS = "caps.first_texts_a_day, caps.texts_a_day, recent.first_texts_at, recent.texts_at"
"""What `may_from` needs of a statement with `joins`."""

ANSWERS = f"{_answers('m')} AS answers"
"""A column for a statement that reads a message as `m`: whether it answers what the person wrote
within the 24 hours before. An answer is never held back."""

FIRST_TEXT_FITS = f"""(
  SELECT count(*) FILTER (WHERE counted.kind = 'first') < caps.first_texts_a_day
         AND count(counted.kind) < caps.texts_a_day
  FROM organization caps LEFT JOIN LATERAL ({_counted("0")}) AS counted ON true
  WHERE caps.id = r.organization_id GROUP BY caps.id)"""
"""A condition on the recipient `r`: a first text may go to them now."""


def may_from(facts: dict[str, Any], kind: str) -> datetime | None:
    """When a text of this kind may go to the person; None when it may now.

    `facts` holds `now` and COLUMNS.
    """
    return opens_at(
        facts["now"],
        kind,
        facts["first_texts_at"] or (),
        facts["texts_at"] or (),
        Caps(facts["first_texts_a_day"], facts["texts_a_day"]),
    )


def is_answer(facts: dict[str, Any]) -> bool:
    """Whether a text sent now would answer what the person wrote within the 24 hours before.

    `facts` holds `now` and `last_inbound_at`.
    """
    last = facts["last_inbound_at"]
    return last is not None and facts["now"] - last <= PERIOD
