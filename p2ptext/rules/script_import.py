"""A script from elsewhere: pasted words, a file of ours, or what Spoke hands out. It is told from its
content which of them it is."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from p2ptext.rules import script_files, script_gaps, script_outline, script_spoke
from p2ptext.rules.script_nodes import Gathered, Note
from p2ptext.rules.script_shape import Misshapen
from p2ptext.rules.script_spoke import with_our_fields

MOST_CHARACTERS = 1_000_000
"""Of a file that programs write."""
MOST_PASTED = 200_000
"""Of words that are read line by line, as people write them: some hundred pages."""
MOST_LINES = 10_000
"""Of these words."""
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Understood:
    """A script as it was understood. Nothing of it is saved yet."""

    document: dict[str, Any]
    kind: str
    """What it was taken for, in words."""
    notes: list[Note] = field(default_factory=list)
    """What was guessed, line by line."""
    lost: list[Note] = field(default_factory=list)
    """What is not in `document`."""
    whole: bool = True
    """Whether it is all that a campaign says; otherwise what it is silent about may stay as it is."""


def read(text: str) -> Understood:
    """The script in a text or in what a file holds. Raises Misshapen, whose words say where."""
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_CHARACTERS:
        raise Misshapen(f"A script has at most {MOST_CHARACTERS:,} characters. This one is longer.")
    if not text.strip():
        raise Misshapen("There is nothing to read. Paste a script, or choose a file.")
    if text.lstrip()[0] in "{[" and _looks_like_json(text):
        return _json(text)
    rows = _csv_rows(text)
    if rows:
        return _csv(rows)
    if len(text) > MOST_PASTED:
        raise Misshapen(
            f"This text has {len(text):,} characters. {MOST_PASTED:,} are the most. Bring in a part of it, "
            "or use a JSON or CSV file."
        )
    lines = len(text.splitlines())
    if lines > MOST_LINES:
        raise Misshapen(
            f"This text has {lines:,} lines. {MOST_LINES:,} are the most. Bring in a part of it, or use a "
            "JSON or CSV file."
        )
    found = script_outline.read(text)
    if not found.first.texts and not found.questions and not found.canned:
        raise Misshapen(
            "No text and no question was found in it. Write the first message at its beginning."
        )
    for said in found.said():
        said.texts = [_with_fields(one, found, said.line) for one in said.texts]
    found.canned = [(line, title, _with_fields(one, found, line)) for line, title, one in found.canned]
    return _gathered(found, "A text, read by its headings, its “If yes:” and its indents")


def _with_fields(text: str, found: Gathered, line: int) -> str:
    """A pasted text with our fields in place of gaps and of Spoke's fields; each is said."""
    text, told = script_gaps.filled(text)
    found.notes += [Note(line, words) for words in told]
    return with_our_fields(text, found, line)


def _looks_like_json(text: str) -> bool:
    """A text may begin with a field or a gap to fill in as well."""
    return text.lstrip()[1:].lstrip()[:1] in ('"', "{", "}", "[", "]")


def _json(text: str) -> Understood:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise Misshapen(f"Line {wrong.lineno}: this is not valid JSON ({wrong.msg}).") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        # The language reads no number of more than 4,300 digits.
        raise Misshapen("A number in this JSON is too long to be part of a script.") from None
    if script_files.is_ours(value):
        return Understood(script_files.of_json(value), "A JSON file of p2ptext")
    try:
        steps = script_spoke.steps_in(value)
    except RecursionError:
        raise _too_deep() from None
    if steps is None:
        raise Misshapen("This JSON holds neither a script of p2ptext nor interaction steps of Spoke.")
    return _gathered(script_spoke.gather(*steps), "Interaction steps of Spoke, as JSON")


def _too_deep() -> Misshapen:
    return Misshapen("This JSON is nested too deeply to be a script.")


def _csv_rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows of a CSV file with a header that is known, each with its line; [] if it is none."""
    first = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            continue  # a cell longer than any header's, or a lone \r: no CSV by this sign
        if len(cells) > 1 and (script_files.has_our_header(cells) or script_spoke.has_header(cells)):
            return _rows(text, delimiter)
    return []


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, line = [], 1
    try:
        for cells in reader:
            if cells:
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as wrong:
        raise Misshapen(f"Line {line}: this is not valid CSV ({wrong}).") from None
    return rows


def _csv(rows: Sequence[tuple[int, list[str]]]) -> Understood:
    if script_files.has_our_header(rows[0][1]):
        return Understood(script_files.of_csv(rows), "A CSV file of p2ptext")
    return _gathered(script_spoke.of_csv(rows), "Interaction steps or canned responses of Spoke, as CSV")


def _gathered(found: Gathered, kind: str) -> Understood:
    return Understood(found.document(), kind, found.notes, found.lost, whole=False)
