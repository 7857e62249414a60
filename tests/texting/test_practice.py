"""The practice: like the real thing, and nothing of it is real."""

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.audience.models import Batch
from p2ptext.errors import NotFound
from p2ptext.extensions import Base, db
from p2ptext.texting import practice, practising
from p2ptext.texting.models import Conversation
from tests import factories, world
from tests.texting.scene import Scene, colleague, scene


def newcomer(made: Scene, setting: str = "offered", role: str = "volunteer") -> Scene:
    """Somebody who has never texted here, at their browser."""
    db.session.get_one(Organization, made.org_id).practice = setting
    for batch in db.session.scalars(select(Batch)):
        batch.state, batch.person_id, batch.leased_until = "open", None, None
    other = colleague(made, role)
    member(other).practised_at = None
    db.session.commit()
    return other


def member(who: Scene) -> Membership:
    db.session.expire_all()
    return db.session.scalars(select(Membership).filter_by(person_id=who.volunteer)).one()


def post(who: Scene, path: str, **form: str) -> int:
    return who.browser.post(
        f"/o/{who.org}{path}", data=form, headers={"X-CSRFToken": who.csrf}
    ).status_code


def page(who: Scene, path: str) -> str:
    answer = who.browser.get(f"/o/{who.org}{path}")
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def rows_of_all_tables() -> dict[str, str]:
    """A digest of every table's rows, without when somebody practised."""
    found = {}
    for table in Base.metadata.sorted_tables:
        row = "(to_jsonb(t) - 'practised_at' - 'last_seen_at')::text"
        found[table.name] = db.session.scalar(
            text(f"SELECT md5(coalesce(string_agg({row}, ',' ORDER BY {row}), '')) FROM {table.name} t")
        )
    return found


def walk(who: Scene) -> list[str]:
    """Press the first right choice everywhere, as somebody without script does; the pages' titles."""
    address, seen = "/practice", []
    while True:
        shown = page(who, address)
        place = re.search(r'id="practice".*?data-moment="([^"]*)"(.*?)</div>\n<template|$', shown, re.S)
        assert place
        seen.append(place[1])
        at, choice = place[1].split(".")
        if at == practice.END:
            return seen
        it = practice.moment(at, choice)
        if it.scene is None or it.choice is not None:
            assert f'name="at" value="{it.next}"' in place[2]
            address = f"/practice?at={it.next}"
        else:
            right = next(one for one in it.scene.choices if one.right)
            assert f'name="choice" value="{right.key}"' in place[2]
            address = f"/practice?at={at}&choice={right.key}"


def test_nothing_is_written_but_that_somebody_practised(app: Flask) -> None:
    who = newcomer(scene(app))
    before = rows_of_all_tables()
    assert len(before) > 60
    seen = walk(who)
    assert len(seen) == 2 + 2 * len(practice.SCENES)
    for it in practice.moments():
        page(who, f"/practice?at={it.at}" + (f"&choice={it.choice.key}" if it.choice else ""))
    assert post(who, "/practice/done") == 303
    assert rows_of_all_tables() == before
    assert member(who).practised_at is not None


def test_it_shows_one_who_stops_one_who_scolds_and_one_who_asks() -> None:
    replies = {one.key: one for one in practice.SCENES if one.kind == "reply"}
    assert set(replies) == {"question", "stop", "hostile"}
    assert [choice.key for choice in replies["stop"].choices if choice.right] == ["opt_out"]
    for one in practice.SCENES:
        assert any(choice.right for choice in one.choices)
        assert all(choice.feedback and one.know for choice in one.choices)


@pytest.mark.parametrize(
    ("at", "choice"), [("nowhere", ""), ("maria", "opt_out"), ("begin", "send"), ("", "")]
)
def test_made_up_pages_are_not_found(at: str, choice: str) -> None:
    with pytest.raises(NotFound):
        practice.moment(at, choice)


def test_names_with_marks_in_them_stay_words(app: Flask) -> None:
    who = newcomer(scene(app))
    db.session.get_one(Organization, who.org_id).name = "<i>{volunteer}</i> & {{7*7}}"
    db.session.commit()
    shown = page(who, "/practice?at=maria")
    assert "<i>" not in shown
    assert "{{7*7}}" in html.unescape(shown)


def test_offered_it_comes_first_and_blocks_nothing(app: Flask) -> None:
    who = newcomer(scene(app))
    home = page(who, "/texting")
    assert home.index("Practise for two minutes") < home.index("campaigns-title")
    assert (
        who.browser.post(f"{who.base}/take", headers={"X-CSRFToken": who.csrf})
        .headers["Location"]
        .endswith(f"/texting/{who.campaign}")
    )
    assert post(who, "/practice/done", how="known") == 303
    assert "Practise for two minutes" not in page(who, "/texting")


def test_required_it_comes_before_the_first_cards(app: Flask) -> None:
    who = newcomer(scene(app), "required")
    home = page(who, "/texting")
    assert "I have done this before" not in home
    assert post(who, "/practice/done", how="known") == 409
    take = f"/texting/{who.campaign}/take"
    assert post(who, take) == 302
    assert "Practise for two minutes first" in page(who, "/texting")
    assert db.session.scalars(select(Batch.state)).all() == ["open"]
    assert post(who, "/practice/done") == 303
    assert post(who, take) == 303
    assert db.session.scalars(select(Batch.person_id)).all() == [who.volunteer]


def test_cards_in_hand_stay_when_it_becomes_required(app: Flask) -> None:
    who = newcomer(scene(app))
    take = f"/texting/{who.campaign}/take"
    assert post(who, take) == 303
    db.session.get_one(Organization, who.org_id).practice = "required"
    db.session.commit()
    assert post(who, take) == 303


@pytest.mark.parametrize(
    ("setting", "role", "texted", "offered"),
    [
        ("offered", "volunteer", False, True),
        ("required", "volunteer", False, True),
        ("off", "volunteer", False, False),
        ("required", "volunteer", True, False),
        ("required", "organizer", False, False),
        ("required", "owner", False, False),
    ],
)
def test_who_has_to_practise(app: Flask, setting: str, role: str, texted: bool, offered: bool) -> None:
    who = newcomer(scene(app), setting, role)
    if texted:
        contact = db.session.scalars(select(factories.Contact)).first()
        world.click(contact, db.session.get_one(Person, who.volunteer))
    standing = practising.standing(who.org_id, who.volunteer)
    assert standing.offered is offered
    assert standing.required is (offered and setting == "required")


def test_whoever_practises_is_not_on_shift(app: Flask) -> None:
    who = newcomer(scene(app))
    page(who, "/practice")
    post(who, "/practice/done")
    assert db.session.execute(text("SELECT count(*) FROM presence")).scalar_one() == 0
    assert db.session.scalars(select(Conversation)).all() == []


@pytest.mark.parametrize(
    ("chosen", "kept"), [("required", "required"), ("off", "off"), ("never", "offered")]
)
def test_an_owner_decides_whether_it_is_asked_for(app: Flask, chosen: str, kept: str) -> None:
    owner = newcomer(scene(app), role="owner")
    form = {"name": "Ohio", "stop_confirmation": "You are out.", "help_text": "Reply STOP to end."}
    post(owner, "/settings", **form, practice=chosen)
    db.session.expire_all()
    assert db.session.get_one(Organization, owner.org_id).practice == kept
