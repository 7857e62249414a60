"""Numbers: searched, bought and linked to our application through Vonage's Numbers API.

The official SDK's part for numbers (`https://{rest_host}/number/...`, form bodies, the account's key and
secret) on a client of its own: the SDK keeps headers between calls, and a client that had sent a text
would post a purchase as JSON. A purchase costs money every month, so it leaves once: where no answer
comes, the account's own numbers tell whether it was made.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from vonage_http_client.errors import HttpRequestError
from vonage_numbers import (
    ListOwnedNumbersFilter,
    NumberFeatures,
    NumberParams,
    Numbers,
    NumbersError,
    NumberType,
    SearchAvailableNumbersFilter,
    UpdateNumberParams,
)

from p2ptext.config import Settings
from p2ptext.sms.one_shot import NothingLeftError
from p2ptext.sms.vonage import http_client

COUNTRY = "US"
MOST_AT_ONCE = 100
FORM = "application/x-www-form-urlencoded"
TYPES = {"10dlc": NumberType.MOBILE_LVN, "toll_free": NumberType.LANDLINE_TOLL_FREE}
"""Vonage's name of each kind that is sold by search. Short codes are leased by contract, not bought here."""
_AMERICAN = re.compile(r"\+1[2-9]\d{9}", re.ASCII)
_SURELY_NOT = frozenset({400, 401, 402, 403, 404, 405, 420, 422, 429})
"""Answers after which nothing was bought: 420 is Vonage's own for a number that cannot be had."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A number that may be bought, or one that the account has."""

    phone: str
    """E.164 with the plus sign."""
    kind: str
    """10dlc, toll_free or other."""
    features: tuple[str, ...]
    """Of SMS, MMS and VOICE."""
    cost: str = ""
    """What a month costs in euros, as Vonage wrote it; empty where it did not say."""
    application_id: str = ""
    """The application it is linked to, for a number of the account."""

    @property
    def can_mms(self) -> bool:
        return "MMS" in self.features


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought, and how many there are in all."""

    offers: tuple[Offer, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Done:
    """The number was bought, or linked."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Vonage said no, or was never reached: nothing was bought and nothing changed."""

    words: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been done or not. A purchase is never repeated after this: `owned` tells."""

    words: str


Answer = TypeVar("Answer")


class NumberMarket:
    """The account's numbers. No method raises; an answer is always one of the values above."""

    def __init__(self, settings: Settings) -> None:
        """Raises ValueError when the private key cannot be read."""
        self._application_id = settings.vonage_application_id
        self._numbers: Any = Numbers(http_client(settings, settings.rest_host, FORM))

    def search(
        self, kind: str, start: str = "", *, mms: bool = False, most: int = 10
    ) -> Found | Refused | Unknown:
        """Numbers on sale, of a kind in TYPES. `start` is an area code, or the digits after the 1."""
        wanted = SearchAvailableNumbersFilter(
            country=COUNTRY,
            type=TYPES[kind],
            features=NumberFeatures.SMS_MMS if mms else NumberFeatures.SMS,
            size=min(most, MOST_AT_ONCE),
            **_beginning(start),
        )
        return _told(lambda: _found(self._numbers.search_available_numbers(wanted)))

    def offer(self, kind: str, phone: str) -> Offer | Refused | Unknown | None:
        """One number that is on sale; None when it is not."""
        return _no_number(phone) or _the(phone, self.search(kind, phone[2:]))

    def owned(self, phone: str) -> Offer | Refused | Unknown | None:
        """One number of the account; None when the account has no such number."""
        fault = _no_number(phone)
        if fault:
            return fault
        wanted = ListOwnedNumbersFilter(**_beginning(phone[2:]))
        return _the(phone, _told(lambda: _found(self._numbers.list_owned_numbers(wanted))))

    def buy(self, phone: str) -> Done | Refused | Unknown:
        """Buy a number, once. From then on it is paid for each month."""
        fault = _no_number(phone)
        if fault:
            return fault
        params = NumberParams(country=COUNTRY, msisdn=phone[1:])
        return _told(lambda: _done(self._numbers.buy_number(params)))

    def link(self, phone: str) -> Done | Refused | Unknown:
        """Have texts to a number of the account brought to our application. Doing it twice does no harm."""
        fault = _no_number(phone)
        if fault:
            return fault
        params = UpdateNumberParams(country=COUNTRY, msisdn=phone[1:], app_id=self._application_id)
        return _told(lambda: _done(self._numbers.update_number(params)))


def _no_number(phone: str) -> Refused | None:
    """Short codes and numbers of other countries are not sold here."""
    if _AMERICAN.fullmatch(phone):
        return None
    return Refused(f"{phone} is not a North American number with its area code.")


def _beginning(digits: str) -> dict[str, Any]:
    return {"pattern": f"1{digits}", "search_pattern": 0} if digits else {}


def _told(ask: Callable[[], Answer]) -> Answer | Refused | Unknown:
    try:
        return ask()
    except NothingLeftError as error:
        return Refused(f"Vonage could not be reached ({error}).")
    except NumbersError:
        # The answer was 200, and its own code was not: Vonage refused.
        return Refused("Vonage refused. The number may be gone; search again.")
    except HttpRequestError as error:
        return _refusal(error.response)
    # Anything else is raised after the call: no answer in time, or one that cannot be read.
    except Exception as error:
        return Unknown(f"Vonage's answer could not be read ({type(error).__name__}).")


_REASONS = {
    401: "The account's key or secret is wrong.",
    402: "The account has not enough credit.",
    420: "The number cannot be had. It may be gone; search again.",
    429: "Too many requests. Wait a minute, then try again.",
}


def _refusal(response: Any) -> Refused | Unknown:
    status = int(response.status_code)
    words = f"Vonage answered {status}. {_REASONS.get(status, '')}".strip()
    return Refused(words) if status in _SURELY_NOT else Unknown(words)


def _done(_status: Any) -> Done:
    return Done()


def _found(answer: tuple[list[Any], int, int | None]) -> Found:
    rows, total, _ = answer
    return Found(tuple(_offer(row) for row in rows if (row.msisdn or "").isdigit()), int(total))


def _offer(row: Any) -> Offer:
    kinds = {kind.value: name for name, kind in TYPES.items()}
    return Offer(
        f"+{row.msisdn}",
        kinds.get(row.type or "", "other"),
        tuple(row.features or ()),
        getattr(row, "cost", None) or "",
        getattr(row, "app_id", None) or "",
    )


def _the(phone: str, found: Found | Refused | Unknown) -> Offer | Refused | Unknown | None:
    if not isinstance(found, Found):
        return found
    return next((offer for offer in found.offers if offer.phone == phone), None)
