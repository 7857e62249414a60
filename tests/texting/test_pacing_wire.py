"""Two dispatchers at once against a carrier that counts: together they keep to every limit."""

import dataclasses
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from sqlalchemy import func, select

from p2ptext.background import transaction
from p2ptext.campaigns.models import Registration, SendingNumber
from p2ptext.config import Settings
from p2ptext.extensions import db
from p2ptext.rules.pacing import Limit
from p2ptext.texting import claiming, lanes
from p2ptext.texting.models import Outbox
from tests import factories
from tests.audience.test_interrupted import environment
from tests.simulator.rig import Simulator, simulator
from tests.texting.waiting import queue
from tests.waiting import PATIENCE_S, until

SHARED, ALONE = ("+16145550190", "+12165550191"), "+13035550192"


def public_key(settings: Settings) -> str:
    key = serialization.load_pem_private_key(settings.vonage_private_key.encode(), None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@contextmanager
def dispatchers(count: int, settings: Settings, carrier: Simulator) -> Iterator[None]:
    """So many dispatcher processes on the tests' database."""
    known = dataclasses.replace(settings, vonage_api_host=carrier.url)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "dispatcher"]
    running = [subprocess.Popen(command, env=environment(known)) for _ in range(count)]  # noqa: S603  # ours
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(PATIENCE_S)


@pytest.fixture
def senders(committed_app: Flask) -> list[SendingNumber]:
    """Two numbers of one registration of 600 segments a minute, and one that stands alone."""
    org = factories.organization()
    shared = factories.add(
        Registration(organization_id=org.id, name="Levy", state="active", segments_per_minute=600)
    )
    rows = [factories.number(org, phone) for phone in (*SHARED, ALONE)]
    for row in rows[:2]:
        row.registration_id = shared.id
    db.session.commit()
    return rows


def most(limit: Limit, seconds: float) -> float:
    """What a lane can have let through in a stretch of time."""
    return limit.burst + limit.rate * seconds


def test_two_dispatchers_together_keep_to_every_limit(
    senders: list[SendingNumber], settings: Settings
) -> None:
    one, two, alone = senders
    queue(one, 20, segments=2)
    queue(two, 20, segments=2)
    queue(alone, 40, urgency=1)
    spare = {
        "SIMULATOR_PUBLIC_KEY": public_key(settings),
        "VONAGE_APPLICATION_ID": settings.vonage_application_id,
        "VONAGE_SIGNATURE_SECRET": settings.vonage_signature_secret,
        "SIMULATOR_PERSONAS": "off",
        "SIMULATOR_SEGMENTS_PER_MINUTE": " ".join(phone[1:] for phone in SHARED) + "=600",
    }
    with simulator(**spare) as carrier:
        began = time.monotonic()
        with dispatchers(2, settings, carrier):
            until(lambda: carrier.get("/ledger/summary")["accepted"] >= 40)
            early = time.monotonic() - began
            taken = carrier.get("/ledger")
            until(lambda: carrier.get("/ledger/summary")["accepted"] == 80)
        elapsed = time.monotonic() - began
        summary = carrier.get("/ledger/summary")
    assert summary["most_copies"] == 1
    assert most(lanes.account_limit(settings), elapsed) >= 80
    assert len(taken) <= most(lanes.account_limit(settings), early)
    (minute,) = summary["limits"]["minutes"].values()
    assert minute["busiest"] == 80  # all of them: two segments each, within the minute
    assert minute["refused"] == 0
    assert most(lanes.registration_limit(600), elapsed) >= 80


def test_claims_of_many_at_once_share_the_permits(
    senders: list[SendingNumber], committed_app: Flask, settings: Settings
) -> None:
    for sender in senders:
        queue(sender, 200)
    began = time.monotonic()
    claimed: list[int] = []

    def take() -> None:
        with committed_app.app_context():
            for _ in range(25):
                with transaction():
                    claimed.extend(claiming.claim(50))

    together = [threading.Thread(target=take, daemon=True) for _ in range(4)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    elapsed = time.monotonic() - began
    assert len(set(claimed)) == len(claimed) > 0
    assert len(claimed) <= most(lanes.account_limit(settings), elapsed)
    marked = select(func.count()).where(Outbox.claimed_until.is_not(None))
    assert db.session.scalar(marked) == len(claimed)
