"""What a reply is about, so that the volunteer finds the right next words one tap away.

A guess only: it chooses which suggestions stand first, and decides nothing.
"""

import re

from p2ptext.rules.intents_words import SUGGESTIONS, TITLES
from p2ptext.rules.plain_words import (
    any_of,
    flatten,
    without_additions,
    without_quotations,
    words,
    words_of,
)

__all__ = ["MOST", "SUGGESTIONS", "TITLES", "read"]

MOST = 3
"""Intents named of one text."""

_DID = "(?:did|do|are|r|have|would)"
_YOU = "(?:you|u|ya|yall|you guys|you people|they)"
_MY = "(?:my|this|me|our)"

# In the order in which they are shown: what must not be overlooked comes first.
_INTENTS: tuple[tuple[str, str], ...] = (
    (
        "wrong_number",
        any_of(
            r"wrong (?:\w+ )?(?:number|num|person|phone|guy|lady|girl|contact|no)",
            r"(?:have|got|has) the wrong(?! (?:idea|impression|polling|address))",
            r"(?:this (?:is not|isnt|aint)|(?:im|i am) not|not) (?!sure|going|voting|interested"
            r"|registered|a\b|an\b|"
            r"the\b|my\b|available|able|in\b|home|at\b|here)[a-z]{3,12}(?:s (?:phone|number|cell))?$",
            r"(?:this is not|this isnt) (?:\w+ ){1,2}(?:phone|number|cell)",
            r"(?:no ?one|nobody|no \w+)(?: here| lives here| at this number)? (?:by|with"
            r"|named) (?:that|this|the)? ?(?:name)?",
            r"(?:i )?(?:dont|do not) know (?:who )?(?:a |any )?(?!who|if|what|how|where|when|why|the"
            r"|you|her|him|yet|which)"
            r"[a-z]{3,12}(?: is)?$",
            r"(?:just got|new owner of|changed|had) this (?:number|phone)",
            r"(?:isnt|not|no longer) (?:his|her|their) (?:number|phone|cell)",
            r"numero (?:equivocado|incorrecto)|se equivoco de (?:numero|persona)|(?:esta"
            r"|anda) equivocado|no soy [a-z]{3,12}",
            r"(?:mauvais|faux) numero|erreur de numero|vous vous trompez|trompe de numero"
            r"|je ne suis pas [a-z]{3,12}$",
        ),
    ),
    (
        "who_is_this",
        any_of(
            r"who(?: is|s| are| r)? (?:this|that|dis|you|u|it|am i (?:talking|texting|speaking))",
            r"who (?:the (?:hell|heck|fuck) )?(?:is|are) (?:this|you|u)",
            rf"who {_DID} {_YOU} (?:work|represent|speak)",
            r"who (?:am i|is) (?:talking|texting|speaking|contacting|messaging)|whos (?:texting"
            r"|messaging|asking)",
            r"(?:what|which) (?:organization|group|campaign|company|org) (?:is this|are you|do you"
            r"|r u)",
            r"what is this (?:about|for|regarding)|whats this (?:about|for)|new phone who dis"
            r"|do i know you",
            r"(?:are|r|is) (?:you|u|this) (?:an? )?(?:real|actual|human|bot|robot|person|ai|scam"
            r"|machine|automated|legit)",
            r"quien(?:es)? (?:es|eres|son|habla|me (?:escribe|habla|manda))|de parte de quien"
            r"|con quien hablo",
            r"(?:qui (?:est|es|etes)|c ?est qui|cest qui|qui (?:parle|mecrit))",
            r"quem (?:e|esta falando|fala)",
        ),
    ),
    (
        "how_got_number",
        any_of(
            rf"(?:how|where|whered|howd) (?:the (?:hell|heck|fuck) )?(?:{_DID} )?{_YOU} (?:get|got"
            rf"|obtain|find|have|know|come)"
            rf"(?: \w+){{0,3}}? {_MY}(?: \w+)?(?: number| info| contact| name| cell)?",
            rf"who (?:gave|sold|give|shared) (?:{_YOU} |out )?(?:with you )?{_MY}",
            rf"why (?:do|did) {_YOU} have my (?:number|info|name)",
            r"(?:como|de donde|quien) (?:\w+ ){0,3}(?:mi|este) (?:numero|telefono|contacto|celular)",
            r"(?:comment|ou|qui) (?:\w+ ){0,4}mon (?:numero|nom|contact)",
        ),
    ),
    (
        "moved",
        any_of(
            r"(?:i|we|ive|she|he|they|weve)(?: have| had| has| just| recently| already)* moved(?! by"
            r"| on| to tears| me)",
            r"(?:dont|do not|no longer|doesnt|not) live (?:\w+ )?(?:there|here|in|at)|(?:dont|do not"
            r"|no longer) live",
            r"(?:live|living|moved|reside) (?:in )?(?:another|a different|out of) (?:state|district"
            r"|county|town|city|country)",
            r"moved (?:away|out)|not (?:a|in (?:your|that|the)) (?:resident|district|state)|(?:im"
            r"|i am|live) out of state",
            r"(?:me|nos) (?:mude|mudamos)|ya no vivo|no vivo (?:ahi|alli|en)",
            r"jai demenage|(?:je )?n ?(?:habite|vis) plus|j ?ai demenage",
        ),
    ),
    (
        "already_voted",
        any_of(
            r"(?:already|just|i|ive|we|weve|have|both) (?:already |all |both "
            r"|early )?voted(?! for (?:him|her|them) last)",
            r"voted (?:already|early|by mail|yesterday|today|this morning|last week|absentee|on)",
            r"(?:mailed|sent|turned|dropped|returned|cast) (?:in |off )?(?:my |our |the )?(?:mail in "
            r"|absentee )?(?:ballot|vote)",
            r"(?:ballot|vote) (?:is |has been |was )?(?:already )?(?:in|mailed|sent|cast|submitted"
            r"|turned in)",
            r"ya (?:vote|votamos|he votado)|(?:deja|ai) vote|j ?ai (?:deja )?vote|ja votei",
        ),
    ),
    (
        "angry",
        any_of(
            r"(?:fuck|screw|damn|curse) (?:you|u|off|this|that|ya|yall|your|them|him|her|him)",
            r"(?:wtf|stfu|gtfo|go to hell|piss off|eat shit|bullshit|kiss my|shut (?:the \w+ )?up"
            r"|get (?:a life|lost)|go away)",
            r"(?:you|u|yall) (?:people |guys )?(?:\w+ ){0,2}(?:kidding|joking)(?: me)?"
            r"|(?:is|must be) (?:this |that )?an? (?:sick |bad )?joke"
            r"|^(?:are you |really |oh )?(?:seriously?|unbelievable)(?! considering| thinking)",
            r"(?:whats|what is|what the \w+ is) wrong with (?:you|u)|know what time it is"
            r"|who do you (?:people )?think you are|what part of (?:no|stop)|why wont you stop"
            r"|(?:at|its|it is|during|middle of) (?:my |our )?(?:dinner|supper)(?: time)?",
            r"you (?:people|politicians) (?:\w+ )?(?:never|always|only)"
            r"|you (?:people|guys|all|folks) (?:\w+ )?(?:never (?:do|listen|stop|learn|help|care)|just want"
            r"|should be ashamed|make me sick|are (?:shameless|relentless|the worst))",
            r"(?:(?:sick|tired) (?:of|and tired)|fed up|disgust\w*|annoy\w*|ridiculous|harass\w*"
            r"|pathetic|shame on"
            r"|how dare|outrag\w*|piss\w*)"
            r"(?: (?:of|with|by|me|you))?",
            r"(?:hate|despise) (?:you|u|these|your|this)|too many texts|bother(?:ing)? me|spam\w*"
            r"|scam\w*|unwanted|unsolicited",
            r"(?:vete|vayanse) a la|(?:chinga|mierda|hart[oa]|cansad[oa] de|que fastidio|molest\w+"
            r"|es una broma|me estan? (?:tomando el pelo|vacilando)|estan? bromeando|que descaro)",
            r"(?:merde|va te faire|ras le bol|marre|degage\w*|foutez|lachez moi"
            r"|vous (?:moquez|foutez|fichez) de moi|cest une blague|vous plaisantez)",
        ),
    ),
    (
        "where_to_vote",
        any_of(
            r"where (?:do|can|should|would|is|are|to|s)(?: \w+){0,3}? (?:vote|voting|poll\w*"
            r"|register|precinct|ballot|drop)",
            r"(?:my|nearest|closest|find|what|which) (?:\w+ )?(?:polling|voting) (?:place|location"
            r"|station|site|center)",
            r"how (?:do|can|to|should)(?: \w+){0,3}? (?:vote|register)(?! for (?:him|her))|(?:am i"
            r"|check if im) registered",
            r"(?:mail|absentee|drop) (?:in )?(?:ballot|box)(?: \w+){0,4} (?:where|how|get|request)",
            r"donde (?:\w+ ){0,2}(?:vot\w*|registr\w*|casilla)|como (?:puedo )?(?:votar|registrarme)",
            r"ou (?:\w+ ){0,3}vot\w*|bureau de vote",
        ),
    ),
    (
        "when_where",
        any_of(
            r"(?:what|which) (?:time|day|date|address|location|place)",
            r"when(?: is|s| does| do| are| will)(?: \w+){0,3}",
            r"where(?: is|s| are| will)(?! my\b)(?: \w+){0,3}",
            r"(?:send|text|give|whats|what is) (?:me )?the (?:address|location|time|details|info|link)",
            r"(?:a que hora|que dia|cuando (?:es|sera|son)|donde (?:es|sera|queda|esta)"
            r"|cual es la direccion)",
            r"(?:a quelle heure|quel jour|quand (?:est|a lieu)|ou (?:est|a lieu|se trouve)"
            r"|quelle (?:date|adresse))",
        ),
    ),
    (
        "cannot_talk",
        any_of(
            r"(?:cant|cannot|can not) (?:talk|chat|text|answer|speak|respond)(?: (?:right )?now"
            r"| at the moment| today)?",
            r"(?:im|i am|am|currently|me is)? ?(?:at work|in a meeting|driving|busy|in class"
            r"|at the doctor\w*|working)"
            r"(?: right now| now| atm| today| currently)?$",
            r"(?:text|message|call|write|ask|contact|try) (?:me )?(?:back )?(?:later|tomorrow"
            r"|tonight|another time|after)",
            r"(?:busy|bad time|not a good time|later please|maybe later|ttyl|brb)",
            r"(?:estoy (?:ocupad\w|trabajando|en el trabajo|manejando)|ahora no puedo"
            r"|no puedo (?:hablar|ahora)|mas tarde)",
            r"(?:je suis (?:occupee?|au travail)|pas maintenant|plus tard|rappelez"
            r"|je ne peux pas (?:parler|repondre))",
        ),
    ),
    (
        "not_interested",
        any_of(
            r"(?:not|no longer|aint|isnt) (?:really |at all |that )?(?:interested|intrested"
            r"|int rested|for me)",
            r"(?:no|nope|nah) (?:thank you|thanks|thx|thank u|ty)|^(?:no|nope|nah|pass|hard pass"
            r"|hell no)$",
            r"(?:im|i am) (?:good|ok|okay|fine)(?: thanks| thank you)?$|ill pass|dont (?:care"
            r"|bother)|do not care",
            r"(?:not|never|wont be|will not be) (?:voting|vote|support\w*)|(?:wont|will not"
            r"|would never) (?:vote|support)",
            r"no (?:me interesa|estoy interesad\w|gracias)|^no$|no voy a votar",
            r"(?:pas|non) (?:du tout )?interess\w+|non merci|ca ne minteresse pas|^non$",
        ),
    ),
    (
        "supportive",
        any_of(
            r"(?:you|u) (?:have|got|can count on) (?:my|our) (?:vote|support)|count me in|im in"
            r"|sign me up|i(?:ll| will) be there",
            r"(?:i|we|ill|well|will|im|definitely|proudly|absolutely|totally) (?:\w+ )?(?:support\w*"
            r"|voting for|vote for|"
            r"be voting|plan to vote)",
            r"^(?:yes|yep|yeah|yup|yea|ya|of course|definitely|absolutely|sure|for sure|100|you bet"
            r"|hell yes|hell yeah|si|claro|"
            r"por supuesto|oui|bien sur|sim)\b",
            r"(?:love|like) (?:her|him|this|what)|go (?:team|blue|red)|keep up the|good luck"
            r"|all the way|got my vote",
            r"(?:cuente[ns]? conmigo|tiene mi (?:voto|apoyo)|apoyo|vous avez mon (?:vote|soutien)"
            r"|je soutiens|comptez sur moi)",
        ),
    ),
    (
        "thanks",
        any_of(
            r"thanks|thank (?:you|u|ya)|thx|tysm|appreciate|gracias|merci|obrigad[oa]|god bless"
            r"|bless (?:you|u|ya)"
            r"|dios (?:te|los|le) bendiga"
        ),
    ),
)
_COMPILED = tuple((slug, re.compile(pattern)) for slug, pattern in _INTENTS)

