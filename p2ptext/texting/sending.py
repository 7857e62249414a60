"""A volunteer's click becomes one message, in one transaction.

The recipient's row is locked first, and everything is checked in the statement after it: a
statement's snapshot is taken before it waits for a lock, so a check in the locking statement
itself could miss the STOP it waited for.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from p2ptext.audience import batching
from p2ptext.campaigns.numbers import USABLE
from p2ptext.connections import named
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import connection, cursor
from p2ptext.rules import enclosure, script, senders
from p2ptext.texting import cards, clicking, enclosing, frequency, in_review, pacing, why_not
from p2ptext.texting.cards import CardClaims, Script
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.outbox import URGENCY
from p2ptext.texting.queries import WAITS_FOR_ANSWER

RENEW_EVERY = timedelta(seconds=20)
"""Clicks keep the batch in hand, but not every one of them needs to write that down."""


@dataclass(frozen=True, slots=True)
class Clicked:
    """What became of a click: the message it made, now or the first time this token came."""

    message_id: int
    undo_ms: int
    repeated: bool
    waiting: int
    """How many people wait for this person's answer, so that no page has to ask apart."""


class WordingChanged(Refused):
    """The script changed under a shown card; the volunteer must look at the new text."""

    def __init__(self) -> None:
        super().__init__("wording_changed", "The wording has changed. Please look at the new text.")


def send_first(who: Clicker, campaign_id: int, token: str, shown_hash: str, age_ms: int) -> Clicked:
    """Record the click on a card and put its text into the outbox.

    The same token and hash give the same answer, however often they come. Raises Refused with a code
    and words for everything that speaks against the text, NotFound for a card that is not theirs and
    for whoever was suspended since the request came in.
    """
    claims = cards.read_token(token)
    if (claims.organization_id, claims.person_id) != (who.organization_id, who.person_id):
        raise NotFound
    _lock(claims.contact_id, who)
    facts = _facts(claims, campaign_id, token)
    if facts["message_id"] is not None:
        if shown_hash != claims.text_hash:
            raise WordingChanged
        return Clicked(facts["message_id"], _undo_left_ms(facts), True, facts["waiting"])
    _check(facts, claims, who)
    clicking.pace(facts)
    words = script_of(facts, who.texting_name)
    text = _text(facts, claims, words, shown_hash)
    facts["wording"] = words.wording_for(claims.contact_id, facts["fields"], claims.round)
    facts["hours_close_at"] = why_not.check_hours(facts, clicking.first_window_of(facts))
    why_not.check_review(facts)
    why_not.check_first_text(facts)
    facts["pool"] = {int(number): phone for number, phone in facts["numbers"].items()}
    facts["leaving"] = enclosing.leaving(
        who.organization_id, words.media_for(claims.round), facts["pool"], facts["rcs_agent"]
    )
    return _record(facts, claims, who, token, text, age_ms)


_LOCK = named(
    "lock_for_click",
    f"""SELECT r.id, {pacing.LOCK_PERSON} FROM contact c JOIN recipient r ON r.id = c.recipient_id
        WHERE c.id = %(contact)s AND c.organization_id = %(org)s FOR NO KEY UPDATE OF r""",
)


def _lock(contact_id: int, who: Clicker) -> None:
    """Take the lock at which sending and stopping meet, and the person's own. Raises NotFound."""
    values = {"person": who.person_id, "contact": contact_id, "org": who.organization_id}
    if connection().run_named(_LOCK, values) is None:
        raise NotFound


_FACTS = named(
    "facts_for_click",
    f"""SELECT p2p_now() AS now, {pacing.EARLIER},
              c.state AS contact_state, c.round, c.fields, c.zones, c.states, c.zone_evidence,
              c.recipient_id, c.batch_id, c.replied_at, b.person_id AS holder, b.leased_until,
              a.status AS campaign_status, a.paused_because, a.pause_words,
              a.opens, a.closes, a.sunday_opens, a.state_hours, {clicking.DATES}, a.undo_s,
              a.plain_typography, v.id AS version_id, {cards.FIRST_TEXTS} AS document,
              r.suppressed_at, r.phone, r.number_id AS known_number, {in_review.HOLDS} AS in_review,
              (SELECT json_object_agg(n.id, n.phone) FROM campaign_number p
               JOIN sending_number n ON n.id = p.number_id
               LEFT JOIN registration g ON g.id = n.registration_id
               WHERE p.campaign_id = a.id AND {USABLE}) AS numbers,
              {frequency.COLUMNS}, caps.rcs_agent,
              m.id AS message_id, m.state AS message_state, o.due_at,
              (SELECT count(*) FROM conversation t WHERE t.organization_id = c.organization_id
               AND t.person_id = %(person)s AND {WAITS_FOR_ANSWER}) AS waiting
       FROM contact c
       JOIN recipient r ON r.id = c.recipient_id
       JOIN campaign a ON a.id = c.campaign_id
       JOIN membership h ON h.organization_id = c.organization_id AND h.person_id = %(person)s
         AND h.status = 'active'
       {frequency.joins()}
       LEFT JOIN script_version v ON v.id = a.script_version_id
       LEFT JOIN batch b ON b.id = c.batch_id AND b.state = 'leased'
       LEFT JOIN click k ON k.token_digest = %(digest)s
       LEFT JOIN message m ON m.click_id = k.id
       LEFT JOIN outbox o ON o.message_id = m.id
       WHERE c.id = %(contact)s AND c.organization_id = %(org)s AND c.campaign_id = %(campaign)s""",
)


def _facts(claims: CardClaims, campaign_id: int, token: str) -> dict[str, Any]:
    facts = connection().run_named(
        _FACTS,
        pacing.of_person(claims.person_id)
        | {
            "digest": clicking.token_digest(token),
            "contact": claims.contact_id,
            "org": claims.organization_id,
            "campaign": campaign_id,
        },
    )
    if facts is None:
        raise NotFound
    return facts


