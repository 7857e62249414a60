"""A conversation is played through: the script's texts as one contact would read them, and what somebody
answers. Nothing is saved and nothing is sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from p2ptext.audience.merging import merge_values
from p2ptext.audience.previewing import Sample
from p2ptext.campaigns import linking
from p2ptext.campaigns.models import Campaign
from p2ptext.rules import languages, script, sms_text, tree, variants
from p2ptext.rules.tree import Answer, Step


@dataclass(frozen=True, slots=True)
class Line:
    """One bubble: a text of ours, or what the person says."""

    text: str
    out: bool
    note: str = ""
    missing: str = ""
    """Why this text cannot be written for this person, in words."""


@dataclass(frozen=True, slots=True)
class Played:
    """A conversation so far."""

    lines: list[Line] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The answers so far, as `s1.a1`, which the script has."""
    asked: Step | None = None
    """What is asked now; None where the conversation ends."""


def play(
    campaign: Campaign, document: dict[str, Any], sample: Sample, texting_name: str, said: Iterable[str]
) -> Played:
    """The first text and, answer by answer (`said`: `s1.a1` and so on), what comes next.

    An answer that the script does not have at that point ends the reading of `said`. The contact gets the
    wordings, in the language, that they would get.
    """
    document = linking.links_of(campaign.id).put_in_all(document)
    spoken = languages.document_in(document, languages.of(sample.fields))
    steps = tree.read(spoken.get("steps", ()))
    contact = sample.contact_id or 0
    values = merge_values(sample.fields, texting_name)
    lines = [_text(campaign, spoken["first"], contact, 1, values)] if spoken["first"] else []
    known = tree.by_key(steps)
    step: Step | None = steps[0] if steps else None
    taken: list[str] = []
    for one in said:
        answer = _answer(step, one)
        if step is None or answer is None or len(taken) > len(steps):
            break
        taken.append(one)
        lines.append(Line(answer.label, out=False))
        if answer.texts:
            lines.append(_text(campaign, answer.texts, contact, one, values))
        step = known.get(answer.next) if answer.next else None
    return Played(lines, taken, step)


def _answer(step: Step | None, said: str) -> Answer | None:
    key, _, answer = said.partition(".")
    return step.answer(answer) if step and step.key == key else None


def _text(
    campaign: Campaign, texts: Any, contact_id: int, place: int | str, values: dict[str, str]
) -> Line:
    variant = variants.choose(contact_id, place, len(texts))
    wording = f"Wording {variant + 1} of {len(texts)}. " if len(texts) > 1 else ""
    try:
        text = script.render(texts[variant], values, plain=campaign.plain_typography)
    except script.MissingField as missing:
        words = f"There is no {{{missing.name}}} for this person: the volunteer writes this text without help."
        return Line(texts[variant], True, wording, words)
    segments = sms_text.count(text).segments
    return Line(text, True, f"{wording}{'1 segment' if segments == 1 else f'{segments} segments'}")
