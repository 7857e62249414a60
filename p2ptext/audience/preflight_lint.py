"""What is wrong with the words of a script: everywhere in it, in each of its languages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from p2ptext.audience.findings import MOST_SAMPLES, Finding
from p2ptext.rules import languages, lint, tree
from p2ptext.rules.lint import LintFacts, LintFault

_LONGEST_SNIPPET = 60


@dataclass(frozen=True, slots=True)
class Place:
    """One text of a script, and where it stands."""

    text: str
    name: str
    """In words; "" for an only wording of the first message."""
    fix: str
    kind: str
    """first, round (a later pass) or other."""
    language: str = ""


def places(document: Mapping[str, Any]) -> Iterator[Place]:
    """Every text of a document, in every language, as people get to see it."""
    yield from _in_main_words(document)
    for code in languages.written(document):
        main = {(place.name, place.text) for place in _in_main_words(document)}
        for place in _in_main_words(languages.document_in(document, code)):
            if (place.name, place.text) not in main:
                name = f"In {languages.NAMES.get(code, code)}"
                if place.name:
                    name = f"{name}, {place.name[0].lower()}{place.name[1:]}"
                yield replace(place, name=name, fix="languages", language=code)


def _in_main_words(document: Mapping[str, Any]) -> Iterator[Place]:
    yield from _wordings(document["first"], "", "message", "first")
    for round_, texts in document.get("rounds", {}).items():
        yield from _wordings(texts, f"Pass {round_}", "passes", "round")
    for step in tree.read(document.get("steps", ())):
        for answer in step.answers:
            name = f"The text after “{answer.label}” to {tree.name_of(step)}"
            yield from _wordings(answer.texts, name, "questions", "other")
    for reply in document.get("canned", ()):
        yield Place(reply["text"], f"The canned reply “{reply['title']}”", "canned", "other")


def _wordings(texts: Iterable[str], name: str, fix: str, kind: str) -> Iterator[Place]:
    texts = list(texts)
    for number, text in enumerate(texts, 1):
        which = name
        if len(texts) > 1:
            which = f"{name}, wording {number}" if name else f"Wording {number}"
        yield Place(text, which, fix, kind)


def look(found: Iterable[Place], facts: LintFacts) -> tuple[list[Finding], list[Finding]]:
    """What blocks in these texts, and what only warns: each kind of fault once for each step of the desk
    that puts it right."""
    told: dict[tuple[str, str, bool], list[tuple[Place, LintFault]]] = {}
    for place in found:
        for fault in lint.check(place.text, _facts_for(place, facts)):
            told.setdefault((fault.code, place.fix, fault.blocks), []).append((place, fault))
    both: tuple[list[Finding], list[Finding]] = ([], [])
    for (_, _, blocks), faults in told.items():
        both[0 if blocks else 1].append(_finding(faults))
    return both


def _facts_for(place: Place, facts: LintFacts) -> LintFacts:
    """A pass goes to people who were told before who texts them; an answer to people who talk "
    "already."""
    of_place = replace(facts, first=place.kind != "other", language=place.language)
    return replace(of_place, organization_names=()) if place.kind == "round" else of_place


def _finding(faults: list[tuple[Place, LintFault]]) -> Finding:
    place, fault = faults[0]
    alone = len({one.text for one, _ in faults}) == 1
    return Finding(
        fault.code,
        f"{place.name}: {fault.words}" if alone and place.name else fault.words,
        place.fix,
        [_sample(*one) for one in faults[:MOST_SAMPLES]] if not alone or fault.end else [],
        len(faults),
        overridable=fault.blocks and fault.overridable,
        about="\n\n".join(dict.fromkeys(one.text for one, _ in faults)),
    )


def _sample(place: Place, fault: LintFault) -> str:
    snippet = " ".join(place.text[fault.start : fault.end].split())
    if len(snippet) > _LONGEST_SNIPPET:
        snippet = f"{snippet[:_LONGEST_SNIPPET]}…"
    said = f"“{snippet}”" if snippet else ""
    return ": ".join(filter(None, (place.name, said))) or "the message"
