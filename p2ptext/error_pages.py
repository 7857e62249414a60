"""The one place where errors become pages, or JSON for the pages' own scripts."""

import math
from collections.abc import Mapping
from typing import Any

import psycopg
from flask import Flask, Response, current_app, has_request_context, jsonify, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from p2ptext import logs
from p2ptext.errors import NotAllowed, NotFound, Refused
from p2ptext.extensions import db, log

Answer = tuple[Response | str, int]

NOWHERE = "There is nothing at this address."
WRONG = "Something went wrong on our side. It has been noted."
NOT_FOUND = (404, "not_found", NOWHERE)
NOT_ALLOWED = (403, "not_allowed", "Your role does not allow this.")
# Lost connections, shutdowns, lock and statement time limits; and no free connection in time.
OUT_OF_REACH = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)
PAGES = {400, 403, 404, 413, 429, 500, 503}


def wants_json() -> bool:
    """Whether the page's script asked, rather than a person's browser."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def register(app: Flask) -> None:
    """Map every error to a page, or to JSON for the pages' own scripts."""
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    for database_error in (DBAPIError, psycopg.Error, PoolTimeout):
        app.register_error_handler(database_error, _database)
    app.register_error_handler(Exception, _unexpected)


def _not_found(_: NotFound) -> Answer:
    return _answer(*NOT_FOUND)


def _not_allowed(_: NotAllowed) -> Answer:
    return _answer(*NOT_ALLOWED)


def _refused(error: Refused) -> Answer:
    _undo()
    if wants_json():
        told = jsonify(code=error.code, words=error.words, **error.extra)
    else:
        told = Response(_page("refused", error.code, error.words), mimetype="text/html")
    told.headers.update(_when(error))
    return told, error.status


def _when(error: Exception) -> dict[str, str]:
    """When to try again, for what was refused for the moment."""
    wait_ms = error.extra.get("retry_after_ms") if isinstance(error, Refused) else None
    return {"Retry-After": str(math.ceil(wait_ms / 1000))} if isinstance(wait_ms, int) else {}


def _forged(_: CSRFError) -> Answer:
    return _answer(400, "form_expired", "This page was open too long. Go back, reload it and try again.")


def _http(error: HTTPException) -> Answer | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _answer(error.code, error.name.lower().replace(" ", "_"), error.description or "")


def _database(error: DBAPIError | psycopg.Error | PoolTimeout) -> Answer:
    return _answer(*_of_database(error))


def _of_database(error: Exception) -> tuple[int, str, str]:
    """Status, code and words for an error of the database."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.errors.NumericValueOutOfRange):
        # An id in an address that is larger than any row's.
        return 404, "not_found", NOWHERE
    if isinstance(cause, psycopg.errors.UntranslatableCharacter) or (
        isinstance(cause, psycopg.DataError) and cause.sqlstate is None
    ):
        # A NUL character, which no person can type: the driver would not even send it, or it was in JSON.
        return 400, "bad_request", "This holds a character that cannot be stored."
    rule = request.url_rule.rule if has_request_context() and request.url_rule else None
    log.error("database_error", error=type(cause).__name__, path=rule)
    if isinstance(cause, OUT_OF_REACH):
        return 503, "database", "The database cannot be reached just now. Nothing was changed."
    return 500, "unexpected", WRONG


def _unexpected(error: Exception) -> Answer:
    return _answer(*_of_ours(error))


def _of_ours(error: Exception) -> tuple[int, str, str]:
    # Message texts of exceptions may hold personal data; the type and the place do not.
    log.error("unexpected_error", error=type(error).__name__, where=logs.place_of(error))
    return 500, "unexpected", WRONG


def judge(error: Exception) -> tuple[int, Mapping[str, Any], Mapping[str, str]]:
    """Status, JSON and headers of an error that a page's script or the carrier is told outside of Flask.

    Whoever calls has undone what the request did.
    """
    match error:
        case Refused():
            return (
                error.status,
                {"code": error.code, "words": error.words, **error.extra},
                _when(error),
            )
        case NotFound():
            told = NOT_FOUND
        case NotAllowed():
            told = NOT_ALLOWED
        case DBAPIError() | psycopg.Error() | PoolTimeout():
            told = _of_database(error)
        case _:
            told = _of_ours(error)
    status, code, words = told
    return status, {"code": code, "words": words}, {}


def _answer(status: int, code: str, words: str) -> Answer:
    _undo()
    if wants_json():
        return jsonify(code=code, words=words), status
    if 400 <= status < 500 and status not in PAGES:
        return _page("400", code, words), status
    return _page(str(status if status in PAGES else 500), code, words), status


def _undo() -> None:
    """Take back what the request did, even where the connection it did it on is gone."""
    try:
        db.session.rollback()
    except DBAPIError:
        # Hand-written SQL met the loss first, so the session did not know of it yet.
        db.session().invalidate()


def _page(name: str, code: str, words: str) -> str:
    """An error page. It asks neither the session nor the database, which may be what failed."""
    simulated = current_app.config["SETTINGS"].carrier_is_simulated
    template = current_app.jinja_env.get_template(f"errors/{name}.html")
    return template.render(code=code, words=words, carrier_is_simulated=simulated)
