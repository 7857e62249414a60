"""The values that go into a text for one contact."""

from collections.abc import Mapping

VOLUNTEER = "volunteer_name"
"""The field every script may use: the first name of the person who sends."""


def merge_values(fields: Mapping[str, str], texting_name: str) -> dict[str, str]:
    """What `rules.script.render` is given: the contact's columns and the volunteer's name.

    A column of the list that is called volunteer_name does not replace the sender's.
    """
    return {**fields, VOLUNTEER: texting_name}
