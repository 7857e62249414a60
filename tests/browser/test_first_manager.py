"""A first-time manager, from an empty organization to a launched campaign and its first text: with the
keyboard alone on a desk, and by touch alone on a phone, on the real processes."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.launcher.engines import Engines
from scripts.launcher.processes import Stack
from scripts.walks import first_manager
from scripts.walks.first_evening import first_evening
from scripts.walks.first_manager import Account, Walk, from_idea_to_launch
from scripts.walks.hands import Finger, Hands, Keyboard
from tests.browser.visiting import DESK, PATIENCE_MS, PHONE, Visitor, until

OWN_PHONE = "614 555 0199"
WAYS = {"keyboard": (Keyboard, DESK, "6145550190"), "touch": (Finger, PHONE, "6145550191")}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything running, and nobody in it."""
    expect.set_options(timeout=PATIENCE_MS)
    with (
        Engines(tmp_path_factory.mktemp("installation")) as engines,
        Stack(engines, overrides={"SIMULATOR_SPEED": "30", "LOG_LEVEL": "WARNING"}) as running,
    ):
        yield running


def found_organization(stack: Stack, way: str, number: str) -> tuple[str, Account]:
    """As its operator does it, with two commands. Returns its part of addresses, and its owner."""
    email, name = f"ada.{way}@example.org", "Ada Cole"
    told = stack.flask(
        "create-owner", "--email", email, "--org-name", f"Elm Street {way}", "--name", name
    )
    slug = re.search(r"at /o/([\w-]+)\.", told)
    password = re.search(r"Password \(shown only now\): (\S+)", told)
    assert slug
    assert password
    stack.flask("allot-number", slug[1], number)
    return slug[1], Account(email, password[1], name)


def walker(visitor: Visitor, hands: Callable[[Page], Hands]) -> Walk:
    """Looks at every page on the way, at those that are met again only where something new is on them."""
    met: set[str] = set()

    def seen(name: str) -> None:
        path = urlsplit(visitor.page.url).path
        if name or path not in met:
            visitor.look()
        met.add(path)

    return Walk(hands(visitor.page), seen)


@pytest.mark.parametrize("way", WAYS)
def test_from_an_empty_organization_to_the_first_text(stack: Stack, chromium: Browser, way: str) -> None:
    hands, device, number = WAYS[way]
    org, account = found_organization(stack, way, number)
    manager, volunteer = (Visitor(chromium, stack.url, device) for _ in range(2))
    at_work = walker(manager, hands)
    from_idea_to_launch(at_work, account, OWN_PHONE)
    with psycopg.connect(stack.engines.database_url, autocommit=True) as rows:
        launched_as_written(rows, org)
        vera = Account(f"vera.{way}@example.org", "copper lantern walks north", "Vera Volt")
        first_evening(at_work, walker(volunteer, hands), vera)
        one_text_left(rows, org)
    manager.close()
    volunteer.close()


def one(rows: psycopg.Connection[Any], sql: str, org: str) -> tuple[Any, ...]:
    """The only row of the campaign that was launched."""
    found = rows.execute(sql, (org, first_manager.CAMPAIGN)).fetchall()
    assert len(found) == 1
    return tuple(found[0])


OF_CAMPAIGN = "FROM campaign c JOIN organization o ON o.id = c.organization_id"
THIS_ONE = "WHERE o.slug = %s AND c.name = %s"


def launched_as_written(rows: psycopg.Connection[Any], org: str) -> None:
    """The campaign runs with exactly what was typed, and was tried as it is."""
    status, is_tested, purpose, batch_size, undo_s, closes_on = one(
        rows,
        "SELECT c.status, c.tested_version_id = c.script_version_id, c.purpose, c.batch_size, c.undo_s, "
        f"c.closes_on::text {OF_CAMPAIGN} {THIS_ONE}",
        org,
    )
    assert (status, is_tested) == ("running", True)
    assert (purpose, batch_size, undo_s, closes_on) == ("volunteers", 25, 0, first_manager.LAST_DAY)
    (people,) = one(
        rows,
        f"SELECT count(*) {OF_CAMPAIGN} JOIN contact p ON p.campaign_id = c.id {THIS_ONE}",
        org,
    )
    assert people == len(first_manager.NAMES)
    documents = rows.execute(
        f"SELECT v.document {OF_CAMPAIGN} JOIN script_version v ON v.campaign_id = c.id {THIS_ONE} "
        "ORDER BY v.number",
        (org, first_manager.CAMPAIGN),
    ).fetchall()
    assert len(documents) == first_manager.SAVES
    (document,) = documents[-1]
    assert document["first"] == [first_manager.FIRST, first_manager.SECOND]
    assert document["canned"] == [{"title": first_manager.CANNED[0], "text": first_manager.CANNED[1]}]
    asked, further = document["steps"]
    assert (asked["question"], further["question"]) == (first_manager.QUESTION, first_manager.FURTHER)
    yes, no = asked["answers"]
    assert (yes["label"], yes["texts"], yes["next"]) == ("Yes", [first_manager.THANKS], further["key"])
    assert (no["label"], no["texts"], no["next"]) == ("No", [], None)


def one_text_left(rows: psycopg.Connection[Any], org: str) -> None:
    """Vera sent one text, in one of the two wordings, and the campaign rests."""

    def left() -> bool:
        (count,) = one(
            rows,
            f"SELECT count(*) {OF_CAMPAIGN} JOIN message m ON m.campaign_id = c.id {THIS_ONE} "
            "AND m.state NOT IN ('queued', 'sending')",
            org,
        )
        return bool(count == 1)

    until(left)
    status, text, name = one(
        rows,
        f"SELECT c.status, m.text, p.first_name {OF_CAMPAIGN} JOIN message m ON m.campaign_id = c.id "
        f"JOIN contact p ON p.id = m.contact_id {THIS_ONE}",
        org,
    )
    assert status == "paused"
    filled = [
        words.replace("{first_name|there}", name or "there").replace("{volunteer_name}", "Vera")
        for words in (first_manager.FIRST, first_manager.SECOND)
    ]
    assert text in filled
