"""What differs between two versions of a script: place by place, and word by word."""

import difflib
import re
from collections.abc import Iterator, Mapping
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
    """One text of a script and what it is called."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One place whose text is not the same; "" is a place that was not there, or is not any more."""

    place: str
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
        Change(key, (new.get(key) or old[key]).title, _text(old, key), _text(new, key))
        for key in _merged(list(old), list(new))
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
    yield from _wordings("first", "First message", document.get("first", ()))
    for round_, texts in document.get("rounds", {}).items():
        yield from _wordings(f"rounds.{round_}", f"Message of pass {round_}", texts)
    questions = {step["key"]: step["question"] for step in document.get("steps", ())}
    for step in document.get("steps", ()):
        yield from _step(step, questions)
    for number, canned in enumerate(document.get("canned", ()), 1):
        text = f"{canned['title']}\n{canned['text']}"
        yield f"canned.{number}", Place(f"Answer kept ready {number}", text)
    known = ("first", "rounds", "steps", "canned")
    for name, value in document.items():
        if name not in known:
            title = _PLAIN_NAMES.get(name, name.replace("_", " ").capitalize())
            yield from _others(name, title, value)


def _wordings(key: str, title: str, texts: list[str]) -> Iterator[tuple[str, Place]]:
    for number, text in enumerate(texts, 1):
        yield f"{key}.{number}", Place(f"{title}, wording {number}" if number > 1 else title, text)


def _step(step: Mapping[str, Any], questions: Mapping[str, str]) -> Iterator[tuple[str, Place]]:
    name, key = f"“{step['question']}”", step["key"]
    yield key, Place("Question", step["question"])
    order = ", ".join(answer["label"] for answer in step["answers"])
    yield f"{key}.order", Place(f"Answers to {name}, in their order", order)
    for answer in step["answers"]:
        where = f"“{answer['label']}” to {name}"
        leads = answer["next"]
        yield from _wordings(f"{key}.{answer['key']}", f"After {where}", answer["texts"])
        asked = questions.get(leads, leads) if leads else ""
        yield f"{key}.{answer['key']}.next", Place(f"Asked after {where}", asked)


def _others(key: str, title: str, value: Any) -> Iterator[tuple[str, Place]]:
    """The rest of a document, whatever its shape."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _others(f"{key}.{name}", f"{title}, {name}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            name = inner.get("key", number) if isinstance(inner, Mapping) else number
            yield from _others(f"{key}.{name}", f"{title}, {name}", inner)
    elif value is not None:
        yield key, Place(title, str(value))
