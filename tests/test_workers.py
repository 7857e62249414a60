"""Who takes which job: nobody's list waits until an export is over."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from pyarrow import parquet
from rq import Queue
from rq.registry import StartedJobRegistry
from sqlalchemy import text

from p2ptext.accounts.letters import deliver
from p2ptext.audience.jobs import check_list, cut_batches, import_contacts
from p2ptext.background import QUEUES, enqueue, queue_of, transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.config import Settings
from p2ptext.exports.jobs import make_export
from p2ptext.extensions import db, redis
from p2ptext.review.jobs import do_deed, group_replies
from scripts.launcher.processes import COMMANDS
from tests.audience import lists
from tests.audience.test_interrupted import environment
from tests.exports import evening
from tests.test_logs import work
from tests.waiting import until

ROOT = Path(__file__).parents[1]
LIST = "Cell Phone,First Name\n" + "".join(f"202555{line:04d},Ann\n" for line in range(100, 120))


@contextmanager
def a_worker(settings: Settings, *queue: str) -> Iterator[None]:
    """`flask --app wsgi worker QUEUE`, as a process of its own."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and command
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker", *queue],
        env=environment(settings),
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    try:
        yield
    finally:
        process.terminate()
        said = process.communicate(timeout=200)[1].decode()
    assert process.returncode == 0, said


def ask_for_both(found: evening.Evening, format_: str = "csv") -> tuple[int, int]:
    """Somebody asks for an export, and then somebody brings a list."""
    export_id = evening.asked(found, "contacts", format_)
    import_id = lists.receive(db.session.get_one(Campaign, found.campaign_id), LIST)
    with transaction():
        enqueue(make_export, export_id)
        enqueue(check_list, import_id)
    return export_id, import_id


def test_what_people_wait_for_is_not_behind_what_takes_minutes() -> None:
    slow = {make_export, group_replies}
    quick = {check_list, import_contacts, cut_batches, deliver, do_deed}
    assert {queue_of(job) for job in slow} == {"slow"}
    assert {queue_of(job) for job in quick} == {"default"}


def test_a_list_is_read_while_an_export_is_under_way(committed_app: Flask, settings: Settings) -> None:
    export_id, import_id = ask_for_both(evening.evening())
    under_way = StartedJobRegistry("slow", connection=redis.client)
    with a_worker(settings, "slow"):
        with db.engine.begin() as held:  # the export stands still for as long as its row is held
            held.execute(text("SELECT FROM export WHERE id = :id FOR UPDATE"), {"id": export_id})
            until(lambda: under_way.get_job_count(cleanup=False) == 1)
            work(committed_app)  # the other worker
            assert lists.fresh(import_id).status == "checked"
            assert evening.fresh(export_id).status == "waiting"
        until(lambda: evening.fresh(export_id).status == "done")


def test_one_worker_alone_does_both_and_the_list_first(committed_app: Flask, settings: Settings) -> None:
    found = evening.evening()
    export_id, import_id = ask_for_both(found, "parquet")
    with a_worker(settings):
        until(lambda: evening.fresh(export_id).status == "done")
    ended = {
        row.what: row.at
        for row in db.session.execute(
            text(
                """SELECT 'export' AS what, started_at AS at FROM export WHERE id = :export
                   UNION ALL SELECT 'list', checked_at FROM contact_import WHERE id = :import"""
            ),
            {"export": export_id, "import": import_id},
        )
    }
    assert ended["list"] < ended["export"]
    assert parquet.read_table(evening.path_of(export_id)).num_rows == len(found.contacts)
    assert [Queue(name, connection=redis.client).count for name in QUEUES] == [0, 0]


def test_somebody_looks_after_each_queue() -> None:
    """In the Procfile and in what `scripts/start` runs."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    listed = [line.rpartition(" worker ")[2] for line in lines if " worker " in line]
    started = [command[-1] for command in COMMANDS.values() if "worker" in command]
    assert sorted(listed) == sorted(started) == sorted(QUEUES)


def test_a_queue_that_is_not_there_is_refused(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=["worker", "fast"])
    assert refused.exit_code == 2
    assert "'fast' is not one of 'default', 'slow'" in refused.output
