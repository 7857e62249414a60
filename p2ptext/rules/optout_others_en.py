"""What else English replies say: texts may stop, may start again, are welcome, or reach the wrong person."""

from p2ptext.rules.optout_parts_en import FILL, ME, NOT_DUTY, OVER
from p2ptext.rules.optout_rule import Rules, rule

_LIMITS = "They limit when or how to reach them"

REVIEW = Rules(
    (
        rule(
            "asks_at_times",
            _LIMITS,
            "dont never quit stop not",
            rf"(?<!why )(?<!i )(?<!you )(?:dont|never|quit|stop|stopping|not)(?: you| be)? (?:text"
            rf"|contact|send|write|bother)"
            rf"(?: {ME})?(?: (?:here|it|stuff|this|these|text|again|anymore|on))?"
            r" (?:before|after|at|during|until|till|til|while|when|so|this|that|today|tonight"
            r"|right now|in the|on|between|"
            r"too|every|tomorrow|more than|unless)(?! the wheel| driving| im driving| i drive"
            r"| you drive| youre driving)",
            r"not (?:at|while im at|when im at|during|on) (?:work|dinner|church|night|my work"
            r"|sundays?|school|this hour|"
            r"business hours|weekends?)(?: \w+){0,2}(?= \.|$)",
            rf"(?:^|\. )not (?:after|before|during|until|till|this (?:late|early)|so (?:late"
            rf"|early))(?: \w+){1, 3}{OVER}",
        ),
        rule(
            "never_stops",
            "They complain that the texts do not stop",
            "stop stopping quit end when way how text",
            r"do i (?:just )?(?:text|reply|send|say|type|write) (?:back )?(?:stop|quit|end|optout)",
            r"(?:how|way|what)(?: \w+){0,6} (?:not|stop|quit|avoid|turn off|end|prevent|opt"
            r"|make) (?:to )?(?:get|receive|these|this|text|be contact\w*|be text\w*|it|the text"
            r"|your text|you from|being)(?! (?:bill|war|steal|people))",
            r"(?:do|will|are|can|would|when) you (?:people )?(?:going to |gonna )?(?:give up|quit"
            r"|stop|leave)(?! by| in)",
            rf"(?:never|wont|didnt|havent|hasnt|not|doesnt|dont|cant|why wont|refuse to) (?:you "
            rf"|ever |these |they |it )?stop(?:ping)?"
            rf" {FILL}(?:text|sms|contact|send|call|bother|spam)",
            r"(?:you|they|it|text|these|people) (?:dont|wont|never|keep not|didnt"
            r"|cant) (?:ever )?stop(?= \.|$| text| send| bother)",
            r"when (?:will|does|do|are) (?:this|it|these|you|text|they) (?:\w+ )?(?:stop|end)",
        ),
        rule(
            "stop_calls",
            "They ask for calls to stop",
            "dont stop stopping quit never no",
            r"(?<!why )(?<!i )(?<!you )(?:dont|never|stop|stopping|quit|no more|not)(?: you| all"
            r"| the| these| with| your| all "
            r"the| anymore){0,3} (?:call|ringing|phoning|dialing)(?! (?:him|her|it|them a"
            r"|me (?:crazy|a)|yourself|for)\b)",
            rf"(?:^|\. )no (?:phone )?call{OVER}",
        ),
        rule(
            "off_something",
            "They may ask to be taken off",
            "take get pull cross drop remove scratch",
            rf"(?:take|get|pull|cross|drop|remove) (?:me|us|my name|my number|him|her|them"
            rf"|my \w+) (?:off|out|from){NOT_DUTY}",
            r"(?:take|get|remove) (?:this|it) (?:off|from) (?:my|our|the) (?:phone|list|cell)",
            r"count me out of (?:this|these|all|your|the (?:list|text))",
        ),
        rule(
            "ends_with_stop",
            "They end with “stop”",
            "stop",
            r"(?<!\bbus )(?<!\bnon )(?<!\ba )(?<!\bthe )(?<!\bnext )(?<!\bpit )(?<!\bto )(?<!\bone "
            r")(?<!\bfull )(?<!\bmy )"
            r"(?<!\bevery )(?<!\btruck )(?<!\bwill )(?<!\bshould )(?<!\bmust )(?<!\bthey )(?<!\bhe "
            r")(?<!\bshe )"
            r"(?<!\bit )(?<!\btrain )(?<!\bfirst )(?<!\blast )(?<!\bthis )(?<!\bdont )(?<!\bcant "
            r")(?<!\bwont )(?<!\bnever )"
            r"(?<!\bmetro )(?<!\bsubway )(?<!\bwould )(?<!\bcan )(?<!\byour )(?<!\bwithout "
            r")(?<!\bgas )(?<!\brest )(?<!^)stop(?= \.|$)",
            r"^stop (?:already|right|wasting|everything|talking to me|lying to me|trying|this|that)",
        ),
        rule(
            "wants_to_end",
            "They may want this to end",
            "end over done conversation chat thread bye goodbye lay back bug bother instead text try",
            r"(?:lay|back|bug|bother|ease) off(?! the (?:gas|lawn))|(?:text|bother|contact|try"
            r"|bug) (?:somebody|someone|anyone|anybody) else|instead of (?:text|contact)",
            r"(?:end|close) (?:this|the|our) (?:conversation|chat|thread|discussion)"
            r"|this conversation is over|"
            r"(?:im|we are|were) done (?:here|talking|with (?:you|this))|(?:goodbye|bye) forever",
        ),
    )
)
"""Probable requests that one phrase is enough for."""

