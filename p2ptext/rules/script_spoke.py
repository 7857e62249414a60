"""Scripts as Spoke hands them out: its interaction steps and canned responses, as JSON or CSV.

A step is one text, the answer that leads to it, and the question it asks; steps name their parent, or
hold their children. Facts from the schemas of its two public forks.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from p2ptext.rules.script import field_key
from p2ptext.rules.script_nodes import Asked, Gathered, Note, Said
from p2ptext.rules.script_shape import Misshapen

_ID = ("id",)
_PARENT = ("parentinteractionid", "parentid")
_SCRIPT = ("scriptoptions", "script", "text")
_QUESTION = ("questiontext", "question")
_ANSWER = ("answeroption", "answer")
_DELETED = ("isdeleted",)
_CHILDREN = ("interactionsteps", "children")
_CANNED = ("cannedresponses",)
_FIELD = re.compile(r"\{([^{}|\r\n]*)\}")
_FIELDS = {
    "firstname": "{first_name}",
    "lastname": "{last_name}",
    "externalid": "{external_id}",
    "texterfirstname": "{volunteer_name}",
    "texteraliasorfirstname": "{volunteer_name}",
    "texteralias": "{volunteer_name}",
}
_PICTURE = re.compile(r"\[\s*(https?://[^\[\]\s]+)\s*\]")
Step = Mapping[str, Any]


def steps_in(value: Any) -> tuple[list[Step], list[Step]] | None:
    """The steps and canned responses in a JSON value, however deep they lie; None where it has none."""
    if isinstance(value, list):
        return (value, []) if value and all(_is_step(one) for one in value) else None
    if not isinstance(value, Mapping):
        return None
    steps, canned = _get(value, _CHILDREN), _get(value, _CANNED)
    if isinstance(steps, list) or isinstance(canned, list):
        return _mappings(steps), _mappings(canned)
    for inside in value.values():
        found = steps_in(inside) if isinstance(inside, Mapping) else None
        if found:
            return found
    return None


def has_header(cells: Sequence[str]) -> bool:
    """Whether a CSV file with this first line holds interaction steps or canned responses."""
    names = set(map(field_key, cells))
    steps = names & {*_SCRIPT[:2]} and names & {*_QUESTION, *_ANSWER}
    return bool(steps) or {"title", "text"} <= names


def of_csv(rows: Sequence[tuple[int, Sequence[str]]]) -> Gathered:
    """What stands in a CSV file whose first line `has_header`. Raises Misshapen with a line's number."""
    header = [field_key(cell) for cell in rows[0][1]]
    entries = [
        {**dict(zip(header, cells, strict=False)), "line": line}
        for line, cells in rows[1:]
        if any(cell.strip() for cell in cells)
    ]
    if {"title", "text"} <= set(header):
        return gather([], entries)
    return gather(entries, [])


def gather(steps: Sequence[Step], canned: Sequence[Step]) -> Gathered:
    """A script out of steps and canned responses. Raises Misshapen."""
    found = Gathered()
    nodes = list(_flat(steps, None))
    parents = {_id(one) for one, _ in nodes}
    roots = [one for one, parent in nodes if parent is None or parent not in parents]
    children: dict[str, list[Step]] = {}
    for one, parent in nodes:
        if parent is not None and parent in parents:
            children.setdefault(parent, []).append(one)
    if nodes and not roots:
        raise Misshapen("Every step names another one as its parent, so none of them is the first.")
    for extra in roots[1:]:
        words = f"There is more than one first text. Left out: {' / '.join(_texts(extra))}"
        found.lost.append(Note(_line(extra), words))
    if roots:
        _Walk(found, children).take(roots[0], found.first)
    for entry in canned:
        title, text = str(_get(entry, ("title",)) or ""), str(_get(entry, ("text",)) or "")
        if title.strip() or text.strip():
            found.canned.append(
                (_line(entry), title.strip(), with_our_fields(text, found, _line(entry)))
            )
    return found


