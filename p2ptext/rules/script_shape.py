"""The document of a script in its one form: what came from outside is held against it, place by place.

Words may be wrong in it (an answer that leads in a circle, a field that no list has): rules.tree and
rules.script say so. Here it is only whether the document can be kept and read at all.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from p2ptext.rules.languages import NAMES
from p2ptext.rules.tree import LONGEST_LABEL, LONGEST_QUESTION, MOST_ANSWERS, MOST_STEPS
from p2ptext.rules.variants import MOST_WORDINGS

LONGEST_TEXT = 1600
LONGEST_TITLE = 40
MOST_CANNED = 200
MOST_ROUNDS = 50
_KEY = re.compile(r"[\w-]{1,40}", re.ASCII)
_ROUND = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_LINE_ENDS = re.compile(r"\r\n?")
_UNSEEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


class Misshapen(ValueError):
    """Something that no script can have. `words` say where, and what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def tidy(text: str) -> str:
    """A text as documents hold it: lines end with \\n, without characters that nobody can see."""
    return _LINE_ENDS.sub("\n", text).translate(_UNSEEN).encode("utf-8", "replace").decode()


def read(value: Any) -> dict[str, Any]:
    """The document that `value` (of JSON, of a file) stands for, in its one form.

    "first" and "canned" are always there, "rounds", "steps" and "languages" where something is in them;
    pictures are left out: they belong to a campaign. Raises Misshapen at the first thing that is wrong.
    """
    document = _mapping(value, "The script")
    _known(document, ("first", "rounds", "canned", "steps", "languages", "media"), "The script")
    steps = [_step(one, place) for place, one in enumerate(_list(document, "steps", MOST_STEPS), 1)]
    _once([step["key"] for step in steps], "The questions")
    _leads(steps)
    found: dict[str, Any] = {
        "first": _texts(document.get("first", []), "The first message"),
        "canned": _canned(document),
    }
    found |= _filled(
        rounds=_rounds(document),
        steps=steps,
        languages={
            _code(code): _language(_mapping(words, f"The language {code}"), steps, code)
            for code, words in _mapping(document.get("languages") or {}, "“languages”").items()
        },
    )
    return found


def _filled(**places: Any) -> dict[str, Any]:
    return {name: value for name, value in places.items() if value}


def _language(words: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], code: str) -> dict[str, Any]:
    where = NAMES.get(code, code)
    _known(words, ("first", "rounds", "canned", "steps"), where)
    keys = {step["key"]: {answer["key"] for answer in step["answers"]} for step in steps}
    own = _mapping(words.get("steps") or {}, f"{where}: “steps”")
    return _filled(
        first=_texts(words.get("first", []), f"{where}: the first message"),
        rounds=_rounds(words),
        canned=_canned(words),
        steps={
            key: translated
            for key, one in own.items()
            if key in keys
            and (translated := _step_in(_mapping(one, f"{where}: question {key}"), keys[key], where))
        },
    )


def _step_in(step: Mapping[str, Any], keys: set[str], where: str) -> dict[str, Any]:
    _known(step, ("question", "answers"), where)
    answers = _mapping(step.get("answers") or {}, where)
    return _filled(
        question=_words(step.get("question", ""), f"{where}: a question", LONGEST_QUESTION),
        answers={
            key: translated
            for key, one in answers.items()
            if key in keys and (translated := _answer_in(_mapping(one, where), where))
        },
    )


def _answer_in(answer: Mapping[str, Any], where: str) -> dict[str, Any]:
    _known(answer, ("label", "texts"), where)
    return _filled(
        label=_words(answer.get("label", ""), f"{where}: an answer", LONGEST_LABEL),
        texts=_texts(answer.get("texts", []), f"{where}: a text after an answer"),
    )


