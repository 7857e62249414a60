"""The manager's pages: from an upload to a launch, with hostile lists and files."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from p2ptext.audience import importing, jobs
from p2ptext.audience.models import ContactImport
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db, redis
from p2ptext.rules import script
from tests import factories, world
from tests.audience.lists import bring_in

EVIL = "<script>alert(1)</script>"


class Manager:
    """A manager's browser in one campaign."""

    def __init__(self, app: Flask) -> None:
        self.org = factories.organization(slug="ohio")
        self.person = factories.person(self.org, "manager", name="Olga Petrova")
        self.campaign: Campaign = factories.campaign(
            self.org, self.person, status="draft", first="Hi {first_name|you}. Reply STOP."
        )
        self.browser: FlaskClient = factories.client(app, self.person)
        self.token = world.csrf_token(app, self.browser)
        db.session.commit()

    def path(self, rest: str) -> str:
        return f"/o/ohio/campaigns/{self.campaign.id}/{rest}"

    def get(self, rest: str) -> TestResponse:
        return self.browser.get(self.path(rest))

    def post(self, rest: str, **data: Any) -> TestResponse:
        return self.browser.post(self.path(rest), data={"csrf_token": self.token, **data})

    def upload(self, content: bytes, name: str = "list.csv", **changes: Any) -> TestResponse:
        fields = {
            "consent_source": "The fair",
            "consent_date": "2026-01-05",
            "consent_basis": "opted_in",
            "file": (io.BytesIO(content), name),
        }
        return self.post("list", **(fields | changes))


@pytest.fixture
def manager(committed_app: Flask) -> Manager:
    return Manager(committed_app)


def latest() -> ContactImport:
    db.session.rollback()
    return db.session.scalars(select(ContactImport).order_by(ContactImport.id.desc())).first() or (
        ContactImport()
    )


def test_an_upload_waits_is_read_and_shows_its_result(manager: Manager) -> None:
    answer = manager.upload(b"phone,first name\n2025550104,Maria\n20255501,Ann\n2025550104,May\n")
    row = latest()
    assert answer.status_code == 302
    assert answer.location.endswith(f"/campaigns/imports/{row.id}")
    assert (row.status, row.consent_source, row.consent_basis) == ("waiting", "The fair", "opted_in")
    assert redis.client.llen("rq:queue:default") == 1
    page = manager.browser.get(answer.location).text
    assert "Waiting for its turn" in page
    progress = manager.browser.get(f"{answer.location}/progress").json
    assert progress == {"status": "waiting", "rows": 0, "bytes": 0, "size": row.size_bytes}
    busy = manager.upload(b"phone\n2025550105\n")
    assert busy.status_code == 409
    assert "A list is being read for this campaign just now" in busy.text
    jobs.import_contacts(row.id)
    db.session.remove()
    page = manager.browser.get(answer.location).text
    assert re.search(r'People to text</span>\s*<span class="stat-value">1<', page)
    assert "This number is too short" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"file": (io.BytesIO(), "")}, "Choose a file."),
        ({"consent_source": " "}, "Say where the list is from."),
        ({"consent_basis": ""}, "Choose the reason."),
        ({"consent_basis": "because"}, "Choose one: Why"),
        ({"consent_date": ""}, "Enter the day."),
        ({"consent_date": "2999-01-01"}, "This day is still to come."),
    ],
)
def test_a_list_needs_a_file_and_consent(manager: Manager, changes: dict[str, Any], words: str) -> None:
    answer = manager.upload(b"phone\n2025550104\n", **changes)
    assert answer.status_code == 200
    assert words in answer.text
    assert latest().id is None


def test_an_upload_without_the_pages_token_is_refused(manager: Manager) -> None:
    assert manager.upload(b"phone\n2025550104\n", csrf_token="made-up").status_code == 400
    assert latest().id is None


