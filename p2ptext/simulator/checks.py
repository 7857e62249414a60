"""What Vonage's Messages API checks before it takes a text, and how it words its refusals."""

import re
import uuid
from typing import Any

import jwt

from p2ptext.simulator import message

ERRORS = "https://developer.vonage.com/api-errors"
_PHONE = re.compile(r"[1-9][0-9]{6,14}")
_SENDER = re.compile(r"[1-9][0-9]{3,14}|[A-Za-z0-9 ]{1,11}")
_AGENT = re.compile(r"[A-Za-z0-9_&-]+")
_LIFE_S = {"sms": (20, 604_800), "mms": (300, 259_200), "rcs": (20, 259_200)}
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


def token_fault(authorization: str, public_key: Any, application_id: str) -> str:
    """What is wrong with the caller's RS256 token, or an empty string."""
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        return "no bearer token"
    try:
        claims = jwt.decode(
            token,
            public_key,
            algorithms=["RS256"],
            leeway=60,
            options={"require": ["iat", "exp", "jti"], "verify_aud": False},
        )
    except jwt.PyJWTError as error:
        return str(error)
    return "" if claims.get("application_id") == application_id else "another application"


def field_faults(fields: dict[str, Any]) -> list[dict[str, str]]:
    """The parameters Vonage would complain about, with reasons."""
    channel, ttl, ref = fields.get("channel"), fields.get("ttl"), fields.get("client_ref", "")
    shortest, longest = _LIFE_S.get(channel, (0, 0)) if isinstance(channel, str) else (0, 0)
    wrong = {
        "channel": not longest,
        "to": not _matches(_PHONE, fields.get("to")),
        "from": not _matches(_AGENT if channel == "rcs" else _SENDER, fields.get("from")),
        "ttl": ttl is not None and not (type(ttl) is int and shortest <= ttl <= longest),
        "client_ref": not isinstance(ref, str) or len(ref) > 100,
    }
    names = [name for name, bad in wrong.items() if bad] + (message.faults(fields) if longest else [])
    return [{"name": name, "reason": "invalid value"} for name in names]


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def problem(kind: str, title: str, detail: str, **more: Any) -> dict[str, Any]:
    """An error as Vonage words it (RFC 7807)."""
    return {"type": ERRORS + kind, "title": title, "detail": detail, "instance": uuid.uuid4().hex} | more


def is_gsm(text: str) -> bool:
    """Whether every character is in the alphabet of ordinary texts."""
    return set(text) <= _GSM


def segments(text: str) -> int:
    """How many texts the carrier charges for."""
    if is_gsm(text):
        units = len(text) + sum(char in "^{}\\[~]|€" for char in text)
        return 1 if units <= 160 else -(-units // 153)
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)
