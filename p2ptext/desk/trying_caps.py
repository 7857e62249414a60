"""How many tests may go to one phone, whoever says that it is theirs."""

from datetime import timedelta

from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.rules.clock_words import span

MOST_A_DAY = 10
"""Tests to one phone in 24 hours, over all members of an organization."""

_LATELY = """
SELECT p2p_now(),
  (SELECT array_agg(m.created_at ORDER BY m.id) FROM test_text t JOIN message m ON m.id = t.message_id
   WHERE m.recipient_id = r.id AND m.created_at > (SELECT p2p_now()) - interval '24 hours'),
  (SELECT count(*) FROM message m
   WHERE m.recipient_id = r.id AND m.kind = 'first' AND m.text = %(text)s
     AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent', 'rejected')
     AND m.created_at > (SELECT p2p_now()) - interval '24 hours') >= o.first_texts_a_day
  AND EXISTS (SELECT 1 FROM contact c JOIN campaign a ON a.id = c.campaign_id
              WHERE c.recipient_id = r.id AND NOT a.is_tests AND a.status IN ('running', 'paused'))
FROM recipient r JOIN organization o ON o.id = r.organization_id WHERE r.id = %(recipient)s
"""


def check(recipient_id: int, text: str) -> None:
    """Raises Refused when this text is one too many for the phone. The recipient is locked.

    Somebody whom a campaign texts as well may try, but gets the very same words no more often in a day
    than the organization's first texts: to them it is one sender.
    """
    sql = cursor()
    sql.execute(_LATELY, {"recipient": recipient_id, "text": text})
    ((now, tests, same),) = sql.fetchall()
    if tests and len(tests) >= MOST_A_DAY:
        opens = tests[-MOST_A_DAY] + timedelta(hours=24)
        words = (
            f"This phone got {MOST_A_DAY} tests in 24 hours. The next one may go in {span(opens - now)}."
        )
        raise Refused("too_many_tests", words, 429)
    if same:
        words = (
            "This phone is on the list of a campaign and got exactly this text in the last 24 hours. Try it "
            "with another person's values, or another wording."
        )
        raise Refused("same_text", words)
