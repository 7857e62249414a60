"""What a reply asks for: to stop, to get help, to start again, or that the number is wrong.

Whoever reads it as a reasonable person decides, as 47 CFR 64.1200(a)(10) says; the clear requests
are acted on at once, the probable ones go to a person. Three steps, the first that finds something
decides: the whole message is a keyword; a phrase asks; several hints add up.
"""

import re
from dataclasses import dataclass, replace

from p2ptext.rules import auto_replies, likeness, optout_cues, reactions
from p2ptext.rules import optout_others_en as english_others
from p2ptext.rules import optout_phrases_en as english
from p2ptext.rules import optout_phrases_es as spanish
from p2ptext.rules import optout_phrases_fr as french
from p2ptext.rules import optout_words as keywords
from p2ptext.rules.optout_folding import fold, thin
from p2ptext.rules.optout_more import WRONG_NUMBER, by_phrase, is_wrong_number, whole_words
from p2ptext.rules.optout_rule import DECISIVE, Rules
from p2ptext.rules.plain_words import LONGEST, flatten, without_additions, without_name, words


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about a reply."""

    tier: str
    """"auto": no more texts from now on. "review": a person looks the same day. "none": neither."""
    kind: str
    """"stop", "help", "start", "wrong_number" or ""."""
    reason: str
    """In words, for the person who looks."""
    rule: str = ""
    """A lasting short name of the rule that decided; "" where none did."""


_ORDINARY = Verdict("none", "", "Nothing here asks for the texts to stop.")
_REACTION = Verdict("none", "", "A reaction asks for nothing.", "reaction")

_SETTLED = frozenset({"keyword", "stop_sign", "help", "start", "auto_reply", "reaction"})
"""Rules that leave no room for doubt: keywords always mean what they mean."""
_LOOKED_AT = frozenset({"died", "child", "es_murio", "fr_decede"})
"""A person looks, whatever the rest reads like: nobody shall write to a grieving family or to a child."""
_NEVER_AT_ONCE = _LOOKED_AT | {
    *("perhaps", "angry_sign", "asks_at_times", "es_a_veces", "fr_a_ces_heures", "stop_calls"),
    *("another_way", "may_be_done", "not_interested", "es_no_interesa"),
}
"""What these mean depends on more than the words: a person decides, however sure the rest makes it."""
_PERHAPS_NO_MORE = "; they may want no more texts"
_THEY_MAY = "They may "
_LIKELY = {"auto": (0.94, 0.2), "review": (0.96, 0.45), "none": (0.95, 0.55)}
"""By what the rules made of a text: how likely it must be a request to be acted on at once, and for a
person to look. The first was set so that fewer than 2 in 100 innocent replies are acted on."""

_MOST_WORDS = 30
"""No keyword is longer, even spelled with spaces and said twice."""
_SHORT = 12
"""Words of a message in which a keyword as a first or last clause still means stop."""

_STRETCHED = re.compile(r"(\w)\1{2,}")
_REPEATED = re.compile(r"(\w{2,14}?)\1+")
_LEET = str.maketrans("015347$@", "oisea7sa".replace("7", "t"))
_QUOTED = re.compile(r"[\"“«„][^\"“”«»„]{8,400}[\"”»]")
_TELLS_HOW = re.compile(
    r"(?<!\bi )(?<!\bdid )(?<!\balready )(?<!\band )(?<!\bive )(?<!\bto )"
    r"\b(?:reply|text|txt|send|respond|type|says?|escriba|responda|envie|responde|repondez"
    r"|envoyez)(?: with| con)?(?: the word)? "
    r"[\"“']?(?:stop|alto|arret|end|quit|unsubscribe|cancel|salir|baja)[\"”']?(?: al? \d+| to \d+"
    r"| anytime| at any time)?"
    r" (?:(?:to|2|for|para|pour) ?(?:end|quit|stop|cancel|opt ?-?out|unsubscribe|be removed|leave"
    r"|remove|salir|cancelar|arreter|"
    r"darse de baja|(?:se|vous) desabonner|no longer|avoid|dejar)(?: from| of| de)?(?: our| this"
    r"| the| your| la)?(?: list| texts| messages| lista)?)"
)
_CLAUSE_END = re.compile(r"[.,!?;:()\n\u2014\u2013…/|。，！？、；]+| - |--+")
_TOKEN = re.compile(r"[^\W_]+|[.!?;:\n()\u2014\u2013…/|。！？；]| - |--+")
_TAKEN_BACK = re.compile(
    r"stop|quit|cancel|unsub|remov|delet|opt|off|end|block|pare|deje|saqu|borr|elim|arret|cess|retir"
    r"|enlev|supp|desa"
)
_TAKES_BACK = re.compile(
    r"n.?t\b|\bn ?e?\b|narr|ncess|never|cannot|i |we |he |she |they |people |everyone |n[ao]o? |not "
)
_CURSES = re.compile(
    r"\b(?:the (?:hell|fuck|heck)|tf|wtf|bullshit|assholes?|idiots?|morons?|dumbass\w*|fucking"
    r"|pinches?|putain|merde)\b"
)
_REFUSES = re.compile(r"\b(?:dont|do not|not|never|no|why|stop|did|didnt|wont|if|ne|pas|nunca|when)\b")
_SIGN_WORDS = {ord(sign): " stop " for sign in "🛑⛔"} | {ord(sign): " no " for sign in "🚫📵🔕"}
_NUMBER_SIGN = re.compile(r"#(?!\w)|\+?\d[\d\-. ()]{5,20}\d")
_WITH = re.compile(r"\bw/")
_SPANISH_SHORT = {
    "q": "que",
    "k": "que",
    "x": "por",
    "d": "de",
    "mensage": "mensaje",
    "mensages": "mensajes",
}
_K_FOR_QU = re.compile(r"\bk(?=it[ae]\w{0,2}(?:me|nos)|iero|e )")
_ENDS_IN_CAPITALS = re.compile(r"[a-z].*\sSTOP[\s.!]*$", re.DOTALL)
_DISTURB = re.compile("disturb|molestar|deranger")
_MANNERS = re.compile(
    r"\b(?:por ?favor|x ?favor|porfa\w*|xfa|pls|plis|please|pinches?|put[oa]s?|maldit[oa]s?"
    r"|malparid\w+|s ?il (?:vous|te) plait|svp|stp|"
    r"putain|bordel|senor\w*) "
)


def classify(text: str) -> Verdict:
    """What `text` asks for. The first 2,000 characters count.

    A request to stop wins over everything else in the message; the seven words of the FCC
    always are one. HELP counts only as the whole message, START also as a clear wish for texts, and
    YES is never START. Reactions and the answers of machines ask for nothing.
    """
    found = by_rules(text)
    if found.rule in _SETTLED or len(text) > likeness.LONGEST or not words(flatten(text)):
        return found
    return _weigh(found, likeness.score(text, signs(found)), text)


def by_rules(text: str) -> Verdict:
    """What the rules alone make of `text`."""
    if reactions.read(text) is not None:
        return _REACTION
    flat = without_additions(flatten(text))
    found = _by_whole_message(flat) or _unless_machine(_by_phrases(flat), flat)
    if found.rule == "ends_with_stop" and _ENDS_IN_CAPITALS.search(text[:LONGEST]):
        return replace(found, tier="auto")
    return found


def signs(found: Verdict) -> tuple[str, ...]:
    """What a verdict of the rules contributes when the whole text is weighed."""
    return (found.tier, found.rule) if found.rule else (found.tier,)


def _weigh(found: Verdict, likely: float, text: str) -> Verdict:
    """The rules' verdict beside what examples have taught: either alone is wrong too often."""
    at_once, looked_at = _LIKELY[found.tier]
    if likely >= at_once and found.rule not in _NEVER_AT_ONCE:
        tier = "auto"
    elif likely >= looked_at or found.rule in _LOOKED_AT:
        tier = "review"
    else:
        tier = "none"
    if found.kind == "stop" and tier != "none":
        sure = tier == "auto" and found.tier != "auto"
        return replace(found, tier=tier, reason=_surely(found.reason) if sure else found.reason)
    if found.kind == "stop":
        reason = f"{found.reason.rstrip('.')}. The rest does not read like a request to stop."
        return Verdict("none", "", reason, found.rule)
    return found if tier == "none" else _learnt(tier, text)


