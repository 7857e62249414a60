"""Pictures over the wire: what was seen on the card is what the carrier fetched."""

import uuid
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from sqlalchemy import select, text
from structlog.testing import capture_logs

from p2ptext.accounts.models import Organization
from p2ptext.audience.models import Recipient
from p2ptext.background import transaction
from p2ptext.campaigns import enclosures
from p2ptext.campaigns.enclosure_models import MediaFile
from p2ptext.campaigns.models import CampaignNumber, SendingNumber
from p2ptext.clock import now
from p2ptext.config import Settings
from p2ptext.extensions import db
from p2ptext.sms.provider import Accepted, NotSent, Refused, Unknown
from p2ptext.texting import dispatching, media_address, receiving, sweeping
from p2ptext.texting.evidence_models import Click
from p2ptext.texting.models import Attempt, Message, ProviderEvent
from tests import factories
from tests.simulator.rig import Simulator, simulator
from tests.texting.pictures import digest_of, enclose, jpeg, line_to, with_picture
from tests.texting.scene import Carrier, Scene, inbound, receipt, scene

AGENT = "Ohio_Votes_agent"


@pytest.fixture(scope="module")
def carrier(settings: Settings) -> Iterator[Simulator]:
    key = serialization.load_pem_private_key(settings.vonage_private_key.encode(), None)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with simulator(
        SIMULATOR_PUBLIC_KEY=public.decode(),
        VONAGE_APPLICATION_ID=settings.vonage_application_id,
        VONAGE_SIGNATURE_SECRET=settings.vonage_signature_secret,
        SIMULATOR_PERSONAS="off",
    ) as running:
        yield running


def attempts(message_id: int) -> list[tuple[str, str | None]]:
    """Channel and outcome of every call, in the order of time."""
    rows = db.session.execute(
        select(Attempt.channel, Attempt.outcome)
        .where(Attempt.message_id == message_id)
        .order_by(Attempt.started_at)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def at_ends_in(made: Scene, digit: str) -> int:
    """The place of the first person whose number ends like this."""
    return next(place for place in range(len(made.contacts)) if made.phone(place).endswith(digit))


def send_to(made: Scene, place: int) -> int:
    cards = made.deck()["cards"]
    card = next(card for card in cards if card["id"].startswith(f"{made.contacts[place]}:"))
    answer = made.send(card)
    assert answer.status_code == 202, answer.text
    message_id: int = answer.get_json()["message"]
    made.dispatch()
    return message_id


def give_agent(made: Scene, agent: str = AGENT) -> None:
    db.session.get_one(Organization, made.org_id).rcs_agent = agent
    db.session.commit()


def add_number(made: Scene, phone: str) -> int:
    """Another number of the campaign's, one that sends pictures; its id."""
    org = db.session.get_one(Organization, made.org_id)
    number = factories.number(org, phone)
    number.can_mms = True
    factories.add(
        CampaignNumber(campaign_id=made.campaign, number_id=number.id, organization_id=made.org_id)
    )
    db.session.commit()
    return number.id


def from_outbox(made: Scene) -> None:
    """Begin what is due, and end what may not leave."""
    claimed = made.claim()
    with transaction():
        begun = dispatching.begin(claimed, "test", [uuid.uuid4() for _ in claimed])
    assert begun.ready == []
    for message_id in begun.forbidden:
        with transaction():
            dispatching.turn_back(message_id)


def begin_and_die(made: Scene) -> None:
    """The attempt is committed, and then the process is gone; its deadline passes."""
    claimed = made.claim()
    with transaction():
        assert len(dispatching.begin(claimed, "gone", [uuid.uuid4()]).ready) == 1
    db.session.execute(text("UPDATE attempt SET deadline_at = p2p_now() - interval '1 hour'"))
    db.session.commit()


def test_a_picture_leaves_by_mms_and_the_carrier_fetches_what_the_card_showed(
    committed_app: Flask, carrier: Simulator, settings: Settings
) -> None:
    made, media_id = with_picture(committed_app)
    with line_to(committed_app, carrier, settings, made) as line:
        card = made.deck()["cards"][0]
        assert card["media"] == {
            "id": media_id,
            "url": f"../media/{media_id}",
            "kind": "image",
            "description": "A yard sign in the sun",
        }
        assert card["segments"] == 1
        message_id = send_to(made, 0)
        line.bring(made, 0)
        message = made.message(message_id)
        assert (message.channel, message.media_id, message.segments) == ("mms", media_id, 1)
        assert message.state == "delivered"
        (entry,) = carrier.taken(made.phone(0))
        assert (entry["channel"], entry["text"], entry["copies"]) == ("mms", card["text"], 1)
        assert entry["media"]["type"] == "image/jpeg"
        assert entry["media"]["sha256"] == digest_of(media_id)
        assert entry["media"]["fault"] == ""
        click = db.session.get_one(Click, message.click_id)
        assert click.checks["with"] == {"id": media_id, "sha256": digest_of(media_id)}


def test_only_numbers_that_send_pictures_are_chosen_and_without_one_nothing_leaves(app: Flask) -> None:
    made, _ = with_picture(app)
    (card, *_) = made.deck()["cards"]
    known = db.session.scalars(select(SendingNumber).filter_by(organization_id=made.org_id)).first()
    for number in db.session.scalars(select(SendingNumber)):
        number.can_mms = False
    db.session.commit()
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_mms_number")
    able = add_number(made, "+16145550191")
    assert known is not None
    assert able != known.id
    message_id = made.send(card).get_json()["message"]
    assert made.message(message_id).number_id == able


def test_another_picture_is_another_text_and_the_card_is_shown_anew(app: Flask) -> None:
    made = scene(app)
    plain = made.deck()["cards"][0]
    first = enclose(made)
    answer = made.send(plain)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "wording_changed")
    with_first = made.deck()["cards"][0]
    assert with_first["text"] == plain["text"]
    assert with_first["hash"] != plain["hash"]
    second = enclose(made, content=jpeg(64, 64))
    answer = made.send(with_first)
    assert answer.status_code == 409
    shown = answer.get_json()["card"]
    assert shown["media"]["id"] == second != first
    assert made.message(made.send(shown).get_json()["message"]).media_id == second


