"""One appointment as a calendar file, RFC 5545, that every calendar program takes."""

from dataclasses import dataclass
from datetime import UTC, datetime

_LONGEST_LINE = 75
"""Bytes of a line before it is folded: RFC 5545, 3.1."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What stands in the calendar. `uid` names it for good, so that a second download replaces the first."""

    uid: str
    begins: datetime
    ends: datetime
    title: str
    about: str
    url: str


def write(appointment: Appointment, stamped: datetime) -> str:
    """The file's text; `stamped` is the moment it is made."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//p2ptext//shifts//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_text(appointment.uid)}",
        f"DTSTAMP:{_moment(stamped)}",
        f"DTSTART:{_moment(appointment.begins)}",
        f"DTEND:{_moment(appointment.ends)}",
        f"SUMMARY:{_text(appointment.title)}",
        f"DESCRIPTION:{_text(appointment.about)}",
        f"URL:{appointment.url}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Words as a value: nothing in them ends the line or the field (RFC 5545, 3.3.11)."""
    seen = "".join(sign for sign in value if sign == "\n" or (sign >= " " and sign != "\x7f"))
    for sign in ("\\", ";", ","):
        seen = seen.replace(sign, f"\\{sign}")
    return seen.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 bytes, the later ones begun with a space, no character torn."""
    parts, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _LONGEST_LINE:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += width
    return "\r\n".join(parts)
