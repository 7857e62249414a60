"""A worker killed in the middle of a list: nothing is visible, and the next run makes it whole."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from p2ptext.audience import jobs, progress
from p2ptext.audience.models import Batch, Contact, ContactImport, Recipient, RefusedRow
from p2ptext.config import Settings
from p2ptext.extensions import db
from tests import factories
from tests.audience.lists import receive


def environment(settings: Settings) -> dict[str, str]:
    """The settings of the tests, for a process of its own."""
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "PHONE_HASH_KEY": settings.phone_hash_key,
        "PUBLIC_URL": settings.public_url,
        "VONAGE_API_KEY": settings.vonage_api_key,
        "VONAGE_API_SECRET": settings.vonage_api_secret,
        "VONAGE_APPLICATION_ID": settings.vonage_application_id,
        "VONAGE_PRIVATE_KEY": settings.vonage_private_key,
        "VONAGE_SIGNATURE_SECRET": settings.vonage_signature_secret,
        "VONAGE_API_HOST": settings.vonage_api_host,
        "DATA_DIR": str(settings.data_dir),
        "CLOCK_OFFSET_S": str(settings.clock_offset_s),
    }


def counts() -> list[int]:
    db.session.rollback()
    tables = (Contact, Batch, RefusedRow, Recipient)
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@pytest.mark.parametrize("place", ["reading", "sorting"])
def test_kill_9_and_run_again(committed_app: Flask, settings: Settings, place: str) -> None:
    org = factories.organization()
    campaign = factories.campaign(org, factories.person(org), status="draft")
    db.session.commit()
    rows = [f"{area}555{line:04d}" for area in (202, 614, 216) for line in range(100, 200)] + ["bad"]
    import_id = receive(campaign, "phone\n" + "\n".join(rows * 60) + "\n")
    killed = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.audience.interrupted", str(import_id), place],
        env=environment(settings),
        cwd=Path(__file__).parents[2],
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert counts() == [0, 0, 0, 0]
    assert db.session.get_one(ContactImport, import_id).status == "running"
    _wait_until_the_server_has_noticed(import_id)
    jobs.import_contacts(import_id)
    assert counts() == [300, 6, 60, 300]
    done = db.session.get_one(ContactImport, import_id)
    assert (done.status, done.rows_read, done.imported, done.duplicates, done.refused) == (
        "done", 18_060, 300, 17_700, 60,
    )  # fmt: skip


def _wait_until_the_server_has_noticed(import_id: int) -> None:
    """The lock of a dead process goes when the server sees its connection closed."""
    for _ in range(200):
        with progress.turn(import_id) as turn:
            if turn is not None:
                return
        db.session.execute(select(func.pg_sleep(0.05)))
    raise AssertionError("the lock was never released")
