"""What is done with a conversation besides answering it, each by one press."""

from flask import g, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from p2ptext.accounts.access import permission
from p2ptext.background import transaction
from p2ptext.conversations import asking, closing, reminding, tagging
from p2ptext.conversations.blueprint import blueprint, done, stays
from p2ptext.conversations.naming import in_words
from p2ptext.texting.blueprint import clicker
from p2ptext.texting.queries import waiting


@blueprint.post("/replies/<int:conversation_id>/opt-out")
@permission("volunteer", terms=True)
def opt_out(conversation_id: int) -> BaseResponse:
    """They asked for no more texts."""
    with transaction():
        whom = in_words(closing.opt_out(clicker(), conversation_id).to)
    return done(f"{whom[:1].upper()}{whom[1:]} is opted out and gets no more texts.", conversation_id)


@blueprint.post("/replies/<int:conversation_id>/close")
@permission("volunteer", terms=True)
def close(conversation_id: int) -> BaseResponse:
    """No reply is needed."""
    with transaction():
        standing, token = closing.close(clicker(), conversation_id)
    words = f"Closed: {standing.to}. It opens again if they write."
    undo = {"undo_ms": closing.UNDO_S * 1000 if token else 0, "undo": token, "to": standing.to}
    return done(words, conversation_id, **undo)


@blueprint.post("/replies/<int:conversation_id>/reopen")
@permission("volunteer", terms=True)
def reopen(conversation_id: int) -> BaseResponse:
    """A reply is needed after all."""
    with transaction():
        whom = closing.reopen(clicker(), conversation_id, request.form.get("undo", "")).to
    return stays(f"Open again: {whom}.", conversation_id, waiting=waiting(g.org.id, current_user.id))


@blueprint.post("/replies/<int:conversation_id>/skip")
@permission("volunteer", terms=True)
def skip(conversation_id: int) -> BaseResponse:
    """Later: the others come first."""
    with transaction():
        whom = closing.set_aside(clicker(), conversation_id).to
    return done(f"Skipped: {whom}. You find them at the end of the list.", conversation_id)


@blueprint.post("/replies/<int:conversation_id>/ask")
@permission("volunteer", terms=True)
def ask(conversation_id: int) -> BaseResponse:
    """Ask an organizer what to do."""
    with transaction():
        asking.ask(clicker(), conversation_id, request.form.get("text", ""))
    return stays("An organizer has been asked. You get the answer here.", conversation_id)


@blueprint.post("/replies/<int:conversation_id>/advise")
@permission("organizer", terms=True)
def advise(conversation_id: int) -> BaseResponse:
    """An organizer answers the volunteer."""
    with transaction():
        whom = asking.advise(clicker(), conversation_id, request.form.get("text", "")).owner_name
    return stays(f"{whom} sees your advice in the conversation.", conversation_id)


@blueprint.post("/replies/<int:conversation_id>/note")
@permission("volunteer", terms=True)
def note(conversation_id: int) -> BaseResponse:
    """A word for the team."""
    with transaction():
        asking.note(clicker(), conversation_id, request.form.get("text", ""))
    return stays("Noted, for the team only.", conversation_id)


@blueprint.post("/replies/<int:conversation_id>/take-over")
@permission("organizer", terms=True)
def take_over(conversation_id: int) -> BaseResponse:
    """An organizer makes it theirs."""
    with transaction():
        standing = asking.take_over(clicker(), conversation_id)
    words = f"{in_words(standing.to)} is yours now. {standing.owner_name} can still read it."
    return stays(words[:1].upper() + words[1:], conversation_id)


@blueprint.post("/replies/<int:conversation_id>/end-crisis")
@permission("organizer", terms=True)
def end_crisis(conversation_id: int) -> BaseResponse:
    """An organizer has looked after it."""
    with transaction():
        asking.end_crisis(clicker(), conversation_id, request.form.get("last_inbound", 0, type=int))
    return stays("Noted. The warning is gone.", conversation_id)


@blueprint.post("/replies/<int:conversation_id>/tag")
@permission("volunteer", terms=True)
def tag(conversation_id: int) -> BaseResponse:
    """Put one of the organization's tags on, or take it off."""
    on = {"1": True, "true": True, "0": False, "false": False}.get(request.form.get("on", ""))
    with transaction():
        mark = tagging.mark(clicker(), conversation_id, request.form.get("name", ""), on)
    words = f"Tag added: {mark.name}" if mark.on else f"Tag removed: {mark.name}"
    return stays(words, conversation_id, name=mark.name, on=mark.on)


@blueprint.post("/replies/<int:conversation_id>/remind")
@permission("volunteer", terms=True)
def remind(conversation_id: int) -> BaseResponse:
    """Tell me when I may answer."""
    with transaction():
        reminder = reminding.remind(clicker(), conversation_id)
    return stays(reminder.words, conversation_id, at=reminder.at.isoformat())


@blueprint.post("/replies/<int:conversation_id>/remind/cancel")
@permission("volunteer", terms=True)
def forget(conversation_id: int) -> BaseResponse:
    """Do not remind me."""
    with transaction():
        reminding.cancel(clicker(), conversation_id)
    return stays("You are not reminded.", conversation_id)
