"""Files anybody can open: safe for spreadsheets, exact for programs, and each column described."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from pyarrow import parquet
from sqlalchemy import select, text

from p2ptext.exports import columns, copying, dictionary, keeping
from p2ptext.exports.columns import Table
from p2ptext.exports.kinds import KINDS
from p2ptext.exports.models import Export
from p2ptext.exports.scoping import Scope
from p2ptext.extensions import db
from p2ptext.rules import csv_safe
from tests.exports.evening import evening, made, members, read

DOCS = Path(__file__).parents[2] / "docs" / "exports.md"
KINDS_OF_ONE_FILE = [kind.key for kind in KINDS.values() if "csv" in kind.formats]


def tables(kind: str, organization_id: int, campaign_id: int) -> list[Table]:
    of_one = campaign_id if KINDS[kind].of_campaign else None
    with copying.snapshot():
        return list(KINDS[kind].tables(Scope(organization_id, of_one)))


def test_the_database_looks_for_what_the_rules_look_for() -> None:
    assert [chr(point) for point in columns.FORMULA_POINTS] == list(csv_safe.FORMULA)


@pytest.mark.parametrize("kind", ["contacts", "messages", "refused", "answers"])
def test_no_cell_is_a_formula(committed_app: Flask, kind: str) -> None:
    content = made(evening(), kind).read_bytes().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
    dangerous = [cell for cell in cells if cell.startswith(csv_safe.FORMULA)]
    # A telephone number is a number to a spreadsheet too, and runs nothing.
    assert [cell for cell in dangerous if not re.fullmatch(r"\+[0-9]{7,15}", cell)] == []
    assert any(cell.startswith("'") for cell in cells), "there was something to guard"


def test_a_phone_keeps_its_plus(committed_app: Flask) -> None:
    content = made(evening(), "contacts").read_bytes()
    assert b",+16145550100," in content
    assert b"'+1614" not in content


def test_it_is_written_as_rfc_4180_says(committed_app: Flask) -> None:
    content = made(evening(), "contacts").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfcontact_id,phone,")
    assert content.endswith(b"\r\n")
    assert b'"two\nlines\r\nand\ttab"' in content, "breaks inside of a cell stay as they are"
    assert b'"O\'N\xc3\xa9ill, ""Bo"""' in content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert len(rows) == 8


@pytest.mark.parametrize("kind", KINDS_OF_ONE_FILE)
def test_parquet_says_the_same(committed_app: Flask, kind: str) -> None:
    found = evening()
    of_one = KINDS[kind].of_campaign
    rows = read(made(found, kind, campaign=of_one).read_bytes())
    table = parquet.read_table(io.BytesIO(made(found, kind, "parquet", campaign=of_one).read_bytes()))
    assert rows, "there is something to compare"
    assert [{name: as_csv(value) for name, value in row.items()} for row in table.to_pylist()] == rows
    described = {one.name: one.metadata[b"description"].decode() for one in table.schema}
    (described_there,) = tables(kind, found.org_id, found.campaign_id)
    assert described == {one.name: one.words for one in described_there.columns}


def as_csv(value: object) -> str:
    """A value of Parquet as the CSV file has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return str(value)


def test_parquet_of_nobody_can_be_read(committed_app: Flask) -> None:
    found = evening()
    db.session.execute(text("UPDATE recipient SET suppressed_at = NULL, suppressed_reason = NULL"))
    db.session.commit()
    path = made(found, "opt_outs", "parquet", campaign=False)
    table = parquet.read_table(io.BytesIO(path.read_bytes()))
    assert (table.num_rows, table.column_names[0]) == (0, "phone")


def test_everything_comes_with_a_dictionary(committed_app: Flask) -> None:
    found = evening()
    files = members(made(found, "everything", "zip"))
    tables_there = tables("everything", found.org_id, found.campaign_id)
    names = [f"{table.name}.csv" for table in tables_there]
    assert list(files) == [*names, dictionary.CSV_NAME, dictionary.JSON_NAME, dictionary.README_NAME]
    told = json.loads(files[dictionary.JSON_NAME])
    lines = read(files[dictionary.CSV_NAME])
    for name, described in zip(names, told["files"], strict=True):
        header = next(csv.reader(io.StringIO(files[name].decode("utf-8-sig"), newline="")))
        assert described["file"] == name
        assert [one["name"] for one in described["columns"]] == header
        assert [line["column"] for line in lines if line["file"] == name] == header
        assert all(one["meaning"] and one["kind"] in told["kinds"] for one in described["columns"])
    readme = files[dictionary.README_NAME].decode()
    assert all(f"{name}  (" in readme for name in names)
    assert "contacts.csv  (7 rows)" in readme


def test_the_files_of_one_archive_are_the_same_as_alone(committed_app: Flask) -> None:
    found = evening()
    files = members(made(found, "everything", "zip"))
    for kind, name in (("contacts", "contacts"), ("messages", "messages"), ("refused", "refused-rows")):
        assert files[f"{name}.csv"] == made(found, kind).read_bytes()


def documented() -> dict[str, dict[str, tuple[str, str]]]:
    """The columns of docs/exports.md by file: kind and meaning of each."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for part in DOCS.read_text(encoding="utf-8").split("\n### ")[1:]:
        lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
        found[part.splitlines()[0]] = {line[0]: (line[1], line[2]) for line in lines[1:]}
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_is_documented_and_every_documented_column_is_there(
    committed_app: Flask, kind: str
) -> None:
    found = evening()
    for table in tables(kind, found.org_id, found.campaign_id):
        there = {
            one.name: (one.kind, one.words)
            for one in table.columns
            if not one.name.startswith(("list: ", "answer: ", "cell: "))
        }
        assert documented()[f"{table.name}.csv"] == there


def test_a_file_is_what_its_digest_says(committed_app: Flask) -> None:
    path = made(evening(), "everything", "zip")
    row = db.session.scalars(select(Export)).one()
    assert row.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert row.size_bytes == path.stat().st_size
    assert path.parent == keeping.folder()
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_page_loads_what_only_a_parquet_file_needs() -> None:
    asked = (
        "import sys, p2ptext.app, p2ptext.cli, p2ptext.exports.jobs, p2ptext.exports.views;"
        "print([name for name in ('pyarrow', 'sklearn', 'scipy', 'numpy') if name in sys.modules])"
    )
    command = [sys.executable, "-c", asked]
    said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert said.stdout.strip() == "[]"
