"""The cards of a volunteer's batch: each is one text to one person, ready to be asked for.

A card's token is signed, not stored. It says who may ask for which text to whom, and until when.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from psycopg.rows import dict_row

from p2ptext.background import settings
from p2ptext.campaigns import linking
from p2ptext.errors import Refused
from p2ptext.extensions import cursor
from p2ptext.rules import enclosure, languages, script, sms_text, variants
from p2ptext.rules.clock_words import local_time
from p2ptext.texting import enclosing, frequency, in_review, pacing, why_not
from p2ptext.texting.clicking import first_window_of
from p2ptext.texting.pacing import Outlook
from p2ptext.texting.why_not import WhyNot

PREFETCHED = 25
"""Cards handed to a page at once: half a minute of the fastest thumb."""
CARD_LIFE = timedelta(hours=1)


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
    media: dict[str, Any] | None = None
    """What goes with it: `url` for the page, `kind`, `description`. None where words go alone."""


FIRST_TEXTS = f"""(v.document - '{{steps,canned,languages}}'::text[]) || CASE WHEN v.document ? 'languages'
  THEN jsonb_build_object('languages', (SELECT jsonb_object_agg(key, value - '{{steps,canned}}'::text[])
                                        FROM jsonb_each(v.document -> 'languages')))
  ELSE '{{}}' END || jsonb_build_object('links', {linking.LINKS})"""
"""Of a script's document `v.document`, in SQL, what first texts are made of, with their links: a click does
not read the questions of a long script for nothing."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording as it is written."""

    text: str
    variant: int
    """Its place among the wordings of its language, counted from 0."""
    language: str | None
    """The language it is written in; None for the main one."""


@dataclass(frozen=True, slots=True)
class Script:
    """What rendering a card needs of its campaign."""

    version_id: int
    document: Mapping[str, Any]
    """What the campaign says; only what FIRST_TEXTS selects of it is needed."""
    plain: bool
    volunteer_name: str

    def wording_for(self, contact_id: int, fields: Mapping[str, str], round_: int = 1) -> "Wording":
        """Which wording of this round's text the contact gets, in the language they read.

        A later round has words of its own: the first text is never repeated for want of them. Raises
        MissingField where there are none.
        """
        texts, language = languages.wordings(self.document, round_, languages.of(fields))
        if not texts:
            raise script.MissingField("message")
        variant = variants.choose(contact_id, round_, len(texts))
        return Wording(texts[variant], variant, language)

    def text_for(self, contact_id: int, fields: dict[str, str], round_: int = 1) -> str:
        """The text of this round to this contact. Raises MissingField."""
        links = linking.of_document(self.document)
        template = links.put_in(self.wording_for(contact_id, fields, round_).text, contact_id)
        values = {**fields, "volunteer_name": self.volunteer_name}
        return script.render(template, values, plain=self.plain)

    def media_for(self, round_: int = 1) -> int | None:
        """What goes with this round's text; None where words go alone."""
        return enclosure.media_at(self.document, enclosure.place_of_round(round_))


@dataclass(frozen=True, slots=True)
class Deck:
    """The next cards of a batch, and why there are no more."""

    cards: list[Card]
    sent: int
    total: int
    closes_at: datetime | None
    why_none: WhyNot | None
    """What holds back the people who are left, when there is no card; what ends first, if several."""
    held_back: Mapping[str, int]
    """How many wait for what, by its code."""
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


