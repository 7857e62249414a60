"""The pages on which a picture is put to a text, over the real routes."""

import io

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from p2ptext.accounts.models import Organization
from p2ptext.audience import launching, preflight, preflight_media
from p2ptext.audience.models import ContactImport
from p2ptext.campaigns import enclosures, writing
from p2ptext.campaigns.enclosure_models import MediaFile
from p2ptext.campaigns.models import Campaign, SendingNumber
from p2ptext.extensions import db
from p2ptext.rules import prices
from p2ptext.rules.tree import Answer, Step
from tests import factories
from tests.texting.pictures import jpeg
from tests.world import csrf_token

STEPS = (Step("s1", "Will you come?", (Answer("a1", "Yes", ("Great, {first_name}",), None),)),)


class Desk:
    """A manager at the desk of one campaign."""

    def __init__(self, app: Flask) -> None:
        self.org: Organization = factories.organization()
        self.manager = factories.person(self.org, "manager")
        self.number: SendingNumber = factories.number(self.org)
        self.number.can_mms = True
        self.campaign: Campaign = factories.campaign(
            self.org, self.manager, from_=self.number, status="draft", steps=STEPS
        )
        db.session.commit()
        self.browser: FlaskClient = factories.client(app, self.manager)
        self.csrf = csrf_token(app, self.browser)
        self.base = f"/o/{self.org.slug}/campaigns/{self.campaign.id}"

    def upload(self, place: str, content: bytes, name: str = "sign.jpg", **more: str) -> TestResponse:
        fields = {"csrf_token": self.csrf, "description": "A yard sign"} | more
        return self.browser.post(
            f"{self.base}/with/{place}",
            data=fields | {"file": (io.BytesIO(content), name)},
            content_type="multipart/form-data",
        )

    def media(self) -> dict[str, int]:
        db.session.expire_all()
        found: dict[str, int] = writing.document_of(self.campaign).get("media", {})
        return found


def test_a_picture_is_put_to_a_text_shown_there_and_taken_away(app: Flask) -> None:
    desk = Desk(app)
    for place, page in (("first", "message"), ("s1.a1", "questions/s1/answers/a1")):
        before = desk.campaign.script_version_id
        answer = desk.upload(place, jpeg())
        assert (answer.status_code, answer.location) == (302, f"{desk.base}/{page}")
        media_id = desk.media()[place]
        assert desk.campaign.script_version_id != before
        shown = desk.browser.get(f"{desk.base}/{page}").text
        assert f"/o/{desk.org.slug}/media/{media_id}" in shown
        assert 'alt="A yard sign"' in shown
        picture = desk.browser.get(f"/o/{desk.org.slug}/media/{media_id}")
        assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
        assert picture.headers["X-Content-Type-Options"] == "nosniff"
        assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    away = desk.browser.post(f"{desk.base}/with/first/remove", data={"csrf_token": desk.csrf})
    assert away.status_code == 302
    assert list(desk.media()) == ["s1.a1"]


def test_what_is_no_picture_and_what_is_not_described_is_refused_in_words(app: Flask) -> None:
    desk = Desk(app)
    cases = [
        ((b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "sign.jpg"), {}),
        ((b"GIF89a<script>alert(1)</script>", "sign.gif"), {}),
        ((b"", "empty.jpg"), {}),
        ((b"%PDF-1.7", "flyer.png"), {}),
        ((jpeg(), "sign.jpg"), {"description": " "}),
    ]
    for (content, name), more in cases:
        answer = desk.upload("first", content, name, **more)
        assert answer.status_code == 200, name
        assert 'role="alert"' in answer.text
    assert desk.media() == {}
    assert db.session.scalar(select(func.count()).select_from(MediaFile)) == 0


def test_places_and_campaigns_that_are_not_there(app: Flask) -> None:
    desk, other = Desk(app), Desk(app)
    for place in ("s9.a1", "s1.a9", "rounds.1", "rounds.x", "canned", "steps", "..", "first.x"):
        assert desk.upload(place, jpeg()).status_code == 404, place
    assert desk.browser.get(f"{other.base}/with/first").status_code == 404
    other.upload("first", jpeg())
    theirs = other.media()["first"]
    assert desk.browser.get(f"/o/{desk.org.slug}/media/{theirs}").status_code == 404
    assert desk.media() == {}


def test_a_picture_message_counts_once_and_costs_two_to_three_times_as_much(app: Flask) -> None:
    desk = Desk(app)
    people = factories.contacts(desk.campaign, desk.manager, ["+16145550104", "+16145550105"])
    upload = db.session.get_one(ContactImport, people[0].import_id)
    upload.column_map = {"first_name": {"column": 1, "header": "first name"}}
    _, plain = preflight.look(desk.campaign, ["Please vote. " * 20])
    assert plain.segments == (4, 4)
    desk.upload("first", jpeg())
    db.session.expire_all()
    _, pictured = preflight.look(desk.campaign, ["Please vote. " * 20])
    assert pictured.segments == (2, 2)
    assert pictured.cost == (2 * prices.PICTURE_USD[0], 2 * prices.PICTURE_USD[1])
    factories.tried(desk.campaign)
    assert launching.launch(desk.campaign.id, desk.org.id).blocks == []
    db.session.refresh(desk.campaign)
    assert desk.campaign.forecast == {"texts": 2, "segments": [2, 2], "usd": list(pictured.cost)}
    each = [many / one for many, one in zip(prices.PICTURE_USD, prices.SEGMENT_USD, strict=True)]
    assert all(2 <= times <= 3 for times in each)


def test_pre_flight_asks_for_numbers_that_send_pictures_and_files_that_are_kept(app: Flask) -> None:
    desk = Desk(app)
    assert preflight_media.findings(desk.campaign) == []
    desk.upload("first", jpeg())
    db.session.expire_all()
    assert preflight_media.findings(desk.campaign) == []
    desk.number.can_mms = False
    (found,) = preflight_media.findings(desk.campaign)
    assert (found.code, found.fix, found.samples) == ("no_mms_number", "numbers", ["First message"])
    desk.number.can_mms = True
    kept = enclosures.at(desk.campaign, "first")
    assert kept is not None
    kept.removed_at = kept.created_at
    db.session.flush()
    (found,) = preflight_media.findings(desk.campaign)
    assert (found.code, found.samples) == ("media_gone", ["First message"])
