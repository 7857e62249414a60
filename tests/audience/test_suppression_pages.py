"""The do-not-text pages: who may do what, what they say, what is written down."""

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from p2ptext.accounts.models import AuditEvent, Membership
from p2ptext.accounts.signing_in import PER_ACCOUNT_AND_PLACE
from p2ptext.audience import erasing, suppression, suppression_importing, suppression_listing
from p2ptext.audience.models import Recipient, SuppressionEvent
from p2ptext.audience.suppression_jobs import import_suppressions
from p2ptext.audience.suppression_models import SuppressionImport
from p2ptext.extensions import db, redis
from tests.accounts.conftest import PASSWORD, Visitor, error_of
from tests.audience.suppression_office import Office

TRIES = int(PER_ACCOUNT_AND_PLACE.split()[0])


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def audited() -> list[tuple[str, str]]:
    rows = db.session.execute(select(AuditEvent.action, AuditEvent.target).order_by(AuditEvent.id))
    return [(action, target) for action, target in rows]


def is_on(recipient_id: int) -> bool:
    db.session.expire_all()
    return db.session.get_one(Recipient, recipient_id).suppressed_at is not None


def test_an_empty_list_says_how_people_come_on_it(office: Office) -> None:
    page = office.page().text
    assert "Nobody is on the list yet" in page
    assert 'aria-current="page">Do not text<' in page


def test_a_number_is_added_and_looked_up_in_any_spelling(office: Office) -> None:
    answer = office.do("/add", phone="(202) 555-0104", reason="asked  on the\tphone")
    assert answer.status_code == 303
    page = office.get(answer.location).text
    assert "The number is on the list." in page
    assert "•••• 0104" in page
    assert "5550104" not in page
    assert "asked on the phone" in page
    for spelling in ("202.555.0104", "+1 202 555 0104", "2025550104"):
        assert office.do("/search", phone=spelling).location == answer.location
    (number,) = re.findall(r"\d+$", answer.location)
    assert audited() == [("do_not_text_added", f"recipient {number}")]
    again = office.do("/add", phone="12025550104", reason="once more")
    assert "on the list already" in office.get(again.location).text
    assert len(db.session.scalars(select(SuppressionEvent)).all()) == 1
    stays = office.page().text
    assert re.search(r'Numbers on the list</span>\s*<span class="stat-value">1<', stays)
    assert "Olga Petrova" in stays


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phone": "", "reason": "x"}, "Enter a phone number."),
        ({"phone": "555-0104", "reason": "x"}, "too short"),
        ({"phone": "8005550104", "reason": "x"}, "toll-free"),
        ({"phone": "2025550104", "reason": " "}, "Give the reason."),
        ({"phone": "2025550104", "reason": "x" * 301}, "300"),
    ],
)
def test_what_cannot_be_added_is_said(office: Office, fields: dict[str, str], words: str) -> None:
    assert words in error_of(office.do("/add", **fields).text)
    assert db.session.scalars(select(Recipient)).all() == []


def test_a_number_nobody_knows_can_be_added_at_once(office: Office) -> None:
    page = office.do("/search", phone="202 555 0104").text
    assert "Nobody here knows 202 555 0104" in page
    assert 'value="202 555 0104"' in page
    assert "too short" in error_of(office.do("/search", phone="123").text)
    assert db.session.scalars(select(Recipient)).all() == []


def test_numbers_are_searched_within_the_organization(app: Flask, office: Office) -> None:
    office.suppressed()
    other = Office(app)
    assert "Nobody here knows" in other.do("/search", phone="2025550104").text


