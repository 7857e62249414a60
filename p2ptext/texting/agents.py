"""Somebody answered an RCS agent, which has a name and no number: which number of ours stands for it.

The text then goes the way of every other: to the conversation over that number, and a STOP in it stops
the texts of the whole organization, by whichever channel. A name that an organization gave up stays its own:
people still have the texts that came under it.
"""

from dataclasses import replace

from p2ptext.background import settings
from p2ptext.connections import Statement
from p2ptext.extensions import connection
from p2ptext.rules.phone import hash_phone
from p2ptext.sms.provider import Inbound

_WHOSE = Statement("whose_agent", "SELECT organization_id FROM rcs_agent_name WHERE agent = $1")
_NUMBER = Statement(
    "number_of_agent",
    """SELECT n.phone FROM sending_number n
       LEFT JOIN recipient r ON r.organization_id = n.organization_id AND r.phone_hash = $2
       LEFT JOIN LATERAL (SELECT m.id, m.channel FROM message m
         WHERE m.recipient_id = r.id AND m.number_id = n.id
           AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')
         ORDER BY m.channel = 'rcs' DESC, m.id DESC LIMIT 1) AS last ON true
       WHERE n.organization_id = $1
       ORDER BY last.channel = 'rcs' DESC NULLS LAST, last.id DESC NULLS LAST, n.id LIMIT 1""",
)


def readdressed(event: Inbound) -> Inbound | None:
    """The text as if it had been written to the number that last wrote to this person by RCS, else to any
    number of the organization. None when it was written to no agent that anybody here has or had."""
    owner = connection().run(_WHOSE, (event.to,))
    if owner is None:
        return None
    digest = hash_phone(event.from_, settings().phone_hash_key_for(owner[0]))
    number = connection().run(_NUMBER, (owner[0], digest))
    return None if number is None else replace(event, to=number[0])
