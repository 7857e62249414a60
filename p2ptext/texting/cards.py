"""The cards of a volunteer's batch: each is one text to one person, ready to be asked for.

A card's token is signed, not stored. It says who may ask for which text to whom, and until when.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from itsdangerous import BadData, URLSafeSerializer

from p2ptext.background import settings
from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.rules import hours, script, sms_text

PREFETCHED = 25
"""Cards handed to a page at once: half a minute of the fastest thumb."""
CARD_LIFE = timedelta(hours=1)
SAFETY = timedelta(seconds=60)
"""A card is not handed out when its text could not leave this long before the hours end: the
shortest time a carrier can be told to keep trying (20 s), and the trip through the outbox."""


@dataclass(frozen=True, slots=True)
class CardClaims:
    """What a card's token binds together."""

    organization_id: int
    person_id: int
    contact_id: int
    round: int
    text_hash: str
    shown_at: float
    """Seconds since the epoch, by the one clock."""


@dataclass(frozen=True, slots=True)
class Card:
    """One text to one person, as the volunteer's page gets it. No last name, no phone number."""

    id: str
    token: str
    hash: str
    to: str
    place: str
    local_time: str
    text: str
    segments: int


@dataclass(frozen=True, slots=True)
class Script:
    """What rendering a card needs of its campaign."""

    version_id: int
    first: Sequence[str]
    plain: bool
    volunteer_name: str
    rounds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The texts of the second round and the later ones, by the round's number."""

    def text_for(self, contact_id: int, fields: dict[str, str], round_: int = 1) -> str:
        """The text of this round to this contact. Raises MissingField.

        A later round has words of its own: the first text is never repeated for want of them.
        """
        texts = self.first if round_ == 1 else self.rounds.get(str(round_), ())
        if not texts:
            raise script.MissingField("message")
        template = texts[contact_id % len(texts)]
        values = {**fields, "volunteer_name": self.volunteer_name}
        return script.render(template, values, plain=self.plain)


@dataclass(frozen=True, slots=True)
class Deck:
    """The next cards of a batch, and why there are no more."""

    cards: list[Card]
    sent: int
    total: int
    closes_at: datetime | None
    closed_until: datetime | None
    """When the first card that is outside its hours now may be texted; None when there is none."""
    missing: list[int]
    """Contacts whose list lacks a value that the text needs: there is no card for them."""


def _serializer() -> URLSafeSerializer:
    # Signed with the server's key; a page can neither make nor change one.
    return URLSafeSerializer(
        settings().secret_key, salt="card", signer_kwargs={"digest_method": hashlib.sha256}
    )


def make_token(claims: CardClaims) -> str:
    return str(_serializer().dumps(list(asdict(claims).values())))


def read_token(token: str) -> CardClaims:
    """What the token binds. Raises Refused for one that this server did not make."""
    try:
        values = _serializer().loads(token)
        return CardClaims(*values)
    except (BadData, TypeError, ValueError):
        raise Refused("bad_token", "This card is not valid. Reload the page to get new ones.") from None


def local_time(now: datetime, zones: Sequence[str]) -> str:
    """The time on the person's clock, such as "2:14 pm"; both ends where the zone is uncertain."""
    times = sorted({now.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for zone in zones})
    words = [f"{moment.hour % 12 or 12}:{moment.minute:02d} {moment:%p}".lower() for moment in times]
    return words[0] if len(words) == 1 else f"{words[0]} to {words[-1]}"


def deck(
    organization_id: int, batch_id: int, person_id: int, words: Script, window: hours.Window, undo_s: int
) -> Deck:
    """The next cards of this batch for this person, only such as may be texted now.

    First come those whose hours end first, in the order of the list; the order stays as it is while
    they are sent, for the end of a stretch of hours does not move.
    """
    sql = cursor()
    sql.execute(
        """SELECT c.id, c.round, c.fields, c.zones, c.state, p2p_now(),
                  (SELECT coalesce(extract(epoch FROM p2p_now() - min(o.due_at)), 0) FROM outbox o
                   WHERE o.due_at < (SELECT p2p_now()))
           FROM contact c JOIN recipient r ON r.id = c.recipient_id
           WHERE c.batch_id = %s AND c.organization_id = %s AND c.state <> 'ended'
             AND (c.state = 'texted' OR r.suppressed_at IS NULL)
             AND (c.state = 'texted' OR c.skipped_by IS DISTINCT FROM %s)
           ORDER BY c.position""",
        (batch_id, organization_id, person_id),
    )
    rows = sql.fetchall()
    ready = [row for row in rows if row[4] == "ready"]
    open_now: list[tuple[datetime, tuple[Any, ...]]] = []
    opens: list[datetime] = []
    for row in ready:
        now, zones = row[5], row[3]
        latest = hours.closes_at(now, zones, window)
        needs = now + timedelta(seconds=undo_s + float(row[6])) + SAFETY
        if latest is None or latest < needs:
            opens += [again] if (again := hours.opens_at(latest or now, zones, window)) else []
            continue
        open_now.append((latest, row))
    open_now.sort(key=lambda one: one[0])
    cards: list[Card] = []
    closes: datetime | None = None
    missing: list[int] = []
    for latest, row in open_now:
        card = _card(organization_id, person_id, row, words) if len(cards) < PREFETCHED else None
        if card is not None:
            cards.append(card)
            closes = closes or latest
        elif len(cards) < PREFETCHED:
            missing.append(row[0])
    return Deck(
        cards,
        len(rows) - len(ready),
        len(rows) - len(missing),
        closes,
        min(opens, default=None),
        missing,
    )


def _card(organization_id: int, person_id: int, row: tuple[Any, ...], words: Script) -> Card | None:
    contact_id, round_, fields, zones, _, now = row[:6]
    try:
        text = words.text_for(contact_id, fields, round_)
    except script.MissingField:
        return None  # a raw {field} is never shown
    claims = CardClaims(
        organization_id, person_id, contact_id, round_, script.text_hash(text), now.timestamp()
    )
    return Card(
        id=f"{contact_id}:{round_}",
        token=make_token(claims),
        hash=claims.text_hash,
        to=fields.get("first_name", "") or "this person",
        place=fields.get("city", ""),
        local_time=local_time(now, zones),
        text=text,
        segments=sms_text.count(text).segments,
    )


def expired(claims: CardClaims, now: datetime) -> bool:
    """Whether the card was shown too long ago to be trusted."""
    return now - datetime.fromtimestamp(claims.shown_at, UTC) > CARD_LIFE