WRONG_NUMBER = Rules(
    (
        rule(
            "wrong_number",
            "They say that this is not the person you meant",
            "numero mauvais equivocada persona faux erreur tromp soy suis errado engano wrong got "
            "received not isnt no nobody dont doesnt have just this who new changed nolonger "
            "mistaken belongs had never",
            r"wrong (?:\w+ )?(?:number|person|phone|guy|lady|girl|contact|man|woman|one|family"
            r"|house)|(?:have|got|has|texted|reached)"
            r" the wrong|^wrong(?= \.|$)",
            r"(?:not|isnt|aint) (?:\w+ ){1,3}(?:phone|number)(?! (?:of|to|for|you|one))",
            r"(?:no ?one|nobody|no \w+)(?: here| lives here| at this number)? (?:by|with|of|named"
            r"|called) (?:that|this|the)? ?(?:name)?",
            r"(?:nolonger|doesnt|dont|not) (?:has|have|own|owns|use|uses|live at"
            r"|with) this (?:number|phone)",
            r"(?:just got|just received|new owner of|new to|recently got|had|got) this (?:number"
            r"|phone)|(?:is|have) a new number",
            r"(?:dont|do not) know (?:any|an?|who) (?:\w+ )?(?:is|by that name|named)|who is (?!this"
            r"|that|it|you|running|the|on|he|she)\w+$",
            r"(?:this is not|this isnt|im not|i am not|nope not) (?!sure|going|voting|interested"
            r"|registered|a|an|the|my|available|able|in|"
            r"home|at|here|your|that|what|how|really|from|so|very|it|ok|okay|right|good|fair|happy"
            r"|ready|working|voting|with)\w+(?: anymore)?(?= \.|$)",
            r"(?:number|phone) (?:nolonger )?belongs to|(?:mistaken|confused) me (?:for|with)"
            r"|not (?:who|the (?:person|one|guy|lady)) you(?:re)?"
            r"(?: are)? (?:think|looking|trying)",
            # Spanish and French
            r"(?:numero|persona) (?:equivocad[oa]|incorrect[oa])|equivocad\w+ de (?:numero|persona)"
            r"|se equivoc\w+|no soy (?!de|un|una|el|la)\w+(?= \.|$)",
            r"(?:mauvais|faux|pas le bon) numero|erreur de numero|tromp\w+ de (?:numero|personne)"
            r"|vous vous trompez|je ne suis pas (?!sur|d|inter)\w+(?= \.|$)|"
            r"numero errado|engano",
        ),
    )
)

