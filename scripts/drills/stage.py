"""Who is on stage: two organizations, three campaigns, volunteers, managers, and the people texted.

Some phones are in two campaigns of one organization, some in both organizations; many live where two
time zones are possible. Every number is one of the reserved 555-0100 to 555-0199.
"""

import csv
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from p2ptext import config
from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.accounts.passwords import hash_password
from p2ptext.app import create_app
from p2ptext.background import transaction
from p2ptext.campaigns import numbers, writing
from p2ptext.campaigns.models import Campaign, SendingNumber
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.rules.tree import Answer, Step
from scripts.drills.system import System

PASSWORD = "levy-bus-parks-0199"  # noqa: S105  # of people who exist for some minutes

_EAST, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _PACIFIC = "America/Denver", "America/Los_Angeles"
_OF_ONE_ZONE = {
    _EAST: "201 202 203 207 212 215 216 240 267 302 304 401 404 410 412 434 440 508 513 516 518 540 "
    "585 610 614 617 704 716 717 740 802 803 804 860 908 914 919 937 973",
    _CENTRAL: "205 214 217 224 262 309 312 314 319 414 417 501 515 601 612 615 618 630 662 713 715 773 816 "
    "832 913 920",
    _MOUNTAIN: "303 307 406 505 720 801 970",
    _PACIFIC: "206 209 213 253 310 408 415 425 503 509 510 530 619 707 805 909 971",
    "America/Phoenix": "480 520 602",
    "Pacific/Honolulu": "808",
}
_OF_SEVERAL = {
    "812 850 423": (_EAST, _CENTRAL),
    "701 605 308": (_CENTRAL, _MOUNTAIN),
    "208 541": (_MOUNTAIN, _PACIFIC),
    "907": ("America/Anchorage", "America/Adak"),
}
PLACES: dict[str, tuple[str, ...]] = {
    area: zones
    for areas, zones in [
        *((areas, (zone,)) for zone, areas in _OF_ONE_ZONE.items()),
        *_OF_SEVERAL.items(),
    ]
    for area in areas.split()
}
"""Area code -> every zone a person with it may be in; a table of the drill's own, not the program's."""

WORDS = {"north": "Northlight", "south": "Southbank"}
"""A word of each organization that no other may ever see: in its texts, its questions, its people's names."""

PROMISE_MIN = 1
"""Minutes until a waiting reply is offered to others: the shortest there is."""


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody with an account. All have the same password."""

    name: str
    email: str
    role: str
    org: str
    person_id: int
    membership_id: int


@dataclass(frozen=True, slots=True)
class Show:
    """A campaign: `mark` stands in every first text of it and in no other text."""

    id: int
    org: str
    mark: str
    ours: tuple[str, ...]
    phones: frozenset[str]


@dataclass
class Stage:
    """Everybody and everything that was set up."""

    players: list[Player]
    shows: list[Show]
    fresh_phones: list[str] = field(default_factory=list)
    """Phones on no list yet, for imports while the drill runs."""

    def of(self, org: str, role: str) -> list[Player]:
        return [player for player in self.players if player.org == org and player.role == role]

    def shows_of(self, org: str) -> list[Show]:
        return [show for show in self.shows if show.org == org]


def first_message(org: str, mark: str, version: int = 1) -> str:
    """The words of a campaign; each version differs, so that what was asked for can be told apart."""
    edition = f" ({version})" if version > 1 else ""
    return (
        f"Hi {{first_name}}, this is {{volunteer_name}} with {WORDS[org]} about the {mark}{edition}. "
        "Can we count on you? STOP to opt out."
    )


def questions(org: str) -> list[Step]:
    """What the volunteers of an organization ask people: two questions, one of them after a yes."""
    word = WORDS[org]
    return [
        Step(
            "s1",
            f"Can {word} count on them?",
            (
                Answer(
                    "a1", "Yes", (f"Great, {word} thanks you! Will you vote early or by mail?",), "s2"
                ),
                Answer("a2", "No", (f"Thank you for telling {word}.",)),
                Answer("a3", "Not sure", (f"What matters most to you? {word} would like to know.",)),
            ),
        ),
        Step("s2", f"How do they vote? ({word})", (Answer("a1", "Early"), Answer("a2", "By mail"))),
    ]


def phones(chance: random.Random, amount: int) -> list[str]:
    """So many different reserved numbers, well mixed."""
    every = [f"+1{area}555{line:04d}" for area in PLACES for line in range(100, 200)]
    return chance.sample(every, min(amount, len(every)))


def write_list(path: Path, listed: Sequence[str], org: str) -> None:
    """A list as a campaign would upload it: no two people are alike, and all bear the organization's word."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["first name", "cell phone"])
        rows.writerows((f"Maria{place} {WORDS[org]}", phone[2:]) for place, phone in enumerate(listed))


