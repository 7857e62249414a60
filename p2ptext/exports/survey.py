"""The questions of a campaign as an export shows them: a column each, with the words of every answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from p2ptext.exports.scoping import Scope
from p2ptext.extensions import cursor
from p2ptext.rules import tree, tree_edits

MOST = 600
"""Questions with a column of their own: a row of the database has room for 1,600 columns in all."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was asked and answered."""

    questions: Mapping[str, str]
    """The words of each question, by its key: as the script asks them, then those it asks no more."""
    labels: Mapping[str, str]
    """The words of each answer, by "version question answer", in the script it was given in."""
    asked: Mapping[str, str]
    """The words of each question, by "version question", likewise."""


def survey(scope: Scope) -> Survey:
    """The questions of the campaign, or where there is none of everything the contacts answered."""
    sql = cursor()
    given: dict[tuple[int, str, str], tuple[str | None, str | None]] = {}
    for some in scope.parts() if scope.campaign_id is None else (None,):
        sql.execute(
            """SELECT n.version_id, n.step_key, n.answer_key, step ->> 'question',
                 (SELECT one ->> 'label' FROM jsonb_array_elements(step -> 'answers') one
                  WHERE one ->> 'key' = n.answer_key)
               FROM (SELECT DISTINCT script_version_id AS version_id, step_key, answer_key
                     FROM survey_answer WHERE organization_id = %(org)s
                       AND CASE WHEN %(campaign)s::int IS NULL THEN contact_id = ANY(%(contacts)s)
                           ELSE campaign_id = %(campaign)s END) n
               JOIN script_version v ON v.id = n.version_id
               LEFT JOIN LATERAL (SELECT one AS step FROM jsonb_array_elements(v.document -> 'steps') one
                                  WHERE one ->> 'key' = n.step_key LIMIT 1) asked ON true""",
            {"org": scope.organization_id, "campaign": scope.campaign_id, "contacts": some or []},
            prepare=False,
        )
        given.update((row[:3], row[3:]) for row in sql)
    questions = _of_script(scope.campaign_id)
    labels, asked = {}, {}
    # The newest script first: its words are those of the columns.
    for version, step, answer in sorted(given, key=lambda one: (-one[0], *one[1:])):
        question, label = given[version, step, answer]
        labels[f"{version} {step} {answer}"] = label or answer
        asked[f"{version} {step}"] = question or step
        questions.setdefault(step, question or step)
    return Survey(dict(list(questions.items())[:MOST]), labels, asked)


def _of_script(campaign_id: int | None) -> dict[str, str]:
    if campaign_id is None:
        return {}
    sql = cursor()
    sql.execute(
        """SELECT v.document -> 'steps' FROM campaign c JOIN script_version v ON v.id = c.script_version_id
           WHERE c.id = %s""",
        (campaign_id,),
    )
    row = sql.fetchone()
    steps = tree.read(row[0] or ()) if row else ()
    return {line.step.key: line.step.question for line in tree_edits.outline(steps)}
