"""What keeps a text to "one's own phone" from being a way to text anybody."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.accounts.models import AuditEvent, Membership
from p2ptext.audience import erasing, launching
from p2ptext.audience.models import Recipient
from p2ptext.audience.tried_standing import Standing, of
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import phone_changes, trying_caps
from p2ptext.extensions import db
from p2ptext.rules.delivery import ErrorKind
from p2ptext.sms.provider import Refused as CarrierRefused
from p2ptext.texting.models import Conversation
from tests.desk.test_trying import OWN, Desk
from tests.texting.scene import Carrier, colleague, inbound, receipt, set_campaign

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ago(*hours: float) -> list[datetime]:
    return [NOON - timedelta(hours=number) for number in hours]


@pytest.mark.parametrize(
    ("changes", "opens_in_h"),
    [
        ([], None),
        (ago(24), None),
        (ago(23), 1),
        (ago(500, 400, 30), 720 - 500),
        (ago(500, 400, 1), 720 - 500),
        (ago(719, 400, 1), 23),
        (ago(721, 400, 30), None),
    ],
)
def test_a_number_changes_once_a_day_and_three_times_a_month(
    changes: list[datetime], opens_in_h: int | None
) -> None:
    opens = phone_changes.opens_at(changes, NOON)
    assert opens == (None if opens_in_h is None else NOON + timedelta(hours=opens_in_h))


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.say_phone()
    return made


def membership(desk: Desk) -> Membership:
    db.session.expire_all()
    theirs = select(Membership).filter_by(person_id=desk.made.volunteer)
    return db.session.scalars(theirs).one()


def test_a_slip_is_put_right_at_once_and_then_the_number_stays(desk: Desk) -> None:
    assert "Your phone is noted" in desk.say_phone("(614) 555-0151").text
    again = desk.say_phone("(614) 555-0152")
    assert again.status_code == 422
    assert "You can change it again in 24 h" in again.text
    assert desk.say_phone("(614) 555-0151").status_code == 200  # the same number is no change
    assert membership(desk).own_phone == "+16145550151"
    events = db.session.scalars(select(AuditEvent).filter_by(action="own_phone").order_by(AuditEvent.id))
    assert [event.detail for event in events] == [{"changed": False}, {"changed": True}]


def test_a_phone_gets_ten_tests_a_day_whoever_says_that_it_is_theirs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying_caps, "MOST_A_DAY", 2)
    desk.send()
    desk.send()
    other = Desk.__new__(Desk)
    other.volunteer, other.made, other.path = desk.volunteer, colleague(desk.made, "manager"), desk.path
    other.say_phone()
    answer = other.send()
    assert "This phone got 2 tests in 24 hours. The next one may go in 24 h." in answer.text
    assert len(desk.tests()) == 2


def test_who_is_on_the_list_never_gets_the_same_words_again_and_again(app: Flask) -> None:
    """They may try another person's values, for instance when their own number is on the list."""
    made = Desk(app)
    phone, second = made.volunteer.phone(0), made.volunteer.contacts[1]
    first = made.volunteer.message(made.volunteer.sent(0)).text
    made.say_phone(phone)
    assert first in made.page()
    assert "got exactly this text in the last 24 hours" in made.send().text
    assert "On its way" in made.send(f"?contact={second}").text
    assert "got exactly this text" in made.send(f"?contact={second}").text
    made.made.dispatch()
    texts = [one.text for one in made.made.carrier.texts if one.to == phone]
    assert len(texts) == 2
    assert len(set(texts)) == 2


def test_who_waits_on_a_list_may_try_and_still_gets_their_card(app: Flask) -> None:
    made = Desk(app)
    made.say_phone(made.volunteer.phone(0))
    assert "On its way" in made.send().text
    made.made.dispatch()
    assert made.volunteer.message(made.volunteer.sent(0)).state == "accepted"


@pytest.mark.parametrize("because", ["filtered", "opt_outs"])
def test_what_p2ptext_itself_paused_is_not_tried(desk: Desk, because: str) -> None:
    set_campaign(desk.made, status="paused", paused_because=because)
    assert "p2ptext itself paused this campaign" in desk.send().text
    assert desk.tests() == []
    set_campaign(desk.made, status="paused", paused_because=None)
    assert "On its way" in desk.send().text


