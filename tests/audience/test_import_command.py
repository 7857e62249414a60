"""`import-contacts`: a list comes in from the command line, whole or with words why not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from p2ptext.audience import importing
from p2ptext.audience.models import Contact, ContactImport, Recipient
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.config import Settings
from p2ptext.extensions import db
from tests import factories
from tests.audience.test_interrupted import environment

LIST = (
    "Cell,First,Last,Ort,Zip\n202-555-0104,Ann,Lee,Dayton,45402\n2025550105,Bob,Ray,,\n"
    "(202) 555-0104,Ann,Lee,Dayton,45402\n911,Eve,,,\n1-800-555-0199,Max,,,\n202555010,Sue,,,\n"
)


@pytest.fixture
def campaign(committed_app: Flask) -> Campaign:
    shutil.rmtree(importing.upload_folder(), ignore_errors=True)  # what tests before these left there
    org = factories.organization()
    made = factories.campaign(org, factories.person(org), status="draft", batch_size=2)
    db.session.commit()
    return made


def write(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def run(app: Flask, campaign_id: int, file: Path, *more: str) -> Result:
    given = ["import-contacts", "--campaign", str(campaign_id), "--consent", "sheets at the fair"]
    result = app.test_cli_runner().invoke(args=[*given, *more, str(file)])
    db.session.rollback()
    return result


def test_it_prints_what_became_of_every_row(
    committed_app: Flask, campaign: Campaign, tmp_path: Path
) -> None:
    result = run(committed_app, campaign.id, write(tmp_path, LIST), "--json")
    assert result.exit_code == 0, result.output
    outcome = json.loads(result.stdout)
    assert outcome.pop("seconds") > 0
    assert outcome.pop("peak_mb") > 10
    assert outcome == {
        "read": 6,
        "imported": 2,
        "duplicates": 1,
        "suppressed": 0,
        "refused": {"too_short": 2, "toll_free": 1},
    }
    row = db.session.scalars(select(ContactImport)).one()
    assert (row.status, row.consent_source, row.consent_basis) == (
        "done",
        "sheets at the fair",
        "stated",
    )
    assert row.consent_date is not None
    assert not list(importing.upload_folder().glob("*"))
    words = run(committed_app, campaign.id, write(tmp_path, LIST))
    assert "6 rows read: 0 imported, 3 duplicates, 0 suppressed, 3 refused" in words.stdout


def test_columns_are_mapped_by_hand_and_the_others_guessed(
    committed_app: Flask, campaign: Campaign, tmp_path: Path
) -> None:
    file = write(
        tmp_path,
        "A,B,First,Ort,Zip\nx,2025550104,Ann,Dayton,45402\n2025550105,2025550106,Bob,,\n",
    )
    result = run(
        committed_app, campaign.id, file,
        "--map", "a=phone", "--map", "B=phone", "--map", "Ort=city", "--map", "zip=ignore",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    rows = db.session.execute(
        select(Recipient.phone, Contact.fields)
        .join(Contact, Contact.recipient_id == Recipient.id)
        .order_by(Contact.line)
    )
    assert [tuple(row) for row in rows] == [
        ("+12025550104", {"first_name": "Ann", "city": "Dayton", "phone_2": "x"}),
        ("+12025550105", {"first_name": "Bob", "phone_2": "+12025550106"}),
    ]


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        ("", (), "The file is empty. Export your list again and upload that file."),
        ("phone,name\n", (), "The file has a header but no rows below it."),
        ("who,where\nAnn,Dayton\n", (), "Choose the column that holds the phone numbers."),
        (LIST, ("--map", "Mobile=phone"), "the file has no column “Mobile”. It has: Cell, First, Last"),
        (LIST, ("--map", "Cell"), "--map Cell: write it as COLUMN=FIELD."),
        (LIST, ("--map", "Zip=state", "--map", "Ort=state"), "Choose one of them"),
        (LIST, ("--consent", " "), "--consent is empty."),
    ],
)
def test_a_file_that_is_refused_as_a_whole_exits_with_words(
    committed_app: Flask,
    campaign: Campaign,
    tmp_path: Path,
    content: str,
    more: tuple[str, ...],
    words: str,
) -> None:
    result = run(committed_app, campaign.id, write(tmp_path, content), "--json", *more)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert db.session.scalar(text("SELECT count(*) FROM contact")) == 0
    assert db.session.scalar(text("SELECT count(*) FROM recipient")) == 0


def test_there_is_no_such_campaign(committed_app: Flask, tmp_path: Path) -> None:
    result = run(committed_app, 4711, write(tmp_path, LIST))
    assert (result.exit_code, "There is no campaign 4711." in result.stderr) == (1, True)


def test_consent_is_not_optional(committed_app: Flask, campaign: Campaign, tmp_path: Path) -> None:
    given = ["import-contacts", "--campaign", str(campaign.id), str(write(tmp_path, LIST))]
    result = committed_app.test_cli_runner().invoke(args=given)
    assert result.exit_code == 2
    assert "--consent" in result.stderr


def test_in_a_process_of_its_own(
    committed_app: Flask, campaign: Campaign, settings: Settings, tmp_path: Path
) -> None:
    def imported(file: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "flask", "--app", "wsgi", "import-contacts", "--campaign",
             str(campaign.id), "--consent", "sheets at the fair", str(file), "--json"],
            env=environment(settings),
            cwd=Path(__file__).parents[2],
            check=False,
            capture_output=True,
            text=True,
            timeout=200,
        )  # fmt: skip

    done = imported(write(tmp_path, LIST))
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    refused = sum(outcome["refused"].values())
    assert (
        outcome["read"]
        == 6
        == sum(outcome[k] for k in ("imported", "duplicates", "suppressed")) + refused
    )
    bad = imported(write(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(500), "photo.csv"))
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith("Error: ")


def test_nothing_is_kept_of_a_list_that_a_launched_campaign_cannot_take(
    committed_app: Flask, campaign: Campaign, tmp_path: Path
) -> None:
    writing.save_wordings(campaign, ["Hi {polling_place}, STOP to opt out"], campaign.created_by)
    campaign.status = "running"
    db.session.commit()
    result = run(committed_app, campaign.id, write(tmp_path, LIST))
    assert result.exit_code == 1
    assert "This campaign is launched" in result.stderr
    db.session.rollback()
    row = db.session.scalars(select(ContactImport)).one()
    assert (row.status, row.stored_as) == ("cancelled", "")
    assert db.session.scalar(text("SELECT count(*) FROM incoming_row")) == 0
    assert not list(importing.upload_folder().glob("*"))
