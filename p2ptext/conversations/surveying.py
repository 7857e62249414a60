"""What people answer to the script's questions is written down, and the next words are offered.

An answer is no text: it is saved at once, whatever becomes of the reply, also when none may leave.
Answers are kept by the keys of question and answer, so that they stay readable when the script changes.
A later answer that no longer follows from the earlier ones stays, marked, and is counted no more.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.audience.merging import merge_values
from p2ptext.campaigns import linking
from p2ptext.conversations import rights
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.rules import languages, script, sms_text, tree, variants
from p2ptext.rules.enclosure import SEGMENTS, media_at
from p2ptext.rules.tree import Answer, Step
from p2ptext.texting import enclosing
from p2ptext.texting.clicking import Clicker

_OFFER = re.compile(r"([\w-]{1,40})\.([\w-]{1,40})\.(\d)(?:\.m(\d{1,9}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Offer:
    """A text of the script for one person, which the volunteer may change and send."""

    title: str
    text: str
    offer: str
    """What a reply says it began as: "s1.a1.0" for the first wording after answer a1 to question s1."""
    segments: int
    media: dict[str, Any] | None = None
    """What goes with it: `id`, `kind`, `description`. Then `offer` ends in ".m" and the id: a reply names
    the picture that was shown beside its words."""


@dataclass(frozen=True, slots=True)
class Chip:
    """An answer as a button. Pressing one that is chosen takes the answer away: it posts no answer."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answers, for one person."""

    step: str
    text: str
    answers: list[Chip]
    follows: bool = True
    """Whether the earlier answers lead to it."""
    gone: bool = False
    """Whether the script does not ask it any more: what was answered can be read, not changed."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Where a conversation stands in the script."""

    answers: dict[str, str]
    """The answers as they stand, by the keys of their questions."""
    path: list[Question]
    """Questions answered before; after them those that no longer follow, or are asked no more."""
    question: Question | None
    """The one to answer now; None where the script has no questions."""
    offered: list[Offer]
    """The next text, once the question is answered and nothing was sent since."""
    words: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class BegunAs:
    """What a reply began as: a text of the script as it was offered."""

    step_key: str
    answer_key: str
    variant: int
    text: str
    """As it is now for this person; another text was changed by the volunteer."""
    version_id: int
    language: str | None = None
    """The language of the script that it is in; None for the main one."""
    media_id: int | None = None
    """What goes with it, as it was shown; None when words go alone."""


def answer(who: Clicker, conversation_id: int, step_key: str, answer_key: str | None) -> Survey:
    """Write down what somebody answers to a question, or with None take the answer away.

    The same answer again changes nothing. Raises NotFound, and Refused: handed_over, or question_gone
    when the script does not have the question or the answer any more.
    """
    rights.lock(who, conversation_id)
    facts = _facts(who.organization_id, conversation_id)
    steps = _steps(facts)
    was = facts["answers"].get(step_key)
    if was is None and answer_key is None:
        return _survey(facts, steps, who.texting_name, "There is no answer to remove.")
    chosen = _chosen(steps, step_key, answer_key)
    if was != answer_key:
        _save(who, facts, step_key, answer_key)
        facts = _facts(who.organization_id, conversation_id)
        _mark_path(facts, steps)
    words = f"Saved: {chosen.label}." if chosen else "Answer removed."
    return _survey(facts, steps, who.texting_name, words)


def survey_of(organization_id: int, conversation_id: int, texting_name: str) -> Survey:
    """Where the conversation stands. The offered text is signed with `texting_name`. Raises NotFound."""
    facts = _facts(organization_id, conversation_id)
    return _survey(facts, _steps(facts), texting_name, "")


def read_offer(
    organization_id: int, conversation_id: int, texting_name: str, offer: str
) -> BegunAs | None:
    """What `offer`, as a page posts it, stands for; None for none, or one that the script lacks now.

    Raises NotFound for a conversation that is not there, Refused (wording_changed) when another picture
    goes with the words now than the one that was shown.
    """
    match = _OFFER.fullmatch(offer)
    if match is None:
        return None
    facts = _facts(organization_id, conversation_id)
    step = tree.find(_steps(facts), match[1])
    chosen = step.answer(match[2]) if step else None
    variant = int(match[3])
    if chosen is None or variant >= len(chosen.texts):
        return None
    text = _render(facts, chosen.texts[variant], texting_name)
    language = languages.after_answer(
        facts["document"], match[1], match[2], languages.of(facts["fields"])
    )
    media_id = media_in(offer)
    if media_id is not None and media_id != media_at(facts["document"], f"{match[1]}.{match[2]}"):
        words = "The picture that goes with this text has changed. Look at it again, then send."
        raise Refused("wording_changed", words, 409)
    return BegunAs(match[1], match[2], variant, text or "", facts["version_id"], language, media_id)


