"""The first and the last day of a campaign, in words, and where a moment stands to them.

Whether one person may be texted is decided on the calendar of every place they may be in, by hours.py;
this is what is told to everybody at once.
"""

from datetime import date, datetime

from p2ptext.rules.wall_clocks import clock

_FIRST, _LAST = "America/New_York", "Pacific/Honolulu"
"""Where the day begins first and ends last for nearly everybody who is texted."""
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def is_before(now: datetime, opens_on: date | None) -> bool:
    """Whether the first day has not begun on the east coast."""
    return opens_on is not None and now.astimezone(clock(_FIRST)).date() < opens_on


def is_over(now: datetime, closes_on: date | None) -> bool:
    """Whether the last day has ended in Hawaii as well."""
    return closes_on is not None and closes_on < latest_day(now)


def latest_day(now: datetime) -> date:
    """The day that has not ended in Hawaii: what lies before it is past for everybody."""
    return now.astimezone(clock(_LAST)).date()


def day(moment: date) -> str:
    """A day such as "Tuesday, November 24"."""
    return f"{moment:%A, %B} {moment.day}"


def told(now: datetime, opens_on: date | None, closes_on: date | None) -> str:
    """Why nobody is texted today, in words for volunteers; "" where the dates are no reason."""
    if opens_on is not None and is_before(now, opens_on):
        return f"This campaign opens on {day(opens_on)}."
    if closes_on is not None and is_over(now, closes_on):
        return f"The last day for texts of this campaign was {day(closes_on)}. Answers still go out."
    return ""


def days_in_words(days: int) -> str:
    """Days of the week, as bits from Monday on: "every day", "Monday to Friday", "Monday and Sunday"."""
    chosen = [n for n in range(7) if days >> n & 1]
    if len(chosen) == 7:
        return "every day"
    names = [DAY_NAMES[n] for n in chosen]
    if len(names) > 2 and chosen == list(range(chosen[0], chosen[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
