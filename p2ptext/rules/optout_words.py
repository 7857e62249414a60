"""The words and phrases `optout` looks for, in English, Spanish and French.

All meet plain text: small letters without accents, apostrophes and signs, one space between
words. Gaps are bounded and no repeated group holds another repeat, so that matching takes time
in proportion to the text. Ordinary words such as "alto" count only as the whole message;
inside a sentence only phrases do.
"""

import re


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


def _any(*alternatives: str) -> str:
    return rf"\b(?:{'|'.join(alternatives)})\b"


FCC_WORDS = _words("stop quit end revoke optout cancel unsubscribe")
"""47 CFR 64.1200(a)(10): these words alone always mean stop."""

STOP_WORDS = FCC_WORDS | _words(
    # Other keywords of carriers and providers.
    "stopall unsub unsubscribed optmeout optingout remove removeme discontinue nomore cease desist",
    "stop2end stop2quit stop2stop stoptoend stoptoquit stoptostop stoptooptout stop2optout",
    "stopit stopnow stopthis stopplease stoptexting stoptextingme stopmessaging leavemealone goaway",
    # What thumbs make of "stop".
    "stopp stpo sotp stp tsop dtop xtop syop stip stoo sstop stap st0p 5top",
    # Spanish, French, Portuguese.
    "alto altoya parar pare paren detener detenga detengan basta yabasta baja salir cancelar cancelen",
    "nomas yanomas nomasmensajes desuscribir arret arrete arreter arretez stopper desabonner",
    "desinscrire desabonnement sair",
)
"""A whole message of one of these (spaces and signs apart) means stop."""

CLAUSE_WORDS = _words(
    "stop stopall stopit stopnow stopthis stopplease stopalready optout optmeout unsubscribe",
    "unsubscribeme unsub removeme nomore leavemealone",
)
"""These mean stop also as one clause of a longer message."""

HELP_WORDS = _words("help info helpme aide ayuda")
START_WORDS = _words("start unstop")

POLITE = _words(
    "please pls plz plse kindly thanks thank thx ty you u now ok okay hi hello hey yes sorry sir maam",
    "just immediately asap again im i por favor gracias ya hola porfavor merci svp bonjour",
)
"""Words around a keyword that change nothing."""

JOKING = re.compile(_any("lol", "lmao", r"haha\w*", "omg", r"jaja\w*"))

# "Don't stop", "I would never cancel": the words of stopping, taken back.
NEGATED = re.compile(
    _any(
        "dont",
        "do not",
        "never",
        "wont",
        "will not",
        "cant",
        "cannot",
        "can not",
        "wouldnt",
        "would not",
        "shouldnt",
        "should not",
        "no need to",
        "not going to",
        "not gonna",
    )
    + r" (?:ever |even |you ever |you dare |please |want to |want you to |wanna |wish to"
    r" |need to |have to )?"
    + _any(
        r"stop\w*",
        r"quit\w*",
        r"cancel\w*",
        "end",
        r"unsubscribe\w*",
        "opt (?:me )?out",
        "(?:remove|delete) (?:me|my|us)",
        r"(?:take|taking) (?:me|us|my \w+) off",
    )
)

_STOP = "(?:stop|quit|cease|halt|discontinue)"
_FILL = (
    "(?:(?:all|any|the|these|those|this|that|your|you|with|me|us|my|of|future|further|more|ever|and|"
    "desist|on|to|from|so|many|much|sending|stupid|damn|fucking|political|campaign|phone) ){0,4}"
)
_TEXTS = r"(?:text\w*|txt\w*|messag\w*|msgs?|sms|communications?)"
_SENDING = (
    rf"(?:{_TEXTS}|contact\w*|calls?|calling|spam\w*|bother\w*|harass\w*|send|sending|bugging|annoying|"
    r"pestering|soliciting|emails?|emailing|blowing|blasting|notifications?|alerts?|hitting me|writing|"
    r"reaching out)"
)
_NOT = r"(?<!\bwhy )\b(?:dont|do not|never|not to)(?: you)?(?: ever| even| dare| please| try to)?"
_WRITE = r"(?:text|txt|message|msg|contact|sms|write|email|bother|ping|spam|solicit|disturb|reach out)"
_ME = "(?:me|us|my|this number|this phone|this line)"
_NO_LONGER = "(?:anymore|any more|again|any longer|ever)"
_MY_NUMBER = r"(?:me|us|(?:my|our|this) (?:\w+ )?(?:number|name|phone|cell|info|contact)|my|number)"
# "Not at night" limits when, not whether: a person decides.
_AT_TIMES = (
    r"(?! (?:before|after|at (?!all)|during|until|till|while|when|right now|today|tonight|"
    r"so (?:late|early)|this (?:late|early)|in the|on (?!th|my)|between))"
)

