"""The auditor's views: as documented, whole, and not to be written through."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from p2ptext.extensions import db
from p2ptext.insight.kinds import KINDS, PLACES
from tests import world

DOCUMENT = (Path(__file__).parents[2] / "docs/contract.md").read_text("utf-8")
BEHIND = {
    "qa_campaign": "campaign",
    "qa_contact": "contact",
    "qa_message": "message",
    "qa_click": "click",
    "qa_attempt": "attempt",
    "qa_batch": "batch",
    "qa_suppression": "suppression_event",
    "qa_inbound": "inbound_text",
    "qa_event": "provider_event",
    "qa_audit": "audit_event",
    "qa_block": "ledger_block",
}
"""Each view and the table it has a row for each row of."""


def documented() -> dict[str, list[str]]:
    """The columns of each view as docs/contract.md lists them."""
    found = {}
    for section in DOCUMENT.split("\n### ")[1:]:
        rows = re.findall(r"^\| (\w+) \| .+ \|$", section, re.MULTILINE)
        found[section.split("\n")[0]] = rows[1:]  # the first is the heading
    return found


def test_the_views_are_documented() -> None:
    assert set(documented()) == set(BEHIND)


@pytest.mark.parametrize("view", BEHIND)
def test_a_view_has_the_columns_its_document_lists(app: Flask, view: str) -> None:
    columns = db.session.execute(
        text(
            "SELECT column_name FROM information_schema.columns WHERE table_name = :view"
            " ORDER BY ordinal_position"
        ),
        {"view": view},
    )
    assert list(columns.scalars()) == documented()[view]


@pytest.mark.parametrize("view", BEHIND)
def test_a_view_shows_every_row_once(app: Flask, view: str) -> None:
    made = world.build()
    db.session.execute(
        text(
            "INSERT INTO suppression_event (organization_id, recipient_id, action, reason)"
            " SELECT organization_id, id, 'added', 'test' FROM recipient;"
            " INSERT INTO attempt (id, organization_id, message_id, dispatcher, deadline_at)"
            " SELECT gen_random_uuid(), organization_id, id, 'test', p2p_now() FROM message;"
            " INSERT INTO audit_event (action, target, detail, ip) VALUES ('test', '', '{}', '');"
            " INSERT INTO ledger_block (version, root, previous_root, merkle_root, clicks, first_click,"
            " last_click) VALUES (1, 'root', 'before', 'tree', 1, 1, 1)"
        )
    )
    world.provider_event(note="It belongs to nobody.")
    ids = f"SELECT id FROM {BEHIND[view]} ORDER BY id"
    wanted = db.session.execute(text(ids)).scalars().all()
    assert wanted
    assert db.session.execute(text(f"SELECT id FROM {view} ORDER BY id")).scalars().all() == wanted
    if view == "qa_block":
        return  # a block holds clicks of every organization
    slugs = db.session.execute(text(f"SELECT DISTINCT organization FROM {view}")).scalars().all()
    assert {made.own.slug, made.other.slug} & set(slugs) or view == "qa_audit"


@pytest.mark.parametrize("view", BEHIND)
@pytest.mark.parametrize(
    "deed", ["DELETE FROM {}", "UPDATE {} SET id = id", "INSERT INTO {} DEFAULT VALUES"]
)
def test_nothing_is_written_through_a_view(app: Flask, view: str, deed: str) -> None:
    with pytest.raises(DBAPIError, match=r"cannot (delete from|update|insert into) view"):
        db.session.execute(text(deed.format(view)))


def test_every_number_of_the_page_is_defined() -> None:
    named = {kind.label.lower() for kind in KINDS.values()} - {"contacts"}
    assert named <= set(re.findall(r"^\| ([\w ]+) \|", DOCUMENT, re.MULTILINE))
    assert all(KINDS[place].label.lower() in DOCUMENT for place in PLACES)
