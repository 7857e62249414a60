"""Dates as people write them in texts, and what is wrong with them.

A wrong day in a text about an election keeps people from voting. A date without a year means the day
nearest to today, from a month ago to eleven months ahead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from p2ptext.rules.lint_text import LintFacts, LintFault, Reading

_MONTHS = (
    ("jan", "january", "enero", "ene", "janvier", "janv"),
    ("feb", "february", "febrero", "fevrier", "fevr"),
    ("mar", "march", "marzo", "mars"),
    ("apr", "april", "abril", "abr", "avril", "avr"),
    ("may", "mayo", "mai"),
    ("jun", "june", "junio", "juin"),
    ("jul", "july", "julio", "juillet", "juil"),
    ("aug", "august", "agosto", "ago", "aout"),
    ("sep", "sept", "september", "septiembre", "setiembre", "septembre"),
    ("oct", "october", "octubre", "octobre"),
    ("nov", "november", "noviembre", "novembre"),
    ("dec", "december", "diciembre", "dic", "decembre"),
)
_WEEKDAYS = (
    ("mon", "monday", "lunes", "lundi"),
    ("tue", "tues", "tuesday", "martes", "mardi"),
    ("wed", "weds", "wednesday", "miercoles", "mercredi"),
    ("thu", "thur", "thurs", "thursday", "jueves", "jeudi"),
    ("fri", "friday", "viernes", "vendredi"),
    ("sat", "saturday", "sabado", "samedi"),
    ("sun", "sunday", "domingo", "dimanche"),
)
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
_WEEKDAY_OF = {word: number for number, words in enumerate(_WEEKDAYS) for word in words}
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _one_of(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MONTH = rf"(?P<month>{_one_of(_MONTH_OF)})\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|o)?"
_YEAR = r"(?:,? (?:de |del )?(?P<year>20\d\d))?"
_BEFORE = rf"(?:\b(?P<weekday>{_one_of(_WEEKDAY_OF)})\b\.?(?:,? ?(?:the |el |le |dia )?))?"
_AFTER = rf"(?: ?\((?P<later>{_one_of(_WEEKDAY_OF)})\)| ?, an? (?P<after>{_one_of(_WEEKDAY_OF)}))?"
_NOT_INSIDE = r"(?<![\d/$.-])"
_NO_MORE = r"(?![\d/%]|-\d|\.\d|:\d)"
_FORMS = tuple(
    re.compile(rf"{_NOT_INSIDE}{_BEFORE}{form}{_AFTER}")
    for form in (
        rf"\b{_MONTH} (?:the )?{_DAY}\b(?!:\d| ?(?:am|pm|a\.m|p\.m)\b|%){_YEAR}",
        rf"\b{_DAY}(?: of| de)? {_MONTH}\b{_YEAR}",
        r"\b(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b",
        rf"\b(?P<month>[01]?\d)/(?P<day>[0-3]?\d)(?:/(?P<year>(?:20)?\d\d))?{_NO_MORE}",
        rf"\b(?P<month>[01]?\d)[-.](?P<day>[0-3]?\d)[-.](?P<year>(?:20)?\d\d){_NO_MORE}",
    )
)
# Two numbers with a stroke are a date only where something says so: 1/2 is a half, 50/50 even odds.
_SAYS_DATE = re.compile(
    r"\b(?:on|by|before|until|through|from|is|day|el|le|avant|antes del|hasta el)[ ,:]*$"
)
_ELECTION = re.compile(
    r"\b(?:election(?:s| day)?|primary|primaries|run-?off|polls|voting|vote|votes|voting day|"
    r"eleccion(?:es)?|primarias?|"
    r"votar|vota|vote por|votacion|urnas|votez|scrutin)\b"
)
# Dates around an election that are not its day, and other meetings named beside one.
_ANOTHER_DAY = re.compile(
    r"\b(?:regist\w*|deadline|early|mail\w*|absentee|request\w*|postmark\w*|drop ?(?:off|box)\w*|"
    r"return\w*|"
    r"until|through|thru|since|last|start\w*|begin\w*|began|from|between|starting|any day|event|rally|"
    r"debate|volunteer\w*|canvass\w*|knock\w*|phone ?bank\w*|text ?bank\w*|meet\w*|forum|join|training|"
    r"party|house|council vote|hearing|session|committee|legislature|senate will|board will|strike|"
    r"union|"
    r"anticipad\w*|correo|inscri\w*|registr\w*|hasta|desde|entre|evento|voluntari\w*|reunion|par "
    r"correspondance|anticipe\w*|jusqu\w*|depuis|shift\w*|turno\w*|webinar|zoom|cure|apply|"
    r"application)\b"
)
_ELECTION_WEEKDAY = re.compile(
    rf"\b(?:election day is|the election is|primary is|vote|votez|vota|polls are open|"
    rf"dia de las elecciones es)"
    rf"(?: on| this| next| el| este|"
    rf" ce)* (?P<weekday>{_one_of(_WEEKDAY_OF)})\b(?! ?,? ?(?:{_one_of(_MONTH_OF)})?\.? ?\d)"
)
_LOOKS_BACK = re.compile(
    r"\b(?:since|last|thanks?|was|were|did|had|voted|after|sorry|missed|from|between|began|started|"
    r"desde|entre|gracias|merci|depuis)\b"
)
"""A day that is past may well be named in a sentence with one of these."""
_A_MONTH_AGO = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date in a text, and where it stands."""

    start: int
    end: int
    month: int
    day: int
    year: int | None
    weekday: int | None
    """0 for Monday, where one stands beside it."""
    numbers_only: bool

    def on(self, today: date | None) -> date | None:
        """The day that is meant; None where there is no such day, or the year cannot be known."""
        if self.year is not None:
            return _day(self.year, self.month, self.day)
        if today is None:
            return None
        years = (today.year - 1, today.year, today.year + 1)
        days = [found for year in years if (found := _day(year, self.month, self.day))]
        return next((found for found in days if found >= today - _A_MONTH_AGO), None)

    def turned(self) -> "WrittenDate":
        """Day and month the other way round, as most of the world writes them."""
        return WrittenDate(
            self.start, self.end, self.day, self.month, self.year, self.weekday, self.numbers_only
        )

    @property
    def possible(self) -> bool:
        """Whether some year has this day."""
        return _day(self.year or 2028, self.month, self.day) is not None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def dates_in(folded: str) -> list[WrittenDate]:
    """Every date, in its order; `folded` is in small letters without accents."""
    found: list[WrittenDate] = []
    for form in _FORMS:
        for match in form.finditer(folded):
            one = _read(match)
            if _counts(one, match, folded) and not any(
                one.start < other.end and other.start < one.end for other in found
            ):
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def _read(match: re.Match[str]) -> WrittenDate:
    parts = match.groupdict()
    month, year = parts["month"], parts.get("year")
    weekday = parts["weekday"] or parts["later"] or parts["after"]
    return WrittenDate(
        match.start(),
        match.end(),
        int(month) if month.isdigit() else _MONTH_OF[month],
        int(parts["day"]),
        (int(year) if len(year) == 4 else 2000 + int(year)) if year else None,
        _WEEKDAY_OF[weekday] if weekday else None,
        month.isdigit(),
    )