# “On a Sunday?!” is no question to look up.
_OUTCRY = re.compile(r"\?!|!\?")
_ASKS = re.compile(
    r"\?|^(?:who|what|when|where|why|how|which|is|are|do|does|did|can|could|will|would|should|"
    r"que|quien|cuando|donde|como|por que|cual|est ce|qui|quand|pourquoi|comment) (?!you\b|u\b)"
)

_SPANISH = words_of(
    "hola gracias por favor quien eres usted ustedes no se hablo ingles espanol quiero tengo estoy soy "
    "donde cuando como porque para pero muy bien tambien puedo necesito votar votare si mi numero "
    "este esta ella el los las una un que con mensaje mensajes del al nada ya mas me le les su sus"
)
_SPANISH_ONLY = words_of(
    "hola gracias quien usted ustedes hablo ingles espanol quiero tengo estoy soy donde cuando "
    "porque pero "
    "muy tambien puedo necesito votare votar numero mensaje mensajes nada ya mas buenas buenos favor"
)
_FRENCH = words_of(
    "bonjour merci je vous nous est pas oui non qui quoi quand pourquoi votre vos mon mes avec pour "
    "dans une les des "
    "suis avez numero voter deja plus moi le la et ne ce c cest jai"
)
_FRENCH_ONLY = words_of("bonjour merci je vous nous oui votre vos avez suis jai cest pourquoi quoi est")
_FEWEST = 2
"""Words that have to speak for a language in a text of three or more."""


