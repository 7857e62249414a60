"""Why a text cannot be asked for now, and from when on it can: one answer for the card, for the click
that is refused, and for whoever looks at the contact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import dict_row

from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.rules import hours, sms_text
from p2ptext.rules.clock_words import local_time, span, weekday
from p2ptext.rules.hours import Hours
from p2ptext.rules.states import state_name
from p2ptext.texting import frequency
from p2ptext.texting.clicking import DATES, MOST_SEGMENTS, first_window_of

SHORTEST_TTL = timedelta(seconds=20)
"""The shortest time a carrier can be told to keep trying (Vonage Messages API v1, `ttl`)."""
ON_THE_WAY = timedelta(seconds=20)
"""What a text may need between the end of its undo and the carrier's answer while nothing waits before
it: the dispatcher's turn, and a call that takes its full time."""
LOOKED_AT = timedelta(seconds=20)
"""What a card may lie on the screen before it is sent."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One thing that holds a text back."""

    code: str
    """in_review, hours_closed, cap_reached, carrier_slow or too_long."""
    words: str
    opens_at: datetime | None
    """From when on it does not; None when nobody can say."""

    def refused(self) -> Refused:
        """The same as a refusal."""
        opens = self.opens_at.isoformat() if self.opens_at else None
        return Refused(self.code, self.words, opens_at=opens)


def leaves_by(facts: dict[str, Any]) -> datetime:
    """Until when the hours must be open for a text that is asked for now.

    `facts` holds `now` and `undo_s`.
    """
    clicked: datetime = facts["now"]
    return clicked + timedelta(seconds=facts["undo_s"]) + ON_THE_WAY + SHORTEST_TTL


def shown_leaves_by(facts: dict[str, Any], delay_s: float) -> datetime:
    """The same for a card that is shown now, and waits `delay_s` behind others once it is sent."""
    return leaves_by(facts) + LOOKED_AT + timedelta(seconds=delay_s)


def by_hours(facts: dict[str, Any], leaves: datetime, window: Hours) -> WhyNot | datetime:
    """Until when the person's hours, `window`, are open, if that is not before `leaves`; else why not.

    `facts` holds `now`, `zones` and `states`.
    """
    now, zones = facts["now"], facts["zones"]
    closes = hours.closes_at(now, zones, window)
    if closes is not None and closes >= leaves:
        return closes
    opens = hours.opens_at(closes or now, zones, window)
    begins = f" {_sentence(opens_in_words(facts, opens))}" if opens else ""
    if closes is None:
        words = f"It is outside the texting hours where this person lives.{begins}"
    else:
        words = f"The texting hours where this person lives end in a moment.{begins}"
    return WhyNot("hours_closed", words, opens)


def by_review(facts: dict[str, Any]) -> WhyNot | None:
    """Whether a text of theirs may ask to stop; `facts` holds in_review.HOLDS as `in_review`."""
    if not facts["in_review"]:
        return None
    words = "They may have asked for no more texts. An organizer looks at it first."
    return WhyNot("in_review", words, None)


def by_caps(facts: dict[str, Any]) -> WhyNot | None:
    """Whether another first text would be one too many; `facts` holds `now` and frequency.COLUMNS."""
    opens = frequency.may_from(facts, "first")
    if opens is None:
        return None
    words = (
        "They had a text from your organization in the last 24 hours. "
        f"Their card comes back in {span(opens - facts['now'])}."
    )
    return WhyNot("cap_reached", words, opens)


def of_contacts(organization_id: int, contact_ids: Sequence[int]) -> dict[int, WhyNot]:
    """Which of these contacts cannot be texted now by hours or caps, and why, for organizers.

    Opt-outs, pauses and what the carrier lets through are told elsewhere on their pages.
    """
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        f"""SELECT c.id, c.zones, c.states, p2p_now() AS now, a.opens, a.closes, a.sunday_opens,
                   a.state_hours, {DATES}, a.undo_s, {frequency.COLUMNS}
            FROM contact c
            JOIN recipient r ON r.id = c.recipient_id
            JOIN campaign a ON a.id = c.campaign_id
            {frequency.joins()}
            WHERE c.organization_id = %s AND c.id = ANY(%s)""",
        (organization_id, list(contact_ids)),
    )
    found = {}
    for row in sql.fetchall():
        closes = by_hours(row, leaves_by(row), first_window_of(row))
        against = closes if isinstance(closes, WhyNot) else by_caps(row)
        if against is not None:
            found[row["id"]] = against
    return found


def by_length(text: str) -> WhyNot | None:
    """Whether a text needs more segments than one may have."""
    segments = sms_text.count(text).segments
    if segments <= MOST_SEGMENTS:
        return None
    words = (
        f"With your name in it the text to this person needs {segments} segments; at most "
        f"{MOST_SEGMENTS} may be sent. Tell your organizer."
    )
    return WhyNot("too_long", words, None)


def check_hours(facts: dict[str, Any], window: Hours) -> datetime:
    """Until when the person's hours, `window`, are open. Raises Refused (hours_closed) when the text
    could not leave before."""
    closes = by_hours(facts, leaves_by(facts), window)
    if isinstance(closes, WhyNot):
        raise closes.refused()
    return closes


def check_review(facts: dict[str, Any]) -> None:
    """Raises Refused (in_review) while a text of theirs, in any campaign, may ask to stop."""
    against = by_review(facts)
    if against is not None:
        raise against.refused()


def check_first_text(facts: dict[str, Any]) -> None:
    """Raises Refused (cap_reached) when another first text would be one too many."""
    against = by_caps(facts)
    if against is not None:
        raise against.refused()


def check_reply(facts: dict[str, Any]) -> None:
    """Raises Refused (cap_reached) when a further text they have not asked for is one too many."""
    opens = None if frequency.is_answer(facts) else frequency.may_from(facts, "reply")
    if opens is not None:
        words = (
            f"They have had {facts['texts_a_day']} texts in 24 hours and have not written for a day. "
            f"You can write again in {span(opens - facts['now'])}, or when they answer."
        )
        raise WhyNot("cap_reached", words, opens).refused()


def _sentence(words: str) -> str:
    return f"They open at {words}."


def opens_in_words(facts: dict[str, Any], opens: datetime) -> str:
    """Such as "9:00 am in Ohio, 11 h from now", or with the day when that is not today or tomorrow."""
    where = f"in {state_name(facts['states'][0])}" if len(facts["states"]) == 1 else "there"
    away = opens - facts["now"]
    day = f"{weekday(opens, facts['zones'])}, " if away >= timedelta(days=1) else ""
    return f"{day}{local_time(opens, facts['zones'])} {where}, {span(away)} from now"


def told(held_back: Sequence[tuple[WhyNot, dict[str, Any]]]) -> WhyNot | None:
    """What to say when every card is held back: what ends first, and when. None for nobody."""
    if not held_back:
        return None
    ends = [(why.opens_at, why.code, facts) for why, facts in held_back if why.opens_at is not None]
    if not ends:
        first = held_back[0][0]
        if first.code == "hours_closed":
            return replace(first, words="Nobody on your cards can be texted in the next days.")
        return first
    opens, code, facts = min(ends, key=lambda one: one[0])
    when = opens_in_words(facts, opens)
    words = f"It is outside the texting hours where the people on your cards live. {_sentence(when)}"
    if code == "cap_reached":
        words = (
            "The people left on your cards had a text from your organization in the last 24 hours. "
            f"The first of them can be texted again at {when}."
        )
    return WhyNot(code, words, opens)
