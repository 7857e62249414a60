"""Requests to stop in English, as grammar: a verb of ending, removing or refusing, and what it is about.

Read on folded words (`optout_folding`): one spelling for each word, “please”, “just” and curses
left out, a full stop as a word of its own. Gaps are bounded, so time grows with the text alone.
"""

from p2ptext.rules.optout_rule import Rules, rule

_TEXT = (
    r"(?:text|sms|communications?|correspondence|notifications?|alerts?|reminders?|solicitations?"
    r"|outreach|spam)"
)
_TEXTED = (
    r"(?:texted|contacted|bothered|called|messaged|spammed|solicited|harassed|emailed|notified|reached)"
)
_WRITE = (
    r"(?:text|contact|send|write|bother|email|ping|reach out|hit|communicate|reply|respond|msg"
    r"|disturb|blow up)"
)
_KIN = (
    r"(?:(?:my|our|his|her|their) (?:\w+ )?(?:mom|mother|mum|dad|father|wife|husband|son|daughter"
    r"|kids?|child|children|"
    r"parents?|grand\w+|brother|sister|family|house|household|boyfriend|girlfriend|partner|aunt"
    r"|uncle|roommate|"
    r"phone|number|line|inbox|email|work))"
)
_ME = (
    rf"(?:me|him|her|them|it|{_KIN}|(?:this|that|the|these) (?:\w+ )?(?:number|phone|line|person)"
    rf"|here|number)"
)
_WHOSE = r"(?:my|our|this|the|that|his|her|their|all|any|of|and)"
_DATA = r"(?:number|phone|name|info|information|contact|details|data|record|line|digits)"
_MINE = (
    rf"(?:me|him|her|them|it|{_WHOSE}(?: {_WHOSE})?(?: (?!other|old|previous|wrong)\w+)? {_DATA}"
    rf"|number|{_KIN})"
)
_OVER = r"(?= \.|$)"
_FILL = (
    r"(?:(?:all|any|the|these|those|this|that|your|you|it|with|me|my|of|future|further|more|and|or"
    r"|on|to|from|so|many|"
    r"much|sending|campaign|political|unwanted|unsolicited|random|every|them|us|automated|mass"
    r"|nonsense|dumb|crazy|"
    r"annoying|trying|being|continuing|phone|call|email|bother|spam|send|text|contact|keep|her|him"
    r"|our) ){0,5}"
)
_SENT = (
    r"(?:me|this|these|those|your|my|text|sms|anything|stuff|crap|shit|political|it|more|any"
    r"|messages?|spam|junk|us|that)"
)
_DONT = r"(?:dont|never|nolonger|cant|must not|should not|shouldnt|quit|not to|better not|nobody|no one)"
# “Not at night” limits when, not whether: a person decides.
_AT_TIMES = (
    r"(?! (?:(?:here|it|stuff|this|these|text|again|back|anymore) )?(?:before|after|at (?!all|this)"
    r"|during|until|till|"
    r"til|while|when|right now|today|tonight|so (?:late|early|much|often)|this (?:late|early|week)"
    r"|that (?:late|early)|"
    r"in the (?:morning|middle|evening)|on (?!this|my)|between|too|every|yet|for now|tomorrow|except"
    r"|more than|unless)\b)"
)
# What somebody helps with, or joins: being taken off that is no request to stop.
_DUTY = (
    r"(?:shifts?|schedule|rsvp|events?|carpool|canvass\w*|phone ?banks?|volunteer\w*|guest|team"
    r"|committee|saturday\w*|"
    r"sunday\w*|friday\w*|monday\w*|tuesday\w*|wednesday\w*|thursday\w*|wait ?list|waiting"
    r"|meeting\w*|zoom|rota|sheet|bus|"
    r"train|hook|hold|guard|street\w*|ballot|voter|rolls?|office|power|speaker\w*|dinner|party|walk"
    r"|sign ?up|table|"
    r"agenda|calendar|booth|shortlist|donor|door|turf|role|chair|board|plan|medicare|insurance|taxes"
    r"|market|menu|job|"
    r"morning|evening|afternoon|night|weekend|ride|van|lit|potluck|poll|mind|plate|air)"
)
_NOT_DUTY = rf"(?! (?:\w+ ){{0,4}}{_DUTY}\b)"
_ON_LISTS = (
    r"(?= (?:of |from |de |la |this |these |the |your |any |all |that |those |you |it |whatever "
    r"|every |future |call |"
    r"group |campaign |mailing |contact |phone |spam |marketing |political |distribution |calling "
    r"|texting ){0,5}"
    r"(?:list|text|system|thread|chat|mailing|campaign|distribution|chain|subscription|it|this|here"
    r"|spam|records?|"
    r"group|program|everything|data|file|blast|rotation|service|loop|radar|sms|contact|phone|book"
    r"|contacts|number)\b|(?: right| for good| thank\w*"
    r"| already| today| man| dude| i \w+| before i| or i)| \.|$)"
)

