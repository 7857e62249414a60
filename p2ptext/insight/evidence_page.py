"""What the readable evidence pack shows: its summary, its findings and the order of its parts."""

from typing import Any

from p2ptext.insight import evidence_findings, evidence_proofs, evidence_timeline
from p2ptext.insight.evidence import Pack
from p2ptext.insight.evidence_clocks import clock_words, day_words, moment
from p2ptext.rules.delivery import NEVER_LEFT
from p2ptext.rules.zone_words import zone_words

TABLE_WORDS = {
    "texts": "texts",
    "clicks": "clicks",
    "attempts": "calls to the phone company",
    "receipts": "receipts",
    "replies": "replies",
    "opt_outs": "opt-outs",
    "deeds": "decisions",
    "left_out": "rows of lists",
}


def values(pack: Pack) -> dict[str, Any]:
    """What the templates read."""
    made = moment(pack.data["made_at"])
    return {
        "pack": pack,
        "title": title(pack),
        "made": f"{day_words(made)}, {clock_words(made)} UTC",
        "summary": summary(pack),
        "findings": evidence_findings.findings(pack),
        "zones": zone_words(evidence_timeline.zones_of(pack)),
        "days": evidence_timeline.days(pack),
        "proof_words": evidence_proofs.IN_WORDS,
        "missing": [
            f"{TABLE_WORDS.get(name, name)}: the newest {there:,} of {total:,}"
            for name, there, total in pack.cut_short
        ],
    }


def title(pack: Pack) -> str:
    """Whom it is about: the number in full, for this is what the document is made for."""
    number = pack.rows("number")
    phone = pack.data["asked_for"] or (number[0]["phone"] if number else None)
    return _spaced(phone) if phone else "An erased number"


def last_digits(pack: Pack) -> str:
    """The number's last four digits, for a file's name."""
    return title(pack)[-4:] if pack.data["asked_for"] else "erased"


def _spaced(phone: str) -> str:
    if phone.startswith("+1") and len(phone) == 12:
        return f"{phone[:2]} {phone[2:5]} {phone[5:8]} {phone[8:]}"
    return phone


def summary(pack: Pack) -> list[str]:
    """The answer to "what did you do with this number?", in a few sentences."""
    name = pack.data["organization"]["name"]
    if not pack.data["held"]:
        return [_unknown(pack, name)]
    told = [_texts(pack, name), _replies(pack), _standing(pack)]
    if pack.data["erased"]:
        at = moment(pack.rows("erasures")[-1]["at"]) if pack.rows("erasures") else None
        told.append(
            "Their data was erased"
            + (f" on {day_words(at)}" if at else "")
            + ": the number, the name and the columns of lists are gone. What is left is a keyed fingerprint "
            "of the number, the texts that were sent and received, and who asked for them."
        )
    return told


def _unknown(pack: Pack, name: str) -> str:
    left_out = pack.data["left_out"]["total"]
    if left_out:
        return (
            f"{name} has never texted this number, and it has never written. It stood in "
            f"{_count(left_out, 'row')} of lists that were left out."
        )
    return (
        f"{name} holds nothing about this number. It was never on a list, never texted and never wrote."
    )


def _texts(pack: Pack, name: str) -> str:
    sent = [text for text in pack.rows("texts") if text["state"] not in NEVER_LEFT]
    if not sent:
        return f"{name} has sent this number no text."
    campaigns = {text["campaign_id"] for text in sent if text["campaign_id"] is not None}
    first, last = moment(sent[0]["created_at"]), moment(sent[-1]["created_at"])
    span = (
        f"on {day_words(first)}"
        if first.date() == last.date()
        else f"from {day_words(first)} to {day_words(last)}"
    )
    people = sorted({text["person"] for text in sent if text["person"]})
    by = f" Who pressed Send: {', '.join(people)}." if people else ""
    return (
        f"{name} sent this number {_count(len(sent), 'text')} in {_count(len(campaigns), 'campaign')}, "
        f"{span} (UTC).{by}"
    )


def _replies(pack: Pack) -> str:
    n = pack.data["replies"]["total"]
    return f"They wrote {_count(n, 'text')} back." if n else "They never wrote back."


def _standing(pack: Pack) -> str:
    number = pack.rows("number")[0]
    if not number["suppressed_at"]:
        return "They may be texted as of now; they are not on the do-not-text list."
    return (
        f"They have been on the do-not-text list since {day_words(moment(number['suppressed_at']))}: "
        f"{number['suppressed_reason'].rstrip('.')}."
    )


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
