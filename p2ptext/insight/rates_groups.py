"""A campaign's rates by list, zone, state, number, carrier and language, each group by its name."""

from collections import Counter
from collections.abc import Callable, Mapping

from p2ptext.campaigns.numbers import pretty
from p2ptext.counting.reading import Reading
from p2ptext.extensions import cursor
from p2ptext.insight.rates import Line
from p2ptext.rules import networks
from p2ptext.rules.languages import NAMES
from p2ptext.rules.states import state_name
from p2ptext.rules.zone_words import zone_words

MOST = 100
"""Groups shown on a page; the file has all."""

Namer = Callable[[str], str]


def _lists(campaign_id: int) -> Namer:
    sql = cursor()
    sql.execute("SELECT id::text, file_name FROM contact_import WHERE campaign_id = %s", (campaign_id,))
    names = dict(sql.fetchall())
    # Two files may have the same name.
    twice = {name for name, times in Counter(names.values()).items() if times > 1}
    return lambda key: (
        f"{names[key]} (list {key})" if names[key] in twice else names[key] or f"List {key}"
    )


def _numbers(campaign_id: int) -> Namer:
    sql = cursor()
    sql.execute(
        """SELECT n.id::text, n.phone, n.label FROM sending_number n
           WHERE n.organization_id = (SELECT organization_id FROM campaign WHERE id = %s)""",
        (campaign_id,),
    )
    names = {
        key: f"{pretty(phone)}, {label}" if label else pretty(phone)
        for key, phone, label in sql.fetchall()
    }
    return lambda key: names.get(key, key)


def _zones(_: int) -> Namer:
    return lambda key: zone_words([key])


def _states(_: int) -> Namer:
    return state_name


def _carriers(_: int) -> Namer:
    return networks.name


def _languages(_: int) -> Namer:
    return lambda key: NAMES.get(key, key)


GROUPS: Mapping[str, tuple[str, str, Callable[[int], Namer]]] = {
    "list": ("Lists", "", _lists),
    "zone": ("Time zones", "In more than one zone, or none known", _zones),
    "state": ("States", "In more than one state, or none known", _states),
    "number": ("Numbers", "No text", _numbers),
    "carrier": ("Carriers", "No receipt has named one", _carriers),
    "language": ("Languages", "The main language", _languages),
}
"""What each dimension is called, what the group without a name is, and what the others are called."""


def groups(campaign_id: int, by: str, counted: Reading) -> list[Line]:
    """The groups of one dimension that have a sent text, the largest first."""
    _, nameless, namer = GROUPS[by]
    sums = {key: one for key, one in counted.by(by).items() if one.sent}
    name = namer(campaign_id)
    lines = [Line(key, name(key) if key else nameless, one) for key, one in sums.items()]
    return sorted(lines, key=lambda line: (-line.sent, line.label.casefold(), line.key))


def is_judged(by: str, line: Line) -> bool:
    """False of a carrier of which nothing but failures was ever reported.

    A text's carrier is known from its receipt alone, and some send receipts of failures only: of these nobody
    knows how many texts arrived, nor who of all their people replied.
    """
    return by != "carrier" or not line.key or line.sums.delivered > 0 or not line.sums.failed


def receipts(line: Line) -> str:
    """Of which texts a carrier's line is, as its file says it."""
    if not line.key:
        return "no carrier named"
    return "with a receipt" if is_judged("carrier", line) else "with a receipt, failures only"


def label(campaign_id: int, by: str, key: str) -> str:
    """What one group is called."""
    _, nameless, namer = GROUPS[by]
    if not key:
        return nameless
    try:
        return namer(campaign_id)(key)
    except KeyError:
        return key