_STOP_TEXTS = "They ask for the texts to stop"
_NOT_TEXTED = "They ask not to be texted"
_NOT_WANTED = "They do not want the texts"
_TAKEN_OFF = "They ask to be taken off"
_ALONE = "They ask to be left alone"
_LEFT = "They opt out"

AUTO: tuple[tuple[str, str], ...] = (
    (_STOP_TEXTS, rf"\b{_STOP} {_FILL}{_SENDING}\b"),
    (_STOP_TEXTS, r"\bcease and desist\b"),
    (
        _STOP_TEXTS,
        _any(
            "please",
            "pls",
            "plz",
            "kindly",
            "just",
            "said",
            "say",
            "(?:told|asked|tell|ask|telling|asking) (?:you|u|yall)(?: people| guys| all)? to",
            "(?:can|could|will|would) (?:you|u|yall)(?: guys| people)?(?: please| just)?",
            "(?:want|need|like) (?:you|this|it|these) to",
            "make (?:it|this|them)",
        )
        + " (?:stop|unsubscribe|cancel)"
        "(?: (?:it|this|now|please|pls|already|immediately|thanks|thank you|ok|asap|all|these|me))?$",
    ),
    (_STOP_TEXTS, r"\b(?:texted|replied|wrote|said|sent|typed|answered|responded)(?: \w+)? stop\b"),
    (
        _STOP_TEXTS,
        r"\b(?:cancel|end) (?:my |these |the |all |this )?(?:texts?|messages?|sms|subscription)\b",
    ),
    (_NOT_TEXTED, rf"{_NOT} {_WRITE}(?: (?:to|or|and|nor) ?\w*)? {_ME}\b{_AT_TIMES}"),
    (_NOT_TEXTED, rf"{_NOT} (?:call|email|contact) (?:or|and|nor) {_WRITE}\b"),
    (_NOT_TEXTED, rf"{_NOT} (?:{_WRITE}|call)(?: {_ME})? {_NO_LONGER}\b"),
    (
        _NOT_TEXTED,
        rf"{_NOT} send (?:(?:me|us|any|anymore|more|these|this|your)"
        rf" ){{0,3}}(?:{_TEXTS}|anything|stuff|spam)\b",
    ),
    (
        _NOT_WANTED,
        r"\b(?:dont|do not|no longer|not|never) (?:want|wish|wanna|care|need|wanting|wishing)(?: you)?"
        r"(?: to| for you to)?(?: (?:get|receive|be|have|getting|receiving|text|contact|message))?"
        rf"(?: (?:any|anymore|more|your|these|this|those|further|political|to)){{0,3}}"
        rf" (?:{_TEXTS}|contacted|bothered)\b",
    ),
    (
        _NOT_WANTED,
        r"\b(?:dont|do not|no longer|never) (?:want|wish|need|wanna)(?: to)? hear(?:ing)? from\b",
    ),
    (_NOT_WANTED, rf"\bno (?:more|further) (?:\w+ ){{0,2}}(?:{_TEXTS}|calls?|contact|spam)\b"),
    (
        _TAKEN_OFF,
        rf"\b(?:take|get|keep|pull|drop|scratch|strike|cross) {_MY_NUMBER} (?:\w+ )?(?:off|out"
        rf" of|from|of)\b",
    ),
    (_TAKEN_OFF, rf"\b(?:removed?|deleted?|erased?|unlist|unenroll) {_MY_NUMBER}\b"),
    (_TAKEN_OFF, r"\b(?:remove|delete|take|removed|taken|get) (?:off|from) (?:\w+ ){0,3}lists?\b"),
    (_TAKEN_OFF, r"\b(?:want|like|wish|need|ask\w*) (?:off|to be (?:off|removed|taken off|deleted))\b"),
    (
        _TAKEN_OFF,
        r"\b(?:put|add|place) (?:me|us|this number|my \w+) (?:on|to) (?:\w+ ){0,2}(?:do not|dnc|dont)\b",
    ),
    (
        _ALONE,
        r"\b(?:lose|loose|forget|erase|delete) (?:my|this|our) (?:\w+"
        r" )?(?:number|phone|info|contact|digits)\b",
    ),
    (_ALONE, r"\bleave (?:me|us)(?: the| tf)?(?: \w+)? alone\b"),
    (
        _LEFT,
        r"\b(?:i|me|im|am|please|pls|want|need to|want to|like to|wish to|trying to|let me|hereby|"
        r"how (?:do|can|to)(?: i)?) (?:opt out|opting out|optout|unenroll)\b",
    ),
    (
        _LEFT,
        r"^opt(?:ing)? ?out (?:please|pls|now|of"
        r" (?:these|this|your|all|texts?|messages?))\b|\bopt (?:me|us) out\b",
    ),
    (_LEFT, r"\b(?:already|i|have|ive) (?:already )?opted out\b"),
    ("They unsubscribe", r"\bun ?su[bps]\w{0,4}[rc]\w{0,2}b\w{0,3}\b"),
    (
        "They take back their consent",
        r"\b(?:revok|withdraw)\w* (?:my |all |any )?(?:consent|permission)\b",
    ),
    # Spanish
    (
        _NOT_TEXTED,
        r"\b(?:no|nunca) (?:me|nos) (?:vuelva\w* a )?(?:escrib|mand|envi|text|contact|llam|molest)\w*",
    ),
    (
        _STOP_TEXTS,
        r"\b(?:deje|dejen|deja|paren|pare|para|dejar|basta) de (?:me )?"
        r"(?:escrib|mand|envi|text|contact|llam|molest|mensaj)\w*",
    ),
    (_ALONE, r"\bdej(?:e|en|a)(?:me|nos) (?:en paz|tranquil\w*)\b"),
    (_TAKEN_OFF, r"\b(?:quit|saqu|sac|borr|elimin|remuev)(?:e|en|a|ar)(?:me|nos)\b"),
    (
        _TAKEN_OFF,
        r"\b(?:quit|saqu|sac|borr|elimin)(?:e|en|a|ar) (?:mi|este) (?:numero|nombre|telefono)\b",
    ),
    (_NOT_WANTED, r"\bno (?:quiero|deseo|queremos) (?:mas|recibir|que me)\b"),
    (_NOT_WANTED, r"\bno mas (?:mensajes|textos|llamadas)\b"),
    ("They unsubscribe", r"\bd(?:ar|e|en|arme|enme|eme)(?: me)? de baja\b|\bdesuscri\w*"),
    # French
    (
        _STOP_TEXTS,
        r"\b(?:arrete|arretez|arreter|cessez) de (?:m ?|me"
        r" )?(?:ecri|envo|text|contact|appel|harcel|derang)\w*",
    ),
    (_STOP_TEXTS, r"\b(?:arrete|arretez|cessez) (?:ces|les|vos|tout|svp|immediatement)\b"),
    (
        _NOT_TEXTED,
        r"\bne (?:m ?|me |nous )(?:ecri|envo|text|contact|appel|derang)\w* (?:plus|pas|jamais)\b",
    ),
    (_ALONE, r"\blaissez? moi tranquille\b"),
    (_TAKEN_OFF, r"\b(?:retire|enleve|supprime|raye)[zr]? (?:moi|mon numero|mon nom)\b"),
    (_NOT_WANTED, r"\bne veux plus (?:de |recevoir|vos|ces)|\bplus de (?:messages|textos|sms)\b"),
    ("They unsubscribe", r"\bdesabonn\w*|\bdesinscri\w*"),
)
"""Reason and pattern of clear requests, for text whose negated words are taken out."""