def test_60_lookups_have_a_limit(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("p2ptext.audience.suppression_views.SEARCHES", "2 per minute")
    codes = [office.do("/search", phone="2025550104").status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_the_history_is_whole_and_says_who(office: Office) -> None:
    someone_ = office.recipient()
    suppression.suppress(someone_, "their own words: STOP", None)
    suppression.lift(someone_, "their own words: START", None)
    suppression.suppress(someone_, "the carrier says they opted out", None)
    erasing.erase(someone_, "asked <b>by mail</b>", office.person_id)
    db.session.commit()
    changes = suppression_listing.history(office.org_id, someone_)
    assert [(change.what, change.by) for change in changes] == [
        ("erased", "Olga Petrova"),
        ("added", "the carrier"),
        ("lifted", "their own text"),
        ("added", "their own text"),
    ]
    page = office.get(office.do("/search", phone="2025550104").location).text
    assert "Erased number" in page
    assert "asked &lt;b&gt;by mail" in page
    assert "Erase this person" not in page  # there is nothing left


def test_the_list_goes_on_page_by_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression_listing, "PAGE", 3)
    everybody = [office.suppressed(f"+120255501{n:02d}") for n in range(7)]
    db.session.execute(  # all at the same moment: the id decides
        text("UPDATE recipient SET suppressed_at = '2026-05-01 12:00:00.123456Z' WHERE id = ANY(:ids)"),
        {"ids": everybody[:5]},
    )
    db.session.commit()
    seen: list[int] = []
    address = office.base
    while address:
        page = office.get(address).text
        seen += [int(number) for number in re.findall(r'/people/(\d+)" class="nowrap"', page)]
        more = re.search(r'href="([^"]+)">Earlier ones', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert seen == [*reversed(everybody[5:]), *reversed(everybody[:5])]
    assert "The list ends before it" in office.page("?after=1-1").text
    for nonsense in ("x", "1", "1-", "-1", "1-x", "9" * 17 + "-1", "1-" + "9" * 19, "１-１"):
        assert office.page(f"?after={nonsense}").status_code == 404


def test_27_only_an_owner_lifts_and_only_with_the_password(app: Flask, office: Office) -> None:
    number = office.suppressed()
    manager = Office(app, "manager", office.org)
    assert "Only an owner can do that" in manager.page(f"/people/{number}").text
    fields = {"lift-reason": "wrote to us", "lift-password": PASSWORD}
    assert manager.do(f"/people/{number}/lift", **fields).status_code == 403
    for wrong, words in (("", "Enter your password."), ("wrong", "This is not your password.")):
        page = office.do(f"/people/{number}/lift", **fields | {"lift-password": wrong})
        assert words in error_of(page.text)
        assert is_on(number)
    assert "Give the reason." in error_of(
        office.do(f"/people/{number}/lift", **fields | {"lift-reason": ""}).text
    )
    answer = office.do(f"/people/{number}/lift", **fields)
    assert answer.status_code == 303
    assert not is_on(number)
    assert "They may be texted again." in office.get(answer.location).text
    lifted = db.session.scalars(select(SuppressionEvent).filter_by(action="lifted")).one()
    assert (lifted.reason, lifted.person_id) == ("wrote to us", office.person_id)
    assert audited() == [("do_not_text_lifted", f"recipient {number}")]
    answer = office.do(f"/people/{number}/lift", **fields)
    assert "not on the list any more" in office.get(answer.location).text
    assert len(audited()) == 1


def test_15_wrong_passwords_are_counted_with_those_at_the_door(app: Flask, office: Office) -> None:
    number = office.suppressed()
    fields = {"lift-reason": "x", "lift-password": "wrong"}
    for _ in range(TRIES):
        assert office.do(f"/people/{number}/lift", **fields).status_code == 200
    answer = office.do(f"/people/{number}/lift", **fields | {"lift-password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many tries" in error_of(answer.text)
    assert is_on(number)
    door = Visitor(app)
    assert "Too many tries" in error_of(door.sign_in(office.person.email).text)


def test_an_erased_number_is_put_on_the_list_again_on_its_page(office: Office) -> None:
    number = office.suppressed()
    fields = {"erase-reason": "asked", "erase-password": PASSWORD}
    assert "This is not your password." in error_of(
        office.do(f"/people/{number}/erase", **fields | {"erase-password": "wrong"}).text
    )
    assert db.session.get_one(Recipient, number).phone is not None
    assert office.do(f"/people/{number}/erase", **fields).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Recipient, number).phone is None
    assert is_on(number)
    suppression.lift(number, "START", None)
    db.session.commit()
    assert "Give the reason." in error_of(office.do(f"/people/{number}/add").text)
    assert office.do(f"/people/{number}/add", **{"add-reason": "asked"}).status_code == 303
    assert is_on(number)
    assert audited() == [
        ("recipient_erased", f"recipient {number}"), ("do_not_text_added", f"recipient {number}"),
    ]  # fmt: skip


def test_a_manager_does_not_erase(app: Flask) -> None:
    manager = Office(app, "manager")
    number = manager.suppressed()
    assert "Erase this person" not in manager.page(f"/people/{number}").text
    fields = {"erase-reason": "asked", "erase-password": PASSWORD}
    assert manager.do(f"/people/{number}/erase", **fields).status_code == 403


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_27_31_the_list_as_a_file(office: Office) -> None:
    office.suppressed("+12025550104", '=HYPERLINK("x"), "quoted"')
    gone = office.suppressed("+12025550105", "asked")
    erasing.erase(gone, "asked", office.person_id)
    stopped = office.recipient("+12025550106")
    suppression.suppress(stopped, "their own words: STOP", None)
    office.recipient("+12025550107")
    db.session.commit()
    assert "This is not your password." in error_of(office.do("/download", password="wrong").text)
    assert audited() == []
    answer = office.do("/download", password=PASSWORD)
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = rows_of(answer)
    assert [row["phone"] for row in rows] == ["'+12025550104", "", "'+12025550106"]
    assert rows[0]["reason"] == '\'=HYPERLINK("x"), "quoted"'
    assert [row["how"] for row in rows] == ["Olga Petrova", "Olga Petrova", "their own text"]
    assert rows[1]["fingerprint"] == db.session.get_one(Recipient, gone).phone_hash.hex()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", rows[0]["since"])
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.detail) == ("do_not_text_downloaded", {"numbers": 3})


def test_what_was_downloaded_brings_everybody_back(app: Flask, office: Office) -> None:
    """Also those who were erased, although the file does not say who they are."""
    office.suppressed("+12025550104", "asked, on the phone")
    gone = office.suppressed("+12025550105")
    erasing.erase(gone, "asked", office.person_id)
    db.session.commit()
    kept = office.do("/download", password=PASSWORD).get_data()
    for recipient_id in db.session.scalars(select(Recipient.id)):
        suppression.lift(recipient_id, "a mistake", office.person_id)
    db.session.commit()
    office.do("/import", file=(io.BytesIO(kept), "kept.csv"), reason="from the file")
    row = db.session.scalars(select(SuppressionImport)).one()
    import_suppressions(row.id)
    db.session.expire_all()
    assert (row.status, row.added, row.refused) == ("done", 2, 0)
    assert is_on(gone)
    reasons = db.session.scalars(select(Recipient.suppressed_reason).order_by(Recipient.id)).all()
    assert reasons == ["asked, on the phone", "asked"]


def test_60_downloads_have_a_limit(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("p2ptext.audience.suppression_views.DOWNLOADS", "1 per hour")
    codes = [office.do("/download", password=PASSWORD).status_code for _ in range(2)]
    assert codes == [200, 429]


def imported(office: Office) -> SuppressionImport:
    db.session.expire_all()
    return db.session.scalars(select(SuppressionImport)).one()


def test_a_list_comes_in_and_says_what_became_of_it(office: Office) -> None:
    office.suppressed()
    content = b"phone,note\n2025550104,x\n2025550105,y\n=cmd(),<i>\n"
    answer = office.do("/import", file=(io.BytesIO(content), "../stop.csv"), reason="asked by mail")
    row = imported(office)
    assert answer.location == f"{office.base}/imports/{row.id}"
    assert (row.file_name, row.created_by) == ("stop.csv", office.person_id)
    assert redis.client.llen("rq:queue:default") == 1
    assert audited() == [("do_not_text_import", f"suppression import {row.id}")]
    page = office.get(answer.location).text
    assert "Waiting for its turn" in page
    assert office.get(f"{answer.location}/progress").json == {
        "under_way": True, "percent": 0, "words": "Waiting for its turn",
    }  # fmt: skip
    import_suppressions(row.id)
    page = office.get(answer.location).text
    for label, number in (("Added", 1), ("There already", 1), ("Refused", 1)):
        assert re.search(rf'{label}</span>\s*<span class="stat-value">{number}<', page)
    state = office.get(f"{answer.location}/progress").json or {}
    assert (state["under_way"], state["percent"]) == (False, 100)
    refused = office.get(f"{answer.location}/refused.csv")
    (line,) = rows_of(refused)
    assert line == {
        "line": "4", "problem": "A phone number has digits only. Remove the other characters.",
        "phone": "'=cmd()", "note": "<i>",
    }  # fmt: skip
    assert "stop.csv" in office.page("/import").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose a file or paste numbers."),
        ({"numbers": "2025550104", "file": (io.BytesIO(b"x"), "x.csv")}, "not both"),
        ({"numbers": "2025550104", "reason": ""}, "Give the reason."),
    ],
)
def test_a_list_needs_numbers_and_a_reason(office: Office, fields: dict[str, Any], words: str) -> None:
    answer = office.do("/import", **{"reason": "asked"} | fields)
    assert words in error_of(answer.text)
    assert db.session.scalars(select(SuppressionImport)).all() == []


def test_pasted_numbers_come_in(office: Office) -> None:
    office.do("/import", numbers="202 555 0104, 202 555 0105\r\nfoo", reason="asked by mail")
    row = imported(office)
    import_suppressions(row.id)
    row = imported(office)
    assert (row.file_name, row.added, row.refused) == ("Pasted numbers", 2, 1)


def test_a_list_over_the_limit_is_refused_in_words(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suppression_importing, "most_bytes", lambda: 2**20)
    answer = office.do("/import", file=(io.BytesIO(b"x" * (2**20 + 10)), "x.csv"), reason="x")
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.text
    assert db.session.scalars(select(SuppressionImport)).all() == []


def test_reading_can_be_stopped(office: Office) -> None:
    office.do("/import", numbers="2025550104", reason="asked by mail")
    row = imported(office)
    kept = suppression_importing.folder() / row.stored_as
    assert kept.exists()
    page = office.get(office.do(f"/imports/{row.id}/cancel").location).text
    assert "The rest of the list was not read" in page
    assert not kept.exists()
    import_suppressions(row.id)
    assert imported(office).status == "cancelled"
    office.do(f"/imports/{row.id}/cancel")
    assert [action for action, _ in audited()] == ["do_not_text_import", "do_not_text_import_cancelled"]


def test_how_far_a_list_is_and_how_long_it_takes(office: Office) -> None:
    office.do("/import", numbers="2025550104", reason="asked by mail")
    row = imported(office)
    db.session.execute(
        text(
            """UPDATE suppression_import SET status = 'running', rows_read = 3000, units_read = 250,
                 units_total = 1000, started_at = p2p_now() - interval '1 minute', moved_at = p2p_now()"""
        )
    )
    db.session.commit()
    state = office.page(f"/imports/{row.id}/progress").json
    assert state == {
        "under_way": True, "percent": 25, "words": "3,000 rows read, 50 a second, about 3 min left",
    }  # fmt: skip


@pytest.mark.parametrize("role", ["volunteer", "organizer"])
def test_below_a_manager_the_list_is_not_in_the_navigation(app: Flask, role: str) -> None:
    office = Office(app, role)
    assert "Do not text" not in office.get("/profile").text
    assert office.page().status_code == 403
    assert db.session.scalars(select(Membership.role)).all() == [role]
