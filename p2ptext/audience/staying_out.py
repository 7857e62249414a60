"""Whom a list does not bring in, whatever stands in it."""

from p2ptext.audience.models import ContactImport

_SUPPRESSED = "r.suppressed_at IS NOT NULL"
# The moment of an erasure is its beginning: whoever was still there when the list was written and was
# erased at that very moment has no number now.
_ERASED_SINCE = """(r.phone IS NULL OR EXISTS (
  SELECT 1 FROM erasure e JOIN contact_import l ON l.id = %(import)s
  WHERE e.recipient_id = r.id AND e.at >= l.created_at))"""


def condition(row: ContactImport) -> str:
    """Who stays out, as SQL of the recipient `r`, with the list as `%(import)s`.

    Whoever is on the do-not-text list. Of a list that was made of the organization's own rows also
    whoever was erased since: an upload may bring them back, for somebody else knows them too; our own
    copy of what was erased may not.
    """
    return f"({_SUPPRESSED} OR {_ERASED_SINCE})" if row.made_from is not None else _SUPPRESSED
