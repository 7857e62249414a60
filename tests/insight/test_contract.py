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
    "qa_conversation": "conversation",
    "qa_handover": "handover",
    "qa_answer": "survey_answer",
    "qa_answer_change": "survey_change",
    "qa_link_visit": "link_visit",
    "qa_event": "provider_event",
    "qa_audit": "audit_event",
    "qa_block": "ledger_block",
}
"""Each view and the table it has a row for each row of."""
KEYS = {"qa_answer": "contact_id"}
"""What tells their rows apart in the tests below, where it is not the id."""


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
            " last_click) VALUES (1, 'root', 'before', 'tree', 1, 1, 1);"
            " INSERT INTO survey_answer (contact_id, step_key, organization_id, campaign_id, answer_key,"
            " script_version_id, person_id) SELECT c.id, 's1', c.organization_id, c.campaign_id, 'a1',"
            " a.script_version_id, a.created_by FROM contact c JOIN campaign a ON a.id = c.campaign_id;"
            " INSERT INTO survey_change (contact_id, step_key, organization_id, campaign_id, answer_key,"
            " script_version_id, person_id) SELECT contact_id, step_key, organization_id, campaign_id,"
            " answer_key, script_version_id, person_id FROM survey_answer;"
            " INSERT INTO handover (organization_id, conversation_id, from_id, to_id, why)"
            " SELECT organization_id, id, person_id, person_id, 'done' FROM conversation"
        )
    )
    world.provider_event(note="It belongs to nobody.")
    key = KEYS.get(view, "id")
    ids = f"SELECT {key} FROM {BEHIND[view]} ORDER BY {key}"
    wanted = db.session.execute(text(ids)).scalars().all()
    assert wanted
    shown = text(f"SELECT {key} FROM {view} ORDER BY {key}")
    assert db.session.execute(shown).scalars().all() == wanted
    if view == "qa_block":
        return  # a block holds clicks of every organization
    slugs = db.session.execute(text(f"SELECT DISTINCT organization FROM {view}")).scalars().all()
    assert {made.own.slug, made.other.slug} & set(slugs) or view == "qa_audit"


@pytest.mark.parametrize("view", BEHIND)
@pytest.mark.parametrize(
    "deed", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}", "INSERT INTO {0} DEFAULT VALUES"]
)
def test_nothing_is_written_through_a_view(app: Flask, view: str, deed: str) -> None:
    with pytest.raises(DBAPIError, match=r"cannot (delete from|update|insert into) view"):
        db.session.execute(text(deed.format(view, KEYS.get(view, "id"))))


def test_every_number_of_the_page_is_defined() -> None:
    named = {kind.label.lower() for kind in KINDS.values()} - {"contacts"}
    assert named <= set(re.findall(r"^\| ([\w ]+) \|", DOCUMENT, re.MULTILINE))
    assert all(KINDS[place].label.lower() in DOCUMENT for place in PLACES)
