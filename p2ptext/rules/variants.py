"""Which of several wordings somebody gets."""

import hashlib

MOST_WORDINGS = 5


def choose(contact_id: int, place: int | str, wordings: int) -> int:
    """The index of this contact's wording, from 0 to `wordings` - 1; 0 where there is only one.

    `place` is the round, or the answer of the script that is answered with it: who gets the first
    wording in one place may get the third in another. The choice is the same every time, and falls on
    every wording equally often. Nothing about the person goes into it but their number in the list.
    """
    if wordings <= 1:
        return 0
    digest = hashlib.blake2b(f"{contact_id}:{place}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) % wordings
