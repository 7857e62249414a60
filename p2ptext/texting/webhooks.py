"""Where the carrier reports. Every answer decides whether it reports again.

Vonage repeats a webhook for 24 hours after 5xx and 429, and drops it after any other 4xx:
- no signature, or a wrong one: 503, for a secret mistyped here must not lose a STOP;
- our signature over other words, claims or times: 401;
- signed but strange: kept as it came, 200.
"""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from p2ptext.accounts.access import public
from p2ptext.background import transaction
from p2ptext.extensions import csrf, limiter, log
from p2ptext.sms.provider import BadClaims, BadSignature, Event
from p2ptext.texting import receiving
from p2ptext.texting.carrier import provider

MOST_BYTES = 64 * 1024

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks/vonage")
limiter.exempt(blueprint)
csrf.exempt(blueprint)


@blueprint.post("/inbound")
@public("the carrier signs its webhooks")
def inbound() -> tuple[Response, int]:
    """A person wrote to one of our numbers."""
    body = _body()
    refusal = _verify(body)
    return refusal or _record(provider().parse_inbound(body), body)


@blueprint.post("/status")
@public("the carrier signs its webhooks")
def status() -> tuple[Response, int]:
    """What became of a text we sent."""
    body = _body()
    refusal = _verify(body)
    return refusal or _record(provider().parse_status(body), body)


def _body() -> bytes:
    request.max_content_length = MOST_BYTES
    if (request.content_length or 0) > MOST_BYTES:
        raise RequestEntityTooLarge
    return request.get_data(cache=False)


def _verify(body: bytes) -> tuple[Response, int] | None:
    match provider().verify(request.headers.get("Authorization"), body):
        case BadSignature(words):
            log.error("webhook_signature_refused", why=words)
            return jsonify(code="signature"), 503
        case BadClaims(words):
            log.warning("webhook_claims_refused", why=words)
            return jsonify(code="claims"), 401
    return None


def _record(events: list[Event], body: bytes) -> tuple[Response, int]:
    with transaction():
        for event in events:
            receiving.receive(event, body)
    return jsonify(), 200
