"""What differs between two versions of a script: place by place, and word by word."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_PLAIN_NAMES = {"languages": "Other languages", "media": "Pictures"}

SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words that both texts have, or only the one before (gone), or only the one now (new)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """One text of a script, what it is called, and the part of the script it belongs to."""

    part: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One place whose text is not the same; "" is a place that was not there, or is not any more."""

    place: str
    part: str
    title: str
    before: str
    after: str

    @property
    def pieces(self) -> list[Piece]:
        return words(self.before, self.after)


def words(before: str, after: str) -> list[Piece]:
    """Both texts in one, in whole words: what is gone stands before what is new."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(old[a:b])))
            continue
        if a < b:
            pieces.append(Piece(GONE, "".join(old[a:b])))
        if c < d:
            pieces.append(Piece(NEW, "".join(new[c:d])))
    return pieces


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every place that differs between two documents, in the order of the later one; what is gone stands
    where it stood among the others."""
    old, new = dict(places(before)), dict(places(after))
    return [
        Change(key, there.part, there.title, _text(old, key), _text(new, key))
        for key in _merged(list(old), list(new))
        for there in [new.get(key) or old[key]]
        if _text(old, key) != _text(new, key)
    ]


def _text(found: Mapping[str, Place], key: str) -> str:
    place = found.get(key)
    return place.text if place else ""


def _merged(old: list[str], new: list[str]) -> list[str]:
    """The keys of both, in the order of the later document; those that are gone after what they followed."""
    kept = set(new)
    gone: dict[str, list[str]] = {}
    last = ""
    for key in old:
        if key in kept:
            last = key
        else:
            gone.setdefault(last, []).append(key)
    merged = list(gone.get("", ()))
    for key in new:
        merged += [key, *gone.get(key, ())]
    return merged


def places(document: Mapping[str, Any]) -> Iterator[tuple[str, Place]]:
    """Every text of a document by a key that stays the same in all versions, with its title."""
    yield from _wordings("first", "First message", "", document.get("first", ()))
    for round_, texts in document.get("rounds", {}).items():
        yield from _wordings(f"rounds.{round_}", f"Message of pass {round_}", "", texts)
    questions = {step["key"]: step["question"] for step in document.get("steps", ())}
    for step in document.get("steps", ()):
        yield from _step(step, questions)
    for number, canned in enumerate(document.get("canned", ()), 1):
        text = f"{canned['title']}\n{canned['text']}"
        yield f"canned.{number}", Place("Answers kept ready", f"The {number}.", text)
    known = ("first", "rounds", "steps", "canned")
    for name, value in document.items():
        if name not in known:
            part = _PLAIN_NAMES.get(name, name.replace("_", " ").capitalize())
            yield from _others(name, part, "", value)


def _wordings(key: str, part: str, title: str, texts: Sequence[str]) -> Iterator[tuple[str, Place]]:
    for number, text in enumerate(texts, 1):
        wording = f"Wording {number}" if number > 1 else ""
        yield f"{key}.{number}", Place(part, ", ".join(filter(None, (title, wording))), text)


def _step(step: Mapping[str, Any], questions: Mapping[str, str]) -> Iterator[tuple[str, Place]]:
    part, key = f"Question “{step['question']}”", step["key"]
    yield key, Place(part, "The question", step["question"])
    order = ", ".join(answer["label"] for answer in step["answers"])
    yield f"{key}.order", Place(part, "Its answers, in their order", order)
    for answer in step["answers"]:
        where = f"After “{answer['label']}”"
        leads = answer["next"]
        yield from _wordings(f"{key}.{answer['key']}", part, where, answer["texts"])
        asked = questions.get(leads, leads) if leads else ""
        yield f"{key}.{answer['key']}.next", Place(part, f"{where} it asks", asked)


def _others(key: str, part: str, title: str, value: Any) -> Iterator[tuple[str, Place]]:
    """The rest of a document, whatever its shape."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, Mapping):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = [
            (one.get("key", number) if isinstance(one, Mapping) else number, one)
            for number, one in enumerate(value, 1)
        ]
    elif value is not None:
        yield key, Place(part, title, str(value))
    for name, one in inner:
        yield from _others(f"{key}.{name}", part, f"{title}, {name}" if title else str(name), one)
