"""Where the carrier reports. Every answer decides whether it reports again.

Vonage repeats a webhook for 24 hours after 5xx and 429, and drops it after any other 4xx:
- no signature, or a wrong one: 503, for a secret mistyped here must not lose a STOP;
- our signature over other words, claims or times: 401;
- signed but strange: kept as it came, 200.
"""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from p2ptext.accounts.access import public
from p2ptext.background import quick_transaction
from p2ptext.extensions import csrf, limiter, log
from p2ptext.short_way import Answer, Asked, Way
from p2ptext.sms.provider import BadClaims, BadSignature, Event
from p2ptext.texting import receiving, turned_away
from p2ptext.texting.carrier import provider

MOST_BYTES = 64 * 1024

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks/vonage")
limiter.exempt(blueprint)
csrf.exempt(blueprint)


@blueprint.post("/inbound")
@public("the carrier signs its webhooks")
def inbound() -> tuple[Response, int]:
    """A person wrote to one of our numbers."""
    return _response(_inbound(request.headers.get("Authorization"), _body()))


@blueprint.post("/status")
@public("the carrier signs its webhooks")
def status() -> tuple[Response, int]:
    """What became of a text we sent."""
    return _response(_status(request.headers.get("Authorization"), _body()))


def _response(answer: Answer) -> tuple[Response, int]:
    return jsonify(answer.body), answer.status


def _body() -> bytes:
    request.max_content_length = MOST_BYTES
    if (request.content_length or 0) > MOST_BYTES:
        raise RequestEntityTooLarge
    return request.get_data(cache=False)


def _inbound(authorization: str | None, body: bytes) -> Answer:
    return _refusal(authorization, body) or _record(provider().parse_inbound(body), body)


def _status(authorization: str | None, body: bytes) -> Answer:
    return _refusal(authorization, body) or _record(provider().parse_status(body), body)


def _refusal(authorization: str | None, body: bytes) -> Answer | None:
    match provider().verify(authorization, body):
        case BadSignature(words):
            log.error("webhook_signature_refused", why=words)
            turned_away.NOTES.refused(words)
            return Answer(503, {"code": "signature"})
        case BadClaims(words):
            log.warning("webhook_claims_refused", why=words)
            return Answer(401, {"code": "claims"})
    return None


def _record(events: list[Event], body: bytes) -> Answer:
    told = receiving.read(events)
    with quick_transaction(one_statement=receiving.is_one_statement(told)):
        for one in told:
            receiving.receive(one, body)
    return Answer(200, {})


def _short(take: Callable[[str | None, bytes], Answer]) -> Way:
    def way(asked: Asked) -> Answer | None:
        body = asked.body(MOST_BYTES)
        return None if body is None else take(asked.header("AUTHORIZATION"), body)

    return way


short_ways = {
    f"{blueprint.url_prefix}/inbound": _short(_inbound),
    f"{blueprint.url_prefix}/status": _short(_status),
}
"""Where most requests come in: served before Flask looks at them, by the same functions."""
