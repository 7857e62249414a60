"""What a text leaves in by mistake, its links, its claims about polling places, and how loud it is."""

import re
from collections.abc import Iterator

from p2ptext.rules.lint_text import HIDDEN, LintFacts, LintFault, Reading
from p2ptext.rules.lint_words import ENDINGS, ODD_ENDINGS, SHORTENERS
from p2ptext.rules.lint_words_content import TOPICS

_GAPS = (
    r"\[(?!sic\b)(?=[^\]\n]*[A-Za-z])[^\]\n]{2,40}\]|<<?\s*[A-Za-z][A-Za-z _]{1,30}>>?|\b(?:XXX+|"
    r"TBD|TBA|TKTK|TK)\b"
    r"|_{3,}|\b(?:insert|enter) (?:name|date|time|link|place|address|candidate|event|city) here\b|"
    r"\blorem ipsum\b"
    r"|\(\s*(?:date|time|link|place|address|name|candidate|event|city|location|insert [^)\n]{1,30})\s*\)"
)
_PLACEHOLDER = re.compile(_GAPS, re.IGNORECASE)
_TOKEN_IN_BRACES = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}|\$\{[^}\n]*\}")
_TOKEN = re.compile(
    r"%%?[A-Za-z_]{3,30}%%?|\*\|[A-Za-z_:]{2,30}\|\*|\$(?:first|last|full)_?name\b|@(?:first|last)_?name\b"
    r"|#(?:first|last)_?name\b|\b(?:FIRST|LAST|FULL)_?NAME\b|\bundefined\b|\b(?:first|last|full)_name\b"
)
_CAPITAL_TOKEN_WORDS = re.compile(r"\b(?:XXX+|TBD|TBA|TKTK|TK)\b")
_URL = re.compile(
    r"(?P<scheme>https?://)?(?P<host>(?:[\w-]+\.)+[a-z]{2,24}|"
    r"\d{1,3}(?:\.\d{1,3}){3})(?P<port>:\d+)?(?P<rest>[/?#]\S*)?",
    re.IGNORECASE,
)
_LONG_CAPITALS = 4
_MOST_MARKS = 3
_PLACE = re.compile(
    r"\b(?:your|the|su|tu|votre) (?:polling (?:place|location|station|site)|voting (?:location|"
    r"place|site)|precinct|"
    r"lugar de votacion|centro de votacion|casilla|bureau de vote)(?: (?:is|es|est|will be|"
    r"has (?:moved|changed))\b|:)|"
    r"\b(?:you (?:can |should |will |must )?vote|go vote|cast your ballot|vote (?:today|tomorrow|"
    r"early|in person)?) ?(?:at|in) "
    r"(?:\w+ ){0,2}(?:\d+ [a-z0-9]+ |\w+ (?:school|church|library|center|hall|gym))"
)
_POLLS_HOURS = re.compile(
    r"\bpolls? (?:are open|will be open|open|close|closes|"
    r"opens)\b[^.!?\n]{0,40}?\b\d{1,2}(?::\d\d)? ?(?:am|pm|a\.m|p\.m|to|-)|"
    r"\b(?:urnas|casillas|centros de votacion) (?:abren|cierran|estan abiertas|"
    r"estan abiertos)\b[^.!?\n]{0,30}\d"
)
_SPACED = re.compile(r"(?<![A-Za-z])(?:[A-Za-z][ .*_-]){3,}[A-Za-z](?![A-Za-z'’])")
_LEET = re.compile(
    r"\b(?=[a-z0-9@$!]*[a-z])(?:v[0]te|fr33|l[0]an|w1n\w*|m[0]ney|c[@4]sh|ca\$h|\$ex|p[0]rn|cl1ck|"
    r"d[0]nate|"
    r"pr1ze|g1ft|b[0]nus)\b"
)
_SQUASHED_INITIALS = re.compile(r"(?:[A-Z]\.){2,}")


def check(text: Reading, facts: LintFacts) -> Iterator[LintFault]:
    """Codes: placeholder, raw_token, topics of lint_words, short_link, odd_link, bare_link, plain_link,
    polling_place, polling_hours, disguised, capitals, exclamation."""
    yield from _left_in(text)
    yield from _topics(text)
    yield from _links(text, facts)
    yield from _claims(text)
    yield from _loud(text)


def _left_in(text: Reading) -> Iterator[LintFault]:
    for match in (*_TOKEN_IN_BRACES.finditer(text.template), *_TOKEN.finditer(text.shown)):
        words = (
            f"“{match[0]}” would be sent as it stands. A field is written with one pair of braces, like "
            "{first_name|there}."
        )
        yield LintFault("raw_token", words, *match.span(), blocks=True, overridable=False)
    for match in _PLACEHOLDER.finditer(text.shown):
        if _CAPITAL_TOKEN_WORDS.match(match[0].upper()) and not match[0].isupper():
            continue
        words = f"“{match[0]}” is still to be filled in. Write what belongs there."
        yield LintFault("placeholder", words, *match.span(), blocks=True, overridable=False)