def test_a_picture_removed_between_click_and_call_never_leaves(app: Flask) -> None:
    made, media_id = with_picture(app)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    db.session.get_one(MediaFile, media_id).removed_at = now()
    db.session.commit()
    made.let_due()
    from_outbox(made)
    message = made.message(message_id)
    assert (message.state, message.reason, made.carrier.texts) == ("blocked", "media_gone", [])


def by_rcs(app: Flask) -> Scene:
    """A scene whose first person has a text that the carrier took by RCS."""
    made = scene(app)
    give_agent(made)
    made.sent(0)
    assert [(one.channel, one.from_) for one in made.carrier.texts] == [("rcs", AGENT)]
    return made


def write_to(made: Scene, agent: str, words: str = "STOP") -> None:
    phone = made.carrier.texts[0].to
    assert inbound(made.app, phone, words, channel="rcs", to=agent, sms={}).status_code == 200


def is_stopped(made: Scene) -> bool:
    db.session.expire_all()
    phone = made.carrier.texts[0].to
    return db.session.scalars(select(Recipient).filter_by(phone=phone)).one().suppressed_at is not None


@pytest.mark.parametrize("later", ["", "Ohio_Votes_2026"])
def test_a_stop_to_a_former_agent_stops_the_organization_that_had_it(app: Flask, later: str) -> None:
    made = by_rcs(app)
    give_agent(made, later)
    write_to(made, AGENT)
    assert is_stopped(made)


def test_a_text_to_an_agent_nobody_had_is_kept_and_the_operator_told(app: Flask) -> None:
    made = by_rcs(app)
    with capture_logs() as said:
        for agent in ("Ohio_Vote", "+16145550177"):
            write_to(made, agent.lstrip("+"))
    assert not is_stopped(made)
    kept = db.session.scalars(select(ProviderEvent.note).where(ProviderEvent.kind == "inbound"))
    assert list(kept) == [receiving.NO_AGENT, receiving.NOT_IN_USE]
    told = [one["agent"] for one in said if one["event"] == "inbound_to_unknown_agent"]
    assert told == ["Ohio_Vote"]


