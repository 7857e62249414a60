"""Pages on which one answer is written, with what is said then, and on which answers and whole branches
move to another place."""

from flask import g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import get_scoped, permission
from p2ptext.audience import previewing
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import editing, questioning
from p2ptext.desk.blueprint import blueprint
from p2ptext.desk.editing import Editing
from p2ptext.desk.editor_views import PAGE
from p2ptext.desk.question_forms import NEW, AnswerForm
from p2ptext.desk.question_views import find, outline_url
from p2ptext.desk.questioning import Outcome, Typed
from p2ptext.errors import NotFound
from p2ptext.rules import tree, tree_edits
from p2ptext.rules.script_places import answer_values
from p2ptext.rules.tree import Answer, Step
from p2ptext.rules.tree_edits import Steps
from p2ptext.rules.variants import MOST_WORDINGS

_MOVES = {"up": -1, "down": 1}
_LOOKS = ("preview", "previous", "next", "longest", "missing")


@blueprint.route(f"{PAGE}/<step_key>/answers/new", methods=["GET", "POST"], endpoint="new_answer")
@blueprint.route(f"{PAGE}/<step_key>/answers/<answer_key>", methods=["GET", "POST"])
@permission("manager")
def answer(campaign_id: int, step_key: str, answer_key: str | None = None) -> BaseResponse:
    """One answer, and what is said then."""
    campaign = get_scoped(Campaign, campaign_id)
    here = editing.begin(campaign, f"{step_key}.{answer_key or 'new'}")
    step = tree.find(writing.steps_of(campaign), step_key)
    there = step.answer(answer_key) if step else None
    if step is None or (answer_key is not None and there is None):
        return editing.gone(here)
    if editing.discarded(here):
        return editing.done(campaign_id, "The draft is discarded.", outline_url(campaign_id, step_key))
    form = _form(here, step, there)
    outcome = Outcome()
    pressed = form.action.data or ""
    if form.is_submitted() and there is not None and pressed in ("remove", *_MOVES):
        outcome = _move(campaign_id, step, there, pressed)
        if outcome.done:
            words = "The answer is removed." if pressed == "remove" else "The answer is moved."
            return editing.done(campaign_id, words, outline_url(campaign_id, step_key))
    elif form.validate_on_submit() and pressed == "save":
        key = answer_key or questioning.free_answer_key(campaign_id, step_key)
        outcome = _save(here, step, form.answer(key))
        if outcome.done:
            return _after_save(campaign_id, step_key, key, there, form)
    elif pressed.startswith("replace:"):
        for field in form.texts:
            field.data = previewing.replaced(field.data or "", pressed.removeprefix("replace:"))
    editing.note_clash(here, outcome)
    return _page(here, step, there, form, outcome)


def _form(here: Editing, step: Step, there: Answer | None) -> AnswerForm:
    texts = list(there.texts) if there else []
    written = {
        "label": there.label if there else "",
        "texts": texts,
        "next": (there.next if there else None) or "",
    }
    form = AnswerForm(here.formdata, data=written) if here.formdata else AnswerForm(data=written)
    steps = writing.steps_of(here.campaign)
    above = tree.ancestors(steps, step.key)  # leading there would go round in a circle
    form.offer(
        [
            (line.step.key, f"{line.number}. {line.step.question}")
            for line in tree_edits.outline(steps)
            if line.step.key not in above
        ]
    )
    return form


def _save(here: Editing, step: Step, written: Answer) -> Outcome:
    with transaction():
        return questioning.change(
            here.campaign.id,
            g.org.id,
            current_user.id,
            lambda now: tree_edits.put_answer(now, step.key, written),
            note=f"Answer “{written.label}” to “{step.question}”",
            typed=Typed(
                here.place, answer_values(written.label, written.texts, written.next), here.base
            ),
        )


def _move(campaign_id: int, step: Step, there: Answer, pressed: str) -> Outcome:
    def moved(steps: Steps) -> Steps:
        if pressed == "remove":
            return tree_edits.remove_answer(steps, step.key, there.key)
        return tree_edits.move_answer(steps, step.key, there.key, _MOVES[pressed])

    done = "removed" if pressed == "remove" else f"moved {pressed}"
    with transaction():
        return questioning.change(
            campaign_id,
            g.org.id,
            current_user.id,
            moved,
            note=f"Answer “{there.label}” to “{step.question}” {done}",
        )


