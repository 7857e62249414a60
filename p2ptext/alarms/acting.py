"""The one thing that may be done about an alarm, for whoever looks at it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """A link, or a button that does something at once."""

    label: str
    url: str
    """Empty where whoever looks may not do it; then the label says who may."""
    posts: bool = False
    question: str = ""
    """Asked before it is done, where it holds something up."""
    confirm: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    also: "Action | None" = None
    """What helps as well."""


@dataclass(frozen=True, slots=True)
class About:
    """What an action needs to know of its alarm, and of who looks."""

    campaign_id: int | None
    facts: Facts
    manages: bool
    owns: bool


def action(kind: str, about: About) -> Action | None:
    """What helps most; a role that may not do it is led to where it can read more."""
    return _ACTIONS[kind](about) if kind in _ACTIONS else None


def _inbox(label: str) -> Callable[[About], Action]:
    return lambda about: Action(label, url_for("review.unrouted"))


def _person(about: About) -> Action:
    return Action("Look at their presses", url_for("timing.volunteer", person_id=about.facts["person"]))


def _number_out(about: About) -> Action:
    number_id = about.facts["number"]
    if about.facts["because"] == "failures" and about.manages:
        return Action(
            "Put it back into use",
            url_for("alarms.put_back", number_id=number_id),
            posts=True,
            question="Texts leave from it again at once. What failed so far counts no more; what fails from "
            "now on does.",
            confirm="Put it back",
        )
    if about.owns:
        return Action("Open the number", url_for("registry.edit_number", number_id=number_id))
    return _see_failures(about)


def _see_failures(_: About) -> Action:
    return Action("See what failed", url_for("alarms.failures"))


def _opt_outs(about: About) -> Action:
    if about.manages:
        return Action(
            "Pause the campaign",
            url_for("desk.pause", campaign_id=about.campaign_id),
            posts=True,
            question="No text leaves any more, answers included, until a manager resumes it.",
            confirm="Pause it",
            fields={"back": "results"},
        )
    return Action(
        "See who opted out", url_for("insight.rows", campaign_id=about.campaign_id, kind="opted_out")
    )


def _campaign(about: About) -> Action:
    return Action("Open the campaign", url_for("insight.campaign", campaign_id=about.campaign_id))


def _nobody(_: About) -> Action:
    return Action(
        "Read them, or give them to somebody", url_for("review.conversations", status="unanswered")
    )


def _import(about: About) -> Action:
    if not about.manages:
        return Action("A manager can upload it again.", "")
    list_id = about.facts["id"]
    if list_id < 0:
        return Action("Upload it again", url_for("do_not_text.bring_in"))
    return Action(
        "Upload it again",
        url_for("audience.lists", campaign_id=about.campaign_id),
        also=Action("See what happened", url_for("audience.import_page", import_id=list_id)),
    )


def _export(about: About) -> Action:
    if not about.manages:
        return Action("A manager can ask for it again.", "")
    return Action("Ask for it again", url_for("exports.export", export_id=about.facts["id"]))


def _waiting(_: About) -> Action:
    return Action("Give them to somebody", url_for("review.conversations", status="offered"))


def _registration(about: About) -> Action:
    if about.owns:
        return Action(
            "Open the registration",
            url_for("registry.edit_registration", registration_id=about.facts["registration"]),
        )
    if about.manages:
        return Action("See the numbers", url_for("registry.all_numbers"))
    return Action("A manager can see the registration.", "")


def _money(about: About) -> Action:
    if about.manages:
        return Action(
            "See what it costs", url_for("insight.money_of_campaign", campaign_id=about.campaign_id)
        )
    return _campaign(about)


def _now(_: About) -> Action:
    return Action("See what waits", url_for("insight.now") + "#outbox")


def _conversation(about: About) -> Action:
    return Action(
        "Read what they wrote",
        url_for("conversations.thread", conversation_id=about.facts["conversation"]),
    )


_ACTIONS: Mapping[str, Callable[[About], Action]] = {
    "stuck": _now,
    "halted": _now,
    "number_out": _number_out,
    "failures": _see_failures,
    "opt_outs": _opt_outs,
    "paused": _campaign,
    "budget": _money,
    "nobody": _nobody,
    "waiting": _waiting,
    "signatures": _inbox("See what came"),
    "imports": _import,
    "exports": _export,
    "reviews": _inbox("Decide about them"),
    "strays": _inbox("Read them"),
    "unknown": _inbox("Decide about them"),
    "kept": _inbox("See what came"),
    "day_cap": _registration,
    "registration": _registration,
    "timing": _person,
    "pace": _person,
    "edited": _person,
    "profanity": _conversation,
}