def build(system: System, seed: int, volunteers: int, people: int) -> Stage:
    """Set everything up through the program's own use cases and its import command."""
    chance = random.Random(f"stage {seed}")  # noqa: S311  # a scene, not a secret
    every = phones(chance, people)
    third = len(every) // 4
    first, second, third_list, spare = (
        every[: 2 * third],
        every[2 * third : 3 * third] + every[: third // 4],
        every[third // 2 : third // 2 + 2 * third],
        every[3 * third :],
    )
    app = create_app(config.load(system.stack.settings))
    with app.app_context():
        players = _people(volunteers)
        shows = [
            _campaign(players, "north", "Levy", ("+13305550190", "+13305550191"), 1, first),
            _campaign(players, "north", "Bus", ("+13305550191",), 0, second),
            _campaign(players, "south", "Parks", ("+13305550195", "+13305550196"), 2, third_list),
        ]
    for show, listed in zip(shows, (first, second, third_list), strict=True):
        _fill(system, app, show, listed)
    used = set(first) | set(second) | set(third_list)
    return Stage(players, shows, [phone for phone in spare if phone not in used])


def _people(volunteers: int) -> list[Player]:
    hashed, players = hash_password(PASSWORD), []
    with transaction():
        for place, org in enumerate(WORDS):
            row = Organization(
                slug=org,
                name=f"{WORDS[org]} Votes",
                provider_confirms_stop=False,
                reply_promise_min=PROMISE_MIN,
            )
            db.session.add(row)
            db.session.flush()
            own = volunteers - volunteers // 3 if place == 0 else volunteers // 3
            for role, amount in (("owner", 1), ("manager", 1), ("organizer", 1), ("volunteer", own)):
                for number in range(amount):
                    players.append(_person(row, role, f"{org}-{role}-{number}", hashed))
    return players


def _person(org: Organization, role: str, name: str, hashed: str) -> Player:
    email = f"{name}@example.org"
    person = Person(email=email, name=name, password_hash=hashed)
    db.session.add(person)
    db.session.flush()
    member = Membership(
        organization_id=org.id,
        person_id=person.id,
        role=role,
        texting_name="Amy",
        terms_accepted_at=now(),
    )
    db.session.add(member)
    db.session.flush()
    return Player(name, email, role, org.slug, person.id, member.id)


def _campaign(
    players: Sequence[Player],
    slug: str,
    mark: str,
    ours: tuple[str, ...],
    undo_s: int,
    listed: Sequence[str],
) -> Show:
    owner = next(player for player in players if player.org == slug and player.role == "owner")
    with transaction():
        allotted = [
            number for phone in ours if isinstance(number := numbers.allot(slug, phone), SendingNumber)
        ]
        ids = [number.id for number in allotted]
        campaign = writing.create(allotted[0].organization_id, f"{WORDS[slug]} {mark}", owner.person_id)
        if not isinstance(campaign, Campaign):
            raise RuntimeError(campaign.words)
        campaign.undo_s, campaign.batch_size = undo_s, 40
        writing.save_wordings(campaign, [first_message(slug, mark)], owner.person_id)
        writing.save_steps(campaign, questions(slug), owner.person_id)
        numbers.choose(campaign, ids)
        return Show(campaign.id, slug, mark, ours, frozenset(listed))


def _fill(system: System, app: Flask, show: Show, listed: Sequence[str]) -> None:
    path = system.engines.data_dir / f"list-{show.id}.csv"
    write_list(path, listed, show.org)
    said = system.stack.flask(
        "import-contacts", "--campaign", str(show.id), "--consent", "the drill", "--json", str(path)
    )
    outcome = json.loads(next(line for line in said.splitlines() if line.startswith("{")))
    if outcome["imported"] != len(set(listed)):
        raise RuntimeError(f"the list of campaign {show.id} came in as {outcome}")
    path.unlink()
    with app.app_context(), transaction():
        campaign = db.session.get_one(Campaign, show.id)
        campaign.status, campaign.launched_at = "running", now()
