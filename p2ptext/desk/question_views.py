"""Pages on which a campaign's questions are written: a new one with its answers, and the words of one."""

from dataclasses import replace

from flask import g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import editing, questioning
from p2ptext.desk.blueprint import blueprint
from p2ptext.desk.editing import Editing
from p2ptext.desk.editor_views import PAGE
from p2ptext.desk.question_forms import NewQuestionForm, QuestionForm
from p2ptext.desk.questioning import Outcome, Typed
from p2ptext.errors import NotFound
from p2ptext.rules import tree, tree_edits
from p2ptext.rules.tree import Answer, Step
from p2ptext.rules.tree_edits import Steps


def outline_url(campaign_id: int, step_key: str | None = None) -> str:
    """The outline, and in it the card of a question."""
    return url_for(".questions", campaign_id=campaign_id, _anchor=step_key)


def find(campaign: Campaign, step_key: str) -> Step:
    """The question of this key as it is now. Raises NotFound."""
    step = tree.find(writing.steps_of(campaign), step_key)
    if step is None:
        raise NotFound
    return step


@blueprint.route(f"{PAGE}/new", methods=["GET", "POST"])
@permission("manager")
def new_question(campaign_id: int) -> BaseResponse:
    """The first question, or the one that an answer (`step` and `answer` in the address) leads to."""
    campaign = get_scoped(Campaign, campaign_id)
    steps = writing.steps_of(campaign)
    step = tree.find(steps, request.args.get("step"))
    before = step.answer(request.args.get("answer")) if step else None
    if steps and before is None:
        # A question that no answer leads to would never be asked.
        return redirect(outline_url(campaign_id), 303)
    place = f"{step.key}.{before.key}.new" if step and before else "new"
    here = editing.begin(campaign, place)
    if editing.discarded(here):
        return editing.done(campaign_id, "The draft is discarded.", outline_url(campaign_id))
    form = NewQuestionForm(here.formdata) if here.formdata else NewQuestionForm()
    outcome = Outcome()
    if form.validate_on_submit():
        with transaction():
            outcome = questioning.change(
                campaign_id,
                g.org.id,
                current_user.id,
                lambda now: _with_question(campaign_id, now, form, step, before),
                note=f"New question: {form.question.data}",
                typed=Typed(place, {}),
            )
        if outcome.done:
            return editing.done(campaign_id, "The question is saved.", outline_url(campaign_id))
    return editing.page(
        "question_new",
        campaign=campaign,
        editing=here,
        form=form,
        step=step,
        before=before,
        faults=outcome.words,
    )


def _with_question(
    campaign_id: int, steps: Steps, form: NewQuestionForm, step: Step | None, before: Answer | None
) -> Steps:
    key = questioning.free_step_key(campaign_id)
    answers = tuple(Answer(f"a{n}", label) for n, label in enumerate(form.labels, 1))
    steps = tree_edits.put_step(steps, Step(key, form.question.data, answers))
    if step is None or before is None:
        return steps
    there = tree.find(steps, step.key)
    leading = there.answer(before.key) if there else None
    if leading is None:
        raise NotFound  # somebody has removed the answer meanwhile
    return tree_edits.put_answer(steps, step.key, replace(leading, next=key))


@blueprint.route(f"{PAGE}/<step_key>", methods=["GET", "POST"])
@permission("manager")
def question(campaign_id: int, step_key: str) -> BaseResponse:
    """The words of one question."""
    campaign = get_scoped(Campaign, campaign_id)
    here = editing.begin(campaign, step_key)
    step = tree.find(writing.steps_of(campaign), step_key)
    if step is None:
        return editing.gone(here)
    if editing.discarded(here):
        return editing.done(campaign_id, "The draft is discarded.", outline_url(campaign_id, step_key))
    written = {"question": step.question}
    form = QuestionForm(here.formdata, data=written) if here.formdata else QuestionForm(data=written)
    outcome = Outcome()
    if form.is_submitted() and form.action.data == "remove":
        outcome = _remove(campaign_id, step)
        if outcome.done:
            words = "The question is removed. Answers that were given to it are kept."
            return editing.done(campaign_id, words, outline_url(campaign_id))
    elif form.validate_on_submit():
        outcome = _reword(here, step, form.question.data)
        if outcome.done:
            return editing.done(
                campaign_id, "The question is saved.", outline_url(campaign_id, step_key)
            )
    editing.note_clash(here, outcome)
    steps = writing.steps_of(campaign)
    lost = len(steps) - len(tree_edits.remove_step(steps, step_key)) - 1
    return editing.page(
        "question",
        campaign=campaign,
        editing=here,
        step=step,
        form=form,
        faults=outcome.words,
        lost=lost,
        can_move=steps[0].key != step_key and bool(tree_edits.can_take(steps, step_key)),
    )


def _remove(campaign_id: int, step: Step) -> Outcome:
    with transaction():
        return questioning.change(
            campaign_id,
            g.org.id,
            current_user.id,
            lambda now: tree_edits.remove_step(now, step.key),
            note=f"Question removed: {step.question}",
        )


def _reword(here: Editing, step: Step, words: str) -> Outcome:
    def reworded(steps: Steps) -> Steps:
        there = tree.find(steps, step.key)
        if there is None:
            raise NotFound
        return tree_edits.put_step(steps, replace(there, question=words))

    with transaction():
        return questioning.change(
            here.campaign.id,
            g.org.id,
            current_user.id,
            reworded,
            note=f"Question reworded: {words}",
            typed=Typed(step.key, {"question": words}, here.base),
        )