def _step(value: Any, place: int) -> dict[str, Any]:
    step = _mapping(value, f"Question {place}")
    _known(step, ("key", "question", "answers"), f"Question {place}")
    answers = [_answer(one, place) for one in _list(step, "answers", MOST_ANSWERS)]
    _once([answer["key"] for answer in answers], f"The answers to question {place}")
    return {
        "key": _key(step.get("key"), f"Question {place}"),
        "question": _words(step.get("question", ""), f"Question {place}", LONGEST_QUESTION),
        "answers": answers,
    }


def _answer(value: Any, place: int) -> dict[str, Any]:
    where = f"An answer to question {place}"
    answer = _mapping(value, where)
    _known(answer, ("key", "label", "texts", "next"), where)
    leads = answer.get("next")
    return {
        "key": _key(answer.get("key"), where),
        "label": _words(answer.get("label", ""), where, LONGEST_LABEL),
        "texts": _texts(answer.get("texts", []), where),
        "next": None if leads is None else _key(leads, where),
    }


def _leads(steps: Sequence[Mapping[str, Any]]) -> None:
    keys = {step["key"] for step in steps}
    for place, step in enumerate(steps, 1):
        for answer in step["answers"]:
            if answer["next"] is not None and answer["next"] not in keys:
                raise Misshapen(
                    f"The answer “{answer['label']}” to question {place} leads to “{answer['next']}”, "
                    "and there is no such question."
                )


def _rounds(document: Mapping[str, Any]) -> dict[str, list[str]]:
    rounds = _mapping(document.get("rounds") or {}, "“rounds”")
    if len(rounds) > MOST_ROUNDS:
        raise Misshapen(f"There are {len(rounds)} passes. {MOST_ROUNDS} are the most.")
    for key in rounds:
        if not _ROUND.fullmatch(str(key)) or key == "1":
            raise Misshapen(f"A pass has a number from 2 up; “{key}” is none.")
    found = {str(key): _texts(texts, f"Pass {key}") for key, texts in rounds.items()}
    return {key: texts for key, texts in found.items() if texts}


def _canned(document: Mapping[str, Any]) -> list[dict[str, str]]:
    found = []
    for place, one in enumerate(_list(document, "canned", MOST_CANNED), 1):
        where = f"Canned reply {place}"
        entry = _mapping(one, where)
        _known(entry, ("title", "text"), where)
        title = _words(entry.get("title", ""), f"The name of canned reply {place}", LONGEST_TITLE)
        found.append({"title": title, "text": _words(entry.get("text", ""), where, LONGEST_TEXT)})
    return found


def _texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list):
        raise Misshapen(f"{where}: its wordings must be a list of texts.")
    if len(value) > MOST_WORDINGS:
        raise Misshapen(f"{where} has {len(value)} wordings. {MOST_WORDINGS} are the most.")
    return [_words(text, where, LONGEST_TEXT) for text in value]


def _words(value: Any, where: str, most: int) -> str:
    if not isinstance(value, str):
        raise Misshapen(f"{where} must be words.")
    text = tidy(value)
    if len(text) > most:
        raise Misshapen(f"{where} is {len(text):,} characters long. {most:,} are the most.")
    return text


def _key(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value) or value == "new":
        raise Misshapen(f"{where} has no usable key: letters, digits, - and _ make one, at most 40.")
    return value


def _code(code: Any) -> str:
    if code not in NAMES:
        raise Misshapen(f"“{code}” is no language that is known here. Use a code such as “es”.")
    return str(code)


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Misshapen(f"{where} is not written as an object with named places.")
    return value


def _list(document: Mapping[str, Any], name: str, most: int) -> list[Any]:
    value = document.get(name) or []
    if not isinstance(value, list):
        raise Misshapen(f"“{name}” must be a list.")
    if len(value) > most:
        raise Misshapen(f"“{name}” has {len(value)} entries. {most} are the most.")
    return value


def _known(value: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    strange = next((name for name in value if name not in names), None)
    if strange is not None:
        raise Misshapen(f"{where} has “{strange}”, which is not known here. Take it out.")


def _once(keys: Sequence[str], where: str) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise Misshapen(f"{where} have the key “{key}” twice. Each key is used once.")
