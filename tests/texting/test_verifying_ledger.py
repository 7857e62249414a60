"""Every kind of tampering, done as the tables' owner can, is found and named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.background import settings
from p2ptext.extensions import db
from p2ptext.rules import ledger, ledger_lines
from p2ptext.texting import ledger_verifying, sealing
from p2ptext.texting.ledger_findings import Report
from p2ptext.texting.ledger_queries import BLOCK_COLUMNS, CLICK_COLUMNS
from tests.texting.ledger_scene import FORGE, clicks

GUARDED = ("click", "click_seal", "ledger_block", "message", "click_device")


@pytest.fixture
def sealed(committed_app: Flask) -> Iterator[list[int]]:
    """Three blocks of clicks: 4, 4 and 1; their ids."""
    roots_file().unlink(missing_ok=True)
    made = []
    for people in (4, 4, 1):
        made += clicks(committed_app, people)
        sealing.seal()
    yield made
    roots_file().unlink(missing_ok=True)


def roots_file() -> Path:
    return settings().data_dir / "roots"


@contextmanager
def as_owner() -> Iterator[Any]:
    """A transaction in which no trigger and no foreign key stands in the way, and then all do again."""
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield lambda sql, **values: connection.execute(text(sql), values)


def found(*, roots: bool = False) -> Report:
    return ledger_verifying.verify(roots_file() if roots else None)


def kinds(report: Report) -> set[str]:
    return set(report.kinds)


def named(report: Report, code: str) -> list[tuple[int, ...]]:
    return [finding.clicks for finding in report.findings if finding.code == code]


def test_an_untouched_ledger_is_sound_with_and_without_the_file(sealed: list[int]) -> None:
    report = found(roots=True)
    assert report.findings == []
    assert (report.blocks, report.clicks, report.blocks_vouched) == (3, 9, 3)
    assert (report.texts, report.unsealed) == (9, 0)
    assert report.cannot_see() == []
    assert [line for line in found().cannot_see() if "Without --roots" in line]


# Each column, and what the owner writes there. Values that keep every other row as it is.
EDITS = {
    "id": "id + 1000000",
    "organization_id": "organization_id + 1000",
    "person_id": "person_id + 1000",
    "session_id": "session_id + 1000",
    "contact_id": "contact_id + 1000",
    "kind": "'reply'",
    "shown_at": "shown_at - interval '1 microsecond'",
    "age_ms": "age_ms + 1",
    "received_at": "received_at + interval '1 microsecond'",
    "token_digest": "sha256(token_digest)",
    "text_commitment": "sha256(text_commitment)",
    "zone_evidence": "zone_evidence || ' '",
    "checks": "checks || '{\"suppressed\": true}'",
}


def test_the_edits_are_of_every_column() -> None:
    assert tuple(EDITS) == ledger.CLICK_FIELDS


@pytest.mark.parametrize("column", EDITS)
def test_a_changed_column_of_a_click(sealed: list[int], column: str) -> None:
    with as_owner() as sql:
        sql(f"UPDATE click SET {column} = {EDITS[column]} WHERE id = :id", id=sealed[5])
    code = "click_deleted" if column == "id" else "click_changed"
    assert named(found(), code) == [(sealed[5],)]


@pytest.mark.parametrize("moment", ["'infinity'", "'-infinity'", "'0044-03-15 BC'", "'200000-01-01'"])
def test_a_moment_that_no_clock_shows_is_found_and_stops_nothing(sealed: list[int], moment: str) -> None:
    with as_owner() as sql:
        sql(f"UPDATE click SET received_at = {moment}, shown_at = {moment} WHERE id = :id", id=sealed[0])
        sql(f"UPDATE ledger_block SET sealed_at = {moment} WHERE id = 3")
    report = found(roots=True)
    assert named(report, "click_changed") == [(sealed[0],)]
    assert [finding.blocks for finding in report.findings if finding.code == "block_changed"] == [(3,)]


def test_a_column_that_is_emptied(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("ALTER TABLE click ALTER zone_evidence DROP NOT NULL")
        sql("UPDATE click SET zone_evidence = NULL WHERE id = :id", id=sealed[2])
    try:
        assert named(found(), "click_changed") == [(sealed[2],)]
    finally:
        with as_owner() as sql:
            sql("UPDATE click SET zone_evidence = ''")
            sql("ALTER TABLE click ALTER zone_evidence SET NOT NULL")


def test_a_deleted_click(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("DELETE FROM click WHERE id = :id", id=sealed[6])
    report = found()
    assert named(report, "click_deleted") == [(sealed[6],)]
    assert named(report, "text_without_click") == [(sealed[6],)]


@pytest.mark.parametrize(("place", "where"), [(0, "before"), (1, "between"), (3, "after")])
def test_a_click_deleted_with_its_seal_and_its_text(sealed: list[int], place: int, where: str) -> None:
    gone = sealed[4 + place]
    with as_owner() as sql:
        for table, column in (("message", "click_id"), ("click_seal", "click_id"), ("click", "id")):
            sql(f"DELETE FROM {table} WHERE {column} = :id", id=gone)
    report = found()
    assert kinds(report) == {"click_deleted_with_seal"}
    assert report.findings[0].blocks == (2,)
    assert where in report.findings[0].words
    # In the middle its neighbours are named, at the ends the block itself knows it.
    assert report.findings[0].clicks == (() if place == 1 else (gone,))


def test_a_click_deleted_with_its_seal_whose_text_is_left_is_named(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("DELETE FROM click_seal WHERE click_id = :id", id=sealed[5])
        sql("DELETE FROM click WHERE id = :id", id=sealed[5])
    report = found()
    assert kinds(report) == {"click_deleted_with_seal", "text_without_click"}
    assert named(report, "text_without_click") == [(sealed[5],)]


def test_every_click_of_a_block_deleted_with_their_seals(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("DELETE FROM click WHERE id IN (SELECT click_id FROM click_seal WHERE block_id = 2)")
        sql("DELETE FROM click_seal WHERE block_id = 2")
    report = found()
    assert named(report, "click_deleted_with_seal") == [(sealed[4], sealed[7])]
    assert len(named(report, "text_without_click")) == 4


def leaf_of(sql: Any, click_id: int) -> bytes:
    return ledger.leaf(sql(f"SELECT {CLICK_COLUMNS} FROM click k WHERE id = :id", id=click_id).one())


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_click_slipped_in_with_a_forged_seal(sealed: list[int], place: int) -> None:
    """The others were moved up for it, so that no place is taken twice and none is empty."""
    with as_owner() as sql:
        sql(FORGE, id=10_000 + place, like=sealed[4])
        sql(
            "UPDATE click_seal SET position = position + 1000 WHERE block_id = 2 AND position >= :p",
            p=place,
        )
        sql("UPDATE click_seal SET position = position - 999 WHERE block_id = 2 AND position >= 1000")
        leaf = leaf_of(sql, 10_000 + place)
        sql(
            "INSERT INTO click_seal (click_id, block_id, position, leaf) VALUES (:id, 2, :p, :leaf)",
            id=10_000 + place,
            p=place,
            leaf=leaf,
        )
    assert named(found(), "click_added") == [(10_000 + place,)]


def test_a_click_that_still_waits_and_has_a_forged_seal(sealed: list[int]) -> None:
    """Put in with the triggers on: it stands in line like any other."""
    with db.engine.begin() as connection:
        connection.execute(text(FORGE), {"id": 10_000, "like": sealed[0]})
        connection.execute(
            text("INSERT INTO click_seal (click_id, block_id, position, leaf) VALUES (10000, 3, 1, '')")
        )
    report = found()
    assert named(report, "seal_forged") == named(report, "click_added") == [(10_000,)]


def test_a_click_put_in_past_the_line_and_a_seal_taken_away(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql(FORGE, id=10_000, like=sealed[0])
    assert named(found(), "click_without_seal") == [(10_000,)]
    with as_owner() as sql:
        sql("DELETE FROM click_seal WHERE click_id = :id", id=sealed[8])
    assert named(found(), "click_without_seal") == [(sealed[8],), (10_000,)]


def test_a_click_deleted_before_its_seal_keeps_its_place_in_the_line(
    sealed: list[int], committed_app: Flask
) -> None:
    waiting = clicks(committed_app, 3)
    with as_owner() as sql:
        sql("DELETE FROM click WHERE id = :id", id=waiting[1])
    assert sealing.seal() == 2
    assert named(found(), "click_deleted") == [(waiting[1],)]


def test_swapped_clicks(sealed: list[int]) -> None:
    """Their rows under each other's ids; their places; and both with the hashes moved along."""
    one, other = sealed[4], sealed[6]
    with as_owner() as sql:
        sql("UPDATE click SET id = -1 WHERE id = :id", id=one)
        sql("UPDATE click SET id = :one WHERE id = :other", one=one, other=other)
        sql("UPDATE click SET id = :other WHERE id = -1", other=other)
    assert named(found(), "click_changed") == [(one,), (other,)]


