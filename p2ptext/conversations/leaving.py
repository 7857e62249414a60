""" "I'm done": everything goes back in one go, so that nobody on the list waits for somebody who has left."""

from dataclasses import dataclass

from p2ptext.audience import batching
from p2ptext.background import hint
from p2ptext.conversations import care, offering
from p2ptext.extensions import cursor
from p2ptext.texting import live, pacing, presence

# A person's conversations, those that somebody took over included.
_MINE = """mine AS (
  SELECT t.id, t.recipient_id FROM campaign a
  JOIN conversation t ON t.campaign_id = a.id AND t.person_id = %(person)s
  WHERE a.organization_id = %(org)s
  UNION
  SELECT t.id, t.recipient_id FROM handover h JOIN conversation t ON t.id = h.conversation_id
  WHERE h.from_id = %(person)s AND h.organization_id = %(org)s
)"""
_TODAY = f"m.created_at > (SELECT p2p_now()) - interval '{care.TODAY_H} hours'"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What went to others."""

    batches: int
    replies: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a shift came to."""

    sent: int
    """First texts."""
    replied: int
    """People of these who wrote back."""
    answered: int
    """People whom the volunteer answered, whoever texted them first."""
    opted_out: int
    thanks: int

    @property
    def words(self) -> str:
        """Such as "You sent 212 texts. 31 people wrote back, you answered 24, 3 opted out."."""
        told = f"You sent {_many(self.sent, 'text')}."
        parts = [f"{_many(self.replied, 'person', 'people')} wrote back"] if self.replied else []
        parts += [f"you answered {self.answered}"] if self.answered else []
        parts += [f"{self.opted_out} opted out"] if self.opted_out else []
        after = ", ".join(parts)
        return f"{told} {after[:1].upper()}{after[1:]}." if parts else told


def _many(amount: int, one: str, more: str = "") -> str:
    return f"{amount:,} {one if amount == 1 else more or one + 's'}"


def done(organization_id: int, person_id: int) -> GivenBack:
    """Give back unsent cards of every campaign, offer the replies that wait, end the shift.

    What a manager has set aside for this person and is not in hand yet stays theirs. A second press
    finds nothing more to give back.
    """
    batching.lock_hand(person_id)
    sql = cursor()
    sql.execute(
        """SELECT id FROM conversation WHERE organization_id = %s AND person_id = %s
             AND waiting_since IS NOT NULL AND offered_at IS NULL""",
        (organization_id, person_id),
    )
    waiting = [row[0] for row in sql.fetchall()]
    offering.lock(waiting)
    offered = offering.offer(_still_mine(waiting, person_id), "done")
    batches = batching.give_all_back(organization_id, person_id)
    presence.leave(organization_id, person_id)
    return GivenBack(batches, len(offered))


def gone(organization_id: int, person_id: int) -> None:
    """Somebody was suspended or removed, in this transaction: what they hold and were given goes to
    others, whom they were to answer is offered, and their open pages close.

    A click of theirs that is under way comes before this and stays, or after it and finds nobody: both
    take the person's own lock, and look who they are after that.
    """
    sql = cursor()
    batching.lock_hand(person_id)
    sql.execute(
        """SELECT id FROM conversation WHERE organization_id = %s AND person_id = %s
             AND waiting_since IS NOT NULL""",
        (organization_id, person_id),
    )
    waiting = [row[0] for row in sql.fetchall()]
    offering.lock(waiting)
    sql.execute(f"SELECT {pacing.LOCK_PERSON}", {"person": person_id})
    offering.offer(_still_mine(waiting, person_id), "left")
    batching.give_all_back(organization_id, person_id)
    batching.open_reserved(organization_id, person_id)
    presence.leave(organization_id, person_id)
    hint(live.person_channel(organization_id, person_id), "gone")


def _still_mine(conversation_ids: list[int], person_id: int) -> list[int]:
    """Those that nobody took over while their locks were waited for."""
    sql = cursor()
    sql.execute(
        "SELECT id FROM conversation WHERE id = ANY(%s) AND person_id = %s",
        (conversation_ids, person_id),
    )
    return [row[0] for row in sql.fetchall()]


def summary(organization_id: int, person_id: int) -> Summary:
    """What this person's last 18 hours came to, over all campaigns."""
    sql = cursor()
    sql.execute(
        f"""WITH {_MINE}, first_texts AS (
              SELECT t.id, m.created_at, t.recipient_id FROM mine t
              JOIN message m ON m.conversation_id = t.id AND m.person_id = %(person)s AND m.kind = 'first'
              WHERE m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent') AND {_TODAY}
            )
            SELECT count(*),
              count(*) FILTER (WHERE EXISTS (
                SELECT 1 FROM inbound_text i WHERE i.conversation_id = f.id AND i.kind = 'text')),
              (SELECT count(DISTINCT m.conversation_id) FROM mine t
               JOIN message m ON m.conversation_id = t.id AND m.person_id = %(person)s AND m.kind = 'reply'
               WHERE m.state <> 'cancelled' AND {_TODAY}),
              count(*) FILTER (WHERE EXISTS (
                SELECT 1 FROM recipient r WHERE r.id = f.recipient_id AND r.suppressed_at > f.created_at))
            FROM first_texts f""",
        {"org": organization_id, "person": person_id},
    )
    sent, replied, answered, opted_out = sql.fetchone() or (0, 0, 0, 0)
    thanks = care.thanks(organization_id, person_id)
    return Summary(sent, replied, answered, opted_out, thanks)
