"""Long lists of numbers come onto the do-not-text list, whatever happens to the worker."""

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import Organization
from p2ptext.audience import suppression, suppression_listing
from p2ptext.audience import suppression_importing as importing
from p2ptext.audience.models import Contact, Recipient, SuppressionEvent
from p2ptext.audience.suppression_jobs import enqueue_waiting, import_suppressions
from p2ptext.audience.suppression_models import SuppressionImport, SuppressionRefusal
from p2ptext.background import transaction
from p2ptext.config import Settings
from p2ptext.extensions import db, redis
from tests import factories
from tests.audience.workbook_files import xlsx
from tests.texting.scene import inbound, scene

AREAS = (202, 216, 234, 312, 419, 614, 740, 937)


@pytest.fixture
def owner(committed_app: Flask) -> factories.Person:
    org = factories.organization()
    made = factories.person(org, "owner")
    db.session.commit()
    return made


def organization_of(person: factories.Person) -> int:
    return int(
        db.session.scalars(
            select(factories.Membership.organization_id).filter_by(person_id=person.id)
        ).one()
    )


def receive(owner: factories.Person, content: str | bytes) -> int:
    raw = content.encode() if isinstance(content, str) else content
    with transaction():
        row = importing.receive(
            organization_of(owner), io.BytesIO(raw), "stop.csv", "asked by mail", owner.id
        )
        return row.id


def bring_in(owner: factories.Person, content: str | bytes) -> SuppressionImport:
    import_id = receive(owner, content)
    import_suppressions(import_id)
    return found(import_id)


def found(import_id: int) -> SuppressionImport:
    db.session.rollback()
    return db.session.get_one(SuppressionImport, import_id)


def counts(row: SuppressionImport) -> tuple[int, int, int]:
    return row.added, row.already, row.refused


def on_the_list() -> dict[str | None, str | None]:
    rows = db.session.execute(
        select(Recipient.phone, Recipient.suppressed_reason).where(Recipient.suppressed_at.is_not(None))
    )
    return {row[0]: row[1] for row in rows}


def test_a_list_with_reasons(owner: factories.Person) -> None:
    org = db.session.get_one(factories.Organization, organization_of(owner))
    before = factories.recipient(org, "+12025550104")
    suppression.suppress(before.id, "STOP", None)
    factories.recipient(org, "+12025550105")
    db.session.commit()
    row = bring_in(
        owner,
        "Name,Phone Number,Reason\n"
        "Ann,202-555-0104,moved away\n"  # on the list already: keeps its reason
        "Ben,(202) 555-0105,asked at the door\n"
        "Cai,202.555.0106,\n"
        "Dee,call me,no number\n"
        "Eve,2025550106,twice\n",
    )
    assert (row.status, row.fault, row.rows_read, counts(row)) == ("done", "", 5, (2, 2, 1))
    assert on_the_list() == {
        "+12025550104": "STOP",
        "+12025550105": "asked at the door",
        "+12025550106": "asked by mail",
    }
    refused = db.session.scalars(select(SuppressionRefusal)).one()
    assert (refused.line, refused.row) == (5, ["Dee", "call me", "no number"])
    assert "digits" in refused.words
    events = select(SuppressionEvent.person_id).where(SuppressionEvent.recipient_id != before.id)
    assert db.session.scalars(events).all() == [owner.id, owner.id]
    assert not list(importing.folder().glob("*"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("2025550104\n2025550105\n", (2, 0, 0)),  # a bare list
        ("2025550104", (1, 0, 0)),
        ("phone\r\n'+12025550104\r\n", (1, 0, 0)),  # our own file
        ("phone;why\n2025550104;x\n", (1, 0, 0)),
        ("phone,home phone\n2025550104,2025550105\n,2025550106\nx,\n", (3, 0, 1)),
        ("\ufeffphone\n8005550104\n=cmd()\n<b>\n", (0, 0, 3)),
        (f"phone,fingerprint\n,{'ab' * 32}\n,{'cd' * 31}\n,\n2025550104,{'ef' * 32}\n", (2, 0, 1)),
    ],
)
def test_all_kinds_of_lists(
    owner: factories.Person, content: str, expected: tuple[int, int, int]
) -> None:
    row = bring_in(owner, content)
    assert (row.status, row.fault, counts(row)) == ("done", "", expected)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"name,city\nAnn,Dayton\n", "No column looks like phone numbers"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "picture"),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    owner: factories.Person, content: bytes, words: str
) -> None:
    row = bring_in(owner, content)
    assert row.status == "refused"
    assert words in row.fault
    assert on_the_list() == {}
    assert not list(importing.folder().glob("*"))


def test_a_workbook_comes_in_like_a_text(owner: factories.Person, tmp_path: Path) -> None:
    book = xlsx(tmp_path / "stop.xlsx", [["Phone", "Reason"], [2025550104, "asked"], ["none", ""]])
    row = bring_in(owner, book.read_bytes())
    assert (row.status, row.fault, counts(row)) == ("done", "", (1, 0, 1))
    assert on_the_list() == {"+12025550104": "asked"}


def test_a_list_that_cannot_be_read_to_its_end_keeps_what_was_read(
    owner: factories.Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PIECE", 50)
    good = "".join(f"202555{line:04d},x\n" for line in range(100, 200))
    row = bring_in(owner, f'phone,name\n{good}2165550104,"open\n' + good * 3)
    assert (row.status, row.added) == ("refused", 100)
    assert "not closed" in row.fault


def test_a_file_that_is_gone(owner: factories.Person) -> None:
    import_id = receive(owner, "phone\n2025550104\n")
    importing.forget_file(found(import_id).stored_as)
    import_suppressions(import_id)
    assert found(import_id).fault == importing.FILE_GONE


def test_the_same_list_again_adds_nobody(owner: factories.Person) -> None:
    content = "phone\n2025550104\n2025550105\nx\n"
    first = bring_in(owner, content)
    import_suppressions(first.id)
    assert counts(found(first.id)) == (2, 0, 1)
    assert counts(bring_in(owner, content)) == (0, 2, 1)
    assert db.session.scalar(select(func.count()).select_from(SuppressionEvent)) == 2


def test_contacts_end_with_it(committed_app: Flask) -> None:
    made = scene(committed_app)
    person = db.session.get_one(factories.Person, made.volunteer)
    row = bring_in(person, f"phone\n{made.phone(0)}\n{made.phone(2)}\n")
    assert row.added == 2
    states = db.session.scalars(select(Contact.state).order_by(Contact.id)).all()
    assert states == ["ended", "ready", "ended"]
    assert len(made.deck()["cards"]) == 1


def big_list() -> str:
    rows = [f"{area}555{line:04d}" for area in AREAS for line in range(100, 200)]
    rows[333] = "not a number"
    return "phone\n" + "\n".join(rows) + "\n" + "\n".join(rows[:50]) + "\n"


EXPECTED = (len(AREAS) * 100 - 1, 50, 1)


def environment(settings: Settings) -> dict[str, str]:
    """The settings of the tests, for a process of its own."""
    own = {one.name.upper(): str(getattr(settings, one.name)) for one in fields(settings)}
    return {**os.environ, **own}


@pytest.mark.parametrize("place", ["piece", "end"])
def test_kill_9_and_run_again(owner: factories.Person, settings: Settings, place: str) -> None:
    import_id = receive(owner, big_list())
    killed = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.audience.suppression_interrupted", str(import_id), place, "100"],
        env=environment(settings),
        cwd=Path(__file__).parents[2],
        check=False,
        capture_output=True,
        timeout=200,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    left = found(import_id)
    assert left.status == "running"
    assert left.rows_read == (200 if place == "piece" else 850)
    import_suppressions(import_id)
    done = found(import_id)
    assert (done.status, done.rows_read, counts(done)) == ("done", 850, EXPECTED)
    assert len(on_the_list()) == EXPECTED[0]
    assert db.session.scalar(select(func.count()).select_from(SuppressionRefusal)) == 1


def test_two_workers_count_nothing_twice(
    owner: factories.Person, committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PIECE", 20)
    import_id = receive(owner, big_list())
    db.session.remove()

    def work() -> None:
        with committed_app.app_context():
            import_suppressions(import_id)

    workers = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    done = found(import_id)
    assert (done.status, counts(done)) == ("done", EXPECTED)


def test_two_lists_and_people_who_stop_at_the_same_time(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PIECE", 40)
    made = scene(committed_app, people=20)
    person = db.session.get_one(factories.Person, made.volunteer)
    phones = [made.phone(n) for n in range(20)]
    lists = [receive(person, big_list()), receive(person, "phone\n" + "\n".join(reversed(phones)))]
    db.session.remove()

    def work(import_id: int) -> None:
        with committed_app.app_context():
            import_suppressions(import_id)

    workers = [threading.Thread(target=work, args=(number,), daemon=True) for number in lists]
    for worker in workers:
        worker.start()
    answers = [inbound(committed_app, phone, "STOP").status_code for phone in phones]
    for worker in workers:
        worker.join(60)
    assert set(answers) == {200}
    assert [found(number).status for number in lists] == ["done", "done"]
    assert set(phones) <= set(on_the_list())
    history: dict[int, list[str]] = {}
    for event in db.session.scalars(select(SuppressionEvent).order_by(SuppressionEvent.id)):
        who = "themselves" if event.person_id is None else "a list"
        history.setdefault(event.recipient_id, []).append(f"{event.action} by {who}")
    assert len(history) == len(on_the_list())
    # Whose STOP was quicker than the list has both in the history, and nobody has anything twice.
    quicker = ["added by themselves", "added by a list"]
    assert all(events in (["added by a list"], quicker) for events in history.values())
    assert set(db.session.scalars(select(Contact.state))) == {"ended"}


def test_a_cancelled_list_is_read_no_further(
    owner: factories.Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PIECE", 100)
    import_id = receive(owner, big_list())
    pieces = importing.Reading.pieces

    def cancelled_after_two(self: importing.Reading, after: int) -> Iterator[importing.Piece]:
        for number, piece in enumerate(pieces(self, after)):
            if number == 2:
                with transaction():
                    assert importing.end(import_id, "cancelled")
            yield piece

    monkeypatch.setattr(importing.Reading, "pieces", cancelled_after_two)
    import_suppressions(import_id)
    row = found(import_id)
    assert (row.status, row.rows_read, len(on_the_list())) == ("cancelled", 200, 200)
    with transaction():
        assert not importing.end(import_id, "done")


def test_what_stands_still_is_put_on_the_queue_again(owner: factories.Person) -> None:
    import_id = receive(owner, "phone\n2025550104\n")
    with transaction():
        assert enqueue_waiting() == 0
        db.session.execute(
            text("UPDATE suppression_import SET created_at = p2p_now() - interval '2 minutes'")
        )
        assert enqueue_waiting() == 1
    assert redis.client.llen("rq:queue:default") == 1
    import_suppressions(import_id)
    with transaction():
        assert enqueue_waiting() == 0


@pytest.mark.parametrize(
    ("pasted", "lines"),
    [
        ("202 555 0104\n202 555 0105", ["202 555 0104", "202 555 0105"]),
        ("2025550104, 2025550105; 2025550106", ["2025550104", " 2025550105", " 2025550106"]),
        ("phone,reason\n2025550104,asked", ["phone,reason", "2025550104,asked"]),
        ("2025550104, 2025550105\nfoo", ["2025550104", " 2025550105", "foo"]),
    ],
)
def test_pasted_numbers_stand_on_lines_of_their_own(pasted: str, lines: list[str]) -> None:
    assert importing.one_a_line(pasted).split("\n") == lines


def test_a_list_that_names_whoever_stopped_the_texts_themselves_counts_too(
    committed_app: Flask,
) -> None:
    """Once: it is the reason that stays when their words turn out to have been misread."""
    made = scene(committed_app, people=1)
    org = db.session.get_one(Organization, made.org_id)
    owner = factories.person(org, "owner")
    db.session.commit()
    inbound(committed_app, made.phone(0), "STOP")
    for _ in range(2):
        assert counts(bring_in(owner, f"phone\n{made.phone(0)}\n")) == (0, 1, 0)
    events = db.session.scalars(select(SuppressionEvent).order_by(SuppressionEvent.id)).all()
    assert [(event.action, event.person_id) for event in events] == [
        ("added", None),
        ("added", owner.id),
    ]
    assert events[1].reason == "asked by mail"
    assert (suppression_listing.newest(made.org_id).rows[0].by) == "their own text"
