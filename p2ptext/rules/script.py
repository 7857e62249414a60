"""Message templates: `{first_name}`, and `{first_name|there}` with a default.

Values are put in once and never read again as a template; there is no logic to run.
"""

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping

from p2ptext.rules.fault import Fault
from p2ptext.rules.sms_text import plain_typography

_FIELD = re.compile(r"\{([^{}|\r\n]*)(?:\|([^{}\r\n]*))?\}")
_NEWLINES = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r" {2,}")
_SPACE_BEFORE_POINT = re.compile(r" +(?=[,.](?:\s|$))")
_SPACE_AT_LINE_END = re.compile(r"[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


class MissingField(ValueError):
    """A value the template needs is absent or blank, and the template has no default for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no value for {{{name}}}.")
        self.name = name


def field_key(name: str) -> str:
    """The form in which names are compared: `First Name`, `first_name` and `FIRSTNAME` are one."""
    return "".join(char for char in name.casefold() if char.isalnum())


def fields_in(template: str) -> list[str]:
    """Names of the fields, as written, in order, each once."""
    found: dict[str, str] = {}
    for match in _FIELD.finditer(template):
        name = match[1].strip()
        if field_key(name):
            found.setdefault(field_key(name), name)
    return list(found.values())


def check(template: str, known_fields: Iterable[str]) -> list[Fault]:
    """What is wrong with a template, in order of importance; [] when it can be used.

    Codes: empty, unknown_field, nameless_field, stray_brace. `known_fields` are the names
    that will have values.
    """
    faults = []
    if not template.strip():
        faults.append(Fault("empty", "The message is empty. Write what people should read."))
    known = {field_key(name): name for name in known_fields}
    for name in fields_in(template):
        if field_key(name) not in known:
            faults.append(Fault("unknown_field", _unknown_words(name, known)))
    if any(not field_key(match[1]) for match in _FIELD.finditer(template)):
        faults.append(
            Fault("nameless_field", "{ } has no name in it. Write a field's name, like {first_name}.")
        )
    if re.search(r"[{}]", _FIELD.sub("", template)):
        faults.append(
            Fault("stray_brace", "There is a { or } that belongs to no field. Close it or remove it.")
        )
    return faults


def _unknown_words(name: str, known: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(field_key(name), known, n=1)
    if close:
        return f"The list has no column {{{name}}}. Did you mean {{{known[close[0]]}}}?"
    names = ", ".join(f"{{{written}}}" for written in known.values())
    return f"The list has no column {{{name}}}. You can use: {names or 'no fields yet'}."


def render(template: str, values: Mapping[str, str], *, plain: bool) -> str:
    """The text that leaves, exactly.

    `plain` puts typographic quotes, dashes and odd spaces that come in with values into their
    plain form; the template's own characters are never changed, only its white space is
    tidied: one space between words, no space before a comma or full stop, at most one empty
    line, none at the ends. Raises MissingField for a value that is absent or blank where the
    template gives no default.
    """
    by_key = {field_key(name): value for name, value in values.items()}

    def put_in(match: re.Match[str]) -> str:
        name, default = match[1].strip(), match[2]
        value = _one_line(by_key.get(field_key(name), ""))
        smooth = plain_typography(value).strip()
        if smooth:
            return smooth if plain else value
        if default is None:
            raise MissingField(name)
        return default.strip()

    return tidy(_FIELD.sub(put_in, template))


def _one_line(value: str) -> str:
    return _NEWLINES.sub(" ", value).strip()


def tidy(text: str) -> str:
    """White space as `render` leaves it."""
    text = _SPACES.sub(" ", _NEWLINES.sub("\n", text))
    text = _SPACE_AT_LINE_END.sub("", _SPACE_BEFORE_POINT.sub("", text))
    return _EMPTY_LINES.sub("\n\n", text).strip()


def text_hash(text: str) -> str:
    """SHA-256 of the text as hex: proves that what was shown is what leaves."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
