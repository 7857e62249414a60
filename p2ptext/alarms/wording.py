"""Why each alarm is there, in one sentence or two made of its facts."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from p2ptext.alarms.kinds import KINDS
from p2ptext.rules import networks
from p2ptext.texting.queries import REASONS

Facts = Mapping[str, Any]


def network(code: str) -> str:
    """A carrier's name; its code where we know no name."""
    return networks.name(code) if code else "carriers that no receipt named"


def share(bad: int, n: int, low: float, high: float) -> str:
    """A share with its interval and what it is a share of, as in 9.0% (5.8 to 13.8%) of 200."""
    return f"{100 * bad / n:.1f}% ({100 * low:.1f} to {100 * high:.1f}%) of {n:,}"


def _count(n: int, one: str, many: str) -> str:
    return f"1 {one}" if n == 1 else f"{n:,} {many}"


def _percent(value: float) -> str:
    return f"{value:g}%"


def _stuck(f: Facts) -> str:
    texts = _count(f["count"], "text is", "texts are")
    return (
        f"{texts} due and nobody takes them. The part of the program that hands them over does not run: "
        "tell whoever runs this installation."
    )


def _halted(f: Facts) -> str:
    if f["because"] == "refused":
        return (
            "It refuses the account, so nothing leaves from any campaign. Often the credit is used up, or a "
            "key was changed: tell whoever runs this installation. One text is tried every few minutes."
        )
    return "It does not answer. Texts wait; one is tried every half minute or so, and the others follow."


def _number_out(f: Facts) -> str:
    waits = (
        f" {_count(f['waiting'], 'person who knows it waits', 'people who know it wait')} for an answer."
        if f["waiting"]
        else ""
    )
    if f["because"] == "failures":
        return (
            f"{f['phone']}: {f['bad']} of its last {f['n']} texts failed, too many to be chance. "
            f"Nothing leaves from it; new texts go by your other numbers.{waits} Ask your provider why, then "
            "put it back."
        )
    return (
        f"{f['phone']}: the phone company refused it as a sender. Nothing leaves from it; new texts go by "
        f"your other numbers.{waits} Ask your provider why; an owner puts it back."
    )


def _failures(f: Facts) -> str:
    code = f" with code {f['code']}" if f["code"] else " without a code"
    to = f" to {network(f['network'])}" if f["network"] else ""
    why = REASONS.get(f["reason"] or "", "It does not say why.")
    return (
        f"{share(f['bad'], f['n'], f['low'], f['high'])} texts from {f['phone']}{to} failed{code}, "
        f"more than {_percent(f['percent'])} for certain. {why}{_unnamed(f)}"
    )


def _unnamed(f: Facts) -> str:
    many = f.get("unnamed", 0)
    if not many:
        return ""
    return (
        f" In {_count(many, 'of these texts', 'of these texts')} no receipt has named the phone company."
    )


def _opt_outs(f: Facts) -> str:
    said = f"{share(f['bad'], f['n'], f['low'], f['high'])} people texted last in {f['name']} opted out"
    if f["because"] == "usual":
        return f"{said}, more than is usual for you ({100 * f['usual']:.1f}%) and than chance explains."
    return f"{said}, more than {_percent(f['percent'])} for certain."


def _paused(f: Facts) -> str:
    if f["because"] == "budget":
        return f"{f['name']}: its budget is used up. Nothing leaves until a manager resumes it."
    what = {
        "filtered": "phone companies took {bad} of the last {n} first texts for spam",
        "opt_outs": "{bad} of the last {n} people texted opted out",
    }[f["because"]].format_map(f)
    return f"{f['name']}: {what}. Nothing leaves until a manager resumes it."


def _budget(f: Facts) -> str:
    return (
        f"{f['name']}: {f['spent']} of {f['budget']} {f['currency']} are spent, or will be with what waits to "
        f"leave: {f['percent']}% of the budget."
    )


def _waiting(f: Facts) -> str:
    people = _count(f["count"], "person waits", "people wait")
    here = (
        _count(f["here"], "member is", "members are") + " here."
        if f["here"]
        else "Nobody is here to answer."
    )
    return f"{people} in {f['name']} beyond the {f['promise']} minutes that are promised. {here}"


def _nobody(f: Facts) -> str:
    people = _count(f["count"], "person waits", "people wait")
    deciding = (
        f", {f['for_organizers']:,} of them for a decision of yours" if f["for_organizers"] else ""
    )
    least, most = min(f["promises"]), max(f["promises"])
    promise = f"{least} minutes" if least == most else f"{least} to {most} minutes"
    gone = f"for {_since(f['gone'], f)}" if f["gone"] else "yet"
    return (
        f"{people} for an answer{deciding}, the first for {_since(f['oldest'], f)}. You promise one within "
        f"{promise}. Nobody has had a page of texts or replies open {gone}: ask somebody to come, or answer "
        "yourself."
    )


def _since(moment: str, f: Facts) -> str:
    """How long ago it was, at the moment the words are for."""
    return lasted((f["at"] - datetime.fromisoformat(moment)).total_seconds())


