"""What a worker does: whole files or none, one moment, little memory, and whatever happens meanwhile."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.audience import erasing
from p2ptext.audience.models import Contact
from p2ptext.background import transaction
from p2ptext.config import Settings
from p2ptext.exports import asking, copying, jobs, keeping, lost_jobs, making, scoping, turns
from p2ptext.exports.columns import statement
from p2ptext.exports.kinds import CHOSEN, KINDS
from p2ptext.exports.models import Export
from p2ptext.extensions import cursor, db, redis
from tests import factories, world
from tests.audience.test_interrupted import environment
from tests.exports.evening import HOSTILE, Evening, asked, evening, fresh, made, members, path_of, read
from tests.exports.interrupted import PLACES
from tests.waiting import until

ROOT = Path(__file__).parents[2]
MOST_MB = 100
PEOPLE = 100_000


def later(hours: int = 0, minutes: int = 0) -> None:
    """Time passes for every export."""
    db.session.execute(
        text(
            "UPDATE export SET asked_at = asked_at - i, seen_at = seen_at - i, expires_at = expires_at - i"
            " FROM (SELECT make_interval(hours => :hours, mins => :minutes) AS i) x"
        ),
        {"hours": hours, "minutes": minutes},
    )
    db.session.commit()


def on_disk() -> list[str]:
    return sorted(path.name for path in keeping.folder().iterdir()) if keeping.folder().is_dir() else []


@pytest.fixture(autouse=True)
def _clean_disk(committed_app: Flask) -> None:
    for name in on_disk():
        (keeping.folder() / name).unlink()


@pytest.mark.parametrize("place", [*PLACES])
def test_kill_9_and_sweep(committed_app: Flask, settings: Settings, place: str) -> None:
    found = evening()
    export_id = asked(found, "everything", "zip")
    killed = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.exports.interrupted", str(export_id), place],
        env=environment(settings),
        cwd=ROOT,
        check=False,
        capture_output=True,
        timeout=200,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    if place == "told":
        assert fresh(export_id).status == "done"
        return
    assert (fresh(export_id).status, fresh(export_id).stored_as) == ("running", "")
    redis.client.flushdb()
    later(minutes=2)
    until(lambda: lost_jobs.sweep()["exports"] == 1)
    assert redis.client.llen("rq:queue:slow") >= 1, "it is on the queue again"
    jobs.make_export(export_id)
    assert members(path_of(export_id))
    # What the dead process left is no file of anybody's, and goes.
    for path in keeping.folder().iterdir():
        os.utime(path, (1, 1))
    lost_jobs.remove_orphans()
    assert on_disk() == [path_of(export_id).name]


def test_one_that_kills_its_worker_each_time_is_given_up(committed_app: Flask) -> None:
    export_id = asked(evening(), "contacts")
    db.session.execute(
        text("UPDATE export SET status = 'running', tries = :most"), {"most": jobs.MOST_TRIES}
    )
    db.session.commit()
    jobs.make_export(export_id)
    assert (fresh(export_id).status, fresh(export_id).fault) == ("failed", jobs.OUR_FAULT)
    assert on_disk() == []


def test_a_second_run_does_nothing(committed_app: Flask) -> None:
    export_id = asked(evening(), "contacts")
    jobs.make_export(export_id)
    before = fresh(export_id).stored_as
    jobs.make_export(export_id)
    assert fresh(export_id).stored_as == before
    assert on_disk() == [before]


def test_two_workers_make_one_file(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = asked(evening(), "contacts")
    inside, go_on = threading.Event(), threading.Event()
    real = making.make

    def slowly(*args: object) -> making.Made:
        inside.set()
        assert go_on.wait(20)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "make", slowly)

    def first() -> None:
        with committed_app.app_context():
            jobs.make_export(export_id)

    worker = threading.Thread(target=first, daemon=True)
    worker.start()
    assert inside.wait(20)
    jobs.make_export(export_id)  # would wait for ever if it had begun
    later(minutes=2)
    with transaction():
        assert turns.lost() == [], "what is being made is not lost"
    go_on.set()
    worker.join(20)
    assert len(on_disk()) == 1
    assert fresh(export_id).tries == 1


def test_a_cancelled_one_leaves_nothing(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = evening()
    export_id = asked(found, "everything", "zip")
    real = copying.lines
    monkeypatch.setattr(turns, "_EVERY_S", 0.0)

    def cancelled_meanwhile(*args: object, **kwargs: object) -> object:
        with committed_app.app_context():
            db.session.execute(text("UPDATE export SET cancel_asked_at = p2p_now()"))
            db.session.commit()
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "lines", cancelled_meanwhile)
    jobs.make_export(export_id)
    assert fresh(export_id).status == "cancelled"
    assert on_disk() == []


def test_one_cancelled_at_the_last_moment_leaves_nothing(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evening()
    export_id = asked(found, "contacts")
    real = making.make

    def cancelled_after(*args: object) -> making.Made:
        result = real(*args)  # type: ignore[arg-type]
        with transaction():
            asking.cancel(export_id, found.org_id)
        return result

    monkeypatch.setattr(making, "make", cancelled_after)
    with committed_app.test_request_context():
        jobs.make_export(export_id)
    assert (fresh(export_id).status, fresh(export_id).stored_as) == ("cancelled", "")
    assert on_disk() == []


def test_a_failure_is_told_in_words(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = asked(evening(), "contacts")

    def broken(*_: object, **__: object) -> None:
        raise ValueError("a phone: +16145550100")

    monkeypatch.setattr(copying, "lines", broken)
    with pytest.raises(ValueError, match="a phone"):
        jobs.make_export(export_id)
    assert (fresh(export_id).status, fresh(export_id).fault) == ("failed", jobs.OUR_FAULT)
    assert on_disk() == []


def test_a_full_disk_is_told_in_words(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = asked(evening(), "contacts")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "_digest", full)
    jobs.make_export(export_id)
    assert (fresh(export_id).status, fresh(export_id).fault) == ("failed", jobs.NO_ROOM)
    assert on_disk() == []


def test_a_database_that_is_away_is_tried_again(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = asked(evening(), "contacts")

    def ended_by_the_server(*_: object, **__: object) -> None:
        with db.engine.begin() as other:
            other.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL"
                )
            )

    with monkeypatch.context() as patched:
        patched.setattr(copying, "rest", ended_by_the_server)
        patched.setattr(copying, "PIECE", 2)
        with pytest.raises(jobs.TRY_AGAIN):
            jobs.make_export(export_id)
    assert fresh(export_id).status == "running"
    assert on_disk() == []
    jobs.make_export(export_id)
    assert len(read(path_of(export_id).read_bytes())) == 7


def test_all_of_it_is_of_one_moment(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texting goes on between the pieces: what is read later does not show it."""
    found = evening()
    files = members(made(found, "everything", "zip"))
    before = {name: read(files[name]) for name in files if name.endswith(".csv")}
    monkeypatch.setattr(copying, "PIECE", 2)
    happened = iter(range(100))

    def meanwhile(*_: float) -> None:
        def texted() -> None:
            with committed_app.app_context():
                campaign = db.session.get_one(factories.Campaign, found.campaign_id)
                amy = db.session.get_one(factories.Person, found.owner_id)
                if next(happened) == 0:
                    message = world.first_text(
                        db.session.get_one(Contact, found.contacts[4]), campaign, amy
                    )
                    world.reply_to(message, "Hello?")
                factories.contacts(campaign, amy, [f"+1440555{100 + next(happened):04d}"])
                db.session.commit()

        other = threading.Thread(target=texted, daemon=True)
        other.start()
        other.join(20)

    monkeypatch.setattr(copying, "rest", meanwhile)
    after = members(made(found, "everything", "zip"))
    assert next(happened) > 8, "texts went out between the pieces"
    assert {name: read(after[name]) for name in before} == before


