"""What people answered to a campaign's questions.

docs/contract.md says what each number counts. Only answers that follow from the earlier ones count.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.counting.reading import Reading
from p2ptext.extensions import cursor
from p2ptext.insight.queries import Share, share
from p2ptext.rules import tree_edits
from p2ptext.rules.tree import Step

DIMENSIONS = ("all", "answer", "left_out")
"""What `survey` reads of the sums."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer, and its share of all answers to its question."""

    key: str
    label: str
    share: Share

    @property
    def count(self) -> int:
        return self.share.successes


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question: how many people it was for, and what they answered."""

    key: str
    question: str
    number: int | None
    """Its number in the outline; None for one that the script does not have any more."""
    answers: list[AnswerRow]
    answered: int
    asked: int
    """Contacts whom it was for: of the first question those whose first text was sent, of another
    those whose answers lead to it; and whoever answered it."""
    left_out: int
    """Answers that do not count any more since an earlier one was changed."""

    @property
    def unanswered(self) -> int:
        return self.asked - self.answered

    @property
    def of_asked(self) -> Share:
        """Those who answered, of those whom it was for."""
        return share(self.answered, self.asked)


@dataclass(frozen=True, slots=True)
class Survey:
    """All questions."""

    questions: list[QuestionRow]

    @property
    def left_out(self) -> int:
        return sum(row.left_out for row in self.questions)


@dataclass(frozen=True, slots=True)
class _Given:
    """How often one answer was given."""

    counted: int = 0
    left_out: int = 0


_Key = tuple[str, str]
"""A question and one of its answers."""


def survey(campaign: Campaign, counted: Reading) -> Survey:
    """The results of the campaign's questions: as the script asks them, then those it asks no more."""
    steps = writing.steps_of(campaign)
    given = _given(counted)
    in_script = {(step.key, answer.key) for step in steps for answer in step.answers}
    gone = [key for key in given if key not in in_script]
    asked = _asked(steps, given, counted) + _asked_before(campaign.id, steps, gone)
    words = _words(campaign.id, gone)
    known = {step.key for step in steps}
    rows = [
        _row(
            line.step.key,
            line.step.question,
            line.number,
            [*_in_script(line.step, given), *_gone(line.step.key, given, words)],
            asked,
        )
        for line in tree_edits.outline(steps)
    ]
    for key in dict.fromkeys(step_key for step_key, _ in given if step_key not in known):
        question = next((words[each][0] for each in words if each[0] == key), key)
        rows.append(_row(key, question, None, _gone(key, given, words), asked))
    return Survey(rows)


def _row(
    key: str,
    question: str,
    number: int | None,
    answers: Sequence[tuple[str, str, _Given]],
    asked: Mapping[str, int],
) -> QuestionRow:
    answered = sum(one.counted for _, _, one in answers)
    rows = [AnswerRow(each, label, share(one.counted, answered)) for each, label, one in answers]
    left_out = sum(one.left_out for _, _, one in answers)
    # A question that is asked no more has no other way to it than its answers.
    was_for = max(answered, asked.get(key, 0))
    return QuestionRow(key, question, number, rows, answered, was_for, left_out)


def _in_script(step: Step, given: Mapping[_Key, _Given]) -> list[tuple[str, str, _Given]]:
    """A question's answers as the script has them, those included that nobody gave."""
    return [(one.key, one.label, given.get((step.key, one.key), _Given())) for one in step.answers]


def _gone(
    step_key: str, given: Mapping[_Key, _Given], words: Mapping[_Key, tuple[str, str]]
) -> list[tuple[str, str, _Given]]:
    """Those that the script does not have any more."""
    return [(key[1], label, given[key]) for key, (_, label) in words.items() if key[0] == step_key]


