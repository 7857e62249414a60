"""A text of a campaign goes to the manager's own phone: by a press of theirs, the way every text goes.

What is tried is chosen on the page (which text, whose values), rendered here, and bound by a signed
token to exactly that text and phone. From there on it is a first text like any other: recorded as a
click, put into the outbox, checked once more by the dispatcher. Only the caps on texts a day do not
count for it, and it counts in none; it has its own (trying_caps).
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from psycopg.rows import dict_row

from p2ptext.audience import launching
from p2ptext.audience.merging import merge_values
from p2ptext.audience.previewing import Sample
from p2ptext.background import settings
from p2ptext.campaigns import linking, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.campaigns.numbers import USABLE
from p2ptext.clock import now
from p2ptext.desk import own_phones, trying_caps
from p2ptext.desk.models import TestText
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor, db
from p2ptext.rules import languages, script, senders
from p2ptext.rules.enclosure import media_at, place_of_round
from p2ptext.rules.links import NOBODY
from p2ptext.rules.zone_words import zone_words
from p2ptext.texting import cards, clicking, enclosing, in_review, pacing, why_not
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.enclosing import Leaving
from p2ptext.texting.outbox import URGENCY
from p2ptext.texting.sending import WordingChanged

MOST_AN_HOUR = 20
"""Tests a person may send in an hour, over all campaigns: enough to try every wording, no more."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which text is tried."""

    round: int = 1
    wording: int = 0
    """Counted from 0."""
    language: str = ""
    """As languages.read says it; empty for the script's main language."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What the token of a test binds together."""

    organization_id: int
    person_id: int
    campaign_id: int
    version_id: int
    choice: dict[str, Any]
    line: dict[str, str]
    """The values of the person on whom it was tried, so that the list may change meanwhile."""
    text_hash: str
    shown_at: float
    once: str


def template_of(campaign: Campaign, choice: Choice) -> str:
    """The chosen text as it is written. Raises NotFound for one that is not there any more."""
    texts, _ = languages.wordings(writing.document_of(campaign), choice.round, choice.language or None)
    if choice.wording >= len(texts):
        raise NotFound
    return texts[choice.wording]


def render(campaign: Campaign, choice: Choice, fields: Mapping[str, str], texting_name: str) -> str:
    """The chosen text for a person with these values. Raises MissingField, and NotFound.

    Its links lead to their pages, and count nobody.
    """
    values = merge_values(dict(fields), texting_name)
    template = linking.links_of(campaign.id).put_in(template_of(campaign, choice), NOBODY)
    return script.render(template, values, plain=campaign.plain_typography)


def make_token(who: Clicker, campaign: Campaign, choice: Choice, sample: Sample, text: str) -> str:
    """A token to send exactly this text to one's own phone, once."""
    used = {script.field_key(name) for name in script.fields_in(template_of(campaign, choice))}
    claims = Claims(
        who.organization_id,
        who.person_id,
        campaign.id,
        campaign.script_version_id or 0,
        asdict(choice),
        {name: value for name, value in sample.fields.items() if script.field_key(name) in used},
        script.text_hash(text),
        now().timestamp(),
        secrets.token_urlsafe(9),
    )
    return _serializer().dumps(asdict(claims))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        settings().secret_key, salt="try-out", signer_kwargs={"digest_method": hashlib.sha256}
    )


def _read(token: str) -> Claims:
    try:
        return Claims(**_serializer().loads(token))
    except (BadData, TypeError):
        raise Refused("bad_token", "Reload the page and try again.", 400) from None


def send(who: Clicker, campaign_id: int, token: str, own_phone: str) -> int:
    """Put the text that the token binds into the outbox, to this phone; its message's id.

    The same token gives the same message, however often it comes. Raises Refused with words for all
    that speaks against it, NotFound for a token of somebody else or of another campaign.
    """
    claims = _read(token)
    asked = (who.organization_id, who.person_id, campaign_id)
    if (claims.organization_id, claims.person_id, claims.campaign_id) != asked:
        raise NotFound
    # Before the recipient's lock, as every click takes them.
    cursor().execute(f"SELECT {pacing.LOCK_PERSON}", {"person": who.person_id})
    tests_id = own_phones.tests_campaign(who.organization_id, who.person_id)
    contact_id = own_phones.contact_of(tests_id, who.organization_id, own_phone, who.texting_name)
    facts = _facts(who, claims, contact_id, token)
    if facts["message_id"] is not None:
        return int(facts["message_id"])
    campaign = db.session.get_one(Campaign, campaign_id, populate_existing=True)
    text = _text(campaign, claims, facts, who)
    _check(campaign, facts)
    trying_caps.check(facts["recipient_id"], text)
    facts["leaving"] = _leaving(campaign, claims, facts)
    message_id = _record(who, claims, facts, token, text, contact_id)
    _note(who, campaign, claims, tests_id, message_id)
    return message_id


