"""Every number of a campaign's pages: what it is called, what it counts, and how its rows are found.

A number and the list behind it use the same column of the same facts, so that neither can drift from the
other. docs/contract.md says the same in prose.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of a campaign's contacts, or of its first texts, that is counted and can be listed."""

    key: str
    """Also the name of its sum in counting.reading.Sums."""
    label: str
    hint: str
    """One short sentence for the page."""
    where: str
    """SQL over text_fact, there called f; only this module's own text ever stands here. `{place}` is where a
    person stands, or where one text of theirs does. Empty for what is counted by contacts, texted or not."""


_SENT = "{place} = 'sent'"
_FAILED = "f.state IN ('rejected','undeliverable')"
_ALL = (
    Kind("contacts", "Contacts", "Everybody on the lists of this campaign.", ""),
    Kind("not_texted", "Not yet texted", "Ready, and nobody has sent them a text.", ""),
    Kind(
        "on_the_way",
        "On the way",
        "Clicked, and not yet at the phone company.",
        "{place} = 'on_the_way'",
    ),
    Kind("sent", "Sent", "People whose text the phone company has taken.", _SENT),
    Kind(
        "unknown",
        "Unknown",
        "Nobody can say whether the first text left. It is never sent again by itself.",
        "{place} = 'unknown'",
    ),
    Kind(
        "ended",
        "Ended without a text",
        "Opted out before a text left, refused by the phone company, or the list lacks a value that the "
        "message needs.",
        "{place} = 'ended'",
    ),
    Kind("delivered", "Delivered", "A receipt says it reached the phone.", "f.state = 'delivered'"),
    Kind("failed", "Failed", "The phone company refused it or could not deliver it.", _FAILED),
    Kind("replied", "Replied", "People who wrote back at least once, a STOP included.", "f.replied"),
    Kind(
        "opted_out",
        "Opted out",
        "Had a first text here and get no more, however they said so.",
        "f.opted_out",
    ),
    Kind(
        "wrong_number",
        "Wrong number",
        "Somebody else has this phone now, by their own words.",
        "f.wrong_number",
    ),
    Kind("waiting", "Waiting replies", "People whose reply has no answer yet.", "f.waiting"),
    Kind(
        "answered",
        "Answered",
        "People of whom at least one answer to a question is noted and counts.",
        "f.answered",
    ),
    Kind("goal", "Goal", "People who gave the answer this campaign is there for.", "f.goal"),
    Kind(
        "no_receipt",
        "No receipt",
        "Sent, and no receipt has said yet whether it arrived.",
        f"{_SENT} AND f.state IS NULL",
    ),
    Kind(
        "failed_of_sent",
        "Failed after it was taken",
        "The phone company took the text and could not deliver it.",
        f"{_SENT} AND {_FAILED}",
    ),
    Kind(
        "replied_to_sent",
        "Replied to a sent text",
        "People who wrote back, of those whose text was sent.",
        f"{_SENT} AND f.replied",
    ),
    Kind(
        "opted_out_of_sent",
        "Opted out after a sent text",
        "People who get no more texts, of those whose text was sent.",
        f"{_SENT} AND f.opted_out",
    ),
    Kind(
        "answered_of_sent",
        "Answered a question",
        "People of whom an answer is noted, of those whose text was sent.",
        f"{_SENT} AND f.answered",
    ),
    Kind(
        "goal_of_sent",
        "Reached the goal",
        "People who gave the answer this campaign is there for, of those whose text was sent.",
        f"{_SENT} AND f.goal",
    ),
)
KINDS = {kind.key: kind for kind in _ALL}
TILES = ("sent", "delivered", "replied", "waiting", "opted_out", "failed", "unknown", "not_texted")
"""What stands large on the page, in its order."""
PLACES = ("not_texted", "on_the_way", "sent", "unknown", "ended")
"""Every contact is in exactly one of these; together they are all contacts."""
OF_VOLUNTEERS = ("sent", "delivered", "replied", "opted_out", "failed", "unknown", "waiting")
"""The columns of the table of volunteers."""
EXPLAINED = (
    "contacts",
    *PLACES,
    *("delivered", "failed", "replied", "opted_out", "wrong_number", "waiting", "answered", "goal"),
)
"""What the page explains in words; the others are parts of these."""