_NOT_NOT = (
    r"(?<!never )(?<!wont )(?<!didnt )(?<!havent )(?<!hasnt )(?<!not )(?<!dont )(?<!doesnt )(?<!cant "
    r")(?<!ever )"
)

_OUT_OF_TEXTS = (
    r"(?! (?:of|from) (?!this|these|your|all|the text|text|any\b|it\b|receive|get|being|further"
    r"|future|the list|sms|everything|the campaign|"
    r"you|communications?|the messag|political text)| (?:rates?|fee|link|button|form)\b)"
)
_FROM_TEXTS = (
    r"(?! (?:rates?|button|link|if|anytime|by|option)\b| from (?!this|these|your (?!email|news"
    r"|podcast)|all|the text|text|it\b|you\b|list|any\b|the list|"
    r"everything|sms|future|further|receive|get|political text|the campaign))"
)
_STOP_TEXTS = "They ask for the texts to stop"
_NOT_TEXTED = "They ask not to be texted"
_NOT_WANTED = "They do not want the texts"
_TAKEN_OFF = "They ask to be taken off"
_ALONE = "They ask to be left alone"
_LEFT = "They opt out"
_SAID_STOP = "They say “stop”"

AUTO = Rules(
    (
        rule(
            "stop_texts",
            _STOP_TEXTS,
            "stop stopping quit",
            r"(?:stop|quit) annoying (?:me|us|my|people)",
            rf"{_NOT_NOT}(?:stop|stopping|quit) (?!to ){_FILL}(?:text(?! and driv| while| behind"
            rf"| at the wheel)|sms|contact|email"
            rf"|communicat\w*|notif\w*|alerts?|solicitations?|correspond\w*|spam|reminders?)",
            rf"{_NOT_NOT}(?:stop|stopping|quit) {_FILL}send {_SENT}",
            r"if (?:you|this|it|these|they) (?:dont|wont|doesnt|cant) stop|unless you stop",
            rf"(?:stop|stopping|quit) {_FILL}send{_OVER}",
            rf"(?:stop|stopping|quit) {_FILL}bother (?:me|us|my|people|this|voters|folks|everyone)",
            rf"(?:stop|stopping|quit) {_FILL}bother{_OVER}",
            rf"(?:stop|quit) {_FILL}(?:writing|write|hitting|reaching out|messing|hitting up"
            rf"|talking) ?(?:to |with )?"
            r"(?:me|us|this)",
            r"(?:stop|quit) (?:blow\w*|light\w*|fill\w*|clog\w*) up (?:my|our|this)",
            rf"(?:stop|quit) (?:using|having|sharing|selling|giving out) my (?:\w+ )?{_DATA}",
            r"quit and quit",
            r"(?:stop|quit) (?:hitting|blowing|lighting|ringing) (?:up )?(?:my|our) (?:phone|number"
            r"|line)",
        ),
        rule(
            "said_stop",
            _SAID_STOP,
            "stop quit unsubscribe optout end cancel asked requested means",
            r"(?<!if )(?<!when )(?<!could )(?<!can )(?<!do )(?:i|ive|already|we|have"
            r"|times) (?:\w+ ){0,2}(?:said|replied|texted|wrote|typed|sent|responded|"
            r"answered|told|asked|requested|say|saying|text|reply|asking|telling|clicked|put|hit"
            r"|pressed|tried|chose)"
            r"(?: (?:you|this|to|the|word|text|already|people|multiple|many|times|it|yall|with"
            r"|please|back|several|number|"
            r"twice|three|your|please|three times|a|dozen|for|your|team)){0,5}"
            r" (?:stop|quit|unsubscribe|end|optout|cancel)",
            r"(?:what|which) part of (?:\w+ )?stop",
            r"no means no",
            r"(?:asked|requested|demanded|told you)(?: \w+){0,4} (?:to be |be )?(?:removed"
            r"|off)(?! (?:the ballot|from office))",
            r"(?:were|been|was|are) (?:told|asked)(?: \w+){0,3} to (?:stop|quit)|times? (?:saying"
            r"|asking|i say|telling|ive said)(?: \w+){0,3} stop",
        ),
        rule(
            "stop_this",
            _STOP_TEXTS,
            "end mind appreciate great nice grateful glad not needs stop quit",
            rf"(?:can|could|will|would|need|want|like|must|tell|make|wish|beg|begging|need)(?: for)? "
            rf"(?:you|this|it|these|text|them|that|him|her)(?: \w+)?(?: to)? (?:stop|quit)(?: (?:it"
            rf"|this|these|now|that|"
            rf"me|all|already|thank\w*|today|ok|okay|anymore|with this|with these)){{0,2}}{_OVER}",
            r"make (?:it|this|these|them|that|the text|you) stop",
            rf"(?:please|plz|just|now|so|ok|kindly|must|you to|dammit|need to|again|omg|thanks|but"
            rf"|and|again) stop"
            rf"(?: (?:it|this|these|now|already|all|that)){{0,2}}{_OVER}",
            r"(?:^|\. )stop (?=i\b|im\b|ive\b|id\b|ill\b|dont\b|no\b|not\b|we\b|weve\b|wrong\b|who\b"
            r"|never\b"
            r"|already\b|thank|sorry\b|"
            r"me\b(?! if)|my\b|you\b|your\b|nolonger\b|this is\b|enough\b|he\b|she\b|didnt\b|do\b|how\b"
            r"|why\b|remove\b|unsubscribe\b|"
            r"optout\b|stop\b|with\b|it\b|all\b|or\b|before\b|bc\b|because\b|is\b|now\b|end\b|quit\b)"
            r"(?!you (?:can|guys rock|had me)|or go|with the (?:hate|lies))",
            rf"stop (?:it|this|this now|it now|these|with this|with these){_OVER}",
            r"stop stop",
            rf"(?:^|\. )(?:stop|quit|unsubscribe)(?: (?:it|this|now|me|these|already|right"
            rf"|with this)){{0,2}}{_OVER}",
            rf"(?:voted|moved|interested|registered|decided|done|number|thanks|no|care|you|enough"
            rf"|seriously|omg) stop{_OVER}",
            r"text (?:\w+ )?(?:to|should|must|need to|needs to|have to|has to|better|gotta) (?:end"
            r"|stop|quit)",
            r"stop (?:this|these|the|all this|all the|with the|your) (?:nonsense|madness|crap|bs"
            r"|bullshit|shit|harassment|garbage|foolishness|stupidity|junk|mess|bother"
            r"|insanity)(?! (?:in|of|from|at) (?:washington|congress))",
            rf"(?:this|it|that|text|they|these|it all|you)(?: \w+)? (?:needs?|has|have|must|got"
            rf"|should|gotta|better) (?:to )?(?:stop|end|quit|cease)(?: now| today| immediately"
            rf"| please)?{_OVER}",
            r"(?:mind|appreciate\w*|great|nice|grateful|glad|thank\w*|kind|helpful|thankful|better"
            r"|wonderful)(?: \w+){0,6} (?:not|didnt|dont|stop|stopped|stopping|quit|wouldnt|never"
            r"|no longer|nolonger) (?:be |being )?(?:text|texted|send|sent|contact|contacted|bother"
            r"|bothered)(?! (?:the|my) (?:bill|ballot))",
        ),
        rule(
            "cancel_texts",
            _STOP_TEXTS,
            "cancel end terminate suspend knock lay kill cut drop ditch ease chill back",
            rf"(?:knock it off|lay off|kill|cut(?: it)? out|cut|drop|ditch|ease up|ease off"
            rf"|chill(?: out)?|back off|slow down|give it a rest|lighten up)"
            rf" (?:with |on |of )?(?:(?:the|these|your|those|this|political|of) ){{0,3}}{_TEXT}",
            rf"(?:cancel|end|terminate|suspend|deactivate) (?:(?:my|these|the|all|this|your|future"
            rf"|any|further|me|from) ){{0,3}}"
            rf"(?:{_TEXT}|subscription|enrollment|membership|messaging|list)",
            rf"cancel me{_NOT_DUTY}",
        ),
        rule(
            "do_not_text",
            _NOT_TEXTED,
            "dont never nolonger not quit nobody better",
            rf"(?<!why )(?<!i )(?<!they )(?<!he )(?<!she )(?<!we )(?<!you )(?<!but )\b{_DONT}(?: you"
            rf"| want you to| dare| try to| "
            rf"bother to| have to| be| want to be| need to){{0,2}} "
            rf"{_WRITE}(?: (?:to|or|and|nor|call|email|contact|text|write|send|up|messages?|at|with"
            rf"|me|any)){{0,5}}"
            rf" {_ME}{_AT_TIMES}",
            rf"(?<!why )(?<!i )(?<!they )(?<!he )(?<!she )(?<!we )(?<!you )\b{_DONT}(?: you| dare"
            rf"| try to){{0,2}} "
            rf"(?:{_WRITE}|call)(?: (?:to|or|and|nor|call|email|contact|text|write|send|me|at"
            rf"|with)){{0,4}}"
            rf" (?:anymore|again|any text|more text|{_TEXT}){_AT_TIMES}",
            rf"(?:^|\. |so |asked |and |said |told you |asking you |you )(?:please )?(?:dont|never"
            rf"|not to) "
            rf"(?:text|contact|bother|disturb|send text|solicit)(?: or call| or email| and call"
            rf"| at all)?{_OVER}",
            rf"(?:dont|never|quit|not to) (?:call|email|contact|text) (?:or|and|nor) (?:{_WRITE}"
            rf"|call){_AT_TIMES}",
            rf"(?:dont|never|quit|not to) (?:keep )?send (?:(?:me|us|any|anymore|more|these|this"
            rf"|your|out|political|my|to)"
            rf" ){{0,4}}(?:{_TEXT}|anything|stuff|spam|crap|shit|junk|this|these|it|political|ads?"
            rf"|propaganda|garbage)",
            r"(?:prefer|rather|wish|ask|asking|appreciate|request\w*|(?:asked|told|want"
            r"|like) you)(?: \w+){0,4} (?:not|dont)"
            rf" (?:to )?(?:be )?(?:get |receive )?(?:{_TEXTED}|{_WRITE})(?! (?:my|the) (?:address"
            rf"|donation|check)| during| while| at| when)",
            rf"not to be {_TEXTED}|(?<!got )(?<!is )(?<!was )(?<!have )(?<!had )(?<!receive "
            rf")(?<!there )(?<!with )(?<!see )(?<!get )no text{_OVER}",
            r"(?<!i )(?<!we )(?<!they )(?:dont|never|no need to) (?:text|write|contact|reply"
            r"|respond|msg|message) (?:me )?back(?! (?:until|yet|now|right|later|today))",
            r"never ever (?:text|contact)|no need to (?:text|contact|send"
            r"|message)(?: me)? (?:anymore|again|any more)",
            r"you (?:should not|shouldnt|may not|cant|must not|have no right to|are not allowed to"
            r"|better not|need to not)"
            r" (?:be )?(?:text|contact|send)(?: to)? me",
            r"(?:rather|prefer)(?: \w+)? not (?:to )?(?:get|receive|have|be)(?: get| on)? (?:these"
            r"|this|text|them|any|your|more|anymore|political|campaign|a)",
            rf"(?:dont|never|quit) (?:use|using|share|sharing|sell|selling|give out|have|keep) (?:my"
            rf"|this) (?:\w+ )?{_DATA}{_OVER}|(?:dont|never|quit) (?:use|using|share|sell) (?:my"
            rf"|this) (?:\w+ )?{_DATA}",
            rf"(?:^|\. )(?:dont|never) text (?:call|email|mail|write)(?: me| instead)?{_OVER}",
        ),
        rule(
            "texts_not_wanted",
            _NOT_WANTED,
            "dont nolonger not never didnt want need good set last better must pass",
            r"(?:dont|nolonger|not|never|didnt|dont ever) (?:want to|want|need|like|care|appreciate"
            r"|care to|need to|enjoy|"
            r"wish to|care for)"
            r"(?: (?:you|your|these|this|any|more|anymore|get|receive|be|have|keep|further|future"
            r"|such|political|campaign|"
            r"those|from|of|for|to|no|the|all|seeing|see|a|on|send|part|this|unsolicited|random"
            r"|being|having|so|many|"
            r"us|other|get any|me)){0,6} "
            rf"(?:{_TEXT}|contact|call(?! me)|{_TEXTED}|bother|hear(?:ing)? (?:from|anything)"
            rf"|your (?:list|bs|crap|shit))"
            r"(?! (?:right now|from him|yet|to end|to stop))",
            r"(?:dont|nolonger|never|not) (?:want to|want|care to|need to|wish to"
            r"|like to)(?: \w+){0,2} hear(?:ing)? "
            r"(?:from|about|any)(?! (?:him|that|it|them)\b)",
            rf"(?:dont|nolonger|not|never) (?:want to|want|need to|need|care to|wish to)(?: (?:keep"
            rf"|be|continue|to))? (?:receive|get|see)(?: get| receive)?"
            rf" (?:these|this|them|those|it|any|anything|your|more)(?: anymore| of these| of this"
            rf"| more)?{_OVER}",
            rf"(?:good|all set|set|pass) (?:on|without) (?:(?:the|these|your|all|any|more"
            rf"|political) ){{0,3}}{_TEXT}",
            r"last (?:text|msg|one|message) (?:\w+ )?(?:i|we) (?:better |want to )?(?:want|get"
            r"|receive|see|need|hear)|(?:better|must|should|had better) be the last (?:text|one|time)",
            rf"(?:dont|nolonger) want (?:this|these|it|any|any of (?:this|these|it)|anything|you to"
            rf"|none of this|them)"
            rf"(?: on my phone| anymore| from (?:you|you people|anyone))?{_OVER}",
            r"(?:dont|nolonger) want to be (?:on|in|part of) (?:this|your|the|any|these)",
            r"not interested in (?:any |your |these |this |more |get |receive |further "
            r"|political ){0,3}(?:receive|get|text)",
            r"want no (?:more|part)(?: of)?(?: this| these| your| text)?|nolonger (?:interested"
            r"|welcome|wish)",
            r"(?:text|messages?|contact) (?:are|is) (?:not|nolonger|un) ?(?:wanted|welcome|desired"
            r"|needed|appreciated)",
        ),
        rule(
            "no_more",
            _NOT_WANTED,
            "no not without enough nomore zero done finished through",
            rf"no (?:more|further|additional|mas|mo) (?:\w+ ){{0,3}}?(?:{_TEXT}|contact|call|email"
            rf"|{_TEXTED}|bother|bs|"
            r"of (?:this|these|that|your)|from (?:you|this)|political)",
            rf"(?:^|\. |said |please |good |thanks |thank you |but |and |im |want |so |ok "
            rf"|okay )(?:no|not any) (?:more|further)"
            rf"(?: thank\w*| you| to me| ok| of it| for me| please){{0,3}}{_OVER}",
            rf"(?:^|\. |said |please )no (?:text|solicit\w*|bother|spam|contact|sms"
            rf"|unsolicited \w+)(?: \w+)?{_OVER}",
            rf"(?:im |am )?(?:done|finished|through) (?:with|getting|receiving|receive|get|reading) "
            rf"(?:(?:these|your|this|all|the|any|political) ){{0,3}}{_TEXT}",
            r"enough (?:with|of) (?:\w+ ){0,2}(?:text|spam|sms)",
            rf"(?:zero|no) interest(?:ed)? in (?:\w+ ){{0,3}}(?:{_TEXT}|receive|get|hear)",
        ),
        rule(
            "off_the_list",
            _TAKEN_OFF,
            "stay take taken get keep pull kick cut leave put takes taking removed drop cross keep tak "
            "have bump cut",
            rf"(?:take|get|keep|pull|kick|cut|leave|taking|tak|have|want|bump|drop|cross|remove"
            rf"|knock|strike) {_MINE} (?:\w+ )?"
            rf"(?:off|of|from|out of|out|removed(?: from)?){_NOT_DUTY}{_ON_LISTS}",
            rf"(?:take|get|keep|remove) (?:off|from|of) (?:(?:of|the|this|your|all|any|these|text"
            rf"|call|mailing|every|that|you|contact|phone|campaign|sms|calling|ur) ){{0,4}}(?:list"
            rf"|text){_NOT_DUTY}",
            r"(?:get|keep|leave|stay|take) (?:the )?(?:hell )?(?:out of|off|away from"
            r"|off of) my (?:phone|inbox|text|line|cell)",
        ),
        rule(
            "remove",
            _TAKEN_OFF,
            "request requesting remove removed exclude drop",
            rf"remove (?:me|us|him|her|them){_NOT_DUTY}",
            rf"(?:remove|exclude) {_MINE}(?! (?:from|off) (?:\w+ ){{0,3}}{_DUTY}){_NOT_DUTY}",
            r"remove (?:from|of|off) (?:\w+ ){0,3}(?:list|system|text|everything|contacts?)",
            rf"(?:^|\. |please |you |to |and |so |just |thank\w* |interested |not )remove(?: it"
            rf"| this| that| now| thank\w*|"
            rf" immediately| please| all| them| me| right away| both| this one){{0,3}}{_OVER}",
            rf"(?:want|like|need|ask|asked|asking|request\w*|please|have|get|insist|demand\w*|expect"
            rf"|wish|be)"
            rf"(?: (?:to|me|my name|my number|this number|be|get|for|it|my phone|you|that|her|him"
            rf"|this|want)){{1,4}}"
            rf" removed{_NOT_DUTY}(?! from (?:office|power|the senate|congress|the ballot))",
            r"request (?:for )?(?:removal|to be removed|deletion)|removal (?:from|please|request)",
            r"exclude (?:me|us|my)",
            rf"be removed(?: off)?(?:{_OVER}| from (?:the |your |this |all |these |any "
            rf"|that ){{0,2}}(?:\w+ )?(?:list|text|system|contact|it|this)| off)",
            r"request\w* (?:\w+ )?removal",
        ),
        rule(
            "want_off",
            _TAKEN_OFF,
            "off out",
            rf"(?:want|want to be|want to get|need|need to get|like to be|like|let me|get me|get us"
            rf"|trying to get|try to get|"
            rf"how (?:do|can|to|would|does)(?: i| we| one| you)? (?:get|be|come|go)|wish to be"
            rf"|asked to be|ask to be|"
            rf"keep me|put me|to be|i need)(?: taken| removed)? (?:off|out)(?: of| from)?"
            rf"(?= (?:of |from |the |this |your |these |that |any |all |you |texting |mailing "
            rf"|call ){{0,4}}"
            rf"(?:list|text|chain|thread|campaign|group|subscription|chat|system"
            rf"|spam)\b| (?:of (?:it|all|this|here|these|all this|all of this))?(?:\.|$)|$| now)"
            rf"{_NOT_DUTY}",
            rf"(?:^|\. )(?:i |we )?want out(?: of (?:this|these|it|your \w+|all this|the \w+ list"
            rf"|here|the text))?{_OVER}|"
            r"(?:^|\. )off list|(?:^|\. )(?:me |my number )?off (?:this|your|the) list",
        ),
        rule(
            "do_not_contact_list",
            _TAKEN_OFF,
            "put add place mark enter register",
            r"(?:put|add|place|mark|enter) (?:\w+ ){1,3}(?:on|to|as|in|into) (?:(?:the|your|a|my"
            r"|that|an) ){0,2}"
            r"(?:dont|dnc|no|optout|internal|blocked|unsubscribe|removal)(?! (?:duty|shift))",
        ),
        rule(
            "lose_number",
            _ALONE,
            "lose loose forget remove ditch trash toss burn dump discard throw block destroy shred lost",
            rf"(?:lose|loose|forget|remove|ditch|trash|toss|burn|dump|discard|throw (?:away|out)"
            rf"|block|destroy|shred|get rid of)"
            rf" (?:(?:my|this|our|the|that|his|her|a|all) ){{1,2}}(?!other|old|previous|wrong"
            rf"|last)(?:\w+ )?(?:{_DATA})(?! (?:on file "
            rf"and|so i can))",
            r"(?:^|\. |then |and |so |to |you )block (?:me|my|this number|number)",
            rf"(?:lose|loose|forget|delete) (?:number|you (?:have|had|ever had|got) (?:my"
            rf"|this) number|i exist|me){_OVER}",
        ),
        rule(
            "left_alone",
            _ALONE,
            "leave let leaf",
            r"leave (?:me|us|him|her|my \w+|people|this number) (?:\w+ ){0,3}(?:alone|be|in peace)",
            r"leave (?:me|us) out of (?:it|this|these|your|all)",
            rf"let (?:me|us) be{_OVER}",
        ),
        rule(
            "opt_out",
            _LEFT,
            "optout optedout",
            r"(?:i|me|im|am|please|want|need to|want to|like to|wish to|trying to|let me|hereby"
            r"|choose to|elect to|opting|"
            r"how (?:do|can|to|does|would)(?: i| one| we)?|we|id|going to|will|gonna|ill|must"
            r"|request to|chose|prefer|"
            r"decided|decide) (?:\w+ )?optout" + _OUT_OF_TEXTS,
            rf"^optout{_OUT_OF_TEXTS}",
            r"optout(?: (?:of|from) (?:this|these|your|all|the|any|text|future|further|receive|get"
            r"|you))?"
            r"(?= text| list| \.|$| please| thank\w*| now)",
            r"(?:already|i|have|ive|was|we) (?:already |have )?optedout" + _OUT_OF_TEXTS,
        ),
        rule(
            "unsubscribe",
            "They unsubscribe",
            "unsubscribe unsubscribed",
            rf"(?<!to )(?<!can )unsubscribe{_FROM_TEXTS}",
            r"(?:want to|how to|how (?:do|can) i|trying to|like to|need to|tried to|wish to|asked to"
            r"|i|can you|let me|going"
            r" to) unsubscribe" + _FROM_TEXTS,
            r"(?:already|have|was|thought i|ive|i) (?:\w+ )?unsubscribed" + _FROM_TEXTS,
        ),
        rule(
            "consent",
            "They take back their consent",
            "permission revoke withdraw withdrawn revoking rescind consent allowed authorized",
            r"(?:revok\w*|withdr\w*|rescind\w*|retract\w*) (?:my |all |any |your |our "
            r"|the ){0,2}(?:\w+ )?(?:permission|agreement)",
            r"(?:dont|do not|nolonger|not|never|didnt) (?:have|give|gave|given|grant|granted|got"
            r"|had)(?: you| anyone| any| my|"
            r" our| ever| your){0,3} permission(?! to (?:vote|speak))",
            r"(?:dont|nolonger) (?:permission|consent|authorize|agree) to (?:receiv\w*|get|any|be"
            r"|this|these|text|your)",
            r"(?:not|never|nolonger) (?:been )?(?:authorized|allowed|permitted) to (?:text|contact"
            r"|send|use|have)",
            r"without my permission.{0,40}\b(?:remove|stop)|no permission to (?:text|contact|use|send)",
            r"permission (?:is |has been |was )?(?:withdrawn|revoked|denied|rescinded|not given"
            r"|not granted)",
        ),
    )
)
"""Clear requests."""

