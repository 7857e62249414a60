"""Pages on which a campaign's questions are written: the outline, a question, an answer."""

from collections.abc import Callable
from dataclasses import replace

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import previewing, survey_checks
from p2ptext.audience.columns import columns_of
from p2ptext.audience.merging import VOLUNTEER
from p2ptext.audience.previewing import Preview, Sample
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import questioning
from p2ptext.desk.blueprint import blueprint
from p2ptext.desk.question_forms import NEW, AnswerForm, NewQuestionForm, QuestionForm
from p2ptext.errors import NotFound
from p2ptext.rules import tree, tree_edits
from p2ptext.rules.tree import Answer, Step
from p2ptext.rules.tree_edits import Steps
from p2ptext.rules.variants import MOST_WORDINGS

_MOVES = {"up": -1, "down": 1}
_PAGE = "/o/<org>/campaigns/<int:campaign_id>/questions"


@blueprint.get(_PAGE)
@permission("manager")
def questions(campaign_id: int) -> str:
    """Everything that is asked and said, as somebody of the list would read it."""
    campaign = get_scoped(Campaign, campaign_id)
    steps = writing.steps_of(campaign)
    asked = request.args.get("contact", "")
    contact = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
    sample = previewing.sample_of(campaign_id, contact, request.args.get("move", ""))
    return render_template(
        "desk/questions.html",
        campaign=campaign,
        lines=tree_edits.outline(steps),
        faults=survey_checks.check(campaign),
        first=[_preview(campaign, text, sample) for text in writing.wordings(campaign)],
        sample=sample,
        shown={
            (step.key, answer.key): [_preview(campaign, text, sample) for text in answer.texts]
            for step in steps
            for answer in step.answers
        },
    )


def _preview(campaign: Campaign, text: str, sample: Sample) -> Preview:
    return previewing.preview(campaign, text, sample, g.membership.texting_name)


def _change(campaign_id: int, edit: Callable[[Steps], Steps]) -> list[str]:
    """Make one change; why it was not made, in words, if it was not."""
    with transaction():
        faults = questioning.change(campaign_id, g.org.id, current_user.id, edit)
    return [fault.words for fault in faults]


def _outline(campaign_id: int) -> BaseResponse:
    return redirect(url_for(".questions", campaign_id=campaign_id), 303)


def _find(campaign: Campaign, step_key: str) -> Step:
    step = tree.find(writing.steps_of(campaign), step_key)
    if step is None:
        raise NotFound
    return step


