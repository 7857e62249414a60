"""Pictures people send: asked for by who may read them, through us, and served so that they can do nothing."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select

from p2ptext.accounts.access import Org
from p2ptext.conversations import media
from p2ptext.extensions import db
from p2ptext.sms.media import NoPicture, Picture
from p2ptext.texting.models import Conversation, InboundText
from p2ptext.texting.presence_models import Handover
from tests import factories
from tests.sms.test_media import PNG, sends, server
from tests.texting.scene import Scene, colleague, inbound, scene

PHONE = "+16145550100"


@pytest.fixture
def place() -> Iterator[tuple[str, list[dict[str, str]]]]:
    with server(sends(PNG, Content_Type="text/html")) as running:
        yield running


def picture_from(app: Flask, url: str, kind: str = "image") -> tuple[Scene, str]:
    """Somebody sends a picture; the address under which we show it."""
    made = scene(app)
    made.sent()
    sent = {"message_type": kind, kind: {"url": url, "name": "<b>.exe", "caption": "Look"}}
    inbound(app, PHONE, "", channel="mms", **sent)
    talk = db.session.scalars(select(Conversation)).one()
    text = db.session.scalars(select(InboundText)).one()
    return made, f"/o/{made.org}/replies/{talk.id}/media/{text.id}/0"


def test_a_picture_is_served_harmless(app: Flask, place: tuple[str, list[dict[str, str]]]) -> None:
    made, path = picture_from(app, f"{place[0]}/v3/media/cat.png")
    answer = made.browser.get(path)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == "inline"
    assert "exe" not in str(answer.headers)


def test_who_may_read_the_conversation_sees_it_and_nobody_else(
    app: Flask, place: tuple[str, list[dict[str, str]]]
) -> None:
    made, path = picture_from(app, f"{place[0]}/cat.png")
    reader, stranger, organizer = colleague(made), colleague(made), colleague(made, "organizer")
    talk = db.session.scalars(select(Conversation)).one()
    factories.add(
        Handover(
            organization_id=made.org_id, conversation_id=talk.id, from_id=reader.volunteer,
            to_id=made.volunteer, why="waited",
        )
    )  # fmt: skip
    db.session.commit()
    seen = [one.browser.get(path).status_code for one in (made, reader, organizer, stranger)]
    assert seen == [200, 200, 200, 404]
    assert len(place[1]) == 3


def test_no_connection_is_held_while_a_picture_is_fetched(committed_app: Flask) -> None:
    """A server that takes its time must not use up the pool."""
    held: list[int] = []

    def look(handler: Any) -> None:
        held.append(pool.checkedout())
        sends(PNG)(handler)

    pool: Any = db.engine.pool
    with server(look) as (where, _):
        made, path = picture_from(committed_app, f"{where}/cat.png")
        db.session.remove()
        done = threading.Thread(target=lambda: made.browser.get(path), daemon=True)
        done.start()
        done.join(20)
    assert held == [0]


NOT_THERE = ["/media/{}/1", "/media/{}/99999999999999999999", "/media/0/0"]


@pytest.mark.parametrize("tail", NOT_THERE)
def test_what_nobody_sent_is_not_there(
    app: Flask, place: tuple[str, list[dict[str, str]]], tail: str
) -> None:
    made, path = picture_from(app, f"{place[0]}/cat.png")
    talk, inbound_id = path.split("/media/")[0], path.split("/")[-2]
    assert made.browser.get(talk + tail.format(inbound_id)).status_code == 404
    assert place[1] == []


def test_a_text_of_another_conversation_is_not_there(
    app: Flask, place: tuple[str, list[dict[str, str]]]
) -> None:
    made, path = picture_from(app, f"{place[0]}/cat.png")
    made.sent()
    other = db.session.scalars(select(Conversation.id).order_by(Conversation.id.desc())).first()
    inbound_id = path.split("/")[-2]
    assert made.browser.get(f"/o/{made.org}/replies/{other}/media/{inbound_id}/0").status_code == 404


def test_only_pictures_are_fetched(app: Flask, place: tuple[str, list[dict[str, str]]]) -> None:
    made, path = picture_from(app, f"{place[0]}/song.mp3", "audio")
    assert made.browser.get(path).status_code == 404
    assert place[1] == []


def test_a_picture_that_cannot_be_had_says_so(app: Flask) -> None:
    made, path = picture_from(app, "https://127.0.0.1/cat.png")
    answer = made.browser.get(path)
    assert answer.status_code == 409
    assert "we do not fetch from" in answer.text
    told = made.browser.get(path, headers={"Accept": "application/json"})
    assert told.status_code == 200
    assert told.get_json()["words"].endswith("Ask them to describe it.")


SHOWN = [
    ({"type": "image", "url": "https://pictures.example/a.png", "caption": "Look"}, "show"),
    ({"type": "image", "url": "http://127.0.0.1:9/a.png"}, "show"),
    ({"type": "image", "url": "http://pictures.example/a.png"}, "url"),
    ({"type": "audio", "url": "https://pictures.example/a.mp3"}, "url"),
    ({"type": "vcard", "url": "https://pictures.example/a.vcf"}, "url"),
    ({"type": "image", "url": "javascript:alert(1)"}, None),
    ({"type": "image", "url": "data:image/png;base64,AAAA"}, None),
    ({"type": "file", "url": "ftp://files.example/a"}, None),
    ({"type": "location"}, None),
]


@pytest.mark.parametrize(("item", "how"), SHOWN, ids=str)
def test_a_page_names_strangers_addresses_only_in_links(
    app: Flask, item: dict[str, str], how: str | None
) -> None:
    made = scene(app)
    with app.test_request_context(f"/o/{made.org}/replies"):
        g.org = Org(made.org_id, made.org, "Ohio Votes")
        found = media.shown(5, 7, [{"type": "none"}, item])
    if how is None:
        assert found == []
    elif how == "show":
        assert found == [
            {
                "type": "image",
                "caption": item.get("caption", ""),
                "show": f"/o/{made.org}/replies/5/media/7/1",
            }
        ]
    else:
        assert found == [{"type": item["type"], "caption": "", "url": item["url"]}]


TOKENS = [
    ("https://api.nexmo.com/v3/media/1", True),
    ("https://api-us-1.nexmo.com/v3/media/1", True),
    ("https://api-eu.vonage.com/v3/media/1", True),
    ("https://media.api.vonage.com/1", True),
    ("https://vonage.com.evil.example/1", False),
    ("https://evilvonage.com/1", False),
    ("https://api.nexmo.com.evil.example/1", False),
    ("https://api.nexmo.com@evil.example/1", False),
    ("http://api.nexmo.com/1", False),
    ("http://127.0.0.1:9/v3/media/1", True),
    ("http://127.0.0.1:10/v3/media/1", False),
    ("https://pictures.example/1", False),
    ("https://[::1", False),
]


@pytest.mark.parametrize(("url", "told"), TOKENS)
def test_only_the_carrier_is_told_who_we_are(
    app: Flask, monkeypatch: pytest.MonkeyPatch, url: str, told: bool
) -> None:
    """With the token, texts can be sent."""
    asked: list[str] = []

    def fetch(_: str, *, loopback: bool, authorization: str) -> Picture | NoPicture:
        asked.append(authorization)
        return NoPicture("")

    monkeypatch.setattr("p2ptext.sms.vonage.media.fetch", fetch)
    app.extensions["sms_provider"].picture(url)
    assert [one.startswith("Bearer ey") for one in asked] == [told]
