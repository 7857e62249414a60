"""Whether the hours leave time for everybody, and when a campaign would be done."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from p2ptext.audience.findings import Finding, people
from p2ptext.audience.preflight_numbers import Chosen, Limits, limits
from p2ptext.background import settings
from p2ptext.campaigns import teams
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.extensions import cursor
from p2ptext.rules import campaign_dates, finish, hours, prices
from p2ptext.rules.clock_words import local_time
from p2ptext.rules.state_hours import may_text_in, opens_in
from p2ptext.rules.wall_clocks import clock

_MOST_PLACES = 40
"""The forecast reckons with so many different places; the smaller ones count as the largest."""
_BUSY = finish.REPLIES_EACH


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the campaign's first texts would take from now on. Everything is an estimate."""

    texts: int
    segments: tuple[int, int]
    cost: tuple[float, float]
    """Dollars."""
    replies: tuple[int, int]
    volunteers: int
    """On hand."""
    volunteer_hours: float
    needed: int
    """Volunteers who finish it within the hours of one day."""
    hours_of_a_day: float
    """Hours of the next day with texting in which somebody may be texted."""
    opens_at: datetime | None
    """When the first of them may be texted."""
    by_numbers: finish.Run
    """With as many volunteers as it takes."""
    by_volunteers: finish.Run
    """With those on hand."""
    limits: Limits
    t_mobile_days: int
    """Days the brand's cap at T-Mobile alone would take; 0 without such a cap."""

    @property
    def fits_one_day(self) -> bool:
        """Whether the hours of one day are enough, with the volunteers on hand."""
        return self.by_volunteers.ends_at is not None and self.by_volunteers.days <= 1


def window_of(campaign: Campaign) -> hours.Window:
    """The hours of the campaign's first texts."""
    return hours.Window(
        campaign.opens,
        campaign.closes,
        campaign.sunday_opens,
        campaign.state_hours,
        campaign.days,
        campaign.opens_on,
        campaign.closes_on,
    )


def places_of(campaign_id: int) -> dict[str, int]:
    """How many wait for a text in each place: zones and states with spaces between."""
    rows = cursor().execute(
        """SELECT zones, states, count(*) FROM contact
           WHERE campaign_id = %s AND state = 'ready' GROUP BY zones, states""",
        (campaign_id,),
    )
    found: Counter[str] = Counter()
    for zones, states, count in rows:
        found[" ".join([*zones, *states])] += count
    return dict(found)


def check(campaign: Campaign, places: Mapping[str, int]) -> tuple[list[Finding], list[Finding]]:
    """What blocks about hours and dates, and what only warns.

    Codes: no_hours, dates_over, never_open (blocks if nobody is left); closed_today.
    """
    moment, window = now(), window_of(campaign)
    if max(campaign.opens, hours.EARLIEST) >= min(campaign.closes, hours.LATEST):
        words = "The texting hours are empty: they end before they begin."
        return [Finding("no_hours", words, "hours")], []
    if campaign.closes_on is not None and campaign_dates.is_over(moment, campaign.closes_on):
        words = f"The last day of this campaign, {campaign_dates.day(campaign.closes_on)}, is past."
        return [Finding("dates_over", words, "hours")], []
    openings = {place: opens_in(moment, place, window) for place in places}
    never = sum(count for place, count in places.items() if openings[place] is None)
    if never:
        words = (
            f"{people(never)} can never be texted: the hours set here, the zones they may be in and the "
            "hours of their states leave no time of the week."
        )
        found = [Finding("never_open", words, "hours", _named(places, openings), never)]
        return (found, []) if never == sum(places.values()) else ([], found)
    return [], _closed_today(openings, moment)


def election_over(campaign: Campaign) -> list[Finding]:
    """The day of the campaign's election lies behind."""
    if not campaign_dates.is_over(now(), campaign.election_on):
        return []
    words = "The day of the election is past. Correct it, unless these texts come after it on purpose."
    return [Finding("election_over", words, "purpose")]


def _named(places: Mapping[str, int], openings: Mapping[str, datetime | None]) -> list[str]:
    closed = sorted((-count, place) for place, count in places.items() if openings[place] is None)
    return [f"{-count:,} in {place.replace('_', ' ')}" for count, place in closed[:5]]


def _closed_today(openings: Mapping[str, datetime | None], moment: datetime) -> list[Finding]:
    """Nobody can be texted any more on this day; not told before a first day that lies ahead."""
    first = min(
        ((opening, place) for place, opening in openings.items() if opening is not None), default=None
    )
    if first is None:
        return []
    opening, zone = first[0], first[1].split()[0]
    if opening.astimezone(clock(zone)).date() == moment.astimezone(clock(zone)).date():
        return []
    when = f"{campaign_dates.day(opening.astimezone(clock(zone)).date())}, {local_time(opening, [zone])}"
    words = f"Nobody can be texted any more today. The hours open on {when} there."
    return [Finding("closed_today", words, "hours")]