@blueprint.route(f"{_PAGE}/new", methods=["GET", "POST"])
@permission("manager")
def new_question(campaign_id: int) -> str | BaseResponse:
    """The first question, or the one that an answer (`step` and `answer` in the address) leads to."""
    campaign = get_scoped(Campaign, campaign_id)
    steps = writing.steps_of(campaign)
    step = tree.find(steps, request.args.get("step"))
    before = step.answer(request.args.get("answer")) if step else None
    if steps and before is None:
        return _outline(campaign_id)  # a question that no answer leads to would never be asked
    form = NewQuestionForm()
    faults: list[str] = []
    if form.validate_on_submit():
        faults = _change(campaign_id, lambda now: _with_question(campaign_id, now, form, step, before))
        if not faults:
            flash("The question is saved.")
            return _outline(campaign_id)
    return render_template(
        "desk/question_new.html", campaign=campaign, form=form, before=before, faults=faults
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


@blueprint.route(f"{_PAGE}/<step_key>", methods=["GET", "POST"])
@permission("manager")
def question(campaign_id: int, step_key: str) -> str | BaseResponse:
    """The words of one question."""
    campaign = get_scoped(Campaign, campaign_id)
    step = _find(campaign, step_key)
    form = QuestionForm(data={"question": step.question})
    faults: list[str] = []
    if form.is_submitted() and form.action.data == "remove":
        faults = _change(campaign_id, lambda now: tree_edits.remove_step(now, step_key))
        if not faults:
            flash("The question is removed. Answers that were given to it are kept.")
            return _outline(campaign_id)
    elif form.validate_on_submit():
        faults = _change(campaign_id, lambda now: _reworded(now, step_key, form.question.data))
        if not faults:
            flash("The question is saved.")
            return _outline(campaign_id)
    steps = writing.steps_of(campaign)
    lost = len(steps) - len(tree_edits.remove_step(steps, step_key)) - 1
    return render_template(
        "desk/question.html", campaign=campaign, step=step, form=form, faults=faults, lost=lost
    )


def _reworded(steps: Steps, step_key: str, words: str) -> Steps:
    step = tree.find(steps, step_key)
    if step is None:
        raise NotFound
    return tree_edits.put_step(steps, replace(step, question=words))


@blueprint.route(f"{_PAGE}/<step_key>/answers/new", methods=["GET", "POST"], endpoint="new_answer")
@blueprint.route(f"{_PAGE}/<step_key>/answers/<answer_key>", methods=["GET", "POST"])
@permission("manager")
def answer(campaign_id: int, step_key: str, answer_key: str | None = None) -> str | BaseResponse:
    """One answer, and what is said then."""
    campaign = get_scoped(Campaign, campaign_id)
    step = _find(campaign, step_key)
    there = step.answer(answer_key)
    if answer_key is not None and there is None:
        raise NotFound
    form = _answer_form(campaign, step, there)
    faults: list[str] = []
    pressed = form.action.data or ""
    if form.is_submitted() and there is not None and pressed in ("remove", *_MOVES):
        faults = _change(campaign_id, lambda now: _moved(now, step_key, there.key, pressed))
        if not faults:
            flash("The answer is removed." if pressed == "remove" else "The answer is moved.")
            return _outline(campaign_id)
    elif form.validate_on_submit() and pressed == "save":
        key = answer_key or questioning.free_answer_key(campaign_id, step_key)
        faults = _change(campaign_id, lambda now: tree_edits.put_answer(now, step_key, form.answer(key)))
        if not faults:
            flash("The answer is saved.")
            return _after_answer(campaign_id, step_key, key, form)
    return _answer_page(campaign, step, there, form, faults)


def _answer_form(campaign: Campaign, step: Step, there: Answer | None) -> AnswerForm:
    texts = list(there.texts) if there else []
    spare = [""] if len(texts) < MOST_WORDINGS else []
    form = AnswerForm(
        data={
            "label": there.label if there else "",
            "texts": texts + spare,
            "next": (there.next if there else None) or "",
        }
    )
    steps = writing.steps_of(campaign)
    above = tree.ancestors(steps, step.key)  # leading there would go round in a circle
    form.offer(
        [
            (line.step.key, f"{line.number}. {line.step.question}")
            for line in tree_edits.outline(steps)
            if line.step.key not in above
        ]
    )
    return form


def _moved(steps: Steps, step_key: str, answer_key: str, pressed: str) -> Steps:
    if pressed == "remove":
        return tree_edits.remove_answer(steps, step_key, answer_key)
    return tree_edits.move_answer(steps, step_key, answer_key, _MOVES[pressed])


def _after_answer(campaign_id: int, step_key: str, key: str, form: AnswerForm) -> BaseResponse:
    if form.next.data != NEW:
        return _outline(campaign_id)
    return redirect(url_for(".new_question", campaign_id=campaign_id, step=step_key, answer=key), 303)


def _answer_page(
    campaign: Campaign, step: Step, there: Answer | None, form: AnswerForm, faults: list[str]
) -> str:
    sample = previewing.sample_of(campaign.id, form.contact_id, form.action.data or "")
    return render_template(
        "desk/answer.html",
        campaign=campaign,
        step=step,
        answer=there,
        form=form,
        faults=faults,
        sample=sample,
        previews=[_preview(campaign, text, sample) for text in form.wordings],
        fields=[*columns_of(campaign.id), VOLUNTEER],
    )