def media_in(offer: str) -> int | None:
    """The picture that `offer`, as a page posts it, names."""
    match = _OFFER.fullmatch(offer)
    return int(match[4]) if match and match[4] else None


_FACTS = f"""
SELECT t.contact_id, t.campaign_id, t.organization_id, n.can_mms, c.fields, a.plain_typography,
  v.id AS version_id,
  jsonb_build_object('steps', coalesce(v.document -> 'steps', '[]'),
    'languages', v.document -> 'languages', 'media', v.document -> 'media',
    'links', {linking.LINKS}) AS document, r.suppressed_at,
  (SELECT coalesce(json_object_agg(s.step_key, s.answer_key), '{{}}') FROM survey_answer s
   WHERE s.contact_id = t.contact_id) AS answers,
  (SELECT max(s.at) FROM survey_answer s WHERE s.contact_id = t.contact_id) AS answered_at,
  (SELECT max(m.created_at) FROM message m WHERE m.conversation_id = t.id AND m.kind = 'reply'
     AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')) AS replied_at
FROM conversation t
JOIN contact c ON c.id = t.contact_id
JOIN campaign a ON a.id = t.campaign_id
JOIN script_version v ON v.id = a.script_version_id
JOIN recipient r ON r.id = t.recipient_id
JOIN sending_number n ON n.id = t.number_id
WHERE t.id = %s AND t.organization_id = %s
"""


def _facts(organization_id: int, conversation_id: int) -> dict[str, Any]:
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(_FACTS, (conversation_id, organization_id))
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return dict(row)


def _steps(facts: Mapping[str, Any]) -> tuple[Step, ...]:
    """The script's questions as this person reads them."""
    return tree.read(languages.document_in(facts["document"], languages.of(facts["fields"]))["steps"])


def _chosen(steps: Sequence[Step], step_key: str, answer_key: str | None) -> Answer | None:
    if answer_key is None:
        return None
    step = tree.find(steps, step_key)
    chosen = step.answer(answer_key) if step else None
    if chosen is None:
        raise Refused(
            "question_gone",
            "The script has changed, and does not have this answer now. Reload the page.",
        )
    return chosen


def _save(who: Clicker, facts: Mapping[str, Any], step_key: str, answer_key: str | None) -> None:
    values = {
        "org": who.organization_id,
        "person": who.person_id,
        "contact": facts["contact_id"],
        "campaign": facts["campaign_id"],
        "version": facts["version_id"],
        "step": step_key,
        "answer": answer_key,
        "was": facts["answers"].get(step_key),
    }
    sql = cursor()
    sql.execute(
        """INSERT INTO survey_change (organization_id, campaign_id, contact_id, step_key, answer_key, was,
             script_version_id, person_id)
           VALUES (%(org)s, %(campaign)s, %(contact)s, %(step)s, %(answer)s, %(was)s, %(version)s,
             %(person)s)""",
        values,
    )
    if answer_key is None:
        sql.execute(
            "DELETE FROM survey_answer WHERE contact_id = %(contact)s AND step_key = %(step)s", values
        )
        return
    sql.execute(
        """INSERT INTO survey_answer (organization_id, campaign_id, contact_id, step_key, answer_key,
             script_version_id, person_id)
           VALUES (%(org)s, %(campaign)s, %(contact)s, %(step)s, %(answer)s, %(version)s, %(person)s)
           ON CONFLICT (contact_id, step_key) DO UPDATE SET answer_key = excluded.answer_key,
             script_version_id = excluded.script_version_id, person_id = excluded.person_id,
             at = excluded.at""",
        values,
    )


def _mark_path(facts: Mapping[str, Any], steps: Sequence[Step]) -> None:
    """Note which of the contact's answers follow from the others now.

    An answer to a question that the script has no more keeps what it was: it followed when it was given.
    """
    asked = [step.key for step in steps]
    followed = [step.key for step, _ in tree.path(steps, facts["answers"])]
    cursor().execute(
        """UPDATE survey_answer SET on_path = step_key = ANY(%(followed)s)
           WHERE contact_id = %(contact)s AND step_key = ANY(%(asked)s)
             AND on_path <> (step_key = ANY(%(followed)s))""",
        {"contact": facts["contact_id"], "asked": asked, "followed": followed},
    )


