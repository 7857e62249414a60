"""Invariants of texts that leave: once, by a hand, not after a stop, not at night, not while paused."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scripts.drills.evidence import Evidence, Row, moment
from scripts.drills.findings import Finding
from scripts.drills.stage import PLACES

CONFIRMATIONS = ("stop_confirmation", "help")
NEVER_LEFT = ("cancelled", "expired", "blocked", "not_sent")
ON_THE_WIRE_S = 1.0
"""A call that began before the opt-out may be taken so much later; what is later is told apart."""
PAUSE_S = 5.0
SLOW_TO_TAKE_S = 9.0
"""A call that the carrier is slow to take is taken so much later at most."""


def once(evidence: Evidence) -> Finding:
    """I1: a first text of a campaign reaches a phone at most once, and so does every message."""
    found = Finding()
    asked_again = {row["contact_id"] for row in evidence.views["qa_click"] if row["kind"] == "resend"}
    again = {row["to_phone"] for row in evidence.views["qa_message"] if row["contact_id"] in asked_again}
    for show in evidence.shows:
        ours = set(show.ours)
        copies = Counter(
            taken.to
            for taken in evidence.ledger
            if taken.from_ in ours and f"about the {show.mark}" in taken.text
        )
        for phone, count in copies.items():
            most = 1 if phone not in again else 2
            found.expect(count <= most, f"{phone} got the first text of {show.mark} {count} times")
    by_message = Counter(message["id"] for _, _, message in evidence.taken_messages() if message)
    resent = Counter(
        row["message_id"] for row in evidence.views["qa_attempt"] if row["click_id"] is not None
    )
    for message, count in by_message.items():
        found.expect(count <= 1 + resent[message], f"message {message} was taken {count} times")
    return found


def by_a_hand(evidence: Evidence) -> Finding:
    """I2: every text that left has one earlier click for exactly that text to exactly that phone."""
    found = Finding()
    clicks = {row["id"]: row for row in evidence.views["qa_click"]}
    inbound = {row["id"]: row for row in evidence.views["qa_inbound"]}
    for taken, attempt, message in evidence.taken_messages():
        if attempt is None or message is None:
            found.expect(False, f"nothing is known of the text {taken.client_ref} to {taken.to}")
            continue
        same = (message["to_phone"], message["from_phone"], message["text"])
        told = f"message {message['id']}"
        found.expect(
            same == (taken.to, taken.from_, taken.text), f"{told} says something else than left"
        )
        if message["kind"] in CONFIRMATIONS:
            asked = inbound.get(message["answers_inbound_id"])
            found.expect(asked and moment(asked["received_at"]) <= taken.at, f"{told} answers nothing")
            continue
        click = clicks.get(message["click_id"])
        found.expect(click and moment(click["received_at"]) <= taken.at, f"{told} left without a click")
        if click is not None:
            found.expect(_commits_to(click, taken.text), f"the click of {told} is for other words")
    used = Counter(
        row["click_id"] for row in evidence.views["qa_message"] if row["click_id"] is not None
    )
    for click_id, count in used.items():
        found.expect(count == 1, f"click {click_id} made {count} messages")
    return found


def _commits_to(click: Row, text: str) -> bool:
    salt, said = click["salt"], click["text_commitment"]
    return salt is not None and hashlib.sha256(bytes(salt) + text.encode()).digest() == bytes(said)


def stopped(evidence: Evidence) -> Finding:
    """I3: no attempt commits after an opt-out has committed, but for its one confirmation."""
    found, late = Finding(), []
    spans = {recipient: list(_spans(rows)) for recipient, rows in evidence.suppressions().items()}
    messages = evidence.messages()
    taken_at = {taken.client_ref: taken.at for taken in evidence.ledger}
    confirmations: Counter[tuple[int, int]] = Counter()
    for attempt in evidence.views["qa_attempt"]:
        message = messages[attempt["message_id"]]
        began = moment(attempt["started_at"])
        for place, (stop, lift) in enumerate(spans.get(message["recipient_id"], ())):
            if message["kind"] in CONFIRMATIONS:
                if message["kind"] == "stop_confirmation" and attempt["outcome"] == "accepted":
                    confirmations[message["recipient_id"], place] += stop <= began < lift
                continue
            found.expect(
                not stop < began < lift,
                f"attempt {attempt['client_ref']} began {began - stop:.3f} s after the opt-out of "
                f"{message['to_phone']}",
            )
            taken = taken_at.get(attempt["client_ref"], 0.0)
            if began <= stop and stop + ON_THE_WIRE_S < taken < lift:
                late.append(taken - stop)
    for (recipient, _), count in confirmations.items():
        found.expect(count <= 1, f"recipient {recipient} got {count} confirmations of one opt-out")
    _stops_heard(evidence, found)
    if late:
        found.notes.append(
            f"{len(late)} calls that had begun before the opt-out were taken more than "
            f"{ON_THE_WIRE_S:.0f} s after it, {max(late):.1f} s at most"
        )
    return found


def _spans(changes: list[Row]) -> Iterator[tuple[float, float]]:
    """The stretches of time in which somebody was opted out."""
    since = None
    for row in changes:
        if row["action"] == "added" and since is None:
            since = moment(row["at"])
        elif row["action"] == "lifted" and since is not None:
            yield since, moment(row["at"])
            since = None
    if since is not None:
        yield since, float("inf")


def _stops_heard(evidence: Evidence, found: Finding) -> None:
    """By the carrier's own clock: once a STOP was taken from it, no call that begins later is taken."""
    attempts, messages = evidence.attempts(), evidence.messages()
    organizations = {show.id: show.org for show in evidence.shows}
    by_ours = {ours: show.org for show in evidence.shows for ours in show.ours}
    texts: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for taken in evidence.ledger:
        attempt = attempts.get(taken.client_ref)
        message = messages.get(attempt["message_id"]) if attempt else None
        if attempt and message and message["kind"] not in CONFIRMATIONS:
            began = moment(attempt["started_at"])
            org = organizations.get(message["campaign_id"], "")
            texts[taken.to].append((taken.at, began, org))
    heard = {
        letter["payload"].get("message_uuid", ""): letter["taken_at"]
        for letter in evidence.letters
        if letter["kind"] == "inbound" and letter["taken"] and not letter["trick"]
    }
    for stop in evidence.of("stop", "ok"):
        at = heard.get(stop.about["uuid"], 0.0)
        org = by_ours[stop.about["ours"]]
        back = _back_again(evidence, stop.about["phone"], at)
        after = [
            taken
            for taken, began, whose in texts[stop.about["phone"]]
            if whose == org and at < began < back
        ]
        found.expect(
            not at or not after,
            f"{stop.about['phone']} wrote {stop.about['word']!r} and was texted after that",
        )


