"""The end of a shift: what it came to, and whether there is more to do."""

from flask import Flask
from sqlalchemy import text

from p2ptext.extensions import db
from tests.texting.scene import Scene, inbound, scene


def finish(made: Scene) -> str:
    """What the page after "I'm done" says."""
    form = {"csrf_token": made.csrf}
    answer = made.browser.post(f"{made.base}/done", data=form, follow_redirects=True)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_a_shift_ends_with_what_it_came_to(app: Flask) -> None:
    made = scene(app)
    for place, card in enumerate(made.deck()["cards"][:3]):
        assert made.send(card).status_code == 202, place
    made.dispatch()
    assert inbound(app, made.phone(0), "Yes! Where do I vote?").status_code == 200
    assert inbound(app, made.phone(1), "STOP").status_code == 200
    words = finish(made)
    assert "You sent 3 texts today. 2 people wrote back, 1 opted out." in words
    assert "Cards you did not send went back to the others." in words


def test_a_shift_without_a_text_is_thanked_as_well(app: Flask) -> None:
    assert "Thank you. You sent 0 texts today." in finish(scene(app))


def test_no_more_cards_are_offered_when_nothing_is_left(app: Flask) -> None:
    made = scene(app)
    db.session.execute(text("UPDATE contact SET state = 'texted' WHERE state = 'ready'"))
    db.session.commit()
    deck = made.deck()
    assert deck["state"] == "list_finished"
    assert "Everybody else on this list has been texted" in deck["words"]
    page = made.browser.get(made.base).get_data(as_text=True)
    assert '<div data-action="batch_finished" hidden>' in page


def test_more_cards_are_offered_while_some_are_free(app: Flask) -> None:
    made = scene(app)
    db.session.execute(text("UPDATE contact SET state = 'texted' WHERE state = 'ready'"))
    db.session.execute(
        text(
            """INSERT INTO batch (organization_id, campaign_id, position)
               VALUES (:org, :campaign, 9)"""
        ),
        {"org": made.org_id, "campaign": made.campaign},
    )
    db.session.commit()
    assert made.deck()["state"] == "batch_finished"
    db.session.execute(text("UPDATE campaign SET hand_out = 'given'"))
    db.session.commit()
    deck = made.deck()
    assert (deck["state"], "Ask a manager" in deck["words"]) == ("list_finished", True)