def _surely(reason: str) -> str:
    """The reason of a rule that alone would only have asked a person, where the rest settled it."""
    bare = reason.replace(_PERHAPS_NO_MORE, "")
    if bare.startswith(_THEY_MAY):
        bare = "They seem to " + bare.removeprefix(_THEY_MAY)
    return f"Weighed with the rest it asks for no more texts: {bare[:1].lower()}{bare[1:]}"


def _learnt(tier: str, text: str) -> Verdict:
    said = ", ".join(f"“{part}”" for part in likeness.telling(text))
    reason = (
        f"It reads like other requests to stop: {said}." if said else "It reads like a request to stop."
    )
    return Verdict(tier, "stop", reason, "likeness")


def _unless_machine(verdict: Verdict, flat: str) -> Verdict:
    """A machine asks for nothing, but a person may write that they drive and that it has to stop."""
    if verdict.tier == "none":
        return verdict
    machine = auto_replies.why(" ".join(words(flat)))
    drives = machine == auto_replies.DRIVES and not _DISTURB.search(flat)
    if not machine or (verdict.tier == "auto" and drives):
        return verdict
    return Verdict("none", "", f"{machine}.", "auto_reply")


# The whole message


def _by_whole_message(flat: str) -> Verdict | None:
    found = words(flat)
    if not found:
        return _by_sign(flat)
    if len(found) > _MOST_WORDS:
        return None
    bare = _without_manners(found)
    whole = {_joined(found), _joined(bare), _joined(_without_manners(words(without_name(flat))))}
    if len(flat) < 2 * _MOST_WORDS:
        whole.add(_joined(words(flat.translate(_LEET))))
    stop = whole & keywords.STOP_WORDS
    if stop or (bare and all(word in keywords.STOP_WORDS for word in bare)):
        return Verdict("auto", "stop", f"They wrote “{min(stop or bare)}”.", "keyword")
    if whole & keywords.HELP_WORDS:
        return Verdict("none", "help", "They ask for help.", "help")
    if _joined(found) in keywords.START_WORDS:
        return Verdict("none", "start", "They ask to get texts again.", "start")
    perhaps = whole & keywords.PERHAPS_WORDS
    if perhaps:
        return Verdict("review", "stop", f"They wrote “{min(perhaps)}”, which may mean stop.", "perhaps")
    return _of_more_languages(whole)


