"""What the volunteer's pages show, one statement a panel. No last names, no phone numbers."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from psycopg.rows import class_row

from p2ptext.campaigns import teams
from p2ptext.extensions import cursor
from p2ptext.rules import campaign_dates, hours, state_hours
from p2ptext.texting.clicking import DATES, paused_words
from p2ptext.texting.presence_models import TALKS_OF

REASONS = {
    "opted_out": "They opted out. They get no more texts.",
    "erased": "Their data was erased. They get no more texts.",
    "hours": "The texting hours where they live ended before it could leave. Their card comes back when "
    "the hours open again.",
    "cap": "They have had enough texts from your organization for a day. Their card comes back later.",
    "too_old": "It could not leave for half an hour, so it was held back.",
    "paused": "An organizer paused the campaign.",
    "conversation_locked": "They may have asked for no more texts; an organizer looks first.",
    "replied": "They answered the text before, so they get no second one.",
    "carrier_unreachable": "The phone company could not be reached.",
    "number_out": "The number it was to leave from is out of use. Their card comes back.",
    "media_gone": "The picture that was to go with it is not kept any more.",
    "no_mms_number": "The number it was to leave from cannot send pictures. Their card comes back.",
    "undone": "You took it back.",
    "missing_value": "The list lacks a value that the message needs.",
    "invalid_number": "The phone company says this number does not work.",
    "filtered": "The phone company's filter stopped it.",
    "unreachable_temporary": "Their phone could not be reached.",
    "content_problem": "The phone company refused the text.",
    "sender_problem": "The phone company refused our number.",
    "account_problem": "The phone company refused our account.",
}
STATES = {
    "queued": "leaving in a moment",
    "sending": "leaving now",
    "accepted": "sent",
    "submitted": "sent",
    "delivered": "delivered",
    "rejected": "not delivered",
    "undeliverable": "not delivered",
    "no_receipt": "sent, no receipt came",
    "unknown": "may have been sent; nobody can say",
    "not_sent": "not sent",
    "blocked": "not sent",
    "cancelled": "taken back",
    "expired": "not sent",
}


@dataclass(frozen=True)
class TodoCampaign:
    """A campaign as the volunteer's list of things to do shows it."""

    id: int
    name: str
    about: str
    """What volunteers should know about it, in a sentence or two; often nothing."""
    status: str
    paused_because: str | None
    pause_words: str
    held: int
    sent_by_me: int
    given: int
    """Batches that a manager gave this person and they have not taken yet."""
    free: bool
    """Batches wait that were given to nobody."""
    anyone: bool
    """Whether anyone may take those, or only a manager gives them out."""
    now: datetime
    opens: time
    closes: time
    sunday_opens: time
    state_hours: bool
    days: int
    opens_on: date | None
    closes_on: date | None
    zone_sets: list[str]
    """The places the people on its lists may be in: each some zones and states, with spaces between."""

    @property
    def can_take(self) -> bool:
        left = self.held > 0 or self.given > 0 or (self.free and self.anyone)
        return self.status == "running" and left and self.opens_at is None and not self.dates

    @cached_property
    def opens_at(self) -> datetime | None:
        """When somebody on the lists may be texted again; None while somebody may be now."""
        moments = [state_hours.opens_in(self.now, place, self._window) for place in self.zone_sets]
        first = min((moment for moment in moments if moment is not None), default=self.now)
        return first if first > self.now else None

    @property
    def closes_at(self) -> datetime | None:
        """When nobody on the lists may be texted any more today; None while nobody may be."""
        moments = [state_hours.closes_in(self.now, place, self._window) for place in self.zone_sets]
        return max((moment for moment in moments if moment is not None), default=None)

    @property
    def _window(self) -> hours.Window:
        return hours.Window(
            self.opens,
            self.closes,
            self.sunday_opens,
            self.state_hours,
            self.days,
            self.opens_on,
            self.closes_on,
        )

    @property
    def dates(self) -> str:
        """Why nobody is texted today, where the campaign has not begun or is over; else ""."""
        return campaign_dates.told(self.now, self.opens_on, self.closes_on)

    @property
    def words(self) -> str:
        if self.status == "paused":
            return paused_words(self.paused_because, self.pause_words)
        if self.dates:
            return self.dates
        if not self.held and not self.given:
            if not self.anyone:
                return "A manager gives out the cards of this campaign. Ask for some."
            if not self.free:
                return "Everybody on this list has been texted, or is with other volunteers."
        return "Texting hours are closed where these people live." if self.opens_at else ""


