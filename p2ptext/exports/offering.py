"""Who may have which export. Nobody below a manager: every one of them holds people's numbers."""

from p2ptext.accounts.access import ROLES
from p2ptext.exports.kinds import KINDS, Kind

LEAST_ROLE = "manager"


def kinds(role: str) -> list[Kind]:
    """What a person of this role may ask for, in the order of the page."""
    return list(KINDS.values()) if ROLES.index(role) >= ROLES.index(LEAST_ROLE) else []
