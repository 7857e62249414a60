"""A script as a file of ours, JSON or CSV: what is written is read back exactly.

docs/scripts.md describes both. Pictures stay with their campaign and are in neither.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from p2ptext.rules import script_shape
from p2ptext.rules.csv_safe import guard
from p2ptext.rules.script_shape import Misshapen

FORMAT = "p2ptext script"
VERSION = 1
HEADER = ("what", "round", "question", "answer", "language", "title", "leads_to", "words")
_WHATS = ("first", "pass", "canned", "question", "answer", "text", "language")
Row = dict[str, str]


def to_json(document: Mapping[str, Any]) -> str:
    """The document as JSON for people and programs."""
    inside = script_shape.read(document)
    written = {"format": FORMAT, "version": VERSION, "script": inside}
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def is_ours(value: Any) -> bool:
    """Whether a value read from JSON says that it is a script of ours."""
    return isinstance(value, Mapping) and value.get("format") == FORMAT


def of_json(value: Mapping[str, Any]) -> dict[str, Any]:
    """The document in a JSON value of ours. Raises Misshapen."""
    if value.get("version") != VERSION:
        raise Misshapen(
            "This file was written by another release of p2ptext, which writes it differently."
        )
    return script_shape.read(value.get("script"))


def to_csv(document: Mapping[str, Any]) -> str:
    """The document as CSV: a line for each text, question and answer, guarded for spreadsheets."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(HEADER)
    for row in _rows(script_shape.read(document)):
        rows.writerow([_guard(row.get(name, "")) for name in HEADER])
    return written.getvalue()


def _guard(cell: str) -> str:
    # One more in front of an apostrophe, or its own would be taken for ours when it is read back.
    return f"'{cell}" if cell.startswith("'") else guard(cell)


def _unguard(cell: str) -> str:
    bare = cell[1:]
    return bare if cell.startswith("'") and (bare.startswith("'") or guard(bare) != bare) else cell


def _rows(document: Mapping[str, Any]) -> Iterator[Row]:
    yield from _words_of(document, "")
    for step in document.get("steps", ()):
        yield {"what": "question", "question": step["key"], "words": step["question"]}
        for answer in step["answers"]:
            place = {"question": step["key"], "answer": answer["key"]}
            leads = answer["next"] or ""
            yield {"what": "answer", **place, "leads_to": leads, "words": answer["label"]}
            yield from ({"what": "text", **place, "words": text} for text in answer["texts"])
    for code, words in document.get("languages", {}).items():
        yield {"what": "language", "language": code}
        yield from _words_of(words, code)
        yield from _tree_in(words.get("steps", {}), code)


def _words_of(words: Mapping[str, Any], language: str) -> Iterator[Row]:
    for text in words.get("first", ()):
        yield {"what": "first", "language": language, "words": text}
    for round_, texts in words.get("rounds", {}).items():
        for text in texts:
            yield {"what": "pass", "round": round_, "language": language, "words": text}
    for entry in words.get("canned", ()):
        yield {"what": "canned", "language": language, "title": entry["title"], "words": entry["text"]}


def _tree_in(steps: Mapping[str, Any], language: str) -> Iterator[Row]:
    for key, step in steps.items():
        place = {"question": key, "language": language}
        if "question" in step:
            yield {"what": "question", **place, "words": step["question"]}
        for answer_key, answer in step.get("answers", {}).items():
            there = {**place, "answer": answer_key}
            if "label" in answer:
                yield {"what": "answer", **there, "words": answer["label"]}
            yield from ({"what": "text", **there, "words": text} for text in answer.get("texts", ()))


def has_our_header(cells: Sequence[str]) -> bool:
    """Whether a CSV file with this first line is one of ours, whatever the order of its columns."""
    names = {cell.strip().casefold() for cell in cells}
    return {"what", "words"} <= names


def of_csv(rows: Sequence[tuple[int, Sequence[str]]]) -> dict[str, Any]:
    """The document in the lines of a CSV file of ours, each with its number; the header is the first.

    Raises Misshapen with the number of the line.
    """
    header = [cell.strip().casefold() for cell in rows[0][1]]
    building = _Building()
    for line, cells in rows[1:]:
        row = dict(zip(header, map(_unguard, cells), strict=False))
        if any(row.values()):
            building.take(line, row)
    return script_shape.read(building.document)


class _Building:
    """A document as its lines come in."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {
            "first": [],
            "canned": [],
            "rounds": {},
            "steps": [],
            "languages": {},
        }
        self._steps: dict[str, dict[str, Any]] = {}
        self._answers: dict[tuple[str, str], dict[str, Any]] = {}

    def take(self, line: int, row: Row) -> None:
        what = row.get("what", "").strip().casefold()
        if what not in _WHATS:
            known = ", ".join(_WHATS)
            raise Misshapen(f"Line {line}: “{what}” under “what” is not known. Use one of: {known}.")
        code = row.get("language", "").strip()
        words: dict[str, Any] = self.document
        if code:
            words = self.document["languages"].setdefault(code, {})
        self._put(line, what, row, words, code)

    def _put(self, line: int, what: str, row: Row, words: dict[str, Any], code: str) -> None:
        said = row.get("words", "")
        if what == "first":
            words.setdefault("first", []).append(said)
        elif what == "pass":
            words.setdefault("rounds", {}).setdefault(row.get("round", "").strip(), []).append(said)
        elif what == "canned":
            words.setdefault("canned", []).append({"title": row.get("title", ""), "text": said})
        elif what != "language":
            place = (row.get("question", "").strip(), row.get("answer", "").strip())
            put = self._translate if code else self._build
            put(line, what, place, said, words if code else row)

    def _build(self, line: int, what: str, place: tuple[str, str], said: str, row: Row) -> None:
        key, answer_key = place
        if what == "question":
            if key in self._steps:
                raise Misshapen(f"Line {line}: there is a question “{key}” already.")
            self._steps[key] = {"key": key, "question": said, "answers": []}
            self.document["steps"].append(self._steps[key])
            return
        if key not in self._steps:
            raise Misshapen(f"Line {line}: there is no question “{key}” above it.")
        if what == "answer":
            leads = row.get("leads_to", "").strip() or None
            answer: dict[str, Any] = {"key": answer_key, "label": said, "texts": [], "next": leads}
            self._answers[place] = answer
            self._steps[key]["answers"].append(answer)
        elif place in self._answers:
            self._answers[place]["texts"].append(said)
        else:
            raise Misshapen(f"Line {line}: question “{key}” has no answer “{answer_key}” above it.")

    def _translate(
        self, line: int, what: str, place: tuple[str, str], said: str, words: dict[str, Any]
    ) -> None:
        key, answer_key = place
        if key not in self._steps or (what != "question" and place not in self._answers):
            raise Misshapen(
                f"Line {line}: there is no such question or answer in the main language above it."
            )
        step = words.setdefault("steps", {}).setdefault(key, {})
        if what == "question":
            step["question"] = said
            return
        there = step.setdefault("answers", {}).setdefault(answer_key, {})
        if what == "answer":
            there["label"] = said
        else:
            there.setdefault("texts", []).append(said)
