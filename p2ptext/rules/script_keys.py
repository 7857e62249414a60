"""A script that comes in gets keys that fit the campaign: what is asked already keeps its key, so that the
answers to it go on counting; what is new gets one that was never used."""

from collections.abc import Iterable, Mapping
from typing import Any

Keys = Mapping[str, Iterable[str]]
"""Keys of answers by the keys of their questions."""


def fitted(incoming: Mapping[str, Any], present: Mapping[str, Any], used: Keys) -> dict[str, Any]:
    """`incoming` with keys of its own, its other languages moved along.

    `present` is what the campaign says now. `used` are the keys that any version of it had.
    """
    names = _questions(incoming, present, used)
    answers = {
        step["key"]: _answers(
            step, _asked(present, names[step["key"]]), used.get(names[step["key"]], ())
        )
        for step in incoming.get("steps", ())
    }
    fitted = dict(incoming)
    if "steps" in incoming:
        fitted["steps"] = [
            {
                **step,
                "key": names[step["key"]],
                "answers": [
                    {
                        **one,
                        "key": answers[step["key"]][one["key"]],
                        "next": names.get(one["next"]) if one["next"] else None,
                    }
                    for one in step["answers"]
                ],
            }
            for step in incoming["steps"]
        ]
    if "languages" in incoming:
        fitted["languages"] = {
            code: _moved(words, names, answers) for code, words in incoming["languages"].items()
        }
    return fitted


def _questions(incoming: Mapping[str, Any], present: Mapping[str, Any], used: Keys) -> dict[str, str]:
    asked: dict[str, str] = {}
    for step in present.get("steps", ()):
        asked.setdefault(_fold(step["question"]), step["key"])
    return _named(
        ((step["key"], _fold(step["question"])) for step in incoming.get("steps", ())), asked, used, "s"
    )


def _answers(
    step: Mapping[str, Any], asked: Mapping[str, Any] | None, used: Iterable[str]
) -> dict[str, str]:
    given: dict[str, str] = {}
    for one in asked["answers"] if asked else ():
        given.setdefault(_fold(one["label"]), one["key"])
    return _named(((one["key"], _fold(one["label"])) for one in step["answers"]), given, used, "a")


def _named(
    words: Iterable[tuple[str, str]], known: dict[str, str], used: Iterable[str], letter: str
) -> dict[str, str]:
    """By its old key, the key of each: the known one of its words, or a new one."""
    taken = {*used, *known.values()}
    left = dict(known)
    names = {}
    number = 0
    for key, said in words:
        name = left.pop(said, None)
        while name is None:
            number += 1
            name = f"{letter}{number}" if f"{letter}{number}" not in taken else None
        names[key] = name
    return names


def _asked(present: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    return next((step for step in present.get("steps", ()) if step["key"] == key), None)


def _moved(
    words: Mapping[str, Any], names: Mapping[str, str], answers: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    if "steps" not in words:
        return dict(words)
    steps = {}
    for key, step in words["steps"].items():
        moved = dict(step)
        if "answers" in step:
            moved["answers"] = {answers[key][one]: said for one, said in step["answers"].items()}
        steps[names[key]] = moved
    return {**words, "steps": steps}


def _fold(words: str) -> str:
    return " ".join(words.casefold().split())
