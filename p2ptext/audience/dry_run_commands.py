"""Commands that try the rules on a file and touch no data."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click
from flask.cli import with_appcontext

from p2ptext import clock
from p2ptext.background import transaction
from p2ptext.rules import hours, optout, sms_text, state_hours, wall_clocks
from p2ptext.rules.fault import Fault
from p2ptext.rules.home_states import states_for
from p2ptext.rules.phone import Phone, normalize
from p2ptext.rules.zones import zones_for, zones_named

Row = Mapping[str, str]
Answer = dict[str, object]

_YEARS = range(1970, 2101)
"""Of other years nobody knows the clocks."""


class _BadCell(ValueError):
    """A cell that cannot be understood; the argument is its code."""


_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")


@click.command("check-contacts")
@_FILE
@_JSON
@with_appcontext
def check_contacts(file: Path, as_json: bool) -> None:
    """Say for every row of FILE whether the phone can be texted, and when.

    FILE is a CSV file with the column phone and, as you like, zip, state, county, timezone, zones,
    at and window. See docs/commands.md.
    """

    @cache
    def now() -> datetime:
        with transaction():
            return clock.now()

    for row in _rows(file, "phone"):
        _print(row["phone"], _contact(row, now), as_json)


@click.command("check-messages")
@_FILE
@_JSON
def check_messages(file: Path, as_json: bool) -> None:
    """Count every text in the column text of FILE as carriers do."""
    for row in _rows(file, "text"):
        count = sms_text.count(row["text"])
        answer: Answer = {
            "encoding": count.encoding,
            "units": count.units,
            "segments": count.segments,
        }
        _print(row["text"], answer, as_json)


@click.command("classify-replies")
@_FILE
@_JSON
def classify_replies(file: Path, as_json: bool) -> None:
    """Say for every text in the column text of FILE whether it asks to stop, and why."""
    for row in _rows(file, "text"):
        verdict = optout.classify(row["text"])
        _print(row["text"], {"tier": verdict.tier, "reason": verdict.reason}, as_json)


def _rows(file: Path, column: str) -> Iterator[Row]:
    """The rows of a CSV file by the names in its header, every cell exactly as it is written.

    Raises ClickException in words for a file that is not one, or has no such column.
    """
    with file.open(encoding="utf-8-sig", newline="") as text:
        # A cell up to what the reader holds by itself, 128 kB; a quotation mark never closed is a fault.
        reader = csv.reader(text, strict=True)
        try:
            header = [name.strip().lower() for name in next(reader, [])]
            if column not in header:
                raise click.ClickException(f"{file}: the first line must name a column “{column}”.")
            blank = dict.fromkeys(header, "")
            for cells in reader:
                if cells:
                    yield blank | dict(zip(header, cells, strict=False))
        except UnicodeDecodeError:
            raise click.ClickException(
                f"{file}: the file is not UTF-8. Save it as “CSV UTF-8”."
            ) from None
        except csv.Error as error:
            raise click.ClickException(f"{file}, line {reader.line_num}: {error}.") from None


def _print(cell: str, answer: Answer, as_json: bool) -> None:
    """One line: JSON, or the beginning of the cell and what of the answer says something."""
    if as_json:
        click.echo(json.dumps(answer))
        return
    said = (
        f"{name.replace('_', ' ')}: {_words(value)}"
        for name, value in answer.items()
        if value is not None and value != []
    )
    click.echo(f"{json.dumps(cell[:60], ensure_ascii=False)}  {', '.join(said)}")


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(value) if isinstance(value, list) else str(value)


def _contact(row: Row, now: Callable[[], datetime]) -> Answer:
    """What `check-contacts` answers for a row; what is not known because of a fault is null."""
    answer: Answer = {"phone": None, "refused": None, "zones": [], "may_text": None, "opens_at": None}
    phone = normalize(row["phone"])
    if isinstance(phone, Fault):
        return answer | {"refused": phone.code}
    answer["phone"] = phone.e164
    try:
        answer["zones"] = zones = _zones(row, phone)
        at, window = _moment(row.get("at", ""), now), _hours(row, phone)
    except _BadCell as bad:
        return answer | {"refused": str(bad)}
    opens = hours.opens_at(at, zones, window)
    answer["may_text"] = opens == at
    answer["opens_at"] = opens.isoformat() if opens else None
    return answer


def _zones(row: Row, phone: Phone) -> list[str]:
    """The zones named in the row, else those its other columns speak for."""
    named = list(dict.fromkeys(row.get("zones", "").split()))
    if named:
        if not wall_clocks.names().issuperset(named):
            raise _BadCell("unknown_zone")
        return named
    if phone.npa is None and not zones_named(row.get("timezone", "")):
        # Nothing else says what hour it is in another country.
        raise _BadCell("zone_needed")
    found = zones_for(
        zone=row.get("timezone"),
        zip_code=row.get("zip"),
        state=row.get("state"),
        county=row.get("county"),
        npa=phone.npa,
    )
    return list(found.zones)


def _moment(text: str, now: Callable[[], datetime]) -> datetime:
    """An ISO time, in UTC unless it says otherwise; the present if there is none."""
    if not text.strip():
        return now()
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise _BadCell("bad_time") from None
    if moment.year not in _YEARS:
        raise _BadCell("bad_time")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _hours(row: Row, phone: Phone) -> hours.Hours:
    """The hours named, exactly; else the product's own, with those of the states the row speaks for."""
    named = row.get("window", "")
    if named.strip():
        exact = hours.exact_hours(named)
        if not exact:
            raise _BadCell("bad_window")
        return exact
    if row.get("zones", "").split():
        return hours.Window()  # zones replace what else is known of the place
    states = states_for(zip_code=row.get("zip"), state=row.get("state"), npa=phone.npa)
    return state_hours.hours_for(hours.Window(), states)


COMMANDS = (check_contacts, check_messages, classify_replies)