COMPLAINTS: tuple[tuple[str, str], ...] = (
    (
        "They complain that the texts do not stop",
        rf"\b(?:never|wont|will not|didnt|havent|hasnt|not) stop\w* {_FILL}{_SENDING}\b",
    ),
    ("They limit when or how to reach them", rf"{_NOT} (?:{_WRITE}|call) {_ME}\b"),
)
"""Like REVIEW, for text with its negated words."""

_MAYBE = "They may want no more texts"

REVIEW: tuple[tuple[str, str], ...] = (
    (
        "They speak of harassment or of the law",
        _any(
            r"harass\w*",
            "(?:my|our) (?:lawyer|attorney)s?",
            "sue (?:you|u)",
            "legal action",
            "lawsuit",
            "tcpa",
            "call(?:ing)? the (?:police|cops)",
            "restraining order",
            "acoso",
            "abogado",
            "harcelement",
        ),
    ),
    (
        "They speak of reporting or blocking",
        _any(
            "report(?:ed|ing)? (?:you|u|this|it|as|your|to|spam|junk)",
            "block(?:ed|ing)? (?:you|u|this|your)",
            "this is spam",
            "spamming",
            "ftc",
            "fcc",
        ),
    ),
    (
        "They name a list of numbers not to be called",
        _any("do not (?:call|text|contact)", "dnc", "no call list"),
    ),
    (
        _MAYBE,
        _any(
            r"opt(?:ing|ed)? out",
            "unsolicited",
            "unwanted",
            r"(?:did not|didnt|never|dont remember)"
            r" (?:sign\w*|subscrib\w*|consent\w*|agree\w*|opt\w*|g[ai]ve|authoriz\w*)",
            "not interested",
            "no me interesa",
            r"pas interess\w*",
        ),
    ),
    (
        _MAYBE,
        _any(
            "go away",
            "go to hell",
            "f(?:uc)?k (?:off|you|u)",
            "piss off",
            "buzz off",
            "get lost",
            "shut up",
            "screw you",
            "enough already",
            "enough (?:of|with) (?:this|these|the)",
            rf"(?:sick|tired) of (?:\w+ ){{0,3}}(?:{_TEXTS}|these|this|you)",
            rf"too many {_TEXTS}",
            "why (?:are|do|did) (?:you|u|yall) keep",
            "keep (?:texting|messaging|contacting|bothering|getting)",
            rf"{_WRITE}(?:ing)? (?:me|us) (?:again|anymore)",
            "said no",
            "end this (?:conversation|chat|thread)",
        ),
    ),
    (_MAYBE, r"^stop (?:no|i|im|u|you|ur|your|this|all|everything|already|right|do not|dont|wasting)\b"),
    (
        "They end with “stop”",
        r"(?<!\bbus)(?<!\bnon)(?<!\ba)(?<!\bthe)(?<!\bnext)(?<!\bpit)(?<!\bto)(?<!\bone)(?<!\bfull)"
        r"(?<!\bevery)(?<!\btruck)(?<!\bwill)(?<!\bshould)(?<!\bmust)(?<!\bthey)(?<!\bhe)(?<!\bshe)"
        r"(?<!\bit)(?<!^) stop$",
    ),
    (
        "They say the person has died",
        _any("deceased", "passed away", "is dead", "has died", "fallecio", "murio"),
    ),
)
"""Reason and pattern of probable requests, for text whose negated words are taken out."""

WRONG_NUMBER = re.compile(
    _any(
        r"wrong (?:\w+ )?(?:number|num|person|phone|guy|lady|girl|contact)",
        r"(?:not|isnt) (?:\w+ ){1,2}(?:phone|number|cell)(?! of)",
        r"(?:no ?one|nobody|no \w+)(?: here| lives here)? (?:by|with) that name",
        r"(?:no longer|doesnt|does not) (?:has|have|own|owns|use|uses) this (?:number|phone)",
        "(?:have|got) the wrong",
        "just got this (?:number|phone)",
        "numero (?:equivocado|incorrecto)",
        "se equivoco",
        "(?:mauvais|faux) numero",
        "erreur de numero",
    )
)

TAPBACK = re.compile(
    r"\s*(?:liked|loved|disliked|laughed at|emphasized|questioned|reacted .{1,12} to|"
    r"removed an? .{1,20} from|le gusto|le encanto|no le gusto|se rio de|exclamo por|"
    r"a aime|a adore|n ?a pas aime|[^\w\s]{1,8} (?:to|a)) ?[\"“«].*[\"”»]\s*",
    re.DOTALL,
)
"""A phone's own words for a thumb on our message, which it quotes."""
