"""Cards of the large campaign in volunteers' hands, and the clicks on them."""

import json

from sqlalchemy import text

from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.texting import cards
from scripts.benchmarks import evening_script as script
from scripts.benchmarks import ground as grounds
from scripts.benchmarks import load
from scripts.benchmarks.evening import Evening
from scripts.benchmarks.evening_plan import BATCH

HANDS = 100
"""Volunteers at least: 100 clicks a second are one each, which a hand can do."""

_LEASED = """
WITH chosen AS (
  SELECT id, row_number() OVER (ORDER BY position) AS place FROM batch
  WHERE campaign_id = :campaign AND state = 'open' ORDER BY position LIMIT :most
)
UPDATE batch SET state = 'leased', person_id = (CAST(:people AS int[]))[chosen.place],
  leased_until = p2p_now() + interval '2 hours'
FROM chosen WHERE chosen.id = batch.id RETURNING batch.id, chosen.place - 1"""
_CARDS = """
SELECT c.batch_id, c.id, c.fields FROM contact c JOIN recipient r ON r.id = c.recipient_id
WHERE c.batch_id = ANY(:batches) AND c.state = 'ready' AND r.suppressed_at IS NULL
ORDER BY c.position % :size, c.batch_id"""


def clicks(evening: Evening, amount: int) -> list[load.Request]:
    """So many clicks on cards nobody has clicked yet, by new volunteers in turn; fewer on a small ground."""
    ground = evening.ground
    people = grounds.more_volunteers(ground, max(HANDS, -(-amount // (BATCH - 1)) + 1))
    path = f"/o/{ground.slug}/texting/{evening.campaign_id}/send"
    requests = []
    with ground.app.app_context():
        hands = dict(
            db.session.execute(
                text(_LEASED),
                {
                    "campaign": evening.campaign_id,
                    "most": len(people),
                    "people": [one.id for one in people],
                },
            ).all()
        )
        ready = db.session.execute(text(_CARDS), {"batches": list(hands), "size": BATCH}).all()
        db.session.commit()
        spoken = cards.Script(0, script.document(), True, "Amy")
        shown = now().timestamp()
        for batch_id, contact_id, fields in ready[:amount]:
            digest = cards.script.text_hash(spoken.text_for(contact_id, fields))
            person = people[hands[batch_id]]
            claims = cards.CardClaims(ground.org_id, person.id, contact_id, 1, digest, shown)
            body = json.dumps({"token": cards.make_token(claims), "hash": digest, "age_ms": 20})
            requests.append(load.Request(path, body.encode(), person.headers, "click"))
    return requests
