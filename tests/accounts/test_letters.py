"""Mail: the letters, the folder, a real SMTP server, the operator's page, and the settings page."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_string, policy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext import mail
from p2ptext.accounts import letters
from p2ptext.accounts.models import AuditEvent, Letter, Organization
from p2ptext.background import transaction
from p2ptext.config import Settings
from p2ptext.extensions import db
from tests import factories
from tests.accounts.conftest import Visitor, error_of, read_mail, someone


class MailServer(socketserver.ThreadingTCPServer):
    """As much SMTP as a client needs; keeps what it is told."""

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.commands: list[str] = []
        self.letters: list[str] = []
        self.refuse = False


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline().decode().strip():
            self.server.commands.append(line)
            word = line.split()[0].upper()
            if word == "DATA":
                self.wfile.write(b"354 go on\r\n")
                body = iter(self.rfile.readline, b".\r\n")
                self.server.letters.append(b"".join(body).decode())
            self.wfile.write(self._answer(word))
            if word == "QUIT":
                return

    def _answer(self, word: str) -> bytes:
        if self.server.refuse and word == "MAIL":
            return b"451 not now\r\n"
        return {
            "EHLO": b"250-test\r\n250 AUTH PLAIN\r\n",
            "AUTH": b"235 welcome\r\n",
            "QUIT": b"221 bye\r\n",
        }.get(word, b"250 fine\r\n")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as started:
        thread = threading.Thread(target=started.serve_forever, daemon=True)
        thread.start()
        yield started
        started.shutdown()
        thread.join()


def test_mail_goes_through_the_server(settings: Settings, server: MailServer) -> None:
    url = f"smtp://post%40example.org:s%3Acret@127.0.0.1:{server.server_address[1]}"
    mail.send(replace(settings, mail_url=url), "amy@example.org", "Bienvenue à l’équipe", "Grüße\n")
    assert any(command.startswith("AUTH PLAIN") for command in server.commands)
    assert "rcpt to:<amy@example.org>" in [command.lower() for command in server.commands]
    letter = message_from_string(server.letters[0], policy=policy.default)
    assert letter["Subject"] == "Bienvenue à l’équipe"
    assert letter.get_content().strip() == "Grüße"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert mail.kept(settings) == []


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("amy@example.org\nBcc: all@example.org", "Hello"),
        ("amy@example.org", "Hello\r\nBcc: all@example.org"),
    ],
)
def test_32_no_header_is_smuggled_in(settings: Settings, to: str, subject: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        mail.send(settings, to, subject, "text")
    assert mail.kept(settings) == []


def test_32_odd_names_stay_in_their_place(app: Flask) -> None:
    org = factories.organization(name="Evil\r\nBcc: all@example.org")
    owner = Visitor(app, someone(org, "owner", name="Max\nX: y"))
    people = f"/o/{org.slug}/people"
    owner.post(f"{people}/invite", people, email="amy@example.org", role="volunteer")
    (kept,) = read_mail()
    assert kept.subject == "Invitation to text with Evil Bcc: all@example.org"
    assert kept.to == "amy@example.org"


def test_only_the_process_may_read_kept_mails(settings: Settings) -> None:
    mail.send(settings, "amy@example.org", "Hello", "text")
    (file,) = mail.folder(settings).glob("*.eml")
    assert file.stat().st_mode & 0o777 == 0o600


def asked(kind: str = "password_changed") -> int:
    person = someone()
    with transaction():
        letters.ask_for(kind, person.email, person.id)
    return db.session.scalars(select(Letter.id).order_by(Letter.id.desc())).first() or 0


def test_second_run_of_the_job_sends_nothing(app: Flask, settings: Settings) -> None:
    letter_id = asked()
    for _ in range(3):
        letters.deliver(letter_id)
    assert len(mail.kept(settings)) == 1
    assert db.session.get_one(Letter, letter_id).tries == 1


def test_letter_stays_until_the_server_takes_it(
    app: Flask, settings: Settings, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"smtp://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, mail_url=url))
    letter_id = asked()
    server.refuse = True
    with pytest.raises(OSError, match="not now"):
        letters.deliver(letter_id)
    letter = db.session.get_one(Letter, letter_id)
    assert (letter.sent_at, letter.tries) == (None, 1)
    server.refuse = False
    letters.deliver(letter_id)
    db.session.expire_all()
    assert letter.sent_at is not None
    assert len(server.letters) == 1


def test_letter_without_its_reason_is_dropped(app: Flask, settings: Settings) -> None:
    org = factories.organization()
    owner = Visitor(app, someone(org, "owner"))
    people = f"/o/{org.slug}/people"
    owner.post(f"{people}/invite", people, email="amy@example.org", role="volunteer")
    db.session.execute(text("UPDATE invitation SET cancelled_at = p2p_now()"))
    db.session.commit()
    assert read_mail() == []
    assert db.session.scalars(select(Letter)).all() == []
    letters.deliver(12345)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("created_at = p2p_now() - interval '3 minutes'", 1),
        ("created_at = p2p_now() - interval '1 minute'", 0),
        ("created_at = p2p_now() - interval '3 minutes', sent_at = p2p_now()", 0),
        ("created_at = p2p_now() - interval '3 minutes', tries = 20", 0),
    ],
)
def test_sweep_finds_lost_letters(app: Flask, change: str, found: int) -> None:
    asked()
    db.session.execute(text(f"UPDATE letter SET {change}"))
    db.session.commit()
    with transaction():
        assert letters.enqueue_unsent() == found


def test_operator_reads_kept_mails(app: Flask, settings: Settings) -> None:
    letters.deliver(asked())
    mail.send(
        settings, "amy@example.org", "<b>Odd</b>", "see http://evil.example/ and\nhttp://localhost/x\n"
    )
    page = Visitor(app, someone(is_operator=True)).get("/operator/mail").text
    assert "&lt;b&gt;Odd&lt;/b&gt;" in page
    assert 'href="http://localhost/forgotten"' in page
    assert 'href="http://evil.example' not in page
    assert page.index("Odd") < page.index("Your password was changed")


def test_kept_mails_show_the_clock_of_every_other_page(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.send(settings, "amy@example.org", "Hello", "Words")
    operator = Visitor(app, someone(is_operator=True))
    (kept,) = mail.kept(settings)
    day = timedelta(days=1)
    for days in (0, 40):
        ahead = int(days * day.total_seconds())
        monkeypatch.setitem(app.config, "SETTINGS", replace(settings, clock_offset_s=ahead))
        assert (kept.written_at + days * day).isoformat() in operator.get("/operator/mail").text


def test_operators_page_only_without_a_mail_server(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = Visitor(app, someone(is_operator=True))
    assert operator.get("/operator/mail").status_code == 200
    assert Visitor(app, someone()).get("/operator/mail").status_code == 404
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, mail_url="smtp://127.0.0.1:1"))
    assert operator.get("/operator/mail").status_code == 404


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"name": "Warm Winter"}, None),
        ({"newcomers_wait": ""}, None),
        ({"stop_confirmation": "x" * 160}, None),
        ({"stop_confirmation": "x" * 161}, "161 characters long"),
        ({"help_text": "{" * 81}, "162 characters long"),
        ({"help_text": "It’s us"}, "’"),
        ({"help_text": ""}, "Enter the answer to HELP."),
        ({"name": ""}, "Enter the organization's name."),
        ({"id": "999", "slug": "stolen", "name": "Ohio"}, None),
    ],
)
def test_settings_of_an_organization(app: Flask, changed: dict[str, Any], fault: str | None) -> None:
    org = factories.organization()
    owner = Visitor(app, someone(org, "owner"))
    fields = {
        "name": org.name,
        "newcomers_wait": "y",
        "stop_confirmation": "You are out.",
        "help_text": "Reply STOP to end.",
    } | changed
    if not fields["newcomers_wait"]:
        del fields["newcomers_wait"]
    org_id, slug = org.id, org.slug
    answer = owner.post(f"/o/{slug}/settings", **fields)
    assert answer.status_code == (200 if fault else 302)
    assert fault is None or fault in error_of(answer.text).replace("&#39;", "'")
    db.session.expire_all()
    saved = db.session.get_one(Organization, org_id)
    assert saved.slug == slug
    if fault is None:
        assert saved.name == fields["name"]
        assert saved.stop_confirmation == fields["stop_confirmation"]
        assert saved.newcomers_wait is ("newcomers_wait" in fields)
        assert db.session.scalars(select(AuditEvent.action)).all() == ["settings_changed"]
