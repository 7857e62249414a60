"""Mail: through the server of MAIL_URL, or into a folder where there is none.

MAIL_URL is smtp://user:password@host:port, smtps:// for TLS from the first byte, or
smtp://...?starttls to turn TLS on after the greeting.
"""

import contextlib
import os
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from p2ptext.config import Settings

TIMEOUT_S = 20


def send(settings: Settings, to: str, subject: str, text: str) -> None:
    """Send one plain mail, or write it to the folder.

    Raises OSError (smtplib's errors are of it) when the server cannot be reached or refuses, and
    ValueError for line breaks in `to` or `subject`, which would smuggle headers in.
    """
    letter = _compose(settings, to, subject, text)
    if not settings.mail_url:
        _write(folder(settings), letter)
        return
    with _server(urlsplit(settings.mail_url)) as server:
        server.send_message(letter)


def _compose(settings: Settings, to: str, subject: str, text: str) -> EmailMessage:
    if any(sign in value for value in (to, subject) for sign in "\r\n"):
        raise ValueError("a line break in a mail's header")
    # Seven bits: no server needs to know more, and a name with accents still arrives whole.
    letter = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    letter["From"] = settings.mail_from
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = make_msgid(domain=urlsplit(settings.public_url).hostname)
    # Tells out-of-office programs not to answer (RFC 3834).
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter


@contextlib.contextmanager
def _server(url: SplitResult) -> Iterator[smtplib.SMTP]:
    host = url.hostname or "localhost"
    secure = ssl.create_default_context()
    opened: smtplib.SMTP
    if url.scheme == "smtps":
        opened = smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT_S, context=secure)
    else:
        opened = smtplib.SMTP(host, url.port or 25, timeout=TIMEOUT_S)
    with opened as server:
        if "starttls" in parse_qs(url.query, keep_blank_values=True):
            server.starttls(context=secure)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


def folder(settings: Settings) -> Path:
    """Where mails land without MAIL_URL."""
    return settings.data_dir / "mail"


def _write(place: Path, letter: EmailMessage) -> None:
    place.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}"
    unfinished = place / f"{name}.part"
    # Links in mails open accounts: for the owner of the process only.
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(letter.as_bytes())
    unfinished.rename(place / f"{name}.eml")


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail in the folder."""

    to: str
    subject: str
    written_at: datetime
    text: str


def kept(settings: Settings, most: int = 100) -> list[Kept]:
    """The mails in the folder, the newest first."""
    files = sorted(folder(settings).glob("*.eml"), reverse=True)[:most]
    return [_read(file) for file in files]


def _read(file: Path) -> Kept:
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = letter.get_body(("plain",)) if isinstance(letter, EmailMessage) else None
    written = datetime.strptime(file.name[:22], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    text = body.get_content() if body is not None else ""
    return Kept(str(letter["To"]), str(letter["Subject"]), written, text.replace("\r\n", "\n"))
