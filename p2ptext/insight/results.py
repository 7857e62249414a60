"""What people answered to a campaign's questions, and how each wording of its texts does.

Every number is counted from rows; docs/contract.md says of which. Only answers that follow from the
earlier ones count (`on_path`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import dict_row

from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor
from p2ptext.insight.queries import PEOPLE, TEXTS, Share, share
from p2ptext.rules import tree_edits
from p2ptext.rules.tree import Step


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer, and its share of all answers to its question."""

    label: str
    share: Share

    @property
    def count(self) -> int:
        return self.share.successes


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question: how many people it was for, and what they answered."""

    question: str
    number: int | None
    """Its number in the outline; None for one that the script does not have any more."""
    answers: list[AnswerRow]
    answered: int
    asked: int
    """Contacts whom it was for: of the first question those whose first text was sent, of another
    those whose answers lead to it; and whoever answered it."""

    @property
    def unanswered(self) -> int:
        return self.asked - self.answered


@dataclass(frozen=True, slots=True)
class Survey:
    """All questions, and the answers that count for none of them any more."""

    questions: list[QuestionRow]
    left_out: int
    """Answers that no longer follow since an earlier one was changed."""


@dataclass(frozen=True, slots=True)
class WordingRow:
    """One wording of a round's text, in texts."""

    round: int
    text: str
    """As written, with its fields."""
    sent: int
    replied: Share
    """Who wrote back, of those whose text was sent."""
    opted_out: Share
    """Who gets no more texts, of those whose text was sent."""


def survey(campaign: Campaign) -> Survey:
    """The results of the campaign's questions: as the script asks them, then those it asks no more."""
    steps = writing.steps_of(campaign)
    counts = _counts(campaign.id)
    if not steps and not counts:
        return Survey([], 0)
    asked = _asked(campaign, steps)
    known = {step.key for step in steps}
    rows = [
        _row(line.step.question, line.number, _answers(line.step, counts), asked.get(line.step.key, 0))
        for line in tree_edits.outline(steps)
    ]
    for key in dict.fromkeys(one["step_key"] for one in counts if one["step_key"] not in known):
        of_it = [one for one in counts if one["step_key"] == key]
        labels = [(one["label"] or one["answer_key"], one["counted"]) for one in of_it]
        rows.append(_row(of_it[0]["question"] or key, None, labels, asked.get(key, 0)))
    return Survey(rows, sum(one["left_out"] for one in counts))


def _row(
    question: str, number: int | None, labels: Sequence[tuple[str, int]], asked: int
) -> QuestionRow:
    answered = sum(count for _, count in labels)
    answers = [AnswerRow(label, share(count, answered)) for label, count in labels]
    return QuestionRow(question, number, answers, answered, asked)


