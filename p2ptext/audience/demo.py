"""A practice organization for an empty installation, so that everything can be tried at once."""

import json
import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.accounts.passwords import hash_password
from p2ptext.audience import importing, jobs, launching
from p2ptext.audience.demo_script import CANNED, FIRST_MESSAGES, QUESTIONS
from p2ptext.audience.queries import contact_count
from p2ptext.background import settings, transaction
from p2ptext.campaigns import numbers, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.extensions import db

SLUG = "ohio-votes"
NAME = "Ohio Votes"
SAMPLE = Path(__file__).parents[2] / "docs" / "sample-contacts.csv"
PEOPLE = (
    ("owner", "owner@example.org", "Olivia Owner"),
    ("manager", "manager@example.org", "Marcus Manager"),
    ("organizer", "organizer@example.org", "Opal Organizer"),
    ("volunteer", "amy@example.org", "Amy Okafor"),
    ("volunteer", "ben@example.org", "Ben Ruiz"),
)
HAS_ACCEPTED_TERMS = "amy@example.org"
SENDERS = ("+16145550100", "+12165550101")


def prepare(csv_file: Path | None) -> list[dict[str, str]]:
    """Make the practice organization, or add a campaign from `csv_file` to it.

    Returns the sign-ins: role, email, password and url. Raises ClickException in words.
    """
    with transaction():
        there = db.session.scalar(select(Organization.id).where(Organization.slug == SLUG))
        empty = there is None and not db.session.scalar(select(Organization.id).limit(1))
    if there is None and not empty:
        raise click.ClickException("There are organizations here already. Practice data needs none.")
    if empty:
        _make_organization()
        _make_campaign("Library levy, first texts", csv_file or SAMPLE)
        _make_draft()
    elif csv_file:
        _make_campaign(_free_name(csv_file), csv_file)
    return _sign_ins()


def _sign_ins_file() -> Path:
    return settings().data_dir / "demo.json"


def _sign_ins() -> list[dict[str, str]]:
    if not _sign_ins_file().exists():
        raise click.ClickException(
            f"The practice sign-ins are not in {_sign_ins_file()} any more. Start over on empty data."
        )
    kept: list[dict[str, str]] = json.loads(_sign_ins_file().read_text(encoding="utf-8"))
    return [{**person, "url": f"{settings().public_url}/sign-in"} for person in kept]


def _make_organization() -> None:
    kept = []
    with transaction():
        org = Organization(slug=SLUG, name=NAME)
        db.session.add(org)
        db.session.flush()
        for role, email, name in PEOPLE:
            # Three groups are easy to type from a terminal; 60 bits are plenty for a loopback.
            password = "-".join(secrets.token_hex(3)[:5] for _ in range(3))
            kept.append({"role": role, "email": email, "password": password})
            _make_person(org.id, role, email, name, password)
        for phone in SENDERS:
            numbers.allot(SLUG, phone, numbers.About(can_mms=True))
    _keep_private(_sign_ins_file(), kept)


def _make_person(organization_id: int, role: str, email: str, name: str, password: str) -> None:
    person = Person(
        email=email, name=name, password_hash=hash_password(password), is_operator=role == "owner"
    )
    db.session.add(person)
    db.session.flush()
    db.session.add(
        Membership(
            organization_id=organization_id,
            person_id=person.id,
            role=role,
            texting_name=name.split()[0],
            terms_accepted_at=now() if email == HAS_ACCEPTED_TERMS else None,
        )
    )


def _keep_private(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)


def _draft(name: str) -> Campaign:
    """A campaign of the practice organization with everything but a list."""
    org = db.session.scalars(select(Organization).where(Organization.slug == SLUG)).one()
    owner = db.session.scalars(select(Person).where(Person.email == PEOPLE[0][1])).one()
    made = writing.create(org.id, name, owner.id)
    if not isinstance(made, Campaign):
        raise click.ClickException(made.words)
    writing.save_wordings(made, FIRST_MESSAGES, owner.id)
    writing.save_steps(made, QUESTIONS, owner.id)
    writing.save_canned(made, CANNED, owner.id)
    numbers.choose(made, [number.id for number in numbers.numbers_of(org.id)])
    return made


def _make_draft() -> None:
    with transaction():
        _draft("Library levy, reminder")


def _make_campaign(name: str, path: Path) -> None:
    with transaction(), path.open("rb") as stream:
        campaign = _draft(name)
        consent = importing.Consent("The practice list", (now() - timedelta(days=30)).date(), "opted_in")
        row = importing.receive_list(campaign, stream, path.name, consent, campaign.created_by)
        import_id, campaign_id, org_id = row.id, campaign.id, campaign.organization_id
        person_id = campaign.created_by
    if jobs.complete(import_id).status == "checked":
        with transaction():
            importing.confirm(import_id, org_id, person_id)
    read = jobs.complete(import_id)
    if read.status != "done":
        raise click.ClickException(f"{path.name}: {read.fault}")
    with transaction():
        # Its words are ours and known to arrive: nobody has to try them on a phone first.
        campaign = writing.lock(campaign_id, org_id)
        if campaign.script_version_id is not None:
            launching.note_test(campaign, campaign.script_version_id)
        for block in launching.launch(campaign_id, org_id, contact_count(campaign_id)).blocks:
            click.echo(f"{name} is not launched yet: {block.words}", err=True)


def _free_name(path: Path) -> str:
    """A campaign's name from a file's, with a number when it is taken."""
    stem = re.sub(r"[\W_]+", " ", path.stem).strip()[:80] or "Your list"
    with transaction():
        taken = {name.lower() for name in db.session.scalars(select(Campaign.name))}
    names = [stem, *(f"{stem} {n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name.lower() not in taken)
