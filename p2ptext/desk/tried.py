"""What can be tried of a campaign on one's own phone, and what became of the tests that were sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from p2ptext.desk.trying import Choice
from p2ptext.extensions import cursor
from p2ptext.rules import languages
from p2ptext.rules.phone import mask
from p2ptext.texting.queries import REASONS, STATES

_REASONS = REASONS | {
    "opted_out": "This phone opted out of your organization's texts. Text START from it to undo that.",
    "hours": "The texting hours of this phone ended before it could leave.",
    "conversation_locked": "A text from this phone may ask to stop. Decide about it in the inbox.",
    "replied": "You answered the test before while this one was on its way. Send it again.",
    "number_out": "The phone company refused the number it was to leave from.",
    "unreachable_temporary": "Your phone could not be reached.",
}
"""The volunteer's words speak of somebody else's card; here it is one's own phone."""


def choices(document: Mapping[str, Any]) -> list[Choice]:
    """Every text that a first press could send, in the order of the script."""
    rounds = [1, *sorted(int(number) for number in document.get("rounds", {}))]
    spoken = ["", *document.get("languages", {})]
    found: list[Choice] = []
    for round_ in rounds:
        for language in spoken:
            texts, written_in = languages.wordings(document, round_, language or None)
            if (written_in or "") == language:
                found.extend(Choice(round_, place, language) for place in range(len(texts)))
    return found


def code(choice: Choice) -> str:
    """How an address names a choice."""
    return f"{choice.round}.{choice.wording}.{choice.language}"


def label(choice: Choice, among: Sequence[Choice]) -> str:
    """A choice in words, as far as they are needed to tell it from the others."""
    same_round = [one for one in among if one.round == choice.round]
    parts = ["First text" if choice.round == 1 else f"Pass {choice.round}"]
    if sum(one.language == choice.language for one in same_round) > 1:
        parts.append(f"wording {choice.wording + 1}")
    if choice.language:
        parts.append(languages.NAMES[choice.language])
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Sent:
    """A test that was sent, and what became of it."""

    at: datetime
    by: str
    person_id: int
    text: str
    version: int
    state: str
    reason: str | None
    phone: str
    """E.164; empty once it was erased."""
    answer: str | None
    """What came back from the phone after it, if anything."""
    conversation_id: int

    @property
    def words(self) -> str:
        """What became of it, to be read by whoever sent it."""
        words = STATES[self.state].capitalize()
        return f"{words}. {_REASONS[self.reason]}" if self.reason in _REASONS else f"{words}."

    @property
    def to(self) -> str:
        return mask(self.phone) if self.phone else "a phone that was erased"

    @property
    def failed(self) -> bool:
        return self.state in ("rejected", "undeliverable", "not_sent", "blocked", "expired")

    @property
    def under_way(self) -> bool:
        """Whether more will be heard of it soon."""
        return self.state in ("queued", "sending", "accepted", "submitted")


def sent(organization_id: int, campaign_id: int) -> list[Sent]:
    """The newest tests of a campaign, whoever sent them."""
    sql = cursor()
    sql.execute(
        """SELECT t.at, p.name, p.id, m.text, v.number, m.state, m.reason, coalesce(r.phone, ''),
             (SELECT i.text FROM inbound_text i WHERE i.conversation_id = m.conversation_id
                AND i.received_at > m.created_at
                AND NOT EXISTS (SELECT 1 FROM message later WHERE later.conversation_id = m.conversation_id
                  AND later.kind = 'first' AND later.id > m.id AND later.created_at < i.received_at)
              ORDER BY i.id DESC LIMIT 1),
             m.conversation_id
           FROM test_text t
           JOIN message m ON m.id = t.message_id
           JOIN recipient r ON r.id = m.recipient_id
           JOIN person p ON p.id = t.person_id
           JOIN script_version v ON v.id = t.version_id
           WHERE t.organization_id = %s AND t.campaign_id = %s
           ORDER BY t.id DESC LIMIT 10""",
        (organization_id, campaign_id),
    )
    return [Sent(*row) for row in sql.fetchall()]