@pytest.mark.parametrize(
    ("done", "taken_s", "rests_s"),
    [
        (12_000, 0.0, 0.5),
        (100_000, 0.0, 100_000 / copying.QUICK),
        (118_000, 100_000 / copying.QUICK, 1.0),
        (118_000, 0.25 + 100_000 / copying.QUICK, 0.75),
        (4_000, 60.0, 0.0),
    ],
)
def test_it_goes_at_a_steady_pace_and_does_not_rest_when_it_is_late(
    monkeypatch: pytest.MonkeyPatch, done: int, taken_s: float, rests_s: float
) -> None:
    rested: list[float] = []
    monkeypatch.setattr(copying.time, "sleep", rested.append)
    copying.rest(done, taken_s)
    assert rested == [pytest.approx(rests_s)]
    assert copying.due_s(100_000) < 5
    assert copying.due_s(1_000_000) < 60


def test_pieces_do_not_show(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = evening()
    whole = {
        name: made(found, name).read_bytes() for name in ("contacts", "messages", "clicks", "refused")
    }
    monkeypatch.setattr(copying, "PIECE", 1)
    assert {name: made(found, name).read_bytes() for name in whole} == whole


def test_who_was_erased_is_in_no_file(committed_app: Flask) -> None:
    found = evening()
    kinds = ("contacts", "messages", "clicks", "answers")
    before = [asked(found, kind) for kind in kinds]
    for export_id in before:
        jobs.make_export(export_id)
    with transaction():
        recipient = db.session.get_one(Contact, found.contacts[0]).recipient_id
        erasing.erase(recipient, "asked by mail", found.owner_id)
    for export_id in before:
        assert keeping.is_out_of_date(fresh(export_id))
    assert lost_jobs.sweep()["export_files"] == len(before)
    assert {fresh(export_id).fault for export_id in before} == {keeping.OUT_OF_DATE}
    assert on_disk() == []
    for kind in kinds:
        content = made(found, kind).read_bytes().decode()
        assert not [words for words in ("+16145550100", "Bo", "HYPERLINK", "indeed") if words in content]
    row = read(made(found, "contacts").read_bytes())[0]
    assert (row["erased"], row["phone"], row["status"]) == ("yes", "", "sent")
    texts = read(made(found, "messages").read_bytes())
    theirs = [one for one in texts if one["contact_id"] == row["contact_id"]]
    assert len(theirs) == 3
    assert {one["text"] + one["phone"] for one in theirs} == {""}


def test_another_organizations_erasure_changes_nothing(committed_app: Flask) -> None:
    found, other = evening(), evening("+12165550")
    export_id = asked(found, "contacts")
    jobs.make_export(export_id)
    with transaction():
        recipient = db.session.get_one(Contact, other.contacts[0]).recipient_id
        erasing.erase(recipient, "asked by mail", other.owner_id)
    assert lost_jobs.sweep()["export_files"] == 0
    assert path_of(export_id).is_file()


def test_a_file_goes_when_its_time_is_over(committed_app: Flask, settings: Settings) -> None:
    export_id = asked(evening(), "contacts")
    jobs.make_export(export_id)
    later(hours=settings.export_keep_hours - 1)
    assert lost_jobs.sweep()["export_files"] == 0
    later(hours=1, minutes=1)
    assert lost_jobs.sweep()["export_files"] == 1
    assert fresh(export_id).status == "expired"
    assert on_disk() == []


def test_what_is_being_made_is_no_orphan(committed_app: Flask) -> None:
    export_id = asked(evening(), "contacts")
    jobs.make_export(export_id)
    begun = keeping.folder() / "0123.part"
    begun.write_bytes(b"half")
    lost_jobs.remove_orphans()
    assert begun.exists(), "it may still be written to"
    os.utime(begun, (1, 1))
    os.utime(path_of(export_id), (1, 1))
    lost_jobs.remove_orphans()
    assert on_disk() == [path_of(export_id).name]


def test_a_hundred_thousand_people_take_little_memory(committed_app: Flask, settings: Settings) -> None:
    found = evening()
    crowd(found)
    ids = [asked(found, "contacts", format_) for format_ in ("csv", "parquet")]
    ran = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.exports.measured", *map(str, ids)],
        env=environment(settings),
        cwd=ROOT,
        check=False,
        capture_output=True,
        timeout=280,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert [fresh(export_id).status for export_id in ids] == ["done"] * 2
    assert fresh(ids[0]).rows_done == PEOPLE + 7
    assert max(json.loads(ran.stdout)) < MOST_MB, ran.stdout


@pytest.mark.parametrize("kind", [*KINDS])
def test_rows_are_found_by_their_keys_alone(committed_app: Flask, kind: str) -> None:
    """Else each piece of 2,000 would read a whole table again."""
    found = evening()
    with copying.snapshot():
        tables = KINDS[kind].tables(scoping.Scope(found.org_id, found.campaign_id))
        copying.look_up_only()
        for table in tables:
            rows = statement(table, guarded=True).removeprefix("COPY (").rpartition(") TO STDOUT")[0]
            sql = cursor().execute(f"EXPLAIN {rows}", {**table.values, "ids": found.contacts})
            plan = "\n".join(line for (line,) in sql.fetchall())
            assert "Seq Scan" not in plan, plan


def crowd(found: Evening) -> None:
    """So many more contacts, as an import leaves them."""
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        first = connection.scalar(text("SELECT max(id) FROM recipient"))
        values = {"org": found.org_id, "first": first, "most": PEOPLE, "like": found.contacts[4]}
        connection.execute(
            text(
                "INSERT INTO recipient (id, organization_id, phone_hash, phone)"
                " SELECT :first + n, :org, decode(md5(n::text), 'hex'), '+1440' || (5550000 + n)"
                " FROM generate_series(1, :most) n"
            ),
            values,
        )
        connection.execute(
            text(
                "INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, first_name,"
                " fields, zones, zone_evidence, batch_id, position)"
                " SELECT c.organization_id, c.campaign_id, :first + n, c.import_id, 100 + n, 'Maria' || n,"
                " jsonb_build_object('first_name', 'Maria' || n, 'city', repeat('x', n % 200)), c.zones,"
                " c.zone_evidence, c.batch_id, 100 + n"
                " FROM contact c, generate_series(1, :most) n WHERE c.id = :like"
            ),
            values,
        )


def test_of_chosen_conversations_alone(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found, other = evening(), evening("+12165550")
    ids = [conversation_of(found.contacts[n]) for n in (5, 1)] + [conversation_of(other.contacts[0])]
    heard = []

    def chooser(organization_id: int, arguments: Mapping[str, str]) -> list[int]:
        heard.append((organization_id, dict(arguments)))
        return ids

    monkeypatch.setitem(scoping.CHOOSERS, "tests", chooser)
    theirs = [str(found.contacts[1]), str(found.contacts[5])]
    for kind in CHOSEN:
        for campaign_id in (found.campaign_id, None):
            with transaction():
                chosen = ("tests", {"status": "waiting"})
                export_id = asking.ask(
                    found.org_id, found.owner_id, kind, "csv", campaign_id, chosen=chosen
                ).id
            jobs.make_export(export_id)
            rows = read(path_of(export_id).read_bytes())
            assert {row["contact_id"] for row in rows} <= set(theirs)
            if kind == "contacts":
                assert [row["contact_id"] for row in rows] == theirs
    assert heard[0] == (found.org_id, {"status": "waiting"})


def test_answers_of_several_campaigns_are_in_one_column(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evening()
    monkeypatch.setitem(scoping.CHOOSERS, "tests", lambda *_: [conversation_of(found.contacts[0])])
    with transaction():
        export_id = asking.ask(found.org_id, found.owner_id, "contacts", "csv", chosen=("tests", {})).id
    jobs.make_export(export_id)
    (row,) = read(path_of(export_id).read_bytes())
    assert row["answers"].startswith("Will you vote?: Yes, of course; =Will you")
    assert row["list: city"] == HOSTILE["city"]


def test_a_choice_that_nobody_knows_any_more_is_told_in_words(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evening()
    with monkeypatch.context() as known:
        known.setitem(scoping.CHOOSERS, "tests", lambda *_: [])
        with transaction():
            row = asking.ask(found.org_id, found.owner_id, "contacts", "csv", chosen=("tests", {}))
            export_id = row.id
    jobs.make_export(export_id)
    assert fresh(export_id).status == "failed"
    assert "Choose them again" in fresh(export_id).fault


def conversation_of(contact_id: int) -> int:
    query = text("SELECT id FROM conversation WHERE contact_id = :id")
    return int(db.session.scalar(query, {"id": contact_id}) or 0)


def test_exports_are_counted_over_all_that_wait(committed_app: Flask) -> None:
    found = evening()
    for _ in range(asking.MOST_UNDER_WAY):
        asked(found, "clicks")
    with pytest.raises(asking.Refused) as refused:
        asked(found, "clicks")
    assert refused.value.code == "too_many"
    asked(evening("+12165550"), "clicks")  # another organization's are its own
    assert db.session.query(Export).count() == asking.MOST_UNDER_WAY + 1
