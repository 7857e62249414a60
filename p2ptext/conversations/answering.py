"""One click on one answer becomes one message, in one transaction, under the recipient's lock."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from psycopg.rows import dict_row

from p2ptext.audience.merging import merge_values
from p2ptext.background import hint
from p2ptext.campaigns import linking
from p2ptext.campaigns.numbers import WORKS, pretty
from p2ptext.conversations import drafting, reminders, rights, surveying
from p2ptext.conversations.reply_tokens import LAST_HANDOVER, LAST_MESSAGE, ReplyClaims, read_token
from p2ptext.conversations.rights import Standing
from p2ptext.conversations.surveying import BegunAs
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.rules import languages, reply_lint, script
from p2ptext.texting import clicking, enclosing, frequency, live, pacing, why_not
from p2ptext.texting.clicking import Clicker
from p2ptext.texting.enclosing import Leaving
from p2ptext.texting.in_review import HOLDS
from p2ptext.texting.outbox import URGENCY

CANNED = f"""jsonb_build_object('canned', coalesce(v.document -> 'canned', '[]'),
  'languages', v.document -> 'languages', 'links', {linking.LINKS})"""
"""Of a script's document `v.document`, in SQL: the canned replies, in every language, and the links in them."""
ANSWERABLE = ("no_reply_needed", "wrong_number")
"""What closes a conversation and does not keep anybody from writing in it once more."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody asks to have sent."""

    token: str
    text: str
    offered: str = ""
    """Which text of the script it began as; see surveying."""
    despite: Collection[str] = ()
    """Codes of the warnings they were told of before, and send it all the same."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a click on an answer: the message it made, now or the first time its token came."""

    message_id: int
    undo_ms: int
    repeated: bool
    to: str


def send_reply(who: Clicker, conversation_id: int, reply: Reply) -> Answered:
    """Record the click on an answer and put it into the outbox.

    The same token and text give the same answer, however often they come.
    Raises Refused in words for everything that speaks against it, NotFound when it is not theirs.
    """
    claims = read_token(reply.token)
    theirs = (who.organization_id, who.person_id, conversation_id)
    if (claims.organization_id, claims.person_id, claims.conversation_id) != theirs:
        raise NotFound
    standing = rights.hold(who, conversation_id)
    facts = _facts(conversation_id, who, reply.token)
    text = script.tidy(reply.text.replace("\x00", ""))
    if facts["message_id"] is not None:
        return _again(facts, text, surveying.media_in(reply.offered), standing)
    rights.check_may_write(standing, who.person_id)
    _check(facts, claims)
    clicking.pace(facts)
    if not text:
        raise Refused("empty", "Your answer is empty. Write something, or choose No reply needed.")
    facts["size"] = clicking.check_length(text)
    facts["hours_close_at"] = why_not.check_hours(facts, clicking.window_of(facts))
    why_not.check_reply(facts)
    begun = surveying.read_offer(who.organization_id, conversation_id, who.texting_name, reply.offered)
    facts["leaving"] = _leaving(who, begun, facts)
    _look_again(text, begun, facts, standing, who, reply.despite)
    values = _values(facts, standing, begun, text)
    message_id = _record(
        clicking.evidence(
            who, "reply", facts, facts["contact_id"], reply.token, text, claims.shown_at, 0
        )
        | values
    )
    drafting.drop(who.person_id, conversation_id)
    reminders.drop(conversation_id, who.person_id)
    _tell_the_other(standing, who, conversation_id)
    return Answered(message_id, facts["undo_s"] * 1000, False, standing.to)


def _again(facts: dict[str, Any], text: str, media_id: int | None, standing: Standing) -> Answered:
    """The message this token made before. Other words or another picture are another answer."""
    if (text, media_id) != (facts["message_text"], facts["message_media"]):
        raise _already_answered()
    left_ms = 0
    if facts["due_at"] is not None and facts["message_state"] == "queued":
        left: timedelta = facts["due_at"] - facts["now"]
        left_ms = max(0, round(left.total_seconds() * 1000))
    return Answered(int(facts["message_id"]), left_ms, True, standing.to)


