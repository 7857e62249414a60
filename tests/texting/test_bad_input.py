"""What a page may send that is wrong, late, forged or another's: no text comes of it, and the volunteer
reads why. What was acknowledged never vanishes."""

import dataclasses
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from p2ptext.accounts.models import Membership, Person, WebSession
from p2ptext.audience import batching, launching
from p2ptext.audience.models import Contact
from p2ptext.audience.suppression import suppress
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.conversations import reply_tokens
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from p2ptext.sms.provider import NotSent, Refused, Unknown
from p2ptext.texting import cards, queries, sending
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.evidence_models import Click
from p2ptext.texting.models import Message, Outbox
from p2ptext.texting.pace_models import PaceRefusal
from tests import factories
from tests.texting.passing import listed
from tests.texting.scene import Carrier, Scene, colleague, inbound, scene, set_campaign
from tests.texting.second import second_campaign
from tests.world import csrf_token


def nothing_was_made() -> bool:
    return all(
        db.session.scalar(select(func.count()).select_from(model)) == 0
        for model in (Message, Click, Outbox)
    )


def with_claims(card: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The card with a token that this server signed, for other claims."""
    claims = dataclasses.replace(cards.read_token(card["token"]), **changes)
    return {**card, "token": cards.make_token(claims), "hash": claims.text_hash}


@pytest.mark.parametrize(
    "token",
    ["", "nonsense", "WzEsMSwxLDEsImEiLDFd.AAAA", "\x00", "ü" * 500, "[1,2,3]", "null", "A" * 20_000],
)
def test_forged_tokens_are_refused_in_words(app: Flask, token: str) -> None:
    made = scene(app)
    answer = made.post(f"{made.base}/send", token=token, hash="", age_ms=0)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "bad_token")
    assert answer.get_json()["words"] == "This card is not valid. Reload the page to get new ones."
    assert nothing_was_made()


def test_a_token_with_one_letter_changed_is_forged(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    middle = len(card["token"]) // 2
    other = "A" if card["token"][middle] != "A" else "B"
    changed = card["token"][:middle] + other + card["token"][middle + 1 :]
    assert made.send({**card, "token": changed}).get_json()["code"] == "bad_token"
    assert nothing_was_made()


def test_a_replys_token_is_no_cards(app: Flask) -> None:
    made = scene(app)
    claims = reply_tokens.ReplyClaims(made.org_id, made.volunteer, 1, 0, 0, 0, 0.0)
    token = reply_tokens.make_token(claims)
    assert (
        made.post(f"{made.base}/send", token=token, hash="", age_ms=0).get_json()["code"] == "bad_token"
    )


def test_an_expired_token_is_refused_in_words(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    shown = cards.read_token(card["token"]).shown_at
    stale = with_claims(card, shown_at=shown - cards.CARD_LIFE.total_seconds() - 1)
    answer = made.send(stale)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "card_expired")
    assert answer.get_json()["words"] == "This card is too old. Reload the page to get new ones."
    assert nothing_was_made()


def test_a_reused_token_is_the_same_text_and_with_another_hash_none(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    first = made.send(card)
    again = made.send(card)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.get_json()["message"] == first.get_json()["message"]
    other = made.send(card, hash="0" * 64)
    assert (other.status_code, other.get_json()["code"]) == (409, "wording_changed")
    assert other.get_json()["card"] is None
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_a_second_card_of_somebody_texted_is_refused_in_words(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    later = with_claims(card, shown_at=cards.read_token(card["token"]).shown_at + 1)
    made.send(card)
    answer = made.send(later)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_texted")
    assert answer.get_json()["words"] == "This person has this text already."


@pytest.mark.parametrize("what", ["person_id", "organization_id", "contact_id"])
def test_a_foreign_token_is_nobodys(app: Flask, what: str) -> None:
    """Signed by this server, for somebody else, or for a contact of another organization."""
    made, elsewhere = scene(app), scene(app)
    foreign = {
        "person_id": elsewhere.volunteer,
        "organization_id": elsewhere.org_id,
        "contact_id": elsewhere.contacts[0],
    }
    answer = made.send(with_claims(made.deck()["cards"][0], **{what: foreign[what]}))
    assert answer.status_code == 404
    assert nothing_was_made()


def test_a_card_of_another_campaign_is_not_sent_in_this_one(app: Flask) -> None:
    made = scene(app)
    other = second_campaign(made)
    card = other.deck()["cards"][0]
    answer = made.post(f"{made.base}/send", token=card["token"], hash=card["hash"], age_ms=0)
    assert answer.status_code == 404
    assert nothing_was_made()


def test_a_wrong_hash_is_changed_wording_with_the_card_as_it_is(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    answer = made.send(card, hash="0" * 64)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "wording_changed")
    assert answer.get_json()["words"] == "The wording has changed. Please look at the new text."
    assert answer.get_json()["card"]["text"] == card["text"]
    assert nothing_was_made()


def test_a_phone_that_slept_reads_that_its_card_is_with_others(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    db.session.execute(text("UPDATE batch SET leased_until = p2p_now() - interval '1 second'"))
    db.session.commit()
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_yours")
    assert answer.get_json()["words"] == (
        "This card went back to the others while you were away. Take new ones."
    )
    # Meanwhile somebody else took it: theirs is the text.
    with transaction():
        assert batching.return_expired() == 1
    other = colleague(made)
    other.browser.post(f"{other.base}/take", data={"csrf_token": other.csrf})
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0
    assert other.send(other.deck()["cards"][0]).status_code == 202
    assert made.send(card).get_json()["code"] == "already_texted"


def other_tab(made: Scene) -> Scene:
    """The same volunteer in a second window with a session of its own."""
    browser = factories.client(made.app, db.session.get_one(Person, made.volunteer))
    tab = dataclasses.replace(made, browser=browser, csrf="")
    db.session.commit()
    tab.csrf = csrf_token(made.app, browser)
    return tab


def test_two_tabs_show_the_same_cards_and_make_one_text(app: Flask) -> None:
    made = scene(app)
    tab = other_tab(made)
    here, there = made.deck()["cards"][0], tab.deck()["cards"][0]
    assert here["id"] == there["id"]
    assert made.send(here).status_code == 202
    answer = tab.send(there)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_texted")
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
    assert [card["id"] for card in tab.deck()["cards"]] == [card["id"] for card in made.deck()["cards"]]


def test_two_tabs_share_one_persons_pace(app: Flask) -> None:
    made = scene(app, people=5)
    tab = other_tab(made)
    shown = made.deck()["cards"]
    answers = [(made, tab)[n % 2].send(card) for n, card in enumerate(shown[:4])]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]


def test_a_removed_volunteer_sends_nothing_more(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    member = db.session.scalars(select(Membership).filter_by(person_id=made.volunteer)).one()
    member.status = "removed"
    db.session.commit()
    assert made.send(card).status_code == 404
    assert made.browser.get(f"{made.base}/cards").status_code == 404
    assert nothing_was_made()


def test_who_was_suspended_while_the_request_was_on_its_way_sends_nothing_more(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    session = db.session.scalars(select(WebSession).filter_by(person_id=made.volunteer)).first()
    assert session is not None
    who = Clicker(made.org_id, made.volunteer, session.id, "Amy", "127.0.0.1", "test")
    db.session.query(Membership).filter_by(person_id=made.volunteer).update({"status": "suspended"})
    db.session.commit()
    with pytest.raises(NotFound), transaction():
        sending.send_first(who, made.campaign, card["token"], card["hash"], 0)
    assert nothing_was_made()


def test_a_volunteer_who_is_signed_out_elsewhere_sends_nothing_more(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    db.session.query(WebSession).filter_by(person_id=made.volunteer).delete()
    db.session.commit()
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "signed_out")
    assert nothing_was_made()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "An organizer has paused this campaign."),
        ("We fix the date.", "An organizer has paused this campaign. They say: We fix the date."),
    ],
)
def test_a_paused_campaign_says_why(app: Flask, said: str, words: str) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    with transaction():
        launching.pause(made.campaign, made.org_id, said)
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "paused")
    assert answer.get_json()["words"] == words
    deck = made.deck()
    assert (deck["state"], deck["words"], deck["cards"]) == ("paused", words, [])
    assert words in made.browser.get(f"/o/{made.org}/texting").text
    assert nothing_was_made()


def test_a_manager_says_why_it_is_paused_and_it_is_over_with_the_pause(app: Flask) -> None:
    made = listed(app, 2)
    manager = colleague(made, "manager")
    setup = f"/o/{made.org}/campaigns/{made.campaign}/setup"
    assert "What volunteers read while it is paused" in manager.browser.get(setup).text
    said = {"csrf_token": manager.csrf, "words": "  We fix\nthe date.\x00 " + "x" * 300}
    paused = manager.browser.post(setup.replace("/setup", "/pause"), data=said)
    assert paused.status_code == 302
    words = made.deck()["words"]
    assert words.startswith("An organizer has paused this campaign. They say: We fix the date. xxx")
    assert len(words) < 300
    assert "We fix the date." in manager.browser.get(setup).text
    with transaction():
        assert launching.resume(made.campaign, made.org_id).blocks == []
    db.session.expire_all()
    campaign = db.session.get_one(Campaign, made.campaign)
    assert (campaign.status, campaign.pause_words) == ("running", "")


def test_a_campaign_that_p2ptext_paused_says_why(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    set_campaign(made, status="paused", paused_because="opt_outs")
    assert "many people asked for no more texts" in made.send(card).get_json()["words"]


def test_an_empty_merge_field_is_named(app: Flask) -> None:
    made = scene(app)
    card = made.deck()["cards"][0]
    db.session.get_one(Contact, made.contacts[0]).fields = {}
    db.session.commit()
    answer = made.send(card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "missing_field")
    assert answer.get_json()["words"] == "The list has no first_name for this person."
    assert f"{made.contacts[0]}:1" not in [shown["id"] for shown in made.deck()["cards"]]
    assert nothing_was_made()


def test_a_text_over_the_segment_limit_is_no_card_and_no_text(app: Flask) -> None:
    made = scene(app, people=2)
    card = made.deck()["cards"][0]
    db.session.get_one(Contact, made.contacts[0]).fields = {"first_name": "M" * 600}
    db.session.commit()
    deck = made.deck()
    assert [shown["id"] for shown in deck["cards"]] == [f"{made.contacts[1]}:1"]
    assert deck["held_back"] == {"too_long": 1}
    # Not even with a token for exactly this text.
    grown = "Hi " + "M" * 600 + ", this is Amy with Ohio Votes. Reply STOP to opt out."
    answer = made.send(with_claims(card, text_hash=cards.script.text_hash(grown)))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "too_long")
    assert answer.get_json()["words"] == "This text needs 5 segments; at most 3 may be sent."
    assert nothing_was_made()
    made.send(deck["cards"][0])
    last = made.deck()
    assert last["state"] == "too_long"
    assert "Tell your organizer" in last["words"]


def test_faster_than_a_hand_waits_with_the_same_token(app: Flask) -> None:
    """Refused, not lost: the page sends the same token again when it was told to."""
    made = scene(app, people=5)
    shown = made.deck()["cards"]
    for card in shown[:3]:
        assert made.send(card).status_code == 202
    refused = made.send(shown[3])
    assert (refused.status_code, refused.get_json()["code"]) == (429, "pace")
    assert refused.get_json()["words"] == "That was very fast. It will go in a moment."
    assert 0 < refused.get_json()["retry_after_ms"] <= 1000
    made.send(shown[4])
    # Kept for organizers, by the minute; two seconds may lie in two minutes.
    assert sum(db.session.scalars(select(PaceRefusal.refusals))) == 2
    db.session.execute(text("ALTER TABLE click DISABLE TRIGGER USER"))
    db.session.execute(text("UPDATE click SET received_at = received_at - interval '2 seconds'"))
    db.session.execute(text("ALTER TABLE click ENABLE TRIGGER USER"))
    db.session.commit()
    assert made.send(shown[3]).status_code == 202


def test_the_same_reply_twice_is_one_other_words_are_refused(app: Flask) -> None:
    made = scene(app, people=1)
    made.sent()
    inbound(app, made.phone(0), "Where do I vote?")
    talk = db.session.scalars(text("SELECT id FROM conversation")).one()
    with transaction():
        token = reply_tokens.shown(made.org_id, made.volunteer, talk, now())

    def answer(words: str) -> Any:
        return made.browser.post(
            f"/o/{made.org}/replies/{talk}/reply",
            data={"csrf_token": made.csrf, "token": token, "text": words},
        )

    assert answer("At the library.").status_code == 303
    assert answer("At the library.").status_code == 303
    other = answer("At the school.")
    assert other.status_code == 409
    assert "This has been answered already." in other.text
    assert "At the school." in other.text
    replies = select(func.count()).select_from(Message).filter_by(kind="reply")
    assert db.session.scalar(replies) == 1


def undo(made: Scene, message: int) -> None:
    made.post(f"/o/{made.org}/texting/undo", message=message)


def stop(made: Scene, message: int) -> None:
    with transaction():
        suppress(db.session.get_one(Contact, made.contacts[0]).recipient_id, "test", None)
    made.dispatch()


def pause(made: Scene, message: int) -> None:
    set_campaign(made, status="paused")
    made.dispatch()


def answered(*results: Any) -> Any:
    def carrier(made: Scene, message: int) -> None:
        made.carrier = Carrier(*results)
        made.dispatch()

    return carrier


@pytest.mark.parametrize(
    ("ending", "state"),
    [
        (undo, "cancelled"),
        (stop, "blocked"),
        (pause, "blocked"),
        (answered(Unknown("timed out")), "unknown"),
        (answered(Refused("invalid_number", 3, "no such number")), "rejected"),
        (answered(NotSent("busy", None)), "queued"),
        (answered(), "accepted"),
    ],
)
def test_what_was_acknowledged_never_vanishes(app: Flask, ending: Any, state: str) -> None:
    """The message and its click stay, whatever becomes of it, and the volunteer is told what did."""
    made = scene(app, people=1)
    message = made.send(made.deck()["cards"][0]).get_json()["message"]
    ending(made, message)
    kept = made.message(message)
    assert (kept.state, kept.click_id is not None) == (state, True)
    not_sent = made.deck()["not_sent"]
    assert not_sent == (1 if state in ("blocked", "unknown", "rejected") else 0)


def test_every_reason_a_text_may_end_with_has_words() -> None:
    """As the Not sent page shows them."""
    for reason in ("opted_out", "erased", "hours", "cap", "too_old", "paused", "conversation_locked"):
        assert queries.REASONS[reason].endswith(".")


def test_the_caps_of_an_organization_are_its_own(app: Flask) -> None:
    """The same phone in two organizations: neither sees or counts the other's texts."""
    made, elsewhere = scene(app, people=1), scene(app, people=1)
    assert made.phone(0) == elsewhere.phone(0)
    assert made.org_id != elsewhere.org_id
    made.sent()
    assert len(elsewhere.deck()["cards"]) == 1
