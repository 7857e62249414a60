"""Words that may fit, one tap away: the script's next text first, then what their text is about.

They fill the box and are never sent by themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from p2ptext.conversations.queries import Thread, canned
from p2ptext.conversations.surveying import Survey
from p2ptext.extensions import cursor
from p2ptext.rules import intents, script
from p2ptext.rules.plain_words import flatten, without_quotations, words

MOST = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One text that may fit, filled in for this person."""

    title: str
    text: str
    source: str
    """tree: the script's next text. intent: what their text seems to be about. canned: a ready answer."""
    offered: str = ""
    """For the script's next text, what the reply names as its beginning; see surveying."""
    media: dict[str, Any] | None = None
    """What goes with it: `id`, `kind`, `description`."""


def suggest(
    conversation: Thread, survey: Survey, organization_name: str, texting_name: str
) -> list[Suggestion]:
    """At most three, the best first. None of its own for somebody who may be in danger."""
    found = [Suggestion(one.title, one.text, "tree", one.offer, one.media) for one in survey.offered]
    if conversation.crisis_reason is None and conversation.waiting_since is not None:
        text = _last_text(conversation)
        ready = canned(conversation, texting_name)
        values = {"volunteer_name": texting_name, "organization": organization_name}
        found += matching(text, ready, values)
    chosen: dict[str, Suggestion] = {}
    for one in found:
        chosen.setdefault(one.text, one)
    return list(chosen.values())[:MOST]


def matching(text: str, ready: Sequence[dict[str, str]], values: dict[str, str]) -> Iterator[Suggestion]:
    """What may fit a text, the best first: of the ready answers, and of our own words with `values` in."""
    yield from _by_intent(text, ready, values)
    yield from _by_title(text, ready)


def _last_text(conversation: Thread) -> str:
    sql = cursor()
    sql.execute("SELECT text FROM inbound_text WHERE id = %s", (conversation.claims.last_inbound_id,))
    return str((sql.fetchone() or ("",))[0])


def _by_intent(
    text: str, ready: Sequence[dict[str, str]], values: dict[str, str]
) -> Iterator[Suggestion]:
    """What fits what they mean, in their language; the campaign's own answer of that title before ours."""
    language = intents.language(text)
    titled = {flatten(entry["title"]): entry for entry in ready}
    for slug in intents.read(text):
        title = intents.TITLES[slug]
        own = titled.get(flatten(title))
        if own is not None:
            yield Suggestion(own["title"], own["text"], "canned")
            continue
        templates = intents.SUGGESTIONS.get(slug, {})
        template = templates.get(language) or templates.get("en")
        if template:
            yield Suggestion(title, script.render(template, values, plain=True), "intent")


def _by_title(text: str, ready: Sequence[dict[str, str]]) -> Iterator[Suggestion]:
    """Ready answers all of whose title's words stand in what they wrote themselves."""
    said = set(words(without_quotations(flatten(text))))
    for entry in ready:
        title = words(flatten(entry["title"]))
        if title and said.issuperset(title):
            yield Suggestion(entry["title"], entry["text"], "canned")
