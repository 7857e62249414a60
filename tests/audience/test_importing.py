"""A list comes in whole or not at all, and every row is accounted for."""

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from p2ptext import clock
from p2ptext.audience import cutting, importing, jobs, progress, reading, staging, suppression
from p2ptext.audience.models import Batch, Contact, ContactImport, Recipient, RefusedRow
from p2ptext.background import settings, transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.extensions import db, redis
from p2ptext.rules.columns import Columns
from p2ptext.texting import sweeping
from tests import factories
from tests.audience.lists import bring_in, check, confirm, decide, fresh, receive


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
    made = db.session.scalars(select(Contact).order_by(Contact.line)).all()
    assert [c.first_name for c in made] == ["Maria", "José", "Lee"]
    assert made[0].fields == {"first_name": "Maria", "state": "OH", "polling_place": "Grange Hall"}
    assert made[1].fields == {"first_name": "José"}  # what has nothing to see in it is blank
    assert (made[0].zones, made[0].zone_evidence) == (["America/New_York"], "state")
    assert made[1].zone_evidence == "area_code"
    assert [c.line for c in made] == [2, 3, 6]
    assert count(Batch) == 2
    assert len({c.batch_id for c in made}) == 2
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
        (b"phone,name,NAME\n2025550104,a,b\n", "Two columns have the same name"),
        (b"phone," + b",".join(b"c%d" % n for n in range(10_000)) + b"\n1\n", "10,001 columns"),
        (b"phone,name\n2025550104," + b"x" * 5_000_000 + b"\n", "too long"),
        (b'phone,name\n2025550104,"Ann\n' + b"2025550105,Bob\n" * 300, "not closed"),
        (b"phone," + b"n" * 200 + b"\n2025550104,x\n", "column's name is longer"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "picture"),
        (b"PK\x03\x04" + bytes(50), "damaged"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    campaign: Campaign, content: bytes, words: str
) -> None:
    done = bring_in(campaign, content)
    assert done.status == "refused"
    assert words in done.fault
    assert left_behind() == NOTHING
    assert not list(importing.upload_folder().glob("*"))


NOTHING = {
    "contact": 0, "batch": 0, "refused_row": 0, "recipient": 0, "incoming_row": 0, "sorted_row": 0
}  # fmt: skip


def left_behind() -> dict[str, int]:
    db.session.rollback()
    return {table: db.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in NOTHING}


def test_a_list_without_a_phone_column_waits_for_somebody_to_choose_one(campaign: Campaign) -> None:
    waiting = check(campaign, "who,where\nAnn,Dayton\n")
    assert (waiting.status, waiting.staged) == ("checked", None)
    with pytest.raises(Refused, match="Choose the column that holds the phone numbers"):
        confirm(campaign, waiting.id)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("phone\r2025550104\r2025550105\r", (2, 0, 0, 0)),  # ends of old Macs
        ("phone;name\r\n2025550104;Ann\r\n", (1, 0, 0, 0)),
        ("phone|name\n2025550104|Ann\n", (1, 0, 0, 0)),
        ("\ufeffphone\tname\n2025550104\tAnn\n", (1, 0, 0, 0)),
        ("phone,name\n2025550104,A\0nn\n", (1, 0, 0, 0)),
        ("phone,name\n2025550104,Zoë\n".encode("cp1252"), (1, 0, 0, 0)),
        ("phone,name\n2025550104,Zoë\n".encode("utf-16"), (1, 0, 0, 0)),
        ("phone\n\n2025550104\n\n,,\n", (1, 0, 0, 0)),
        ("phone,name\n'+12025550104,'=1+1\n", (1, 0, 0, 0)),  # our own file, corrected
        ("phone,name\nA\0,x\n", (0, 0, 0, 1)),
        ("2025550104\n2025550105\n202555010\n", (2, 0, 0, 1)),  # pasted: numbers, no header
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
    assert left_behind() == NOTHING


def test_nothing_is_visible_before_somebody_decides(campaign: Campaign) -> None:
    waiting = check(campaign, "phone\n2025550104\n2025550105\nx\n")
    assert (waiting.status, waiting.rows_read, waiting.staged, waiting.refused) == ("checked", 3, 2, 1)
    assert left_behind() == NOTHING | {"incoming_row": 2, "refused_row": 1}
    done = decide(campaign, waiting)
    assert fates(done) == (2, 0, 0, 1)
    assert left_behind() == NOTHING | {"contact": 2, "recipient": 2, "batch": 1, "refused_row": 1}


