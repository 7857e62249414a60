"""The numbers of each page as a file for spreadsheets. docs/reply-rates.md says what the columns are."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import Response

from p2ptext.insight.queries import Share
from p2ptext.insight.rates import Line
from p2ptext.rules import csv_safe

Cell = str | int
_SUMS = (
    "sent",
    "delivered",
    "failed",
    "replied",
    "opted_out",
    "wrong_number",
    "waiting",
    "answered",
    "goal",
)
LINE = (
    *_SUMS,
    *("reply_rate", "reply_rate_low", "reply_rate_high"),
    *("opt_out_rate", "opt_out_rate_low", "opt_out_rate_high"),
    *("goal_rate", "goal_rate_low", "goal_rate_high"),
)
"""The columns after those that name a line."""


def share(one: Share) -> list[Cell]:
    """A share and the ends of its interval; empty where nothing was counted."""
    if not one.n:
        return ["", "", ""]
    return [f"{value:.6f}" for value in (one.successes / one.n, one.low, one.high)]


def line(one: Line, *, judged: bool = True) -> list[Cell]:
    """What LINE names; without the shares of what is not to be judged."""
    shares = (one.reply_rate, one.opt_out_rate, one.goal_rate)
    return [
        *(getattr(one.sums, name) for name in _SUMS),
        *(cell for each in shares for cell in (share(each) if judged else ("", "", ""))),
    ]


def answer(
    name: str, at: datetime | None, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """A file in UTF-8, marked as such for spreadsheets, with the moment of the count in its last column."""
    stamp = at.isoformat(timespec="seconds") if at else "not counted yet"
    lines = [csv_safe.line([*header, "as_of"]), *(csv_safe.line([*row, stamp]) for row in rows)]
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + "".join(lines), mimetype="text/csv", headers=headers)
