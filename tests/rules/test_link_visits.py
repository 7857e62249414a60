"""Who called a link, as far as can be told: the table is the specification."""

import pytest

from p2ptext.rules.link_visits import WORDS, Visit, judge

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; SM-S911U) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)
IMESSAGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
    "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0"
)
GOOGLE = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/56.0.2924.87 Safari/537.36 "
    "Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/)"
)
CUBOT = (
    "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/96.0 Mobile Safari/537.36"
)
PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "en-US,en;q=0.9"}
OPENED = PAGE | {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}

VISITS = [
    ("a phone, opened by hand", "GET", IPHONE, OPENED, 40.0, "person", "browser"),
    ("an older phone without fetch metadata", "GET", IPHONE, PAGE, 40.0, "person", "browser"),
    ("Android", "GET", ANDROID, OPENED, 3600.0, "person", "browser"),
    ("a phone of a maker called Cubot", "GET", CUBOT, OPENED, 60.0, "person", "browser"),
    ("nobody knows when the text left", "GET", ANDROID, OPENED, None, "person", "browser"),
    ("iMessage's preview", "GET", IMESSAGE, PAGE, 900.0, "bot", "agent"),
    ("Google's preview", "GET", GOOGLE, PAGE, 900.0, "bot", "agent"),
    ("WhatsApp's preview", "GET", "WhatsApp/2.23.20.0", {}, 900.0, "bot", "agent"),
    (
        "Slack's preview",
        "GET",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        {},
        9.0,
        "bot",
        "agent",
    ),
    ("a scanner that names itself", "GET", "Proofpoint URL Defense", {}, 900.0, "bot", "agent"),
    ("a program", "GET", "python-requests/2.32.3", {"accept": "*/*"}, 900.0, "bot", "agent"),
    (
        "a headless browser",
        "GET",
        ANDROID.replace("Chrome", "HeadlessChrome"),
        PAGE,
        900.0,
        "bot",
        "agent",
    ),
    ("headers only", "HEAD", IPHONE, OPENED, 900.0, "bot", "head"),
    ("what a browser would not do", "OPTIONS", IPHONE, OPENED, 900.0, "bot", "head"),
    ("nameless", "GET", "", PAGE, 900.0, "bot", "no_agent"),
    (
        "fetched ahead",
        "GET",
        ANDROID,
        OPENED | {"sec-purpose": "prefetch;prerender"},
        90.0,
        "bot",
        "prefetch",
    ),
    ("a scanner that looks like a phone, at once", "GET", ANDROID, OPENED, 1.2, "bot", "at_once"),
    ("faster than anybody reads", "GET", ANDROID, OPENED, 2.9, "bot", "at_once"),
    ("very fast", "GET", ANDROID, OPENED, 5.0, "unsure", "soon"),
    (
        "a browser's name without a browser's ways",
        "GET",
        ANDROID,
        {"accept": "*/*"},
        900.0,
        "unsure",
        "headers",
    ),
    ("no language", "GET", IPHONE, {"accept": "text/html"}, 900.0, "unsure", "headers"),
    (
        "a script in a page asks",
        "GET",
        IPHONE,
        OPENED | {"sec-fetch-mode": "cors"},
        900.0,
        "unsure",
        "headers",
    ),
    ("a name nobody knows", "GET", "Mystery/1.0", OPENED, 900.0, "unsure", "headers"),
]


@pytest.mark.parametrize(
    ("method", "agent", "headers", "since", "who", "why"),
    [row[1:] for row in VISITS],
    ids=[row[0] for row in VISITS],
)
def test_who_called(
    method: str, agent: str, headers: dict[str, str], since: float | None, who: str, why: str
) -> None:
    found = judge(Visit(method, headers | {"user-agent": agent}, since))
    assert (found.who, found.why) == (who, why)


def test_every_reason_has_words() -> None:
    assert {row[-1] for row in VISITS} == set(WORDS)
