"""What kind of line a number is: the question, and Vonage's answer to it. Every question costs money.

Vonage answers through Identity Insights, `POST /identity-insights/v1/requests` with the application's
token, so that no secret stands in an address (https://developer.vonage.com/en/api/identity-insights).
Its forerunner, Number Insight, ends on 4 February 2027
(https://developer.vonage.com/identity-insights/guides/number-insights-transition).

Two insights are asked for in one call. The current carrier knows of numbers that moved to another
network, but is made for mobile numbers; the original carrier says what the numbering plan gave the
number out as. A landline is one whose original is a landline, and which no mobile network has now.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from pydantic import ValidationError
from vonage_http_client.errors import HttpRequestError
from vonage_identity_insights import (
    EmptyInsight,
    IdentityInsights,
    IdentityInsightsRequest,
    InsightsRequest,
)

from p2ptext.config import DEFAULT_VONAGE_HOST, Settings
from p2ptext.sms.one_shot import NothingLeftError
from p2ptext.sms.vonage import http_client, retry_after_s

US_HOST = "api-us.vonage.com"
"""Identity Insights has hosts by region only, unlike the other interfaces."""


class LineType(StrEnum):
    """What an answer says. UNKNOWN is an answer too: Vonage was asked, and does not know."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    TOLL_FREE = "toll_free"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NotAsked:
    """The question certainly did not count: asking again costs nothing twice."""

    words: str
    retry_after_s: float | None = None
    """Seconds we were asked to wait, where it was said."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The question may have been charged for, and there is no answer."""

    words: str


@dataclass(frozen=True, slots=True)
class Barred:
    """Our account may not ask: no question will be answered until somebody looks into it."""

    words: str


LookUpResult = LineType | NotAsked | Lost | Barred


class LineTypeLookUp(Protocol):
    """Somebody who knows the types of lines."""

    def look_up(self, e164: str) -> LookUpResult:
        """Ask about one number, once. Never raises; may be called from many threads at a time."""


_NETWORK_TYPES = {
    "MOBILE": LineType.MOBILE,
    "LANDLINE": LineType.LANDLINE,
    "VIRTUAL": LineType.VOIP,
    "LANDLINE_TOLLFREE": LineType.TOLL_FREE,
}
_ANSWERED = frozenset({"OK", "PARTIAL_SUCCESS"})
# The number is on no mobile network, as far as the carriers tell.
_NOT_MOBILE = frozenset({"UNSUPPORTED_NETWORK_TYPE", "NOT_FOUND"})
# Nothing is said of the number, only of a bad moment.
_TROUBLE = frozenset({"INTERNAL_ERROR", "SUPPLIER_ERROR"})
_ACCOUNT = frozenset({401, 402, 403, 404})


class VonageLineTypes:
    """The port, on Vonage's Identity Insights. One object serves all threads of a process."""

    def __init__(self, settings: Settings) -> None:
        """Raises ValueError when the private key cannot be read."""
        host = settings.vonage_api_host
        self._insights: Any = IdentityInsights(
            http_client(settings, US_HOST if host == DEFAULT_VONAGE_HOST else host)
        )

    def look_up(self, e164: str) -> LookUpResult:
        try:
            question = IdentityInsightsRequest(
                phone_number=e164[1:],
                insights=InsightsRequest(
                    current_carrier=EmptyInsight(), original_carrier=EmptyInsight()
                ),
            )
        except ValidationError:
            return LineType.UNKNOWN
        try:
            answer = self._insights.requests(question)
        except NothingLeftError as error:
            return NotAsked(f"Vonage could not be reached ({error}).")
        except HttpRequestError as error:
            return _read_refusal(error.response)
        # Anything else is raised after the call: no answer in time, one that breaks off, or one that
        # cannot be read. Vonage may have counted it.
        except Exception as error:
            return Lost(f"Vonage's answer could not be read ({type(error).__name__}).")
        return _read(answer.insights)


def line_type_look_up(settings: Settings) -> LineTypeLookUp | None:
    """Whom the settings say to ask; None when nobody is asked."""
    return VonageLineTypes(settings) if settings.line_type_lookup == "vonage" else None


def _read_refusal(response: Any) -> LookUpResult:
    status = int(response.status_code)
    words = f"Vonage answered {status}."
    if status == 429:
        return NotAsked(words, retry_after_s(response.headers.get("Retry-After")))
    return Barred(words) if status in _ACCOUNT else Lost(words)


def _read(insights: Any) -> LookUpResult:
    current, original = insights.current_carrier, insights.original_carrier
    code = current.status.code if current else ""
    if code in _TROUBLE:
        return Lost(f"Vonage's answer was {code}.")
    now = _type_in(current)
    if now is not None:
        return now
    first = _type_in(original)
    if first is not None and first is not LineType.MOBILE and code in _ANSWERED | _NOT_MOBILE:
        return first
    return LineType.UNKNOWN


def _type_in(carrier: Any) -> LineType | None:
    if carrier is None or carrier.status.code not in _ANSWERED:
        return None
    return _NETWORK_TYPES.get((carrier.network_type or "").upper())