_FACTS = f"""
SELECT p2p_now() AS now, {pacing.EARLIER}, c.recipient_id, c.zones, c.states, c.zone_evidence,
  r.suppressed_at, r.phone, r.number_id AS known_number, {in_review.HOLDS} AS in_review,
  'running' AS campaign_status, a.opens, a.closes, a.sunday_opens, a.state_hours, a.undo_s, {clicking.DATES},
  (SELECT coalesce(max(round), 0) + 1 FROM message WHERE contact_id = c.id) AS round,
  (SELECT json_object_agg(n.id, n.phone) FROM campaign_number p
   JOIN sending_number n ON n.id = p.number_id
   LEFT JOIN registration g ON g.id = n.registration_id
   WHERE p.campaign_id = %(campaign)s AND {USABLE}) AS numbers,
  (SELECT count(*) FROM test_text WHERE person_id = %(person)s AND organization_id = c.organization_id
     AND at > (SELECT p2p_now()) - interval '1 hour') AS lately,
  (SELECT m.id FROM click k JOIN message m ON m.click_id = k.id WHERE k.token_digest = %(digest)s)
    AS message_id,
  (SELECT rcs_agent FROM organization WHERE id = c.organization_id) AS rcs_agent
FROM contact c JOIN recipient r ON r.id = c.recipient_id JOIN campaign a ON a.id = c.campaign_id
WHERE c.id = %(contact)s AND c.organization_id = %(org)s
"""