def _after_save(
    campaign_id: int, step_key: str, key: str, before: Answer | None, form: AnswerForm
) -> BaseResponse:
    if form.next.data == NEW:
        onward = url_for(".new_question", campaign_id=campaign_id, step=step_key, answer=key)
        if editing.wants_part():
            return editing.done(campaign_id, "The answer is saved. Now the question.", onward)
        return redirect(onward, 303)
    return editing.done(campaign_id, "The answer is saved.", outline_url(campaign_id, step_key))


def _page(
    here: Editing, step: Step, there: Answer | None, form: AnswerForm, outcome: Outcome
) -> BaseResponse:
    pressed = form.action.data or ""
    move = pressed if pressed in _LOOKS else ""
    contact = request.values.get("contact")
    sample = editing.sample_for(here.campaign, form.wordings, contact, move)
    previews = editing.rendered(here.campaign, form.wordings, sample)
    if len(form.texts) < MOST_WORDINGS and (not form.texts or form.texts[-1].data):
        form.texts.append_entry("")
    return editing.page(
        "answer",
        campaign=here.campaign,
        editing=here,
        step=step,
        answer=there,
        form=form,
        faults=outcome.words,
        sample=sample,
        previews=previews,
        fields=editing.fields_of(here.campaign),
    )


@blueprint.route(f"{PAGE}/<step_key>/answers/<answer_key>/move", methods=["GET", "POST"])
@permission("manager")
def move_answer(campaign_id: int, step_key: str, answer_key: str) -> BaseResponse:
    """An answer goes to another question, with all that follows."""
    campaign = get_scoped(Campaign, campaign_id)
    steps = writing.steps_of(campaign)
    step = find(campaign, step_key)
    there = step.answer(answer_key)
    if there is None:
        raise NotFound
    may = {one.key for one in tree_edits.can_hold(steps, step_key, answer_key)}
    choices = [
        (line.step.key, f"{line.number}. {line.step.question}")
        for line in tree_edits.outline(steps)
        if line.step.key in may
    ]
    outcome = Outcome()
    to = request.form.get("to", "")
    if request.method == "POST" and to in may:
        with transaction():
            outcome = questioning.give(
                campaign_id, g.org.id, current_user.id, (step_key, answer_key), to
            )
        if outcome.done:
            return editing.done(campaign_id, "The answer is moved.", outline_url(campaign_id, to))
    return editing.page(
        "move",
        campaign=campaign,
        title=there.label,
        kind="answer",
        choices=choices,
        faults=_why_not(outcome, request.method == "POST" and to not in may),
    )


@blueprint.route(f"{PAGE}/<step_key>/move", methods=["GET", "POST"])
@permission("manager")
def move_question(campaign_id: int, step_key: str) -> BaseResponse:
    """A question goes after another answer, with all that follows."""
    campaign = get_scoped(Campaign, campaign_id)
    steps = writing.steps_of(campaign)
    step = find(campaign, step_key)
    numbers = {line.step.key: line.number for line in tree_edits.outline(steps)}
    free = [] if steps[0].key == step_key else tree_edits.can_take(steps, step_key)
    choices = [
        (f"{one.key}.{after.key}", f"{numbers[one.key]}. {one.question} If they say {after.label}")
        for one, after in sorted(free, key=lambda place: numbers[place[0].key])
    ]
    outcome = Outcome()
    to = request.form.get("to", "")
    chosen = to in {value for value, _ in choices}
    if request.method == "POST" and chosen:
        key, _, after = to.partition(".")
        with transaction():
            outcome = questioning.change(
                campaign_id,
                g.org.id,
                current_user.id,
                lambda now: tree_edits.move_branch(now, step_key, (key, after)),
                note=f"Question moved: {step.question}",
            )
        if outcome.done:
            return editing.done(
                campaign_id, "The question is moved.", outline_url(campaign_id, step_key)
            )
    return editing.page(
        "move",
        campaign=campaign,
        title=step.question,
        kind="question",
        choices=choices,
        faults=_why_not(outcome, request.method == "POST" and not chosen),
    )


def _why_not(outcome: Outcome, nothing_chosen: bool) -> list[str]:
    return ["Choose a place.", *outcome.words] if nothing_chosen else outcome.words
