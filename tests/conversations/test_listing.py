"""The list of conversations: its order, its pages, what it lets through."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from p2ptext.clock import now
from p2ptext.conversations import listing
from p2ptext.conversations.listing import PAGE, Filters
from p2ptext.extensions import db
from p2ptext.texting import queries
from p2ptext.texting.models import Conversation
from tests.conversations.evening import Evening, evening


def pages(made: Evening, filters: Filters | None = None) -> list[list[int]]:
    """The ids of every page."""
    found, number = [], 1
    while True:
        page = listing.page(made.org_id, made.people["amy"], filters or Filters(), number)
        found.append([row.id for row in page.rows])
        if page.next is None:
            return found
        number = page.next


def wait_in_order(made: Evening) -> None:
    """The first conversation waits longest."""
    for place, talk_id in enumerate(made.talks):
        talk = db.session.get_one(Conversation, talk_id)
        talk.waiting_since = now() - timedelta(hours=10) + timedelta(minutes=place)
    db.session.commit()


def test_who_waits_longest_comes_first_and_every_page_goes_on(app: Flask) -> None:
    made = evening(app, waiting=2 * PAGE + 3)
    wait_in_order(made)
    found = pages(made)
    assert [len(page) for page in found] == [PAGE, PAGE, 3]
    assert [talk_id for page in found for talk_id in page] == made.talks
    assert listing.next_waiting(made.org_id, made.people["amy"]) == made.talks[0]
    assert listing.next_waiting(made.org_id, made.people["amy"], made.talks[0]) == made.talks[1]


def test_those_nobody_waits_in_follow_the_latest_first(app: Flask) -> None:
    made = evening(app, waiting=PAGE + 10)
    wait_in_order(made)
    db.session.execute(
        text("UPDATE conversation SET waiting_since = NULL WHERE id = ANY(:ids)"),
        {"ids": made.talks[:20]},
    )
    db.session.commit()
    listed = [talk_id for page in pages(made) for talk_id in page]
    assert listed == made.talks[20:] + made.talks[:20][::-1]
    waits = [talk_id for page in pages(made, Filters("waiting")) for talk_id in page]
    assert waits == made.talks[20:]


def test_what_was_set_aside_comes_last_of_those_who_wait(app: Flask) -> None:
    made = evening(app, waiting=3)
    wait_in_order(made)
    made.talk(made.talks[0]).set_aside_at = now()
    db.session.commit()
    assert pages(made) == [[made.talks[1], made.talks[2], made.talks[0]]]
    assert listing.next_waiting(made.org_id, made.people["amy"]) == made.talks[1]


def test_filters_let_through_what_they_say(app: Flask) -> None:
    made = evening(app, waiting=4)
    wait_in_order(made)
    first, second, third, fourth = made.talks
    made.talk(first).state = "closed"
    db.session.commit()
    db.session.execute(
        text("UPDATE conversation SET waiting_since = NULL WHERE id = :first"), {"first": first}
    )
    db.session.execute(
        text("UPDATE conversation SET lead_asked_at = p2p_now() WHERE id = :second"), {"second": second}
    )
    db.session.execute(
        text("UPDATE contact SET first_name = 'Zo%e' WHERE id = :c"), {"c": made.talk(third).contact_id}
    )
    db.session.execute(
        text("UPDATE inbound_text SET text = 'I need a ride' WHERE conversation_id = :f"), {"f": fourth}
    )
    db.session.commit()
    assert pages(made, Filters("closed")) == [[first]]
    assert pages(made, Filters("lead")) == [[second]]
    assert pages(made, Filters(words="zo%")) == [[third]]
    assert pages(made, Filters(words="a RIDE")) == [[fourth]]
    assert pages(made, Filters(words="_")) == [[]]
    assert pages(made, Filters(campaign_id=made.campaign + 1)) == [[]]
    assert pages(made, Filters(campaign_id=made.campaign)) == [[second, third, fourth, first]]
    named = listing.campaigns(made.org_id, made.people["amy"])
    assert [row["id"] for row in named] == [made.campaign]


def test_nobody_sees_the_conversations_of_others(app: Flask) -> None:
    made = evening(app, waiting=2)
    assert listing.page(made.org_id, made.people["ben"], Filters()).rows == []
    everybody = listing.page(made.org_id, made.people["olga"], Filters("lead", everybody=True))
    assert everybody.rows == []


def test_a_page_that_is_not_there_is_empty(app: Flask) -> None:
    made = evening(app, waiting=2)
    for number in (0, -5, 99, 10**9):
        page = listing.page(made.org_id, made.people["amy"], Filters(), number)
        assert len(page.rows) in (0, 2)
    assert made.browser("amy").get("/replies?page=x&campaign=y&show=z&tag=%25&q=_").status_code == 200


def test_who_waits_for_an_organizer_comes_last_and_is_not_counted(app: Flask) -> None:
    made = evening(app, waiting=3)
    wait_in_order(made)
    held = made.talk(made.talks[0])
    held.review_reason = "They may be asking for no more texts"
    db.session.commit()
    amy, browser = made.people["amy"], made.browser("amy")
    page = listing.page(made.org_id, amy, Filters())
    assert [row.id for row in page.rows] == [*made.talks[1:], made.talks[0]]
    assert [row.in_review for row in page.rows] == [False, False, True]
    assert (page.waiting, page.in_review) == (2, 1)
    assert queries.waiting(made.org_id, amy) == 2
    assert browser.get("/waiting").get_json()["waiting"] == 2
    assert listing.next_waiting(made.org_id, amy, made.talks[1]) == made.talks[2]
    listed = browser.get("/replies").text
    assert "2 wait for an answer" in listed
    assert listed.index("Waits for an organizer") < listed.index(f'/replies/{made.talks[0]}"')
    assert f'/replies/{made.talks[1]}">Next reply' in browser.get(f"/replies/{made.talks[0]}").text


def test_a_page_of_nobody_but_organizers_matters_offers_no_next_one(app: Flask) -> None:
    made = evening(app, waiting=1)
    made.talk(made.talks[0]).review_reason = "They may be asking for no more texts"
    db.session.commit()
    assert listing.next_waiting(made.org_id, made.people["amy"]) is None
    listed = made.browser("amy").get("/replies").text
    assert "Nobody is waiting" in listed
    assert "Waits for an organizer" in listed
