"""The practice organization, and the list it comes with."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from p2ptext.accounts import passwords
from p2ptext.accounts.models import Membership, Person
from p2ptext.audience import demo
from p2ptext.audience.models import Contact, ContactImport, Recipient
from p2ptext.campaigns.models import Campaign
from p2ptext.config import Settings
from p2ptext.extensions import db
from scripts import make_sample


@pytest.fixture
def practice(committed_app: Flask, settings: Settings) -> Iterator[Flask]:
    kept = settings.data_dir / "demo.json"
    kept.unlink(missing_ok=True)
    yield committed_app
    kept.unlink(missing_ok=True)


def run(app: Flask, *args: str) -> list[dict[str, str]]:
    done = app.test_cli_runner().invoke(args=["demo", *args])
    assert done.exit_code == 0, done.output
    db.session.remove()
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_makes_a_running_campaign_and_sign_ins_that_work(practice: Flask, settings: Settings) -> None:
    people = run(practice)
    assert [one["role"] for one in people] == [
        "owner", "manager", "organizer", "volunteer", "volunteer",
    ]  # fmt: skip
    for one in people:
        kept = db.session.scalars(select(Person).where(Person.email == one["email"])).one()
        assert passwords.matches(kept.password_hash, one["password"])
    assert (settings.data_dir / "demo.json").stat().st_mode & 0o777 == 0o600
    accepted = select(Membership.texting_name).where(Membership.terms_accepted_at.is_not(None))
    assert db.session.scalars(accepted).all() == ["Amy"]
    campaigns = db.session.execute(select(Campaign.name, Campaign.status).order_by(Campaign.id)).all()
    assert [row.status for row in campaigns] == ["running", "draft"]
    done = db.session.scalars(select(ContactImport)).one()
    assert (done.rows_read, done.imported, done.duplicates, done.refused) == (1000, 925, 37, 38)
    assert run(practice) == people
    assert db.session.scalar(select(func.count()).select_from(Campaign)) == 2


def test_a_list_of_ones_own_becomes_another_campaign(practice: Flask, tmp_path: Path) -> None:
    run(practice)
    mine = tmp_path / "dayton-voters_2026.csv"
    mine.write_text("mobile\n937-555-0155\n")
    people = run(practice, "--csv", str(mine))
    run(practice, "--csv", str(mine))
    assert len(people) == len(demo.PEOPLE)
    names = db.session.scalars(select(Campaign.name).where(Campaign.status == "running")).all()
    assert set(names) == {
        "Library levy, first texts", "dayton voters 2026", "dayton voters 2026 2",
    }  # fmt: skip


def test_a_list_that_cannot_be_used_is_refused_in_words(practice: Flask, tmp_path: Path) -> None:
    mine = tmp_path / "empty.csv"
    mine.write_text("")
    done = practice.test_cli_runner().invoke(args=["demo", "--csv", str(mine)])
    assert done.exit_code == 1
    assert "empty.csv: The file is empty." in done.output


def test_the_sample_is_what_its_generator_writes(tmp_path: Path) -> None:
    make_sample.main(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == demo.SAMPLE.read_bytes()


def test_the_sample_has_only_reserved_numbers_and_every_kind_of_person(practice: Flask) -> None:
    run(practice)
    phones = [phone or "" for phone in db.session.scalars(select(Recipient.phone))]
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", phone) for phone in phones)
    assert not set(phones) & set(demo.SENDERS)
    endings = Counter(phone[-4:] for phone in phones)
    assert all(endings[f"{special:04d}"] for special in range(100, 120))
    assert sum(endings[f"{special:04d}"] for special in range(100, 120)) < 50
    names = set(db.session.scalars(select(Contact.fields["last_name"].astext)))
    assert {"O'Brien", "Nguyễn", "Smith, Jr."} <= names
    far = select(func.count()).where(Contact.zones.contains(["Pacific/Honolulu"]))
    assert db.session.scalar(far)
