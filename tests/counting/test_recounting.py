"""What is counted can be made anew: whatever was tampered with is said and put right."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.counting import catching_up, charges, reading
from p2ptext.extensions import db
from tests.counting import rows
from tests.counting.life import Life, begin_life

TAMPERED = {
    "a fact is another": "UPDATE text_fact SET replied = NOT replied, place = 'unknown' WHERE round > 0",
    "facts are gone": "DELETE FROM text_fact",
    "a fact is of nothing": """INSERT INTO text_fact (contact_id, round, organization_id, campaign_id,
      is_latest, place, text_place, replied, opted_out, wrong_number, waiting, answered, goal, import_id,
      zone, us_state, network, language) SELECT id, 7, organization_id, campaign_id, false, 'sent', 'sent',
      false, false, false, false, false, false, import_id, '', '', '', '' FROM contact LIMIT 1""",
    "answers are others": "UPDATE text_fact SET answers = ARRAY['s1:a2', 's9:a1'] WHERE round > 0",
    "sums are others": "UPDATE tally SET sent = sent + 1",
    "sums are gone": "DELETE FROM tally WHERE dimension <> 'all'",
    "a sum is of nothing": """INSERT INTO tally (campaign_id, dimension, key, organization_id, sent)
      SELECT id, 'person', '999', organization_id, 3 FROM campaign""",
    "lists are counted wrong": "UPDATE contact_count SET contacts = contacts + 5",
    "a list is not counted": "DELETE FROM contact_count",
    "charges are gone": "DELETE FROM charge_tally",
    "charges are others": "UPDATE charge_tally SET cost = cost + 1, segments = 0",
    "charges wait twice": "INSERT INTO charge_delta SELECT * FROM charge_tally",
}


def recount(app: Flask, *args: str) -> Any:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["recount", *args])


def lively(app: Flask) -> Life:
    life = begin_life(app)
    deeds = ("click", "click", "click", "dispatch", "tell", "write", "survey", "goal", "another_list")
    for deed in deeds:
        life.do(deed, 0)
    catching_up.keep_up()
    return life


def is_equal(life: Life) -> bool:
    return (
        rows.flat(reading.of(life.made.campaign).dimensions) == rows.sums(life.made.campaign)
        and reading.contacts(life.made.campaign) == len(life.made.contacts)
        and charges.of(life.made.org_id, "all") == rows.charged(life.made.org_id, "all")
    )


@pytest.mark.parametrize("how", TAMPERED)
def test_what_was_tampered_with_is_said_and_put_right(app: Flask, how: str) -> None:
    life = lively(app)
    assert is_equal(life)
    db.session.execute(text(TAMPERED[how]))
    checked = recount(app, "--check")
    assert checked.exit_code == 1, checked.output
    assert "What is named above differed" in checked.output
    done = recount(app)
    assert done.exit_code == 0
    assert "is put right" in done.output
    assert is_equal(life)
    assert recount(app, "--check").exit_code == 0


def test_what_is_noted_and_not_counted_yet_is_not_wrong(app: Flask) -> None:
    life = lively(app)
    life.do("opt_out", 1)
    checked = recount(app, "--check")
    assert checked.exit_code == 0, checked.output
    assert f"Everything was counted right: {len(life.made.contacts)} contacts" in checked.output
    assert not is_equal(life)
    assert recount(app).exit_code == 0
    assert is_equal(life)


def test_one_campaign_alone_can_be_recounted(app: Flask) -> None:
    life = lively(app)
    db.session.execute(text("UPDATE tally SET sent = sent + 1"))
    done = recount(app, "--campaign", str(life.made.campaign))
    assert f"Campaign {life.made.campaign}: 0 texts or ends, " in done.output
    assert is_equal(life)
    assert "0 contacts" in recount(app, "--campaign", "0", "--check").output


def test_a_change_that_nothing_noted_is_found(app: Flask) -> None:
    life = lively(app)
    db.session.execute(text("DROP TRIGGER message_changes ON message"))
    db.session.execute(text("UPDATE message SET state = 'undeliverable' WHERE kind = 'first'"))
    assert recount(app, "--check").exit_code == 1
    assert recount(app).exit_code == 0
    assert reading.total(life.made.campaign).failed == reading.total(life.made.campaign).texts > 0


def test_what_catches_an_error_is_not_shared_out(app: Flask) -> None:
    """The database would like to, comparing a million contacts: before version 17 that ends in an error."""
    found = db.session.scalars(
        text(
            r"""SELECT proname FROM pg_proc WHERE prosrc ~ 'EXCEPTION\s+WHEN' AND proparallel <> 'u'
                 AND pronamespace = 'public'::regnamespace"""
        )
    )
    assert list(found) == []
