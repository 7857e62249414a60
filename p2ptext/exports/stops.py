"""The tables of opt-outs: who gets no texts from the organization, and how that came to be."""

from p2ptext.exports.columns import Column, Table
from p2ptext.exports.scoping import Scope

_IN_FORCE = """SELECT id FROM recipient WHERE organization_id = %(org)s AND suppressed_at IS NOT NULL
               ORDER BY suppressed_at, id"""
_ROWS = """
FROM recipient r
LEFT JOIN LATERAL (
  SELECT e.person_id FROM suppression_event e
  WHERE e.recipient_id = r.id AND e.action = 'added' AND e.reason = r.suppressed_reason
  ORDER BY e.id DESC LIMIT 1) e ON true
LEFT JOIN person p ON p.id = e.person_id
WHERE r.id = ANY(%(ids)s) AND r.organization_id = %(org)s
"""
_PHONE = Column("phone", "phone", "The number. Empty once the person was erased.", "r.phone")
_FINGERPRINT = Column(
    "fingerprint",
    "text",
    "By this the number is known even after erasure; an import of this file understands it.",
    "encode(r.phone_hash, 'hex')",
)
IN_FORCE = (
    _PHONE,
    Column("since", "moment", "Since when it gets no texts.", "r.suppressed_at"),
    Column("reason", "text", "Why, in words.", "r.suppressed_reason"),
    Column("by", "text", "Who put it there; empty where their own text or the carrier did.", "p.name"),
    _FINGERPRINT,
)

_CHANGES = "SELECT id FROM suppression_event WHERE organization_id = %(org)s ORDER BY id"
_CHANGE_ROWS = """
FROM suppression_event e
JOIN recipient r ON r.id = e.recipient_id
LEFT JOIN person p ON p.id = e.person_id
WHERE e.id = ANY(%(ids)s) AND e.organization_id = %(org)s
"""
CHANGES = (
    Column("change_id", "number", "The change; they are in this order.", "e.id"),
    Column("at", "moment", "When.", "e.at"),
    Column("action", "text", "added: no more texts. lifted: texts again.", "e.action"),
    _PHONE,
    Column("reason", "text", "Why, in words.", "e.reason"),
    Column("by", "text", "Who did it; empty where their own text or the carrier did.", "p.name"),
    Column(
        "on_the_list_now",
        "flag",
        "Whether the number gets no texts at the time of the file.",
        "r.suppressed_at IS NOT NULL",
    ),
    _FINGERPRINT,
)


def opt_outs(scope: Scope) -> Table:
    """One row a number that must not be texted."""
    words = "One row for each number that gets no texts from the organization, the oldest first."
    order = "r.suppressed_at, r.id"
    return Table(
        "do-not-text", words, IN_FORCE, _IN_FORCE, _ROWS, order, {"org": scope.organization_id}, False
    )


def changes(scope: Scope) -> Table:
    """One row a change of that list."""
    words = "One row for each time a number came on the do-not-text list or off it."
    values = {"org": scope.organization_id}
    return Table("do-not-text-history", words, CHANGES, _CHANGES, _CHANGE_ROWS, "e.id", values, False)
