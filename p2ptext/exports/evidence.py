"""The table of clicks: who pressed Send, for whom, when, and what was checked."""

from p2ptext.exports.columns import Column, Table
from p2ptext.exports.people import KEYS
from p2ptext.exports.scoping import Scope

ROWS = """
FROM click k
JOIN person p ON p.id = k.person_id
LEFT JOIN message m ON m.click_id = k.id
LEFT JOIN click_device d ON d.click_id = k.id
LEFT JOIN click_seal s ON s.click_id = k.id
WHERE k.contact_id = ANY(%(ids)s) AND k.organization_id = %(org)s
"""
COLUMNS = (
    Column("click_id", "number", "The press of Send.", "k.id"),
    Column("contact_id", "number", "For whom; the same number in every file.", "k.contact_id"),
    Column("pressed_by_id", "number", "Who pressed, as a number that never changes.", "k.person_id"),
    Column("pressed_by", "text", "Their name.", "p.name"),
    Column("session_id", "number", "In which signed-in browser.", "k.session_id"),
    Column(
        "message_id",
        "number",
        "The text it made; empty when it asked for a second try of one.",
        "m.id",
    ),
    Column("kind", "text", "first, reply or resend.", "k.kind"),
    Column("shown_at", "moment", "When the card or conversation was handed out.", "k.shown_at"),
    Column(
        "age_ms",
        "number",
        "Milliseconds between the gesture and the request, by the page's clock.",
        "k.age_ms",
    ),
    Column("received_at", "moment", "When the request came.", "k.received_at"),
    Column(
        "token_digest", "text", "SHA-256 of the one-time token, as hex.", "encode(k.token_digest, 'hex')"
    ),
    Column(
        "text_commitment",
        "text",
        "SHA-256 of salt and text, as hex.",
        "encode(k.text_commitment, 'hex')",
    ),
    Column("salt", "text", "The salt, as hex; empty after erasure.", "encode(d.salt, 'hex')"),
    Column("zone_evidence", "text", "What the hours were decided by.", "k.zone_evidence"),
    Column(
        "checks",
        "text",
        "What was checked at the click and what each check saw, as JSON.",
        "k.checks::text",
    ),
    Column("block_id", "number", "The block of the ledger that seals it.", "s.block_id"),
    Column("block_position", "number", "Its place in that block, from 0.", "s.position"),
)


def clicks(scope: Scope) -> Table:
    """One row a press of Send."""
    values = {"org": scope.organization_id, "campaign": scope.campaign_id}
    words = "One row for each press of Send, with its evidence."
    return Table("clicks", words, COLUMNS, KEYS, ROWS, "k.contact_id, k.id", values)
