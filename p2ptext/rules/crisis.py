"""Whether somebody who answers may be in danger: of harming themselves, or of being harmed.

It raises a banner for the volunteer and tells a lead, so a miss is worse than a false alarm, yet
everyday words (“this traffic is killing me”) must not wear the banner out.
"""

import re

from p2ptext.rules.plain_words import any_of, flatten, line

GUIDANCE = (
    "This person may be in danger, and you are not alone with it: an organizer has been told. "
    "Stay kind and do not argue; you need not solve anything. "
    "In the United States anyone can call or text 988, day and night, and talk to somebody. "
    "If somebody is in danger this moment, 911 is the number. "
    "You may pass this conversation on at any time."
)
"""What a volunteer reads beside the text, in plain words."""
ON_PAPER = (
    "Press Ask an organizer at once, and say why. Stay kind and do not argue; you need not solve anything. "
    "In the United States anyone can call or text 988, day and night, and talk to somebody. "
    "If somebody is in danger this moment, 911 is the number. "
    "You may pass the conversation on at any time."
)
"""The same on a printed page, where nobody has been told of anything yet."""

# Going on with a vote, a trip or a quarrel is not going on with life.
_NOT_LIFE = (
    r"(?! (?!living\b|existing\b|breathing\b|suffering\b|hurting\b)\w+ing\b| and on\b| about\b| to\b"
    r"| with (?!life\b|my life\b|living\b|this life\b|it all\b)| for (?:him|her|them|you|this|that)\b"
    r"| (?:on )?(?:the|a|an|your|his|her|our|their|that|tv|facebook|twitter|vacation|strike|\w+day)\b"
    r"| this (?!way\b))"
)
_NOT_A_PLACE = (
    r"(?! here\b| there\b| (?:in|on|under|near|next|by|with|paycheck|off|up) (?!this (?:world|body|pain)\b"
    r"|pain\b|fear\b|with myself\b|my (?:body|head)\b))"
)
_GO_ON = (
    rf"(?:(?:(?:go|going|carry|carrying) on|(?:keep|keeping) (?:going|on)){_NOT_LIFE}"
    rf"|(?:(?:keep|keeping|continue|continuing|go on|going on|to) )?(?:live|living){_NOT_A_PLACE}"
    r"|(?:keep |keeping )?(?:existing|breathing)|stay(?:ing)? alive|be(?:ing)? alive|exist"
    r"|(?:be|being) here any ?more|(?:wake|waking|get|getting) up (?:any ?more|in the morning))"
)
_REASON = r"(?:\w+ )?(?:reason|point|purpose|sense|use)(?: left)?(?: for me)? (?:(?:to|in|of|for) )?"
_NO_MORE_EN = any_of(
    r"(?:dont|do not|cant|cannot|can not|couldnt|didnt|no longer|never|hardly|barely) (?:\w+ )?"
    rf"(?:see|find|have|got|know|feel|think of) (?:a|an|any|the|much) {_REASON}{_GO_ON}",
    rf"(?:no|zero|isnt (?:a|any)|is there (?:a|any|even a)|without (?:a|any)|wheres the|(?:whats|what is"
    rf"|what was|what even is|whats even) the) {_REASON}{_GO_ON}",
    rf"why (?:should i |do i |would i |even |bother )*{_GO_ON}(?= any ?more)",
    r"i (?:\w+ ){0,2}?(?:cant|cannot|can not|couldnt) (?:just |even |really )?(?:go on|carry on"
    r"|keep going) (?:any ?more|any longer|like this|this way|living|much longer|with (?:my )?life)",
    r"life (?:\w+ )?(?:is not|isnt|aint|is no longer|no longer|not) worth (?:living|it)",
    rf"nothing (?:left )?to live for|(?:tired of|done with) (?:living{_NOT_A_PLACE}|being alive|life)"
    r"|(?:no one|nobody) would (?:miss me|(?:care|notice) if i (?:died|was gone|were gone))",
)
_NO_MORE_ELSEWHERE = any_of(
    # Spanish
    r"(?:no|ya no|sin) (?:le |les |me )?(?:veo|encuentro|tengo|queda|hay|halla)? ?(?:mas |ya )?(?:una "
    r"|ningun |ninguna |el |la )?(?:razon|razones|motivos?|sentido|caso)(?: alguna| alguno)? "
    r"(?:para|de|en|a) (?:seguir|continuar|vivir)"
    r"(?! (?!viviendo\b|sufriendo\b)\w+[aei]ndo\b| (?:con|en|a|por|de|el|la|este|esta)\b)",
    r"(?:para que|que sentido tiene|que caso tiene|de que sirve) (?:seguir (?:viviendo|aqui|asi"
    r"|adelante)|vivir|seguir viv[oa])",
    r"no puedo (?:mas con (?:mi|la) vida|seguir (?:asi|viviendo|adelante))"
    r"|no quiero (?:estar aqui|existir|seguir (?:aqui|adelante|asi))|cansad[oa] de vivir",
    # French
    r"(?:plus|pas|aucune|quelle) (?:une |la |de |d )?(?:raisons?|interet|sens) (?:de|a|pour) "
    r"(?:continuer|vivre)(?! (?:a|de|avec|cette|ce|le|la|les|votre|dans|ici)\b)",
    r"a quoi (?:bon|ca sert de|sert de) (?:continuer a vivre|vivre(?! ici| dans)|exister)"
    r"|(?:plus|pas) (?:envie|la force) de (?:vivre|continuer a vivre|exister)"
    r"|veux plus (?:etre la|exister)|fatiguee? de vivre",
    # Portuguese
    r"nao (?:vejo|tenho|encontro|ha) (?:mais )?(?:nenhum |nenhuma |um |uma |o )?(?:razao|motivo"
    r"|sentido) (?:para|de|em|pra) (?:continuar|viver|seguir)(?! (?!vivendo\b)\w+ndo\b"
    r"| (?:com|em|a|por)\b)|nao (?:quero|aguento) mais (?:viver|estar aqui|existir)",
)
# Said with nothing after it: “I can't go on Saturday” is another matter.
_SENTENCE = re.compile(r"[^.,!?;:\n…]+")
_NO_MORE_ALONE = re.compile(
    r"(?:\w+ ){0,3}?(?:i )?(?:\w+ )?(?:cant|cannot|can not) (?:just |even |really )?(?:go on|carry on"
    r"|keep going)|(?:\w+ ){0,2}?(?:ya )?no (?:puedo|quiero) seguir|ya no puedo mas"
    r"|(?:je )?(?:ne )?(?:peux|veux) plus continuer|a quoi bon(?: continuer)?|para que seguir"
)
_NOT_ME = re.compile(r"\b(?:this|it|that|we|they|you|he|she|who|which) ")

