"""Logs tell what happened, never to whom nor in which words.

Canaries go in by every door, with logs at their most talkative; none may come out.
"""

import io
import json
import logging
import signal
from collections.abc import Iterator

import pytest
from flask import Flask
from rq import Queue, SimpleWorker
from sqlalchemy import text

from p2ptext import cli, logs
from p2ptext.accounts.access import public
from p2ptext.app import create_app
from p2ptext.background import settings
from p2ptext.config import Settings
from p2ptext.extensions import db, log, redis
from p2ptext.sms.provider import OutboundText
from p2ptext.sms.vonage import VonageProvider
from tests import factories, world
from tests.texting.scene import Scene, inbound, receipt, scene, webhook

PHONE = "+16145550177"
CANARIES = {
    "phone": "5550177",
    "name": "Zerubabel",
    "text": "xylophone-in-the-attic",
    "password": "correct-canary-battery",
    "token": "canary-token-0123456789",
    "email": "canary.person@example.org",
}


@pytest.fixture
def talkative(
    settings: Settings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[None]:
    """Logs as with LOG_LEVEL=DEBUG, on the standard error that capfd reads."""
    logs.configure("DEBUG")
    caplog.set_level(logging.DEBUG)
    yield
    logs.configure(settings.log_level)


@pytest.fixture
def heard(
    talkative: None, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[list[str]]:
    """Runs the test, then looks for canaries in whatever was said by then."""
    said: list[str] = []
    yield said
    out, err = capfd.readouterr()
    everything = "\n".join([out, err, caplog.text, *said])
    found = {
        kind: line for kind, word in CANARIES.items() for line in everything.splitlines() if word in line
    }
    assert not found


def post(app: Flask, path: str, **form: str) -> int:
    browser = app.test_client()
    form["csrf_token"] = world.csrf_token(app, browser)
    return browser.post(path, data=form).status_code


@pytest.mark.usefixtures("heard")
def test_the_doors_are_silent_about_who_knocks(app: Flask) -> None:
    factories.person(email=CANARIES["email"], name=CANARIES["name"])
    right = {"email": CANARIES["email"], "password": CANARIES["password"]}
    assert post(app, "/sign-in", **right) == 200
    assert post(app, "/forgotten", email=CANARIES["email"]) == 200
    for way in ("reset", "invitation", "join"):
        assert app.test_client().get(f"/{way}/{CANARIES['token']}").status_code in (404, 410)
    assert app.test_client().get(f"/?next={CANARIES['token']}").status_code == 302
    assert app.test_client().get(f"/{CANARIES['token']}").status_code == 404


@pytest.fixture
def canary_scene(app: Flask) -> Scene:
    made = scene(app, 1, first=f"Hi {{first_name}}, {CANARIES['text']}")
    values = {"phone": PHONE, "name": CANARIES["name"], "id": made.contacts[0]}
    db.session.execute(
        text(
            "UPDATE recipient SET phone = :phone WHERE id = (SELECT recipient_id FROM contact WHERE id = :id)"
        ),
        {"phone": PHONE, "id": values["id"]},
    )
    db.session.execute(
        text(
            """UPDATE contact SET first_name = :name,
                 fields = jsonb_build_object('first_name', CAST(:name AS text)) WHERE id = :id"""
        ),
        {"name": values["name"], "id": values["id"]},
    )
    db.session.commit()
    return made


@pytest.mark.usefixtures("heard")
def test_a_text_its_receipt_and_its_reply_leave_no_trace_in_logs(
    app: Flask, canary_scene: Scene
) -> None:
    card = canary_scene.deck()["cards"][0]
    assert CANARIES["text"] in card["text"]
    assert CANARIES["name"] in card["text"]
    assert canary_scene.send(card).status_code == 202
    canary_scene.dispatch()
    (out,) = canary_scene.carrier.texts
    assert out.to == PHONE
    assert (
        receipt(app, out, "rejected", error={"type": "x", "title": CANARIES["text"]}).status_code == 200
    )
    assert inbound(app, PHONE, f"STOP {CANARIES['text']}").status_code == 200
    assert inbound(app, "+16145550177", CANARIES["text"]).status_code == 200
    assert canary_scene.send(card | {"token": CANARIES["token"]}).status_code == 409


@pytest.mark.usefixtures("heard")
def test_webhooks_that_are_refused_or_strange_are_not_quoted(app: Flask) -> None:
    body = json.dumps({"text": CANARIES["text"], "from": PHONE}).encode()
    client = app.test_client()
    for headers in ({}, {"Authorization": f"Bearer {CANARIES['token']}"}):
        assert client.post("/webhooks/vonage/inbound", data=body, headers=headers).status_code == 503
    assert webhook(app, "inbound", body, payload_hash="0" * 64).status_code == 401
    assert webhook(app, "inbound", body).status_code == 200
    assert webhook(app, "status", body[:-1]).status_code == 200


@pytest.mark.usefixtures("heard")
def test_the_carriers_sdk_is_kept_quiet(app: Flask) -> None:
    """Nobody listens at this address; what the SDK would say of it holds number, text and key."""
    wanted = OutboundText(PHONE, "+16145550190", CANARIES["text"], CANARIES["token"])
    VonageProvider(settings()).send(wanted)


@pytest.mark.usefixtures("heard")
def test_errors_are_noted_without_their_words(settings: Settings, engines: object) -> None:
    app = create_app(settings)
    logs.configure("DEBUG")
    allowed = public("for this test")

    def fails() -> str:
        raise ValueError(f"{PHONE} {CANARIES['text']}")

    def breaks_a_promise() -> str:
        values = {"slug": CANARIES["token"], "name": CANARIES["name"]}
        for _ in range(2):
            db.session.execute(
                text("INSERT INTO organization (slug, name) VALUES (:slug, :name)"), values
            )
        return "not reached"

    def speaks_no_sql() -> str:
        db.session.execute(text(f"SELECT '{CANARIES['text']}' FROM nowhere"))
        return "not reached"

    views = (fails, breaks_a_promise, speaks_no_sql)
    for view in views:
        app.add_url_rule(f"/{view.__name__}", view.__name__, allowed(view))
    for view in views:
        assert app.test_client().get(f"/{view.__name__}").status_code == 500
    with app.app_context():
        db.engine.dispose()


def failing_job() -> None:
    """A job whose error holds what a row holds."""
    values = {"slug": CANARIES["token"], "name": f"{CANARIES['name']} {PHONE}"}
    for _ in range(2):
        db.session.execute(text("INSERT INTO organization (slug, name) VALUES (:slug, :name)"), values)


class Worker(SimpleWorker, cli.AppWorker):
    """The worker of `flask worker`, without forking, so that the test hears it."""


def work(app: Flask) -> None:
    """Run what is queued, as `flask --app wsgi worker` does."""
    worker = Worker(["default"], connection=redis.patient)
    worker.app = app
    kept = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        worker.work(burst=True, logging_level="WARNING")
    finally:  # a worker answers these in its own way, and would do so for the rest of the tests
        for sign, handler in kept.items():
            signal.signal(sign, handler)


def test_a_failed_job_is_noted_without_the_rows_it_worked_on(
    committed_app: Flask, heard: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    queue = Queue("default", connection=redis.client)
    job = queue.enqueue(failing_job)  # once: only a final failure is kept
    work(committed_app)
    job.refresh()
    assert job.get_status() == "failed"
    # What the queue keeps of a failure can be read by whoever can read the queue.
    heard.extend(str(result.exc_string) for result in job.results())
    assert heard
    noted = capfd.readouterr().err
    assert '"event": "job_failed"' in noted
    heard.append(noted)


def test_every_event_is_one_line_of_json_on_standard_error(
    talkative: None, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO")
    log.warning("something_happened", count=3)
    out, err = capfd.readouterr()
    assert out == ""
    event = json.loads(err)
    assert event["event"] == "something_happened"
    assert (event["level"], event["count"]) == ("warning", 3)
    assert event["timestamp"]


def test_the_level_is_kept(talkative: None, capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("ERROR")
    log.warning("not_now")
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("heard")
def test_an_uploaded_list_is_not_quoted(app: Flask) -> None:
    org = factories.organization()
    manager = factories.person(org, "manager")
    campaign = factories.campaign(org, manager, status="draft")
    browser = factories.client(app, manager)
    rows = f"first_name,phone\n{CANARIES['name']},{PHONE}\n{CANARIES['name']},nonsense\n\x00,".encode()
    answer = browser.post(
        f"/o/{org.slug}/campaigns/{campaign.id}/list",
        data={
            "csrf_token": world.csrf_token(app, browser),
            "file": (io.BytesIO(rows), f"{CANARIES['name']}.csv"),
        },
    )
    assert answer.status_code < 500