def _counts(one: WrittenDate, match: re.Match[str], folded: str) -> bool:
    """Whether it is meant as a date. "May 5" is one, "may 5 people" is not known to be."""
    if not one.numbers_only or one.year is not None or one.weekday is not None:
        return bool(one.day)
    return one.possible and bool(_SAYS_DATE.search(folded, 0, match.start()))


def check(text: Reading, facts: LintFacts) -> Iterator[LintFault]:
    """Codes: impossible_date, weekday_date, past_date, election_date, election_weekday, no_election_date."""
    found = dates_in(text.folded)
    for one in found:
        yield from _alone(one, text, facts)
    yield from _of_election(found, text, facts)


def _alone(one: WrittenDate, text: Reading, facts: LintFacts) -> Iterator[LintFault]:
    written = text.template[one.start : one.end].strip()
    readings = [one]
    if one.numbers_only and (facts.language in ("es", "fr") or not one.possible):
        readings.append(one.turned())
    if not any(reading.possible for reading in readings):
        words = f"There is no such day as {written}. Correct the date."
        yield LintFault("impossible_date", words, one.start, one.end, blocks=True)
        return
    days = [day for reading in readings if (day := reading.on(facts.today))]
    wrong_weekday = one.weekday is not None and all(day.weekday() != one.weekday for day in days)
    if days and wrong_weekday:
        words = (
            f"“{written}” cannot be right: {days[0]:%B} {days[0].day}, {days[0].year} is a "
            f"{_NAMES[days[0].weekday()]}. Correct the day or the date."
        )
        yield LintFault("weekday_date", words, one.start, one.end, blocks=True)
    elif days and facts.today and max(days) < facts.today and not _looks_back(one, text):
        words = f"“{written}” is past. Write the day that is meant."
        yield LintFault("past_date", words, one.start, one.end)


