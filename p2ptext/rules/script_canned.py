"""Replies kept ready, as people write them down: a title and its text, or a question and its answer."""

import re

from p2ptext.rules.script_lines import SHORT, Line, section_of
from p2ptext.rules.script_nodes import Gathered, Note
from p2ptext.rules.script_shape import LONGEST_TITLE

_ASKED = re.compile(
    r"(?:q|question|pregunta)\s{0,3}\d{0,3}\s{0,3}[:.)]\s*(?P<title>\S.*?)"
    r"(?:\s{1,3}(?:a|answer|respuesta)\s{0,3}:\s*(?P<rest>\S.*))?",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"(?:a|answer|reply|response|respuesta)\s{0,3}\d{0,3}\s{0,3}[:.)]\s*(?P<rest>\S.*)", re.IGNORECASE
)
_NAMED = re.compile(r"(?P<title>[^:]{1,60}?)\s*:(?!//)\s*(?P<rest>\S.*)")
_ON_ONE_LINE = re.compile(
    r"(?P<title>[^?]{1,60}\?)\s*(?:[-–—:]\s*)?(?P<rest>\S.*)"
    r"|(?P<label>[^:.?!{}]{1,40}?)\s+(?:[-–—]|->|→|=>)\s+(?P<text>\S.*)"
)
"""Only in a list: within a text a question or a dash means nothing."""


class Replies:
    """The part of a script below a heading such as "Canned responses" or "FAQ"."""

    def __init__(self, found: Gathered) -> None:
        self._found = found
        self._indent = 0
        self._heading: Line | None = None
        self._before = 0

    def begin(self, heading: Line) -> None:
        self._heading, self._before = heading, len(self._found.canned)

    def end(self) -> None:
        """The part is over. A heading with nothing below it is said, not swallowed."""
        if self._heading and len(self._found.canned) == self._before:
            words = f"“{self._heading.words}”: no reply was found below it."
            self._found.lost.append(Note(self._heading.number, words))
        self._heading = None

    def take(self, line: Line, after: Line | None) -> None:
        asked, answered = _ASKED.fullmatch(line.words), _ANSWERED.fullmatch(line.words)
        if asked:
            self._add(line, asked["title"], asked["rest"] or "")
        elif answered and self._found.canned:
            self._more(line, answered["rest"])
        elif self._is_title(line, after):
            self._add(line, line.words.rstrip(" :"), "")
        elif parts := self._on_one_line(line):
            self._add(line, *parts)
        elif self._found.canned:
            self._more(line, line.words)
        else:
            self._found.lost.append(Note(line.number, line.words))

    def _add(self, line: Line, title: str, text: str) -> None:
        self._found.canned.append((line.number, title.strip(), text.strip()))
        self._indent = line.indent

    def _more(self, line: Line, words: str) -> None:
        number, title, text = self._found.canned[-1]
        gap = ("\n\n" if line.after_blank else "\n") if text else ""
        self._found.canned[-1] = (number, title, text + gap + words)

    def _on_one_line(self, line: Line) -> tuple[str, str] | None:
        """A title and its text, where this line has both."""
        named = _NAMED.fullmatch(line.words)
        if named and self._names(line, named["title"]):
            return named["title"], named["rest"]
        if not line.bullet and self._found.canned[self._before :]:
            return None
        match = _ON_ONE_LINE.fullmatch(line.words)
        if match is None or not self._names(line, match["title"] or match["label"]):
            return None
        return match["title"] or match["label"], match["rest"] or match["text"]

    def _names(self, line: Line, title: str) -> bool:
        """Whether these words, where they stand, may be the title of another reply."""
        inside = bool(self._found.canned) and line.indent > self._indent + line.bullet
        most = SHORT if title.endswith("?") else LONGEST_TITLE + 1
        return len(title) <= most and "{" not in title and not inside

    def _is_title(self, line: Line, after: Line | None) -> bool:
        if not line.short or after is None or section_of(after):
            return False
        begins = line.bold or line.after_blank or line.indent < after.indent or not self._found.canned
        return begins and self._names(line, line.words)