@pytest.mark.parametrize("hashes_too", [False, True])
def test_swapped_seals(sealed: list[int], hashes_too: bool) -> None:
    one, other = sealed[4], sealed[6]
    with as_owner() as sql:
        sql("UPDATE click_seal SET position = -1 WHERE click_id = :id", id=one)
        sql("UPDATE click_seal SET position = 0 WHERE click_id = :id", id=other)
        sql("UPDATE click_seal SET position = 2 WHERE click_id = :id", id=one)
        if not hashes_too:
            kept = dict(iter(sql("SELECT click_id, leaf FROM click_seal").all()))
            for click, leaf in ((one, kept[other]), (other, kept[one])):
                sql("UPDATE click_seal SET leaf = :leaf WHERE click_id = :id", leaf=leaf, id=click)
    report = found()
    swapped = {click for pair in named(report, "clicks_swapped") for click in pair}
    assert {one, other} <= swapped
    assert ("seals_changed" in kinds(report)) == hashes_too
    assert named(report, "click_changed") == ([] if hashes_too else [(other,), (one,)])


def test_a_click_changed_together_with_the_hash_in_its_seal(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("UPDATE click SET age_ms = 1 WHERE id = :id", id=sealed[5])
        sql(
            "UPDATE click_seal SET leaf = :leaf WHERE click_id = :id",
            leaf=leaf_of(sql, sealed[5]),
            id=sealed[5],
        )
    report = found()
    assert kinds(report) == {"seals_changed"}
    assert report.findings[0].blocks == (2,)
    assert f"from {sealed[4]} to {sealed[7]}" in report.findings[0].words


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("clicks", "5"),
        ("sealed_at", "sealed_at - interval '1 day'"),
        ("merkle_root", "sha256(merkle_root)"),
        ("first_click", "first_click - 1"),
        ("last_click", "last_click + 1"),
        ("previous_root", "sha256(previous_root)"),
        ("version", "2"),
        ("root", "sha256(root)"),
    ],
)
def test_a_changed_column_of_a_block(sealed: list[int], column: str, value: str) -> None:
    with as_owner() as sql:
        sql(f"UPDATE ledger_block SET {column} = {value} WHERE id = 2")
    report = found()
    assert "block_changed" in kinds(report)
    assert ("chain_broken" in kinds(report)) == (column in ("previous_root", "root"))


