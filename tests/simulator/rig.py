"""The simulated carrier as a process, and somebody to take its webhooks."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from p2ptext.sms.provider import Event, Inbound, Status
from p2ptext.sms.vonage import VonageProvider
from tests.sms.wire import API_KEY, APPLICATION, SECRET, key_pair, settings

WAIT_S = 10


def until(condition: Callable[[], Any]) -> Any:
    """The first true value of `condition`; fails after ten seconds."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError("it did not happen within ten seconds")


@dataclass(frozen=True)
class Hook:
    path: str
    authorization: str
    body: bytes

    def events(self, provider: VonageProvider) -> list[Event]:
        if self.path.endswith("/inbound"):
            return provider.parse_inbound(self.body)
        return provider.parse_status(self.body)


class Receiver:
    """Takes webhooks; `answers` is what it answers next, then 200."""

    def __init__(self) -> None:
        self.hooks: list[Hook] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.hooks.append(Hook(self.path, self.headers["Authorization"] or "", body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Simulator:
    """A running simulated carrier with its receiver and a provider that talks to it."""

    def __init__(self, url: str, receiver: Receiver, process: subprocess.Popen[str]) -> None:
        self.url = url
        self.receiver = receiver
        self.process = process
        self.provider = VonageProvider(settings(url))

    def read(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:  # loopback
            return bytes(answer.read())

    def get(self, path: str) -> Any:
        return json.loads(self.read(path))

    def post(self, path: str, value: Any, **headers: str) -> tuple[int, Any]:
        request = urllib.request.Request(  # loopback
            self.url + path,
            json.dumps(value).encode(),
            {"Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # loopback
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def taken(self, to: str) -> list[dict[str, Any]]:
        return self.get(f"/ledger?to={to.removeprefix('+')}")

    def hooks(self, person: str) -> list[Hook]:
        return [hook for hook in self.receiver.hooks if person.removeprefix("+").encode() in hook.body]

    def statuses(self, client_ref: str) -> list[Status]:
        events = [event for hook in list(self.receiver.hooks) for event in hook.events(self.provider)]
        return [
            event for event in events if isinstance(event, Status) and event.client_ref == client_ref
        ]

    def replies(self, person: str) -> list[Inbound]:
        events = [event for hook in self.hooks(person) for event in hook.events(self.provider)]
        return [event for event in events if isinstance(event, Inbound) and event.from_ == person]

    def quiet(self) -> bool:
        """Whether every webhook has been brought."""
        return self.get("/ledger/summary")["webhooks"]["waiting"] == 0


def environment(receiver: Receiver, **changes: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "unused",
        "REDIS_URL": "unused",
        "SECRET_KEY": "s" * 40,
        "PHONE_HASH_KEY": "p" * 40,
        "PUBLIC_URL": receiver.url,
        "VONAGE_API_KEY": API_KEY,
        "VONAGE_API_SECRET": "secret",
        "VONAGE_APPLICATION_ID": APPLICATION,
        "VONAGE_PRIVATE_KEY": key_pair()[0],
        "VONAGE_SIGNATURE_SECRET": SECRET,
        "VONAGE_API_HOST": "127.0.0.1:1",
        "SEND_TIMEOUT_S": "1",
        "SIMULATOR_BIND": "127.0.0.1:0",
        "SIMULATOR_PUBLIC_KEY": key_pair()[1],
        "SIMULATOR_WEBHOOK_URL": receiver.url,
        "SIMULATOR_SPEED": "1000",
        "SIMULATOR_RPS": "0",
        "SIMULATOR_LATENCY_MS": "1",
    } | changes


def launch(env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # our own program
        [sys.executable, "-m", "p2ptext.simulator"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def simulator(**changes: str) -> Iterator[Simulator]:
    receiver = Receiver()
    process = launch(environment(receiver, **changes))
    try:
        line = process.stdout.readline() if process.stdout else ""
        assert line.startswith("READY http://127.0.0.1:"), process.stderr and process.stderr.read()
        yield Simulator(line.split()[1], receiver, process)
    finally:
        process.terminate()
        _, words = process.communicate(timeout=200)
        receiver.close()
    assert words == "", "the carrier printed errors"
