"""The places of a script that can be said in another language: what the main words are, what is written,
what is missing, and how what somebody writes goes in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from p2ptext.rules.languages import title_key
from p2ptext.rules.variants import MOST_WORDINGS

MESSAGES, CANNED = "messages", "canned"
QUESTIONS_AT_ONCE = 20
"""Questions on one page of a language."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place."""

    name: str
    """As a form's field: first:1, rounds:2:1, canned:3, question:s1, label:s1:a1, text:s1:a1:1."""
    part: str
    """What it belongs to, in words."""
    title: str
    main: str
    """The main words; "" for a wording that only this language has."""
    own: str

    @property
    def kind(self) -> str:
        return self.name.partition(":")[0]

    @property
    def is_text(self) -> bool:
        """Whether it leaves; what is asked and answered is read by volunteers."""
        return self.kind not in ("question", "label")

    @property
    def is_first(self) -> bool:
        """Whether it is a text to somebody who has not written: it must say who texts, and how to end it."""
        return self.kind in ("first", "rounds")


def places(document: Mapping[str, Any], code: str) -> list[Place]:
    """Every place of the script, in its order."""
    own = (document.get("languages") or {}).get(code, {})
    return [*_messages(document, own), *_canned(document, own), *_tree(document, own)]


def missing(found: Sequence[Place]) -> list[Place]:
    """The texts that are said in the main words, because nothing is written for them."""
    written = {_slot(one) for one in found if one.own}
    lacking = {
        _slot(one): one
        for one in reversed(found)
        if one.is_text and one.main and _slot(one) not in written
    }
    return list(lacking.values())[::-1]


def texts(found: Sequence[Place]) -> int:
    """How many texts there are to write: the wordings of one place count as one."""
    return len({_slot(one) for one in found if one.is_text and one.main})


def parts(document: Mapping[str, Any]) -> dict[str, tuple[str, set[str]]]:
    """The pages of a language by their key: what they are called, and the questions on them."""
    keys = [step["key"] for step in document.get("steps", ())]
    found: dict[str, tuple[str, set[str]]] = {MESSAGES: ("Messages", set())}
    if document.get("canned"):
        found[CANNED] = ("Canned replies", set())
    for start in range(0, len(keys), QUESTIONS_AT_ONCE):
        some = keys[start : start + QUESTIONS_AT_ONCE]
        last = start + len(some)
        name = "Questions" if len(keys) <= QUESTIONS_AT_ONCE else f"Questions {start + 1} to {last}"
        found[str(start // QUESTIONS_AT_ONCE + 1)] = (name, set(some))
    return found


def on_page(found: Sequence[Place], page: str, keys: set[str]) -> list[Place]:
    """Those that stand on one page."""
    return [one for one in found if _page_of(one, page, keys)]


def _page_of(place: Place, page: str, keys: set[str]) -> bool:
    if place.is_first:
        return page == MESSAGES
    if place.kind == "canned":
        return page == CANNED
    return place.name.split(":")[1] in keys


def put(document: Mapping[str, Any], code: str, values: Mapping[str, str]) -> dict[str, Any]:
    """The document with these places of a language written; "" empties one. Names it lacks are left out."""
    found = {one.name: one.own for one in places(document, code)}
    found |= {name: text for name, text in values.items() if name in found}
    own: dict[str, Any] = {}
    titles = [entry["title"] for entry in document.get("canned", ())]
    for name, text in found.items():
        if text.strip():
            _write(own, name.split(":"), text, titles)
    extra = _only_here(document, (document.get("languages") or {}).get(code, {}))
    if extra:
        own["canned"] = [*own.get("canned", ()), *extra]
    return {**document, "languages": {**(document.get("languages") or {}), code: own}}


def _write(own: dict[str, Any], name: Sequence[str], text: str, titles: Sequence[str]) -> None:
    kind, *where = name
    if kind == "first":
        own.setdefault("first", []).append(text)
    elif kind == "rounds":
        own.setdefault("rounds", {}).setdefault(where[0], []).append(text)
    elif kind == "canned":
        own.setdefault("canned", []).append({"title": titles[int(where[0]) - 1], "text": text})
    else:
        step = own.setdefault("steps", {}).setdefault(where[0], {})
        if kind == "question":
            step["question"] = text
            return
        answer = step.setdefault("answers", {}).setdefault(where[1], {})
        if kind == "label":
            answer["label"] = text
        else:
            answer.setdefault("texts", []).append(text)


def _slot(place: Place) -> str:
    """The wordings of one text are one slot: a single one of them is enough for it."""
    return place.name.rpartition(":")[0] if place.kind in ("first", "rounds", "text") else place.name


def _messages(document: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Place]:
    first = document.get("first", ())
    yield from _wordings("first", "First message", first, own.get("first", ()), spare=1)
    for number, main in document.get("rounds", {}).items():
        there = own.get("rounds", {}).get(number, ())
        yield from _wordings(f"rounds:{number}", f"Message of pass {number}", main, there, spare=1)


def _wordings(
    name: str, part: str, main: Sequence[str], own: Sequence[str], title: str = "Wording", spare: int = 0
) -> Iterator[Place]:
    most = min(MOST_WORDINGS, max(len(main), len(own) + spare))
    for place in range(most):
        called = f"{title} {place + 1}" if most > 1 else title
        yield Place(f"{name}:{place + 1}", part, called, _at(main, place), _at(own, place))


def _at(texts: Sequence[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""


def _canned(document: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Place]:
    by_title = {title_key(entry["title"]): entry["text"] for entry in reversed(own.get("canned", ()))}
    for number, entry in enumerate(document.get("canned", ()), 1):
        text = by_title.get(title_key(entry["title"]), "")
        yield Place(f"canned:{number}", "Canned replies", entry["title"], entry["text"], text)


def _only_here(document: Mapping[str, Any], own: Mapping[str, Any]) -> list[Any]:
    """Canned replies whose title the main words do not have: they stay as they are."""
    known = {title_key(entry["title"]) for entry in document.get("canned", ())}
    return [entry for entry in own.get("canned", ()) if title_key(entry["title"]) not in known]


def _tree(document: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Place]:
    for number, step in enumerate(document.get("steps", ()), 1):
        key, part = step["key"], f"Question {number}: {step['question']}"
        there = own.get("steps", {}).get(key, {})
        yield Place(f"question:{key}", part, "The question", step["question"], there.get("question", ""))
        for answer in step["answers"]:
            said = there.get("answers", {}).get(answer["key"], {})
            name, label = f"{key}:{answer['key']}", answer["label"]
            yield Place(f"label:{name}", part, f"The answer “{label}”", label, said.get("label", ""))
            title = f"The text after “{label}”"
            yield from _wordings(f"text:{name}", part, answer["texts"], said.get("texts", ()), title)
