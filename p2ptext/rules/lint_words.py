"""Words and names the lint of texts looks for, with where we read of them.

Carriers publish no lists of words; what is here are the kinds of texts their rules name, in the words
such texts are known to use. Read in November 2026.
"""

from dataclasses import dataclass

from p2ptext.rules.plain_words import words_of

CTIA = "CTIA Messaging Principles and Best Practices (May 2023)"
CARRIERS = "forbidden categories of SMS and MMS, as providers publish them for the carriers"

SHORTENERS = words_of(
    "bit.ly bitly.com tinyurl.com t.co goo.gl ow.ly is.gd buff.ly rebrand.ly cutt.ly rb.gy",
    "shorturl.at tiny.cc t.ly bl.ink lnkd.in s.id v.gd soo.gd dub.sh shorte.st adf.ly j.mp fb.me",
    "bitly.ws tny.sh trib.al qr.ae hubs.ly hubs.la mailchi.mp smarturl.it",
)
"""Shorteners anybody may use; texts with them are held back (CTIA 5.3.2)."""

ENDINGS = words_of(
    "com org net edu gov us info biz co io vote democrat gop party club app page site online live",
    "news today xyz top click link win shop store work buzz ru cn tk ml ga cf gq loan men date bid",
    "ly gl gd me tv cc at be ca mx es fr de uk eu international foundation ngo ong community action",
    "events",
)
"""Endings of names that phones make links of."""
ODD_ENDINGS = words_of(
    "xyz top click link win shop buzz ru cn tk ml ga cf gq loan men date bid work",
)
"""Endings that are cheap and mostly used for spam (Spamhaus and Interisle reports of 2024 and 2025)."""


@dataclass(frozen=True, slots=True)
class SponsorRule:
    """How a state wants political texts to say who pays."""

    name: str
    source: str
    says: str
    """What counts, as a pattern in small letters."""
    words: str
    """What to do, after the name of the state."""


_LINK = r"https?://\S|\bwww\.\S|\b[a-z0-9-]+\.(?:com|org|net|vote|us|gov|info)\b"
SPONSOR_RULES = {
    "CA": SponsorRule(
        "California",
        "California Government Code 84504.7",
        r"\b(?:paid for by|with|pagado por|con)\s+\S",
        "“Paid for by” or “with”, and the name of the committee",
    ),
    "FL": SponsorRule(
        "Florida",
        "Florida Statutes 106.147(1)",
        rf"\bpaid for by\s+\S|\bpagado por\s+\S|{_LINK}",
        "“Paid for by” and the name of the sponsor, or a link to a page that says so until 30 days "
        "after "
        "the election",
    ),
    "WA": SponsorRule(
        "Washington",
        "WAC 390-18-030, as the Public Disclosure Commission applies it to texts",
        rf"\b(?:paid for|sponsored) by\s+\S|\bpagado por\s+\S|{_LINK}"
        r"|\b(?:reply|text|respond) \S{1,10} for (?:the )?(?:sponsor|paid)",
        "who pays, a link to a page that says so, or “reply ID for sponsor”",
    ),
}
"""By the two letters of the state. Only rules about political texts that we have read ourselves."""
