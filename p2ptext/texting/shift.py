"""What one volunteer's shift came to, for the thanks at its end."""

from dataclasses import dataclass

from p2ptext.extensions import cursor
from p2ptext.texting.presence_models import TALKS_OF

_THEIRS = TALKS_OF.format(campaign="%(campaign)s", person="%(person)s")


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's last 18 hours in one campaign: an evening's work."""

    sent: int
    """First texts."""
    replied: int
    """People of these who wrote back."""
    answered: int
    """People of these whom the volunteer answered."""
    opted_out: int

    @property
    def words(self) -> str:
        """Such as "You sent 212 texts today. 31 people wrote back, 24 got an answer, 3 opted out."."""
        told = f"You sent {self.sent} {'text' if self.sent == 1 else 'texts'} today."
        parts = [f"{self.replied} {'person' if self.replied == 1 else 'people'} wrote back"]
        parts += [f"{self.answered} got an answer"] if self.answered else []
        parts += [f"{self.opted_out} opted out"] if self.opted_out else []
        return f"{told} {', '.join(parts)}." if self.replied or self.opted_out else told


def of_today(organization_id: int, campaign_id: int, person_id: int) -> Shift:
    """What became of the first texts this person sent in this campaign in the last 18 hours."""
    sql = cursor()
    sql.execute(
        f"""SELECT count(*),
             count(*) FILTER (WHERE EXISTS (
               SELECT 1 FROM inbound_text i WHERE i.conversation_id = t.id)),
             count(*) FILTER (WHERE EXISTS (
               SELECT 1 FROM message a WHERE a.conversation_id = t.id AND a.kind = 'reply'
                 AND a.person_id = %(person)s AND a.state <> 'cancelled')),
             count(*) FILTER (WHERE r.suppressed_at > m.created_at)
           FROM {_THEIRS} AS t
           JOIN message m ON m.conversation_id = t.id AND m.person_id = %(person)s AND m.kind = 'first'
             AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')
             AND m.created_at > (SELECT p2p_now()) - interval '18 hours'
           JOIN recipient r ON r.id = t.recipient_id
           WHERE m.organization_id = %(org)s""",
        {"org": organization_id, "campaign": campaign_id, "person": person_id},
    )
    return Shift(*(sql.fetchone() or (0, 0, 0, 0)))