_ENDING_LIFE = "They speak of ending their life"
_HARMS: tuple[tuple[str, str], ...] = (
    (
        _ENDING_LIFE,
        any_of(
            "(?:kill|killing|hang|shoot|drown|hurt|hurting|cut|cutting|harm|harming) my ?self",
            "(?:end|ending|take|taking) my (?:own )?life",
            "(?:want|wanna|going|gonna|ready|trying|plan|wish i (?:could|would)) (?:to )?(?:just )?die",
            "(?:wish|rather) (?:i was|i were|be) dead",
            "end it all",
            "suicidal|thinking (?:about|of) suicide|commit(?:ting)? suicide|attempted suicide"
            "|suicide note",
            "(?:dont|do not|no longer) (?:want|wanna)(?: to)? (?:be alive|be here|exist|wake up"
            f"|live{_NOT_A_PLACE})",
            _NO_MORE_EN,
            _NO_MORE_ELSEWHERE,
            "(?:better|be better) off (?:dead|without me)",
            "cant (?:go on|do this|take it|take this) any ?more i (?:want|am|just)",
            "goodbye (?:cruel )?world",
            "unalive|kms",
            "self harm(?:ing)?",
            "overdos(?:e|ed|ing) on",
            # Spanish
            "(?:me )?(?:quiero|voy a) (?:matarme|morir(?:me)?|suicidarme|quitarme la vida)",
            "me (?:quiero|voy a) (?:matar|morir|suicidar|quitar la vida)",
            "no (?:quiero|tengo ganas de|vale la pena) (?:seguir )?(?:vivir|viviendo|vivo|viva)",
            "quitarme la vida|suicidarme|pensando en (?:el )?suicidi\\w+",
            # French
            "(?:je )?(?:veux|vais) (?:me (?:tuer|suicider|pendre)|mourir)",
            "me suicider|mettre fin a mes jours|envie de mourir|me faire du mal",
            "(?:je )?(?:ne )?veux plus vivre",
            # Portuguese
            "quero (?:morrer|me matar)|tirar minha (?:propria )?vida",
        ),
    ),
    (
        "They speak of being hurt by somebody",
        any_of(
            "(?:he|she|they|husband|wife|boyfriend|girlfriend|father|dad|mom|mother|partner|ex) "
            "(?:\\w+ ){0,2}(?:hits|beats|hurts|abuses|chokes|threatens to kill|tried to kill"
            "|is (?:hitting|beating|"
            "hurting|abusing|choking)|beat|raped|hit|stabbed|strangled|choked|is going to (?:kill"
            "|hurt)|"
            "will kill|gonna kill) (?:on )?me(?! to|back| up for)",
            "(?:being|been|getting|was|got) (?:abused|raped|beaten|assaulted|molested|trafficked"
            "|stalked)"
            "(?! by the| at the)",
            "domestic violence (?:situation|victim|shelter)|victim of (?:domestic|abuse|trafficking)",
            "(?:afraid|scared|fear) for my (?:life|safety)",
            "(?:afraid|scared) (?:to go home|of (?:my|him|her))",
            "me (?:pega|golpea|maltrata|viola|amenaza de muerte|va a matar|quiere matar)",
            "(?:tengo miedo|temo) (?:por mi vida|de mi (?:esposo|marido|novio|pareja))",
            "il me (?:frappe|bat|viole)|elle me (?:frappe|bat)|(?:peur|crains) pour ma vie",
        ),
    ),
    (
        "They speak of danger at this moment",
        any_of(
            "(?:please )?(?:call|send|get) (?:me )?(?:911|an? ambulance|the police (?:to|for) (?:me"
            "|my))",
            "(?:im|i am) (?:in danger|being (?:held|followed|attacked|kidnapped)|trapped|bleeding)",
            "(?:someone|somebody|man|guy) (?:is )?(?:breaking in|trying to (?:kill|get in|break in)"
            "|has a gun|"
            "with a gun|broke in)",
            "help me (?:please )?(?:he|she|they|someone)(?:s| is| are| has| have)? (?:\\w+ )?(?:gun"
            "|knife|kill|hurt\\w*)",
            "(?:having a|having) (?:heart attack|stroke)",
            "(?:cant|cannot) breathe(?: please| help| call)",
            "(?:llame[ns]?|llama) (?:a la policia|al 911|una ambulancia)|estoy en peligro",
            "appelez (?:la police|le 911|une ambulance|les secours)|je suis en danger",
        ),
    ),
)
_COMPILED = tuple((reason, re.compile(pattern)) for reason, pattern in _HARMS)