def _already_answered() -> Refused:
    return Refused("already_answered", "This has been answered already. Look at the conversation again.")


def _facts(conversation_id: int, who: Clicker, token: str) -> dict[str, Any]:
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        f"""SELECT p2p_now() AS now, {pacing.EARLIER}, t.id,
                  t.state AS talk_state, t.closed_reason, t.review_reason, t.waiting_since,
                  c.fields, {CANNED} AS document,
                  t.number_id, t.contact_id, t.campaign_id, t.recipient_id, t.last_inbound_id,
                  {LAST_MESSAGE} AS last_message_id, {LAST_HANDOVER} AS last_handover_id,
                  r.suppressed_at, r.phone, {HOLDS} AS in_review, c.zones, c.states, c.zone_evidence,
                  a.status AS campaign_status, a.paused_because, a.pause_words,
                  a.opens, a.closes, a.sunday_opens, a.state_hours, a.undo_s,
                  m.id AS message_id, m.text AS message_text, m.media_id AS message_media,
                  m.state AS message_state, x.due_at,
                  {frequency.COLUMNS}, caps.rcs_agent,
                  n.phone AS our_phone, {WORKS} AS number_works,
                  (SELECT received_at FROM inbound_text WHERE id = t.last_inbound_id) AS last_inbound_at
           FROM conversation t
           JOIN recipient r ON r.id = t.recipient_id
           {frequency.joins()}
           JOIN contact c ON c.id = t.contact_id
           JOIN campaign a ON a.id = t.campaign_id
           LEFT JOIN script_version v ON v.id = a.script_version_id
           LEFT JOIN sending_number n ON n.id = t.number_id AND n.organization_id = t.organization_id
           LEFT JOIN registration g ON g.id = n.registration_id
           LEFT JOIN click k ON k.token_digest = %(digest)s
           LEFT JOIN message m ON m.click_id = k.id
           LEFT JOIN outbox x ON x.message_id = m.id
           WHERE t.id = %(talk)s AND t.organization_id = %(org)s""",
        pacing.of_person(who.person_id)
        | {
            "digest": clicking.token_digest(token),
            "talk": conversation_id,
            "org": who.organization_id,
        },
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return dict(row)


def _check(facts: dict[str, Any], claims: ReplyClaims) -> None:
    """Everything in the conversation that may speak against an answer, most final first."""
    if facts["suppressed_at"] is not None or facts["phone"] is None:
        raise Refused("opted_out", "This person has opted out and gets no more texts.")
    if (facts["last_inbound_id"] or 0) != claims.last_inbound_id:
        raise Refused("newer_reply", "They have written again. Read it first, then send your answer.")
    if facts["last_message_id"] != claims.last_message_id:
        raise _already_answered()
    if facts["last_handover_id"] != claims.last_handover_id:
        raise Refused(
            "handed_over",
            "This conversation was handed over meanwhile. Read it again, then send your answer.",
        )
    if facts["review_reason"] is not None:
        raise in_review()
    why_not.check_review(facts)
    if facts["talk_state"] != "open" and facts["closed_reason"] not in ANSWERABLE:
        raise Refused("closed", "This conversation is closed.")
    clicking.check_campaign(facts)
    if facts["our_phone"] is None or not facts["number_works"]:
        ours = pretty(facts["our_phone"]) if facts["our_phone"] else "which is not yours any more"
        raise Refused(
            "number_out",
            f"The number they know, {ours}, does not work just now. Tell your organizer.",
        )


def in_review() -> Refused:
    """What is told of a conversation in which a text may ask to stop."""
    return Refused("in_review", "This may be a request to stop. Opt them out, or ask an organizer.")


