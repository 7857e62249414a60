"""Time zones as people in North America call them."""

from collections.abc import Iterable

from p2ptext.rules.states import CONTIGUOUS_US

# One name may stand for several zones that share a clock, or that nobody tells apart.
_WORDS = {
    "America/St_Johns": "Newfoundland",
    "America/Halifax": "Atlantic",
    "America/Puerto_Rico": "Puerto Rico",
    "America/New_York": "Eastern",
    "America/Toronto": "Eastern",
    "America/Detroit": "Eastern",
    "America/Indiana/Indianapolis": "Eastern",
    "America/Kentucky/Louisville": "Eastern",
    "America/Chicago": "Central",
    "America/Winnipeg": "Central",
    "America/Regina": "Saskatchewan",
    "America/Denver": "Mountain",
    "America/Boise": "Mountain",
    "America/Edmonton": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Vancouver": "Pacific",
    "America/Whitehorse": "Yukon",
    "America/Anchorage": "Alaska",
    "America/Juneau": "Alaska",
    "America/Adak": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "Pacific/Pago_Pago": "American Samoa",
    "Pacific/Guam": "Guam",
}
_ORDER = {word: place for place, word in enumerate(dict.fromkeys(_WORDS.values()))}


def zone_words(zones: Iterable[str]) -> str:
    """A set of zones in words, from east to west: "Eastern", "Eastern or Central".

    Zones that most people never heard of go by their city: "Europe/London" is London.
    """
    names = set(zones)
    if names.issuperset(CONTIGUOUS_US):
        return "Anywhere on the mainland"
    words = sorted(
        {_word(name) for name in names}, key=lambda word: (_ORDER.get(word, len(_ORDER)), word)
    )
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _word(zone: str) -> str:
    return _WORDS.get(zone) or zone.rpartition("/")[2].replace("_", " ")
