"""What is wrong with a value: a code for machines, words for people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """An expected fault in what somebody typed or uploaded.

    `words` are shown as they are and say what to do.
    """

    code: str
    words: str


class FileFault(ValueError):
    """A whole file that cannot be read; `code` for machines, `words` for people."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
