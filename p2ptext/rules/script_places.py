"""The places of a script in which somebody writes, and what stands in each, by the names of its form's fields.

`first.1` is the first wording of the first message, `rounds.2.1` that of the second pass, `s1` a question,
`s1.a1` an answer to it. New ones, which no document has yet: `new`, `s1.new`, `s1.a1.new`.
"""

import re
from collections.abc import Mapping
from typing import Any

from p2ptext.rules.script_diff import Piece, words

_WORDING = re.compile(r"(first|rounds\.\d{1,4})\.(\d{1,2})", re.ASCII)
_STEP = re.compile(r"([\w-]{1,40})(?:\.([\w-]{1,40}))?", re.ASCII)
_NAMES = {
    "text": "The message",
    "question": "The question",
    "label": "If they say",
    "next": "This text asks",
}


def values_at(document: Mapping[str, Any] | None, place: str) -> dict[str, str] | None:
    """What a document says in a place; None where it has no such place."""
    if document is None:
        return None
    wording = _WORDING.fullmatch(place)
    if wording:
        return _wording(document, wording[1], int(wording[2]))
    match = _STEP.fullmatch(place)
    step = match and next((one for one in document.get("steps", ()) if one["key"] == match[1]), None)
    if not match or not step:
        return None
    if match[2] is None:
        return {"question": step["question"]}
    answer = next((one for one in step["answers"] if one["key"] == match[2]), None)
    return answer and answer_values(answer["label"], answer["texts"], answer["next"])


def _wording(document: Mapping[str, Any], name: str, number: int) -> dict[str, str] | None:
    rounds = document.get("rounds", {})
    texts = (
        document.get("first", ()) if name == "first" else rounds.get(name.removeprefix("rounds."), ())
    )
    return {"text": texts[number - 1]} if 0 < number <= len(texts) else None


def answer_values(label: str, texts: list[str] | tuple[str, ...], leads: str | None) -> dict[str, str]:
    """An answer by the names of its form's fields."""
    return {
        "label": label,
        **{f"texts-{n}": text for n, text in enumerate(texts)},
        "next": leads or "",
    }


def differences(
    theirs: Mapping[str, str], mine: Mapping[str, str], questions: Mapping[str, str]
) -> list[tuple[str, list[Piece]]]:
    """Field by field what `mine` would make of `theirs`, in words; `questions` by their keys."""
    found = []
    names = [*theirs, *(name for name in mine if name not in theirs)]
    for name in names:
        before, after = theirs.get(name, ""), mine.get(name, "")
        if name == "next":
            before, after = questions.get(before, before), questions.get(after, after)
        if before != after:
            found.append((_title(name), words(before, after)))
    return found


def _title(name: str) -> str:
    if name.startswith("texts-"):
        return f"Wording {int(name.removeprefix('texts-')) + 1}"
    return _NAMES.get(name, name)


def carried(
    document: Mapping[str, Any], before: tuple[str, str], after: tuple[str, str]
) -> dict[str, Any]:
    """The document after an answer got another key: its words in other languages and its picture go along.

    `before` and `after` are the keys of its question and of itself.
    """
    changed = dict(document)
    if "media" in changed:
        media = dict(changed["media"])
        if ".".join(before) in media:
            media[".".join(after)] = media.pop(".".join(before))
        changed["media"] = media
    if "languages" in changed:
        changed["languages"] = {
            code: _carried(words, before, after) for code, words in changed["languages"].items()
        }
    return changed


def _carried(
    words: Mapping[str, Any], before: tuple[str, str], after: tuple[str, str]
) -> dict[str, Any]:
    steps = {key: dict(step) for key, step in words.get("steps", {}).items()}
    answers = dict(steps.get(before[0], {}).get("answers", {}))
    if before[1] not in answers:
        return dict(words)
    moved = answers.pop(before[1])
    steps[before[0]]["answers"] = answers
    there = steps.setdefault(after[0], {})
    there["answers"] = {**there.get("answers", {}), after[1]: moved}
    return {**words, "steps": steps}
