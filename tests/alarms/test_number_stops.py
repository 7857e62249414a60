"""A number whose texts fail stops by itself, once; nothing leaves from it until somebody puts it back."""

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.accounts.models import AuditEvent, Organization, WebSession
from p2ptext.alarms import watching
from p2ptext.background import transaction
from p2ptext.campaigns.models import CampaignNumber, SendingNumber
from p2ptext.extensions import db
from p2ptext.rules.delivery import ErrorKind
from p2ptext.sms.provider import Refused
from p2ptext.texting import breakers
from tests import factories
from tests.alarms.many import alarms, texts
from tests.conversations.evening import Evening, evening, hears
from tests.texting.scene import OURS, Carrier, Scene, scene


@pytest.fixture
def failing(app: Flask) -> tuple[Scene, Evening, int]:
    """A volunteer's campaign with two numbers, and a history of failures on the first of them."""
    made = scene(app, people=3)
    org = db.session.get_one(Organization, made.org_id)
    first = db.session.scalars(db.select(SendingNumber).filter_by(phone=OURS)).one()
    second = factories.number(org, "+12125550142")  # further from these people than the first
    factories.add(
        CampaignNumber(campaign_id=made.campaign, number_id=second.id, organization_id=made.org_id)
    )
    olga = factories.person(org, "manager", name="Olga")
    sessions = {
        "amy": db.session.scalars(db.select(WebSession.id).filter_by(person_id=made.volunteer)).first()
    }
    people = {"amy": made.volunteer, "olga": olga.id}
    history = Evening(app, made.org, made.org_id, made.campaign, people, [], sessions)  # type: ignore[arg-type]
    texts(history, 150, number=first.id)
    texts(history, 50, number=first.id, state="rejected", reason="filtered", code=1210)
    return made, history, first.id


def number(number_id: int) -> SendingNumber:
    db.session.expire_all()
    return db.session.get_one(SendingNumber, number_id)


def test_nothing_leaves_from_it_and_its_people_are_kept(failing: tuple[Scene, Evening, int]) -> None:
    made, history, number_id = failing
    talked = made.sent()
    assert made.message(talked).number_id == number_id
    queued = made.send(made.deck()["cards"][0]).get_json()["message"]
    assert made.message(queued).number_id == number_id
    left = len(made.carrier.texts)

    watching.watch()
    assert number(number_id).out_reason == "failures"
    made.dispatch()
    assert len(made.carrier.texts) == left
    message = made.message(queued)
    assert (message.state, message.reason) == ("blocked", "number_out")

    # Its card came back, and goes by the other number now.
    again = made.sent()
    assert made.message(again).contact_id == message.contact_id
    assert made.message(again).state == "accepted"
    assert made.message(again).number_id != number_id
    assert {one.from_ for one in made.carrier.texts[left:]} == {"+12125550142"}

    # Whoever knows the number waits for an answer, and the volunteer reads why.
    conversation = made.message(talked).conversation_id or 0
    hears(conversation, "Where do I vote?")
    db.session.commit()
    state = made.browser.get(f"/o/{made.org}/replies/{conversation}/state").get_json()
    page = made.browser.get(f"/o/{made.org}/replies/{conversation}/part").get_data(as_text=True)
    assert state["waiting"] == 1
    assert page
    answer = made.browser.post(
        f"/o/{made.org}/replies/{conversation}/reply",
        data={"token": state["token"], "text": "At the library."},
        headers={"X-CSRFToken": made.csrf, "Accept": "application/json"},
    )
    assert (answer.status_code, answer.get_json()["code"]) == (409, "number_out")
    watching.watch()
    (alarm,) = alarms(history, "number_out")
    assert alarm.facts["waiting"] == 1


def test_it_stops_once_and_says_so_once(failing: tuple[Scene, Evening, int]) -> None:
    _, history, number_id = failing
    watching.watch()
    since = number(number_id).out_since
    watching.watch()
    assert number(number_id).out_since == since
    events = list(db.session.scalars(db.select(AuditEvent).filter_by(action="number_out")))
    assert [(one.target, one.detail) for one in events] == [
        (f"number {number_id}", {"by": "p2ptext", "because": "failures", "failed": 50, "of": 200})
    ]
    with transaction():
        assert not breakers.stop_failing(number_id, 50, 200, None)
    page = history.browser("olga").get("/alarms").get_data(as_text=True)
    assert "50 of its last 200 texts failed" in page
    assert "Put it back into use" in page


def test_put_back_it_starts_anew(failing: tuple[Scene, Evening, int]) -> None:
    made, history, number_id = failing
    watching.watch()
    olga = history.browser("olga")
    assert olga.post(f"/alarms/numbers/{number_id}/put-back").status_code == 303
    assert number(number_id).out_since is None
    assert not alarms(history, "number_out")
    watching.watch()
    assert number(number_id).out_since is None  # what failed before counts no more
    message = made.message(made.sent())
    assert (message.state, message.number_id) == ("accepted", number_id)
    texts(history, 40, number=number_id, state="rejected", reason="filtered", code=1210, ago="0 s")
    watching.watch()
    assert number(number_id).out_reason == "failures"