def _topics(text: Reading) -> Iterator[LintFault]:
    taken: list[tuple[int, int]] = []
    for topic in TOPICS:
        for pattern in topic.patterns:
            found = next(
                (
                    match.span()
                    for match in re.finditer(pattern, text.folded)
                    if not any(start < match.end() and match.start() < end for start, end in taken)
                ),
                None,
            )
            if found:
                taken.append(found)
                yield LintFault(topic.code, topic.words, *found, blocks=topic.blocks)
                break


def _links(text: Reading, facts: LintFacts) -> Iterator[LintFault]:
    for match in _URL.finditer(text.shown):
        host = match["host"].lower()
        if not _is_link(match, text.shown):
            continue
        fault = _link_fault(match, host.removeprefix("www."), facts)
        if fault:
            yield LintFault(fault[0], fault[1], *match.span())


def _is_link(match: re.Match[str], shown: str) -> bool:
    """Whether phones would make a link of it; an e-mail address and "a.m.and" are none."""
    before = shown[match.start() - 1] if match.start() else ""
    if before in ("@", HIDDEN) or shown[match.end() : match.end() + 1] == "@":
        return False
    if match["scheme"]:
        return True
    ending = match["host"].rpartition(".")[2]
    return (
        ending.lower() in ENDINGS
        and (ending.islower() or ending.isupper())
        and len(match["host"]) >= len("t.co")
    )


def _link_fault(match: re.Match[str], host: str, facts: LintFacts) -> tuple[str, str] | None:
    ending = host.rpartition(".")[2]
    if host in SHORTENERS:
        return "short_link", f"Phone companies hold back texts with {host}. Write the whole address."
    own = any(host == one or host.endswith(f".{one}") for one in facts.own_domains)
    odd = (
        ending.isdigit()
        or ending in ODD_ENDINGS
        or "xn--" in host
        or match["port"]
        or not host.isascii()
    )
    if odd and not own:
        words = f"An address like {host} looks like a fraud to filters. Use your organization's own."
        return "odd_link", words
    if not match["scheme"]:
        return (
            "bare_link",
            f"Write the address as https://{host}, so that every phone makes the right link of it.",
        )
    if match["scheme"].lower() == "http://":
        return (
            "plain_link",
            f"Write https:// instead of http:// before {host}. Phones warn of the other one.",
        )
    return None


def _claims(text: Reading) -> Iterator[LintFault]:
    place = _PLACE.search(text.folded)
    if place:
        words = (
            "It tells people where they vote, and everybody gets the same words. Let a column of "
            "the list say "
            "it, or send them to the election office's own page."
        )
        if HIDDEN not in text.shown[place.start() : place.end() + 3]:
            yield LintFault("polling_place", words, *place.span())
    hours = _POLLS_HOURS.search(text.folded)
    if hours:
        words = "It says when polls are open. Make sure that this is right for everybody on the list."
        yield LintFault("polling_hours", words, *hours.span())


def _loud(text: Reading) -> Iterator[LintFault]:
    for pattern, subject in ((_SPACED, text.shown), (_LEET, text.folded)):
        hidden = pattern.search(subject)
        if hidden and not _SQUASHED_INITIALS.match(text.shown, hidden.start()):
            words = (
                f"“{text.shown[slice(*hidden.span())]}” looks like a word made unreadable for "
                "filters. Write it plainly."
            )
            yield LintFault("disguised", words, *hidden.span())
    yield from _capitals(text)
    marks = [match.start() for match in re.finditer("!", text.shown)]
    if len(marks) >= _MOST_MARKS or "!!" in text.shown:
        words = "It has many exclamation marks, which filters count as spam. Keep one at most."
        yield LintFault("exclamation", words, marks[0], marks[-1] + 1)


_CAPITALS_RUN = re.compile(
    r"\b[A-ZÀ-Þ]{2,}(?:['’][A-Z]+)?(?:[ ,:;-]+[A-ZÀ-Þ]{2,}(?:['’][A-Z]+)?|[ ,]+(?:A|I))+\b"
)


def _capitals(text: Reading) -> Iterator[LintFault]:
    """Several words in a row in capitals, or most of a text. One word, or initials, are neither."""
    bare = re.sub(r"https?://\S+", lambda match: " " * len(match[0]), text.shown)
    letters = [char for char in bare if char.isalpha()]
    if len(letters) >= 20 and sum(char.isupper() for char in letters) > 0.5 * len(letters):
        words = "It is written in capitals, which reads like shouting. Write it in small letters."
        yield LintFault("capitals", words, 0, len(text.template))
        return
    for match in _CAPITALS_RUN.finditer(bare):
        loud = [word for word in re.findall(r"[^\W\d_]+", match[0]) if len(word) >= _LONG_CAPITALS]
        if len(loud) >= 2 and len(re.findall(r"[^\W\d_]+", match[0])) >= 3:
            words = "Several words in capitals read like shouting. Write them in small letters."
            yield LintFault("capitals", words, *match.span())
