"""The pages of a list, from its upload to its end, in every state they can be in."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from p2ptext.audience import importing, jobs
from p2ptext.audience.list_words import duration, progress_of
from p2ptext.audience.models import Contact, ContactImport, RefusedRow
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.extensions import db, redis
from tests import factories
from tests.audience.browsing import Manager, latest, selected
from tests.audience.workbook_files import numbered, sheet, write_xlsx, xlsx

EVIL = "<script>alert(1)</script>"
THREE = b"phone,first name\n2025550104,Maria\n20255501,Ann\n2025550104,May\n"
CP1252 = "phone,first name\n2025550104,José\n".encode("cp1252")


def queued() -> list[str]:
    """The jobs on the queue, by name, the next one first."""
    ids = redis.client.lrange("rq:queue:default", 0, -1)
    return [
        redis.client.hget(f"rq:job:{one.decode()}", "description").decode().split(".")[-1].split("(")[0]
        for one in ids
    ]


def run_import(import_id: int) -> None:
    jobs.import_contacts(import_id)
    jobs.cut_batches(import_id)


def state(import_id: int, **values: Any) -> ContactImport:
    """Put a list into a state that otherwise only a busy worker makes."""
    row = db.session.get_one(ContactImport, import_id)
    row.zone_sets = row.zone_sets or []
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()
    return row


def contacts() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Contact)) or 0


# Upload.


def test_a_list_goes_through_its_four_steps(manager: Manager) -> None:
    answer = manager.upload(THREE)
    row = latest()
    assert answer.status_code == 302
    assert answer.location.endswith(f"/campaigns/imports/{row.id}")
    assert (row.status, row.consent_source, row.consent_basis) == ("uploaded", "The fair", "opted_in")
    assert queued() == ["check_list"]
    assert "Waiting for its turn to be read" in manager.look(row.id).text
    jobs.check_list(row.id)
    to_check = manager.look(row.id)
    assert to_check.location.endswith(f"/imports/{row.id}/check")
    to_columns = manager.browser.get(to_check.location)
    assert to_columns.location.endswith(f"/imports/{row.id}/columns")
    page = manager.browser.get(to_columns.location).text
    assert 'aria-current="step"' in page
    assert "2025550104" in page
    assert "Maria" in page
    assert selected(page) == ["phone", "first_name"]
    assert manager.choose(row, "phone", "first_name").location.endswith(f"/imports/{row.id}")
    assert queued() == ["check_list"]  # the columns were right, so nothing is read again
    page = manager.look(row.id, "check").text
    assert "This number is too short" in page
    assert "They asked for texts: The fair, January 5, 2026" in page
    assert manager.confirm(row).location.endswith(f"/imports/{row.id}")
    assert queued() == ["check_list", "import_contacts"]
    assert "Waiting for its turn" in manager.look(row.id).text
    assert contacts() == 0
    run_import(row.id)
    page = manager.look(row.id).text
    assert re.search(r'People to text</span>\s*<span class="stat-value">1<', page)
    assert "share a phone with another person" in page
    assert "This number is too short" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"file": (io.BytesIO(), "")}, "Choose a file, or paste rows below."),
        ({"pasted": "phone\n2025550104"}, "Upload a file or paste rows, not both."),
        ({"consent_source": " "}, "Say where the list is from."),
        ({"consent_basis": ""}, "Choose the reason."),
        ({"consent_basis": "because"}, "Choose one: Why"),
        ({"consent_date": ""}, "Enter the day."),
        ({"consent_date": "2999-01-01"}, "This day is still to come."),
    ],
)
def test_a_list_needs_its_rows_and_consent(
    manager: Manager, changes: dict[str, Any], words: str
) -> None:
    answer = manager.upload(THREE, **changes)
    assert answer.status_code == 200
    assert words in answer.text
    assert "<title>Error: " in answer.text
    assert latest().id is None


def test_what_was_typed_is_still_there_after_a_refusal(manager: Manager) -> None:
    pasted = "phone\tname\n2025550104\tMaria"
    answer = manager.upload(b"", "", pasted=pasted, consent_source="Fair", consent_basis="")
    assert "2025550104\tMaria</textarea>" in answer.text
    assert '<details class="disclose" open>' in answer.text
    assert 'value="Fair"' in answer.text
    assert 'value="2026-01-05"' in answer.text
    assert "Choose your file once more" not in answer.text
    with_file = manager.upload(THREE, consent_basis="member", consent_source="")
    assert '<option selected value="member">' in with_file.text
    assert "Choose your file once more" in with_file.text


def test_pasted_rows_are_a_list(manager: Manager) -> None:
    rows = "phone\tfirst name\r\n2025550104\tZoë\r\n2025550105\tMaría"
    assert manager.upload(b"", "", pasted=rows).status_code == 302
    row = latest()
    assert row.file_name == "pasted text"
    jobs.check_list(row.id)
    row = latest()
    assert (row.status, row.header, row.rows_read) == ("checked", ["phone", "first name"], 2)
    assert row.samples[1] == ["Zoë", "María"]
    assert not row.shape["guessed_encoding"]


@pytest.mark.parametrize(
    ("pasted", "people"),
    [
        ("202 555 0104, 202 555 0105; (202) 555-0106,\n2025550107", 4),
        ("phone,zip\n2025550104,20001\n2025550105,20002", 2),
        ("Maria,2025550104,2025550105\nZoe,2025550106,2025550107", 2),
        ("2025550104\t2025550105\n2025550106\t2025550107", 2),
    ],
    ids=["numbers", "header", "names", "spreadsheet"],
)
def test_pasted_numbers_on_one_line_are_several_people(
    manager: Manager, pasted: str, people: int
) -> None:
    assert manager.upload(b"", "", pasted=pasted).status_code == 302
    jobs.check_list(latest().id)
    assert latest().rows_read == people


def test_rows_too_many_to_paste_belong_into_a_file(manager: Manager) -> None:
    answer = manager.upload(b"", "", pasted="phone\n" + "2025550104\n" * 100_000)
    assert answer.status_code == 200
    assert "This is too long to paste. Save it as a file instead." in answer.text
    assert latest().id is None


def test_an_upload_without_the_pages_token_is_refused(manager: Manager) -> None:
    assert manager.upload(THREE, csrf_token="made-up").status_code == 400
    assert latest().id is None


def test_an_upload_over_the_limit_is_refused_in_words(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "most_upload_bytes", lambda: 2**20)
    kept = set(importing.upload_folder().glob("*"))
    a_little = manager.upload(b"x" * (2**20 + 10))
    assert a_little.status_code == 413
    assert "larger than 1 MB" in a_little.text
    assert 'value="The fair"' in a_little.text
    far = manager.upload(b"x" * (8 * 2**20))
    assert far.status_code == 413
    assert "too large" in far.text
    assert set(importing.upload_folder().glob("*")) == kept
    assert latest().id is None


def test_a_large_list_passes_the_limit_of_other_pages(manager: Manager) -> None:
    padding = b"2025550104," + b"x" * 500 + b"\n"
    assert manager.upload(b"phone,note\n" + padding * 4000).status_code == 302
    assert latest().size_bytes > 2_000_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("\x00\x07.csv", ".csv"),
        ("x" * 500 + ".csv", "x" * 120),
    ],
)
def test_a_files_name_is_only_shown(manager: Manager, name: str, shown: str) -> None:
    before = set(importing.upload_folder().glob("*"))
    manager.upload(b"phone\n2025550104\n", name=name)
    assert latest().file_name == shown
    (kept,) = set(importing.upload_folder().glob("*")) - before
    assert re.fullmatch(r"[0-9a-f]{32}", kept.name)


@pytest.mark.parametrize("status", ["draft", "running", "paused"])
def test_a_campaign_takes_lists_whether_it_runs_or_not(manager: Manager, status: str) -> None:
    manager.campaign.status = status
    db.session.commit()
    assert "data-upload" in manager.get("list").text
    assert manager.upload(THREE).status_code == 302


def test_an_archived_campaign_takes_no_list(manager: Manager) -> None:
    manager.campaign.status = "archived"
    db.session.commit()
    assert "data-upload" not in manager.get("list").text
    answer = manager.upload(THREE)
    assert answer.status_code == 409
    assert "This campaign is archived." in answer.text
    assert latest().id is None


def test_the_page_of_lists_shows_their_states_and_consent(manager: Manager) -> None:
    row = manager.checked(THREE)
    page = manager.get("list").text
    assert "1 list waits for your decision" in page
    assert "They asked for texts: The fair" in page
    assert "To decide" in manager.get("setup").text
    manager.checked(THREE)
    assert "2 lists wait for your decision" in manager.get("list").text
    words = {
        "uploaded": "Waits to be read",
        "checking": "Being read",
        "waiting": "Coming in",
        "running": "Coming in",
        "cutting": "Coming in",
        "done": "In",
        "refused": "Could not be used",
        "cancelled": "Cancelled",
    }
    for status, shown in words.items():
        state(row.id, status=status)
        page = manager.get("list").text
        assert f">{shown}</span>" in page, status
        assert ("A list is being worked on" in page) == (
            status in words and shown in ("Waits to be read", "Being read", "Coming in")
        ), status


# Columns.


def test_other_columns_are_checked_again(manager: Manager) -> None:
    row = manager.checked(b"phone,who,home phone\n2025550104,Maria,2025550105\n")
    assert selected(manager.look(row.id, "columns").text) == ["phone", "custom", "phone_2"]
    answer = manager.choose(row, "phone_2", "first_name", "phone")
    row = latest()
    assert answer.location.endswith(f"/imports/{row.id}")
    assert (row.status, row.columns_chosen) == ("uploaded", True)
    assert queued() == ["check_list", "check_list"]
    jobs.check_list(row.id)
    row = latest()
    assert row.column_map == {
        "phone": {"column": 2, "header": "home phone"},
        "phone_2": {"column": 0, "header": "phone"},
        "first_name": {"column": 1, "header": "who"},
    }
    assert manager.look(row.id, "check").status_code == 200
    assert selected(manager.look(row.id, "columns").text) == ["phone_2", "first_name", "phone"]


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (("ignore", "custom", "custom"), "Choose the column that holds the phone numbers."),
        (("phone", "first_name", "first_name"), "are both {first_name}"),
        (("phone", "made up", "custom"), "Choose one: Column B: a"),
    ],
)
def test_columns_that_cannot_be(manager: Manager, choices: tuple[str, ...], words: str) -> None:
    row = manager.checked(b"phone,a,b\n2025550104,x,y\n")
    answer = manager.choose(row, *choices)
    assert answer.status_code == 200
    assert words in answer.text
    assert "<title>Error: " in answer.text
    assert not latest().columns_chosen


def test_a_list_in_which_no_column_looks_like_phones_can_be_helped(manager: Manager) -> None:
    row = manager.checked(b"who,a\nMaria,x\n")
    assert row.status == "checked"
    page = manager.look(row.id, "columns").text
    assert "No column looks like phone numbers. Choose the one that holds them." in page
    manager.choose(row, "first_name", "phone")
    jobs.check_list(row.id)
    row = latest()
    assert (row.status, row.refused) == ("checked", 1)


def test_columns_are_remembered_for_the_next_file_of_that_shape(manager: Manager) -> None:
    row = manager.checked(b"Phone,Who,Note\n2025550104,Maria,x\n")
    assert "We remembered your columns" not in manager.look(row.id, "columns").text
    manager.choose(row, "phone", "first_name", "ignore")
    again = manager.checked(b"phone, WHO,note\n2025550105,Ann,y\n")
    page = manager.look(again.id, "columns").text
    assert "We remembered your columns from the last file of this shape." in page
    assert selected(page) == ["phone", "first_name", "ignore"]
    manager.choose(again, "phone", "first_name", "custom")
    assert "We remembered" not in manager.look(again.id, "columns").text
    third = manager.checked(b"phone,who,note\n2025550106,Bo,z\n")
    assert selected(manager.look(third.id, "columns").text) == ["phone", "first_name", "custom"]
    other_order = manager.checked(b"who,phone,note\nBo,2025550107,z\n")
    assert "We remembered" not in manager.look(other_order.id, "columns").text


def test_corrected_rows_bring_their_columns_along(manager: Manager) -> None:
    row = manager.checked(b"phone,who\n20255501,Maria\n2025550105,Ann\n")
    manager.choose(row, "phone", "first_name")
    jobs.check_list(row.id)
    file = manager.look(row.id, "refused.csv").text.replace("20255501", "2025550101")
    again = manager.checked(file)
    page = manager.look(again.id, "columns").text
    assert "We remembered your columns" in page
    assert selected(page) == ["ignore", "ignore", "phone", "first_name"]
    assert (again.rows_read, again.refused) == (1, 0)


def test_columns_are_not_remembered_for_another_organization(
    manager: Manager, committed_app: Flask
) -> None:
    row = manager.checked(b"phone,who\n2025550104,Maria\n")
    manager.choose(row, "phone", "first_name")
    other = Manager(committed_app, slug="utah")
    theirs = other.checked(b"phone,who\n2025550104,Maria\n")
    page = other.look(theirs.id, "columns").text
    assert "We remembered" not in page
    assert selected(page) == ["phone", "custom"]


def test_made_up_names_are_not_remembered(manager: Manager) -> None:
    row = manager.checked(b"2025550104,Maria\n2025550105,Ann\n")
    page = manager.look(row.id, "columns").text
    assert "no row with the columns&#39; names" in page or "no row with the columns' names" in page
    manager.choose(row, "phone", "first_name")
    again = manager.checked(b"2025550106,Dayton\n2025550107,Akron\n")
    assert "We remembered" not in manager.look(again.id, "columns").text


def test_letters_that_were_guessed_are_looked_at_before_anything(manager: Manager) -> None:
    row = manager.checked(CP1252)
    page = manager.look(row.id, "columns").text
    assert "Do these look right?" in page
    assert ">José</li>" in page
    refused = manager.choose(row, "phone", "first_name")
    assert "Look at these names, then tick the box." in refused.text
    assert manager.look(row.id, "check").location.endswith("/columns")
    assert manager.confirm(row).location.endswith("/columns")
    assert latest().status == "checked"
    assert manager.choose(row, "phone", "first_name", looks_right="y").status_code == 302
    assert manager.look(row.id, "check").status_code == 200
    assert manager.confirm(row).status_code == 302
    assert latest().status == "waiting"


def test_the_sheet_that_is_read_is_named(manager: Manager, tmp_path: Path) -> None:
    people = [["Cell phone", "First name"], [2025550104, "Zoë"]]
    book = xlsx(tmp_path / "one.xlsx", people)
    row = manager.checked(book.read_bytes(), name="one.xlsx")
    page = manager.look(row.id, "columns").text
    assert "one.xlsx, sheet “People”" in page
    assert selected(page) == ["phone", "first_name"]
    two = write_xlsx(
        tmp_path / "two.xlsx", {"Notes": sheet(numbered([["Hi"]])), "Folks": sheet(numbered(people))}
    )
    row = manager.checked(two.read_bytes(), name="two.xlsx")
    words = "Only the sheet “Folks” is read. The workbook also has: Notes."
    assert words in manager.look(row.id, "columns").text


def test_letters_that_are_known_are_not_asked_about(manager: Manager) -> None:
    row = manager.checked("phone,first name\n2025550104,José\n")
    assert "Do these look right?" not in manager.look(row.id, "columns").text


def test_hostile_headers_and_cells_are_shown_as_text(manager: Manager) -> None:
    content = f'phone,"{EVIL}","{{{{7*7}}}}"\n2025550104,"{EVIL}","{{{{7*7}}}}"\n"{EVIL}",a,b\n'
    row = manager.checked(content, name=f"{EVIL}.csv")
    state(row.id, file_name=f"{EVIL}.csv", consent_source=EVIL, columns_chosen=True)
    state(
        row.id,
        forecast={
            "good": 1,
            "refused": [{"code": "x", "words": EVIL, "count": 1}],
            "zones": [{"label": EVIL, "count": 1}],
            "states": [{"label": EVIL, "count": 1}],
            "longest": {"line": 2, "text": EVIL, "segments": 1, "encoding": "GSM-7", "units": 9},
            "blank": [{"field": EVIL, "count": 1}],
        },
    )
    for answer in (manager.look(row.id, "columns"), manager.look(row.id, "check"), manager.get("list")):
        assert answer.status_code == 200
        assert EVIL not in answer.text
        assert "&lt;script&gt;" in answer.text
        assert "49" not in re.findall(r">([^<]*)<", answer.text)


# What would happen.

FORECAST = {
    "good": 41_210,
    "refused": [
        {"code": "too_short", "words": "This number is too short.", "count": 300},
        {"code": "missing", "words": "There is no number.", "count": 12},
    ],
    "same_person": 88,
    "household": 61,
    "already_here": 7,
    "suppressed": 419,
    "recent": {"days": 30, "count": 1_204},
    "no_zone": 15,
    "zones": [{"label": f"Zone {n}", "count": 1000 - n} for n in range(10)],
    "states": [{"label": "Ohio", "count": 40_000}, {"label": "Guam", "count": 10}],
    "longest": {
        "line": 77,
        "text": "Hi Wolfeschlegelstein",
        "segments": 2,
        "encoding": "UCS-2",
        "units": 98,
    },
    "no_message": False,
    "blank": [{"field": "polling_place", "count": 31}],
}


def test_everything_that_would_happen_is_on_one_page(manager: Manager) -> None:
    row = manager.agreed(THREE)
    state(row.id, forecast=FORECAST, refused=312, rows_read=42_000)
    page = manager.look(row.id, "check").text
    for words in (
        ">41,210<", "of 42,000 rows", ">312<", ">419<", ">88<", ">61<", ">7<",
        "61 rows have the phone of somebody else in the list",
        "1,204 of them got a text from you in the last 30 days",
        "For 15 of them no time zone is known",
        "31 of them have no {polling_place}",
        "This number is too short.", ">300<", "There is no number.", "refused.csv",
        "2 segments", "98 characters, line 77 of the list", "Hi Wolfeschlegelstein",
        "Ohio", "40,000", "Zone 9", "2 more",
        "Import 41,210 people", "Change columns", "Cancel this list",
    ):  # fmt: skip
        assert words in page, words
    assert " style=" not in page


def test_an_empty_forecast_shows_that_nobody_would_be_added(manager: Manager) -> None:
    row = manager.agreed(THREE)
    state(row.id, forecast={})
    page = manager.look(row.id, "check").text
    assert "Nobody to add" in page
    assert "/confirm" not in page


def test_two_presses_of_import_import_once(manager: Manager) -> None:
    row = manager.agreed(THREE)
    first, second = manager.confirm(row), manager.confirm(row)
    assert first.status_code == second.status_code == 302
    assert first.location == second.location
    assert queued().count("import_contacts") == 1
    run_import(row.id)
    run_import(row.id)
    assert contacts() == 1
    assert manager.confirm(row).location.endswith(f"/imports/{row.id}")
    assert contacts() == 1


def test_one_list_comes_in_after_the_other(manager: Manager) -> None:
    first = manager.agreed(THREE)
    second = manager.agreed(b"phone,first name\n2025550106,Bo\n")
    manager.confirm(first)
    busy = manager.confirm(second)
    assert busy.status_code == 409
    assert "Another list is coming in for this campaign just now." in busy.text
    assert "What would happen" in busy.text
    run_import(first.id)
    assert manager.confirm(second).status_code == 302


def test_what_is_imported_is_what_was_seen(manager: Manager) -> None:
    row = manager.agreed(b"phone,first name\n2025550104,Maria\n")
    seen = row.checked_at.isoformat() if row.checked_at else ""
    manager.choose(row, "phone", "ignore")  # a colleague, in another window
    jobs.check_list(row.id)
    answer = manager.confirm(row, checked_at=seen)
    assert answer.status_code == 409
    assert "The list was checked again since you opened this page." in answer.text
    assert manager.confirm(row, checked_at="").status_code == 409
    assert latest().status == "checked"
    assert manager.confirm(latest()).status_code == 302
    assert latest().status == "waiting"


def test_people_who_could_not_be_texted_do_not_come_into_a_running_campaign(manager: Manager) -> None:
    campaign = db.session.get_one(Campaign, manager.campaign.id)
    writing.save_wordings(campaign, ["Hi {first_name}. Reply STOP."], manager.person.id)
    campaign.status = "running"
    db.session.commit()
    row = manager.agreed(b"phone,first name\n2025550104,Maria\n2025550105,\n")
    assert "1 of them have no {first_name}" in manager.look(row.id, "check").text
    answer = manager.confirm(row)
    assert answer.status_code == 409
    assert "This campaign is launched, and some people of this list could not be texted." in answer.text
    assert contacts() == 0
    fine = manager.agreed(b"phone,first name\n2025550104,Maria\n")
    assert manager.confirm(fine).status_code == 302
    run_import(fine.id)
    assert contacts() == 1


def test_a_list_without_its_columns_chosen_is_not_imported(manager: Manager) -> None:
    row = manager.checked(THREE)
    assert manager.confirm(row).location.endswith("/columns")
    assert latest().status == "checked"


def test_a_list_of_an_archived_campaign_is_not_imported(manager: Manager) -> None:
    row = manager.agreed(THREE)
    db.session.get_one(Campaign, manager.campaign.id).status = "archived"
    db.session.commit()
    answer = manager.confirm(row)
    assert answer.status_code == 409
    assert "archived" in answer.text


@pytest.mark.parametrize("status", ["uploaded", "checking", "waiting", "running", "cutting", "done",
                                    "refused", "cancelled"])  # fmt: skip
def test_the_steps_lead_to_where_the_list_is(manager: Manager, status: str) -> None:
    row = manager.agreed(THREE)
    state(row.id, status=status, fault="It is a picture." if status == "refused" else "")
    for step in ("columns", "check"):
        assert manager.look(row.id, step).location.endswith(f"/imports/{row.id}")
    page = manager.look(row.id)
    assert page.status_code == 200
    assert ('http-equiv="refresh"' in page.text) == (status not in ("done", "refused", "cancelled"))


# Progress.


def test_the_progress_of_a_reading(manager: Manager) -> None:
    row = manager.checked(THREE)
    state(row.id, status="checking", rows_read=412_300, units_read=30, units_total=120,
          started_at=now() - timedelta(seconds=10))  # fmt: skip
    page = manager.look(row.id).text
    assert "Reading and checking every row" in page
    assert "412,300 rows read, 41,000 a second, about 30 seconds left" in page
    assert '<progress data-import-bar max="100" value="25"' in page
    answer = manager.look(row.id, "progress").json or {}
    assert answer["detail"].startswith("412,300 rows read, 4")
    del answer["detail"]
    assert answer == {
        "status": "checking",
        "words": "Reading and checking every row",
        "percent": 25,
        "over": False,
    }


@pytest.mark.parametrize(
    ("status", "read", "staged", "words"),
    [
        ("uploaded", 0, None, "Waiting for its turn to be read"),
        ("checking", 9, None, "Looking at the file"),  # as far as an earlier check came
        ("checking", 0, None, "Reading and checking every row"),
        ("checking", 9, 8, "All rows are read. Counting what would happen"),
        ("waiting", 9, 8, "Waiting for its turn"),
        ("running", 4, 8, "Reading and checking every row"),
        ("running", 9, 8, "Step 1 of 2: sorting out duplicates and who opted out"),
        ("cutting", 9, 8, "Step 2 of 2: cutting batches"),
    ],
)
def test_every_phase_has_its_words(
    app: Flask, status: str, read: int, staged: int | None, words: str
) -> None:
    row = ContactImport(
        status=status, units_read=read, units_total=9, rows_read=read, staged=staged, started_at=now()
    )
    found = progress_of(row, now())
    assert (found.words, found.over) == (words, False)
    assert (found.percent is None) == (read == 9)


@pytest.mark.parametrize("status", ["running", "cutting"])
def test_work_that_cannot_be_foreseen_says_how_long_it_takes_already(app: Flask, status: str) -> None:
    began = now()
    row = ContactImport(status=status, units_read=9, units_total=9, staged=985_000, started_at=began)
    found = progress_of(row, began + timedelta(seconds=12.4))
    assert (found.percent, found.detail) == (None, "985,000 rows, 12 s so far")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "a few seconds"),
        (12, "about 10 seconds"),
        (54, "about 50 seconds"),
        (70, "about a minute"),
        (300, "about 5 minutes"),
        (9_000, "more than an hour"),
    ],
)
def test_time_left_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


# Cancelling.


@pytest.mark.parametrize("status", ["uploaded", "checked", "waiting"])
def test_a_list_nobody_works_on_is_cancelled_at_once(manager: Manager, status: str) -> None:
    row = manager.agreed(THREE)
    file = importing.upload_folder() / state(row.id, status=status).stored_as
    assert file.is_file()
    answer = manager.press(row.id, "cancel")
    assert "The list is cancelled" in manager.browser.get(answer.location).text
    assert latest().status == "cancelled"
    assert "forget" in queued()
    jobs.forget(row.id)
    assert not file.exists()
    run_import(row.id)
    assert contacts() == 0


@pytest.mark.parametrize("status", ["checking", "running", "cutting"])
def test_a_list_that_is_worked_on_stops_soon(manager: Manager, status: str) -> None:
    row = manager.agreed(THREE)
    state(row.id, status=status)
    answer = manager.press(row.id, "cancel")
    page = manager.browser.get(answer.location).text
    assert "Stopping" in page
    assert "/cancel" not in page
    {"checking": jobs.check_list, "running": jobs.import_contacts, "cutting": jobs.cut_batches}[status](
        row.id
    )
    assert latest().status == "cancelled"
    assert "The list is cancelled" in manager.look(row.id).text
    assert contacts() == 0


def test_a_list_that_is_in_cannot_be_cancelled(manager: Manager) -> None:
    row = manager.agreed(THREE)
    manager.confirm(row)
    run_import(row.id)
    answer = manager.press(row.id, "cancel")
    assert answer.status_code == 409
    assert "This list is in already." in answer.text
    assert contacts() == 1


# Rows that cannot be used.


def test_a_whole_file_that_cannot_be_used_says_why(manager: Manager) -> None:
    row = manager.checked(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, name="list.csv")
    assert row.status == "refused"
    page = manager.look(row.id).text
    assert "This file could not be used" in page
    assert row.fault
    assert json.dumps(row.fault)[1:-1].split("’")[0] in page
    assert "Upload another file" in page


def test_the_refused_rows_are_safe_to_open(manager: Manager) -> None:
    row = manager.checked(
        'phone,name,"note, more"\n'
        '=cmd|\'/c calc\'!A1,"O\'Brien, ""Bob""",@x\n'
        "+1 202 555,-1,\uff1d1+1\n"
        "2025550104,fine,\n",
    )
    answer = manager.look(row.id, "refused.csv")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=refused-{row.id}.csv"
    words = dict(db.session.execute(select(RefusedRow.line, RefusedRow.words)).all())
    lines = answer.text.split("\r\n")
    assert lines[0] == '\ufeffline,reason,phone,name,"note, more"'
    assert words[2] in lines[1]
    assert lines[1].endswith('\'=cmd|\'/c calc\'!A1,"O\'Brien, ""Bob""",\'@x')
    assert words[3].split(",")[0] in lines[2]
    assert lines[2].endswith("'+1 202 555,'-1,'\uff1d1+1")
    assert lines[3:] == [""]


def test_lists_of_another_organization_are_absent(manager: Manager, committed_app: Flask) -> None:
    row = manager.checked(THREE)
    other = factories.organization(slug="utah")
    stranger = factories.person(other, "owner")
    db.session.commit()
    browser = factories.client(committed_app, stranger)
    db.session.commit()
    for rest in ("", "columns", "check", "progress", "refused.csv"):
        assert browser.get(manager.list_path(row.id, rest)).status_code == 404
        assert browser.get(manager.list_path(row.id, rest).replace("ohio", "utah")).status_code == 404
