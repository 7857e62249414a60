"""Alike replies in groups: what may be in one, how the pages show them, one press for each answer."""

import re
import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.background import transaction
from p2ptext.campaigns.models import ScriptVersion
from p2ptext.conversations.models import Tag
from p2ptext.extensions import db
from p2ptext.review import grouping, jobs, lost_jobs
from p2ptext.review.models import ReplyGroup, ReplyGrouping, ReplyGroupMember
from p2ptext.texting.evidence_models import Click
from p2ptext.texting.models import Message
from p2ptext.texting.stopping import stop
from tests.conversations.evening import Browsing, Evening, evening, hears

ANSWER = "Hi {first_name}, this is {volunteer_name} with Ohio Votes."


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast one person may click has its own test."""
    monkeypatch.setattr("p2ptext.texting.pacing.wait_ms", lambda *_: 0)


def wrote(made: Evening, *texts: str) -> None:
    """What each of the people wrote last."""
    columns = """{"first_name": {"column": 0, "header": "First"}}"""
    db.session.execute(
        text("UPDATE contact_import SET column_map = CAST(:map AS jsonb)"), {"map": columns}
    )
    for talk, words in zip(made.talks, texts, strict=True):
        db.session.execute(
            text("UPDATE inbound_text SET text = :words WHERE conversation_id = :id"),
            {"words": words, "id": talk},
        )
    db.session.commit()


def grouped(made: Evening) -> list[set[int]]:
    """Have the replies grouped; the places of the people in each group."""
    with transaction():
        grouping_id = grouping.ask(made.org_id, made.campaign, made.people["olga"]).id
    jobs.group_replies(grouping_id)
    db.session.expire_all()
    assert db.session.get_one(ReplyGrouping, grouping_id).status == "done"
    places = {talk: place for place, talk in enumerate(made.talks)}
    found = []
    for group in db.session.scalars(
        select(ReplyGroup).filter_by(grouping_id=grouping_id).order_by(ReplyGroup.position)
    ):
        members = db.session.scalars(select(ReplyGroupMember).filter_by(group_id=group.id))
        found.append({places[member.conversation_id] for member in members})
    return found


def group_page(made: Evening, olga: Browsing) -> str:
    return f"/review/groups/{db.session.scalars(select(ReplyGroup.id)).first()}"


def test_alike_replies_are_together(app: Flask) -> None:
    made = evening(app, waiting=6)
    wrote(made, "Who is this?", "Yes!", "who's this", "yes please", "WHO IS THIS", "Ask me in May")
    assert grouped(made) == [{0, 2, 4}, {1, 3}]


def test_what_is_looked_at_one_by_one_is_in_no_group(app: Flask) -> None:
    made = evening(app, waiting=9)
    wrote(
        made, "Yes", "yes", "Yes but stop texting me", "Yes", "Yes", "Yes", "yes", "Yes", "I want to die yes"
    )  # fmt: skip
    one = "UPDATE {} SET {} WHERE {} = :id"
    for place, table, change in (
        (3, "conversation", "review_reason = 'maybe'"),
        (4, "conversation", "crisis_reason = 'danger'"),
        (5, "inbound_text", "abusive = true"),
        (6, "conversation", "waiting_since = NULL"),
    ):
        key = "id" if table == "conversation" else "conversation_id"
        db.session.execute(text(one.format(table, change, key)), {"id": made.talks[place]})
    db.session.commit()
    with transaction():
        stop(made.talk(made.talks[7]).recipient_id, "their own words", None)
    assert grouped(made) == [{0, 1}]


def test_all_they_wrote_since_our_text_counts(app: Flask) -> None:
    """“Yes” and then “stop” is no yes."""
    made = evening(app, waiting=3)
    wrote(made, "Yes", "yes", "yes")
    hears(made.talks[2], "now stop texting me")
    db.session.commit()
    assert grouped(made) == [{0, 1}]


def test_one_press_sends_one_answer_to_one_person(app: Flask) -> None:
    made = evening(app, waiting=3, first_name="Maria")
    wrote(made, "Who is this?", "who is this", "Who is this please")
    grouped(made)
    olga = made.browser("olga")
    page = olga.get(f"/review/groups?campaign={made.campaign}").get_data(as_text=True)
    assert "3 people wait" in page
    place = group_page(made, olga)
    assert "data-answer>" not in olga.get(place).get_data(as_text=True)
    assert olga.post(f"{place}/suggestion", script=False, text=ANSWER).status_code == 303
    assert db.session.query(Message).filter_by(kind="reply").count() == 0
    page = olga.get(place).get_data(as_text=True)
    assert page.count("Hi Maria, this is Olga with Ohio Votes.</bdi>") == 3
    assert "<mark>please</mark>" in page
    forms = re.findall(
        r'action="/o/[^/]+(/replies/\d+/reply)".*?name="token" value="([^"]+)"', page, re.S
    )
    assert len({token for _, token in forms}) == 3
    path, token = forms[1]
    sent = olga.post(path, script=False, token=token, text="Hi Maria, this is Olga with Ohio Votes.",
                     back=f"/o/{made.org}{place}")  # fmt: skip
    assert sent.status_code == 303, re.findall(r"alert.*", sent.get_data(as_text=True))
    assert sent.location.endswith(place)
    message = db.session.query(Message).filter_by(kind="reply").one()
    assert (message.text, message.person_id) == (
        "Hi Maria, this is Olga with Ohio Votes.",
        made.people["olga"],
    )
    assert f"/replies/{message.conversation_id}/" in path
    click = db.session.get_one(Click, message.click_id)
    assert (click.person_id, click.contact_id) == (made.people["olga"], message.contact_id)
    again = olga.get(place).get_data(as_text=True)
    assert "2 people wait" in again
    assert "About to leave" in again
    olga.post(path, token=token, text="Hi Maria, this is Olga with Ohio Votes.")
    assert db.session.query(Message).filter_by(kind="reply").count() == 1


def test_whoever_wrote_again_or_was_answered_drops_out(app: Flask) -> None:
    made = evening(app, waiting=4, first_name="Maria")
    wrote(made, "Who is this?", "who is this", "Who is this", "who is this?")
    grouped(made)
    olga = made.browser("olga")
    place = group_page(made, olga)
    olga.post(f"{place}/suggestion", script=False, text=ANSWER)
    before = olga.get(place).get_data(as_text=True)
    hears(made.talks[0], "Hello??")
    db.session.execute(
        text("UPDATE conversation SET waiting_since = NULL WHERE id = :id"), {"id": made.talks[1]}
    )
    db.session.commit()
    assert "2 people wait" in olga.get(place).get_data(as_text=True)
    forms = re.findall(rf'action="/o/[^/]+(/replies/{made.talks[0]}/reply)".*?name="token" value="([^"]+)"',
                       before, re.S)  # fmt: skip
    ((path, token),) = forms
    refused = olga.post(path, token=token, text="Hi Maria, this is Olga with Ohio Votes.")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "newer_reply")


def test_an_answer_that_fits_nobody_is_not_offered(app: Flask) -> None:
    made = evening(app, waiting=2)
    wrote(made, "Who is this?", "who is this")
    grouped(made)
    olga = made.browser("olga")
    place = group_page(made, olga)
    answer = olga.post(f"{place}/suggestion", script=False, text="Hi {nickname}")
    assert answer.status_code == 422
    assert "nickname" in answer.get_data(as_text=True)
    assert db.session.scalars(select(ReplyGroup.suggestion)).all() == [""]
    olga.post(f"{place}/suggestion", script=False, text="Damn, it is us. Call 614-555-0142.")
    page = olga.get(place).get_data(as_text=True)
    assert page.count('name="despite" value="curse phone"') == 2


def test_nothing_chosen_offers_nothing_and_says_so(app: Flask) -> None:
    made = evening(app, waiting=2)
    wrote(made, "Who is this?", "who is this")
    grouped(made)
    olga = made.browser("olga")
    place = group_page(made, olga)
    nothing: list[dict[str, str]] = [{}, {"text": "  "}]
    for form in nothing:
        answer = olga.post(f"{place}/suggestion", script=False, **form)
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "Nothing is offered yet." in page
        assert "This answer is offered" not in page
    olga.post(f"{place}/suggestion", script=False, text=ANSWER)
    assert "This answer is offered" in olga.get(place).get_data(as_text=True)
    olga.post(f"{place}/suggestion", script=False, text="")
    page = olga.get(place).get_data(as_text=True)
    assert "No answer is offered any more." in page
    assert "data-answer>" not in page


def test_a_group_is_read_from_who_waits_longest_in_words_for_people(app: Flask) -> None:
    made = evening(app, waiting=3)
    wrote(made, "Who is this?", "who is this", "Who is this please")
    back = (
        "UPDATE conversation SET waiting_since = p2p_now() - make_interval(mins => :min) WHERE id = :id"
    )
    for talk, minutes in zip(made.talks, (5, 50, 20), strict=True):
        db.session.execute(text(back), {"min": minutes, "id": talk})
    db.session.execute(text("UPDATE contact SET first_name = 'Wei', fields = '{\"first_name\": \"Wei\"}'"
                            " WHERE id = (SELECT contact_id FROM conversation WHERE id = :id)"),
                       {"id": made.talks[1]})  # fmt: skip
    db.session.execute(text("UPDATE contact SET first_name = '', fields = '{}'"
                            " WHERE id = (SELECT contact_id FROM conversation WHERE id = :id)"),
                       {"id": made.talks[0]})  # fmt: skip
    ready = "Thank you, {first_name|friend}!"
    version = db.session.scalars(select(ScriptVersion)).first()
    assert version is not None
    version.document = version.document | {"canned": [{"title": "Thanks", "text": ready}]}
    db.session.commit()
    grouped(made)
    olga = made.browser("olga")
    place = group_page(made, olga)
    page = olga.get(place).get_data(as_text=True)
    waits = [int(found) for found in re.findall(r"waits (\d+) min", page)]
    assert waits == sorted(waits, reverse=True)
    assert "<bdi>Thank you, Wei!</bdi>" in page
    assert f"<bdi>{ready}" not in page
    assert re.search(r">Replies(<span data-waiting hidden>.*?)?</a>", page), (
        "the group is no reply of hers"
    )
    olga.post(f"{place}/suggestion", script=False, chosen=ready)
    page = olga.get(place).get_data(as_text=True)
    assert "Send to Wei" in page
    assert "Send to them" in page
    assert "Thank you, friend!" in page


def test_the_groups_say_what_became_of_every_reply(app: Flask) -> None:
    made = evening(app, waiting=4)
    wrote(made, "Who is this?", "who is this", "Ask me in May", "My dog ate the ballot")
    grouped(made)
    page = made.browser("olga").get(f"/review/groups?campaign={made.campaign}").get_data(as_text=True)
    assert "Grouped just now, of 4 replies. 2 are like no other" in page


def test_groups_of_others_are_absent(app: Flask) -> None:
    made, other = evening(app, waiting=2), evening(app, waiting=1)
    wrote(made, "Who is this?", "who is this")
    grouped(made)
    stranger = other.browser("olga")
    assert stranger.get(group_page(made, stranger)).status_code == 404
    assert stranger.get(f"/review/groups?campaign={made.campaign}").status_code == 404
    assert stranger.post("/review/groups", script=False, campaign=made.campaign).status_code == 404
    assert db.session.query(Tag).count() == 0


def test_asking_twice_is_one_grouping_and_old_ones_go(app: Flask) -> None:
    made = evening(app, waiting=2)
    wrote(made, "Who is this?", "who is this")
    olga = made.browser("olga")
    for _ in range(2):
        assert olga.post("/review/groups", script=False, campaign=made.campaign).status_code == 303
    assert db.session.query(ReplyGrouping).count() == 1
    waiting = db.session.query(ReplyGrouping).one().id
    assert olga.get(f"/review/groupings/{waiting}/progress").get_json()["under_way"]
    jobs.group_replies(waiting)
    jobs.group_replies(waiting)
    for _ in range(3):
        grouped(made)
    assert db.session.query(ReplyGrouping).count() == grouping.KEPT
    assert db.session.query(ReplyGroup).count() == grouping.KEPT


def test_no_page_loads_what_only_the_job_needs() -> None:
    asked = (
        "import sys, p2ptext.app, p2ptext.cli, p2ptext.review.jobs;"
        "print([name for name in ('sklearn', 'scipy', 'numpy') if name in sys.modules])"
    )
    command = [sys.executable, "-c", asked]
    said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("minutes", "again", "status"), [(1, 0, "waiting"), (5, 1, "waiting"), (31, 0, "failed")]
)
def test_a_grouping_that_is_lost_is_begun_again_and_given_up_in_the_end(
    app: Flask, minutes: int, again: int, status: str
) -> None:
    made = evening(app)
    with transaction():
        grouping_id = grouping.ask(made.org_id, made.campaign, made.people["olga"]).id
    db.session.execute(
        text("UPDATE reply_grouping SET asked_at = p2p_now() - make_interval(mins => :minutes)"),
        {"minutes": minutes},
    )
    db.session.commit()
    assert lost_jobs.sweep_groupings() == {"groupings": again}
    db.session.expire_all()
    row = db.session.get_one(ReplyGrouping, grouping_id)
    assert row.status == status
    assert bool(row.fault) is (status == "failed")
