"""The simulated carrier: takes texts over HTTP as Vonage does and brings receipts and answers back.

Nothing leaves this computer. It stands in for Vonage behind the same wire format, so that the program
has no other path for it than for the real one.
"""

import errno
import html
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import gevent
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from p2ptext.config import Settings
from p2ptext.simulator import checks, controls, inbound, message, pictures, rcs
from p2ptext.simulator.casting import persona_for
from p2ptext.simulator.collecting import REFUSED, Collected, Collector
from p2ptext.simulator.faults import Faults
from p2ptext.simulator.ledger import Entry, Ledger
from p2ptext.simulator.limits import Registrations, Window
from p2ptext.simulator.line_types import LineTypes
from p2ptext.simulator.number_shop import NO_ANSWER, NumberShop
from p2ptext.simulator.people import Persona, Reply, replies_to
from p2ptext.simulator.postman import Letter, Postman

MAX_BODY = 65_536


@dataclass(frozen=True, slots=True)
class Options:
    """How the simulated carrier is set up; `__main__` says which variable is which."""

    public_key: str
    webhook_url: str
    speed: float = 1.0
    seed: str = "1"
    rps: int = 30
    latency_ms: int = 60
    personas: bool = True
    segments_per_minute: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Conversation:
    """Between one of our numbers and one person."""

    texts: int = 0
    left: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    body: bytes
    content_type: str = "application/json"
    retry_after: str = ""


def _json(status: str, value: Any, retry_after: str = "") -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), retry_after=retry_after)


def _number(number: str) -> str:
    return number if number.startswith("+") or not number.isdigit() else f"+{number}"


