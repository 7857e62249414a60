"""What was read out of somebody else's script, before it has keys: questions, answers, and notes on both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from p2ptext.rules.script_shape import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_CANNED,
    Misshapen,
    tidy,
)
from p2ptext.rules.tree import LONGEST_LABEL, LONGEST_QUESTION, MOST_ANSWERS, MOST_STEPS
from p2ptext.rules.variants import MOST_WORDINGS


@dataclass(frozen=True, slots=True)
class Note:
    """Something about one line that a person should look at; line 0 where it is about the whole."""

    line: int
    words: str


@dataclass(slots=True)
class Asked:
    """A question."""

    words: str
    line: int = 0
    answers: list["Said"] = field(default_factory=list)
    number: str = ""
    """As it is written, where it is."""


@dataclass(slots=True)
class Said:
    """What somebody may answer; or, for the first text, nothing yet."""

    label: str = ""
    line: int = 0
    texts: list[str] = field(default_factory=list)
    leads: Asked | None = None


@dataclass(slots=True)
class Gathered:
    """A script as it was understood, with what was guessed and what was left over."""

    first: Said = field(default_factory=Said)
    rounds: dict[str, Said] = field(default_factory=dict)
    questions: list[Asked] = field(default_factory=list)
    """Every question, in the order in which they stand; the first one is that of the first text."""
    canned: list[tuple[int, str, str]] = field(default_factory=list)
    """Line, title and text of each canned reply."""
    notes: list[Note] = field(default_factory=list)
    lost: list[Note] = field(default_factory=list)
    """What is not in the document, in its own words."""

    def said(self) -> Iterator[Said]:
        """Everything that holds texts, but for the canned replies."""
        yield self.first
        yield from self.rounds.values()
        for one in self.questions:
            yield from one.answers

    def document(self) -> dict[str, Any]:
        """The document, within the limits of a script. What goes beyond them is noted as lost."""
        if len(self.questions) > MOST_STEPS:
            raise Misshapen(f"There are {len(self.questions)} questions. {MOST_STEPS} are the most.")
        keys = {id(one): f"s{n}" for n, one in enumerate(self.questions, 1)}
        found: dict[str, Any] = {"first": self._wordings(self.first), "canned": self._canned()}
        rounds = {key: self._wordings(said) for key, said in self.rounds.items()}
        if rounds:
            found["rounds"] = rounds
        if self.questions:
            found["steps"] = [
                {
                    "key": keys[id(one)],
                    "question": self._cut(one.words, LONGEST_QUESTION, one.line, "The question"),
                    "answers": [
                        {
                            "key": f"a{n}",
                            "label": self._cut(said.label, LONGEST_LABEL, said.line, "The answer"),
                            "texts": self._wordings(said),
                            "next": keys.get(id(said.leads)) if said.leads else None,
                        }
                        for n, said in enumerate(self._most(one), 1)
                    ],
                }
                for one in self.questions
            ]
        return found

    def _most(self, one: Asked) -> Sequence[Said]:
        for said in one.answers[MOST_ANSWERS:]:
            words = f"{MOST_ANSWERS} answers to a question are the most: “{said.label}” is left out."
            self.lost.append(Note(said.line, words))
        return one.answers[:MOST_ANSWERS]

    def _wordings(self, said: Said) -> list[str]:
        texts = [text for text in (tidy(text).strip() for text in said.texts) if text]
        for text in texts[MOST_WORDINGS:]:
            self.lost.append(Note(said.line, f"{MOST_WORDINGS} wordings are the most. Left out: {text}"))
        return [self._cut(text, LONGEST_TEXT, said.line, "The text") for text in texts[:MOST_WORDINGS]]

    def _canned(self) -> list[dict[str, str]]:
        found = []
        for line, title, text in self.canned[:MOST_CANNED]:
            short = self._cut(title, LONGEST_TITLE, line, "The name of the canned reply")
            found.append(
                {"title": short, "text": self._cut(text, LONGEST_TEXT, line, "The canned reply")}
            )
        for line, title, _ in self.canned[MOST_CANNED:]:
            self.lost.append(Note(line, f"{MOST_CANNED} canned replies are the most. Left out: {title}"))
        return found

    def _cut(self, words: str, most: int, line: int, what: str) -> str:
        words = tidy(words).strip()
        if len(words) <= most:
            return words
        self.lost.append(
            Note(line, f"{what} is longer than {most:,} characters. Left out: {words[most:].strip()}")
        )
        return words[:most].strip()