def _looks_back(one: WrittenDate, text: Reading) -> bool:
    """Whether the sentence around a date tells of what was."""
    return any(
        start <= one.start < end and _LOOKS_BACK.search(text.folded[start:end])
        for start, end in text.clauses
    )


def _of_election(found: list[WrittenDate], text: Reading, facts: LintFacts) -> Iterator[LintFault]:
    folded = _without_names(text.folded, facts.organization_names)
    for start, end in text.clauses:
        clause = folded[start:end]
        if not _ELECTION.search(clause) or _ANOTHER_DAY.search(clause):
            continue
        named = [one for one in found if start <= one.start < end]
        if facts.election_on is None:
            yield from _unknown_day(named, facts)
            continue
        yield from (fault for one in named for fault in _differs(one, facts, text))
        if not named:
            yield from _weekday_differs(clause, start, facts.election_on)


def _without_names(folded: str, names: tuple[str, ...]) -> str:
    """ "Ohio Votes meets on Monday" is about no election."""
    for name in names:
        own = Reading(name).folded
        folded = folded.replace(own, " " * len(own))
    return folded


def _unknown_day(named: list[WrittenDate], facts: LintFacts) -> Iterator[LintFault]:
    if named and facts.political:
        words = (
            "It names the day of an election. Tell the campaign that day, so that texts can be "
            "compared with it."
        )
        yield LintFault("no_election_date", words, named[0].start, named[0].end)


def _differs(one: WrittenDate, facts: LintFacts, text: Reading) -> Iterator[LintFault]:
    day = facts.election_on
    if day is None or not one.possible:
        return
    same = (one.month, one.day) == (day.month, day.day) and one.year in (None, day.year)
    if one.numbers_only and facts.language in ("es", "fr"):
        same = same or (one.day, one.month) == (day.month, day.day)
    if not same:
        written = text.template[one.start : one.end].strip()
        words = (
            f"“{written}” is not the day of the election: this campaign says {_NAMES[day.weekday()]}, "
            f"{day:%B} {day.day}, {day.year}. Correct one of them."
        )
        yield LintFault("election_date", words, one.start, one.end, blocks=True)


def _weekday_differs(clause: str, start: int, day: date) -> Iterator[LintFault]:
    for match in _ELECTION_WEEKDAY.finditer(clause):
        if _WEEKDAY_OF[match["weekday"]] != day.weekday():
            words = (
                f"The election of this campaign is on a {_NAMES[day.weekday()]}. Say which day is "
                f"meant, "
                "with its date."
            )
            yield LintFault(
                "election_weekday", words, start + match.start("weekday"), start + match.end()
            )
