"""Numbers on sale at the simulated carrier, and those its account has: Vonage's Numbers API.

On sale are the reserved numbers of every area code (555-0100 to 555-0199), which belong to nobody. The
last two digits say how a purchase goes: 97 is sold, and no answer comes; 98 is gone when it is bought;
99 can have no pictures. What was bought is kept in memory and gone with the process.
"""

import base64
import hmac
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

PRICE = "0.90"
"""Euros a month."""
FORM = "application/x-www-form-urlencoded"
_USUAL_AREAS = ("614", "216", "513", "937", "330", "419", "740", "440", "234", "380")
_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")
_OK = {"error-code": "200", "error-code-label": "success"}
Answer = tuple[int, dict[str, Any]]
NO_ANSWER = -1
"""In place of a status: the line drops."""


def _refused(code: int, label: str) -> Answer:
    return code, {"error-code": str(code), "error-code-label": label}


class NumberShop:
    """Answers the four calls of the API; a status and the JSON."""

    def __init__(self, api_key: str, api_secret: str) -> None:
        self._credentials = f"{api_key}:{api_secret}".encode()
        self.account: dict[str, str] = {}
        """The application each number of the account is linked to, by digits; empty for none."""

    def answer(self, environ: dict[str, Any], body: bytes) -> Answer:
        """To one call, as WSGI hands it over."""
        if not self._knows(environ.get("HTTP_AUTHORIZATION", "")):
            return _refused(401, "authentication failed")
        asked = _fields(environ.get("QUERY_STRING", ""))
        form = _asked_for(environ.get("CONTENT_TYPE", ""), body)
        calls: dict[str, Callable[[], Answer]] = {
            "/number/search": lambda: self._search(asked),
            "/account/numbers": lambda: self._owned(asked),
            "/number/buy": lambda: self._buy(form.get("msisdn", "")),
            "/number/update": lambda: self._update(form),
        }
        return calls[environ["PATH_INFO"]]()

    def _knows(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        try:
            told = base64.b64decode(given, validate=True)
        except ValueError:
            return False
        return scheme == "Basic" and hmac.compare_digest(told, self._credentials)

    def _search(self, asked: dict[str, str]) -> Answer:
        if asked.get("country") != "US":
            return _refused(420, "Numbers from this country can be requested from the Dashboard")
        found = [number for number in _stock(asked) if number not in self.account]
        return 200, _page(asked, [_described(number) | {"cost": PRICE} for number in found])

    def _owned(self, asked: dict[str, str]) -> Answer:
        found = [
            _described(number) | ({"app_id": application} if application else {})
            for number, application in self.account.items()
            if _fits(number, asked)
        ]
        return 200, _page(asked, found)

    def _buy(self, number: str) -> Answer:
        if number in self.account or number[-2:] == "98" or not _is_sold(number):
            return _refused(420, "method failed")
        self.account[number] = ""
        return (NO_ANSWER, {}) if number[-2:] == "97" else (200, _OK)

    def _update(self, form: dict[str, str]) -> Answer:
        if form.get("msisdn") not in self.account:
            return _refused(420, "method failed")
        self.account[form["msisdn"]] = form.get("app_id", "")
        return 200, _OK


def _fields(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _asked_for(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a form. A body that says it is something else holds none, as at Vonage."""
    if content_type.partition(";")[0].strip() != FORM:
        return {}
    asked = _fields(body.decode(errors="replace"))
    return asked if asked.get("country") == "US" else {}


def _is_sold(number: str) -> bool:
    return len(number) == 11 and number[0] == "1" and number[1] in "23456789" and number[4:9] == "55501"


def _stock(asked: dict[str, str]) -> Iterator[str]:
    pattern = asked.get("pattern", "") if asked.get("search_pattern") == "0" else ""
    area = pattern[1:4]
    toll_free = asked.get("type") == "landline-toll-free"
    usual = _TOLL_FREE if toll_free else _USUAL_AREAS
    areas = (area,) if len(area) == 3 and (area in _TOLL_FREE) == toll_free else usual
    for number in (f"1{code}55501{last:02d}" for code in areas for last in range(100)):
        if _fits(number, asked) and _has(number, asked):
            yield number


def _fits(number: str, asked: dict[str, str]) -> bool:
    pattern = asked.get("pattern", "")
    tests = {"0": number.startswith, "1": number.__contains__, "2": number.endswith}
    return tests.get(asked.get("search_pattern", "0"), number.startswith)(pattern)


def _has(number: str, asked: dict[str, str]) -> bool:
    wanted = asked.get("features", "SMS").split(",")
    return set(wanted) <= set(_features(number))


def _features(number: str) -> list[str]:
    return ["SMS", "VOICE"] if number.endswith("99") else ["SMS", "MMS", "VOICE"]


def _described(number: str) -> dict[str, Any]:
    kind = "landline-toll-free" if number[1:4] in _TOLL_FREE else "mobile-lvn"
    return {"country": "US", "msisdn": number, "type": kind, "features": _features(number)}


def _page(asked: dict[str, str], found: list[dict[str, Any]]) -> dict[str, Any]:
    size, index = int(asked.get("size", "10")), int(asked.get("index", "1"))
    if not found:
        return {}
    return {"count": len(found), "numbers": found[(index - 1) * size : index * size]}
