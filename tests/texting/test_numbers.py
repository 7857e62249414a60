"""Numbers that work and numbers that do not: first texts, answers, and who pauses whom."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import AuditEvent
from p2ptext.audience import launching
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign, CampaignNumber, Registration, SendingNumber
from p2ptext.clock import now
from p2ptext.conversations import reply_tokens
from p2ptext.extensions import db
from p2ptext.sms.provider import Refused
from p2ptext.texting import breakers, sweeping
from p2ptext.texting.models import Message
from p2ptext.texting.pace_models import PacingBucket
from tests import factories
from tests.texting.scene import OURS, Carrier, Scene, begin, inbound, receipt, scene, set_campaign


@pytest.fixture
def made(app: Flask) -> Scene:
    return scene(app)


def ours() -> SendingNumber:
    db.session.expire_all()
    return db.session.scalars(select(SendingNumber).filter_by(phone=OURS)).one()


def second_number(made: Scene, phone: str, **values: Any) -> SendingNumber:
    row = factories.add(SendingNumber(organization_id=made.org_id, phone=phone, **values))
    factories.add(
        CampaignNumber(campaign_id=made.campaign, number_id=row.id, organization_id=made.org_id)
    )
    db.session.commit()
    return row  # type: ignore[no-any-return]


def sender_of(made: Scene, message_id: int) -> int:
    return made.message(message_id).number_id


def test_a_stranger_hears_from_their_own_area_code_and_keeps_that_number(made: Scene) -> None:
    near = ours().id
    second_number(made, "+12165550191")
    assert {sender_of(made, made.sent()) for _ in range(2)} == {near}


def test_a_number_that_may_not_send_is_passed_by(made: Scene) -> None:
    far = second_number(made, "+13035550191").id
    ours().out_since = now()
    db.session.commit()
    assert sender_of(made, made.sent()) == far


def test_no_first_text_leaves_a_campaign_none_of_whose_numbers_may_send(made: Scene) -> None:
    card = made.deck()["cards"][0]
    waiting = factories.add(Registration(organization_id=made.org_id, name="Levy", state="pending"))
    ours().registration_id = waiting.id
    db.session.commit()
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_number")


def test_a_text_on_a_number_refused_meanwhile_gives_its_card_back(made: Scene) -> None:
    message_id = made.send(made.deck()["cards"][0]).get_json()["message"]
    with transaction():
        breakers.take_out_of_rotation(ours().id, 1120)
    made.dispatch()
    message = made.message(message_id)
    assert (message.state, message.reason) == ("blocked", "number_out")
    assert made.carrier.texts == []


def test_the_carrier_that_refuses_a_number_takes_it_out_at_once_or_by_a_receipt(
    made: Scene, app: Flask
) -> None:
    made.carrier = Carrier(Refused("sender_problem", 1120, "not yours"))
    made.sent()
    assert ours().out_since is not None
    ours().out_since = None
    db.session.commit()
    made.carrier = Carrier()
    made.sent()
    error = {"type": "https://developer.vonage.com/api-errors/messages#1120", "title": "1120"}
    assert receipt(app, made.carrier.texts[-1], "rejected", error=error).status_code == 200
    assert ours().out_since is not None
    events = db.session.scalars(select(AuditEvent).filter_by(action="number_out")).all()
    assert [event.detail["by"] for event in events] == ["p2ptext", "p2ptext"]
    assert {event.organization_id for event in events} == {made.org_id}


def answer(made: Scene, words: str = "Wonderful, thank you.") -> tuple[int, str]:
    """One answer by the page's own form: its status and the page."""
    talk = db.session.scalars(select(Message.conversation_id).order_by(Message.id)).first() or 0
    with transaction():
        token = reply_tokens.shown(made.org_id, made.volunteer, talk, now())
    done = made.browser.post(
        f"/o/{made.org}/replies/{talk}/reply",
        data={"csrf_token": made.csrf, "token": token, "text": words},
    )
    return done.status_code, done.get_data(as_text=True)


def test_an_answer_leaves_from_the_number_they_know_though_it_left_the_campaign(
    made: Scene, app: Flask
) -> None:
    known = ours().id
    made.sent()
    assert inbound(app, made.phone(0), "Yes").status_code == 200
    second_number(made, "+12165550191")
    db.session.execute(text("DELETE FROM campaign_number WHERE number_id = :id"), {"id": known})
    db.session.commit()
    assert answer(made)[0] == 303
    made.dispatch()
    assert [one.from_ for one in made.carrier.texts] == [OURS, OURS]


def test_an_answer_says_in_words_that_their_number_does_not_work(made: Scene, app: Flask) -> None:
    made.sent()
    assert inbound(app, made.phone(0), "Yes").status_code == 200
    with transaction():
        breakers.take_out_of_rotation(ours().id, 1120)
    status, page = answer(made)
    assert status == 409
    words = "The number they know, (614) 555-0190, does not work just now. Tell your organizer."
    assert words in page