def test_a_look_that_began_before_it_was_put_back_does_not_stop_it(
    failing: tuple[Scene, Evening, int],
) -> None:
    _, history, number_id = failing
    counted = number(number_id).watched_from
    watching.watch()
    assert history.browser("olga").post(f"/alarms/numbers/{number_id}/put-back").status_code == 303
    with transaction():
        assert not breakers.stop_failing(number_id, 50, 200, counted)
    assert number(number_id).out_since is None


def clean(history: Evening, number_id: int) -> None:
    """Of what left from the number half an hour ago, 2% were filtered."""
    db.session.execute(text("DELETE FROM message"))
    texts(history, 196, number=number_id, ago="30 minutes")
    texts(history, 4, number=number_id, state="rejected", reason="filtered", code=1210, ago="30 minutes")


def test_failures_told_sooner_than_successes_do_not_stop_a_clean_number(
    failing: tuple[Scene, Evening, int],
) -> None:
    _, history, number_id = failing
    clean(history, number_id)
    bad = {"number": number_id, "state": "rejected", "reason": "filtered", "code": 1210}
    # A busy minute: what failed is known, of the others nothing is, not even their carriers.
    for _ in range(6):
        texts(history, 196, number=number_id, state="accepted", network=None, ago="3 minutes")
        texts(history, 4, **bad, ago="3 minutes")
        watching.watch()
        assert number(number_id).out_reason is None
        assert not alarms(history, "failures")


def test_a_carrier_that_reports_failures_alone_is_no_share_of_all(
    failing: tuple[Scene, Evening, int],
) -> None:
    _, history, number_id = failing
    clean(history, number_id)
    texts(history, 155, number=number_id, state="accepted", network=None, ago="20 minutes")
    bad = {"number": number_id, "state": "undeliverable", "reason": "invalid_number"}
    texts(history, 45, **bad, network="310410", code=1170, ago="20 minutes")
    watching.watch()
    (alarm,) = alarms(history, "failures")
    assert (alarm.facts["bad"], alarm.facts["n"], alarm.facts["unnamed"]) == (45, 200, 155)
    assert number(number_id).out_reason is None
    page = " ".join(history.browser("olga").get("/alarms/failures").get_data(as_text=True).split())
    assert ">22%</strong> (17–29%) of 200" in page


def test_news_that_comes_late_stops_a_number_that_texts_fast(
    failing: tuple[Scene, Evening, int],
) -> None:
    _, history, number_id = failing
    clean(history, number_id)
    texts(history, 150, number=number_id, ago="15 minutes")
    texts(
        history,
        50,
        number=number_id,
        state="undeliverable",
        reason="filtered",
        code=1210,
        ago="15 minutes",
    )
    texts(history, 300, number=number_id, state="accepted", network=None, ago="10 s")
    watching.watch()
    assert number(number_id).out_reason == "failures"


def test_failures_without_a_code_are_told_apart_by_reason(failing: tuple[Scene, Evening, int]) -> None:
    _, history, number_id = failing
    db.session.execute(text("DELETE FROM message"))
    texts(history, 100, number=number_id)
    texts(history, 60, number=number_id, state="undeliverable", reason="invalid_number")
    texts(history, 40, number=number_id, state="undeliverable", reason="unreachable_temporary")
    watching.watch()
    assert [one.facts["bad"] for one in alarms(history, "failures")] == [60, 40]
    page = history.browser("olga").get("/alarms").get_data(as_text=True)
    assert "failed without a code, more than 5% for certain" in page
    assert "code None" not in page


def test_a_number_the_carrier_refused_is_put_back_by_owners_alone(
    failing: tuple[Scene, Evening, int],
) -> None:
    made, history, number_id = failing
    db.session.execute(text("DELETE FROM message WHERE state = 'rejected'"))
    db.session.commit()
    made.carrier = Carrier(Refused(ErrorKind.SENDER_PROBLEM, 1120, "Illegal sender."))
    made.sent()
    assert number(number_id).out_reason == "refused"
    olga = history.browser("olga")
    assert olga.post(f"/alarms/numbers/{number_id}/put-back").status_code == 403
    assert number(number_id).out_reason == "refused"


def test_the_page_of_failures_shows_the_rows(app: Flask) -> None:
    made = evening(app, waiting=0)
    texts(made, 90)
    texts(made, 10, state="rejected", reason="filtered", code=1210)
    texts(made, 50, network="310410")
    texts(made, 50, network="310410", state="undeliverable", reason="invalid_number", code=1170)
    page = made.browser("olga").get("/alarms/failures").get_data(as_text=True)
    words = " ".join(page.split())
    assert "Failed because of the number itself:" in words
    assert ">5%</strong> (3–9%) of 200" in words  # 10 of 200: the person's phones do not count
    assert ">10%</strong> (6–17%) of 100" in words
    assert ">50%</strong> (40–60%) of 100" in words
    for carrier in ("T-Mobile", "AT&amp;T"):
        assert carrier in words