class Carrier:
    """A WSGI application."""

    def __init__(self, settings: Settings, options: Options) -> None:
        """Raises ValueError when the public key cannot be read."""
        self._settings = settings
        self._options = options
        self._public_key = load_pem_public_key(options.public_key.encode())
        self._offset = timedelta(seconds=settings.clock_offset_s)
        self._rate = Window(options.rps, 1.0)
        self._registrations = Registrations(options.segments_per_minute)
        self._conversations: defaultdict[tuple[str, str], Conversation] = defaultdict(Conversation)
        self._busy: Counter[str] = Counter()
        self.url = ""
        """Where this carrier listens, for the addresses of the pictures people send."""
        self.ledger = Ledger()
        self._collector = Collector()
        self._collecting = 0
        self.line_types = LineTypes()
        self.shop = NumberShop(settings.vonage_api_key, settings.vonage_api_secret)
        self.faults = Faults(options.seed)
        self.postman = Postman(settings, options.webhook_url, options.speed, self._stamp, self.faults)
        self._routes: dict[tuple[str, str], Callable[[dict[str, Any]], Answer]] = {
            ("POST", "/v1/messages"): self._take,
            ("POST", "/identity-insights/v1/requests"): self._tell_line_type,
            ("GET", "/number/search"): self._sell,
            ("POST", "/number/buy"): self._sell,
            ("POST", "/number/update"): self._sell,
            ("GET", "/account/numbers"): self._sell,
            ("GET", "/ledger"): self._show_ledger,
            ("GET", "/ledger/summary"): self._show_summary,
            ("GET", "/ledger/webhooks"): self._show_webhooks,
            ("POST", "/control/text"): self._write,
            ("POST", "/control/fault"): self._break,
            ("GET", "/control/faults"): self._show_faults,
            ("GET", "/"): self._show_page,
        }

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        route = self._routes.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if route:
            answer = route(environ)
        elif environ["PATH_INFO"].startswith(pictures.PATH):
            answer = self._show_picture(environ)
        else:
            answer = _json("404 Not Found", checks.problem("#not-found", "Not Found", "No such page."))
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body)))]
        if answer.retry_after:
            headers.append(("Retry-After", answer.retry_after))
        start_response(answer.status, headers)
        return [answer.body]

    # Taking texts

    def _take(self, environ: dict[str, Any]) -> Answer:
        body = environ["wsgi.input"].read(MAX_BODY)
        answer = self._refusal(environ) or self._take_body(body)
        self.ledger.answers[int(answer.status[:3])] += 1
        return answer

    def _refusal(self, environ: dict[str, Any]) -> Answer | None:
        fault = checks.token_fault(
            environ.get("HTTP_AUTHORIZATION", ""), self._public_key, self._settings.vonage_application_id
        )
        if fault:
            detail = f"You did not provide correct credentials: {fault}."
            return _json("401 Unauthorized", checks.problem("#unauthorized", "Unauthorized", detail))
        return None if self._rate.allows() else _too_many()

    def _take_body(self, body: bytes) -> Answer:
        try:
            fields = json.loads(body)
        except ValueError:
            fields = None
        faults = checks.field_faults(fields if isinstance(fields, dict) else {})
        if faults or not isinstance(fields, dict):
            words = "The value of one or more parameters is invalid."
            wrong = checks.problem("/messages#1150", "Invalid params", words, invalid_parameters=faults)
            return _json("422 Unprocessable Entity", wrong)
        if fields["channel"] == "rcs" and rcs.refused_at_once(fields["to"]):
            words = "The phone cannot be reached by RCS."
            return _json(
                "422 Unprocessable Entity",
                checks.problem(f"/messages#{rcs.NOT_REACHABLE}", str(rcs.NOT_REACHABLE), words),
            )
        return self._take_text(fields, self._person(fields["to"]), self.faults.of_call())

    def _take_text(self, fields: dict[str, Any], person: Persona, fault: str) -> Answer:
        if fault == "throttle" or not self._registrations.allows(fields["from"], _segments(fields)):
            return _too_many()
        if "broken" in (person.call, fault):
            return _unavailable()
        if fault == "slow_first":
            gevent.sleep(self.faults.slow_s())
        if person.call == "busy":
            self._busy[fields["to"]] += 1
            if self._busy[fields["to"]] % 2:
                return _too_many()
        accepted = self._accept(fields, self._mistreated(person, fault))
        if fault == "slow":
            gevent.sleep(self.faults.slow_s())
        return _unavailable() if fault == "taken_broken" else accepted

    def _mistreated(self, person: Persona, fault: str) -> Persona:
        if fault == "drop":
            return replace(person, call="drop")
        if fault == "stall":
            return replace(person, call="stall")
        return replace(person, call="receipt_first") if self.faults.strikes("early") else person

    def _accept(self, fields: dict[str, Any], person: Persona) -> Answer:
        to, from_ = fields["to"], fields["from"]
        entry = self.ledger.add(
            at=self._stamp(),
            to=_number(to),
            from_=_number(from_),
            text=message.words_of(fields),
            client_ref=fields.get("client_ref", ""),
            message_uuid=str(uuid.uuid4()),
            channel=fields["channel"],
        )
        if person.call == "stall":
            gevent.sleep(self._settings.send_timeout_s + 5)
        elif person.call != "receipt_first":
            gevent.sleep(self._options.latency_ms / 1000)
        address = message.media_of(fields)
        if address:
            # Vonage answers first and fetches then; the receipts wait for it.
            self._collecting += 1
            gevent.spawn(self._collect, fields, entry, person)
            first = None
        else:
            first = self._follow(fields, entry.message_uuid, person)
        if person.call == "receipt_first" and first:
            first.tried.wait(5)
        if person.call in {"drop", "stall"}:
            self.ledger.answers[0] += 1
            # pywsgi takes this for a caller that hung up: it closes the line and writes nothing.
            raise ConnectionResetError(errno.ECONNRESET, "dropped on purpose")
        return _json("202 Accepted", {"message_uuid": entry.message_uuid})

    # Telling what kind of line a number is

    def _tell_line_type(self, environ: dict[str, Any]) -> Answer:
        body = environ["wsgi.input"].read(MAX_BODY)
        refusal = self._refusal(environ)
        if refusal:
            return refusal
        gevent.sleep(self._options.latency_ms / 1000)
        status, value = self.line_types.answer(body)
        return _json(f"{status} {HTTPStatus(status).phrase}", value, "1" if status == 429 else "")

    # Selling numbers

    def _sell(self, environ: dict[str, Any]) -> Answer:
        status, value = self.shop.answer(environ, environ["wsgi.input"].read(MAX_BODY))
        if status == NO_ANSWER:
            raise ConnectionResetError(errno.ECONNRESET, "dropped on purpose")
        # Vonage's own status for a purchase that cannot be made has no name in HTTP.
        phrase = "Method Failure" if status == 420 else HTTPStatus(status).phrase
        return _json(f"{status} {phrase}", value)

    # What comes back

    def _collect(self, fields: dict[str, Any], entry: Entry, person: Persona) -> None:
        """Fetch what goes with a text; without it nothing arrives."""
        try:
            found: Collected = self._collector.collect(message.media_of(fields), fields["message_type"])
            self.ledger.note_media(entry, found)
            if found.fault:
                letter = Letter("status", self._receipt(fields, entry.message_uuid, "rejected", REFUSED))
                self.postman.post(letter, 0.4)
            else:
                self._follow(fields, entry.message_uuid, person)
        finally:
            self._collecting -= 1

    def _follow(self, fields: dict[str, Any], message_uuid: str, person: Persona) -> Letter | None:
        """Plan the receipts and the person's answer; the first receipt is returned."""
        to, from_ = fields["to"], fields["from"]
        letters: list[Letter] = []
        talk = self._conversations[(from_, to)] if self._options.personas else Conversation()
        blocked = person.blocked_after and talk.left
        by_rcs = fields["channel"] == "rcs" and rcs.receipts_of(to)
        if by_rcs:
            planned = list(by_rcs)
        elif blocked:
            planned = [(0.4, "submitted", None), (0.8, "rejected", 1240)]
        else:
            planned = [(receipt.after_s, receipt.status, receipt.code) for receipt in person.receipts]
        for after_s, status, code in planned:
            letters.append(Letter("status", self._receipt(fields, message_uuid, status, code)))
            self.postman.post(letters[-1], 0 if person.call == "receipt_first" else after_s)
        if by_rcs:
            return letters[0] if letters else None  # it has not arrived, so nobody answers it
        talk.texts += 1
        if not talk.left:
            heard = message.words_of(fields)
            for reply in replies_to(person, to, self._options.seed, talk.texts, heard):
                talk.left = talk.left or reply.leaves
                self._send_reply(to, from_, reply)
        return letters[0] if letters else None

    def _receipt(
        self, fields: dict[str, Any], message_uuid: str, status: str, code: int | None
    ) -> dict[str, Any]:
        receipt: dict[str, Any] = {
            "message_uuid": message_uuid,
            "to": fields["to"],
            "from": fields["from"],
            "status": status,
            "channel": fields["channel"],
            "usage": {"currency": inbound.CURRENCY, "price": inbound.PRICE},
            "destination": {"network_code": inbound.network_of(fields["to"])},
        }
        if fields["channel"] == "sms":
            receipt["sms"] = {"count_total": str(_segments(fields))}
        if "client_ref" in fields:
            receipt["client_ref"] = fields["client_ref"]
        if code:
            receipt["error"] = checks.problem(f"/messages#{code}", str(code), "Simulated.")
        return receipt

    def _send_reply(self, person: str, ours: str, reply: Reply) -> list[str]:
        """Plan the webhooks of a reply; the carrier's ids of them."""
        letters = [
            (after_s, Letter("inbound", payload, trick=reply.trick))
            for after_s, payload in inbound.payloads(
                person, ours, reply, self.url + pictures.PATH, self._settings.vonage_api_key
            )
        ]
        for after_s, letter in letters:
            self.postman.post(letter, after_s)
        return [inbound.id_of(letter.payload) for _, letter in letters]

    def _person(self, number: str) -> Persona:
        if not self._options.personas:
            return Persona("silent")
        return persona_for(number, self._options.seed)

    # Looking in and taking part, for tests and for the curious

    def _show_ledger(self, environ: dict[str, Any]) -> Answer:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        after = query.get("after", ["0"])[0]
        to = query.get("to", [""])[0].strip()
        rows = self.ledger.rows(after=int(after) if after.isdigit() else 0, to=_number(to) if to else "")
        return _json("200 OK", rows)

    def _show_summary(self, environ: dict[str, Any]) -> Answer:
        webhooks = {
            "waiting": self.postman.waiting + self._collecting,
            "outcomes": dict(self.postman.outcomes),
        }
        asked = self.line_types.answered
        look_ups = {"answered": asked.total(), "most_of_one": max(asked.values(), default=0)}
        limits = {"second": self._rate.summary(), "minutes": self._registrations.summary()}
        more = {"webhooks": webhooks, "look_ups": look_ups, "limits": limits}
        return _json("200 OK", self.ledger.summary() | more)

    def _show_webhooks(self, environ: dict[str, Any]) -> Answer:
        return _json("200 OK", controls.webhooks(self.postman.letters))

    def _break(self, environ: dict[str, Any]) -> Answer:
        """Something goes wrong from now on: {name, share, seconds}."""
        words = controls.switch(self.faults, environ["wsgi.input"].read(MAX_BODY))
        if words:
            return _json("400 Bad Request", checks.problem("", "Bad Request", words))
        return _json("200 OK", self.faults.state())

    def _show_faults(self, environ: dict[str, Any]) -> Answer:
        return _json("200 OK", self.faults.state())

    def _show_picture(self, environ: dict[str, Any]) -> Answer:
        found = pictures.read(environ["PATH_INFO"].removeprefix(pictures.PATH))
        if found is None:
            return _json("404 Not Found", checks.problem("", "Not Found", "No such picture."))
        return Answer("200 OK", *found)

    def _write(self, environ: dict[str, Any]) -> Answer:
        """A person writes: {from, to, text}, and where wanted {picture} or {parts}."""
        written = controls.written(environ["wsgi.input"].read(MAX_BODY))
        if isinstance(written, str):
            return _json("400 Bad Request", checks.problem("", "Bad Request", written))
        person, ours, reply = written
        if reply.leaves:
            self._conversations[(ours, person)].left = True
        ids = self._send_reply(person, ours, reply)
        return _json("202 Accepted", {"message_uuid": ids[0], "message_uuids": ids})

    def _show_page(self, environ: dict[str, Any]) -> Answer:
        rows = "".join(
            f"<tr><td>{entry.at}<td>{html.escape(entry.to)}<td>{html.escape(entry.text)}"
            for entry in reversed(self.ledger.entries[-50:])
        )
        page = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Simulated carrier</title>"
            "<h1>Simulated carrier: no text leaves this computer</h1>"
            f"<p>{len(self.ledger.entries)} texts taken. The last 50:"
            f"<table><tr><th>Time<th>To<th>Text{rows}</table></html>"
        )
        return Answer("200 OK", page.encode(), "text/html; charset=utf-8")

    def _stamp(self) -> str:
        return (datetime.now(UTC) + self._offset).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _segments(fields: dict[str, Any]) -> int:
    """What a message counts of its sender's minute."""
    return checks.segments(fields["text"]) if fields["channel"] == "sms" else 1


def _unavailable() -> Answer:
    words = checks.problem("", "Service Unavailable", "Please try again.")
    return _json("503 Service Unavailable", words)


def _too_many() -> Answer:
    words = checks.problem("#rate-limit", "Rate Limit Hit", "Please wait, then retry your request")
    return _json("429 Too Many Requests", words, retry_after="1")
