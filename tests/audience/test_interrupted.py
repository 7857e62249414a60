"""A worker killed in the middle of a list: nothing is visible, and the next run makes it whole."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.audience import jobs, progress
from p2ptext.campaigns.models import Campaign
from p2ptext.config import Settings
from p2ptext.extensions import db
from tests import factories
from tests.audience.lists import confirm, fresh, receive
from tests.waiting import until


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


BEFORE_A_DECISION = ("reading", "read")
# What a worker that was killed there leaves for the next one, by the status of the list.
LEFT = {
    "reading": "checking",
    "read": "checking",
    "recipients made": "running",
    "sorted out": "running",
    "batches made": "cutting",
    "cut": "cutting",
    "forgetting": "done",
}


def result() -> dict[str, Any]:
    """All a list leaves, without the numbers of rows."""
    db.session.rollback()
    queries = {
        "contacts": "SELECT c.line, r.phone, c.fields, c.zones, c.state, b.position, c.position"
        " FROM contact c JOIN recipient r ON r.id = c.recipient_id JOIN batch b ON b.id = c.batch_id"
        " ORDER BY c.line",
        "batches": "SELECT position, state, zone_sets FROM batch ORDER BY position",
        "refused": "SELECT line, code, row FROM refused_row ORDER BY line",
        "recipients": "SELECT phone FROM recipient ORDER BY phone",
        "list": "SELECT status, rows_read, imported, duplicates, households, suppressed, refused"
        " FROM contact_import",
        "staged": "SELECT count(*) FROM incoming_row",
        "sorted": "SELECT count(*) FROM sorted_row",
    }
    return {name: db.session.execute(text(query)).all() for name, query in queries.items()}


def make_list() -> tuple[Campaign, int]:
    org = factories.organization()
    campaign = factories.campaign(org, factories.person(org), status="draft")
    db.session.commit()
    rows = [
        f"{area}555{line:04d},Name{line % 7},{line % 40} Main St,{zip_code}"
        for area, zip_code in ((202, "20001"), (614, "43215"), (216, "90012"))
        for line in range(100, 200)
    ]
    content = "phone,first name,address,zip\n" + "\n".join([*rows, "bad,,,"] * 5) + "\n"
    return campaign, receive(campaign, content)


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    return {}


@pytest.mark.parametrize("place", [*LEFT])
def test_kill_9_and_run_again(
    committed_app: Flask, settings: Settings, undisturbed: dict[str, Any], place: str
) -> None:
    campaign, import_id = make_list()
    if place not in BEFORE_A_DECISION:
        jobs.check_list(import_id)
        confirm(campaign, import_id)
    killed = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.audience.interrupted", str(import_id), place],
        env=environment(settings),
        cwd=Path(__file__).parents[2],
        check=False,
        capture_output=True,
        timeout=200,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert fresh(import_id).status == LEFT[place]
    if LEFT[place] != "done":  # nothing half imported is ever visible
        assert not result()["contacts"]
        assert not result()["batches"]
        _wait_until_the_server_has_noticed(import_id)
    jobs.complete(import_id)
    if place in BEFORE_A_DECISION:
        confirm(campaign, import_id)
        jobs.complete(import_id)
    jobs.forget(import_id)
    found = result()
    assert found["list"] == [("done", 1505, 300, 1200, 0, 0, 5)]
    assert (found["staged"], found["sorted"]) == ([(0,)], [(0,)])
    assert found == undisturbed.setdefault("result", found)


def test_the_same_without_being_disturbed(committed_app: Flask, undisturbed: dict[str, Any]) -> None:
    campaign, import_id = make_list()
    jobs.complete(import_id)
    confirm(campaign, import_id)
    jobs.complete(import_id)
    assert result() == undisturbed.setdefault("result", result())


def _wait_until_the_server_has_noticed(import_id: int) -> None:
    """The lock of a dead process goes when the server sees its connection closed."""
    still = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :lock")
    until(lambda: db.session.scalar(still, {"lock": progress.LOCK}) == 0)