def _look_again(
    text: str,
    begun: BegunAs | None,
    facts: dict[str, Any],
    standing: Standing,
    who: Clicker,
    despite: Collection[str],
) -> None:
    """Raises Refused (look_again) with what the volunteer should see once before it leaves.

    Words of the script that were not changed are the campaign's, and it has looked at them.
    """
    canned = languages.document_in(facts["document"], languages.of(facts["fields"]))["canned"]
    canned = linking.of_document(facts["document"]).put_in_all(canned, facts["contact_id"])
    ready = (_fill(entry["text"], facts, who.texting_name) for entry in canned)
    if (begun is not None and text == begun.text) or text in ready:
        return
    names = (standing.first_name, standing.last_name, who.texting_name)
    found = reply_lint.still_to_tell(reply_lint.check(text, names), despite)
    if found:
        words = " ".join(fault.words for fault in found)
        raise Refused(
            "look_again",
            f"{words} Look again, or send it as it is.",
            warnings=[asdict(fault) for fault in found],
        )


def _fill(template: str, facts: dict[str, Any], texting_name: str) -> str | None:
    try:
        return script.render(template, merge_values(facts["fields"], texting_name), plain=True)
    except script.MissingField:
        return None


def _leaving(who: Clicker, begun: BegunAs | None, facts: dict[str, Any]) -> Leaving:
    """By which way the answer leaves. Raises Refused where its picture cannot go from the number they know."""
    numbers = {facts["number_id"]: facts["our_phone"]}
    found = enclosing.leaving(
        who.organization_id, begun.media_id if begun else None, numbers, facts["rcs_agent"]
    )
    found.pool(numbers)
    return found


def _values(
    facts: dict[str, Any], standing: Standing, begun: BegunAs | None, text: str
) -> dict[str, Any]:
    """What the message's row holds beside the evidence of its click."""
    return {
        "campaign": facts["campaign_id"],
        "talk": facts["id"],
        "owner": standing.owner_id,
        "recipient": facts["recipient_id"],
        "number": facts["number_id"],
        "waited": facts["waiting_since"],
        "text": text,
        "encoding": facts["size"].encoding,
        "segments": facts["leaving"].segments(facts["size"]),
        "media": facts["leaving"].media_id,
        "channel": facts["leaving"].channel,
        "version": begun.version_id if begun else None,
        "variant": begun.variant if begun else 0,
        "step": begun.step_key if begun else None,
        "answer": begun.answer_key if begun else None,
        "language": begun.language if begun else None,
        "edited": begun.text != text if begun else None,
        "undo": facts["undo_s"],
        "closes": facts["hours_close_at"],
        "urgency": URGENCY["reply"],
    }


def _record(values: dict[str, Any]) -> int:
    sql = cursor()
    sql.execute(
        f"""WITH {clicking.RECORD_CLICK}, answered AS (
          -- Whoever took the conversation over meanwhile answers it now.
          UPDATE conversation SET waiting_since = NULL, offered_at = NULL, offered_why = NULL,
            state = 'open', closed_reason = NULL,
            lead_asked_at = CASE WHEN person_id = %(person)s THEN lead_asked_at END
          WHERE id = %(talk)s AND person_id = %(owner)s RETURNING id
        ), written AS (
          INSERT INTO message (organization_id, campaign_id, contact_id, conversation_id, recipient_id,
            number_id, person_id, click_id, kind, text, encoding, segments, waited_since,
            script_version_id, variant, step_key, answer_key, language, edited, media_id, channel)
          SELECT %(org)s, %(campaign)s, %(contact)s, answered.id, %(recipient)s, %(number)s, %(person)s,
            clicked.id, 'reply', %(text)s, %(encoding)s, %(segments)s, %(waited)s,
            %(version)s, %(variant)s, %(step)s, %(answer)s, %(language)s, %(edited)s,
            %(media)s, %(channel)s
          FROM clicked, answered
          RETURNING id
        )
        INSERT INTO outbox (message_id, organization_id, urgency, due_at, number_id, segments, closes_at)
        SELECT id, %(org)s, %(urgency)s, %(now)s + make_interval(secs => %(undo)s), %(number)s,
          %(segments)s, %(closes)s FROM written
        RETURNING message_id""",
        values,
    )
    row = sql.fetchone()
    if row is None:
        raise _already_answered()
    return int(row[0])


def _tell_the_other(standing: Standing, who: Clicker, conversation_id: int) -> None:
    """An organizer has answered: the owner's page shows it."""
    if standing.owner_id != who.person_id:
        hint(live.person_channel(who.organization_id, standing.owner_id), f"reply {conversation_id}")
