"""Who called a link: a person, a machine that looks at links, or nobody can say.

Phones and phone companies open links in texts to show a preview or to look for fraud. What tells them
apart is weak: an agent names itself, a HEAD asks for no page, a browser sends headers that simple
programs do not. A scanner that wants to look like a phone does. So there are three answers, and what is
`unsure` is never added to the people.

Where the rules come from:
- iMessage fetches previews as "... Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0"
  (opengraphplus.com/consumers/apple/crawling), on the sender's device.
- Google's messages app and mail previews as "... Google-PageRenderer Google (+https://developers.google.com
  /+/web/snippet/)": the user agent in Twilio's own example of a click (twilio.com/docs/events/event-types
  /link-shortening/link) and in Bloomreach's list of SMS bots.
- Clicks at once after delivery, HEAD, and agents that name libraries: the signs that Insider
  (academy.insiderone.com/docs/sms-bot-clicks) and Trackly (docs.tracklysms.com) describe.
- Sec-Fetch-Mode "navigate" is what browsers send when a person opens a page (W3C Fetch Metadata), since
  Chrome 76, Firefox 90 and Safari 16.4; its absence proves nothing, so it only makes unsure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

AT_ONCE_S = 3.0
"""Seconds after a text left in which no person has read it and opened its link."""
HARDLY_S = 8.0
"""Seconds in which hardly anybody has."""

_BOTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|facebookexternalhit|facebot|whatsapp|telegram|skypeuripreview|preview"
    r"|pagerenderer|google-(?:read-aloud|safety|inspectiontool)|feedfetcher|mediapartners|embedly|quora link"
    r"|vkshare|scan|security|proofpoint|barracuda|mimecast|symantec|trendmicro|zscaler|forcepoint|cloudmark"
    r"|headless|phantomjs|puppeteer|playwright|selenium|monitor|uptime|validator|archiver|ia_archiver"
    r"|python|curl/|wget|go-http-client|java/|okhttp|apache-httpclient|libwww|axios|node-fetch|undici|ruby"
    r"|guzzle|httpx|aiohttp|http_request|dalvik",
    re.IGNORECASE,
)
# CUBOT is a maker of phones.
_BROWSERS = re.compile(r"^Mozilla/5\.0 \(")
_PREFETCH = ("prefetch", "prerender", "preview")


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of a link."""

    method: str
    headers: Mapping[str, str]
    """By name in small letters."""
    seconds_since_sent: float | None
    """Since the newest text to this person left; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who it was, and the code of what told."""

    who: str
    """person, bot or unsure"""
    why: str


WORDS = {
    "head": "asked for the headers only",
    "agent": "says itself that it is a program",
    "no_agent": "does not say what it is",
    "prefetch": "was fetched ahead, before anybody opened it",
    "at_once": f"came within {AT_ONCE_S:.0f} seconds of the text",
    "soon": f"came within {HARDLY_S:.0f} seconds of the text",
    "headers": "does not ask the way browsers do",
    "browser": "a browser, opened like a page",
}
"""What a code of `Verdict.why` means, after "It"."""


def judge(visit: Visit) -> Verdict:
    """Who called, as far as can be told."""
    headers = visit.headers
    agent = headers.get("user-agent", "")
    purpose = headers.get("purpose", "") + headers.get("sec-purpose", "") + headers.get("x-purpose", "")
    since = visit.seconds_since_sent
    rules = (
        ("bot", "head", visit.method != "GET"),
        ("bot", "agent", bool(_BOTS.search(agent))),
        ("bot", "prefetch", any(word in purpose.lower() for word in _PREFETCH)),
        ("bot", "no_agent", not agent.strip()),
        ("bot", "at_once", since is not None and since < AT_ONCE_S),
        ("unsure", "headers", not _asks_like_a_browser(agent, headers)),
        ("unsure", "soon", since is not None and since < HARDLY_S),
    )
    return next((Verdict(who, why) for who, why, true in rules if true), Verdict("person", "browser"))


def _asks_like_a_browser(agent: str, headers: Mapping[str, str]) -> bool:
    """Every browser names itself so, wants HTML and a language; newer ones say that a page is opened."""
    wants_page = "text/html" in headers.get("accept", "")
    mode = headers.get("sec-fetch-mode", "navigate")
    speaks = bool(headers.get("accept-language"))
    return bool(_BROWSERS.match(agent)) and wants_page and speaks and mode == "navigate"
