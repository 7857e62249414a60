"""The lines of a pasted script: what each of them seems to be, by its words alone."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

TAB = 4
_BULLET = re.compile(r"(?:[-*+•‣▪◦●○–—]|o(?=\s{2})|\(?(?:\d{1,2}|[a-zA-Z])[.)])\s+")
_HEADING = re.compile(r"#{1,6}\s+")
_BOLD = re.compile(r"(\*\*|__)(.+?)\1:?")
_LONG_GAP = re.compile(r"\s{9,}")
_GAP = " " * 8
"""What is left of a longer gap: the patterns below try every way to share one out."""
_QUOTES = "\"'“”‘’«»"
SHORT = 60
"""Characters of a line that may be an answer, a question or a title rather than a text."""
_LONGEST_HEADING = 100
_SECTIONS = {
    "first": r"(?:the )?(?:first|initial|opening|intro(?:ductory|duction)?|outreach) ?"
    r"(?:text|message|sms|script|outreach)?s?|primer (?:mensaje|texto)|mensaje inicial",
    "tree": r"interactions?|interaction steps?|script|conversation|(?:conversation|decision) tree|"
    r"questions?|questions (?:and|&) answers|survey|survey questions|replies|responses|"
    r"follow[ -]?ups?|preguntas|preguntas y respuestas",
    "canned": r"(?:canned|quick|saved|other|prepared|common|additional) "
    r"(?:responses?|repl(?:y|ies)|answers?)|faqs?|frequently asked questions|"
    r"respuestas (?:guardadas|preparadas)",
    "pass": r"(?:pass|round) (\d{1,3})(?: (?:text|message))?",
    "language": r"in ([a-z ]+)",
}
_SECTION = {name: re.compile(pattern) for name, pattern in _SECTIONS.items()}
_QUESTION = re.compile(
    r"(?:q|question|ask|pregunta)\s*(?P<number>\d{0,4})\s*[:.)]\s*(?P<rest>.+)", re.IGNORECASE
)
_OR = re.compile(
    r"(?:or|variant|version|wording|alternative|alt|o bien)\s*(?:\d{1,2}|[a-e])?\s*:\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_TEXT = re.compile(r"(?:text|script|say|send|message|texto|mensaje)\s*:\s*(?P<rest>.*)", re.IGNORECASE)
_GO_TO = re.compile(
    r"(?:->|→|=>)?\s*(?:then\s+)?(?:go|skip|jump|continue|return)(?:es)?\s*to\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:answer|option|response|a|respuesta)\s*\d{0,2}\s*[:.)]\s*(?P<label>[^:]{1,200}?)\s*(?::\s*(?P<rest>.*))?",
    re.IGNORECASE,
)
_SAY = (
    r"(?:(?:they|he|she|somebody|someone|people|the (?:person|voter|contact))\s+)?"
    r"(?:(?:say|says|answer|answers|reply|replies|respond|responds|is|are|dice|responde)\s+)?"
)
_IF = re.compile(
    rf"(?:if|when|si)\s+(?!you\b|we\b|i\b){_SAY}(?P<label>[^:→]{{1,200}}?)\s*"
    r"(?:(?::|→|->|=>|\s[-–—]\s)\s*(?P<rest>.*))?",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"(?P<label>[^:→.?!{}]{1,40}?)\s*(?::(?!//)|→|->|=>)\s*(?P<rest>.*)")
_DASHED = re.compile(r"(?P<label>[^:→.!{}]{1,40}?)\s*(?::(?!//)|→|->|=>|\s[-–—])\s+(?P<rest>\S.*)")
_IN_BRACKETS = re.compile(r"\[(?P<label>[^\[\]:]{1,40})\]\s*(?::|→|->|=>|[-–—])?\s*(?P<rest>.*)")
_USUAL = frozenset(
    (
        "yes", "yeah", "no", "nope", "maybe", "not sure", "unsure", "undecided", "later", "busy", "other",
        "already voted", "wrong number", "moved", "refused", "not interested", "interested", "no answer",
        "si", "quizas", "tal vez", "otro", "strong yes", "strong no", "lean yes", "lean no",
        "supporter", "opposed",
    )
)  # fmt: skip

_ASIDES = frozenset(
    (
        "wrong number", "wrong person", "moved", "moved away", "deceased", "refused", "not interested",
        "who is this", "who is this?", "who are you", "who are you?", "how did you get my number",
        "how did you get my number?", "how did you get this number", "how did you get this number?",
        "are you a bot", "are you a bot?", "is this a bot?", "stop", "opt out", "opt-out", "remove me",
        "unsubscribe", "hostile", "angry", "rude", "spanish speaker", "speaks spanish", "no english",
        "numero equivocado",
    )
)  # fmt: skip
"""What people write at any time, whatever they were asked."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank."""

    number: int
    indent: int
    """Columns before its words; a bullet counts as one more."""
    words: str
    bold: bool
    after_blank: bool
    """Whether a blank line, or nothing, stands before it."""
    bullet: bool = False

    @property
    def short(self) -> bool:
        """Whether it may be a label: few characters, no field, no end of a sentence but a question."""
        return len(self.words) <= SHORT and "{" not in self.words and self.words[-1] not in ".!,;"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a line seems to be."""

    name: str
    """section, question, answer, or, go_to, text, plain."""
    label: str = ""
    """Which section it is, the number of a question, or what an answer is called."""
    rest: str = ""
    """The text that begins on the same line."""


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a text that are not blank, each with its number from 1."""
    blank = True
    for number, raw in enumerate(text.splitlines(), 1):
        plain = raw.replace("\u00a0", " ").expandtabs(TAB)
        words = _LONG_GAP.sub(_GAP, plain.strip())
        if not words:
            blank = True
            continue
        indent = len(plain) - len(plain.lstrip())
        bullet = _BULLET.match(words)
        if bullet and words[bullet.end() :]:
            words, indent = words[bullet.end() :], indent + 1
        heading = _HEADING.match(words)
        words = words[heading.end() :] if heading else words
        bold = _BOLD.fullmatch(words)
        shown = bold[2].strip() if bold else words
        yield Line(number, indent, shown, bool(bold or heading), blank, bool(bullet))
        blank = False