def _of_more_languages(whole: set[str]) -> Verdict | None:
    found = whole_words(whole)
    if found is None:
        return None
    tier, kind, word = found
    reasons = {
        "stop": f"They wrote “{word}”.",
        "start": "They ask to get texts again.",
        "help": "They ask for help.",
    }
    return Verdict(tier, kind, reasons[kind], "keyword" if kind == "stop" else kind)


def _by_sign(flat: str) -> Verdict:
    signs = set(flat)
    if signs & keywords.STOP_SIGNS:
        return Verdict("auto", "stop", "They sent a stop sign.", "stop_sign")
    if signs & keywords.ANGRY_SIGNS:
        return Verdict("review", "stop", "They sent an angry sign.", "angry_sign")
    return _ORDINARY


def _joined(found: list[str]) -> str:
    """The words as one: "S T O P", "stoooop" and "stop stop" are all "stop"."""
    whole = _STRETCHED.sub(r"\1", "".join(found)[:400])
    again = _REPEATED.fullmatch(whole)
    return again[1] if again else whole


def _without_manners(found: list[str]) -> list[str]:
    first, last = 0, len(found)
    while first < last and found[first] in keywords.POLITE:
        first += 1
    while last > first and found[last - 1] in keywords.POLITE:
        last -= 1
    return found[first:last]


# A phrase, or hints


def _by_phrases(flat: str) -> Verdict:
    own = _own_words(flat)
    if not words(own):
        return (
            Verdict("auto", "stop", "They repeat how to stop.", "instruction")
            if len(flat) < 60
            else _ORDINARY
        )
    if _TAKEN_BACK.search(own) and _TAKES_BACK.search(own):
        own = keywords.NEGATED.sub(" ", own)
    spoken, romance = _spoken(own), _romance(own)
    folded, other = spoken.split(), romance.split()
    return (
        _by_welcome(folded, spoken, other, romance)
        or _by_clause(own)
        or _serious(own, _first("auto", english.AUTO, folded, spoken))
        or _first("auto", spanish.AUTO, other, romance)
        or _first("auto", french.AUTO, other, romance)
        or _more("auto", own, other, romance)
        or _first("review", english_others.REVIEW, folded, spoken)
        or _first("review", spanish.REVIEW, other, romance)
        or _first("review", french.REVIEW, other, romance)
        or _more("review", own, other, romance)
        or _by_start(flat, folded, spoken)
        or _by_hints(flat, folded, spoken, other, romance)
        or _by_wrong_number(own, folded, spoken)
        or _ORDINARY
    )


def _own_words(flat: str) -> str:
    """Without quotations, without “Reply STOP to end”."""
    own = _QUOTED.sub(" ", flat)
    return _TELLS_HOW.sub(" . ", own if words(own) else flat)


