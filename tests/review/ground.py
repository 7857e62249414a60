"""Random conversations of two organizations, and the same question asked of the auditor's views in Python."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row
from sqlalchemy import select

from p2ptext.audience.models import Contact, Recipient
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.clock import now
from p2ptext.conversations.models import ConversationTag, SurveyAnswer, Tag
from p2ptext.counting import catching_up
from p2ptext.extensions import cursor, db
from p2ptext.review.filters import ALL_WAIT, ERRORS, STATUSES, Filter
from p2ptext.rules.tree import Answer, Step
from p2ptext.texting.models import Conversation, Message
from tests import factories, world

WORDS = [
    "yes",
    "no",
    "vote",
    "voting",
    "Polling",
    "place",
    "thanks",
    "STOP",
    "école",
    "don't",
    "👍",
    "and/or",
    "“ride”",
    "555",
]
SEARCHES = (
    "yes", "YES", "vot*", '"polling place"', "polling place", "yes -stop", "-yes", "École", "dont", "and or",
    '"and or"', "ride", "👍", "zebra", "thanks vot* -no", "5*", '"place thanks*"', "yes yes", "-vot* -no",
)  # fmt: skip
TROUBLE = ("rejected", "undeliverable", "not_sent", "blocked", "expired", "unknown")
EASTERN = ZoneInfo("America/New_York")
WORDINGS = [
    f"1:{hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()}"
    for words in ("Hi one", "Hi two")
]
"""As counting names them."""


@dataclass
class Ground:
    """Ids of what filters may name."""

    org: int
    other: int
    campaigns: list[int]
    people: list[int]
    tags: list[int]
    lists: list[int]


def ground(seed: int, talks: int = 30) -> Ground:
    dice = Random(seed)
    one, two = _organization(dice, talks, 3), _organization(dice, talks // 3, 1)
    db.session.commit()
    while not catching_up.catch_up():
        pass
    return Ground(one["org"], two["org"], one["campaigns"], one["people"], one["tags"], one["lists"])


def _organization(dice: Random, talks: int, campaigns: int) -> dict[str, Any]:
    org = factories.organization()
    people = [factories.person(org) for _ in range(3)]
    tags = [factories.add(Tag(organization_id=org.id, name=name)) for name in ("Ride", "Sign")]
    made: dict[str, Any] = {
        "org": org.id, "campaigns": [], "lists": [],
        "people": [person.id for person in people], "tags": [tag.id for tag in tags],
    }  # fmt: skip
    for place in range(campaigns):
        status = "archived" if place == 2 else "running"
        asked = [Step("s1", "Coming?", (Answer("a1", "Yes"), Answer("a2", "No")))]
        campaign = factories.campaign(org, people[0], steps=asked, status=status)
        version = db.session.get_one(ScriptVersion, campaign.script_version_id)
        version.document = {**version.document, "first": ["Hi one", "Hi two"]}
        made["campaigns"].append(campaign.id)
        for part in range(2):
            size = talks // (campaigns * 2)
            phones = [f"+1{700 + 10 * place + part}5550{100 + n}" for n in range(size)]
            contacts = factories.contacts(campaign, people[0], phones)
            made["lists"].append(contacts[0].import_id)
            for contact in contacts:
                _talk(dice, campaign, contact, people, made["tags"])
    return made


def _talk(
    dice: Random, campaign: Campaign, contact: Contact, people: list[Any], tags: list[int]
) -> None:
    chance = dice.random
    wrong = dice.choice(TROUBLE) if chance() < 0.3 else "delivered"
    first = world.first_text(
        contact, campaign, dice.choice(people), state=wrong, variant=dice.randrange(2),
        reason=dice.choice(("filtered", "hours", None)) if wrong != "delivered" else None,
        carrier_code=dice.choice((6, 1400, None)) if wrong != "delivered" else None,
        language=dice.choice((None, "es")),
    )  # fmt: skip
    talk = db.session.get_one(Conversation, first.conversation_id)
    talk.created_at = now() - timedelta(days=dice.randrange(9))
    for _ in range(dice.choice((0, 1, 1, 2))):
        heard = world.reply_to(first, _said(dice))
        heard.received_at = talk.created_at + timedelta(hours=dice.randrange(40))
        heard.abusive = chance() < 0.15
        heard.media = [{"type": "image", "url": "x"}] if chance() < 0.15 else []
    for _ in range(dice.choice((0, 0, 1))):
        _answer(dice, first)
    if chance() < 0.5:
        talk.waiting_since = None
    else:
        talk.waiting_since = now() - timedelta(minutes=dice.randrange(300))
    _mark(dice, talk, contact)
    for tag in tags:
        if chance() < 0.2:
            row = ConversationTag(
                conversation_id=talk.id,
                tag_id=tag,
                organization_id=talk.organization_id,
                person_id=people[0].id,
            )
            factories.add(row)
    if chance() < 0.4:
        values = {
            "contact_id": contact.id, "step_key": "s1", "answer_key": dice.choice(("a1", "a2")),
            "organization_id": talk.organization_id, "campaign_id": campaign.id, "person_id": people[0].id,
            "script_version_id": campaign.script_version_id, "on_path": chance() < 0.8,
        }  # fmt: skip
        factories.add(SurveyAnswer(**values))


def _mark(dice: Random, talk: Conversation, contact: Contact) -> None:
    talk.state = dice.choice(("open", "closed"))
    talk.review_reason = dice.choice((None, None, "May ask to stop"))
    talk.crisis_reason = dice.choice((None, None, None, "Danger"))
    talk.lead_asked_at = dice.choice((None, None, now()))
    if dice.random() < 0.2:
        talk.offered_at, talk.offered_why = now(), "waited"
    if dice.random() < 0.2:
        db.session.get_one(Recipient, contact.recipient_id).suppressed_at = now()
    db.session.flush()


def _said(dice: Random) -> str:
    return dice.choice((" ", " ", ", ", "! ")).join(dice.choice(WORDS) for _ in range(dice.randrange(5)))


def _answer(dice: Random, first: Message) -> None:
    factories.add(
        Message(
            organization_id=first.organization_id, campaign_id=first.campaign_id, contact_id=first.contact_id,
            conversation_id=first.conversation_id, recipient_id=first.recipient_id, number_id=first.number_id,
            person_id=first.person_id, kind="reply", text=_said(dice), encoding="GSM-7", segments=1,
            click_id=world.click(db.session.get_one(Contact, first.contact_id), db.session.scalars(
                select(factories.Person).filter_by(id=first.person_id)).one(), kind="reply").id,
            state=dice.choice(("delivered", "cancelled")), edited=dice.choice((None, False, True)),
        )
    )  # fmt: skip


def filters(dice: Random, ground: Ground) -> Filter:
    """A random filter; most ask for one to three things."""
    step = {
        "campaign": ground.campaigns, "volunteer": ground.people, "status": list(STATUSES), "tag": ground.tags,
        "answer": ["s1:a1", "s1:a2", "s9:a1"], "error": [*ERRORS, "filtered", "hours", "6", "1400"],
        "variant": WORDINGS,
        "list": ground.lists, "language": ["es", "main", "fr"], "words": SEARCHES, "waited": [1, 60, 200],
        "since": [(now() - timedelta(days=n)).date() for n in (2, 5)],
        "until": [(now() - timedelta(days=n)).date() for n in (1, 4)],
        "edited": [True], "abusive": [True], "pictures": [True],
    }  # fmt: skip
    names = dice.sample(sorted(step), dice.choice((0, 1, 1, 1, 2, 2, 3)))
    asked: dict[str, Any] = {name: dice.choice(list(step[name])) for name in names}  # type: ignore[call-overload]
    return Filter(**asked, sort=dice.choice(("", "", "waiting", "newest")))


@dataclass
class Seen:
    """Every row of the organization, read once."""

    talks: list[dict[str, Any]]
    theirs: dict[int, list[dict[str, Any]]]
    ours: dict[int, list[dict[str, Any]]]
    contacts: dict[int, dict[str, Any]]
    answers: list[dict[str, Any]]
    tagged: set[tuple[int, int]]
    archived: set[int]
    created: dict[int, datetime]


def see(ground: Ground) -> Seen:
    tagged = db.session.execute(select(ConversationTag.conversation_id, ConversationTag.tag_id))
    created = db.session.execute(select(Conversation.id, Conversation.created_at))
    return Seen(
        _rows("qa_conversation", ground.org),
        _by_talk("qa_inbound", ground.org),
        _by_talk("qa_message", ground.org),
        {row["id"]: row for row in _rows("qa_contact", ground.org)},
        _rows("qa_answer", ground.org),
        {(talk_id, tag_id) for talk_id, tag_id in tagged},
        {row["id"] for row in _rows("qa_campaign", ground.org) if row["status"] == "archived"},
        dict(created.all()),
    )


def naive(seen: Seen, wanted: Filter) -> list[int]:
    """The conversations that match, in the order of the list, by looking at every row."""
    talks, contacts, answers, tagged = seen.talks, seen.contacts, seen.answers, seen.tagged
    at = now()
    found = []
    for talk in talks:
        theirs, ours = seen.theirs.get(talk["id"], []), seen.ours.get(talk["id"], [])
        last = max(theirs, key=lambda row: row["id"], default=None)
        checks = {
            "campaign": talk["campaign_id"] == wanted.campaign,
            "volunteer": talk["person_id"] == wanted.volunteer,
            "status": _status(talk, contacts[talk["contact_id"]], theirs, wanted.status),
            "tag": (talk["id"], wanted.tag) in tagged,
            "answer": any(
                row["contact_id"] == talk["contact_id"]
                and f"{row['step_key']}:{row['answer_key']}" == wanted.answer
                and row["on_path"]
                for row in answers
            ),
            "error": any(_trouble(row, wanted.error) for row in ours),
            "variant": any(
                row["kind"] == "first"
                and row["language"] is None
                and row["state"] in ("delivered", "rejected", "undeliverable", "unknown")
                and wanted.variant == WORDINGS[row["variant"]]
                for row in ours
            ),
            "list": contacts[talk["contact_id"]]["import_id"] == wanted.list,
            "language": any(
                row["kind"] == "first" and (row["language"] or "main") == wanted.language for row in ours
            ),
            "words": _words(wanted.words, [
                *(row["text"] for row in theirs),
                *(row["text"] for row in ours if row["kind"] == "reply" and row["state"] != "cancelled"),
            ]),
            "waited": talk["waiting_since"] is not None
            and talk["waiting_since"] < at - timedelta(minutes=wanted.waited),
            "since": wanted.since is None or _day(last, seen.created[talk["id"]]) >= wanted.since,
            "until": wanted.until is None or _day(last, seen.created[talk["id"]]) <= wanted.until,
            "edited": any(row["edited"] and row["state"] != "cancelled" for row in ours),
            "abusive": any(row["abusive"] for row in theirs),
            "pictures": any(row["media"] for row in theirs),
            "sort": wanted.sort != "waiting" or talk["waiting_since"] is not None,
        }  # fmt: skip
        waits = wanted.status in ALL_WAIT or wanted.waited or wanted.sort == "waiting"
        if waits and wanted.campaign is None and talk["campaign_id"] in seen.archived:
            continue
        if all(checks[name] for name in wanted.to_args()):
            key = (
                talk["waiting_since"]
                if wanted.longest_first
                else (-(last["id"] if last else 0), -talk["id"])
            )
            found.append((key, talk["id"]))
    return [talk_id for _, talk_id in sorted(found)]


def _rows(view: str, organization_id: int) -> list[dict[str, Any]]:
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        return sql.execute(
            f"SELECT * FROM {view} WHERE organization_id = %s", (organization_id,)
        ).fetchall()  # type: ignore[arg-type]


def _by_talk(view: str, organization_id: int) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in _rows(view, organization_id):
        found.setdefault(row["conversation_id"], []).append(row)
    return found


def _status(talk: dict[str, Any], contact: dict[str, Any], theirs: list[Any], status: str) -> bool:
    return {
        "": True,
        "unanswered": talk["waiting_since"] is not None and not talk["review_reason"],
        "waiting": talk["waiting_since"] is not None,
        "open": talk["state"] == "open",
        "closed": talk["state"] == "closed",
        "replied": bool(theirs),
        "silent": not theirs,
        "review": talk["review_reason"] is not None,
        "opted_out": contact["suppressed_at"] is not None,
        "crisis": talk["crisis_reason"] is not None,
        "lead": talk["lead_asked_at"] is not None,
        "offered": talk["offered_at"] is not None and talk["waiting_since"] is not None,
    }[status]


def _trouble(row: dict[str, Any], error: str) -> bool:
    if row["state"] not in TROUBLE:
        return False
    if error == "failed":
        return row["state"] in ("rejected", "undeliverable")
    return error in (row["state"], row["reason"], str(row["carrier_code"]))


def _day(last: dict[str, Any] | None, created: datetime) -> Any:
    return (last["received_at"] if last else created).astimezone(EASTERN).date()


def _words(asked: str, texts: list[str]) -> bool:
    """Written apart from the program's own reading, for the searches above alone."""
    plain = [" " + " ".join(re.findall(r"\w+", text.lower().replace("'", ""))) + " " for text in texts]
    wanted, unwanted = [], []
    for minus, quoted, word in re.findall(r'(-?)(?:"([^"]+)"|(\S+))', asked):
        words = " ".join(re.findall(r"\w+", (quoted or word).lower()))
        end = "" if (quoted or word).endswith("*") and not quoted else " "
        (unwanted if minus else wanted).append(f" {words}{end}" if words else "nowhere")
    if "nowhere" in wanted:
        return False
    if any(word in text for word in unwanted for text in plain):
        return False
    return not wanted or any(all(word in text for word in wanted) for text in plain)