def section_of(line: Line) -> Kind | None:
    """Which part of a script begins with this line, if it is a heading of one."""
    if len(line.words) > _LONGEST_HEADING:
        return None
    folded = _fold(line.words).rstrip(" :").strip()
    for name, pattern in _SECTION.items():
        match = pattern.fullmatch(folded)
        if match:
            number = match[1] if name in ("pass", "language") else ""
            return Kind("section", name, number)
    return None


def opening_of(line: Line) -> str:
    """What follows on a line such as "Initial: Hi ..."; "" for any other line."""
    label, colon, rest = line.words.partition(":")
    return rest.strip() if colon and _SECTION["first"].fullmatch(_fold(label).strip()) else ""


def dashed(line: Line) -> Kind | None:
    """ "Wrong number - Sorry about that" in a list, or with a colon: an answer, or where its name says
    that it may come at any time, an aside. Without a usual name only where it stands in a list."""
    match = _DASHED.fullmatch(line.words)
    if match is None or len(match["label"].split()) > 6:
        return None
    label, rest = match["label"].strip(_QUOTES), match["rest"]
    folded = _fold(label)
    if folded in _ASIDES:
        return Kind("aside", label, rest)
    if folded in _USUAL or line.bullet:
        return Kind("answer" if folded in _USUAL else "item", label, rest)
    return None


def kind_of(line: Line, *, asked: bool) -> Kind:
    """What a line within a script is. `asked`: whether a question stands open above it, so that
    "Yes: ..." is an answer to it rather than the beginning of a text."""
    for name, pattern in (("question", _QUESTION), ("or", _OR), ("go_to", _GO_TO), ("text", _TEXT)):
        match = pattern.fullmatch(line.words)
        if match:
            number = match["number"] if name == "question" else ""
            return Kind(name, number, match["rest"].strip())
    return _answer(line, asked) or Kind("plain", rest=line.words)


def _answer(line: Line, asked: bool) -> Kind | None:
    named = _IF.fullmatch(line.words)
    if named and (named["rest"] is not None or line.short):
        return _said(named["label"], named["rest"])
    if not asked:
        return _said(line.words.rstrip(" :"), "") if _is_usual(line.words) else None
    if _is_usual(line.words):
        return _said(line.words.rstrip(" :"), "")
    for pattern in (_ANSWER, _IN_BRACKETS, _LABELLED):
        match = pattern.fullmatch(line.words)
        if match and len(match["label"].split()) <= 6:
            return _said(match["label"], match["rest"])
    return None


def _said(label: str, rest: str | None) -> Kind:
    return Kind("answer", label.strip().strip(_QUOTES).rstrip(" ,").strip(_QUOTES), (rest or "").strip())


def _is_usual(words: str) -> bool:
    return len(words) <= SHORT and _fold(words).rstrip(" :.,!") in _USUAL


def _fold(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.casefold())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())
