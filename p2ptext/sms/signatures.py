"""Is this webhook the carrier's, unchanged, recent, and meant for us?

Vonage signs each webhook with a token in the Authorization header: HS256 over the account's
signature secret, with the SHA-256 of the body among the claims. The SDK's own check looks at the
signature alone, so a captured token would let any body in for ever; hence the rest here.
Source: developer.vonage.com, "Signed webhooks".
"""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any

import jwt
from jwt.api_jws import PyJWS

from p2ptext.sms.provider import BadClaims, BadSignature, Verification, Verified

# Two computers' clocks may differ. Nobody but the carrier can make a token, from whatever time, and every
# event counts once: so a generous leeway lets nobody in, and a clock that is wrong here loses no STOP.
LEEWAY_S = 15 * 60
# The carrier repeats a webhook for 24 h, perhaps with its first token. A copy that somebody replays
# within this window does no harm, because every event counts once.
OLDEST_S = 25 * 3600

_JWS = PyJWS(algorithms=["HS256"])


def verify(
    authorization: str | None,
    body: bytes,
    *,
    secrets: Sequence[str],
    api_key: str,
    application_id: str,
) -> Verification:
    """Check the header against any of `secrets`, then the claims against the body and our account.

    Never raises. Reads the real time, not the program's clock: the carrier's tokens do too.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return BadSignature("The webhook came without a signature.")
    payload = _signed_payload(token.strip(), secrets)
    if payload is None:
        return BadSignature("The webhook's signature was not made with our signature secret.")
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        return BadClaims("The webhook's token holds no claims.")
    now = time.time()
    fault = _time_fault(claims, now) or _fault(claims, body, api_key, application_id)
    if fault:
        return BadClaims(fault)
    if claims["iat"] > now + LEEWAY_S:
        return BadSignature("The webhook's token was made in the future. Check this computer's clock.")
    return Verified()


def _signed_payload(token: str, secrets: Sequence[str]) -> bytes | None:
    for secret in secrets:
        if not secret:
            continue
        try:
            payload: bytes = _JWS.decode(token, secret.encode(), algorithms=["HS256"])
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            continue
        return payload
    return None


def _seconds(value: Any) -> float | None:
    """A time in seconds, or None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e12 else None


def _time_fault(claims: dict[str, Any], now: float) -> str:
    issued = _seconds(claims.get("iat"))
    if issued is None:
        return "The webhook's token does not say when it was made."
    if issued < now - OLDEST_S:
        return "The webhook's token is more than 25 hours old."
    expires = _seconds(claims.get("exp", now))
    if expires is None or expires < now - LEEWAY_S:
        return "The webhook's token has expired."
    return ""


def _fault(claims: dict[str, Any], body: bytes, api_key: str, application_id: str) -> str:
    if claims.get("iss") != "Vonage":
        return "The webhook's token was not issued by Vonage."
    if not claims.get("jti") or not isinstance(claims["jti"], str):
        return "The webhook's token has no id."
    if claims.get("api_key") != api_key:
        return "The webhook is for another account."
    # Older documentation shows tokens without it; one that names another application is refused.
    if claims.get("application_id", application_id) != application_id:
        return "The webhook is for another application."
    said = claims.get("payload_hash")
    real = hashlib.sha256(body).hexdigest()
    if not isinstance(said, str) or not hmac.compare_digest(_bytes(said.lower()), real.encode()):
        return "The webhook's body is not the one that was signed."
    return ""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