def _back_again(evidence: Evidence, phone: str, after: float) -> float:
    """When somebody who stopped asked to get texts again; never for most."""
    starts = [
        start.began
        for start in evidence.of("start")
        if start.about["phone"] == phone and start.began > after
    ]
    return min(starts, default=float("inf"))


def in_hours(evidence: Evidence) -> Finding:
    """I6: every text lies inside its campaign's hours in every zone the phone may be in."""
    found = Finding()
    campaigns = {row["id"]: row for row in evidence.views["qa_campaign"]}
    after, before = [], []
    for taken, _, message in evidence.taken_messages():
        if message is None or message["campaign_id"] is None:
            continue
        for zone in PLACES[taken.to[2:5]]:
            here = datetime.fromtimestamp(taken.at, UTC).astimezone(ZoneInfo(zone))
            opens, closes = _hours(campaigns[message["campaign_id"]], here)
            found.expect(
                opens <= here.time() < closes, f"{taken.to} was texted at {here:%A %H:%M:%S} {zone}"
            )
            after.append(_seconds(here.time()) - _seconds(opens))
            before.append(_seconds(closes) - _seconds(here.time()))
    if after:
        found.notes.append(
            f"the first text {min(after):.1f} s after an opening, the last {min(before):.1f} s before a closing"
        )
    return found


def _hours(campaign: Row, here: datetime) -> tuple[time, time]:
    opens = campaign["sunday_opens"] if here.weekday() == 6 else campaign["opens"]
    return max(opens, time(8)), min(campaign["closes"], time(21))


def _seconds(clock: time) -> float:
    return clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6


