"""Whether somebody who answers may be in danger: of harming themselves, or of being harmed.

It raises a banner for the volunteer and tells a lead, so a miss is worse than a false alarm, yet
everyday words (“this traffic is killing me”) must not wear the banner out.
"""

import re

from p2ptext.rules.plain_words import any_of, line

GUIDANCE = (
    "This person may be in danger, and you are not alone with it: a lead has been told. "
    "Stay kind and do not argue; you need not solve anything. "
    "In the United States anyone can call or text 988, day and night, and talk to somebody. "
    "If somebody is in danger this moment, 911 is the number. "
    "You may pass this conversation on at any time."
)
"""What a volunteer reads beside the text, in plain words."""

_HARMS: tuple[tuple[str, str], ...] = (
    (
        "They speak of ending their life",
        any_of(
            "(?:kill|killing|hang|shoot|drown|hurt|hurting|cut|cutting|harm|harming) my ?self",
            "(?:end|ending|take|taking) my (?:own )?life",
            "(?:want|wanna|going|gonna|ready|trying|plan|wish i (?:could|would)) (?:to )?(?:just )?die",
            "(?:wish|rather) (?:i was|i were|be) dead",
            "end it all",
            "suicidal|thinking (?:about|of) suicide|commit(?:ting)? suicide|attempted suicide"
            "|suicide note",
            "(?:dont|do not) (?:want|wanna)(?: to)? (?:live|be alive|be here|exist"
            "|wake up)(?: any ?more| anymore)?",
            "(?:no|nothing|any) (?:reason|point|left) (?:to|in|for) (?:live|living|going on)(?! here"
            "| there)",
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
    )
)


def read(text: str) -> str:
    """Why somebody should look at once, in plain words; "" where nothing speaks of danger."""
    plain = _SAYINGS.sub(" ", line(text))
    return next((reason for reason, pattern in _COMPILED if pattern.search(plain)), "")