def test_what_is_archived_is_not_tried(desk: Desk) -> None:
    token = desk.token()
    set_campaign(desk.made, status="archived")
    assert "This campaign is archived" in desk.post(token=token).text
    assert desk.tests() == []


def test_the_number_goes_with_the_membership(desk: Desk) -> None:
    owner = colleague(desk.made, "owner")
    path = f"/o/{desk.made.org}/people/{membership(desk).id}"
    for deed, kept in (("suspend", OWN), ("remove", None)):
        sent = owner.browser.post(f"{path}/{deed}", data={"csrf_token": owner.csrf})
        assert sent.status_code == 302
        assert membership(desk).own_phone == kept


def test_nobody_brings_an_erased_number_back(desk: Desk) -> None:
    desk.send()
    desk.made.dispatch()
    recipient = db.session.scalars(select(Recipient).filter_by(phone=OWN)).one()
    token = desk.token()
    with transaction():
        erasing.erase(recipient.id, "asked", desk.made.volunteer)
    assert membership(desk).own_phone is None
    answer = desk.say_phone()
    assert answer.status_code == 422
    assert "This number was erased here" in answer.text
    membership(desk).own_phone = OWN  # as if it had been noted a moment before
    db.session.commit()
    assert "This number was erased here" in desk.post(token=token).text
    db.session.expire_all()
    assert db.session.get_one(Recipient, recipient.id).phone is None
    assert len(desk.tests()) == 1


def standing(desk: Desk) -> Standing:
    db.session.expire_all()
    return of(db.session.get_one(Campaign, desk.made.campaign))


def test_a_press_is_no_test_until_the_carrier_has_taken_the_text(desk: Desk) -> None:
    assert standing(desk) is Standing.NEVER
    desk.send()
    assert standing(desk) is Standing.ON_ITS_WAY
    assert "Your test is on its way." in desk.page()
    set_campaign(desk.made, status="draft")
    with transaction():
        found = launching.launch(desk.made.campaign, desk.made.org_id).blocks
    assert [one.words for one in found if one.code == "not_tested"] == [Standing.ON_ITS_WAY.value]
    desk.made.dispatch()
    assert standing(desk) is Standing.DONE
    receipt(desk.made.app, desk.made.carrier.texts[0], "undeliverable", code="1010")
    assert standing(desk) is Standing.FAILED
    assert "Your test did not get through" in desk.page()
    desk.send()
    desk.made.dispatch()
    assert standing(desk) is Standing.DONE


def test_what_the_carrier_refused_was_not_tried(desk: Desk) -> None:
    desk.made.carrier = Carrier(CarrierRefused(ErrorKind.FILTERED, 1210, "spam"))
    desk.send()
    desk.made.dispatch()
    assert standing(desk) is Standing.FAILED
    campaign = writing.lock(desk.made.campaign, desk.made.org_id)
    assert not launching.is_tested(campaign)


def test_the_hidden_campaign_is_nowhere_by_its_address_and_its_answers_are_read(desk: Desk) -> None:
    desk.send()
    desk.made.dispatch()
    inbound(desk.made.app, OWN, "Looks good to me")
    hidden = db.session.scalars(select(Campaign).filter_by(is_tests=True)).one().id
    talk = db.session.scalars(select(Conversation)).one().id
    owner = colleague(desk.made, "owner")
    form = {"csrf_token": owner.csrf, "name": "x"}
    prefix = f"/o/{owner.org}"
    rest = (
        "",
        "/try",
        "/answers",
        "/check",
        "/list",
        "/message",
        "/questions",
        "/hours",
        "/guide",
        "/hands",
    )
    for path in (*(f"/campaigns/{hidden}{one}" for one in rest), f"/texting/{hidden}"):
        assert owner.browser.get(prefix + path).status_code == 404, path
    for path in (
        f"/texting/{hidden}/take",
        f"/campaigns/{hidden}/hands/link",
        f"/campaigns/{hidden}/try",
    ):
        assert owner.browser.post(prefix + path, data=form).status_code == 404, path
    thread = desk.made.browser.get(f"{prefix}/replies/{talk}")
    assert "Looks good to me" in thread.text