def _given(counted: Reading) -> dict[_Key, _Given]:
    """How often each answer was given, by question and answer."""
    counts = {key: sums.answered for key, sums in counted.by("answer").items()}
    left_out = {key: sums.left_out for key, sums in counted.by("left_out").items()}
    found = {}
    for key in sorted(counts.keys() | left_out.keys()):
        step_key, _, answer_key = key.partition(":")
        found[step_key, answer_key] = _Given(counts.get(key, 0), left_out.get(key, 0))
    return found


def _words(campaign_id: int, keys: Sequence[_Key]) -> dict[_Key, tuple[str, str]]:
    """The question and label of answers that the script in use does not have, from the last one that had
    them; their keys where none has."""
    if not keys:
        return {}
    found = cursor().execute(
        """SELECT n.step_key, n.answer_key, last.question, last.label
           FROM unnest(%s::text[], %s::text[]) AS n (step_key, answer_key)
           CROSS JOIN LATERAL (
             SELECT step ->> 'question' AS question, one ->> 'label' AS label
             FROM script_version v CROSS JOIN LATERAL jsonb_array_elements(v.document -> 'steps') AS step
             CROSS JOIN LATERAL jsonb_array_elements(step -> 'answers') AS one
             WHERE v.campaign_id = %s AND step ->> 'key' = n.step_key AND one ->> 'key' = n.answer_key
             ORDER BY v.id DESC LIMIT 1) last""",
        ([step for step, _ in keys], [answer for _, answer in keys], campaign_id),
    )
    words = {(step, answer): (question, label) for step, answer, question, label in found.fetchall()}
    return {key: words.get(key, key) for key in keys}


def leading(campaign: Campaign, step_key: str) -> dict[str, Any]:
    """How people come to a question: whether it is the first, and by which answers to which others."""
    steps = writing.steps_of(campaign)
    ways = [(step.key, one.key) for step in steps for one in step.answers if one.next == step_key]
    return {
        "first": bool(steps) and steps[0].key == step_key,
        "from_steps": [step for step, _ in ways],
        "from_answers": [answer for _, answer in ways],
    }


def _asked(steps: Sequence[Step], given: Mapping[_Key, _Given], counted: Reading) -> Counter[str]:
    """How many contacts each question was for by the script in use, by its key.

    Answers that count are one way through the script, so that everybody comes to a question by one answer,
    and whoever has answered any has answered the first.
    """
    found: Counter[str] = Counter()
    for step in steps:
        for one in step.answers:
            if one.next:
                found[one.next] += given.get((step.key, one.key), _Given()).counted
    if steps:
        total = counted.total
        found[steps[0].key] = total.sent + total.answered - total.answered_of_sent
    return found


def _asked_before(campaign_id: int, steps: Sequence[Step], gone: Sequence[_Key]) -> Counter[str]:
    """How many more there are who gave an answer that is gone, and came to the question by one that is gone.

    No sum knows how somebody came to a question: these few are looked for among the answers themselves.
    """
    asked_later = {step.key for step in steps[1:]}
    kept = [key for key in gone if key[0] in asked_later]
    if not kept:
        return Counter()
    ways = [(step.key, one.key, one.next) for step in steps for one in step.answers if one.next]
    found = cursor().execute(
        """SELECT a.step_key, count(*) FROM survey_answer a
           JOIN unnest(%s::text[], %s::text[]) AS gone (step_key, answer_key) USING (step_key, answer_key)
           WHERE a.campaign_id = %s AND a.on_path AND NOT EXISTS (
             SELECT 1 FROM survey_answer b
             JOIN unnest(%s::text[], %s::text[], %s::text[]) AS way (step_key, answer_key, leads)
               USING (step_key, answer_key)
             WHERE b.contact_id = a.contact_id AND b.on_path AND way.leads = a.step_key)
           GROUP BY a.step_key""",
        (
            [step for step, _ in kept],
            [answer for _, answer in kept],
            campaign_id,
            *([way[place] for way in ways] for place in range(3)),
        ),
        prepare=False,
    )
    return Counter(dict(found.fetchall()))
