"""The one place where errors become pages, or JSON for the pages' own scripts."""

from flask import Flask, Response, current_app, jsonify, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from p2ptext import logs
from p2ptext.errors import NotAllowed, NotFound, Refused
from p2ptext.extensions import db, log

ERROR_PAGES = {400, 403, 404, 413, 429, 500, 503}


def wants_json() -> bool:
    """Whether the page's script asked, rather than a person's browser."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _answer(status: int, code: str, words: str = "") -> tuple[Response | str, int]:
    db.session.rollback()
    if wants_json():
        return jsonify(code=code, words=words), status
    if 400 <= status < 500 and status not in ERROR_PAGES:
        return _page("400", code, words), status
    return _page(str(status if status in ERROR_PAGES else 500), code, words), status


def _page(name: str, code: str, words: str) -> str:
    """An error page. It asks neither the session nor the database, which may be what failed."""
    simulated = current_app.config["SETTINGS"].carrier_is_simulated
    template = current_app.jinja_env.get_template(f"errors/{name}.html")
    return template.render(code=code, words=words, carrier_is_simulated=simulated)


def register(app: Flask) -> None:
    """Map every error to a page, or to JSON for the pages' own scripts."""

    @app.errorhandler(NotFound)
    def not_found(_: NotFound) -> tuple[Response | str, int]:
        return _answer(404, "not_found", "There is nothing at this address.")

    @app.errorhandler(NotAllowed)
    def not_allowed(_: NotAllowed) -> tuple[Response | str, int]:
        return _answer(403, "not_allowed", "Your role does not allow this.")

    @app.errorhandler(Refused)
    def refused(error: Refused) -> BaseResponse | tuple[Response | str, int]:
        db.session.rollback()
        if wants_json():
            return jsonify(code=error.code, words=error.words, **error.extra), error.status
        return _page("refused", error.code, error.words), error.status

    @app.errorhandler(CSRFError)
    def forged(_: CSRFError) -> tuple[Response | str, int]:
        return _answer(
            400, "form_expired", "This page was open too long. Go back, reload it and try again."
        )

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
        if error.code is None or error.code < 400:
            return error
        return _answer(error.code, error.name.lower().replace(" ", "_"), error.description or "")

    @app.errorhandler(DBAPIError)
    def database_down(error: DBAPIError) -> tuple[Response | str, int]:
        log.error(
            "database_error",
            error=type(error.orig).__name__,
            path=request.url_rule and request.url_rule.rule,
        )
        status = 503 if error.connection_invalidated or _is_connection_trouble(error) else 500
        return _answer(
            status, "database", "The database cannot be reached just now. Nothing was changed."
        )

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> tuple[Response | str, int]:
        # Message texts of exceptions may hold personal data; the type and the place do not.
        log.error("unexpected_error", error=type(error).__name__, where=logs.place_of(error))
        return _answer(500, "unexpected", "Something went wrong on our side. It has been noted.")


def _is_connection_trouble(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in {
        "OperationalError",
        "AdminShutdown",
        "CannotConnectNow",
        "ConnectionTimeout",
    }
