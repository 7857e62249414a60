"""What came of the races, counted from the evidence."""

from collections import Counter

from scripts.drills.evidence import Evidence, moment


def in_words(evidence: Evidence) -> list[str]:
    """One sentence a race; empty where none was run."""
    return [words for words in (_same_instant(evidence), _against_stop(evidence)) if words]


def _same_instant(evidence: Evidence) -> str:
    sends = [send for send in evidence.of("send") if send.about.get("race") == "same instant"]
    if not sends:
        return ""
    tokens = {send.about["token"] for send in sends}
    clicks = Counter(bytes(row["token_digest"]).hex() for row in evidence.views["qa_click"])
    copies = Counter(message["id"] for _, _, message in evidence.taken_messages() if message)
    made = {send.about["message"] for send in sends if send.about.get("message")}
    doubled = sum(clicks[token] > 1 for token in tokens) + sum(copies[message] > 1 for message in made)
    return (
        f"{len(sends):,} identical sends, 20 of each card in the same instant: {len(made)} messages for "
        f"{len(tokens)} cards, {doubled} doubled"
    )


def _against_stop(evidence: Evidence) -> str:
    stops = [stop for stop in evidence.of("stop", "ok") if stop.about.get("race")]
    if not stops:
        return ""
    whose = {ours: show.org for show in evidence.shows for ours in show.ours}
    racing = {(stop.about["phone"], whose[stop.about["ours"]]) for stop in stops}
    texts = {
        row["id"]: row
        for row in evidence.views["qa_message"]
        if row["kind"] == "first" and (row["to_phone"], row["organization"]) in racing
    }
    since: dict[int, float] = {}
    for row in evidence.views["qa_suppression"]:
        if row["action"] == "added":
            since.setdefault(row["recipient_id"], moment(row["at"]))
    late = [
        moment(attempt["started_at"])
        > since.get(texts[attempt["message_id"]]["recipient_id"], float("inf"))
        for attempt in evidence.views["qa_attempt"]
        if attempt["message_id"] in texts
    ]
    held = sum(text["state"] == "blocked" for text in texts.values())
    return (
        f"{len(stops):,} STOPs into texts on their way: {held} texts were held back, "
        f"{late.count(False)} attempts had committed before the opt-out, {late.count(True)} after it"
    )