def forecast(
    campaign: Campaign,
    chosen: Chosen,
    places: Mapping[str, int],
    segments: tuple[int, int],
    cost_of: Callable[[int], tuple[float, float]] = prices.segments_usd,
) -> Forecast:
    """Reckon with everybody who waits. `segments` are those of all their texts together, `cost_of` says
    what so many cost."""
    texts = sum(places.values())
    each = max(1.0, segments[1] / texts) if texts else 1.0
    held, volunteers = limits(chosen, each), on_hand(campaign)
    window, begin = window_of(campaign), now()
    some = _largest(places)
    share = settings().t_mobile_unknown_percent / 100
    pace = finish.Pace(held.segments_per_minute, each, None, held.t_mobile_per_day, share)
    own = finish.Pace(held.segments_per_minute, each, volunteers, held.t_mobile_per_day, share)
    known: dict[tuple[datetime, str], bool] = {}

    def opens(at: datetime, place: str) -> bool:
        if (at, place) not in known:
            known[at, place] = may_text_in(at, place, window)
        return known[at, place]

    first = min(
        (opening for place in some if (opening := opens_in(begin, place, window)) is not None),
        default=None,
    )
    start = first or begin
    open_steps = sum(
        any(opens(start + finish.STEP * step, place) for place in some)
        for step in range(timedelta(hours=16) // finish.STEP)
    )
    day = open_steps * finish.STEP.total_seconds() / 3600
    return Forecast(
        texts=texts,
        segments=segments,
        cost=(cost_of(segments[0])[0], cost_of(segments[1])[1]),
        replies=finish.replies(texts),
        volunteers=volunteers,
        volunteer_hours=texts / finish.TEXTS_AN_HOUR,
        needed=finish.volunteers_for(texts, day),
        hours_of_a_day=day,
        opens_at=_there(first, some),
        by_numbers=_run_there(finish.run(start, some, opens, pace), some),
        by_volunteers=_run_there(finish.run(start, some, opens, own), some),
        limits=held,
        t_mobile_days=_days(texts, pace),
    )


def _there(moment: datetime | None, places: Mapping[str, int]) -> datetime | None:
    """The moment by the clock where most of the people are, for those who read it without our script."""
    zone = next((place.split()[0] for place in places), None)
    return moment.astimezone(clock(zone)) if moment and zone else moment


def _run_there(run: finish.Run, places: Mapping[str, int]) -> finish.Run:
    return replace(run, ends_at=_there(run.ends_at, places))


def _days(texts: int, pace: finish.Pace) -> int:
    return -int(-texts // pace.texts_a_day) if pace.t_mobile_per_day else 0


def _largest(places: Mapping[str, int]) -> dict[str, int]:
    ranked = sorted(places.items(), key=lambda item: -item[1])
    some = dict(ranked[:_MOST_PLACES])
    if ranked[_MOST_PLACES:]:
        some[ranked[0][0]] += sum(count for _, count in ranked[_MOST_PLACES:])
    return some


def on_hand(campaign: Campaign) -> int:
    """People who may text in this campaign now."""
    inside = teams.INSIDE.format(campaign="%(campaign)s", person="m.person_id")
    found = cursor().execute(
        f"""SELECT count(*) FROM membership m WHERE m.organization_id = %(org)s AND m.status = 'active'
              AND m.terms_accepted_at IS NOT NULL AND {inside}""",
        {"org": campaign.organization_id, "campaign": campaign.id},
    )
    return int((found.fetchone() or (0,))[0])


def judge(campaign: Campaign, seen: Forecast) -> tuple[list[Finding], list[Finding]]:
    """What the forecast says against a launch. Codes: not_enough_numbers, which blocks; finish_late,
    over_day_cap, no_volunteers, reply_capacity."""
    blocks, warnings = [], []
    if not seen.texts or not seen.limits.segments_per_minute:
        return [], []
    if campaign.closes_on is not None and seen.by_numbers.ends_at is None:
        words = (
            f"The numbers cannot send all texts by {campaign_dates.day(campaign.closes_on)}: "
            f"{people(seen.by_numbers.left)} would be left. Choose more numbers, or a later last day."
        )
        blocks.append(Finding("not_enough_numbers", words, "numbers", count=seen.by_numbers.left))
    elif campaign.closes_on is not None and seen.volunteers and seen.by_volunteers.ends_at is None:
        words = (
            f"{_volunteers(seen.volunteers)} will not finish by "
            f"{campaign_dates.day(campaign.closes_on)}: "
            f"{people(seen.by_volunteers.left)} would be left. Invite more people, or choose a "
            f"later last day."
        )
        warnings.append(Finding("finish_late", words, "people", count=seen.by_volunteers.left))
    if seen.t_mobile_days > 1:
        words = (
            f"T-Mobile takes {seen.limits.t_mobile_per_day:,} segments a day from your brand. What "
            f"goes to "
            f"its customers takes {seen.t_mobile_days:,} days."
        )
        warnings.append(Finding("over_day_cap", words, "numbers", count=seen.t_mobile_days))
    return blocks, warnings + _hands(seen)


def _hands(seen: Forecast) -> list[Finding]:
    if not seen.volunteers:
        words = "Nobody is there to send yet. Invite volunteers."
        return [Finding("no_volunteers", words, "people")]
    if seen.replies[1] <= seen.volunteers * _BUSY:
        return []
    low, high = (-(-count // seen.volunteers) for count in seen.replies)
    words = (
        f"Expect {seen.replies[0]:,} to {seen.replies[1]:,} replies. With "
        f"{_volunteers(seen.volunteers).lower()} "
        f"that is {low:,} to {high:,} for each; {_BUSY} are a full evening. Invite more people, or text "
        "on several days."
    )
    return [Finding("reply_capacity", words, "people", count=seen.replies[1])]


def _volunteers(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
