"""A stand-in for the server side of replies, for tests of the pages alone."""

from datetime import UTC, datetime
from typing import Any, Protocol

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

NOW = datetime(2026, 4, 14, 18, 14, tzinfo=UTC)
CANNED = [
    {"title": "Thanks", "text": "Thank you so much. Every vote counts."},
    {"title": "Where to vote", "text": "You can look up your polling place at https://example.org/vote"},
    {"title": "Who is this", "text": "I'm Amy, a volunteer with Friends of the Library."},
    {"title": "How did you get my number", "text": "It is on the public list of registered voters."},
]
REPLY_ID = 41
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200">'
    '<rect width="320" height="200" fill="#74a892"/><circle cx="240" cy="60" r="28" fill="#f3e9c6"/></svg>'
)


def said(kind: str, text: str, **more: Any) -> dict[str, Any]:
    """One item of a conversation."""
    return {
        "kind": kind,
        "text": text,
        "at": NOW,
        "state_words": "",
        "failed": False,
        "media": [],
    } | more


def conversation(**more: Any) -> dict[str, Any]:
    """An open conversation with Maria, changed by `more`."""
    return {
        "id": 31,
        "to": "Maria",
        "campaign": "Library levy",
        "campaign_id": 7,
        "state": "open",
        "closed_words": "",
        "review_words": "",
        "local_time": "2:14 pm",
        "place": "Dayton",
        "can_reply": True,
        "cannot_words": "",
    } | more


def row(number: int, to: str, text: str, **more: Any) -> dict[str, Any]:
    """One line of the list of replies."""
    return {
        "id": number,
        "to": to,
        "campaign": "Library levy",
        "last_text": text,
        "waiting_since": None,
        "state": "open",
        "place": "Dayton",
        "unread": False,
        "in_review": False,
    } | more


def question(chosen: str = "") -> dict[str, Any]:
    """The script's question with its answers."""
    labels = {"a1": "Yes", "a2": "No", "a3": "Maybe", "a4": "Already voted", "a5": "Needs a ride"}
    return {
        "step": "s1",
        "text": "Can we count on your vote?",
        "answers": [
            {"key": key, "label": label, "chosen": key == chosen} for key, label in labels.items()
        ],
    }


OFFER = {"title": "Yes", "text": "Great! Your polling place is the main library.", "offer": "s1.a1.0"}


