"""The evidence pack: everything about a number, for the owner who gives the password, and nobody else."""

import base64
import hashlib
import io
import json
import re
import struct
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts import auditing
from p2ptext.accounts.models import AuditEvent, Organization
from p2ptext.audience import erasing
from p2ptext.audience.models import Contact, RefusedRow
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.insight import evidence_tables, evidence_views
from p2ptext.texting import sealing
from p2ptext.texting.timing_models import TimingFlag
from tests.accounts.conftest import PASSWORD
from tests.audience.suppression_office import Office
from tests.texting.scene import Scene, inbound, receipt, scene


class Owner(Office):
    """An owner's browser at the evidence form of a scene's organization."""

    def __init__(self, made: Scene) -> None:
        super().__init__(made.app, "owner", db.session.get_one(Organization, made.org_id))
        self.evidence = f"/o/{self.org.slug}/evidence"

    def make(self, phone: str = "", form: str = "json", password: str = PASSWORD, **fields: Any) -> Any:
        return self.post(self.evidence, phone=phone, password=password, **fields, **{"as": form})

    def pack(self, phone: str = "", **fields: Any) -> dict[str, Any]:
        answer = self.make(phone, **fields)
        assert answer.mimetype == "application/json"
        data: dict[str, Any] = json.loads(answer.data)
        return data


@pytest.fixture(autouse=True)
def no_roots(built_app: Flask) -> Iterator[None]:
    """What these tests seal is rolled back, so nobody else may find its roots."""
    yield
    for name in ("roots", "roots.sent"):
        (built_app.config["SETTINGS"].data_dir / name).unlink(missing_ok=True)


@pytest.fixture
def told(app: Flask) -> tuple[Scene, Owner]:
    """A first text that arrived, an answer, a reply to it, and a STOP with its confirmation."""
    made = scene(app)
    made.sent()
    receipt(app, made.carrier.texts[0], "submitted")
    receipt(app, made.carrier.texts[0], "delivered")
    inbound(app, made.phone(0), "Who is this?")
    inbound(app, made.phone(0), "STOP")
    made.dispatch()
    return made, Owner(made)


