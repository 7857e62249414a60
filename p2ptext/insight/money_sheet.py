"""A table of costs as a CSV file: one line a row and currency."""

from flask import Response

from p2ptext.insight.money import Line
from p2ptext.rules import csv_safe

HEADER = (
    "key",
    "name",
    "texts",
    "segments",
    "segments_without_price",
    "currency",
    "segments_with_price",
    "cost",
)
"""docs/money.md says what each means."""


def answer(name: str, lines: list[Line]) -> Response:
    """The file, named after its table."""
    text = "\ufeff" + csv_safe.line(HEADER) + "".join(_rows(line) for line in lines)
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="cost-by-{name}.csv"'
    return response


def _rows(line: Line) -> str:
    own: list[str | int] = [line.key, line.name, line.texts, line.segments, line.unpriced]
    if not line.sums:
        return csv_safe.line([*own, "", 0, ""])
    return "".join(
        csv_safe.line([*own, one.currency, one.priced_segments, f"{one.cost:.4f}"]) for one in line.sums
    )
