""" "I'm done" gives everything back in one go and says what the evening came to."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.audience.models import Batch, Contact
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.conversations import care, handover, leaving
from p2ptext.extensions import db
from p2ptext.texting import hands, presence, shift
from p2ptext.texting import queries as texting_queries
from tests import factories, world
from tests.conversations.evening import cards_of, evening, hears


@pytest.fixture(autouse=True)
def nobody_seen() -> None:
    presence.SIGNS.__init__()  # type: ignore[misc]


def test_everything_goes_back_at_once(app: Flask) -> None:
    made = evening(app, waiting=3)
    cards = cards_of(made, "amy", ["+17405550100", "+17405550101"])
    more = cards_of(made, "amy", ["+17405550102"])
    others = cards_of(made, "ben", ["+17405550103"])
    made.come("amy")
    amy = made.browser("amy")
    answer = amy.post("/done")
    assert answer.get_json() == {
        "words": "You sent 3 texts. 3 people wrote back.",
        "batches": 2,
        "replies": 3,
    }
    assert {made.talk(talk).offered_why for talk in made.talks} == {"done"}
    batches = {
        db.session.get_one(Batch, db.session.get_one(Contact, card).batch_id).state
        for card in cards + more
    }
    assert batches == {"open"}
    kept = db.session.get_one(Batch, db.session.get_one(Contact, others[0]).batch_id)
    assert (kept.state, kept.person_id) == ("leased", made.people["ben"])
    assert presence.on_shift(made.org_id) == 0
    assert amy.post("/done").get_json()["batches"] == 0


def test_the_page_after_it_says_what_it_came_to(app: Flask) -> None:
    made = evening(app, waiting=3)
    hears(made.talks[0], "Thank you so much!")
    hears(made.talks[1], "No thanks, you idiot", abusive=True)
    amy = made.browser("amy")
    answer = amy.post("/done", script=False)
    assert answer.location == f"/o/{made.org}/done"
    page = amy.get("/done").get_data(as_text=True)
    assert "You sent 3 texts. 3 people wrote back." in page
    assert "3 people who wait for you are offered to whoever is there" in page
    assert "Nobody else is here just now. Organizers see that people wait." in page
    assert presence.on_shift(made.org_id) == 0  # looking at that page does not begin another shift
    assert leaving.summary(made.org_id, made.people["amy"]).thanks == 1


def test_what_was_handed_over_still_counts_for_who_sent_it(app: Flask) -> None:
    made = evening(app, waiting=2)
    made.browser("amy").post("/done")
    with transaction():
        taken = handover.take(made.who("ben"))
    talk = made.talk(taken)
    contact = db.session.get_one(Contact, talk.contact_id)
    campaign = db.session.get_one(Campaign, talk.campaign_id)
    ben = db.session.get_one(factories.Person, made.people["ben"])
    factories.add(
        world.Message(
            organization_id=made.org_id,
            campaign_id=campaign.id,
            contact_id=contact.id,
            conversation_id=taken,
            recipient_id=talk.recipient_id,
            number_id=talk.number_id,
            person_id=ben.id,
            click_id=world.click(contact, ben, kind="reply").id,
            kind="reply",
            text="I am Ben.",
            encoding="GSM-7",
            segments=1,
            state="delivered",
        )
    )
    db.session.commit()
    amy = leaving.summary(made.org_id, made.people["amy"])
    assert (amy.sent, amy.replied, amy.answered) == (2, 2, 0)
    bens = leaving.summary(made.org_id, made.people["ben"])
    assert (bens.sent, bens.answered) == (0, 1)
    assert bens.words == "You sent 0 texts. You answered 1."
    for name, sent in (("amy", 2), ("ben", 0)):
        (todo,) = texting_queries.todo(made.org_id, made.people[name])
        assert todo.sent_by_me == sent
        assert shift.of_today(made.org_id, made.campaign, made.people[name]).sent == sent
    rows = {hand.name: hand.sent for hand in hands.hands(made.org_id, made.campaign).rows}
    assert (rows["Amy Long"], rows["Ben Long"]) == (2, 0)


def test_care_counts_the_hour_and_the_shift(app: Flask) -> None:
    made = evening(app, waiting=2)
    amy = made.people["amy"]
    assert care.of_today(made.org_id, amy) == care.Day(0, 0, 0)
    made.come("amy")
    db.session.execute(text("UPDATE presence SET began_at = began_at - interval '61 minutes'"))
    hears(made.talks[0], "You idiots", abusive=True)
    hears(made.talks[0], "Gracias, Amy")
    hears(made.talks[0], "Thanks again")
    db.session.commit()
    assert care.of_today(made.org_id, amy) == care.Day(1, 1, 61)
    with transaction():
        presence.leave(made.org_id, amy)
    assert care.of_today(made.org_id, amy).minutes_on_shift == 0


def test_care_reads_no_texts_of_others(app: Flask) -> None:
    """However many people write to the organization, a look at the list costs what one's own cost."""
    made = evening(app, waiting=90)
    hears(made.talks[0], "Thanks a lot")
    db.session.execute(
        text(
            """WITH came AS (
                 INSERT INTO provider_event (organization_id, event_key, kind, raw)
                 SELECT :org, 'stray ' || n, 'inbound', '' FROM generate_series(1, 4000) AS n RETURNING id
               )
               INSERT INTO inbound_text (organization_id, event_id, number_id, sender, text)
               SELECT :org, came.id, t.number_id, '+16145550199', 'Who is this?'
               FROM came, conversation t WHERE t.id = :talk"""
        ),
        {"org": made.org_id, "talk": made.talks[0]},
    )
    db.session.execute(text("ANALYZE conversation, inbound_text"))
    db.session.commit()
    before = _texts_read_through()
    assert care.of_today(made.org_id, made.people["amy"]) == care.Day(1, 0, 0)
    assert _texts_read_through() == before


def _texts_read_through() -> int:
    """Texts that this transaction has read one after the other, without an index."""
    return int(
        db.session.scalar(
            text("SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'inbound_text'")
        )
        or 0
    )


def test_care_counts_insults_of_an_hour_and_thanks_of_a_day(app: Flask) -> None:
    made = evening(app, waiting=3)
    hears(made.talks[0], "Thanks, you idiot", abusive=True)
    hears(made.talks[0], "You idiot", abusive=True, received_at=now() - timedelta(minutes=61))
    hears(made.talks[1], "Thank you", received_at=now() - timedelta(minutes=61))
    hears(made.talks[1], "Thank you", kind="auto_reply")
    hears(made.talks[2], "Thank you", received_at=now() - timedelta(hours=care.TODAY_H, minutes=1))
    db.session.commit()
    assert care.of_today(made.org_id, made.people["amy"]) == care.Day(1, 1, 0)


def test_thanks_of_a_conversation_that_went_on_to_somebody_else_still_count(app: Flask) -> None:
    made = evening(app, waiting=1)
    hears(made.talks[0], "Thank you, Amy")
    made.browser("amy").post("/done")
    with transaction():
        handover.take(made.who("ben"))
    assert care.thanks(made.org_id, made.people["amy"]) == 1
