"""Whether a volunteer has practised, and what an organization wants of those who have not."""

from dataclasses import dataclass

from p2ptext.errors import Refused
from p2ptext.extensions import cursor


@dataclass(frozen=True, slots=True)
class Standing:
    """How one member stands to the practice."""

    setting: str
    """off, offered or required."""
    done: bool
    """They practised or said that they know it, they have texted here before, or they are more than a
    volunteer."""

    @property
    def offered(self) -> bool:
        """Whether it comes first on their page."""
        return self.setting != "off" and not self.done

    @property
    def required(self) -> bool:
        """Whether they get no cards before."""
        return self.setting == "required" and not self.done


def standing(organization_id: int, person_id: int) -> Standing:
    """How this member stands to the practice."""
    row = (
        cursor()
        .execute(
            """SELECT o.practice, m.practised_at IS NOT NULL OR m.role <> 'volunteer' OR EXISTS (
                 SELECT 1 FROM click k WHERE k.person_id = m.person_id AND k.organization_id = o.id)
               FROM membership m JOIN organization o ON o.id = m.organization_id
               WHERE m.organization_id = %s AND m.person_id = %s""",
            (organization_id, person_id),
        )
        .fetchone()
    )
    return Standing(*row) if row else Standing("off", True)


def check(organization_id: int, person_id: int) -> None:
    """Raises Refused for whoever has to practise before their first cards."""
    if standing(organization_id, person_id).required:
        raise Refused(
            "practise_first",
            "Practise for two minutes first: your organization asks this of everybody who is new. Then "
            "your cards come.",
        )


def note(organization_id: int, membership_id: int, *, known: bool) -> None:
    """They have practised; with `known` they say that they need not. A second time changes nothing.

    Raises Refused for somebody who says so where everybody has to practise.
    """
    if known:
        setting = (
            cursor()
            .execute("SELECT practice FROM organization WHERE id = %s", (organization_id,))
            .fetchone()
        )
        if setting and setting[0] == "required":
            raise Refused(
                "practise_first", "Your organization asks everybody who is new to practise once."
            )
    cursor().execute(
        """UPDATE membership SET practised_at = coalesce(practised_at, p2p_now())
           WHERE id = %s AND organization_id = %s""",
        (membership_id, organization_id),
    )