def test_a_second_run_of_any_step_changes_nothing(campaign: Campaign) -> None:
    done = bring_in(campaign, "phone\n2025550104\n2025550105\nx\n")
    finished, before = done.finished_at, left_behind()
    for step in (jobs.check_list, jobs.import_contacts, jobs.cut_batches):
        step(done.id)
    assert left_behind() == before
    assert fresh(done.id).finished_at == finished


def test_same_phone_same_person_and_same_phone_another_person(campaign: Campaign) -> None:
    done = bring_in(
        campaign,
        "phone,first name,last name\n2025550104,Ann,Lee\n2025550104,ANN,lee\n2025550104,Bob,Lee\n"
        "2025550104,,\n2025550105,José,Díaz\n2025550105,Jose,Diaz\n",
    )
    assert (done.imported, done.duplicates, done.households) == (2, 4, 1)
    assert [c.first_name for c in db.session.scalars(select(Contact).order_by(Contact.line))] == [
        "Ann",
        "José",
    ]


def test_a_person_chooses_the_columns(campaign: Campaign) -> None:
    waiting = check(campaign, "one,two,three\n2025550104,Ann,2025550105\n")
    header = ["one", "two", "three"]
    chosen = Columns((2,), {"first_name": 1}).as_map(header)
    with transaction():
        importing.choose_columns(waiting.id, campaign.organization_id, chosen, campaign.created_by)
    assert left_behind() == NOTHING | {"incoming_row": 1}  # until it is checked again
    jobs.check_list(waiting.id)
    done = decide(campaign, fresh(waiting.id))
    assert done.imported == 1
    assert db.session.scalar(select(Recipient.phone)) == "+12025550105"
    with pytest.raises(Refused, match="in already"), transaction():
        importing.choose_columns(done.id, campaign.organization_id, chosen, campaign.created_by)


def test_one_list_at_a_time_comes_in(campaign: Campaign) -> None:
    first, second = (check(campaign, f"phone\n202555010{n}\n").id for n in (4, 5))
    confirm(campaign, first)
    with pytest.raises(Refused) as refused:
        confirm(campaign, second)
    assert refused.value.code == "import_running"
    with pytest.raises(Refused) as refused:
        confirm(campaign, first)
    assert refused.value.code == "decided"
    turn = progress.turn
    with turn(first, ("waiting",), "running") as mine, turn(first, ("waiting",), "running") as other:
        assert mine is not None
        assert other is None
    assert jobs.complete(first).status == "done"
    confirm(campaign, second)
    assert jobs.complete(second).status == "done"
    assert count(Contact) == 2


