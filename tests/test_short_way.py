"""What is served before Flask looks at it is answered as Flask would, and all else is left to Flask."""

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from p2ptext.extensions import db
from p2ptext.short_way import Asked
from p2ptext.texting import admission
from p2ptext.texting.models import Message
from tests.texting.scene import Scene, scene


@pytest.fixture
def made(app: Flask) -> Scene:
    return scene(app)


def clicks(made: Scene) -> int:
    statement = select(func.count()).select_from(Message).where(Message.campaign_id == made.campaign)
    return int(db.session.execute(statement).scalar_one())


def post(made: Scene, browser: FlaskClient, **headers: str) -> int:
    card = made.deck()["cards"][0]
    body = {"token": card["token"], "hash": card["hash"], "age_ms": 20}
    path = f"/o/{made.org}/texting/{made.campaign}/send"
    return int(browser.post(path, json=body, headers={"X-CSRFToken": made.csrf, **headers}).status_code)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Origin": "http://localhost"}, 202),
        ({"Origin": "https://elsewhere.example"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"X-CSRFToken": ""}, 400),
        ({"X-CSRFToken": "forged"}, 400),
    ],
)
def test_a_click_needs_the_pages_own_token_and_place(
    made: Scene, headers: dict[str, str], status: int
) -> None:
    assert post(made, made.browser, **headers) == status
    assert clicks(made) == (status == 202)


OUT = {
    "session ended": ("UPDATE web_session SET ended_at = p2p_now() WHERE person_id = :person", 401),
    "session idle": (
        "UPDATE web_session SET last_seen_at = p2p_now() - interval '13 hours' WHERE person_id = :person",
        401,
    ),
    "session old": (
        "UPDATE web_session SET created_at = p2p_now() - interval '8 days' WHERE person_id = :person",
        401,
    ),
    "account disabled": ("UPDATE person SET disabled_at = p2p_now() WHERE id = :person", 401),
    "removed": ("UPDATE membership SET status = 'removed' WHERE person_id = :person", 404),
    "pending": ("UPDATE membership SET status = 'pending' WHERE person_id = :person", 403),
    "terms": ("UPDATE membership SET terms_accepted_at = NULL WHERE person_id = :person", 403),
}


@pytest.mark.parametrize("how", OUT)
def test_who_may_not_click_is_told_so_by_flask(made: Scene, how: str) -> None:
    card = made.deck()["cards"][0]
    sql, status = OUT[how]
    db.session.execute(text(sql), {"person": made.volunteer})
    db.session.commit()
    answer = made.browser.post(
        f"/o/{made.org}/texting/{made.campaign}/send",
        json={"token": card["token"], "hash": card["hash"], "age_ms": 20},
        headers={"X-CSRFToken": made.csrf},
    )
    assert answer.status_code == status
    assert answer.get_json()["words"]
    assert clicks(made) == 0


@pytest.fixture
def full(app: Flask) -> Iterator[None]:
    """Every place for clicks of this process is taken."""
    for _ in range(admission.MOST_IN_FLIGHT):
        admission.enter()
    yield
    for _ in range(admission.MOST_IN_FLIGHT):
        admission.leave()


@pytest.mark.usefixtures("full")
def test_a_click_too_many_is_refused_before_anybody_is_looked_up(app: Flask) -> None:
    """Not even a signed-in browser is needed to be told so."""
    answer = app.test_client().post("/o/nobody/texting/1/send", json={})
    assert (answer.status_code, answer.get_json()["code"]) == (429, "busy")
    assert answer.headers["Retry-After"] == "1"
    assert answer.get_json()["retry_after_ms"] == 1000
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_place_is_given_back_whatever_became_of_the_click(app: Flask) -> None:
    for _ in range(3 * admission.MOST_IN_FLIGHT):
        assert app.test_client().post("/o/nobody/texting/1/send", json={}).status_code == 400
    made = scene(app)
    assert post(made, made.browser) == 202


@pytest.mark.parametrize(
    ("said", "is_read"), [("4", True), ("5", False), ("", False), ("-1", False), ("²", False)]
)
def test_a_body_is_read_when_its_length_is_said_and_small(said: str, is_read: bool) -> None:
    asked = Asked({"CONTENT_LENGTH": said, "wsgi.input": io.BytesIO(b"abcde")})
    assert (asked.body(4) is not None) is is_read
    # Flask still finds all that was announced.
    assert asked.environ["wsgi.input"].read() == (b"abcd" if is_read else b"abcde")