def rows(pack: dict[str, Any], table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pack[table]["rows"]
    assert pack[table]["total"] == len(found)
    return found


def test_every_step_is_in_the_data(told: tuple[Scene, Owner]) -> None:
    made, owner = told
    pack = owner.pack("(614) 555-0100")
    assert (pack["schema"], pack["held"], pack["erased"]) == ("p2ptext-evidence/1", True, False)
    assert (rows(pack, "number")[0]["phone"], pack["asked_for"]) == ("+16145550100", "+16145550100")
    first, confirmation = rows(pack, "texts")
    (click,) = rows(pack, "clicks")
    assert (first["click_id"], first["kind"], first["state"]) == (click["id"], "first", "delivered")
    assert (click["person"], click["ip"] is not None) == ("Amy Adams", True)
    assert confirmation["kind"] == "stop_confirmation"
    assert confirmation["answers_reply_id"] == rows(pack, "replies")[1]["id"]
    assert [(one["text_id"], one["outcome"]) for one in rows(pack, "attempts")] == [
        (first["id"], "accepted"),
        (confirmation["id"], "accepted"),
    ]
    said = [json.loads(base64.b64decode(one["raw_base64"])) for one in rows(pack, "receipts")]
    assert [(one["status"]) for one in said] == ["submitted", "delivered"]
    assert [one["text_id"] for one in rows(pack, "receipts")] == [first["id"]] * 2
    assert [one["text"] for one in rows(pack, "replies")] == ["Who is this?", "STOP"]
    assert [(one["action"], one["person"]) for one in rows(pack, "opt_outs")] == [("added", None)]
    assert [one["id"] for one in rows(pack, "contacts")] == [made.contacts[0]]
    assert len(rows(pack, "lists")) == len(rows(pack, "campaigns")) == len(rows(pack, "sessions")) == 1


def test_an_outsider_recomputes_the_click_and_its_words(told: tuple[Scene, Owner]) -> None:
    pack = told[1].pack("6145550100")
    (click,) = rows(pack, "clicks")
    words = rows(pack, "texts")[0]["text"]
    made = hashlib.sha256(bytes.fromhex(click["salt"]) + words.encode()).hexdigest()
    assert made == click["text_commitment"]


def test_the_page_tells_it_in_words(told: tuple[Scene, Owner]) -> None:
    page = told[1].make("614.555.0100", "page").text
    for words in (
        "+1 614 555 0100",
        "Pressed Send for the first text",
        "Amy Adams",
        "Who is this?",
        "Opted out: no more texts",
        "delivered",
        "While they were opted out, nothing went to the phone company for them.",
    ):
        assert words in page
    assert "Broken" not in page


def test_both_in_one_file(told: tuple[Scene, Owner]) -> None:
    answer = told[1].make("6145550100", "files")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.namelist() == ["evidence.html", "evidence.json"]
    body, page = archive.read("evidence.json"), archive.read("evidence.html").decode()
    assert json.loads(body)["held"]
    assert hashlib.sha256(body).hexdigest() in page
    assert "<script" not in page
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")


def test_that_it_was_made_is_written_down(told: tuple[Scene, Owner]) -> None:
    made, owner = told
    answer = owner.make("6145550100")
    event = db.session.scalars(select(AuditEvent).filter_by(action="evidence_made")).one()
    contact = db.session.get_one(Contact, made.contacts[0])
    assert (event.target, event.person_id) == (f"recipient {contact.recipient_id}", owner.person_id)
    assert event.detail == {"sha256": hashlib.sha256(answer.data).hexdigest(), "form": "json"}
    assert [one["action"] for one in rows(owner.pack("6145550100"), "deeds")] == ["evidence_made"]


def test_what_was_done_with_many_conversations_is_in_each_ones_pack(told: tuple[Scene, Owner]) -> None:
    made, owner = told
    talk = db.session.scalars(text("SELECT id FROM conversation")).one()
    for conversations in ([talk, talk + 1], [talk + 1]):
        with transaction():
            auditing.record(
                "conversations_changed",
                "review deed 5",
                organization_id=made.org_id,
                person_id=owner.person_id,
                deed="close",
                conversations=conversations,
            )
    (deed,) = rows(owner.pack("6145550100"), "deeds")
    assert (deed["action"], deed["person_id"]) == ("conversations_changed", owner.person_id)
    assert deed["detail"] == {"deed": "close", "conversations": 2}
    page = owner.make("6145550100", "page").text
    assert "Their conversation, one of 2: closed, as no reply was needed" in page


def test_a_number_never_seen(told: tuple[Scene, Owner]) -> None:
    pack = told[1].pack("6145550177")
    assert not pack["held"]
    assert all(pack[name]["total"] == 0 for name in ("number", "texts", "clicks", "contacts", "replies"))
    page = told[1].make("6145550177", "page").text
    assert "holds nothing about this number" in page


def test_an_erased_person_is_found_by_the_typed_number(told: tuple[Scene, Owner]) -> None:
    made, owner = told
    recipient = db.session.get_one(Contact, made.contacts[0]).recipient_id
    with transaction():
        erasing.erase(recipient, "asked by mail", owner.person_id)
    pack = owner.pack("6145550100")
    assert (pack["held"], pack["erased"], rows(pack, "number")[0]["phone"]) == (True, True, None)
    assert rows(pack, "contacts")[0]["fields"] == {}
    assert [one["reason"] for one in rows(pack, "erasures")] == ["asked by mail"]
    page = owner.make("6145550100", "page").text
    assert "Their data was erased" in page
    # And from their page, where nobody knows the number any more.
    by_id = owner.pack(recipient=str(recipient))
    assert (by_id["asked_for"], by_id["texts"]["total"]) == (None, 2)


def test_another_organizations_rows_are_not_in_it(told: tuple[Scene, Owner], app: Flask) -> None:
    other = scene(app)
    pack = Owner(other).pack("6145550100")
    assert [one["id"] for one in rows(pack, "contacts")] == [other.contacts[0]]
    assert pack["texts"]["total"] == pack["replies"]["total"] == 0
    recipient = db.session.get_one(Contact, told[0].contacts[0]).recipient_id
    assert Owner(other).make(recipient=str(recipient)).status_code == 404


@pytest.mark.parametrize("phone", ["", "614 555", "not a number"])
def test_no_pack_without_a_number(told: tuple[Scene, Owner], phone: str) -> None:
    answer = told[1].make(phone)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "error-summary" in answer.text


def test_no_pack_without_the_password(told: tuple[Scene, Owner]) -> None:
    answer = told[1].make("6145550100", password="wrong")
    assert answer.mimetype == "text/html"
    assert "This is not your password." in answer.text
    assert db.session.scalars(select(AuditEvent).filter_by(action="evidence_made")).all() == []


class OtherProgram:
    """What docs/ledger.md says, written anew: nothing of p2ptext is used."""

    @staticmethod
    def field(value: Any) -> bytes:
        if isinstance(value, datetime):
            value = (value - datetime(2000, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        if isinstance(value, int):
            value = struct.pack(">q", value)
        elif isinstance(value, str):
            value = value.encode()
        return struct.pack(">I", len(value)) + bytes(value)

    def leaf(self, click: dict[str, Any]) -> bytes:
        moments = {name: datetime.fromisoformat(click[name]) for name in ("shown_at", "received_at")}
        digests = {name: bytes.fromhex(click[name]) for name in ("token_digest", "text_commitment")}
        known = click | moments | digests | {"checks": click["checks_text"]}
        names = (
            "id organization_id person_id session_id contact_id kind shown_at age_ms received_at "
            "token_digest text_commitment zone_evidence checks"
        )
        return hashlib.sha256(
            b"\x00" + b"".join(self.field(known[name]) for name in names.split())
        ).digest()

    def root(self, leaf: bytes, at: int, size: int, path: list[str]) -> bytes:
        """The root of the tree that the path leads to; the subtree's size says on which side each step is."""
        if size == 1:
            assert not path
            return leaf
        left = 1 << ((size - 1).bit_length() - 1)
        other = bytes.fromhex(path[-1])
        if at < left:
            pair = self.root(leaf, at, left, path[:-1]) + other
        else:
            pair = other + self.root(leaf, at - left, size - left, path[:-1])
        return hashlib.sha256(b"\x01" + pair).digest()

    def block_root(self, block: dict[str, Any]) -> bytes:
        fields = (
            block["version"],
            block["id"],
            bytes.fromhex(block["previous_root"]),
            bytes.fromhex(block["merkle_root"]),
            block["clicks"],
            block["first_click"],
            block["last_click"],
            datetime.fromisoformat(block["sealed_at"]),
        )
        return hashlib.sha256(b"\x02" + b"".join(map(self.field, fields))).digest()


def test_an_outsider_recomputes_the_seal(told: tuple[Scene, Owner]) -> None:
    made, owner = told
    made.sent()
    made.sent()
    sealing.seal()
    pack, other = owner.pack("6145550100"), OtherProgram()
    (click,), (proof,) = rows(pack, "clicks"), rows(pack, "proofs")
    assert proof["result"] == "holds"
    block = proof["block"]
    leaf = other.leaf(click)
    assert leaf.hex() == proof["leaf"]
    assert (
        other.root(leaf, proof["position"], block["clicks"], proof["path"]).hex() == block["merkle_root"]
    )
    assert other.block_root(block).hex() == block["root"]
    assert "1 click sealed in the ledger and unchanged since" in owner.make("6145550100", "page").text


def test_a_changed_click_is_told(told: tuple[Scene, Owner]) -> None:
    sealing.seal()
    db.session.execute(text("ALTER TABLE click DISABLE TRIGGER USER"))
    db.session.execute(text("UPDATE click SET age_ms = age_ms + 1"))
    db.session.execute(text("ALTER TABLE click ENABLE TRIGGER USER"))
    db.session.commit()
    assert rows(told[1].pack("6145550100"), "proofs")[0]["result"] == "broken"
    assert "Does not match its seal" in told[1].make("6145550100", "page").text


HOSTILE = "</style><script>alert(1)</script><b>“' onload=x"


def test_no_words_become_markup(told: tuple[Scene, Owner], app: Flask) -> None:
    made, owner = told
    inbound(app, made.phone(0), HOSTILE)
    owner.post(f"{owner.base}/add", f"{owner.base}", phone="6145550100", reason=HOSTILE)
    page = owner.make("6145550100", "page").text
    packed = (
        zipfile.ZipFile(io.BytesIO(owner.make("6145550100", "files").data))
        .read("evidence.html")
        .decode()
    )
    for shown in (page.split("<main", 1)[1], packed):
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>" not in shown
        assert "<b>" not in shown


def test_what_does_not_fit_is_said(told: tuple[Scene, Owner], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_tables, "MOST", 1)
    pack = told[1].pack("6145550100")
    assert pack["replies"]["total"] == 2
    assert [one["text"] for one in pack["replies"]["rows"]] == ["STOP"]
    page = told[1].make("6145550100", "page").text
    assert "replies: the newest 1 of 2" in page


def add_to_list(made: Scene, line: int, phone: str) -> None:
    """A row of the scene's list that says itself that they must not be contacted."""
    upload = db.session.get_one(Contact, made.contacts[0]).import_id
    row = RefusedRow(organization_id=made.org_id, import_id=upload, line=line, row=["Maria", phone])
    row.code, row.words = "do_not_contact", "Your list says so."
    db.session.add(row)
    db.session.commit()


def test_rows_of_lists_that_were_left_out_are_told(told: tuple[Scene, Owner]) -> None:
    made, owner = told
    for line, phone in ((8, "(614) 555-0100"), (9, "614-555-0177"), (10, "")):
        add_to_list(made, line, phone)
    assert [one["line"] for one in rows(owner.pack("6145550100"), "left_out")] == [8]
    assert "Left out of the list list.csv, line 8" in owner.make("6145550100", "page").text
    assert rows(owner.pack("6145550155"), "left_out") == []
    nowhere_else = owner.make("6145550177", "page").text
    assert "It stood in 1 row of lists that were left out." in nowhere_else
    assert "line 9" in nowhere_else


def test_too_many_packs_are_refused_for_a_while(
    told: tuple[Scene, Owner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_views, "PACKS", "2 per hour")
    assert [told[1].make("6145550100").status_code for _ in range(3)] == [200, 200, 429]


def test_the_ways_there(told: tuple[Scene, Owner]) -> None:
    made, owner = told
    assert f'href="{owner.evidence}"' in owner.page().text
    assert f'href="{owner.evidence}"' in owner.get(f"/o/{owner.org.slug}/settings").text
    recipient = db.session.get_one(Contact, made.contacts[0]).recipient_id
    link = f"{owner.evidence}?recipient={recipient}"
    assert f'href="{link}"' in owner.page(f"/people/{recipient}").text
    page = owner.get(link).text
    assert "•••• 0100" in page
    assert "6145550100" not in page


def documented() -> dict[str, set[str]]:
    """Table -> columns, as docs/evidence.md names them."""
    document = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text("utf-8")
    found = re.findall(r"^\| (\w+) \| [^|]+ \| ([^|]+) \|$", document, re.MULTILINE)
    plain = {
        name: re.sub(r"\([^)]*\)|;.*", "", columns) for name, columns in found if columns != "columns"
    }
    return {name: set(re.findall(r"[a-z_0-9]+", columns)) for name, columns in plain.items()}


def test_the_document_names_every_table_and_column(told: tuple[Scene, Owner]) -> None:
    made, owner = told
    sealing.seal()
    contact = db.session.get_one(Contact, made.contacts[0])
    add_to_list(made, 8, "614 555 0100")
    noted = {"begins_at": now() - timedelta(hours=1), "ends_at": now(), "words": "", "clicks": 61}
    flag = TimingFlag(organization_id=made.org_id, person_id=made.volunteer, code="steady", **noted)
    flag.on_day = now().date()
    db.session.add(flag)
    with transaction():
        erasing.erase(contact.recipient_id, "asked by mail", owner.person_id)
    owner.pack("6145550100")
    pack, known = owner.pack("6145550100"), documented()
    tables = {name for name, value in pack.items() if isinstance(value, dict) and "rows" in value}
    assert tables == set(known)
    for name in sorted(tables):
        for row in pack[name]["rows"]:
            assert set(row) - {"id"} == known[name] - {"id"}, name
    filled = {name for name in tables if pack[name]["rows"]}
    assert tables - filled == {"line_types"}  # these are erased with the person
