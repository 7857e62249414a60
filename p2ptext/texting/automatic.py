"""The two answers that go by themselves: one after a request to stop, one after HELP."""

from p2ptext.extensions import cursor
from p2ptext.rules import sms_text
from p2ptext.texting.outbox import URGENCY

HELP_GAP = "interval '24 hours'"
"""Nobody gets the answer to HELP twice within it: two machines would answer each other for ever."""
# Two texts whose pieces arrive together may both ask to stop: one answer (47 CFR 64.1200(a)(12)).
_ONCE = {
    "stop_confirmation": """EXISTS (
      SELECT 1 FROM message m JOIN recipient r ON r.id = m.recipient_id
      WHERE r.id = %(recipient)s AND m.kind = 'stop_confirmation' AND m.created_at >= r.suppressed_at)""",
    "help": f"""EXISTS (
      SELECT 1 FROM message WHERE recipient_id = %(recipient)s AND kind = 'help'
        AND created_at > p2p_now() - {HELP_GAP})""",
}

# After STOP to a toll-free number the network itself confirms, and lets no text of ours through
# (Vonage, support article 233429767).
_BY_THE_NETWORK = {
    "stop_confirmation": """EXISTS (
      SELECT 1 FROM sending_number WHERE id = %(number)s AND kind = 'toll_free')""",
    "help": "false",
}


def answer(organization_id: int, number_id: int, recipient_id: int, inbound_id: int, kind: str) -> None:
    """Write the one answer of this kind, unless the carrier gives it or the person has had it.

    The recipient's row must be locked.
    """
    sql = cursor()
    sql.execute(
        f"""SELECT provider_confirms_stop OR {_ONCE[kind]} OR {_BY_THE_NETWORK[kind]},
              stop_confirmation, help_text
            FROM organization WHERE id = %(org)s""",
        {"org": organization_id, "recipient": recipient_id, "number": number_id},
    )
    silent, stop_words, help_words = sql.fetchone() or (True, "", "")
    if silent:
        return
    words = stop_words if kind == "stop_confirmation" else help_words
    size = sms_text.count(words)
    sql.execute(
        """WITH written AS (
             INSERT INTO message (organization_id, recipient_id, number_id, answers_inbound_id, kind, text,
               encoding, segments)
             VALUES (%(org)s, %(recipient)s, %(number)s, %(inbound)s, %(kind)s, %(words)s,
               %(encoding)s, %(segments)s) RETURNING id)
           INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments)
           SELECT id, %(org)s, %(urgency)s, p2p_now(), %(number)s, %(segments)s FROM written""",
        {
            "org": organization_id,
            "recipient": recipient_id,
            "number": number_id,
            "inbound": inbound_id,
            "kind": kind,
            "words": words,
            "encoding": size.encoding,
            "segments": size.segments,
            "urgency": URGENCY[kind],
        },
    )