def _romance(own: str) -> str:
    """Words as they are, but for short forms of Spanish and for manners."""
    plain = " ".join(_SPANISH_SHORT.get(word, word) for word in _tokens(own))
    return _MANNERS.sub("", _K_FOR_QU.sub("qu", plain) + " ").strip()


def _by_welcome(folded: list[str], spoken: str, other: list[str], romance: str) -> Verdict | None:
    """Another channel is refused, or stopping is only spoken of, by somebody who wants the texts."""
    hit = (
        english_others.WELCOME.first(folded, spoken)
        or spanish.WELCOME.first(other, romance)
        or french.WELCOME.first(other, romance)
    )
    if hit is None:
        return None
    if english_others.START.first(folded, spoken) is not None:
        return Verdict("none", "start", "They ask to get texts again.", "start_again")
    return Verdict("none", "", f"{hit[0].reason}.", hit[0].slug)


def _serious(own: str, verdict: Verdict | None) -> Verdict | None:
    """A mere “stop” among laughter goes to a person."""
    if (
        verdict is not None
        and verdict.rule in ("stop_this", "said_stop")
        and keywords.JOKING.search(own)
    ):
        return replace(verdict, tier="review")
    return verdict


def _tokens(own: str) -> list[str]:
    """Words in order, every end of a sentence as "."."""
    return [found if found[0].isalnum() else "." for found in _TOKEN.findall(own)]


def _spoken(own: str) -> str:
    """English words in one spelling."""
    line = _NUMBER_SIGN.sub(
        " my number ", _WITH.sub("with ", own.translate(_SIGN_WORDS).replace("&", " and "))
    )
    return " ".join(thin(fold(_tokens(line))))


def _by_clause(own: str) -> Verdict | None:
    """A keyword that is a clause of its own: “Stop. I voted already”, “I voted, stop”."""
    clauses = [found for found in map(words, _CLAUSE_END.split(own)) if found]
    joined = [_joined(_without_manners(clause)) for clause in clauses if len(clause) < _SHORT]
    short = len(clauses) > 1 and sum(map(len, clauses)) <= _SHORT
    edges = {joined[0], joined[-1]} & keywords.FIRST_CLAUSE_WORDS if short and joined else set()
    found = edges or keywords.CLAUSE_WORDS.intersection(joined)
    if not found:
        return None
    tier = "review" if keywords.JOKING.search(own) else "auto"
    return Verdict(tier, "stop", f"They wrote “{min(found)}”, among other words.", "keyword_clause")


def _first(tier: str, rules: Rules, found: list[str], line: str) -> Verdict | None:
    hit = rules.first(found, line)
    if hit is None:
        return None
    rule, said = hit
    return Verdict(tier, "stop", f"{rule.reason}: “{said.strip()}”.", rule.slug)


def _more(tier: str, own: str, found: list[str], line: str) -> Verdict | None:
    hit = by_phrase(tier, own, found, line)
    return None if hit is None else Verdict(tier, "stop", f"{hit.reason}.", hit.slug)


def _by_hints(
    flat: str, folded: list[str], spoken: str, other: list[str], romance: str
) -> Verdict | None:
    hints = [
        *optout_cues.CUES.all(folded, spoken),
        *spanish.CUES.all(other, romance),
        *french.CUES.all(other, romance),
    ]
    angry = 3 * bool(keywords.ANGRY_SIGNS.intersection(flat))
    weight = sum(hint.weight for hint in hints) + angry + 2 * bool(_CURSES.search(flat))
    if weight < DECISIVE:
        return None
    told = max(hints, key=lambda hint: hint.weight, default=None)
    if told is None or told.weight < angry:
        return Verdict("review", "stop", "They sent an angry sign.", "angry_sign")
    return Verdict("review", "stop", f"{told.reason}{_PERHAPS_NO_MORE}.", told.slug)


def _by_start(flat: str, folded: list[str], spoken: str) -> Verdict | None:
    if _REFUSES.search(flat) or english_others.START.first(folded, spoken) is None:
        return None
    return Verdict("none", "start", "They ask to get texts again.", "start_again")


def _by_wrong_number(own: str, folded: list[str], spoken: str) -> Verdict | None:
    if is_wrong_number(own):
        return Verdict("none", "wrong_number", f"{WRONG_NUMBER}.", "wrong_number")
    hit = english_others.WRONG_NUMBER.first(folded, spoken)
    if hit is not None:
        return Verdict("none", "wrong_number", f"{hit[0].reason}.", "wrong_number")
    return None