def test_a_block_taken_out_of_the_middle(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("DELETE FROM ledger_block WHERE id = 2")
    report = found()
    assert [it.blocks for it in report.findings if it.code == "blocks_missing"] == [(2,)]
    assert named(report, "seal_without_block") == [(click,) for click in sealed[4:8]]


def cut_off(sql: Any, first: int) -> None:
    """Delete blocks from `first` on, with all they seal and every text of theirs."""
    theirs = "(SELECT click_id FROM click_seal WHERE block_id >= :first)"
    for table, column in (("message", "click_id"), ("click_device", "click_id"), ("click", "id")):
        sql(f"DELETE FROM {table} WHERE {column} IN {theirs}", first=first)
    sql("DELETE FROM click_seal WHERE block_id >= :first", first=first)
    sql("DELETE FROM ledger_block WHERE id >= :first", first=first)


def test_the_end_cut_off_is_known_to_the_file_only(sealed: list[int]) -> None:
    with as_owner() as sql:
        cut_off(sql, 2)
    assert found().sound
    report = found(roots=True)
    assert kinds(report) == {"end_cut_off"}
    assert report.findings[0].blocks == (2, 3)
    assert report.findings[0].clicks == (sealed[4], sealed[8])


def test_everything_cut_off(sealed: list[int]) -> None:
    with as_owner() as sql:
        cut_off(sql, 1)
    assert kinds(found(roots=True)) == {"end_cut_off"}


def test_the_end_cut_off_with_clicks_left_shows_without_the_file(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("DELETE FROM click_seal WHERE block_id = 3")
        sql("DELETE FROM ledger_block WHERE id = 3")
    assert named(found(), "click_without_seal") == [(sealed[8],)]


def reseal(sql: Any) -> None:
    """What a forger with this very program does: every seal and every block computed anew."""
    last, rows = (
        ledger.FIRST_PREVIOUS,
        sql(f"SELECT {BLOCK_COLUMNS} FROM ledger_block ORDER BY id").all(),
    )
    sql("UPDATE ledger_block SET root = sha256(root), previous_root = sha256(previous_root)")
    for row in rows:
        old = ledger.Block(*row)
        seals = "SELECT click_id FROM click_seal WHERE block_id = :id ORDER BY position"
        leaves = []
        for (click_id,) in sql(seals, id=old.id).all():
            leaves.append(leaf_of(sql, click_id))
            sql("UPDATE click_seal SET leaf = :leaf WHERE click_id = :id", leaf=leaves[-1], id=click_id)
        new = ledger.Block(
            old.id,
            last,
            ledger.merkle_root(leaves),
            len(leaves),
            old.first_click,
            old.last_click,
            old.sealed_at,
        )
        sql(
            "UPDATE ledger_block SET root = :root, previous_root = :before, merkle_root = :tree WHERE id = :id",
            root=new.root,
            before=new.previous_root,
            tree=new.merkle_root,
            id=new.id,
        )
        last = new.root


def test_everything_sealed_anew_is_known_to_the_file_only(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("UPDATE click SET age_ms = 1 WHERE id = :id", id=sealed[5])
        reseal(sql)
    report = found()
    assert report.sound
    assert "Without --roots" in report.cannot_see()[0]
    report = found(roots=True)
    assert kinds(report) == {"block_rewritten", "chain_rewritten"}
    by_code = {finding.code: finding for finding in report.findings}
    assert by_code["block_rewritten"].blocks == (2,)
    assert by_code["block_rewritten"].clicks == (sealed[4], sealed[7])
    assert by_code["chain_rewritten"].blocks == (3,)
    assert report.blocks_vouched == 1


def test_a_forger_who_changes_nothing_is_no_forger(sealed: list[int]) -> None:
    """So that the test above shows the change, not a mistake of its forger."""
    with as_owner() as sql:
        reseal(sql)
    assert found(roots=True).sound


def test_a_changed_text_and_a_changed_salt(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("UPDATE message SET text = text || '!' WHERE click_id = :id", id=sealed[0])
        sql("UPDATE click_device SET salt = sha256(salt) WHERE click_id = :id", id=sealed[1])
        sql("DELETE FROM click_device WHERE click_id = :id", id=sealed[2])
        sql("UPDATE message SET contact_id = contact_id + 1000 WHERE click_id = :id", id=sealed[3])
    report = found()
    assert kinds(report) == {"text_changed", "salt_missing", "text_of_another_click"}
    assert named(report, "text_changed") == [(sealed[0],), (sealed[1],)]
    assert named(report, "salt_missing") == [(sealed[2],)]
    assert all(finding.messages for finding in report.findings)


def test_words_that_became_salt(sealed: list[int]) -> None:
    """Salt and text are hashed one behind the other: no word may go from one into the other."""
    with as_owner() as sql:
        sql(
            """UPDATE click_device SET salt = salt || convert_to(left(m.text, 9), 'UTF8') FROM message m
               WHERE m.click_id = click_device.click_id AND m.click_id = :id""",
            id=sealed[0],
        )
        sql("UPDATE message SET text = substr(text, 10) WHERE click_id = :id", id=sealed[0])
    assert named(found(), "text_changed") == [(sealed[0],)]


def test_a_text_without_any_click(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("UPDATE message SET click_id = 99999 WHERE click_id = :id", id=sealed[0])
    assert named(found(), "text_without_click") == [(99_999,)]


def test_a_text_sent_once_more_without_a_click_for_that(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql(
            "INSERT INTO attempt (id, organization_id, message_id, click_id, dispatcher, deadline_at)"
            " SELECT gen_random_uuid(), organization_id, id, :other, 'x', p2p_now() FROM message"
            " WHERE click_id = :id",
            id=sealed[0],
            other=sealed[1],
        )
    assert named(found(), "resent_without_click") == [(sealed[1],)]


@pytest.mark.parametrize("table", ["click", "click_seal", "ledger_block"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses(sealed: list[int], table: str, deed: str) -> None:
    column = {"click": "age_ms", "click_seal": "position", "ledger_block": "clicks"}[table]
    with (
        pytest.raises(Exception, match="are evidence and are never changed"),
        db.engine.begin() as connection,
    ):
        connection.execute(text(deed.format(table, column, column)))
    assert found(roots=True).sound


def test_a_guard_switched_off_is_found(sealed: list[int]) -> None:
    with as_owner() as sql:
        sql("ALTER TABLE click DISABLE TRIGGER click_is_append_only")
        sql("ALTER TABLE click DISABLE TRIGGER click_stands_in_line")
    try:
        assert found().kinds["guard_off"] == 2
    finally:
        with as_owner() as sql:
            sql("ALTER TABLE click ENABLE TRIGGER USER")


# What somebody does to the file: a line, with what in it changed, and what is found.
def line_with(number: int, **changes: Any) -> str:
    block = ledger_lines.read(roots_file().read_text().splitlines()[number - 1])
    values = {name: getattr(block, name) for name in block.__dataclass_fields__} | changes
    return ledger_lines.write(ledger.Block(**values))


def write_lines(lines: list[str]) -> None:
    roots_file().write_text("".join(line + "\n" for line in lines))


def test_a_changed_line_of_the_file(sealed: list[int]) -> None:
    lines = roots_file().read_text().splitlines()
    for changed in (lines[1].replace(" 4 ", " 5 ", 1), "", "nonsense", lines[1][:-3], lines[1] + " "):
        write_lines([lines[0], changed, lines[2]])
        report = found(roots=True)
        assert report.findings[0].code == "file_line_changed"
        assert report.findings[0].lines == (2,)


def test_a_line_of_the_file_computed_anew(sealed: list[int]) -> None:
    """Its own hash is right; the line behind it and the database say otherwise."""
    lines = roots_file().read_text().splitlines()
    write_lines([lines[0], line_with(2, clicks=5), lines[2]])
    assert kinds(found(roots=True)) == {"file_line_changed", "block_rewritten"}


def test_lines_taken_out_and_lines_twice(sealed: list[int]) -> None:
    lines = roots_file().read_text().splitlines()
    write_lines([lines[0], lines[2]])
    report = found(roots=True)
    assert kinds(report) == {"file_lines_missing"}
    assert report.findings[0].blocks[0] == 2
    write_lines([*lines, line_with(2, clicks=5)])
    report = found(roots=True)
    assert kinds(report) == {"file_line_out_of_order"}
    assert report.findings[0].lines == (4,)


def test_a_file_that_begins_late_or_ends_early_is_no_breach_and_is_told(sealed: list[int]) -> None:
    lines = roots_file().read_text().splitlines()
    write_lines(lines[1:2])
    report = found(roots=True)
    assert report.sound
    assert report.blocks_vouched == 2
    assert report.cannot_see()[0].startswith("The file does not vouch for the last 1 block.")
    # The one line is enough to know of a change in the block before it, sealed anew.
    with as_owner() as sql:
        sql("UPDATE click SET age_ms = 1 WHERE id = :id", id=sealed[0])
        reseal(sql)
    assert kinds(found(roots=True)) == {"chain_rewritten"}


def test_a_torn_line_that_follows_whole_is_no_breach(sealed: list[int]) -> None:
    lines = roots_file().read_text().splitlines()
    write_lines([lines[0], lines[1][:50], lines[1], lines[2]])
    assert found(roots=True).sound


def test_findings_beyond_a_thousand_are_counted(
    sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("p2ptext.texting.ledger_findings.MOST_LISTED", 4)
    with as_owner() as sql:
        sql("UPDATE click SET age_ms = 1")
    report = found()
    assert len(report.findings) == 4
    assert report.kinds["click_changed"] == 9
    assert "... and 5 more." in report.in_words()


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["verify-ledger", *arguments])
    return result.exit_code, result.stdout


def test_the_command_and_its_status(sealed: list[int], committed_app: Flask, tmp_path: Path) -> None:
    roots = ("--roots", str(roots_file()))
    assert run(committed_app, *roots) == (
        0,
        "9 sealed clicks in 3 blocks, 9 texts held against them: sound.\n"
        "The file of roots vouches for 3 blocks.\n",
    )
    status, said = run(committed_app, "--json", *roots)
    assert (status, json.loads(said)["sound"]) == (0, True)
    (tmp_path / "empty").touch()
    for file in ("empty", "absent"):
        status, said = run(committed_app, "--json", "--roots", str(tmp_path / file))
        assert (status, json.loads(said)["sound"]) == (2, None)
    with as_owner() as sql:
        sql("UPDATE click SET age_ms = 1 WHERE id = :id", id=sealed[3])
    status, said = run(committed_app, "--json", *roots)
    assert status == 1
    assert json.loads(said)["findings"][0]["clicks"] == [sealed[3]]
    assert f"Click {sealed[3]} was changed after it was sealed." in run(committed_app)[1]


def test_the_unsealed_tail_is_told(sealed: list[int], committed_app: Flask) -> None:
    waiting = clicks(committed_app, 2)
    report = found(roots=True)
    assert report.sound
    assert report.unsealed == 2
    assert not report.sealer_is_behind
    with as_owner() as sql:
        sql(
            "UPDATE click SET received_at = received_at - interval '100 s' WHERE id = ANY(:ids)",
            ids=waiting,
        )
    report = found(roots=True)
    assert report.sealer_is_behind
    assert any("when a dispatcher runs" in line for line in report.in_words())
    assert report.sound
