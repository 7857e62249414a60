"""A stand-in for the server side of texting, for tests of the pages alone.

It speaks the volunteer's protocol with made-up people, remembers every request, and can be told to
answer late, to refuse, or to break. Nothing here decides anything: the real rules have tests of
their own.
"""

import queue
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.serving import make_server

import p2ptext
from p2ptext.browser_safety import CONTENT_SECURITY_POLICY
from p2ptext.texting.practising import Standing
from tests.browser.conversations.talks import Talks, add_replies

HERE = Path(p2ptext.__file__).parent
NAMES = ("Maria", "Ana", "José", "Wei", "Deshawn", "Priya", "Zoë", "O'Neil", "Fatima", "Sam")
TEXT = (
    "Hi {name}, this is Amy, a volunteer with Friends of the Library. The levy that keeps our "
    "branches open is on the ballot on May 6. Can we count on your vote? Reply STOP to opt out."
)
HEARTBEAT = ("state", "words", "waiting", "not_sent", "page_version")


class Stub:
    """What the pages talk to. Tests turn its knobs and read what came in."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.answer = Event()
        self.streams: list[queue.Queue[str | None]] = []
        # A new batch of 50, and nothing wrong.
        self.total = 50
        self.contacts = list(range(1, 1001))
        self.wording = 1
        self.rounds: Counter[int] = Counter()
        self.sent: dict[str, int] = {}
        self.skipped: list[str] = []
        self.undone: list[int] = []
        self.posts: list[dict[str, Any]] = []
        self.faults: list[tuple[int, dict[str, Any]]] = []
        self.fault: tuple[int, dict[str, Any]] | None = None
        self.undo_fault: tuple[int, dict[str, Any]] | None = None
        self.state, self.words, self.opens_at = "ready", "", None
        self.minutes_left: int | None = 34
        self.waiting = self.not_sent = 0
        self.undo_ms = 5000
        self.text = TEXT
        self.names = NAMES
        self.signed_out = False
        self.person, self.page_version, self.late = 1, "one", 0
        self.away = self.unheard = False
        self.headers: dict[str, str] = {}
        self.still: datetime | None = None
        self.campaigns: list[dict[str, Any]] = []
        self.rows: list[dict[str, Any]] = []
        self.talks = Talks()
        self.answer.set()

    def now(self) -> datetime:
        return self.still or datetime.now(UTC) + timedelta(seconds=self.late)

    # What the deck is made of.

    def done(self, number: int) -> bool:
        return self.token(number) in self.sent or self.token(number) in self.skipped

    def token(self, number: int) -> str:
        return f"token-{number}-{self.rounds[number]}"

    def card(self, number: int) -> dict[str, Any]:
        name = self.names[(number - 1) % len(self.names)]
        text = self.text.format(name=name)
        return {
            "id": f"{number}:1",
            "token": self.token(number),
            "hash": f"hash-{self.wording}",
            "to": name,
            "place": "Dayton",
            "local_time": "2:14 pm",
            "text": text if self.wording == 1 else f"Wording {self.wording}. {text}",
            "segments": 2 if len(text) > 160 else 1,
        }

    def progress(self) -> dict[str, int]:
        return {"sent": len(self.sent), "total": self.total}

    def deck(self) -> dict[str, Any]:
        left = [number for number in self.contacts[: self.total] if not self.done(number)]
        state = self.state if left or self.state != "ready" else "batch_finished"
        return {
            "campaign": {"id": 7, "name": "Library levy"},
            "progress": self.progress(),
            "closes_at": (self.now() + timedelta(minutes=self.minutes_left or 0)).isoformat(),
            "minutes_left": self.minutes_left,
            "cards": [self.card(number) for number in left[:25]]
            if state == "ready" and not self.away
            else [],
            "state": state,
            "words": self.words or (f"{len(self.sent)} sent." if state == "batch_finished" else ""),
            "opens_at": self.opens_at,
            "waiting": self.waiting,
            "not_sent": self.not_sent,
            "now": self.now().isoformat(),
            "page_version": self.page_version,
        }

    def send(self, token: str, text_hash: str) -> tuple[dict[str, Any], int]:
        if token in self.sent:
            return self.receipt(token), 200
        fault = self.fault or (self.faults.pop(0) if self.faults else None)
        if fault:
            return fault[1], fault[0]
        number = int(token.split("-")[1])
        if text_hash != f"hash-{self.wording}":
            words = "The wording changed. Please look again."
            return {"code": "wording_changed", "words": words, "card": self.card(number)}, 409
        self.sent[token] = 100 + number
        return self.receipt(token), 202

    def receipt(self, token: str) -> dict[str, Any]:
        number = int(token.split("-")[1])
        return {
            "message": self.sent[token],
            "undo_ms": self.undo_ms,
            "to": self.card(number)["to"],
            "waiting": self.waiting,
            "progress": self.progress(),
        }

    def undo(self, message: int) -> tuple[dict[str, Any], int]:
        if self.undo_fault:
            return self.undo_fault[1], self.undo_fault[0]
        token = next(token for token, made in self.sent.items() if made == message)
        del self.sent[token]
        self.rounds[message - 100] += 1
        self.undone.append(message)
        return {"state": "cancelled"}, 200

    # What tests ask.

    def tokens(self) -> list[str]:
        """Tokens of every send request, in order, repeats included."""
        return [post["token"] for post in self.posts]

    def tell(self, kind: str, data: str = "") -> None:
        """A hint to every open page."""
        for stream in list(self.streams):
            stream.put(f"event: {kind}\ndata: {data}\n\n")

    def hang_up(self) -> None:
        for stream in list(self.streams):
            stream.put(None)


def linked(text: str) -> Markup:
    """Web addresses as links, everything else escaped. The real filter has its own tests."""
    words = [
        Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(word)
        if word.startswith(("http://", "https://"))
        else escape(word)
        for word in text.split(" ")
    ]
    return Markup(" ").join(words)


def create_app(stub: Stub) -> Flask:
    """The pages over `stub`."""
    app = Flask(__name__, template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))
    app.config["SECRET_KEY"] = "made-up"
    texting = Blueprint("texting", __name__, url_prefix="/o/<org>")
    conversations = Blueprint("conversations", __name__, url_prefix="/o/<org>")

    @app.url_defaults
    def organization(endpoint: str, values: dict[str, Any]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "org"):
            values.setdefault("org", "library")

    @app.url_value_preprocessor
    def forget_organization(_: str | None, values: dict[str, Any] | None) -> None:
        if values:
            values.pop("org", None)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        nav = {
            "org_name": "Friends of the Library",
            "person_name": "Amy Okafor",
            "role": "Volunteer",
            "sign_out_url": "/sign-out",
            "home_url": "/o/library/texting",
        }
        return {
            "nav": nav,
            "org": {"name": nav["org_name"]},
            "carrier_is_simulated": True,
            "current_user": {"id": stub.person},
        }

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.before_request
    def signed_in() -> Any:
        stub.answer.wait()
        if stub.signed_out and request.endpoint not in ("static", "sign_in"):
            return redirect("/sign-in")
        return None

    @app.get("/sign-in")
    def sign_in() -> str:
        return "<title>Sign in</title><h1>Sign in</h1>"

    app.jinja_env.filters["linked"] = linked
    app.jinja_env.globals.update(
        csrf_token=lambda: "made-up-token", nav_items=lambda: [("Texting", "/o/library/texting", True)]
    )
    _first_texts(texting, stub)
    _gestures(texting, stub)
    add_replies(conversations, stub)
    _hints(texting, stub)
    app.register_blueprint(texting)
    app.register_blueprint(conversations)
    app.add_url_rule("/help", "accounts.help_page", lambda: "Another page")
    return app


def _first_texts(texting: Blueprint, stub: Stub) -> None:
    @texting.get("/texting")
    def home() -> str:
        return render_template(
            "texting/home.html",
            campaigns=stub.campaigns,
            waiting=stub.waiting,
            not_sent=stub.not_sent,
            practice=Standing("offered", True),
            finishes={},
            shifts=[],
        )

    for address, name in (("/shifts", "shifts"), ("/what-you-did", "own_work")):
        texting.add_url_rule(address, name, lambda: "Another page")

    @texting.get("/texting/<int:campaign_id>")
    def screen(campaign_id: int) -> str:
        deck = stub.deck()
        return render_template("texting/screen.html", campaign=deck["campaign"], deck=deck)

    @texting.post("/texting/<int:campaign_id>/take")
    def take(campaign_id: int) -> Any:
        stub.total += 50
        return redirect(url_for("texting.screen", campaign_id=campaign_id), 303)

    @texting.post("/texting/<int:campaign_id>/done")
    def done(campaign_id: int) -> Any:
        return redirect(url_for("texting.home"), 303)

    @texting.get("/not-sent")
    def not_sent() -> str:
        return render_template("texting/not_sent.html", rows=stub.rows)

    @texting.get("/texting/<int:campaign_id>/cards")
    def cards(campaign_id: int) -> Any:
        return jsonify(stub.deck())


def _gestures(texting: Blueprint, stub: Stub) -> None:
    @texting.post("/texting/<int:campaign_id>/send")
    def send(campaign_id: int) -> Any:
        post = request.get_json() if request.is_json else request.form.to_dict()
        with stub.lock:
            stub.posts.append(post)
            body, status = stub.send(post["token"], post["hash"])
        if not request.is_json:
            return redirect(url_for("texting.screen", campaign_id=campaign_id), 303)
        assert request.headers["X-CSRFToken"] == "made-up-token"
        if stub.unheard:
            return "Hello", 200
        return jsonify(body), status, stub.headers

    @texting.post("/texting/<int:campaign_id>/skip")
    def skip(campaign_id: int) -> Any:
        stub.skipped.append((request.get_json() if request.is_json else request.form)["token"])
        if not request.is_json:
            return redirect(url_for("texting.screen", campaign_id=campaign_id), 303)
        return jsonify({})

    @texting.post("/texting/<int:campaign_id>/heartbeat")
    def heartbeat(campaign_id: int) -> Any:
        deck = stub.deck()
        return jsonify({key: deck[key] for key in HEARTBEAT})

    @texting.post("/texting/undo")
    def undo() -> Any:
        with stub.lock:
            body, status = stub.undo(request.get_json()["message"])
        return jsonify(body), status


def _hints(texting: Blueprint, stub: Stub) -> None:
    @texting.get("/waiting")
    def waiting() -> Any:
        return jsonify(waiting=stub.waiting, not_sent=stub.not_sent)

    @texting.get("/live")
    def live() -> Any:
        stream: queue.Queue[str | None] = queue.Queue()
        stub.streams.append(stream)

        def events() -> Iterator[str]:
            yield "event: ping\ndata:\n\n"
            while (event := stream.get()) is not None:
                yield event
            stub.streams.remove(stream)

        if request.args.get("broken"):
            abort(503)
        return Response(events(), mimetype="text/event-stream")


class Serving:
    """`with Serving(stub) as url:` the stub on a free port of this computer."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self.server = make_server("127.0.0.1", 0, create_app(stub), threaded=True)
        self.server.daemon_threads = True

    def __enter__(self) -> str:
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_: object) -> None:
        self.stub.answer.set()
        self.stub.hang_up()
        self.server.shutdown()
