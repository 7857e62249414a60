"""Of whom an export tells: a campaign, an organization, or some conversations that somebody chose."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from p2ptext.errors import Refused
from p2ptext.extensions import cursor

Chooser = Callable[[int, Mapping[str, str]], Iterable[int]]
"""Of an organization and the arguments that were kept with the wish: the ids of conversations, each once,
read through `cursor()`, so that they are of the same moment as the rows."""

PIECE = 10_000
"""Ids that one statement names: a million of them would take 300 MB."""
CHOOSERS: dict[str, Chooser] = {}
"""Ways to choose conversations, by the name kept with the wish; a room above puts its own in here."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an export tells of."""

    organization_id: int
    campaign_id: int | None
    contacts: "array[int] | None" = None
    """These contacts alone, in this order; None for all of the campaign."""

    def parts(self) -> Iterator[list[int] | None]:
        """The contacts a piece at a time, for statements that name them; None once for all of the campaign."""
        yield from _pieces(self.contacts) if self.contacts is not None else (None,)


def choose(organization_id: int, by: str, arguments: Mapping[str, str]) -> "array[int]":
    """The contacts of the conversations chosen in this way, in the order of their ids.

    Raises Refused (no_chooser) where nobody knows the way any more.
    """
    chooser = CHOOSERS.get(by)
    if chooser is None:
        raise Refused("no_chooser", "These conversations cannot be chosen any more. Choose them again.")
    sql = cursor()
    found = array("q")  # there may be a million
    # Whoever chooses is trusted with the choice, not with the organization.
    for some in _pieces(chooser(organization_id, arguments)):
        sql.execute(
            "SELECT contact_id FROM conversation WHERE id = ANY(%s) AND organization_id = %s",
            (some, organization_id),
        )
        found.extend(row[0] for row in sql)
    return array("q", sorted(found))


def _pieces(ids: Iterable[int]) -> Iterator[list[int]]:
    piece: list[int] = []
    for one in ids:
        piece.append(one)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece
