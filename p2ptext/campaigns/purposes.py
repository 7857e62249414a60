"""What a campaign may be for."""

PURPOSES = {
    "vote": ("Get out the vote", "Remind people of an election and how to vote in it"),
    "event": ("Invite to an event", "A meeting, a rally, a call, an open door"),
    "reminder": ("Remind of a shift or an appointment", "For people who have said yes to something"),
    "volunteers": ("Find volunteers", "Ask people to help"),
    "fundraising": ("Raise money", "Ask for donations; say who pays for the texts"),
    "survey": ("Ask for opinions", "Questions whose answers you want to count"),
    "thanks": ("Say thank you", "After an event, a vote or a donation"),
    "other": ("Something else", ""),
}
"""By key: the words for it, and what they mean where that is not plain."""


def in_words(purpose: str) -> str:
    """The words of a purpose; "" where none is chosen."""
    return PURPOSES[purpose][0] if purpose in PURPOSES else ""