_LIMITS = "They limit when or how to reach them"

REVIEW = Rules(
    (
        rule(
            "asks_at_times",
            _LIMITS,
            "dont never quit stop not",
            rf"(?<!why )(?<!i )(?<!you )(?:dont|never|quit|stop|stopping|not)(?: you| be)? (?:text"
            rf"|contact|send|write|bother)"
            rf"(?: {_ME})?(?: (?:here|it|stuff|this|these|text|again|anymore|on))?"
            r" (?:before|after|at|during|until|till|til|while|when|so|this|that|today|tonight"
            r"|right now|in the|on|between|"
            r"too|every|tomorrow|more than|unless)(?! the wheel| driving| im driving| i drive"
            r"| you drive| youre driving)",
            r"not (?:at|while im at|when im at|during|on) (?:work|dinner|church|night|my work"
            r"|sundays?|school|this hour|"
            r"business hours|weekends?)(?: \w+){0,2}(?= \.|$)",
            rf"(?:^|\. )not (?:after|before|during|until|till|this (?:late|early)|so (?:late"
            rf"|early))(?: \w+){1, 3}{_OVER}",
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
            rf" {_FILL}(?:text|sms|contact|send|call|bother|spam)",
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
            rf"(?:^|\. )no (?:phone )?call{_OVER}",
        ),
        rule(
            "off_something",
            "They may ask to be taken off",
            "take get pull cross drop remove scratch",
            rf"(?:take|get|pull|cross|drop|remove) (?:me|us|my name|my number|him|her|them"
            rf"|my \w+) (?:off|out|from){_NOT_DUTY}",
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
