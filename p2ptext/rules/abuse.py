"""Whether a reply is abuse aimed at the volunteer: it is blurred until they tap it.

Anger about being texted, and ordinary cursing, are not; slurs, threats and sexual harassment are.
"""

import codecs
import re

from p2ptext.rules.plain_words import any_of, line, words_of

# Slurs are kept turned by thirteen letters, so that nobody has to read them here. The endings of
# plurals count, other words that begin alike (such as names of places) do not.
_SLURS_TURNED = (
    "avttre avttn snttbg snt xvxr fcvp puvax pbba jrgonpx gbjryurnq enturnq tbbx genaal qlxr ergneq "
    "ergneqrq pbpxfhpxre phag fyhg juber gjng srzvanmv"
    " znevpba wbgb chgn chgb fnybcr crqr gncrggr arterffr obhtabhyr tbhvar ivnqb"
)
_SLURS = words_of(codecs.decode(_SLURS_TURNED, "rot13"))
# In Spanish these also curse at nobody ("de puta madre", "puta lluvia").
_CURSE_AT_NOBODY = re.compile(r"\bputa (?:madre|vida|mierda|lluvia)\b|\bla puta (?:verdad|calle)\b")

_THREATS_AND_HARASSMENT = re.compile(
    any_of(
        # Threats
        "(?:i will|ill|im going to|im gonna|i am going to|gonna|we will|well"
        "|going to) "
        "(?:come (?:and )?)?(?:find (?:you )?and )?"
        "(?:kill|murder|shoot|stab|rape|strangle|hurt|beat|burn|hang|lynch|bash|smash|slit|end) "
        "(?:you|u|ya|your (?:\\w+ )?(?:family|face|kids|house|ass|throat|head|skull|mother"
        "|children))(?! (?:in|to|at) (?:the|a)\\b)",
        "i (?:will|am going to|know) (?:find )?where (?:you|u) (?:live|sleep|work)",
        "(?:i|we) know where (?:you|u|your \\w+) (?:live|lives|sleep|sleeps)",
        "(?:you|u) (?:should|deserve to|better|need to|must|ought to) (?:all )?(?:die|be (?:shot"
        "|killed|hung|hanged|raped"
        "|dead|lynched))",
        "(?:hope|wish) (?:you|u|your (?:\\w+ )?family|your kids)(?: all| and your \\w+)? (?:die|dies"
        "|get (?:shot|raped|"
        "cancer|killed|hit|covid)|rot|burn|choke|are raped)",
        "(?:go )?kill (?:your ?self|urself)|kys|drop dead|go die|eat a bullet|neck yourself",
        "watch your back",
        "(?:put|place) a bullet",
        "te voy a (?:matar|violar|encontrar|golpear|partir)|vamos a matarte|ojala te mueras|muerete"
        "|se donde vives",
        "(?:je )?vais te (?:tuer|trouver|violer|frapper|buter)|creve|va mourir|je sais ou tu habites",
        # Sexual harassment
        "(?:send|show|want|see|share|got|have)(?: me| us| ur| your| some| to see| any)* (?:nudes?"
        "|tits|boobs|titties|pussy|"
        "naked|dick pics?|feet pics?)",
        "(?:suck|lick|ride|choke on|gag on|blow|sit on) (?:my|this|deez|these"
        "|on my) (?:\\w+ )?(?:dick|cock|balls|nuts|"
        "pussy|face|ass)",
        "suck (?:it|a (?:\\w+ )?dick|dick)|eat (?:my|a) (?:\\w+ )?(?:ass|dick|pussy)|(?:bag"
        "|box) of dicks",
        "(?:my|big|a|this) (?:\\w+ )?(?:dick|cock) (?:in|is|for|pic|inside)",
        "(?:are|r) (?:you|u) (?:horny|wet|naked|single and|a virgin)|what (?:are|r) (?:you|u) wearing",
        "(?:want|wanna|like) to (?:fuck|bang|bone) (?:you|u|me)|wanna (?:fuck|bang|bone|hook up"
        "|have sex)|"
        "(?:fuck|bang|bone) me\\b(?! off| up| over)|let me (?:fuck|hit that)|have sex with (?:me|you"
        "|u)",
        "(?:i will|ill|im gonna) (?:fuck|bang) (?:you|u|your (?:mom|mother|wife|sister|daughter))",
        "manda(?:me)? (?:fotos (?:desnuda|hot)|nudes|pack)|quieres (?:coger|follar)|chupame|mamame"
        "|mama(?:la|melo)",
        "envoie (?:moi )?(?:tes )?(?:nudes|seins|photos nues?)|suce (?:moi|ma)|veux te baiser",
        # Insults at whoever writes
        "(?:you|u|ur|youre|your|you are|u r|youre all|you all are)(?: such)?(?: an?| the"
        "| just a)? (?:\\w+ ){0,2}"
        "(?:bitch(?:es)?|whores?|sluts?|cunts?|pieces? of shit|fags?|retards?|pedos?|pedophiles?"
        "|groomers?|subhuman|"
        "vermin|motherfuckers?|nazis?|scum|pos|waste of (?:space|life|oxygen|skin))",
        "(?:stupid|dumb|fat|ugly|fucking|fuckin|little|dirty|nasty) (?:\\w+ )?(?:bitch(?:es)?"
        "|whores?|sluts?|cunts?|"
        "motherfuckers?)",
        "(?:fuck|screw) (?:you|u|off) (?:\\w+ )?(?:bitch|whore|slut|cunt|motherfucker|asshole)|"
        "^(?:fuck (?:you|u|off) )?(?:you )?(?:bitch|motherfucker|cunt)$",
        "hijos? de (?:su )?(?:puta|perra|la chingada)|(?:pinche|maldita) (?:puta|perra|vieja)"
        "|chinga(?:te| a tu|s a tu)",
        "fils de pute|sale (?:pute|pd|conne|chienne)|nique ta (?:mere|race)|va te faire (?:foutre"
        "|enculer)|enculee?s?",
    )
)


def is_abusive(text: str) -> bool:
    """Whether `text` is a slur, a threat, or sexual harassment aimed at whoever reads it."""
    plain = line(text)
    return bool(_THREATS_AND_HARASSMENT.search(plain)) or _has_slur(plain)


def _has_slur(plain: str) -> bool:
    found = _CURSE_AT_NOBODY.sub(" ", plain).split()
    return any(word in _SLURS or (word.endswith("s") and word[:-1] in _SLURS) for word in found)
