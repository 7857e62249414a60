"""A page of plain text that everybody may read: how it is written, and what reviewers look for in it.

CTIA's Messaging Principles and carriers' reviewers ask of the privacy policy that mobile numbers and
consent are not shared for others' marketing, and of the terms: who texts and about what, how often,
that message and data rates may apply, STOP and HELP, and where help is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

LONGEST = 20_000
GAP = "[your e-mail address]"
"""Stands in a page to begin with where nobody has said yet how people reach the organization."""
_GAPS = re.compile(r"\[\s*(?:your\b[^\]\n]*)?\]", re.I)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list, in the order of the page."""

    kind: str
    """heading, words or list."""
    lines: tuple[str, ...]


def blocks(body: str) -> list[Block]:
    """The parts of a page. A line that begins with "# " is a heading, one with "- " a point of a list,
    an empty line begins a new paragraph. Nothing else means anything: it is text."""
    found: list[Block] = []
    gap = True
    for raw in body.splitlines():
        line = raw.strip()
        if not line:
            gap = True
            continue
        kind, text = _read(line)
        if gap or kind == "heading" or found[-1].kind != kind:
            found.append(Block(kind, (text,)))
        else:
            found[-1] = Block(kind, (*found[-1].lines, text))
        gap = False
    return found


def _read(line: str) -> tuple[str, str]:
    if line.startswith("# "):
        return "heading", line[2:].strip()
    if line.startswith("- "):
        return "list", line[2:].strip()
    return "words", line


@dataclass(frozen=True, slots=True)
class About:
    """The organization, as its pages name it."""

    name: str
    website: str
    contact_email: str
    links_on: bool
    """Whether links in its texts are counted by person."""

    @property
    def reach(self) -> str:
        """Where it is reached, for the end of a sentence."""
        ways = [way for way in (self.contact_email, self.website) if way]
        return " or ".join(ways) or GAP


_LINKS = (
    "# Links in our texts\n\n"
    "Some links in our texts are made for one person. When such a link is opened we learn that it was, and "
    "when. We use this to see whether our texts help, and to ask fewer people twice. You can always go to "
    "our website without the link.\n\n"
)


def privacy(about: About) -> str:
    """A privacy policy to begin with."""
    return (
        f"# What this page is about\n\n{about.name} sends text messages to people. This page says which data "
        "we use for it, and what we do with them.\n\n"
        "# What we keep\n\n"
        "- Your mobile number and your name, as you gave them to us or as public records show them.\n"
        "- What we know of where you live, so that texts come at a fitting hour.\n"
        "- The texts we send you and the answers you send us.\n"
        "- That and when you agreed to texts, or asked us to stop.\n\n"
        "# What we do with it\n\n"
        "A volunteer or a member of our staff reads your answers and replies. We use what you tell us for "
        f"the work of {about.name}, and for nothing else.\n\n"
        "# What we never do\n\n"
        "We do not sell, rent or share your mobile number. No mobile information is shared with third "
        "parties or affiliates for marketing or promotional purposes. Text messaging originator opt-in data "
        "and consent are not shared with any third party. Companies that carry our texts get what they need "
        "to carry them, and may not use it for anything else.\n\n"
        f"{_LINKS if about.links_on else ''}"
        "# How to stop\n\n"
        "Reply STOP to any of our texts. You get one confirmation and no more texts. Reply HELP for help. "
        "Message and data rates may apply.\n\n"
        "# How long we keep it\n\n"
        "As long as the work needs it. That you asked us to stop we keep for good, so that we keep to it.\n\n"
        f"# How to reach us\n\nWrite to {about.reach} to see, correct or erase what we keep about you.\n"
    )


def terms(about: About) -> str:
    """Terms of texting to begin with."""
    return (
        f"# Who texts you\n\n{about.name} texts you from its own numbers. Each text is sent by a person.\n\n"
        "# What about\n\n"
        "Our work: events, elections, volunteering, giving, and questions we would like to ask you.\n\n"
        "# How often\n\n"
        "Message frequency varies. You get no more than three texts in a day, most weeks none; more only "
        "when you write to us.\n\n"
        "# What it costs\n\n"
        "We charge nothing. Message and data rates may apply: that is between you and your carrier.\n\n"
        "# How to stop\n\nReply STOP to any text. You get one confirmation and no more texts.\n\n"
        f"# How to get help\n\nReply HELP, or write to {about.reach}.\n\n"
        "# Carriers\n\nCarriers are not liable for delayed or undelivered messages.\n\n"
        "# Your data\n\n"
        "Our privacy policy says what we do with your data. We do not share your mobile number or your "
        "consent with others for their marketing.\n"
    )


TEMPLATES: MappingProxyType[str, Callable[[About], str]] = MappingProxyType(
    {"privacy": privacy, "terms": terms}
)
TITLES = MappingProxyType({"privacy": "Privacy policy", "terms": "Terms of texting"})
_NOT_SHARED = re.compile(r"\b(?:not|never|no)\b[^.]{0,120}\b(?:shar|sell|sold)|\bshared? with no", re.I)
_NEEDED = {
    "privacy": (
        (_NOT_SHARED, "It does not say that mobile numbers and consent are not shared for marketing."),
        (re.compile(r"\bSTOP\b"), "It does not say how to stop: Reply STOP."),
    ),
    "terms": (
        (
            re.compile(r"frequency|how often|times? a (?:day|week|month)", re.I),
            "It does not say how often.",
        ),
        (re.compile(r"rates may apply", re.I), "It does not say “Message and data rates may apply”."),
        (re.compile(r"\bSTOP\b"), "It does not say how to stop: Reply STOP."),
        (re.compile(r"\bHELP\b"), "It does not say how to get help: Reply HELP."),
    ),
}


def gaps(body: str) -> list[str]:
    """The brackets that wait for words: empty ones, and those like "[your ...]", each once, in order."""
    return list(dict.fromkeys(found[0] for found in _GAPS.finditer(body)))


def lacks(kind: str, body: str, about: About) -> list[str]:
    """What reviewers will miss in a page, in words; it may be published all the same."""
    found = [words for pattern, words in _NEEDED[kind] if not pattern.search(body)]
    if about.name.lower() not in body.lower():
        found.append(f"It does not name {about.name}.")
    if GAP in body:
        found.append("It does not say how to reach you. Put an address in place of the brackets.")
    if kind == "privacy" and about.links_on and "link" not in body.lower():
        found.append("Links in your texts are counted by person, and it does not say so.")
    return found
