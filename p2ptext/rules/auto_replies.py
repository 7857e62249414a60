"""Answers a machine gave: somebody drives, is out of office, or nobody reads the number.

They often quote “Reply STOP”, and they ask for nothing: whoever owns the phone has not spoken.
"""

import re

from p2ptext.rules.plain_words import any_of, line

DRIVES = "It is the answer of a phone whose owner drives"

_SIGNS: tuple[tuple[str, str], ...] = (
    (
        DRIVES,
        any_of(
            "(?:im|i am|currently|am) driving(?: right now| with| and (?:will|cant|cannot)"
            "| with do not)",
            "driving with (?:do not disturb|focus)",
            "not receiving notifications",
            "no molestar (?:esta )?activad\\w+|activad\\w+ (?:el )?no molestar"
            "|ne pas deranger (?:est )?active\\w*",
            "(?:do not disturb|driving) (?:focus|mode)? ?(?:is )?(?:turned |currently )?on",
            "ill (?:see|get) your message when i (?:get|arrive)",
            "(?:estoy|voy) (?:conduciendo|manejando)(?: (?:y|te|le|en este|ahora))",
            "je (?:suis au volant|conduis)(?: (?:et|je|en ce))",
        ),
    ),
    (
        "It is an out-of-office answer",
        any_of(
            "(?:im|i am|we are|currently|am|is)(?: currently)? (?:out of (?:the )?office"
            "|on (?:annual )?leave)",
            "out of office (?:auto|until|from|reply|message)",
            "(?:our|the) (?:office|store|business)(?: hours)? (?:is|are) (?:currently |now )?closed",
            "our (?:office|business|store) hours are",
            "(?:fuera de la oficina|nuestro horario de (?:oficina|atencion))",
            "absente? du bureau",
            "nos bureaux sont fermes",
        ),
    ),
    (
        "It says that it is automatic",
        any_of(
            "(?<!is this an )(?:automated|automatic|auto(?:matically)? generated)"
            " (?:message|response|reply|text)",
            "auto ?(?:reply|response|responder)",
            "this is an? auto(?:mated|matic)?",
            "(?:mensaje|respuesta) automatic[oa]",
            "(?:message|reponse) automatique",
            "resposta automatica",
        ),
    ),
    (
        "It says that nobody reads this number",
        any_of(
            "(?:number|inbox|line|mailbox|account|phone) (?:is )?(?:not|un) ?(?:being )?monitored",
            "(?:number|line|phone) (?:does not|doesnt|cannot|cant|is not able to|is unable to)"
            " (?:accept|receive|get) (?:text|sms|incoming|inbound|messages)",
            "please do not (?:reply|respond) to this (?:message|number|text)",
            "(?:este )?numero no (?:es monitoreado|recibe (?:mensajes|respuestas))",
            "ce numero n(?:est pas|e) (?:surveille|recoit|accepte)",
        ),
    ),
    (
        "It says that the text has arrived, as machines do",
        any_of(
            "(?:your|the) (?:message|text|inquiry|request) (?:has been|was) (?:received|sent|forwarded)",
            "(?:we have|weve|i have) received your (?:message|text|inquiry)",
            "(?:thank you|thanks) for (?:contacting|texting|messaging|reaching out to"
            "|calling) (?!me\\b|us\\b|but\\b|"
            "and\\b|back\\b|i\\b|please\\b)\\w+[^?]{0,60} (?:(?:we|someone|a|an"
            "|our) (?:\\w+ ){0,3}(?:will|are|is)|hours)",
            "(?:someone|a (?:team )?member|an agent|a representative|one of our \\w+) (?:\\w+ ){0,4}"
            "will (?:be with|get back to|respond to|reply to|contact|assist) you",
            "(?:we|i) will (?:get back to|respond to|reply to) you (?:as soon as|within|during"
            "|shortly|when i)",
            "(?:hemos recibido|recibimos) su mensaje",
            "(?:nous avons bien recu|votre message a (?:bien )?ete recu)",
        ),
    ),
    (
        "It is the answer of a keyword service",
        any_of(
            "(?:msg|message) (?:and|&)? ?data rates (?:may )?apply",
            "you (?:have been|are now|have|are) (?:successfully )?(?:been )?(?:unsubscribed"
            "|subscribed|opted in)",
            "this (?:keyword|command|code) is not (?:recognized|valid)",
            "(?:reply|text|responda|envie) (?:stop|alto|help|yes|start)(?: to| para| for| or| a)"
            " (?:\\w+ ){0,6}(?:(?:reply|text|responda) )?(?:help|info|ayuda|unsubscribe|resubscribe)",
            "free msg",
        ),
    ),
)
_COMPILED = tuple((reason, re.compile(pattern)) for reason, pattern in _SIGNS)


def is_auto_reply(text: str) -> str:
    """Why `text` looks like a machine's answer, in words for the volunteer; "" where it does not."""
    return why(line(text))


def why(plain: str) -> str:
    """The same for the words of a text, as `plain_words.line` gives them."""
    return next((reason for reason, pattern in _COMPILED if pattern.search(plain)), "")
