"""What people are called on the pages of volunteers: by their first name, and never by their number."""

NO_NAME = "No name"
"""Where a name stands alone, as at the head of a conversation."""


def whom(first_name: str, last_name: str = "", show_last: bool = False) -> str:
    """The name of a person, as it stands alone; "No name" where the list had none.

    `show_last` is the organization's wish to show last names too, which is off unless it was set.
    """
    names = [first_name.strip()]
    if show_last:
        names.append(last_name.strip())
    return " ".join(name for name in names if name) or NO_NAME


def in_words(name: str) -> str:
    """The same name inside a sentence, where "No name" would be odd."""
    return "someone" if name == NO_NAME else name
