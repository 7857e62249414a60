"""Whether a reply is abuse aimed at the volunteer: it is blurred until they tap it.

Anger about being texted, and ordinary cursing, are not; slurs, threats, sexual harassment and insults
at whoever writes (“you idiot”, and not “this stupid election”) are.
"""

import codecs
import re

from p2ptext.rules.plain_words import any_of, flatten, line, words_of

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


# Insults, where they are aimed at whoever reads: behind “you”, or as a clause of their own.
_VERY = (
    r"(?:(?:an?|the|all|such|just|nothing but|so|really|that|too|very|total|complete|absolute|real|big|fat|old"
    r"|ugly|dirty|lazy|little|sorry|lying|rude|sick|pathetic|worthless|miserable|ignorant|brainless|bloody"
    r"|stupid|dumb|damn|damned|goddamn|freaking|fucking|fuckin|bunch of|pack of) ){0,5}"
)
_INSULT = (
    r"(?:idiots?|morons?|losers?|imbeciles?|dumb ?ass(?:es)?|jack ?ass(?:es)?|ass ?holes?|dip ?shits?"
    r"|shit ?heads?|dick ?heads?|scum ?bags?|liars?|creeps?|jerks?|fools?|halfwits?|dimwits?|simpletons?"
    r"|lowlifes?|parasites?|degenerates?)"
)
_STUPID = (
    r"(?:stupid|dumb|brainless|pathetic|worthless)(?= (?:or|people|person|man|woman|boy|girl|kid|cow|pig|ass"
    r"|little|old|and)\b|$)"
)
_AIMED = re.compile(
    any_of(
        r"(?<!thank )(?<!bless )(?<!for )(?:you|u|youre|ur)(?: people| guys| all| folks)?(?: are| r| re)? "
        rf"{_VERY}(?:{_INSULT}|{_STUPID})",
        rf"(?:are|r) (?:you|u) (?:people |guys |all )?{_VERY}(?:{_INSULT}|{_STUPID})",
        r"(?:shut (?:the \w+ )?up|get lost|go away|(?:fuck|piss|bug|buzz|back) off|(?:fuck|screw) (?:you|u)"
        rf"|go to hell|get a life|leave me alone|texting me|text me) {_VERY}{_INSULT}",
        r"what an? " + _VERY + _INSULT + r" (?:you|u) are",
        # Spanish
        r"(?:eres|sos|usted es|es usted|ustedes son)(?: una?| unos| unas| bien| muy| tan| puro| pura)*"
        r"(?: pinche| maldit[oa])? (?:idiotas?|imbecil(?:es)?|estupid[oa]s?|pendej[oa]s?|tarad[oa]s?"
        r"|mentiros[oa]s?|cabron(?:a|es)?|basura|inutil(?:es)?)",
        r"(?:callate|callese|largate|larguese|pinches?|dejame en paz|deje de molestar)(?: ya)?"
        r"(?: maldit[oa]s?)? (?:idiotas?|imbecil(?:es)?|estupid[oa]s?|pendej[oa]s?|tarad[oa]s?"
        r"|cabron(?:a|es)?)",
        # French
        r"(?:tu es|t es|tes|vous etes|espece de?|bande de?|pauvre|ta gueule|la ferme|degage)(?: une?| des| de)?"
        r"(?: vraie?| vrais| gros(?:se)?| sale| sacree?)? ?d?(?:idiote?s?|imbeciles?|cons?|conn?ards?"
        r"|connasses?|cretine?s?|abrutie?s?|debiles?|menteu(?:r|se)s?|stupides?)",
        # Portuguese
        r"(?:voce e|voces sao|cala a boca)(?: uma?| uns)? (?:idiotas?|imbecil|imbecis|burr[oa]s?|otari[oa]s?"
        r"|babacas?|mentiros[oa]s?)",
    )
)
_CLAUSE = re.compile(r"[^.,!?;:\n…]+")
_WHOLE_CLAUSE = re.compile(
    rf"(?:you |u |ok |listen |hey |no |bye )?{_VERY}{_INSULT}"
    r"|(?:idiota|imbecil|estupid[oa]|pendej[oa]|tarad[oa]|connard|connasse|cretin|abrutie?|babaca|otari[oa])s?"
)


def is_abusive(text: str) -> bool:
    """Whether `text` is a slur, a threat, sexual harassment, or an insult aimed at whoever reads it."""
    plain = line(text)
    return bool(_THREATS_AND_HARASSMENT.search(plain)) or _has_slur(plain) or _insults(text)


def _insults(text: str) -> bool:
    """Clause by clause: “Thank you. Dumb question …” insults nobody."""
    clauses = (line(clause) for clause in _CLAUSE.findall(flatten(text)))
    return any(_AIMED.search(clause) or _WHOLE_CLAUSE.fullmatch(clause) for clause in clauses)


def _has_slur(plain: str) -> bool:
    found = _CURSE_AT_NOBODY.sub(" ", plain).split()
    return any(word in _SLURS or (word.endswith("s") and word[:-1] in _SLURS) for word in found)