_MINE = TALKS_OF.format(campaign="a.id", person="%(person)s")
_THEIRS = f"""({teams.INSIDE.format(campaign="a.id", person="%(person)s")}
  OR EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = a.id AND b.person_id = %(person)s
               AND b.state = 'leased'))"""
"""Campaigns of other teams are of no use to them, but for cards that they still hold."""


def todo(organization_id: int, person_id: int) -> list[TodoCampaign]:
    sql = cursor()
    with sql.connection.cursor(row_factory=class_row(TodoCampaign)) as rows:
        rows.execute(
            f"""SELECT a.id, a.name, a.about, a.status, a.paused_because, a.pause_words,
                 (SELECT count(*) FROM batch b JOIN contact c ON c.batch_id = b.id
                  WHERE b.campaign_id = a.id AND b.person_id = %(person)s AND b.state = 'leased'
                    AND b.leased_until > (SELECT p2p_now())
                    AND c.state = 'ready' AND c.skipped_by IS DISTINCT FROM %(person)s) AS held,
                 (SELECT count(*) FROM {_MINE} AS t
                  JOIN message m ON m.conversation_id = t.id AND m.person_id = %(person)s
                    AND m.kind = 'first'
                    AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')) AS sent_by_me,
                 (SELECT count(*) FROM batch b WHERE b.campaign_id = a.id AND b.state = 'open'
                    AND b.reserved_for = %(person)s) AS given,
                 EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = a.id AND b.state = 'open'
                           AND b.reserved_for IS NULL) AS free,
                 a.hand_out = 'anyone' AS anyone,
                 p2p_now() AS now, a.opens, a.closes, a.sunday_opens, a.state_hours,
                 {DATES},
                 (SELECT coalesce(array_agg(DISTINCT zone_set), '{{}}')
                  FROM contact_import i, unnest(i.zone_sets) AS zone_set
                  WHERE i.campaign_id = a.id) AS zone_sets
               FROM campaign a
               WHERE a.organization_id = %(org)s AND a.status IN ('running', 'paused') AND NOT a.is_tests
                 AND {_THEIRS}
               ORDER BY a.launched_at DESC NULLS LAST, a.id DESC""",
            {"org": organization_id, "person": person_id},
        )
        return rows.fetchall()


WAITS_FOR_ANSWER = "(waiting_since IS NOT NULL AND review_reason IS NULL)"
"""Of a conversation: whether a volunteer may answer who waits there. While a text that may ask to stop
waits for a decision, it waits for an organizer instead."""


def waiting(organization_id: int, person_id: int) -> int:
    """How many people wait for this volunteer's answer."""
    sql = cursor()
    sql.execute(
        f"""SELECT count(*) FROM conversation WHERE organization_id = %s AND person_id = %s
             AND {WAITS_FOR_ANSWER}""",
        (organization_id, person_id),
    )
    return int((sql.fetchone() or (0,))[0])


@dataclass(frozen=True, slots=True)
class NotSent:
    """A text that did not leave, or did not arrive, in words."""

    to: str
    when: datetime
    words: str


def not_sent(organization_id: int, person_id: int) -> list[NotSent]:
    """This volunteer's texts of the last day that did not leave."""
    sql = cursor()
    sql.execute(
        """SELECT coalesce(nullif(c.first_name, ''), 'this person'), m.created_at, m.state, m.reason
            FROM message m JOIN contact c ON c.id = m.contact_id
            WHERE m.organization_id = %s AND m.person_id = %s
              AND m.state IN ('expired', 'blocked', 'not_sent', 'rejected', 'undeliverable', 'unknown')
              AND m.created_at > (SELECT p2p_now()) - interval '1 day'
            ORDER BY m.id DESC LIMIT 200""",
        (organization_id, person_id),
    )
    return [
        NotSent(to, when, REASONS.get(reason or "", STATES[state].capitalize() + "."))
        for to, when, state, reason in sql.fetchall()
    ]


def counts(organization_id: int, person_id: int) -> dict[str, int]:
    """What every page of a volunteer shows beside its own matter."""
    return {
        "waiting": waiting(organization_id, person_id),
        "not_sent": len(not_sent(organization_id, person_id)),
    }
