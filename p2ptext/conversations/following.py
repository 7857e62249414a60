"""When the questions of a script change, which of the answers given so far follow from the others is
worked out anew, for everybody at once.

A person's answers are marked when one of them is changed (surveying.py). A script that leads elsewhere
changes what follows without anybody's answering.
"""

import json
from collections.abc import Sequence

from p2ptext.extensions import cursor
from p2ptext.rules.tree import Step

# From the first question along the answers, as rules/tree.path walks. UNION, not UNION ALL: a draft's
# questions may lead round in a circle, and each is met once. Answers that the script does not have any more
# keep their mark: they followed when they were given.
_WRONG = """
WITH RECURSIVE leads AS (
  SELECT step_key, answer_key, next FROM json_to_recordset(%(leads)s)
    AS one(step_key text, answer_key text, next text)
), walk AS (
  SELECT a.contact_id, a.step_key, l.next FROM survey_answer a JOIN leads l USING (step_key, answer_key)
  WHERE a.campaign_id = %(campaign)s AND a.step_key = %(first)s
  UNION
  SELECT a.contact_id, a.step_key, l.next FROM walk w
  JOIN survey_answer a ON a.contact_id = w.contact_id AND a.step_key = w.next
  JOIN leads l ON l.step_key = a.step_key AND l.answer_key = a.answer_key
), wrong AS (
  SELECT a.contact_id, a.step_key, (w.contact_id IS NOT NULL) AS follows FROM survey_answer a
  JOIN leads l ON l.step_key = a.step_key AND l.answer_key = a.answer_key
  LEFT JOIN walk w ON w.contact_id = a.contact_id AND w.step_key = a.step_key
  WHERE a.campaign_id = %(campaign)s AND a.on_path <> (w.contact_id IS NOT NULL)
)
"""
# Whoever saves an answer holds the person's row first; held here too, in their order, nobody's answer is
# marked by two at once, and no two wait for each other.
_LOCK = (
    _WRONG
    + """SELECT r.id FROM recipient r WHERE r.id IN
  (SELECT c.recipient_id FROM contact c JOIN wrong ON wrong.contact_id = c.id)
ORDER BY r.id FOR NO KEY UPDATE"""
)
_MARK = (
    _WRONG
    + """UPDATE survey_answer a SET on_path = wrong.follows FROM wrong
WHERE a.contact_id = wrong.contact_id AND a.step_key = wrong.step_key"""
)


def mark(campaign_id: int, steps: Sequence[Step]) -> int:
    """Mark every answer of the campaign by whether these questions lead to it; how many changed.

    The campaign is locked by this transaction.
    """
    leads = [
        {"step_key": step.key, "answer_key": one.key, "next": one.next}
        for step in steps
        for one in step.answers
    ]
    values = {
        "campaign": campaign_id,
        "leads": json.dumps(leads),
        "first": steps[0].key if steps else "",
    }
    sql = cursor()
    sql.execute("SELECT EXISTS (SELECT 1 FROM survey_answer WHERE campaign_id = %s)", (campaign_id,))
    row = sql.fetchone()
    if not row or not row[0]:
        return 0
    sql.execute(_LOCK, values)
    sql.execute(_MARK, values)
    return sql.rowcount
