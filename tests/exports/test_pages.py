"""The pages of exports: ask, watch, take the file for the password, cancel, again, remove."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import AuditEvent, Organization, Person
from p2ptext.exports import asking, export_views, jobs, keeping
from p2ptext.exports.described import FILES, FIRST_FILE
from p2ptext.exports.kinds import KINDS
from p2ptext.exports.models import Export
from p2ptext.extensions import db, redis
from tests.accounts.conftest import PASSWORD, Visitor, error_of, hashed
from tests.exports.evening import Evening, evening, fresh, read
from tests.exports.test_files import documented


class Desk(Visitor):
    """The owner of a campaign at the page of exports."""

    def __init__(self, app: Flask, found: Evening | None = None) -> None:
        self.found = found or evening()
        owner = db.session.get_one(Person, self.found.owner_id)
        owner.password_hash = hashed()
        self.base = f"/o/{db.session.get_one(Organization, self.found.org_id).slug}/exports"
        super().__init__(app, owner)

    def ask(self, kind: str = "contacts", format_: str = "csv", **fields: Any) -> Any:
        values = {"kind": kind, "format": format_, "campaign_id": str(self.found.campaign_id)}
        return self.post(self.base, **values | fields)

    def newest(self) -> int:
        db.session.rollback()
        return db.session.scalars(select(Export.id).order_by(Export.id.desc())).first() or 0

    def finished(self, kind: str = "contacts", format_: str = "csv") -> int:
        assert self.ask(kind, format_).status_code == 303
        jobs.make_export(self.newest())
        assert fresh(self.newest()).status == "done"
        return self.newest()

    def do(self, export_id: int, deed: str, **fields: Any) -> Any:
        return self.post(f"{self.base}/{export_id}/{deed}", self.base, **fields)


def audited(action: str) -> list[tuple[int | None, str, dict[str, Any]]]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEvent).filter_by(action=action).order_by(AuditEvent.id))
    return [(row.person_id, row.target, row.detail) for row in rows]


def test_from_the_wish_to_the_file(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    asked = desk.ask()
    assert (asked.status_code, asked.location) == (303, f"{desk.base}#exports")
    export_id = desk.newest()
    assert redis.client.llen("rq:queue:slow") == 1
    assert "Waits for its turn" in desk.get(desk.base).text
    told = desk.get(f"{desk.base}/{export_id}/progress").json
    assert (told["status"], told["over"]) == ("waiting", False)
    jobs.make_export(export_id)
    told = desk.get(f"{desk.base}/{export_id}/progress").json
    assert (told["status"], told["over"], told["rows_done"]) == ("done", True, 7)
    taken = desk.do(export_id, "download", password=PASSWORD)
    assert taken.status_code == 200
    assert len(read(taken.data)) == 7
    assert int(taken.headers["Content-Length"]) == told["size_bytes"]
    assert taken.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r"attachment; filename=contacts-with-answers-campaign-\d+-\d{4}-\d\d-\d\d\.csv",
        taken.headers["Content-Disposition"],
    )
    assert taken.headers["Cache-Control"] == "no-store"
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    owner, target = desk.found.owner_id, f"export {export_id}"
    assert audited("export_asked") == [
        (owner, target, {"kind": "contacts", "format": "csv", "campaign": desk.found.campaign_id})
    ]
    assert audited("export_downloaded") == [(owner, target, {"kind": "contacts", "rows": 7})]
    assert fresh(export_id).downloads == 1


def test_no_file_without_the_password(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    export_id = desk.finished()
    for words in ("", "wrong password"):
        answer = desk.do(export_id, "download", password=words)
        assert "Content-Disposition" not in answer.headers
        assert error_of(answer.text)
    assert audited("export_downloaded") == []
    assert desk.get(f"{desk.base}/{export_id}/download").status_code == 405, "looking takes nothing"


def test_a_file_of_another_organization_does_not_exist(committed_app: Flask) -> None:
    desk, stranger = Desk(committed_app), Desk(committed_app, evening("+12165550"))
    export_id = desk.finished()
    for path in ("", "/progress"):
        assert stranger.get(f"{stranger.base}/{export_id}{path}").status_code == 404
        assert stranger.get(f"{desk.base}/{export_id}{path}").status_code == 404
    for deed in ("download", "cancel", "again", "remove"):
        assert stranger.do(export_id, deed, password=PASSWORD).status_code == 404
    assert stranger.ask(campaign_id=str(desk.found.campaign_id)).status_code == 200, "no such choice"
    assert str(stranger.newest()) == str(export_id)
    assert "Contacts with answers" not in stranger.get(stranger.base).text.split("ask-title")[0]


def test_who_lost_the_role_gets_no_file(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    export_id = desk.finished()
    db.session.execute(text("UPDATE membership SET role = 'organizer'"))
    db.session.commit()
    assert desk.get(desk.base).status_code == 403
    answer = desk.post(f"{desk.base}/{export_id}/download", "/profile", password=PASSWORD)
    assert answer.status_code == 403
    assert fresh(export_id).downloads == 0


def test_not_after_its_time(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    export_id = desk.finished()
    db.session.execute(text("UPDATE export SET expires_at = p2p_now() - interval '1 second'"))
    db.session.commit()
    answer = desk.do(export_id, "download", password=PASSWORD)
    assert (answer.status_code, "Ask for it again" in answer.text) == (409, True)


def test_not_after_somebody_was_erased(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    export_id = desk.finished()
    db.session.execute(
        text(
            "INSERT INTO erasure (organization_id, recipient_id, reason, person_id)"
            " SELECT organization_id, id, 'asked', :by FROM recipient ORDER BY id LIMIT 1"
        ),
        {"by": desk.found.owner_id},
    )
    db.session.commit()
    assert "Out of date" in desk.get(f"{desk.base}/{export_id}").text
    answer = desk.do(export_id, "download", password=PASSWORD)
    assert (answer.status_code, keeping.OUT_OF_DATE in answer.text) == (409, True)
    assert audited("export_downloaded") == []


def test_a_file_that_is_gone_is_told(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    export_id = desk.finished()
    (keeping.folder() / fresh(export_id).stored_as).unlink()
    answer = desk.do(export_id, "download", password=PASSWORD)
    assert (answer.status_code, "gone from the disk" in answer.text) == (409, True)


def test_downloads_have_a_limit(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_views, "DOWNLOADS", "1 per hour")
    desk = Desk(committed_app)
    export_id = desk.finished()
    assert desk.do(export_id, "download", password=PASSWORD).status_code == 200
    assert desk.do(export_id, "download", password=PASSWORD).status_code == 429


def test_cancel_and_again(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    desk.ask("messages", "parquet")
    export_id = desk.newest()
    assert desk.do(export_id, "cancel").status_code == 303
    assert fresh(export_id).status == "cancelled"
    jobs.make_export(export_id)
    assert fresh(export_id).status == "cancelled", "the job that still waited does nothing"
    assert desk.do(export_id, "again").status_code == 303
    row = fresh(desk.newest())
    assert (row.kind, row.format, row.status) == ("messages", "parquet", "waiting")
    assert len(audited("export_asked")) == 2
    assert len(audited("export_cancelled")) == 1


def test_one_that_is_made_is_asked_to_stop(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    desk.ask()
    db.session.execute(text("UPDATE export SET status = 'running'"))
    db.session.commit()
    desk.do(desk.newest(), "cancel")
    assert fresh(desk.newest()).cancel_asked_at is not None
    assert "Stopping" in desk.get(desk.base).text


def test_a_file_can_be_removed(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    export_id = desk.finished()
    path = keeping.folder() / fresh(export_id).stored_as
    assert desk.do(export_id, "remove").status_code == 303
    assert not path.exists()
    assert fresh(export_id).status == "expired"
    assert len(audited("export_removed")) == 1
    assert desk.do(export_id, "download", password=PASSWORD).status_code == 409


def test_too_many_are_refused_in_words(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    for _ in range(asking.MOST_UNDER_WAY):
        assert desk.ask().status_code == 303
    answer = desk.ask()
    assert answer.status_code == 409
    assert "under way already" in error_of(answer.text)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": ""}, "Choose what you need"),
        ({"kind": "secrets"}, ""),
        ({"campaign_id": "0"}, "Choose the campaign."),
        ({"campaign_id": "999999"}, ""),
        ({"format": "exe"}, ""),
    ],
)
def test_what_makes_no_sense_is_refused(
    committed_app: Flask, fields: dict[str, str], words: str
) -> None:
    desk = Desk(committed_app)
    values = {"kind": "contacts", "campaign_id": str(desk.found.campaign_id), "format": "csv"} | fields
    answer = desk.post(desk.base, **values)
    assert answer.status_code == 200
    assert words in error_of(answer.text)
    assert error_of(answer.text)
    assert desk.newest() == 0


@pytest.mark.parametrize(
    ("kind", "format_", "made"),
    [("van", "csv", "zip"), ("everything", "parquet", "zip"), ("opt_outs", "parquet", "parquet")],
)
def test_the_format_follows_what_there_is(
    committed_app: Flask, kind: str, format_: str, made: str
) -> None:
    desk = Desk(committed_app)
    export_id = desk.finished(kind, format_)
    row = fresh(export_id)
    assert (row.format, row.file_name.rpartition(".")[2]) == (made, made)
    assert (row.campaign_id is None) == (kind == "opt_outs")
    taken = desk.do(export_id, "download", password=PASSWORD)
    assert taken.data[:4] == (b"PK\x03\x04" if made == "zip" else b"PAR1")


def test_names_of_files_are_harmless(committed_app: Flask) -> None:
    found = evening()
    db.session.execute(text("UPDATE campaign SET name = :name"), {"name": '../../é"\r\nX: y <b>=1'})
    db.session.commit()
    desk = Desk(committed_app, found)
    row = fresh(desk.finished())
    assert re.fullmatch(r"contacts-with-answers-x-y-b-1-[0-9-]{10}\.csv", row.file_name)
    assert "<b>" not in desk.get(desk.base).text


def test_a_campaigns_page_leads_here(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    page = desk.get(f"{desk.base}?campaign={desk.found.campaign_id}&kind=messages").text
    assert re.search(r'<input[^>]*checked[^>]*value="messages"', page)
    assert re.search(rf'<option selected value="{desk.found.campaign_id}"', page)


def test_what_columns_mean_is_a_click_away(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    page = desk.get(f"{desk.base}/columns").text
    for file, columns in documented().items():
        part = page.split(f'<section class="stack" id="{file.removesuffix(".csv")}"')[1]
        part = unescape(part.split("</section>")[0])
        for name, (kind, words) in columns.items():
            assert f">{name}<" in part, (file, name)
            assert f"<span>{kind}</span>" in part
            assert words in part, (file, name)
    for kind, part in (("messages", "#messages"), ("opt_outs", "#do-not-text"), ("everything", "")):
        of_it = desk.get(f"{desk.base}/{desk.finished(kind)}").text
        assert f'href="{desk.base}/columns{part}"' in of_it
    assert set(FIRST_FILE) <= set(KINDS)
    assert {file.name for file in FILES} >= set(FIRST_FILE.values())


def test_how_to_open_a_file_stands_beside_it(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    words = "Do not detect data types"
    assert words in desk.get(desk.base).text
    assert words in desk.get(f"{desk.base}/{desk.finished()}").text
    assert words not in desk.get(f"{desk.base}/{desk.finished(format_='parquet')}").text


def rows_of_files(page: str) -> list[tuple[str, str]]:
    return re.findall(r"([a-z-]+)\.csv</th>\s*<td[^>]*>\D*?([0-9]+)", page)


def test_who_has_no_vanid_is_told_before_the_download(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    page = unescape(desk.get(f"{desk.base}/{desk.finished('van')}").text)
    assert "VAN can take 1 of 5 people." in page
    assert rows_of_files(page) == [("van-results", "1"), ("without-vanid", "4")]
    assert "VAN can take 1 of 5 people." in unescape(desk.get(desk.base).text)
    db.session.execute(text("UPDATE contact_import SET column_map = '{}'"))
    db.session.execute(text("UPDATE contact SET fields = fields - 'external_id'"))
    db.session.commit()
    page = unescape(desk.get(f"{desk.base}/{desk.finished('van')}").text)
    assert "Nobody here has a VANID" in page
    assert rows_of_files(page) == [("van-results", "0"), ("without-vanid", "5")]


def test_again_is_the_same_wish(committed_app: Flask) -> None:
    desk = Desk(committed_app)
    assert desk.do(desk.finished("van"), "again").status_code == 303
    assert fresh(desk.newest()).options == {}, "what the first file held is not said of the second"
