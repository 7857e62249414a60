"""What the program asks of a carrier, in our own words.

Numbers in here are always E.164 with the plus sign; each carrier's own format stays in its own
module. Nothing in here raises: what can go wrong on the wire is a value the caller must look at.
"""

import time
from dataclasses import dataclass, field
from typing import Protocol

from p2ptext.sms.media import NoPicture, Picture

# The clock that goes on while a computer sleeps, where there is one: Linux stops the other one.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds by a clock that nobody sets and that does not stop while the computer sleeps."""
    return time.clock_gettime(_CLOCK)


LIFE_S = {"sms": (20, 604_800), "mms": (300, 259_200), "rcs": (20, 259_200)}
"""How long a carrier may be told to keep trying, at least and at most, in seconds, by channel (Vonage's
Messages API v1, `ttl`)."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A picture, sound or video that goes with a text. The carrier fetches it from us."""

    url: str
    kind: str
    """image, audio or video."""
    content_type: str
    description: str = ""
    """What is seen or heard, for whoever cannot."""


@dataclass(frozen=True, slots=True)
class OutboundText:
    """One text to one person, ready to leave."""

    to: str
    from_: str
    text: str
    client_ref: str
    """Our own id of this attempt, at most 40 characters. Receipts carry it back; the carrier does
    not use it to drop copies."""
    ttl_s: int | None = None
    """Seconds the carrier may keep trying, within LIFE_S; None leaves it to the carrier."""
    leave_by: float | None = None
    """When, by `steady`, it is too late to put the first byte on the wire: what was checked before
    is not true any more. None: it may leave whenever."""
    channel: str = "sms"
    """sms, mms or rcs. By rcs `from_` is the agent's name with the carrier, no number."""
    media: Enclosed | None = None
    """Never by sms."""
    title: str = ""
    """What an RCS card with a picture is headed with: whose text it is."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has taken the text over and will charge for it."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The carrier certainly did not take the text: sending it again is safe."""

    words: str
    retry_after_s: float | None = None
    """Seconds the carrier asked us to wait, where it said so."""
    code: int | None = None
    """The carrier's own code, where it refused with one that passes by itself."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier, or our own check before the call, said no. Sending it again changes nothing."""

    kind: str
    """A value of `rules.delivery.ErrorKind`."""
    code: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The text may or may not have left. It must never be sent again by itself."""

    words: str


SendResult = Accepted | NotSent | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Verified:
    """The webhook is the carrier's, unchanged and meant for us."""


@dataclass(frozen=True, slots=True)
class BadSignature:
    """No signature, one not made with our secret, or one from a time our clock has not reached. Answer
    503: a mistyped secret or a wrong clock on our side must not lose a STOP, and the carrier repeats
    after 503 but not after 401."""

    words: str


@dataclass(frozen=True, slots=True)
class BadClaims:
    """Signed with our secret, yet too old, for another account, or for another body. Answer 401."""

    words: str


Verification = Verified | BadSignature | BadClaims


@dataclass(frozen=True, slots=True)
class Piece:
    """Which piece of a longer text this is, where the carrier hands on each by itself."""

    reference: str
    """The same for all pieces of one text; phones use it again after some hundred texts."""
    number: int
    """From 1 to `total`."""
    total: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """A person wrote to one of our numbers."""

    key: str
    """The same for every copy of this event, different for every other event."""
    provider_id: str
    from_: str
    """E.164 with plus; a short code or a sender's name as it came."""
    to: str
    text: str
    """May be empty when only pictures came. NUL characters are taken out."""
    media: list[dict[str, str]] = field(default_factory=list)
    """Attachments as {type, url, caption, name}. The addresses are the sender's: nothing is fetched from
    them but on a person's request, as sms/media.py does it."""
    segments: int | None = None
    at: str | None = None
    """The carrier's time as it wrote it."""
    piece: Piece | None = None
    """None for a whole text."""


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a text we sent."""

    key: str
    """The same for every copy of this event, different for every other event."""
    provider_id: str
    """Empty when the carrier gave none; then `client_ref` is there."""
    client_ref: str | None
    state: str
    """submitted, delivered, rejected or undeliverable."""
    code: int | None = None
    price: str | None = None
    """A decimal number as text, as the carrier wrote it."""
    currency: str | None = None
    network: str | None = None
    """Network code of the person's carrier, such as 310260."""
    segments: int | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Strange:
    """Something signed that we do not understand, wholly or in part. Keep the body, show it."""

    key: str
    words: str


Event = Inbound | Status | Strange


class Provider(Protocol):
    """A carrier. No method raises."""

    def send(self, message: OutboundText) -> SendResult:
        """Hand one text to the carrier, once. May be called from many threads at a time."""

    def verify(self, authorization: str | None, body: bytes) -> Verification:
        """Whether a webhook with this Authorization header and these exact bytes is the carrier's."""

    def parse_inbound(self, body: bytes) -> list[Event]:
        """What the inbound webhook says. Never empty; call only after `verify`."""

    def parse_status(self, body: bytes) -> list[Event]:
        """What the status webhook says. Never empty; call only after `verify`."""

    def picture(self, url: str) -> Picture | NoPicture:
        """The picture at an address that an inbound text named, fetched now."""