def test_two_people_confirm_two_lists_at_once(campaign: Campaign) -> None:
    lists = [check(campaign, f"phone\n202555010{n}\n").id for n in range(4)]
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def decide_for(import_id: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    importing.confirm(import_id, campaign_keys[0], campaign_keys[1])
            except Refused as refused:
                return refused.code
            return "confirmed"

    campaign_keys = (campaign.organization_id, campaign.created_by)
    db.session.rollback()
    with ThreadPoolExecutor(4) as people:
        answers = sorted(people.map(decide_for, lists))
    assert answers == ["confirmed", "import_running", "import_running", "import_running"]


@pytest.mark.parametrize("status", ["uploaded", "waiting", "cutting"])
def test_a_list_without_a_job_is_found_and_queued_again(campaign: Campaign, status: str) -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    import_id = receive(campaign, "phone\n2025550104\n")
    with transaction():
        assert progress.waiting_imports() == []  # its job may still be on the way
        row = db.session.get_one(ContactImport, import_id)
        row.status, row.created_at = status, long_ago
        db.session.flush()
        assert jobs.enqueue_waiting() == 1
    assert redis.client.llen("rq:queue:default") == 1
    with progress.turn(import_id, (status,), status), transaction():
        # taken over a moment ago, and held
        db.session.get_one(ContactImport, import_id).started_at = long_ago
        db.session.flush()
        assert progress.waiting_imports() == []
    with transaction():
        assert progress.waiting_imports() == [(import_id, status)]  # nobody holds it: its worker died


@pytest.mark.parametrize("status", ["uploaded", "checked", "waiting"])
def test_a_list_that_nobody_works_on_is_cancelled_at_once(campaign: Campaign, status: str) -> None:
    import_id = receive(campaign, "phone\n2025550104\nx\n")
    if status != "uploaded":
        jobs.check_list(import_id)
    if status == "waiting":
        confirm(campaign, import_id)
    with transaction():
        importing.cancel(import_id, campaign.organization_id, campaign.created_by)
    for step in (jobs.check_list, jobs.import_contacts, jobs.cut_batches):
        step(import_id)
    long_ago = text("UPDATE contact_import SET finished_at = finished_at - interval '1 hour'")
    with transaction():
        db.session.execute(long_ago)
        assert jobs.enqueue_waiting() == 1  # its rows and its file are still there
    jobs.forget(import_id)
    with transaction():
        assert jobs.enqueue_waiting() == 0
    assert fresh(import_id).status == "cancelled"
    assert left_behind() == NOTHING | {"refused_row": int(status != "uploaded")}
    assert not list(importing.upload_folder().glob("*"))
    with pytest.raises(Refused, match="cancelled"):
        confirm(campaign, import_id)


@pytest.mark.parametrize("step", ["checking", "running", "cutting"])
def test_a_worker_notices_that_its_list_is_cancelled(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Somebody cancels from elsewhere while the worker is in the middle of this step."""
    import_id = receive(campaign, "phone\n2025550104\n2025550105\n")
    organization_id, person_id = campaign.organization_id, campaign.created_by
    room, name = {
        "checking": (reading.ListFile, "rows"),
        "running": (importing, "sort_out"),
        "cutting": (cutting, "cut_list"),
    }[step]
    real = getattr(room, name)

    def cancelled_meanwhile(*args: Any) -> Any:
        with db.engine.begin() as elsewhere:
            elsewhere.execute(
                text("UPDATE contact_import SET cancel_asked_at = p2p_now() WHERE id = :id"),
                {"id": import_id},
            )
        return real(*args)

    jobs.check_list(import_id) if step != "checking" else None
    if step != "checking":
        confirm(campaign, import_id)
    monkeypatch.setattr(room, name, cancelled_meanwhile)
    jobs.complete(import_id)
    assert fresh(import_id).status == "cancelled"
    assert (organization_id, person_id) == (campaign.organization_id, campaign.created_by)
    found = left_behind()
    phones = db.session.scalars(select(Recipient.phone)).all()
    assert found | {"recipient": 0} == NOTHING
    assert set(phones) <= {None}  # known for this list alone, and forgotten with it
    assert not list(importing.upload_folder().glob("*"))


def test_a_list_nobody_decides_on_is_forgotten(campaign: Campaign) -> None:
    waiting = check(campaign, "phone\n2025550104\n")
    assert sweeping.sweep()["imports"] == 0
    for column, hours in (("checked_at", 8 * 24), ("finished_at", 1)):
        assert fresh(waiting.id).status == ("checked" if column == "checked_at" else "cancelled")
        with transaction():
            setattr(fresh(waiting.id), column, clock.now() - timedelta(hours=hours))
        swept = sweeping.sweep()
    assert swept["imports"] == 1
    jobs.forget(waiting.id)
    assert left_behind() == NOTHING


def test_rows_that_a_crash_of_the_database_emptied_are_read_again(campaign: Campaign) -> None:
    waiting = check(campaign, "phone\n2025550104\n2025550105\nx\n")
    db.session.execute(text("TRUNCATE incoming_row"))
    db.session.commit()
    confirm(campaign, waiting.id)
    assert jobs.sort_out_list(waiting.id)
    db.session.execute(text("TRUNCATE incoming_row, sorted_row"))
    db.session.commit()
    done = jobs.complete(waiting.id)
    assert (done.status, fates(done)) == ("done", (2, 0, 0, 1))
    assert left_behind() == NOTHING | {"contact": 2, "recipient": 2, "batch": 1, "refused_row": 1}


def test_somebody_erased_who_is_in_a_new_list_is_known_again_but_not_if_they_opted_out(
    campaign: Campaign,
) -> None:
    org = db.session.get_one(factories.Organization, campaign.organization_id)
    gone, stopped = (factories.recipient(org, f"+1202555010{n}") for n in (4, 5))
    suppression.suppress(stopped.id, "asked on the phone", None)
    gone.phone = stopped.phone = None
    db.session.commit()
    done = bring_in(campaign, "phone\n2025550104\n2025550105\n")
    assert fates(done) == (1, 0, 1, 0)
    assert (gone.phone, stopped.phone) == ("+12025550104", None)


def test_a_text_from_somebody_new_at_the_same_moment_breaks_no_import(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking who is known and the insertion somebody else makes one of the recipients."""
    waiting = check(campaign, "phone\n2025550104\n2025550105\n")
    confirm(campaign, waiting.id)
    org_id = campaign.organization_id
    found = factories.hash_for(org_id, "+12025550105")
    blind = importing._MAKE_RECIPIENTS.replace("r.phone_hash = i.phone_hash", "false")
    monkeypatch.setattr(importing, "_MAKE_RECIPIENTS", blind)
    with transaction():
        db.session.add(Recipient(organization_id=org_id, phone="+12025550105", phone_hash=found))
    done = jobs.complete(waiting.id)
    assert fates(done) == (2, 0, 0, 0)
    assert count(Recipient) == 2


def test_an_upload_over_the_limit_is_refused_and_not_kept(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "most_upload_bytes", lambda: 2**20)
    with pytest.raises(Refused) as refused:
        receive(campaign, b"x" * (2**20 + 1))
    assert (refused.value.code, refused.value.status) == ("too_large", 413)
    assert not list(importing.upload_folder().glob("*"))


def test_a_running_campaign_takes_another_list(campaign: Campaign) -> None:
    writing.save_wordings(campaign, ["Hi {first_name}, reply STOP to opt out."], campaign.created_by)
    bring_in(campaign, "phone,first name\n2025550104,Ann\n")
    campaign.status = "running"
    db.session.commit()
    done = bring_in(campaign, "phone,first name\n2025550104,Ann\n2025550105,Bob\n")
    assert fates(done) == (1, 1, 0, 0)
    nameless = check(campaign, "phone,first name\n2025550106,\n")
    with pytest.raises(Refused) as refused:
        confirm(campaign, nameless.id)
    assert refused.value.code == "cannot_be_sent"
    assert "first_name" in refused.value.words


def test_an_archived_campaign_takes_no_list(campaign: Campaign) -> None:
    campaign.status = "archived"
    db.session.commit()
    with pytest.raises(Refused, match="archived"):
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
    monkeypatch.setattr(staging, "_ROWS_IN_A_PIECE", 7)
    done = bring_in(campaign, "phone\n" + "\n".join(phones) + "\n")
    distinct = len(set(phones) - {"bad"})
    assert fates(done) == (distinct, 200 - distinct, 0, 30)
    assert count(Batch) == -(-distinct // 2)


def test_a_cancelled_list_does_not_take_the_phones_of_another_that_is_coming_in(
    campaign: Campaign,
) -> None:
    org = db.session.get_one(factories.Organization, campaign.organization_id)
    other = factories.campaign(org, factories.person(org, "manager"), status="draft")
    db.session.commit()
    given_up, wanted = (check(one, "phone\n2025550104\n2025550105\n").id for one in (campaign, other))
    confirm(campaign, given_up)
    confirm(other, wanted)
    assert jobs.sort_out_list(given_up)
    assert jobs.sort_out_list(wanted)
    with transaction():
        importing.cancel(given_up, campaign.organization_id, campaign.created_by)
    assert jobs.complete(given_up).status == "cancelled"
    assert jobs.complete(wanted).status == "done"
    phones = db.session.scalars(
        select(Recipient.phone).join(Contact, Contact.recipient_id == Recipient.id)
    )
    assert sorted(phones) == ["+12025550104", "+12025550105"]


def test_a_list_that_is_in_stays_in_when_its_file_cannot_be_removed(campaign: Campaign) -> None:
    row = check(campaign, "phone\n2025550104\n")
    confirm(campaign, row.id)
    stored = importing.upload_folder() / row.stored_as
    stored.unlink()
    stored.mkdir()  # what no unlink() removes
    with pytest.raises(OSError, match=row.stored_as):
        jobs.complete(row.id)
    assert fresh(row.id).status == "done"
    stored.rmdir()
    jobs.forget(row.id)
    assert fresh(row.id).stored_as == ""


def test_of_a_list_that_is_in_no_name_and_no_text_of_its_check_is_kept(campaign: Campaign) -> None:
    row = check(campaign, "phone,first name\n2025550104,Zoë\n")
    assert row.samples == [["2025550104"], ["Zoë"]]
    assert "Zoë" in str((row.forecast["longest"], row.shape["non_ascii"]))
    done = decide(campaign, row)
    kept = str([done.samples, done.forecast, done.shape])
    assert "Zoë" not in kept
    assert "5550104" not in kept


def test_somebody_whose_stop_began_before_the_decision_and_was_kept_after_the_cut_ends(
    campaign: Campaign,
) -> None:
    org = db.session.get_one(factories.Organization, campaign.organization_id)
    stopping = factories.recipient(org, "+12025550104").id
    db.session.commit()
    row = check(campaign, "phone\n2025550104\n2025550105\n")
    with db.engine.connect() as connection:
        connection.execute(
            text("UPDATE recipient SET suppressed_at = p2p_now() WHERE id = :id"), {"id": stopping}
        )
        assert decide(campaign, row).imported == 2  # nobody could see it
        connection.commit()
    with transaction():
        assert suppression.settle() == 1
    ended = select(Contact.state).where(Contact.recipient_id == stopping)
    assert db.session.scalar(ended) == "ended"