START = Rules(
    (
        rule(
            "start_again",
            "They ask to get texts again",
            "start resume text send sign subs opt put add resubscribe unblock want receive again "
            "back optin resu vuel susc quie reco reab reme remi "
            "suscribanme vuelvan",
            r"(?:^|\. |please |can |you can |could you |may |id like you to )(?:start|resume|begin"
            r"|restart) (?:to )?(?:text|send|contact)(?: \w+){0,3}",
            r"(?:^|\. |you can |can you |please )(?:text|contact|send) me (?:text )?again(?= \.|$"
            r"| please| thank\w*| i)",
            r"(?:resubscribe|re subscribe|subscribed|unblock)(?: me)?(?: again| please| back)?(?= \."
            r"|$| to)|(?:signed|opt|put|add|get) (?:me|my number) "
            r"back (?:up|in|on)(?: (?:the|your|to|this) ?(?:list|text)?)?|(?:want to|want|can i"
            r"|like to) (?:get|receive|start receive) (?:your |the |these )?"
            r"text(?:s)? again|(?:want to|want|like to) (?:be )?(?:resubscribe\w*|opt back in"
            r"|start get)",
            r"vuelva[ns]? a (?:escribir|mandar|enviar|textear)\w*|quiero (?:volver a )?recibir "
            r"(?:mensajes|sus mensajes|textos|los mensajes)(?: de nuevo| otra vez)?|"
            r"(?:re)?suscrib(?:anme|ame|eme)(?: de nuevo| otra vez)?",
            r"(?:recommencez|reprenez|remettez)(?: \w+){0,4}(?: (?:messages|liste|envois|mecrire))"
            r"|(?:re)?abonnez moi|reabonn\w*|veux (?:a nouveau|de nouveau) recevoir"
            r"|(?:pouvez|veux) (?:\w+ ){0,3}(?:mecrire|recevoir) (?:\w+ ){0,3}(?:a|de) nouveau",
        ),
    )
)
"""Clear requests for texts, by somebody who had them stopped; looked for where nothing is refused."""

WELCOME = Rules(
    (
        rule(
            "texts_welcome",
            "They say that texts are welcome",
            "call called email mail letter letters landline ring ringing phone voicemail voice home "
            "phoning dialing cell card cards",
            r"(?<!no )(?<!dont )(?:text|sms)(?: (?:to|me|on|for|messages))? (?:is|are|work|works|ok"
            r"|okay|fine|good|great|only|instead|better|best|preferred|would be"
            r"|will do|cool|alright)(?! not| for everyone else| unwanted| unwelcome| annoying)",
            r"(?:only|rather|prefer|like|better|love)(?: a| to| you)? (?:by "
            r"|via )?text(?! is| are)(?! you| from you)(?= \.|$| me| over| than| over| please| works?)",
            r"this (?:phone|number) (?:is (?:good|fine|ok|okay)|works)|you can (?:still )?text"
            r"|dont mind text",
        ),
        rule(
            "wants_texts",
            "They say that they want the texts",
            "want back accident accidentally mistake mean changed",
            r"(?:i|we) (?:do|still) want(?! (?:you to|off|out|to (?:stop|optout|unsub\w*"
            r"|be (?:removed|off)|get off)))",
            r"(?:by|on) (?:accident|mistake)|accidentally|didnt mean to (?:stop|optout|unsubscribe"
            r"|text)",
            r"i want (?:that|the text|those text|text|it|to keep (?:get|receive))(?= \.|$| so| and"
            r"| please)",
        ),
    )
)
"""What turns “stop calling” or “if I say stop” into no request: whoever writes it wants the texts."""
