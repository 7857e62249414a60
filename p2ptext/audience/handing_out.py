"""Which batch a volunteer gets who asks for one, and what is said when there is none.

Batches are cut when a list comes in, each a fair mix of zones. Handing one out updates that one row,
so it costs the same in a campaign of a thousand contacts or a million.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from p2ptext.audience.batching import LEASE_S, LOCK_HAND, give_back
from p2ptext.campaigns import teams
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.rules import campaign_dates
from p2ptext.rules.hours import Window
from p2ptext.rules.state_hours import may_text_in

MOST_IN_HAND = 3
"""Batches one person may hold at a time over all campaigns of an organization, one in each."""
HELD_FOR_S = 300
"""Seconds for which a batch is not looked at again in which `fits` holds everybody back."""

_INSIDE = teams.INSIDE.format(campaign="%(campaign)s", person="%(person)s")
_RESERVED = "b.reserved_for = %(person)s"
_OTHERS = "b.reserved_for IS NULL AND b.last_person_id IS DISTINCT FROM %(person)s"
_OWN = "b.reserved_for IS NULL AND b.last_person_id = %(person)s"


def _sendable(fits: str) -> str:
    # Something in the batch that this person could send right now. A plain subquery: a planner that
    # made a join of it could read a million contacts to find one batch.
    return f"""
(SELECT true FROM contact c JOIN recipient r ON r.id = c.recipient_id
 WHERE c.batch_id = b.id AND c.state = 'ready' AND r.suppressed_at IS NULL
   AND c.skipped_by IS DISTINCT FROM %(person)s
   AND array_to_string(c.zones || c.states, ' ') = ANY(%(open_sets)s) AND {fits} LIMIT 1) IS NOT NULL
"""


# What a batch's own row says comes before any of its contacts is looked at.
_WORTH_A_LOOK = """(b.zone_sets && %(open_sets)s) IS NOT FALSE
    AND (b.held_until IS NULL OR b.held_until < (SELECT p2p_now()))"""


def _hold(fits: str) -> str:
    # A campaign whose people all had a text today would else cost a look at every one of them for
    # each volunteer who asks. Rows that somebody has locked are left alone.
    return f"""
UPDATE batch SET held_until = p2p_now() + make_interval(secs => {HELD_FOR_S})
WHERE id IN (
  SELECT b.id FROM batch b
  WHERE b.campaign_id = %(campaign)s AND b.state = 'open' AND b.reserved_for IS NULL
    AND {_WORTH_A_LOOK} AND {_sendable("true")} AND NOT {_sendable(fits)}
  FOR UPDATE OF b SKIP LOCKED)
"""


def _in_hand(fits: str) -> str:
    return f"""
SELECT b.id, b.campaign_id = %(campaign)s AS here, b.leased_until > (SELECT p2p_now()) AS living,
       CASE WHEN b.campaign_id = %(campaign)s THEN {_sendable(fits)} END AS sendable
FROM batch b WHERE b.person_id = %(person)s AND b.state = 'leased' AND b.organization_id = %(org)s
"""


def _take(which: str, fits: str) -> str:
    # Ordered by position, which the partial indexes keep: ordering by id would walk the primary key.
    # Teams are looked at here and not before: whoever was put out of them a moment ago gets nothing.
    # SKIP LOCKED: fifty people at once take fifty batches instead of queueing for the first.
    return f"""
UPDATE batch SET state = 'leased', person_id = %(person)s,
                 leased_until = p2p_now() + make_interval(secs => %(lease)s)
WHERE id = (
  SELECT b.id FROM batch b
  WHERE b.campaign_id = %(campaign)s AND b.state = 'open' AND {which} AND {_WORTH_A_LOOK}
    AND {_sendable(fits)} AND {_INSIDE}
  ORDER BY b.position LIMIT 1 FOR UPDATE OF b SKIP LOCKED)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class _Now:
    """What a running campaign may do at this moment."""

    organization_id: int
    anyone: bool
    """Whether everybody may take a batch, or only who was given one."""
    given: bool
    """Whether batches wait that were given to this person."""
    open_sets: list[str]
    """The places on its lists, zones and states with spaces between, in which it may text."""


def hand_out(
    campaign_id: int, person_id: int, *, needs_s: float = 0.0, fits: str = "true"
) -> int | None:
    """Give this person a batch with something to send now, and return its id.

    Something to send is somebody whose hours are open now and for `needs_s` seconds more, and whom the
    condition `fits`, in SQL on the recipient `r`, does not hold back.

    The batch in hand is theirs still, as long as it holds a card for them; else it goes back and
    another comes: first what a manager reserved for them, then what nobody has had, and last what
    they gave back themselves. None when there is nothing for them; `left_of` says why. Raises
    Refused when they hold batches of MOST_IN_HAND other campaigns.
    """
    now = _lock_and_look(campaign_id, person_id, timedelta(seconds=needs_s))
    if now is None or not now.open_sets:
        return None
    values = {
        "org": now.organization_id,
        "campaign": campaign_id,
        "person": person_id,
        "open_sets": now.open_sets,
        "lease": LEASE_S,
    }
    kept = _keep(values, fits)
    if kept is not None:
        return kept
    for which in [_RESERVED] * now.given + [_OTHERS, _OWN] * now.anyone:
        row = cursor().execute(_take(which, fits), values).fetchone()
        if row is not None:
            return int(row[0])
    if now.anyone:
        cursor().execute(_hold(fits), values)
    return None


