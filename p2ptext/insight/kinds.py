"""Every number of a campaign's page: what it is called, what it counts, and how rows are found.

The tile and the list behind it use the same condition, so that neither can drift from the other.
docs/contract.md says the same in prose.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of a campaign's contacts that is counted and can be listed."""

    key: str
    label: str
    hint: str
    """One short sentence for the page."""
    where: str
    """SQL over the columns of queries.PEOPLE; only this module's own text ever stands here."""


_ALL = (
    Kind("contacts", "Contacts", "Everybody on the lists of this campaign.", "true"),
    Kind(
        "not_texted", "Not yet texted", "Ready, and nobody has sent them a text.", "place = 'not_texted'"
    ),
    Kind(
        "on_the_way", "On the way", "Clicked, and not yet at the phone company.", "place = 'on_the_way'"
    ),
    Kind("sent", "Sent", "People whose text the phone company has taken.", "place = 'sent'"),
    Kind(
        "unknown",
        "Unknown",
        "Nobody can say whether the first text left. It is never sent again by itself.",
        "place = 'unknown'",
    ),
    Kind(
        "ended",
        "Ended without a text",
        "Opted out before a text left, refused by the phone company, or the list lacks a value that the "
        "message needs.",
        "place = 'ended'",
    ),
    Kind("delivered", "Delivered", "A receipt says it reached the phone.", "state = 'delivered'"),
    Kind(
        "failed",
        "Failed",
        "The phone company refused it or could not deliver it.",
        "state IN ('rejected', 'undeliverable')",
    ),
    Kind("replied", "Replied", "People who wrote back at least once, a STOP included.", "replied"),
    Kind(
        "opted_out",
        "Opted out",
        "Had a first text here and get no more, however they said so.",
        "message_id IS NOT NULL AND suppressed_at IS NOT NULL",
    ),
    Kind(
        "waiting",
        "Waiting replies",
        "People whose reply has no answer yet.",
        "waiting_since IS NOT NULL",
    ),
)
KINDS = {kind.key: kind for kind in _ALL}
TILES = ("sent", "delivered", "replied", "waiting", "opted_out", "failed", "unknown", "not_texted")
"""What stands large on the page, in its order."""
PLACES = ("not_texted", "on_the_way", "sent", "unknown", "ended")
"""Every contact is in exactly one of these; together they are all contacts."""
OF_VOLUNTEERS = ("sent", "delivered", "replied", "opted_out", "failed", "unknown", "waiting")
"""The columns of the table of volunteers."""
