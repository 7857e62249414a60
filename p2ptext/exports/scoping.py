"""Of whom an export tells: a campaign, an organization, or some conversations that somebody chose."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from p2ptext.errors import Refused
from p2ptext.extensions import cursor

Chooser = Callable[[int, Mapping[str, str]], Iterable[int]]
"""Of an organization and the arguments that were kept with the wish: the ids of conversations, read
through `cursor()`, so that they are of the same moment as the rows."""

CHOOSERS: dict[str, Chooser] = {}
"""Ways to choose conversations, by the name kept with the wish; a room above puts its own in here."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an export tells of."""

    organization_id: int
    campaign_id: int | None
    contacts: list[int] | None = None
    """These contacts alone, in this order; None for all of the campaign."""


def choose(organization_id: int, by: str, arguments: Mapping[str, str]) -> list[int]:
    """The contacts of the conversations chosen in this way, in the order of their ids.

    Raises Refused (no_chooser) where nobody knows the way any more.
    """
    chooser = CHOOSERS.get(by)
    if chooser is None:
        raise Refused("no_chooser", "These conversations cannot be chosen any more. Choose them again.")
    sql = cursor()
    found: set[int] = set()
    # Whoever chooses is trusted with the choice, not with the organization.
    for some in _pieces(chooser(organization_id, arguments)):
        sql.execute(
            "SELECT contact_id FROM conversation WHERE id = ANY(%s) AND organization_id = %s",
            (some, organization_id),
        )
        found.update(row[0] for row in sql.fetchall())
    return sorted(found)


def _pieces(ids: Iterable[int], size: int = 10_000) -> Iterable[list[int]]:
    piece: list[int] = []
    for one in ids:
        piece.append(one)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece
