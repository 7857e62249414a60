"""A list comes in whole or not at all, and every row is accounted for."""

import random
import shutil
from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from p2ptext.audience import importing, jobs, progress, suppression
from p2ptext.audience.models import Batch, Contact, ContactImport, Recipient, RefusedRow
from p2ptext.background import settings, transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.extensions import db, redis
from tests import factories
from tests.audience.lists import bring_in, receive


@pytest.fixture
def campaign(committed_app: Flask) -> Campaign:
    org = factories.organization()
    made = factories.campaign(org, factories.person(org, "manager"), status="draft", batch_size=2)
    db.session.commit()
    shutil.rmtree(importing.upload_folder(), ignore_errors=True)
    return made


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def fates(done: ContactImport) -> tuple[int, int, int, int]:
    return done.imported, done.duplicates, done.suppressed, done.refused


def test_a_list_becomes_contacts_and_batches(campaign: Campaign) -> None:
    done = bring_in(
        campaign,
        "Phone,First Name,State,Polling Place\n"
        "202-555-0104,Maria,OH,Grange  Hall\n"
        "(614) 555-0105,José,,\u2003\n"
        "call me,Ann,OH,\n"
        "1 202 555 0104,Mary,OH,\n"
        "312.555.0106,Lee,AZ,School\n",
    )
    assert (done.status, done.rows_read, fates(done)) == ("done", 5, (3, 1, 0, 1))
    made = db.session.scalars(select(Contact).order_by(Contact.position)).all()
    assert [c.first_name for c in made] == ["Maria", "José", "Lee"]
    assert made[0].fields == {"first_name": "Maria", "state": "OH", "polling_place": "Grange Hall"}
    assert made[1].fields == {"first_name": "José"}  # what has nothing to see in it is blank
    assert (made[0].zones, made[0].zone_evidence) == (["America/New_York"], "state")
    assert made[1].zone_evidence == "area_code"
    assert [c.line for c in made] == [2, 3, 6]
    assert count(Batch) == 2
    assert made[0].batch_id == made[1].batch_id != made[2].batch_id
    refused = db.session.scalars(select(RefusedRow)).one()
    assert (refused.line, refused.code, refused.row[1]) == (4, "letters", "Ann")
    assert done.column_map["polling_place"] == {"column": 3, "header": "Polling Place"}


def test_opted_out_people_and_people_of_an_earlier_list_are_left_out(campaign: Campaign) -> None:
    first = bring_in(campaign, "phone\n2025550104\n2025550105\n")
    assert fates(first) == (2, 0, 0, 0)
    with transaction():
        stopped = factories.recipient(
            db.session.get_one(factories.Organization, campaign.organization_id), "+12025550106"
        )
        suppression.suppress(stopped.id, "asked on the phone", None)
    second = bring_in(campaign, "phone\n2025550105\n2025550106\n2025550107\n2025550106\n")
    assert fates(second) == (1, 2, 1, 0)
    assert count(Batch) == 2
    positions = db.session.scalars(select(Batch.position).order_by(Batch.position)).all()
    assert positions == [0, 1]


def test_the_same_phone_in_another_organization_is_another_recipient(campaign: Campaign) -> None:
    other = factories.organization()
    theirs = factories.campaign(other, factories.person(other, "manager"), status="draft")
    db.session.commit()
    bring_in(campaign, "phone\n2025550104\n")
    bring_in(theirs, "phone\n2025550104\n")
    assert len(set(db.session.scalars(select(Recipient.phone_hash)))) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\n\n\n", "The file is empty"),
        (b"phone,name\n", "has a header but no rows"),
        (b"name,city\nAnn,Dayton\n", "No column looks like phone numbers"),
        (b"2025550104,Ann\n2025550105,Bob\n", "first row already holds a phone number"),
        (b"phone,name,NAME\n2025550104,a,b\n", "Two columns have the same name"),
        (b"phone," + b",".join(b"c%d" % n for n in range(10_000)) + b"\n1\n", "10001 columns"),
        (b"phone,name\n2025550104," + b"x" * 5_000_000 + b"\n", "longer than any contact"),
        (b'phone,name\n2025550104,"Ann\n' + b"2025550105,Bob\n" * 300, "not closed"),
        (b"phone," + b"n" * 200 + b"\n2025550104,x\n", "column's name is longer"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "not a text file"),
        (b"PK\x03\x04" + bytes(50), "spreadsheet workbook"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    campaign: Campaign, content: bytes, words: str
) -> None:
    done = bring_in(campaign, content)
    assert done.status == "refused"
    assert words in done.fault
    assert [count(model) for model in (Contact, Batch, RefusedRow, Recipient)] == [0, 0, 0, 0]
    assert not list(importing.upload_folder().glob("*"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("phone\r2025550104\r2025550105\r", (2, 0, 0, 0)),  # ends of old Macs
        ("phone;name\r\n2025550104;Ann\r\n", (1, 0, 0, 0)),
        ("\ufeffphone\tname\n2025550104\tAnn\n", (1, 0, 0, 0)),
        ("phone,name\n2025550104,A\0nn\n", (1, 0, 0, 0)),
        ("phone,name\n2025550104,Zoë\n".encode("cp1252"), (1, 0, 0, 0)),
        ("phone,name\n2025550104,Zoë\n".encode("utf-16"), (1, 0, 0, 0)),
        ("phone\n\n2025550104\n\n,,\n", (1, 0, 0, 0)),
        ("phone,name\n'+12025550104,'=1+1\n", (1, 0, 0, 0)),  # our own file, corrected
        ("phone,name\nA\0,x\n", (0, 0, 0, 1)),
    ],
)
def test_unusual_files_are_read(
    campaign: Campaign, content: str | bytes, expected: tuple[int, ...]
) -> None:
    done = bring_in(campaign, content)
    assert (done.status, fates(done), done.fault) == ("done", expected, "")


def test_a_fault_late_in_the_file_leaves_nothing(campaign: Campaign) -> None:
    good = "".join(f"202555{line:04d},a\n" for line in range(100, 200))
    done = bring_in(campaign, f"phone,name\n{good * 120}bad,row\n" + "x" * 1_100_000)
    assert done.status == "refused"
    assert [count(model) for model in (Contact, Batch, RefusedRow, Recipient)] == [0, 0, 0, 0]


def test_a_second_run_changes_nothing(campaign: Campaign) -> None:
    done = bring_in(campaign, "phone\n2025550104\n2025550105\nx\n")
    finished = done.finished_at
    jobs.import_contacts(done.id)
    db.session.expire_all()
    assert (count(Contact), count(RefusedRow)) == (2, 1)
    assert db.session.get_one(ContactImport, done.id).finished_at == finished


def test_one_import_at_a_time(campaign: Campaign) -> None:
    import_id = receive(campaign, "phone\n2025550104\n")
    with pytest.raises(Refused) as refused:
        receive(campaign, "phone\n2025550105\n")
    assert refused.value.code == "import_running"
    assert len(list(importing.upload_folder().glob("*"))) == 1
    with progress.turn(import_id) as first, progress.turn(import_id) as second:
        assert first is not None
        assert second is None
    jobs.import_contacts(import_id)
    assert count(Contact) == 1


def test_an_import_without_a_job_is_found_and_queued_again(campaign: Campaign) -> None:
    import_id = receive(campaign, "phone\n2025550104\n")
    with transaction():
        assert progress.waiting_imports() == []  # its job may still be on the way
        db.session.get_one(ContactImport, import_id).created_at = datetime(2026, 1, 1, tzinfo=UTC)
        db.session.flush()
        assert jobs.enqueue_waiting() == 1
    assert redis.client.llen("rq:queue:default") == 1
    with transaction():
        row = db.session.get_one(ContactImport, import_id)
        row.status, row.started_at = "running", datetime(2026, 1, 1, tzinfo=UTC)
    with progress.turn(import_id), transaction():
        # taken over a moment ago, and held
        db.session.get_one(ContactImport, import_id).started_at = datetime(2026, 1, 1, tzinfo=UTC)
        db.session.flush()
        assert progress.waiting_imports() == []
    with transaction():
        assert progress.waiting_imports() == [import_id]  # nobody holds it: its worker died


def test_an_upload_over_the_limit_is_refused_and_not_kept(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "most_upload_bytes", lambda: 2**20)
    with pytest.raises(Refused) as refused:
        receive(campaign, b"x" * (2**20 + 1))
    assert (refused.value.code, refused.value.status) == ("too_large", 413)
    assert not list(importing.upload_folder().glob("*"))


def test_a_running_campaign_takes_no_list(campaign: Campaign) -> None:
    campaign.status = "running"
    db.session.commit()
    with pytest.raises(Refused, match="running"):
        receive(campaign, "phone\n2025550104\n")


def test_uploads_are_private(campaign: Campaign) -> None:
    receive(campaign, "phone\n2025550104\n", name="../../etc/passwd")
    (kept,) = importing.upload_folder().glob("*")
    assert kept.parent == settings().data_dir / "uploads"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert db.session.scalar(select(ContactImport.file_name)) == "passwd"


_CELL = st.sampled_from(
    [f"202555{line:04d}" for line in range(100, 108)]
    + ["(202) 555-0101", "+1 202 555 0102", "555-0143", "call me", "", "6.14555E+09", "=cmd()"]
)


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(_CELL, st.sampled_from(["Ann", "", "Zoë", '"', "a,b"])), min_size=1),
    stopped=st.sets(st.sampled_from([f"+1202555{line:04d}" for line in range(100, 108)])),
)
def test_every_row_ends_in_exactly_one_of_four(
    campaign: Campaign, rows: list[tuple[str, str]], stopped: set[str]
) -> None:
    org = factories.organization()
    made = factories.campaign(org, factories.person(org, "manager"), status="draft")
    for phone in sorted(stopped):
        suppression.suppress(factories.recipient(org, phone).id, "test", None)
    db.session.commit()
    lines = ['"' + cell + '","' + name.replace('"', '""') + '"' for cell, name in rows]
    done = bring_in(made, "phone,name\n" + "\n".join(lines) + "\n")
    seen = sum(1 for cell, name in rows if cell or name)
    if not seen:
        assert done.status == "refused"
        return
    assert done.rows_read == seen == sum(fates(done))
    mine = select(func.count()).select_from(Contact).where(Contact.import_id == done.id)
    kept = select(func.count()).select_from(RefusedRow).where(RefusedRow.import_id == done.id)
    assert (db.session.scalar(mine), db.session.scalar(kept)) == (done.imported, done.refused)


def test_counting_is_the_same_in_any_piece_size(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)
    phones = [f"202555{chance.randrange(100, 200):04d}" for _ in range(200)] + ["bad"] * 30
    chance.shuffle(phones)
    monkeypatch.setattr(importing, "_ROWS_IN_A_PIECE", 7)
    done = bring_in(campaign, "phone\n" + "\n".join(phones) + "\n")
    distinct = len(set(phones) - {"bad"})
    assert fates(done) == (distinct, 200 - distinct, 0, 30)
    assert count(Batch) == -(-distinct // 2)
