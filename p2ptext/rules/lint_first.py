"""What a first text must say: who texts, how to end it, and who pays where a state asks for that."""

import re
from collections.abc import Iterator

from p2ptext.rules.lint_text import LintFacts, LintFault, Reading
from p2ptext.rules.lint_words import SPONSOR_RULES

_ASKS = {
    "en": r"reply|text|send|say|write|type|respond|answer|txt|just",
    "es": r"responda|responde|responder|envie|envia|enviar|escriba|escribe|escribir|conteste|"
    "contesta|mande|manda|diga|di|texto",
    "fr": r"repondez|reponds|repondre|envoyez|envoie|ecrivez|ecris|textez|tapez|dites",
}
_WORDS = {
    "en": r"stop|stopall|quit|end|cancel|unsubscribe|optout|opt[- ]out|revoke|remove",
    "es": r"stop|alto|parar|pare|para|salir|cancelar|baja|detener|no mas|fin",
    "fr": r"stop|arret|arreter|arretez|fin|non merci|desabonner",
}
_ENDS = {
    "en": r"to (?:stop|opt|end|quit|unsub\w*|cancel|leave|be removed|get no|no longer|not)|to be "
    "taken off|= ?(?:end|quit|opt)",
    "es": r"para (?:no|dejar|cancelar|salir|parar|terminar|darse|darte|detener|que|anular)|= "
    "?(?:fin|salir|baja|cancelar)",
    "fr": r"pour (?:ne|arreter|vous|te|cesser|refuser|quitter|mettre|stopper)|= ?(?:fin|arret)",
}
_ALONE = {
    "en": r"\bopt(?:ing)?[- ]?out\b|\bunsubscribe\b",
    "es": r"\bdarse de baja\b|\bdarte de baja\b|\bcancelar la suscripcion\b",
    "fr": r"\b(?:vous|te) desabonner\b|\bdesabonnement\b",
}
_QUOTES = r"[\"'“”‘’«»)]{0,3}"
_OPT_OUT = {
    language: re.compile(
        rf"\b(?:{_ASKS[language]})\b[^.!?\n]{{0,15}}?\b(?:{_WORDS[language]})\b(?!\d)"
        rf"|\b(?:{_WORDS[language]})\b{_QUOTES} ?(?:{_ENDS[language]})|{_ALONE[language]}"
    )
    for language in _ASKS
}
_SHOUTED = re.compile(
    r"\b(?:STOP|ALTO|PARAR|ARR[EÊ]T|SALIR|BAJA)\b(?=[\"'”’)]*\s*(?:2\s|=|/|[.!,;]|$|to\b|for\b|if\b|"
    r"para\b|si\b|pour\b))"
)
"""The word alone at the end of a sentence or before what it is for, as it is set apart by capitals."""
_STOP = re.compile(r"(?<![A-Za-z])(?:STOP|Stop)(?![A-Za-z0-9])")
"""In languages whose words we do not know, the word that every phone company knows must be there."""
_SQUEEZED = re.compile(
    r"\b(?:stop|remove|reply|text|quit|end|opt)\s?(?:2|to)\s?(?:quit|end|stop|opt\s?out|cancel|unsub)\b"
)
_HINTS = {
    "es": "Responda ALTO para no recibir más mensajes.",
    "fr": "Répondez STOP pour ne plus recevoir de messages.",
}


def says_opt_out(text: Reading, language: str = "") -> bool:
    """Whether it tells people how to end the texts, in its language; in any where none is given."""
    patterns = [_OPT_OUT[language]] if language in _OPT_OUT else list(_OPT_OUT.values())
    if language and language not in _OPT_OUT:
        return bool(_STOP.search(text.shown))
    return bool(_SHOUTED.search(text.shown)) or any(one.search(text.folded) for one in patterns)


def check(text: Reading, facts: LintFacts) -> Iterator[LintFault]:
    """Codes: no_opt_out, no_sender, no_sponsor. Nothing for a text that is not a first one."""
    if not facts.first:
        return
    if facts.opt_out_required and not says_opt_out(text, facts.language):
        yield LintFault("no_opt_out", _opt_out_words(text, facts.language), blocks=True)
    if facts.organization_names and not says_name(text, facts.organization_names):
        name = facts.organization_names[0]
        words = f"It does not say who texts. Write your organization's name, “{name}”, into it."
        yield LintFault("no_sender", words, blocks=True)
    yield from _sponsor(text, facts)


def _opt_out_words(text: Reading, language: str) -> str:
    hint = _HINTS.get(language, "Reply STOP to opt out.")
    if _SQUEEZED.search(text.folded):
        return (
            f"Phone companies do not take “Stop2Quit” and the like. Write it with ordinary words: {hint}"
        )
    return f"The message does not say how to opt out. Add: {hint}"


def says_name(text: Reading, names: tuple[str, ...]) -> bool:
    """Whether one of the names stands in it, whatever its case, accents, spaces and signs."""
    letters = _letters(text.shown)
    return any(_letters(name) in letters for name in names if _letters(name))


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, Reading(words).folded.replace("&", "and")))


def _sponsor(text: Reading, facts: LintFacts) -> Iterator[LintFault]:
    if not facts.political:
        return
    line = _letters(facts.sponsor_line)
    if line and line in _letters(text.shown):
        return
    lacking = [
        state
        for state in facts.sponsor_required_states
        if state in SPONSOR_RULES and not re.search(SPONSOR_RULES[state].says, text.folded)
    ]
    if not lacking:
        return
    names = ", ".join(SPONSOR_RULES[state].name for state in lacking)
    if line:
        todo = f"Add your line “{facts.sponsor_line}”."
    else:
        todo = f"{SPONSOR_RULES[lacking[0]].name} wants {SPONSOR_RULES[lacking[0]].words}."
    words = f"It does not say who pays, and people in {names} must be told. {todo}"
    yield LintFault("no_sponsor", words, blocks=True)