@pytest.mark.parametrize("answered_since", [False, True])
def test_an_agent_refused_by_a_receipt_leaves_the_number_in_use(
    app: Flask, answered_since: bool
) -> None:
    """It goes on by SMS, unless they have written since: then they have it."""
    made = by_rcs(app)
    if answered_since:
        write_to(made, AGENT, "Who is this?")
    refused = {"error": {"title": 1120, "type": "x#1120", "detail": "sender"}}
    with capture_logs() as said:
        receipt(app, made.carrier.texts[0], "rejected", channel="rcs", **refused)
        made.dispatch()
        made.carrier = Carrier(Refused("sender_problem", 1120, "not this agent"))
        made.sent(0)
    assert db.session.scalars(select(SendingNumber.out_since)).all() == [None]
    message = db.session.scalars(select(Message).order_by(Message.id)).first()
    assert message is not None
    expected = ("rcs", "rejected") if answered_since else ("sms", "accepted")
    assert (message.channel, message.state) == expected
    # Of two refusals within an hour the operator hears once.
    assert [one["agent"] for one in said if one["event"] == "carrier_refuses_agent"] == [AGENT]


@pytest.mark.parametrize(
    ("late", "state", "calls"), [("submitted", "accepted", 2), ("delivered",) * 2 + (1,)]
)
def test_what_a_rejection_overtook_holds_up_no_fallback(
    app: Flask, late: str, state: str, calls: int
) -> None:
    """Receipts come in any order. That RCS took it on says nothing once RCS has not brought it; that it
    was delivered does, for who has the text must not get a second one."""
    made = by_rcs(app)
    by_rcs_text = made.carrier.texts[0]
    not_reached = {"error": {"title": 1310, "type": "x#1310", "detail": "no such app"}}
    receipt(app, by_rcs_text, "rejected", channel="rcs", **not_reached)
    receipt(app, by_rcs_text, late, channel="rcs")
    made.dispatch()
    assert len(made.carrier.texts) == calls
    assert db.session.scalars(select(Message.state)).all() == [state]


FALLS_BACK = [
    (Refused("invalid_number", 1310, "no RCS"), True),
    (Refused("sender_problem", 1120, "not this agent"), True),
    (Refused("opted_out", 1240, "stopped"), False),
    (Refused("content_problem", 1020, "bad"), False),
    (Refused("filtered", 1210, "spam"), False),
    (Unknown("silence"), False),
    (Accepted("an id of the carrier's"), False),
]


@pytest.mark.parametrize(("result", "falls"), FALLS_BACK, ids=lambda value: getattr(value, "kind", ""))
def test_rcs_falls_back_only_where_the_carrier_certainly_did_not_take_it(
    app: Flask, result: object, falls: bool
) -> None:
    made, _ = with_picture(app, agent=AGENT)
    made.carrier = Carrier(result)  # type: ignore[arg-type]
    message_id = made.sent()
    for _ in range(2):
        made.dispatch()
        sweeping.sweep()
    channels = [(one.channel, one.from_) for one in made.carrier.texts]
    by_mms = ("mms", "+16145550190")
    assert channels == [("rcs", AGENT)] + [by_mms] * falls
    assert made.message(message_id).channel == ("mms" if falls else "rcs")
    assert [one.text for one in made.carrier.texts] == [made.message(message_id).text] * len(channels)


def test_an_agent_that_is_busy_or_away_is_tried_again_by_rcs(app: Flask) -> None:
    made, _ = with_picture(app, agent=AGENT)
    made.carrier = Carrier(NotSent("nobody there"), NotSent("again later", 1.0, 1000))
    message_id = made.sent()
    for _ in range(4):
        made.dispatch()
    assert [one.channel for one in made.carrier.texts] == ["rcs", "rcs", "rcs"]
    assert made.message(message_id).state == "accepted"


@pytest.mark.parametrize("agent", ["", AGENT])
def test_a_lost_process_leaves_a_picture_unknown_and_nobody_sends_it_again(
    app: Flask, agent: str
) -> None:
    made, _ = with_picture(app, agent=agent)
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    made.let_due()
    begin_and_die(made)
    for _ in range(3):
        sweeping.sweep()
        made.dispatch()
    assert made.message(message_id).state == "unknown"
    assert [outcome for _, outcome in attempts(message_id)] == ["unknown"]
    assert made.carrier.texts == []