def _answers(step: Step, counts: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The counts of a question's answers, those included that the script does not have any more."""
    of_it = {one["answer_key"]: one for one in counts if one["step_key"] == step.key}
    present = [
        (answer.label, of_it.pop(answer.key)["counted"] if answer.key in of_it else 0)
        for answer in step.answers
    ]
    return present + [(one["label"] or key, one["counted"]) for key, one in of_it.items()]


def _counts(campaign_id: int) -> list[dict[str, Any]]:
    """Answers by question and answer, with the words of the latest script in which each was chosen."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        """SELECT n.*, step ->> 'question' AS question,
             (SELECT one ->> 'label' FROM jsonb_array_elements(step -> 'answers') one
              WHERE one ->> 'key' = n.answer_key) AS label
           FROM (SELECT step_key, answer_key, count(*) FILTER (WHERE on_path) AS counted,
                   count(*) FILTER (WHERE NOT on_path) AS left_out, max(script_version_id) AS version_id
                 FROM survey_answer WHERE campaign_id = %s GROUP BY step_key, answer_key) n
           JOIN script_version v ON v.id = n.version_id
           LEFT JOIN LATERAL (SELECT one AS step FROM jsonb_array_elements(v.document -> 'steps') one
                              WHERE one ->> 'key' = n.step_key LIMIT 1) asked ON true
           ORDER BY n.step_key, n.answer_key""",
        (campaign_id,),
    )
    return sql.fetchall()


def _asked(campaign: Campaign, steps: Sequence[Step]) -> dict[str, int]:
    """How many contacts each question was for, by its key."""
    leads = [(step.key, one.key, one.next) for step in steps for one in step.answers if one.next]
    values = {
        "org": campaign.organization_id,
        "campaign": campaign.id,
        "first": steps[0].key if steps else "",
        "steps": [lead[0] for lead in leads],
        "answers": [lead[1] for lead in leads],
        "to": [lead[2] for lead in leads],
    }
    sql = cursor()
    found = sql.execute(
        f"""WITH answered AS (
              SELECT contact_id, step_key, answer_key FROM survey_answer
              WHERE campaign_id = %(campaign)s AND on_path
            ), leads AS (
              SELECT * FROM unnest(%(steps)s::text[], %(answers)s::text[], %(to)s::text[])
                AS l (step_key, answer_key, leads_to)
            ), reached AS (
              SELECT step_key, contact_id FROM answered
              UNION SELECT leads_to, contact_id FROM answered JOIN leads USING (step_key, answer_key)
              UNION SELECT %(first)s, people.id
              FROM ({PEOPLE} AND c.campaign_id = %(campaign)s OFFSET 0) people WHERE place = 'sent'
            )
            SELECT step_key, count(*) FROM reached GROUP BY step_key""",
        values,
        prepare=False,
    )
    return dict(found.fetchall())


def wordings(organization_id: int, campaign_id: int) -> list[WordingRow]:
    """How each wording does, by rounds; none where a round never had more than one.

    The same words count as one wording, in whatever version of the script and place they stand.
    """
    values = {"org": organization_id, "campaign": campaign_id}
    sql = cursor()
    several = sql.execute(
        """SELECT EXISTS (SELECT 1 FROM script_version v WHERE v.campaign_id = %(campaign)s
             AND (jsonb_array_length(v.document -> 'first') > 1 OR EXISTS (
               SELECT 1 FROM jsonb_each(v.document -> 'rounds') r WHERE jsonb_array_length(r.value) > 1)
             OR EXISTS (SELECT 1 FROM jsonb_each(v.document -> 'languages') l
               WHERE jsonb_array_length(l.value -> 'first') > 1)))""",
        values,
    )
    if several.fetchone() == (False,):
        return []
    sql.execute(
        f"""SELECT n.round, CASE WHEN n.round = 1 THEN words -> 'first'
               ELSE words -> 'rounds' -> n.round::text END ->> n.variant AS text,
               sum(n.sent)::int, sum(n.replied)::int, sum(n.opted_out)::int
            FROM (SELECT texts.round, m.variant, m.language, m.script_version_id, count(*) AS sent,
                    count(*) FILTER (WHERE replied) AS replied,
                    count(*) FILTER (WHERE suppressed_at IS NOT NULL) AS opted_out
                  FROM ({TEXTS} AND c.campaign_id = %(campaign)s OFFSET 0) texts
                  JOIN message m ON m.id = texts.message_id
                  WHERE texts.place = 'sent' GROUP BY 1, 2, 3, 4) n
            LEFT JOIN script_version v ON v.id = n.script_version_id
            CROSS JOIN LATERAL (SELECT CASE WHEN n.language IS NULL THEN v.document
              ELSE v.document -> 'languages' -> n.language END AS words) spoken
            GROUP BY 1, 2 ORDER BY 1, 2""",
        values,
        prepare=False,
    )
    return [
        WordingRow(round_, text or "", sent, share(replied, sent), share(opted_out, sent))
        for round_, text, sent, replied, opted_out in sql.fetchall()
    ]
