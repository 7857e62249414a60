"""A script as people write it down: read from pasted words, written for people to read.

What is read is generous: "If yes:", "Q: ...", indented lists and plain headings are understood, and
everything that was guessed or left over is said by its line.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from p2ptext.rules.languages import NAMES, document_in
from p2ptext.rules.script_canned import Replies
from p2ptext.rules.script_lines import Kind, Line, dashed, kind_of, lines_of, opening_of, section_of
from p2ptext.rules.script_nodes import Asked, Gathered, Note, Said

_ASKS = re.compile(r"(?:^|(?<=[.?!\n]))[^.?!\n]*\?")
_NUMBER = re.compile(r"(?:question\s*)?#?(\d{1,4})\b.*", re.IGNORECASE)
_DEEPEST = 80
"""Columns of indent beyond which a question is written further below, by its number."""
_UNNAMED = "What did they say?"


def read(text: str) -> Gathered:
    """The script in pasted words. Nothing is refused: what is not understood is in `lost`."""
    return _Reader().read(list(lines_of(text)))


class _Reader:
    """One reading, from the first line to the last."""

    def __init__(self) -> None:
        self.found = Gathered()
        self._section = "first"
        self._headed = False
        """In Spoke's layout, where short lines without a mark are questions and answers."""
        self._stack: list[tuple[int, Asked | Said]] = []
        self._into: Said = self.found.first
        self._fresh = True
        """Whether the next text is a wording of its own."""
        self._go_to: list[tuple[int, Said, str]] = []
        self._awaited: set[str] = set()
        """Numbers of the questions that an answer above goes to."""
        self._replies = Replies(self.found)
        self._before: list[Line] | None = []
        """The lines above the first message, as long as its heading may still come; then None."""
        self._depth = 0
        """Of the heading above."""

    def read(self, lines: list[Line]) -> Gathered:
        for place, line in enumerate(lines):
            section = None if self._foreign(line) else section_of(line)
            opening = self._opening(line)
            if opening:
                self._begin(line, Kind("section", "first"))
                self._text(line, opening)
            elif section:
                self._begin(line, section)
            elif self._section == "language":
                self.found.lost.append(Note(line.number, line.words))
            else:
                take = self._replies.take if self._section == "canned" else self._take
                take(line, lines[place + 1] if place + 1 < len(lines) else None)
        self._replies.end()
        self._titles()
        self._resolve()
        return self.found

    def _foreign(self, line: Line) -> bool:
        """Whether it belongs to the script in another language above it, headings and all."""
        return self._section == "language" and line.indent > self._depth

    def _begin(self, line: Line, section: Kind) -> None:
        self._section, self._stack, self._fresh = section.label, [], True
        self._depth = line.indent
        self._replies.end()
        if section.label == "canned":
            self._replies.begin(line)
        elif section.label == "pass":
            self._into = self.found.rounds.setdefault(section.rest, Said(line=line.number))
        elif section.label in ("first", "tree"):
            self._into = self.found.first
            if section.label == "first":
                self._leave_out_titles()
            if section.label == "tree" or self.found.first.texts:
                self._headed = line.words.casefold().startswith("interaction")
        elif section.label == "language" and section.rest not in map(str.casefold, NAMES.values()):
            self._section = "tree"
            self._text(line, line.words)
        elif section.label == "language":
            words = "Other languages are not read from a text. Use the JSON or CSV file for them."
            self.found.notes.append(Note(line.number, words))

    def _opening(self, line: Line) -> str:
        """The first message, where it begins behind its name on the same line."""
        if self.found.questions or self._section not in ("first", "tree"):
            return ""
        return opening_of(line)

    def _leave_out_titles(self) -> None:
        """What stands above the heading of the first message is not sent to anybody."""
        if self._before and not self.found.questions:
            self.found.first.texts.clear()
            self.found.first.line = 0
            self.found.lost += [
                Note(line.number, f"“{line.words}” stands above the first message and is left out.")
                for line in self._before
            ]
        self._before = None

    def _titles(self) -> None:
        """Without a heading nobody knows where the first message begins: short lines above it are said."""
        lines = self._before or []
        short = list(takewhile(lambda line: line.short and not line.words.endswith("?"), lines[:-1]))
        if not lines[len(short) :] or not lines[len(short)].after_blank:
            return
        for line in short:
            words = (
                f"“{line.words}” is taken for a part of the first message. Take it out if it is none."
            )
            self.found.notes.append(Note(line.number, words))

    def _take(self, line: Line, after: Line | None) -> None:
        kind = kind_of(line, asked=self._open(line.indent) is not None)
        if kind.name == "plain" and not line.bold:
            kind = self._of_list(line) or kind
        if kind.name == "plain" and (self._headed or line.bold) and line.short:
            kind = self._bare(line, after)
        {
            "question": self._question,
            "answer": self._answer,
            "or": self._or,
            "go_to": self._goes,
            "text": self._says,
            "plain": self._plain,
            "skip": self._skip,
            "aside": self._aside,
        }[kind.name](line, kind)

    def _of_list(self, line: Line) -> Kind | None:
        """What a line with a label and a dash is: an answer beside others, or a reply kept ready."""
        kind = dashed(line)
        if kind is None or kind.name == "answer":
            return kind
        beside = any(depth == line.indent for depth, one in self._stack if isinstance(one, Said))
        asked = self._open(line.indent)
        if beside or (line.bullet and asked is not None and not asked.answers):
            return Kind("answer", kind.label, kind.rest)
        if kind.name == "aside":
            return kind
        words = f"“{line.words}” is taken for a part of the text above. Change it where it is an answer."
        self.found.notes.append(Note(line.number, words))
        return None

    def _aside(self, line: Line, kind: Kind) -> None:
        self.found.canned.append((line.number, kind.label, kind.rest))
        words = f"“{kind.label}” is taken for a reply kept ready, for it may come at any time."
        self.found.notes.append(Note(line.number, words))

    def _bare(self, line: Line, after: Line | None) -> Kind:
        """A short line, in bold or under Spoke's heading: it is a question or an answer."""
        if not self.found.first.texts and not self._stack:
            return (
                Kind("skip") if after and after.indent == line.indent else Kind("plain", rest=line.words)
            )
        if self._into.label and not self._into.texts and not line.bold:
            return Kind("plain", rest=line.words)  # an answer there always has its text below it
        if line.words.endswith("?") or (self._deeper(line) and self._open(line.indent) is None):
            return Kind("question", rest=line.words)
        return Kind("answer", line.words.rstrip(":"))

    def _deeper(self, line: Line) -> bool:
        return line.indent > (self._stack[-1][0] if self._stack else 0)

    def _skip(self, line: Line, kind: Kind) -> None:
        """The name of Spoke's first step says nothing."""

    def _open(self, indent: int) -> Asked | None:
        """The question that an answer at this depth answers."""
        for depth, one in reversed(self._stack):
            if isinstance(one, Asked) and depth <= indent:
                return one
        return None

    def _question(self, line: Line, kind: Kind) -> None:
        while self._stack and self._stack[-1][0] > line.indent:
            self._stack.pop()
        owner = next(
            (one for _, one in reversed(self._stack) if isinstance(one, Said)), self.found.first
        )
        asked = Asked(kind.rest, line.number, number=kind.label)
        self.found.questions.append(asked)
        if line.indent == 0 and kind.label and kind.label in self._awaited:
            pass  # an answer above goes to it by its number
        elif owner.leads is None and (owner is not self.found.first or len(self.found.questions) == 1):
            owner.leads = asked
            if owner is not self.found.first and line.indent <= self._stack[-1][0]:
                self._told(line, owner)
        elif self._into.leads is None and self._into is not self.found.first:
            self._into.leads = asked
            self._told(line, self._into)
        if self._stack and self._stack[-1][0] == line.indent and isinstance(self._stack[-1][1], Asked):
            self._stack.pop()  # no answer reaches it any more
        self._stack.append((line.indent, asked))

    def _told(self, line: Line, owner: Said) -> None:
        words = (
            f"This question is taken to follow the answer “{owner.label}”. Change it where it is not so."
        )
        self.found.notes.append(Note(line.number, words))

    def _answer(self, line: Line, kind: Kind) -> None:
        while self._stack and self._passed(line.indent):
            self._stack.pop()
        top = self._stack[-1][1] if self._stack else self.found.first
        asked = top if isinstance(top, Asked) else self._guessed(top, line)
        said = Said(kind.label, line.number)
        asked.answers.append(said)
        self._stack.append((line.indent, said))
        self._into, self._fresh = said, True
        if kind.rest:
            self._text(line, kind.rest)

    def _passed(self, indent: int) -> bool:
        depth, top = self._stack[-1]
        return depth >= indent if isinstance(top, Said) else depth > indent

    def _guessed(self, said: Said, line: Line) -> Asked:
        """The question that a text asks, where nobody wrote it down by itself."""
        if said.leads is None:
            asks = [one for text in said.texts for one in _ASKS.findall(text)]
            words = asks[-1].strip() if asks else _UNNAMED
            said.leads = Asked(words, line.number)
            self.found.questions.append(said.leads)
            guess = (
                f"The question is taken from the text: “{words}”" if asks else "No question stands above"
            )
            self.found.notes.append(Note(line.number, f"{guess}. Change it where it is not right."))
        return said.leads

    def _or(self, line: Line, kind: Kind) -> None:
        self._fresh = True
        if kind.rest:
            self._text(line, kind.rest)

    def _says(self, line: Line, kind: Kind) -> None:
        if kind.rest:
            self._text(line, kind.rest)

    def _plain(self, line: Line, kind: Kind) -> None:
        self._text(line, kind.rest)

    def _goes(self, line: Line, kind: Kind) -> None:
        self._go_to.append((line.number, self._into, kind.rest))
        self._awaited.add(_number_in(kind.rest))

    def _text(self, line: Line, words: str) -> None:
        if self._into is self.found.first:
            self._into.line = self._into.line or line.number
            if self._before is not None:
                self._before.append(line)
        if self._fresh or not self._into.texts:
            self._into.texts.append(words)
        else:
            gap = "\n\n" if line.after_blank else "\n"
            self._into.texts[-1] += gap + words
        self._fresh = False

    def _resolve(self) -> None:
        """Where "Go to question 2" leads, now that all questions are known."""
        numbered = {str(place): one for place, one in enumerate(self.found.questions, 1)}
        numbered |= {one.number: one for one in self.found.questions if one.number}
        worded = {_bare(one.words): one for one in reversed(self.found.questions)}
        for line, said, name in self._go_to:
            leads = numbered.get(_number_in(name)) or worded.get(_bare(name))
            if leads is None:
                self.found.lost.append(Note(line, f"There is no question “{name}” to go to."))
            else:
                said.leads = leads