def test_an_upload_over_the_limit_is_refused_in_words(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "most_upload_bytes", lambda: 2**20)
    kept = set(importing.upload_folder().glob("*"))
    a_little = manager.upload(b"x" * (2**20 + 10))
    assert a_little.status_code == 413
    assert "larger than 1 MB" in a_little.text
    far = manager.upload(b"x" * (2**21))
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


def test_hostile_cells_names_and_headers_are_shown_as_text(manager: Manager) -> None:
    content = f'phone,first name,"{EVIL}"\n2025550104,"{EVIL}","{EVIL}"\n"{EVIL}",a,b\n'
    with_name = bring_in(manager.campaign, content, name=f"{EVIL}.csv")
    with_name.file_name = f"{EVIL}.csv"
    campaign = db.session.get_one(Campaign, manager.campaign.id)
    campaign.name = f"{EVIL} levy"
    writing.save_first_message(campaign, "Hi {first_name} {{7*7}} " + EVIL, manager.person.id)
    writing.save_canned(campaign, [writing.Canned(EVIL, EVIL)], manager.person.id)
    db.session.commit()
    pages = ["setup", "list", "message", "check", "hours", "numbers", "replies"]
    texts = [manager.get(page) for page in pages]
    texts.append(manager.browser.get(f"/o/ohio/campaigns/imports/{with_name.id}"))
    for answer in texts:
        assert answer.status_code == 200
        assert EVIL not in answer.text
        assert "&lt;script&gt;" in answer.text
    shown = manager.post("preview", text="Hi {first_name} " + EVIL).json
    assert shown is not None
    assert EVIL not in shown["html"]


def test_the_refused_rows_are_safe_to_open(manager: Manager) -> None:
    done = bring_in(
        manager.campaign,
        'phone,name,"note, more"\n'
        '=cmd|\'/c calc\'!A1,"O\'Brien, ""Bob""",@x\n'
        "+1 202 555,-1,\uff1d1+1\n"
        "2025550104,fine,\n",
    )
    answer = manager.browser.get(f"/o/ohio/campaigns/imports/{done.id}/refused.csv")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=refused-{done.id}.csv"
    assert answer.text == (
        '\ufeffline,reason,phone,name,"note, more"\r\n'
        "2,A phone number has digits only. Remove the other characters.,"
        '\'=cmd|\'/c calc\'!A1,"O\'Brien, ""Bob""",\'@x\r\n'
        '3,"This number is too short. Give all 10 digits, with the area code.",'
        "'+1 202 555,'-1,'\uff1d1+1\r\n"
    )


def test_a_corrected_file_of_refused_rows_comes_in(manager: Manager) -> None:
    done = bring_in(manager.campaign, "phone,name\n202-555-010,=Ann\n2025550105,Bo\n")
    file = manager.browser.get(f"/o/ohio/campaigns/imports/{done.id}/refused.csv").text
    again = bring_in(manager.campaign, file.replace("202-555-010", "202-555-0104"))
    assert (again.imported, again.refused) == (1, 0)


def test_the_preview_is_exactly_what_leaves(manager: Manager) -> None:
    bring_in(manager.campaign, "phone,first name\n2025550104,O’Neil\n2025550105,Zoë\n2025550106,\n")
    text = "Hi {first_name|you}, it’s {volunteer_name}. Reply STOP."
    first = manager.post("preview", text=text).json or {}
    expected = script.render(text, {"first_name": "O’Neil", "volunteer_name": "Olga"}, plain=True)
    assert first["text"] == expected == "Hi O'Neil, it’s Olga. Reply STOP."
    assert (first["encoding"], first["segments"], first["line"]) == ("UCS-2", 1, 2)
    then = manager.post("preview", text=text, contact=first["contact"], action="next").json or {}
    assert then["text"].startswith("Hi Zoë,")
    last = manager.post("preview", text=text, contact=then["contact"], action="next").json or {}
    assert last["text"].startswith("Hi you,")
    end = manager.post("preview", text=text, contact=last["contact"], action="next").json or {}
    assert end["contact"] == last["contact"]
    back = manager.post("preview", text=text, contact=last["contact"], action="previous").json or {}
    assert back["contact"] == then["contact"]
    longest = manager.post("preview", text=text, action="longest").json or {}
    assert longest["contact"] == first["contact"]
    blank = manager.post("preview", text="Hi {first_name}", contact=last["contact"]).json or {}
    assert (blank["text"], blank["faults"][0]["code"]) == ("", "blank_value")