class _Walk:
    """From the first step down to the last answers."""

    def __init__(self, found: Gathered, children: Mapping[str, Sequence[Step]]) -> None:
        self._found, self._children = found, children
        self._seen: set[str] = set()

    def take(self, step: Step, said: Said) -> None:
        waiting = deque([(step, said)])
        while waiting:
            one, place = waiting.popleft()
            key = _id(one)
            if key in self._seen:
                raise Misshapen(f"The step “{key}” is there twice, or leads back to itself.")
            self._seen.add(key)
            place.texts = [with_our_fields(text, self._found, _line(one)) for text in _texts(one)]
            below = self._children.get(key, ())
            question = _question(one)
            if question and not below:
                words = f"The question “{question}” has no answers, so it is left out."
                self._found.lost.append(Note(_line(one), words))
            if below:
                waiting += self._ask(one, question, below, place)

    def _ask(
        self, one: Step, question: str, below: Sequence[Step], place: Said
    ) -> list[tuple[Step, Said]]:
        if not question:
            self._found.notes.append(Note(_line(one), "A question without words: write what is asked."))
        asked = Asked(question, _line(one))
        place.leads = asked
        self._found.questions.append(asked)
        more = []
        for child in below:
            said = Said(str(_get(child, _ANSWER) or "").strip(), _line(child))
            asked.answers.append(said)
            more.append((child, said))
        return more


def _flat(steps: Iterable[Step], parent: str | None) -> Iterator[tuple[Step, str | None]]:
    """Every step that is not deleted, with its parent's id, whether they are nested or in a row."""
    waiting = deque((one, parent) for one in steps)
    while waiting:
        one, above = waiting.popleft()
        if str(_get(one, _DELETED) or "").strip().casefold() in ("true", "t", "1"):
            continue
        named = _get(one, _PARENT)
        yield one, str(named) if named not in (None, "") else above
        waiting += [(child, _id(one)) for child in _mappings(_get(one, _CHILDREN))]


def _is_step(value: Any) -> bool:
    return isinstance(value, Mapping) and any(_get(value, (name,)) is not None for name in _SCRIPT[:2])


def _get(value: Step, names: Sequence[str]) -> Any:
    """The first of these names that is there, however it is spelled."""
    by_key = {field_key(str(key)): one for key, one in value.items()}
    return next((by_key[name] for name in names if by_key.get(name) not in (None, "")), None)


def _mappings(value: Any) -> list[Step]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _id(step: Step) -> str:
    found = _get(step, _ID)
    return str(found) if found is not None else f"at {id(step)}"


def _line(step: Step) -> int:
    line = step.get("line", 0)
    return line if isinstance(line, int) else 0


def _question(step: Step) -> str:
    question = _get(step, _QUESTION)
    if isinstance(question, Mapping):
        question = _get(question, ("text",))
    return str(question or "").strip()


def _texts(step: Step) -> list[str]:
    script = _get(step, _SCRIPT[:2])
    return [str(one) for one in script if one] if isinstance(script, list) else [str(script or "")]


def with_our_fields(text: str, found: Gathered, line: int) -> str:
    """A text with our fields in place of Spoke's; what has none is noted."""

    def field(match: re.Match[str]) -> str:
        name = match[1].strip()
        ours = _FIELDS.get(field_key(name))
        if ours:
            return ours
        if name.startswith("cv:"):
            gap = f"[{name.removeprefix('cv:').strip().upper()}]"
            found.notes.append(
                Note(line, f"{{{name}}} is a value of that campaign: {gap} is to be filled in.")
            )
            return gap
        if field_key(name) in ("texterlastname", "cell"):
            found.notes.append(Note(line, f"There is no {{{name}}} here. Take it out of the text."))
        return match[0]

    for picture in _PICTURE.finditer(text):
        found.lost.append(
            Note(line, f"A picture stays behind. Add it again if it is yours: {picture[1]}")
        )
    return _PICTURE.sub("", _FIELD.sub(field, text)).strip()