# The last digit of the person's number -> the calls, and over which channels the carrier took it: what it
# refused at once is in no ledger, what it took and rejected is.
BY_RCS = [
    ("0", [("rcs", "accepted")], ["rcs"]),
    ("5", [("rcs", "refused"), ("mms", "accepted")], ["mms"]),
    ("8", [("rcs", "refused"), ("mms", "accepted")], ["rcs", "mms"]),
    ("9", [("rcs", "refused"), ("mms", "accepted")], ["rcs", "mms"]),
]


@pytest.mark.parametrize(("digit", "calls", "taken"), BY_RCS)
def test_over_the_wire_rcs_brings_it_or_one_mms_does(
    committed_app: Flask,
    carrier: Simulator,
    settings: Settings,
    digit: str,
    calls: list[tuple[str, str]],
    taken: list[str],
) -> None:
    made, media_id = with_picture(committed_app, people=10, agent=AGENT)
    place = at_ends_in(made, digit)
    before = len(carrier.taken(made.phone(place)))
    with line_to(committed_app, carrier, settings, made) as line:
        message_id = send_to(made, place)
        line.bring(made, place)
        for _ in range(2):
            made.dispatch()
            line.bring(made, place)
    assert attempts(message_id) == calls
    assert made.message(message_id).state == "delivered"
    entries = carrier.taken(made.phone(place))[before:]
    assert [entry["channel"] for entry in entries] == taken
    assert {entry["copies"] for entry in entries} == {1}
    assert entries[-1]["media"]["sha256"] == digest_of(media_id)


def test_a_plain_text_by_rcs_goes_on_by_sms(
    committed_app: Flask, carrier: Simulator, settings: Settings
) -> None:
    made = scene(committed_app, people=10)
    give_agent(made)
    with line_to(committed_app, carrier, settings, made) as line:
        for digit, last in (("1", "rcs"), ("6", "sms")):
            place = at_ends_in(made, digit)
            message_id = send_to(made, place)
            made.dispatch()
            line.bring(made, place)
            assert made.message(message_id).channel == last
            assert made.message(message_id).state == "delivered"
            assert carrier.taken(made.phone(place))[-1]["channel"] == last


def test_a_stop_written_to_the_agent_stops_the_organization(
    committed_app: Flask, carrier: Simulator, settings: Settings
) -> None:
    made = scene(committed_app, people=4)
    give_agent(made)
    with line_to(committed_app, carrier, settings, made) as line:
        send_to(made, 0)
        line.bring(made, 0)
        for text_, place in (("Who is this?", 0), ("STOP", 0), ("stop", 1)):
            asked = {"from": made.phone(place), "to": AGENT, "text": text_}
            assert carrier.post("/control/text", asked)[0] == 202
            assert line.bring(made, place) == [200]
        for place in (0, 1):
            phone = made.phone(place)
            stopped = db.session.scalars(
                select(Recipient).filter_by(organization_id=made.org_id, phone=phone)
            )
            assert stopped.one().suppressed_at is not None
        texts = db.session.execute(
            text("SELECT text, conversation_id IS NOT NULL FROM inbound_text ORDER BY id")
        ).all()
        assert [tuple(row) for row in texts] == [("Who is this?", True), ("STOP", True), ("stop", False)]
        made.dispatch()
        # The one confirmation leaves from the number, as an SMS.
        last = carrier.taken(made.phone(0))[-1]
        assert (last["channel"], "from" in last) == ("sms", True)


def test_an_address_is_good_for_three_days_and_for_nothing_else(app: Flask) -> None:
    _, media_id = with_picture(app)
    stranger = app.test_client()
    path = media_address.address(media_id, "image/jpeg", now()).removeprefix("http://localhost")
    answer = stranger.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"] == 'inline; filename="image.jpg"'
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert "Set-Cookie" not in answer.headers
    kept = db.session.get_one(MediaFile, media_id)
    assert enclosures.read(kept.key) == answer.data
    for bad in (
        media_address.address(media_id, "image/jpeg", now() - media_address.GOOD_FOR),
        path[:-9] + "AAAAA.jpg",
        f"/media/{media_id}.jpg",
        f"/media/{kept.key}",
        "/media/x.y.jpg",
        "/media/.jpg",
    ):
        assert stranger.get(bad.removeprefix("http://localhost")).status_code == 404, bad
    kept.removed_at = now()
    db.session.commit()
    assert stranger.get(path).status_code == 404