def _undo_left_ms(facts: dict[str, Any]) -> int:
    if facts["due_at"] is None or facts["message_state"] != "queued":
        return 0
    left: timedelta = facts["due_at"] - facts["now"]
    return max(0, round(left.total_seconds() * 1000))


def _check(facts: dict[str, Any], claims: CardClaims, who: Clicker) -> None:
    """Everything that may speak against a first text, most final first."""
    if facts["suppressed_at"] is not None or facts["phone"] is None:
        raise Refused("opted_out", "This person has opted out and gets no more texts.")
    if facts["round"] < claims.round:
        raise _round_is_over(facts)
    if facts["contact_state"] == "texted" or facts["round"] != claims.round:
        raise Refused("already_texted", "This person has this text already.")
    if facts["contact_state"] == "ended":
        raise Refused("ended", "This person cannot be texted any more in this campaign.")
    clicking.check_campaign(facts)
    if facts["holder"] != who.person_id or facts["leased_until"] < facts["now"]:
        raise _not_yours()
    if cards.expired(claims, facts["now"]):
        raise Refused("card_expired", "This card is too old. Reload the page to get new ones.")
    if not facts["numbers"]:
        raise Refused("no_number", "This campaign has no number to text from. Tell your organizer.")


def _round_is_over(facts: dict[str, Any]) -> Refused:
    """The contact went back to the round before: they have answered, or the pass was stopped."""
    if facts["replied_at"] is not None:
        return Refused("replied", "They have answered meanwhile, so they get no second text.")
    return Refused("not_yours", "An organizer has stopped this pass. Take new cards.")


def _not_yours() -> Refused:
    return Refused("not_yours", "This card went back to the others while you were away. Take new ones.")


def script_of(facts: dict[str, Any], texting_name: str) -> Script:
    """The script of a row with the campaign's columns; its `document` as cards.FIRST_TEXTS has it."""
    return Script(facts["version_id"], facts["document"], facts["plain_typography"], texting_name)


def _text(facts: dict[str, Any], claims: CardClaims, words: Script, shown_hash: str) -> str:
    try:
        text = words.text_for(claims.contact_id, facts["fields"], claims.round)
    except script.MissingField as missing:
        raise Refused("missing_field", f"The list has no {missing.name} for this person.") from None
    seen = enclosure.hash_with(text, words.media_for(claims.round))
    if seen != claims.text_hash or shown_hash != claims.text_hash:
        raise WordingChanged
    return text


def _record(
    facts: dict[str, Any], claims: CardClaims, who: Clicker, token: str, text: str, age_ms: int
) -> Clicked:
    size = clicking.check_length(text)
    leaving: enclosing.Leaving = facts["leaving"]
    pool = leaving.pool(facts["pool"])
    number = senders.pick(pool, facts["known_number"], facts["phone"], facts["recipient_id"])
    sql = cursor()
    sql.execute(
        f"""WITH {clicking.RECORD_CLICK}, talk AS (
          INSERT INTO conversation (organization_id, campaign_id, contact_id, recipient_id, number_id,
            person_id)
          SELECT %(org)s, c.campaign_id, c.id, c.recipient_id, %(number)s, %(person)s
          FROM contact c WHERE c.id = %(contact)s
          ON CONFLICT (contact_id) DO UPDATE
            SET person_id = excluded.person_id, number_id = excluded.number_id, state = 'open',
                closed_reason = NULL
          RETURNING id
        ), written AS (
          INSERT INTO message (organization_id, campaign_id, contact_id, conversation_id, recipient_id,
            number_id, person_id, click_id, kind, round, script_version_id, text, encoding, segments,
            variant, language, media_id, channel)
          SELECT %(org)s, c.campaign_id, c.id, talk.id, c.recipient_id, %(number)s, %(person)s, clicked.id,
            'first', c.round, %(version)s, %(text)s, %(encoding)s, %(segments)s,
            %(variant)s, %(language)s, %(media)s, %(channel)s
          FROM contact c, talk, clicked WHERE c.id = %(contact)s
          RETURNING id
        ), due AS (
          INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments, closes_at)
          SELECT id, %(org)s, %(urgency)s, %(now)s + make_interval(secs => %(undo)s), %(number)s,
            %(segments)s, %(closes)s FROM written
        ), texted AS (
          UPDATE contact SET state = 'texted', skipped_by = NULL WHERE id = %(contact)s
        ), known AS (
          UPDATE recipient SET number_id = %(number)s WHERE id = %(recipient)s
            AND number_id IS DISTINCT FROM %(number)s
        )
        SELECT id FROM written""",
        clicking.evidence(who, "first", facts, claims.contact_id, token, text, claims.shown_at, age_ms)
        | {
            "urgency": URGENCY["first"],
            "recipient": facts["recipient_id"],
            "number": number,
            "version": facts["version_id"],
            "variant": facts["wording"].variant,
            "language": facts["wording"].language,
            "text": text,
            "encoding": size.encoding,
            "segments": leaving.segments(size),
            "media": leaving.media_id,
            "channel": leaving.channel,
            "undo": facts["undo_s"],
            "closes": facts["hours_close_at"],
        },
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    ends_soon = facts["leased_until"] < facts["now"] + timedelta(seconds=batching.LEASE_S) - RENEW_EVERY
    hold = batching.renew if ends_soon else batching.keep
    if not hold(facts["batch_id"], who.person_id):
        raise _not_yours()  # taken back a moment ago, after the check: nothing of this click is kept
    return Clicked(row[0], facts["undo_s"] * 1000, False, facts["waiting"])