class Talks:
    """What the pages of replies talk to. Tests turn its knobs and read what came in."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.conversation: dict[str, Any] = {}
        self.state: dict[str, Any] = {}
        self.canned: list[dict[str, Any]] = list(CANNED)
        self.next_id: int | None = None
        self.draft = ""
        self.undo_ms = 5000
        self.replies: list[dict[str, str]] = []
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.refuse: dict[str, tuple[int, dict[str, Any]]] = {}
        """How a deed is answered instead of being done, by its name."""
        self.others: list[str] = []
        self.list: dict[str, Any] = {
            "campaigns": [],
            "filters": {},
            "all_tags": [],
            "offers": [],
            "offers_total": 0,
            "page": {"waiting": 0, "in_review": 0, "previous": None, "next": None, "words": ""},
            "thanks": 0,
        }
        self.offers: list[dict[str, Any]] = [OFFER]

    def named(self, deed: str) -> list[dict[str, str]]:
        """What came in for one deed, in order."""
        return [fields for name, fields in self.posts if name == deed]


class HasTalks(Protocol):
    """The stub that the pages are made over."""

    talks: Talks
    undone: list[int]
    rows: list[dict[str, Any]]
    waiting: int


def add_replies(blueprint: Blueprint, stub: HasTalks) -> None:
    """Hangs the pages of replies on `blueprint`."""
    _pages(blueprint, stub)
    _reply(blueprint, stub)
    _undo(blueprint, stub)
    _deeds(blueprint, stub)


def _context(stub: HasTalks) -> dict[str, Any]:
    talks = stub.talks
    return {
        "conversation": talks.conversation,
        "items": talks.items,
        "reply_token": f"reply-{len(talks.items)}",
        "state": talks.state,
        "canned": talks.canned,
        "next_id": talks.next_id,
        "waiting": stub.waiting,
    }


def _pages(blueprint: Blueprint, stub: HasTalks) -> None:
    @blueprint.get("/replies")
    def replies() -> str:
        return render_template(
            "conversations/replies.html",
            rows=stub.rows,
            waiting=stub.waiting,
            now=datetime.now(UTC),
            **stub.talks.list,
        )

    @blueprint.get("/replies/<int:conversation_id>")
    def thread(conversation_id: int) -> str:
        context = _context(stub)
        context["conversation"] = context["conversation"] | {"id": conversation_id}
        return render_template("conversations/thread.html", **context, error="", draft=stub.talks.draft)

    @blueprint.get("/replies/<int:conversation_id>/part")
    def thread_part(conversation_id: int) -> str:
        return render_template("conversations/_thread.html", **_context(stub))

    @blueprint.get("/replies/<int:conversation_id>/picture")
    def picture(conversation_id: int) -> Any:
        return PICTURE, 200, {"Content-Type": "image/svg+xml"}


def _reply(blueprint: Blueprint, stub: HasTalks) -> None:
    @blueprint.post("/replies/<int:conversation_id>/reply")
    def reply(conversation_id: int) -> Any:
        talks, fields = stub.talks, request.form.to_dict()
        talks.replies.append(fields)
        if "reply" in talks.refuse:
            status, body = talks.refuse["reply"]
            if request.accept_mimetypes.best == "application/json":
                return jsonify(body), status
            context = _context(stub) | {"error": body["words"], "draft": fields["text"]}
            return render_template("conversations/thread.html", **context), status
        talks.items.append(said("out", fields["text"], state_words="leaves in a moment"))
        talks.draft = ""
        if request.accept_mimetypes.best != "application/json":
            return redirect(url_for("conversations.thread", conversation_id=conversation_id), 303)
        assert request.headers["X-CSRFToken"] == "made-up-token"
        return jsonify(
            message=REPLY_ID,
            undo_ms=talks.undo_ms,
            to=talks.conversation["to"],
            next_id=talks.next_id,
            waiting=stub.waiting,
        )


def _undo(blueprint: Blueprint, stub: HasTalks) -> None:
    @blueprint.post("/replies/<int:conversation_id>/undo", endpoint="undo")
    def undo(conversation_id: int) -> Any:
        last = stub.talks.items.pop()
        stub.undone.append(int(request.form["message"]))
        newer = stub.talks.draft
        stub.talks.draft = f"{last['text']}\n\n{newer}" if newer else last["text"]
        return jsonify(state="cancelled", draft=stub.talks.draft, waiting=stub.waiting)


DEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "opt-out": ("opt_out", {"words": "Maria is opted out and gets no more texts."}),
    "close": (
        "close",
        {
            "words": "Closed: Maria. It opens again if they write.",
            "undo": "closed-31",
            "undo_ms": 5000,
            "to": "Maria",
        },
    ),
    "reopen": ("reopen", {"words": "Open again: Maria."}),
    "skip": ("skip", {"words": "Skipped: Maria. You find her at the end of the list."}),
    "pass-on": ("pass_on", {"words": "Passed on. Somebody else can take it now."}),
    "ask": ("ask", {"words": "Asked. You get the answer here."}),
    "tag": ("tag", {"words": "Tag added: Moved"}),
    "advise": ("advise", {"words": "Amy sees your advice in the conversation."}),
    "take-over": ("take_over", {"words": "Maria is yours now."}),
    "remind": ("remind", {"words": "You are reminded at 9:00 am."}),
    "remind/cancel": ("forget", {"words": "You are not reminded."}),
    "draft": ("draft", {}),
    "looking": ("looking", {}),
    "answer": ("answer", {"words": "Saved: Yes."}),
}


def _deeds(blueprint: Blueprint, stub: HasTalks) -> None:
    def add(path: str, endpoint: str, body: dict[str, Any]) -> None:
        def deed(conversation_id: int) -> Any:
            talks, fields = stub.talks, request.form.to_dict()
            talks.posts.append((endpoint, fields))
            if endpoint in talks.refuse:
                status, words = talks.refuse[endpoint]
                return jsonify(words), status
            more = _changed(talks, endpoint, fields)
            if request.accept_mimetypes.best != "application/json":
                return redirect(url_for("conversations.replies"), 303)
            return jsonify(body | {"next_id": talks.next_id, "waiting": stub.waiting} | more)

        blueprint.add_url_rule(
            f"/replies/<int:conversation_id>/{path}", endpoint, deed, methods=["POST"]
        )

    for path, (endpoint, body) in DEEDS.items():
        add(path, endpoint, body)

    @blueprint.post("/done")
    def done() -> Any:
        return redirect(url_for("texting.home"), 303)

    @blueprint.post("/replies/take")
    def take() -> Any:
        return redirect(
            url_for("conversations.thread", conversation_id=request.form["conversation"]), 303
        )


def _changed(talks: Talks, endpoint: str, fields: dict[str, str]) -> dict[str, Any]:
    """What a deed changes, and what its answer says besides."""
    if endpoint == "draft":
        talks.draft = fields["text"]
    if endpoint == "looking":
        return {"others": talks.others}
    if endpoint == "ask":
        talks.state["lead"] = {"asked": True, "words": "An organizer has been asked."}
    if endpoint == "tag":
        for tag in talks.state.get("tags", []):
            tag["on"] ^= tag["name"] == fields["name"]
    if endpoint == "answer":
        talks.state["question"] = question(fields["answer"])
        if fields["answer"]:
            return {"offered": talks.offers}
        return {"words": "Answer removed.", "offered": []}
    return {}