def lasted(seconds: float) -> str:
    """A stretch of time in words."""
    minutes = round(seconds / 60)
    if not minutes:
        return "less than a minute"
    if minutes < 90:
        return _count(minutes, "minute", "minutes")
    hours = round(minutes / 60)
    return _count(hours, "hour", "hours") if hours < 48 else _count(round(hours / 24), "day", "days")


def _signatures(f: Facts) -> str:
    reports = _count(f["count"], "report", "reports")
    others = (
        "Others came with a valid one, so somebody else may have sent these."
        if f["others"]
        else "None came with a valid one, so receipts and replies do not reach you: most likely the signature "
        "secret of this installation is not the phone company’s. It repeats them for 24 hours."
    )
    return (
        f"{reports} were turned away within {f['minutes']} minutes. The last: {f['why']} {others} Tell whoever "
        "runs this installation."
    )


def _import(f: Facts) -> str:
    where = f" for {f['name']}" if f["name"] else ", numbers that must not be texted,"
    return f"{f['file']}{where} did not come in. {f['fault']}"


def _export(f: Facts) -> str:
    of = f" of {f['name']}" if f["name"] else ""
    return f"The file of {f['file'].replace('_', '-')}{of} was not made. {f['fault']}"


def _reviews(f: Facts) -> str:
    replies = _count(f["count"], "reply", "replies")
    return f"{replies} may be a wish for no more texts. Nothing leaves to these people until you decide."


def _strays(f: Facts) -> str:
    return f"{_count(f['count'], 'reply', 'replies')} came from people whom no text of yours left to."


def _unknown(f: Facts) -> str:
    texts = _count(f["count"], "text", "texts")
    return f"{texts} may have been sent and may not. None is sent again unless you decide."


def _kept(f: Facts) -> str:
    return (
        f"{_count(f['count'], 'report', 'reports')} of the last day could not be used, so receipts or replies "
        "may be missing."
    )


def _day_cap(f: Facts) -> str:
    return (
        f"{f['name']}: {f['used']:,} of {f['cap']:,} segments that T-Mobile takes today have left. From "
        "nine tenths on first texts wait until midnight Pacific time; answers go on."
    )


def _registration(f: Facts) -> str:
    ends = date.fromisoformat(f["ends"])
    what = "The Campaign Verify token of " if f["what"] == "token" else ""
    on = f"{ends:%B} {ends.day}, {ends.year}"
    if f["days"] < 0:
        return (
            f"{what}{f['name']} ended on {on}. Nothing new leaves from its numbers until it is renewed."
        )
    left = "today" if f["days"] == 0 else f"in {_count(f['days'], 'day', 'days')}"
    return f"{what}{f['name']} ends {left}, on {on}. Then nothing new leaves from its numbers."


def _timing(f: Facts) -> str:
    return str(f["words"])


def _pace(f: Facts) -> str:
    return f"{f['count']:,} presses within an hour came faster than a hand can press."


def _edited(f: Facts) -> str:
    return (
        f"{f['name']} changed {share(f['bad'], f['n'], f['low'], f['high'])} answers they were offered, more "
        f"than {_percent(f['percent'])} for certain."
    )


def _profanity(f: Facts) -> str:
    texts = _count(f["count"], "text", "texts")
    return f"{f['name']} wrote {texts} with words that may offend within the last day."


_WORDS: Mapping[str, Callable[[Facts], str]] = {
    "stuck": _stuck,
    "halted": _halted,
    "number_out": _number_out,
    "failures": _failures,
    "opt_outs": _opt_outs,
    "paused": _paused,
    "budget": _budget,
    "nobody": _nobody,
    "waiting": _waiting,
    "signatures": _signatures,
    "imports": _import,
    "exports": _export,
    "reviews": _reviews,
    "strays": _strays,
    "unknown": _unknown,
    "kept": _kept,
    "day_cap": _day_cap,
    "registration": _registration,
    "timing": _timing,
    "pace": _pace,
    "edited": _edited,
    "profanity": _profanity,
}


_NAMED: Mapping[str, str] = {
    "number_out": "{} is out of use",
    "failures": "Texts from {} fail",
    "opt_outs": "Many people opt out of {}",
    "paused": "{} was paused by itself",
    "budget": "The budget of {} runs out",
    "waiting": "Replies wait too long in {}",
    "timing": "{} presses like a machine",
    "pace": "{} presses faster than a hand can",
    "edited": "{} rewrites most texts",
    "profanity": "{} wrote rude words",
}


def title(kind: str, facts: Facts) -> str:
    """What an alarm is called, with whom or what it is about; a kind of an earlier release by its own name."""
    about = facts.get("name") or facts.get("phone")
    if kind == "budget" and facts["percent"] >= 100:
        return f"The budget of {about} is used up"
    if kind in _NAMED and about:
        return _NAMED[kind].format(about)
    return KINDS[kind].title if kind in KINDS else kind.replace("_", " ").capitalize()


def why(kind: str, facts: Facts, at: datetime) -> str:
    """Why it is there at a moment, or was when it ended; empty for a kind that is no more."""
    return _WORDS[kind]({**facts, "at": at}) if kind in _WORDS else ""