def deck(
    organization_id: int,
    batch_id: int,
    person_id: int,
    words: Script,
    campaign: dict[str, Any],
) -> Deck:
    """The next cards of this batch for this person, only such as may be texted now.

    `campaign` holds its `id`, hours and `undo_s`. First come those whose hours end first, in the order
    of the list; the order stays as it is while they are sent, for the end of a stretch of hours does
    not move.
    """
    rows = _rows(organization_id, batch_id, person_id)
    ready = [campaign | row for row in rows if row["state"] == "ready"]
    outlook = pacing.outlook(campaign["id"])
    open_now: list[tuple[datetime, dict[str, Any]]] = []
    held_back: list[tuple[WhyNot, dict[str, Any]]] = []
    for row in ready:
        closes = why_not.by_hours(
            row, why_not.shown_leaves_by(row, outlook.delay_s), first_window_of(row)
        )
        against = why_not.by_review(row)
        if against is None:
            against = closes if isinstance(closes, WhyNot) else why_not.by_caps(row)
        if against:
            held_back.append((against, row))
        elif isinstance(closes, datetime):
            open_now.append((closes, row))
    media = _media_of(organization_id, words, {row["round"] for _, row in open_now})
    open_now.sort(key=lambda one: one[0])
    most = 0 if outlook.opens_at else min(PREFETCHED, outlook.cards)
    cards: list[Card] = []
    missing: list[int] = []
    until: datetime | None = None
    for closes, row in open_now:
        if len(cards) == most:
            break
        try:
            text = words.text_for(row["id"], row["fields"], row["round"])
        except script.MissingField:
            missing.append(row["id"])  # a raw {field} is never shown
            continue
        against = why_not.by_length(text)
        if against:
            held_back.append((against, row))
            continue
        cards.append(
            _card(organization_id, person_id, row, text, media.get(words.media_for(row["round"])))
        )
        until = until or closes
    return Deck(
        cards,
        len(rows) - len(ready),
        len(rows) - len(missing),
        until,
        _why_none(outlook, held_back, bool(open_now)),
        Counter(against.code for against, _ in held_back),
        missing,
    )


def _why_none(
    outlook: Outlook, held_back: list[tuple[WhyNot, dict[str, Any]]], somebody: bool
) -> WhyNot | None:
    if somebody and outlook.opens_at:
        return WhyNot("carrier_slow", outlook.words, outlook.opens_at)
    # Who waits for an organizer's decision keeps nobody from the next batch.
    return why_not.told([(why, row) for why, row in held_back if why.code != "in_review"])


def _rows(organization_id: int, batch_id: int, person_id: int) -> list[dict[str, Any]]:
    """The contacts of a batch in the order of the list, texted ones too, each with what may hold it back."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        f"""SELECT c.id, c.round, c.fields, c.zones, c.states, c.state, p2p_now() AS now,
                   {frequency.COLUMNS}, {in_review.HOLDS} AS in_review
            FROM contact c JOIN recipient r ON r.id = c.recipient_id
            {frequency.joins()}
            WHERE c.batch_id = %s AND c.organization_id = %s AND c.state <> 'ended'
              AND (c.state = 'texted' OR r.suppressed_at IS NULL)
              AND (c.state = 'texted' OR c.skipped_by IS DISTINCT FROM %s)
            ORDER BY c.position""",
        (batch_id, organization_id, person_id),
    )
    return sql.fetchall()


def _media_of(
    organization_id: int, words: Script, rounds: Iterable[int]
) -> dict[int | None, dict[str, Any]]:
    """What goes with the texts of these rounds, as the page shows it; one look for a whole deck."""
    ids = [media_id for round_ in rounds if (media_id := words.media_for(round_)) is not None]
    return {
        media_id: {"id": media_id, "url": f"../media/{media_id}", "kind": row["kind"]}
        | {"description": row["description"]}
        for media_id, row in enclosing.shown(organization_id, ids).items()
    }


def _card(
    organization_id: int, person_id: int, row: dict[str, Any], text: str, media: dict[str, Any] | None
) -> Card:
    contact_id, round_, fields, now = row["id"], row["round"], row["fields"], row["now"]
    seen = enclosure.hash_with(text, media["id"] if media else None)
    claims = CardClaims(organization_id, person_id, contact_id, round_, seen, now.timestamp())
    return Card(
        id=f"{contact_id}:{round_}",
        token=make_token(claims),
        hash=claims.text_hash,
        to=fields.get("first_name", "") or "this person",
        place=fields.get("city", ""),
        local_time=local_time(now, row["zones"]),
        text=text,
        segments=enclosure.SEGMENTS if media else sms_text.count(text).segments,
        media=media,
    )


def expired(claims: CardClaims, now: datetime) -> bool:
    """Whether the card was shown too long ago to be trusted."""
    return now - datetime.fromtimestamp(claims.shown_at, UTC) > CARD_LIFE