def _number_in(name: str) -> str:
    match = _NUMBER.fullmatch(_bare(name))
    return match[1] if match else ""


def _bare(words: str) -> str:
    return words.casefold().strip(' .?"“”')


def write(document: Mapping[str, Any]) -> str:
    """A script for people to read, and to paste elsewhere; other languages come after it, whole."""
    parts = [_written(document)]
    for code in document.get("languages", {}):
        words = "\n".join(
            f"  {line}".rstrip() for line in _written(document_in(document, code)).splitlines()
        )
        parts.append(f"In {NAMES.get(code, code)}:\n\n{words}\n")
    return "\n".join(parts)


def _written(document: Mapping[str, Any]) -> str:
    lines = ["First message:", *_wordings(document.get("first", ()), 2)]
    steps = {step["key"]: step for step in document.get("steps", ())}
    numbers = {key: n for n, key in enumerate(steps, 1)}
    if steps:
        lines += ["", "Questions:"]
        done: set[str] = set()
        for key in steps:
            if key not in done:
                lines += ["", *_question(steps, numbers, key, 0, done)]
    for round_, texts in document.get("rounds", {}).items():
        lines += ["", f"Pass {round_}:", *_wordings(texts, 2)]
    if document.get("canned"):
        lines += ["", "Canned replies:"]
        for entry in document["canned"]:
            lines += ["", f"{entry['title']}:", *_indented(entry["text"], 2)]
    return "\n".join(lines) + "\n"


def _question(
    steps: Mapping[str, Any], numbers: Mapping[str, int], key: str, depth: int, done: set[str]
) -> Iterator[str]:
    done.add(key)
    pad = " " * depth
    yield f"{pad}Question {numbers[key]}: {steps[key]['question']}"
    for answer in steps[key]["answers"]:
        yield f"{pad}  If they say {answer['label']}:"
        yield from _wordings(answer["texts"], depth + 4)
        leads = answer["next"]
        if leads in done or (leads in steps and depth >= _DEEPEST):
            yield f"{pad}    Go to question {numbers[leads]}"
        elif leads in steps:
            yield from _question(steps, numbers, leads, depth + 4, done)


def _wordings(texts: list[str] | tuple[str, ...], depth: int) -> Iterator[str]:
    for place, text in enumerate(texts):
        if place:
            yield f"{' ' * depth}Or:"
        yield from _indented(text, depth)


def _indented(text: str, depth: int) -> Iterator[str]:
    for line in text.splitlines():
        yield f"{' ' * depth}{line}".rstrip()