def many_sent(made: Scene, count: int, bad: int, how: str) -> None:
    """First texts the carrier took, `bad` of them with this end; their clicks stand behind them."""
    db.session.execute(
        text(
            """WITH people AS (
                 SELECT :first AS contact, n FROM generate_series(1, :count) AS n
               ), clicks AS (
                 INSERT INTO click (organization_id, person_id, session_id, contact_id, kind, shown_at, age_ms,
                   received_at, token_digest, text_commitment, zone_evidence, checks)
                 SELECT :org, :person, (SELECT min(id) FROM web_session), contact, 'first', p2p_now(), 1,
                   p2p_now(), decode(md5('click ' || n || clock_timestamp()), 'hex'), '', '', '{}' FROM people
                 RETURNING id
               ), numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM clicks
               ), others AS (
                 INSERT INTO recipient (organization_id, phone_hash, suppressed_at)
                 SELECT :org, decode(md5('other ' || n || clock_timestamp()), 'hex'),
                   CASE WHEN :how = 'opt_outs' AND n > :count - :bad THEN p2p_now() + interval '1 second' END
                 FROM people RETURNING id
               ), known AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM others)
               INSERT INTO message (organization_id, campaign_id, contact_id, conversation_id, recipient_id,
                 number_id, person_id, click_id, kind, round, text, encoding, segments, state, carrier_code,
                 accepted_at)
               SELECT :org, :campaign, :first, :talk, known.id, :number, :person, numbered.id, 'first',
                 100 + :round + n, 'x', 'GSM-7', 1, 'delivered',
                 CASE WHEN :how = 'filtered' AND n > :count - :bad THEN 1210 END, p2p_now()
               FROM numbered JOIN known USING (n)"""
        ),
        {
            "first": made.contacts[0],
            "count": count,
            "bad": bad,
            "how": how,
            "org": made.org_id,
            "person": made.volunteer,
            "campaign": made.campaign,
            "number": ours().id,
            "round": db.session.scalar(select(func.count()).select_from(Message)),
            "talk": talk_of(made, made.contacts[0]),
        },
    )
    db.session.commit()


def talk_of(made: Scene, contact_id: int) -> int:
    return int(
        db.session.execute(
            text(
                """INSERT INTO conversation (organization_id, campaign_id, contact_id, recipient_id, number_id,
                     person_id)
                   SELECT organization_id, campaign_id, id, recipient_id, :number, :person FROM contact
                   WHERE id = :contact
                   ON CONFLICT (contact_id) DO UPDATE SET number_id = excluded.number_id RETURNING id"""
            ),
            {"number": ours().id, "person": made.volunteer, "contact": contact_id},
        ).scalar_one()
    )


@pytest.mark.parametrize("because", ["filtered", "opt_outs"])
def test_a_campaign_is_paused_by_itself_and_everybody_reads_why(made: Scene, because: str) -> None:
    many_sent(made, 200, 10, because)
    assert sweeping.sweep()["paused"] == 0
    many_sent(made, 1, 1, because)
    assert sweeping.sweep()["paused"] == 1
    db.session.expire_all()
    campaign = db.session.get_one(Campaign, made.campaign)
    assert (campaign.status, campaign.paused_because) == ("paused", because)
    deck = made.deck()
    assert deck["state"] == "paused"
    assert "An organizer looks at it" in deck["words"]
    (event,) = db.session.scalars(select(AuditEvent).filter_by(action="campaign_status")).all()
    assert (event.organization_id, event.detail["by"], event.detail["because"]) == (
        made.org_id,
        "p2ptext",
        because,
    )


def test_who_resumes_it_begins_a_new_count(app: Flask) -> None:
    made = scene(app, first="Hi, this is {volunteer_name} with Ohio Votes. Reply STOP to opt out.")
    many_sent(made, 200, 11, "filtered")
    assert sweeping.sweep()["paused"] == 1
    with transaction():
        assert launching.resume(made.campaign, made.org_id).clear
    db.session.expire_all()
    campaign = db.session.get_one(Campaign, made.campaign)
    assert (campaign.status, campaign.paused_because) == ("running", None)
    assert sweeping.sweep()["paused"] == 0
    set_campaign(made, watched_from=now() - timedelta(hours=1))
    assert sweeping.sweep()["paused"] == 1


def test_a_campaign_with_few_texts_is_not_judged(made: Scene) -> None:
    many_sent(made, 199, 199, "opt_outs")
    assert sweeping.sweep()["paused"] == 0


def test_organizers_read_why_it_is_paused_or_waits(made: Scene, app: Flask) -> None:
    organizer = factories.person(db.session.get_one(factories.Organization, made.org_id), "manager")
    browser = factories.client(app, organizer)
    page = f"/o/{made.org}/campaigns/{made.campaign}"
    many_sent(made, 200, 11, "filtered")
    sweeping.sweep()
    for place in (page, f"{page}/setup"):
        assert "Paused by p2ptext: phone companies stop these texts" in browser.get(place).text
    set_campaign(made, status="running", paused_because=None, watched_from=now())
    factories.add(PacingBucket(name="account", permits=1.0))
    with transaction():
        breakers.note(Refused("account_problem", 1070, "no credit"), ours().id)
    assert "The phone company refuses our account" in browser.get(page).text


def test_two_texts_to_one_person_leave_a_second_apart(made: Scene, app: Flask) -> None:
    made.sent()
    assert inbound(app, made.phone(0), "Yes").status_code == 200
    assert answer(made)[0] == 303
    db.session.execute(text("UPDATE outbox SET due_at = p2p_now()"))
    db.session.execute(text("UPDATE recipient SET last_texted_at = p2p_now() + interval '1 hour'"))
    (claimed,) = made.claim()
    begun = begin([claimed])
    assert (begun.later, begun.ready, begun.forbidden) == ([claimed], [], [])
    db.session.execute(text("UPDATE recipient SET last_texted_at = p2p_now() - interval '1 second'"))
    assert [ready.message_id for ready in begin([claimed]).ready] == [claimed]