def _keep(values: Mapping[str, Any], fits: str) -> int | None:
    """The batch in hand here, for another while; given back if it has no card for its holder."""
    sql = cursor()
    elsewhere = 0
    for batch_id, here, living, sendable in sql.execute(_in_hand(fits), values).fetchall():
        if here and sendable:
            sql.execute(
                """UPDATE batch SET leased_until = p2p_now() + make_interval(secs => %s)
                   WHERE id = %s""",
                (values["lease"], batch_id),
            )
            return int(batch_id)
        if here:
            give_back(batch_id, values["person"])
        elsewhere += living and not here
    if elsewhere >= MOST_IN_HAND:
        raise Refused(
            "enough_in_hand",
            f"You have cards of {elsewhere} other campaigns in your hand. Press Done in one of them, "
            "then take new ones here.",
        )
    return None


def _lock_and_look(campaign_id: int, person_id: int, needs: timedelta) -> _Now | None:
    """Take the lock of this person's hand, and see what the campaign may do; None unless it is running."""
    sql = cursor()
    sql.execute(
        f"""SELECT p2p_now(), a.opens, a.closes, a.sunday_opens, a.state_hours,
              a.days, a.opens_on, a.closes_on, i.zone_sets,
              a.organization_id, a.hand_out = 'anyone',
              EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = a.id AND b.state = 'open'
                        AND b.reserved_for = %(person)s),
              {LOCK_HAND}
            FROM campaign a JOIN contact_import i ON i.campaign_id = a.id AND i.status = 'done'
            WHERE a.id = %(campaign)s AND a.status = 'running'""",
        {"campaign": campaign_id, "person": person_id},
    )
    rows = sql.fetchall()
    if not rows:
        return None
    moment, window = rows[0][0], Window(*rows[0][1:8])
    places = {place for row in rows for place in row[8]}
    open_sets = sorted(
        place
        for place in places
        if may_text_in(moment, place, window) and may_text_in(moment + needs, place, window)
    )
    organization_id, anyone, given = rows[0][9:12]
    return _Now(organization_id, anyone, given, open_sets)


_LEFT = f"""
SELECT a.status, p2p_now(), a.opens_on, a.closes_on, {_INSIDE} AS inside, a.hand_out = 'anyone' AS anyone,
  EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = a.id AND b.state = 'open'
            AND b.reserved_for = %(person)s) AS reserved,
  EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = a.id AND b.state = 'open'
            AND b.reserved_for IS NULL) AS free,
  EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = a.id AND b.state = 'leased')
    OR EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = a.id AND b.state = 'open'
                 AND b.reserved_for IS NOT NULL) AS with_others
FROM campaign a WHERE a.id = %(campaign)s
"""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a campaign for somebody without a batch."""

    status: str
    now: datetime
    opens_on: date | None
    closes_on: date | None
    inside: bool
    """Whether they are in one of the campaign's teams, if it has some."""
    anyone: bool
    reserved: bool
    """Batches that a manager gave them wait for them."""
    free: bool
    """Batches wait that were given to nobody."""
    with_others: bool

    @property
    def nothing(self) -> bool:
        """Whether everybody is texted."""
        return not (self.reserved or self.free or self.with_others)

    @property
    def ask_a_manager(self) -> bool:
        """Whether only a manager can give them more."""
        return not (self.inside and (self.anyone or self.reserved)) and not self.nothing

    @property
    def words(self) -> str:
        """Why this person gets no batch just now, in words for them."""
        if self.status != "running":
            paused = self.status == "paused"
            return (
                "An organizer has paused this campaign." if paused else "This campaign is not running."
            )
        if self.nothing:
            return "Everybody on this list has been texted. Thank you."
        if not self.inside:
            return "The cards of this campaign are for a team that you are not in. Ask a manager."
        dates = campaign_dates.told(self.now, self.opens_on, self.closes_on)
        if dates:
            return dates
        if self.ask_a_manager:
            return "In this campaign a manager gives out the cards, and you have none. Ask for some."
        if self.reserved or self.free:
            return (
                "You can text nobody of those who are left just now: it is outside the texting hours "
                "where they live, they had a text from your organization in the last 24 hours, or you "
                "skipped them. Try again later."
            )
        return (
            "Everybody who is left is with other volunteers. What they do not send comes back: try again "
            "in ten minutes."
        )


def left_of(campaign_id: int, person_id: int) -> Left:
    """What there is for this person when `hand_out` had nothing for them."""
    row = cursor().execute(_LEFT, {"campaign": campaign_id, "person": person_id}).fetchone()
    return Left(*row) if row else Left("archived", now(), None, None, True, False, False, False, False)