def while_running(evidence: Evidence) -> Finding:
    """I7: a paused campaign hands nothing over later than five seconds after the pause."""
    found, late = Finding(), 0
    pauses = _pauses(evidence)
    for taken, attempt, message in evidence.taken_messages():
        if attempt is None or message is None or message["kind"] in CONFIRMATIONS:
            continue
        for paused, resumed in pauses.get(message["campaign_id"], ()):
            began = moment(attempt["started_at"])
            found.expect(
                not paused + PAUSE_S < began < resumed,
                f"attempt {taken.client_ref} began {began - paused:.1f} s after the pause of campaign "
                f"{message['campaign_id']}",
            )
            late += began <= paused + PAUSE_S < taken.at < resumed
    if late:
        found.notes.append(f"{late} calls under way at a pause were taken more than five seconds later")
    return found


def _pauses(evidence: Evidence) -> dict[int, list[tuple[float, float]]]:
    """Campaign -> when it was paused and resumed, as the audit log has it."""
    pauses: dict[int, list[tuple[float, float]]] = defaultdict(list)
    since: dict[int, float] = {}
    for row in sorted(evidence.views["qa_audit"], key=lambda row: row["id"]):
        if row["action"] != "campaign_status":
            continue
        campaign, after = int(row["target"].split()[-1]), row["detail"]["after"]
        if after in ("paused", "archived"):
            since.setdefault(campaign, moment(row["at"]))
        elif campaign in since:
            pauses[campaign].append((since.pop(campaign), moment(row["at"])))
    for campaign, at in since.items():
        pauses[campaign].append((at, float("inf")))
    return pauses


def unknown_once(evidence: Evidence) -> Finding:
    """I12: what may have left is never sent again by itself, and does not stay in doubt unseen."""
    found = Finding()
    resent = {row["message_id"] for row in evidence.views["qa_attempt"] if row["click_id"] is not None}
    outcomes: dict[int, list[Row]] = defaultdict(list)
    for attempt in sorted(evidence.views["qa_attempt"], key=lambda row: moment(row["started_at"])):
        outcomes[attempt["message_id"]].append(attempt)
    taken = {entry.client_ref for entry in evidence.ledger}
    for message, attempts in outcomes.items():
        in_doubt = [row["client_ref"] for row in attempts[:-1] if row["outcome"] in ("unknown", None)]
        again = [ref for ref in in_doubt if message not in resent]
        found.expect(not again, f"message {message} was tried again after a call in doubt")
        gone = [row["client_ref"] for row in attempts[:-1] if row["client_ref"] in taken]
        if gone and message not in resent:
            found.breaches.append(f"message {message} was tried again although the carrier had it")
    return found


def within_rate(evidence: Evidence, most_a_second: int = 30) -> Finding:
    """I19: the carrier never takes more than its limit in any second; nobody waits for ever."""
    found = Finding()
    slow = [
        (struck.began, struck.ended + SLOW_TO_TAKE_S)
        for struck in evidence.struck
        if struck.name == "carrier slow to take"
    ]
    # What the carrier was slow to take it takes in a heap; its limit counts the calls.
    times = sorted(
        taken.at
        for taken in evidence.ledger
        if not any(since <= taken.at <= until for since, until in slow)
    )
    first = 0
    for place, at in enumerate(times):
        while times[first] <= at - 1.0:
            first += 1
        found.expect(place - first + 1 <= most_a_second, f"{place - first + 1} texts within a second")
    waits = [
        moment(attempt["started_at"]) - moment(message["created_at"])
        for attempt, message in _first_attempts(evidence)
    ]
    limit = timedelta(minutes=30).total_seconds()
    for wait in waits:
        found.expect(wait <= limit, f"a text waited {wait:.0f} s")
    if waits:
        found.notes.append(f"from click to call {max(waits):.0f} s at most")
    return found


def _first_attempts(evidence: Evidence) -> Iterator[tuple[Row, Row]]:
    messages, seen = evidence.messages(), set()
    for attempt in sorted(evidence.views["qa_attempt"], key=lambda row: moment(row["started_at"])):
        if attempt["message_id"] not in seen:
            seen.add(attempt["message_id"])
            yield attempt, messages[attempt["message_id"]]