def read(text: str) -> tuple[str, ...]:
    """At most three slugs of `TITLES`, the most important first. What they quote does not count."""
    flat = without_quotations(without_additions(flatten(text)))
    found = words(flat)
    plain = " ".join(found)
    slugs = [slug for slug, pattern in _COMPILED if pattern.search(plain)]
    if "wrong_number" in slugs and "not_interested" in slugs:
        slugs.remove("not_interested")
    if "not_interested" in slugs or "angry" in slugs:
        slugs = [slug for slug in slugs if slug not in ("supportive", "thanks")]
    if "moved" in slugs and "supportive" in slugs:
        slugs.remove("supportive")
    if not slugs and _ASKS.search(flat.strip()) and not _OUTCRY.search(flat):
        slugs.append("question")
    tongue = language(text) if found else "en"
    if tongue in ("es", "fr"):
        slugs = [*slugs[: MOST - 1], f"other_language_{tongue}"]
    return tuple(slugs[:MOST])


def language(text: str) -> str:
    """The language a reply is written in, "en", "es" or "fr", by its commonest words; "en" in doubt."""
    flat = flatten(text)
    found = words(without_quotations(flat)) or words(flat)
    spanish, french = (
        sum(word in often for word in found) if any(word in only for word in found) else 0
        for often, only in ((_SPANISH, _SPANISH_ONLY), (_FRENCH, _FRENCH_ONLY))
    )
    if max(spanish, french) < min(_FEWEST, max(1, len(found) - 1)) or 3 * max(spanish, french) < len(
        found
    ):
        return "en"
    return "es" if spanish >= french else "fr"