# Talk of the world, of work or of laughter, in which such words mean something else.
_SAYINGS = re.compile(
    any_of(
        "suicide (?:prevention|hotline|rates?|awareness|bill|law|squad|bomb\\w*|mission|is a)",
        "assisted suicide|political suicide|career suicide",
        "(?:kill|shoot|hang|drown) (?:myself|me) (?:now )?(?:lol|lmao|haha\\w*)",
        "(?:die|dying|dead) (?:of|from|with) (?:laugh\\w+|boredom|curiosity|embarrassment)",
        "(?:hurt|cut|kill|shoot) myself (?:shaving|cooking|at work|working out|running|laughing"
        "|in the foot)",
        "(?:id|i would|would) rather (?:die|be dead|kill myself|shoot myself|hang myself) (?:than"
        "|before)",
        "before i die|until i die|till i die|when i die|over my dead body|do or die",
        "me muero de (?:risa|hambre|sueno|calor|frio)|morir de risa|mort de rire",
        "die on (?:the|this|that) hill",
        # What businesses' machines say.
        "(?:emergency|emergencies|urgent) (?:\\w+ ){0,4}(?:call|dial|text) (?:911|988)",
    )
)


def read(text: str) -> str:
    """Why somebody should look at once, in plain words; "" where nothing speaks of danger."""
    plain = _SAYINGS.sub(" ", line(text))
    found = next((reason for reason, pattern in _COMPILED if pattern.search(plain)), "")
    return found or (_ENDING_LIFE if _cannot_go_on(text) else "")


def _cannot_go_on(text: str) -> bool:
    """Whether a whole clause says it: what follows would tell what it is that cannot go on."""
    clauses = (line(clause) for clause in _SENTENCE.findall(flatten(text)))
    return any(_NO_MORE_ALONE.fullmatch(clause) and not _NOT_ME.search(clause) for clause in clauses)
