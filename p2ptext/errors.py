"""The three ways a request ends without its work done; app.py maps each to a page or to JSON."""


class NotFound(Exception):
    """There is no such thing, or not in this organization: the two look the same from outside."""


class NotAllowed(Exception):
    """The person's role does not reach this far."""


class Refused(Exception):
    """A person asked for something that may not be done now.

    `code` is for machines and stays stable; `words` are for the person and say what to do.
    """

    def __init__(self, code: str, words: str, status: int = 409, **extra: object) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words
        self.status = status
        self.extra = extra
        """More for machines, such as when it may be tried again."""