def _survey(facts: Mapping[str, Any], steps: Sequence[Step], texting_name: str, words: str) -> Survey:
    answers: dict[str, str] = facts["answers"]
    taken = [step for step, _ in tree.path(steps, answers)]
    now_asked, offered_after = _in_play(facts, steps)
    earlier = [_question(step, answers) for step in taken if step != now_asked]
    strayed = [
        _question(step, answers, follows=False)
        for step in steps
        if step.key in answers and step not in taken and step != now_asked
    ]
    offered: list[Offer] = []
    if offered_after is not None and now_asked is not None:
        offered, lacking = _offer(facts, now_asked, offered_after, texting_name)
        words = f"{words} {lacking}".strip()
    return Survey(
        answers,
        earlier + strayed + _gone(facts, steps),
        None if now_asked is None else _question(now_asked, answers),
        offered,
        words,
    )


def _in_play(facts: Mapping[str, Any], steps: Sequence[Step]) -> tuple[Step | None, Answer | None]:
    """The question on the screen, and the answer to it whose text is still to be sent.

    Until something was sent after the last answer, its question stays, so that a slip can be put right
    and the next text is at hand; then the next one comes. The last question of all stays.
    """
    taken = tree.path(steps, facts["answers"])
    if not taken:
        return tree.current(steps, facts["answers"]), None
    step, chosen = taken[-1]
    replied_at: datetime | None = facts["replied_at"]
    if replied_at is None or facts["answered_at"] >= replied_at:
        return step, chosen
    return tree.current(steps, facts["answers"]) or step, None


def _question(step: Step, answers: Mapping[str, str], *, follows: bool = True) -> Question:
    chosen = answers.get(step.key)
    chips = [Chip(one.key, one.label, one.key == chosen) for one in step.answers]
    return Question(step.key, step.question, chips, follows)


def _offer(
    facts: Mapping[str, Any], step: Step, chosen: Answer, texting_name: str
) -> tuple[list[Offer], str]:
    """This person's wording after an answer, or why there is none, in words."""
    if not chosen.texts or facts["suppressed_at"] is not None:
        return [], ""
    place = f"{step.key}.{chosen.key}"
    variant = variants.choose(facts["contact_id"], place, len(chosen.texts))
    text = _render(facts, chosen.texts[variant], texting_name)
    if text is None:
        return [], "The text that follows cannot be filled in for this person. Write your own."
    segments, media = sms_text.count(text).segments, _media(facts, place)
    if media is None:
        return [Offer(chosen.label, text, f"{place}.{variant}", segments)], ""
    offer = f"{place}.{variant}.m{media['id']}"
    return [Offer(chosen.label, text, offer, SEGMENTS, media)], ""


def _media(facts: Mapping[str, Any], place: str) -> dict[str, Any] | None:
    """What goes with the text, if the number that they know can send it and it is still kept."""
    media_id = media_at(facts["document"], place)
    if media_id is None or not facts["can_mms"]:
        return None
    found = enclosing.shown(facts["organization_id"], [media_id]).get(media_id)
    return None if found is None or found["gone"] else found


def _render(facts: Mapping[str, Any], template: str, texting_name: str) -> str | None:
    values = merge_values(facts["fields"], texting_name)
    template = linking.of_document(facts["document"]).put_in(template, facts["contact_id"])
    try:
        return script.render(template, values, plain=facts["plain_typography"])
    except script.MissingField:
        return None


def _gone(facts: Mapping[str, Any], steps: Sequence[Step]) -> list[Question]:
    """Answers whose question or label the script does not have any more, in the words they were given."""
    present = {step.key: step for step in steps}
    lost = [
        key
        for key, chosen in facts["answers"].items()
        if key not in present or present[key].answer(chosen) is None
    ]
    if not lost:
        return []
    sql = cursor()
    sql.execute(
        """SELECT step_key, question, label, answer_key FROM qa_answer
           WHERE contact_id = %s AND step_key = ANY(%s) ORDER BY at, step_key""",
        (facts["contact_id"], lost),
    )
    return [
        Question(step, question, [Chip(key, label, True)], follows=False, gone=True)
        for step, question, label, key in sql.fetchall()
    ]