def _facts(who: Clicker, claims: Claims, contact_id: int, token: str) -> dict[str, Any]:
    """What decides about the test, read after the recipient and the person's own lock were taken."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        _FACTS,
        pacing.of_person(who.person_id)
        | {
            "org": who.organization_id,
            "campaign": claims.campaign_id,
            "contact": contact_id,
            "digest": clicking.token_digest(token),
        },
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return dict(row)


def _text(campaign: Campaign, claims: Claims, facts: dict[str, Any], who: Clicker) -> str:
    if facts["now"] - datetime.fromtimestamp(claims.shown_at, UTC) > cards.CARD_LIFE:
        raise Refused("card_expired", "This page is too old. Look at the text again, then send it.")
    if campaign.status == "archived":
        raise Refused("archived", "This campaign is archived.")
    if campaign.status == "paused" and campaign.paused_because is not None:
        words = "p2ptext itself paused this campaign. See why and resume it, then try it."
        raise Refused("paused", words)
    try:
        text = render(campaign, Choice(**claims.choice), claims.line, who.texting_name)
    except (script.MissingField, NotFound):
        raise WordingChanged from None
    if script.text_hash(text) != claims.text_hash or campaign.script_version_id != claims.version_id:
        raise WordingChanged
    return text


def _leaving(campaign: Campaign, claims: Claims, facts: dict[str, Any]) -> Leaving:
    """What goes with the text, as in the campaign itself: of the version that the token names."""
    place = place_of_round(Choice(**claims.choice).round)
    media_id = media_at(writing.document_of(campaign), place)
    return enclosing.leaving(campaign.organization_id, media_id, _numbers(facts), facts["rcs_agent"])


def _numbers(facts: dict[str, Any]) -> dict[int, str]:
    return {int(number): phone for number, phone in facts["numbers"].items()}


def _check(campaign: Campaign, facts: dict[str, Any]) -> None:
    """Everything that may speak against a test, most final first."""
    if facts["suppressed_at"] is not None:
        words = (
            "This phone has opted out of your organization's texts. Text START from it, or allow it again "
            "under Do not text."
        )
        raise Refused("opted_out", words)
    if facts["in_review"]:
        words = "A text from this phone may ask to stop. Decide about it in the inbox first."
        raise Refused("in_review", words)
    if not facts["numbers"]:
        raise Refused(
            "no_number", "This campaign has no number that may send. Choose one under Numbers."
        )
    if facts["lately"] >= MOST_AN_HOUR:
        words = f"That is {MOST_AN_HOUR} tests in an hour. Wait a little, then send the next one."
        raise Refused("too_many_tests", words, 429)
    clicking.pace(facts)
    outlook = pacing.outlook(campaign.id)
    if outlook.opens_at is not None:
        raise Refused("carrier_slow", outlook.words)
    facts["hours_close_at"] = _closes(facts)


def _closes(facts: dict[str, Any]) -> datetime:
    closes = why_not.by_hours(facts, why_not.leaves_by(facts), clicking.window_of(facts))
    if isinstance(closes, datetime):
        return closes
    begins = (
        f" They open at {why_not.opens_in_words(facts, closes.opens_at)}." if closes.opens_at else ""
    )
    words = (
        f"By its number your phone may be in {zone_words(facts['zones'])} time, and texts leave only from "
        f"8 am to 9 pm there.{begins}"
    )
    raise Refused("hours_closed", words)


_RECORD = f"""
WITH {clicking.RECORD_CLICK}, talk AS (
  INSERT INTO conversation (organization_id, campaign_id, contact_id, recipient_id, number_id, person_id)
  SELECT %(org)s, c.campaign_id, c.id, c.recipient_id, %(number)s, %(person)s
  FROM contact c WHERE c.id = %(contact)s
  ON CONFLICT (contact_id) DO UPDATE
    SET person_id = excluded.person_id, number_id = excluded.number_id, state = 'open', closed_reason = NULL
  RETURNING id
), written AS (
  INSERT INTO message (organization_id, campaign_id, contact_id, conversation_id, recipient_id, number_id,
    person_id, click_id, kind, round, script_version_id, text, encoding, segments, variant, language,
    media_id, channel)
  SELECT %(org)s, c.campaign_id, c.id, talk.id, c.recipient_id, %(number)s, %(person)s, clicked.id, 'first',
    %(round)s, %(version)s, %(text)s, %(encoding)s, %(segments)s, %(variant)s, %(language)s,
    %(media)s, %(channel)s
  FROM contact c, talk, clicked WHERE c.id = %(contact)s
  RETURNING id
), due AS (
  INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments, closes_at)
  SELECT id, %(org)s, %(urgency)s, %(now)s, %(number)s, %(segments)s, %(closes)s FROM written
), texted AS (
  UPDATE contact SET state = 'texted', round = %(round)s, replied_at = NULL, ended_reason = NULL
  WHERE id = %(contact)s
), known AS (
  UPDATE recipient SET number_id = %(number)s WHERE id = %(recipient)s
    AND number_id IS DISTINCT FROM %(number)s
)
SELECT id FROM written
"""


def _record(
    who: Clicker, claims: Claims, facts: dict[str, Any], token: str, text: str, contact_id: int
) -> int:
    size = clicking.check_length(text)
    leaving: Leaving = facts["leaving"]
    pool = leaving.pool(_numbers(facts))
    age_ms = max(0, round((facts["now"].timestamp() - claims.shown_at) * 1000))
    sql = cursor()
    sql.execute(
        _RECORD,
        clicking.evidence(who, "first", facts, contact_id, token, text, claims.shown_at, age_ms)
        | {
            "urgency": URGENCY["first"],
            "recipient": facts["recipient_id"],
            "number": senders.pick(pool, facts["known_number"], facts["phone"], facts["recipient_id"]),
            "round": facts["round"],
            "version": claims.version_id,
            "variant": claims.choice["wording"],
            "language": claims.choice["language"] or None,
            "text": text,
            "encoding": size.encoding,
            "segments": leaving.segments(size),
            "media": leaving.media_id,
            "channel": leaving.channel,
            "closes": facts["hours_close_at"],
        },
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return int(row[0])


def _note(who: Clicker, campaign: Campaign, claims: Claims, tests_id: int, message_id: int) -> None:
    """The campaign is tried; whoever answers from the phone is asked this script's questions."""
    db.session.add(
        TestText(
            organization_id=who.organization_id,
            campaign_id=campaign.id,
            version_id=claims.version_id,
            person_id=who.person_id,
            message_id=message_id,
        )
    )
    launching.note_test(campaign, claims.version_id)
    # What phone companies do with tests is no reason to keep the next one back.
    cursor().execute(
        """UPDATE campaign SET script_version_id = %s, status = 'running', paused_because = NULL,
             watched_from = p2p_now() WHERE id = %s""",
        (claims.version_id, tests_id),
    )