def test_another_organizations_contact_is_not_previewed(manager: Manager) -> None:
    bring_in(manager.campaign, "phone,first name\n2025550104,Maria\n")
    other = factories.organization()
    theirs = factories.campaign(other, factories.person(other))
    (contact,) = factories.contacts(theirs, manager.person, ["+12025550177"], first_name="Secret")
    db.session.commit()
    for action in ("", "next", "previous"):
        shown = manager.post("preview", text="{first_name}", contact=contact.id, action=action).json
        assert shown is not None
        assert shown["text"] == "Maria"


def test_the_scripts_own_characters_change_only_when_asked(manager: Manager) -> None:
    text = "It’s “us” – hi. Reply STOP."
    page = manager.post("message", text=text, action="preview").text
    assert "Replace with -" in page
    one = manager.post("message", text=text, action="replace:’").text
    assert "It&#39;s “us” – hi." in one
    all_of_them = manager.post("message", text=text, action="replace:").text
    assert "It&#39;s &#34;us&#34; - hi." in all_of_them
    assert manager.post("message", text=text, action="save").status_code == 302
    db.session.expire_all()
    assert writing.first_message(manager.campaign) == text


def test_from_the_list_to_the_launch(manager: Manager) -> None:
    assert "There is nobody to text yet" in manager.get("check").text
    assert manager.post("launch").status_code == 409
    bring_in(manager.campaign, "phone,first name\n2025550104,Maria\n")
    page = manager.get("check").text
    assert "Launch" in page
    assert "Hi Maria. Reply STOP." in page
    assert manager.post("launch").status_code == 302
    assert "Volunteers can take contacts." in manager.get("setup").text
    for step, status in (("pause", "paused"), ("resume", "running"), ("archive", "archived")):
        assert manager.post(step).status_code == 302
        db.session.expire_all()
        assert manager.campaign.status == status
    refused = manager.post("message", text="Hi. Reply STOP.", action="save")
    assert refused.status_code == 409
    assert "archived" in refused.text


def test_hours_numbers_and_answers(manager: Manager) -> None:
    pace = {
        "opens": "10:00",
        "closes": "19:30",
        "sunday_opens": "13:00",
        "batch_size": "20",
        "undo_s": "0",
    }
    assert manager.post("hours", **pace).status_code == 302
    wrong = manager.post("hours", **(pace | {"closes": "09:00", "batch_size": "0"}))
    assert "The hours must end later than they begin." in wrong.text
    assert "Enter 1 to 1,000." in wrong.text
    assert "Choose one: From" in manager.post("hours", **(pace | {"opens": "06:00"})).text
    assert "10:00 am to 7:30 pm, Sundays from 1:00 pm" in manager.get("setup").text
    assert "Choose at least one number." in manager.post("numbers").text
    saved = manager.post("replies", **{"replies-0-title": "Thanks", "replies-0-text": "Thank you!"})
    assert saved.status_code == 302
    half = manager.post("replies", **{"replies-0-title": "", "replies-0-text": "Thank you!"})
    assert "Give this answer a short name." in half.text
    assert "1 ready" in manager.get("setup").text


def test_a_new_campaign(manager: Manager) -> None:
    address = "/o/ohio/campaigns/new"
    made = manager.browser.post(address, data={"csrf_token": manager.token, "name": "  Levy  "})
    assert made.status_code == 302
    assert made.location.endswith("/setup")
    again = manager.browser.post(address, data={"csrf_token": manager.token, "name": "levy"})
    assert "There is a campaign of this name already." in again.text
    assert "Enter a name." in manager.browser.post(address, data={"csrf_token": manager.token}).text
