"""The table of messages: every text of a campaign both ways, conversation after conversation."""

from psycopg.types.json import Jsonb

from p2ptext.exports import costs, wordings
from p2ptext.exports.columns import Column, Table, person
from p2ptext.exports.scoping import Scope

KEYS = """SELECT contact_id FROM conversation WHERE organization_id = %(org)s AND campaign_id = %(campaign)s
          ORDER BY contact_id"""

_OUT = """SELECT 'out' AS direction, m.id, m.created_at AS at, m.kind, m.round, m.person_id, m.number_id,
  m.text, m.media_id IS NOT NULL AS pictured, m.state, m.reason, m.carrier_code, m.segments, m.price,
  m.currency, m.network, m.channel, m.accepted_at, m.settled_at, m.script_version_id, m.variant, m.language,
  m.edited, m.resend_click_id IS NOT NULL AS resent, NULL AS tier, NULL AS intent"""
_IN = """SELECT 'in', i.id, i.received_at, i.kind, NULL, NULL, i.number_id, i.text,
  jsonb_array_length(i.media) > 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL::boolean, i.tier, i.intent"""
# A confirmation of STOP or HELP belongs to no conversation itself: it is found by the text it answers.
ROWS = f"""
FROM conversation t
JOIN recipient r ON r.id = t.recipient_id
CROSS JOIN LATERAL (
  {_OUT} FROM message m WHERE m.conversation_id = t.id
  UNION ALL
  {_OUT} FROM inbound_text i JOIN message m ON m.answers_inbound_id = i.id
    WHERE i.conversation_id = t.id AND m.conversation_id IS NULL
  UNION ALL
  {_IN} FROM inbound_text i WHERE i.conversation_id = t.id
) x
JOIN sending_number n ON n.id = x.number_id
LEFT JOIN person p ON p.id = x.person_id
LEFT JOIN script_version v ON v.id = x.script_version_id
WHERE t.contact_id = ANY(%(ids)s) AND t.organization_id = %(org)s
"""

COLUMNS = (
    *person("t.contact_id"),
    Column("our_number", "phone", "Our number in the conversation.", "n.phone"),
    Column("direction", "text", "out: from us. in: from them.", "x.direction"),
    Column("id", "number", "The text, among those of its direction.", "x.id"),
    Column("at", "moment", "When somebody pressed Send; of a text of theirs, when it came in.", "x.at"),
    Column(
        "kind",
        "text",
        'Out: first, reply, stop_confirmation or help. In: text, reaction (a phone\'s "Liked ...") or '
        "auto_reply (a machine answered).",
        "x.kind",
    ),
    Column("round", "number", "Of a first text: which of the campaign's texts it is.", "x.round"),
    Column("sent_by", "text", "Who pressed Send; empty for confirmations.", "p.name"),
    Column(
        "text",
        "text",
        "Exactly what was written. Empty once the person was erased.",
        "CASE WHEN r.phone IS NOT NULL THEN x.text END",
    ),
    Column("with_media", "flag", "Whether a picture, sound or video goes with it.", "x.pictured"),
    Column(
        "state",
        "text",
        "queued, sending, accepted, submitted, delivered, rejected, undeliverable, no_receipt, unknown, "
        "not_sent, blocked, cancelled or expired; empty for theirs.",
        "x.state",
    ),
    Column("reason", "text", "Why it did not leave or arrive, as a code.", "x.reason"),
    *costs.columns("x"),
    Column("channel", "text", "sms, mms or rcs.", "x.channel"),
    Column("accepted_at", "moment", "When the carrier took it.", "x.accepted_at"),
    Column("settled_at", "moment", "When its state became final.", "x.settled_at"),
    Column("script_version", "number", "The script its words come from, or began as.", "v.number"),
    Column("wording", "number", "Which wording of that script, counted from 1.", "x.variant + 1"),
    wordings.column("x"),
    Column("language", "text", "Its language; empty for the script's main language.", "x.language"),
    Column("edited", "flag", "Whether the volunteer changed the words that were offered.", "x.edited"),
    Column("sent_again", "flag", "Whether an unknown text was sent once more.", "x.resent"),
    Column(
        "opt_out_check",
        "text",
        "Of a text of theirs: auto, it was taken as the wish for no more texts or as a request for help; "
        "review, a person decides; none.",
        "x.tier",
    ),
    Column(
        "meant",
        "text",
        "What the rules took it for: stop, help, start, wrong_number or nothing.",
        "x.intent",
    ),
)


def messages(scope: Scope) -> Table:
    """One row a text, the conversations by contact, the texts of each by time."""
    values = {
        "org": scope.organization_id,
        "campaign": scope.campaign_id,
        "wordings": Jsonb(wordings.letters(scope)),
        "networks": costs.network_names(),
    }
    words = "One row for each text to and from the people of the campaign, confirmations included."
    return Table("messages", words, COLUMNS, KEYS, ROWS, "t.contact_id, x.at, x.direction, x.id", values)
